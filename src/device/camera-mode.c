/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-mode.h"

/* 720p at thirty frames a second reads payment codes as well as more does, and costs less. */
#define BEST_WIDTH  1280
#define BEST_HEIGHT 720
#define BEST_RATE   30

/* What a camera that does not tell its rate is taken for. */
#define USUAL_RATE  25

static void
mode_free (gpointer data)
{
  TillCameraMode *self = data;

  gst_structure_free (self->format);
  g_free (self);
}

/* Pixels that a second brings, those beyond the best size and rate not counted; a picture that is
 * larger than it need be costs. */
static double
worth (const TillCameraMode *self)
{
  const double best = (double) BEST_WIDTH * BEST_HEIGHT;
  double pixels = (double) self->width * self->height;
  double rate = self->rate > 0 ? MIN (self->rate, BEST_RATE) : USUAL_RATE;

  return pixels <= best ? pixels * rate : best * rate * (0.5 + 0.5 * best / pixels);
}

/* Of two that bring the same: the larger picture, then the one that need not be unpacked. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  const TillCameraMode *first = *(TillCameraMode *const *) a;
  const TillCameraMode *second = *(TillCameraMode *const *) b;
  double difference = worth (second) - worth (first);

  if (difference != 0)
    return difference > 0 ? 1 : -1;
  if (first->width != second->width)
    return second->width - first->width;

  return first->is_jpeg - second->is_jpeg;
}

/* Formats with one name, one size and one rate each, out of one that leaves a choice. */
static TillCameraMode *
make_mode (const GstStructure *format,
           gboolean            is_jpeg)
{
  TillCameraMode *self = g_new0 (TillCameraMode, 1);
  int numerator = 0, denominator = 1;

  self->format = gst_structure_copy (format);
  self->is_jpeg = is_jpeg;
  if (gst_structure_has_field (format, "width"))
    gst_structure_fixate_field_nearest_int (self->format, "width", BEST_WIDTH);
  if (gst_structure_has_field (format, "height"))
    gst_structure_fixate_field_nearest_int (self->format, "height", BEST_HEIGHT);
  if (gst_structure_has_field (format, "framerate"))
    gst_structure_fixate_field_nearest_fraction (self->format, "framerate", BEST_RATE, 1);
  gst_structure_fixate (self->format);
  if (gst_structure_get_fraction (self->format, "framerate", &numerator, &denominator) &&
      denominator > 0)
    self->rate = (double) numerator / denominator;

  if (gst_structure_get_int (self->format, "width", &self->width) &&
      gst_structure_get_int (self->format, "height", &self->height) && self->width > 0 &&
      self->height > 0)
    return self;

  mode_free (self);
  return NULL;
}

static gboolean
is_known (const GPtrArray      *modes,
          const TillCameraMode *mode)
{
  for (guint i = 0; i < modes->len; i++) {
    const TillCameraMode *other = modes->pdata[i];

    if (gst_structure_is_equal (other->format, mode->format))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_camera_modes_find:
 * @caps: what a camera offers
 *
 * Returns: (transfer full) (element-type TillCameraMode): those that can be read, the best first:
 *   raw pictures and JPEG in memory of ours
 */
GPtrArray *
till_camera_modes_find (const GstCaps *caps)
{
  GPtrArray *modes = g_ptr_array_new_with_free_func (mode_free);

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *format = gst_caps_get_structure (caps, i);
    const GstCapsFeatures *features = gst_caps_get_features (caps, i);
    gboolean is_jpeg = gst_structure_has_name (format, "image/jpeg");
    TillCameraMode *mode;

    if (!is_jpeg && !gst_structure_has_name (format, "video/x-raw"))
      continue;
    if (features && (gst_caps_features_is_any (features) ||
                     !gst_caps_features_is_equal (features,
                                                  GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY)))
      continue;
    mode = make_mode (format, is_jpeg);
    if (mode && !is_known (modes, mode))
      g_ptr_array_add (modes, mode);
    else if (mode)
      mode_free (mode);
  }
  g_ptr_array_sort (modes, compare);

  return modes;
}

/**
 * till_camera_mode_to_caps:
 *
 * Returns: (transfer full): what makes a camera work so
 */
GstCaps *
till_camera_mode_to_caps (const TillCameraMode *self)
{
  return gst_caps_new_full (gst_structure_copy (self->format), NULL);
}

/**
 * till_camera_mode_to_text:
 *
 * Returns: (transfer full): "1280×720, 30/s, image/jpeg", for technicians
 */
char *
till_camera_mode_to_text (const TillCameraMode *self)
{
  const char *name = self->is_jpeg ? "image/jpeg"
                                   : gst_structure_get_string (self->format, "format");

  if (self->rate <= 0)
    return g_strdup_printf ("%d×%d, %s", self->width, self->height, name ? name : "raw");

  return g_strdup_printf ("%d×%d, %.3g/s, %s", self->width, self->height, self->rate,
                          name ? name : "raw");
}
