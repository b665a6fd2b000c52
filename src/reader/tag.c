/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/tag.h"

#include "code/tag4.h"
#include "reader/channel.h"
#include "reader/confine.h"
#include "reader/nfc-port.h"
#include "reader/watchdog.h"

#include <errno.h>
#include <nfc/nfc-emulation.h>
#include <string.h>

/* So long the reader waits for a phone before it is asked whether the till still wants it; a phone
 * may think so long between two commands. */
#define WAIT_MS 500
#define PHONE_MS 2000

#define OPEN_WATCH_MS 1800
#define CALL_WATCH_MS 5000

/* Others hang after a wait that was given up, until they are unplugged (libnfc's issues 117 and
 * 691). */
#define SURE_DRIVER "pn532_uart:"

/* Called by libnfc for each command of the phone. */
static int
answer_phone (struct nfc_emulator *emulator,
              const uint8_t       *capdu,
              const size_t         n_capdu,
              uint8_t             *rapdu,
              const size_t         n_room)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();

  till_watchdog_arm (CALL_WATCH_MS);
  if (n_capdu == 0)
    return 0;
  till_tag4_answer (emulator->user_data, capdu, n_capdu, answer);
  if (answer->len > n_room)
    return -ENOSPC;
  memcpy (rapdu, answer->data, answer->len);

  return (int) answer->len;
}

/* One phone, or none for a while. That the phone leaves is how it ends.
 * Returns: FALSE where the reader failed */
static gboolean
serve_phone (nfc_device *device,
             TillTag4   *tag)
{
  /* libnfc takes no other: type A, a number of four bytes that begins as random ones do. */
  nfc_target target = {
    .nm = { .nmt = NMT_ISO14443A, .nbr = NBR_UNDEFINED },
    .nti.nai = {
      .abtAtqa = { 0x00, 0x04 },
      .abtUid = { 0x08, 0x00, 0xb0, 0x0b },
      .szUidLen = 4,
      .btSak = 0x20,
      .abtAts = { 0x75, 0x33, 0x92, 0x03 },
      .szAtsLen = 4,
    },
  };
  struct nfc_emulation_state_machine machine = { .io = answer_phone };
  struct nfc_emulator emulator = { &target, &machine, tag };
  guint8 first[256];
  int n;

  till_watchdog_arm (CALL_WATCH_MS);
  n = nfc_target_init (device, &target, first, sizeof first, WAIT_MS);
  if (n >= 0)
    n = nfc_emulate_target (device, &emulator, PHONE_MS);
  till_watchdog_rest ();

  return n >= 0 || n == NFC_ETIMEOUT || n == NFC_ETGRELEASED || n == NFC_ERFTRANS;
}

/* Returns: whether it was the till that ended it */
static gboolean
serve_phones (nfc_device *device,
              TillTag4   *tag)
{
  do {
    if (!serve_phone (device, tag))
      return FALSE;
    if (till_tag4_was_read (tag))
      till_channel_send ("was-read", g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  } while (till_channel_pause (0));

  return TRUE;
}

/**
 * till_tag_show:
 * @any_reader: also by readers of which some hang afterwards
 *
 * Lets the reader be a tag that opens @uri on a phone, until the till leaves; tells "was-read" each
 * time that a phone has it all.
 *
 * Returns: %TILL_TAP_OFF where the till left, or what is wrong
 */
TillTapState
till_tag_show (const char *connstring,
               const char *uri,
               gboolean    any_reader)
{
  g_autoptr (TillTag4) tag = till_tag4_new (uri);
  TillNfcPort port = { 0 };
  TillTapState state;

  if (!tag || !(any_reader || g_str_has_prefix (connstring, SURE_DRIVER)))
    return TILL_TAP_UNABLE;

  till_watchdog_arm (OPEN_WATCH_MS);
  state = till_nfc_port_open (&port, connstring);
  till_watchdog_rest ();
  if (state == TILL_TAP_WAITING) {
    till_confine (NULL);
    till_channel_send_state (TILL_TAP_SHOWING);
    state = serve_phones (port.device, tag) ? TILL_TAP_OFF : TILL_TAP_FAULT;
  }
  till_nfc_port_close (&port);

  return state;
}
