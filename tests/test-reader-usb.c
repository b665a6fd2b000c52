/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-usb.h"

#include "device/reader-holder.h"
#include "port/tap.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A system that has one reader at USB, as its files show it. */
typedef struct {
  const char   *vendor;
  const char   *product;
  const char   *driver;      /* of its interface; NULL for none */
  gboolean      has_node;    /* in /dev, and it may be written to */
  gboolean      has_pcscd;
  const char   *name;        /* NULL where it is no reader */
  TillTapState  state;
  const char   *holder;
  const char   *remedy;      /* how it begins */
} Case;

static const Case cases[] = {
  { "072f", "2200", NULL, TRUE, FALSE, "ACS ACR122", TILL_TAP_WAITING, NULL, NULL },
  { "04cc", "2533", NULL, TRUE, TRUE, "NXP PN533", TILL_TAP_WAITING, NULL, NULL },
  { "04e6", "5591", "pn533_usb", TRUE, FALSE, "SCM SCL3711", TILL_TAP_BUSY, "pn533_usb",
    "sudo modprobe -r pn533_usb" },
  { "072f", "2200", "usbfs", TRUE, TRUE, "ACS ACR122", TILL_TAP_BUSY, "pcscd",
    "sudo systemctl restart pcscd" },
  { "072f", "2200", "usbfs", TRUE, FALSE, "ACS ACR122", TILL_TAP_BUSY, NULL, "sudo fuser" },
  { "072f", "2200", NULL, FALSE, FALSE, "ACS ACR122", TILL_TAP_FORBIDDEN, NULL, "sudo udevadm" },
  { "046d", "c52b", "usbhid", TRUE, FALSE, NULL },
  { "072f", "ffff", NULL, TRUE, FALSE, NULL },
  { "", "", NULL, TRUE, FALSE, NULL },
};

static void
write_file (const char *root,
            const char *path,
            const char *text)
{
  g_autofree char *whole = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (whole, text, -1, NULL));
}

static char *
make_root (const Case *row)
{
  char *root = g_dir_make_tmp ("till-usb-XXXXXX", NULL);
  g_autofree char *interface = g_build_filename (root, "sys/bus/usb/devices/1-2:1.0", NULL);
  g_autofree char *driver = g_build_filename (interface, "driver", NULL);
  g_autofree char *target = g_build_filename ("../drivers", row->driver, NULL);

  write_file (root, "sys/bus/usb/devices/1-2/idVendor", row->vendor);
  write_file (root, "sys/bus/usb/devices/1-2/idProduct", row->product);
  write_file (root, "sys/bus/usb/devices/1-2/busnum", "1\n");
  write_file (root, "sys/bus/usb/devices/1-2/devnum", "7\n");
  write_file (root, "sys/bus/usb/devices/usb1/idVendor", "1d6b\n");
  g_assert_cmpint (g_mkdir_with_parents (interface, 0700), ==, 0);
  if (row->driver)
    g_assert_cmpint (symlink (target, driver), ==, 0);
  if (row->has_node)
    write_file (root, "dev/bus/usb/001/007", "");
  if (row->has_pcscd)
    write_file (root, "run/pcscd/pcscd.comm", "");

  return root;
}

static void
remove_root (char *root)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", root);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (root);
}

/* What is plugged in, who has it, and what a technician may do. */
static void
test_usb (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) readers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) till_tap_reader_free);
    char *root = make_root (&cases[i]);
    const TillTapReader *found;

    till_reader_usb_list (readers, root);
    g_assert_cmpuint (readers->len, ==, cases[i].name ? 1 : 0);
    if (cases[i].name) {
      found = readers->pdata[0];
      g_assert_cmpstr (found->name, ==, cases[i].name);
      g_assert_cmpint (found->state, ==, cases[i].state);
      g_assert_cmpstr (found->holder, ==, cases[i].holder);
      if (cases[i].remedy)
        g_assert_true (g_str_has_prefix (found->remedy, cases[i].remedy));
      else
        g_assert_null (found->remedy);
    }
    remove_root (root);
  }
}

static const struct {
  guint         row;      /* of cases */
  TillTapState  told;
  const char   *reader;
  TillTapState  state;
} refined[] = {
  { 2, TILL_TAP_ABSENT,  "auto",                     TILL_TAP_BUSY },
  { 2, TILL_TAP_ABSENT,  "pn53x_usb:001:007",        TILL_TAP_BUSY },
  { 4, TILL_TAP_ABSENT,  "acr122_usb",               TILL_TAP_BUSY },
  { 5, TILL_TAP_ABSENT,  "acr122_usb",               TILL_TAP_FORBIDDEN },
  { 5, TILL_TAP_FAULT,   "acr122_usb",               TILL_TAP_FAULT },
  { 5, TILL_TAP_ABSENT,  "pn53x_usb",                TILL_TAP_ABSENT },
  { 5, TILL_TAP_ABSENT,  "pn532_uart:/dev/ttyUSB0",  TILL_TAP_ABSENT },
  { 0, TILL_TAP_ABSENT,  "auto",                     TILL_TAP_FAULT },
  { 0, TILL_TAP_ABSENT,  "acr122_usb:001:007",       TILL_TAP_FAULT },
  { 0, TILL_TAP_ABSENT,  "pn53x_usb",                TILL_TAP_ABSENT },
  { 6, TILL_TAP_ABSENT,  "auto",                     TILL_TAP_ABSENT },
};

/* "Not there" is said for what it is only where it is. */
static void
test_refine (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refined); i++) {
    char *root = make_root (&cases[refined[i].row]);

    g_assert_cmpint (till_reader_usb_refine (refined[i].told, refined[i].reader, root), ==,
                     refined[i].state);
    remove_root (root);
  }
}

static void
open_in (const char *root,
         const char *pid,
         const char *name,
         const char *device)
{
  g_autofree char *comm = g_build_filename ("proc", pid, "comm", NULL);
  g_autofree char *folder = g_build_filename (root, "proc", pid, "fd", NULL);
  g_autofree char *link = g_build_filename (folder, "7", NULL);
  g_autofree char *target = g_build_filename (root, device, NULL);

  write_file (root, comm, name);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link), ==, 0);
}

/* A program that has the device open is named; one that has another is not, nor are we. */
static void
test_holder (void)
{
  g_autofree char *own = g_strdup_printf ("%d", (int) getpid ());
  const struct {
    const char *pid;
    const char *device;
    const char *holder;
  } rows[] = {
    { "123", "dev/bus/usb/001/007", "gpsd" },
    { "123", "dev/bus/usb/001/008", NULL },
    { "self", "dev/bus/usb/001/007", NULL },
    { own, "dev/bus/usb/001/007", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    char *root = make_root (&cases[4]);
    g_autofree char *node = g_build_filename (root, "dev/bus/usb/001/007", NULL);
    g_autofree char *holder = NULL;

    write_file (root, "dev/bus/usb/001/008", "");
    open_in (root, rows[i].pid, "gpsd\n", rows[i].device);
    holder = till_reader_holder_find (node, root);
    g_assert_cmpstr (holder, ==, rows[i].holder);
    remove_root (root);
  }
}

/* Whose child has it open is told by its status: our own, which is leaving, does not count. */
static void
test_own_child (void)
{
  static const gboolean is_ours[] = { TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (is_ours); i++) {
    char *root = make_root (&cases[4]);
    g_autofree char *node = g_build_filename (root, "dev/bus/usb/001/007", NULL);
    g_autofree char *status = g_strdup_printf ("Name:\ttill-reader\nPPid:\t%d\n",
                                               is_ours[i] ? (int) getpid () : 1);
    g_autofree char *holder = NULL;

    open_in (root, "123", "till-reader\n", "dev/bus/usb/001/007");
    write_file (root, "proc/123/status", status);
    holder = till_reader_holder_find (node, root);
    g_assert_cmpstr (holder, ==, is_ours[i] ? NULL : "till-reader");
    remove_root (root);
  }
}

/* Ports by names that stay; none whose name libnfc would cut. */
static void
test_serial (void)
{
  g_autoptr (GPtrArray) readers =
    g_ptr_array_new_with_free_func ((GDestroyNotify) till_tap_reader_free);
  char *root = g_dir_make_tmp ("till-usb-XXXXXX", NULL);
  g_autofree char *expected =
    g_strdup_printf ("pn532_uart:%s/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0:115200", root);
  const TillTapReader *found;

  write_file (root, "dev/serial/by-id/usb-1a86_USB_Serial-if00-port0", "");
  write_file (root, "dev/serial/by-id/usb-with:colon", "");
  till_reader_usb_list (readers, root);
  g_assert_cmpuint (readers->len, ==, 1);
  found = readers->pdata[0];
  g_assert_cmpstr (found->reader, ==, expected);
  g_assert_cmpint (found->state, ==, TILL_TAP_WAITING);
  g_assert_null (found->holder);

  open_in (root, "123", "ModemManager\n", "dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
  g_ptr_array_set_size (readers, 0);
  till_reader_usb_list (readers, root);
  found = readers->pdata[0];
  g_assert_cmpint (found->state, ==, TILL_TAP_BUSY);
  g_assert_cmpstr (found->holder, ==, "ModemManager");
  g_assert_true (g_str_has_prefix (found->remedy, "sudo fuser"));
  remove_root (root);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader-usb/usb", test_usb);
  g_test_add_func ("/reader-usb/refine", test_refine);
  g_test_add_func ("/reader-usb/holder", test_holder);
  g_test_add_func ("/reader-usb/own-child", test_own_child);
  g_test_add_func ("/reader-usb/serial", test_serial);

  return g_test_run ();
}
