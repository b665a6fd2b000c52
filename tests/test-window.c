/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <adwaita.h>
#include <sqlite3.h>
#include <string.h>

#include "app/big-label.h"
#include "app/refund-form.h"
#include "app/sell-page.h"
#include "app/window.h"
#include "fault-vfs.h"
#include "till-resources.h"

/* The window over a scripted wire and a hand-driven clock: what a clerk does by actions, and what
 * the clerk then reads. A request that is not in the script fails the test. */

typedef struct {
  DeskFixture  desk;
  TillStart    start;
  TillWindow  *window;
} F;

static void
open_window (F *f)
{
  f->start = (TillStart) { .dir = f->desk.dir, .ports = &f->desk.ports };
  f->window = till_window_new (NULL, &f->start);
  till_window_open_shop (f->window, f->desk.desk);
  gtk_window_present (GTK_WINDOW (f->window));
  desk_fixture_settle ();
}

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (&f->desk);
  open_window (f);
}

static void
close_window (F *f)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  desk_fixture_settle ();
}

/* The owner has changed the profile. */
static void
configure (F          *f,
           const char *line)
{
  close_window (f);
  desk_fixture_configure (&f->desk, line);
  open_window (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  close_window (f);
  desk_fixture_tear_down (&f->desk);
}

static void
act (F          *f,
     const char *name,
     const char *target)
{
  g_action_group_activate_action (G_ACTION_GROUP (f->window), name,
                                  target ? g_variant_new_string (target) : NULL);
  desk_fixture_settle ();
}

static void
type (F          *f,
      const char *keys)
{
  for (const char *p = keys; *p; p++) {
    const char key[] = { *p, '\0' };

    act (f, "digit", key);
  }
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found)
      return found;
  }

  return NULL;
}

static void
scan (F          *f,
      const char *text)
{
  GtkWidget *page = find (GTK_WIDGET (f->window), TILL_TYPE_SELL_PAGE);

  till_sell_flow_scan (till_sell_page_get_flow (TILL_SELL_PAGE (page)), text);
  desk_fixture_settle ();
}

static void
read_widget (GtkWidget *widget,
             GString   *text)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_LABEL (widget))
    g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  else if (TILL_IS_BIG_LABEL (widget))
    g_string_append_printf (text, "%s\n", till_big_label_get_label (TILL_BIG_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    read_widget (child, text);
}

/* Everything that can be read in the window. */
static char *
read_window (F *f)
{
  GString *text = g_string_new (NULL);

  read_widget (GTK_WIDGET (f->window), text);

  return g_string_free (text, FALSE);
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

/* A page that was just chosen is read once it is laid out. */
static void
wait_until_shown (F          *f,
                  const char *what,
                  int         line)
{
  gboolean is_late = FALSE;
  guint timer = g_timeout_add_seconds (10, late_cb, &is_late);
  g_autofree char *text = read_window (f);

  while (!strstr (text, what)) {
    if (is_late)
      g_error ("line %d: “%s” is not shown:\n%s", line, what, text);
    g_main_context_iteration (NULL, TRUE);
    g_free (text);
    text = read_window (f);
  }
  g_source_remove (timer);
}

/* Every state has room on the smallest screen, 1024 × 600, also beside the customer's phone and
 * below the training shop's banner, and with some height to spare for other fonts. */
static void
assert_fits (F *f)
{
  int width;
  int height;

  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL,
                      NULL);
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_VERTICAL, 1024 - 272, &height, NULL,
                      NULL, NULL);
  g_assert_cmpint (width, <=, 1024 - 272);
  g_assert_cmpint (height, <=, 600 - 30 - 40);
}

#define assert_shown(f, what) wait_until_shown (f, what, __LINE__)

#define assert_not_shown(f, what) \
  G_STMT_START { \
    g_autofree char *text_ = read_window (f); \
    if (strstr (text_, what)) \
      g_error ("line %d: “%s” is shown:\n%s", __LINE__, what, text_); \
  } G_STMT_END

/* A dialog over the window, answered. */
static void
respond (F          *f,
         const char *response)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (AdwMessageDialog) dialog = NULL;

  for (guint i = 0; !dialog && i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GObject) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      dialog = ADW_MESSAGE_DIALOG (g_steal_pointer (&window));
  }
  g_assert_nonnull (dialog);
  adw_message_dialog_response (dialog, response);
  desk_fixture_settle ();
  gtk_window_destroy (GTK_WINDOW (dialog));
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
  type (f, "12.50");
  assert_shown (f, "¥12.50");
  act (f, "charge", NULL);
  assert_shown (f, "Scan the customer's payment code");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "paid ref=4200001");
  scan (f, WECHAT_CODE);

  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  assert_shown (f, "WeChat Pay");
  assert_shown (f, "Next customer");
  assert_fits (f);
  desk_fixture_pass (&f->desk, 7000);
  assert_shown (f, "Paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_not_shown (f, "Paid");
  assert_shown (f, "¥0");
}

/* A contract that takes tapped cards. */
static void
take_taps (F *f)
{
  close_window (f);
  desk_fixture_add (&f->desk, "sealed-words", "cards", 0);
  open_window (f);
}

/* A card that refuses itself was not charged: the next may be tapped, and is. */
static void
test_tap (F            *f,
          gconstpointer data)
{
  assert_not_shown (f, "Tap card or phone");
  take_taps (f);
  assert_shown (f, "Tap card or phone");
  assert_fits (f);
  act (f, "tap", NULL);
  assert_shown (f, "Enter the amount first, then tap the card or phone.");
  type (f, "12.50");
  act (f, "tap", NULL);
  assert_shown (f, "Hold the card or the phone to the reader.");
  assert_shown (f, "¥12.50");
  assert_fits (f);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_READING);
  assert_shown (f, "Hold it still.");

  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_PIN);
  assert_shown (f, "The card wants a PIN");
  assert_shown (f, "Hold the card or the phone to the reader.");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "TAP", "paid ref=1 brand=unionpay");
  till_wired_tap_touch (f->desk.tap);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  assert_shown (f, "Take the card away.");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* After two taps in vain the clerk is back at the amount, and may show a code. */
static void
test_tap_twice_in_vain (F            *f,
                        gconstpointer data)
{
  take_taps (f);
  type (f, "7");
  act (f, "tap", NULL);
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_LOCKED);
  assert_shown (f, "The phone is locked");
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_SIGNATURE);
  assert_shown (f, "The card wants a signature");
  assert_shown (f, "¥7");
  assert_shown (f, "Scan payment code");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* Whatever else the clerk does, no card is charged any more; and a reader that is not there is no
 * reason not to sell. */
static void
test_tap_given_up (F            *f,
                   gconstpointer data)
{
  take_taps (f);
  type (f, "7");
  act (f, "tap", NULL);
  act (f, "back", NULL);
  desk_fixture_settle ();
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
  assert_shown (f, "¥7");

  act (f, "tap", NULL);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_ABSENT);
  assert_shown (f, "The card reader is not plugged in.");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

static void
show_code (F          *f,
           const char *text)
{
  g_autofree char *answer = g_strconcat ("wait not-scanned text=", text, NULL);

  type (f, "12.50");
  desk_fixture_answer (&f->desk, "ORDER", answer);
  act (f, "collect", "wechat");
  assert_shown (f, "Waiting for the customer");
}

/* Beside a code a card is waited for, too: the code is ended first, then the card is charged. */
static void
test_tap_beside_code (F            *f,
                      gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  assert_shown (f, "Or hold a card or a phone to the reader.");
  assert_shown (f, "Scan with WeChat");
  assert_fits (f);
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_READING);
  assert_shown (f, "Hold it still.");
  till_wired_tap_refuse (f->desk.tap, TILL_REASON_CARD_PIN);
  assert_shown (f, "The card wants a PIN");
  assert_shown (f, "Scan with WeChat");
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_ABSENT);
  assert_not_shown (f, "The card reader is not plugged in.");
  assert_shown (f, "Scan with WeChat");
  till_wired_tap_set_state (f->desk.tap, TILL_TAP_BUSY);
  assert_shown (f, "Another program");
  assert_fits (f);

  desk_fixture_late (&f->desk, "CLOSE", "close-done", 3000);
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 1000);
  assert_shown (f, "Card read — the code is being ended");
  assert_shown (f, "The card was read and may be taken away.");
  assert_not_shown (f, "Scan with WeChat");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  desk_fixture_late (&f->desk, "TAP", "paid ref=1 brand=unionpay", 2000);
  desk_fixture_pass (&f->desk, 3000);
  assert_not_shown (f, "Not paid");
  assert_not_shown (f, "Scan with WeChat");
  desk_fixture_pass (&f->desk, 3000);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
  g_assert_cmpuint (till_wired_tap_get_n_reads (f->desk.tap), ==, 2);
}

/* Whoever leaves the code leaves the reader alone; a new code has it again. */
static void
test_tap_beside_code_left (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  g_assert_true (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  act (f, "back", NULL);
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_pass (&f->desk, 1000);
  assert_shown (f, "Not paid");

  act (f, "next", NULL);
  show_code (f, "weixin://wxpay/bizpayurl?pr=2");
  g_assert_true (till_wired_tap_is_waiting (f->desk.tap));
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  g_assert_false (till_wired_tap_is_waiting (f->desk.tap));
}

/* The code was paid while the card was read. */
static void
test_tap_beside_paid_code (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_answer (&f->desk, "CLOSE", "close-refused");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 6000);
  assert_shown (f, "Paid");
  assert_shown (f, "The code was paid at the same moment. The card was not charged");
}

/* A card was read and the clerk cancels all the same: nothing is charged. */
static void
test_tap_beside_cancelled (F            *f,
                           gconstpointer data)
{
  take_taps (f);
  show_code (f, "weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_late (&f->desk, "CLOSE", "close-done", 3000);
  desk_fixture_answer (&f->desk, "QUERY", "closed");
  till_wired_tap_touch (f->desk.tap);
  desk_fixture_pass (&f->desk, 1000);
  act (f, "cancel", NULL);
  desk_fixture_pass (&f->desk, 6000);
  assert_shown (f, "Not paid");
}

/* The reader opens the code on phones: the very one that is on the screen, and none after it. */
static void
test_link_beside_code (F            *f,
                       gconstpointer data)
{
  configure (f, "[nfc]\nbeside-code=link");
  show_code (f, "https://pay.example.cn/c/8F3KQ2");
  g_assert_cmpstr (till_wired_tap_get_shown (f->desk.tap), ==, "https://pay.example.cn/c/8F3KQ2");
  assert_shown (f, "Hold the phone to the reader to open the code.");
  assert_fits (f);
  g_signal_emit_by_name (f->desk.tap, "was-read");
  assert_shown (f, "A phone has opened the code. The customer pays there.");

  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  g_assert_null (till_wired_tap_get_shown (f->desk.tap));
}

/* A digit is the next customer's. */
static void
test_digit_after_paid (F            *f,
                       gconstpointer data)
{
  type (f, "1");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  scan (f, WECHAT_CODE);
  type (f, "7");
  assert_not_shown (f, "Paid");
  assert_shown (f, "¥7");
  desk_fixture_pass (&f->desk, 20000);
  assert_shown (f, "¥7");
}

/* Red says why, stays, and the next code charges the same amount under a new number. */
static void
test_refused (F            *f,
              gconstpointer data)
{
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "refused code-expired");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Not paid");
  assert_shown (f, "The payment code has expired. Ask for a new one and scan it.");
  desk_fixture_pass (&f->desk, 60000);
  assert_shown (f, "Not paid");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  scan (f, ALIPAY_CODE);
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
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "Asking WeChat Pay again in 5 s");
  assert_shown (f, "WeChat Pay, since 10:00:00");
  assert_shown (f, "If unpaid at 10:00:45, the till reverses it by itself.");
  assert_shown (f, "the customer would have paid twice");
  assert_shown (f, "1 open payment");
  assert_fits (f);

  scan (f, ALIPAY_CODE);
  assert_shown (f, "This sale is still being asked about. Do not charge it again.");
  act (f, "charge", NULL);
  act (f, "collect", "alipay");
  assert_shown (f, "Waiting for the customer");

  type (f, "3");
  assert_shown (f, "¥3");
  assert_shown (f, "WeChat Pay, since 10:00:00");
  assert_fits (f);
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
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  for (guint i = 0; i < 50; i++)
    scan (f, WECHAT_CODE);
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "1 open payment");
  act (f, "next", NULL);
  type (f, "7");
  for (guint i = 0; i < 50; i++)
    scan (f, WECHAT_CODE);
  assert_shown (f, "This code is being charged already.");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
}

/* Paid after it had failed, while the clerk serves somebody else: told, and given back by itself. */
static void
test_late_is_told (F            *f,
                   gconstpointer data)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillSaleItem) asked = NULL;

  desk_fixture_answer (&f->desk, "CHARGE", "refused code-expired");
  item = till_desk_charge (f->desk.desk, 1250, WECHAT_CODE, NULL, NULL, NULL);
  desk_fixture_settle ();
  type (f, "88");
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
  configure (f, "codes-at-once=yes");
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://1");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=alipay://1");
  act (f, "collect", "all");
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
  type (f, "12.50");
  desk_fixture_silence (&f->desk, "CHARGE", FALSE);
  scan (f, WECHAT_CODE);
  assert_shown (f, "Charging…");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 15000);
  assert_shown (f, "Being asked — do not charge again");
  assert_not_shown (f, "Not paid");
  act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Paid");
}

/* The fullest pages with an open payment below. */
static void
test_fits (F            *f,
           gconstpointer data)
{
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  type (f, "88");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "refused merchant-limit");
  scan (f, ALIPAY_CODE);
  assert_shown (f, "Not paid");
  assert_fits (f);

  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  act (f, "collect", "wechat");
  assert_shown (f, "Scan with WeChat");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "Paid");
  assert_fits (f);
  act (f, "view", "sales");
  assert_shown (f, "Sales today");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 3000);
}

static GtkWidget *
find_any_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return window;
  }

  return NULL;
}

/* The dialog over the window. */
static GtkWidget *
find_dialog (void)
{
  GtkWidget *dialog = find_any_dialog ();

  g_assert_nonnull (dialog);

  return dialog;
}

/* Enter in the dialog's first entry: it acts once, and the dialog is gone. */
static void
press_enter (GType       type,
             const char *signal)
{
  g_signal_emit_by_name (find (find_dialog (), type), signal);
  desk_fixture_settle ();
}

static void
fill (GtkWidget  *dialog,
      guint       index,
      const char *text)
{
  GtkWidget *row = find (dialog, ADW_TYPE_ENTRY_ROW);

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

  act (f, "view", "work");
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
  act (f, "dismiss", NULL);
  assert_fits (f);

  act (f, "view", "work");
  assert_shown (f, "Only a person can settle these");
  assert_shown (f, "¥12.50");
  assert_shown (f, "This money came too late or twice, and the wallet does not give it back.");
  assert_shown (f, "The wallet refused the refund.");
  assert_shown (f, order);
  assert_shown (f, "4200001");
  assert_fits (f);

  act (f, "settle", order);
  dialog = find_dialog ();
  g_assert_false (may_settle (dialog));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (dialog, GTK_TYPE_CHECK_BUTTON)), TRUE);
  fill (dialog, 0, "boss");
  g_assert_false (may_settle (dialog));
  fill (dialog, 1, "  ");
  g_assert_false (may_settle (dialog));
  fill (dialog, 1, "given back in cash");
  g_assert_true (may_settle (dialog));
  respond (f, "settle");
  desk_fixture_pass (&f->desk, 1000);
  assert_not_shown (f, "To settle");
  assert_not_shown (f, "Needs the owner");
  assert_shown (f, "Amount to pay");
  after = till_desk_find (f->desk.desk, order, NULL);
  g_assert_cmpint (till_sale_item_get_sale (after)->refunded_fen, ==, 1250);
  act (f, "settle", order);
  assert_shown (f, "The till settles this by itself.");
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
  close_window (f);
  desk_fixture_restart (&f->desk);
  desk_fixture_pass (&f->desk, (15 * 60 - 20) * 1000);
  open_window (f);
  desk_fixture_silence (&f->desk, "QUERY", FALSE);
  g_assert_true (till_desk_resume (f->desk.desk, NULL));
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "1 open payment");
  assert_not_shown (f, "To settle");
  desk_fixture_pass (&f->desk, 5000);
  assert_shown (f, "To settle");
  act (f, "view", "work");
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

  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Asking WeChat Pay again in 5 s");
  type (f, "3");
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
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  act (f, "next", NULL);

  type (f, "12.50");
  scan (f, ALIPAY_CODE);
  respond (f, "no");
  assert_shown (f, "1 open payment");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  scan (f, ALIPAY_CODE);
  respond (f, "yes");
  assert_shown (f, "Paid");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
}

static void
test_collect (F            *f,
              gconstpointer data)
{
  type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  act (f, "collect", "wechat");
  assert_shown (f, "Waiting for the customer");
  assert_shown (f, "Scan with WeChat");
  assert_shown (f, "5:00");
  g_assert_nonnull (gtk_picture_get_paintable (
    GTK_PICTURE (find (GTK_WIDGET (f->window), GTK_TYPE_PICTURE))));

  scan (f, WECHAT_CODE);
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
  type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  act (f, "collect", "wechat");
  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  act (f, "collect", "alipay");
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Scan with Alipay");
  assert_not_shown (f, "Scan with WeChat");

  desk_fixture_answer (&f->desk, "REVERSE", "reverse-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  act (f, "back", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Not paid");
  act (f, "back", NULL);
  assert_shown (f, "¥0");
}

/* Each wallet has a code of its own: the customer is asked, the answer is a number, and there is one
 * live code. */
static void
test_which_wallet (F            *f,
                   gconstpointer data)
{
  act (f, "collect", "all");
  assert_shown (f, "Enter the amount first, then show the code.");
  type (f, "88");
  act (f, "collect", "all");
  assert_shown (f, "Which wallet does the customer use?");
  assert_shown (f, "¥88");
  assert_fits (f);
  act (f, "back", NULL);
  assert_shown (f, "Amount to pay");
  act (f, "collect", "all");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  type (f, "2");
  assert_shown (f, "Scan with Alipay");
  assert_shown (f, "¥88.00");
  assert_shown (f, "This is an Alipay code: show the code of the customer's wallet, or scan the "
                   "payment code. Not certain: ");
  assert_not_shown (f, "Scan with WeChat");
  assert_not_shown (f, "Which wallet");
  act (f, "collect", "all");
  assert_shown (f, "Press another wallet's key to change it.");
  assert_shown (f, "Scan with Alipay");
  assert_fits (f);

  /* A digit that is no wallet's belongs to the amount, as everywhere. */
  desk_fixture_answer (&f->desk, "REVERSE", "reverse-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  act (f, "back", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Not paid");
  assert_shown (f, "This is an Alipay code: show the code of the customer's wallet");
  assert_fits (f);
  act (f, "collect", "all");
  assert_shown (f, "Which wallet does the customer use?");
  type (f, "7");
  assert_shown (f, "Amount to pay");
  assert_shown (f, "¥88.00");
}

/* With a contract for several wallets there is one code, headed by exactly those. */
static void
test_one_code (F            *f,
               gconstpointer data)
{
  close_window (f);
  desk_fixture_add (&f->desk, "mixed-words", "bank", TILL_BRAND_BIT (TILL_BRAND_WECHAT) |
                    TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) | TILL_BRAND_BIT (TILL_BRAND_ECNY));
  open_window (f);
  assert_shown (f, "WeChat / UnionPay / bank apps");
  assert_shown (f, "Digital yuan");
  type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.95516.com/1");
  act (f, "collect", "all");
  assert_shown (f, "Scan with WeChat / UnionPay / bank apps");
  assert_shown (f, "The camera cannot pay: ");
  assert_not_shown (f, "Alipay / ");
  assert_fits (f);

  desk_fixture_answer (&f->desk, "CLOSE", "close-done");
  desk_fixture_answer (&f->desk, "QUERY", "closed closed");
  desk_fixture_answer (&f->desk, "brand=ecny", "wait not-scanned text=https://ecny.example/1");
  act (f, "collect", "ecny");
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
  close_window (f);
  desk_fixture_add (&f->desk, "mixed-words", "bank", TILL_BRAND_BIT (TILL_BRAND_UNIONPAY) |
                    TILL_BRAND_BIT (TILL_BRAND_ECNY));
  open_window (f);
  g_assert_nonnull (find_sensitive (GTK_WIDGET (f->window), "ecny"));
  type (f, "5");
  desk_fixture_silence (&f->desk, "ORDER", TRUE);
  act (f, "collect", "ecny");
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "digital yuan without network needs a terminal certified by the central bank");
  g_assert_null (find_sensitive (GTK_WIDGET (f->window), "ecny"));
  act (f, "next", NULL);
  type (f, "6");
  act (f, "collect", "ecny");
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
  assert_not_shown (f, "did not answer");
  type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "refused acquirer-fault");
  act (f, "collect", "wechat");
  act (f, "next", NULL);
  assert_shown (f, "WeChat in words has a fault, or is in maintenance.");
  assert_fits (f);
  type (f, "5");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  act (f, "collect", "alipay");
  assert_shown (f, "WeChat in words has a fault, or is in maintenance.");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 2000);
  desk_fixture_pass (&f->desk, 121000);
  act (f, "next", NULL);
  assert_not_shown (f, "maintenance");
}

static void
type_code (GtkWidget  *dialog,
           const char *code)
{
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, GTK_TYPE_ENTRY)), code);
}

/* A contract that waits for its code says so until it has it; by keyboard, and the code is nowhere
 * to be read. */
static void
test_activation (F            *f,
                 gconstpointer data)
{
  const TillFakeExchange refusal = { .body = "ACTIVATE", .status = 400, .answer = "" };
  GtkWidget *dialog;

  assert_not_shown (f, "is not activated on this till yet");
  act (f, "activate", NULL);
  close_window (f);
  desk_fixture_add (&f->desk, "begun-words", "begun", TILL_BRAND_BIT (TILL_BRAND_JD));
  open_window (f);
  assert_shown (f, "One that begins with a code in words is not activated on this till yet");
  assert_not_shown (f, "JD Pay");

  act (f, "activate", NULL);
  dialog = find_dialog ();
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog),
                                                           "activate"));
  respond (f, "back");
  till_fake_http_expect (f->desk.http, &refusal);
  act (f, "activate", NULL);
  type_code (find_dialog (), "38271946");
  respond (f, "activate");
  assert_shown (f, "Not activated: no keys. Check the code and try again, or ask for a new one.");
  assert_not_shown (f, "38271946");

  desk_fixture_late (&f->desk, "ACTIVATE", "", 2000);
  act (f, "activate", NULL);
  type_code (find_dialog (), " 38271946 ");
  press_enter (GTK_TYPE_ENTRY, "activate");
  g_assert_null (find_any_dialog ());
  desk_fixture_pass (&f->desk, 2000);
  assert_shown (f, "This till is activated at One that begins with a code in words.");
  assert_shown (f, "JD Pay");
  desk_fixture_pass (&f->desk, 1000);
  assert_not_shown (f, "is not activated on this till yet");
  assert_fits (f);
}

/* Codes of both wallets at once are one sale: the first that is paid closes the other. */
static void
test_both_codes (F            *f,
                 gconstpointer data)
{
  configure (f, "codes-at-once=yes");
  type (f, "88");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=weixin://wxpay/bizpayurl?pr=1");
  desk_fixture_answer (&f->desk, "ORDER", "wait not-scanned text=https://qr.alipay.com/bax1");
  act (f, "collect", "all");
  assert_shown (f, "Scan with WeChat");
  assert_shown (f, "Scan with Alipay");
  assert_fits (f);

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
    act (f, "digit", "clear");
    type (f, "12.50");
    scan (f, cases[i].text);
    assert_shown (f, cases[i].says);
    assert_shown (f, "¥12.50");
    assert_not_shown (f, "open payment");
  }

  act (f, "digit", "clear");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Enter the amount first, then scan the payment code.");
  act (f, "collect", "wechat");
  assert_shown (f, "Enter the amount first, then show the code.");
  act (f, "collect", "jd");
  assert_shown (f, "This shop does not take this wallet.");
}

/* A number of an identity card is charged only when a person says that it is a payment code. */
static void
test_identity (F            *f,
               gconstpointer data)
{
  type (f, "12.50");
  scan (f, "110105199003070009");
  respond (f, "no");
  assert_shown (f, "¥12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "refused code-invalid");
  scan (f, "110105199003070009");
  respond (f, "yes");
  assert_shown (f, "Not paid");
}

static void
set_refund_amount (const char *amount)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
    GtkWidget *entry = ADW_IS_MESSAGE_DIALOG (window) ? find (window, ADW_TYPE_ENTRY_ROW) : NULL;

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

  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "paid ref=4200001");
  scan (f, WECHAT_CODE);
  act (f, "view", "sales");
  list = find (GTK_WIDGET (f->window), GTK_TYPE_LIST_VIEW);
  while (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))) ==
         0)
    g_main_context_iteration (NULL, TRUE);
  gtk_selection_model_select_item (gtk_list_view_get_model (GTK_LIST_VIEW (list)), 0, TRUE);
  desk_fixture_settle ();
  assert_shown (f, "¥12.50 asked of the customer's payment code.");
  assert_shown (f, "4200001");
  assert_fits (f);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    act (f, "refund", NULL);
    set_refund_amount (wrong[i]);
    respond (f, "refund");
    assert_not_shown (f, "given back at");
  }

  act (f, "refund", NULL);
  set_refund_amount ("5");
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  press_enter (ADW_TYPE_ENTRY_ROW, "entry-activated");
  g_assert_null (find_any_dialog ());
  assert_shown (f, "¥5.00 given back at");
  assert_shown (f, "Partly given back");

  act (f, "refund", NULL);
  desk_fixture_answer (&f->desk, "REFUND", "paid");
  respond (f, "refund");
  assert_shown (f, "¥7.50 given back at");
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (f->window), "refund"));
}

/* What was open when the till stopped is asked about, and in sight, when it starts. */
static void
test_resume (F            *f,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  close_window (f);
  desk_fixture_restart (&f->desk);

  desk_fixture_answer (&f->desk, "QUERY", "wait payer");
  g_assert_true (till_desk_resume (f->desk.desk, &error));
  open_window (f);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "1 open payment");
  assert_shown (f, "WeChat Pay, since 10:00:00");

  g_action_group_activate_action (G_ACTION_GROUP (f->window), "open-nth", g_variant_new_uint32 (0));
  assert_shown (f, "Waiting for the customer");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Paid");
}

/* Closing with an open payment asks; without one it closes. */
static void
test_close (F            *f,
            gconstpointer data)
{
  type (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  scan (f, WECHAT_CODE);
  gtk_window_close (GTK_WINDOW (f->window));
  respond (f, "no");
  assert_shown (f, "Waiting for the customer");
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  act (f, "query", NULL);
  desk_fixture_pass (&f->desk, 0);
}

/* A clock that is off by more than wallets accept is named, with how far. */
static TillHttpReply *
answer_skewed (const TillHttpRequest *request,
               gpointer               user_data)
{
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);

  reply->status = 200;
  reply->sent = TRUE;
  reply->date_us = 1;
  reply->skew_us = GPOINTER_TO_INT (user_data) * 60 * G_USEC_PER_SEC;
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new_static ("paid", strlen ("paid"));

  return reply;
}

static void
test_clock (F            *f,
            gconstpointer data)
{
  static const struct {
    int         minutes;
    const char *says;   /* NULL: nothing */
  } cases[] = {
    { 4, NULL },
    { 12, "This computer's clock is 12 minutes slow." },
    { -12, "This computer's clock is 12 minutes fast." },
    { -4, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const TillFakeExchange exchange = {
      .body = "CHARGE", .make = answer_skewed, .user_data = GINT_TO_POINTER (cases[i].minutes),
    };

    type (f, "1");
    till_fake_http_expect (f->desk.http, &exchange);
    scan (f, WECHAT_CODE);
    desk_fixture_pass (&f->desk, 1000);
    if (cases[i].says)
      assert_shown (f, cases[i].says);
    else
      assert_not_shown (f, "This computer's clock");
  }
}

/* No network, then a login page in the wallet's place, then the wallet: each is said while it is so. */
static void
test_trouble (F            *f,
              gconstpointer data)
{
  type (f, "1");
  desk_fixture_silence (&f->desk, "CHARGE", TRUE);
  scan (f, WECHAT_CODE);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Check the cable or Wi-Fi, or take cash; open payments");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "lost bad-answer");
  scan (f, WECHAT_CODE);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Somebody else answers in the wallet's place");
  assert_not_shown (f, "Check the cable");
  assert_fits (f);
  desk_fixture_answer (&f->desk, "QUERY", "paid");
  desk_fixture_pass (&f->desk, 5000);
  assert_shown (f, "Paid");
  assert_not_shown (f, "Somebody else answers");
}

static const Fault full_disk = {
  .ops = FAULT_WRITE, .at = 1, .for_ever = TRUE, .code = SQLITE_FULL,
};

/* What cannot be written is not sent, and says so; nothing can be sold meanwhile, and with room on
 * the disk the till sells again by itself. */
static void
test_disk_full_before (F            *f,
                       gconstpointer data)
{
  type (f, "12.50");
  fault_vfs_set (&full_disk);
  scan (f, WECHAT_CODE);
  assert_shown (f, "Not charged");
  assert_shown (f, "¥12.50");
  assert_shown (f, "nothing was sent");
  assert_not_shown (f, "open payment");
  assert_shown (f, "No sale can be taken: the journal cannot be written");
  assert_fits (f);
  scan (f, WECHAT_CODE);
  assert_shown (f, "so nothing was sent");
  act (f, "collect", "wechat");
  assert_not_shown (f, "Scan with WeChat");
  desk_fixture_pass (&f->desk, 20000);
  assert_shown (f, "No sale can be taken");
  fault_vfs_set (NULL);
  desk_fixture_pass (&f->desk, 2000);
  assert_not_shown (f, "No sale can be taken");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  scan (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
}

/* Paid, says the wallet; but nothing is green before the journal has it. */
static void
test_disk_full_after (F            *f,
                      gconstpointer data)
{
  type (f, "12.50");
  desk_fixture_late (&f->desk, "CHARGE", "paid", 3000);
  scan (f, WECHAT_CODE);
  fault_vfs_set (&full_disk);
  desk_fixture_pass (&f->desk, 4000);
  assert_not_shown (f, "Paid");
  assert_shown (f, "Charging…");
  assert_shown (f, "No sale can be taken: the journal cannot be written");
  assert_fits (f);

  fault_vfs_set (NULL);
  desk_fixture_pass (&f->desk, 4000);
  assert_shown (f, "Paid");
  assert_not_shown (f, "the journal cannot be written");
}

/* Without a shop nothing can be sold, and the window says what is wrong and what to do. */
static void
test_fault (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOENT,
                                                  "profile.ini line 3: no such key <b>");
  F f = { 0 };

  f.window = till_window_new (NULL, &f.start);
  till_window_show_fault (f.window, error);
  gtk_window_present (GTK_WINDOW (f.window));
  desk_fixture_settle ();
  assert_shown (&f, "This till cannot take money yet");
  assert_shown (&f, "profile.ini line 3: no such key <b>");
  assert_shown (&f, "till doctor");
  type (&f, "12.50");
  act (&f, "charge", NULL);
  act (&f, "collect", "wechat");
  act (&f, "next", NULL);
  act (&f, "back", NULL);
  assert_shown (&f, "This till cannot take money yet");
  close_window (&f);
}

/* What AdwApplication does. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/cn/till/Till/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  till_register_resource ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  load_style ();
  fault_vfs_install ();

  g_test_add ("/window/idle", F, NULL, set_up, test_idle, tear_down);
  g_test_add ("/window/paid", F, NULL, set_up, test_paid, tear_down);
  g_test_add ("/window/tap", F, NULL, set_up, test_tap, tear_down);
  g_test_add ("/window/tap/in-vain", F, NULL, set_up, test_tap_twice_in_vain, tear_down);
  g_test_add ("/window/tap/given-up", F, NULL, set_up, test_tap_given_up, tear_down);
  g_test_add ("/window/tap/beside-code", F, NULL, set_up, test_tap_beside_code, tear_down);
  g_test_add ("/window/tap/beside-code/left", F, NULL, set_up, test_tap_beside_code_left,
              tear_down);
  g_test_add ("/window/tap/beside-code/paid", F, NULL, set_up, test_tap_beside_paid_code,
              tear_down);
  g_test_add ("/window/tap/beside-code/cancelled", F, NULL, set_up, test_tap_beside_cancelled,
              tear_down);
  g_test_add ("/window/tap/link", F, NULL, set_up, test_link_beside_code, tear_down);
  g_test_add ("/window/digit-after-paid", F, NULL, set_up, test_digit_after_paid, tear_down);
  g_test_add ("/window/refused", F, NULL, set_up, test_refused, tear_down);
  g_test_add ("/window/waiting", F, NULL, set_up, test_waiting, tear_down);
  g_test_add ("/window/fifty-frames", F, NULL, set_up, test_fifty_frames, tear_down);
  g_test_add ("/window/late-is-told", F, NULL, set_up, test_late_is_told, tear_down);
  g_test_add ("/window/twice-is-told", F, NULL, set_up, test_twice_is_told, tear_down);
  g_test_add ("/window/unsure", F, NULL, set_up, test_unsure, tear_down);
  g_test_add ("/window/fits", F, NULL, set_up, test_fits, tear_down);
  g_test_add ("/window/work", F, NULL, set_up, test_work, tear_down);
  g_test_add ("/window/work-by-time", F, NULL, set_up, test_work_by_time, tear_down);
  g_test_add ("/window/countdown-is-light", F, NULL, set_up, test_countdown_is_light, tear_down);
  g_test_add ("/window/same-amount", F, NULL, set_up, test_same_amount, tear_down);
  g_test_add ("/window/collect", F, NULL, set_up, test_collect, tear_down);
  g_test_add ("/window/change-wallet", F, NULL, set_up, test_change_wallet, tear_down);
  g_test_add ("/window/both-codes", F, NULL, set_up, test_both_codes, tear_down);
  g_test_add ("/window/which-wallet", F, NULL, set_up, test_which_wallet, tear_down);
  g_test_add ("/window/one-code", F, NULL, set_up, test_one_code, tear_down);
  g_test_add ("/window/health", F, NULL, set_up, test_health, tear_down);
  g_test_add ("/window/activation", F, NULL, set_up, test_activation, tear_down);
  g_test_add ("/window/digital-yuan", F, NULL, set_up, test_digital_yuan, tear_down);
  g_test_add ("/window/wrong-codes", F, NULL, set_up, test_wrong_codes, tear_down);
  g_test_add ("/window/identity", F, NULL, set_up, test_identity, tear_down);
  g_test_add ("/window/refund", F, NULL, set_up, test_refund, tear_down);
  g_test_add ("/window/resume", F, NULL, set_up, test_resume, tear_down);
  g_test_add ("/window/close", F, NULL, set_up, test_close, tear_down);
  g_test_add ("/window/clock", F, NULL, set_up, test_clock, tear_down);
  g_test_add ("/window/trouble", F, NULL, set_up, test_trouble, tear_down);
  g_test_add ("/window/disk-full-before", F, NULL, set_up, test_disk_full_before, tear_down);
  g_test_add ("/window/disk-full-after", F, NULL, set_up, test_disk_full_after, tear_down);
  g_test_add_func ("/window/fault", test_fault);

  return g_test_run ();
}
