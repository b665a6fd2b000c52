/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zbar.h>

#include "code/scan.h"
#include "device/picture.h"
#include "truth.h"
#ifdef TILL_HAVE_ZXING
#include "code/zxing-reader.h"
#endif

/* bench-scan FOLDER [COMMAND…]: reads the pictures of a folder with a truth.tsv with Till and with
 * others, and prints how many each reads, how long it takes, what it reads wrongly, and Till's part by
 * each other's beside the goal. A COMMAND
 * reads paths on stdin, one a line, and answers each with a line "MILLISECONDS<tab>TEXT", line feeds
 * and backslashes in it as \n and \\. Times are of one core; those of a COMMAND are its own.
 * bench-scan --passes FOLDER: what each single pass of Till reads, and its time. */

#define FRAMES_A_CUSTOMER 10

typedef struct {
  const Truth *truth;
  char        *set;
  char        *customer; /* NULL for a picture on its own */
  TillPicture  picture;
} Picture;

/* What one reader made of the pictures of a set. */
typedef struct {
  guint   n_pictures, n_read, n_wrong;
  GArray *all_ms, *read_ms;
} Tally;

/* The same of what a goal speaks of: of pictures on their own, but for the customers. */
typedef enum {
  GROUP_QR,
  GROUP_CODE_128,
  GROUP_PHOTOS,
  GROUP_DRAWN,
  GROUP_CUSTOMERS,  /* who were read within five frames */
  GROUP_MS,         /* median of the stills that were read */
  N_GROUPS,
} Group;

typedef struct {
  guint  n_pictures[N_GROUPS];
  double read[N_GROUPS];
} Sums;

static const char *const group_names[N_GROUPS] = {
  [GROUP_QR]        = "QR",
  [GROUP_CODE_128]  = "Code 128",
  [GROUP_PHOTOS]    = "photos",
  [GROUP_DRAWN]     = "drawn",
  [GROUP_CUSTOMERS] = "customers, 5 frames",
  [GROUP_MS]        = "ms median on reads",
};

/* What is asked of Till beside each peer; a COMMAND is taken for the best reader there is. */
static const struct {
  const char *peer;    /* how its name begins; NULL: any COMMAND */
  Group       group;
  gboolean    at_most;
  double      goal;
} goals[] = {
  { "zbar, all", GROUP_DRAWN, FALSE, 1.20 },
  { "zbar, all", GROUP_CODE_128, FALSE, 1.20 },
  { "zbar, all", GROUP_MS, TRUE, 0.15 },
  { "zbar, QR", GROUP_CODE_128, FALSE, 1.20 },
  { "ZXing", GROUP_CUSTOMERS, FALSE, 1.15 },
  { NULL, GROUP_QR, FALSE, 1.00 },
  { NULL, GROUP_PHOTOS, FALSE, 1.00 },
#ifdef TILL_HAVE_ZXING
  { NULL, GROUP_DRAWN, FALSE, 1.03 },
#else
  { NULL, GROUP_DRAWN, FALSE, 0.98 },
#endif
  { NULL, GROUP_CUSTOMERS, FALSE, 1.15 },
};

typedef struct _Reader Reader;
struct _Reader
{
  const char        *name;
  char            *(*read) (Reader *self, const Picture *picture, double *ms);
  gpointer           state;
  Sums               sums;
  GDataInputStream  *answers;
  GOutputStream     *questions;
};

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
picture_free (Picture *self)
{
  g_free (self->set);
  g_free (self->customer);
  till_picture_clear (&self->picture);
  g_free (self);
}

/* "stills/x.pgm" is of the set "stills"; "sequences/x_f3.pgm" of the customer "sequences/x". */
static Picture *
load_picture (const Truth *truth)
{
  g_autoptr (GError) error = NULL;
  Picture *self = g_new0 (Picture, 1);
  const char *end = strstr (truth->file, "_f");

  self->truth = truth;
  self->set = truth->text ? g_path_get_dirname (truth->file) : g_strdup ("none");
  if (end && g_str_has_prefix (truth->file, "sequences/"))
    self->customer = g_strndup (truth->file, (gsize) (end - truth->file));
  till_picture_file_load (truth->path, &self->picture, &error);
  g_assert_no_error (error);

  return self;
}

static char *
read_till (Reader        *self,
           const Picture *picture,
           double        *ms)
{
  TillGrey frame = { picture->picture.pixels, picture->picture.width, picture->picture.height,
                     picture->picture.width };
  double began = cpu_ms ();
  g_autoptr (GPtrArray) codes = till_scan_read (self->state, &frame, TILL_SCAN_FIRST);

  *ms = cpu_ms () - began;

  return codes->len ? g_strdup (((TillBarcode *) codes->pdata[0])->text) : NULL;
}

static char *
read_zbar (Reader        *self,
           const Picture *picture,
           double        *ms)
{
  zbar_image_t *image = zbar_image_create ();
  double began = cpu_ms ();
  char *text = NULL;

  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, picture->picture.width, picture->picture.height);
  zbar_image_set_data (image, picture->picture.pixels,
                       (unsigned long) picture->picture.width * picture->picture.height, NULL);
  if (zbar_scan_image (self->state, image) > 0)
    text = g_strdup (zbar_symbol_get_data (zbar_image_first_symbol (image)));
  *ms = cpu_ms () - began;
  zbar_image_destroy (image);

  return text;
}

#ifdef TILL_HAVE_ZXING
static char *
read_zxing (Reader        *self,
            const Picture *picture,
            double        *ms)
{
  static TillZxingCode code;
  double began = cpu_ms ();
  int n_read = till_zxing_read (picture->picture.pixels, (int) picture->picture.width,
                                (int) picture->picture.height, TILL_ZXING_HARD, &code);

  *ms = cpu_ms () - began;

  return n_read ? g_strdup (code.text) : NULL;
}
#endif

static char *
read_program (Reader        *self,
              const Picture *picture,
              double        *ms)
{
  g_autofree char *question = g_strconcat (picture->truth->path, "\n", NULL);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;
  char *tab;

  g_output_stream_write_all (self->questions, question, strlen (question), NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  if (!answer)
    g_error ("%s ended", self->name);

  *ms = g_ascii_strtod (answer, NULL);
  tab = strchr (answer, '\t');

  return tab && tab[1] ? truth_unescape (tab + 1) : NULL;
}

static Reader *
start_program (const char *command)
{
  Reader *reader = g_new0 (Reader, 1);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  GSubprocess *program;

  g_shell_parse_argv (command, NULL, &words, &error);
  g_assert_no_error (error);
  program = g_subprocess_newv ((const char *const *) words,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                               &error);
  g_assert_no_error (error);
  reader->name = command;
  reader->read = read_program;
  reader->state = program;
  reader->questions = g_subprocess_get_stdin_pipe (program);
  reader->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (program));

  return reader;
}

static Tally *
find_tally (GHashTable *sets,
            const char *set)
{
  Tally *tally = g_hash_table_lookup (sets, set);

  if (!tally) {
    tally = g_new0 (Tally, 1);
    tally->all_ms = g_array_new (FALSE, FALSE, sizeof (double));
    tally->read_ms = g_array_new (FALSE, FALSE, sizeof (double));
    g_hash_table_insert (sets, g_strdup (set), tally);
  }

  return tally;
}

static int
compare_ms (const void *a,
            const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static double
part_of (GArray *times,
         double  part)
{
  if (times->len == 0)
    return 0;
  qsort (times->data, times->len, sizeof (double), compare_ms);

  return g_array_index (times, double, (guint) (part * (times->len - 1)));
}

static double
mean_of (GArray *times)
{
  double sum = 0;

  for (guint i = 0; i < times->len; i++)
    sum += g_array_index (times, double, i);

  return times->len ? sum / times->len : 0;
}

static void
print_tally (const char  *reader,
             const char  *set,
             const Tally *tally)
{
  g_print ("%-24.24s %-12s %5u %6.1f %%  reads: median %6.2f ms  all: mean %6.2f  p95 %6.2f  "
           "max %6.2f  wrong %u\n", reader, set, tally->n_pictures,
           100.0 * tally->n_read / tally->n_pictures, part_of (tally->read_ms, 0.5),
           mean_of (tally->all_ms), part_of (tally->all_ms, 0.95), part_of (tally->all_ms, 1),
           tally->n_wrong);
}

/* How many customers were read by their first, third, fifth and tenth frame. */
static void
print_customers (Reader          *reader,
                 const GPtrArray *pictures,
                 const gboolean  *right)
{
  static const guint within[] = { 1, 3, 5, 10 };
  guint n_customers = 0, n_read[G_N_ELEMENTS (within)] = { 0 }, frame = 0, first = 0;
  const char *customer = "";

  for (guint i = 0; i < pictures->len; i++) {
    const Picture *picture = pictures->pdata[i];

    if (!picture->customer)
      continue;
    if (strcmp (picture->customer, customer) != 0) {
      customer = picture->customer;
      n_customers++;
      frame = first = 0;
    }
    frame++;
    if (first || !right[i])
      continue;
    first = frame;
    for (guint j = 0; j < G_N_ELEMENTS (within); j++)
      n_read[j] += first <= within[j];
  }
  for (guint j = 0; n_customers && j < G_N_ELEMENTS (within); j++)
    g_print ("%-24.24s of %u customers within %2u frames: %5.1f %%\n", reader->name, n_customers,
             within[j], 100.0 * n_read[j] / n_customers);
  reader->sums.n_pictures[GROUP_CUSTOMERS] = n_customers;
  reader->sums.read[GROUP_CUSTOMERS] = n_read[2];
}

static void
count (Sums          *sums,
       const Picture *picture,
       gboolean       is_right)
{
  const struct { Group group; gboolean is_in; } groups[] = {
    { GROUP_QR, strcmp (picture->truth->kind, "qr") == 0 },
    { GROUP_CODE_128, strcmp (picture->truth->kind, "c128") == 0 },
    { GROUP_PHOTOS, strcmp (picture->set, "photos") == 0 },
    { GROUP_DRAWN, strcmp (picture->set, "photos") != 0 },
  };

  for (guint i = 0; picture->truth->text && !picture->customer && i < G_N_ELEMENTS (groups); i++) {
    if (groups[i].is_in) {
      sums->n_pictures[groups[i].group]++;
      sums->read[groups[i].group] += is_right;
    }
  }
}

/* Till by a peer, in what both did in this run, beside what is asked of it. */
static void
print_ratios (const Reader *till,
              const Reader *peer)
{
  for (guint group = 0; group < N_GROUPS; group++) {
    double ours = till->sums.read[group], theirs = peer->sums.read[group];

    if (till->sums.n_pictures[group] == 0)
      continue;
    g_print ("till / %-24.24s %-20s", peer->name, group_names[group]);
    if (theirs > 0)
      g_print (" %6.3f (%g : %g)", ours / theirs, ours, theirs);
    else
      g_print (" (%g : 0)", ours);
    for (guint i = 0; i < G_N_ELEMENTS (goals); i++) {
      if (goals[i].group == group && (goals[i].peer ? g_str_has_prefix (peer->name, goals[i].peer)
                                                    : peer->answers != NULL))
        g_print ("  goal %s %.2f: %s", goals[i].at_most ? "<=" : ">=", goals[i].goal,
                 (goals[i].at_most ? ours <= goals[i].goal * theirs
                                   : ours >= goals[i].goal * theirs) ? "met" : "MISSED");
    }
    g_print ("\n");
  }
}

static void
run_reader (Reader          *reader,
            const GPtrArray *pictures)
{
  g_autoptr (GHashTable) sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gboolean *right = g_new0 (gboolean, pictures->len);
  g_autoptr (GArray) read_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GList) names = NULL;

  for (guint i = 0; i < pictures->len; i++) {
    const Picture *picture = pictures->pdata[i];
    Tally *tally = find_tally (sets, picture->set);
    double ms = 0;
    g_autofree char *text = reader->read (reader, picture, &ms);

    right[i] = truth_is_right (picture->truth, text);
    tally->n_pictures++;
    tally->n_read += (guint) right[i];
    tally->n_wrong += text && !right[i];
    g_array_append_val (tally->all_ms, ms);
    if (right[i])
      g_array_append_val (tally->read_ms, ms);
    if (right[i] && !picture->customer)
      g_array_append_val (read_ms, ms);
    count (&reader->sums, picture, right[i]);
  }

  names = g_list_sort (g_hash_table_get_keys (sets), (GCompareFunc) strcmp);
  for (GList *name = names; name; name = name->next)
    print_tally (reader->name, name->data, g_hash_table_lookup (sets, name->data));
  print_customers (reader, pictures, right);
  reader->sums.n_pictures[GROUP_MS] = read_ms->len;
  reader->sums.read[GROUP_MS] = part_of (read_ms, 0.5);
}

static void
run_passes (const GPtrArray *pictures)
{
  g_autoptr (TillScan) scan = till_scan_new ();

  for (guint turn = 0; turn < TILL_SCAN_N_TURNS; turn++) {
    guint n_passes;
    const TillScanPass *passes = till_scan_passes ((TillScanTurn) turn, &n_passes);

    for (guint i = 0; i < n_passes; i++) {
      guint n_read = 0;
      double began = cpu_ms ();

      for (guint j = 0; j < pictures->len; j++) {
        const Picture *picture = pictures->pdata[j];
        TillGrey frame = { picture->picture.pixels, picture->picture.width,
                           picture->picture.height, picture->picture.width };
        g_autoptr (GPtrArray) codes = till_scan_try (scan, &frame, &passes[i]);

        n_read += codes->len > 0;
      }
      g_print ("turn %u pass %2u: by %u part %u scale %.1f turned %3.0f change %u: %5.1f %%  %.2f ms\n",
               turn, i, passes[i].by, passes[i].part, passes[i].scale, passes[i].degrees,
               passes[i].change, 100.0 * n_read / pictures->len,
               (cpu_ms () - began) / pictures->len);
    }
  }
}

static GPtrArray *
load_pictures (const GPtrArray *truths)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) picture_free);

  for (guint i = 0; i < truths->len; i++)
    g_ptr_array_add (pictures, load_picture (truths->pdata[i]));

  return pictures;
}

static zbar_image_scanner_t *
make_zbar (gboolean all)
{
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();

  if (!all) {
    zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config (scanner, ZBAR_CODE128, ZBAR_CFG_ENABLE, 1);
  }

  return scanner;
}

int
main (int   argc,
      char *argv[])
{
  gboolean wants_passes = argc > 1 && strcmp (argv[1], "--passes") == 0;
  g_autoptr (GPtrArray) truths = NULL, pictures = NULL;
  g_autoptr (TillScan) scan = till_scan_new ();
  Reader readers[] = {
    { "till", read_till, scan },
    { "zbar, all symbologies", read_zbar, make_zbar (TRUE) },
    { "zbar, QR + Code 128", read_zbar, make_zbar (FALSE) },
#ifdef TILL_HAVE_ZXING
    { "ZXing-C++, installed", read_zxing, NULL },
#endif
  };

  if (argc < 2 + wants_passes) {
    g_printerr ("bench-scan FOLDER [COMMAND…] | bench-scan --passes FOLDER\n");
    return 2;
  }
  truths = truth_load (argv[1 + wants_passes]);
  pictures = load_pictures (truths);
  if (wants_passes) {
    run_passes (pictures);
    return 0;
  }

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    run_reader (&readers[i], pictures);
  for (guint i = 1; i < G_N_ELEMENTS (readers); i++)
    print_ratios (&readers[0], &readers[i]);
  for (int i = 2; i < argc; i++) {
    Reader *reader = start_program (argv[i]);

    run_reader (reader, pictures);
    print_ratios (&readers[0], reader);
    g_output_stream_close (reader->questions, NULL, NULL);
    g_object_unref (reader->state);
    g_free (reader);
  }

  return 0;
}
