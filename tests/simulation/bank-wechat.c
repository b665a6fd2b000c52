/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank-speech.h"

#include <openssl/evp.h>
#include <string.h>

/* WeChat Pay API v3, certificate mode: answers are signed by one of several keys, and a download
 * brings them. */

/* Older than any clock that is wrong could make it look. */
#define OLD_S (2 * 24 * 60 * 60)

#define API_V3_KEY "0123456789abcdef0123456789abcdef"

static TillHttpReply *
say_error (guint       status,
           const char *code)
{
  g_autofree char *body = g_strdup_printf ("{\"code\":\"%s\",\"message\":\"\"}", code);

  return speech_reply (status, body);
}

static void
sign (Bank          *bank,
      const Spoil   *spoil,
      TillHttpReply *reply,
      const char    *body)
{
  gint64 at_s = bank_wall_us (bank) / G_USEC_PER_SEC - (spoil->is_old ? OLD_S : 0);
  g_autofree char *key = g_strdup_printf ("WECHATBANK%u", bank->key);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\nNONCE\n%s\n", at_s, body);
  g_autofree char *signature = speech_sign (spoil->is_forged ? "a stranger" : key, text);

  if (spoil->is_unsigned)
    return;

  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-serial"), g_steal_pointer (&key));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-timestamp"),
                       g_strdup_printf ("%" G_GINT64_FORMAT, at_s));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-nonce"), g_strdup ("NONCE"));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-signature"),
                       g_strconcat (spoil->is_probe ? "WECHATPAY/SIGNTEST/" : "", signature, NULL));
}

static TillHttpReply *
say_signed (Bank       *bank,
            guint       status,
            const char *body)
{
  static const Spoil nothing = { 0 };
  TillHttpReply *reply = speech_reply (status, body);

  sign (bank, &nothing, reply, body);

  return reply;
}

static TillHttpReply *
say_trade (Bank       *bank,
           const char *number,
           const char *state)
{
  const Trade *trade = bank_find (bank, number);
  const Spoil spoil = bank_draw_spoil (bank);
  const char *said = bank_is_lie (&spoil) ? "SUCCESS" : state;
  g_autofree char *time =
    speech_rfc3339 (bank_wall_us (bank) - (bank_now_ms (bank) - trade->paid_ms) * 1000);
  g_autofree char *paid = strcmp (said, "SUCCESS") == 0
    ? g_strdup_printf ("\"transaction_id\":\"42%s\",\"success_time\":\"%s\",", trade->number, time)
    : g_strdup ("");
  g_autofree char *body = g_strdup_printf (
    "{\"appid\":\"wx0000000000000001\",\"mchid\":\"1900000001\",\"out_trade_no\":\"%s\",%s"
    "\"trade_state\":\"%s\",\"amount\":{\"total\":%" G_GINT64_FORMAT ",\"currency\":\"CNY\"}}",
    spoil.names_other_order ? "SOMEONEELSE000000000" : trade->number, paid, said,
    trade->amount_fen + (spoil.names_other_amount ? 100 : 0));
  TillHttpReply *reply = speech_reply (200, body);

  sign (bank, &spoil, reply, body);

  return reply;
}

static TillHttpReply *
say_state (Bank       *bank,
           const char *number,
           BankSays    says)
{
  static const char *const states[N_SAYS] = {
    [SAYS_PAID]     = "SUCCESS",
    [SAYS_OPEN]     = "NOTPAY",
    [SAYS_FAILED]   = "PAYERROR",
    [SAYS_CLOSED]   = "CLOSED",
    [SAYS_REVERSED] = "REVOKED",
  };
  static const struct {
    guint       status;
    const char *code;
  } errors[N_SAYS] = {
    [SAYS_UNKNOWN]      = { 404, "ORDER_NOT_EXIST" },
    [SAYS_CODE_EXPIRED] = { 400, "AUTH_CODE_EXPIRED" },
    [SAYS_CODE_USED]    = { 400, "AUTH_CODE_INVALID" },
    [SAYS_POOR]         = { 403, "NOT_ENOUGH" },
    [SAYS_REFUSED]      = { 403, "USER_ACCOUNT_ABNORMAL" },
    [SAYS_NUMBER_USED]  = { 403, "OUT_TRADE_NO_USED" },
    [SAYS_ALREADY_PAID] = { 400, "ORDERPAID" },
    [SAYS_NOT_TAKEN]    = { 400, "AUTH_CODE_INVALID" },
    [SAYS_CLOSED_SHOP]  = { 403, "NO_AUTH" },
    [SAYS_SHOP_LIMIT]   = { 403, "RULE_LIMIT" },
  };

  if (says == SAYS_OPEN && bank_find (bank, number)->is_charge)
    return say_trade (bank, number, "USERPAYING");
  if (states[says])
    return say_trade (bank, number, states[says]);

  return say_error (errors[says].status, errors[says].code);
}

static TillHttpReply *
do_charge (Bank        *bank,
           const Heard *heard)
{
  return say_state (bank, heard->number,
                    bank_charge (bank, heard->number, heard->fen, heard->digits));
}

static TillHttpReply *
do_order (Bank        *bank,
          const Heard *heard)
{
  g_autofree char *answer = NULL;
  Trade *trade;
  BankSays says = bank_order (bank, heard->number, heard->fen, heard->life_ms, &trade);

  if (says != SAYS_DONE)
    return say_state (bank, heard->number, says);

  answer = g_strdup_printf ("{\"code_url\":\"%s\"}", trade->text);
  return say_signed (bank, 200, answer);
}

static TillHttpReply *
do_query (Bank        *bank,
          const Heard *heard)
{
  return say_state (bank, heard->number, bank_query (bank, heard->number));
}

static TillHttpReply *
do_end (Bank        *bank,
        const Heard *heard)
{
  gboolean reverses = heard->call == TILL_CALL_REVERSE;
  BankSays says = bank_end (bank, heard->number, reverses);
  g_autofree char *answer = g_strdup_printf ("{\"out_trade_no\":\"%s\"}", heard->number);

  if (says == SAYS_DONE)
    return reverses ? say_signed (bank, 200, answer) : say_signed (bank, 204, "");
  if (says == SAYS_UNKNOWN)
    return say_error (404, "ORDER_NOT_EXIST");
  if (says == SAYS_AGAIN)
    return say_error (500, "SYSTEM_ERROR");

  return reverses ? say_error (403, "TRADE_ERROR") : say_error (400, "ORDERPAID");
}

static TillHttpReply *
say_refund (Bank             *bank,
            const BankRefund *refund)
{
  gint64 now_ms = bank_now_ms (bank);
  const char *word = now_ms >= refund->done_ms                             ? "SUCCESS"
                     : refund->abnormal_ms && now_ms >= refund->abnormal_ms ? "ABNORMAL"
                                                                            : "PROCESSING";
  g_autofree char *body = g_strdup_printf (
    "{\"refund_id\":\"50%s\",\"out_refund_no\":\"%s\",\"out_trade_no\":\"%s\",\"status\":\"%s\","
    "\"amount\":{\"total\":%" G_GINT64_FORMAT ",\"refund\":%" G_GINT64_FORMAT ","
    "\"currency\":\"CNY\"}}",
    refund->number, refund->number, refund->trade->number, word, refund->trade->amount_fen,
    refund->fen);

  return say_signed (bank, 200, body);
}

static TillHttpReply *
do_refund (Bank        *bank,
           const Heard *heard)
{
  BankSays says = bank_refund (bank, heard->of, heard->number, heard->fen);
  BankRefund *refund;

  if (says == SAYS_NOT_ENOUGH)
    return say_error (403, "NOT_ENOUGH");
  if (says == SAYS_UNKNOWN)
    return say_error (404, "RESOURCE_NOT_EXISTS");
  if (says != SAYS_DONE && says != SAYS_PROCESSING)
    return say_error (400, "INVALID_REQUEST");

  bank_query_refund (bank, heard->of, heard->number, &refund);
  return say_refund (bank, refund);
}

static TillHttpReply *
do_query_refund (Bank        *bank,
                 const Heard *heard)
{
  BankRefund *refund;

  bank_query_refund (bank, NULL, heard->number, &refund);

  return refund ? say_refund (bank, refund) : say_error (404, "RESOURCE_NOT_EXISTS");
}

static char *
seal (const char *text)
{
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  guint8 bytes[256];
  int n_bytes, n_last;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();

  EVP_EncryptInit_ex (context, EVP_aes_256_gcm (), NULL, (const guint8 *) API_V3_KEY,
                      (const guint8 *) "noncenonce12");
  EVP_EncryptUpdate (context, NULL, &n_bytes, (const guint8 *) "certificate", 11);
  EVP_EncryptUpdate (context, bytes, &n_bytes, (const guint8 *) text, (int) strlen (text));
  g_byte_array_append (sealed, bytes, (guint) n_bytes);
  EVP_EncryptFinal_ex (context, bytes, &n_last);
  EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_GCM_GET_TAG, 16, bytes);
  g_byte_array_append (sealed, bytes, 16);
  EVP_CIPHER_CTX_free (context);

  return g_base64_encode (sealed->data, sealed->len);
}

/* All keys that ever signed: several are good at once. */
static TillHttpReply *
do_keys (Bank        *bank,
         const Heard *heard)
{
  g_autoptr (GString) body = g_string_new ("{\"data\":[");

  for (guint i = 0; i <= bank->key; i++) {
    g_autofree char *name = g_strdup_printf ("WECHATBANK%u", i);
    g_autofree char *sealed = seal (name);

    g_string_append_printf (
      body, "%s{\"serial_no\":\"%s\",\"effective_time\":\"2020-01-01T00:00:00+08:00\","
      "\"expire_time\":\"2040-01-01T00:00:00+08:00\",\"encrypt_certificate\":{\"algorithm\":"
      "\"AEAD_AES_256_GCM\",\"nonce\":\"noncenonce12\",\"associated_data\":\"certificate\","
      "\"ciphertext\":\"%s\"}}", i ? "," : "", name, sealed);
  }
  g_string_append (body, "]}");

  return say_signed (bank, 200, body->str);
}

/* The signature over method, path, time, nonce and body, as the authorization states them. */
static void
check_signature (const TillHttpRequest *request)
{
  g_autofree char *header = speech_header (request, "Authorization");
  g_autofree char *body = speech_body (request);
  g_autofree char *text = NULL;
  char nonce[64], signature[512], time[32];

  g_assert_nonnull (header);
  g_assert_cmpint (sscanf (header, "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\","
                           "nonce_str=\"%63[^\"]\",signature=\"%511[^\"]\",timestamp=\"%31[^\"]\"",
                           nonce, signature, time), ==, 3);
  text = g_strdup_printf ("%s\n%s\n%s\n%s\n%s\n", request->method, speech_path (request), time,
                          nonce, body);
  g_assert_true (speech_is_signed ("the till", text, signature));
}

static void
hear_body (Bank       *bank,
           const char *body,
           Heard      *heard)
{
  g_autofree char *expires = speech_field (body, "time_expire");
  g_autoptr (GDateTime) end = expires ? g_date_time_new_from_iso8601 (expires, NULL) : NULL;

  if (!heard->number)
    heard->number = speech_field (body, "out_trade_no");
  heard->fen = speech_number (body, "total");
  heard->digits = speech_field (body, "auth_code");
  if (end)
    heard->life_ms = g_date_time_to_unix (end) * 1000 - bank_wall_us (bank) / 1000;
}

static void
hear_refund_body (const char *body,
                  Heard      *heard)
{
  heard->number = speech_field (body, "out_refund_no");
  heard->of = speech_field (body, "out_trade_no");
  heard->fen = speech_number (body, "refund");
}

static TillCall
call_of (const char *path)
{
  static const struct {
    const char *part;
    TillCall    call;
  } paths[] = {
    { "/v3/pay/transactions/codepay", TILL_CALL_CHARGE },
    { "/v3/pay/transactions/native", TILL_CALL_ORDER },
    { "/v3/refund/domestic/refunds/", TILL_CALL_QUERY_REFUND },
    { "/v3/refund/domestic/refunds", TILL_CALL_REFUND },
    { "/v3/certificates", TILL_CALL_KEYS },
    { "/close", TILL_CALL_CLOSE },
    { "/reverse", TILL_CALL_REVERSE },
    { "/out-trade-no/", TILL_CALL_QUERY },
    { "/id/42", TILL_CALL_QUERY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    if (strstr (path, paths[i].part))
      return paths[i].call;
  }
  g_error ("nobody hears %s", path);
}

static void
hear (Bank                  *bank,
      const TillHttpRequest *request,
      Heard                 *heard)
{
  const char *path = speech_path (request);
  g_autofree char *body = speech_body (request);
  g_auto (GStrv) parts = g_strsplit_set (path, "/?", -1);
  guint n_parts = g_strv_length (parts);

  heard->call = call_of (path);
  if (heard->call == TILL_CALL_QUERY)
    heard->number = g_strdup (parts[5] + (strstr (path, "/id/42") ? 2 : 0));
  else if (heard->call == TILL_CALL_CLOSE || heard->call == TILL_CALL_REVERSE)
    heard->number = g_strdup (parts[n_parts - 2]);
  else if (heard->call == TILL_CALL_QUERY_REFUND)
    heard->number = g_strdup (parts[5]);
  else if (heard->call == TILL_CALL_REFUND)
    hear_refund_body (body, heard);
  else if (heard->call != TILL_CALL_KEYS)
    hear_body (bank, body, heard);
}

static TillHttpReply *
answer (Bank                  *bank,
        const TillHttpRequest *request,
        const Heard           *heard)
{
  static TillHttpReply *(*const does[TILL_N_CALLS]) (Bank *, const Heard *) = {
    [TILL_CALL_CHARGE] = do_charge, [TILL_CALL_ORDER] = do_order, [TILL_CALL_QUERY] = do_query,
    [TILL_CALL_CLOSE] = do_end,     [TILL_CALL_REVERSE] = do_end, [TILL_CALL_REFUND] = do_refund,
    [TILL_CALL_QUERY_REFUND] = do_query_refund, [TILL_CALL_KEYS] = do_keys,
  };

  check_signature (request);

  return does[heard->call] (bank, heard);
}

/* Its addresses are the real ones, so that the second one stands by. */
const Dialect dialect_wechat = {
  .type = "wechat-pay",
  .hosts = { "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com" },
  .brands = TILL_BRAND_BIT (TILL_BRAND_WECHAT),
  .orders_exist_unscanned = TRUE,
  .refunds_get_stuck = TRUE,
  .reverse_not_before_ms = 15000,
  .gives_up_ms = 45000,
  .hear = hear,
  .answer = answer,
};
