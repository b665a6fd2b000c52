/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-source.h"

#include <string.h>

#include "device/picture.h"

/* Still pictures in the place of a camera, one after another and again, for demonstrations and
 * tests. What cannot be read is passed over: a camera, too, drops a broken frame. */

#define EVERY_MS 100
#define VIEW_PX  640

typedef struct {
  TillCameraSource       source;
  const TillClock       *clock;
  TillCameraEye         *eye;
  const TillCameraFuncs *funcs;
  gpointer               user_data;
  char                  *pattern;
  GPtrArray             *paths;
  gboolean               viewed;
  guint                  next;
  guint                  timer;
} Stills;

static void
show (Stills            *self,
      const TillPicture *picture)
{
  const TillGrey frame = { picture->pixels, picture->width, picture->height, picture->width };

  till_camera_eye_count (self->eye);
  if (self->viewed)
    till_camera_eye_view (self->eye, till_view_new_grey (picture->pixels, picture->width,
                                                         picture->height, picture->width,
                                                         VIEW_PX));
  till_camera_eye_read (self->eye, &frame);
}

static void
show_next_cb (gpointer user_data)
{
  Stills *self = user_data;
  g_auto (TillPicture) picture = { 0 };
  g_autoptr (GError) error = NULL;

  self->timer = 0;
  if (self->paths->len == 0) {
    self->funcs->failed (TILL_SCANNER_ABSENT, self->user_data);
    return;
  }

  self->timer = till_clock_add_timer (self->clock, EVERY_MS, show_next_cb, self);
  if (till_picture_file_load (self->paths->pdata[self->next++ % self->paths->len], &picture,
                              &error))
    show (self, &picture);
  else
    g_debug ("camera: a still picture: %s", error->message);
}

static void
stills_free (TillCameraSource *source)
{
  Stills *self = (Stills *) source;

  if (self->timer)
    till_clock_cancel (self->clock, self->timer);
  g_ptr_array_unref (self->paths);
  till_camera_eye_unref (self->eye);
  g_free (self->pattern);
  g_free (self);
}

static void
stills_set_viewed (TillCameraSource *source,
                   gboolean          viewed)
{
  ((Stills *) source)->viewed = viewed;
}

static void
stills_tell (TillCameraSource *source,
             TillScannerFacts *facts)
{
  facts->device = g_strdup (((Stills *) source)->pattern);
}

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
find_paths (const char *pattern)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_path_get_dirname (pattern);
  g_autofree char *names = g_path_get_basename (pattern);
  g_autoptr (GPatternSpec) spec = g_pattern_spec_new (names);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    if (g_pattern_spec_match_string (spec, name))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  }
  g_ptr_array_sort (paths, compare_paths);

  return paths;
}

/**
 * till_camera_stills_new:
 * @pattern: a path whose last part may hold * and ?
 *
 * Returns: (transfer full): a source of ten frames a second, on the main context; ABSENT where no
 *   file is named so
 */
TillCameraSource *
till_camera_stills_new (const char            *pattern,
                        const TillClock       *clock,
                        TillCameraEye         *eye,
                        const TillCameraFuncs *funcs,
                        gpointer               user_data)
{
  Stills *self = g_new0 (Stills, 1);

  self->source = (TillCameraSource) { stills_free, stills_set_viewed, stills_tell };
  self->clock = clock;
  self->eye = till_camera_eye_ref (eye);
  self->funcs = funcs;
  self->user_data = user_data;
  self->pattern = g_strdup (pattern);
  self->paths = find_paths (pattern);
  self->timer = till_clock_add_timer (clock, 0, show_next_cb, self);

  return &self->source;
}
