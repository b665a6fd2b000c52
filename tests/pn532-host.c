/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pn532-host.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

struct _Pn532Host
{
  GPid  pid;
  FILE *in;
  FILE *out;
  char *folder;
  char *link;      /* the reader's path, also after it was unplugged */
  char *reader;    /* its connstring */
  char  line[4096];
  char  read[4096];
};

/* Returns: FALSE at the end; what a phone has read is kept aside */
static gboolean
next_line (Pn532Host *self)
{
  while (fgets (self->line, sizeof self->line, self->out)) {
    g_strchomp (self->line);
    if (!g_str_has_prefix (self->line, "read "))
      return TRUE;
    g_strlcpy (self->read, self->line + strlen ("read "), sizeof self->read);
  }

  return FALSE;
}

Pn532Host *
pn532_host_new (gboolean pace)
{
  Pn532Host *self = g_new0 (Pn532Host, 1);
  g_autoptr (GError) error = NULL;
  const char *words[] = { g_getenv ("TILL_PN532_SIM"), "--link", NULL, pace ? "--pace" : NULL,
                          NULL };
  int in, out;

  self->folder = g_dir_make_tmp ("till-reader-XXXXXX", &error);
  g_assert_no_error (error);
  self->link = g_build_filename (self->folder, "reader", NULL);
  self->reader = g_strdup_printf ("pn532_uart:%s:115200", self->link);
  words[2] = self->link;
  g_spawn_async_with_pipes (NULL, (char **) words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &self->pid, &in, &out, NULL, &error);
  g_assert_no_error (error);
  self->in = fdopen (in, "w");
  self->out = fdopen (out, "r");
  g_assert_true (next_line (self));

  return self;
}

void
pn532_host_free (Pn532Host *self)
{
  fclose (self->in);
  fclose (self->out);
  waitpid (self->pid, NULL, 0);
  g_spawn_close_pid (self->pid);
  g_remove (self->link);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->link);
  g_free (self->reader);
  g_free (self);
}

const char *
pn532_host_get_reader (Pn532Host *self)
{
  return self->reader;
}

const char *
pn532_host_get_folder (Pn532Host *self)
{
  return self->folder;
}

GPid
pn532_host_get_pid (Pn532Host *self)
{
  return self->pid;
}

/* A line as pn532-sim takes it, which must be to its liking. */
void
pn532_host_say (Pn532Host  *self,
                const char *format,
                ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);

  fprintf (self->in, "%s\n", line);
  fflush (self->in);
  g_assert_true (next_line (self));
  if (strcmp (self->line, "ok") != 0)
    g_error ("pn532-sim does not know \"%s\"", line);
}

/* What the last phone has read, in hexadecimal; after it was told. */
const char *
pn532_host_get_read (Pn532Host *self)
{
  pn532_host_say (self, "remove");

  return self->read;
}
