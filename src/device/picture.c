/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/picture.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Twice an 8K frame; and no side longer than port/picture.h says. */
#define MOST_PIXELS (64 * 1024 * 1024)
#define MOST_SIDE   16384

/* A file of more is no picture of that size. */
#define MOST_BYTES (256 * 1024 * 1024)

#define CHUNK_BYTES 65536

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FILE, fclose)

/* Before there is room for its pixels. A loader that is to make none of them gives up here; but
 * that of PNM gives up without a word, which gdk-pixbuf warns of, so it makes room that is never
 * used. */
static void
size_prepared_cb (GdkPixbufLoader *loader,
                  int              width,
                  int              height,
                  gpointer         user_data)
{
  gboolean *too_large = user_data;
  g_autofree char *name = NULL;
  int side;

  if (width <= MOST_SIDE && height <= MOST_SIDE && (gint64) width * height <= MOST_PIXELS)
    return;

  *too_large = TRUE;
  name = gdk_pixbuf_format_get_name (gdk_pixbuf_loader_get_format (loader));
  side = strcmp (name, "pnm") == 0 ? 1 : 0;
  gdk_pixbuf_loader_set_size (loader, side, side);
}

/* Rows come from the top down; those of an interlaced picture several times. */
static void
area_updated_cb (GdkPixbufLoader *loader,
                 int              x,
                 int              y,
                 int              width,
                 int              height,
                 gpointer         user_data)
{
  int *n_rows = user_data;

  *n_rows = MAX (*n_rows, y + height);
}

/* The loaders of these leave the rows that are missing blank, and say nothing when closed. */
static gboolean
is_cut (GdkPixbufLoader *loader,
        int              n_rows)
{
  static const char *const silent[] = { "png", "pnm", NULL };
  g_autofree char *name = gdk_pixbuf_format_get_name (gdk_pixbuf_loader_get_format (loader));

  return g_strv_contains (silent, name) &&
         n_rows < gdk_pixbuf_get_height (gdk_pixbuf_loader_get_pixbuf (loader));
}

static gboolean
refuse_size (GError **error)
{
  g_set_error_literal (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_SIZE,
                       _("the picture is too large"));

  return FALSE;
}

/* What gdk-pixbuf says names no file, and is translated. */
static gboolean
refuse_format (const GError  *why,
               GError       **error)
{
  g_set_error_literal (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_FORMAT,
                       why ? why->message : _("no picture"));

  return FALSE;
}

static gboolean
feed (GdkPixbufLoader  *loader,
      FILE             *file,
      const gboolean   *too_large,
      GError          **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  g_autoptr (GError) why = NULL;
  gsize n_bytes, n_all = 0;

  while ((n_bytes = fread (chunk, 1, CHUNK_BYTES, file)) > 0) {
    n_all += n_bytes;
    if (n_all > MOST_BYTES || *too_large)
      return refuse_size (error);
    if (!gdk_pixbuf_loader_write (loader, chunk, n_bytes, &why))
      return *too_large ? refuse_size (error) : refuse_format (why, error);
  }
  if (ferror (file)) {
    g_set_error (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_FILE, "%s", g_strerror (errno));
    return FALSE;
  }

  return TRUE;
}

/* ITU-R BT.601, as cameras do it; what is seen through is white, as paper. */
static guint8
to_grey (const guint8 *pixel,
         guint         n_channels)
{
  guint grey = (77u * pixel[0] + 150u * pixel[1] + 29u * pixel[2] + 128) >> 8;

  if (n_channels == 4)
    grey = (grey * pixel[3] + 255u * (255u - pixel[3]) + 127) / 255;

  return (guint8) grey;
}

static TillPicture
take_grey (const GdkPixbuf *pixbuf)
{
  TillPicture picture = {
    .width = (guint) gdk_pixbuf_get_width (pixbuf),
    .height = (guint) gdk_pixbuf_get_height (pixbuf),
  };
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (pixbuf);
  guint n_channels = (guint) gdk_pixbuf_get_n_channels (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);

  picture.pixels = g_malloc ((gsize) picture.width * picture.height);
  for (guint y = 0; y < picture.height; y++) {
    guint8 *row = picture.pixels + (gsize) y * picture.width;

    for (guint x = 0; x < picture.width; x++)
      row[x] = to_grey (pixels + y * stride + (gsize) x * n_channels, n_channels);
  }

  return picture;
}

/**
 * till_picture_file_load:
 * @picture: (out caller-allocates): to be cleared; untouched where it fails
 * @error: a #TillPictureError
 *
 * Reads a picture file: PNG, JPEG, PNM and whatever else gdk-pixbuf knows here.
 *
 * Returns: %FALSE with @error set where that cannot be done
 */
gboolean
till_picture_file_load (const char   *path,
                        TillPicture  *picture,
                        GError      **error)
{
  g_autoptr (FILE) file = g_fopen (path, "rbe");
  g_autoptr (GdkPixbufLoader) loader = NULL;
  g_autoptr (GError) why = NULL;
  GdkPixbuf *pixbuf;
  gboolean too_large = FALSE, is_fed, is_closed;
  int n_rows = 0;

  if (!file) {
    g_set_error (error, TILL_PICTURE_ERROR, TILL_PICTURE_ERROR_FILE, "%s", g_strerror (errno));
    return FALSE;
  }

  loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), &too_large);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), &n_rows);
  is_fed = feed (loader, file, &too_large, error);
  /* It must be closed whatever came; most tell here that the end is missing. */
  is_closed = gdk_pixbuf_loader_close (loader, &why);
  if (!is_fed)
    return FALSE;
  if (too_large)
    return refuse_size (error);

  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (!is_closed || !pixbuf || is_cut (loader, n_rows))
    return refuse_format (why, error);
  *picture = take_grey (pixbuf);

  return TRUE;
}
