/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include <string.h>

/* Codes that customers scan, as the clerk sees them. */

typedef WindowFixture F;

static void
test_collect (F            *f,
              gconstpointer data)
{
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  window_act (f, "collect", "wechat");
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "Scan with WeChat");
  assert_shown (f, "5:00");
  g_assert_nonnull (gtk_picture_get_paintable (
    GTK_PICTURE (window_find (GTK_WIDGET (f->window), GTK_TYPE_PICTURE))));

  window_scan (f, WECHAT_CODE);
  assert_shown (f, "A code is on the screen. Cancel it first, then scan the payment code.");

  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  assert_shown (f, "¥88.00");
}

/* Another wallet: the old code is confirmed closed before the new one comes. */
static void
test_change_wallet (F            *f,
                    gconstpointer data)
{
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  window_act (f, "collect", "wechat");
  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  window_act (f, "collect", "alipay");
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Scan with Alipay");
  assert_not_shown (f, "Scan with WeChat");

  desk_fixture_answer (&f->desk, "REVERSE", "reverse-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  window_act (f, "back", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Not paid");
  window_act (f, "back", NULL);
  assert_shown (f, "¥0");
}

/* Each wallet has a code of its own: the customer is asked, the answer is a number, and there is
 * one live code. */
static void
test_which_wallet (F            *f,
                   gconstpointer data)
{
  window_act (f, "collect", "all");
  assert_shown (f, "Enter the amount first, then show the code.");
  window_type (f, "88");
  window_act (f, "collect", "all");
  assert_shown (f, "Which wallet does the customer use?");
  assert_shown (f, "¥88");
  window_assert_fits (f);
  window_act (f, "back", NULL);
  assert_shown (f, "Amount to pay");
  window_act (f, "collect", "all");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  window_type (f, "2");
  assert_shown (f, "Scan with Alipay");
  assert_shown (f, "¥88.00");
  assert_shown (f, "This is an Alipay code: show the code of the customer's wallet, or scan the "
                   "payment code. Not certain: ");
  assert_not_shown (f, "Scan with WeChat");
  assert_not_shown (f, "Which wallet");
  window_act (f, "collect", "all");
  assert_shown (f, "Press another wallet's key to change it.");
  assert_shown (f, "Scan with Alipay");
  window_assert_fits (f);

  /* A digit that is no wallet's belongs to the amount, as everywhere. */
  desk_fixture_answer (&f->desk, "REVERSE", "reverse-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  window_act (f, "back", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Not paid");
  assert_shown (f, "This is an Alipay code: show the code of the customer's wallet");
  window_assert_fits (f);
  window_act (f, "collect", "all");
  assert_shown (f, "Which wallet does the customer use?");
  window_type (f, "7");
  assert_shown (f, "Amount to pay");
  assert_shown (f, "¥88.00");
}

/* With a contract for several wallets there is one code, headed by exactly those. */
static void
test_one_code (F            *f,
               gconstpointer data)
{
  window_close (f);
  desk_fixture_add (&f->desk, "mixed-words", "bank", TILL_BRAND_BIT (TILL_BRAND_WECHAT) |
                    TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY));
  window_open (f);
  assert_shown (f, "WeChat / UnionPay / bank apps");
  assert_shown (f, "Digital yuan");
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.95516.com/1");
  window_act (f, "collect", "all");
  assert_shown (f, "Scan with WeChat / UnionPay / bank apps");
  assert_shown (f, "The camera cannot pay: ");
  assert_not_shown (f, "Alipay / ");
  window_assert_fits (f);

  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  desk_fixture_answer (&f->desk, "brand=ecny", "wait not-scanned text=https://ecny.example/1");
  window_act (f, "collect", "ecny");
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Scan with the digital yuan app");
  assert_not_shown (f, "Scan with WeChat");
  desk_fixture_answer (&f->desk, "QUERY", "paid brand=ecny");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  assert_shown (f, "Digital yuan");
}

static GtkWidget *
find_sensitive (GtkWidget  *widget,
                const char *target)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GVariant *value = GTK_IS_BUTTON (child)
                        ? gtk_actionable_get_action_target_value (GTK_ACTIONABLE (child)) : NULL;
    GtkWidget *found = value && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
                       strcmp (g_variant_get_string (value, NULL), target) == 0 &&
                       gtk_widget_get_mapped (child)
                         ? child : find_sensitive (child, target);

    if (found)
      return gtk_widget_is_sensitive (found) ? found : NULL;
  }

  return NULL;
}

/* Digital yuan without network: its button is off, its sentence is said, and nothing is sent; with
 * time it may be tried again. */
static void
test_digital_yuan (F            *f,
                   gconstpointer data)
{
  window_close (f);
  desk_fixture_add (&f->desk, "mixed-words", "bank", TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) |
                    TILL_BRAND_BIT (TILL_BRAND_ECNY));
  window_open (f);
  g_assert_nonnull (find_sensitive (GTK_WIDGET (f->window), "ecny"));
  window_type (f, "5");
  desk_fixture_silence (&f->desk, "ORDER", TRUE);
  window_act (f, "collect", "ecny");
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "digital yuan without network needs a terminal certified by the central bank");
  g_assert_null (find_sensitive (GTK_WIDGET (f->window), "ecny"));
  window_act (f, "next", NULL);
  window_type (f, "6");
  window_act (f, "collect", "ecny");
  assert_shown (f, "digital yuan without network needs a terminal certified by the central bank");
  assert_shown (f, "¥6");
  g_assert_null (find_sensitive (GTK_WIDGET (f->window), "ecny"));

  desk_fixture_pass (&f->desk, 11000);
  g_assert_nonnull (find_sensitive (GTK_WIDGET (f->window), "ecny"));
}

/* Who does not answer is named where the clerk chooses; nothing is said when all is well, nor of
 * what was long ago. */
static void
test_health (F            *f,
             gconstpointer data)
{
  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "did not answer");
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "refused acquirer-fault");
  window_act (f, "collect", "wechat");
  window_act (f, "next", NULL);
  assert_shown (f, "WeChat in words has a fault, or is in maintenance.");
  window_assert_fits (f);
  window_type (f, "5");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  window_act (f, "collect", "alipay");
  assert_shown (f, "WeChat in words has a fault, or is in maintenance.");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  desk_fixture_pass (&f->desk, 121000);
  window_act (f, "next", NULL);
  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "maintenance");
}

static void
type_code (GtkWidget  *dialog,
           const char *code)
{
  gtk_editable_set_text (GTK_EDITABLE (window_find (dialog, GTK_TYPE_ENTRY)), code);
}

/* A contract that waits for its code says so until it has it; by keyboard, and the code is nowhere
 * to be read. */
static void
test_activation (F            *f,
                 gconstpointer data)
{
  const TillFakeExchange refusal = { .body = "ACTIVATE", .status = 400, .answer = "" };
  GtkWidget *dialog;

  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "is not activated on this till yet");
  window_act (f, "activate", NULL);
  window_close (f);
  desk_fixture_add (&f->desk, "begun-words", "begun", TILL_BRAND_BIT (TILL_BRAND_JD));
  window_open (f);
  assert_shown (f, "One that begins with a code in words is not activated on this till yet");
  assert_not_shown (f, "JD Pay");

  window_act (f, "activate", NULL);
  dialog = window_find_dialog ();
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog),
                                                           "activate"));
  window_respond ("back");
  till_fake_http_expect (f->desk.http, &refusal);
  window_act (f, "activate", NULL);
  type_code (window_find_dialog (), "38271946");
  window_respond ("activate");
  assert_shown (f, "Not activated: no keys. Check the code and try again, or ask for a new one.");
  assert_not_shown (f, "38271946");

  desk_fixture_late (&f->desk, "ACTIVATE", "", 2000);
  window_act (f, "activate", NULL);
  type_code (window_find_dialog (), " 38271946 ");
  window_press_enter (GTK_TYPE_ENTRY, "activate");
  g_assert_null (window_find_dialog ());
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "This till is activated at One that begins with a code in words.");
  assert_shown (f, "JD Pay");
  desk_fixture_pass (&f->desk, 1000);
  assert_not_shown (f, "is not activated on this till yet");
  window_assert_fits (f);
}

/* Codes of both wallets at once are one sale: the first that is paid closes the other. */
static void
test_both_codes (F            *f,
                 gconstpointer data)
{
  window_configure (f, "codes-at-once=yes");
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  window_act (f, "collect", "all");
  assert_shown (f, "Scan with WeChat");
  assert_shown (f, "Scan with Alipay");
  window_assert_fits (f);

  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_answer (&f->desk, "QUERY", "wait not-scanned");
  desk_fixture_answer (&f->desk, "REVERSE", "reverse-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  assert_not_shown (f, "Scan with");
}

/* What is no payment code sends nothing and says what to do. */
static void
test_wrong_codes (F            *f,
                  gconstpointer data)
{
  static const struct {
    const char *text;
    const char *says;
  } cases[] = {
    { "wxp://f2f0abcdefghijklmnop", "This is a code for receiving money." },
    { "https://qr.alipay.com/bax0123", "This is a shop's collection code." },
    { "6901234567892", "This is a goods barcode." },
    { "0123456789", "No wallet known here has such a code." },
    { "6212345678901234567", "This shop does not take this wallet." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    window_act (f, "digit", "clear");
    window_type (f, "12.50");
    window_scan (f, cases[i].text);
    assert_shown (f, cases[i].says);
    assert_shown (f, "¥12.50");
    assert_not_shown (f, "open payment");
  }

  window_act (f, "digit", "clear");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Enter the amount first, then scan the payment code.");
  window_act (f, "collect", "wechat");
  assert_shown (f, "Enter the amount first, then show the code.");
  window_act (f, "collect", "jd");
  assert_shown (f, "This shop does not take this wallet.");
}

int
main (int   argc,
      char *argv[])
{
  window_init (&argc, &argv);

  window_add ("/window/collect", test_collect);
  window_add ("/window/change-wallet", test_change_wallet);
  window_add ("/window/which-wallet", test_which_wallet);
  window_add ("/window/one-code", test_one_code);
  window_add ("/window/digital-yuan", test_digital_yuan);
  window_add ("/window/health", test_health);
  window_add ("/window/activation", test_activation);
  window_add ("/window/both-codes", test_both_codes);
  window_add ("/window/wrong-codes", test_wrong_codes);

  return g_test_run ();
}
