/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wired-tap.h"

#include <string.h>

struct _TillWiredTap
{
  GObject       parent_instance;

  TillHttp     *http;        /* where completed messages go; NULL: nothing may be sent */
  TillTapState  state;
  GTask        *task;        /* the read or show that is under way */
  GSource      *cancelled;
  char         *reader;
  gint64        amount_fen;
  GBytes       *key;
  gboolean      is_sealed;
  char         *shown;       /* the link, while it is a tag */
  TillTapList  *list;        /* what the next look around finds */
  guint         n_reads;
};

static void till_wired_tap_iface_init (TillTapInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillWiredTap, till_wired_tap, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_TAP, till_wired_tap_iface_init))

/* Ends what is under way: a read with @card, a tag with @state. */
static void
end (TillWiredTap  *self,
     TillTapCard  *card,
     TillTapState  state)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (self->cancelled) {
    g_source_destroy (self->cancelled);
    g_clear_pointer (&self->cancelled, g_source_unref);
  }
  till_wired_tap_set_state (self, state);
  if (self->shown) {
    g_clear_pointer (&self->shown, g_free);
    g_clear_pointer (&card, till_tap_card_free);
    g_task_return_int (task, state);
  } else {
    g_task_return_pointer (task, card, (GDestroyNotify) till_tap_card_free);
  }
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  end (user_data, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);

  return G_SOURCE_REMOVE;
}

static void
begin (TillWiredTap         *self,
       const char          *reader,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  if (self->task)
    end (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);

  self->task = g_task_new (self, NULL, callback, user_data);
  g_free (self->reader);
  self->reader = g_strdup (reader);
  if (cancellable) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, g_main_context_get_thread_default ());
  }
}

static TillTapState
get_state (TillTap *tap)
{
  return TILL_WIRED_TAP (tap)->state;
}

static void
read_async (TillTap              *tap,
            const TillTapRequest *request,
            GCancellable         *cancellable,
            GAsyncReadyCallback   callback,
            gpointer              user_data)
{
  TillWiredTap *self = TILL_WIRED_TAP (tap);

  begin (self, request->reader, cancellable, callback, user_data);
  g_clear_pointer (&self->key, g_bytes_unref);
  self->key = request->key ? g_bytes_ref (request->key) : NULL;
  self->is_sealed = request->certificate != NULL;
  self->amount_fen = request->amount_fen;
  self->n_reads++;
  till_wired_tap_set_state (self, TILL_TAP_WAITING);
}

static TillTapCard *
read_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
show_async (TillTap             *tap,
            const char          *reader,
            const char          *uri,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillWiredTap *self = TILL_WIRED_TAP (tap);

  begin (self, reader, cancellable, callback, user_data);
  self->shown = g_strdup (uri);
  till_wired_tap_set_state (self, TILL_TAP_SHOWING);
}

static TillTapState
show_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return (TillTapState) g_task_propagate_int (G_TASK (result), NULL);
}

static void
list_async (TillTap             *tap,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillWiredTap *self = TILL_WIRED_TAP (tap);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_return_pointer (task, g_steal_pointer (&self->list),
                         (GDestroyNotify) till_tap_list_free);
  self->list = till_tap_list_new ();
}

static TillTapList *
list_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static char *
token_of (GBytes *key)
{
  g_autoptr (GString) token = g_string_new ("token:");
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (key, &n_bytes);

  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);

  return g_string_free (g_steal_pointer (&token), FALSE);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, till_http_send_finish (TILL_HTTP (source), result),
                         (GDestroyNotify) till_http_reply_free);
}

/* Which token was made with which key is checked here; the message goes on as it is. */
static void
send_async (TillTap             *tap,
            const TillTapSend   *send,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillWiredTap *self = TILL_WIRED_TAP (tap);
  g_autofree char *token = token_of (send->key);
  TillHttpRequest plain = *send->request;

  g_assert_cmpstr (send->token, ==, token);
  g_assert_nonnull (self->http);
  plain.card_token = NULL;
  plain.card_mac_key = NULL;
  till_http_send_async (self->http, &plain, cancellable, sent_cb,
                        g_task_new (self, NULL, callback, user_data));
}

static TillHttpReply *
send_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
till_wired_tap_iface_init (TillTapInterface *iface)
{
  iface->get_state = get_state;
  iface->read_async = read_async;
  iface->read_finish = read_finish;
  iface->show_async = show_async;
  iface->show_finish = show_finish;
  iface->list_async = list_async;
  iface->list_finish = list_finish;
  iface->send_async = send_async;
  iface->send_finish = send_finish;
}

static void
till_wired_tap_finalize (GObject *object)
{
  TillWiredTap *self = TILL_WIRED_TAP (object);

  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_object (&self->http);
  till_tap_list_free (self->list);
  g_free (self->reader);
  g_free (self->shown);

  G_OBJECT_CLASS (till_wired_tap_parent_class)->finalize (object);
}

static void
till_wired_tap_class_init (TillWiredTapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_wired_tap_finalize;
}

static void
till_wired_tap_init (TillWiredTap *self)
{
  self->list = till_tap_list_new ();
}

/* @http: (nullable): where messages go that a token completes */
TillWiredTap *
till_wired_tap_new (TillHttp *http)
{
  TillWiredTap *self = g_object_new (TILL_TYPE_WIRED_TAP, NULL);

  self->http = http ? g_object_ref (http) : NULL;

  return self;
}

gboolean
till_wired_tap_is_waiting (TillWiredTap *self)
{
  return self->task != NULL && !self->shown;
}

guint
till_wired_tap_get_n_reads (TillWiredTap *self)
{
  return self->n_reads;
}

const char *
till_wired_tap_get_reader (TillWiredTap *self)
{
  return self->reader;
}

gint64
till_wired_tap_get_amount (TillWiredTap *self)
{
  return self->amount_fen;
}

const char *
till_wired_tap_get_shown (TillWiredTap *self)
{
  return self->shown;
}

void
till_wired_tap_set_state (TillWiredTap  *self,
                         TillTapState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit_by_name (self, "state-changed");
}

static TillTapCard *
make_card (TillTapOutcome outcome)
{
  TillTapCard *card = till_tap_card_new (outcome);

  card->aid = g_strdup ("A000000333010101");
  card->label = g_strdup ("UnionPay Debit");
  card->number = g_strdup ("621094******0029");
  card->cryptogram = g_strdup ("arqc");
  card->sequence = 1;
  card->counter = 39;

  return card;
}

/* A good card is held to the reader. */
void
till_wired_tap_touch (TillWiredTap *self)
{
  TillTapCard *card = make_card (TILL_TAP_ONLINE);

  g_assert_true (till_wired_tap_is_waiting (self));
  card->token = self->key ? token_of (self->key) : NULL;
  card->sealed = self->is_sealed ? g_strdup ("c2VhbGVkIGNhcmQ=") : NULL;
  end (self, card, TILL_TAP_REMOVE);
}

/* A card that may not be charged. */
void
till_wired_tap_refuse (TillWiredTap *self,
                      TillReason   reason)
{
  TillTapCard *card = make_card (TILL_TAP_REFUSED);

  g_assert_true (till_wired_tap_is_waiting (self));
  card->reason = reason;
  end (self, card, TILL_TAP_REMOVE);
}

/* No card, or no reader. */
void
till_wired_tap_end (TillWiredTap    *self,
                   TillTapOutcome  outcome,
                   TillTapState    fault)
{
  TillTapCard *card = till_tap_card_new (outcome);

  g_assert_true (till_wired_tap_is_waiting (self));
  card->fault = fault;
  card->reader = g_strdup (self->reader);
  end (self, card, fault);
}

/* The next look around finds it; @reader is taken. */
void
till_wired_tap_plug (TillWiredTap  *self,
                     TillTapReader *reader)
{
  g_ptr_array_add (self->list->readers, reader);
}

/* The reader that is a tag fails. */
void
till_wired_tap_end_show (TillWiredTap *self,
                         TillTapState  fault)
{
  g_assert_nonnull (self->shown);
  end (self, NULL, fault);
}
