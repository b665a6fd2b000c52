/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/iso8583-keys.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/card-terms.h"
#include "acquirer/setting.h"
#include "acquirer/verdict.h"
#include "acquirer/wire.h"
#include "code/bcd.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"

/* Working keys lie in field 62 of a sign-in's answer: the PIN's, the MAC's, perhaps the tracks',
 * each under the terminal's key and followed by four bytes of a block of zeros under itself. */

#define CHECK_BYTES 4
#define HEX "^([0-9A-Fa-f]{16}|[0-9A-Fa-f]{32})$"
#define TPDU "6000030000"    /* the one of UnionPay's example */
#define HEAD "603100310100"  /* the same */

static gboolean
take_digits (const TillSettings *settings,
             const char         *key,
             const char         *pattern,
             const char         *otherwise,
             guint8             *place,
             GError            **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (!till_setting_take (settings, key, pattern, FALSE, &text, error) ||
      !till_bcd_from_hex (text ? text : otherwise, bytes))
    return FALSE;

  memcpy (place, bytes->data, bytes->len);
  return TRUE;
}

static gboolean
take_master (TillIso8583Keys    *keys,
             const TillSettings *settings,
             GError            **error)
{
  g_autoptr (TillWiped) hex = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (!till_setting_take_secret (settings, "tmk", &hex, error))
    return FALSE;
  if (!hex)
    return till_setting_fail (settings, "tmk",
                              _("is missing: put it into the keys folder as a secret"), error);
  if (!g_regex_match_simple (HEX, hex, 0, 0) || !till_bcd_from_hex (hex, bytes))
    return till_setting_fail (settings, "tmk", _("must be 16 or 32 hexadecimal digits"), error);

  memcpy (keys->master, bytes->data, bytes->len);
  keys->n_master = bytes->len;
  explicit_bzero (bytes->data, bytes->len);
  return TRUE;
}

static gboolean
is_checked (const guint8 *key,
            gsize         n_key,
            const guint8 *check)
{
  guint8 block[8] = { 0 };

  return till_des_crypt (key, n_key, TRUE, block, sizeof block, block) &&
         memcmp (block, check, CHECK_BYTES) == 0;
}

/* Opens the key for proofs: the second of two or three. */
static gboolean
open_mac_key (TillIso8583Keys *keys,
              const guint8    *field_62,
              gsize            n_bytes)
{
  gsize n_key = n_bytes == 24 ? 8 : 16;
  const guint8 *sealed = field_62 + n_key + CHECK_BYTES;
  guint8 key[TILL_ISO8583_DES_MAX];
  gboolean done;

  if (n_bytes != 24 && n_bytes != 40 && n_bytes != 60)
    return FALSE;

  done = till_des_crypt (keys->master, keys->n_master, FALSE, sealed, n_key, key) &&
         is_checked (key, n_key, sealed + n_key);
  if (done) {
    memcpy (keys->mac_key, key, n_key);
    keys->n_mac_key = n_key;
  }
  explicit_bzero (key, sizeof key);
  return done;
}

/* As stored: day, batch, field 62 in hexadecimal. */
static gboolean
open_working (TillIso8583Keys *keys,
              const char      *working)
{
  g_auto (GStrv) words = g_strsplit (working, " ", -1);
  g_autoptr (GByteArray) field_62 = g_byte_array_new ();

  if (g_strv_length (words) != 3 || !till_wire_is_made_of (words[0], "0123456789", 8, 8) ||
      !till_wire_is_made_of (words[1], "0123456789", 6, 6) ||
      !till_bcd_from_hex (words[2], field_62) ||
      !open_mac_key (keys, field_62->data, field_62->len))
    return FALSE;

  g_strlcpy (keys->day, words[0], sizeof keys->day);
  g_strlcpy (keys->batch, words[1], sizeof keys->batch);
  till_wipe (keys->working);
  keys->working = g_strdup (working);
  g_atomic_int_set (&keys->is_stale, FALSE);
  return TRUE;
}

/* Those of another terminal's key, or damaged ones, are none: a sign-in brings others. */
static gboolean
take_working (TillIso8583Keys    *keys,
              const TillSettings *settings,
              GError            **error)
{
  g_autoptr (TillWiped) working = NULL;

  if (!till_setting_take_secret (settings, "working-keys", &working, error))
    return FALSE;
  if (working && !open_working (keys, working))
    g_message ("the stored working keys are not for this terminal's key");

  return TRUE;
}

/* What is known of SM4 is how it is asked for (60.3 is 005), not how its keys and proofs lie in a
 * message: no document at hand says it. */
static gboolean
take_cipher (const TillSettings *settings,
             GError            **error)
{
  g_autofree char *word = till_setting_get (settings, "cipher");

  if (!word || strcmp (word, "3des") == 0)
    return TRUE;

  return till_setting_fail (settings, "cipher",
                            strcmp (word, "sm4") == 0
                              ? _("Till cannot speak with terminals' keys of SM4; ask the acquirer "
                                  "for a terminal with keys of 3DES")
                              : _("3des is wanted; Till knows no other"),
                            error);
}

static gboolean
take_address (const TillSettings *settings,
              GError            **error)
{
  g_autofree char *url = till_setting_get (settings, "base-url");

  return url || till_setting_fail (settings, "base-url",
                                   _("is missing: it is the gateway's whole address"), error);
}

/**
 * till_iso8583_keys_load:
 *
 * A terminal that has not signed in yet has no working keys, and its contract is loaded all the
 * same.
 *
 * Returns: (transfer full): a #TillIso8583Keys, or %NULL with @error
 */
gpointer
till_iso8583_keys_load (const TillSettings *settings,
                        GError            **error)
{
  TillIso8583Keys *keys = g_new0 (TillIso8583Keys, 1);

  if (take_address (settings, error) && take_cipher (settings, error) &&
      till_setting_take (settings, "terminal-no", "^[0-9A-Za-z]{8}$", TRUE, &keys->terminal,
                         error) &&
      till_setting_take (settings, "merchant-no", "^[0-9A-Za-z]{15}$", TRUE, &keys->merchant,
                         error) &&
      till_setting_take (settings, "sequence-no", "^[0-9A-Za-z-]{1,38}$", FALSE,
                         &keys->sequence_no, error) &&
      take_digits (settings, "tpdu", "^[0-9]{10}$", TPDU, keys->tpdu, error) &&
      take_digits (settings, "head", "^[0-9]{12}$", HEAD, keys->head, error) &&
      till_card_terms_load (&keys->terms, settings, error) &&
      take_master (keys, settings, error) && take_working (keys, settings, error))
    return keys;

  till_iso8583_keys_unload (keys);
  return NULL;
}

/**
 * till_iso8583_keys_unload:
 *
 * Wipes and frees what till_iso8583_keys_load() made.
 */
void
till_iso8583_keys_unload (gpointer pointer)
{
  TillIso8583Keys *keys = pointer;

  g_free (keys->terminal);
  g_free (keys->merchant);
  g_free (keys->sequence_no);
  till_wipe (keys->working);
  till_card_terms_clear (&keys->terms);
  explicit_bzero (keys, sizeof *keys);
  g_free (keys);
}

static char *
day_of (gint64 now_us)
{
  char *day = till_wire_format_gmt8 (now_us);
  guint n = 0;

  for (guint i = 0; i < 10; i++) {
    if (g_ascii_isdigit (day[i]))
      day[n++] = day[i];
  }
  day[n] = '\0';
  return day;
}

/**
 * till_iso8583_keys_are_due:
 *
 * Returns: whether this terminal must sign in before its next message: it did not today, or the
 *   host does not know its keys
 */
gboolean
till_iso8583_keys_are_due (gconstpointer pointer,
                           gint64        now_us)
{
  const TillIso8583Keys *keys = pointer;
  g_autofree char *day = day_of (now_us);

  return keys->n_mac_key == 0 || strcmp (keys->day, day) != 0 ||
         g_atomic_int_get (&keys->is_stale);
}

/**
 * till_iso8583_keys_tell_secret:
 *
 * Returns: (transfer full): the working keys, still under the terminal's key
 */
char *
till_iso8583_keys_tell_secret (gconstpointer pointer,
                               const char   *name)
{
  const TillIso8583Keys *keys = pointer;

  return g_strdup (keys->working ? keys->working : "");
}

/**
 * till_iso8583_keys_read_kept:
 * @settings: used only during the call
 *
 * Another program of this till may have signed in meanwhile, and its keys are the host's. Ours that
 * the host does not know are none; nor is what cannot be read.
 */
void
till_iso8583_keys_read_kept (gpointer            pointer,
                             const TillSettings *settings)
{
  TillIso8583Keys *keys = pointer;
  g_autoptr (TillWiped) working = NULL;
  g_autoptr (GError) error = NULL;

  if (!till_setting_take_secret (settings, "working-keys", &working, &error))
    g_message ("the kept keys: %s", error->message);
  else if (working && g_strcmp0 (working, keys->working) != 0 && !open_working (keys, working))
    g_message ("the kept keys are not for this terminal's key");
}

static gboolean
refuse (const char  *what,
        const char  *code,
        GError     **error)
{
  g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER, "%s (%s)", what,
               code ? code : _("no answer"));
  return FALSE;
}

static gboolean
store (TillIso8583Keys   *keys,
       const TillAsk     *ask,
       const TillIso8583 *message,
       GError           **error)
{
  const char *field_60 = till_iso8583_get (message, 60);
  const char *field_62 = till_iso8583_get (message, 62);
  gsize n_keys = message->fields[62].n_bytes;
  g_autofree char *hex = g_malloc (2 * n_keys + 1);
  g_autofree char *day = day_of (ask->now_us);
  g_autoptr (TillWiped) working = NULL;

  if (!field_62 || !field_60 || strlen (field_60) < 8)
    return refuse (_("the sign-in's answer has no keys"), "62", error);

  till_bcd_to_hex ((const guint8 *) field_62, n_keys, hex);
  working = g_strdup_printf ("%s %.6s %s", day, field_60 + 2, hex);
  return open_working (keys, working) ||
         refuse (_("the keys are not for this terminal: check its key (tmk); keys of SM4 are not "
                   "supported"), "62", error);
}

/**
 * till_iso8583_keys_take:
 *
 * Takes the working keys and the batch of a sign-in's answer. While none came the old ones stay.
 */
gboolean
till_iso8583_keys_take (TillMerchant        *merchant,
                        const TillAsk       *ask,
                        const TillHttpReply *reply,
                        GError             **error)
{
  TillIso8583Keys *keys = merchant->keys;
  gsize n_bytes;
  const guint8 *body = g_bytes_get_data (reply->body, &n_bytes);
  const guint8 *bytes = reply->outcome == TILL_HTTP_OK && reply->status == 200
                          ? till_iso8583_unframe (body, &n_bytes, NULL) : NULL;
  g_autoptr (TillIso8583) message = bytes ? till_iso8583_parse (bytes, n_bytes, NULL) : NULL;
  const char *code = message ? till_iso8583_get (message, 39) : NULL;

  if (!message || message->mti != 0x0810)
    return refuse (_("the sign-in was not answered"), NULL, error);
  if (g_strcmp0 (code, "00") != 0)
    return refuse (_("the sign-in was refused"), code, error);
  if (g_strcmp0 (till_iso8583_get (message, 41), keys->terminal) != 0 ||
      g_strcmp0 (till_iso8583_get (message, 42), keys->merchant) != 0)
    return refuse (_("the sign-in's answer is another terminal's"), code, error);

  return store (keys, ask, message, error);
}
