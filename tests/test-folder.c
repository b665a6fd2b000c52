/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/folder.h"

#include "store/journal.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  const char *content;   /* NULL: the filling fails */
  const char *beside;    /* somebody else makes this file meanwhile */
} Filling;

static gboolean
fill (const char *path,
      gpointer    user_data,
      GError    **error)
{
  const Filling *filling = user_data;
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  if (filling->beside)
    g_file_set_contents (filling->beside, "theirs", -1, NULL);
  if (!filling->content) {
    g_set_error (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_FULL, "no room");
    return FALSE;
  }

  return g_file_set_contents_full (path, filling->content, -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                   error);
}

static void
assert_content (const char *path,
                const char *content)
{
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, content);
}

/* A file is there whole or not at all, and one that is there is never touched. */
static void
test_make_file (void)
{
  static const struct {
    const char *before;    /* what stands at the path; NULL for nothing */
    const char *left;      /* what a crash left half made */
    const char *content;   /* NULL: the filling fails */
    gboolean    is_raced;
    int         code;      /* -1: it succeeds */
    const char *after;
  } cases[] = {
    { NULL, NULL, "ours", FALSE, -1, "ours" },
    { NULL, "half", "ours", FALSE, -1, "ours" },
    { NULL, NULL, "", FALSE, -1, "" },
    { "theirs", NULL, "ours", FALSE, TILL_JOURNAL_ERROR_EXISTS, "theirs" },
    { NULL, NULL, "ours", TRUE, TILL_JOURNAL_ERROR_EXISTS, "theirs" },
    { NULL, NULL, NULL, FALSE, TILL_JOURNAL_ERROR_FULL, NULL },
    { NULL, "half", NULL, FALSE, TILL_JOURNAL_ERROR_FULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *dir = g_dir_make_tmp ("till-folder-XXXXXX", NULL);
    g_autofree char *path = g_build_filename (dir, "file", NULL);
    g_autofree char *part = g_strconcat (path, ".part", NULL);
    Filling filling = { cases[i].content, cases[i].is_raced ? path : NULL };
    g_autoptr (GError) error = NULL;

    if (cases[i].before)
      g_file_set_contents (path, cases[i].before, -1, NULL);
    if (cases[i].left)
      g_file_set_contents (part, cases[i].left, -1, NULL);

    g_assert_cmpint (till_folder_make_file (path, fill, &filling, &error), ==, cases[i].code < 0);
    if (cases[i].code >= 0)
      g_assert_error (error, TILL_JOURNAL_ERROR, cases[i].code);
    assert_content (path, cases[i].after);
    g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));

    g_unlink (path);
    g_assert_cmpint (g_rmdir (dir), ==, 0);
  }
}

/* A folder that is not there, or is none, is told as that. */
static void
test_no_folder (void)
{
  static const struct {
    const char *path;
    int         code;
  } cases[] = {
    { "/nonexistent/file", TILL_JOURNAL_ERROR_MISSING },
    { "/dev/null/file", TILL_JOURNAL_ERROR_MISSING },
  };
  Filling filling = { "ours", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (till_folder_make_file (cases[i].path, fill, &filling, &error));
    g_assert_error (error, TILL_JOURNAL_ERROR, cases[i].code);
    g_clear_error (&error);
    g_assert_false (till_folder_sync (cases[i].path, &error));
    g_assert_error (error, TILL_JOURNAL_ERROR, cases[i].code);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/folder/make-file", test_make_file);
  g_test_add_func ("/folder/no-folder", test_no_folder);

  return g_test_run ();
}
