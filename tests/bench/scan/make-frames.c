/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "draw-code.h"

/* make-frames DIR STILLS CUSTOMERS EMPTY SEED: draws 720p frames of a phone that shows a made-up
 * payment code, ten for each customer, and frames without a phone; with a truth.tsv beside them. The
 * same seed draws the same frames. */

#define WIDTH  1280
#define HEIGHT 720

#define SCREEN_WIDTH  540
#define SCREEN_HEIGHT 960

#define FRAMES_A_CUSTOMER 10

typedef enum { KIND_QR, KIND_C128, KIND_BOTH, N_KINDS } Kind;
static const char *const kind_words[N_KINDS] = { "qr", "c128", "both" };

/* How one frame is spoilt; each grows with the level. */
typedef struct {
  guint    level;
  gboolean dark_mode;
  double   blur_px;
  double   motion_px, motion_angle;
  double   noise;
  double   moire;
  double   glare;
  guint    n_cracks;
  gboolean finger;
  double   gain, lift;       /* contrast and black of the camera's picture */
  double   corners[4][2];    /* of the screen in the frame */
} Spoil;

static double
draw_between (GRand  *rand,
              double  from,
              double  to)
{
  return g_rand_double_range (rand, from, to);
}

static gboolean
chance (GRand  *rand,
        double  share)
{
  return g_rand_double (rand) < share;
}

static void
fill (TillCanvas *canvas,
      int         x,
      int         y,
      int         width,
      int         height,
      guint8      shade)
{
  for (int row = MAX (y, 0); row < MIN (y + height, (int) canvas->height); row++) {
    for (int column = MAX (x, 0); column < MIN (x + width, (int) canvas->width); column++)
      canvas->pixels[(gsize) row * canvas->width + (gsize) column] = shade;
  }
}

/* What looks like a line of text. */
static void
draw_words (GRand      *rand,
            TillCanvas *canvas,
            int         x,
            int         y,
            int         height)
{
  for (guint i = 0; i < 12; i++) {
    int width = g_rand_int_range (rand, height / 4, height);

    fill (canvas, x, y + g_rand_int_range (rand, 0, height / 3), width,
          g_rand_int_range (rand, height / 3, height), 60);
    x += width + g_rand_int_range (rand, 2, height / 2);
  }
}

static char *
draw_text (GRand *rand)
{
  static const char *const beginnings[] = { "13", "28", "10", "25", "62" };
  static const guint lengths[] = { 18, 18, 18, 18, 19 };
  guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (beginnings));
  GString *text = g_string_new (beginnings[which]);

  while (text->len < lengths[which])
    g_string_append_c (text, (char) ('0' + g_rand_int_range (rand, 0, 10)));

  return g_string_free (text, FALSE);
}

static void
draw_screen (GRand      *rand,
             TillCanvas *screen,
             Kind        kind,
             const char *text)
{
  guint qr_px = (guint) g_rand_int_range (rand, 8, 13);
  guint bars_width = draw_code_128_width (text);
  guint bar_px = MAX (2, (SCREEN_WIDTH - 60) / bars_width);
  guint y = 190;

  draw_code_fill (screen, SCREEN_WIDTH, SCREEN_HEIGHT, 250);
  fill (screen, 0, 0, SCREEN_WIDTH, 120, (guint8) g_rand_int_range (rand, 90, 200));
  draw_words (rand, screen, 40, 50, 26);
  draw_words (rand, screen, 60, 140, 20);
  if (kind != KIND_QR) {
    draw_code_128 (screen, (SCREEN_WIDTH - bar_px * bars_width) / 2, y, bar_px, 120, text);
    y += 140;
    draw_words (rand, screen, 90, (int) y, 16);
    y += 40;
  }
  if (kind != KIND_C128)
    draw_code_qr (screen, (SCREEN_WIDTH - 25 * qr_px) / 2, y, qr_px, text);
  draw_words (rand, screen, 60, 800, 24);
  draw_words (rand, screen, 60, 860, 24);
}

/* A counter: shades that change slowly, things with edges, shelves. */
static void
draw_background (GRand      *rand,
                 TillCanvas *frame)
{
  double base = draw_between (rand, 40, 180), tilt_x = draw_between (rand, -60, 60);
  double tilt_y = draw_between (rand, -60, 60);
  guint n_things = (guint) g_rand_int_range (rand, 3, 30);

  till_canvas_resize (frame, WIDTH, HEIGHT);
  for (guint y = 0; y < HEIGHT; y++) {
    for (guint x = 0; x < WIDTH; x++)
      frame->pixels[y * WIDTH + x] =
        (guint8) CLAMP (base + tilt_x * x / WIDTH + tilt_y * y / HEIGHT, 0, 255);
  }
  for (guint i = 0; i < n_things; i++)
    fill (frame, g_rand_int_range (rand, -50, WIDTH), g_rand_int_range (rand, -50, HEIGHT),
          g_rand_int_range (rand, 8, 260), g_rand_int_range (rand, 8, 200),
          (guint8) g_rand_int_range (rand, 10, 245));
  for (guint i = 0; i < n_things / 4; i++)
    draw_words (rand, frame, g_rand_int_range (rand, 0, WIDTH), g_rand_int_range (rand, 0, HEIGHT),
                g_rand_int_range (rand, 8, 40));
}

/* A phone that is held about upright, farther, turned and tilted with the level. */
static void
place_phone (GRand *rand,
             Spoil *spoil)
{
  double height = draw_between (rand, 640 - 60.0 * spoil->level, 900 - 60.0 * spoil->level);
  double width = height * SCREEN_WIDTH / SCREEN_HEIGHT;
  double angle = draw_between (rand, -6, 6) * spoil->level * G_PI / 180;
  double keystone = 0.03 * spoil->level;
  double x = WIDTH / 2.0 + draw_between (rand, -200, 200);
  double y = HEIGHT / 2.0 + draw_between (rand, -60, 60);

  for (guint i = 0; i < 4; i++) {
    double side = (i == 1 || i == 2 ? 0.5 : -0.5) * (1 + draw_between (rand, -keystone, keystone));
    double end = (i >= 2 ? 0.5 : -0.5) * (1 + draw_between (rand, -keystone, keystone));

    spoil->corners[i][0] = x + side * width * cos (angle) - end * height * sin (angle);
    spoil->corners[i][1] = y + side * width * sin (angle) + end * height * cos (angle);
  }
}

static Spoil
draw_spoil (GRand *rand,
            guint  level)
{
  Spoil spoil = {
    .level = level,
    .dark_mode = chance (rand, 0.08),
    .blur_px = draw_between (rand, 0, 0.45 * level),
    .motion_px = chance (rand, 0.12 * level) ? draw_between (rand, 1, 2.2 * level) : 0,
    .motion_angle = draw_between (rand, 0, G_PI),
    .noise = draw_between (rand, 1, 3.0 * level),
    .moire = chance (rand, 0.1 * level) ? draw_between (rand, 0.05, 0.09 * level) : 0,
    .glare = chance (rand, 0.08 * level) ? draw_between (rand, 60, 90.0 * level) : 0,
    .n_cracks = chance (rand, 0.05 * level) ? (guint) g_rand_int_range (rand, 1, 5) : 0,
    .finger = chance (rand, 0.04 * level),
    .gain = draw_between (rand, 1 - 0.12 * level, 1),
    .lift = draw_between (rand, 0, 12.0 * level),
  };

  place_phone (rand, &spoil);

  return spoil;
}

/* The next frame of the same hand: it moves, and so does what spoils. */
static void
move_on (GRand *rand,
         Spoil *spoil)
{
  double x = draw_between (rand, -12, 12), y = draw_between (rand, -12, 12);

  for (guint i = 0; i < 4; i++) {
    spoil->corners[i][0] += x + draw_between (rand, -3, 3);
    spoil->corners[i][1] += y + draw_between (rand, -3, 3);
  }
  spoil->blur_px = MAX (0, spoil->blur_px * draw_between (rand, 0.8, 1.2));
  spoil->motion_px *= draw_between (rand, 0.5, 1.4);
  spoil->motion_angle += draw_between (rand, -1, 1);
}

/* From frame to screen by the way back of a square's projection (Heckbert 1989, 2.2). */
static void
solve (const Spoil *spoil,
       double       back[9])
{
  const double (*c)[2] = spoil->corners;
  double dx1 = c[1][0] - c[2][0], dx2 = c[3][0] - c[2][0], sx = c[0][0] - c[1][0] + c[2][0] - c[3][0];
  double dy1 = c[1][1] - c[2][1], dy2 = c[3][1] - c[2][1], sy = c[0][1] - c[1][1] + c[2][1] - c[3][1];
  double det = dx1 * dy2 - dx2 * dy1;
  double g = (sx * dy2 - dx2 * sy) / det, h = (dx1 * sy - sx * dy1) / det;
  double a = c[1][0] - c[0][0] + g * c[1][0], b = c[3][0] - c[0][0] + h * c[3][0];
  double d = c[1][1] - c[0][1] + g * c[1][1], e = c[3][1] - c[0][1] + h * c[3][1];
  double x = c[0][0], y = c[0][1];
  const double inverse[9] = { e - y * h, x * h - b, b * y - x * e, y * g - d, a - x * g, x * d - a * y,
                              d * h - e * g, b * g - a * h, a * e - b * d };

  memcpy (back, inverse, sizeof inverse);
}

static double
look_up (const TillCanvas *screen,
         double            u,
         double            v)
{
  double x = u * (screen->width - 1), y = v * (screen->height - 1);
  gsize column = MIN ((gsize) x, screen->width - 2), row = MIN ((gsize) y, screen->height - 2);
  const guint8 *at = screen->pixels + row * screen->width + column;
  double right = x - (double) column, below = y - (double) row;

  return (at[0] * (1 - right) + at[1] * right) * (1 - below) +
         (at[screen->width] * (1 - right) + at[screen->width + 1] * right) * below;
}

/* What one pixel of the frame sees: four rays, the glass of the phone, the light on it. */
static void
project (const Spoil      *spoil,
         const TillCanvas *screen,
         TillCanvas       *frame)
{
  double back[9];
  double frequency = 2.4 + spoil->corners[0][0] / WIDTH;

  solve (spoil, back);
  for (guint i = 0; i < 4u * WIDTH * HEIGHT; i++) {
    guint pixel = i / 4, ray = i % 4;
    double x = pixel % WIDTH + (ray % 2 ? 0.25 : -0.25);
    double y = pixel / WIDTH + (ray / 2 ? 0.25 : -0.25);
    double w = back[6] * x + back[7] * y + back[8];
    double u = (back[0] * x + back[1] * y + back[2]) / w;
    double v = (back[3] * x + back[4] * y + back[5]) / w;
    static double sum;

    if (ray == 0)
      sum = 0;
    if (u < 0 || v < 0 || u > 1 || v > 1) {
      sum += frame->pixels[pixel];
    } else {
      double shade = look_up (screen, u, v);
      double far = hypot (u - 0.6, (v - 0.4) * 1.6);

      shade *= 1 + spoil->moire * sin (frequency * x + 0.3 * y) * sin (frequency * y - 0.2 * x);
      sum += shade * spoil->gain + spoil->lift + spoil->glare * exp (-far * far * 14);
    }
    if (ray == 3)
      frame->pixels[pixel] = (guint8) CLAMP (sum / 4, 0, 255);
  }
}

/* The mean of what is met on the way of the hand. */
static void
smear (TillCanvas *frame,
       double      length,
       double      angle)
{
  g_autofree guint8 *from = g_memdup2 (frame->pixels, (gsize) WIDTH * HEIGHT);
  int n_steps = (int) ceil (length);

  for (int y = 0; y < HEIGHT; y++) {
    for (int x = 0; x < WIDTH; x++) {
      double sum = 0;

      for (int i = 0; i <= n_steps; i++) {
        double way = length * i / n_steps - length / 2;
        int column = CLAMP ((int) lround (x + way * cos (angle)), 0, WIDTH - 1);
        int row = CLAMP ((int) lround (y + way * sin (angle)), 0, HEIGHT - 1);

        sum += from[row * WIDTH + column];
      }
      frame->pixels[y * WIDTH + x] = (guint8) (sum / (n_steps + 1));
    }
  }
}

static void
scratch (GRand       *rand,
         const Spoil *spoil,
         TillCanvas  *screen)
{
  for (guint i = 0; i < spoil->n_cracks; i++) {
    double x = draw_between (rand, 0, SCREEN_WIDTH), y = draw_between (rand, 0, SCREEN_HEIGHT);
    double angle = draw_between (rand, 0, 2 * G_PI);

    for (guint step = 0; step < 500; step++) {
      fill (screen, (int) x, (int) y, 3, 3, step % 2 ? 20 : 230);
      angle += draw_between (rand, -0.15, 0.15);
      x += 2 * cos (angle);
      y += 2 * sin (angle);
    }
  }
  for (int y = 0; spoil->finger && y < 160; y++) {
    int half = (int) (60 * sqrt (1 - pow ((y - 80) / 80.0, 2)));

    fill (screen, SCREEN_WIDTH - 120 - half, 480 + y, 2 * half, 1, 110);
  }
}

static void
spoil_frame (GRand       *rand,
             const Spoil *spoil,
             TillCanvas  *frame)
{
  if (spoil->motion_px >= 1)
    smear (frame, spoil->motion_px, spoil->motion_angle);
  for (double blur = spoil->blur_px; blur > 0.4; blur -= 0.8)
    till_canvas_blur (frame);
  for (guint i = 0; i < WIDTH * HEIGHT; i++) {
    double noise = draw_between (rand, -1, 1) + draw_between (rand, -1, 1);

    frame->pixels[i] = (guint8) CLAMP (frame->pixels[i] + noise * spoil->noise, 0, 255);
  }
}

static void
write_frame (const char       *dir,
             const char       *name,
             const TillCanvas *frame)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_printf (file, "P5 %u %u 255\n", frame->width, frame->height);
  g_string_append_len (file, (const char *) frame->pixels, WIDTH * HEIGHT);
  g_file_set_contents_full (path, file->str, (gssize) file->len, G_FILE_SET_CONTENTS_NONE, 0644,
                            &error);
  g_assert_no_error (error);
}

/* One customer: @n_frames frames of one phone. */
static void
draw_customer (GRand      *rand,
               const char *dir,
               const char *name,
               guint       n_frames,
               GString    *truth)
{
  Kind kind = (Kind) g_rand_int_range (rand, 0, N_KINDS);
  guint level = (guint) g_rand_int_range (rand, 1, 6);
  Spoil spoil = draw_spoil (rand, level);
  g_autofree char *text = draw_text (rand);
  TillCanvas screen = { 0 }, background = { 0 }, frame = { 0 };

  draw_screen (rand, &screen, kind, text);
  if (spoil.dark_mode)
    till_canvas_invert (&screen);
  scratch (rand, &spoil, &screen);
  draw_background (rand, &background);
  till_canvas_resize (&frame, WIDTH, HEIGHT);
  for (guint i = 0; i < n_frames; i++) {
    g_autofree char *file = n_frames > 1 ? g_strdup_printf ("%s_f%u.pgm", name, i)
                                         : g_strdup_printf ("%s.pgm", name);

    memcpy (frame.pixels, background.pixels, (gsize) WIDTH * HEIGHT);
    project (&spoil, &screen, &frame);
    spoil_frame (rand, &spoil, &frame);
    write_frame (dir, file, &frame);
    g_string_append_printf (truth, "%s\t%s\t%s\tL%u %s%s\n", file, kind_words[kind], text, level,
                            kind_words[kind], spoil.dark_mode ? " inv" : "");
    move_on (rand, &spoil);
  }
  till_canvas_clear (&screen);
  till_canvas_clear (&background);
  till_canvas_clear (&frame);
}

static void
draw_empty (GRand      *rand,
            const char *dir,
            guint       number,
            GString    *truth)
{
  Spoil spoil = draw_spoil (rand, (guint) g_rand_int_range (rand, 1, 6));
  g_autofree char *file = g_strdup_printf ("empty/%04u.pgm", number);
  TillCanvas frame = { 0 };

  draw_background (rand, &frame);
  spoil_frame (rand, &spoil, &frame);
  write_frame (dir, file, &frame);
  g_string_append_printf (truth, "%s\tnone\t\tempty\n", file);
  till_canvas_clear (&frame);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GString) truth = g_string_new ("file\tkind\ttext\tset or difficulty\n");
  g_autoptr (GRand) rand = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  guint counts[3];

  if (argc != 6) {
    g_printerr ("make-frames DIR STILLS CUSTOMERS EMPTY SEED\n");
    return 2;
  }
  for (guint i = 0; i < 3; i++) {
    static const char *const folders[] = { "stills", "sequences", "empty" };
    g_autofree char *folder = g_build_filename (argv[1], folders[i], NULL);

    counts[i] = (guint) g_ascii_strtoull (argv[2 + i], NULL, 10);
    g_mkdir_with_parents (folder, 0755);
  }
  rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (argv[5], NULL, 10));

  for (guint i = 0; i < counts[0] + counts[1]; i++) {
    g_autofree char *name = g_strdup_printf (i < counts[0] ? "stills/%04u" : "sequences/%04u", i);

    draw_customer (rand, argv[1], name, i < counts[0] ? 1 : FRAMES_A_CUSTOMER, truth);
  }
  for (guint i = 0; i < counts[2]; i++)
    draw_empty (rand, argv[1], i, truth);

  path = g_build_filename (argv[1], "truth.tsv", NULL);
  g_file_set_contents (path, truth->str, (gssize) truth->len, &error);
  g_assert_no_error (error);

  return 0;
}
