/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/taps.h"

#include "scratch.h"
#include "store/journal.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#define ORDER "20261122ABCDEFGHIJKL"
#define OTHER "20261122ABCDEFGHIJKM"

typedef struct {
  char   *dir;
  GBytes *key;
  GBytes *other;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  const guint8 bytes[] = "one key of thirty-two bytes long";
  const guint8 others[] = "and another of as many bytes too";

  G_STATIC_ASSERT (sizeof bytes == TILL_TAPS_KEY_BYTES + 1 && sizeof others == sizeof bytes);
  fixture->dir = g_dir_make_tmp ("till-taps-XXXXXX", NULL);
  fixture->key = till_taps_new_key (bytes);
  fixture->other = till_taps_new_key (others);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  scratch_remove (fixture->dir);
  g_free (fixture->dir);
  g_bytes_unref (fixture->key);
  g_bytes_unref (fixture->other);
}

static void
assert_key (Fixture *fixture,
            GBytes  *expected)
{
  g_autoptr (GBytes) key = till_taps_load_key (fixture->dir, ORDER, NULL);

  g_assert_true (key && g_bytes_equal (key, expected));
}

static char *
path_in (Fixture    *fixture,
         const char *name)
{
  return g_build_filename (fixture->dir, "taps", name, NULL);
}

/* A key comes back as it was saved, its owner alone may read it, and a forgotten one is gone. */
static void
test_key (Fixture       *fixture,
          gconstpointer  unused)
{
  g_autofree char *path = path_in (fixture, ORDER ".key");
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (till_taps_save_key (fixture->dir, ORDER, fixture->key, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  assert_key (fixture, fixture->key);

  g_assert_true (till_taps_forget_key (fixture->dir, ORDER, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (till_taps_forget_key (fixture->dir, ORDER, &error));
  g_assert_null (till_taps_load_key (fixture->dir, ORDER, &error));
  g_assert_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_MISSING);
}

/* A key that a payment may still need is never replaced, and half a key is none. */
static void
test_key_refused (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autofree char *path = path_in (fixture, ORDER ".key");
  g_autoptr (GError) exists = NULL;
  g_autoptr (GError) broken = NULL;
  g_autoptr (GError) no_folder = NULL;

  g_assert_true (till_taps_save_key (fixture->dir, ORDER, fixture->key, NULL));
  g_assert_false (till_taps_save_key (fixture->dir, ORDER, fixture->other, &exists));
  g_assert_error (exists, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS);
  assert_key (fixture, fixture->key);

  g_assert_true (g_file_set_contents (path, "half", 4, NULL));
  g_assert_null (till_taps_load_key (fixture->dir, ORDER, &broken));
  g_assert_error (broken, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_IO);

  g_assert_false (till_taps_save_key ("/proc/nowhere", ORDER, fixture->other, &no_folder));
  g_assert_nonnull (no_folder);
}

/* Keys are listed by their payments' numbers; young ones and other files are not. */
static void
test_list (Fixture       *fixture,
           gconstpointer  unused)
{
  guint trace;
  g_auto (GStrv) none = till_taps_list_keys (fixture->dir, -10);
  g_auto (GStrv) old = NULL;
  g_auto (GStrv) young = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_true (till_taps_save_key (fixture->dir, ORDER, fixture->key, NULL));
  g_assert_true (till_taps_save_key (fixture->dir, OTHER, fixture->key, NULL));
  g_assert_true (till_taps_next_trace (fixture->dir, "cards", 1, &trace, NULL));

  old = till_taps_list_keys (fixture->dir, -10);
  young = till_taps_list_keys (fixture->dir, 600);
  g_assert_cmpuint (g_strv_length (old), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) old, ORDER));
  g_assert_true (g_strv_contains ((const char *const *) old, OTHER));
  g_assert_cmpuint (g_strv_length (young), ==, 0);
}

/* A clock that was ahead when a key was written does not keep it. */
static void
test_list_from_ahead (Fixture       *fixture,
                      gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (fixture->dir, "taps", ORDER ".key", NULL);
  const gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  struct utimbuf day = { .actime = now_s + 86400, .modtime = now_s + 86400 };
  struct utimbuf minute = { .actime = now_s + 60, .modtime = now_s + 60 };
  g_auto (GStrv) from_tomorrow = NULL;
  g_auto (GStrv) from_soon = NULL;

  g_assert_true (till_taps_save_key (fixture->dir, ORDER, fixture->key, NULL));
  g_assert_cmpint (g_utime (path, &day), ==, 0);
  from_tomorrow = till_taps_list_keys (fixture->dir, 600);
  g_assert_cmpint (g_utime (path, &minute), ==, 0);
  from_soon = till_taps_list_keys (fixture->dir, 600);
  g_assert_cmpuint (g_strv_length (from_tomorrow), ==, 1);
  g_assert_cmpuint (g_strv_length (from_soon), ==, 0);
}

/* Numbers go on where they were, each contract's own, and begin anew at the end or where what
 * stands there is no number. */
static void
test_trace (Fixture       *fixture,
            gconstpointer  unused)
{
  static const struct {
    const char *stands;   /* NULL: no file */
    guint       first;
    guint       expected;
  } cases[] = {
    { NULL, 7, 7 },
    { NULL, 0, 1 },
    { NULL, 5000000, TILL_TAPS_TRACE_MOST },
    { "000007", 99, 8 },
    { "000099", 1, 100 },
    { "999999", 7, 1 },
    { "", 7, 7 },
    { "12", 7, 7 },
    { "000000", 7, 7 },
    { "12345x", 7, 7 },
    { "-00001", 7, 7 },
  };
  guint other;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = path_in (fixture, "cards.trace");
    guint trace = 0;

    g_assert_true (till_taps_next_trace (fixture->dir, "others", 1, &other, NULL));
    g_unlink (path);
    if (cases[i].stands)
      g_assert_true (g_file_set_contents (path, cases[i].stands, -1, NULL));
    g_assert_true (till_taps_next_trace (fixture->dir, "cards", cases[i].first, &trace, NULL));
    g_assert_cmpuint (trace, ==, cases[i].expected);
    g_assert_true (till_taps_next_trace (fixture->dir, "cards", cases[i].first, &trace, NULL));
    g_assert_cmpuint (trace, ==, cases[i].expected % TILL_TAPS_TRACE_MOST + 1);
  }

  g_assert_cmpuint (other, ==, G_N_ELEMENTS (cases));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/taps/key", Fixture, NULL, set_up, test_key, tear_down);
  g_test_add ("/taps/key/refused", Fixture, NULL, set_up, test_key_refused, tear_down);
  g_test_add ("/taps/list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add ("/taps/list-from-ahead", Fixture, NULL, set_up, test_list_from_ahead, tear_down);
  g_test_add ("/taps/trace", Fixture, NULL, set_up, test_trace, tear_down);

  return g_test_run ();
}
