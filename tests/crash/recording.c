/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "recording.h"

#include <glib/gstdio.h>
#include <string.h>

#include "scratch.h"
#include "write-log.h"

/* An empty disk. */
Recording *
recording_new (void)
{
  Recording *self = g_new0 (Recording, 1);
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("till-crash-XXXXXX", &error);
  g_assert_no_error (error);
  self->folder = g_build_filename (self->dir, "disk", NULL);
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  self->records = g_ptr_array_new ();
  self->hashes = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/* Where a test failed, the log and the image that failed stay. */
void
recording_free (Recording *self)
{
  if (g_test_failed ())
    g_test_message ("the log and the last image stay in %s", self->dir);
  else
    scratch_remove (self->dir);

  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->hashes);
  g_free (self->bytes);
  g_free (self->folder);
  g_free (self->dir);
  g_free (self);
}

static void
read_log (Recording  *self,
          const char *path)
{
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &self->bytes, &self->n_bytes, &error);
  g_assert_no_error (error);
  for (gsize at = 0; at < self->n_bytes;) {
    CrashRecord record;

    g_assert_cmpuint (at + sizeof record, <=, self->n_bytes);
    memcpy (&record, self->bytes + at, sizeof record);
    g_ptr_array_add (self->records, self->bytes + at);
    at += sizeof record + record.n_bytes;
    g_assert_cmpuint (at, <=, self->n_bytes);
  }
}

/* Runs a program with @folder as its disk, and reads the log, which @calls keeps. @variable, or
 * NULL, tells that library more. */
void
recording_run (Recording   *self,
               const char  *calls,
               char       **words,
               const char  *variable,
               const char  *value)
{
  g_auto (GStrv) env = g_get_environ ();
  g_autofree char *log = g_build_filename (self->dir, "log", NULL);
  g_autoptr (GError) error = NULL;
  int status;

  env = g_environ_setenv (env, "LD_PRELOAD", calls, TRUE);
  env = g_environ_setenv (env, CRASH_ENV_UNDER, self->folder, TRUE);
  env = g_environ_setenv (env, CRASH_ENV_LOG, log, TRUE);
  if (variable)
    env = g_environ_setenv (env, variable, value, TRUE);
  g_spawn_sync (self->dir, words, env, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  read_log (self, log);
}
