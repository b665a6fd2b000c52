/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/shouqianba-keys.h"

#include <glib/gi18n.h>
#include <string.h>

#include "acquirer/post.h"
#include "acquirer/setting.h"
#include "acquirer/wire.h"

/* The vendor's key signs the activation, and the terminal's key all else. A terminal's key lives
 * for a day of China's calendar; check-in renews it, signed with the one before. [manual]
 * activate, checkin. */

#define GATEWAY "https://m.wosai.cn/qr/gateway" /* [manual] wap2 */
#define RETURN_URL "https://www.shouqianba.com" /* [manual] wap2: must be given; its own example */
#define WORD "^[!-~]{1,64}$"
#define URL "^https://[!-~]+$"
#define SN "^[0-9A-Za-z]{1,32}$"
#define DAY_CHARS 8

/* "20261122": the day in China. */
static char *
day_of (gint64 at_us)
{
  g_autofree char *text = till_wire_format_gmt8 (at_us);

  return g_strdup_printf ("%.4s%.2s%.2s", text, text + 5, text + 8);
}

/* What is kept is "KEY DAY"; a technician may write the key alone. */
static void
split_terminal_key (TillShouqianbaKeys *keys)
{
  char *blank = keys->terminal_key ? strchr (keys->terminal_key, ' ') : NULL;

  if (blank && till_wire_is_made_of (blank + 1, "0123456789", DAY_CHARS, DAY_CHARS)) {
    keys->day = g_strdup (blank + 1);
    *blank = '\0';
  }
}

static gboolean
check_terminal (TillShouqianbaKeys *keys,
                const TillSettings *settings,
                GError            **error)
{
  const char *wrong = NULL;

  split_terminal_key (keys);
  if (keys->terminal_key &&
      !till_wire_is_made_of (keys->terminal_key, TILL_WIRE_LETTERS_AND_DIGITS, 16, 64))
    wrong = "terminal-key";
  if (keys->terminal_sn &&
      !till_wire_is_made_of (keys->terminal_sn, TILL_WIRE_LETTERS_AND_DIGITS, 1, 32))
    wrong = "terminal-sn";

  return !wrong ||
         till_setting_fail (settings, wrong,
                            _("has a wrong form: activate this till again (till activate)"), error);
}

#define AT(member) G_STRUCT_OFFSET (TillShouqianbaKeys, member)

const TillSettingRow till_shouqianba_texts[] = {
  { "vendor-sn", SN, TRUE, AT (vendor_sn), NULL },
  { "app-id", SN, TRUE, AT (app_id), NULL },
  { "device-id", WORD, TRUE, AT (device_id), NULL },
  { "gateway-url", URL, FALSE, AT (gateway_url), GATEWAY },
  { "return-url", URL, FALSE, AT (return_url), RETURN_URL },
  { "vendor-key", NULL, FALSE, AT (vendor_key), NULL },
  { "terminal-sn", NULL, FALSE, AT (terminal_sn), NULL },
  { "terminal-key", NULL, FALSE, AT (terminal_key), NULL },
  { NULL, NULL, FALSE, 0, NULL },
};

/**
 * till_shouqianba_keys_load:
 *
 * A till that is not activated yet has no terminal, and its contract is loaded all the same.
 *
 * Returns: (transfer full): a #TillShouqianbaKeys, or %NULL with @error
 */
gpointer
till_shouqianba_keys_load (const TillSettings *settings,
                           GError            **error)
{
  TillShouqianbaKeys *keys = till_setting_load_rows (settings, till_shouqianba_texts,
                                                     sizeof (TillShouqianbaKeys), error);

  if (!keys || check_terminal (keys, settings, error))
    return keys;

  till_shouqianba_keys_unload (keys);
  return NULL;
}

/**
 * till_shouqianba_keys_unload:
 *
 * Wipes and frees what till_shouqianba_keys_load() made.
 */
void
till_shouqianba_keys_unload (gpointer pointer)
{
  TillShouqianbaKeys *keys = pointer;

  till_setting_clear_rows (till_shouqianba_texts, keys);
  g_free (keys->day);
  g_free (keys);
}

static void
replace_terminal (TillShouqianbaKeys *keys,
                  const char         *sn,
                  const char         *key,
                  gint64              now_us)
{
  g_free (keys->terminal_sn);
  keys->terminal_sn = g_strdup (sn);
  till_wipe (keys->terminal_key);
  keys->terminal_key = g_strdup (key);
  g_free (keys->day);
  keys->day = day_of (now_us);
}

static void
swap_texts (char **one,
            char **other)
{
  char *text = *one;

  *one = *other;
  *other = text;
}

static gboolean
refuse (const TillAnswer *answer,
        const char       *what,
        GError          **error)
{
  g_set_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER, "%s (%s)", what,
               answer->said ? answer->said : _("no answer"));
  return FALSE;
}

/**
 * till_shouqianba_keys_take:
 * @ask: KEYS or ACTIVATE
 *
 * Takes the terminal's new key. While none came the old one stays, and is good for another try.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_shouqianba_keys_take (TillMerchant        *merchant,
                           const TillAsk       *ask,
                           const TillHttpReply *reply,
                           GError             **error)
{
  TillShouqianbaKeys *keys = merchant->keys;
  g_auto (TillAnswer) answer = { .amount_fen = -1 };
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object, *terminal;
  const char *code, *sn, *key;

  if (reply->outcome != TILL_HTTP_OK)
    return refuse (&answer, _("no answer: try again"), error);
  root = till_post_read (reply, &answer);
  object = root ? json_node_get_object (root) : NULL;
  if (!object)
    return refuse (&answer, _("the answer has a wrong form: try again"), error);

  code = till_wire_get_text (object, "result_code");
  till_post_said (&answer, code, till_wire_get_text (object, "error_code"));
  if (g_strcmp0 (code, "200") != 0)
    return refuse (&answer, ask->call == TILL_CALL_ACTIVATE
                   ? _("the code was refused: compare vendor-sn, vendor-key, app-id and device-id, "
                       "or ask for a new code")
                   : _("the check-in was refused: activate this till again"), error);

  terminal = till_wire_get_object (object, "biz_response");
  sn = till_wire_get_text (terminal, "terminal_sn");
  key = till_wire_get_text (terminal, "terminal_key");
  if (!till_wire_is_made_of (sn, TILL_WIRE_LETTERS_AND_DIGITS, 1, 32) ||
      !till_wire_is_made_of (key, TILL_WIRE_LETTERS_AND_DIGITS, 16, 64))
    return refuse (&answer, _("the answer has a wrong form: try again"), error);
  if (ask->call == TILL_CALL_KEYS && g_strcmp0 (sn, keys->terminal_sn) != 0)
    return refuse (&answer, _("the answer is about another terminal: activate this till again"),
                   error);

  replace_terminal (keys, sn, key, ask->now_us);
  return TRUE;
}

/**
 * till_shouqianba_keys_are_due:
 *
 * [manual] checkin: before the first trade of each day.
 *
 * Returns: whether this terminal did not check in yet today
 */
gboolean
till_shouqianba_keys_are_due (gconstpointer pointer,
                              gint64        now_us)
{
  const TillShouqianbaKeys *keys = pointer;
  g_autofree char *today = day_of (now_us);

  return keys->terminal_sn && keys->terminal_key && g_strcmp0 (keys->day, today) != 0;
}

/**
 * till_shouqianba_keys_tell:
 *
 * Returns: (transfer full): what shall be kept of @name; to be wiped
 */
char *
till_shouqianba_keys_tell (gconstpointer pointer,
                           const char   *name)
{
  const TillShouqianbaKeys *keys = pointer;

  if (strcmp (name, "terminal-sn") == 0)
    return g_strdup (keys->terminal_sn);

  return keys->day ? g_strconcat (keys->terminal_key, " ", keys->day, NULL)
                   : g_strdup (keys->terminal_key);
}

/**
 * till_shouqianba_keys_read_kept:
 * @settings: used only during the call
 *
 * Another program of this till may have checked in meanwhile, or have activated it anew: its key is
 * the newest, and ours dies with the day. What cannot be read changes nothing.
 */
void
till_shouqianba_keys_read_kept (gpointer            pointer,
                                const TillSettings *settings)
{
  TillShouqianbaKeys *keys = pointer;
  g_autoptr (GError) error = NULL;
  TillShouqianbaKeys *kept = till_shouqianba_keys_load (settings, &error);

  if (!kept) {
    g_message ("the kept key: %s", error->message);
    return;
  }

  if (kept->terminal_sn && kept->terminal_key) {
    swap_texts (&keys->terminal_sn, &kept->terminal_sn);
    swap_texts (&keys->terminal_key, &kept->terminal_key);
    swap_texts (&keys->day, &kept->day);
  }
  till_shouqianba_keys_unload (kept);
}

/**
 * till_shouqianba_keys_sn:
 *
 * Returns: (transfer full) (nullable): the terminal's number
 */
char *
till_shouqianba_keys_sn (const TillShouqianbaKeys *keys)
{
  return g_strdup (keys->terminal_sn);
}

/**
 * till_shouqianba_keys_sign:
 * @by_vendor: with the vendor's key, not the terminal's
 * @text: what is signed; the key follows it
 *
 * [manual] sign.
 *
 * Returns: (transfer full) (nullable): the MD5 of both in lower hex; %NULL where there is no key
 */
char *
till_shouqianba_keys_sign (const TillShouqianbaKeys *keys,
                           gboolean                  by_vendor,
                           const char               *text)
{
  g_autoptr (TillWiped) whole = NULL;
  const char *key;

  key = by_vendor ? keys->vendor_key : keys->terminal_key;
  if (key)
    whole = g_strconcat (text, key, NULL);

  return whole ? till_digest_hex ("MD5", whole) : NULL;
}
