/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <stdlib.h>

/* Now and then nothing goes wrong for a while: how soon is what was unknown known?
 *
 * Measured is each payment that is amber at that moment and about which the bank knows the end, or
 * that the till itself is ending. Its time begins
 * - when nothing goes wrong any more; but
 * - where the till waits in vain for an answer to what it asked before, when it stops waiting: it
 *   cannot know that the line is good again;
 * - where the bank's queries lag, when they show what is;
 * - where the acquirer's rules let it be asked only now and then, when they let it be asked again;
 * - where no call ends a code, so long after its time as the bank may lag; and
 * - where it is to be reversed and the rules say "not before", then: 15 s after the charge left,
 *   or after this program found it.
 * Left out is what the rules bid to wait for: a payer who is not done (unless the till is ending
 * it), a charge that the bank does not know (it is reversed when its time is over, for "unknown" is
 * no proof), and refunds (the bank takes its time). */

#define GOAL_MS 10000

/* And none this long: of a million lives the slowest payment took 38.5 s. */
#define MOST_MS 50000

/* With fewer, those that are slow for once, by an acquirer whose own pace is ten seconds, would be
 * the ninety-fifth percentile. */
#define N_FOR_GOAL 1000

struct Calm
{
  GHashTable *awaited;     /* number → gint64: since when, in ms */
  GArray     *waited_ms;   /* (element-type gint64): how long it took, over all runs */
  guint64     n_payer;     /* left out: the payer is not done */
  guint64     n_unknown;   /* left out: the bank does not know it */
};

Calm *
calm_new (void)
{
  Calm *self = g_new0 (Calm, 1);

  self->awaited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->waited_ms = g_array_new (FALSE, FALSE, sizeof (gint64));

  return self;
}

void
calm_free (Calm *self)
{
  g_hash_table_unref (self->awaited);
  g_array_unref (self->waited_ms);
  g_free (self);
}

/* Whether the rules let the till know soon what became of @payment. */
static gboolean
can_be_known (Calm              *self,
              const TillPayment *payment,
              const Trade       *trade)
{
  gboolean is_ending = till_payment_is_ending (payment->state);
  gboolean payer_is_done = trade && trade->state != TRADE_OPEN;

  if (!trade || !trade->is_known) {
    self->n_unknown++;
    return FALSE;
  }
  if (!is_ending && !payer_is_done) {
    self->n_payer++;
    return FALSE;
  }

  return TRUE;
}

static void
await (Till              *till,
       const TillPayment *payment)
{
  World *world = till->world;
  const Trade *trade = find_trade (world, payment->order);
  gint64 sent_ms = watch_get_sent_ms (world->watch, payment->order);
  gint64 since_ms = now_ms (world);

  if (payment->kind == TILL_KIND_REFUND || till_payment_is_final (payment->state) ||
      !can_be_known (world->calm, payment, trade))
    return;

  since_ms = MAX (since_ms, net_get_patience_ms (till->net, payment->order));
  since_ms = MAX (since_ms, trade->shown_ms - world->town.slept_ms);
  since_ms = MAX (since_ms, watch_get_asked_ms (world->watch, payment->order) +
                              trade->bank->dialect->asks_every_ms);
  if (!trade->is_charge && trade->bank->dialect->codes_end_ms > 0)
    since_ms = MAX (since_ms, trade->expires_ms - world->town.slept_ms +
                                trade->bank->dialect->codes_end_ms);
  if (till_payment_is_ending (payment->state) && sent_ms && payment->paid_us == 0)
    since_ms = MAX (since_ms, MAX (sent_ms, till->started_ms) +
                               trade->bank->dialect->reverse_not_before_ms);
  g_hash_table_insert (world->calm->awaited, g_strdup (payment->order),
                       g_memdup2 (&since_ms, sizeof since_ms));
}

/**
 * calm_begin:
 *
 * From here on nothing goes wrong.
 */
void
calm_begin (World *world)
{
  tell (world, "— nothing goes wrong from here on —");
  world->chances.all_off = TRUE;
  for (guint i = 0; i < world->n_tills; i++) {
    Till *till = &world->tills[i];
    GListModel *open = till->desk ? till_desk_get_open (till->desk) : NULL;

    till_set_wall (till, true_wall_us (world));
    for (guint k = 0; open && k < g_list_model_get_n_items (open); k++) {
      g_autoptr (TillSaleItem) item = g_list_model_get_item (open, k);
      const TillSale *sale = till_sale_item_get_sale (item);

      for (guint p = 0; p < sale->payments->len; p++)
        await (till, g_ptr_array_index (sale->payments, p));
    }
  }
}

static void
note_wait (World      *world,
           const char *number,
           gint64      since_ms)
{
  gint64 waited_ms = MAX (now_ms (world) - since_ms, 0);

  g_array_append_val (world->calm->waited_ms, waited_ms);
  if (waited_ms > MOST_MS)
    violate (world, "%s was not known for %d s though nothing went wrong", number,
             (int) (waited_ms / 1000));
}

/**
 * calm_settled:
 *
 * The till tells the end of @payment.
 */
void
calm_settled (World             *world,
              const TillPayment *payment)
{
  const gint64 *since_ms = g_hash_table_lookup (world->calm->awaited, payment->order);

  if (!since_ms)
    return;

  note_wait (world, payment->order, *since_ms);
  g_hash_table_remove (world->calm->awaited, payment->order);
}

/**
 * calm_end:
 *
 * Things may go wrong again. What is not settled by now has taken at least so long.
 */
void
calm_end (World *world)
{
  GHashTableIter iter;
  gpointer number, since_ms;

  g_hash_table_iter_init (&iter, world->calm->awaited);
  while (g_hash_table_iter_next (&iter, &number, &since_ms))
    note_wait (world, number, *(gint64 *) since_ms);
  g_hash_table_remove_all (world->calm->awaited);
  world->chances.all_off = FALSE;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

/**
 * calm_report:
 *
 * Prints how soon all was known.
 *
 * Returns: %FALSE where that was not soon enough
 */
gboolean
calm_report (const Calm *self)
{
  guint n = self->waited_ms->len;
  gint64 p50_ms, p95_ms, most_ms;

  if (n == 0)
    return TRUE;

  g_array_sort (self->waited_ms, compare);
  p50_ms = g_array_index (self->waited_ms, gint64, n / 2);
  p95_ms = g_array_index (self->waited_ms, gint64, n * 95 / 100);
  most_ms = g_array_index (self->waited_ms, gint64, n - 1);
  g_print ("# note: unknown results settled after the network's return: half within %.1f s, "
           "95 %% within %.1f s, all within %.1f s (%u payments; %" G_GUINT64_FORMAT
           " waited for their payers, %" G_GUINT64_FORMAT " unknown to the bank)\n",
           (double) p50_ms / 1000, (double) p95_ms / 1000, (double) most_ms / 1000, n,
           self->n_payer, self->n_unknown);

  return n < N_FOR_GOAL || p95_ms <= GOAL_MS;
}
