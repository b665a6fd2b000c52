/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

/* What must hold at each step: whenever the till tells something, and whenever it asks. */

/* A payment that is asked about more often than this within that time is asked too often. */
#define N_ASKED_MAX  12
#define ASKED_MS     5000

/* By then the other codes of a paid sale must be on their way out. */
#define CLOSE_OTHERS_MS 4000

/* What is known of one payment. */
typedef struct {
  TillPaymentState told;          /* NEW: nothing */
  TillReason       told_reason;
  gint64           sent_ms;       /* a charge's; 0: not sent */
  gint64           asked_ms[N_ASKED_MAX];
  guint            n_asked;
} Seen;

struct Watch
{
  GHashTable *seen;       /* payment's number → Seen */
  GHashTable *cancelled;  /* sales that the clerk wanted to end */
  guint64     n_requests;
};

Watch *
watch_new (void)
{
  Watch *self = g_new0 (Watch, 1);

  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancelled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
watch_free (Watch *self)
{
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->cancelled);
  g_free (self);
}

void
watch_begin (Watch *self)
{
  g_hash_table_remove_all (self->seen);
  g_hash_table_remove_all (self->cancelled);
}

/**
 * watch_cancelled:
 *
 * The clerk wants the sale to end: green may become red.
 */
void
watch_cancelled (Watch      *self,
                 const char *order)
{
  g_hash_table_add (self->cancelled, g_strdup (order));
}

guint64
watch_get_requests (const Watch *self)
{
  return self->n_requests;
}

static Seen *
get_seen (Watch      *self,
          const char *number)
{
  Seen *seen = g_hash_table_lookup (self->seen, number);

  if (!seen) {
    seen = g_new0 (Seen, 1);
    g_hash_table_insert (self->seen, g_strdup (number), seen);
  }

  return seen;
}

/**
 * watch_get_sent_ms:
 *
 * Returns: when the charge left; 0 where it is no charge, or did not leave
 */
gint64
watch_get_sent_ms (const Watch *self,
                   const char  *number)
{
  const Seen *seen = g_hash_table_lookup (self->seen, number);

  return seen ? seen->sent_ms : 0;
}

/**
 * watch_get_asked_ms:
 *
 * Returns: when the till asked about the payment last; 0 where it did not yet
 */
gint64
watch_get_asked_ms (const Watch *self,
                    const char  *number)
{
  const Seen *seen = g_hash_table_lookup (self->seen, number);

  return seen && seen->n_asked > 0 ? seen->asked_ms[(seen->n_asked - 1) % N_ASKED_MAX] : 0;
}

/* What is told. */

/* Green: the bank would say the same, at this very moment; and when it is told first, nothing of the
 * till's is on its way that would make it untrue, but for what the owner has said. */
static void
check_green (Till              *till,
             const TillPayment *payment,
             const Seen        *seen)
{
  World *self = till->world;
  const Trade *trade = find_trade (self, payment->order);

  if (payment->state != TILL_PAYMENT_PAID)
    return;
  if (seen->told != TILL_PAYMENT_PAID && !payment->is_owners &&
      net_may_reverse (till->net, payment->order))
    violate (self, "%s is shown as paid while a reversal may arrive", payment->order);
  if (!trade || trade->state != TRADE_PAID)
    violate (self, "%s is shown as paid; the bank denies it", payment->order);
  else if (trade->amount_fen != payment->amount_fen)
    violate (self, "%s is shown as paid with another amount", payment->order);
}

/* Red, at the moment at which it is told. What the bank itself denies yet, because it books late,
 * nobody can know: that is watched for, and given back. */
static void
check_red (World             *self,
           const TillPayment *payment,
           const Seen        *seen)
{
  const Trade *trade = find_trade (self, payment->order);

  if (payment->state == TILL_PAYMENT_FAILED && seen->told != TILL_PAYMENT_FAILED &&
      trade && trade->state == TRADE_PAID &&
      bank_now_ms (trade->bank) >= trade->shown_ms)
    violate (self, "%s is shown as not paid while the bank has the money", payment->order);
}

/* Green stays green, unless the clerk undoes it. */
static void
check_change (World             *self,
              const TillSale    *sale,
              const TillPayment *payment,
              const Seen        *seen)
{
  if (seen->told == TILL_PAYMENT_PAID && payment->state != TILL_PAYMENT_PAID &&
      !g_hash_table_contains (self->watch->cancelled, sale->order))
    violate (self, "%s was shown as paid, and no more", payment->order);
}

static void
check_refund (World             *self,
              const TillSale    *sale,
              const TillPayment *refund,
              const Seen        *seen)
{
  const BankRefund *found;

  if (!till_payment_is_final (refund->state) || seen->told == refund->state ||
      owner_gave_back (self, sale, refund))
    return;

  found = find_refund (self, refund->of, refund->order);
  if (refund->state == TILL_PAYMENT_PAID &&
      (!found || found->fails || found->done_ms > town_now_ms (&self->town)))
    violate (self, "refund %s is shown as done; the bank has not done it", refund->order);
  if (refund->state == TILL_PAYMENT_FAILED && found &&
      !bank_refund_failed (found->trade->bank, found))
    violate (self, "refund %s is shown as failed; the bank does it", refund->order);
}

static void
tell_change (World             *self,
             const TillPayment *payment,
             Seen              *seen)
{
  if (self->tells && (seen->told != payment->state || seen->told_reason != payment->reason))
    tell (self, "till: %s %s is %s %s", till_kind_to_string (payment->kind), payment->order,
          till_payment_state_to_string (payment->state), till_reason_to_word (payment->reason));
  seen->told = payment->state;
  seen->told_reason = payment->reason;
}

static void
check_payment (Till              *till,
               const TillSale    *sale,
               const TillPayment *payment)
{
  World *self = till->world;
  Seen *seen = get_seen (self->watch, payment->order);

  if (payment->kind == TILL_KIND_REFUND) {
    check_refund (self, sale, payment, seen);
  } else {
    check_green (till, payment, seen);
    check_red (self, payment, seen);
    check_change (self, sale, payment, seen);
  }
  if (till_payment_is_final (payment->state))
    calm_settled (self, payment);
  tell_change (self, payment, seen);
}

typedef struct {
  Till *till;
  char *order;
} Look;

static void
check_others (World          *self,
              const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind != TILL_KIND_REFUND && !till_payment_is_final (payment->state) &&
        payment->cause == TILL_REASON_NONE)
      violate (self, "%s can still be paid beside a payment", payment->order);
  }
}

/* The first payment closes the other codes at once; but what cannot be written is not done. */
static void
look_at_others_cb (gpointer user_data)
{
  Look *look = user_data;
  Till *till = look->till;
  g_autoptr (TillSaleItem) item =
    till->desk && !till->world->violation ? till_desk_find (till->desk, look->order, NULL) : NULL;

  if (item && !till_sale_item_get_fault (item) &&
      now_ms (till->world) - till->disk_failed_ms >= CLOSE_OTHERS_MS &&
      till_sale_get_paid (till_sale_item_get_sale (item)) && till_desk_is_busy (till->desk, item))
    check_others (till->world, till_sale_item_get_sale (item));
  g_free (look->order);
  g_free (look);
}

static void
look_at_others (Till           *till,
                const TillSale *sale)
{
  Look *look;

  if (sale->kind != TILL_KIND_COLLECT || sale->payments->len < 2 || !till_sale_get_paid (sale))
    return;

  look = g_new (Look, 1);
  *look = (Look) { till, g_strdup (sale->order) };
  after (till->world, CLOSE_OTHERS_MS, look_at_others_cb, look);
}

/**
 * watch_changed:
 *
 * The till tells its clerk what became of a sale.
 */
void
watch_changed (Till         *till,
               TillSaleItem *item)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  till->last_seq = MAX (till->last_seq, sale->last_seq);
  for (guint i = 0; i < sale->payments->len; i++)
    check_payment (till, sale, g_ptr_array_index (sale->payments, i));
  look_at_others (till, sale);
}

/**
 * watch_started:
 *
 * The till has taken up what was open, and lists it.
 */
void
watch_started (Till *till)
{
  GListModel *open = till_desk_get_open (till->desk);

  for (guint i = 0; i < g_list_model_get_n_items (open); i++) {
    g_autoptr (TillSaleItem) item = g_list_model_get_item (open, i);

    watch_changed (till, item);
  }
}

/* What is asked. */

static gboolean
ends_payment (TillCall call)
{
  return call == TILL_CALL_CLOSE || call == TILL_CALL_REVERSE;
}

static gboolean
moves_money (TillCall call)
{
  return call == TILL_CALL_CHARGE || call == TILL_CALL_ORDER || call == TILL_CALL_TAP ||
         call == TILL_CALL_REFUND;
}

static gboolean
is_pushed (TillCall call)
{
  return call == TILL_CALL_CHARGE || call == TILL_CALL_TAP;
}

/* Whatever could move money stands in the journal before it leaves. */
static void
check_row (Till       *till,
           const char *number)
{
  g_autoptr (TillSale) sale = till_journal_load_sale (till->shop->journal, number, NULL);
  const TillPayment *payment = sale ? till_sale_find_payment (sale, number) : NULL;

  if (!payment)
    violate (till->world, "a request about %s left before its row was written", number);
  else if (payment->state != TILL_PAYMENT_ASKED)
    violate (till->world, "%s is asked for while the journal says %s", number,
             till_payment_state_to_string (payment->state));
}

/* What its payer may still pay is not reversed before the bank's time. */
static void
check_reversal (World      *self,
                const Bank *bank,
                const char *number,
                const Seen *seen)
{
  const Trade *trade = find_trade (self, number);

  if (seen->sent_ms && (!trade || trade->state == TRADE_OPEN) &&
      now_ms (self) - seen->sent_ms < bank->dialect->reverse_not_before_ms)
    violate (self, "%s is reversed too early", number);
}

/* No contract is asked for more than it allows. */
static void
check_limit (World       *self,
             const Bank  *bank,
             const Heard *heard)
{
  const Contracts *contracts = &self->contracts;

  for (guint i = 0; i < contracts->n; i++) {
    if (self->banks[contracts->banks[i]] == bank && contracts->limits_fen[i] &&
        heard->fen > contracts->limits_fen[i])
      violate (self, "%s is over its contract's limit", heard->number);
  }
}

/* A second acquirer is asked when the first has moved no money and never will: it knows nothing of
 * the payment, or that it failed, and no request is on its way to it. */
static void
check_route (Till       *till,
             const char *number)
{
  World *self = till->world;
  g_autoptr (TillSale) sale = till_journal_load_sale (till->shop->journal, number, NULL);

  for (guint i = 0; sale && sale->kind == TILL_KIND_CHARGE && i < sale->payments->len; i++) {
    const TillPayment *other = g_ptr_array_index (sale->payments, i);
    const Trade *trade = find_trade (self, other->order);

    if (g_strcmp0 (other->order, number) == 0)
      continue;
    if (other->state != TILL_PAYMENT_FAILED || (trade && trade->state != TRADE_FAILED) ||
        net_is_on_its_way (till->net, other->order))
      violate (self, "%s is charged while %s may be paid", number, other->order);
  }
}

/* No payment is asked about all the time. */
static void
check_pace (World      *self,
            const char *number,
            Seen       *seen)
{
  gint64 *oldest_ms = &seen->asked_ms[seen->n_asked % N_ASKED_MAX];

  if (seen->n_asked >= N_ASKED_MAX && now_ms (self) - *oldest_ms < ASKED_MS)
    violate (self, "%s is asked about more than %d times in %d ms", number, N_ASKED_MAX, ASKED_MS);
  *oldest_ms = now_ms (self);
  seen->n_asked++;
}

/* Shouqianba has no query of a refund: it is asked about the payment, by each refund. */
static gboolean
is_about_refund (const Heard *heard,
                 const Seen  *seen)
{
  return heard->call == TILL_CALL_QUERY &&
         (seen->told == TILL_PAYMENT_PAID || seen->told == TILL_PAYMENT_PAID_LATE);
}

/* What is ended is being ended for the clerk too; where another program may have told the clerk,
 * by the journal. */
static void
check_end (Till       *till,
           const char *number,
           const Seen *seen)
{
  g_autoptr (TillSale) sale =
    till->command.desk ? till_journal_load_sale (till->shop->journal, number, NULL) : NULL;
  const TillPayment *payment = sale ? till_sale_find_payment (sale, number) : NULL;

  if (!till_payment_is_ending (payment ? payment->state : seen->told))
    violate (till->world, "%s is ended, and its clerk was not told", number);
}

/* Window and command may ask about the same at once; neither may ask for money twice. */
static gboolean
may_be_asked_twice (const Till  *till,
                    const Heard *heard)
{
  return till->command.desk && net_get_n_moving (till->net, heard->number) <= 1;
}

/**
 * watch_request:
 *
 * A request leaves the till.
 */
void
watch_request (Bank        *bank,
               const Heard *heard,
               gpointer     user_data)
{
  Till *till = user_data;
  World *self = till->world;
  const char *number = heard->number;
  Seen *seen;

  self->watch->n_requests++;
  if (!number && !till_call_is_about_keys (heard->call))
    violate (self, "a message left before its row was written");
  if (!number || !till->desk)
    return;

  seen = get_seen (self->watch, number);
  if (net_get_n_waiting (till->net, number) > 1 && !is_about_refund (heard, seen) &&
      !may_be_asked_twice (till, heard))
    violate (self, "two requests about %s are under way", number);
  if (heard->call == TILL_CALL_REVERSE)
    check_reversal (self, bank, number, seen);
  check_pace (self, number, seen);
  if (moves_money (heard->call))
    check_row (till, number);
  if (heard->call == TILL_CALL_CHARGE)
    check_route (till, number);
  if (heard->call == TILL_CALL_TAP)
    check_tap (till, bank, heard);
  if (is_pushed (heard->call) || heard->call == TILL_CALL_ORDER)
    check_limit (self, bank, heard);
  if (ends_payment (heard->call))
    check_end (till, number, seen);
  if (is_pushed (heard->call))
    seen->sent_ms = now_ms (self);
}
