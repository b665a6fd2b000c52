/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ledger.h"

#include "sandbox/text.h"

#include <string.h>

struct _TillSandboxLedger
{
  GPtrArray  *entries;   /* of TillEntry, in the order in which they were made */
  GHashTable *numbers;   /* "acquirer merchant order" → entry */
  GHashTable *paycodes;  /* those that were used; they never leave this process */
  guint64     last;
};

static const char *const refund_words[] = {
  [TILL_SANDBOX_REFUND_SUCCESS]    = "success",
  [TILL_SANDBOX_REFUND_PROCESSING] = "processing",
  [TILL_SANDBOX_REFUND_CLOSED]     = "closed",
  [TILL_SANDBOX_REFUND_ABNORMAL]   = "abnormal",
};

static char *
number_key (const char *acquirer,
            const char *merchant,
            const char *order)
{
  return g_strjoin (" ", acquirer, merchant, order, NULL);
}

/* One line of what "GET /sandbox/ledger" shows. */
static void
write_refunds (JsonBuilder     *json,
               const TillEntry *entry)
{
  json_builder_set_member_name (json, "refunds");
  json_builder_begin_array (json);
  for (guint i = 0; i < entry->refunds->len; i++) {
    const TillEntryRefund *refund = entry->refunds->pdata[i];

    json_builder_begin_object (json);
    till_json_add_text (json, "refund", refund->number);
    till_json_add_text (json, "state", refund_words[refund->state]);
    till_json_add_int (json, "amount_fen", refund->amount_fen);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

static void
write_entry (JsonBuilder     *json,
             const TillEntry *entry)
{
  const struct { const char *name, *text; } texts[] = {
    { "acquirer", entry->acquirer },
    { "merchant", entry->merchant },
    { "order", entry->order },
    { "kind", entry->is_charge ? "charge" : "collect" },
    { "state", till_entry_state_to_word (entry->state) },
    { "acquirer_ref", entry->ref },
    { "brand", entry->brand ? till_brand_to_word (entry->brand) : NULL },
  };
  const struct { const char *name; gint64 number; } numbers[] = {
    { "amount_fen", entry->amount_fen },
    { "paid_fen", entry->paid_fen },
    { "given_back_fen", entry->given_back_fen },
    { "made_us", entry->made_us },
    { "paid_us", entry->paid_us },
    { "reversed_us", entry->reversed_us },
  };

  json_builder_begin_object (json);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    till_json_add_text (json, texts[i].name, texts[i].text);
  }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    till_json_add_int (json, numbers[i].name, numbers[i].number);
  }
  write_refunds (json, entry);
  json_builder_end_object (json);
}

TillSandboxLedger *
till_sandbox_ledger_new (void)
{
  TillSandboxLedger *ledger = g_new0 (TillSandboxLedger, 1);

  ledger->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) till_entry_free);
  ledger->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ledger->paycodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return ledger;
}

void
till_sandbox_ledger_free (TillSandboxLedger *ledger)
{
  g_hash_table_unref (ledger->numbers);
  g_hash_table_unref (ledger->paycodes);
  g_ptr_array_unref (ledger->entries);
  g_free (ledger);
}

/**
 * till_sandbox_ledger_add:
 * @acquirer: a word that outlives the ledger
 *
 * Makes an order, unpaid. The caller looked whether the number is free.
 *
 * Returns: (transfer none): the new entry
 */
TillEntry *
till_sandbox_ledger_add (TillSandboxLedger *ledger,
                         const char        *acquirer,
                         const char        *merchant,
                         const char        *order,
                         gint64             amount_fen,
                         gint64             now_us)
{
  TillEntry *entry = till_entry_new (acquirer, merchant, order, amount_fen, now_us);

  g_assert (!till_sandbox_ledger_find (ledger, acquirer, merchant, order));

  g_ptr_array_add (ledger->entries, entry);
  g_hash_table_insert (ledger->numbers, number_key (acquirer, merchant, order), entry);

  return entry;
}

/**
 * till_sandbox_ledger_find:
 * @merchant: (nullable): %NULL for the first that has the number
 *
 * Returns: (transfer none) (nullable): the entry of the merchant's number
 */
TillEntry *
till_sandbox_ledger_find (TillSandboxLedger *ledger,
                          const char        *acquirer,
                          const char        *merchant,
                          const char        *order)
{
  g_autofree char *key = NULL;

  if (merchant) {
    key = number_key (acquirer, merchant, order);
    return g_hash_table_lookup (ledger->numbers, key);
  }

  for (guint i = 0; i < ledger->entries->len; i++) {
    TillEntry *entry = ledger->entries->pdata[i];

    if (strcmp (entry->order, order) == 0 && (!acquirer || strcmp (entry->acquirer, acquirer) == 0))
      return entry;
  }

  return NULL;
}

/**
 * till_sandbox_ledger_find_ref:
 *
 * Returns: (transfer none) (nullable): the entry of the acquirer's own number
 */
TillEntry *
till_sandbox_ledger_find_ref (TillSandboxLedger *ledger,
                              const char        *merchant,
                              const char        *ref)
{
  for (guint i = 0; i < ledger->entries->len; i++) {
    TillEntry *entry = ledger->entries->pdata[i];

    if (g_strcmp0 (entry->ref, ref) == 0 && strcmp (entry->merchant, merchant) == 0)
      return entry;
  }

  return NULL;
}

/**
 * till_sandbox_ledger_find_code:
 *
 * Returns: (transfer none) (nullable): the entry of a collection code, while the code lives
 */
TillEntry *
till_sandbox_ledger_find_code (TillSandboxLedger *ledger,
                               const char        *text,
                               gint64             now_us)
{
  for (guint i = 0; i < ledger->entries->len; i++) {
    TillEntry *entry = ledger->entries->pdata[i];

    for (guint j = 0; j < entry->codes->len; j++) {
      const TillEntryCode *code = entry->codes->pdata[j];

      if (strcmp (code->text, text) == 0)
        return now_us < code->until_us ? entry : NULL;
    }
  }

  return NULL;
}

/**
 * till_sandbox_ledger_find_refund:
 * @refund: (out): the refund
 *
 * Returns: (transfer none) (nullable): the entry that a refund's number belongs to
 */
TillEntry *
till_sandbox_ledger_find_refund (TillSandboxLedger *ledger,
                                 const char        *acquirer,
                                 const char        *merchant,
                                 const char        *number,
                                 TillEntryRefund  **refund)
{
  for (guint i = 0; i < ledger->entries->len; i++) {
    TillEntry *entry = ledger->entries->pdata[i];
    TillEntryRefund *found = till_entry_find_refund (entry, number);

    if (found && strcmp (entry->acquirer, acquirer) == 0 &&
        strcmp (entry->merchant, merchant) == 0) {
      *refund = found;
      return entry;
    }
  }

  return NULL;
}

/**
 * till_sandbox_ledger_use_paycode:
 *
 * Payment codes are used once.
 *
 * Returns: %FALSE where @paycode was used before
 */
gboolean
till_sandbox_ledger_use_paycode (TillSandboxLedger *ledger,
                                 const char        *paycode)
{
  return g_hash_table_add (ledger->paycodes, g_strdup (paycode));
}

/**
 * till_sandbox_ledger_get_entries:
 *
 * Returns: (transfer none): of #TillEntry, in the order in which they were made
 */
const GPtrArray *
till_sandbox_ledger_get_entries (const TillSandboxLedger *ledger)
{
  return ledger->entries;
}

/**
 * till_sandbox_ledger_next:
 *
 * Returns: the next of the numbers that acquirers give their trades and refunds
 */
guint64
till_sandbox_ledger_next (TillSandboxLedger *ledger)
{
  return ++ledger->last;
}

/**
 * till_sandbox_ledger_to_json:
 *
 * Returns: (transfer full): {"orders":[…]}, all that was booked, in order
 */
char *
till_sandbox_ledger_to_json (TillSandboxLedger *ledger)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "orders");
  json_builder_begin_array (json);
  for (guint i = 0; i < ledger->entries->len; i++)
    write_entry (json, ledger->entries->pdata[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);

  return till_json_to_text (json);
}
