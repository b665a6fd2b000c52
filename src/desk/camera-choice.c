/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/camera-choice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "desk/desk-private.h"

#define SECTION  "camera"
#define DEVICE   "device"
#define STAYS_ON "stays-on"

/* Each ends with what to do. Without a camera a scanner at the keyboard reads on. */
static const char *const state_texts[TILL_SCANNER_N_STATES] = {
  [TILL_SCANNER_STARTING]  = N_("The camera is starting. Please wait."),
  [TILL_SCANNER_DARK]      = N_("The camera sees nothing but black. Take the cover off its lens, "
                                "or make some light."),
  [TILL_SCANNER_ABSENT]    = N_("No camera is plugged in. Plug one in, or use the scanner."),
  [TILL_SCANNER_BUSY]      = N_("Another program is using the camera. Close that program."),
  [TILL_SCANNER_FORBIDDEN] = N_("Till may not use the camera. Allow it in the system's settings, "
                                "or ask the technician to add the user to the group “video”."),
  [TILL_SCANNER_SILENT]    = N_("The camera gives no picture. Unplug it and plug it in again."),
};

TillCameraChoice *
till_camera_choice_new (const char *device,
                        gboolean    stays_on)
{
  TillCameraChoice *self = g_new0 (TillCameraChoice, 1);

  self->device = g_strdup (device);
  self->stays_on = stays_on;

  return self;
}

/**
 * till_camera_choice_load:
 *
 * Returns: (transfer full): what the profile said when the shop was opened
 */
TillCameraChoice *
till_camera_choice_load (TillDesk *desk)
{
  const TillProfile *profile = till_desk_get_shop (desk)->profile;
  const char *stays_on = till_profile_get (profile, SECTION, STAYS_ON);

  return till_camera_choice_new (till_profile_get (profile, SECTION, DEVICE),
                                 strcmp (stays_on, "yes") == 0);
}

/**
 * till_camera_choice_store:
 * @error: set to a #TillProfileError
 *
 * Writes it into the profile, for the next start.
 */
gboolean
till_camera_choice_store (const TillCameraChoice *self,
                          TillDesk               *desk,
                          GError                **error)
{
  const char *dir = till_profile_get_dir (till_desk_get_shop (desk)->profile);

  return till_profile_change (dir, SECTION, DEVICE, self->device, error) &&
         till_profile_change (dir, SECTION, STAYS_ON, self->stays_on ? "yes" : "no", error);
}

void
till_camera_choice_free (TillCameraChoice *self)
{
  if (!self)
    return;

  g_free (self->device);
  g_free (self);
}

/**
 * till_camera_state_get_text:
 *
 * Returns: what is the matter with the camera, and what to do, translated; "" where nothing is
 */
const char *
till_camera_state_get_text (TillScannerState state)
{
  g_return_val_if_fail ((guint) state < TILL_SCANNER_N_STATES, "");

  return state_texts[state] ? _(state_texts[state]) : "";
}
