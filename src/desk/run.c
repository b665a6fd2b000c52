/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/run.h"

#include <string.h>

#include "desk/desk.h"
#include "desk/entry.h"
#include "desk/request.h"
#include "desk/timing.h"

/* How long to wait before a row that could not be written is tried again. */
#define APPEND_AGAIN_MS 2000

struct _TillRun
{
  TillShop           *shop;
  TillMerchant       *merchant;
  TillSaleItem       *item;
  char               *payment;
  char               *paycode;
  const TillRunFuncs *funcs;
  gpointer            desk;

  GQueue              happenings;
  struct Append      *append;           /* the row that is being committed */
  gboolean            is_stuck;         /* the journal refused it; it is tried again */
  TillRequest        *request;          /* in flight, or being built */
  TillCall            call;             /* of the request */
  gboolean            is_sent;
  guint               timer;
  gboolean            once;             /* one query, then the end */
  gboolean            must_write;       /* the next answer is written even if it is no news */

  TillTiming          timing;
  gboolean            to_backup;        /* the host that failed is not asked next */
};

static void pump (TillRun *self);

static const TillPayment *
get_payment (TillRun *self)
{
  return till_sale_find_payment (till_sale_item_get_sale (self->item), self->payment);
}

static TillPaymentState
get_state (TillRun *self)
{
  const TillPayment *payment = get_payment (self);

  return payment ? payment->state : TILL_PAYMENT_NEW;
}

static void
clear_timer (TillRun *self)
{
  if (self->timer)
    till_clock_cancel (self->shop->ports->clock, self->timer);
  self->timer = 0;
}

static void
plan (TillRun      *self,
      gint64        delay_ms,
      TillClockFunc func)
{
  clear_timer (self);
  self->timer =
    till_clock_add_timer (self->shop->ports->clock, MAX (delay_ms, 0), func, self);
}

/* Requests. */

static void
happen (TillRun         *self,
        TillPaymentEvent event)
{
  g_queue_push_tail (&self->happenings, till_happening_new (event, NULL));
}

static gboolean
is_silence (const TillHttpReply *reply)
{
  return reply->outcome != TILL_HTTP_OK || reply->status == 502 || reply->status == 503;
}

static void
answer_cb (const TillAnswer    *answer,
           const TillHttpReply *reply,
           gpointer             user_data)
{
  TillRun *self = user_data;

  if (is_silence (reply))
    self->to_backup = !self->to_backup;
  self->funcs->answered (reply, self->desk);

  if (answer->event == TILL_EVENT_CLOSE_LOST && self->call == TILL_CALL_REVERSE && reply->sent)
    self->timing.lost_ms = till_shop_mono_ms (self->shop);
  g_queue_push_tail (&self->happenings, till_happening_new (answer->event, answer));
  self->is_sent = FALSE;
  g_clear_pointer (&self->request, till_request_drop);
  pump (self);
}

/* What was given back of a payment already: Alipay's answers count it with the new refund. */
static gint64
given_back_of (const TillSale *sale,
               const char     *of)
{
  gint64 given_fen = 0;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (refund->state == TILL_PAYMENT_PAID && g_strcmp0 (refund->of, of) == 0)
      given_fen += refund->amount_fen;
  }

  return given_fen;
}

static void
make_ask (TillRun           *self,
          const TillSale    *sale,
          const TillPayment *payment,
          TillCall           call,
          TillAsk           *ask)
{
  const TillPayment *of = payment->of ? till_sale_find_payment (sale, payment->of) : NULL;

  *ask = (TillAsk) {
    .call = call,
    .kind = payment->kind,
    .order = payment->order,
    .amount_fen = payment->amount_fen,
    .currency = sale->currency,
    .paycode = call == TILL_CALL_CHARGE ? self->paycode : NULL,
    .subject = till_profile_get_shop_name (self->shop->profile),
    .sale = sale->order,
    .acquirer_ref = payment->acquirer_ref,
    .keep = payment->keep,
    .asked_us = payment->asked_us,
    .expires_us = payment->expires_us,
    .of = payment->of,
    .note = payment->note,
    .clerk = sale->clerk,
    .register_no = till_profile_get_register (self->shop->profile),
    .use_backup = self->to_backup,
  };
  if (of) {
    ask->of_ref = of->acquirer_ref;
    ask->of_amount_fen = of->amount_fen;
    ask->given_back_fen = given_back_of (sale, of->order);
  }
}

static void
make_request (TillRun           *self,
              const TillSale    *sale,
              const TillPayment *payment,
              TillCall           call)
{
  TillAsk ask;

  make_ask (self, sale, payment, call, &ask);
  self->call = call;
  self->request = till_request_new (self->shop, self->merchant, &ask);
}

static void
send (TillRun *self,
      TillCall call)
{
  if (!self->request || self->call != call) {
    g_clear_pointer (&self->request, till_request_drop);
    make_request (self, till_sale_item_get_sale (self->item), get_payment (self), call);
  }
  self->is_sent = TRUE;
  till_sale_item_set_plan (self->item, 0, till_sale_item_get_gives_up_us (self->item));
  till_request_send (self->request, answer_cb, self);
}

static TillCall
first_call (TillKind kind)
{
  static const TillCall calls[TILL_N_KINDS] = {
    [TILL_KIND_CHARGE] = TILL_CALL_CHARGE,
    [TILL_KIND_COLLECT] = TILL_CALL_ORDER,
    [TILL_KIND_REFUND] = TILL_CALL_REFUND,
  };

  return calls[kind];
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

static void
query_due_cb (gpointer user_data)
{
  TillRun *self = user_data;
  const TillPayment *payment = get_payment (self);

  self->timer = 0;
  if (self->is_sent)
    return;

  till_timing_asked (&self->timing, till_shop_mono_ms (self->shop), payment);
  send (self, payment->kind == TILL_KIND_REFUND ? TILL_CALL_QUERY_REFUND : TILL_CALL_QUERY);
}

static void
plan_query (TillRun *self)
{
  const TillPayment *payment = get_payment (self);
  gint64 now_ms = till_shop_mono_ms (self->shop);
  gint64 delay_ms;

  if (!self->once && till_timing_is_over (&self->timing, now_ms, payment)) {
    happen (self, TILL_EVENT_GIVE_UP);
    return;
  }

  delay_ms = till_timing_plan_query (&self->timing, now_ms, payment);
  if (payment->state != TILL_PAYMENT_FAILED)
    show_plan (self, delay_ms, till_timing_left_ms (&self->timing, now_ms, payment));
  plan (self, delay_ms, query_due_cb);
}

static void
close_due_cb (gpointer user_data)
{
  TillRun *self = user_data;

  self->timer = 0;
  if (!self->is_sent)
    send (self, get_payment (self)->kind == TILL_KIND_COLLECT
                  ? self->merchant->acquirer->order_close_call : TILL_CALL_REVERSE);
}

static void
plan_close (TillRun *self)
{
  gint64 delay_ms = till_timing_plan_close (&self->timing, till_shop_mono_ms (self->shop),
                                            get_payment (self));

  show_plan (self, delay_ms, -1);
  if (!self->is_sent)
    plan (self, delay_ms, close_due_cb);
}

static void
perform_effect (TillRun   *self,
                TillEffect effect)
{
  switch (effect) {
  case TILL_EFFECT_NONE:
    break;
  case TILL_EFFECT_SEND:
    self->timing.sent_ms = till_shop_mono_ms (self->shop);
    send (self, first_call (get_payment (self)->kind));
    break;
  case TILL_EFFECT_QUERY:
    plan_query (self);
    break;
  case TILL_EFFECT_CLOSE:
    plan_close (self);
    break;
  case TILL_EFFECT_GIVE_BACK:
    self->funcs->give_back (self, self->desk);
    break;
  }
}

/* What the state asks for, now that its row is on disk. */
static void
perform (TillRun *self)
{
  TillPaymentState state = get_state (self);

  clear_timer (self);
  if (!self->once || till_payment_is_final (state))
    perform_effect (self, till_payment_on_entry (state));
  if (!self->once && get_payment (self)->is_watched)
    plan_query (self);
}

static gboolean
is_over (TillRun *self)
{
  return !self->append && g_queue_is_empty (&self->happenings) && !self->is_sent &&
         self->timer == 0;
}

/* The loop. */

/* Another program has written a row of the sale meanwhile. What happened to this payment still
 * stands, unless the row was about this very payment: then its new state says what to do. */
static void
take_up_again (TillRun       *self,
               TillHappening *happening)
{
  const TillPaymentState known = get_state (self);
  g_autoptr (GError) error = NULL;
  TillSale *sale =
    till_journal_load_sale (self->shop->journal, till_sale_item_get_order (self->item), &error);

  if (sale)
    till_sale_item_replace (self->item, sale);
  else
    till_sale_item_set_fault (self->item, error);

  if (sale && get_state (self) == known) {
    g_queue_push_head (&self->happenings, happening);
    return;
  }

  till_happening_free (happening);
  self->timing.ask_now = TRUE;
  if (sale)
    perform_effect (self, till_payment_on_resume (get_state (self)));
}

/* The journal could not be written for a while. "Unknown here" was true when it was said; now it is asked
 * again. */
static void
append_again_cb (gpointer user_data)
{
  TillRun *self = user_data;
  TillHappening *waited = g_queue_peek_head (&self->happenings);

  self->timer = 0;
  self->is_stuck = FALSE;
  if (waited && waited->event == TILL_EVENT_ABSENT) {
    till_happening_free (g_queue_pop_head (&self->happenings));
    self->timing.ask_now = TRUE;
    perform (self);
  }
  pump (self);
}

/* The row is not written. An asking ends here: nothing was sent. An answer waits until the journal
 * can be written again; nobody is told before. */
static void
append_failed (TillRun       *self,
               TillHappening *happening,
               const GError  *error)
{
  if (g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT) &&
      happening->event != TILL_EVENT_ASK) {
    take_up_again (self, happening);
    return;
  }

  till_sale_item_set_fault (self->item, error);
  if (happening->event == TILL_EVENT_ASK || happening->event == TILL_EVENT_AGAIN) {
    g_clear_pointer (&self->request, till_request_drop);
    till_happening_free (happening);
    return;
  }

  g_queue_push_head (&self->happenings, happening);
  self->is_stuck = TRUE;
  plan (self, APPEND_AGAIN_MS, append_again_cb);
}

typedef struct Append {
  TillRun   *run;        /* NULL when it ended meanwhile */
  TillHappening *happening;
} Append;

static void
committed (TillRun *self)
{
  till_sale_item_set_fault (self->item, NULL);
  self->must_write = FALSE;
  perform (self);
  self->funcs->committed (self, self->desk);
}

static void
append_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree Append *append = user_data;
  TillRun *self = append->run;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillRow) row = NULL;

  if (!self) {
    till_happening_free (append->happening);
    return;
  }

  self->append = NULL;
  till_sale_item_set_writer (self->item, NULL);
  row = till_journal_append_finish (self->shop->journal, result, &error);
  if (row && till_sale_item_apply (self->item, row, &error)) {
    till_happening_free (append->happening);
    committed (self);
  } else {
    append_failed (self, append->happening, error);
  }

  self->funcs->wrote (self, self->desk);
  pump (self);
}

static void
append_row (TillRun          *self,
            TillHappening    *happening,
            TillPaymentState  next)
{
  g_autoptr (TillRow) row =
    till_entry_make_row (self->shop, self->merchant, till_sale_item_get_sale (self->item),
                         self->payment, happening, next);
  Append *append = g_new (Append, 1);

  append->run = self;
  append->happening = happening;
  self->append = append;
  till_sale_item_set_writer (self->item, self);
  till_journal_append_async (self->shop->journal, row, append_cb, append);
}

/* Somebody asked about a payment that is final, and no trusted answer came: nothing to write, but
 * what the journal knows must not pass for the acquirer's word. */
static void
tell_silence (TillRun             *self,
              const TillHappening *happening)
{
  TillReason reason = happening->answer.reason;
  g_autoptr (GError) silence = NULL;

  if (!self->once || happening->event != TILL_EVENT_LOST)
    return;

  silence = g_error_new_literal (TILL_REFUSAL, (int) reason, till_reason_get_text (reason));
  till_sale_item_set_fault (self->item, silence);
}

/* The last question of a watch must be answered. */
static void
go_on_watching (TillRun *self)
{
  const TillPayment *payment = get_payment (self);

  if (self->once || !payment || !payment->is_watched)
    return;

  self->timing.asked_last = FALSE;
  plan_query (self);
}

/* Paid, but a reversal of ours may arrive yet: it must not be shown as paid. */
static gboolean
is_paid_in_doubt (TillRun             *self,
                  const TillHappening *happening)
{
  TillPaymentState state = get_state (self);

  return happening->event == TILL_EVENT_PAID &&
         (state == TILL_PAYMENT_UNSURE || state == TILL_PAYMENT_WAITING) &&
         till_timing_doubts_paid (&self->timing, till_shop_mono_ms (self->shop));
}

static void
take_happening (TillRun       *self,
                TillHappening *happening)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  TillPaymentState next;

  if (is_paid_in_doubt (self, happening))
    happening->event = TILL_EVENT_GIVE_UP;
  if (!till_entry_step (sale, self->payment, happening, &next)) {
    g_debug ("%s: nothing follows %s by %s", self->payment,
             till_payment_state_to_string (get_state (self)),
             till_payment_event_to_string (happening->event));
    tell_silence (self, happening);
    till_happening_free (happening);
    go_on_watching (self);
    return;
  }

  if (happening->event == TILL_EVENT_ACCEPTED)
    self->timing.ask_now = TRUE;
  if (happening->event == TILL_EVENT_WAIT)
    self->timing.asked_last &= next != TILL_PAYMENT_FAILED;
  if (self->must_write || till_entry_is_news (sale, self->payment, happening, next)) {
    append_row (self, happening, next);
  } else {
    till_happening_free (happening);
    perform (self);
  }
}

static void
pump (TillRun *self)
{
  while (!till_sale_item_get_writer (self->item) && !self->is_stuck &&
         !g_queue_is_empty (&self->happenings))
    take_happening (self, g_queue_pop_head (&self->happenings));

  if (is_over (self)) {
    till_sale_item_set_plan (self->item, 0, 0);
    self->funcs->ended (self, self->desk);
  }
}

TillRun *
till_run_new (TillShop           *shop,
              TillMerchant       *merchant,
              TillSaleItem       *item,
              const char         *payment,
              const TillRunFuncs *funcs,
              gpointer            desk)
{
  TillRun *self = g_new0 (TillRun, 1);

  self->shop = shop;
  self->merchant = merchant;
  self->item = g_object_ref (item);
  self->payment = g_strdup (payment);
  self->funcs = funcs;
  self->desk = desk;
  self->timing.pace = &merchant->acquirer->pace;
  g_queue_init (&self->happenings);

  return self;
}

void
till_run_free (TillRun *self)
{
  TillHappening *happening;

  if (!self)
    return;

  clear_timer (self);
  if (self->append) {
    self->append->run = NULL;
    till_sale_item_set_writer (self->item, NULL);
  }
  g_clear_pointer (&self->request, till_request_drop);
  while ((happening = g_queue_pop_head (&self->happenings)))
    till_happening_free (happening);
  if (self->paycode)
    explicit_bzero (self->paycode, strlen (self->paycode));
  g_free (self->paycode);
  g_free (self->payment);
  g_object_unref (self->item);
  g_free (self);
}

/* Signing takes most of the time: it is done while the row is committed. */
static void
sign_ahead (TillRun       *self,
            const TillRow *first)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  TillSale empty = { .order = first->sale ? first->sale : self->payment, .currency = first->currency, .clerk = first->clerk };
  TillPayment payment = {
    .order = self->payment,
    .kind = first->kind,
    .amount_fen = first->amount_fen,
    .of = first->of,
    .note = first->note,
    .asked_us = till_shop_now_us (self->shop),
    .expires_us = first->expires_us,
  };

  make_request (self, sale->order ? sale : &empty, &payment, first_call (first->kind));
}

/**
 * till_run_ask:
 * @first: the facts of the payment's first row
 * @paycode: (nullable): of a charge; kept in memory until the run ends
 *
 * Writes the asking, then sends it.
 */
void
till_run_ask (TillRun       *self,
              const TillRow *first,
              const char    *paycode)
{
  gint64 life_ms = (first->expires_us - till_shop_now_us (self->shop)) / 1000;

  self->paycode = g_strdup (paycode);
  till_timing_begin (&self->timing, till_shop_mono_ms (self->shop), life_ms);
  sign_ahead (self, first);
  happen (self, TILL_EVENT_ASK);
  ((TillHappening *) g_queue_peek_tail (&self->happenings))->first = till_row_copy (first);
  pump (self);
}

static void
take_up (TillRun *self)
{
  till_timing_take_up (&self->timing, till_shop_mono_ms (self->shop),
                       till_shop_now_us (self->shop), get_payment (self));
}

static void
look_now (TillRun *self)
{
  self->timing.ask_now = FALSE;
  query_due_cb (self);
}

/**
 * till_run_resume:
 *
 * Takes up a payment found in the journal. Nothing that could charge is sent.
 */
void
till_run_resume (TillRun *self)
{
  TillPaymentState state, next;

  take_up (self);
  state = get_state (self);
  if (till_payment_step (get_payment (self)->kind, state, TILL_EVENT_RESUME, &next) &&
      next != state)
    happen (self, TILL_EVENT_RESUME);
  else if (get_payment (self)->is_watched)
    look_now (self);
  else
    perform_effect (self, till_payment_on_resume (state));

  pump (self);
}

/**
 * till_run_query:
 *
 * Asks now instead of later, as the clerk wishes.
 */
void
till_run_query (TillRun *self)
{
  if (self->append || self->is_sent || self->is_stuck)
    return;

  self->timing.ask_now = TRUE;
  perform (self);
  pump (self);
}

/**
 * till_run_query_once:
 *
 * Asks what became of it, writes the answer, and ends. A payment that is being closed goes on being
 * closed instead: a query alone could not be believed.
 */
void
till_run_query_once (TillRun *self)
{
  TillPaymentState state;

  take_up (self);
  state = get_state (self);
  if (till_payment_on_entry (state) == TILL_EFFECT_CLOSE) {
    perform (self);
  } else {
    self->once = TRUE;
    self->must_write = TRUE;
    plan_query (self);
  }
}

/**
 * till_run_feed:
 * @event: what happened that is no answer: the clerk's wish to cancel, another try of a refund
 *
 * Lets @event happen after what happened before it.
 */
void
till_run_feed (TillRun         *self,
               TillPaymentEvent event)
{
  if (self->timing.asked_ms == 0 && get_payment (self))
    take_up (self);

  self->once = FALSE;
  happen (self, event);
  pump (self);
}

/**
 * till_run_go_on:
 *
 * Another payment of the sale has written its row: the next may be written.
 */
void
till_run_go_on (TillRun *self)
{
  if (!self->append && !g_queue_is_empty (&self->happenings))
    pump (self);
}

/**
 * till_run_is_watching:
 *
 * Returns: whether the payment is over for the clerk, and the till only looks now and then whether it is
 *   booked late
 */
gboolean
till_run_is_watching (TillRun *self)
{
  const TillPayment *payment = get_payment (self);

  return payment && payment->is_watched && !self->append && !self->is_sent;
}

/**
 * till_run_get_asking:
 * @of: a payment of the sale
 *
 * Returns: how much of @of this run is about to give back whose first row is not written yet
 */
gint64
till_run_get_asking (TillRun    *self,
                     const char *of)
{
  const TillHappening *asking = self->append ? self->append->happening
                                             : g_queue_peek_head (&self->happenings);

  if (get_payment (self) || !asking || !asking->first || g_strcmp0 (asking->first->of, of) != 0)
    return 0;

  return asking->first->amount_fen;
}

TillSaleItem *
till_run_get_item (TillRun *self)
{
  return self->item;
}

const char *
till_run_get_payment (TillRun *self)
{
  return self->payment;
}

const char *
till_run_get_paycode (TillRun *self)
{
  return self->paycode;
}
