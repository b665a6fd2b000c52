/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-shop.h"

#include <string.h>

#include "sandbox/national.h"
#include "sandbox/sign.h"
#include "sandbox/text.h"

/* The merchant that signs with a shared key: the simplest to spoil. */
#define MERCHANT "777290000000011"
#define KEY "TillSandboxSecureKey"
#define ORDER "261122AAAAAAAAAAAAAA"
#define BACK "/gateway/api/backTransReq.do"
#define QUERY "/gateway/api/queryTrans.do"
#define CHARGE "txnType=01&txnSubType=06&txnAmt=1250&currencyCode=156&backUrl=http://x.example" \
               "&termId=00000001&qrNo=6212345678901234500"
#define CODE "txnType=01&txnSubType=07&txnAmt=1250&currencyCode=156&backUrl=http://x.example"
#define FILES "/gateway/api/fileDownload.do"
#define FILE "txnType=76&txnSubType=01&fileType=00&settleDate=0101&orderId=&channelType="
#define ASK "txnType=00&txnSubType=00"
#define REVERSE "txnType=99&txnSubType=01"
#define REFUND "txnType=04&txnSubType=00&txnAmt=500&backUrl=http://x.example&orderId=R" ORDER
#define VOID "txnType=31&txnSubType=00&txnAmt=1250&backUrl=http://x.example&orderId=R" ORDER

typedef struct {
  const char *path;
  const char *pairs;     /* beside the common ones, which they may change; empty takes one away */
  const char *spoil;     /* "name=value", after signing */
} Form;

/* The moment of the transactions of a test. */
static char *moment;

static int
compare_words (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
put (GHashTable *all,
     const char *pairs)
{
  g_auto (GStrv) words = g_strsplit (pairs, "&", -1);

  for (guint i = 0; words[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

    if (pair[1][0])
      g_hash_table_insert (all, g_strdup (pair[0]), g_strdup (pair[1]));
    else
      g_hash_table_remove (all, pair[0]);
  }
}

static char *
join (GHashTable *all,
      gboolean    encodes)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    g_autofree char *text = encodes ? g_uri_escape_string (value, NULL, FALSE) : g_strdup (value);

    g_ptr_array_add (words, g_strdup_printf ("%s=%s", (char *) name, text));
  }
  g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);

  return g_strjoinv ("&", (char **) words->pdata);
}

static char *
sign (const char *text)
{
  g_autofree char *inner = till_sandbox_digest ("SHA256", KEY);
  g_autofree char *whole = g_strconcat (text, "&", inner, NULL);

  return till_sandbox_digest ("SHA256", whole);
}

static Reply *
ask (Shop *shop,
     Form  form)
{
  static const char *const headers[] = {
    "Content-Type", "application/x-www-form-urlencoded;charset=utf-8", NULL,
  };
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *common = g_strdup_printf (
    "version=5.1.0&encoding=UTF-8&bizType=000000&channelType=08&accessType=0&signMethod=11"
    "&merId=" MERCHANT "&orderId=" ORDER "&txnTime=%s", moment);
  g_autofree char *text = NULL;
  g_autofree char *body = NULL;
  g_autofree char *signature = NULL;

  put (all, common);
  put (all, form.pairs);
  text = join (all, FALSE);
  signature = sign (text);
  g_hash_table_insert (all, g_strdup ("signature"), g_steal_pointer (&signature));
  if (form.spoil)
    put (all, form.spoil);
  body = join (all, TRUE);

  return shop_send (shop, "POST", form.path ? form.path : BACK, headers, body);
}

/* Of an answer, whose values are not encoded. */
static char *
value_of (const Reply *reply,
          const char  *name)
{
  g_autofree char *framed = g_strdup_printf ("&%s", reply->body);
  g_autofree char *wanted = g_strdup_printf ("&%s=", name);
  const char *found = strstr (framed, wanted);

  return found ? g_strndup (found + strlen (wanted), strcspn (found + strlen (wanted), "&")) : NULL;
}

static void
assert_value (const Reply *reply,
              const char  *name,
              const char  *expect)
{
  g_autofree char *value = value_of (reply, name);

  g_assert_cmpstr (value, ==, expect);
}

static void
assert_asked (Shop       *shop,
              const char *path,
              const char *pairs,
              const char *code)
{
  g_autoptr (Reply) reply = ask (shop, (Form) { path, pairs, NULL });

  g_test_message ("%s", pairs);
  assert_value (reply, "respCode", code);
}

/* What became of the payment, or of the refund. */
static void
assert_result (Shop       *shop,
               const char *pairs,
               const char *code)
{
  g_autoptr (Reply) reply = ask (shop, (Form) { QUERY, pairs, NULL });

  assert_value (reply, code ? "origRespCode" : "respCode", code ? code : "34");
}

static Shop *
open_shop (void)
{
  g_free (moment);
  moment = till_sandbox_time_gmt8 (g_get_real_time (), "%Y%m%d%H%M%S");

  return shop_new (NULL);
}

static const struct {
  const char *name;
  Form        form;
  const char *code;
} strict[] = {
  { "another version", { BACK, CHARGE "&version=5.0.0" }, "10" },
  { "no version", { BACK, CHARGE "&version=" }, "13" },
  { "another charset", { BACK, CHARGE "&encoding=GBK" }, "10" },
  { "no order", { BACK, CHARGE "&orderId=" }, "13" },
  { "a short order", { BACK, CHARGE "&orderId=1234567" }, "10" },
  { "an order with a dash", { BACK, CHARGE "&orderId=261122-AAAAAAA" }, "10" },
  { "no time", { BACK, CHARGE "&txnTime=" }, "13" },
  { "a time with dashes", { BACK, CHARGE "&txnTime=2026-05-20" }, "10" },
  { "a time long ago", { BACK, CHARGE "&txnTime=20260101000000" }, "10" },
  { "another type", { BACK, CHARGE "&txnType=77" }, "10" },
  { "another address", { QUERY, CHARGE }, "10" },
  { "a query there", { BACK, ASK }, "10" },
  { "no amount", { BACK, CHARGE "&txnAmt=" }, "13" },
  { "yuan", { BACK, CHARGE "&txnAmt=12.50" }, "10" },
  { "nothing", { BACK, CHARGE "&txnAmt=0" }, "10" },
  { "dollars", { BACK, CHARGE "&currencyCode=840" }, "10" },
  { "no address for notices", { BACK, CHARGE "&backUrl=" }, "13" },
  { "no terminal", { BACK, CHARGE "&termId=" }, "13" },
  { "a short terminal", { BACK, CHARGE "&termId=01" }, "10" },
  { "no code", { BACK, CHARGE "&qrNo=" }, "13" },
  { "letters as a code", { BACK, CHARGE "&qrNo=62abc" }, "10" },
  { "another wallet's code", { BACK, CHARGE "&qrNo=134567890123456700" }, "88" },
  { "a field that nobody knows", { BACK, CHARGE "&subject=x" }, "10" },
  { "a code's field in a query", { QUERY, ASK "&qrNo=6212345678901234500" }, "10" },
  { "another signature", { BACK, CHARGE, "signature=00" }, "11" },
  { "another amount than was signed", { BACK, CHARGE, "txnAmt=1" }, "11" },
  { "one field more than was signed", { BACK, CHARGE, "reqReserved=x" }, "11" },
  { "another way to sign", { BACK, CHARGE "&signMethod=12" }, "11" },
  { "a certificate that does not sign", { BACK, CHARGE "&certId=68759663359" }, "11" },
  { "a time to pay that is over", { BACK, CODE "&payTimeout=20260101000000" }, "10" },
  { "a file elsewhere", { BACK, FILE }, "10" },
  { "a file of no type", { FILES, FILE "&fileType=" }, "13" },
  { "a file of another type", { FILES, FILE "&fileType=01" }, "10" },
  { "a file of no day", { FILES, FILE "&settleDate=" }, "13" },
  { "a file of a day with a year", { FILES, FILE "&settleDate=20260101" }, "10" },
  { "a file of an order", { FILES, FILE "&orderId=" ORDER }, "10" },
  { "a file that is signed wrongly", { FILES, FILE, "settleDate=0102" }, "11" },
  { "a file of a day without a transaction", { FILES, FILE }, "98" },
};

/* Every kind of bad request is refused with its code, signed, and books nothing. */
static void
test_strict (void)
{
  g_autoptr (Shop) shop = open_shop ();

  for (guint i = 0; i < G_N_ELEMENTS (strict); i++) {
    g_autoptr (Reply) reply = ask (shop, strict[i].form);

    g_test_message ("%s", strict[i].name);
    assert_value (reply, "respCode", strict[i].code);
    assert_value (reply, "merId", MERCHANT);
  }
  assert_result (shop, ASK, NULL);
}

/* Whoever cannot be told gets no signed answer. */
static void
test_strangers (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autoptr (Reply) other = ask (shop, (Form) { BACK, CHARGE "&merId=777290000000099" });
  g_autoptr (Reply) get = shop_send (shop, "GET", BACK, NULL, NULL);
  g_autoptr (Reply) text = shop_send (shop, "POST", BACK,
                                      (const char *[]) { "Content-Type", "text/plain", NULL },
                                      "merId=" MERCHANT);

  g_assert_cmpstr (other->body, ==, "Invalid request.");
  g_assert_cmpuint (get->status, ==, 400);
  g_assert_cmpuint (text->status, ==, 400);
}

/* The answer says no more than that the code was taken; the query says paid, of this moment
 * only. */
static void
test_charge (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autoptr (Reply) taken = ask (shop, (Form) { BACK, CHARGE });
  g_autoptr (Reply) paid = ask (shop, (Form) { QUERY, ASK });
  g_autofree char *ref = value_of (taken, "queryId");

  assert_value (taken, "respCode", "00");
  assert_value (taken, "origRespCode", NULL);
  assert_value (paid, "origRespCode", "00");
  assert_value (paid, "txnAmt", "1250");
  assert_value (paid, "queryId", ref);
  assert_asked (shop, QUERY, ASK "&txnTime=20260520132935", "34");
  assert_asked (shop, BACK, CHARGE, "12");
  assert_asked (shop, BACK, CHARGE "&orderId=X" ORDER, "88");   /* the code was used */
}

/* A reversal undoes it, once or twice; a void and a refund give it back. */
static void
test_ends (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autofree char *refund =
    g_strdup_printf (REFUND "&origOrderId=" ORDER "&origTxnTime=%s", moment);
  g_autofree char *whole = g_strdup_printf (VOID "&origOrderId=" ORDER "&origTxnTime=%s", moment);
  g_autofree char *stale = g_strdup (REFUND "&origOrderId=" ORDER "&origTxnTime=20260520132935");
  g_autofree char *much = g_strdup_printf ("%s&txnAmt=1251", refund);

  assert_asked (shop, BACK, REVERSE, "34");
  assert_asked (shop, BACK, refund, "35");
  assert_asked (shop, BACK, CHARGE, "00");
  assert_asked (shop, BACK, stale, "35");
  assert_asked (shop, BACK, much, "36");
  assert_asked (shop, BACK, refund, "00");
  assert_asked (shop, BACK, refund, "12");
  assert_result (shop, ASK "&orderId=R" ORDER, "00");
  assert_asked (shop, BACK, REVERSE, "45");
  assert_asked (shop, BACK, whole, "12");

  assert_asked (shop, BACK, CHARGE "&orderId=B" ORDER "&qrNo=6212345678901234511", "00");
  assert_result (shop, ASK "&orderId=B" ORDER, "70");
  assert_asked (shop, BACK, REVERSE "&orderId=B" ORDER, "00");
  assert_asked (shop, BACK, REVERSE "&orderId=B" ORDER, "46");
  assert_result (shop, ASK "&orderId=B" ORDER, "46");
}

/* All of a payment is voided, no less. */
static void
test_void (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autofree char *whole = g_strdup_printf (VOID "&origOrderId=" ORDER "&origTxnTime=%s", moment);
  g_autofree char *part = g_strdup_printf ("%s&txnAmt=1249", whole);

  assert_asked (shop, BACK, CHARGE, "00");
  assert_asked (shop, BACK, part, "36");
  assert_asked (shop, BACK, whole, "00");
  assert_result (shop, ASK "&orderId=R" ORDER, "00");
}

/* A code is no transaction until somebody scans it; it has no end but its time. */
static void
test_code (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autoptr (Reply) made = ask (shop, (Form) { BACK, CODE });
  g_autofree char *text = value_of (made, "qrCode");
  g_autoptr (Reply) scanned = NULL;
  g_autoptr (Reply) paid = NULL;

  g_assert_true (g_str_has_prefix (text, "https://qr.95516.com/00010000/"));
  assert_result (shop, ASK, NULL);
  assert_asked (shop, BACK, REVERSE, "36");
  scanned = shop_post (shop, "/sandbox/customer", "{\"do\":\"scan\",\"text\":\"%s\"}", text);
  assert_result (shop, ASK, "05");
  paid = shop_post (shop, "/sandbox/customer", "{\"do\":\"pay\",\"text\":\"%s\"}", text);
  assert_result (shop, ASK, "00");
  g_assert_cmpuint (scanned->status, ==, 200);
  g_assert_cmpuint (paid->status, ==, 200);
}

static const struct {
  const char *digits;
  const char *code;      /* NULL: the connection ends */
  const char *result;    /* NULL: not known there */
} scenarios[] = {
  { "10", "00", "70" },
  { "20", "86", NULL },
  { "23", "64", "64" },
  { "27", "30", "30" },
  { "31", "78", "78" },
  { "33", "77", "77" },
  { "40", "32", NULL },
  { "52", "12", NULL },
  { "53", "12", "00" },
  { "54", "A9", NULL },
  { "60", NULL, "00" },
  { "61", NULL, NULL },
  { "64", "03", "00" },
  { "65", "04", NULL },
  { "82", "37", NULL },
  { "83", "37", "00" },
  { "99", "00", "00" },
};

/* Each scene is told by UnionPay's own code, and its query tells the same as the ledger. */
static void
test_scenarios (void)
{
  g_autoptr (Shop) shop = open_shop ();

  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++) {
    g_autofree char *order = g_strdup_printf ("&orderId=SCENE%015u", i);
    g_autofree char *charge = g_strdup_printf (CHARGE "%s&qrNo=62123456789012345%s", order,
                                               scenarios[i].digits);
    g_autofree char *query = g_strconcat (ASK, order, NULL);
    g_autoptr (Reply) reply = ask (shop, (Form) { BACK, charge });

    g_test_message ("digits %s", scenarios[i].digits);
    g_assert_true ((reply->error != NULL) == (scenarios[i].code == NULL));
    if (scenarios[i].code)
      assert_value (reply, "respCode", scenarios[i].code);
    assert_result (shop, query, scenarios[i].result);
  }
}

/* The customer's phone shows UnionPay's codes. */
static void
test_paycode (void)
{
  g_autoptr (Shop) shop = open_shop ();
  g_autofree char *code = shop_paycode (shop, "unionpay", "not-enough");

  g_assert_cmpuint (strlen (code), ==, 19);
  g_assert_true (g_str_has_prefix (code, "62") && g_str_has_suffix (code, "23"));
}

int
main (int   argc,
      char *argv[])
{
  int failed;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sandbox-unionpay/strict", test_strict);
  g_test_add_func ("/sandbox-unionpay/strangers", test_strangers);
  g_test_add_func ("/sandbox-unionpay/charge", test_charge);
  g_test_add_func ("/sandbox-unionpay/ends", test_ends);
  g_test_add_func ("/sandbox-unionpay/void", test_void);
  g_test_add_func ("/sandbox-unionpay/code", test_code);
  g_test_add_func ("/sandbox-unionpay/scenarios", test_scenarios);
  g_test_add_func ("/sandbox-unionpay/paycode", test_paycode);

  failed = g_test_run ();
  g_free (moment);
  return failed;
}
