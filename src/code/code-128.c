/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/code-128.h"

#include <math.h>
#include <string.h>

/* A row of pixels → the characters of a Code 128 (ISO/IEC 15417) → a clean picture of them. What
 * they say is left to the decoder that reads the picture. */

/* Widths of bars and gaps by turns, table 1; the last is the stop without its last bar. */
static const char patterns[][7] = {
  "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
  "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
  "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
  "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
  "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
  "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
  "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
  "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
  "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
  "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
  "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
  "113141", "114131", "311141", "411131", "211412", "211214", "211232", "233111",
};
#define FIRST_START 103
#define STOP        106

#define N_WIDTHS 6
#define MODULES  11    /* of a character */
#define LAST_BAR 2     /* of the stop */

/* Light before and after, in modules. ISO asks for ten, but phones show less; and the stop alone says
 * that nothing follows. */
#define LEAST_MARGIN 2.5
#define LEAST_AFTER  1.5

/* Squares of what widths are off by, in modules: of a character; how much less than that of any
 * other; and the share by which a character may be wider than the one before. */
#define MOST_COST   0.9
#define LEAST_LEAD  0.35
#define MOST_CHANGE 0.25

/* Light and dark are compared within so many cells each way, of so many in a row. */
#define N_CELLS 64
#define REACH   4
#define LEAST_RANGE 12

#define MOST_EDGES 1024

/* The places where a row turns from light to dark and back, the first to dark. */
typedef struct {
  double at[MOST_EDGES];
  guint  n;
} Edges;

/* What is half way between the lightest and the darkest around each cell. */
static void
find_levels (const guint8 *row,
             guint         width,
             guint         cell_px,
             float        *levels)
{
  guint8 least[N_CELLS + 1], most[N_CELLS + 1];
  guint n = (width + cell_px - 1) / cell_px;

  for (guint i = 0; i < n; i++) {
    least[i] = 255;
    most[i] = 0;
    for (guint x = i * cell_px; x < MIN ((i + 1) * cell_px, width); x++) {
      least[i] = MIN (least[i], row[x]);
      most[i] = MAX (most[i], row[x]);
    }
  }
  for (guint i = 0; i < n; i++) {
    guint8 low = 255, high = 0;

    for (guint j = MAX (i, REACH) - REACH; j < MIN (i + REACH + 1, n); j++) {
      low = MIN (low, least[j]);
      high = MAX (high, most[j]);
    }
    /* What hardly changes is all light. */
    levels[i] = high - low < LEAST_RANGE ? 0 : (float) (low + high) / 2;
  }
}

static void
find_edges (const guint8 *row,
            guint         width,
            Edges        *edges)
{
  float levels[N_CELLS + 1];
  guint cell_px = (width + N_CELLS - 1) / N_CELLS;
  float before = 1;

  find_levels (row, width, cell_px, levels);
  edges->n = 0;
  for (guint x = 0; x < width && edges->n < MOST_EDGES; x++) {
    float here = (float) row[x] - levels[x / cell_px];

    here = here == 0 ? 0.01f : here;
    if ((here < 0) != (before < 0) && (x > 0 || here < 0))
      edges->at[edges->n++] = x == 0 ? 0 : x - (double) (here / (here - before));
    before = here;
  }
}

/* How far widths are from a pattern, when each bar is wider by @bias and each gap narrower. */
static double
cost_of (const double *widths,
         const char   *pattern,
         double        bias)
{
  double cost = 0;

  for (guint i = 0; i < N_WIDTHS; i++) {
    double off = widths[i] - (pattern[i] - '0') - (i % 2 ? -bias : bias);

    cost += off * off;
  }

  return cost;
}

static double
bias_of (const double *widths,
         const char   *pattern)
{
  double bias = 0;

  for (guint i = 0; i < N_WIDTHS; i++)
    bias += (widths[i] - (pattern[i] - '0')) * (i % 2 ? -1 : 1) / N_WIDTHS;

  return bias;
}

/* In modules; returns how many pixels one has. */
static double
measure (const double *edges,
         double       *widths)
{
  double module_px = (edges[N_WIDTHS] - edges[0]) / MODULES;

  for (guint i = 0; i < N_WIDTHS; i++)
    widths[i] = (edges[i + 1] - edges[i]) / module_px;

  return module_px;
}

/* The value that is clearly nearest to the widths, or -1. */
static int
match (const double *widths,
       guint         from,
       guint         to,
       double        bias)
{
  double best = G_MAXDOUBLE, second = G_MAXDOUBLE;
  int value = -1;

  for (guint i = from; i <= to; i++) {
    double cost = cost_of (widths, patterns[i], bias);

    if (cost < best) {
      second = best;
      best = cost;
      value = (int) i;
    } else {
      second = MIN (second, cost);
    }
  }

  return best <= MOST_COST && second - best >= LEAST_LEAD ? value : -1;
}

/* Lens and light make all bars wider, or all narrower: by how much, the start tells. */
static int
match_start (const double *widths,
             double       *bias)
{
  int value = -1;
  double least = MOST_COST / 2;

  for (guint i = FIRST_START; i < STOP; i++) {
    double wider = bias_of (widths, patterns[i]), cost = cost_of (widths, patterns[i], wider);

    if (cost < least && fabs (wider) < 0.7) {
      least = cost;
      value = (int) i;
      *bias = wider;
    }
  }

  return value;
}

/* From the characters alone. FNC4 makes other letters of the next; not all decoders know that. */
static gboolean
is_sound (const TillCode128 *self)
{
  guint sum = self->values[0], set = self->values[0] - FIRST_START;   /* 0: A, 1: B, 2: C */
  guint last = self->n_values - 1;

  for (guint i = 1; i < last; i++) {
    guint value = self->values[i];

    sum += i * value;
    if (value >= FIRST_START || (set == 0 && value == 101) || (set == 1 && value == 100))
      return FALSE;
    if (value == 99 && set != 2)
      set = 2;
    else if (value == 100 || value == 101)
      set = value == 100 ? 1 : 0;
  }

  return last >= 2 && sum % 103 == self->values[last];
}

/* The characters from one edge on; FALSE where they are none. */
static gboolean
follow (TillCode128  *self,
        const Edges  *edges,
        guint         at,
        double        end)
{
  double widths[N_WIDTHS], bias = 0, module_px = measure (edges->at + at, widths), after;
  int value = match_start (widths, &bias);

  if (value < 0 || edges->at[at] - (at ? edges->at[at - 1] : 0) < LEAST_MARGIN * module_px)
    return FALSE;

  self->n_values = 0;
  self->from = edges->at[at];
  while (value >= 0 && value != STOP && self->n_values < TILL_CODE_128_MOST) {
    double before_px = module_px;

    self->values[self->n_values++] = (guint8) value;
    at += N_WIDTHS;
    if (at + N_WIDTHS >= edges->n)
      return FALSE;
    module_px = measure (edges->at + at, widths);
    if (fabs (module_px - before_px) > MOST_CHANGE * before_px)
      return FALSE;
    value = match (widths, 0, STOP, bias);
    if (value >= 0)
      bias += (bias_of (widths, patterns[value]) - bias) / 4;
  }
  if (value != STOP || at + N_WIDTHS + 1 >= edges->n)
    return FALSE;

  self->to = edges->at[at + N_WIDTHS + 1];
  at += N_WIDTHS;
  after = (at + 2 < edges->n ? edges->at[at + 2] : end) - self->to;

  return fabs ((self->to - edges->at[at]) / module_px - LAST_BAR - bias) <= 1 &&
         after >= LEAST_AFTER * module_px && is_sound (self);
}

/**
 * till_code_128_find:
 * @self: (out)
 * @row: pixels across the bars
 *
 * Reads the first Code 128 of a row that is all there, from left to right.
 *
 * Returns: %FALSE where there is none
 */
gboolean
till_code_128_find (TillCode128  *self,
                    const guint8 *row,
                    guint         width)
{
  Edges edges;

  find_edges (row, width, &edges);
  for (guint i = 0; i + N_WIDTHS < edges.n; i += 2) {
    if (follow (self, &edges, i, width))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_code_128_is:
 *
 * Returns: whether both say the same
 */
gboolean
till_code_128_is (const TillCode128 *self,
                  const TillCode128 *other)
{
  return self->n_values == other->n_values &&
         memcmp (self->values, other->values, self->n_values) == 0;
}

/* The drawn picture, in pixels and modules. */
#define MODULE_PX 2
#define HEIGHT    8
#define QUIET     12

static guint
draw_widths (guint8     *row,
             guint       x,
             const char *widths)
{
  for (guint i = 0; widths[i]; i++) {
    guint px = (guint) (widths[i] - '0') * MODULE_PX;

    memset (row + x, i % 2 ? 255 : 0, px);
    x += px;
  }

  return x;
}

/**
 * till_code_128_draw:
 *
 * Draws what was found as it ought to be.
 */
void
till_code_128_draw (const TillCode128 *self,
                    TillCanvas        *canvas)
{
  guint modules = MODULES * (self->n_values + 1) + LAST_BAR + 2 * QUIET, x = QUIET * MODULE_PX;

  till_canvas_resize (canvas, modules * MODULE_PX, HEIGHT);
  memset (canvas->pixels, 255, (gsize) canvas->width * HEIGHT);
  for (guint i = 0; i < self->n_values; i++)
    x = draw_widths (canvas->pixels, x, patterns[self->values[i]]);
  x = draw_widths (canvas->pixels, x, patterns[STOP]);
  memset (canvas->pixels + x, 0, LAST_BAR * MODULE_PX);
  for (guint y = 1; y < HEIGHT; y++)
    memcpy (canvas->pixels + (gsize) y * canvas->width, canvas->pixels, canvas->width);
}
