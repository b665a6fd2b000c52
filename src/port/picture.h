/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_PICTURE_ERROR (till_picture_error_quark ())

typedef enum {
  TILL_PICTURE_ERROR_FILE,    /* cannot be read */
  TILL_PICTURE_ERROR_FORMAT,  /* no picture, or a damaged one */
  TILL_PICTURE_ERROR_SIZE,    /* more pixels than a till looks at */
} TillPictureError;

/* A picture in grey: one byte a pixel, 0 is black, no gaps between rows. */
typedef struct {
  guint8 *pixels;
  guint   width;   /* at least 1, at most 16384 */
  guint   height;  /* likewise */
} TillPicture;

/* Reads a picture file; @picture is written on success only, @error is a TillPictureError. */
typedef gboolean (*TillPictureLoad) (const char *path, TillPicture *picture, GError **error);

GQuark  till_picture_error_quark  (void);
void    till_picture_clear        (TillPicture *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillPicture, till_picture_clear)

G_END_DECLS
