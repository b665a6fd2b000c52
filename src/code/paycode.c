/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/paycode.h"

#include <stdio.h>
#include <string.h>

#include "code/emv-cpm.h"
#include "code/emv-qr.h"

/* Whose code a text is, the longest and most special shape first. A row claims a text that begins
 * with one of its prefixes, is made of its characters and has its length. The wallets' own words
 * for these ranges: WeChat's error text of v2 micropay ("10–15, 18 digits"), Alipay's trade.pay
 * (25–30, 16–24 digits); the rest from public code of aggregators, so a brand read here is a
 * route, never the brand of a payment: that comes with the acquirer's answer. */
typedef struct {
  const char      *prefixes;   /* split by '|'; "" for any; digit ranges as "10-15" */
  const char      *characters; /* of the whole text; NULL for any */
  guint            min_chars;
  guint            max_chars;
  TillPaycodeKind  kind;
  TillBrand        brand;
  TillReason       reason;     /* why a till may not charge it */
} Rule;

#define DIGITS "0123456789"
#define BASE64 DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/="
#define ALNUM DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define ANY_LENGTH 1, 4096

static const Rule rules[] = {
  /* A customer who opened "receive" in place of "pay": the codes of persons and of small shops
   * without contract. */
  { "wxp://", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_WECHAT, TILL_REASON_RECEIVE_CODE },
  /* Orders begin with bax (alipay.trade.precreate, samples); what else is there is a person's. */
  { "https://qr.alipay.com/bax", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_ALIPAY, TILL_REASON_SHOP_CODE },
  { "https://qr.alipay.com/", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_ALIPAY, TILL_REASON_RECEIVE_CODE },

  /* Codes that a shop shows: a sticker, or another till's screen. */
  { "weixin://wxpay/|https://payapp.weixin.qq.com/|https://wx.tenpay.com/", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_WECHAT, TILL_REASON_SHOP_CODE },
  { "alipays://|alipay://", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_ALIPAY, TILL_REASON_SHOP_CODE },
  { "https://qr.95516.com/|upwallet://", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_UNIONPAY, TILL_REASON_SHOP_CODE },
  { "https://h5pay.jd.com/", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_JD, TILL_REASON_SHOP_CODE },
  { "https://qpay.qq.com/|https://i.qianbao.qq.com/|https://myun.tenpay.com/", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_QQ, TILL_REASON_SHOP_CODE },
  { "https://m.wosai.cn/|https://qr.shouqianba.com/|https://q.huijingcai.top/|"
    "https://qr.duolabao.com/", NULL, ANY_LENGTH,
    TILL_PAYCODE_COLLECTION, TILL_BRAND_NONE, TILL_REASON_SHOP_CODE },
  { "http://|https://|weixin://", NULL, ANY_LENGTH,
    TILL_PAYCODE_URL, TILL_BRAND_NONE, TILL_REASON_WEB_CODE },
  { "000201", NULL, ANY_LENGTH,
    TILL_PAYCODE_EMV_MPM, TILL_BRAND_NONE, TILL_REASON_SHOP_CODE },

  /* Codes that a customer shows. */
  { "10-15", DIGITS, 18, 18,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_WECHAT, TILL_REASON_NONE },
  { "fp", ALNUM, 35, 35,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_ALIPAY, TILL_REASON_NONE },
  { "01", DIGITS, 19, 19,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_ECNY, TILL_REASON_NONE },
  { "62", DIGITS, 19, 19,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_UNIONPAY, TILL_REASON_NONE },
  { "25-30", DIGITS, 16, 24,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_ALIPAY, TILL_REASON_NONE },
  { TILL_EMV_CPM_PREFIX, BASE64, 12, 4096,
    TILL_PAYCODE_EMV_CPM, TILL_BRAND_UNIONPAY, TILL_REASON_CARD_CODE },
  { "18", DIGITS, 18, 18,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_JD, TILL_REASON_NONE },
  { "91", DIGITS, 18, 18,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_QQ, TILL_REASON_NONE },
  { "51", DIGITS, 18, 18,
    TILL_PAYCODE_PAYMENT, TILL_BRAND_BESTPAY, TILL_REASON_NONE },
};

/* What phones show that is no payment at all: contacts, networks, messages, places, one-time
 * passwords, invoices ("01," and a field of commas), health and travel codes (JSON). */
static const char *const other_prefixes[] = {
  "BEGIN:", "MECARD:", "BIZCARD:", "WIFI:", "mailto:", "tel:", "sms:", "smsto:", "geo:", "otpauth:",
  "bitcoin:", "data:", "01,", "{", "[", "<",
};

/* Goods: EAN-8, UPC-A, EAN-13. */
static const guint goods_chars[] = { 8, 12, 13 };

static const char *const kind_names[] = {
  [TILL_PAYCODE_PAYMENT]    = "payment-code",
  [TILL_PAYCODE_COLLECTION] = "collection-code",
  [TILL_PAYCODE_EMV_MPM]    = "emv-mpm",
  [TILL_PAYCODE_EMV_CPM]    = "emv-cpm",
  [TILL_PAYCODE_URL]        = "url",
  [TILL_PAYCODE_GOODS]      = "goods",
  [TILL_PAYCODE_UNKNOWN]    = "unknown",
};

/* "10-15" against the text's first two digits; any other prefix letter by letter. Schemes and hosts
 * know no case, and a QR in alphanumeric mode has capitals only. */
static gboolean
begins_with (const char *text,
             const char *prefix)
{
  if (strlen (prefix) == 5 && prefix[2] == '-')
    return strncmp (text, prefix, 2) >= 0 && strncmp (text, prefix + 3, 2) <= 0;
  if (strstr (prefix, "://"))
    return g_ascii_strncasecmp (text, prefix, strlen (prefix)) == 0;

  return g_str_has_prefix (text, prefix);
}

static gboolean
rule_claims (const Rule *rule,
             const char *text,
             gsize       n_chars)
{
  g_auto (GStrv) prefixes = g_strsplit (rule->prefixes, "|", -1);

  if (n_chars < rule->min_chars || n_chars > rule->max_chars)
    return FALSE;
  if (rule->characters && strspn (text, rule->characters) != n_chars)
    return FALSE;

  for (guint i = 0; prefixes[i]; i++) {
    if (begins_with (text, prefixes[i]))
      return TRUE;
  }

  return FALSE;
}

static gboolean
looks_like_goods_code (const char *text,
                       gsize       n_chars)
{
  for (guint i = 0; i < G_N_ELEMENTS (goods_chars); i++) {
    if (goods_chars[i] == n_chars)
      return strspn (text, DIGITS) == n_chars;
  }

  return FALSE;
}

/* Any scheme that is not the web's opens some app. */
static gboolean
looks_like_link (const char *text)
{
  const char *colon = strstr (text, "://");

  return colon && colon > text &&
         strspn (text, ALNUM "+.-") == (gsize) (colon - text);
}

static gboolean
looks_like_other_code (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (other_prefixes); i++) {
    if (g_ascii_strncasecmp (text, other_prefixes[i], strlen (other_prefixes[i])) == 0)
      return TRUE;
  }

  return FALSE;
}

/* GS1: weights 1 and 3 from the right, the sum a multiple of ten. */
static gboolean
goods_check_digit_fits (const char *text,
                        gsize       n_chars)
{
  guint sum = 0;

  for (gsize i = 0; i < n_chars; i++)
    sum += (guint) (text[n_chars - 1 - i] - '0') * (i % 2 ? 3 : 1);

  return sum % 10 == 0;
}

/* 18 digits of a Chinese identity number (GB 11643): a date of birth at digits 7 to 14 and a check
 * digit. A WeChat code that looks so by chance is one in some ten thousand: it is asked about. */
static gboolean
looks_like_identity_number (const char *text)
{
  static const guint weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  static const char checks[] = "10X98765432";
  int year, month, day;
  guint sum = 0;

  if (strlen (text) != 18 || sscanf (text + 6, "%4d%2d%2d", &year, &month, &day) != 3)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += (guint) (text[i] - '0') * weights[i];

  return year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
         checks[sum % 11] == text[17];
}

/* Whether an EMV code is whole: its checksum, or its templates. */
static gboolean
is_whole (TillPaycodeKind kind,
          const char     *text)
{
  if (kind == TILL_PAYCODE_EMV_MPM) {
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (text);

    return qr->errors->len == 0;
  }
  if (kind == TILL_PAYCODE_EMV_CPM) {
    g_autoptr (TillEmvCpm) cpm = till_emv_cpm_decode (text, NULL);

    return cpm && till_emv_cpm_may_charge (cpm);
  }

  return TRUE;
}

/* What no wallet claims. */
static void
identify_rest (const char  *text,
               TillPaycode *paycode)
{
  gsize n_chars = strlen (text);

  if (looks_like_goods_code (text, n_chars))
    *paycode = (TillPaycode) { TILL_PAYCODE_GOODS, TILL_BRAND_NONE,
                               goods_check_digit_fits (text, n_chars), TILL_REASON_GOODS_CODE };
  else if (looks_like_other_code (text))
    paycode->reason = TILL_REASON_OTHER_CODE;
  else if (looks_like_link (text))
    *paycode = (TillPaycode) { TILL_PAYCODE_URL, TILL_BRAND_NONE, TRUE, TILL_REASON_WEB_CODE };
}

/* Only a shop's EMV code may hold names in other scripts. */
static gboolean
is_plain (const char *text)
{
  gboolean is_emv = g_str_has_prefix (text, "000201") && g_utf8_validate (text, -1, NULL);

  for (const char *p = text; *p; p++) {
    if (g_ascii_iscntrl (*p) || (!g_ascii_isprint (*p) && !is_emv))
      return FALSE;
  }

  return TRUE;
}

/**
 * till_paycode_normalise:
 * @text: what a scanner read or a clerk typed
 *
 * Takes blanks off the ends, and out of the middle where the text is digits in groups, as wallets
 * print them.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL where it cannot be a code: empty, longer
 *   than 4096, or neither printable ASCII nor a shop's EMV code
 */
char *
till_paycode_normalise (const char *text)
{
  g_autofree char *code = g_strstrip (g_strdup (text));
  gsize kept = 0;

  if (code[0] == '\0' || strlen (code) > 4096 || !is_plain (code))
    return NULL;

  if (strspn (code, DIGITS " -") != strlen (code))
    return g_steal_pointer (&code);

  for (const char *p = code; *p; p++) {
    if (*p != ' ')
      code[kept++] = *p;
  }
  code[kept] = '\0';

  return g_steal_pointer (&code);
}

/**
 * till_paycode_identify:
 * @text: as till_paycode_normalise() returns it
 * @paycode: (out caller-allocates): what it is; always filled
 *
 * Tells whose code @text is, by one table in a fixed order.
 *
 * Returns: whether it is a payment code that may be charged at once
 */
gboolean
till_paycode_identify (const char  *text,
                       TillPaycode *paycode)
{
  gsize n_chars = strlen (text);

  *paycode = (TillPaycode) { TILL_PAYCODE_UNKNOWN, TILL_BRAND_NONE, FALSE,
                             TILL_REASON_UNKNOWN_CODE };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (rule_claims (&rules[i], text, n_chars)) {
      *paycode = (TillPaycode) { rules[i].kind, rules[i].brand, is_whole (rules[i].kind, text),
                                 rules[i].reason };
      break;
    }
  }

  if (paycode->kind == TILL_PAYCODE_UNKNOWN)
    identify_rest (text, paycode);
  if (paycode->brand == TILL_BRAND_WECHAT && paycode->kind == TILL_PAYCODE_PAYMENT &&
      looks_like_identity_number (text))
    paycode->reason = TILL_REASON_IDENTITY_CODE;

  return paycode->kind == TILL_PAYCODE_PAYMENT && paycode->reason == TILL_REASON_NONE;
}

/**
 * till_paycode_mask:
 *
 * Returns: (transfer full): the first two and the last four characters, the rest as stars; all
 *   stars where that would leave too little hidden
 */
char *
till_paycode_mask (const char *text)
{
  gsize n_chars = strlen (text);
  char *masked = g_strnfill (MIN (n_chars, 40), '*');

  if (n_chars < 12 || n_chars > 40)
    return masked;

  memcpy (masked, text, 2);
  memcpy (masked + n_chars - 4, text + n_chars - 4, 4);

  return masked;
}

/**
 * till_paycode_kind_to_string:
 *
 * Returns: the word of the command line's JSON
 */
const char *
till_paycode_kind_to_string (TillPaycodeKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/* Cards' numbers: ISO/IEC 7812, 15 to 19 digits of which the last is Luhn's; those of 3 to 6 pay. */
static gboolean
is_card_number (const char *digits,
                gsize       n_digits)
{
  guint sum = 0;

  if (n_digits < 15 || n_digits > 19 || digits[0] < '3' || digits[0] > '6')
    return FALSE;

  for (gsize i = 0; i < n_digits; i++) {
    guint digit = (guint) (digits[n_digits - 1 - i] - '0') * (1 + i % 2);

    sum += digit / 10 + digit % 10;
  }

  return sum % 10 == 0;
}

static gboolean
is_secret (const char *text)
{
  gsize n_chars = strlen (text);
  TillPaycode found;

  till_paycode_identify (text, &found);

  return found.kind == TILL_PAYCODE_PAYMENT || found.kind == TILL_PAYCODE_EMV_CPM ||
         (strspn (text, "0123456789") == n_chars && is_card_number (text, n_chars));
}

/* How much of @text is one number, as a person or a scanner types it: "62220212…", or in fours with
 * a blank or a dash between. */
static gsize
span_number (const char *text)
{
  gsize n_span = strspn (text, "0123456789");
  gsize n_group = n_span;

  while (n_group == 4 && text[n_span] != '\0' && strchr (" -", text[n_span]) &&
         g_ascii_isdigit (text[n_span + 1])) {
    n_group = strspn (text + n_span + 1, "0123456789");
    n_span += 1 + n_group;
  }

  return n_span;
}

/**
 * till_paycode_redact:
 * @text: a person's words; %NULL stays %NULL
 *
 * Returns: (transfer full) (nullable): @text with payment codes and cards' numbers masked, also
 *   those that a scanner typed there or that stand in fours
 */
char *
till_paycode_redact (const char *text)
{
  g_autofree char *whole = text ? g_strstrip (g_strdup (text)) : NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  if (!text)
    return NULL;
  if (is_secret (whole))
    return till_paycode_mask (whole);

  for (gsize n; *text; text += n) {
    g_autofree char *number = g_strndup (text, n = span_number (text));
    g_auto (GStrv) groups = g_strsplit_set (number, " -", -1);
    g_autofree char *digits = g_strjoinv (NULL, groups);
    g_autofree char *masked = n > 0 && is_secret (digits) ? till_paycode_mask (digits) : NULL;

    if (n == 0)
      g_string_append_c (out, text[n++]);
    else
      g_string_append (out, masked ? masked : number);
  }

  return g_string_free (g_steal_pointer (&out), FALSE);
}
