/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/pcsc.h"

#include "reader/watchdog.h"

#include <string.h>
#include <winscard.h>

#define CALL_WATCH_MS 1500

typedef struct {
  SCARDCONTEXT context;
  SCARDHANDLE  card;
  gboolean     connected;
  DWORD        protocol;
  char        *name;
} Pcsc;

static const struct {
  LONG         code;
  TillTapState state;
} faults[] = {
  { SCARD_S_SUCCESS,                TILL_TAP_WAITING },
  { (LONG) SCARD_E_NO_SERVICE,           TILL_TAP_NO_SERVICE },
  { (LONG) SCARD_E_SERVICE_STOPPED,      TILL_TAP_NO_SERVICE },
  { (LONG) SCARD_W_SECURITY_VIOLATION,   TILL_TAP_FORBIDDEN },
  { (LONG) SCARD_E_NO_ACCESS,            TILL_TAP_FORBIDDEN },
  { (LONG) SCARD_E_SHARING_VIOLATION,    TILL_TAP_BUSY },
  { (LONG) SCARD_E_UNKNOWN_READER,       TILL_TAP_ABSENT },
  { (LONG) SCARD_E_READER_UNAVAILABLE,   TILL_TAP_ABSENT },
  { (LONG) SCARD_E_NO_READERS_AVAILABLE, TILL_TAP_ABSENT },
};

/* The card's doing, not the reader's. */
static const LONG lost[] = {
  (LONG) SCARD_E_NO_SMARTCARD, (LONG) SCARD_W_REMOVED_CARD, (LONG) SCARD_W_RESET_CARD,
  (LONG) SCARD_W_UNPOWERED_CARD, (LONG) SCARD_W_UNRESPONSIVE_CARD, (LONG) SCARD_E_NOT_TRANSACTED,
  (LONG) SCARD_E_PROTO_MISMATCH,
};

/* How readers with an antenna call themselves. Their slots for contact cards and for SAMs have
 * names of their own; what is not among these is chosen by hand. */
static const char *const contactless_words[] = {
  "PICC", "Contactless", "contactless", "ACR122", "ACR1252", "NFC", "OMNIKEY 5022", "SCL3711",
  "-CL", " CL",
};
static const char *const other_words[] = { "SAM", "ICC Reader" };

static TillTapState
state_of (LONG code)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (faults[i].code == code)
      return faults[i].state;
  }

  return TILL_TAP_FAULT;
}

static gboolean
is_lost (LONG code)
{
  for (guint i = 0; i < G_N_ELEMENTS (lost); i++) {
    if (lost[i] == code)
      return TRUE;
  }

  return FALSE;
}

static void
close_pcsc (gpointer self)
{
  Pcsc *pcsc = self;

  till_watchdog_arm (CALL_WATCH_MS);
  if (pcsc->connected)
    SCardDisconnect (pcsc->card, SCARD_RESET_CARD);
  if (pcsc->context)
    SCardReleaseContext (pcsc->context);
  till_watchdog_rest ();
  g_free (pcsc->name);
  g_free (pcsc);
}

static LONG
look (Pcsc  *pcsc,
      DWORD *state)
{
  SCARD_READERSTATE reader = { .szReader = pcsc->name, .dwCurrentState = SCARD_STATE_UNAWARE };
  const LONG code = SCardGetStatusChange (pcsc->context, 0, &reader, 1);

  *state = reader.dwEventState;
  if (code == SCARD_S_SUCCESS && reader.dwEventState & SCARD_STATE_UNKNOWN)
    return (LONG) SCARD_E_UNKNOWN_READER;
  return code;
}

static TillTapState
open_pcsc (const char *connstring,
           gpointer   *self)
{
  Pcsc *pcsc = g_new0 (Pcsc, 1);
  DWORD state;
  LONG code;

  pcsc->name = g_strdup (connstring + strlen (TILL_PCSC_PREFIX));
  till_watchdog_arm (CALL_WATCH_MS);
  code = SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, &pcsc->context);
  if (code == SCARD_S_SUCCESS)
    code = look (pcsc, &state);
  till_watchdog_rest ();
  if (code == SCARD_S_SUCCESS)
    *self = pcsc;
  else
    close_pcsc (pcsc);

  return state_of (code);
}

/* A memory card, which has no ISO 14443-4. PC/SC part 3, 3.1.3.2.3: the ATR names the RID of the
 * PC/SC workgroup. */
static gboolean
is_memory_card (SCARDHANDLE card)
{
  static const guint8 rid[] = { 0xa0, 0x00, 0x00, 0x03, 0x06 };
  guint8 atr[MAX_ATR_SIZE];
  DWORD n_atr = sizeof atr, n_name = 0, state, protocol;

  return SCardStatus (card, NULL, &n_name, &state, &protocol, atr, &n_atr) == SCARD_S_SUCCESS &&
         memmem (atr, n_atr, rid, sizeof rid) != NULL;
}

static TillFind
connect_card (Pcsc *pcsc)
{
  const LONG code = SCardConnect (pcsc->context, pcsc->name, SCARD_SHARE_EXCLUSIVE,
                                  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &pcsc->card,
                                  &pcsc->protocol);

  if (code == (LONG) SCARD_E_SHARING_VIOLATION)
    return TILL_FIND_BUSY;
  if (code != SCARD_S_SUCCESS)
    return is_lost (code) ? TILL_FIND_NONE : TILL_FIND_FAULT;
  pcsc->connected = TRUE;

  return is_memory_card (pcsc->card) ? TILL_FIND_OTHER : TILL_FIND_CARD;
}

static void
leave_pcsc (gpointer self)
{
  Pcsc *pcsc = self;

  till_watchdog_arm (CALL_WATCH_MS);
  if (pcsc->connected)
    SCardDisconnect (pcsc->card, SCARD_RESET_CARD);
  pcsc->connected = FALSE;
  till_watchdog_rest ();
}

static TillFind
find_pcsc (gpointer self)
{
  Pcsc *pcsc = self;
  TillFind find = TILL_FIND_NONE;
  DWORD state;

  leave_pcsc (pcsc);
  till_watchdog_arm (CALL_WATCH_MS);
  if (look (pcsc, &state) != SCARD_S_SUCCESS || state & SCARD_STATE_UNAVAILABLE)
    find = TILL_FIND_FAULT;
  else if (state & SCARD_STATE_PRESENT)
    find = state & SCARD_STATE_MUTE ? TILL_FIND_OTHER : connect_card (pcsc);
  till_watchdog_rest ();

  return find;
}

static TillCarry
carry_pcsc (gpointer      self,
            const guint8 *capdu,
            gsize         n_capdu,
            guint8       *rapdu,
            gsize        *n_rapdu)
{
  Pcsc *pcsc = self;
  DWORD n = TILL_RAPDU_MAX;
  LONG code;

  till_watchdog_arm (CALL_WATCH_MS);
  code = SCardTransmit (pcsc->card,
                        pcsc->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1,
                        capdu, n_capdu, NULL, rapdu, &n);
  till_watchdog_rest ();
  if (code == SCARD_S_SUCCESS && n <= TILL_RAPDU_MAX) {
    *n_rapdu = n;
    return TILL_CARRY_DONE;
  }

  return is_lost (code) ? TILL_CARRY_LOST : TILL_CARRY_FAULT;
}

const TillBackend till_backend_pcsc = { open_pcsc, find_pcsc, carry_pcsc, leave_pcsc, close_pcsc };

/**
 * till_pcsc_list:
 * @names: (element-type utf8): gets the readers that pcscd has, as PC/SC calls them
 *
 * Returns: %TILL_TAP_WAITING, or why they could not be told
 */
TillTapState
till_pcsc_list (GPtrArray *names)
{
  SCARDCONTEXT context;
  char text[4096];
  DWORD n_text = sizeof text;
  LONG code;

  till_watchdog_arm (CALL_WATCH_MS);
  code = SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
  if (code == SCARD_S_SUCCESS) {
    code = SCardListReaders (context, NULL, text, &n_text);
    SCardReleaseContext (context);
  }
  till_watchdog_rest ();
  if (code != SCARD_S_SUCCESS)
    return state_of (code);

  /* Each ends with a zero byte, the last with two. */
  for (const char *name = text; name < text + n_text && name[0] != '\0'; name += strlen (name) + 1)
    g_ptr_array_add (names, g_utf8_make_valid (name, -1));

  return TILL_TAP_WAITING;
}

static gboolean
has_one_of (const char        *name,
            const char *const *words,
            guint              n_words)
{
  for (guint i = 0; i < n_words; i++) {
    if (strstr (name, words[i]))
      return TRUE;
  }

  return FALSE;
}

/**
 * till_pcsc_is_contactless:
 *
 * Returns: whether @name is that of a reader with an antenna, as far as names tell
 */
gboolean
till_pcsc_is_contactless (const char *name)
{
  return has_one_of (name, contactless_words, G_N_ELEMENTS (contactless_words)) &&
         !has_one_of (name, other_words, G_N_ELEMENTS (other_words));
}
