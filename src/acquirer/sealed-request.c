/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/sealed-request.h"

#include <string.h>

#include "acquirer/card-terms.h"
#include "acquirer/pem.h"
#include "acquirer/post.h"
#include "acquirer/setting.h"
#include "acquirer/wire.h"

/* What goes to the acquirer, and whether what comes is from it. Signed by RSA with SHA-256:
 * a request over "POST\npath\ntime\nnonce\nbody\n", an answer over "time\nnonce\nbody\n" with the
 * request's nonce, so that no answer can be played to another question. */

#define ID "^[0-9A-Za-z_-]{1,64}$"
#define SUBJECT_BYTES_MAX 128
#define PATH "/v1/card/"

typedef void (*Fill) (JsonBuilder *builder, const TillSealedKeys *keys, const TillAsk *ask);

static gboolean
load_keys (TillSealedKeys     *keys,
           const TillSettings *settings,
           GError            **error)
{
  g_autofree char *path = NULL;

  keys->private_key = till_setting_load_key (settings, "private-key-file", till_key_load_private,
                                             error);
  if (keys->private_key)
    keys->public_key = till_setting_load_key (settings, "public-key-file", till_key_load_public,
                                              error);
  if (keys->public_key)
    keys->card_key = till_setting_load_key (settings, "card-certificate-file",
                                            till_key_load_certificate, error);
  if (!keys->card_key || !till_setting_take_file (settings, "card-certificate-file", &path, error))
    return FALSE;

  keys->terms.certificate = till_pem_read (path, error);
  return keys->terms.certificate != NULL;
}

/**
 * till_sealed_load:
 *
 * Returns: (transfer full): a #TillSealedKeys, or %NULL with @error
 */
gpointer
till_sealed_load (const TillSettings *settings,
                  GError            **error)
{
  TillSealedKeys *keys = g_new0 (TillSealedKeys, 1);

  if (till_setting_take (settings, "merchant-no", ID, TRUE, &keys->merchant, error) &&
      till_setting_take (settings, "terminal-no", ID, TRUE, &keys->terminal, error) &&
      till_card_terms_load (&keys->terms, settings, error) && load_keys (keys, settings, error))
    return keys;

  till_sealed_unload (keys);
  return NULL;
}

/**
 * till_sealed_unload:
 *
 * Wipes and frees what till_sealed_load() made.
 */
void
till_sealed_unload (gpointer pointer)
{
  TillSealedKeys *keys = pointer;

  g_free (keys->merchant);
  g_free (keys->terminal);
  g_clear_pointer (&keys->private_key, till_key_free);
  g_clear_pointer (&keys->public_key, till_key_free);
  g_clear_pointer (&keys->card_key, till_key_free);
  till_card_terms_clear (&keys->terms);
  g_free (keys);
}

static void
fill_tap (JsonBuilder          *builder,
          const TillSealedKeys *keys,
          const TillAsk        *ask)
{
  g_autofree char *subject = till_wire_clean (ask->subject, "", SUBJECT_BYTES_MAX);

  till_wire_put_text (builder, "terminal", keys->terminal);
  till_wire_put_text (builder, "order", ask->order);
  till_wire_put_int (builder, "amount", ask->amount_fen);
  till_wire_put_text (builder, "currency", ask->currency);
  till_wire_put_text (builder, "subject", subject ? subject : "-");
  till_wire_put_text (builder, "number", ask->card_number);
  till_wire_put_text (builder, "card", ask->card);
}

static void
fill_number (JsonBuilder          *builder,
             const TillSealedKeys *keys,
             const TillAsk        *ask)
{
  till_wire_put_text (builder, "order", ask->order);
}

static void
fill_refund (JsonBuilder          *builder,
             const TillSealedKeys *keys,
             const TillAsk        *ask)
{
  till_wire_put_text (builder, "order", ask->order);
  till_wire_put_text (builder, "of", ask->of);
  till_wire_put_int (builder, "amount", ask->amount_fen);
  till_wire_put_text (builder, "currency", ask->currency);
}

static void
fill_query_refund (JsonBuilder          *builder,
                   const TillSealedKeys *keys,
                   const TillAsk        *ask)
{
  till_wire_put_text (builder, "order", ask->order);
  till_wire_put_text (builder, "of", ask->of);
}

static const struct {
  const char *name;
  Fill        fill;
} calls[TILL_N_CALLS] = {
  [TILL_CALL_TAP]          = { "pay", fill_tap },
  [TILL_CALL_QUERY]        = { "query", fill_number },
  [TILL_CALL_REVERSE]      = { "reverse", fill_number },
  [TILL_CALL_REFUND]       = { "refund", fill_refund },
  [TILL_CALL_QUERY_REFUND] = { "query-refund", fill_query_refund },
};

static char *
make_body (const TillSealedKeys *keys,
           const TillAsk        *ask)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  till_wire_put_text (builder, "merchant", keys->merchant);
  calls[ask->call].fill (builder, keys, ask);
  json_builder_end_object (builder);
  return till_wire_take_json (builder);
}

/**
 * till_sealed_build:
 *
 * A #TillBuild for every call.
 *
 * Returns: (transfer full): the request
 */
TillHttpRequest *
till_sealed_build (const TillMerchant *merchant,
                   const TillAsk      *ask,
                   GError            **error)
{
  const TillSealedKeys *keys = merchant->keys;
  g_autofree char *path = g_strconcat (PATH, calls[ask->call].name, NULL);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, ask->now_us / G_USEC_PER_SEC);
  g_autofree char *body = make_body (keys, ask);
  g_autofree char *text = g_strdup_printf ("POST\n%s\n%s\n%s\n%s\n", path, time, ask->nonce, body);
  g_autofree char *signature = till_key_sign (keys->private_key, text, error);
  TillHttpRequest *request;

  if (!signature)
    return NULL;

  request = till_post_json (till_merchant_get_host (merchant, ask), path, body);
  till_http_request_header (request, "Till-Merchant", keys->merchant);
  till_http_request_header (request, "Till-Time", time);
  till_http_request_header (request, "Till-Nonce", ask->nonce);
  till_http_request_header (request, "Till-Signature", signature);
  return request;
}

/**
 * till_sealed_verify:
 *
 * Returns: %TILL_REASON_NONE where the acquirer signed this answer to this very request
 */
TillReason
till_sealed_verify (const TillSealedKeys *keys,
                    const TillAsk        *ask,
                    const TillHttpReply  *reply)
{
  const char *time = till_http_reply_header (reply, "till-time");
  const char *nonce = till_http_reply_header (reply, "till-nonce");
  const char *signature = till_http_reply_header (reply, "till-signature");
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 at_us;

  if (!time || !nonce || !signature)
    return TILL_REASON_UNSIGNED;

  g_string_append_printf (text, "%s\n%s\n", time, nonce);
  g_string_append_len (text, g_bytes_get_data (reply->body, NULL),
                       (gssize) g_bytes_get_size (reply->body));
  g_string_append_c (text, '\n');
  if (!till_key_verify (keys->public_key, text->str, text->len, signature))
    return TILL_REASON_BAD_SIGNATURE;

  at_us = g_ascii_strtoll (time, NULL, 10) * G_USEC_PER_SEC;
  if (ABS (at_us - ask->now_us) > TILL_CLOCK_WINDOW_US)
    return TILL_REASON_STALE_SIGNATURE;

  return strcmp (nonce, ask->nonce) == 0 ? TILL_REASON_NONE : TILL_REASON_OTHER_ORDER;
}
