/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "heap.h"
#include "life.h"

/* Lives of a shop: the real desk, machine, acquirers and journal over a simulated clock,
 * network, banks, disk, clerk and customers. A life is one customer's purchase, tried until it
 * is paid or given up; a run is the lives of one shop, one after the other, from one seed: it
 * can be lived again, and told. Speaks TAP. */

/* A story gets no shorter after so many rounds of leaving out. */
#define N_ROUNDS 5

typedef struct {
  gint64   n_lives;
  gint64   seed;
  gboolean story;
  gboolean quiet;
  char    *without;
} Options;

static void
leave_out (Chances    *chances,
           const char *words)
{
  g_auto (GStrv) names = g_strsplit (words, ",", -1);

  for (guint i = 0; names[i]; i++) {
    for (guint kind = 0; kind < N_CHANCES; kind++) {
      if (strcmp (chance_to_string (kind), names[i]) == 0)
        chances->is_off[kind] = TRUE;
    }
  }
}

static void
print_story (World *world)
{
  g_auto (GStrv) lines = g_strsplit (world_get_story (world), "\n", -1);

  for (guint i = 0; lines[i] && lines[i][0]; i++)
    g_print ("# %s\n", lines[i]);
}

/* Customers who are not needed stay at home. */
static void
send_home (World  *world,
           guint64 seed)
{
  for (guint most = world_get_lives (world); most > 0; most--) {
    world_set_most (world, most);
    if (!world_live (world, seed)) {
      world_set_most (world, most + 1);
      break;
    }
  }
  world_live (world, seed);
  for (guint i = 0; i < world_get_lives (world); i++) {
    world_set_away (world, i, TRUE);
    if (!world_live (world, seed))
      world_set_away (world, i, FALSE);
  }
}

static void
leave_out_kinds (World  *world,
                 guint64 seed)
{
  Chances *chances = world_chances (world);

  for (guint kind = 0; kind < N_CHANCES; kind++) {
    if (kind == CHANCE_LIFE || kind == CHANCE_SECTOR || chances->is_off[kind])
      continue;
    chances->is_off[kind] = TRUE;
    if (!world_live (world, seed))
      chances->is_off[kind] = FALSE;
  }
}

/* One by one, the last first, of what still happens. */
static gboolean
leave_out_happenings (World  *world,
                      guint64 seed)
{
  gboolean is_shorter = FALSE;
  Chances *chances = world_chances (world);
  g_autoptr (GArray) happened = g_array_new (FALSE, FALSE, sizeof (Happened));

  chances->happened = happened;
  world_live (world, seed);
  chances->happened = NULL;
  for (guint i = happened->len; i > 0; i--) {
    Happened one = g_array_index (happened, Happened, i - 1);

    chances_mute (chances, one, TRUE);
    if (world_live (world, seed))
      is_shorter = TRUE;
    else
      chances_mute (chances, one, FALSE);
  }

  return is_shorter;
}

/* Leaves out whatever the violation does not need, and tells what is left. */
static void
shrink (World  *world,
        guint64 seed)
{
  Chances *chances = world_chances (world);

  world_tell (world, FALSE);
  leave_out_kinds (world, seed);
  send_home (world, seed);
  for (guint i = 0; i < N_ROUNDS && leave_out_happenings (world, seed); i++)
    send_home (world, seed);

  world_tell (world, TRUE);
  world_live (world, seed);
  print_story (world);
  g_print ("# what it took:");
  for (guint kind = 0; kind < N_CHANCES; kind++) {
    if (chances->taken[kind])
      g_print (" %s×%u", chance_to_string (kind), chances->taken[kind]);
  }
  g_print ("\n");
}

/* A core's own time: others may be busy too. */
static void
report (World         *world,
        const guint64 *taken,
        gint64         n_lives)
{
  guint64 n_taken = 0;

  for (guint kind = 0; kind < N_CHANCES; kind++) {
    n_taken += taken[kind];
    if (taken[kind])
      g_print ("#   %-18s %" G_GUINT64_FORMAT "\n", chance_to_string (kind), taken[kind]);
  }
  g_print ("# note: %" G_GINT64_FORMAT " lives, %" G_GUINT64_FORMAT " requests, %"
           G_GUINT64_FORMAT " faults and whims, 0 violations, %" G_GUINT64_FORMAT " settled by the "
           "owner, %.0f lives a second of one core\n",
           n_lives, world_get_steps (world), n_taken, world_get_owners_words (world),
           (double) n_lives * CLOCKS_PER_SEC / (double) MAX (clock (), 1));
}

/* The journal's and the keys' complaints are part of many lives. */
static GLogWriterOutput
drop_logs (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         user_data)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    return g_log_writer_default (level, fields, n_fields, user_data);

  return G_LOG_WRITER_HANDLED;
}

/* The main loop of a life has nothing to wait for: time is the fake clock's. */
static int
poll_nothing (GPollFD *fds,
              guint    n_fds,
              int      timeout_ms)
{
  return 0;
}

/* What a life gives back the next one takes again: the kernel need not know. */
static void
keep_memory (void)
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 64 * 1024 * 1024);
  mallopt (M_TRIM_THRESHOLD, 256 * 1024 * 1024);
#endif
}

static gboolean
live_all (World         *world,
          const Options *options)
{
  guint64 taken[N_CHANCES] = { 0 };
  gint64 n_lived = 0;

  for (gint64 run = 0; n_lived < options->n_lives; run++) {
    guint64 seed = (guint64) options->seed + (guint64) run;
    const char *violation = world_live (world, seed);

    n_lived += world_get_lives (world);
    if (violation) {
      g_print ("not ok 1 seed %" G_GUINT64_FORMAT ", after %" G_GINT64_FORMAT " lives: %s\n", seed,
               n_lived, violation);
      if (!options->quiet)
        shrink (world, seed);
      return FALSE;
    }
    for (guint kind = 0; kind < N_CHANCES; kind++)
      taken[kind] += world_chances (world)->taken[kind];
  }

  report (world, taken, n_lived);
  if (!world_report_calm (world)) {
    g_print ("not ok 1 after %" G_GINT64_FORMAT " lives: unknown results are settled too late\n",
             n_lived);
    return FALSE;
  }

  g_print ("ok 1 %" G_GINT64_FORMAT " lives\n", n_lived);
  return TRUE;
}

static void
tell_one (World         *world,
          const Options *options)
{
  world_tell (world, TRUE);
  world_live (world, (guint64) options->seed);
  print_story (world);
}

static void
read_options (Options *options,
              int     *argc,
              char   **argv[])
{
  const GOptionEntry entries[] = {
    { "lives", 0, 0, G_OPTION_ARG_INT64, &options->n_lives, "how many", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options->seed, "the first one's; else a fresh one", "S" },
    { "story", 0, 0, G_OPTION_ARG_NONE, &options->story, "tell the run of the seed", NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &options->quiet, "do not shrink a violation", NULL },
    { "without", 0, 0, G_OPTION_ARG_STRING, &options->without, "kinds of trouble left out", "A,B" },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  options->n_lives = 1000;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    g_error ("%s", error->message);
  if (options->seed == 0)
    options->seed = g_random_int ();
}

static gboolean
remove_folder (const char *dir)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);

  return system (command) == 0;
}

int
main (int   argc,
      char *argv[])
{
  Options options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  World *world;
  gboolean is_kept = TRUE;

  setlocale (LC_ALL, "C.UTF-8");
  read_options (&options, &argc, &argv);
  keep_memory ();
  heap_install ();
  g_main_context_set_poll_func (NULL, poll_nothing);
  g_log_set_writer_func (drop_logs, NULL, NULL);

  dir = g_dir_make_tmp ("till-simulation-XXXXXX", &error);
  g_assert_no_error (error);
  world = world_new (dir);
  if (options.without)
    leave_out (world_chances (world), options.without);
  g_print ("1..1\n# note: simulation, seed %" G_GINT64_FORMAT "\n", options.seed);
  if (options.story)
    tell_one (world, &options);
  else
    is_kept = live_all (world, &options);

  world_free (world);
  g_free (options.without);

  return remove_folder (dir) && is_kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
