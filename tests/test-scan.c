/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/scan.h"

#include <string.h>

#include "device/picture.h"
#include "draw-code.h"

#define PAYMENT "134567890123456789"
#define AN_HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define SHOP    "https://qr.alipay.com/fkx0123456789"

static TillScan *
new_patient (void)
{
  TillScan *scan = till_scan_new ();

  till_scan_set_time (scan, AN_HOUR, AN_HOUR);

  return scan;
}

static GPtrArray *
read_canvas (TillScan         *scan,
             const TillCanvas *canvas,
             TillScanWish      wish)
{
  TillGrey frame = till_canvas_get (canvas);

  return till_scan_read (scan, &frame, wish);
}

static void
assert_reads (GPtrArray  *codes,
              const char *text)
{
  for (guint i = 0; i < codes->len; i++)
    g_test_message ("read %s", ((TillBarcode *) codes->pdata[i])->text);
  g_assert_cmpuint (codes->len, ==, text ? 1 : 0);
  if (text)
    g_assert_cmpstr (((TillBarcode *) codes->pdata[0])->text, ==, text);
}

static const struct {
  guint       width, height;
  guint       gap;        /* bytes between rows */
  guint       module_px;  /* 0: nothing is drawn */
  gboolean    is_128;
  guint8      paper;
  const char *text;
} frames[] = {
  { 1, 1, 0, 0 },
  { 1, 1, 7, 0 },
  { 2, 1, 0, 0 },
  { 1, 2, 0, 0 },
  { 1, 4096, 0, 0 },
  { 4096, 1, 3, 0 },
  { 16384, 2, 0, 0 },
  { 7, 9, 1, 0 },
  { 15, 17, 0, 0 },
  { 16, 16, 0, 0 },
  { 17, 17, 15, 0 },
  { 640, 480, 0, 0 },
  { 1281, 721, 0, 0 },
  { 7680, 4320, 0, 0 },
  { 120, 120, 0, 4, FALSE, 255, PAYMENT },
  { 321, 241, 0, 3, FALSE, 255, PAYMENT },
  { 641, 481, 13, 5, FALSE, 255, "hello" },
  { 641, 481, 13, 5, FALSE, 255, "\xe4\xbd\xa0\xe5\xa5\xbd" },
  { 641, 481, 13, 2, TRUE, 255, PAYMENT },
  { 1280, 720, 0, 4, FALSE, 255, PAYMENT },
  { 1280, 720, 64, 3, TRUE, 200, PAYMENT },
  { 1280, 720, 0, 3, TRUE, 255, "TILL-128" },
  { 719, 1279, 1, 6, FALSE, 120, SHOP },
  { 1920, 1080, 0, 6, FALSE, 255, PAYMENT },
  { 1920, 1080, 0, 5, TRUE, 255, PAYMENT },
  { 3841, 2161, 5, 12, FALSE, 255, PAYMENT },
  { 7680, 4320, 0, 20, FALSE, 255, PAYMENT },
  { 7680, 4320, 0, 14, TRUE, 255, PAYMENT },
};

/* Rows apart by more than their width, and not a byte behind the last pixel. */
static guint8 *
spread_rows (const TillCanvas *canvas,
             gsize             stride)
{
  guint8 *pixels = g_malloc (stride * (canvas->height - 1) + canvas->width);

  for (guint y = 0; y < canvas->height; y++)
    memcpy (pixels + y * stride, canvas->pixels + (gsize) y * canvas->width, canvas->width);

  return pixels;
}

/* Whatever a camera gives is read or not read, and never left. */
static void
test_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    TillCanvas canvas = { 0 };
    gsize stride = frames[i].width + frames[i].gap;
    g_autofree guint8 *pixels = NULL;
    TillGrey frame = { NULL, frames[i].width, frames[i].height, stride };

    g_test_message ("%u × %u + %u", frames[i].width, frames[i].height, frames[i].gap);
    draw_code_fill (&canvas, frames[i].width, frames[i].height, frames[i].paper);
    if (frames[i].module_px && frames[i].is_128)
      draw_code_128 (&canvas, frames[i].width / 8, frames[i].height / 3, frames[i].module_px,
                     frames[i].height / 6, frames[i].text);
    else if (frames[i].module_px)
      draw_code_qr (&canvas, frames[i].width / 8, frames[i].height / 8, frames[i].module_px,
                    frames[i].text);
    frame.pixels = pixels = spread_rows (&canvas, stride);

    for (guint wish = TILL_SCAN_FIRST; wish <= TILL_SCAN_ALL; wish++) {
      g_autoptr (TillScan) scan = new_patient ();
      g_autoptr (GPtrArray) codes = NULL;

      if (wish == TILL_SCAN_ALL && frames[i].width > 4000)
        continue;
      codes = till_scan_read (scan, &frame, (TillScanWish) wish);
      assert_reads (codes, frames[i].text);
    }
    till_canvas_clear (&canvas);
  }
}

/* The place of a code is told in the frame's pixels. */
static void
test_corners (void)
{
  static const struct { guint width, height, x, y, module_px; } places[] = {
    { 1280, 720, 700, 300, 5 },
    { 1920, 1080, 100, 600, 9 },
    { 640, 480, 300, 20, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (TillScan) scan = new_patient ();
    TillCanvas canvas = { 0 };
    double side = 25.0 * places[i].module_px;  /* version 2 */

    draw_code_fill (&canvas, places[i].width, places[i].height, 240);
    draw_code_qr (&canvas, places[i].x, places[i].y, places[i].module_px,
                  "customer 0123456789 0");
    /* Once by the region, once by the place of the last one. */
    for (guint n = 0; n < 2; n++) {
      g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_FIRST);
      const TillBarcode *code;

      assert_reads (codes, "customer 0123456789 0");
      code = codes->pdata[0];
      for (guint j = 0; j < 4; j++) {
        double x = (code->corners[j].x - places[i].x) / side;
        double y = (code->corners[j].y - places[i].y) / side;

        g_assert_cmpfloat (MIN (ABS (x), ABS (x - 1)), <, 0.12);
        g_assert_cmpfloat (MIN (ABS (y), ABS (y - 1)), <, 0.12);
      }
    }
    till_canvas_clear (&canvas);
  }
}

/* Beside the shop's own code on the counter the customer's is found; all are told if one asks. */
static void
test_wishes (void)
{
  TillCanvas canvas = { 0 };
  g_autoptr (TillScan) scan = new_patient ();
  g_autoptr (GPtrArray) all = NULL;
  gboolean has_payment = FALSE, has_shop = FALSE;

  draw_code_fill (&canvas, 1280, 720, 255);
  draw_code_qr (&canvas, 100, 100, 9, SHOP);
  draw_code_qr (&canvas, 800, 400, 5, PAYMENT);

  for (guint n = 0; n < 20; n++) {
    g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_PAYMENT);
    g_autoptr (GPtrArray) first = read_canvas (scan, &canvas, TILL_SCAN_FIRST);

    has_payment = FALSE;
    for (guint i = 0; i < codes->len; i++)
      has_payment |= strcmp (((TillBarcode *) codes->pdata[i])->text, PAYMENT) == 0;
    g_assert_true (has_payment);
    g_assert_cmpuint (first->len, ==, 1);
  }

  all = read_canvas (scan, &canvas, TILL_SCAN_ALL);
  g_assert_cmpuint (all->len, ==, 2);
  for (guint i = 0; i < all->len; i++)
    has_shop |= strcmp (((TillBarcode *) all->pdata[i])->text, SHOP) == 0;
  g_assert_true (has_shop);
  till_canvas_clear (&canvas);
}

static void
test_dark_mode (void)
{
  g_autoptr (TillScan) scan = new_patient ();
  TillCanvas canvas = { 0 };
  g_autoptr (GPtrArray) qr = NULL, bars = NULL;

  draw_code_fill (&canvas, 1280, 720, 220);
  draw_code_qr (&canvas, 500, 200, 6, PAYMENT);
  till_canvas_invert (&canvas);
  qr = read_canvas (scan, &canvas, TILL_SCAN_FIRST);
  assert_reads (qr, PAYMENT);

  draw_code_fill (&canvas, 1280, 720, 220);
  draw_code_128 (&canvas, 300, 200, 3, 120, PAYMENT);
  till_canvas_invert (&canvas);
  bars = read_canvas (scan, &canvas, TILL_SCAN_FIRST);
  assert_reads (bars, PAYMENT);
  till_canvas_clear (&canvas);
}

/* Nothing is read where nothing is, however it looks. */
static void
test_nothing (void)
{
  g_autoptr (TillScan) scan = new_patient ();
  TillCanvas canvas = { 0 };

  for (guint kind = 0; kind < 6; kind++) {
    draw_code_fill (&canvas, 640, 360, 0);
    for (guint i = 0; i < 640 * 360; i++) {
      guint x = i % 640, y = i / 640;
      const guint shades[] = {
        x * 255 / 640, (x / 5 + y / 5) % 2 * 255, x / 3 % 2 * 255,
        (guint) g_test_rand_int_range (0, 256), g_test_rand_int_range (0, 2) ? 255 : 0,
        (x * x + y * y) / 64 % 256,
      };

      canvas.pixels[i] = (guint8) shades[kind];
    }
    for (guint n = 0; n < 3; n++) {
      g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_ALL);

      assert_reads (codes, NULL);
    }
  }
  till_canvas_clear (&canvas);
}

/* A frame's time: no more than one dear pass where there is none, and the next frame goes on. */
static void
test_rotation (void)
{
  g_autoptr (TillScan) scan = till_scan_new ();
  TillCanvas canvas = { 0 };

  till_scan_set_time (scan, AN_HOUR, 0);
  draw_code_fill (&canvas, 640, 360, 255);
  draw_code_128 (&canvas, 60, 60, 2, 200, PAYMENT);
  for (guint n = 0; n < 1200; n++) {
    g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_FIRST);

    assert_reads (codes, PAYMENT);
  }
  till_canvas_clear (&canvas);
}

static const struct {
  const char *text;
  guint       at_least;  /* frames with one look each, until it is believed */
} believed[] = {
  { PAYMENT, 1 },
  { "281234567890123456", 1 },
  { "6212345678901234567", 1 },
  { "TILL-128", 2 },
  { "990000000000000001", 2 },
  { "13456789", 2 },
};

/* What a wallet shows counts at once, any other bar code when two looks agree; a shorter one than
 * four characters never. */
static void
test_agreement (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (believed); i++) {
    g_autoptr (TillScan) scan = till_scan_new ();
    TillCanvas canvas = { 0 };
    guint n_frames = 0;
    gboolean is_read = FALSE;

    till_scan_set_time (scan, 0, 0);
    draw_code_fill (&canvas, 640, 360, 255);
    draw_code_128 (&canvas, 60, 60, 2, 200, believed[i].text);
    while (!is_read && n_frames < 100) {
      g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_FIRST);

      n_frames++;
      is_read = codes->len > 0;
      assert_reads (codes, is_read ? believed[i].text : NULL);
    }
    g_assert_true (is_read);
    g_assert_cmpuint (n_frames, >=, believed[i].at_least);
    till_canvas_clear (&canvas);
  }
}

static void
test_too_short (void)
{
  g_autoptr (TillScan) scan = new_patient ();
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, 640, 360, 255);
  draw_code_128 (&canvas, 60, 60, 3, 200, "!L#");
  for (guint n = 0; n < 3; n++) {
    g_autoptr (GPtrArray) codes = read_canvas (scan, &canvas, TILL_SCAN_ALL);

    assert_reads (codes, NULL);
  }
  till_canvas_clear (&canvas);
}

/* A wallet's page has a bar code and a QR code of one text; both are told if one asks for all. */
static void
test_both (void)
{
  g_autoptr (TillScan) scan = new_patient ();
  g_autoptr (GPtrArray) first = NULL, all = NULL;
  TillCanvas canvas = { 0 };

  draw_code_fill (&canvas, 1280, 720, 255);
  draw_code_128 (&canvas, 400, 60, 3, 100, PAYMENT);
  draw_code_qr (&canvas, 500, 300, 7, PAYMENT);
  first = read_canvas (scan, &canvas, TILL_SCAN_PAYMENT);
  g_assert_cmpuint (first->len, ==, 1);
  all = read_canvas (scan, &canvas, TILL_SCAN_ALL);
  g_assert_cmpuint (all->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (((TillBarcode *) all->pdata[i])->text, ==, PAYMENT);
  g_assert_cmpint (((TillBarcode *) all->pdata[0])->symbol, !=,
                   ((TillBarcode *) all->pdata[1])->symbol);
  till_canvas_clear (&canvas);
}

/* Photographs and drawn frames, see tests/vectors/scan/README.md. */
static void
test_pictures (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_pictures = 0;

  g_file_get_contents (TEST_DIR "/vectors/scan/truth.tsv", &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 1; lines[i]; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
    g_autofree char *path = g_build_filename (TEST_DIR "/vectors/scan", fields[0], NULL);
    g_autoptr (TillScan) scan = new_patient ();
    g_autoptr (GPtrArray) codes = NULL;
    g_auto (TillPicture) picture = { 0 };
    TillGrey frame;

    g_test_message ("%s", fields[0]);
    till_picture_file_load (path, &picture, &error);
    g_assert_no_error (error);
    frame = (TillGrey) { picture.pixels, picture.width, picture.height, picture.width };
    codes = till_scan_read (scan, &frame, TILL_SCAN_FIRST);
    assert_reads (codes, strcmp (fields[1], "none") == 0 ? NULL : fields[2]);
    n_pictures++;
  }
  g_assert_cmpuint (n_pictures, >=, 24);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scan/frames", test_frames);
  g_test_add_func ("/scan/corners", test_corners);
  g_test_add_func ("/scan/wishes", test_wishes);
  g_test_add_func ("/scan/dark-mode", test_dark_mode);
  g_test_add_func ("/scan/nothing", test_nothing);
  g_test_add_func ("/scan/rotation", test_rotation);
  g_test_add_func ("/scan/agreement", test_agreement);
  g_test_add_func ("/scan/too-short", test_too_short);
  g_test_add_func ("/scan/both", test_both);
  g_test_add_func ("/scan/pictures", test_pictures);

  return g_test_run ();
}
