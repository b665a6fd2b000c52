/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "virtual-card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

/* A PC/SC library with virtual cards in it, preloaded into till-reader: pcscd itself needs root and
 * its one socket. What is there stands in the file that TILL_FAKE_PCSC names: a line "reader NAME"
 * for each reader, "card NAME" for what lies on the last one, "fault WORD": no-service, forbidden,
 * shared, mute, memory, pulled, unavailable. It is opened when the library is loaded: till-reader
 * clears its environment, and gives up to open files. */

#define HANDLE 1

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, sizeof (SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, sizeof (SCARD_IO_REQUEST) };
const SCARD_IO_REQUEST g_rgSCardRawPci = { SCARD_PROTOCOL_RAW, sizeof (SCARD_IO_REQUEST) };

static FILE *file;
static VirtualCard *card;   /* that is connected */

typedef struct {
  char readers[1024];   /* each ends with a zero byte, the last with two */
  char last[256];
  char card[64];
  char fault[64];
} There;

__attribute__ ((constructor))
static void
open_file (void)
{
  const char *path = getenv ("TILL_FAKE_PCSC");

  file = path ? fopen (path, "re") : NULL;
}

static There
look (void)
{
  There there = { 0 };
  char line[256];
  gsize at = 0;

  if (file)
    rewind (file);
  while (file && fgets (line, sizeof line, file)) {
    line[strcspn (line, "\n")] = '\0';
    if (strncmp (line, "reader ", 7) == 0) {
      g_strlcpy (there.last, line + 7, sizeof there.last);
      at += g_strlcpy (there.readers + at, line + 7, sizeof there.readers - at - 1) + 1;
    } else if (strncmp (line, "card ", 5) == 0) {
      g_strlcpy (there.card, line + 5, sizeof there.card);
    } else if (strncmp (line, "fault ", 6) == 0) {
      g_strlcpy (there.fault, line + 6, sizeof there.fault);
    }
  }

  return there;
}

static gboolean
is_fault (const There *there,
          const char  *word)
{
  return strcmp (there->fault, word) == 0;
}

static gboolean
has_reader (const There *there,
            const char  *name)
{
  for (const char *at = there->readers; at[0]; at += strlen (at) + 1) {
    if (strcmp (at, name) == 0)
      return TRUE;
  }

  return FALSE;
}

LONG
SCardEstablishContext (DWORD          scope,
                       LPCVOID        reserved_1,
                       LPCVOID        reserved_2,
                       LPSCARDCONTEXT context)
{
  const There there = look ();

  if (is_fault (&there, "no-service"))
    return (LONG) SCARD_E_NO_SERVICE;
  if (is_fault (&there, "forbidden"))
    return (LONG) SCARD_W_SECURITY_VIOLATION;
  *context = HANDLE;

  return SCARD_S_SUCCESS;
}

LONG
SCardReleaseContext (SCARDCONTEXT context)
{
  return SCARD_S_SUCCESS;
}

LONG
SCardListReaders (SCARDCONTEXT context,
                  LPCSTR       groups,
                  LPSTR        readers,
                  LPDWORD      n_bytes)
{
  const There there = look ();
  gsize n = 0;

  while (there.readers[n])
    n += strlen (there.readers + n) + 1;
  if (n == 0)
    return (LONG) SCARD_E_NO_READERS_AVAILABLE;
  memcpy (readers, there.readers, n + 1);
  *n_bytes = n + 1;

  return SCARD_S_SUCCESS;
}

LONG
SCardGetStatusChange (SCARDCONTEXT       context,
                      DWORD              timeout,
                      SCARD_READERSTATE *states,
                      DWORD              n_states)
{
  const There there = look ();

  if (!has_reader (&there, states->szReader))
    return (LONG) SCARD_E_UNKNOWN_READER;
  states->dwEventState = SCARD_STATE_EMPTY;
  if (is_fault (&there, "unavailable"))
    states->dwEventState = SCARD_STATE_UNAVAILABLE;
  else if (there.card[0] && strcmp (states->szReader, there.last) == 0)
    states->dwEventState = SCARD_STATE_PRESENT | (is_fault (&there, "mute") ? SCARD_STATE_MUTE : 0);

  return SCARD_S_SUCCESS;
}

LONG
SCardConnect (SCARDCONTEXT  context,
              LPCSTR        reader,
              DWORD         share,
              DWORD         protocols,
              LPSCARDHANDLE handle,
              LPDWORD       protocol)
{
  const There there = look ();

  if (share != SCARD_SHARE_EXCLUSIVE)
    return (LONG) SCARD_E_INVALID_PARAMETER;
  if (is_fault (&there, "shared"))
    return (LONG) SCARD_E_SHARING_VIOLATION;
  if (!there.card[0] || strcmp (reader, there.last) != 0)
    return (LONG) SCARD_E_NO_SMARTCARD;
  card = virtual_card_new (there.card);
  *handle = HANDLE;
  *protocol = SCARD_PROTOCOL_T1;

  return SCARD_S_SUCCESS;
}

LONG
SCardDisconnect (SCARDHANDLE handle,
                 DWORD       disposition)
{
  g_clear_pointer (&card, virtual_card_free);

  return SCARD_S_SUCCESS;
}

LONG
SCardStatus (SCARDHANDLE handle,
             LPSTR       name,
             LPDWORD     n_name,
             LPDWORD     state,
             LPDWORD     protocol,
             LPBYTE      atr,
             LPDWORD     n_atr)
{
  static const guint8 of_card[] = { 0x3b, 0x85, 0x80, 0x01, 0x00, 0x31, 0xc1, 0x73, 0xc8, 0x4f };
  static const guint8 of_memory[] = { 0x3b, 0x8f, 0x80, 0x01, 0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00,
                                      0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6a };
  const There there = look ();
  const gboolean is_memory = is_fault (&there, "memory");

  *n_atr = is_memory ? sizeof of_memory : sizeof of_card;
  memcpy (atr, is_memory ? of_memory : of_card, *n_atr);

  return SCARD_S_SUCCESS;
}

LONG
SCardTransmit (SCARDHANDLE             handle,
               const SCARD_IO_REQUEST *send,
               LPCBYTE                 capdu,
               DWORD                   n_capdu,
               SCARD_IO_REQUEST       *receive,
               LPBYTE                  rapdu,
               LPDWORD                 n_rapdu)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  const There there = look ();

  if (!card || is_fault (&there, "pulled"))
    return (LONG) SCARD_E_NOT_TRANSACTED;
  virtual_card_transmit (card, capdu, n_capdu, answer);
  if (answer->len > *n_rapdu)
    return (LONG) SCARD_E_INSUFFICIENT_BUFFER;
  memcpy (rapdu, answer->data, answer->len);
  *n_rapdu = answer->len;

  return SCARD_S_SUCCESS;
}
