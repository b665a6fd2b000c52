/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-tap.h"

struct _TillFakeTap
{
  GObject         parent_instance;

  TillTapState    state;
  GTask          *task;        /* that reads or shows; NULL for none */
  gboolean        is_reading;
  TillTapRequest  request;     /* the last; what it points to is kept below */
  char           *reader;
  char           *certificate;
  char           *shown;
  TillTapList    *list;
  GQueue          sending;     /* GTask: without an answer yet */
  GBytes         *sent;        /* the body of the last request */
  guint           n_sent;
};

static void till_fake_tap_tap_init (TillTapInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillFakeTap, till_fake_tap, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_TAP, till_fake_tap_tap_init))

static TillTapState
get_state (TillTap *tap)
{
  return TILL_FAKE_TAP (tap)->state;
}

/* Ends what reads or shows. */
static void
end (TillFakeTap  *self,
     TillTapCard  *card,
     TillTapState  state)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_pointer (&self->shown, g_free);
  till_fake_tap_set_state (self, state);
  if (self->is_reading) {
    g_task_return_pointer (task, card, (GDestroyNotify) till_tap_card_free);
  } else {
    g_task_return_int (task, state);
    till_tap_card_free (card);
  }
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  TillFakeTap *self = user_data;

  if (self->task && g_task_get_task_data (self->task) == cancellable)
    end (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);
}

static void
begin (TillFakeTap  *self,
       GTask        *task,
       gboolean      is_reading,
       GCancellable *cancellable)
{
  if (self->task)
    end (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);
  self->task = task;
  self->is_reading = is_reading;
  till_fake_tap_set_state (self, is_reading ? TILL_TAP_WAITING : TILL_TAP_SHOWING);
  if (!cancellable)
    return;
  g_task_set_task_data (task, g_object_ref (cancellable), g_object_unref);
  g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self, 0);
}

static void
read_async (TillTap              *tap,
            const TillTapRequest *request,
            GCancellable         *cancellable,
            GAsyncReadyCallback   callback,
            gpointer              user_data)
{
  TillFakeTap *self = TILL_FAKE_TAP (tap);

  g_free (self->reader);
  g_free (self->certificate);
  self->request = *request;
  self->request.reader = self->reader = g_strdup (request->reader);
  self->request.certificate = self->certificate = g_strdup (request->certificate);
  begin (self, g_task_new (self, NULL, callback, user_data), TRUE, cancellable);
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
  TillFakeTap *self = TILL_FAKE_TAP (tap);

  begin (self, g_task_new (self, NULL, callback, user_data), FALSE, cancellable);
  self->shown = g_strdup (uri);
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
  TillFakeTap *self = TILL_FAKE_TAP (tap);
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

static void
send_async (TillTap             *tap,
            const TillTapSend   *send,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillFakeTap *self = TILL_FAKE_TAP (tap);

  g_clear_pointer (&self->sent, g_bytes_unref);
  self->sent = g_bytes_ref (send->request->body);
  self->n_sent++;
  g_queue_push_tail (&self->sending, g_task_new (self, NULL, callback, user_data));
}

static TillHttpReply *
send_finish (TillTap      *tap,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
till_fake_tap_tap_init (TillTapInterface *iface)
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
till_fake_tap_finalize (GObject *object)
{
  TillFakeTap *self = TILL_FAKE_TAP (object);

  till_tap_list_free (self->list);
  g_clear_pointer (&self->sent, g_bytes_unref);
  g_free (self->reader);
  g_free (self->certificate);
  g_free (self->shown);

  G_OBJECT_CLASS (till_fake_tap_parent_class)->finalize (object);
}

static void
till_fake_tap_class_init (TillFakeTapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_fake_tap_finalize;
}

static void
till_fake_tap_init (TillFakeTap *self)
{
  self->list = till_tap_list_new ();
}

TillFakeTap *
till_fake_tap_new (void)
{
  return g_object_new (TILL_TYPE_FAKE_TAP, NULL);
}

void
till_fake_tap_set_state (TillFakeTap  *self,
                         TillTapState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit_by_name (self, "state-changed");
}

/* Ends the read with a card, or with what else may end it; @card is taken. Nobody reads: it is
 * dropped. */
void
till_fake_tap_hold (TillFakeTap *self,
                    TillTapCard *card)
{
  if (self->task && self->is_reading)
    end (self, card, card->outcome == TILL_TAP_FAILED ? card->fault : TILL_TAP_REMOVE);
  else
    till_tap_card_free (card);
}

/* A phone reads the link that is shown. */
void
till_fake_tap_phone (TillFakeTap *self)
{
  if (self->shown)
    g_signal_emit_by_name (self, "was-read");
}

/* The next list has it; @reader is taken. */
void
till_fake_tap_plug (TillFakeTap   *self,
                    TillTapReader *reader)
{
  g_ptr_array_add (self->list->readers, reader);
}

/* Answers the oldest request that has no answer; @reply is taken. */
void
till_fake_tap_answer (TillFakeTap   *self,
                      TillHttpReply *reply)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->sending);

  g_assert_nonnull (task);
  g_task_return_pointer (task, reply, (GDestroyNotify) till_http_reply_free);
}

gboolean
till_fake_tap_is_reading (TillFakeTap *self)
{
  return self->task && self->is_reading;
}

const char *
till_fake_tap_get_shown (TillFakeTap *self)
{
  return self->shown;
}

const TillTapRequest *
till_fake_tap_get_request (TillFakeTap *self)
{
  return &self->request;
}

guint
till_fake_tap_get_n_sent (TillFakeTap *self)
{
  return self->n_sent;
}

GBytes *
till_fake_tap_get_sent (TillFakeTap *self)
{
  return self->sent;
}
