/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include <string.h>

#include "app/viewfinder.h"
#include "desk/camera-choice.h"

/* The window with a camera that a test holds codes before. A request that is not in the script
 * fails the test. */

typedef WindowFixture F;

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (&f->desk);
  f->camera = till_fake_scanner_new ();
  f->desk.ports.scanner = TILL_SCANNER (f->camera);
  window_open (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  window_close (f);
  g_assert_cmpint (till_scanner_get_state (f->desk.ports.scanner), ==, TILL_SCANNER_OFF);
  desk_fixture_tear_down (&f->desk);
  g_assert_finalize_object (f->camera);
}

static void
hold (F          *f,
      const char *text)
{
  till_fake_scanner_show (f->camera, text);
  desk_fixture_settle ();
}

static void
assert_camera (F       *f,
               gboolean is_on)
{
  g_assert_cmpint (till_scanner_get_state (f->desk.ports.scanner) != TILL_SCANNER_OFF, ==, is_on);
}

static void
start_scan (F          *f,
            const char *amount)
{
  window_type (f, amount);
  window_act (f, "charge", NULL);
  assert_shown (f, "Scan the customer's payment code");
}

/* Its light is on only while one waits for a code, and a view is made only while it is seen. */
static void
test_light (F            *f,
            gconstpointer data)
{
  assert_camera (f, FALSE);
  start_scan (f, "12.50");
  assert_camera (f, TRUE);
  g_assert_true (till_fake_scanner_is_viewed (f->camera));
  window_act (f, "back", NULL);
  assert_camera (f, FALSE);
  g_assert_false (till_fake_scanner_is_viewed (f->camera));

  window_act (f, "charge", NULL);
  window_act (f, "view", "sales");
  assert_camera (f, FALSE);
  window_act (f, "view", "sell");
  assert_camera (f, TRUE);

  desk_fixture_answer (&f->desk, "CHARGE", "wait payer");
  hold (f, WECHAT_CODE);
  assert_shown (f, "Waiting for the customer");
  assert_camera (f, FALSE);
}

/* A code before the camera is charged as one from a scanner is, and is nowhere to be read. */
static void
test_paid (F            *f,
           gconstpointer data)
{
  start_scan (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "paid ref=4200001");
  hold (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "WeChat Pay");
  assert_not_shown (f, WECHAT_CODE);
}

/* Held there before the clerk asked for it, it is read when the clerk does. */
static void
test_held_before (F            *f,
                  gconstpointer data)
{
  hold (f, ALIPAY_CODE);
  window_type (f, "12");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_act (f, "charge", NULL);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.00");
}

/* Fifty frames, another window, a declined sale and another try: one code is one attempt. */
static void
test_once (F            *f,
           gconstpointer data)
{
  start_scan (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "refused balance");
  for (guint i = 0; i < 50; i++) {
    hold (f, WECHAT_CODE);
    till_scanner_forget (f->desk.ports.scanner);
  }
  assert_shown (f, "Not paid");

  window_act (f, "charge", NULL);
  assert_shown (f, "This code was tried already. Ask the customer to refresh it.");
  for (guint i = 0; i < 50; i++)
    till_scanner_forget (f->desk.ports.scanner);
  window_act (f, "back", NULL);
  window_act (f, "charge", NULL);
  assert_shown (f, "This code was tried already. Ask the customer to refresh it.");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  hold (f, ALIPAY_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
}

/* Both scanners read the phone: the second says nothing new, and is no cause for a warning. */
static void
test_both_at_once (F            *f,
                   gconstpointer data)
{
  start_scan (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  hold (f, WECHAT_CODE);
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  assert_not_shown (f, "This sale is over. Enter the next amount, then scan the payment code.");

  window_scan (f, ALIPAY_CODE);
  assert_shown (f, "This sale is over. Enter the next amount, then scan the payment code.");
}

/* Nor does a window that is opened again try it once more. */
static void
test_reopened (F            *f,
               gconstpointer data)
{
  start_scan (f, "12.50");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  hold (f, WECHAT_CODE);
  assert_shown (f, "Paid");

  window_close (f);
  window_open (f);
  start_scan (f, "12.50");
  till_scanner_forget (f->desk.ports.scanner);
  desk_fixture_settle ();
  assert_shown (f, "This code was tried already. Ask the customer to refresh it.");
}

/* What the scanner that types has read is not charged again by the camera; after five minutes a
 * payment code with the same digits is another one. */
static void
test_both_scanners (F            *f,
                    gconstpointer data)
{
  window_type (f, "3");
  desk_fixture_answer (&f->desk, "CHARGE", "refused balance");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Not paid");
  window_act (f, "charge", NULL);
  hold (f, WECHAT_CODE);
  assert_shown (f, "This code was tried already. Ask the customer to refresh it.");

  desk_fixture_pass (&f->desk, 5 * 60 * 1000);
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  till_scanner_forget (f->desk.ports.scanner);
  desk_fixture_settle ();
  assert_shown (f, "Paid");
}

/* The scanner that types reads on beside the camera. */
static void
test_wedge_first (F            *f,
                  gconstpointer data)
{
  start_scan (f, "3");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, WECHAT_CODE);
  hold (f, WECHAT_CODE);
  hold (f, ALIPAY_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "WeChat Pay");
}

/* What is no payment code is said to be what it is, while it is held there; nothing is sent. */
static void
test_other_codes (F            *f,
                  gconstpointer data)
{
  static const struct {
    const char *text;
    TillReason  reason;
  } cases[] = {
    { "https://qr.alipay.com/fkx012345", TILL_REASON_RECEIVE_CODE },
    { "6901234567892",                   TILL_REASON_GOODS_CODE },
    { "https://example.com/",            TILL_REASON_WEB_CODE },
    { "12345",                           TILL_REASON_UNKNOWN_CODE },
  };
  static const TillSight seen = { .has_code = TRUE };
  static const TillSight nothing = { 0 };

  start_scan (f, "3");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    till_fake_scanner_set_sight (f->camera, &seen);
    hold (f, cases[i].text);
    assert_shown (f, till_reason_get_text (cases[i].reason));
    assert_not_shown (f, cases[i].text);
    till_fake_scanner_set_sight (f->camera, &nothing);
    assert_gone (f, till_reason_get_text (cases[i].reason));
  }
}

/* Each state is told, and what works shows its picture again. */
static void
test_states (F            *f,
             gconstpointer data)
{
  start_scan (f, "3");
  for (guint i = TILL_SCANNER_STARTING; i < TILL_SCANNER_N_STATES; i++) {
    const char *sentence = till_camera_state_get_text ((TillScannerState) i);

    till_fake_scanner_set_state (f->camera, (TillScannerState) i);
    if (sentence[0])
      assert_shown (f, sentence);
    assert_shown (f, "Scan the customer's payment code");
    till_fake_scanner_set_state (f->camera, TILL_SCANNER_READING);
    if (sentence[0])
      assert_gone (f, sentence);
  }
}

static void
test_hints (F            *f,
            gconstpointer data)
{
  start_scan (f, "3");
  for (guint i = TILL_HINT_NONE + 1; i < TILL_N_HINTS; i++) {
    const TillSight sight = { .hint = (TillHint) i };

    till_fake_scanner_set_sight (f->camera, &sight);
    assert_shown (f, till_hint_get_text ((TillHint) i));
  }
}

/* The picture takes the room that there is: the page fits on the smallest screen with it. Views of
 * any size are drawn, with an outline too. */
static void
test_picture (F            *f,
              gconstpointer data)
{
  static const struct {
    guint width, height;
  } sizes[] = { { 1, 1 }, { 640, 360 }, { 3, 480 }, { 640, 1 }, { 641, 359 }, { 480, 640 } };
  const TillSight sight = { .has_code = TRUE,
                            .corners = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } } };
  GtkWidget *viewfinder = window_find (GTK_WIDGET (f->window), TILL_TYPE_VIEWFINDER);
  int height;

  start_scan (f, "88888.88");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    till_fake_scanner_set_view (f->camera, sizes[i].width, sizes[i].height);
    till_fake_scanner_set_sight (f->camera, &sight);
    gtk_test_widget_wait_for_draw (GTK_WIDGET (f->window));
    g_assert_true (gtk_widget_get_mapped (viewfinder));
  }
  gtk_widget_measure (GTK_WIDGET (f->window), GTK_ORIENTATION_VERTICAL, 1024 - 272, &height, NULL,
                      NULL, NULL);
  g_assert_cmpint (height, <=, 600 - 30 - 40);

  /* The page keeps its shape while a camera that worked is switched on again, and only then. */
  till_fake_scanner_set_state (f->camera, TILL_SCANNER_STARTING);
  desk_fixture_settle ();
  g_assert_true (gtk_widget_get_mapped (viewfinder));
  till_fake_scanner_set_state (f->camera, TILL_SCANNER_ABSENT);
  desk_fixture_settle ();
  g_assert_false (gtk_widget_get_mapped (viewfinder));
  assert_shown (f, "holds it to the scanner");
  till_fake_scanner_set_state (f->camera, TILL_SCANNER_STARTING);
  desk_fixture_settle ();
  g_assert_false (gtk_widget_get_mapped (viewfinder));
  till_fake_scanner_set_state (f->camera, TILL_SCANNER_READING);
  assert_shown (f, "holds it before the camera");
  gtk_test_accessible_assert_role (viewfinder, GTK_ACCESSIBLE_ROLE_IMG);
}

/* A code that comes while a dialog lies over the page waits until the page can be seen. */
static void
test_covered (F            *f,
              gconstpointer data)
{
  static const TillSight seen = { .has_code = TRUE };

  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (f->window), "Over it", NULL);

  start_scan (f, "3");
  gtk_window_present (GTK_WINDOW (dialog));
  desk_fixture_settle ();
  hold (f, WECHAT_CODE);
  assert_shown (f, "Scan the customer's payment code");
  gtk_window_destroy (GTK_WINDOW (dialog));
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  till_fake_scanner_set_sight (f->camera, &seen);
  desk_fixture_settle ();
  assert_shown (f, "Paid");
}

static void
choose (F          *f,
        guint       nth,
        gboolean    stays_on)
{
  GtkWidget *button;

  window_act (f, "camera", NULL);
  while (!window_find_dialog ())
    g_main_context_iteration (NULL, TRUE);
  button = window_find (GTK_WIDGET (window_find_dialog ()), GTK_TYPE_CHECK_BUTTON);
  for (guint i = 0; i < nth; i++)
    button = gtk_widget_get_next_sibling (button);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), TRUE);
  button = gtk_widget_get_next_sibling (gtk_widget_get_parent (button));
  button = gtk_widget_get_next_sibling (button);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), stays_on);
  window_respond ("choose");
}

static char *
read_profile (F *f)
{
  g_autofree char *path = g_build_filename (f->desk.dir, "profile.ini", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return text;
}

/* Another camera is taken at once, and at the next start; it may stay on while one types. */
static void
test_choice (F            *f,
             gconstpointer data)
{
  g_autofree char *text = NULL;

  till_fake_scanner_add_device (f->camera, "HD Webcam");
  till_fake_scanner_add_device (f->camera, "USB 摄像头");
  g_assert_cmpstr (till_fake_scanner_get_device (f->camera), ==, "auto");
  choose (f, 2, TRUE);
  g_assert_cmpstr (till_fake_scanner_get_device (f->camera), ==, "USB 摄像头");
  text = read_profile (f);
  g_assert_nonnull (strstr (text, "device=USB 摄像头\n"));
  g_assert_nonnull (strstr (text, "stays-on=yes\n"));
  assert_camera (f, TRUE);
  g_assert_false (till_fake_scanner_is_viewed (f->camera));

  /* What it sees while one types is read when one asks for it. */
  hold (f, WECHAT_CODE);
  window_type (f, "12");
  assert_shown (f, "¥12");
  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_act (f, "charge", NULL);
  assert_shown (f, "Paid");
  assert_camera (f, FALSE);
  window_act (f, "next", NULL);
  assert_camera (f, TRUE);

  /* Off while one chooses, and on again after it, whatever was chosen. */
  window_act (f, "camera", NULL);
  assert_camera (f, FALSE);
  while (!window_find_dialog ())
    g_main_context_iteration (NULL, TRUE);
  window_respond ("back");
  assert_camera (f, TRUE);
  choose (f, 0, FALSE);
  assert_camera (f, FALSE);
  g_assert_cmpstr (till_fake_scanner_get_device (f->camera), ==, "auto");
}

/* A choice that cannot be written holds, and the clerk is told. */
static void
test_choice_not_written (F            *f,
                         gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->desk.dir, "profile.ini", NULL);

  till_fake_scanner_add_device (f->camera, "HD Webcam");
  g_assert_true (g_file_set_contents (path, "nonsense", -1, NULL));
  choose (f, 1, FALSE);
  g_assert_cmpstr (till_fake_scanner_get_device (f->camera), ==, "HD Webcam");
  assert_shown (f, "profile.ini:1:");
}

/* In a till without a camera all is as ever. */
static void
test_without (void)
{
  F f = { 0 };

  desk_fixture_set_up (&f.desk);
  window_open (&f);
  start_scan (&f, "3");
  g_assert_false (g_action_group_has_action (G_ACTION_GROUP (f.window), "camera"));
  desk_fixture_answer (&f.desk, "CHARGE", "paid");
  window_scan (&f, WECHAT_CODE);
  assert_shown (&f, "Paid");
  gtk_window_destroy (GTK_WINDOW (f.window));
  desk_fixture_settle ();
  desk_fixture_tear_down (&f.desk);
}

#define ADD(name, func) g_test_add (name, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  window_init (&argc, &argv);

  ADD ("/lookout/light", test_light);
  ADD ("/lookout/paid", test_paid);
  ADD ("/lookout/held-before", test_held_before);
  ADD ("/lookout/once", test_once);
  ADD ("/lookout/both-at-once", test_both_at_once);
  ADD ("/lookout/reopened", test_reopened);
  ADD ("/lookout/both-scanners", test_both_scanners);
  ADD ("/lookout/wedge-first", test_wedge_first);
  ADD ("/lookout/other-codes", test_other_codes);
  ADD ("/lookout/states", test_states);
  ADD ("/lookout/hints", test_hints);
  ADD ("/lookout/picture", test_picture);
  ADD ("/lookout/covered", test_covered);
  ADD ("/lookout/choice", test_choice);
  ADD ("/lookout/choice-not-written", test_choice_not_written);
  g_test_add_func ("/lookout/without", test_without);

  return g_test_run ();
}
