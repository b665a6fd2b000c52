/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net.h"

#include <string.h>

/* As many as the real one has under way at once; others wait their turn. */
#define MAX_RUNNING 8

struct _Net
{
  GObject          parent_instance;

  Town            *town;
  NetFindFunc      find;
  NetSentFunc      sent;
  gpointer         till;
  gint64           skew_us;
  guint            n_running;
  GQueue           queue;      /* of Letter: those that wait their turn */
  GPtrArray       *letters;    /* (element-type Letter): those that the till waits for */
  GPtrArray       *late;       /* (element-type Letter): those that will arrive all the same */
};

/* One request on its way. */
typedef struct {
  Net             *net;
  GTask           *task;       /* the till that waits; NULL once it has its answer */
  gulong           cancelled;
  TillHttpRequest *request;
  Bank            *bank;
  Heard            heard;
  gboolean         is_running;
  gint64           patience_ms;/* when the till stops waiting; 0 while an answer is to come */
} Letter;

static void net_http_init (TillHttpInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (Net, net, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, net_http_init))

static void
net_finalize (GObject *object)
{
  Net *self = SIM_NET (object);

  g_ptr_array_unref (self->letters);
  g_ptr_array_unref (self->late);

  G_OBJECT_CLASS (net_parent_class)->finalize (object);
}

static void
net_class_init (NetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = net_finalize;
}

static void
net_init (Net *self)
{
  self->letters = g_ptr_array_new ();
  self->late = g_ptr_array_new ();
}

static TillHttpRequest *
copy_request (const TillHttpRequest *request)
{
  TillHttpRequest *copy = till_http_request_new (request->method, request->url);

  g_strfreev (copy->headers);
  copy->headers = g_strdupv (request->headers);
  copy->body = request->body ? g_bytes_ref (request->body) : NULL;
  copy->total_timeout_ms = request->total_timeout_ms;

  return copy;
}

static gboolean
happens (Net   *self,
         Chance kind,
         guint  permille)
{
  return chance_happens (self->town->chances, kind, permille);
}

static gboolean
goes_on (Net   *self,
         Chance kind,
         guint  permille,
         guint  longest_ms)
{
  return chance_goes_on (self->town->chances, kind, permille,
                         till_clock_mono_us (self->town->clock) / 1000, longest_ms);
}

static void
tell (Net        *self,
      const char *what)
{
  town_note (self->town, "net: %s", what);
}

static void start (Letter *letter);

static void
letter_free (Letter *letter)
{
  till_http_request_free (letter->request);
  heard_clear (&letter->heard);
  g_free (letter);
}

/* The till hears: what, how, and what its clock makes of it. */
static void
deliver (Letter        *letter,
         TillHttpReply *reply)
{
  Net *self = letter->net;

  if (!letter->task) {
    till_http_reply_free (reply);
    return;
  }
  if (reply->outcome == TILL_HTTP_OK) {
    reply->date_us = town_wall_us (self->town);
    reply->skew_us = -self->skew_us;
  }

  if (letter->cancelled)
    g_signal_handler_disconnect (g_task_get_cancellable (letter->task), letter->cancelled);
  g_ptr_array_remove_fast (self->letters, letter);
  g_task_return_pointer (letter->task, reply, (GDestroyNotify) till_http_reply_free);
  g_clear_object (&letter->task);

  self->n_running -= letter->is_running;
  while (self->n_running < MAX_RUNNING && self->queue.length > 0)
    start (g_queue_pop_head (&self->queue));
}

/* The till gives it up; what has left has left. */
static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Letter *letter = user_data;
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_CANCELLED);
  gboolean was_queued = g_queue_remove (&letter->net->queue, letter);

  reply->sent = !was_queued;
  deliver (letter, reply);
  if (was_queued)
    letter_free (letter);
}

static void
end_in_silence (Letter         *letter,
                TillHttpOutcome outcome)
{
  TillHttpReply *reply = till_http_reply_new (outcome);

  reply->sent = TRUE;
  deliver (letter, reply);
}

/* Heard again: what it says of times counts from now. */
static TillHttpReply *
ask_bank (Letter *letter)
{
  heard_clear (&letter->heard);
  letter->heard = (Heard) { 0 };
  letter->bank->dialect->hear (letter->bank, letter->request, &letter->heard);

  return letter->bank->dialect->answer (letter->bank, letter->request, &letter->heard);
}

/* Something between the till and the bank answers in its place. */
static TillHttpReply *
answer_in_between (Letter *letter)
{
  static const struct {
    Chance      kind;
    guint       permille;
    guint       longest_ms;
    guint       status;
    const char *body;
  } impostors[] = {
    { CHANCE_NET_PORTAL, 6, 60000, 200, "<html>Welcome to our free Wi-Fi</html>" },
    { CHANCE_NET_REDIRECT, 6, 60000, 302, "" },
    { CHANCE_BANK_FAULT, 16, 30000, 502, "<html>Bad gateway</html>" },
    { CHANCE_BANK_BUSY, 16, 30000, 429, "{\"code\":\"FREQUENCY_LIMITED\",\"message\":\"\"}" },
  };
  TillHttpReply *reply;

  for (guint i = 0; i < G_N_ELEMENTS (impostors); i++) {
    if (!goes_on (letter->net, impostors[i].kind, impostors[i].permille, impostors[i].longest_ms))
      continue;
    tell (letter->net, chance_to_string (impostors[i].kind));
    reply = till_http_reply_new (TILL_HTTP_OK);
    reply->sent = TRUE;
    reply->status = impostors[i].status;
    g_bytes_unref (reply->body);
    reply->body = g_bytes_new_static (impostors[i].body, strlen (impostors[i].body));
    return reply;
  }

  return NULL;
}

static void
spoil_answer (Letter        *letter,
              TillHttpReply *reply)
{
  if (happens (letter->net, CHANCE_BANK_FAULT_DONE, 15)) {
    tell (letter->net, "bank-fault-done");
    reply->status = 500;
    g_bytes_unref (reply->body);
    reply->body = g_bytes_new_static ("{\"code\":\"SYSTEM_ERROR\"}", 23);
  }
  if (goes_on (letter->net, CHANCE_NET_STRIPPED, 8, 60000)) {
    tell (letter->net, "a proxy strips the headers");
    g_hash_table_remove_all (reply->headers);
  }
}

static void timeout_cb (gpointer user_data);

static void
wait_in_vain (Letter       *letter,
              guint         timeout_ms,
              TillClockFunc func)
{
  letter->patience_ms = till_clock_mono_us (letter->net->town->clock) / 1000 + timeout_ms;
  till_clock_add_timer (letter->net->town->clock, timeout_ms, func, letter);
}

/* At the bank: it does what it is asked; then the answer has a way of its own. */
static void
arrive_cb (gpointer user_data)
{
  Letter *letter = user_data;
  Net *self = letter->net;
  TillHttpReply *reply = answer_in_between (letter);

  if (!reply) {
    reply = ask_bank (letter);
    spoil_answer (letter, reply);
  }

  if (happens (self, CHANCE_NET_ANSWER_LOST, 25) || happens (self, CHANCE_NET_ANSWER_LATE, 10)) {
    tell (self, "the answer is lost");
    till_http_reply_free (reply);
    wait_in_vain (letter, letter->request->total_timeout_ms, timeout_cb);
    return;
  }
  if (happens (self, CHANCE_NET_CUT_OFF, 10)) {
    tell (self, "the answer is cut off");
    till_http_reply_free (reply);
    end_in_silence (letter, TILL_HTTP_CUT_OFF);
  } else {
    deliver (letter, reply);
  }
  letter_free (letter);
}

static void
timeout_cb (gpointer user_data)
{
  Letter *letter = user_data;

  end_in_silence (letter, TILL_HTTP_TIMEOUT);
  letter_free (letter);
}

/* It arrives when nobody waits any more. */
static void
arrive_late_cb (gpointer user_data)
{
  Letter *letter = user_data;

  tell (letter->net, "a request arrives late");
  g_ptr_array_remove_fast (letter->net->late, letter);
  till_http_reply_free (ask_bank (letter));
  letter_free (letter);
}

static void
lose_patience_cb (gpointer user_data)
{
  Letter *letter = user_data;
  gint64 late_ms = 1 + chance_draw (letter->net->town->chances, CHANCE_NET_ASK_LATE, 90000);

  end_in_silence (letter, TILL_HTTP_TIMEOUT);
  g_ptr_array_add (letter->net->late, letter);
  till_clock_add_timer (letter->net->town->clock, late_ms, arrive_late_cb, letter);
}

static void
unsent_cb (gpointer user_data)
{
  Letter *letter = user_data;
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_NO_NETWORK);

  deliver (letter, reply);
  letter_free (letter);
}

static gboolean
is_first_host (const Letter *letter)
{
  return g_str_has_prefix (letter->request->url + strlen ("https://"),
                           letter->bank->dialect->hosts[0]);
}

static gboolean
is_down (const Letter *letter)
{
  if (goes_on (letter->net, CHANCE_NET_DOWN, 25, 90000))
    tell (letter->net, "the network is down");
  else if (is_first_host (letter) && bank_is_down (letter->bank))
    tell (letter->net, "the bank's host cannot be reached");
  else
    return FALSE;

  return TRUE;
}

static gboolean
charges (const Letter *letter)
{
  return letter->heard.call == TILL_CALL_CHARGE || letter->heard.call == TILL_CALL_TAP;
}

static gboolean
gives_back (const Letter *letter)
{
  return letter->heard.call == TILL_CALL_REFUND || letter->heard.call == TILL_CALL_REVERSE;
}

static gboolean
is_late (const Letter *letter)
{
  return happens (letter->net, CHANCE_NET_ASK_LATE, gives_back (letter) ? 50 : 10) ||
         (charges (letter) &&
          happens (letter->net, CHANCE_BANK_BOOKS_LATE, 20));
}

/* How long it is on its way. What waits for a key meanwhile may not be wanted any more when that
 * comes. */
static gint64
way_ms (const Letter *letter)
{
  Chances *chances = letter->net->town->chances;
  gint64 ms = 20 + chance_draw (chances, CHANCE_LIFE, 200);

  if (letter->heard.call == TILL_CALL_KEYS && happens (letter->net, CHANCE_NET_SLOW_KEYS, 300))
    ms += chance_draw (chances, CHANCE_NET_SLOW_KEYS, 10000);

  return ms;
}

/* Leaves the till. */
static void
start (Letter *letter)
{
  Net *self = letter->net;
  guint timeout_ms = letter->request->total_timeout_ms;

  letter->is_running = TRUE;
  self->n_running++;
  if (is_down (letter)) {
    till_clock_add_timer (self->town->clock, 5, unsent_cb, letter);
    return;
  }

  self->sent (letter->bank, &letter->heard, self->till);
  if (happens (self, CHANCE_NET_ASK_LOST, 20)) {
    tell (self, "a request is lost");
    wait_in_vain (letter, timeout_ms, timeout_cb);
  } else if (is_late (letter)) {
    wait_in_vain (letter, timeout_ms, lose_patience_cb);
  } else {
    till_clock_add_timer (self->town->clock, way_ms (letter), arrive_cb, letter);
  }
}

static void
net_send_async (TillHttp              *http,
                const TillHttpRequest *request,
                GCancellable          *cancellable,
                GAsyncReadyCallback    callback,
                gpointer               user_data)
{
  Net *self = SIM_NET (http);
  Letter *letter = g_new0 (Letter, 1);

  letter->net = self;
  letter->task = g_task_new (http, cancellable, callback, user_data);
  letter->request = copy_request (request);
  letter->bank = self->find (request->url, self->till);
  letter->bank->dialect->hear (letter->bank, request, &letter->heard);
  g_task_set_check_cancellable (letter->task, FALSE);
  if (cancellable)
    letter->cancelled =
      g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), letter);

  g_ptr_array_add (self->letters, letter);
  if (self->n_running < MAX_RUNNING)
    start (letter);
  else
    g_queue_push_tail (&self->queue, letter);
}

static TillHttpReply *
net_send_finish (TillHttp     *http,
                 GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
net_http_init (TillHttpInterface *iface)
{
  iface->send_async = net_send_async;
  iface->send_finish = net_send_finish;
}

/**
 * net_new:
 *
 * Returns: (transfer full): a way to all banks
 */
Net *
net_new (Town        *town,
         NetFindFunc  find,
         NetSentFunc  sent,
         gpointer     till)
{
  Net *self = g_object_new (TYPE_NET, NULL);

  self->town = town;
  self->find = find;
  self->sent = sent;
  self->till = till;

  return self;
}

/**
 * net_set_skew:
 * @till_minus_true_us: how far the till's wall clock is ahead of the true time
 *
 * For what the Date header of an answer tells the till.
 */
void
net_set_skew (Net   *self,
              gint64 till_minus_true_us)
{
  self->skew_us = till_minus_true_us;
}

/**
 * net_get_n_waiting:
 * @number: (nullable): of a payment; %NULL for all
 *
 * Returns: how many requests about it the till waits for
 */
guint
net_get_n_waiting (Net        *self,
                   const char *number)
{
  guint n = 0;

  for (guint i = 0; i < self->letters->len; i++) {
    const Letter *letter = g_ptr_array_index (self->letters, i);

    n += !number || g_strcmp0 (letter->heard.number, number) == 0;
  }

  return n;
}

/**
 * net_get_n_moving:
 *
 * Returns: how many requests that move the money of @number the till waits for
 */
guint
net_get_n_moving (Net        *self,
                  const char *number)
{
  guint n = 0;

  for (guint i = 0; i < self->letters->len; i++) {
    const Letter *letter = g_ptr_array_index (self->letters, i);

    n += (charges (letter) || letter->heard.call == TILL_CALL_ORDER ||
          letter->heard.call == TILL_CALL_REFUND) &&
         g_strcmp0 (letter->heard.number, number) == 0;
  }

  return n;
}

static gboolean
is_among (const GPtrArray *letters,
          const char      *number)
{
  for (guint i = 0; i < letters->len; i++) {
    const Letter *letter = g_ptr_array_index (letters, i);

    if (charges (letter) && g_strcmp0 (letter->heard.number, number) == 0)
      return TRUE;
  }

  return FALSE;
}

/**
 * net_is_on_its_way:
 *
 * Returns: whether a charge may arrive yet, whoever waits for it
 */
gboolean
net_is_on_its_way (Net        *self,
                   const char *number)
{
  return is_among (self->letters, number) || is_among (self->late, number);
}

/**
 * net_may_reverse:
 *
 * Returns: whether a reversal of the payment may arrive yet that got no answer, or will get none
 */
gboolean
net_may_reverse (Net        *self,
                 const char *number)
{
  const GPtrArray *all[] = { self->letters, self->late };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    for (guint j = 0; j < all[i]->len; j++) {
      const Letter *letter = g_ptr_array_index (all[i], j);

      if (letter->heard.call == TILL_CALL_REVERSE && (i == 1 || letter->patience_ms != 0) &&
          g_strcmp0 (letter->heard.number, number) == 0)
        return TRUE;
    }
  }

  return FALSE;
}

/**
 * net_get_patience_ms:
 *
 * Returns: until when the till waits in vain for an answer about the payment; 0 where it does not
 */
gint64
net_get_patience_ms (Net        *self,
                     const char *number)
{
  for (guint i = 0; i < self->letters->len; i++) {
    const Letter *letter = g_ptr_array_index (self->letters, i);

    if (g_strcmp0 (letter->heard.number, number) == 0)
      return letter->patience_ms;
  }

  return 0;
}
