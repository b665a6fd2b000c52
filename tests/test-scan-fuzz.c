/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/scan.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "device/picture.h"
#include "draw-code.h"

/* Pictures and frames that nobody means well with go the way of `till decode`: they are read or
 * refused, within bounded time and memory. What a round draws depends on the seed and its number
 * only. TILL_FUZZ_SEED repeats a run, TILL_FUZZ_ROUNDS makes a longer one. */

#define PICTURE_ROUNDS 800
#define FRAME_ROUNDS   600

/* Of a core, under sanitizers on a slow machine; a frame that is not asked for all has 14 ms. */
#define MOST_MS     4000
#define MOST_ALL_MS 40000
#define ENDLESS_S   60

/* All codes are asked for each so many rounds, in pictures of at most so many pixels. */
#define ALL_EACH   8
#define ALL_PIXELS (1280 * 720)

/* The largest picture in colours and in grey, its file, and what sanitizers put by. */
#define MOST_RESIDENT_KB (1536 * 1024)

/* What is left once all is given back: lists of types and modules that libraries keep. */
#define MOST_LEFT_BYTES (1024 * 1024)

#define PAYMENT "134567890123456789"

typedef struct {
  guint32    seed;
  guint      n_rounds;
  GPtrArray *corpus;     /* of GByteArray: whole files */
  char      *path;       /* what the loader is given */
  TillScan  *scan;
  guint      n_loaded, n_codes;
  double     worst_ms;   /* of what was not asked for all */
} Run;

static char doing[128];

static void
endless_cb (int signal)
{
  /* What cannot be written is told by the signal all the same. */
  if (write (STDERR_FILENO, doing, strlen (doing)) >= 0)
    signal = SIGABRT;
  _exit (128 + signal);
}

/* What gdk-pixbuf warns of in damaged files is refused all the same: that is what is tested. */
static gboolean
is_fatal (const char     *domain,
          GLogLevelFlags  level,
          const char     *message,
          gpointer        user_data)
{
  return g_strcmp0 (domain, "GdkPixbuf") != 0;
}

/* The usual handler would end the TAP. */
static void
tell_cb (const char     *domain,
         GLogLevelFlags  level,
         const char     *message,
         gpointer        user_data)
{
  g_test_message ("%s: %s", domain, message);
}

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* What a round may take of a core, whatever else the machine does. */
static void
begin_round (const Run  *self,
             const char *what,
             guint       round)
{
  const struct itimerval until = { .it_value.tv_sec = ENDLESS_S };

  g_snprintf (doing, sizeof doing, "endless: %s, seed %u, round %u\n", what, self->seed, round);
  g_assert_cmpint (setitimer (ITIMER_PROF, &until, NULL), ==, 0);
}

static void
end_round (void)
{
  const struct itimerval never = { 0 };

  g_assert_cmpint (setitimer (ITIMER_PROF, &never, NULL), ==, 0);
}

static guint
below (GRand *rand,
       gsize  end)
{
  return (guint) g_rand_int_range (rand, 0, (int) end);
}

static void
check_codes (const GPtrArray *codes,
             TillScanWish     wish)
{
  if (wish == TILL_SCAN_FIRST)
    g_assert_cmpuint (codes->len, <=, 1);
  for (guint i = 0; i < codes->len; i++) {
    const TillBarcode *code = codes->pdata[i];

    g_assert_cmpuint (code->symbol, <, TILL_N_SYMBOLS);
    g_assert_cmpuint (strlen (code->text), >=, 1);
    g_assert_true (g_utf8_validate (code->text, -1, NULL));
  }
}

static void
read_frame (Run            *self,
            guint           round,
            const TillGrey *frame)
{
  gboolean wants_all = round % ALL_EACH == 0 && frame->width * frame->height <= ALL_PIXELS;
  TillScanWish wish = wants_all ? TILL_SCAN_ALL : round % 2 ? TILL_SCAN_FIRST : TILL_SCAN_PAYMENT;
  double began_ms = cpu_ms (), took_ms;
  g_autoptr (GPtrArray) codes = till_scan_read (self->scan, frame, wish);

  took_ms = cpu_ms () - began_ms;
  check_codes (codes, wish);
  self->n_codes += codes->len;
  if (!wants_all)
    self->worst_ms = MAX (self->worst_ms, took_ms);
  if (took_ms > (wants_all ? MOST_ALL_MS : MOST_MS))
    g_error ("seed %u, round %u: %u × %u took %.0f ms", self->seed, round, frame->width,
             frame->height, took_ms);
}

static void
load_and_read (Run   *self,
               guint  round)
{
  g_autoptr (GError) error = NULL;
  g_auto (TillPicture) picture = { 0 };
  TillGrey frame;

  if (!till_picture_file_load (self->path, &picture, &error)) {
    g_assert_true (error->domain == TILL_PICTURE_ERROR);
    g_assert_cmpuint (strlen (error->message), >=, 1);
    g_assert_null (picture.pixels);
    return;
  }

  g_assert_cmpuint (picture.width, >=, 1);
  g_assert_cmpuint (picture.height, >=, 1);
  self->n_loaded++;
  frame = (TillGrey) { picture.pixels, picture.width, picture.height, picture.width };
  read_frame (self, round, &frame);
}

/* Formats without a file among the vectors. */
static const char *const texts[] = {
  "P1 4 4\n0 1 0 1\n1 0 1 0\n0 1 0 1\n1 0 1 0\n",
  "P2 3 2 15\n0 1 2\n13 14 15\n",
  "P3 2 1 255\n255 0 0 0 255 0\n",
  "P4 9 2\nabcd",
  "P6 2 2 255\nabcdefghijkl",
  "P5 2 2 65535\nabcdefgh",
  "/* XPM */ static char *x[] = {\"3 2 2 1\",\"a c #000000\",\"b c None\",\"aba\",\"bab\"};",
  "#define x_width 8\n#define x_height 2\nstatic char x_bits[] = { 0x55, 0xaa };",
  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"7\">"
  "<rect width=\"4\" height=\"3\" fill=\"#123\"/></svg>",
  "GIF89a\x08",
};

/* A GIF of 2 × 2 pixels, with two pictures. */
static const guint8 gif[] = {
  'G', 'I', 'F', '8', '9', 'a', 2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff,
  0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x02, 0x05, 0,
  0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x02, 0x05, 0, 0x3b,
};

static void
add_file (GPtrArray  *corpus,
          const void *bytes,
          gsize       n_bytes)
{
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, bytes, (guint) n_bytes);
  g_ptr_array_add (corpus, file);
}

static void
add_vectors (GPtrArray *corpus)
{
  g_autofree char *truth = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (TEST_DIR "/vectors/scan/truth.tsv", &truth, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (truth), "\n", -1);
  for (guint i = 1; lines[i]; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 2);
    g_autofree char *path = g_build_filename (TEST_DIR "/vectors/scan", fields[0], NULL);
    g_autofree char *bytes = NULL;
    gsize n_bytes;

    g_file_get_contents (path, &bytes, &n_bytes, &error);
    g_assert_no_error (error);
    add_file (corpus, bytes, n_bytes);
  }
}

/* A drawn code in each format that can be written here. */
static void
add_drawn (GPtrArray *corpus)
{
  static const char *const formats[] = { "png", "jpeg", "bmp", "tiff", "ico" };
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 160, 120);
  guint8 *pixels = gdk_pixbuf_get_pixels (pixbuf);
  g_autofree char *pgm = NULL;
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, 160, 120, 255);
  draw_code_qr (&canvas, 20, 20, 3, PAYMENT);
  for (gsize i = 0; i < 160 * 120; i++)
    memset (pixels + i / 160 * (gsize) gdk_pixbuf_get_rowstride (pixbuf) + i % 160 * 3,
            canvas.pixels[i], 3);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *bytes = NULL;
    gsize n_bytes;

    if (gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &n_bytes, formats[i], NULL, NULL))
      add_file (corpus, bytes, n_bytes);
  }
  pgm = g_malloc (15 + 160 * 120);
  memcpy (pgm, "P5 160 120 255\n", 15);
  memcpy (pgm + 15, canvas.pixels, 160 * 120);
  add_file (corpus, pgm, 15 + 160 * 120);
  till_canvas_clear (&canvas);
}

static guint32
crc (const guint8 *bytes,
     gsize         n_bytes)
{
  guint32 sum = G_MAXUINT32;

  for (gsize i = 0; i < n_bytes; i++) {
    sum ^= bytes[i];
    for (guint bit = 0; bit < 8; bit++)
      sum = sum & 1 ? sum >> 1 ^ 0xedb88320u : sum >> 1;
  }

  return ~sum;
}

static void
put (guint8  *at,
     guint32  number,
     guint    n_bytes,
     gboolean is_little)
{
  for (guint i = 0; i < n_bytes; i++)
    at[i] = (guint8) (number >> 8 * (is_little ? i : n_bytes - 1 - i));
}

/* Where formats have their width and, behind it, their height. */
static const struct {
  const char *magic;
  gsize       at;
  guint       n_bytes;
  gboolean    is_little;
} sizes[] = {
  { "\x89PNG", 16, 4, FALSE },
  { "BM", 18, 4, TRUE },
  { "GIF8", 6, 2, TRUE },
};

static const guint32 edges[] = {
  0, 1, 2, 7, 255, 256, 1000, 16384, 16385, 32767, 32768, 65535, 65536, 1000000, 0x7fffffff,
  0x80000000, 0xffffffff,
};

static guint32
draw_edge (GRand *rand)
{
  return edges[below (rand, G_N_ELEMENTS (edges))];
}

/* Another size than the pixels have; in a PNG with the right sum, or nobody would look at it. */
static void
change_size (GRand      *rand,
             GByteArray *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint8 *at = file->data + sizes[i].at;

    if (file->len < 33 || memcmp (file->data, sizes[i].magic, strlen (sizes[i].magic)) != 0)
      continue;
    put (at + below (rand, 2) * sizes[i].n_bytes, draw_edge (rand), sizes[i].n_bytes,
         sizes[i].is_little);
    if (i == 0)
      put (file->data + 29, crc (file->data + 12, 17), 4, FALSE);
    return;
  }
  /* A JPEG's frame header: length, bits, height, width. */
  for (gsize i = 2; i + 9 < file->len && file->data[0] == 0xff && file->data[1] == 0xd8; i++) {
    if (file->data[i] == 0xff && (file->data[i + 1] == 0xc0 || file->data[i + 1] == 0xc2)) {
      put (file->data + i + 5 + below (rand, 2) * 2, draw_edge (rand), 2, FALSE);
      return;
    }
  }
  if (file->data[0] == 'P') {
    g_autofree char *header = g_strdup_printf ("P%u %u %u 255\n", 1 + below (rand, 6),
                                               draw_edge (rand) % 32768, draw_edge (rand) % 32768);

    memcpy (file->data, header, MIN (strlen (header), file->len));
  }
}

static void
splice (GRand           *rand,
        GByteArray      *file,
        const GPtrArray *corpus)
{
  const GByteArray *other = corpus->pdata[below (rand, corpus->len)];
  guint n_bytes = 1 + below (rand, MIN (MIN (file->len, other->len), 2000));

  memcpy (file->data + below (rand, file->len - n_bytes + 1),
          other->data + below (rand, other->len - n_bytes + 1), n_bytes);
}

/* Heads are changed as often as all that follows them. */
static guint
draw_place (GRand            *rand,
            const GByteArray *file)
{
  return below (rand, below (rand, 2) ? file->len : MIN (file->len, 64));
}

static void
mutate (GRand           *rand,
        GByteArray      *file,
        const GPtrArray *corpus)
{
  guint at = draw_place (rand, file), n_bytes;

  switch (below (rand, 7)) {
  case 0:
    file->data[at] ^= (guint8) (1 << below (rand, 8));
    break;
  case 1:
    file->data[at] = (guint8) draw_edge (rand);
    break;
  case 2:
    n_bytes = MIN (4, file->len - at);
    put (file->data + at, draw_edge (rand), n_bytes, (gboolean) below (rand, 2));
    break;
  case 3:
    g_byte_array_set_size (file, MAX (at, 1));
    break;
  case 4:
    n_bytes = 1 + below (rand, 64);
    g_byte_array_remove_range (file, at, MIN (n_bytes, file->len - at - (at == 0)));
    break;
  case 5:
    splice (rand, file, corpus);
    break;
  default:
    change_size (rand, file);
    break;
  }
}

static void
write_file (const Run        *self,
            const GByteArray *file)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (self->path, (const char *) file->data, file->len,
                            G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static gsize
in_use (void)
{
  struct mallinfo2 info;

  malloc_trim (0);
  info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static glong
most_resident_kb (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);

  return usage.ru_maxrss;
}

static void
run_open (Run   *self,
          guint  n_rounds)
{
  const char *seed = g_getenv ("TILL_FUZZ_SEED"), *rounds = g_getenv ("TILL_FUZZ_ROUNDS");
  int file;

  *self = (Run) { .n_rounds = rounds ? (guint) g_ascii_strtoull (rounds, NULL, 10) : n_rounds };
  self->seed = seed ? (guint32) g_ascii_strtoull (seed, NULL, 10) : (guint32) g_test_rand_int ();
  self->path = g_build_filename (g_get_tmp_dir (), "till-fuzz-XXXXXX", NULL);
  file = g_mkstemp (self->path);
  g_assert_cmpint (file, >=, 0);
  close (file);
  self->corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  self->scan = till_scan_new ();
  g_test_message ("TILL_FUZZ_SEED=%u TILL_FUZZ_ROUNDS=%u", self->seed, self->n_rounds);
}

static void
run_close (Run *self)
{
  g_test_message ("%u loaded, %u codes, at most %.1f ms and %ld KiB", self->n_loaded,
                  self->n_codes, self->worst_ms, most_resident_kb ());
  g_assert_cmpint (most_resident_kb (), <, MOST_RESIDENT_KB);
  till_scan_free (self->scan);
  g_ptr_array_unref (self->corpus);
  g_unlink (self->path);
  g_free (self->path);
}

static void
run_pictures (Run   *self,
              guint  n_rounds)
{
  for (guint round = 0; round < n_rounds; round++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (self->seed + round);
    const GByteArray *whole = self->corpus->pdata[round % self->corpus->len];
    g_autoptr (GByteArray) file = g_byte_array_new ();

    g_byte_array_append (file, whole->data, whole->len);
    /* First each as it is. */
    for (guint n = round < self->corpus->len ? 0 : 1 + below (rand, 5); n > 0; n--)
      mutate (rand, file, self->corpus);
    write_file (self, file);
    begin_round (self, "picture", round);
    load_and_read (self, round);
    end_round ();
  }
}

static void
test_pictures (void)
{
  Run run;
  gsize first;

  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_log_set_handler ("GdkPixbuf", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL, tell_cb, NULL);
  run_open (&run, PICTURE_ROUNDS);
  add_vectors (run.corpus);
  add_drawn (run.corpus);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    add_file (run.corpus, texts[i], strlen (texts[i]));
  add_file (run.corpus, gif, sizeof gif);

  /* By the files as they are libraries fill what they keep; after it nothing may stay. */
  run_pictures (&run, run.corpus->len);
  g_assert_cmpuint (run.n_loaded, >=, 32);
  g_assert_cmpuint (run.n_codes, >=, 10);
  g_clear_pointer (&run.scan, till_scan_free);
  first = in_use ();
  run.scan = till_scan_new ();
  run_pictures (&run, MAX (run.n_rounds, run.corpus->len));
  g_clear_pointer (&run.scan, till_scan_free);
  g_assert_cmpuint (in_use (), <, first + MOST_LEFT_BYTES);
  run_close (&run);
}

static const guint sides[] = {
  1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 47, 64, 100, 240, 319, 480, 640, 719, 1280, 1281, 1920,
  2561, 3840, 7680, 8192, 16383, 16384,
};

/* One frame of ten may be as large as 8K. */
static void
draw_size (GRand *rand,
           guint *width,
           guint *height)
{
  gsize most = below (rand, 10) ? 640 * 480 : 7680 * 4320;

  do {
    *width = sides[below (rand, G_N_ELEMENTS (sides))];
    *height = sides[below (rand, G_N_ELEMENTS (sides))];
  } while ((gsize) *width * *height > most);
}

/* The pattern of a QR code's corner, again and again: what costs a decoder most. */
static gboolean
is_corner_dark (guint x,
                guint y)
{
  static const guint8 rows[8] = { 0x7f, 0x41, 0x5d, 0x5d, 0x5d, 0x41, 0x7f, 0 };

  return rows[y % 8] >> x % 8 & 1;
}

static void
draw_code (GRand      *rand,
           TillCanvas *canvas)
{
  guint module_px = 1 + below (rand, 6), side = 21 * module_px;
  guint width = draw_code_128_width (PAYMENT) * module_px;

  if (below (rand, 2) && canvas->width > side && canvas->height > side)
    draw_code_qr (canvas, below (rand, canvas->width - side), below (rand, canvas->height - side),
                  module_px, "123");
  else if (canvas->width > width && canvas->height > 40)
    draw_code_128 (canvas, below (rand, canvas->width - width), below (rand, canvas->height - 40),
                   module_px, 40, PAYMENT);
}

static void
fill (GRand      *rand,
      TillCanvas *canvas)
{
  guint kind = below (rand, 7), period = 1 + below (rand, 12);

  draw_code_fill (canvas, canvas->width, canvas->height, (guint8) below (rand, 256));
  for (guint y = 0; y < canvas->height && kind < 6; y++) {
    guint8 *row = canvas->pixels + (gsize) y * canvas->width;

    for (guint x = 0; x < canvas->width; x++) {
      const guint8 shades[] = {
        (guint8) (x * 31 / period), x / period % 2 ? 255 : 0, y / period % 2 ? 0 : 255,
        (x / period + y / period) % 2 ? 255 : 0, is_corner_dark (x / period, y / period) ? 0 : 255,
        kind == 5 ? (guint8) g_rand_int (rand) : 0,
      };

      row[x] = shades[kind];
    }
  }
  if (kind == 6)
    draw_code (rand, canvas);
}

/* Not a byte behind the last pixel, so that the sanitizer sees who goes there. */
static guint8 *
spread_rows (const TillCanvas *canvas,
             gsize             stride)
{
  guint8 *pixels = g_malloc (stride * (canvas->height - 1) + canvas->width);

  for (guint y = 0; y < canvas->height; y++)
    memcpy (pixels + y * stride, canvas->pixels + (gsize) y * canvas->width, canvas->width);

  return pixels;
}

static void
test_frames (void)
{
  Run run;
  TillCanvas canvas = { 0 };

  run_open (&run, FRAME_ROUNDS);
  for (guint round = 0; round < run.n_rounds; round++) {
    g_autoptr (GRand) rand = g_rand_new_with_seed (run.seed + round);
    g_autofree guint8 *pixels = NULL;
    TillGrey frame = { 0 };

    draw_size (rand, &frame.width, &frame.height);
    frame.stride = frame.width + below (rand, 2) * below (rand, 100);
    till_canvas_resize (&canvas, frame.width, frame.height);
    fill (rand, &canvas);
    frame.pixels = pixels = spread_rows (&canvas, frame.stride);
    begin_round (&run, "frame", round);
    read_frame (&run, round, &frame);
    end_round ();
  }
  till_canvas_clear (&canvas);
  run_close (&run);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPROF, endless_cb);
  /* Else room that is never used would be filled, and counted. */
  mallopt (M_PERTURB, 0);

  g_test_add_func ("/scan-fuzz/pictures", test_pictures);
  g_test_add_func ("/scan-fuzz/frames", test_frames);

  return g_test_run ();
}
