/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/run-private.h"

#include "code/paycode.h"

/* What a payment's state asks for once its row is on disk: requests, now or later. */

/* How long to let another row of the sale be written. */
#define WRITING_MS 20

/* How soon to look again what another program has done. */
#define LOOK_AGAIN_MS 1000

void
till_run_clear_timer (TillRun *self)
{
  if (self->timer)
    till_clock_cancel (self->shop->ports->clock, self->timer);
  self->timer = 0;
}

void
till_run_plan (TillRun       *self,
               gint64         delay_ms,
               TillClockFunc  func)
{
  till_run_clear_timer (self);
  self->timer =
    till_clock_add_timer (self->shop->ports->clock, MAX (delay_ms, 0), func, self);
}

static gboolean
is_silence (const TillHttpReply *reply)
{
  return reply->outcome != TILL_HTTP_OK || reply->status == 502 || reply->status == 503;
}

/* Digital yuan has a way of its own without network, which a clerk may have heard of. */
static TillHappening *
make_happening (TillRun          *self,
                const TillAnswer *answer)
{
  TillHappening *happening = till_happening_new (answer->event, answer);
  const TillPayment *payment = till_run_payment (self);
  TillPaycode found = { .brand = payment ? payment->brand : TILL_BRAND_NONE };

  if (self->paycode)
    till_paycode_identify (self->paycode, &found);
  if (answer->event == TILL_EVENT_UNSENT && answer->reason == TILL_REASON_NO_NETWORK &&
      (found.brand == TILL_BRAND_ECNY ||
       self->merchant->brands == TILL_BRAND_BIT (TILL_BRAND_ECNY)))
    happening->answer.reason = TILL_REASON_ECNY_OFFLINE;

  return happening;
}

static void
answer_cb (const TillAnswer    *answer,
           const TillHttpReply *reply,
           gpointer             user_data)
{
  TillRun *self = user_data;
  const gint64 now_ms = till_shop_mono_ms (self->shop);
  const TillHeard heard = { reply, answer, now_ms - self->asking_ms, self->to_backup };

  if (is_silence (reply))
    self->to_backup = !self->to_backup;
  self->funcs->answered (self, &heard, self->desk);

  if (reply->sent)
    till_timing_answered (&self->timing, now_ms, self->call, answer->event, answer->reason);
  else
    till_timing_unsent (&self->timing);
  g_queue_push_tail (&self->happenings, make_happening (self, answer));
  self->is_sent = FALSE;
  g_clear_pointer (&self->request, till_request_drop);
  till_run_pump (self);
}

static void
make_request (TillRun           *self,
              const TillSale    *sale,
              const TillPayment *payment,
              TillCall           call)
{
  const TillPresented shown = { self->paycode, self->card, self->card_number };

  self->call = call;
  self->request = till_request_new_for (self->shop, self->merchant, sale, payment, call, &shown,
                                        self->to_backup);
}

static TillCall
first_call (TillKind kind)
{
  static const TillCall calls[TILL_N_KINDS] = {
    [TILL_KIND_CHARGE] = TILL_CALL_CHARGE,
    [TILL_KIND_COLLECT] = TILL_CALL_ORDER,
    [TILL_KIND_REFUND] = TILL_CALL_REFUND,
    [TILL_KIND_TAP] = TILL_CALL_TAP,
  };

  return calls[kind];
}

/* Signing takes most of the time: it is done while the row is being committed. */
void
till_run_prepare (TillRun           *self,
                  const TillSale    *sale,
                  const TillPayment *payment)
{
  make_request (self, sale, payment, first_call (payment->kind));
}

/* Whether @call is what the payment's state asks for, in the journal too: another payment's run may
 * have seen first what another program wrote. */
static gboolean
is_wanted (TillRun  *self,
           TillCall  call)
{
  const gboolean was_overtaken = till_run_was_overtaken (self);
  const TillEffect effect = till_payment_on_entry (till_run_state (self));

  if (call == first_call (till_run_payment (self)->kind))
    return effect == TILL_EFFECT_SEND;
  if (call == till_run_close_call (self))
    return effect == TILL_EFFECT_CLOSE;

  return !was_overtaken;
}

/* It waited for a key. */
static gboolean
may_leave_cb (gpointer user_data)
{
  TillRun *self = user_data;

  if (till_sale_item_get_writer (self->item) ||
      (is_wanted (self, self->call) &&
       (self->call != till_run_close_call (self) || till_run_ends_it (self))))
    return TRUE;

  g_clear_pointer (&self->request, till_request_drop);
  self->is_sent = FALSE;
  till_run_go_on_from_there (self);
  till_run_pump (self);
  return FALSE;
}

static void
send (TillRun  *self,
      TillCall  call)
{
  if (!self->request || self->call != call) {
    g_clear_pointer (&self->request, till_request_drop);
    make_request (self, till_sale_item_get_sale (self->item), till_run_payment (self), call);
  }
  self->is_sent = TRUE;
  self->asking_ms = till_shop_mono_ms (self->shop);
  till_sale_item_set_plan (self->item, 0, till_sale_item_get_gives_up_us (self->item));
  till_request_set_gate (self->request, may_leave_cb);
  till_request_send (self->request, answer_cb, self);
}

/* Another program may have cancelled it since its row was written. */
static void
send_first (TillRun *self)
{
  const TillCall call = first_call (till_run_payment (self)->kind);

  if (is_wanted (self, call)) {
    self->timing.sent_ms = till_shop_mono_ms (self->shop);
    send (self, call);
  } else {
    till_run_go_on_from_there (self);
  }
}

/* Plans. */

static void
show_plan (TillRun *self,
           gint64   delay_ms,
           gint64   left_ms)
{
  gint64 now_us = till_shop_now_us (self->shop);

  till_sale_item_set_plan (self->item, now_us + MAX (delay_ms, 0) * 1000,
                           left_ms >= 0 ? now_us + left_ms * 1000 : 0);
}

/* Cards' terminals have no question: what is not answered is reversed, a refund is sent again
 * under its number. */
static gboolean
can_ask (TillRun           *self,
         const TillPayment *payment)
{
  return till_acquirer_offers (self->merchant->acquirer, payment->kind == TILL_KIND_REFUND
                                                           ? TILL_CALL_QUERY_REFUND
                                                           : TILL_CALL_QUERY);
}

static void
query_due_cb (gpointer user_data)
{
  TillRun *self = user_data;
  const TillPayment *payment = till_run_payment (self);

  self->timer = 0;
  if (self->is_sent)
    return;

  till_timing_asked (&self->timing, till_shop_mono_ms (self->shop), payment);
  if (can_ask (self, payment)) {
    send (self, payment->kind == TILL_KIND_REFUND ? TILL_CALL_QUERY_REFUND : TILL_CALL_QUERY);
  } else if (payment->kind == TILL_KIND_REFUND) {
    till_run_happen (self, TILL_EVENT_ABSENT);
    till_run_pump (self);
  }
}

/* What happens in place of a question. Whose reversal is confirmed needs no last one; what was paid
 * and is unsure again is one whose undoing was refused. */
static void
do_without_asking (TillRun           *self,
                   const TillPayment *payment)
{
  static const TillPaymentEvent events[TILL_PAYMENT_N_STATES] = {
    [TILL_PAYMENT_WAITING]     = TILL_EVENT_GIVE_UP,
    [TILL_PAYMENT_UNSURE]      = TILL_EVENT_GIVE_UP,
    [TILL_PAYMENT_CLOSED_ONCE] = TILL_EVENT_CLOSED,
    [TILL_PAYMENT_REVERSED]    = TILL_EVENT_CLOSED,
  };

  if (payment->state == TILL_PAYMENT_UNSURE && payment->paid_us != 0)
    till_run_happen (self, TILL_EVENT_PAID);
  else if (events[payment->state] != TILL_EVENT_ASK)
    till_run_happen (self, events[payment->state]);
}

void
till_run_plan_query (TillRun *self)
{
  const TillPayment *payment = till_run_payment (self);
  gint64 now_ms = till_shop_mono_ms (self->shop);
  gint64 delay_ms;

  if (payment->kind != TILL_KIND_REFUND && !can_ask (self, payment)) {
    do_without_asking (self, payment);
    return;
  }
  if (!self->once && till_timing_is_over (&self->timing, now_ms, payment)) {
    till_run_happen (self, TILL_EVENT_GIVE_UP);
    return;
  }

  delay_ms = till_timing_plan_query (&self->timing, now_ms, payment);
  if (payment->state != TILL_PAYMENT_FAILED && !payment->is_watched)
    show_plan (self, delay_ms, till_timing_left_ms (&self->timing, now_ms, payment));
  till_run_plan (self, delay_ms, query_due_cb);
}

/* How this payment is ended before it is paid. */
TillCall
till_run_close_call (TillRun *self)
{
  return self->merchant && till_run_payment (self)->kind == TILL_KIND_COLLECT
           ? self->merchant->acquirer->order_close_call : TILL_CALL_REVERSE;
}

/* What ends a payment leaves when no row of its sale is being written: then it is plain whether
 * another program has moved the payment. Where another one began to end it, or went on, a row says
 * first that this one does now. */
static void
close_due_cb (gpointer user_data)
{
  TillRun *self = user_data;

  self->timer = 0;
  if (self->is_sent)
    return;
  if (till_sale_item_get_writer (self->item)) {
    till_run_plan (self, WRITING_MS, close_due_cb);
  } else if (!is_wanted (self, till_run_close_call (self))) {
    till_run_go_on_from_there (self);
    till_run_pump (self);
  } else if (till_run_is_others_turn (self)) {
    till_run_plan (self, LOOK_AGAIN_MS, close_due_cb);
  } else if (!till_run_ends_it (self)) {
    self->timing.end_now = TRUE;
    till_run_happen (self, TILL_EVENT_RESUME);
    till_run_pump (self);
  } else {
    send (self, till_run_close_call (self));
  }
}

static void
plan_close (TillRun *self)
{
  gint64 delay_ms = till_timing_plan_close (&self->timing, till_shop_mono_ms (self->shop),
                                            till_run_payment (self));

  show_plan (self, delay_ms, -1);
  if (!self->is_sent)
    till_run_plan (self, delay_ms, close_due_cb);
}

void
till_run_perform_effect (TillRun    *self,
                         TillEffect  effect)
{
  /* Without a contract nobody can be asked. */
  if (!self->merchant && effect != TILL_EFFECT_GIVE_BACK)
    return;

  switch (effect) {
  case TILL_EFFECT_NONE:
    break;
  case TILL_EFFECT_SEND:
    send_first (self);
    break;
  case TILL_EFFECT_QUERY:
    till_run_plan_query (self);
    break;
  case TILL_EFFECT_CLOSE:
    plan_close (self);
    break;
  case TILL_EFFECT_GIVE_BACK:
    self->funcs->give_back (self, self->desk);
    break;
  }
}

/* What came late must go back, and nobody but the till will try that again. */
static gboolean
must_go_again (TillRun *self)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  const TillPayment *refund = till_run_payment (self);
  const TillPayment *of = refund->of ? till_sale_find_payment (sale, refund->of) : NULL;

  return till_refund_may_go_again (refund) && of && of->state == TILL_PAYMENT_PAID_LATE &&
         till_sale_get_refundable (sale, of->order) >= refund->amount_fen;
}

static void
again_due_cb (gpointer user_data)
{
  TillRun *self = user_data;

  self->timer = 0;
  if (self->merchant->acquirer->refund_is_once)
    self->funcs->refund_again (self, self->desk);
  else
    till_run_happen (self, TILL_EVENT_AGAIN);
  till_run_pump (self);
}

/* How many refunds of the same payment failed before this one. */
static guint
count_failed_before (TillRun *self)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  const TillPayment *failed = till_run_payment (self);
  guint n = 0;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    n += refund != failed && refund->state == TILL_PAYMENT_FAILED &&
         g_strcmp0 (refund->of, failed->of) == 0;
  }

  return n;
}

static void
plan_again (TillRun *self)
{
  gint64 delay_ms = till_timing_plan_again (&self->timing, till_shop_mono_ms (self->shop),
                                            count_failed_before (self));

  show_plan (self, delay_ms, -1);
  till_run_plan (self, delay_ms, again_due_cb);
}

/* What a payment that is over asks for. */
void
till_run_look_after (TillRun *self)
{
  if (!self->merchant)
    return;
  if (till_run_payment (self)->is_watched)
    till_run_plan_query (self);
  if (must_go_again (self))
    plan_again (self);
}

/* What asks for money and still waits for a key when nobody wants it any more never leaves. */
static gboolean
take_back (TillRun *self)
{
  if (!self->is_sent || till_run_state (self) == TILL_PAYMENT_ASKED ||
      self->call != first_call (till_run_payment (self)->kind) ||
      till_request_has_left (self->request))
    return FALSE;

  g_clear_pointer (&self->request, till_request_drop);
  self->is_sent = FALSE;
  return TRUE;
}

static void
tell_unsent (TillRun *self)
{
  const TillAnswer answer = {
    .event = TILL_EVENT_UNSENT,
    .reason = till_run_payment (self)->cause,
    .amount_fen = -1,
  };

  g_queue_push_tail (&self->happenings, till_happening_new (answer.event, &answer));
}

/* What the state asks for, now that its row is on disk. */
void
till_run_perform (TillRun *self)
{
  TillPaymentState state = till_run_state (self);

  till_run_clear_timer (self);
  if (take_back (self) && state == TILL_PAYMENT_CLOSING) {
    tell_unsent (self);
    return;
  }
  if (!self->once || till_payment_is_final (state))
    till_run_perform_effect (self, till_payment_on_entry (state));
  if (!self->once)
    till_run_look_after (self);
}

void
till_run_look_now (TillRun *self)
{
  self->timing.ask_now = FALSE;
  query_due_cb (self);
}
