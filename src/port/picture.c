/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/picture.h"

G_DEFINE_QUARK (till-picture-error-quark, till_picture_error)

/**
 * till_picture_clear:
 *
 * Frees the pixels; there is no picture then.
 */
void
till_picture_clear (TillPicture *self)
{
  g_clear_pointer (&self->pixels, g_free);
  *self = (TillPicture) { 0 };
}
