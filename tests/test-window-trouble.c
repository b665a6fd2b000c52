/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include <sqlite3.h>
#include <string.h>

#include "fault-vfs.h"

/* What is wrong with the clock, the network, the disk or the shop: the window says it, and what
 * to do. */

typedef WindowFixture F;

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

    window_type (f, "1");
    till_fake_http_expect (f->desk.http, &exchange);
    window_scan (f, WECHAT_CODE);
    desk_fixture_pass (&f->desk, 1000);
    if (cases[i].says)
      assert_shown (f, cases[i].says);
    assert_shown (f, "Paid");
    if (!cases[i].says)
      assert_not_shown (f, "This computer's clock");
  }
}

/* No network, then a login page in the wallet's place, then the wallet: each is said in its
 * time. */
static void
test_network (F            *f,
              gconstpointer data)
{
  window_type (f, "1");
  desk_fixture_silence (&f->desk, "CHARGE", TRUE);
  window_scan (f, WECHAT_CODE);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Check the cable or Wi-Fi, or take cash; open payments");
  window_assert_fits (f);
  desk_fixture_answer (&f->desk, "CHARGE", "lost bad-answer");
  window_scan (f, WECHAT_CODE);
  desk_fixture_pass (&f->desk, 0);
  assert_shown (f, "Somebody else answers in the wallet's place");
  assert_not_shown (f, "Check the cable");
  window_assert_fits (f);
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
  window_type (f, "12.50");
  fault_vfs_set (&full_disk);
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Not charged");
  assert_shown (f, "¥12.50");
  assert_shown (f, "nothing was sent");
  assert_not_shown (f, "open payment");
  assert_shown (f, "No sale can be taken: the journal cannot be written");
  window_assert_fits (f);
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "so nothing was sent");
  window_act (f, "collect", "wechat");
  assert_not_shown (f, "Scan with WeChat");
  desk_fixture_pass (&f->desk, 20000);
  assert_shown (f, "No sale can be taken");
  fault_vfs_set (NULL);
  desk_fixture_pass (&f->desk, 2000);
  assert_gone (f, "No sale can be taken");

  desk_fixture_answer (&f->desk, "CHARGE", "paid");
  window_scan (f, WECHAT_CODE);
  assert_shown (f, "Paid");
  assert_shown (f, "¥12.50");
}

/* Paid, says the wallet; but nothing is green before the journal has it. */
static void
test_disk_full_after (F            *f,
                      gconstpointer data)
{
  window_type (f, "12.50");
  desk_fixture_late (&f->desk, "CHARGE", "paid", 3000);
  window_scan (f, WECHAT_CODE);
  fault_vfs_set (&full_disk);
  desk_fixture_pass (&f->desk, 4000);
  assert_shown (f, "Charging…");
  assert_shown (f, "No sale can be taken: the journal cannot be written");
  assert_not_shown (f, "Paid");
  window_assert_fits (f);

  fault_vfs_set (NULL);
  desk_fixture_pass (&f->desk, 4000);
  assert_shown (f, "Paid");
  assert_not_shown (f, "the journal cannot be written");
}

/* Without a shop nothing can be sold, and the window says what is wrong and what to do. */
static void
test_no_shop (void)
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
  window_type (&f, "12.50");
  window_act (&f, "charge", NULL);
  window_act (&f, "collect", "wechat");
  window_act (&f, "next", NULL);
  window_act (&f, "back", NULL);
  assert_shown (&f, "This till cannot take money yet");
  window_close (&f);
}

int
main (int   argc,
      char *argv[])
{
  window_init (&argc, &argv);
  fault_vfs_install ();

  window_add ("/window-trouble/clock", test_clock);
  window_add ("/window-trouble/network", test_network);
  window_add ("/window-trouble/disk-full-before", test_disk_full_before);
  window_add ("/window-trouble/disk-full-after", test_disk_full_after);
  g_test_add_func ("/window-trouble/no-shop", test_no_shop);

  return g_test_run ();
}
