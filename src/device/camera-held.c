/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-held.h"

#include <string.h>

/* A code that was out of sight for so long counts as shown again. */
#define FORGET_MS 1500

/* Where @text is remembered, or what was not seen for the longest time. */
static guint
find (TillCameraHeld *self,
      const char     *text)
{
  guint oldest = 0;

  for (guint i = 0; i < TILL_CAMERA_N_HELD; i++) {
    if (g_strcmp0 (self->codes[i].text, text) == 0)
      return i;
    if (self->codes[i].seen_us < self->codes[oldest].seen_us)
      oldest = i;
  }
  till_camera_wipe (&self->codes[oldest].text);

  return oldest;
}

/**
 * till_camera_held_see:
 * @now_us: on the monotonic clock
 *
 * Returns: whether @text is to be told: once as long as it is held there, also beside others; again
 *   only after it was away
 */
gboolean
till_camera_held_see (TillCameraHeld *self,
                      const char     *text,
                      gint64          now_us)
{
  guint i = find (self, text);
  gboolean is_new = !self->codes[i].text || now_us - self->codes[i].seen_us >= FORGET_MS * 1000;

  self->codes[i].seen_us = now_us;
  if (!self->codes[i].text)
    self->codes[i].text = g_strdup (text);

  return is_new;
}

/**
 * till_camera_held_forget:
 *
 * Wipes all codes: what is held there the next time is new.
 */
void
till_camera_held_forget (TillCameraHeld *self)
{
  for (guint i = 0; i < TILL_CAMERA_N_HELD; i++)
    till_camera_wipe (&self->codes[i].text);
}

/**
 * till_camera_wipe:
 * @text: (inout) (nullable): a code, of which nothing stays in memory
 */
void
till_camera_wipe (char **text)
{
  if (*text)
    explicit_bzero (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}
