/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "reader/backend.h"

#include <string.h>

#ifdef TILL_HAVE_NFC
#include "reader/nfc.h"
#endif
#ifdef TILL_HAVE_PCSC
#include "reader/pcsc.h"
#endif

/* What "auto" tries at USB when pcscd has no contactless reader. */
static const char *const usb_drivers[] = { "acr122_usb", "pn53x_usb" };

#ifdef TILL_HAVE_PCSC
static TillTapState
open_pcsc (const char *connstring,
           TillOpened *opened)
{
  opened->way = &till_backend_pcsc;
  opened->connstring = g_strdup (connstring);

  return till_backend_pcsc.open (connstring, &opened->self);
}

/* The first one whose name says that it has an antenna. */
static char *
choose_pcsc (void)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  till_pcsc_list (names);
  for (guint i = 0; i < names->len; i++) {
    if (till_pcsc_is_contactless (names->pdata[i]))
      return g_strconcat (TILL_PCSC_PREFIX, (const char *) names->pdata[i], NULL);
  }

  return NULL;
}
#else
#define TILL_PCSC_PREFIX "pcsc:"

static TillTapState
open_pcsc (const char *connstring,
           TillOpened *opened)
{
  return TILL_TAP_UNABLE;
}

static char *
choose_pcsc (void)
{
  return NULL;
}
#endif

#ifdef TILL_HAVE_NFC
static TillTapState
open_nfc (const char *connstring,
          TillOpened *opened)
{
  opened->way = &till_backend_nfc;
  opened->connstring = g_strdup (connstring);

  return till_backend_nfc.open (connstring, &opened->self);
}
#else
static TillTapState
open_nfc (const char *connstring,
          TillOpened *opened)
{
  return TILL_TAP_UNABLE;
}
#endif

/* pcscd owns the readers of a desktop; then libnfc at USB. Serial ports are chosen by hand: to try
 * one is to write to whatever is there. */
static TillTapState
open_best (TillOpened *opened)
{
  g_autofree char *name = choose_pcsc ();
  TillTapState state = TILL_TAP_ABSENT;

  if (name)
    return open_pcsc (name, opened);
  for (guint i = 0; i < G_N_ELEMENTS (usb_drivers) && state == TILL_TAP_ABSENT; i++) {
    g_clear_pointer (&opened->connstring, g_free);
    state = open_nfc (usb_drivers[i], opened);
  }

  return state;
}

/**
 * till_backend_open:
 * @connstring: "auto", "pcsc:NAME" or libnfc's, as "pn532_uart:/dev/ttyUSB0:115200"
 * @opened: (out caller-allocates): all zeros before
 *
 * Returns: %TILL_TAP_WAITING, or what is wrong
 */
TillTapState
till_backend_open (const char *connstring,
                   TillOpened *opened)
{
  if (strcmp (connstring, "auto") == 0)
    return open_best (opened);

  return g_str_has_prefix (connstring, TILL_PCSC_PREFIX) ? open_pcsc (connstring, opened)
                                                         : open_nfc (connstring, opened);
}
