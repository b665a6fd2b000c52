/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "light.h"

#include <math.h>
#include <string.h>

/* From the frame to the screen: the way back of a square's projection (Heckbert 1989, 2.2). */
static void
solve (const Light *self,
       double       back[9])
{
  const double (*c)[2] = self->corners;
  double dx1 = c[1][0] - c[2][0], dx2 = c[3][0] - c[2][0], sx = c[0][0] - c[1][0] - dx2;
  double dy1 = c[1][1] - c[2][1], dy2 = c[3][1] - c[2][1], sy = c[0][1] - c[1][1] - dy2;
  double det = dx1 * dy2 - dx2 * dy1;
  double g = (sx * dy2 - dx2 * sy) / det, h = (dx1 * sy - sx * dy1) / det;
  double a = c[1][0] - c[0][0] + g * c[1][0], b = c[3][0] - c[0][0] + h * c[3][0];
  double d = c[1][1] - c[0][1] + g * c[1][1], e = c[3][1] - c[0][1] + h * c[3][1];
  double x = c[0][0], y = c[0][1];
  const double inverse[9] = {
    e - y * h, x * h - b, b * y - x * e, y * g - d, a - x * g, x * d - a * y, d * h - e * g,
    b * g - a * h, a * e - b * d,
  };

  memcpy (back, inverse, sizeof inverse);
}

static float
look_up (const TillCanvas *screen,
         float             u,
         float             v)
{
  float x = u * (float) (screen->width - 1), y = v * (float) (screen->height - 1);
  guint column = MIN ((guint) x, screen->width - 2), row = MIN ((guint) y, screen->height - 2);
  const guint8 *at = screen->pixels + (gsize) row * screen->width + column;
  float right = x - (float) column, below = y - (float) row;

  return (at[0] * (1 - right) + at[1] * right) * (1 - below) +
         (at[screen->width] * (1 - right) + at[screen->width + 1] * right) * below;
}

/* What one ray sees; @behind where it misses the screen. */
static float
cast_ray (const Light      *self,
          const TillCanvas *screen,
          const double      back[9],
          double            x,
          double            y,
          float             behind)
{
  double w = back[6] * x + back[7] * y + back[8];
  double u = (back[0] * x + back[1] * y + back[2]) / w;
  double v = (back[3] * x + back[4] * y + back[5]) / w;
  double shade, far;

  if (u < 0 || v < 0 || u > 1 || v > 1)
    return behind;

  shade = look_up (screen, (float) u, (float) v);
  if (self->moire > 0)
    shade *= 1 + self->moire * sin (self->moire_step * x + 0.3 * y) *
                   sin (self->moire_step * y - 0.2 * x);
  shade = shade * self->gain + self->lift;
  if (self->glare > 0) {
    far = hypot (u - self->glare_x, (v - self->glare_y) * 1.8) / self->glare_size;
    shade += self->glare * exp (-far * far);
  }

  return (float) shade;
}

static void
find_bounds (const Light      *self,
             const TillCanvas *frame,
             int               bounds[4])
{
  double left = frame->width, right = 0, top = frame->height, bottom = 0;

  for (guint i = 0; i < 4; i++) {
    left = MIN (left, self->corners[i][0]);
    right = MAX (right, self->corners[i][0]);
    top = MIN (top, self->corners[i][1]);
    bottom = MAX (bottom, self->corners[i][1]);
  }
  bounds[0] = CLAMP ((int) left - 1, 0, (int) frame->width);
  bounds[1] = CLAMP ((int) right + 2, 0, (int) frame->width);
  bounds[2] = CLAMP ((int) top - 1, 0, (int) frame->height);
  bounds[3] = CLAMP ((int) bottom + 2, 0, (int) frame->height);
}

/* Puts the screen into the frame, four rays a pixel. */
void
light_project (const Light      *self,
               const TillCanvas *screen,
               TillCanvas       *frame)
{
  double back[9];
  int bounds[4];

  solve (self, back);
  find_bounds (self, frame, bounds);
  for (int y = bounds[2]; y < bounds[3]; y++) {
    for (int x = bounds[0]; x < bounds[1]; x++) {
      guint8 *pixel = &frame->pixels[(gsize) y * frame->width + (gsize) x];
      float sum = 0;

      for (guint ray = 0; ray < 4; ray++)
        sum += cast_ray (self, screen, back, x + (ray % 2 ? 0.25 : -0.25),
                         y + (ray / 2 ? 0.25 : -0.25), *pixel);
      *pixel = (guint8) CLAMP (sum / 4, 0, 255);
    }
  }
}

/* The mean of what is met on the way of the hand. */
static void
smear (TillCanvas *frame,
       double      length,
       double      angle)
{
  gsize n_bytes = (gsize) frame->width * frame->height;
  g_autofree guint8 *from = g_memdup2 (frame->pixels, n_bytes);
  g_autofree guint16 *sums = g_new (guint16, frame->width);
  int n_steps = (int) ceil (length), width = (int) frame->width, height = (int) frame->height;

  for (int y = 0; y < height; y++) {
    memset (sums, 0, frame->width * sizeof *sums);
    for (int i = 0; i <= n_steps; i++) {
      double way = length * i / n_steps - length / 2;
      int shift = (int) lround (way * cos (angle));
      int row = CLAMP (y + (int) lround (way * sin (angle)), 0, height - 1);
      const guint8 *line = from + (gsize) row * frame->width;

      for (int x = 0; x < width; x++)
        sums[x] += line[CLAMP (x + shift, 0, width - 1)];
    }
    for (int x = 0; x < width; x++)
      frame->pixels[(gsize) y * frame->width + (gsize) x] = (guint8) (sums[x] / (n_steps + 1));
  }
}

#define MOST_TAPS 12

/* One way of a Gauss: @step is from one pixel to the next on this way, @n of them in a line. */
static void
blur_lines (TillCanvas  *frame,
            const float *taps,
            int          n_taps,
            gboolean     is_down)
{
  gsize n_lines = is_down ? frame->width : frame->height, step = is_down ? frame->width : 1;
  int n = (int) (is_down ? frame->height : frame->width);
  g_autofree float *line = g_new (float, n + 2 * MOST_TAPS);

  for (gsize i = 0; i < n_lines; i++) {
    guint8 *first = frame->pixels + (is_down ? i : i * frame->width);

    for (int at = -n_taps; at < n + n_taps; at++)
      line[at + n_taps] = first[(gsize) CLAMP (at, 0, n - 1) * step];
    for (int at = 0; at < n; at++) {
      const float *middle = line + at + n_taps;
      float sum = taps[0] * middle[0];

      for (int tap = 1; tap <= n_taps; tap++)
        sum += taps[tap] * (middle[tap] + middle[-tap]);
      first[(gsize) at * step] = (guint8) (sum + 0.5f);
    }
  }
}

static void
blur (TillCanvas *frame,
      double      deviation)
{
  float taps[MOST_TAPS + 1], sum = 0;
  int n_taps = CLAMP ((int) ceil (3 * deviation), 1, MOST_TAPS);

  for (int i = 0; i <= n_taps; i++) {
    taps[i] = (float) exp (-i * i / (2 * deviation * deviation));
    sum += taps[i] * (i ? 2 : 1);
  }
  for (int i = 0; i <= n_taps; i++)
    taps[i] /= sum;
  blur_lines (frame, taps, n_taps, FALSE);
  blur_lines (frame, taps, n_taps, TRUE);
}

/* What a sensor adds, @noise its standard deviation in shades; four bytes of chance are about a
 * bell. */
void
light_add_noise (guint32     seed,
                 double      noise,
                 TillCanvas *frame)
{
  gsize n_bytes = (gsize) frame->width * frame->height;
  guint32 state = seed | 1;
  /* Each byte has a deviation of 74. */
  int scale = (int) (noise * 65536 / 148);

  for (gsize i = 0; i < n_bytes; i++) {
    int sum;

    /* Marsaglia 2003, xorshift. */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    sum = (int) ((state & 255) + (state >> 8 & 255) + (state >> 16 & 255) + (state >> 24)) - 510;
    sum = frame->pixels[i] + ((sum * scale + 32768) >> 16);
    frame->pixels[i] = (guint8) CLAMP (sum, 0, 255);
  }
}

/* What the camera does to the whole frame. */
void
light_spoil (const Light *self,
             guint32      seed,
             TillCanvas  *frame)
{
  if (self->motion_px >= 1)
    smear (frame, self->motion_px, self->motion_angle);
  if (self->blur_px > 0.3)
    blur (frame, self->blur_px);
  light_add_noise (seed, self->noise, frame);
}
