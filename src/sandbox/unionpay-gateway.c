/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/unionpay-gateway.h"

#include "sandbox/national.h"
#include "sandbox/sign.h"
#include "sandbox/text.h"

#include <string.h>

/* UnionPay's full-channel interface 5.1.0: forms, signatures and the form of answers. Sources:
 * open.unionpay.com apiservId 468 and 455; UnionPay's SDK 5.1.0 (SDKUtil). */

#define TYPE "text/html;charset=UTF-8"
#define CERT_ID "68759663359"   /* unionpay-merchant.pfx */

static const TillUnionpayMerchant merchants[] = {
  { "777290000000001", "01", FALSE },
  { "777290000000011", "11", FALSE },
  { "777290000000012", "12", FALSE },
  { "777290000000021", "21", FALSE },
  { "777290000000022", "21", TRUE },
};

/* What each request has. Anything that neither this nor its route names is refused. */
static const struct {
  const char *name;
  const char *pattern;
  gboolean    of_trades;   /* what asks for a file has none */
} common[] = {
  { "version", "^5\\.1\\.0$" },
  { "encoding", "^UTF-8$" },
  { "signMethod", "^(01|11|12|21)$" },
  { "signature", "^.+$" },
  { "txnType", "^[0-9]{2}$" },
  { "txnSubType", "^[0-9]{2}$" },
  { "bizType", "^000000$" },
  { "channelType", "^0[78]$", TRUE },
  { "accessType", "^0$" },
  { "merId", "^[0-9A-Za-z]{15}$" },
  { "orderId", "^[0-9A-Za-z]{8,40}$", TRUE },
  { "txnTime", "^20[0-9]{12}$" },
};

static const struct {
  const char *code;
  const char *text;
} messages[] = {
  { "00", "成功[0000000]" },
  { "10", "报文格式错误[2600010]" },
  { "11", "验证签名失败[9100004]" },
  { "12", "重复交易[2600012]" },
  { "13", "报文交易要素缺失[2600013]" },
  { "34", "查无此交易[2600000]" },
  { "98", "文件不存在[2600098]" },
};

static const char *
message_of (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    if (strcmp (messages[i].code, code) == 0)
      return messages[i].text;

  return "交易失败,详情请咨询95516[2600001]";
}

static gboolean
add_pair (GHashTable *pairs,
          char       *word)
{
  char *equals = strchr (word, '=');
  g_autofree char *value = NULL;

  if (!equals)
    return FALSE;

  *equals = '\0';
  value = till_form_unescape (equals + 1);
  return value && value[0] &&
         g_hash_table_insert (pairs, g_strdup (word), g_steal_pointer (&value));
}

static char *
make_code (const char *digest,
           const char *text)
{
  g_autofree char *key = till_sandbox_resource_text ("unionpay-secure-key.txt");
  g_autofree char *inner = till_sandbox_digest (digest, key);
  g_autofree char *whole = g_strconcat (text, "&", inner, NULL);

  return till_sandbox_digest (digest, whole);
}

static gboolean
is_sm (const char *method)
{
  return strcmp (method, "12") == 0 || strcmp (method, "21") == 0;
}

static gboolean
is_keyed (const char *method)
{
  return method[0] == '1';
}

static char *
sign (const TillUnionpayMerchant *merchant,
      TillFault                   fault,
      const char                 *text)
{
  g_autofree char *spoilt = g_strconcat (text, fault == TILL_FAULT_BAD_SIGNATURE ? "!" : "", NULL);
  g_autofree char *digest = till_sandbox_digest (is_sm (merchant->method) ? "SM3" : "SHA256",
                                                 spoilt);

  if (is_keyed (merchant->method))
    return make_code (is_sm (merchant->method) ? "SM3" : "SHA256", spoilt);
  if (is_sm (merchant->method))
    return till_sandbox_sign_sm2 (till_sandbox_key ("unionpay-sm2-cert-key.pem"), digest,
                                  merchant->is_raw);

  return till_sandbox_sign (till_sandbox_key (fault == TILL_FAULT_UNKNOWN_KEY
                                                ? "stranger-key.pem" : "unionpay-cert-key.pem"),
                            digest, strlen (digest));
}

static gboolean
verify (const TillUnionpayMerchant *merchant,
        const char                 *text,
        const char                 *signature)
{
  g_autofree char *digest = till_sandbox_digest (is_sm (merchant->method) ? "SM3" : "SHA256", text);
  g_autofree char *code = NULL;

  if (is_keyed (merchant->method)) {
    code = make_code (is_sm (merchant->method) ? "SM3" : "SHA256", text);
    return strcmp (code, signature) == 0;
  }
  if (is_sm (merchant->method))
    return till_sandbox_verify_sm2 (till_sandbox_key ("unionpay-sm2-merchant-pub.pem"), digest,
                                    merchant->is_raw, signature);

  return till_sandbox_verify (till_sandbox_key ("unionpay-merchant-key.pem"), digest,
                              strlen (digest), signature);
}

/* The certificate that an answer comes with. */
static char *
certificate_of (const TillUnionpayMerchant *merchant,
                TillFault                   fault)
{
  if (is_keyed (merchant->method))
    return NULL;
  if (is_sm (merchant->method))
    return till_sandbox_resource_text ("unionpay-sm2-cert.pem");

  return till_sandbox_resource_text (fault == TILL_FAULT_UNKNOWN_KEY
                                       ? "stranger.pem" : "unionpay-cert.pem");
}

static void
put (GHashTable *pairs,
     const char *name,
     const char *value)
{
  if (value && value[0])
    g_hash_table_insert (pairs, g_strdup (name), g_strdup (value));
}

/* As it came, but for an answer about somebody else's. */
static void
put_echo (TillUnionpayAsk *ask,
          GHashTable      *pairs)
{
  static const char *const echoed[] = { "version", "encoding", "bizType", "txnType", "txnSubType",
                                        "accessType", "merId", "orderId", "txnTime" };

  for (guint i = 0; i < G_N_ELEMENTS (echoed); i++)
    put (pairs, echoed[i], till_unionpay_param (ask, echoed[i]));
  if (till_exchange_get_fault (ask->exchange) == TILL_FAULT_OTHER_ORDER)
    put (pairs, "orderId", "SOMEBODYELSES0000001");
}

/* `k=v&…`, values as they are: nothing is encoded in an answer. */
static void
answer (TillUnionpayAsk *ask,
        GHashTable      *pairs)
{
  TillFault fault = till_exchange_get_fault (ask->exchange);
  g_autofree char *certificate = certificate_of (ask->merchant, fault);
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;

  put (pairs, "signMethod", ask->merchant->method);
  put (pairs, "signPubKeyCert", certificate);
  text = till_form_signed_text (pairs, "signature");
  signature = sign (ask->merchant, fault, text);
  till_exchange_answer (ask->exchange, 200, TYPE,
                        fault == TILL_FAULT_NO_SIGNATURE
                          ? g_strdup (text) : g_strdup_printf ("%s&signature=%s", text, signature));
}

static void
find_merchant (TillUnionpayAsk *ask)
{
  const char *mer_id = till_unionpay_param (ask, "merId");

  for (guint i = 0; mer_id && i < G_N_ELEMENTS (merchants); i++)
    if (strcmp (merchants[i].mer_id, mer_id) == 0)
      ask->merchant = &merchants[i];
}

/**
 * till_unionpay_read:
 *
 * Reads the form, and finds who asks. Whoever cannot be told gets no signed answer.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_unionpay_read (TillUnionpayAsk *ask)
{
  TillExchange *exchange = ask->exchange;
  const char *type = soup_message_headers_get_content_type (exchange->headers, NULL);
  g_auto (GStrv) words = g_strsplit (exchange->body, "&", -1);
  gboolean is_form = strcmp (exchange->method, "POST") == 0 && !exchange->query &&
                     g_strcmp0 (type, "application/x-www-form-urlencoded") == 0;

  ask->params = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; is_form && words[i]; i++)
    is_form = add_pair (ask->params, words[i]);
  find_merchant (ask);
  if (is_form && ask->merchant)
    return TRUE;

  till_exchange_answer (exchange, is_form ? 200 : 400, TYPE, g_strdup ("Invalid request."));
  return FALSE;
}

/**
 * till_unionpay_is_for_file:
 *
 * Returns: whether a file is asked for, and no transaction
 */
gboolean
till_unionpay_is_for_file (const TillUnionpayAsk *ask)
{
  return g_strcmp0 (till_unionpay_param (ask, "txnType"), "76") == 0;
}

/**
 * till_unionpay_check:
 *
 * Checks what every request has.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_unionpay_check (TillUnionpayAsk *ask)
{
  for (guint i = 0; i < G_N_ELEMENTS (common); i++) {
    const char *value = till_unionpay_param (ask, common[i].name);

    if (common[i].of_trades && till_unionpay_is_for_file (ask))
      continue;
    if (!value || !g_regex_match_simple (common[i].pattern, value, G_REGEX_DOLLAR_ENDONLY, 0)) {
      till_unionpay_refuse (ask, value ? "10" : "13");
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * till_unionpay_is_signed:
 *
 * Checks the signature, over all that was sent.
 *
 * Returns: %FALSE where the request was answered
 */
gboolean
till_unionpay_is_signed (TillUnionpayAsk *ask)
{
  const char *cert_id = till_unionpay_param (ask, "certId");
  g_autofree char *text = till_form_signed_text (ask->params, "signature");
  gboolean has_id = is_keyed (ask->merchant->method) ? !cert_id : cert_id != NULL;

  if (strcmp (ask->merchant->method, "01") == 0)
    has_id = g_strcmp0 (cert_id, CERT_ID) == 0;
  if (has_id && strcmp (till_unionpay_param (ask, "signMethod"), ask->merchant->method) == 0 &&
      verify (ask->merchant, text, till_unionpay_param (ask, "signature")))
    return TRUE;

  till_unionpay_refuse (ask, "11");
  return FALSE;
}

void
till_unionpay_ask_clear (TillUnionpayAsk *ask)
{
  g_clear_pointer (&ask->params, g_hash_table_unref);
}

/**
 * till_unionpay_param:
 *
 * Returns: (nullable): what the request says
 */
const char *
till_unionpay_param (const TillUnionpayAsk *ask,
                     const char            *name)
{
  return g_hash_table_lookup (ask->params, name);
}

/**
 * till_unionpay_say:
 * @code: respCode; then name, value, … , %NULL; a value that is %NULL is left out
 *
 * Answers, signed, with what was asked about.
 */
void
till_unionpay_say (TillUnionpayAsk *ask,
                   const char      *code,
                   ...)
{
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *name;
  va_list rest;

  put_echo (ask, pairs);
  put (pairs, "respCode", code);
  put (pairs, "respMsg", message_of (code));
  va_start (rest, code);
  while ((name = va_arg (rest, const char *)))
    put (pairs, name, va_arg (rest, const char *));
  va_end (rest);

  answer (ask, pairs);
}

/**
 * till_unionpay_refuse:
 *
 * Answers with nothing but a code.
 */
void
till_unionpay_refuse (TillUnionpayAsk *ask,
                      const char      *code)
{
  ask->was_refused = TRUE;
  till_unionpay_say (ask, code, NULL);
}
