/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/tapping.h"

#include <string.h>

#include "core/money.h"
#include "desk/desk-private.h"
#include "desk/request.h"
#include "desk/route.h"
#include "store/taps.h"

/* So long a code that is being ended may take; then the card is given up. */
#define END_CODES_MS 20000

struct _TillTapping
{
  GObject       parent_instance;

  TillDesk     *desk;
  TillMerchant *merchant;      /* the desk's */
  GBytes       *key;           /* of the token; NULL where the contract has none */
  GCancellable *cancellable;
  gint64        amount_fen;
  TillSaleItem *onto;          /* the sale whose payment it shall be; NULL: a sale of its own */
  TillSignIn   *sign_in;       /* under way: the desk's */
  TillTapCard  *card;          /* once it was read, until it is charged or given up */
  gint64        read_ms;
  char         *order;         /* the caller's number, clerk and note */
  char         *clerk;
  char         *note;

  TillTapState  state;
  TillSaleItem *item;
  TillReason    reason;
  GError       *fault;
  gboolean      is_over;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillTapping, till_tapping, G_TYPE_OBJECT)

static TillTap *
get_port (TillDesk *desk)
{
  TillShop *shop = till_desk_get_shop (desk);

  return shop ? shop->ports->tap : NULL;
}

static void
end (TillTapping *self,
     TillReason   reason)
{
  self->reason = reason;
  self->is_over = TRUE;
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->card, till_tap_card_free);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
state_changed_cb (TillTap     *port,
                  TillTapping *self)
{
  TillTapState state = till_tap_get_state (port);

  if (self->is_over || self->state == state)
    return;

  self->state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* A code that ends by its time alone would have the card wait for minutes. */
static gboolean
can_end (TillDesk          *desk,
         const TillPayment *payment)
{
  const TillMerchant *merchant =
    till_shop_find_merchant (till_desk_get_shop (desk), payment->acquirer);

  return merchant && !merchant->acquirer->codes_stay;
}

/* A sale that can take a tap: nothing of it is paid, no other tap of it is under way, and its codes
 * can be ended first. */
static TillReason
why_not_onto (TillDesk     *desk,
              TillSaleItem *item)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  if (!sale->order || till_sale_get_paid (sale))
    return TILL_REASON_CODE_PAID;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (till_payment_is_final (payment->state))
      continue;
    if (payment->kind == TILL_KIND_TAP)
      return TILL_REASON_TAP_OPEN;
    if (!can_end (desk, payment))
      return TILL_REASON_CODE_OPEN;
  }

  return TILL_REASON_NONE;
}

static gboolean
has_open_code (TillSaleItem *item)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (!till_payment_is_final (payment->state))
      return TRUE;
  }

  return FALSE;
}

/* What the card said of itself, for the proof of the sale; never more than may be printed. */
static char *
facts_of (const TillTapCard *card)
{
  GString *facts = g_string_new (card->number);

  if (card->aid)
    g_string_append_printf (facts, ", AID %s", card->aid);
  if (card->sequence >= 0)
    g_string_append_printf (facts, ", sequence %02d", card->sequence);
  if (card->counter >= 0)
    g_string_append_printf (facts, ", ATC %d", card->counter);

  return g_string_free (facts, FALSE);
}

/* The key is on the disk before the row that needs it. */
static gboolean
save_key (TillTapping *self,
          const char  *number,
          GError     **error)
{
  return !self->key ||
         till_taps_save_key (till_profile_get_dir (till_desk_get_shop (self->desk)->profile),
                             number, self->key, error);
}

static TillRow *
make_first_row (TillTapping       *self,
                const TillTapCard *card,
                const char        *number,
                GError           **error)
{
  const TillPresented shown = {
    .card = self->key ? card->token : card->sealed, .card_number = card->number,
  };
  const TillTicket ticket = { .clerk = self->clerk, .note = self->note };
  g_autoptr (TillRow) first = till_desk_first_row (self->desk, TILL_KIND_TAP, self->amount_fen,
                                                   self->merchant, TILL_BRAND_NONE, &ticket);

  first->sale = g_strdup (self->onto ? till_sale_item_get_order (self->onto) : number);
  first->said = facts_of (card);
  if (!till_desk_add_keep (self->desk, self->merchant,
                           self->onto ? till_sale_item_get_sale (self->onto) : NULL, number, first,
                           &shown, error) ||
      !save_key (self, number, error))
    return NULL;

  return g_steal_pointer (&first);
}

/* The row is written, then the request goes out, as for any payment. */
static void
charge (TillTapping *self)
{
  const TillTapCard *card = self->card;
  g_autofree char *number = self->order && !self->onto
                              ? g_strdup (self->order)
                              : till_shop_new_number (till_desk_get_shop (self->desk));
  g_autoptr (TillRow) first = make_first_row (self, card, number, &self->fault);
  TillRun *run;

  if (!first) {
    if (self->onto)
      till_sale_item_set_yields (self->onto, FALSE);
    end (self, TILL_REASON_NONE);
    return;
  }

  self->item = self->onto ? g_object_ref (self->onto)
                          : till_desk_start_sale (self->desk, number, TILL_KIND_TAP,
                                                  self->amount_fen);
  if (self->onto)
    till_desk_hold (self->desk, self->onto);
  run = till_desk_add_run (self->desk, self->merchant, self->item, number);
  till_run_set_card (run, self->key ? NULL : card->sealed, card->number);
  till_run_ask (run, first, NULL);
  end (self, TILL_REASON_NONE);
}

/* The codes' way to their end, step by step: the card is charged when none of them can be paid any
 * more, and not at all where one was. */
static void
follow_codes_cb (TillSaleItem *item,
                 GParamSpec   *pspec,
                 TillTapping  *self)
{
  TillShop *shop = till_desk_get_shop (self->desk);
  const gboolean is_wanted = shop && till_sale_item_get_yields (item);
  const gboolean is_paid = till_sale_get_paid (till_sale_item_get_sale (item)) != NULL;
  g_autoptr (TillTapping) held = NULL;

  if (is_wanted && !is_paid && has_open_code (item) &&
      till_shop_mono_ms (shop) - self->read_ms <= END_CODES_MS)
    return;

  held = g_object_ref (self);
  self->onto = g_object_ref (item);
  g_signal_handlers_disconnect_by_func (item, follow_codes_cb, self);
  if (is_wanted && !is_paid && !has_open_code (item)) {
    charge (self);
    return;
  }
  till_sale_item_set_yields (item, FALSE);
  end (self, is_paid ? TILL_REASON_CODE_PAID : is_wanted ? TILL_REASON_CODE_OPEN
                                                         : TILL_REASON_CANCELLED);
}

static void
drop_cb (gpointer  self,
         GClosure *closure)
{
  g_object_unref (self);
}

/* From now on the sale holds this wait, whoever started it: a card that was read is charged. */
static void
end_codes (TillTapping *self)
{
  TillSaleItem *item = g_steal_pointer (&self->onto);
  static const char *const props[] = { "notify::state", "notify::next-us" };

  self->read_ms = till_shop_mono_ms (till_desk_get_shop (self->desk));
  if (!till_desk_yield (self->desk, item, &self->fault)) {
    end (self, TILL_REASON_NONE);
  } else {
    for (guint i = 0; i < G_N_ELEMENTS (props); i++)
      g_signal_connect_data (item, props[i], G_CALLBACK (follow_codes_cb), g_object_ref (self),
                             drop_cb, 0);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    follow_codes_cb (item, NULL, self);
  }
  g_object_unref (item);
}

static void signed_in_cb (gpointer user_data);

static void
take_online (TillTapping *self)
{
  const TillReason why_not = self->onto ? why_not_onto (self->desk, self->onto) : TILL_REASON_NONE;

  /* The first row keeps what only the day's keys say; the day may have changed since the wait
   * began. */
  if (!self->sign_in)
    self->sign_in = till_desk_sign_in (self->desk, self->merchant, signed_in_cb, self);
  if (self->sign_in)
    return;

  if (why_not != TILL_REASON_NONE)
    end (self, why_not);
  else if (till_desk_get_journal_fault (self->desk))
    end (self, TILL_REASON_JOURNAL);
  else if (!self->card->number || !(self->key ? self->card->token : self->card->sealed))
    end (self, TILL_REASON_CARD_UNREADABLE);
  else if (self->onto)
    end_codes (self);
  else
    charge (self);
}

static void
take_card (TillTapping *self)
{
  switch (self->card->outcome) {
  case TILL_TAP_ONLINE:
    take_online (self);
    break;
  case TILL_TAP_REFUSED:
    end (self, self->card->reason);
    break;
  case TILL_TAP_NO_CARD:
    end (self, TILL_REASON_CARD_ABSENT);
    break;
  case TILL_TAP_CANCELLED:
    end (self, TILL_REASON_CANCELLED);
    break;
  case TILL_TAP_FAILED:
    self->state = self->card->fault;
    end (self, TILL_REASON_NONE);
    break;
  }
}

static void
signed_in_cb (gpointer user_data)
{
  g_autoptr (TillTapping) self = g_object_ref (user_data);

  self->sign_in = NULL;
  if (!self->card)
    return;
  if (!till_desk_get_shop (self->desk) || g_cancellable_is_cancelled (self->cancellable))
    end (self, TILL_REASON_CANCELLED);
  else
    take_online (self);
}

static void
card_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TillTapping) self = user_data;

  self->card = till_tap_read_finish (TILL_TAP (source), result);
  g_signal_handlers_disconnect_by_data (source, self);
  /* The desk may be shut, the clerk may have turned away: a card that was read is then not
   * charged. */
  if (!till_desk_get_shop (self->desk) || g_cancellable_is_cancelled (self->cancellable))
    end (self, TILL_REASON_CANCELLED);
  else
    take_card (self);
}

/* What profile and contract say. */
static void
fill_request (TillShop           *shop,
              const TillMerchant *merchant,
              TillTapRequest     *request)
{
  const TillCardTerms *terms = merchant ? till_merchant_get_card_terms (merchant) : NULL;

  request->reader = till_profile_get (shop->profile, "nfc", "reader");
  if (!terms)
    return;

  request->no_pin_limit_fen = terms->no_pin_limit_fen;
  request->ttq = terms->ttq;
  request->objects = terms->objects;
  request->certificate = terms->certificate;
}

static void
begin (TillTapping *self,
       const char  *reader,
       guint        timeout_ms)
{
  TillShop *shop = till_desk_get_shop (self->desk);
  TillTapRequest request = {
    .amount_fen = self->amount_fen,
    .key = self->key,
    .timeout_ms = timeout_ms,
    .keep_trying = timeout_ms == 0,
  };

  fill_request (shop, self->merchant, &request);
  if (reader)
    request.reader = reader;
  g_signal_connect (shop->ports->tap, "state-changed", G_CALLBACK (state_changed_cb), self);
  till_tap_read_async (shop->ports->tap, &request, self->cancellable, card_cb,
                       g_object_ref (self));
  self->state = till_tap_get_state (shop->ports->tap);
  /* While the card is looked for. */
  self->sign_in = till_desk_sign_in (self->desk, self->merchant, signed_in_cb, self);
}

static void
till_tapping_finalize (GObject *object)
{
  TillTapping *self = TILL_TAPPING (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_error (&self->fault);
  if (self->sign_in)
    till_sign_in_forget (self->sign_in);
  g_clear_pointer (&self->card, till_tap_card_free);
  g_clear_object (&self->item);
  g_clear_object (&self->onto);
  g_object_unref (self->cancellable);
  g_object_unref (self->desk);
  g_free (self->order);
  g_free (self->clerk);
  g_free (self->note);

  G_OBJECT_CLASS (till_tapping_parent_class)->finalize (object);
}

static void
till_tapping_class_init (TillTappingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_tapping_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", TILL_TYPE_TAPPING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
till_tapping_init (TillTapping *self)
{
  self->cancellable = g_cancellable_new ();
}

/* A key of this one payment, for contracts whose messages a token completes. */
static GBytes *
make_key (TillDesk           *desk,
          const TillMerchant *merchant)
{
  guint8 bytes[TILL_TAPS_KEY_BYTES];
  GBytes *key;

  if (merchant->acquirer->card_way != TILL_CARD_TOKEN)
    return NULL;

  till_random_fill (till_desk_get_shop (desk)->ports->random, bytes, sizeof bytes);
  key = till_taps_new_key (bytes);
  explicit_bzero (bytes, sizeof bytes);

  return key;
}

/* Who would take a tap of so much. */
static TillMerchant *
find_taker (TillDesk *desk,
            gint64    amount_fen,
            GError  **error)
{
  const TillRouting routing = {
    till_desk_get_shop (desk), till_desk_get_health (desk), amount_fen,
  };
  TillReason why = TILL_REASON_TAPS_OFF;
  TillMerchant *merchant = get_port (desk) ? till_route_tap (&routing, &why) : NULL;

  if (!merchant)
    till_desk_refuse (error, why);

  return merchant;
}

/**
 * till_desk_may_tap:
 *
 * Returns: whether the profile has taps switched on, and a contract for them
 */
gboolean
till_desk_may_tap (TillDesk *desk)
{
  return find_taker (desk, 1, NULL) != NULL;
}

/**
 * till_desk_prepare_tap:
 * @request: (inout): gets the profile's reader, and what the contract that would take its amount
 *   prescribes; texts are the desk's
 *
 * For who reads a card without charging it.
 */
void
till_desk_prepare_tap (TillDesk       *desk,
                       TillTapRequest *request)
{
  fill_request (till_desk_get_shop (desk), find_taker (desk, request->amount_fen, NULL), request);
}

/* An amount, a journal, an own number that was not used: as for any sale. */
static gboolean
check (TillDesk         *desk,
       gint64            amount_fen,
       const TillTicket *ticket,
       TillSaleItem    **earlier,
       GError          **error)
{
  if (amount_fen < 1 || amount_fen > TILL_MONEY_MAX_FEN)
    return till_desk_refuse (error, TILL_REASON_AMOUNT);
  if (till_desk_get_journal_fault (desk))
    return till_desk_refuse (error, TILL_REASON_JOURNAL);

  return till_desk_find_earlier (desk, ticket, TILL_KIND_TAP, amount_fen, earlier, error);
}

/**
 * till_desk_tap:
 * @reader: (nullable): "pcsc:NAME" or libnfc's connstring; else what the profile says
 * @timeout_ms: until a card is there; 0: until it is cancelled, over the reader's faults too
 * @ticket: (nullable): the caller's number, clerk, note
 * @error: %TILL_REFUSAL or of the journal; no card is waited for then
 *
 * Waits for a card or phone at the reader, and charges it. What the card itself refuses is written
 * nowhere: nothing was sent.
 *
 * Returns: (transfer full) (nullable): the wait; over at once, with the sale of then, where the
 *   number was used before
 */
TillTapping *
till_desk_tap (TillDesk         *desk,
               gint64            amount_fen,
               const char       *reader,
               guint             timeout_ms,
               const TillTicket *ticket,
               GError          **error)
{
  g_autoptr (TillSaleItem) earlier = NULL;
  TillMerchant *merchant = NULL;
  TillTapping *self;

  g_return_val_if_fail (TILL_IS_DESK (desk), NULL);

  if (!check (desk, amount_fen, ticket, &earlier, error))
    return NULL;
  if (!earlier && !(merchant = find_taker (desk, amount_fen, error)))
    return NULL;

  self = g_object_new (TILL_TYPE_TAPPING, NULL);
  self->desk = g_object_ref (desk);
  self->merchant = merchant;
  self->amount_fen = amount_fen;
  self->order = g_strdup (ticket ? ticket->order : NULL);
  self->clerk = g_strdup (ticket ? ticket->clerk : NULL);
  self->note = g_strdup (ticket ? ticket->note : NULL);
  if (earlier) {
    self->item = g_steal_pointer (&earlier);
    self->is_over = TRUE;
  } else {
    self->key = make_key (desk, merchant);
    begin (self, reader, timeout_ms);
  }

  return self;
}

/**
 * till_desk_tap_onto:
 * @item: a sale whose codes are shown
 * @error: %TILL_REFUSAL; no card is waited for then
 *
 * Waits for a tap that pays @item in place of its codes: another payment of the same sale. Once a
 * card was read the codes are ended, and it is charged when it is certain that none of them can be
 * paid any more. Where one was, or cannot be ended in time, it is not charged.
 *
 * Returns: (transfer full) (nullable): the wait, until it is cancelled
 */
TillTapping *
till_desk_tap_onto (TillDesk     *desk,
                    TillSaleItem *item,
                    GError      **error)
{
  const TillSale *sale = till_sale_item_get_sale (item);
  const TillReason why_not = why_not_onto (desk, item);
  const TillTicket ticket = { .clerk = sale->clerk };
  TillTapping *self;

  g_return_val_if_fail (TILL_IS_DESK (desk), NULL);

  if (why_not != TILL_REASON_NONE) {
    till_desk_refuse (error, why_not);
    return NULL;
  }

  self = till_desk_tap (desk, sale->amount_fen, NULL, 0, &ticket, error);
  if (self)
    self->onto = g_object_ref (item);

  return self;
}

/**
 * till_tapping_cancel:
 *
 * Waits no longer. A card that is being read is not charged any more; one that was read is.
 */
void
till_tapping_cancel (TillTapping *self)
{
  g_return_if_fail (TILL_IS_TAPPING (self));

  g_cancellable_cancel (self->cancellable);
}

/**
 * till_tapping_has_card:
 *
 * Returns: whether a card was read, and is charged as soon as the sale's codes are ended
 */
gboolean
till_tapping_has_card (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), FALSE);

  return self->card != NULL && !self->sign_in && !self->is_over;
}

gboolean
till_tapping_is_over (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), TRUE);

  return self->is_over;
}

/**
 * till_tapping_get_state:
 *
 * Returns: how it is with reader and card; a fault of the reader that ended it
 */
TillTapState
till_tapping_get_state (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), TILL_TAP_OFF);

  return self->state;
}

/**
 * till_tapping_get_item:
 *
 * Returns: (transfer none) (nullable): the sale, once a card is being charged
 */
TillSaleItem *
till_tapping_get_item (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), NULL);

  return self->item;
}

/**
 * till_tapping_get_reason:
 *
 * Returns: why no card is charged, where that is known
 */
TillReason
till_tapping_get_reason (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), TILL_REASON_NONE);

  return self->reason;
}

/**
 * till_tapping_get_fault:
 *
 * Returns: (transfer none) (nullable): why a card that was read could not be charged: a disk, a
 *   contract. Nothing was sent
 */
const GError *
till_tapping_get_fault (TillTapping *self)
{
  g_return_val_if_fail (TILL_IS_TAPPING (self), NULL);

  return self->fault;
}
