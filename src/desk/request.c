/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/request.h"

#include <string.h>

#include "desk/keys.h"
#include "store/taps.h"

#define NONCE_CHARS 32

struct _TillRequest
{
  grefcount        refs;
  TillShop        *shop;
  TillMerchant    *merchant;

  TillAsk          ask;
  GStringChunk    *texts;    /* what ask points to */
  char            *paycode;  /* the same, wiped at the end */
  char            *activation;

  GCancellable    *cancellable;
  TillHttpRequest *http;     /* once it is built */
  GError          *build_error;
  gboolean         is_built;
  gboolean         has_left;

  TillRequestGate  gate;     /* NULL: it leaves whenever it can */
  TillRequestFunc  func;     /* once it shall be sent; NULL again when dropped */
  gpointer         user_data;

  TillHttpReply   *reply;    /* kept while keys are fetched */
  TillRequest     *keys;     /* the fetching of keys, before or after */
};

static TillRequest *
request_ref (TillRequest *self)
{
  g_ref_count_inc (&self->refs);

  return self;
}

static void
wipe (char *text)
{
  if (text)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
request_unref (TillRequest *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;

  wipe (self->paycode);
  wipe (self->activation);
  g_string_chunk_free (self->texts);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->http, till_http_request_free);
  g_clear_error (&self->build_error);
  g_clear_pointer (&self->reply, till_http_reply_free);
  g_clear_pointer (&self->keys, till_request_drop);
  g_free (self);
}

static char *
make_nonce (const TillShop *shop)
{
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  guint8 bytes[NONCE_CHARS];
  char *nonce = g_malloc0 (NONCE_CHARS + 1);

  till_random_fill (shop->ports->random, bytes, sizeof bytes);
  for (guint i = 0; i < NONCE_CHARS; i++)
    nonce[i] = letters[bytes[i] & 31];

  return nonce;
}

/* The ask outlives the caller's texts: the answer is read by it. */
static void
own_texts (TillRequest *self)
{
  const char **texts[] = {
    &self->ask.order, &self->ask.currency, &self->ask.subject, &self->ask.sale,
    &self->ask.acquirer_ref, &self->ask.keep, &self->ask.of, &self->ask.of_ref,
    &self->ask.of_keep, &self->ask.note, &self->ask.clerk, &self->ask.register_no,
    &self->ask.card, &self->ask.card_number, &self->ask.day,
  };
  g_autofree char *nonce = make_nonce (self->shop);

  self->texts = g_string_chunk_new (256);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (*texts[i])
      *texts[i] = g_string_chunk_insert (self->texts, *texts[i]);
  }
  self->ask.nonce = g_string_chunk_insert (self->texts, nonce);
  self->paycode = g_strdup (self->ask.paycode);
  self->ask.paycode = self->paycode;
  self->activation = g_strdup (self->ask.activation);
  self->ask.activation = self->activation;
}

static gboolean
is_close (TillCall call)
{
  return call == TILL_CALL_CLOSE || call == TILL_CALL_REVERSE;
}

static gboolean
moves_money (TillCall call)
{
  return call == TILL_CALL_CHARGE || call == TILL_CALL_ORDER || call == TILL_CALL_REFUND ||
         call == TILL_CALL_TAP;
}

static void
deliver (TillRequest         *self,
         const TillAnswer    *answer,
         const TillHttpReply *reply)
{
  TillRequestFunc func = g_steal_pointer (&self->func);

  if (answer->said)
    g_debug ("%s %s: %s", self->merchant->id, self->ask.order ? self->ask.order : "", answer->said);
  if (func)
    func (answer, reply, self->user_data);
}

/* A request that cannot even be made was not sent. */
static void
deliver_build_error (TillRequest *self)
{
  g_auto (TillAnswer) answer = { .amount_fen = -1, .reason = TILL_REASON_CONFIG };
  g_autoptr (TillHttpReply) reply = till_http_reply_new (TILL_HTTP_FAULT);

  answer.event = is_close (self->ask.call)      ? TILL_EVENT_CLOSE_LOST
                 : moves_money (self->ask.call) ? TILL_EVENT_UNSENT
                                                : TILL_EVENT_LOST;
  answer.said = g_strdup (self->build_error->message);
  deliver (self, &answer, reply);
}

/* What was given back of a payment by other refunds, and what may have been: answers count it
 * with this one. */
static void
add_other_refunds (TillAsk           *ask,
                   const TillSale    *sale,
                   const TillPayment *but)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);

    if (refund == but || g_strcmp0 (refund->of, but->of) != 0)
      continue;
    if (refund->state == TILL_PAYMENT_PAID)
      ask->given_back_fen += refund->amount_fen;
    else if (!till_payment_is_final (refund->state))
      ask->pending_fen += refund->amount_fen;
  }
}

/* Since it was asked other refunds may have begun, another program's too: what is counted with this
 * one may be theirs. */
static void
add_newer_refunds (TillRequest *self)
{
  g_autoptr (TillSale) sale = till_journal_load_sale (self->shop->journal, self->ask.sale, NULL);
  const TillPayment *refund = sale ? till_sale_find_payment (sale, self->ask.order) : NULL;
  TillAsk now = { .pending_fen = refund ? 0 : self->ask.of_amount_fen };

  if (refund)
    add_other_refunds (&now, sale, refund);
  self->ask.pending_fen = MAX (now.given_back_fen + now.pending_fen - self->ask.given_back_fen, 0);
}

static void
read_reply (TillRequest *self,
            TillAnswer  *answer)
{
  *answer = (TillAnswer) { .amount_fen = -1 };
  self->ask.now_us = till_shop_now_us (self->shop);
  if (self->ask.call == TILL_CALL_QUERY_REFUND)
    add_newer_refunds (self);
  till_acquirer_read (self->merchant, &self->ask, self->reply, answer);
}

static void
keys_cb (const TillAnswer    *unused,
         const TillHttpReply *reply,
         gpointer             user_data)
{
  TillRequest *self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (TillAnswer) answer = { .amount_fen = -1 };

  if (!till_keys_take (self->shop, self->merchant, &self->keys->ask, reply, &error))
    g_message ("%s: %s", self->merchant->id, error->message);

  /* Once only: an answer that is still signed by an unknown key stays without trust. */
  read_reply (self, &answer);
  deliver (self, &answer, self->reply);
}

static void
fetch_keys (TillRequest    *self,
            TillRequestFunc func)
{
  const TillAsk ask = { .call = TILL_CALL_KEYS, .use_backup = self->ask.use_backup };

  g_clear_pointer (&self->keys, till_request_drop);
  self->keys = till_request_new (self->shop, self->merchant, &ask);
  till_request_send (self->keys, func, self);
}

static void
take_reply (TillRequest   *self,
            TillHttpReply *reply)
{
  g_auto (TillAnswer) answer = { .amount_fen = -1 };

  self->reply = reply;
  if (self->func && !self->merchant->acquirer->calls[self->ask.call].parse) {
    deliver (self, &answer, self->reply);
  } else if (self->func) {
    read_reply (self, &answer);
    if (answer.wants_keys && self->merchant->acquirer->take_keys)
      fetch_keys (self, keys_cb);
    else
      deliver (self, &answer, self->reply);
  }

  request_unref (self);
}

static void
reply_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  take_reply (user_data, till_http_send_finish (TILL_HTTP (source), result));
}

static void
tap_reply_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  take_reply (user_data, till_tap_send_finish (TILL_TAP (source), result));
}

/* A card's fields are put in by till-reader, which sends it too. */
static gboolean
send_card (TillRequest *self,
           GError     **error)
{
  g_autoptr (GBytes) key = till_taps_load_key (till_profile_get_dir (self->shop->profile),
                                               self->ask.order, error);
  const TillTapSend send = {
    .request = self->http,
    .token = self->http->card_token,
    .key = key,
    .mac_key = self->http->card_mac_key,
  };

  if (!key)
    return FALSE;
  if (!self->shop->ports->tap) {
    g_set_error_literal (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD,
                         "no program to put the card in");
    return FALSE;
  }

  till_tap_send_async (self->shop->ports->tap, &send, self->cancellable, tap_reply_cb,
                       request_ref (self));
  return TRUE;
}

static void
send_if_ready (TillRequest *self)
{
  if (!self->is_built || !self->func)
    return;
  if (self->keys && self->gate && !self->gate (self->user_data))
    return;

  self->has_left = TRUE;
  if (self->build_error ||
      (self->http->card_token && !send_card (self, &self->build_error))) {
    self->has_left = FALSE;
    deliver_build_error (self);
  } else if (!self->http->card_token) {
    till_http_send_async (self->shop->ports->http, self->http, self->cancellable, reply_cb,
                          request_ref (self));
  }
}

/* On the spot: a signature takes a fraction of a frame. */
static void
build (TillRequest *self)
{
  self->http = till_acquirer_build (self->merchant, &self->ask, &self->build_error);
  self->is_built = TRUE;
  send_if_ready (self);
}

/* The day's key is here, or is not: then the acquirer says whether the old one still does. */
static void
renewed_cb (const TillAnswer    *unused,
            const TillHttpReply *reply,
            gpointer             user_data)
{
  TillRequest *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!till_keys_take (self->shop, self->merchant, &self->keys->ask, reply, &error))
    g_message ("%s: %s", self->merchant->id, error->message);
  build (self);
}

/**
 * till_request_new:
 * @ask: copied; nonce and now_us are filled in here
 *
 * Builds and signs; where a day's key must come first, as soon as it is there. Nothing is sent yet.
 *
 * Returns: (transfer full): the request; end it with till_request_drop()
 */
TillRequest *
till_request_new (TillShop      *shop,
                  TillMerchant  *merchant,
                  const TillAsk *ask)
{
  TillRequest *self = g_new0 (TillRequest, 1);

  g_ref_count_init (&self->refs);
  self->shop = shop;
  self->merchant = merchant;
  self->ask = *ask;
  self->ask.now_us = till_shop_now_us (shop);
  self->cancellable = g_cancellable_new ();
  own_texts (self);

  if (till_keys_renew (shop, merchant, ask->call))
    fetch_keys (self, renewed_cb);
  else
    build (self);

  return self;
}

/**
 * till_request_make_ask:
 * @sale: as it is, or will be once its first row is written
 *
 * Returns: what the rows of @payment say about it; its texts are theirs
 */
TillAsk
till_request_make_ask (const TillShop    *shop,
                       const TillSale    *sale,
                       const TillPayment *payment,
                       TillCall           call)
{
  const TillPayment *of = payment->of ? till_sale_find_payment (sale, payment->of) : NULL;
  TillAsk ask = {
    .call = call,
    .kind = payment->kind,
    .order = payment->order,
    .brand = call == TILL_CALL_ORDER ? payment->brand : TILL_BRAND_NONE,
    .amount_fen = payment->amount_fen,
    .currency = sale->currency,
    .subject = till_profile_get_shop_name (shop->profile),
    .sale = sale->order,
    .acquirer_ref = payment->acquirer_ref,
    .keep = payment->keep,
    .asked_us = payment->asked_us,
    .expires_us = payment->expires_us,
    .of = payment->of,
    .note = payment->note,
    .clerk = sale->clerk,
    .register_no = till_profile_get_register (shop->profile),
  };

  if (of) {
    ask.of_ref = of->acquirer_ref;
    ask.of_keep = of->keep;
    ask.of_kind = of->kind;
    ask.of_amount_fen = of->amount_fen;
    ask.of_asked_us = of->asked_us;
    add_other_refunds (&ask, sale, payment);
  }

  return ask;
}

/**
 * till_request_new_for:
 * @sale: as it is, or will be once its first row is written
 * @shown: of a charge or a tap
 * @use_backup: whether to ask the acquirer's other host
 *
 * Builds and signs what @call asks about @payment. Nothing is sent yet.
 *
 * Returns: (transfer full): the request; end it with till_request_drop()
 */
TillRequest *
till_request_new_for (TillShop          *shop,
                      TillMerchant      *merchant,
                      const TillSale    *sale,
                      const TillPayment *payment,
                      TillCall           call,
                      const TillPresented *shown,
                      gboolean           use_backup)
{
  TillAsk ask = till_request_make_ask (shop, sale, payment, call);

  if (call == TILL_CALL_CHARGE) {
    ask.paycode = shown->paycode;
  } else if (call == TILL_CALL_TAP) {
    ask.card = shown->card;
    ask.card_number = shown->card_number;
  }
  ask.use_backup = use_backup;

  return till_request_new (shop, merchant, &ask);
}

/**
 * till_request_set_gate:
 * @gate: gets the user data of till_request_send()
 *
 * For what must not leave late: a request that waited for a key asks before it leaves.
 */
void
till_request_set_gate (TillRequest    *self,
                       TillRequestGate gate)
{
  self->gate = gate;
}

/**
 * till_request_send:
 * @func: called once, unless the request is dropped before
 *
 * Sends it as soon as it is built.
 */
void
till_request_send (TillRequest     *self,
                   TillRequestFunc  func,
                   gpointer         user_data)
{
  g_return_if_fail (self->func == NULL && func != NULL);

  self->func = func;
  self->user_data = user_data;
  send_if_ready (self);
}

/**
 * till_request_has_left:
 *
 * Returns: whether it was given to the network; until then it waits for a key, or is being signed
 */
gboolean
till_request_has_left (const TillRequest *self)
{
  return self->has_left;
}

/**
 * till_request_drop:
 *
 * Ends it: its function is not called any more. What was sent was sent.
 */
void
till_request_drop (TillRequest *self)
{
  self->func = NULL;
  g_cancellable_cancel (self->cancellable);
  request_unref (self);
}
