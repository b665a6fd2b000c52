/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/run-private.h"

#include <string.h>

#include "desk/desk.h"
#include "desk/route.h"

/* What happens to a payment: events in, rows out. What a state then asks for is in effect.c. */

/* How long to wait before a row that could not be written is tried again. */
#define APPEND_AGAIN_MS 2000

const TillPayment *
till_run_payment (TillRun *self)
{
  return till_sale_find_payment (till_sale_item_get_sale (self->item), self->payment);
}

TillPaymentState
till_run_state (TillRun *self)
{
  const TillPayment *payment = till_run_payment (self);

  return payment ? payment->state : TILL_PAYMENT_NEW;
}

void
till_run_happen (TillRun          *self,
                 TillPaymentEvent  event)
{
  g_queue_push_tail (&self->happenings, till_happening_new (event, NULL));
}

static gboolean
is_over (TillRun *self)
{
  return !self->reserved && !self->append && g_queue_is_empty (&self->happenings) &&
         !self->is_sent && self->timer == 0;
}

/* The journal could not be written for a while. "Unknown here" was true when it was said; now it
 * is asked again. */
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
    till_run_perform (self);
  }
  till_run_pump (self);
}

/* The row is not written. An asking ends here: nothing was sent. An answer waits until the journal
 * can be written again; nobody is told before. */
static void
append_failed (TillRun       *self,
               TillHappening *happening,
               const GError  *error)
{
  if (g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_CONFLICT) &&
      !happening->first) {
    till_run_take_up_again (self, happening);
    return;
  }

  till_sale_item_set_fault (self->item, error);
  if (happening->first || happening->event == TILL_EVENT_AGAIN ||
      till_payment_event_is_owners (happening->event)) {
    g_clear_pointer (&self->request, till_request_drop);
    till_happening_free (happening);
    return;
  }

  g_queue_push_head (&self->happenings, happening);
  self->is_stuck = TRUE;
  till_run_plan (self, APPEND_AGAIN_MS, append_again_cb);
}

static void
committed (TillRun *self)
{
  till_sale_item_set_fault (self->item, NULL);
  self->must_write = FALSE;
  self->own_seq = till_run_payment (self)->last_seq;
  till_run_perform (self);
  self->funcs->committed (self, self->desk);
}

static gboolean
wants_end (TillRun *self)
{
  for (GList *link = self->happenings.head; link; link = link->next) {
    if (((TillHappening *) link->data)->event == TILL_EVENT_CANCEL)
      return TRUE;
  }

  return FALSE;
}

/* A first answer that says for good that no money moved: then, and only then, another acquirer may
 * be asked. What was unsure for a moment stays with its acquirer. */
static gboolean
leads_on (TillRun       *self,
          const TillRow *row)
{
  const TillPayment *payment = till_run_payment (self);

  return self->detours && self->detours->len > 0 && payment && payment->kind != TILL_KIND_REFUND &&
         payment->state == TILL_PAYMENT_ASKED && payment->n_sent == 1 &&
         row->state == TILL_PAYMENT_FAILED &&
         (row->event == TILL_EVENT_REFUSED || row->event == TILL_EVENT_UNSENT) &&
         till_route_leads_on (row->reason, self->paycode) && !wants_end (self) &&
         !till_sale_get_paid (till_sale_item_get_sale (self->item));
}

static void
append_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree TillAppend *append = user_data;
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
  self->funcs->journaled (error, self->desk);
  if (row && leads_on (self, row))
    till_sale_item_set_goes_on (self->item, TRUE);
  if (row && till_sale_item_apply (self->item, row, &error)) {
    till_happening_free (append->happening);
    committed (self);
  } else {
    till_sale_item_set_goes_on (self->item, FALSE);
    append_failed (self, append->happening, error);
  }

  self->funcs->wrote (self, self->desk);
  till_run_pump (self);
}

static void
append_row (TillRun          *self,
            TillHappening    *happening,
            TillPaymentState  next)
{
  g_autoptr (TillRow) row =
    till_entry_make_row (self->shop, self->merchant, till_sale_item_get_sale (self->item),
                         self->payment, happening, next);
  TillAppend *append = g_new (TillAppend, 1);

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
  const TillPayment *payment = till_run_payment (self);

  if (self->once || !self->merchant || !payment || !payment->is_watched)
    return;

  self->timing.asked_last = FALSE;
  till_run_plan_query (self);
}

static void
take_happening (TillRun       *self,
                TillHappening *happening)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  TillPaymentState next;

  till_run_look_for_others (self);
  happening->event = till_timing_believe (&self->timing, till_shop_mono_ms (self->shop),
                                          till_run_payment (self), happening->event);
  if (!till_entry_step (sale, self->payment, happening, &next)) {
    g_debug ("%s: nothing follows %s by %s", self->payment,
             till_payment_state_to_string (till_run_state (self)),
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
    till_run_look_at_journal (self);
    till_run_perform (self);
  }
}

void
till_run_pump (TillRun *self)
{
  while (!till_sale_item_get_writer (self->item) && !self->is_stuck &&
         !g_queue_is_empty (&self->happenings))
    take_happening (self, g_queue_pop_head (&self->happenings));

  if (is_over (self)) {
    till_sale_item_set_plan (self->item, 0, 0);
    self->funcs->ended (self, self->desk);
  }
}

/**
 * till_run_new:
 * @merchant: (nullable): %NULL where the profile has the contract no more: then only the owner's
 *   word can be written
 *
 * Returns: (transfer full): a run that is not begun
 */
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
  till_timing_init (&self->timing, merchant ? &merchant->acquirer->pace : NULL);
  g_queue_init (&self->happenings);

  return self;
}

void
till_run_free (TillRun *self)
{
  TillHappening *happening;

  if (!self)
    return;

  till_run_clear_timer (self);
  if (self->append) {
    self->append->run = NULL;
    till_sale_item_set_writer (self->item, NULL);
  }
  g_clear_pointer (&self->request, till_request_drop);
  g_clear_pointer (&self->detours, g_ptr_array_unref);
  while ((happening = g_queue_pop_head (&self->happenings)))
    till_happening_free (happening);
  g_clear_pointer (&self->reserved, till_row_free);
  if (self->paycode)
    explicit_bzero (self->paycode, strlen (self->paycode));
  g_free (self->paycode);
  g_free (self->card);
  g_free (self->card_number);
  g_free (self->payment);
  g_object_unref (self->item);
  g_free (self);
}

static void
take_up (TillRun *self)
{
  till_timing_take_up (&self->timing, till_shop_mono_ms (self->shop),
                       till_shop_now_us (self->shop), till_run_payment (self));
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
  state = till_run_state (self);
  if (till_payment_step (till_run_payment (self)->kind, state, TILL_EVENT_RESUME, &next) &&
      next != state)
    till_run_happen (self, TILL_EVENT_RESUME);
  else if (till_run_payment (self)->is_watched)
    till_run_look_now (self);
  else
    till_run_perform_effect (self, till_payment_on_resume (state));

  till_run_pump (self);
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
  till_run_perform (self);
  till_run_pump (self);
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
  state = till_run_state (self);
  if (till_payment_on_entry (state) == TILL_EFFECT_CLOSE) {
    till_run_perform (self);
  } else {
    self->once = TRUE;
    self->must_write = TRUE;
    till_run_plan_query (self);
  }
}

/**
 * till_run_feed:
 * @event: what happened that is no answer: the clerk's wish to cancel, another try of a refund
 *
 * Lets @event happen after what happened before it.
 */
void
till_run_feed (TillRun          *self,
               TillPaymentEvent  event)
{
  if (self->timing.asked_ms == 0 && till_run_payment (self))
    take_up (self);

  self->once = FALSE;
  till_run_happen (self, event);
  till_run_pump (self);
}

/**
 * till_run_settle:
 * @event: the owner's word
 * @first: (nullable): the facts of the payment's first row, where it is that: a refund by hand
 * @clerk: who says so
 * @note: how that is known
 *
 * Writes the owner's word. The acquirer is then asked until it says one of its own.
 */
void
till_run_settle (TillRun          *self,
                 TillPaymentEvent  event,
                 const TillRow    *first,
                 const char       *clerk,
                 const char       *note)
{
  TillHappening *happening = till_happening_new (event, NULL);

  if (self->timing.asked_ms == 0 && till_run_payment (self))
    take_up (self);

  self->once = FALSE;
  happening->first = first ? till_row_copy (first) : NULL;
  happening->clerk = g_strdup (clerk);
  happening->note = g_strdup (note);
  g_queue_push_tail (&self->happenings, happening);
  till_run_pump (self);
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
    till_run_pump (self);
}

/**
 * till_run_set_backup:
 * @to_backup: whether to ask the acquirer's second host first, where it has one
 */
void
till_run_set_backup (TillRun  *self,
                     gboolean  to_backup)
{
  self->to_backup = to_backup;
}

/**
 * till_run_set_detours:
 * @offers: (transfer full) (element-type TillOffer): who may take the sale where this one
 *   refuses it without moving money, in their order
 */
void
till_run_set_detours (TillRun   *self,
                      GPtrArray *offers)
{
  g_clear_pointer (&self->detours, g_ptr_array_unref);
  self->detours = offers;
}

/**
 * till_run_take_detours:
 *
 * Returns: (transfer full) (nullable): what till_run_set_detours() was given; the run has it
 *   no more
 */
GPtrArray *
till_run_take_detours (TillRun *self)
{
  return g_steal_pointer (&self->detours);
}

/**
 * till_run_is_watching:
 *
 * Returns: whether the payment is over for the clerk, and the till only looks now and then
 *   whether it is booked late
 */
gboolean
till_run_is_watching (TillRun *self)
{
  const TillPayment *payment = till_run_payment (self);

  return payment && payment->is_watched && !self->append && !self->is_sent;
}

TillSaleItem *
till_run_get_item (TillRun *self)
{
  return self->item;
}

TillMerchant *
till_run_get_merchant (TillRun *self)
{
  return self->merchant;
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
