/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/picture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "code/qr.h"
#include "code/scan.h"

#define BYTES(text) (text), sizeof (text) - 1

static const struct {
  const char *bytes;
  gsize       n_bytes;
  guint       width, height;  /* 0: refused */
  int         code;           /* a TillPictureError */
  guint8      first;          /* pixel */
} files[] = {
  { BYTES ("P5 2 1 255\n\x00\xff"), 2, 1 },
  { BYTES ("P6 1 2 255\n\xff\x00\x00\x00\x00\xff"), 1, 2, 0, 77 },
  { BYTES (""), 0, 0, TILL_PICTURE_ERROR_FORMAT },
  { BYTES ("no picture"), 0, 0, TILL_PICTURE_ERROR_FORMAT },
  { BYTES ("\x89PNG\r\n\x1a\n"), 0, 0, TILL_PICTURE_ERROR_FORMAT },
  { BYTES ("P5 20000 1 255\n\x01"), 0, 0, TILL_PICTURE_ERROR_SIZE },
  { BYTES ("P5 16000 16000 255\n\x01"), 0, 0, TILL_PICTURE_ERROR_SIZE },
  { BYTES ("P5 2 2 255\n\x00\xff"), 0, 0, TILL_PICTURE_ERROR_FORMAT },
  { BYTES ("\xff\xd8\xff\xe0 damaged"), 0, 0, TILL_PICTURE_ERROR_FORMAT },
};

static char *
write_file (const void *bytes,
            gsize       n_bytes)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (g_get_tmp_dir (), "till-picture-XXXXXX", NULL);
  int file = g_mkstemp (path);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_file_set_contents (path, bytes, (gssize) n_bytes, &error);
  g_assert_no_error (error);

  return path;
}

static void
test_load (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = write_file (files[i].bytes, files[i].n_bytes);
    g_autoptr (GError) error = NULL;
    g_auto (TillPicture) picture = { 0 };
    gboolean is_good = till_picture_file_load (path, &picture, &error);

    g_test_message ("row %u", i);
    if (files[i].width > 0) {
      g_assert_no_error (error);
      g_assert_true (is_good);
      g_assert_cmpuint (picture.width, ==, files[i].width);
      g_assert_cmpuint (picture.height, ==, files[i].height);
      g_assert_cmpint (picture.pixels[0], ==, files[i].first);
    } else {
      g_assert_error (error, TILL_PICTURE_ERROR, files[i].code);
      g_assert_false (is_good);
    }
    g_unlink (path);
  }
}

static void
test_no_file (void)
{
  static const char *const paths[] = { "/nowhere/at/all.png", "/", "" };
  g_auto (TillPicture) picture = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (till_picture_file_load (paths[i], &picture, &error));
    g_assert_error (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_FILE);
  }
  g_assert_null (picture.pixels);
}

/* Bytes of a picture changed at random, and cut anywhere: an error or a picture, and the picture
 * is read without harm. The seed is printed. */
static void
test_damaged (void)
{
  g_autoptr (TillQr) qr = till_qr_new ("134567890123456789", NULL);
  g_autoptr (GBytes) png = till_qr_to_png (qr, 4);
  g_autoptr (TillScan) scan = till_scan_new ();
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (png, &n_bytes);

  for (guint n = 0; n < 150; n++) {
    g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes);
    g_autofree char *path = NULL;
    g_autoptr (GError) error = NULL;
    g_auto (TillPicture) picture = { 0 };
    gsize n_left = n % 3 ? n_bytes : (gsize) g_test_rand_int_range (0, (int) n_bytes);

    for (guint i = 0; i < n % 5; i++)
      copy[g_test_rand_int_range (0, (int) n_bytes)] = (guint8) g_test_rand_int_range (0, 256);
    path = write_file (copy, n_left);
    if (till_picture_file_load (path, &picture, &error)) {
      TillGrey frame = { picture.pixels, picture.width, picture.height, picture.width };
      g_autoptr (GPtrArray) codes = till_scan_read (scan, &frame, TILL_SCAN_FIRST);

      g_assert_cmpuint (codes->len, <=, 1);
    } else {
      g_assert_nonnull (error);
      g_assert_null (picture.pixels);
    }
    g_unlink (path);
  }
}

/* A picture whose lower half is missing is damaged, not one without a code. */
static void
test_cut (void)
{
  g_autoptr (TillQr) qr = till_qr_new ("134567890123456789", NULL);
  g_autoptr (GBytes) png = till_qr_to_png (qr, 4);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (png, &n_bytes);
  g_autofree char *path = write_file (bytes, n_bytes / 2);
  g_autoptr (GError) error = NULL;
  g_auto (TillPicture) picture = { 0 };

  g_assert_false (till_picture_file_load (path, &picture, &error));
  g_assert_error (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_FORMAT);
  g_assert_null (picture.pixels);
  g_unlink (path);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/picture/load", test_load);
  g_test_add_func ("/picture/no-file", test_no_file);
  g_test_add_func ("/picture/cut", test_cut);
  g_test_add_func ("/picture/damaged", test_damaged);

  return g_test_run ();
}
