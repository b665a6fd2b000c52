/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "counter.h"

#include <math.h>

/* What is behind a phone: things on a counter, cloth, gravel, shelves, print. */

double
draw_between (GRand  *rand,
              double  from,
              double  to)
{
  return g_rand_double_range (rand, from, to);
}

gboolean
chance (GRand  *rand,
        double  share)
{
  return g_rand_double (rand) < share;
}

/* What of the box lies on the canvas. */
void
fill_box (TillCanvas *canvas,
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
void
draw_words (GRand      *rand,
            TillCanvas *canvas,
            int         x,
            int         y,
            int         height,
            guint8      shade)
{
  for (guint i = 0; i < 12; i++) {
    int width = g_rand_int_range (rand, height / 4, height);

    fill_box (canvas, x, y + g_rand_int_range (rand, 0, height / 3), width,
              g_rand_int_range (rand, height / 3, height), shade);
    x += width + g_rand_int_range (rand, 2, height / 2);
  }
}

/* Random shades @step pixels apart, and what is between them: of @share of the picture's range. */
static void
add_clouds (GRand      *rand,
            TillCanvas *frame,
            guint       step,
            double      share)
{
  guint columns = frame->width / step + 2, rows = frame->height / step + 2;
  g_autofree float *knots = g_new (float, columns * rows);

  for (guint i = 0; i < columns * rows; i++)
    knots[i] = (float) (draw_between (rand, -255, 255) * share);
  for (guint y = 0; y < frame->height; y++) {
    guint row = y / step;
    float below = (float) (y % step) / (float) step;

    for (guint x = 0; x < frame->width; x++) {
      const float *at = knots + row * columns + x / step;
      float right = (float) (x % step) / (float) step;
      float shade = (at[0] * (1 - right) + at[1] * right) * (1 - below) +
                    (at[columns] * (1 - right) + at[columns + 1] * right) * below;
      guint8 *pixel = &frame->pixels[y * frame->width + x];

      *pixel = (guint8) CLAMP (*pixel + shade, 0, 255);
    }
  }
}

static void
draw_things (GRand      *rand,
             TillCanvas *frame)
{
  int n_things = g_rand_int_range (rand, 3, 30);

  for (int i = 0; i < n_things; i++)
    fill_box (frame, g_rand_int_range (rand, -50, (int) frame->width),
              g_rand_int_range (rand, -50, (int) frame->height), g_rand_int_range (rand, 8, 260),
              g_rand_int_range (rand, 8, 200), (guint8) g_rand_int_range (rand, 10, 245));
  for (int i = 0; i < n_things / 4; i++)
    draw_words (rand, frame, g_rand_int_range (rand, 0, (int) frame->width),
                g_rand_int_range (rand, 0, (int) frame->height), g_rand_int_range (rand, 8, 40),
                60);
}

/* Threads across each other. */
static void
draw_cloth (GRand      *rand,
            TillCanvas *frame)
{
  double thread_x = draw_between (rand, 0.15, 1.2), thread_y = draw_between (rand, 0.15, 1.2);
  double slant = draw_between (rand, -0.4, 0.4), contrast = draw_between (rand, 10, 70);

  for (guint y = 0; y < frame->height; y++) {
    for (guint x = 0; x < frame->width; x++) {
      guint8 *pixel = &frame->pixels[y * frame->width + x];
      double wave = sin (thread_x * x + slant * y) * sin (thread_y * y - slant * x);

      *pixel = (guint8) CLAMP (*pixel + contrast * wave, 0, 255);
    }
  }
  add_clouds (rand, frame, 5, contrast / 1500);
}

static void
draw_gravel (GRand      *rand,
             TillCanvas *frame)
{
  add_clouds (rand, frame, (guint) g_rand_int_range (rand, 2, 8), draw_between (rand, 0.05, 0.3));
  add_clouds (rand, frame, (guint) g_rand_int_range (rand, 8, 30), draw_between (rand, 0.05, 0.2));
}

static void
draw_blobs (GRand      *rand,
            TillCanvas *frame)
{
  add_clouds (rand, frame, (guint) g_rand_int_range (rand, 80, 200), draw_between (rand, 0.2, 0.5));
}

/* Backs of files: dark and light bars next to each other, the worst for who looks for bar codes. */
static void
draw_shelves (GRand      *rand,
              TillCanvas *frame)
{
  int height = g_rand_int_range (rand, 120, 260);

  for (int y = 0; y < (int) frame->height; y += height + 40) {
    for (int x = 0; x < (int) frame->width;) {
      int width = g_rand_int_range (rand, 2, 30);

      fill_box (frame, x, y + g_rand_int_range (rand, 0, 40), width, height,
                (guint8) g_rand_int_range (rand, 20, 220));
      x += width + g_rand_int_range (rand, 0, 6);
    }
  }
}

static void
draw_print (GRand      *rand,
            TillCanvas *frame)
{
  int height = g_rand_int_range (rand, 10, 34);
  guint8 ink = (guint8) g_rand_int_range (rand, 10, 90);

  add_clouds (rand, frame, 300, 0.15);
  for (int y = 10; y < (int) frame->height; y += height * 2) {
    for (int x = 20; x < (int) frame->width; x += 12 * height)
      draw_words (rand, frame, x, y, height, ink);
  }
}

static void
draw_nothing (GRand      *rand,
              TillCanvas *frame)
{
  add_clouds (rand, frame, 400, 0.1);
}

/* Fills @frame, whose size is given. */
void
draw_counter (GRand      *rand,
              TillCanvas *frame)
{
  static void (*const styles[]) (GRand *, TillCanvas *) = {
    draw_nothing, draw_things, draw_things, draw_cloth, draw_cloth, draw_gravel, draw_gravel,
    draw_blobs, draw_shelves, draw_print,
  };
  guint8 base = (guint8) g_rand_int_range (rand, 40, 180);

  fill_box (frame, 0, 0, (int) frame->width, (int) frame->height, base);
  styles[g_rand_int_range (rand, 0, G_N_ELEMENTS (styles))](rand, frame);
}
