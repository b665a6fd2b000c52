/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include <string.h>

#include "desk/activate.h"

/* A contract that begins with a code: who waits for one, and what becomes of it in a till that is
 * running. That a code is never written anywhere, tests/cli sees. */

typedef DeskFixture F;

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
  desk_fixture_add (f, "begun-words", "begun", TILL_BRAND_BIT (TILL_BRAND_JD));
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  desk_fixture_tear_down (f);
}

static char *
list_inactive (F *f)
{
  g_auto (GStrv) ids = till_desk_list_inactive (f->desk);

  return g_strjoinv (" ", ids);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
activate (F          *f,
          const char *id,
          GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  till_desk_activate_async (f->desk, id, "38271946", result_cb, &result);
  desk_fixture_settle ();
  g_assert_nonnull (result);

  return till_desk_activate_finish (f->desk, result, error);
}

/* The contract works from then on, and its key is where the next start finds it. */
static void
test_good (F            *f,
           gconstpointer data)
{
  g_autofree char *before = list_inactive (f);
  g_autofree char *after = NULL;
  g_autofree char *path = g_build_filename (f->dir, "keys", "begun.key.secret", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (before, ==, "begun");
  desk_fixture_answer (f, "ACTIVATE", "");
  g_assert_true (activate (f, "begun", &error));
  g_assert_no_error (error);
  after = list_inactive (f);
  g_assert_cmpstr (after, ==, "");
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (g_strstrip (kept), ==, "secret");
}

static void
test_bad (F            *f,
          gconstpointer data)
{
  const TillFakeExchange refusal = { .body = "ACTIVATE", .status = 400, .answer = "" };
  g_autoptr (GError) error = NULL;
  g_autofree char *still = NULL;

  till_fake_http_expect (f->http, &refusal);
  g_assert_false (activate (f, "begun", &error));
  g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_ANSWER);
  g_clear_error (&error);
  desk_fixture_silence (f, "ACTIVATE", TRUE);
  g_assert_false (activate (f, "begun", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (activate (f, "nobody", &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_NO_ACQUIRER);
  g_clear_error (&error);
  desk_fixture_add (f, "sealed-words", "cards", 0);
  g_assert_false (activate (f, "cards", &error));
  g_assert_error (error, TILL_REFUSAL, TILL_REASON_NO_ACTIVATION);
  g_clear_error (&error);
  still = list_inactive (f);
  g_assert_cmpstr (still, ==, "begun");
}

/* The window is closed before the acquirer has answered. */
static void
test_closed (F            *f,
             gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (TillDesk) desk = g_object_ref (f->desk);
  g_autoptr (GError) error = NULL;

  desk_fixture_late (f, "ACTIVATE", "", 3000);
  till_desk_activate_async (f->desk, "begun", "38271946", result_cb, &result);
  till_desk_close (f->desk);
  desk_fixture_settle ();
  g_assert_nonnull (result);
  g_assert_false (till_desk_activate_finish (desk, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  desk_fixture_restart (f);
}

#define ADD(name, func) g_test_add ("/activate/" name, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("good", test_good);
  ADD ("bad", test_bad);
  ADD ("closed", test_closed);

  return g_test_run ();
}
