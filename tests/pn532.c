/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pn532.h"

#include "pn532-fault.h"

#include <string.h>

/* Frames, commands and their lengths: NXP, PN532 user manual (UM0701-02), chapters 6 and 7. Strict
 * where a real chip is: asleep until 55, no command before SAMConfiguration, a new frame of the
 * host gives up what is under way, the card is reset by deselect and by a field that goes out. */

#define MAX_BLOCK    250  /* of a card's answer in one frame, unless a fault says less */
#define N_REGISTERS  65536

struct _Pn532
{
  const Pn532Funcs *funcs;
  gpointer          user_data;

  gboolean          asleep;
  gboolean          configured;       /* SAMConfiguration was there */
  gboolean          infinite;         /* waits for a card as long as it takes */
  gboolean          waits_for_card;   /* the host's InListPassiveTarget has no answer yet */
  gboolean          waits_for_phone;
  gboolean          active;           /* a card is selected */
  gboolean          is_tag;
  guint             phone_step;
  guint8            registers[N_REGISTERS];
  GByteArray       *in;
  GByteArray       *chain;            /* what the host sends to the card in parts */
  GByteArray       *rest;             /* what of the card's answer is still to be fetched */
  GByteArray       *last;             /* the last frame, for a NACK */
  GByteArray       *ndef;             /* what the phone has read */
  VirtualCard      *card;             /* NULL: none in the field */

  Fault             fault;
  GRand            *rand;       /* of mutations */
  guint             step;
  guint             n_times;          /* how often still; G_MAXUINT for ever */
  Fault             now;              /* what befalls this very answer */
};

static const guint8 ack_frame[] = { 0x00, 0x00, 0xff, 0x00, 0xff, 0x00 };
static const guint8 nack_frame[] = { 0x00, 0x00, 0xff, 0xff, 0x00, 0x00 };
static const guint8 error_frame[] = { 0x00, 0x00, 0xff, 0x01, 0xff, 0x7f, 0x81, 0x00 };
static const guint8 garbage[] = { 0x13, 0x37, 0xde, 0xad, 0xff, 0x00, 0x42, 0x42, 0x42 };

static void
append_byte (GByteArray *bytes,
             guint8      byte)
{
  g_byte_array_append (bytes, &byte, 1);
}

static void
send_bytes (Pn532        *self,
            const guint8 *bytes,
            gsize         n_bytes)
{
  self->funcs->send (bytes, n_bytes, self->user_data);
}

static void
send_slowly (Pn532            *self,
             const GByteArray *frame,
             guint             each,
             guint             ms)
{
  for (guint i = 0; i < frame->len; i += each) {
    if (self->funcs->pause (ms, self->user_data))
      return;
    send_bytes (self, frame->data + i, MIN (each, frame->len - i));
  }
}

/* Sends the answer to the command under way, as the fault of the moment lets it. */
static void
respond (Pn532            *self,
         const GByteArray *payload)
{
  g_autoptr (GByteArray) frame = pn532_fault_frame (payload, self->now);

  if (self->now == FAULT_ERROR_FRAME) {
    g_byte_array_set_size (frame, 0);
    g_byte_array_append (frame, error_frame, sizeof error_frame);
  }
  if (self->now == FAULT_GARBAGE || self->now == FAULT_GARBAGE_ONLY)
    send_bytes (self, garbage, sizeof garbage);
  if (self->now == FAULT_NO_RESPONSE || self->now == FAULT_GARBAGE_ONLY ||
      (self->now == FAULT_SLOW && self->funcs->pause (2500, self->user_data)))
    return;

  if (self->now == FAULT_DRIP)
    send_slowly (self, frame, 1, 60);
  else if (self->now == FAULT_SPLIT)
    send_slowly (self, frame, 7, 3);
  else
    send_bytes (self, frame->data, self->now == FAULT_TRUNCATE ? frame->len / 2 : frame->len);
  if (self->now == FAULT_DUP_RESPONSE)
    send_bytes (self, frame->data, frame->len);
  g_byte_array_set_size (self->last, 0);
  g_byte_array_append (self->last, frame->data, frame->len);
}

static void
respond_hex (Pn532      *self,
             guint8      code,
             const char *hex)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  append_byte (payload, code);
  for (; hex[0]; hex += 2)
    append_byte (payload, (guint8) (g_ascii_xdigit_value (hex[0]) << 4 |
                                    g_ascii_xdigit_value (hex[1])));
  respond (self, payload);
}

static void
leave_card (Pn532 *self)
{
  if (self->card)
    virtual_card_reset (self->card);
  self->active = FALSE;
  g_byte_array_set_size (self->chain, 0);
  g_byte_array_set_size (self->rest, 0);
}

/* SENS_RES, SEL_RES, a random UID as phones have, and what the card says of itself. */
static void
respond_with_target (Pn532 *self)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  const guint8 sak = virtual_card_get_sak (self->card);
  const guint8 head[] = { 0x4b, 0x01, 0x01, 0x00, 0x04, sak, 0x04, 0x08, 0x12, 0x34, 0x56 };
  const guint8 ats[] = { 0x05, 0x78, 0x80, 0x70, 0x02 };

  leave_card (self);
  self->active = TRUE;
  g_byte_array_append (payload, head, sizeof head);
  if (sak & 0x20)
    g_byte_array_append (payload, ats, sizeof ats);
  if (self->now == FAULT_ATS_ZERO)
    payload->data[sizeof head] = 0;
  if (self->now == FAULT_ATS_LONG)
    payload->data[sizeof head] = 0xff;
  if (self->now == FAULT_UID_LONG)
    payload->data[6] = 0xc8;
  if (self->now == FAULT_SHORT_TARGET)
    g_byte_array_set_size (payload, 4);
  respond (self, payload);
}

static void
list_targets (Pn532        *self,
              const guint8 *data,
              gsize         n_bytes)
{
  const gboolean type_a = n_bytes >= 2 && data[1] == 0x00;

  leave_card (self);
  if (self->card && type_a)
    respond_with_target (self);
  else if (self->infinite)
    self->waits_for_card = type_a;
  else
    respond_hex (self, 0x4b, "00");
}

/* One block of the card's answer behind its status, as the fault has it. */
static void
respond_with_block (Pn532 *self)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  const guint most = self->now == FAULT_SMALL_BLOCKS ? 50 : MAX_BLOCK;
  const guint n_bytes = MIN (self->rest->len, most);
  const gboolean more = self->rest->len > most || self->now == FAULT_ENDLESS;

  append_byte (payload, 0x41);
  append_byte (payload, (guint8) ((more ? 0x40 : 0x00) | (self->now == FAULT_NAD ? 0x80 : 0x00)));
  g_byte_array_append (payload, self->rest->data, n_bytes);
  if (self->now == FAULT_NO_STATUS)
    g_byte_array_set_size (payload, 1);
  if (self->now != FAULT_ENDLESS)
    g_byte_array_remove_range (self->rest, 0, n_bytes);
  respond (self, payload);
}

/* A few bytes changed, lost, doubled or cut off, as the seed has it. */
static void
mutate (Pn532 *self)
{
  GByteArray *answer = self->rest;
  const gint32 n_changes = g_rand_int_range (self->rand, 1, 4);

  for (gint32 i = 0; i < n_changes && answer->len > 0; i++) {
    const guint at = (guint) g_rand_int_range (self->rand, 0, (gint32) answer->len);

    switch (g_rand_int_range (self->rand, 0, 4)) {
    case 0:
      answer->data[at] ^= (guint8) (1 << g_rand_int_range (self->rand, 0, 8));
      break;
    case 1:
      answer->data[at] = (guint8) g_rand_int (self->rand);
      break;
    case 2:
      g_byte_array_remove_index (answer, at);
      break;
    default:
      append_byte (answer, answer->data[at]);
      break;
    }
  }
}

/* What a fault makes of a card's answer. */
static void
spoil_answer (Pn532 *self)
{
  GByteArray *answer = self->rest;

  if (self->now == FAULT_SW) {
    g_byte_array_set_size (answer, 0);
    g_byte_array_append (answer, (const guint8[]) { 0x6f, 0x00 }, 2);
  } else if (self->now == FAULT_EMPTY_RAPDU) {
    g_byte_array_set_size (answer, 0);
  } else if (self->now == FAULT_SHORT_RAPDU) {
    g_byte_array_set_size (answer, 1);
  } else if (self->now == FAULT_CORRUPT_RAPDU) {
    for (guint i = 0; i + 2 < answer->len; i += 3)
      answer->data[i] ^= 0x5a;
  } else if (self->now == FAULT_MUTATE) {
    mutate (self);
  } else if (self->now == FAULT_OVERSIZE) {
    const guint before = answer->len;

    g_byte_array_set_size (answer, 411);
    memset (answer->data + before, 0xa5, 411 - before);
  }
}

/* InDataExchange: in parts where bit 40 of the target's number says so. */
static void
exchange (Pn532        *self,
          const guint8 *data,
          gsize         n_bytes)
{
  static const char *const codes[N_FAULTS] = {
    [FAULT_RF_0B] = "0B", [FAULT_RF_02] = "02", [FAULT_NO_TARGET] = "27",
  };

  if (self->now == FAULT_REMOVE)
    pn532_remove_card (self);
  if (codes[self->now] || !self->active || n_bytes < 1 || !self->card) {
    respond_hex (self, 0x41, codes[self->now] ? codes[self->now]
                             : self->active ? "01" : "27");
    return;
  }
  if (self->rest->len > 0 && n_bytes == 1) {
    respond_with_block (self);
    return;
  }

  g_byte_array_append (self->chain, data + 1, (guint) n_bytes - 1);
  if (data[0] & 0x40) {
    respond_hex (self, 0x41, "00");
    return;
  }
  g_byte_array_set_size (self->rest, 0);
  virtual_card_transmit (self->card, self->chain->data, self->chain->len, self->rest);
  g_byte_array_set_size (self->chain, 0);
  if (self->funcs->pause (0, self->user_data))
    return;
  spoil_answer (self);
  respond_with_block (self);
}

/* What a phone asks of an NFC Forum type 4 tag; the two last depend on what it was told. */
static const char *const phone_asks[] = {
  "00A4040007D276000085010100",
  "00A4000C02E103",
  "00B000000F",
  "00A4000C02E104",
  "00B0000002",
  "00B00002",
};

static void
phone_asks_next (Pn532 *self)
{
  g_autofree char *ask = NULL;

  if (self->phone_step == G_N_ELEMENTS (phone_asks) - 1)
    ask = g_strdup_printf ("00%s%02X", phone_asks[self->phone_step],
                           self->ndef->len >= 2 ? self->ndef->data[1] : 0);
  else if (self->phone_step < G_N_ELEMENTS (phone_asks))
    ask = g_strdup_printf ("00%s", phone_asks[self->phone_step]);
  if (!ask)
    self->is_tag = FALSE;
  respond_hex (self, 0x87, ask ? ask : "29");
}

/* The tag's answer to what the phone asked last. */
static void
phone_reads (Pn532        *self,
             const guint8 *data,
             gsize         n_bytes)
{
  if (n_bytes < 2 || data[n_bytes - 2] != 0x90)
    self->phone_step = G_N_ELEMENTS (phone_asks);
  if (self->phone_step >= G_N_ELEMENTS (phone_asks) - 2) {
    g_byte_array_set_size (self->ndef, 0);
    g_byte_array_append (self->ndef, data, (guint) n_bytes - 2);
  }
  if (self->phone_step == G_N_ELEMENTS (phone_asks) - 1)
    self->funcs->read (self->ndef->data, self->ndef->len, self->user_data);
  self->phone_step++;
  respond_hex (self, 0x8f, "00");
}

static void
read_registers (Pn532        *self,
                const guint8 *data,
                gsize         n_bytes)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  append_byte (payload, 0x07);
  for (gsize i = 0; i + 1 < n_bytes; i += 2)
    append_byte (payload, self->registers[data[i] << 8 | data[i + 1]]);
  respond (self, payload);
}

static void
configure_rf (Pn532        *self,
              const guint8 *data,
              gsize         n_bytes)
{
  if (n_bytes >= 4 && data[0] == 0x05)
    self->infinite = data[3] == 0xff;
  if (n_bytes >= 2 && data[0] == 0x01 && !(data[1] & 0x01))
    leave_card (self);
  respond_hex (self, 0x33, "");
}

static void
echo (Pn532        *self,
      const guint8 *data,
      gsize         n_bytes)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  append_byte (payload, 0x01);
  g_byte_array_append (payload, data, (guint) n_bytes);
  respond (self, payload);
}

/* D4 and what follows; nothing but SAMConfiguration is answered before that one. */
static void
obey (Pn532        *self,
      guint8        command,
      const guint8 *data,
      gsize         n_bytes)
{
  switch (command) {
  case 0x00:
    echo (self, data, n_bytes);
    break;
  case 0x02:
    respond_hex (self, 0x03, "32010607");
    break;
  case 0x04:
    respond_hex (self, 0x05, "000100008000");
    break;
  case 0x06:
    read_registers (self, data, n_bytes);
    break;
  case 0x08:
    for (gsize i = 0; i + 2 < n_bytes; i += 3)
      self->registers[data[i] << 8 | data[i + 1]] = data[i + 2];
    respond_hex (self, 0x09, "");
    break;
  case 0x12:
  case 0x14:
    self->configured = self->configured || command == 0x14;
    respond_hex (self, (guint8) (command + 1), "");
    break;
  case 0x16:
    respond_hex (self, 0x17, "00");
    leave_card (self);
    self->asleep = TRUE;
    break;
  case 0x32:
    configure_rf (self, data, n_bytes);
    break;
  case 0x40:
    exchange (self, data, n_bytes);
    break;
  case 0x44:
  case 0x52:
  case 0x54:
    leave_card (self);
    respond_hex (self, (guint8) (command + 1), "00");
    break;
  case 0x4a:
    list_targets (self, data, n_bytes);
    break;
  case 0x8c:
    leave_card (self);
    self->waits_for_phone = TRUE;
    break;
  case 0x86:
    if (self->is_tag)
      phone_asks_next (self);
    else
      respond_hex (self, 0x87, "29");
    break;
  case 0x8e:
    phone_reads (self, data, n_bytes);
    break;
  default:
    send_bytes (self, error_frame, sizeof error_frame);
  }
}

/* Whether what goes wrong does so now. */
static gboolean
meets_fault (Pn532        *self,
             guint8        command,
             const guint8 *data,
             gsize         n_bytes)
{
  /* A fault of the activation needs a card. */
  if (self->fault == FAULT_NONE || self->n_times == 0 || (command == 0x4a && !self->card) ||
      !pn532_step_is (self->step, command, data, n_bytes))
    return FALSE;
  if (self->n_times != G_MAXUINT)
    self->n_times--;

  return TRUE;
}

static void
take_command (Pn532        *self,
              const guint8 *data,
              gsize         n_bytes)
{
  const guint8 command = data[1];

  self->waits_for_card = FALSE;
  self->waits_for_phone = FALSE;
  if (!self->configured && command != 0x14)
    return;

  self->now = meets_fault (self, command, data + 2, n_bytes - 2) ? self->fault : FAULT_NONE;
  if (self->now == FAULT_UNPLUG) {
    self->funcs->unplug (self->user_data);
    return;
  }
  if (self->now == FAULT_DROP_ACK)
    return;
  if (self->now == FAULT_NACK) {
    send_bytes (self, nack_frame, sizeof nack_frame);
    return;
  }
  send_bytes (self, ack_frame, sizeof ack_frame);
  obey (self, command, data + 2, n_bytes - 2);
  self->now = FAULT_NONE;
}

static gboolean
sums_to_zero (const guint8 *bytes,
              gsize         n_bytes)
{
  guint8 sum = 0;

  for (gsize i = 0; i < n_bytes; i++)
    sum = (guint8) (sum + bytes[i]);

  return sum == 0;
}

/* Returns: how many bytes of the frame at the beginning of @in were used; 0 to wait for more */
static gsize
take_frame (Pn532        *self,
            const guint8 *in,
            gsize         n_bytes)
{
  gsize at = 5, length;

  if (n_bytes < 6)
    return 0;
  if (in[3] == 0x00 && in[4] == 0xff) {
    self->waits_for_card = FALSE;
    self->waits_for_phone = FALSE;
    return 6;
  }
  if (in[3] == 0xff && in[4] == 0x00) {
    send_bytes (self, self->last->data, self->last->len);
    return 6;
  }

  length = in[3];
  if (in[3] == 0xff && in[4] == 0xff) {
    if (n_bytes < 8)
      return 0;
    at = 8;
    length = (gsize) in[5] << 8 | in[6];
  }
  if (!sums_to_zero (in + (at == 8 ? 5 : 3), at == 8 ? 3 : 2))
    return 3;
  if (n_bytes < at + length + 2)
    return 0;
  if (length < 2 || in[at] != 0xd4 || !sums_to_zero (in + at, length + 1))
    send_bytes (self, error_frame, sizeof error_frame);
  else
    take_command (self, in + at, length);

  return at + length + 2;
}

Pn532 *
pn532_new (const Pn532Funcs *funcs,
           gpointer          user_data)
{
  Pn532 *self = g_new0 (Pn532, 1);

  self->funcs = funcs;
  self->user_data = user_data;
  self->asleep = TRUE;
  self->rand = g_rand_new_with_seed (0);
  self->infinite = TRUE;
  self->in = g_byte_array_new ();
  self->chain = g_byte_array_new ();
  self->rest = g_byte_array_new ();
  self->last = g_byte_array_new ();
  self->ndef = g_byte_array_new ();

  return self;
}

void
pn532_free (Pn532 *self)
{
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->chain);
  g_byte_array_unref (self->rest);
  g_byte_array_unref (self->last);
  g_byte_array_unref (self->ndef);
  g_clear_pointer (&self->card, virtual_card_free);
  g_rand_free (self->rand);
  g_free (self);
}

/* Holds a card there; FALSE where no card has the name. */
gboolean
pn532_put_card (Pn532      *self,
                const char *name)
{
  VirtualCard *card = virtual_card_new (name);

  if (!card)
    return FALSE;

  pn532_remove_card (self);
  self->card = card;
  if (self->waits_for_card) {
    self->waits_for_card = FALSE;
    respond_with_target (self);
  }

  return TRUE;
}

void
pn532_remove_card (Pn532 *self)
{
  g_clear_pointer (&self->card, virtual_card_free);
  g_byte_array_set_size (self->rest, 0);
}

/* Holds a phone there that looks for a tag: type A, 106 kbit/s, ISO 14443-4, RATS. */
void
pn532_put_phone (Pn532 *self)
{
  self->phone_step = 0;
  self->is_tag = TRUE;
  g_byte_array_set_size (self->ndef, 0);
  if (self->waits_for_phone) {
    self->waits_for_phone = FALSE;
    respond_hex (self, 0x8d, "08E080");
  }
}

/* Lets @name befall the next @n_times answers at @step; FALSE where a name is not known. */
gboolean
pn532_set_fault (Pn532      *self,
                 const char *name,
                 const char *step,
                 guint       n_times)
{
  if (!pn532_fault_from_name (name, &self->fault) || !pn532_step_from_name (step, &self->step))
    return FALSE;
  self->n_times = n_times;

  return TRUE;
}

/* The mutations from now on. */
void
pn532_set_seed (Pn532   *self,
                guint32  seed)
{
  g_rand_set_seed (self->rand, seed);
}

/* What the host wrote. */
void
pn532_feed (Pn532        *self,
            const guint8 *bytes,
            gsize         n_bytes)
{
  gsize used = 1;

  g_byte_array_append (self->in, bytes, (guint) n_bytes);
  while (self->in->len > 0 && used > 0) {
    const guint8 *in = self->in->data;

    if (self->asleep && in[0] == 0x55)
      self->asleep = FALSE;
    if (self->asleep || (in[0] != 0x00 && in[0] != 0xff))
      used = 1;
    else if (self->in->len < 3)
      used = 0;
    else if (in[0] != 0x00 || in[1] != 0x00 || in[2] != 0xff)
      used = 1;
    else
      used = take_frame (self, in, self->in->len);
    if (used > 0)
      g_byte_array_remove_range (self->in, 0, (guint) MIN (used, self->in->len));
  }
}
