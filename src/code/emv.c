/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv.h"

#include <string.h>

#include "code/emv-select.h"
#include "code/emv-tags.h"

/* The flow of a contactless purchase: directory, application, processing options, records, and for
 * a card that answers in the way of contacts its cryptogram. Sources: EMV Book B and Book 3, PBOC
 * 3.0 part 12. */

#define DIRECTORY "2PAY.SYS.DDF01"

#define RECORDS_MAX 48  /* no card of this scheme has half as many */
#define SFI_MAX     30
#define AFL_ENTRY   4   /* bytes */

#define SW_OK                0x9000
#define SW_NOT_FOUND         0x6a82
#define SW_DEACTIVATED       0x6283
#define SW_NOT_SUPPORTED     0x6a81
#define SW_CONDITIONS        0x6985
#define SW_OTHER_INTERFACE   0x6984
#define SW_SEE_PHONE         0x6986
#define SW_INSTRUCTION       0x6d00
#define SW_CLASS             0x6e00

typedef enum {
  STEP_BEGIN,
  STEP_DIRECTORY,
  STEP_APPLICATION,
  STEP_OPTIONS,
  STEP_RECORD,
  STEP_CRYPTOGRAM,
  STEP_DONE,
  N_STEPS,
} Step;

struct _TillEmv
{
  TillEmvTerminal    terminal;
  guint8            *terminal_objects;
  TillEmvCandidates  candidates;
  guint              next;       /* candidate */
  TillReason         told;       /* why the applications before could not be had */
  TillEmvObjects     objects;
  gsize              at;         /* where in the AFL we are */
  guint8             record;     /* in that entry */
  guint              n_records;
  Step               step;
  TillEmvCard        card;
};

typedef TillEmvStep (*TakeAnswer) (TillEmv *self, guint status, const guint8 *body,
                                   gsize n_bytes, GByteArray *capdu);

/* What a status means where it ends the use of an application. The sentence that says most is kept:
 * a lock is worth more than "not found". */
static const struct {
  guint      status;
  TillReason reason;
} endings[] = {
  { SW_NOT_FOUND,       TILL_REASON_CARD_NONE },
  { SW_DEACTIVATED,     TILL_REASON_CARD_BLOCKED },
  { SW_NOT_SUPPORTED,   TILL_REASON_CARD_BLOCKED },
  { SW_CONDITIONS,      TILL_REASON_CARD_LOCKED },
  { SW_SEE_PHONE,       TILL_REASON_CARD_LOCKED },
  { SW_OTHER_INTERFACE, TILL_REASON_CARD_OTHER_WAY },
};

static TillReason
reason_of (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    if (endings[i].status == status)
      return endings[i].reason;
  }

  return TILL_REASON_CARD_UNREADABLE;
}

static TillEmvStep
refuse (TillEmv    *self,
        TillReason  reason)
{
  self->step = STEP_DONE;
  till_emv_card_refuse (&self->card, reason);
  explicit_bzero (&self->objects, sizeof self->objects);
  return TILL_EMV_DONE;
}

static TillEmvStep
decide (TillEmv *self)
{
  gsize n_asked;

  /* A cryptogram over nothing that we said could be an old one. */
  till_emv_objects_get (&self->objects, TILL_EMV_TAG_PDOL, &n_asked);
  if (self->step != STEP_CRYPTOGRAM && n_asked == 0)
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  self->step = STEP_DONE;
  till_emv_card_decide (&self->card, &self->objects, &self->terminal);
  explicit_bzero (&self->objects, sizeof self->objects);
  return TILL_EMV_DONE;
}

/* A command with data and with an answer of any length: cases 3 and 4 of ISO 7816-4, short. */
static TillEmvStep
send (TillEmv      *self,
      Step          step,
      const guint8  head[4],
      const guint8 *data,
      gsize         n_data,
      GByteArray   *capdu)
{
  guint8 n = (guint8) n_data;

  g_byte_array_set_size (capdu, 0);
  g_byte_array_append (capdu, head, 4);
  if (n_data > 0) {
    g_byte_array_append (capdu, &n, 1);
    g_byte_array_append (capdu, data, (guint) n_data);
  }
  g_byte_array_append (capdu, (const guint8[]) { 0 }, 1);

  self->step = step;
  return TILL_EMV_SEND;
}

static TillEmvStep
send_select (TillEmv      *self,
             Step          step,
             const guint8 *name,
             gsize         n_name,
             GByteArray   *capdu)
{
  return send (self, step, (const guint8[]) { 0x00, 0xa4, 0x04, 0x00 }, name, n_name, capdu);
}

static TillEmvStep
begin (TillEmv    *self,
       GByteArray *capdu)
{
  return send_select (self, STEP_DIRECTORY, (const guint8 *) DIRECTORY, strlen (DIRECTORY), capdu);
}

/* The next application, or the end where there is none: for what the ones before said. */
static TillEmvStep
try_next (TillEmv    *self,
          TillReason  told,
          GByteArray *capdu)
{
  const TillEmvCandidate *row;

  if (self->told == TILL_REASON_NONE || told != TILL_REASON_CARD_NONE)
    self->told = told;
  if (self->next == self->candidates.n_rows)
    return refuse (self, self->told);

  row = &self->candidates.rows[self->next++];
  explicit_bzero (&self->objects, sizeof self->objects);
  self->at = 0;
  self->n_records = 0;
  return send_select (self, STEP_APPLICATION, row->aid, row->n_aid, capdu);
}

static TillEmvStep
take_directory (TillEmv      *self,
                guint         status,
                const guint8 *body,
                gsize         n_bytes,
                GByteArray   *capdu)
{
  if (status == SW_NOT_FOUND || status == SW_INSTRUCTION || status == SW_CLASS) {
    till_emv_candidates_direct (&self->candidates);
    return try_next (self, TILL_REASON_CARD_NONE, capdu);
  }
  if (status != SW_OK)
    return refuse (self, reason_of (status));
  if (!till_emv_candidates_read (&self->candidates, body, n_bytes, NULL))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  return try_next (self, self->candidates.n_foreign > 0 ? TILL_REASON_CARD_FOREIGN
                                                        : TILL_REASON_CARD_NONE, capdu);
}

/* The name that was selected stands for one that the card keeps to itself; one that it tells may be
 * longer, but no other. */
static gboolean
take_file (TillEmv      *self,
           const guint8 *body,
           gsize         n_bytes)
{
  const TillEmvCandidate *row = &self->candidates.rows[self->next - 1];
  g_autoptr (GPtrArray) said = till_tlv_parse (body, n_bytes, NULL);
  const guint8 *name;
  gsize n_name;

  if (!till_tlv_find (said, TILL_EMV_TAG_FCI) ||
      !till_emv_objects_take (&self->objects, said, NULL))
    return FALSE;

  name = till_emv_objects_get (&self->objects, TILL_EMV_TAG_DF_NAME, &n_name);

  return name ? n_name >= row->n_aid && memcmp (name, row->aid, row->n_aid) == 0
              : till_emv_objects_put (&self->objects, TILL_EMV_TAG_DF_NAME, row->aid, row->n_aid,
                                      NULL);
}

static gboolean
get_value (gpointer      source,
           guint32       tag,
           TillDolValue *value)
{
  TillEmv *self = source;
  gsize n_bytes;
  const guint8 *of_card;

  if (till_emv_terminal_get (&self->terminal, tag, value))
    return TRUE;
  /* A card knows its number; what goes to it shall be no secret. */
  if (tag == TILL_EMV_TAG_PAN || tag == TILL_EMV_TAG_TRACK_2 || tag == TILL_EMV_TAG_EXPIRY)
    return FALSE;

  of_card = till_emv_objects_get (&self->objects, tag, &n_bytes);
  if (!of_card || n_bytes > sizeof value->bytes)
    return FALSE;

  memcpy (value->bytes, of_card, n_bytes);
  value->n_bytes = n_bytes;
  return TRUE;
}

/* What the card's list @list asks for. */
static GByteArray *
fill (TillEmv *self,
      guint32  list)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  gsize n_bytes;
  const guint8 *dol = till_emv_objects_get (&self->objects, list, &n_bytes);

  return till_dol_fill (dol, n_bytes, get_value, self, data, NULL) ? g_steal_pointer (&data) : NULL;
}

static TillEmvStep
send_options (TillEmv    *self,
              GByteArray *capdu)
{
  g_autoptr (GByteArray) data = fill (self, TILL_EMV_TAG_PDOL);
  guint8 head[2];

  if (!data)
    return try_next (self, TILL_REASON_CARD_UNREADABLE, capdu);

  head[0] = TILL_EMV_TAG_COMMAND;
  head[1] = (guint8) data->len;
  /* Above 127 bytes a length of the template takes two. */
  if (data->len > 0x7f)
    g_byte_array_prepend (data, (const guint8[]) { TILL_EMV_TAG_COMMAND, 0x81, head[1] }, 3);
  else
    g_byte_array_prepend (data, head, 2);

  return send (self, STEP_OPTIONS, (const guint8[]) { 0x80, 0xa8, 0x00, 0x00 }, data->data,
               data->len, capdu);
}

static TillEmvStep
take_application (TillEmv      *self,
                  guint         status,
                  const guint8 *body,
                  gsize         n_bytes,
                  GByteArray   *capdu)
{
  if (status != SW_OK)
    return try_next (self, reason_of (status), capdu);
  if (!take_file (self, body, n_bytes))
    return try_next (self, TILL_REASON_CARD_UNREADABLE, capdu);

  return send_options (self, capdu);
}

/* Format 1: the profile and the records' places stand bare behind one another. */
static gboolean
take_format_1 (TillEmv       *self,
               const TillTlv *response)
{
  return response->n_bytes >= 2 &&
         till_emv_objects_put (&self->objects, TILL_EMV_TAG_AIP, response->value, 2, NULL) &&
         till_emv_objects_put (&self->objects, TILL_EMV_TAG_AFL, response->value + 2,
                               response->n_bytes - 2, NULL);
}

static gboolean
has_cryptogram (TillEmv *self)
{
  return till_emv_objects_get (&self->objects, TILL_EMV_TAG_CRYPTOGRAM, NULL) != NULL;
}

/* An AFL's entry: file, first record, last record, how many are signed. EMV Book 3, 10.2. */
static gboolean
is_afl (const guint8 *afl,
        gsize         n_bytes)
{
  guint n_records = 0;

  for (gsize i = 0; i + AFL_ENTRY <= n_bytes; i += AFL_ENTRY) {
    guint8 file = afl[i] >> 3;

    if ((afl[i] & 7) != 0 || file == 0 || file > SFI_MAX ||
        afl[i + 1] == 0 || afl[i + 2] < afl[i + 1] || afl[i + 3] > afl[i + 2] - afl[i + 1] + 1)
      return FALSE;
    n_records += (guint) (afl[i + 2] - afl[i + 1] + 1);
  }

  return n_bytes % AFL_ENTRY == 0 && n_records <= RECORDS_MAX;
}

static TillEmvStep
send_cryptogram (TillEmv    *self,
                 GByteArray *capdu)
{
  g_autoptr (GByteArray) data = NULL;

  /* A card without a list of what the cryptogram is made of gives none. */
  if (till_emv_objects_get (&self->objects, TILL_EMV_TAG_CDOL1, NULL))
    data = fill (self, TILL_EMV_TAG_CDOL1);
  if (!data)
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  return send (self, STEP_CRYPTOGRAM, (const guint8[]) { 0x80, 0xae, 0x80, 0x00 }, data->data,
               data->len, capdu);
}

static TillEmvStep
send_record (TillEmv    *self,
             GByteArray *capdu)
{
  gsize n_afl;
  const guint8 *afl = till_emv_objects_get (&self->objects, TILL_EMV_TAG_AFL, &n_afl);

  if (self->at == n_afl)
    return has_cryptogram (self) ? decide (self) : send_cryptogram (self, capdu);

  return send (self, STEP_RECORD,
               (const guint8[]) { 0x00, 0xb2, self->record, afl[self->at] | 4 }, NULL, 0, capdu);
}

static TillEmvStep
take_options (TillEmv      *self,
              guint         status,
              const guint8 *body,
              gsize         n_bytes,
              GByteArray   *capdu)
{
  g_autoptr (GPtrArray) said = status == SW_OK ? till_tlv_parse (body, n_bytes, NULL) : NULL;
  const TillTlv *format_1 = till_tlv_find (said, TILL_EMV_TAG_RESPONSE_1);
  const TillTlv *format_2 = till_tlv_find (said, TILL_EMV_TAG_RESPONSE_2);
  gsize n_afl;
  const guint8 *afl;

  /* Only this says "use another application": EMV Book 3, 6.5.8.4. */
  if (status == SW_CONDITIONS)
    return try_next (self, TILL_REASON_CARD_LOCKED, capdu);
  if (status != SW_OK)
    return refuse (self, reason_of (status));
  if (format_1 ? !take_format_1 (self, format_1)
               : !format_2 || !till_emv_objects_take (&self->objects, format_2->children, NULL))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  afl = till_emv_objects_get (&self->objects, TILL_EMV_TAG_AFL, &n_afl);
  if (!is_afl (afl, n_afl))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);
  self->record = n_afl > 0 ? afl[1] : 0;
  return send_record (self, capdu);
}

static TillEmvStep
take_record (TillEmv      *self,
             guint         status,
             const guint8 *body,
             gsize         n_bytes,
             GByteArray   *capdu)
{
  g_autoptr (GPtrArray) said = status == SW_OK ? till_tlv_parse (body, n_bytes, NULL) : NULL;
  gsize n_afl;
  const guint8 *afl;

  if (!till_tlv_find (said, TILL_EMV_TAG_RECORD) && !till_tlv_find (said, TILL_EMV_TAG_RESPONSE_2))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);
  if (!till_emv_objects_take (&self->objects, said, NULL))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  afl = till_emv_objects_get (&self->objects, TILL_EMV_TAG_AFL, &n_afl);
  if (self->record < afl[self->at + 2]) {
    self->record++;
  } else {
    self->at += AFL_ENTRY;
    self->record = self->at < n_afl ? afl[self->at + 1] : 0;
  }

  return send_record (self, capdu);
}

/* Format 1 of a cryptogram: what it is, the counter, itself, the issuer's. EMV Book 3, 6.5.5.4. */
static gboolean
take_cryptogram_format_1 (TillEmv       *self,
                          const TillTlv *response)
{
  const guint8 *value = response->value;

  if (response->n_bytes < 11)
    return FALSE;
  if (!till_emv_objects_put (&self->objects, TILL_EMV_TAG_CRYPTOGRAM_INFO, value, 1, NULL) ||
      !till_emv_objects_put (&self->objects, TILL_EMV_TAG_ATC, value + 1, 2, NULL) ||
      !till_emv_objects_put (&self->objects, TILL_EMV_TAG_CRYPTOGRAM, value + 3, 8, NULL))
    return FALSE;

  return response->n_bytes == 11 ||
         till_emv_objects_put (&self->objects, TILL_EMV_TAG_ISSUER_DATA, value + 11,
                               response->n_bytes - 11, NULL);
}

static TillEmvStep
take_cryptogram (TillEmv      *self,
                 guint         status,
                 const guint8 *body,
                 gsize         n_bytes,
                 GByteArray   *capdu)
{
  g_autoptr (GPtrArray) said = status == SW_OK ? till_tlv_parse (body, n_bytes, NULL) : NULL;
  const TillTlv *format_1 = till_tlv_find (said, TILL_EMV_TAG_RESPONSE_1);
  const TillTlv *format_2 = till_tlv_find (said, TILL_EMV_TAG_RESPONSE_2);

  if (status != SW_OK)
    return refuse (self, reason_of (status));
  if (format_1 ? !take_cryptogram_format_1 (self, format_1)
               : !format_2 || !till_emv_objects_take (&self->objects, format_2->children, NULL))
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  return decide (self);
}

static const TakeAnswer takers[N_STEPS] = {
  [STEP_DIRECTORY]   = take_directory,
  [STEP_APPLICATION] = take_application,
  [STEP_OPTIONS]     = take_options,
  [STEP_RECORD]      = take_record,
  [STEP_CRYPTOGRAM]  = take_cryptogram,
};

/**
 * till_emv_new:
 * @terminal: copied; where till_emv_terminal_check() refuses it, the tap is refused at once
 *
 * Begins a tap. A new one is needed for each: the unpredictable number is used once.
 */
TillEmv *
till_emv_new (const TillEmvTerminal *terminal)
{
  TillEmv *self = g_new0 (TillEmv, 1);

  self->terminal = *terminal;
  self->terminal_objects = g_memdup2 (terminal->objects, terminal->n_objects);
  self->terminal.objects = self->terminal_objects;
  self->card.pan_sequence = -1;
  self->card.atc = -1;
  self->card.reason = TILL_REASON_CARD_MOVED;

  return self;
}

/* Wipes all that the card has said. */
void
till_emv_free (TillEmv *self)
{
  if (!self)
    return;

  g_free (self->terminal_objects);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

/**
 * till_emv_get_card:
 *
 * Returns: (transfer none): what the card is and decided; before the end of the steps it is
 *   refused as one that left
 */
const TillEmvCard *
till_emv_get_card (TillEmv *self)
{
  return &self->card;
}

/**
 * till_emv_step:
 * @rapdu: (nullable): the card's answer with its two bytes of status; %NULL to begin
 * @capdu: (out): the next command, where %TILL_EMV_SEND is returned; it may hold what the terminal
 *   tells, but no account data
 *
 * Takes the card's answer to the command before and goes on.
 */
TillEmvStep
till_emv_step (TillEmv      *self,
               const guint8 *rapdu,
               gsize         n_bytes,
               GByteArray   *capdu)
{
  g_return_val_if_fail (self->step != STEP_DONE, TILL_EMV_DONE);

  if (self->step == STEP_BEGIN)
    return till_emv_terminal_check (&self->terminal, NULL) ? begin (self, capdu)
                                                           : refuse (self, TILL_REASON_CONFIG);
  if (n_bytes < 2)
    return refuse (self, TILL_REASON_CARD_UNREADABLE);

  return takers[self->step] (self, (guint) (rapdu[n_bytes - 2] << 8 | rapdu[n_bytes - 1]), rapdu,
                             n_bytes - 2, capdu);
}

/**
 * till_emv_give_up:
 * @reason: a card that left, a reader that fell silent
 *
 * Ends a tap before the card has said all; what it has said is wiped.
 */
void
till_emv_give_up (TillEmv    *self,
                  TillReason  reason)
{
  refuse (self, reason);
}
