/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/nfc.h"

#include "reader/nfc-port.h"
#include "reader/watchdog.h"

#include <nfc/nfc.h>
#include <string.h>

/* Longer than a card may think about one command; libnfc would wait for ever without. */
#define CARRY_MS 1000

/* No call into libnfc may take longer. */
#define OPEN_WATCH_MS 1800
#define CALL_WATCH_MS 1500

typedef struct {
  TillNfcPort port;
  guint8      wide[512];  /* libnfc copies first and compares lengths later */
} Nfc;

static void
close_nfc (gpointer self)
{
  Nfc *nfc = self;

  till_watchdog_arm (CALL_WATCH_MS);
  till_nfc_port_close (&nfc->port);
  till_watchdog_rest ();
  explicit_bzero (nfc, sizeof *nfc);
  g_free (nfc);
}

static TillTapState
open_nfc (const char *connstring,
          gpointer   *self)
{
  Nfc *nfc = g_new0 (Nfc, 1);
  TillTapState state;

  till_watchdog_arm (OPEN_WATCH_MS);
  state = till_nfc_port_open (&nfc->port, connstring);
  if (state == TILL_TAP_WAITING &&
      (nfc_initiator_init (nfc->port.device) < 0 ||
       /* A search that never ends cannot be left but by an error. */
       nfc_device_set_property_bool (nfc->port.device, NP_INFINITE_SELECT, FALSE) < 0))
    state = TILL_TAP_FAULT;
  till_watchdog_rest ();
  if (state == TILL_TAP_WAITING)
    *self = nfc;
  else
    close_nfc (nfc);

  return state;
}

static TillFind
find_nfc (gpointer self)
{
  static const nfc_modulation types[] = {
    { .nmt = NMT_ISO14443A, .nbr = NBR_106 },
    { .nmt = NMT_ISO14443B, .nbr = NBR_106 },
  };
  Nfc *nfc = self;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    nfc_target target;
    int n;

    till_watchdog_arm (CALL_WATCH_MS);
    n = nfc_initiator_select_passive_target (nfc->port.device, types[i], NULL, 0, &target);
    till_watchdog_rest ();
    /* Silence is no empty field: of that the chip tells at once. */
    if (n < 0 && n != NFC_EINVARG && n != NFC_ERFTRANS)
      return TILL_FIND_FAULT;
    /* SEL_RES, bit 20: the card speaks ISO 14443-4. */
    if (n > 0)
      return types[i].nmt != NMT_ISO14443A || target.nti.nai.btSak & 0x20 ? TILL_FIND_CARD
                                                                          : TILL_FIND_OTHER;
  }

  return TILL_FIND_NONE;
}

static TillCarry
carry_nfc (gpointer      self,
           const guint8 *capdu,
           gsize         n_capdu,
           guint8       *rapdu,
           gsize        *n_rapdu)
{
  Nfc *nfc = self;
  int n;

  till_watchdog_arm (CALL_WATCH_MS);
  n = nfc_initiator_transceive_bytes (nfc->port.device, capdu, n_capdu, nfc->wide,
                                      sizeof nfc->wide, CARRY_MS);
  till_watchdog_rest ();
  if (n > TILL_RAPDU_MAX)
    return TILL_CARRY_FAULT;
  if (n >= 0) {
    memcpy (rapdu, nfc->wide, (gsize) n);
    explicit_bzero (nfc->wide, (gsize) n);
    *n_rapdu = (gsize) n;
    return TILL_CARRY_DONE;
  }

  /* EINVARG stands for status 27, "no target". */
  return n == NFC_ERFTRANS || n == NFC_ETGRELEASED || n == NFC_EINVARG ? TILL_CARRY_LOST
                                                                       : TILL_CARRY_FAULT;
}

static void
leave_nfc (gpointer self)
{
  Nfc *nfc = self;

  till_watchdog_arm (CALL_WATCH_MS);
  nfc_initiator_deselect_target (nfc->port.device);
  till_watchdog_rest ();
}

const TillBackend till_backend_nfc = { open_nfc, find_nfc, carry_nfc, leave_nfc, close_nfc };
