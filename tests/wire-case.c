/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-case.h"

#include <string.h>

#include "acquirer/form.h"
#include "acquirer/seal.h"
#include "code/bcd.h"
#include "config.h"

/* What tests of the acquirers share: the ask, the contracts and the files of tests/vectors. */

#define CASE_BINARY "x-ISO-TPDU/x-auth"
#define WECHAT_NONCE "d824f2e086d3c1df967785d13fcd22ef"

TillAsk
case_ask (TillCall    call,
          const char *paycode)
{
  gboolean refunds = call == TILL_CALL_REFUND || call == TILL_CALL_QUERY_REFUND;

  return (TillAsk) {
    .call = call,
    .now_us = CASE_NOW_US,
    .nonce = CASE_NONCE,
    .kind = refunds ? TILL_KIND_REFUND
            : call == TILL_CALL_TAP ? TILL_KIND_TAP
            : call == TILL_CALL_ORDER || call == TILL_CALL_CLOSE ? TILL_KIND_COLLECT
                                                                 : TILL_KIND_CHARGE,
    .order = refunds ? CASE_REFUND : CASE_ORDER,
    .amount_fen = refunds ? CASE_BACK_FEN : CASE_AMOUNT_FEN,
    .currency = "CNY",
    .paycode = call == TILL_CALL_CHARGE ? paycode : NULL,
    .activation = call == TILL_CALL_ACTIVATE ? CASE_ACTIVATION : NULL,
    .card = call == TILL_CALL_TAP ? CASE_CARD : NULL,
    .card_number = call == TILL_CALL_TAP ? "621094******0029" : NULL,
    .trace = 79,
    .subject = "晨光便利店",
    .sale = CASE_ORDER,
    .asked_us = CASE_NOW_US,
    .expires_us = call == TILL_CALL_ORDER ? CASE_NOW_US + 300 * G_USEC_PER_SEC : 0,
    .keep = call == TILL_CALL_CLOSE ? CASE_KEEP : NULL,
    .of = refunds ? CASE_ORDER : NULL,
    .of_amount_fen = refunds ? CASE_AMOUNT_FEN : 0,
    .of_asked_us = refunds ? CASE_NOW_US - 60 * G_USEC_PER_SEC : 0,
    .day = call == TILL_CALL_STATEMENT ? CASE_DAY : NULL,
    .note = "退货",
    .clerk = "1001",
    .register_no = "01",
  };
}

char *
case_read_file (const char *folder,
                const char *name)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

FakeSettings *
case_settings (const char *acquirer_id)
{
  g_autofree char *text = case_read_file (acquirer_id, "merchant.ini");
  g_autofree char *folder = g_build_filename (TEST_DIR, "vectors", NULL);

  return fake_settings_new (text, folder);
}

TillMerchant *
case_merchant (const char *acquirer_id)
{
  g_autoptr (FakeSettings) settings = case_settings (acquirer_id);
  g_autoptr (GError) error = NULL;
  TillMerchant *merchant = till_merchant_new (acquirer_id, settings, &error);

  g_assert_no_error (error);
  return merchant;
}

char *
case_paycode (const char *acquirer_id)
{
  g_autofree char *text = case_read_file (acquirer_id, "merchant.ini");
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, NULL));
  return g_key_file_get_value (file, "ask", "paycode", NULL);
}

/* An entry of the published vectors. */
JsonNode *
case_vector (const char *id)
{
  g_autofree char *text = case_read_file ("published", "vectors.json");
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *rows = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    JsonNode *row = json_array_get_element (rows, i);
    const char *row_id = json_object_get_string_member (json_node_get_object (row), "id");

    if (strcmp (row_id, id) == 0)
      return json_node_copy (row);
  }

  g_error ("no vector %s", id);
}

TillKey *
case_private_key (const char *name)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "published", name, NULL);
  g_autoptr (GError) error = NULL;
  TillKey *key = till_key_load_private (path, &error);

  g_assert_no_error (error);
  return key;
}

/* An SM2 signature is another each time: it stands as a word in the file, and tests of their own
 * verify it. */
static void
hide (GString    *text,
      const char *begin,
      const char *ends,
      const char *word)
{
  const char *at = strstr (text->str, begin);
  gssize start = at ? at + strlen (begin) - text->str : 0;

  if (!at)
    return;

  g_string_erase (text, start, (gssize) strcspn (text->str + start, ends));
  g_string_insert (text, start, word);
}

/* Messages in ISO 8583 stand in the files in hexadecimal. */
static gboolean
is_binary (GStrv headers)
{
  return g_strv_contains ((const char *const *) headers, "Content-Type: " CASE_BINARY);
}

static void
append_hex (GString *text,
            GBytes  *bytes)
{
  gsize n_bytes;
  const guint8 *data = g_bytes_get_data (bytes, &n_bytes);

  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (text, "%02X", data[i]);
}

static void
append_binary (GString               *text,
               const TillHttpRequest *request)
{
  append_hex (text, request->body);
  if (!request->card_token)
    return;

  g_string_append_printf (text, "\ncard: %s\nmac-key: ", request->card_token);
  append_hex (text, request->card_mac_key);
}

static void
decode_body (TillHttpReply *reply)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *hex = g_strndup (g_bytes_get_data (reply->body, NULL),
                                    g_bytes_get_size (reply->body));

  g_assert_true (till_bcd_from_hex (hex, bytes));
  g_bytes_unref (reply->body);
  reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* As a request file has it, but for the comment. */
char *
case_print_request (const TillHttpRequest *request)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s\n", request->method, request->url);
  for (guint i = 0; request->headers[i]; i++)
    g_string_append_printf (text, "%s\n", request->headers[i]);
  g_string_replace (text, "Till/" TILL_VERSION "\n", "Till/@VERSION@\n", 1);
  g_string_append_c (text, '\n');
  if (request->body && is_binary (request->headers))
    append_binary (text, request);
  else if (request->body)
    g_string_append_len (text, g_bytes_get_data (request->body, NULL),
                         (gssize) g_bytes_get_size (request->body));
  g_string_append_c (text, '\n');
  if (strstr (text->str, "\"signMethod\":\"02\"")) {
    hide (text, "\"sign\":\"", "\"", "@SIGN@");
    hide (text, "apisign: ", "\n", "@APISIGN@");
  }

  return g_string_free (text, FALSE);
}

TillHttpReply *
case_reply (guint       status,
            const char *body)
{
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);

  reply->sent = TRUE;
  reply->status = status;
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new (body, strlen (body));

  return reply;
}

void
case_header (TillHttpReply *reply,
             const char    *name,
             const char    *value)
{
  if (value)
    g_hash_table_insert (reply->headers, g_ascii_strdown (name, -1), g_strdup (value));
  else
    g_hash_table_remove (reply->headers, name);
}

gboolean
case_body_has (const TillHttpRequest *request,
               const char            *part)
{
  gsize n_bytes;
  const char *body = g_bytes_get_data (request->body, &n_bytes);

  return g_strstr_len (body, (gssize) n_bytes, part) != NULL;
}

/* @text: a reply file. @expect: what its second comment says. A body may stand behind the status
 * where there are no headers. */
TillHttpReply *
case_parse_reply (const char *text,
                  char      **expect)
{
  g_auto (GStrv) halves = g_strsplit (text, "\n\n", 2);
  g_auto (GStrv) lines = g_strsplit (halves[0], "\n", -1);
  TillHttpReply *reply;
  guint i = 0;

  g_assert_true (g_str_has_suffix (text, "\n"));
  if (halves[1])
    halves[1][strlen (halves[1]) - 1] = '\0';
  for (; lines[i][0] == '#'; i++)
    if (g_str_has_prefix (lines[i], "# expect "))
      *expect = g_strdup (lines[i] + strlen ("# expect "));

  reply = case_reply ((guint) g_ascii_strtoull (lines[i], NULL, 10),
                      halves[1] ? halves[1] : lines[i] + strlen ("200 "));
  while (lines[++i] && halves[1]) {
    g_auto (GStrv) header = g_strsplit (lines[i], ": ", 2);

    case_header (reply, header[0], header[1]);
    if (strcmp (header[1], CASE_BINARY) == 0)
      decode_body (reply);
  }

  return reply;
}

static char *
print_answer (const TillAnswer *answer,
              const char       *key)
{
  const struct {
    const char *key;
    const char *text;
    gint64      number;
  } members[] = {
    { "event", till_payment_event_to_string (answer->event), 0 },
    { "reason", till_reason_to_word (answer->reason), 0 },
    { "order", answer->order, 0 },
    { "currency", answer->currency, 0 },
    { "acquirer_ref", answer->acquirer_ref, 0 },
    { "brand", till_brand_to_word (answer->brand), 0 },
    { "code_text", answer->code_text, 0 },
    { "said", answer->said, 0 },
    { "amount_fen", NULL, answer->amount_fen },
    { "payer_total_fen", NULL, answer->payer_total_fen },
    { "paid_us", NULL, answer->paid_us },
    { "expires_us", NULL, answer->expires_us },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].key, key) == 0)
      return g_str_has_suffix (key, "_fen") || g_str_has_suffix (key, "_us")
               ? g_strdup_printf ("%" G_GINT64_FORMAT, members[i].number)
               : g_strdup (members[i].text ? members[i].text : "(none)");

  g_error ("no member %s in an answer", key);
}

/* @expect: "event=paid; reason=; …": each member that it names is as it says. */
void
case_assert_answer (const TillAnswer *answer,
                    const char       *expect)
{
  g_auto (GStrv) parts = g_strsplit (expect, "; ", -1);

  for (guint i = 0; parts[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
    g_autofree char *is = print_answer (answer, pair[0]);
    g_autofree char *shown = g_strconcat (pair[0], "=", is, NULL);

    g_assert_cmpstr (shown, ==, parts[i]);
  }
}

static char *
print_sum (const TillStatementSum *sum)
{
  return g_strdup_printf ("%u/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                          sum->n_lines, sum->amount_fen, sum->fee_fen, sum->settle_fen);
}

static char *
print_files (const GPtrArray *files)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    g_string_append_printf (text, "%s%s", i ? "," : "",
                            ((const TillStatementFile *) files->pdata[i])->name);

  return g_string_free (text, FALSE);
}

/* @expect: "state=here; sale=2/1800/7/1793; …": each member that it names is as it says; a sum is
 * lines, amount, fee, settled. */
void
case_assert_statement (const TillStatement *statement,
                       const char          *expect)
{
  static const char *const states[] = { "lost", "here", "absent", "refused" };
  g_autofree char *sale = print_sum (&statement->sums[TILL_STATEMENT_SALE]);
  g_autofree char *refund = print_sum (&statement->sums[TILL_STATEMENT_REFUND]);
  g_autofree char *voided = print_sum (&statement->sums[TILL_STATEMENT_VOID]);
  g_autofree char *other = print_sum (&statement->sums[TILL_STATEMENT_OTHER]);
  g_autofree char *files = print_files (statement->files);
  const struct {
    const char *key;
    const char *text;
  } members[] = {
    { "state", states[statement->state] },
    { "reason", till_reason_to_word (statement->reason) },
    { "said", statement->said ? statement->said : "(none)" },
    { "fault", statement->fault ? statement->fault : "(none)" },
    { "files", files },
    { "sale", sale },
    { "refund", refund },
    { "void", voided },
    { "other", other },
  };
  g_auto (GStrv) parts = g_strsplit (expect, "; ", -1);

  g_test_message ("%s: %s", statement->said, statement->fault);
  for (guint i = 0; parts[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
    const char *is = NULL;

    for (guint k = 0; k < G_N_ELEMENTS (members); k++)
      if (strcmp (members[k].key, pair[0]) == 0)
        is = members[k].text;
    g_assert_cmpstr (is, ==, pair[1]);
  }
  g_assert_true (statement->state == TILL_STATEMENT_HERE || statement->lines->len == 0);
}

/* A success that WeChat Pay's public key of the case signed, one second after the ask. */
TillHttpReply *
case_wechat_reply (guint       status,
                   const char *body)
{
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, CASE_NOW_US / G_USEC_PER_SEC + 1);
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n", at, WECHAT_NONCE, body);
  g_autofree char *signature = till_key_sign (key, text, NULL);
  TillHttpReply *reply = case_reply (status, body);

  case_header (reply, "wechatpay-serial", "PUB_KEY_ID_0119000072912024101500000001");
  case_header (reply, "wechatpay-timestamp", at);
  case_header (reply, "wechatpay-nonce", WECHAT_NONCE);
  case_header (reply, "wechatpay-signature", signature);

  return reply;
}

/* @node: the text that Alipay's key of the case signs, as it stands. */
TillHttpReply *
case_alipay_reply (const char *method,
                   const char *node)
{
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");
  g_autofree char *signature = till_key_sign (key, node, NULL);
  g_autofree char *name = g_strdelimit (g_strdup (method), ".", '_');
  g_autofree char *body = g_strdup_printf ("{\"%s_response\":%s,\"sign\":\"%s\"}", name, node,
                                           signature);

  return case_reply (200, body);
}

/* @signer: a certificate of tests/vectors/own; @pairs: "respCode=00&…", what stands in it wins. */
TillHttpReply *
case_unionpay_reply (const char *signer,
                     const char *order,
                     const char *pairs)
{
  g_autoptr (TillKey) key = case_private_key ("wx_go_signer_key.der.b64");
  g_autoptr (TillForm) form = till_form_new ();
  g_auto (GStrv) more = g_strsplit (pairs, "&", -1);
  g_autofree char *certificate = case_read_file ("own", signer);
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *body = NULL;

  till_form_add (form, "merId", "777290058110097");
  till_form_add (form, "orderId", order);
  till_form_add (form, "txnTime", "20260520132935");
  till_form_add (form, "signMethod", "01");
  till_form_add (form, "signPubKeyCert", strstr (certificate, "-----BEGIN"));
  for (guint i = 0; more[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (more[i], "=", 2);

    till_form_add (form, pair[0], pair[1]);
  }

  text = till_form_canonical (form);
  digest = till_digest_hex ("SHA256", text);
  signature = till_key_sign (key, digest, NULL);
  body = g_strdup_printf ("%s&signature=%s", text, signature);

  return case_reply (200, body);
}
