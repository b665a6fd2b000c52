/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "virtual-card.h"

#include <string.h>

/* Names and numbers: UnionPay's functional test numbers, which no bank gave out; the layout of
 * what debit answers is that of a transcript taken from a public card simulator. */

/* The most that a GPO may bring. */
#define MAX_PDOL_BYTES 128

/* Filler that makes a record come in several blocks. */
#define LONG_BYTES 180

enum {
  WITH_9F2A   = 1 << 0,  /* the PPSE names the kernel */
  NO_PPSE     = 1 << 1,
  FORMAT_80   = 1 << 2,  /* GPO answers with 80; the cryptogram comes by GENERATE AC */
  NO_CID      = 1 << 3,  /* without 9F27: only 9F10 says what the cryptogram is */
  LONG        = 1 << 4,  /* records of about 250 bytes */
  MISMATCH    = 1 << 5,  /* 57 and 5A name different numbers */
  BAD_TLV     = 1 << 6,  /* the FCI ends within a value */
  NO_TRACK    = 1 << 7,
  BOTH        = 1 << 8,  /* a foreign application of higher priority beside ours */
  NOT_A_CARD  = 1 << 9,  /* a key fob: no ISO 14443-4 */
};

typedef struct {
  const char *name;
  const char *number;
  const char *expiry;     /* YYMMDD */
  const char *aid;
  const char *label;
  guint8      cid;        /* 80 ARQC, 40 TC, 00 AAC */
  guint16     ctq;        /* 9F6C */
  guint16     select_sw;  /* answers the SELECT of the application; 0 for 9000 */
  guint16     gpo_sw;
  guint       flags;
} CardRow;

#define DEBIT_AID  "A000000333010101"
#define CREDIT_AID "A000000333010102"
#define QUASI_AID  "A000000333010103"
#define VISA_AID   "A0000000031010"
#define DEBIT  "6210948000000029", "301231", DEBIT_AID, "UnionPay Debit"
#define CREDIT "6210948000000011", "301231", CREDIT_AID, "UnionPay Credit"

static const CardRow cards[] = {
  { "debit",        DEBIT, 0x80, 0x0000, 0, 0, WITH_9F2A },
  { "credit",       CREDIT, 0x80, 0x0000, 0, 0, WITH_9F2A },
  { "quasi",        "6210948000000052", "301231", QUASI_AID, "UnionPay Quasi", 0x80, 0x0000, 0, 0,
    WITH_9F2A },
  { "plain",        "6210948000000037", "301231", DEBIT_AID, "PBOC DEBIT", 0x80, 0x0000, 0, 0, 0 },
  { "phone",        CREDIT, 0x80, 0x0080, 0, 0, WITH_9F2A },
  { "locked",       CREDIT, 0x80, 0x0000, 0x6985, 0, WITH_9F2A },
  { "locked-gpo",   CREDIT, 0x80, 0x0000, 0, 0x6985, WITH_9F2A },
  { "see-phone",    CREDIT, 0x80, 0x0000, 0, 0x6986, WITH_9F2A },
  { "other-way",    DEBIT, 0x80, 0x0000, 0, 0x6984, WITH_9F2A },
  { "foreign",      "4999999999999996", "301231", VISA_AID, "VISA DEBIT", 0x80, 0x0000, 0, 0, 0 },
  { "both",         DEBIT, 0x80, 0x0000, 0, 0, BOTH },
  { "pin",          DEBIT, 0x80, 0x8000, 0, 0, WITH_9F2A },
  { "signature",    CREDIT, 0x80, 0x4000, 0, 0, WITH_9F2A },
  { "aac",          DEBIT, 0x00, 0x0000, 0, 0, WITH_9F2A },
  { "tc",           DEBIT, 0x40, 0x0000, 0, 0, WITH_9F2A },
  { "expired",      "6210948000000029", "201231", DEBIT_AID, "UnionPay Debit", 0x80, 0x0000, 0, 0,
    WITH_9F2A },
  { "blocked",      DEBIT, 0x80, 0x0000, 0x6283, 0, WITH_9F2A },
  { "no-ppse",      DEBIT, 0x80, 0x0000, 0, 0, NO_PPSE },
  { "format-80",    DEBIT, 0x80, 0x0000, 0, 0, FORMAT_80 },
  { "no-cid",       DEBIT, 0x80, 0x0000, 0, 0, NO_CID },
  { "aac-no-cid",   DEBIT, 0x00, 0x0000, 0, 0, NO_CID },
  { "long",         DEBIT, 0x80, 0x0000, 0, 0, LONG },
  { "mismatch",     DEBIT, 0x80, 0x0000, 0, 0, MISMATCH },
  { "no-track",     DEBIT, 0x80, 0x0000, 0, 0, NO_TRACK },
  { "bad-tlv",      DEBIT, 0x80, 0x0000, 0, 0, BAD_TLV },
  { "fob",          DEBIT, 0x80, 0x0000, 0, 0, NOT_A_CARD },
};

struct _VirtualCard
{
  const CardRow *row;
  gboolean       is_selected;
  gboolean       has_begun;    /* GPO was answered */
  guint16        counter;      /* 9F36 */
  guint8         pdol[MAX_PDOL_BYTES];
  gsize          n_pdol;
};

/* Cards count on while they are in a pocket: no two transactions of a program have one number. */
static guint16 n_transactions;

/* What the FCI asks for; its lengths sum up to PDOL_BYTES. */
#define PDOL "9F66049F02069F03069F1A0295055F2A029A039C019F3704"
#define PDOL_BYTES 33

static void
append_hex (GByteArray *bytes,
            const char *hex)
{
  for (; hex[0] && hex[1]; hex += 2) {
    guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

    g_byte_array_append (bytes, &byte, 1);
  }
}

static void
append_sw (GByteArray *bytes,
           guint16     sw)
{
  const guint8 two[] = { (guint8) (sw >> 8), (guint8) sw };

  g_byte_array_append (bytes, two, 2);
}

static void
append_tlv (GByteArray   *bytes,
            guint         tag,
            const guint8 *value,
            gsize         n_bytes)
{
  const guint8 head[] = { (guint8) (tag >> 8), (guint8) tag, 0x81, (guint8) n_bytes };

  g_byte_array_append (bytes, tag > 0xff ? head : head + 1, tag > 0xff ? 2 : 1);
  g_byte_array_append (bytes, n_bytes > 127 ? head + 2 : head + 3, n_bytes > 127 ? 2 : 1);
  g_byte_array_append (bytes, value, (guint) n_bytes);
}

static void
append_hex_tlv (GByteArray *bytes,
                guint       tag,
                const char *hex)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();

  append_hex (value, hex);
  append_tlv (bytes, tag, value->data, value->len);
}

/* Puts what is in @inside into a template. */
static void
append_template (GByteArray *bytes,
                 guint       tag,
                 GByteArray *inside)
{
  append_tlv (bytes, tag, inside->data, inside->len);
  g_byte_array_unref (inside);
}

static void
append_entry (GByteArray    *bytes,
              const CardRow *row,
              const char    *aid,
              const char    *priority)
{
  GByteArray *entry = g_byte_array_new ();

  append_hex_tlv (entry, 0x4f, aid);
  append_tlv (entry, 0x50, (const guint8 *) row->label, strlen (row->label));
  append_hex_tlv (entry, 0x87, priority);
  if (row->flags & WITH_9F2A)
    append_hex_tlv (entry, 0x9f2a, "07");
  append_template (bytes, 0x61, entry);
}

static void
answer_ppse (VirtualCard *self,
             GByteArray  *rapdu)
{
  GByteArray *fci = g_byte_array_new (), *data = g_byte_array_new (), *list = g_byte_array_new ();

  if (self->row->flags & BOTH)
    append_entry (list, self->row, VISA_AID, "01");
  append_entry (list, self->row, self->row->aid, self->row->flags & BOTH ? "02" : "01");
  append_template (data, 0xbf0c, list);
  append_tlv (fci, 0x84, (const guint8 *) "2PAY.SYS.DDF01", 14);
  append_template (fci, 0xa5, data);
  append_template (rapdu, 0x6f, fci);
  append_sw (rapdu, 0x9000);
}

static void
answer_application (VirtualCard *self,
                    GByteArray  *rapdu)
{
  GByteArray *fci = g_byte_array_new (), *data = g_byte_array_new ();

  append_tlv (data, 0x50, (const guint8 *) self->row->label, strlen (self->row->label));
  append_hex_tlv (data, 0x87, "01");
  append_hex_tlv (data, 0x9f38, PDOL);
  append_hex_tlv (data, 0x5f2d, "7A68");
  append_hex_tlv (fci, 0x84, self->row->aid);
  append_template (fci, 0xa5, data);
  append_template (rapdu, 0x6f, fci);
  if (self->row->flags & BAD_TLV)
    g_byte_array_set_size (rapdu, rapdu->len - 9);
  append_sw (rapdu, self->row->select_sw ? self->row->select_sw : 0x9000);
}

static gboolean
names_hex (const guint8 *bytes,
           gsize         n_bytes,
           const char   *hex)
{
  g_autoptr (GByteArray) other = g_byte_array_new ();

  append_hex (other, hex);
  return n_bytes == other->len && memcmp (bytes, other->data, n_bytes) == 0;
}

static void
select_file (VirtualCard  *self,
             const guint8 *name,
             gsize         n_bytes,
             GByteArray   *rapdu)
{
  const CardRow *row = self->row;

  self->is_selected = FALSE;
  self->has_begun = FALSE;
  if (n_bytes == 14 && memcmp (name, "2PAY.SYS.DDF01", 14) == 0 && !(row->flags & NO_PPSE)) {
    answer_ppse (self, rapdu);
  } else if (!names_hex (name, n_bytes, row->aid)) {
    append_sw (rapdu, 0x6a82);
  } else if (row->select_sw == 0x6985) {
    append_sw (rapdu, row->select_sw);
  } else {
    self->is_selected = row->select_sw == 0;
    answer_application (self, rapdu);
  }
}

/* Eight bytes that differ with the counter and with what the terminal sent. */
static void
append_cryptogram (VirtualCard *self,
                   GByteArray  *bytes)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize n_bytes = sizeof digest;

  g_checksum_update (sum, (const guchar *) &self->counter, sizeof self->counter);
  g_checksum_update (sum, self->pdol, (gssize) self->n_pdol);
  g_checksum_get_digest (sum, digest, &n_bytes);
  append_tlv (bytes, 0x9f26, digest, 8);
}

/* 9F10: 07, key index, version, 03, three bytes of which the first says what the cryptogram is. */
static void
append_issuer_part (VirtualCard *self,
                    GByteArray  *bytes)
{
  guint8 part[] = { 0x07, 0x01, 0x03, 0x03, (guint8) (self->row->cid >> 2 | 0x80), 0x00, 0x00,
                    0x01, 0x0a, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x12, 0x71, 0x41, 0x68 };

  append_tlv (bytes, 0x9f10, part, sizeof part);
}

static void
append_track (VirtualCard *self,
              GByteArray  *bytes)
{
  g_autofree char *track = g_strdup_printf ("%sD%.4s2200000012300", self->row->number,
                                            self->row->expiry);

  if (self->row->flags & MISMATCH)
    track[12] = '9';
  if (!(self->row->flags & NO_TRACK))
    append_hex_tlv (bytes, 0x57, track);
}

static void
append_counter (VirtualCard *self,
                GByteArray  *bytes)
{
  const guint8 counter[] = { (guint8) (self->counter >> 8), (guint8) self->counter };

  append_tlv (bytes, 0x9f36, counter, 2);
}

static void
answer_options (VirtualCard *self,
                GByteArray  *rapdu)
{
  const guint8 qualifiers[] = { (guint8) (self->row->ctq >> 8), (guint8) self->row->ctq };
  GByteArray *inside = g_byte_array_new ();

  if (self->row->flags & FORMAT_80) {
    g_byte_array_unref (inside);
    append_hex (rapdu, "800A7C0008010100100101009000");
    return;
  }
  append_hex_tlv (inside, 0x82, "7C00");
  append_hex_tlv (inside, 0x94, self->row->flags & LONG ? "08010400" : "08010100");
  append_counter (self, inside);
  append_track (self, inside);
  append_issuer_part (self, inside);
  append_cryptogram (self, inside);
  if (!(self->row->flags & NO_CID))
    append_tlv (inside, 0x9f27, &self->row->cid, 1);
  append_hex_tlv (inside, 0x5f34, "01");
  append_tlv (inside, 0x9f6c, qualifiers, 2);
  append_template (rapdu, 0x77, inside);
  append_sw (rapdu, 0x9000);
}

static void
get_options (VirtualCard  *self,
             const guint8 *data,
             gsize         n_bytes,
             GByteArray   *rapdu)
{
  if (!self->is_selected || self->has_begun) {
    append_sw (rapdu, 0x6985);
  } else if (n_bytes != PDOL_BYTES + 2 || data[0] != 0x83 || data[1] != PDOL_BYTES) {
    append_sw (rapdu, 0x6700);
  } else if (self->row->gpo_sw) {
    append_sw (rapdu, self->row->gpo_sw);
  } else {
    memcpy (self->pdol, data + 2, PDOL_BYTES);
    self->n_pdol = PDOL_BYTES;
    self->has_begun = TRUE;
    self->counter = ++n_transactions;
    answer_options (self, rapdu);
  }
}

static void
read_record (VirtualCard *self,
             guint        number,
             guint        file,
             GByteArray  *rapdu)
{
  static const guint8 filler[LONG_BYTES] = { 0 };
  const guint n_records = self->row->flags & LONG ? 4 : 1;
  const gboolean is_known = file == 1 ? number >= 1 && number <= n_records
                                      : file == 2 && number == 1 && self->row->flags & FORMAT_80;
  GByteArray *record;

  if (!self->has_begun || !is_known) {
    append_sw (rapdu, self->has_begun ? 0x6a83 : 0x6985);
    return;
  }

  record = g_byte_array_new ();
  if (number == 1 && file == 1) {
    append_hex_tlv (record, 0x5f24, self->row->expiry);
    append_hex_tlv (record, 0x5a, self->row->number);
    append_hex_tlv (record, 0x5f28, "0156");
    append_hex_tlv (record, 0x9f07, "FF00");
    append_tlv (record, 0x5f20, (const guint8 *) "CARD/TEST", 9);
  }
  if (file == 2) {
    append_hex_tlv (record, 0x8c, "9F02069F03069F1A0295055F2A029A039C019F3704");
    append_track (self, record);
  }
  if (self->row->flags & LONG)
    append_tlv (record, 0x90, filler, LONG_BYTES);
  append_template (rapdu, 0x70, record);
  append_sw (rapdu, 0x9000);
}

static void
generate_cryptogram (VirtualCard *self,
                     GByteArray  *rapdu)
{
  GByteArray *inside;

  if (!self->has_begun || !(self->row->flags & FORMAT_80)) {
    append_sw (rapdu, self->has_begun ? 0x6d00 : 0x6985);
    return;
  }

  inside = g_byte_array_new ();
  append_tlv (inside, 0x9f27, &self->row->cid, 1);
  append_counter (self, inside);
  append_cryptogram (self, inside);
  append_issuer_part (self, inside);
  append_template (rapdu, 0x77, inside);
  append_sw (rapdu, 0x9000);
}

const char *
virtual_card_get_name (guint index)
{
  return index < G_N_ELEMENTS (cards) ? cards[index].name : NULL;
}

/* NULL where no card has the name. */
VirtualCard *
virtual_card_new (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    if (strcmp (cards[i].name, name) == 0) {
      VirtualCard *self = g_new0 (VirtualCard, 1);

      self->row = &cards[i];
      return self;
    }
  }

  return NULL;
}

void
virtual_card_free (VirtualCard *self)
{
  g_free (self);
}

/* Out of the field, or deselected. The counter stays. */
void
virtual_card_reset (VirtualCard *self)
{
  self->is_selected = FALSE;
  self->has_begun = FALSE;
}

guint8
virtual_card_get_sak (VirtualCard *self)
{
  return self->row->flags & NOT_A_CARD ? 0x08 : 0x20;
}

/* Appends the answer with its status word to @rapdu. */
void
virtual_card_transmit (VirtualCard  *self,
                       const guint8 *capdu,
                       gsize         n_bytes,
                       GByteArray   *rapdu)
{
  const gsize n_data = n_bytes > 5 ? capdu[4] : 0;
  const guint8 *data = capdu + 5;
  const guint command = n_bytes >= 4 ? (guint) capdu[0] << 8 | capdu[1] : 0;

  if (n_bytes < 4 || n_bytes > 261 ||
      (n_bytes > 5 && n_bytes != 5 + n_data && n_bytes != 6 + n_data))
    append_sw (rapdu, 0x6700);
  else if (command == 0x00a4)
    select_file (self, data, n_data, rapdu);
  else if (command == 0x80a8)
    get_options (self, data, n_data, rapdu);
  else if (command == 0x00b2)
    read_record (self, capdu[2], capdu[3] >> 3, rapdu);
  else if (command == 0x80ae)
    generate_cryptogram (self, rapdu);
  else
    append_sw (rapdu, command >> 8 == 0x00 || command >> 8 == 0x80 ? 0x6d00 : 0x6e00);
}
