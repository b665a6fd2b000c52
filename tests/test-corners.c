/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/corners.h"

#include "draw-code.h"

/* Corners of a QR code of @module_px, side by side over the whole picture. */
static void
draw_grid (TillCanvas *canvas,
           guint       module_px)
{
  static const guint8 rows[8] = { 0x7f, 0x41, 0x5d, 0x5d, 0x5d, 0x41, 0x7f, 0 };

  for (guint y = 0; y < canvas->height; y++) {
    for (guint x = 0; x < canvas->width; x++)
      canvas->pixels[(gsize) y * canvas->width + x] =
        rows[y / module_px % 8] >> x / module_px % 8 & 1 ? 0 : 255;
  }
}

static const struct {
  guint    width, height;
  guint    qr_px;        /* of a module of one code; 0: none */
  guint    grid_px;      /* of a module of corners everywhere; 0: none */
  gboolean is_inverted;
  guint    least, most;
} pictures[] = {
  { 1, 1, 0, 0, FALSE, 0, 0 },
  { 1, 900, 0, 0, FALSE, 0, 0 },
  { 900, 1, 0, 1, FALSE, 0, 0 },
  { 640, 480, 0, 0, FALSE, 0, 0 },
  { 640, 480, 4, 0, FALSE, 3, 12 },
  { 640, 480, 4, 0, TRUE, 3, 12 },
  { 1280, 720, 16, 0, FALSE, 3, 12 },
  { 640, 480, 0, 1, FALSE, TILL_CORNERS_MOST, TILL_CORNERS_MOST },
  { 640, 480, 0, 2, FALSE, TILL_CORNERS_MOST, TILL_CORNERS_MOST },
  { 640, 480, 0, 3, TRUE, TILL_CORNERS_MOST, TILL_CORNERS_MOST },
  { 1280, 720, 0, 4, FALSE, TILL_CORNERS_MOST, TILL_CORNERS_MOST },
  { 640, 480, 0, 12, FALSE, 12, 48 },
};

/* A code has three and is read; what has hundreds is left. */
static void
test_count (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++) {
    TillCanvas canvas = { 0 };
    guint n_corners;

    draw_code_fill (&canvas, pictures[i].width, pictures[i].height, 255);
    if (pictures[i].qr_px)
      draw_code_qr (&canvas, 60, 60, pictures[i].qr_px, "134567890123456789");
    if (pictures[i].grid_px)
      draw_grid (&canvas, pictures[i].grid_px);
    if (pictures[i].is_inverted)
      till_canvas_invert (&canvas);
    n_corners = till_corners_count (&canvas);
    g_test_message ("row %u: %u", i, n_corners);
    g_assert_cmpuint (n_corners, >=, pictures[i].least);
    g_assert_cmpuint (n_corners, <=, pictures[i].most);
    till_canvas_clear (&canvas);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/corners/count", test_count);

  return g_test_run ();
}
