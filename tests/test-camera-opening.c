/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-opening.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define NO_ERROR -1

/* What is the matter, from what is known of the camera and what GStreamer says. */
static const struct {
  const char       *name;     /* NULL: no camera was found */
  const char       *path;
  int               code;     /* of GStreamer's resources */
  TillScannerState  why;
} cases[] = {
  { "C920", "/dev/null", GST_RESOURCE_ERROR_BUSY,           TILL_SCANNER_BUSY },
  { "C920", NULL,        GST_RESOURCE_ERROR_BUSY,           TILL_SCANNER_BUSY },
  { "C920", NULL,        GST_RESOURCE_ERROR_NOT_AUTHORIZED, TILL_SCANNER_FORBIDDEN },
  { "C920", NULL,        GST_RESOURCE_ERROR_NOT_FOUND,      TILL_SCANNER_ABSENT },
  { "C920", NULL,        GST_RESOURCE_ERROR_OPEN_READ,      TILL_SCANNER_SILENT },
  { "C920", "/dev/null", GST_RESOURCE_ERROR_FAILED,         TILL_SCANNER_SILENT },
  { "C920", NULL,        NO_ERROR,                          TILL_SCANNER_ABSENT },
  { "C920", "/dev/till-no-such-camera", GST_RESOURCE_ERROR_READ, TILL_SCANNER_ABSENT },
  { "C920", "/dev/till-no-such-camera", GST_RESOURCE_ERROR_BUSY, TILL_SCANNER_ABSENT },
  { "C920", "/dev/till-no-such-camera", NO_ERROR,           TILL_SCANNER_ABSENT },
};

static TillScannerState
ask_why (const char *name,
         const char *path,
         int         code)
{
  TillCameraOpening opening = { .name = g_strdup (name), .path = g_strdup (path) };
  g_autoptr (GError) error = code == NO_ERROR ? NULL
                             : g_error_new_literal (GST_RESOURCE_ERROR, code, "as GStreamer says");
  TillScannerState why = till_camera_opening_why (&opening, error);

  till_camera_opening_clear (&opening);

  return why;
}

static void
test_why (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("row %u", i);
    g_assert_cmpint (ask_why (cases[i].name, cases[i].path, cases[i].code), ==, cases[i].why);
  }
}

/* GStreamer says "cannot open" of a file that this user may not open: it is asked about itself. */
static void
test_forbidden (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("till-camera-XXXXXX", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  if (access (path, R_OK) == 0)
    g_test_skip ("this user may open anything");
  else
    g_assert_cmpint (ask_why ("C920", path, GST_RESOURCE_ERROR_OPEN_READ_WRITE), ==,
                     TILL_SCANNER_FORBIDDEN);
  g_unlink (path);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/camera-opening/why", test_why);
  g_test_add_func ("/camera-opening/forbidden", test_forbidden);

  return g_test_run ();
}
