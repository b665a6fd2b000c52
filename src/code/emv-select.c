/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-select.h"

#include <string.h>

#include "code/emv-tags.h"
#include "code/tlv.h"

#define AID_MIN       5
#define PRIORITY_LAST 16
#define PRIORITY_MASK 0x0f
#define KERNEL_MASK   0x3f
#define KERNEL_OURS   7    /* UnionPay's; 0 stands for the scheme's own. EMV Book B, 3.3.2.5 */

static const guint8 rid[] = { 0xa0, 0x00, 0x00, 0x03, 0x33 };

/* UnionPay's applications, for cards that have no directory. Source: emv-utils, emv_fields.c. */
static const guint8 known[][8] = {
  { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01 },  /* debit */
  { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x02 },  /* credit */
  { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x03 },  /* quasi-credit */
  { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x06 },  /* electronic cash */
  { 0xa0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x08 },  /* debit of the United States */
};

static gboolean
is_ours (const TillTlv *name,
         const TillTlv *kernel)
{
  guint8 id = kernel && kernel->n_bytes > 0 ? kernel->value[0] & KERNEL_MASK : 0;

  return name->n_bytes <= TILL_EMV_AID_MAX &&
         memcmp (name->value, rid, sizeof rid) == 0 && (id == 0 || id == KERNEL_OURS);
}

static guint8
priority_of (const TillTlv *priority)
{
  guint8 said = priority && priority->n_bytes == 1 ? priority->value[0] & PRIORITY_MASK : 0;

  return said > 0 ? said : PRIORITY_LAST;
}

static void
add_entry (TillEmvCandidates *candidates,
           const GPtrArray   *entry)
{
  const TillTlv *name = till_tlv_find (entry, TILL_EMV_TAG_ADF_NAME);
  TillEmvCandidate *row = &candidates->rows[candidates->n_rows];

  if (!name || name->n_bytes < AID_MIN)
    return;
  if (!is_ours (name, till_tlv_find (entry, TILL_EMV_TAG_KERNEL))) {
    candidates->n_foreign++;
    return;
  }
  if (candidates->n_rows == TILL_EMV_CANDIDATES_MAX)
    return;

  memcpy (row->aid, name->value, name->n_bytes);
  row->n_aid = name->n_bytes;
  row->priority = priority_of (till_tlv_find (entry, TILL_EMV_TAG_PRIORITY));
  candidates->n_rows++;
}

/* Those of one priority stay in the card's order. */
static void
sort (TillEmvCandidates *candidates)
{
  for (guint i = 1; i < candidates->n_rows; i++) {
    TillEmvCandidate row = candidates->rows[i];
    guint place = i;

    for (; place > 0 && candidates->rows[place - 1].priority > row.priority; place--)
      candidates->rows[place] = candidates->rows[place - 1];
    candidates->rows[place] = row;
  }
}

static const GPtrArray *
children_of (const GPtrArray *objects,
             guint32          tag)
{
  const TillTlv *object = till_tlv_find (objects, tag);

  return object ? object->children : NULL;
}

/**
 * till_emv_candidates_read:
 * @candidates: (out caller-allocates): set on success only
 * @ppse: what the card answered to SELECT of 2PAY.SYS.DDF01, without its status
 * @error: set to a #TillTlvError where it is not well formed
 *
 * Reads which of UnionPay's applications a card has, the one that it prefers first. A kernel
 * identifier outside an entry is nobody's. Source: EMV Book B 3.3, PBOC 3.0 part 12.
 */
gboolean
till_emv_candidates_read (TillEmvCandidates *candidates,
                          const guint8      *ppse,
                          gsize              n_bytes,
                          GError           **error)
{
  g_autoptr (GPtrArray) objects = till_tlv_parse (ppse, n_bytes, error);
  const GPtrArray *entries;

  if (!objects)
    return FALSE;

  entries = children_of (objects, TILL_EMV_TAG_FCI);
  entries = children_of (entries, TILL_EMV_TAG_FCI_PROPRIETARY);
  entries = children_of (entries, TILL_EMV_TAG_FCI_ISSUER);

  *candidates = (TillEmvCandidates) { .n_rows = 0 };
  for (guint i = 0; entries && i < entries->len; i++) {
    const TillTlv *entry = g_ptr_array_index (entries, i);

    if (entry->tag == TILL_EMV_TAG_DIRECTORY_ENTRY)
      add_entry (candidates, entry->children);
  }
  sort (candidates);
  return TRUE;
}

/**
 * till_emv_candidates_direct:
 * @candidates: (out caller-allocates): all applications that UnionPay's cards may have
 *
 * What to try on a card without directory.
 */
void
till_emv_candidates_direct (TillEmvCandidates *candidates)
{
  *candidates = (TillEmvCandidates) { .n_rows = G_N_ELEMENTS (known) };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    memcpy (candidates->rows[i].aid, known[i], sizeof known[i]);
    candidates->rows[i].n_aid = sizeof known[i];
    candidates->rows[i].priority = PRIORITY_LAST;
  }
}
