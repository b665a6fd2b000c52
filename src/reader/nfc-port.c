/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/nfc-port.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The drivers that a connstring may name. Those that would try serial ports by themselves, or are
 * not in Debian's build, are not among them. */
static const struct {
  const char *driver;
  gboolean    has_port;
} drivers[] = {
  { "acr122_usb", FALSE },
  { "pn53x_usb",  FALSE },
  { "pn532_uart", TRUE },
  { "acr122s",    TRUE },
  { "arygon",     TRUE },
};

static const struct {
  int          code;
  TillTapState state;
} faults[] = {
  { ENOENT,      TILL_TAP_ABSENT },
  { ENXIO,       TILL_TAP_ABSENT },
  { ENODEV,      TILL_TAP_ABSENT },
  { EIO,         TILL_TAP_ABSENT },
  { EACCES,      TILL_TAP_FORBIDDEN },
  { EPERM,       TILL_TAP_FORBIDDEN },
  { EBUSY,       TILL_TAP_BUSY },
  { EWOULDBLOCK, TILL_TAP_BUSY },
};

static TillTapState
state_of (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (faults[i].code == code)
      return faults[i].state;
  }

  return TILL_TAP_FAULT;
}

/* libnfc's own claim of a port is void: two processes would open it at once. */
static TillTapState
lock_port (TillNfcPort *port,
           const char  *path)
{
  const int fd = open (path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return state_of (errno);
  if (!isatty (fd) || flock (fd, LOCK_EX | LOCK_NB) < 0) {
    const TillTapState state = isatty (fd) ? state_of (errno) : TILL_TAP_FAULT;

    close (fd);
    return state;
  }
  port->lock = fd;

  return TILL_TAP_WAITING;
}

/* DRIVER[:PORT[:SPEED]] */
static TillTapState
claim (TillNfcPort *port,
       const char  *connstring)
{
  g_auto (GStrv) parts = g_strsplit (connstring, ":", 4);

  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++) {
    if (g_strcmp0 (parts[0], drivers[i].driver) != 0)
      continue;
    if (!drivers[i].has_port)
      return TILL_TAP_WAITING;
    return parts[1] && parts[1][0] == '/' ? lock_port (port, parts[1]) : TILL_TAP_ABSENT;
  }

  return TILL_TAP_UNABLE;
}

/**
 * till_nfc_port_open:
 * @port: all zeros
 * @connstring: libnfc's; one with a serial port names it
 *
 * Opens a device by its name: nothing is searched for, so no other serial device is written to.
 *
 * Returns: %TILL_TAP_WAITING, or what is wrong; till_nfc_port_close() is due either way
 */
TillTapState
till_nfc_port_open (TillNfcPort *port,
                    const char  *connstring)
{
  const TillTapState state = strlen (connstring) < NFC_BUFSIZE_CONNSTRING
                               ? claim (port, connstring) : TILL_TAP_ABSENT;

  if (state != TILL_TAP_WAITING)
    return state;

  nfc_init (&port->context);
  port->device = port->context ? nfc_open (port->context, connstring) : NULL;
  if (port->device)
    return TILL_TAP_WAITING;

  /* At USB libnfc does not say why; the till looks itself who has it. */
  return port->lock ? TILL_TAP_FAULT : TILL_TAP_ABSENT;
}

void
till_nfc_port_close (TillNfcPort *port)
{
  if (port->device)
    nfc_close (port->device);
  if (port->context)
    nfc_exit (port->context);
  if (port->lock)
    close (port->lock);
}
