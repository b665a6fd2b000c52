/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pad.h"

#include <string.h>

#include "code/emv.h"
#include "reader/exchange.h"
#include "reader/token.h"
#include "virtual-card.h"

/* The first digits of all cards here, which no masked number has. */
#define PAN_BEGINS "62109480"

/* Tries with one card, and how long after one that moved the next comes. */
#define MAX_TRIES 3
#define AGAIN_MS  400

/* How long a reader that died needs until it looks for cards again. */
#define MEND_MS 2000

/* A phone has made sure of its owner, so no amount is too much for it. */
typedef enum {
  GOOD,         /* asks the issuer, up to the limit without a PIN */
  GOOD_PHONE,   /* at any amount */
  BAD,          /* must not be charged */
} Worth;

typedef struct {
  const char *name;
  Worth       worth;
} Card;

static const Card good_cards[] = {
  { "debit", GOOD }, { "credit", GOOD }, { "quasi", GOOD }, { "plain", GOOD },
  { "phone", GOOD_PHONE }, { "both", GOOD }, { "no-ppse", GOOD }, { "format-80", GOOD },
  { "no-cid", GOOD }, { "long", GOOD },
};

static const Card bad_cards[] = {
  { "locked", BAD }, { "locked-gpo", BAD }, { "see-phone", BAD }, { "other-way", BAD },
  { "foreign", BAD }, { "pin", BAD }, { "signature", BAD }, { "aac", BAD }, { "tc", BAD },
  { "tc", BAD }, { "expired", BAD }, { "blocked", BAD }, { "aac-no-cid", BAD }, { "mismatch", BAD },
  { "bad-tlv", BAD },
};

struct _Pad
{
  GObject        parent_instance;

  Town          *town;
  TillHttp      *http;
  PadWhoFunc     who;
  PadBrokenFunc  broken;
  gpointer       till;

  TillTapState   state;
  GTask         *task;        /* that reads; NULL: none */
  TillTapRequest request;     /* its bytes are held */
  guint          hold;        /* timers: the next card, and the end of waiting */
  guint          timeout;
  guint          n_tries;
};

/* A request with a card on its way. */
typedef struct {
  GTask        *task;
  GBytes       *mac_key;
  GCancellable *cancellable;   /* of a till-reader that will die; NULL: none */
} Sending;

static void pad_tap_init (TillTapInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (Pad, pad, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_TAP, pad_tap_init))

static gboolean
happens (Pad   *self,
         Chance kind,
         guint  permille)
{
  return chance_happens (self->town->chances, kind, permille);
}

static guint
draw (Pad   *self,
      Chance kind,
      guint  n)
{
  return chance_draw (self->town->chances, kind, n);
}

static TillTapState
get_state (TillTap *tap)
{
  return SIM_PAD (tap)->state;
}

static void
set_state (Pad         *self,
           TillTapState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit_by_name (self, "state-changed");
}

static void
clear_timer (Pad   *self,
             guint *timer)
{
  if (*timer)
    till_clock_cancel (self->town->clock, *timer);
  *timer = 0;
}

/* Ends the read under way; @card is taken. */
static void
end_read (Pad         *self,
          TillTapCard *card,
          TillTapState state)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  clear_timer (self, &self->hold);
  clear_timer (self, &self->timeout);
  g_clear_pointer (&self->request.key, g_bytes_unref);
  g_clear_pointer (&self->request.ttq, g_bytes_unref);
  g_clear_pointer (&self->request.objects, g_bytes_unref);
  set_state (self, state);
  g_task_return_pointer (task, card, (GDestroyNotify) till_tap_card_free);
}

static void
end_refused (Pad       *self,
             TillReason reason)
{
  TillTapCard *card = till_tap_card_new (TILL_TAP_REFUSED);

  card->reason = reason;
  end_read (self, card, TILL_TAP_REMOVE);
}

/* The card. */

static void
fill_terminal (Pad             *self,
               TillEmvTerminal *terminal,
               guint            tap)
{
  const TillTapRequest *request = &self->request;
  gsize n_ttq = 0;
  const guint8 *ttq = request->ttq ? g_bytes_get_data (request->ttq, &n_ttq) : NULL;

  *terminal = (TillEmvTerminal) {
    .amount_fen = request->amount_fen,
    .no_pin_limit_fen = request->no_pin_limit_fen,
    .date = { 0x26, 0x11, 0x22 },
    .unpredictable = { (guint8) (tap >> 24), (guint8) (tap >> 16), (guint8) (tap >> 8),
                       (guint8) tap },
  };
  if (ttq)
    memcpy (terminal->ttq, ttq, MIN (n_ttq, sizeof terminal->ttq));
  if (request->objects)
    terminal->objects = g_bytes_get_data (request->objects, &terminal->n_objects);
}

static void
carry_all (TillEmv    *emv,
           const char *name)
{
  g_autoptr (VirtualCard) card = virtual_card_new (name);
  g_autoptr (GByteArray) capdu = g_byte_array_new ();
  g_autoptr (GByteArray) rapdu = g_byte_array_new ();

  while (till_emv_step (emv, rapdu->len ? rapdu->data : NULL, rapdu->len, capdu) == TILL_EMV_SEND) {
    g_byte_array_set_size (rapdu, 0);
    virtual_card_transmit (card, capdu->data, capdu->len, rapdu);
    g_byte_array_set_size (capdu, 0);
  }
}

/* What the till hears of a card; all that till-reader tells. */
static TillTapCard *
tell_card (Pad               *self,
           const TillEmvCard *read,
           const char        *sealed)
{
  gboolean is_online = read->decision == TILL_EMV_ONLINE;
  TillTapCard *card = till_tap_card_new (is_online ? TILL_TAP_ONLINE : TILL_TAP_REFUSED);

  card->reason = read->reason;
  card->aid = g_strdup (read->aid);
  card->label = g_strdup (read->label);
  card->number = g_strdup (read->masked);
  card->cryptogram = g_strdup (till_emv_cryptogram_to_word (read->cryptogram));
  card->sequence = read->pan_sequence;
  card->counter = read->atc;
  if (is_online && self->request.key)
    card->token = till_token_seal (read, g_bytes_get_data (self->request.key, NULL), NULL);
  if (is_online && self->request.certificate)
    card->sealed = g_strdup (sealed);

  return card;
}

/* What the banks will know of this tap, and what nobody may do with it. */
static void
show_to_banks (Pad        *self,
               const Card *card,
               const char *name)
{
  PayCode *code = town_add_code (self->town, name, self->who (self->till));
  guint lot = draw (self, CHANCE_LIFE, 100);

  code->brand = TILL_BRAND_UNIONPAY;
  code->is_unchargeable = card->worth == BAD ||
                          (card->worth == GOOD &&
                           self->request.amount_fen > self->request.no_pin_limit_fen);
  if (lot < 15 && happens (self, CHANCE_POOR_PAYER, 700))
    code->kind = lot < 8 ? CODE_POOR : CODE_REFUSES;
}

static void
read_card (Pad *self)
{
  guint tap = ++self->town->n_codes;
  g_autofree char *name = g_strdup_printf ("tap-%08x", tap);
  TillEmvTerminal terminal;
  g_autoptr (TillEmv) emv = NULL;
  const Card *card = happens (self, CHANCE_BAD_CARD, 200)
                       ? &bad_cards[draw (self, CHANCE_BAD_CARD, G_N_ELEMENTS (bad_cards))]
                       : &good_cards[draw (self, CHANCE_LIFE, G_N_ELEMENTS (good_cards))];

  fill_terminal (self, &terminal, tap);
  emv = till_emv_new (&terminal);
  carry_all (emv, card->name);
  town_note (self->town, "a customer taps, %s: %s", card->name, name);
  show_to_banks (self, card, name);
  end_read (self, tell_card (self, till_emv_get_card (emv), name), TILL_TAP_REMOVE);
}

static void hold_cb (gpointer user_data);

static void
plan_hold (Pad   *self,
           gint64 in_ms)
{
  self->hold = till_clock_add_timer (self->town->clock, in_ms, hold_cb, self);
}

static void
fail_to_read (Pad *self)
{
  TillTapCard *card;

  town_note (self->town, "till-reader dies");
  if (self->request.keep_trying) {
    set_state (self, TILL_TAP_FAULT);
    plan_hold (self, MEND_MS + draw (self, CHANCE_READER, 5000));
    return;
  }

  card = till_tap_card_new (TILL_TAP_FAILED);
  card->fault = TILL_TAP_FAULT;
  end_read (self, card, TILL_TAP_FAULT);
}

static void
move_card (Pad *self)
{
  town_note (self->town, "the card moves");
  if (++self->n_tries >= MAX_TRIES) {
    end_refused (self, TILL_REASON_CARD_MOVED);
    return;
  }

  set_state (self, TILL_TAP_AGAIN);
  plan_hold (self, AGAIN_MS);
}

/* A card is held there. */
static void
hold_cb (gpointer user_data)
{
  Pad *self = user_data;

  self->hold = 0;
  set_state (self, TILL_TAP_READING);
  if (happens (self, CHANCE_READER, 30))
    fail_to_read (self);
  else if (happens (self, CHANCE_CARD_MOVES, 100))
    move_card (self);
  else if (happens (self, CHANCE_BAD_CARD, 10))
    end_refused (self, TILL_REASON_CARD_NONE);
  else
    read_card (self);
}

static void
timeout_cb (gpointer user_data)
{
  Pad *self = user_data;

  self->timeout = 0;
  end_read (self, till_tap_card_new (TILL_TAP_NO_CARD), TILL_TAP_OFF);
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Pad *self = user_data;

  if (self->task && g_task_get_task_data (self->task) == cancellable)
    end_read (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);
}

static void
hold_bytes (TillTapRequest *request)
{
  request->key = request->key ? g_bytes_ref (request->key) : NULL;
  request->ttq = request->ttq ? g_bytes_ref (request->ttq) : NULL;
  request->objects = request->objects ? g_bytes_ref (request->objects) : NULL;
}

static void
read_async (TillTap              *tap,
            const TillTapRequest *request,
            GCancellable         *cancellable,
            GAsyncReadyCallback   callback,
            gpointer              user_data)
{
  Pad *self = SIM_PAD (tap);

  pad_stop (self);
  self->task = g_task_new (self, NULL, callback, user_data);
  self->request = *request;
  hold_bytes (&self->request);
  self->n_tries = 0;
  if (cancellable) {
    g_task_set_task_data (self->task, g_object_ref (cancellable), g_object_unref);
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self, 0);
  }
  set_state (self, TILL_TAP_WAITING);
  if (!happens (self, CHANCE_NO_SCAN, 150))
    plan_hold (self, 300 + draw (self, CHANCE_LIFE, 8000));
  if (request->timeout_ms)
    self->timeout =
      till_clock_add_timer (self->town->clock, request->timeout_ms, timeout_cb, self);
}

static TillTapCard *
read_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* The request. */

static void
sending_free (Sending *sending)
{
  g_bytes_unref (sending->mac_key);
  g_clear_object (&sending->cancellable);
  g_object_unref (sending->task);
  g_free (sending);
}

/* In digits, as they stand in a message. */
static void
look_for_number (Pad    *self,
                 GBytes *body)
{
  static const guint8 begins[] = { 0x62, 0x10, 0x94, 0x80 };
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (body, &n_bytes);

  if (n_bytes && memmem (bytes, n_bytes, begins, sizeof begins))
    self->broken (self->till, "the till hears a card's number");
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Sending *sending = user_data;
  Pad *self = g_task_get_source_object (sending->task);
  TillHttpReply *reply = till_http_send_finish (TILL_HTTP (source), result);
  TillExchange exchange = { 0 };
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (reply->body, &n_bytes);
  GBytes *stripped;

  exchange.mac_key = g_bytes_get_data (sending->mac_key, &exchange.n_mac_key);
  stripped = till_exchange_strip (&exchange, bytes, n_bytes);
  g_bytes_unref (reply->body);
  reply->body = stripped;
  look_for_number (self, reply->body);
  g_task_return_pointer (sending->task, reply, (GDestroyNotify) till_http_reply_free);
  sending_free (sending);
}

/* Before it sent anything, or after; the till cannot know. */
static void
die_cb (gpointer user_data)
{
  Sending *sending = user_data;
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_FAULT);

  reply->sent = TRUE;
  g_cancellable_cancel (sending->cancellable);
  g_task_return_pointer (sending->task, reply, (GDestroyNotify) till_http_reply_free);
  sending_free (sending);
}

static void
nobody_waits_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  till_http_reply_free (till_http_send_finish (TILL_HTTP (source), result));
}

static TillHttpRequest *
complete (const TillTapSend *send)
{
  TillExchange exchange = {
    .token = send->token, .key = g_bytes_get_data (send->key, NULL),
  };
  g_autoptr (GError) error = NULL;
  TillHttpRequest *request = till_http_request_new ("POST", send->request->url);
  GByteArray *whole;

  exchange.body = g_bytes_get_data (send->request->body, &exchange.n_body);
  exchange.mac_key = g_bytes_get_data (send->mac_key, &exchange.n_mac_key);
  whole = till_exchange_complete (&exchange, &error);
  if (!whole)
    g_error ("a card cannot be put in: %s", error->message);

  g_strfreev (request->headers);
  request->headers = g_strdupv (send->request->headers);
  request->body = g_byte_array_free_to_bytes (whole);
  request->total_timeout_ms = send->request->total_timeout_ms;

  return request;
}

static void
die_with (Pad                   *self,
          const TillHttpRequest *request,
          Sending               *sending)
{
  town_note (self->town, "till-reader dies with a request");
  sending->cancellable = g_cancellable_new ();
  if (draw (self, CHANCE_READER, 2))
    till_http_send_async (self->http, request, sending->cancellable, nobody_waits_cb, NULL);
  till_clock_add_timer (self->town->clock, 1 + draw (self, CHANCE_READER, 15), die_cb, sending);
}

static void
send_async (TillTap             *tap,
            const TillTapSend   *send,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  Pad *self = SIM_PAD (tap);
  TillHttpRequest *request = complete (send);
  Sending *sending = g_new0 (Sending, 1);

  look_for_number (self, send->request->body);
  sending->task = g_task_new (self, NULL, callback, user_data);
  sending->mac_key = g_bytes_ref (send->mac_key);
  if (happens (self, CHANCE_READER, 20))
    die_with (self, request, sending);
  else
    till_http_send_async (self->http, request, cancellable, sent_cb, sending);
  till_http_request_free (request);
}

static TillHttpReply *
send_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
pad_tap_init (TillTapInterface *iface)
{
  iface->get_state = get_state;
  iface->read_async = read_async;
  iface->read_finish = read_finish;
  iface->send_async = send_async;
  iface->send_finish = send_finish;
}

static void
pad_class_init (PadClass *klass)
{
}

static void
pad_init (Pad *self)
{
}

/**
 * pad_new:
 * @http: the way to the banks
 *
 * Returns: (transfer full): a reader that nobody reads with
 */
Pad *
pad_new (Town         *town,
         TillHttp     *http,
         PadWhoFunc    who,
         PadBrokenFunc broken,
         gpointer      till)
{
  Pad *self = g_object_new (TYPE_PAD, NULL);

  self->town = town;
  self->http = http;
  self->who = who;
  self->broken = broken;
  self->till = till;

  return self;
}

/**
 * pad_stop:
 *
 * Ends what is being read.
 */
void
pad_stop (Pad *self)
{
  if (self->task)
    end_read (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);
}

/**
 * pad_pan_begins:
 *
 * Returns: what no text of a till may have in it: how the numbers of all cards begin
 */
const char *
pad_pan_begins (void)
{
  return PAN_BEGINS;
}
