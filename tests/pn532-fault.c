/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pn532-fault.h"

#include <string.h>

static const char *const fault_names[N_FAULTS] = {
  [FAULT_NONE]          = "none",
  [FAULT_DROP_ACK]      = "drop-ack",
  [FAULT_NO_RESPONSE]   = "no-response",
  [FAULT_SLOW]          = "slow",
  [FAULT_TRUNCATE]      = "truncate",
  [FAULT_NACK]          = "nack",
  [FAULT_BAD_LCS]       = "bad-lcs",
  [FAULT_BAD_DCS]       = "bad-dcs",
  [FAULT_BAD_TFI]       = "bad-tfi",
  [FAULT_BAD_CC]        = "bad-cc",
  [FAULT_ERROR_FRAME]   = "error-frame",
  [FAULT_GARBAGE]       = "garbage",
  [FAULT_GARBAGE_ONLY]  = "garbage-only",
  [FAULT_DUP_RESPONSE]  = "dup-response",
  [FAULT_DRIP]          = "drip",
  [FAULT_SPLIT]         = "split",
  [FAULT_LONG_LENGTH]   = "long-length",
  [FAULT_EMPTY_FRAME]   = "empty-frame",
  [FAULT_UNPLUG]        = "unplug",
  [FAULT_RF_0B]         = "rf-0b",
  [FAULT_RF_02]         = "rf-02",
  [FAULT_NO_TARGET]     = "no-target",
  [FAULT_REMOVE]        = "remove",
  [FAULT_NAD]           = "nad",
  [FAULT_OVERSIZE]      = "oversize",
  [FAULT_ENDLESS]       = "endless",
  [FAULT_SMALL_BLOCKS]  = "small-blocks",
  [FAULT_SW]            = "sw",
  [FAULT_EMPTY_RAPDU]   = "empty-rapdu",
  [FAULT_SHORT_RAPDU]   = "short-rapdu",
  [FAULT_CORRUPT_RAPDU] = "corrupt-rapdu",
  [FAULT_NO_STATUS]     = "no-status",
  [FAULT_MUTATE]        = "mutate",
  [FAULT_ATS_ZERO]      = "ats-zero",
  [FAULT_ATS_LONG]      = "ats-long",
  [FAULT_UID_LONG]      = "uid-long",
  [FAULT_SHORT_TARGET]  = "short-target",
};

/* What a fault waits for. */
static const struct {
  const char *name;
  guint8      command;   /* of the chip */
  guint16     apdu;      /* its class and instruction; 0 for any */
  guint8      length;    /* Lc of the APDU; 0 for any */
} steps[] = {
  { "any",      0x00, 0x0000, 0 },
  { "open",     0x02, 0x0000, 0 },
  { "activate", 0x4a, 0x0000, 0 },
  { "card",     0x40, 0x0000, 0 },
  { "ppse",     0x40, 0x00a4, 14 },
  { "select",   0x40, 0x00a4, 8 },
  { "gpo",      0x40, 0x80a8, 0 },
  { "read",     0x40, 0x00b2, 0 },
};

static void
append_byte (GByteArray *bytes,
             guint8      byte)
{
  g_byte_array_append (bytes, &byte, 1);
}

const char *
pn532_get_fault_name (guint index)
{
  return index < N_FAULTS ? fault_names[index] : NULL;
}

gboolean
pn532_fault_from_name (const char *name,
                       Fault      *fault)
{
  for (guint i = 0; i < N_FAULTS; i++) {
    if (strcmp (fault_names[i], name) == 0) {
      *fault = (Fault) i;
      return TRUE;
    }
  }

  return FALSE;
}

/* D5, the response's code, what it says: as a normal or an extended frame. */
GByteArray *
pn532_fault_frame (const GByteArray *payload,
                   Fault             fault)
{
  GByteArray *frame = g_byte_array_new ();
  const guint n_bytes = fault == FAULT_EMPTY_FRAME ? 0 : payload->len + 1;
  const guint said = fault == FAULT_LONG_LENGTH ? n_bytes + 100 : n_bytes;
  guint8 sum = fault == FAULT_BAD_TFI ? 0xd4 : 0xd5;

  g_byte_array_append (frame, (const guint8[]) { 0x00, 0x00, 0xff }, 3);
  if (said > 255) {
    const guint8 high = (guint8) (said >> 8), low = (guint8) said;

    g_byte_array_append (frame, (const guint8[]) { 0xff, 0xff, high, low,
                                                   (guint8) -(high + low) }, 5);
  } else {
    append_byte (frame, (guint8) said);
    append_byte (frame, (guint8) -(int) said);
  }
  if (fault == FAULT_BAD_LCS)
    frame->data[frame->len - 1] ^= 0x55;
  if (n_bytes == 0)
    return frame;

  append_byte (frame, sum);
  g_byte_array_append (frame, payload->data, payload->len);
  if (fault == FAULT_BAD_CC)
    frame->data[frame->len - payload->len] ^= 0x20;
  for (guint i = 0; i < payload->len; i++)
    sum = (guint8) (sum + frame->data[frame->len - payload->len + i]);
  append_byte (frame, (guint8) (-sum ^ (fault == FAULT_BAD_DCS ? 0x55 : 0)));
  append_byte (frame, 0x00);

  return frame;
}

gboolean
pn532_step_from_name (const char *name,
                      guint      *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (strcmp (steps[i].name, name) == 0) {
      *step = i;
      return TRUE;
    }
  }

  return FALSE;
}

/* Whether @step is what @command, with its parameters, does. */
gboolean
pn532_step_is (guint         step,
               guint8        command,
               const guint8 *data,
               gsize         n_bytes)
{
  const guint apdu = n_bytes > 3 ? (guint) data[1] << 8 | data[2] : 0;

  return (!steps[step].command || steps[step].command == command) &&
         (!steps[step].apdu || steps[step].apdu == apdu) &&
         (!steps[step].length || (n_bytes > 5 && data[5] == steps[step].length));
}
