/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draw-code.h"

#include <string.h>

#include "code/qr.h"

/* Codes as a wallet shows them, black on what is there. */

/* ISO/IEC 15417, table 1: widths of bars and gaps for each value; 104 begins in B, 105 in C. */
static const char *const patterns[] = {
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
  "113141", "114131", "311141", "411131", "211412", "211214", "211232",
};
#define BEGIN_B 104
#define BEGIN_C 105
#define END     "2331112"

static void
fill_box (TillCanvas *canvas,
          guint       x,
          guint       y,
          guint       width,
          guint       height)
{
  g_assert_true (x + width <= canvas->width && y + height <= canvas->height);
  for (guint row = y; row < y + height; row++)
    memset (canvas->pixels + (gsize) row * canvas->width + x, 0, width);
}

/* The code's bars and gaps by turns, in modules. */
static char *
encode_128 (const char *text)
{
  gboolean is_pairs = strlen (text) % 2 == 0 && strspn (text, "0123456789") == strlen (text);
  guint begin = is_pairs ? BEGIN_C : BEGIN_B, sum = begin, step = is_pairs ? 2 : 1;
  GString *bars = g_string_new (patterns[begin]);

  for (guint i = 0; text[i * step]; i++) {
    guint value = is_pairs ? (guint) ((text[2 * i] - '0') * 10 + text[2 * i + 1] - '0')
                           : (guint) (text[i] - ' ');

    g_assert_cmpuint (value, <, 103);
    g_string_append (bars, patterns[value]);
    sum += value * (i + 1);
  }
  g_string_append (bars, patterns[sum % 103]);
  g_string_append (bars, END);

  return g_string_free (bars, FALSE);
}

/* A picture of one shade. */
void
draw_code_fill (TillCanvas *canvas,
                guint       width,
                guint       height,
                guint8      shade)
{
  till_canvas_resize (canvas, width, height);
  memset (canvas->pixels, shade, (gsize) width * height);
}

/* A QR code of @text, its upper left module at @x, @y. */
void
draw_code_qr (TillCanvas *canvas,
              guint       x,
              guint       y,
              guint       module_px,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillQr) qr = till_qr_new (text, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < qr->width * qr->width; i++) {
    if (qr->modules[i])
      fill_box (canvas, x + i % qr->width * module_px, y + i / qr->width * module_px, module_px,
                module_px);
  }
}

/* A Code 128 of @text: pairs of digits in C, else B. */
void
draw_code_128 (TillCanvas *canvas,
               guint       x,
               guint       y,
               guint       module_px,
               guint       height_px,
               const char *text)
{
  g_autofree char *bars = encode_128 (text);

  for (guint i = 0; bars[i]; i++) {
    guint width = (guint) (bars[i] - '0') * module_px;

    if (i % 2 == 0)
      fill_box (canvas, x, y, width, height_px);
    x += width;
  }
}

/* Modules of a Code 128 without its quiet zone. */
guint
draw_code_128_width (const char *text)
{
  g_autofree char *bars = encode_128 (text);
  guint width = 0;

  for (guint i = 0; bars[i]; i++)
    width += (guint) (bars[i] - '0');

  return width;
}
