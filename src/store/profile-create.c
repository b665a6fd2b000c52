/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/profile-private.h"

#include "store/folder.h"
#include "store/journal.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

static gboolean
fail_folder (const char *path,
             const char *why,
             GError    **error)
{
  g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_WRITE,
               /* Translators: the folder, then what the system says */
               _("%s: the folder cannot be made (%s); choose another with --profile"), path, why);
  return FALSE;
}

/* Makes a folder with all above it. Once it is made a power cut does not take it away, nor what is
 * put into it. */
static gboolean
make_folder (const char *dir,
             const char *name,
             GError    **error)
{
  g_autofree char *path = name ? g_build_filename (dir, name, NULL) : g_strdup (dir);
  g_autofree char *above = g_path_get_dirname (path);
  g_autoptr (GError) fault = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!g_file_test (above, G_FILE_TEST_EXISTS) && !make_folder (above, NULL, error))
    return FALSE;
  if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
    return fail_folder (path, g_strerror (errno), error);

  return till_folder_sync (path, &fault) || fail_folder (path, fault->message, error);
}

static gboolean
fail_write (const char   *path,
            const GError *fault,
            GError      **error)
{
  gboolean is_full = g_error_matches (fault, G_FILE_ERROR, G_FILE_ERROR_NOSPC);

  g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_WRITE, "%s: %s (%s)", path,
               is_full ? _("the disk is full; free some space, then try again")
                       : _("the file cannot be written; check the folder and the disk, then try "
                           "again"),
               fault->message);
  return FALSE;
}

static gboolean
write_text (const char *path,
            gpointer    user_data,
            GError    **error)
{
  const char *text = user_data;
  g_autoptr (GError) fault = NULL;

  return g_file_set_contents_full (path, text, (gssize) strlen (text), G_FILE_SET_CONTENTS_DURABLE,
                                   0600, &fault) ||
         fail_write (path, fault, error);
}

/**
 * till_profile_replace_file:
 * @error: set to a #TillProfileError
 *
 * Puts @text in the place of a file, wholly or not at all, for its owner alone.
 */
gboolean
till_profile_replace_file (const char *path,
                           const char *text,
                           GError    **error)
{
  g_autoptr (GError) fault = NULL;

  return g_file_set_contents_full (path, text, (gssize) strlen (text),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, &fault) ||
         fail_write (path, fault, error);
}

static gboolean
write_profile (const char *path,
               const char *text,
               GError    **error)
{
  g_autoptr (GError) fault = NULL;
  gboolean exists;

  if (till_folder_make_file (path, write_text, (gpointer) text, &fault))
    return TRUE;

  exists = g_error_matches (fault, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS);
  g_set_error_literal (error, TILL_PROFILE_ERROR,
                       exists ? TILL_PROFILE_ERROR_EXISTS : TILL_PROFILE_ERROR_WRITE,
                       fault->message);
  return FALSE;
}

/**
 * till_profile_prepare:
 * @dir: the till's folder; made, for its owner alone, where there is none
 * @ini_text: what shall stand in profile.ini
 * @error: set to a #TillProfileError; %TILL_PROFILE_ERROR_EXISTS where there is a profile, and
 *   nothing is touched
 *
 * Makes the empty folders of a profile, for who puts files there before till_profile_create().
 */
gboolean
till_profile_prepare (const char *dir,
                      const char *ini_text,
                      GError    **error)
{
  static const char *const folders[] = { NULL, "keys", "backups", "exports" };
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_EXISTS,
                 _("%s: there is a profile already; choose another folder with --profile"), path);
    return FALSE;
  }
  if (!till_profile_check (path, ini_text, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (!make_folder (dir, folders[i], error))
      return FALSE;

  return TRUE;
}

/**
 * till_profile_create:
 * @dir: the till's folder; made, for its owner alone, where there is none
 * @ini_text: what shall stand in profile.ini
 * @error: set to a #TillProfileError; %TILL_PROFILE_ERROR_EXISTS where there is a profile, and
 *   nothing is touched
 *
 * Makes a profile with its empty folders. The profile.ini comes last: where it is, all is.
 */
gboolean
till_profile_create (const char *dir,
                     const char *ini_text,
                     GError    **error)
{
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);

  return till_profile_prepare (dir, ini_text, error) && write_profile (path, ini_text, error);
}

/**
 * till_profile_add_key:
 * @name: the file's name, without a folder: "apiclient_key.pem", "wechat.api-v3-key.secret"
 * @content: all of it
 * @error: set to %TILL_PROFILE_ERROR_WRITE
 *
 * Writes DIR/keys/@name for its owner alone, in place of one that may be there.
 */
gboolean
till_profile_add_key (const char *dir,
                      const char *name,
                      const char *content,
                      GError    **error)
{
  g_autofree char *path = g_build_filename (dir, "keys", name, NULL);

  g_return_val_if_fail (!strchr (name, '/') && name[0] != '.' && name[0] != '\0', FALSE);

  return make_folder (dir, "keys", error) && till_profile_replace_file (path, content, error);
}
