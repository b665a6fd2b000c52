/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pn532.h"

#include "pn532-fault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A contactless reader on a pseudo-terminal: pn532-sim [--pace] [--link PATH] [CARD]. It prints the
 * terminal's path, or makes a link to it, and takes a line at a time:
 *   card NAME, remove, phone, fault NAME STEP [TIMES|always], seed N, unplug, plug, cards, faults
 * answering each with "ok" or "no"; "read HEX" says what a phone has read. It ends with its stdin.
 * --pace makes it as slow as a reader at 115 200 Bd whose card takes 8 ms a command. */

#define BYTE_US 87    /* ten bits at 115 200 Bd */
#define CARD_MS 8

typedef struct {
  Pn532      *chip;
  const char *link;
  int         master;   /* -1: unplugged */
  int         slave;    /* kept open, so that the host may come and go */
  gboolean    pace;
  gsize       n_fed;
} Sim;

static void
sleep_us (guint us)
{
  if (us > 0)
    g_usleep (us);
}

static void
send_cb (const guint8 *bytes,
         gsize         n_bytes,
         gpointer      user_data)
{
  Sim *sim = user_data;

  if (sim->pace)
    sleep_us ((guint) (n_bytes + sim->n_fed) * BYTE_US);
  sim->n_fed = 0;
  while (n_bytes > 0 && sim->master >= 0) {
    const ssize_t n = write (sim->master, bytes, n_bytes);

    if (n < 0 && errno != EINTR)
      return;
    bytes += MAX (n, 0);
    n_bytes -= (gsize) MAX (n, 0);
  }
}

/* 0 ms: as long as a card takes. */
static gboolean
pause_cb (guint    ms,
          gpointer user_data)
{
  Sim *sim = user_data;
  struct pollfd poll_fd = { .fd = sim->master, .events = POLLIN };

  if (ms == 0) {
    sleep_us (sim->pace ? CARD_MS * 1000 : 0);
    return FALSE;
  }

  return poll (&poll_fd, 1, (int) ms) > 0;
}

static void
unplug (Sim *sim)
{
  if (sim->master >= 0) {
    close (sim->slave);
    close (sim->master);
  }
  sim->master = -1;
  if (sim->link)
    unlink (sim->link);
}

static void
unplug_cb (gpointer user_data)
{
  unplug (user_data);
}

static void
read_cb (const guint8 *bytes,
         gsize         n_bytes,
         gpointer      user_data)
{
  fputs ("read ", stdout);
  for (gsize i = 0; i < n_bytes; i++)
    printf ("%02X", bytes[i]);
  puts ("");
}

static const Pn532Funcs funcs = { send_cb, pause_cb, unplug_cb, read_cb };

/* A new terminal and a chip that has just got power. */
static gboolean
plug (Sim *sim)
{
  struct termios termios;

  unplug (sim);
  g_clear_pointer (&sim->chip, pn532_free);
  sim->chip = pn532_new (&funcs, sim);
  sim->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (sim->master < 0 || grantpt (sim->master) < 0 || unlockpt (sim->master) < 0)
    return FALSE;
  sim->slave = open (ptsname (sim->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (sim->slave < 0 || tcgetattr (sim->slave, &termios) < 0)
    return FALSE;
  cfmakeraw (&termios);
  tcsetattr (sim->slave, TCSANOW, &termios);

  return !sim->link || symlink (ptsname (sim->master), sim->link) == 0;
}

static gboolean
list (const char *(*name_of) (guint))
{
  for (guint i = 0; name_of (i); i++)
    printf ("%s ", name_of (i));
  puts ("");

  return TRUE;
}

static gboolean
set_fault (Sim   *sim,
           char **words)
{
  const guint n_words = g_strv_length (words);
  const char *times = n_words > 3 ? words[3] : "1";
  const guint n_times = strcmp (times, "always") == 0 ? G_MAXUINT : (guint) atoi (times);

  return n_words > 2 && pn532_set_fault (sim->chip, words[1], words[2], n_times);
}

static gboolean
obey (Sim  *sim,
      char *line)
{
  g_auto (GStrv) words = g_strsplit (g_strstrip (line), " ", -1);
  const char *word = words[0] ? words[0] : "";

  if (strcmp (word, "card") == 0)
    return words[1] && pn532_put_card (sim->chip, words[1]);
  if (strcmp (word, "remove") == 0)
    pn532_remove_card (sim->chip);
  else if (strcmp (word, "phone") == 0)
    pn532_put_phone (sim->chip);
  else if (strcmp (word, "fault") == 0)
    return set_fault (sim, words);
  else if (strcmp (word, "seed") == 0)
    pn532_set_seed (sim->chip, (guint32) atoi (words[1] ? words[1] : "0"));
  else if (strcmp (word, "unplug") == 0)
    unplug (sim);
  else if (strcmp (word, "plug") == 0)
    return plug (sim);
  else if (strcmp (word, "cards") == 0)
    return list (virtual_card_get_name);
  else if (strcmp (word, "faults") == 0)
    return list (pn532_get_fault_name);
  else
    return FALSE;

  return TRUE;
}

static gboolean
take_line (Sim *sim)
{
  char line[256];

  if (!fgets (line, sizeof line, stdin))
    return FALSE;
  puts (obey (sim, line) ? "ok" : "no");

  return TRUE;
}

static void
take_bytes (Sim *sim)
{
  guint8 bytes[512];
  const ssize_t n = read (sim->master, bytes, sizeof bytes);

  if (n <= 0)
    return;
  sim->n_fed += (gsize) n;
  pn532_feed (sim->chip, bytes, (gsize) n);
}

static void
serve (Sim *sim)
{
  for (;;) {
    struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 }, { sim->master, POLLIN, 0 } };

    if (poll (fds, 2, -1) < 0 && errno != EINTR)
      return;
    if (fds[0].revents && !take_line (sim))
      return;
    if (sim->master >= 0 && fds[1].fd == sim->master && fds[1].revents & POLLIN)
      take_bytes (sim);
  }
}

int
main (int   argc,
      char *argv[])
{
  Sim sim = { .master = -1 };
  const char *card = NULL;

  setvbuf (stdin, NULL, _IONBF, 0);
  setvbuf (stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < argc; i++) {
    if (strcmp (argv[i], "--pace") == 0)
      sim.pace = TRUE;
    else if (strcmp (argv[i], "--link") == 0 && i + 1 < argc)
      sim.link = argv[++i];
    else
      card = argv[i];
  }
  if (!plug (&sim) || (card && !pn532_put_card (sim.chip, card))) {
    fprintf (stderr, "pn532-sim: no terminal, or no such card\n");
    return 1;
  }

  puts (ptsname (sim.master));
  serve (&sim);
  unplug (&sim);
  pn532_free (sim.chip);

  return 0;
}
