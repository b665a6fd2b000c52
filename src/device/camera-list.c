/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-list.h"

#include <string.h>

#include "device/camera-mode.h"
#include "port/scanner.h"

/* The cameras that GStreamer knows: those of PipeWire where it runs, else those of V4L2. */

/* Where a provider says which file a camera has. */
static const char *const path_keys[] = { "device.path", "api.v4l2.path" };

static GList *
find_cameras (void)
{
  g_autoptr (GstDeviceMonitor) monitor = NULL;

  if (!gst_init_check (NULL, NULL, NULL))
    return NULL;

  monitor = gst_device_monitor_new ();
  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);

  return gst_device_monitor_get_devices (monitor);
}

/**
 * till_camera_list_get_path:
 *
 * Returns: (transfer full) (nullable): the camera's device file
 */
char *
till_camera_list_get_path (GstDevice *camera)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (camera);
  char *path = NULL;

  for (guint i = 0; properties && !path && i < G_N_ELEMENTS (path_keys); i++)
    path = g_strdup (gst_structure_get_string (properties, path_keys[i]));

  return path;
}

static gboolean
is_wanted (GstDevice  *camera,
           const char *device)
{
  g_autofree char *name = gst_device_get_display_name (camera);
  g_autofree char *path = till_camera_list_get_path (camera);

  return strcmp (device, "auto") == 0 || g_strcmp0 (device, name) == 0 ||
         g_strcmp0 (device, path) == 0;
}

static TillScannerDevice *
describe (GstDevice *camera)
{
  TillScannerDevice *device = g_new0 (TillScannerDevice, 1);
  g_autoptr (GstCaps) caps = gst_device_get_caps (camera);
  g_autoptr (GPtrArray) modes = caps ? till_camera_modes_find (caps) : g_ptr_array_new ();
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < modes->len; i++) {
    g_autofree char *text = till_camera_mode_to_text (modes->pdata[i]);

    g_strv_builder_add (texts, text);
  }
  device->name = gst_device_get_display_name (camera);
  device->path = till_camera_list_get_path (camera);
  device->modes = g_strv_builder_end (texts);

  return device;
}

/**
 * till_camera_list_find:
 *
 * Returns: (transfer full) (element-type TillScannerDevice): the cameras that are plugged in
 */
GPtrArray *
till_camera_list_find (void)
{
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) till_scanner_device_free);
  GList *cameras = find_cameras ();

  for (GList *camera = cameras; camera; camera = camera->next)
    g_ptr_array_add (devices, describe (camera->data));
  g_list_free_full (cameras, gst_object_unref);

  return devices;
}

/**
 * till_camera_list_add_portal:
 * @devices: (element-type TillScannerDevice)
 *
 * Which camera the desktop will show, and how it works, is not known before it is asked.
 */
void
till_camera_list_add_portal (GPtrArray *devices)
{
  TillScannerDevice *device = g_new0 (TillScannerDevice, 1);

  device->name = g_strdup (TILL_SCANNER_PORTAL);
  device->modes = g_new0 (char *, 1);
  g_ptr_array_add (devices, device);
}

/**
 * till_camera_list_pick:
 * @device: "auto" for the first, or a camera's name or path
 *
 * Returns: (transfer full) (nullable): the camera that is meant
 */
GstDevice *
till_camera_list_pick (const char *device)
{
  GList *cameras = find_cameras ();
  GstDevice *picked = NULL;

  for (GList *camera = cameras; camera && !picked; camera = camera->next) {
    if (is_wanted (camera->data, device))
      picked = gst_object_ref (camera->data);
  }
  g_list_free_full (cameras, gst_object_unref);

  return picked;
}
