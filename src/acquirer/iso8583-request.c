/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/iso8583-request.h"

#include <string.h>

#include "acquirer/wire.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"
#include "config.h"

/* Messages of a terminal. Of tapped sales and their reversals the card's fields (2, 14, 23, 35, 55)
 * and the proof are put in by till-reader. Source: Q/CUP 009.1 as public terminals have it. */

#define DIGITS "0123456789"
#define TRACE_MAX 999999

#define ENTRY_TAPPED  "072"  /* contactless chip, no PIN */
#define ENTRY_BY_HAND "012"  /* what gives back by reference has no card */

/* One message a call; a refund is a void where the day and the batch allow. */
typedef struct {
  guint16     mti;
  const char *processing;  /* field 3 */
  const char *entry;       /* field 22 */
  const char *kind;        /* field 60.1 */
} Form;

static const Form tap_form = { 0x0200, "000000", ENTRY_TAPPED, "22" };
static const Form reverse_form = { 0x0400, "000000", ENTRY_TAPPED, "22" };
static const Form void_form = { 0x0200, "200000", ENTRY_BY_HAND, "23" };
static const Form refund_form = { 0x0220, "200000", ENTRY_BY_HAND, "25" };

static gpointer
fail (GError    **error,
      const char *what)
{
  g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD, what);
  return NULL;
}

/**
 * till_iso8583_keep_read:
 * @keep: (out caller-allocates): clear it in either case
 * @text: (nullable): what till_iso8583_keep_write() wrote
 */
gboolean
till_iso8583_keep_read (TillIso8583Keep *keep,
                        const char      *text)
{
  g_auto (GStrv) words = g_strsplit (text ? text : "", " ", -1);

  *keep = (TillIso8583Keep) { .token = NULL };
  if (g_strv_length (words) != 5 || !till_wire_is_made_of (words[0], DIGITS, 6, 6) ||
      !till_wire_is_made_of (words[1], DIGITS, 6, 6) ||
      !till_wire_is_made_of (words[2], DIGITS, 4, 4) ||
      !till_wire_is_made_of (words[3], TILL_WIRE_LETTERS_AND_DIGITS, 1, 2))
    return FALSE;

  g_strlcpy (keep->batch, words[0], sizeof keep->batch);
  g_strlcpy (keep->trace, words[1], sizeof keep->trace);
  g_strlcpy (keep->date, words[2], sizeof keep->date);
  g_strlcpy (keep->cause, words[3], sizeof keep->cause);
  keep->token = strcmp (words[4], "-") != 0 ? g_strdup (words[4]) : NULL;
  return TRUE;
}

/**
 * till_iso8583_keep_write:
 *
 * Returns: (transfer full): what a row keeps
 */
char *
till_iso8583_keep_write (const TillIso8583Keep *keep)
{
  return g_strdup_printf ("%s %s %s %s %s", keep->batch, keep->trace, keep->date, keep->cause,
                          keep->token ? keep->token : "-");
}

void
till_iso8583_keep_clear (TillIso8583Keep *keep)
{
  g_clear_pointer (&keep->token, g_free);
}

/* "2026-05-20 13:29:35" */
static void
set_date (TillIso8583Keep *keep,
          gint64           now_us)
{
  g_autofree char *time = till_wire_format_gmt8 (now_us);

  g_snprintf (keep->date, sizeof keep->date, "%.2s%.2s", time + 5, time + 8);
}

/* A sale of today's batch that goes back whole is voided: the customer never sees it. */
static gboolean
may_void (const TillIso8583Keep *of,
          const TillIso8583Keep *refund,
          const TillAsk         *ask)
{
  return strcmp (of->batch, refund->batch) == 0 && strcmp (of->date, refund->date) == 0 &&
         ask->amount_fen == ask->of_amount_fen && ask->given_back_fen == 0;
}

/**
 * till_iso8583_first_keep:
 * @ask: a TAP with its token, or a REFUND
 *
 * Returns: (transfer full): batch, trace number, date, and what a reversal is made of; %NULL with
 *   @error where one is missing, %NULL without where the call makes no message of its own
 */
char *
till_iso8583_first_keep (const TillMerchant *merchant,
                         const TillAsk      *ask,
                         GError            **error)
{
  const TillIso8583Keys *keys = merchant->keys;
  g_auto (TillIso8583Keep) keep = { .cause = "98" };
  g_auto (TillIso8583Keep) of = { .token = NULL };

  if (ask->call != TILL_CALL_TAP && ask->call != TILL_CALL_REFUND)
    return NULL;
  if (ask->trace < 1 || ask->trace > TRACE_MAX)
    return fail (error, "the payment has no trace number");
  if (ask->call == TILL_CALL_TAP && !ask->card)
    return fail (error, "the payment has no card");

  g_strlcpy (keep.batch, keys->n_mac_key ? keys->batch : "000001", sizeof keep.batch);
  g_snprintf (keep.trace, sizeof keep.trace, "%06u", ask->trace);
  set_date (&keep, ask->now_us);
  keep.token = ask->call == TILL_CALL_TAP ? g_strdup (ask->card) : NULL;
  if (ask->call == TILL_CALL_REFUND)
    g_strlcpy (keep.cause,
               till_iso8583_keep_read (&of, ask->of_keep) && may_void (&of, &keep, ask) ? "V" : "R",
               sizeof keep.cause);

  return till_iso8583_keep_write (&keep);
}

static TillIso8583 *
begin (const TillIso8583Keys *keys,
       guint16                mti,
       const char            *trace)
{
  TillIso8583 *message = till_iso8583_new (mti);

  memcpy (message->tpdu, keys->tpdu, sizeof message->tpdu);
  memcpy (message->head, keys->head, sizeof message->head);
  till_iso8583_set (message, 11, trace);
  till_iso8583_set (message, 41, keys->terminal);
  till_iso8583_set (message, 42, keys->merchant);
  return message;
}

static TillIso8583 *
begin_money (const TillIso8583Keys *keys,
             const Form            *form,
             const TillIso8583Keep *keep,
             gint64                 amount_fen)
{
  TillIso8583 *message = begin (keys, form->mti, keep->trace);
  g_autofree char *amount = g_strdup_printf ("%012" G_GINT64_FORMAT, amount_fen);
  g_autofree char *field_60 = g_strconcat (form->kind, keep->batch, "000", "60", NULL);

  till_iso8583_set (message, 3, form->processing);
  till_iso8583_set (message, 4, amount);
  till_iso8583_set (message, 22, form->entry);
  till_iso8583_set (message, 25, "00");
  till_iso8583_set (message, 49, "156");
  till_iso8583_set (message, 53, keys->n_mac_key == 16 ? "0600000000000000" : "0000000000000000");
  till_iso8583_set (message, 60, field_60);
  till_iso8583_set (message, 64, "00000000");
  return message;
}

static void
set_original (TillIso8583           *message,
              const TillIso8583Keep *of)
{
  g_autofree char *field_61 = g_strconcat (of->batch, of->trace, of->date, NULL);

  till_iso8583_set (message, 61, field_61);
}

static TillIso8583 *
make_sign_in (const TillIso8583Keys *keys)
{
  TillIso8583 *message = begin (keys, 0x0800, "000001");
  g_autofree char *field_60 =
    g_strconcat ("00", keys->n_mac_key ? keys->batch : "000001",
                 keys->n_master == 16 ? "003" : "001", NULL);

  till_iso8583_set (message, 60, field_60);
  if (keys->sequence_no) {
    g_autofree char *field_62 = g_strdup_printf ("Sequence No%02u%s",
                                                 (guint) strlen (keys->sequence_no),
                                                 keys->sequence_no);

    till_iso8583_set (message, 62, field_62);
  }
  till_iso8583_set (message, 63, "01 ");
  return message;
}

static TillIso8583 *
make_tap (const TillIso8583Keys *keys,
          const TillAsk         *ask,
          const TillIso8583Keep *keep)
{
  return begin_money (keys, &tap_form, keep, ask->amount_fen);
}

/* The sale's own trace number and fields: that is how it is found. */
static TillIso8583 *
make_reverse (const TillIso8583Keys *keys,
              const TillAsk         *ask,
              const TillIso8583Keep *keep)
{
  TillIso8583 *message = begin_money (keys, &reverse_form, keep, ask->amount_fen);

  till_iso8583_clear (message, 53);
  till_iso8583_set (message, 39, keep->cause);
  set_original (message, keep);
  return message;
}

static TillIso8583 *
make_refund (const TillIso8583Keys *keys,
             const TillAsk         *ask,
             const TillIso8583Keep *keep)
{
  gboolean is_void = strcmp (keep->cause, "V") == 0;
  TillIso8583 *message = begin_money (keys, is_void ? &void_form : &refund_form, keep,
                                      ask->amount_fen);
  g_auto (TillIso8583Keep) of = { .token = NULL };

  if (ask->of_ref)
    till_iso8583_set (message, 37, ask->of_ref);
  if (till_iso8583_keep_read (&of, ask->of_keep))
    set_original (message, &of);
  if (!is_void)
    till_iso8583_set (message, 63, "000");
  return message;
}

static TillHttpRequest *
post (const TillMerchant *merchant,
      const TillAsk      *ask,
      GByteArray         *packed)
{
  TillHttpRequest *request = till_http_request_new ("POST", till_merchant_get_host (merchant, ask));

  till_iso8583_frame (packed);
  till_http_request_header (request, "Accept", "*/*");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  till_http_request_header (request, "Cache-Control", "no-cache");
  till_http_request_header (request, "Content-Type", "x-ISO-TPDU/x-auth");
  request->body = g_bytes_new (packed->data, packed->len);
  return request;
}

/* Messages with a card are proved where it is put in; a sign-in brings the keys for proofs. */
static TillHttpRequest *
finish (const TillMerchant    *merchant,
        const TillAsk         *ask,
        const TillIso8583     *message,
        const TillIso8583Keep *keep,
        GError               **error)
{
  const TillIso8583Keys *keys = merchant->keys;
  g_autoptr (GError) fault = NULL;
  g_autoptr (GByteArray) packed = till_iso8583_pack (message, &fault);
  TillHttpRequest *request;

  if (!packed)
    return fail (error, fault->message);
  if (!keep->token && till_iso8583_get (message, 64) &&
      !till_iso8583_seal (packed, keys->mac_key, keys->n_mac_key))
    return fail (error, "no proof can be made");

  request = post (merchant, ask, packed);
  if (keep->token) {
    request->card_token = g_strdup (keep->token);
    request->card_mac_key = g_bytes_new (keys->mac_key, keys->n_mac_key);
  }
  return request;
}

/**
 * till_iso8583_build:
 *
 * A #TillBuild for every call.
 *
 * Returns: (transfer full): the request; %NULL before the first sign-in, but for one
 */
TillHttpRequest *
till_iso8583_build (const TillMerchant *merchant,
                    const TillAsk      *ask,
                    GError            **error)
{
  const TillIso8583Keys *keys = merchant->keys;
  g_auto (TillIso8583Keep) keep = { .token = NULL };
  g_autoptr (TillIso8583) message = NULL;

  if (ask->call == TILL_CALL_KEYS) {
    message = make_sign_in (keys);
    return finish (merchant, ask, message, &keep, error);
  }
  if (keys->n_mac_key == 0)
    return fail (error, "this terminal has not signed in");
  if (!till_iso8583_keep_read (&keep, ask->keep))
    return fail (error, "the payment's first row keeps no trace number");
  if (ask->call != TILL_CALL_REFUND && !keep.token)
    return fail (error, "the payment's rows keep no card");

  message = ask->call == TILL_CALL_TAP       ? make_tap (keys, ask, &keep)
            : ask->call == TILL_CALL_REVERSE ? make_reverse (keys, ask, &keep)
                                             : make_refund (keys, ask, &keep);
  return finish (merchant, ask, message, &keep, error);
}
