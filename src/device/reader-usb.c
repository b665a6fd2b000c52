/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-usb.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "device/reader-holder.h"
#include "port/tap.h"

/* The readers that libnfc 1.8 knows at USB. Sources: its tables in drivers/acr122_usb.c and
 * drivers/pn53x_usb.c, and Debian's 93-pn53x.rules. */
static const struct {
  const char *vendor;
  const char *product;
  const char *name;
  const char *reader;
} known[] = {
  { "072f", "2200", "ACS ACR122",             "acr122_usb" },
  { "072f", "90cc", "touchatag",              "acr122_usb" },
  { "072f", "2214", "ACS ACR1222",            "acr122_usb" },
  { "04cc", "0531", "NXP PN531",              "pn53x_usb" },
  { "054c", "0193", "Sony PN531",             "pn53x_usb" },
  { "04cc", "2533", "NXP PN533",              "pn53x_usb" },
  { "04e6", "5591", "SCM SCL3711",            "pn53x_usb" },
  { "04e6", "5594", "SCM SCL3712",            "pn53x_usb" },
  { "1fd3", "0608", "ASK LoGO",               "pn53x_usb" },
  { "054c", "02e1", "Sony RC-S360",           "pn53x_usb" },
};

/* What a technician may type. A till never runs these. */
#define RELEASE_KERNEL "sudo modprobe -r pn533_usb pn533 nfc"
#define START_PCSCD    "sudo systemctl restart pcscd.socket pcscd.service"
#define FIND_HOLDER    "sudo fuser -v /dev/bus/usb/*/*"
#define GIVE_USB       "sudo udevadm control --reload && sudo udevadm trigger -s usb"
#define GIVE_SERIAL    "sudo usermod -aG dialout \"$USER\""
#define FIND_AT_SERIAL "sudo fuser -v /dev/serial/by-id/*"

/* Why it can or cannot be had. */
typedef struct {
  TillTapState  state;
  const char   *holder;
  const char   *remedy;
} Standing;

static char *
read_line (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");

  return g_strstrip (text);
}

static const char *
find_name (const char  *folder,
           const char **reader)
{
  g_autofree char *vendor = read_line (folder, "idVendor");
  g_autofree char *product = read_line (folder, "idProduct");

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strcmp (known[i].vendor, vendor) == 0 && strcmp (known[i].product, product) == 0) {
      *reader = known[i].reader;
      return known[i].name;
    }
  }

  return NULL;
}

/* The kernel's driver of one of its interfaces: "pn533_usb"; "usbfs" where a process has claimed
 * it. */
static char *
find_driver (const char *devices,
             const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (devices, 0, NULL);
  g_autofree char *prefix = g_strconcat (name, ":", NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir))) {
    g_autofree char *link = g_build_filename (devices, entry, "driver", NULL);
    g_autofree char *target = g_str_has_prefix (entry, prefix)
                                ? g_file_read_link (link, NULL) : NULL;

    if (target)
      return g_path_get_basename (target);
  }

  return NULL;
}

static char *
node_of (const char *folder,
         const char *root)
{
  g_autofree char *bus = read_line (folder, "busnum");
  g_autofree char *device = read_line (folder, "devnum");

  return g_strdup_printf ("%s/dev/bus/usb/%03d/%03d", root, (int) g_ascii_strtoll (bus, NULL, 10),
                          (int) g_ascii_strtoll (device, NULL, 10));
}

static gboolean
has_pcscd (const char *root)
{
  g_autofree char *path = g_build_filename (root, "run", "pcscd", "pcscd.comm", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static Standing
judge (const char *node,
       const char *driver,
       const char *root)
{
  if (driver && strcmp (driver, "usbfs") != 0)
    return (Standing) { TILL_TAP_BUSY, driver, RELEASE_KERNEL };
  if (driver && has_pcscd (root))
    return (Standing) { TILL_TAP_BUSY, "pcscd", START_PCSCD };
  if (driver)
    return (Standing) { TILL_TAP_BUSY, NULL, FIND_HOLDER };
  if (access (node, W_OK) != 0)
    return (Standing) { TILL_TAP_FORBIDDEN, NULL, GIVE_USB };

  return (Standing) { TILL_TAP_WAITING };
}

static TillTapReader *
look_at (const char *devices,
         const char *entry,
         const char *root)
{
  g_autofree char *folder = g_build_filename (devices, entry, NULL);
  g_autofree char *driver = find_driver (devices, entry);
  const char *reader = NULL;
  const char *name = find_name (folder, &reader);
  g_autofree char *node = node_of (folder, root);
  const Standing standing = judge (node, driver, root);
  TillTapReader *found;

  if (!name)
    return NULL;

  found = g_new0 (TillTapReader, 1);
  found->name = g_strdup (name);
  found->reader = g_strdup (reader);
  found->state = standing.state;
  found->holder = standing.state == TILL_TAP_BUSY && !standing.holder
                    ? till_reader_holder_find (node, root) : g_strdup (standing.holder);
  found->remedy = standing.remedy;

  return found;
}

static void
list_usb (GPtrArray  *readers,
          const char *root)
{
  g_autofree char *devices = g_build_filename (root, "sys", "bus", "usb", "devices", NULL);
  g_autoptr (GDir) dir = g_dir_open (devices, 0, NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir))) {
    TillTapReader *found = strchr (entry, ':') ? NULL : look_at (devices, entry, root);

    if (found)
      g_ptr_array_add (readers, found);
  }
}

/* Ports by names that stay when they are plugged in again. What is behind them nobody knows before
 * it is written to, which is why one is chosen by hand. */
static void
list_serial (GPtrArray  *readers,
             const char *root)
{
  g_autofree char *folder = g_build_filename (root, "dev", "serial", "by-id", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir && (entry = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, entry, NULL);
    const gboolean allowed = access (path, R_OK | W_OK) == 0;
    TillTapReader *found;

    /* libnfc parts its connstrings by colons. */
    if (strchr (entry, ':'))
      continue;
    found = g_new0 (TillTapReader, 1);
    found->name = g_strdup (entry);
    found->reader = g_strdup_printf ("pn532_uart:%s:115200", path);
    found->holder = till_reader_holder_find (path, root);
    found->state = !allowed        ? TILL_TAP_FORBIDDEN
                   : found->holder ? TILL_TAP_BUSY : TILL_TAP_WAITING;
    found->remedy = !allowed ? GIVE_SERIAL : found->holder ? FIND_AT_SERIAL : NULL;
    g_ptr_array_add (readers, found);
  }
}

/**
 * till_reader_usb_list:
 * @readers: (element-type TillTapReader): gets those at USB that are known, with who has them, and
 *   the serial ports that may have one
 * @root: "/", or where a test has put its files
 *
 * Looks at files only: opens no device.
 */
void
till_reader_usb_list (GPtrArray  *readers,
                      const char *root)
{
  list_usb (readers, root);
  list_serial (readers, root);
}

/**
 * till_reader_usb_refine:
 * @told: what till-reader says
 * @reader: the connstring that it was given
 *
 * At USB libnfc does not say why it cannot open a reader.
 *
 * Returns: @told, or what the system's files say about the reader that was not there
 */
TillTapState
till_reader_usb_refine (TillTapState  told,
                        const char   *reader,
                        const char   *root)
{
  g_autoptr (GPtrArray) readers =
    g_ptr_array_new_with_free_func ((GDestroyNotify) till_tap_reader_free);
  TillTapState state = told;

  if (told != TILL_TAP_ABSENT)
    return told;

  list_usb (readers, root);
  for (guint i = 0; i < readers->len; i++) {
    const TillTapReader *found = readers->pdata[i];

    if (strcmp (reader, "auto") != 0 && !g_str_has_prefix (reader, found->reader))
      continue;
    if (found->state != TILL_TAP_WAITING)
      return found->state;
    /* It is there, nothing keeps it away, and it could not be opened all the same. */
    state = TILL_TAP_FAULT;
  }

  return state;
}
