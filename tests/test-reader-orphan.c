/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"
#include "device/system-clock.h"
#include "pn532-host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A till that is killed leaves no till-reader behind: neither one that waits for a card, nor one
 * that is a tag, nor one whose reader does not answer. This program is its own till: as "--till
 * read|show READER" it says a line once the reader is at it, and waits to be killed. */

#define PATIENCE_US (20 * G_USEC_PER_SEC)

static void
state_cb (TillTap *tap)
{
  const TillTapState state = till_tap_get_state (tap);

  if (state == TILL_TAP_WAITING || state == TILL_TAP_SHOWING || state == TILL_TAP_READING) {
    puts (till_tap_state_to_word (state));
    fflush (stdout);
  }
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      unused)
{
  _exit (1);
}

static int
be_till (const char *what,
         const char *reader)
{
  g_autoptr (TillTap) tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  const TillTapRequest request = { .reader = reader, .amount_fen = 1250, .keep_trying = TRUE };

  g_signal_connect (tap, "state-changed", G_CALLBACK (state_cb), NULL);
  if (strcmp (what, "show") == 0)
    till_tap_show_async (tap, reader, "https://pay.example.cn/1", NULL, ended_cb, NULL);
  else
    till_tap_read_async (tap, &request, NULL, ended_cb, NULL);
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}

static GPid
start_till (const char *program,
            const char *what,
            const char *reader,
            FILE      **out)
{
  const char *const words[] = { program, "--till", what, reader, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;
  int fd;

  g_spawn_async_with_pipes (NULL, (char **) words, NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &fd, NULL, &error);
  g_assert_no_error (error);
  *out = fdopen (fd, "r");

  return pid;
}

/* The one child of the till. */
static int
find_reader (GPid till)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", (int) till, (int) till);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? atoi (text) : 0;
}

/* A process that has ended may wait for whoever inherited it. */
static gboolean
is_alive (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  const char *end;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  end = strrchr (text, ')');

  return end && end[2] != 'Z' && end[2] != 'X';
}

static const struct {
  const char *path;
  const char *what;
  const char *fault;   /* of the chip, before the till begins; NULL: none */
  const char *said;    /* by the till, before it is killed */
} cases[] = {
  { "/reader-orphan/waiting", "read", NULL, "waiting\n" },
  { "/reader-orphan/showing", "show", NULL, "showing\n" },
  { "/reader-orphan/stuck", "read", "fault no-response gpo always", "reading\n" },
};

static char *program;

static void
test_killed (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_autoptr (Pn532Host) host = pn532_host_new (FALSE);
  gint64 until_us;
  char line[64];
  FILE *out;
  GPid till;
  int reader;

  if (cases[i].fault) {
    pn532_host_say (host, "%s", cases[i].fault);
    pn532_host_say (host, "card debit");
  }
  till = start_till (program, cases[i].what, pn532_host_get_reader (host), &out);
  do
    g_assert_nonnull (fgets (line, sizeof line, out));
  while (strcmp (line, cases[i].said) != 0);
  reader = find_reader (till);

  kill (till, SIGKILL);
  waitpid (till, NULL, 0);
  g_spawn_close_pid (till);
  fclose (out);
  if (reader == 0) {
    g_test_skip ("this kernel does not tell a process's children");
    return;
  }
  until_us = g_get_monotonic_time () + PATIENCE_US;
  while (is_alive (reader) && g_get_monotonic_time () < until_us)
    g_usleep (10000);
  g_assert_false (is_alive (reader));
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 4 && strcmp (argv[1], "--till") == 0)
    return be_till (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, GUINT_TO_POINTER (i), test_killed);

  return g_test_run ();
}
