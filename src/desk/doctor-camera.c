/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor-camera.h"

#include <string.h>

/* A camera that works gives pictures for so long, and the first within this time. */
#define READ_MS  2000
#define PATIENCE_MS 8000

typedef struct {
  TillScanner *camera;
  gboolean     is_over;
} Look;

static void
over_cb (gpointer user_data)
{
  ((Look *) user_data)->is_over = TRUE;
}

/* What will not change by itself while one waits. */
static gboolean
is_settled (TillScanner *camera)
{
  static const gboolean settled[TILL_SCANNER_N_STATES] = {
    [TILL_SCANNER_ABSENT] = TRUE,
    [TILL_SCANNER_BUSY] = TRUE,
    [TILL_SCANNER_FORBIDDEN] = TRUE,
    [TILL_SCANNER_SILENT] = TRUE,
  };

  return settled[till_scanner_get_state (camera)];
}

static void
wait (TillShop *shop,
      Look     *look,
      gint64    ms,
      gboolean  for_frames)
{
  guint timer = till_clock_add_timer (shop->ports->clock, ms, over_cb, look);
  TillScannerState state;

  look->is_over = FALSE;
  do {
    g_main_context_iteration (NULL, TRUE);
    state = till_scanner_get_state (look->camera);
  } while (!look->is_over && !is_settled (look->camera) &&
           !(for_frames && (state == TILL_SCANNER_READING || state == TILL_SCANNER_DARK)));

  if (!look->is_over)
    till_clock_cancel (shop->ports->clock, timer);
}

static const TillScannerDevice *
find_device (GPtrArray              *devices,
             const TillScannerFacts *facts)
{
  for (guint i = 0; facts->device && i < devices->len; i++) {
    const TillScannerDevice *device = devices->pdata[i];

    if (g_strcmp0 (device->name, facts->device) == 0 ||
        g_strcmp0 (device->path, facts->device) == 0)
      return device;
  }

  return NULL;
}

static double
rate_of (const TillScannerFacts *facts)
{
  gint64 took_us = facts->newest_us - facts->first_us;

  return took_us > 0 ? (double) (facts->n_frames - 1) * G_USEC_PER_SEC / (double) took_us : 0;
}

/* A shop may have no camera: that is as it should be unless the profile names one. */
static TillFindingHealth
judge (const TillCameraFinding *camera)
{
  if (camera->state == TILL_SCANNER_READING ||
      (camera->state == TILL_SCANNER_ABSENT && !camera->is_chosen))
    return TILL_HEALTH_GOOD;

  return TILL_HEALTH_WORTH_A_LOOK;
}

/**
 * till_doctor_look_at_camera:
 * @worst: (inout): the worst that was found
 *
 * Reads with the profile's camera for two seconds, and runs the main loop meanwhile. Without a
 * camera one sells on: it is never worse than worth a look.
 */
void
till_doctor_look_at_camera (TillFindingHealth *worst,
                            TillShop          *shop,
                            TillFindingFunc    func,
                            gpointer           user_data)
{
  const char *device = till_profile_get (shop->profile, "camera", "device");
  Look look = { .camera = shop->ports->scanner };
  g_auto (TillScannerFacts) facts = { 0 };
  g_autoptr (GPtrArray) devices = NULL;
  TillCameraFinding camera = { .facts = &facts, .is_chosen = strcmp (device, "auto") != 0 };
  TillFinding finding = { .check = TILL_CHECK_CAMERA, .camera = &camera };

  till_scanner_set_device (look.camera, device);
  till_scanner_start (look.camera);
  if (!is_settled (look.camera))
    wait (shop, &look, PATIENCE_MS, TRUE);
  if (!is_settled (look.camera))
    wait (shop, &look, READ_MS, FALSE);
  camera.state = till_scanner_get_state (look.camera);
  till_scanner_get_facts (look.camera, &facts);
  till_scanner_stop (look.camera);

  devices = till_scanner_list_devices (look.camera);
  camera.device = find_device (devices, &facts);
  camera.rate = rate_of (&facts);
  finding.health = judge (&camera);
  *worst = MAX (*worst, finding.health);
  func (&finding, user_data);
}
