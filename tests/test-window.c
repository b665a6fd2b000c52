/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include "app/big-label.h"
#include "app/refund-form.h"
#include "app/sell-page.h"

/* A day in the window, from sale to sale. */

typedef WindowFixture F;

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
look_on (guint ms)
{
  gboolean is_over = FALSE;
  guint timer = g_timeout_add (ms, late_cb, &is_over);

  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* While nobody does anything nothing is drawn: what moves out of sight must stand still. */
static void
test_idle (F            *f,
           gconstpointer data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (f->window));
  gint64 n_frames;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  look_on (500);
  n_frames = gdk_frame_clock_get_frame_counter (clock);
  look_on (500);
  g_assert_cmpint (gdk_frame_clock_get_frame_counter (clock) - n_frames, <=, 2);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

/* Amount, scan, green; it makes room by itself. */
static void
test_paid (F            *f,
           gconstpointer data)
{
  window_type (f, "12.50");
  assert_shown (f, "¥12.50");
  window_act (f, "charge", NULL);
  assert_shown (f, "Scan the customer's payment code");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "paid ref=4200001");
  window_scan (f, WECHAT_CODE);

  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  assert_shown (f, "WeChat Pay");
  assert_shown (f, "Next customer");
  window_assert_fits (f);
  desk_fixture_pass (&f->desk, 7000);
  assert_shown (f, "Paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "¥0");
  assert_not_shown (f, "Paid");
}

/* A digit is the next customer's. */
static void
test_digit_after_paid (F            *f,
                       gconstpointer data)
{
  window_type (f, "1");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, WECHAT_CODE);
  window_type (f, "7");
  assert_shown (f, "¥7");
  assert_not_shown (f, "Paid");
  desk_fixture_pass (&f->desk, 20000);
  assert_shown (f, "¥7");
}

/* Red says why, stays, and the next code charges the same amount under a new number. */
static void
test_refused (F            *f,
              gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "refused code-expired");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Not paid");
  assert_shown (f, "The payment code has expired. Ask for a new one and scan it.");
  desk_fixture_pass (&f->desk, 60000);
  assert_shown (f, "Not paid");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, ALIPAY_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  assert_shown (f, "Alipay");
}

/* Amber: a second code does not charge, time does not make it green or red, and a digit puts it
 * into the list of open payments, where it is asked about further. */
static void
test_waiting (F            *f,
              gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "Asking WeChat Pay again in 5 s");
  assert_shown (f, "WeChat Pay, since 10:00:00");
  assert_shown (f, "If unpaid at 10:00:45, the till reverses it by itself.");
  assert_shown (f, "the customer would have paid twice");
  assert_shown (f, "1 open payment");
  window_assert_fits (f);

  window_scan (f, ALIPAY_CODE);
  assert_shown (f, "This sale is still being asked about. Do not charge it again.");
  window_act (f, "charge", NULL);
  window_act (f, "collect", "alipay");
  assert_shown (f, "Waiting for the customer");

  window_type (f, "3");
  assert_shown (f, "¥3");
  assert_shown (f, "WeChat Pay, since 10:00:00");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
  assert_shown (f, "¥3");
  assert_not_shown (f, "open payment");
}

/* A code that stays under the scanner is one attempt, not fifty. */
static void
test_fifty_frames (F            *f,
                   gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  for (guint i = 0; i < 50; i++)
    window_scan (f, WECHAT_CODE);
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "1 open payment");
  window_act (f, "next", NULL);
  window_type (f, "7");
  for (guint i = 0; i < 50; i++)
    window_scan (f, WECHAT_CODE);
  assert_shown (f, "This code is being charged already.");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
}

/* Paid after it had failed, while somebody else is served: told, and given back by itself. */
static void
test_late_is_told (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;

  desk_fixture_answer (&f->desk, "CHARGE", "refused code-expired");
  item = till_desk_charge (f->desk.desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  window_type (f, "88");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  asked = till_desk_query (f->desk.desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "¥12.50 by WeChat Pay, asked at 10:00:00: Paid after the sale was given up; the "
                   "till gives the money back. Tell the customer.");
  assert_shown (f, "¥88");
  assert_not_shown (f, "open payment");
}

/* Two codes, both paid: the second is given back, and the clerk is told. */
static void
test_twice_is_told (F            *f,
                    gconstpointer data)
{
  window_configure (f, "codes-at-once=yes");
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=alipay://1");
  window_act (f, "collect", "all");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  desk_fixture_pass (&f->desk, 3000);
  assert_shown (f, "Paid a second time; the till gives the second payment back.");
  assert_shown (f, "Paid");
  assert_not_shown (f, "open payment");
}

/* No answer is not a refusal: it is asked about, and says what not to do. */
static void
test_unsure (F            *f,
             gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_silence (&f->desk, "CHARGE", FALSE);
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Charging…");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 15000);
  assert_shown (f, "Being asked — do not charge again");
  assert_not_shown (f, "Not paid");
  window_act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Paid");
}

/* The fullest pages with an open payment below. */
static void
test_fits (F            *f,
           gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  window_type (f, "88");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "refused merchant-limit");
  window_scan (f, ALIPAY_CODE);
  assert_shown (f, "Not paid");
  window_assert_fits (f);

  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  window_act (f, "collect", "wechat");
  assert_shown (f, "Scan with WeChat");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  window_assert_fits (f);
  window_act (f, "view", "sales");
  assert_shown (f, "Sales today");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 3000);
}

static void
fill (GtkWidget  *dialog,
      guint       index,
      const char *text)
{
  GtkWidget *row = window_find (dialog, ADW_TYPE_ENTRY_ROW);

  for (guint i = 0; i < index; i++)
    row = gtk_widget_get_next_sibling (row);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static gboolean
may_settle (GtkWidget *dialog)
{
  return adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "settle");
}

/* A late payment that cannot be given back waits for the owner, in sight on every page, with the
 * evidence; it is settled by a name and a reason, not by less. */
static void
test_work (F            *f,
           gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;
  g_autoptr (TillSaleItem) after = NULL;
  const char *order;
  GtkWidget *dialog;

  window_act (f, "view", "work");
  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "Nothing needs a person");
  desk_fixture_answer (&f->desk, "CHARGE", "refused code-expired");
  item = till_desk_charge (f->desk.desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  order = till_sale_item_get_order (item);
  desk_fixture_answer (&f->desk, "QUERY", "paid ref=4200001");
  desk_fixture_answer (&f->desk, "REFUND", "refused refund-refused");
  asked = till_desk_query (f->desk.desk, order, NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "To settle");
  assert_shown (f, "Needs the owner: Ctrl+3");
  window_act (f, "dismiss", NULL);
  window_assert_fits (f);

  window_act (f, "view", "work");
  assert_shown (f, "Only a person can settle these");
  assert_shown (f, "¥12.50");
  assert_shown (f, "This money came too late or twice, and the wallet does not give it back.");
  assert_shown (f, "The wallet refused the refund.");
  assert_shown (f, order);
  assert_shown (f, "4200001");
  window_assert_fits (f);

  window_act (f, "settle", order);
  dialog = window_find_dialog ();
  g_assert_false (may_settle (dialog));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (window_find (dialog, GTK_TYPE_CHECK_BUTTON)),
                               TRUE);
  fill (dialog, 0, "boss");
  g_assert_false (may_settle (dialog));
  fill (dialog, 1, "  ");
  g_assert_false (may_settle (dialog));
  fill (dialog, 1, "given back in cash");
  g_assert_true (may_settle (dialog));
  window_respond ("settle");
  desk_fixture_pass (&f->desk, 1000);
  assert_shown (f, "Amount to pay");
  assert_not_shown (f, "To settle");
  assert_not_shown (f, "Needs the owner");
  after = till_desk_find (f->desk.desk, order, NULL);
  g_assert_cmpint (till_sale_item_get_sale (after)->refunded_fen, ==, 1250);
  window_act (f, "settle", order);
  assert_shown (f, "This needs nobody, or not yet: the till settles it by itself.");
}

/* Nobody answers: after a quarter of an hour it is work, without anything else happening. */
static void
test_work_by_time (F            *f,
                   gconstpointer data)
{
  g_autofree char *order = NULL;
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_silence (&f->desk, "CHARGE", FALSE);
  item = till_desk_charge (f->desk.desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_pass (&f->desk, 15000);
  order = g_strdup (till_sale_item_get_order (item));
  window_close (f);
  desk_fixture_restart (&f->desk);
  desk_fixture_pass (&f->desk, (15 * 60 - 20) * 1000);
  window_open (f);
  desk_fixture_silence (&f->desk, "QUERY", FALSE);
  g_assert_true (till_desk_resume (f->desk.desk, NULL));
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "1 open payment");
  assert_not_shown (f, "To settle");
  desk_fixture_pass (&f->desk, 5000);
  assert_shown (f, "To settle");
  window_act (f, "view", "work");
  assert_shown (f, "The wallet does not say whether this was paid.");
  assert_shown (f, order);
}

/* A countdown changes its label each second and nothing else: no page is laid out but once. */
static void
count_cb (GdkFrameClock *frame_clock,
          guint         *n_layouts)
{
  (*n_layouts)++;
}

static void
test_countdown_is_light (F            *f,
                         gconstpointer data)
{
  guint n_layouts = 0;
  GdkFrameClock *frame_clock;

  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Asking WeChat Pay again in 5 s");
  window_type (f, "3");
  assert_shown (f, "Asking WeChat Pay again in 5 s");
  frame_clock = gtk_widget_get_frame_clock (GTK_WIDGET (f->window));
  g_signal_connect (frame_clock, "layout", G_CALLBACK (count_cb), &n_layouts);
  for (guint i = 4; i > 0; i--) {
    g_autofree char *says = g_strdup_printf ("Asking WeChat Pay again in %u s", i);

    desk_fixture_pass (&f->desk, 1000);
    assert_shown (f, says);
  }
  g_assert_cmpuint (n_layouts, <=, 3 * 4);
  g_signal_handlers_disconnect_by_func (frame_clock, count_cb, &n_layouts);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 1000);
}

/* The same amount again while the first is open is another customer, or a mistake: it is asked. */
static void
test_same_amount (F            *f,
                  gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  window_act (f, "next", NULL);

  window_type (f, "12.50");
  window_scan (f, ALIPAY_CODE);
  window_respond ("no");
  assert_shown (f, "1 open payment");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, ALIPAY_CODE);
  window_respond ("yes");
  assert_shown (f, "Paid");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
}

/* A number of an identity card is charged only when a person says that it is a payment code. */
static void
test_identity (F            *f,
               gconstpointer data)
{
  window_type (f, "12.50");
  window_scan (f, "110105199003070009");
  window_respond ("no");
  assert_shown (f, "¥12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "refused code-invalid");
  window_scan (f, "110105199003070009");
  window_respond ("yes");
  assert_shown (f, "Not paid");
}

static void
set_refund_amount (const char *amount)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
    GtkWidget *entry = ADW_IS_MESSAGE_DIALOG (window)
                         ? window_find (window, ADW_TYPE_ENTRY_ROW) : NULL;

    if (entry) {
      gtk_editable_set_text (GTK_EDITABLE (entry), amount);
      return;
    }
  }
  g_assert_not_reached ();
}

/* A wrong amount gives nothing back; a part, and then what is left, and then no more. */
static void
test_refund (F            *f,
             gconstpointer data)
{
  static const char *const wrong[] = { "", "0", "-1", "12.51", "1.234", "5,00", "abc" };
  GtkWidget *list;

  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "paid ref=4200001");
  window_scan (f, WECHAT_CODE);
  window_act (f, "view", "sales");
  list = window_find (GTK_WIDGET (f->window), GTK_TYPE_LIST_VIEW);
  while (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))) ==
         0)
    g_main_context_iteration (NULL, TRUE);
  gtk_selection_model_select_item (gtk_list_view_get_model (GTK_LIST_VIEW (list)), 0, TRUE);
  desk_fixture_settle ();
  assert_shown (f, "¥12.50 asked of the customer's payment code.");
  assert_shown (f, "4200001");
  window_assert_fits (f);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    window_act (f, "refund", NULL);
    set_refund_amount (wrong[i]);
    window_respond ("refund");
    assert_not_shown (f, "given back at");
  }

  window_act (f, "refund", NULL);
  set_refund_amount ("5");
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  window_press_enter (ADW_TYPE_ENTRY_ROW, "entry-activated");
  g_assert_null (window_find_dialog ());
  assert_shown (f, "¥5.00 given back at");
  assert_shown (f, "Partly given back");

  window_act (f, "refund", NULL);
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  window_respond ("refund");
  assert_shown (f, "¥7.50 given back at");
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), "refund"));
}

/* What was open when the till stopped is asked about, and in sight, when it starts. */
static void
test_resume (F            *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  window_close (f);
  desk_fixture_restart (&f->desk);

  desk_fixture_answer (&f->desk, "QUERY", "wait payer");
  g_assert_true (till_desk_resume (f->desk.desk, &error));
  window_open (f);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "1 open payment");
  assert_shown (f, "WeChat Pay, since 10:00:00");

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "open-nth", g_variant_new_uint32 (0));
  assert_shown (f, "Waiting for the customer");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  window_act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Paid");
}

/* Closing with an open payment asks; without one it closes. */
static void
test_close (F            *f,
            gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  window_scan (f, WECHAT_CODE);
  gtk_window_close (GTK_WINDOW (f->window));
  window_respond ("no");
  assert_shown (f, "Waiting for the customer");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  window_act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
}

int
main (int   argc,
      char *argv[])
{
  window_init (&argc, &argv);

  window_add ("/window/idle", test_idle);
  window_add ("/window/paid", test_paid);
  window_add ("/window/digit-after-paid", test_digit_after_paid);
  window_add ("/window/refused", test_refused);
  window_add ("/window/waiting", test_waiting);
  window_add ("/window/fifty-frames", test_fifty_frames);
  window_add ("/window/late-is-told", test_late_is_told);
  window_add ("/window/twice-is-told", test_twice_is_told);
  window_add ("/window/unsure", test_unsure);
  window_add ("/window/fits", test_fits);
  window_add ("/window/work", test_work);
  window_add ("/window/work-by-time", test_work_by_time);
  window_add ("/window/countdown-is-light", test_countdown_is_light);
  window_add ("/window/same-amount", test_same_amount);
  window_add ("/window/identity", test_identity);
  window_add ("/window/refund", test_refund);
  window_add ("/window/resume", test_resume);
  window_add ("/window/close", test_close);

  return g_test_run ();
}
