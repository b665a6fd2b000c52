/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net.h"

#include <string.h>

struct _Net
{
  GObject          parent_instance;

  const TillClock *clock;
  Chances         *chances;
  Bank            *banks[2];
  NetSentFunc      sent;
  gpointer         world;
  gint64           skew_us;
  gint64           down_until_ms;
  guint            n_busy;
};

/* One request on its way. */
typedef struct {
  Net             *net;
  GTask           *task;       /* the till that waits; NULL once it has its answer */
  TillHttpRequest *request;
} Letter;

static void net_http_init (TillHttpInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (Net, net, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, net_http_init))

static void
net_class_init (NetClass *klass)
{
}

static void
net_init (Net *self)
{
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
  return chance_happens (self->chances, kind, permille);
}

static void
tell (Net        *self,
      const char *what)
{
  bank_note (self->banks[0], "net: %s", what);
}

/* The till hears: what, how, and what its clock makes of it. */
static void
deliver (Letter        *letter,
         TillHttpReply *reply)
{
  if (g_cancellable_is_cancelled (g_task_get_cancellable (letter->task)))
    reply->outcome = TILL_HTTP_CANCELLED;
  if (reply->outcome == TILL_HTTP_OK) {
    reply->date_us = bank_wall_us (letter->net->banks[0]);
    reply->skew_us = -letter->net->skew_us;
  }

  letter->net->n_busy--;
  g_task_return_pointer (letter->task, reply, (GDestroyNotify) till_http_reply_free);
  g_clear_object (&letter->task);
}

static void
letter_free (Letter *letter)
{
  till_http_request_free (letter->request);
  g_free (letter);
}

static void
end_in_silence (Letter         *letter,
                TillHttpOutcome outcome)
{
  TillHttpReply *reply = till_http_reply_new (outcome);

  reply->sent = TRUE;
  deliver (letter, reply);
}

static TillHttpReply *
ask_bank (Letter *letter)
{
  Net *self = letter->net;
  Bank *bank = self->banks[strstr (letter->request->url, self->banks[1]->dialect->host) != NULL];

  return bank->dialect->answer (bank, letter->request);
}

/* Something between the till and the bank answers in its place. */
static TillHttpReply *
answer_in_between (Letter *letter)
{
  static const struct {
    Chance      kind;
    guint       permille;
    guint       status;
    const char *body;
  } impostors[] = {
    { CHANCE_NET_PORTAL, 8, 200, "<html>Welcome to our free Wi-Fi</html>" },
    { CHANCE_NET_REDIRECT, 8, 302, "" },
    { CHANCE_BANK_FAULT, 20, 502, "<html>Bad gateway</html>" },
    { CHANCE_BANK_BUSY, 20, 429, "{\"code\":\"FREQUENCY_LIMITED\",\"message\":\"\"}" },
  };
  TillHttpReply *reply;

  for (guint i = 0; i < G_N_ELEMENTS (impostors); i++) {
    if (!happens (letter->net, impostors[i].kind, impostors[i].permille))
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
  if (happens (letter->net, CHANCE_NET_STRIPPED, 8)) {
    tell (letter->net, "net-stripped");
    g_hash_table_remove_all (reply->headers);
  }
}

static void timeout_cb (gpointer user_data);

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
    till_clock_add_timer (self->clock, letter->request->total_timeout_ms, timeout_cb, letter);
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
  till_http_reply_free (ask_bank (letter));
  letter_free (letter);
}

static void
lose_patience_cb (gpointer user_data)
{
  Letter *letter = user_data;
  gint64 late_ms = 1 + chance_draw (letter->net->chances, CHANCE_LIFE, 90000);

  end_in_silence (letter, TILL_HTTP_TIMEOUT);
  till_clock_add_timer (letter->net->clock, late_ms, arrive_late_cb, letter);
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
is_down (Net *self)
{
  gint64 now_ms = till_clock_mono_us (self->clock) / 1000;

  if (self->chances->all_off)
    self->down_until_ms = 0;
  if (now_ms < self->down_until_ms)
    return TRUE;
  if (!happens (self, CHANCE_NET_DOWN, 25))
    return FALSE;

  tell (self, "the network is down");
  self->down_until_ms = now_ms + 1000 + chance_draw (self->chances, CHANCE_LIFE, 60000);
  return TRUE;
}

static gboolean
charges (const TillHttpRequest *request)
{
  return strstr (request->url, "codepay") != NULL ||
         strstr (request->url, "alipay.trade.pay") != NULL;
}

static void
net_send_async (TillHttp              *http,
                const TillHttpRequest *request,
                GCancellable          *cancellable,
                GAsyncReadyCallback    callback,
                gpointer               user_data)
{
  Net *self = SIM_NET (http);
  Letter *letter = g_new (Letter, 1);

  *letter = (Letter) {
    self, g_task_new (http, cancellable, callback, user_data), copy_request (request),
  };
  g_task_set_check_cancellable (letter->task, FALSE);
  self->n_busy++;

  if (is_down (self)) {
    till_clock_add_timer (self->clock, 5, unsent_cb, letter);
    return;
  }
  self->sent (request, self->world);
  if (happens (self, CHANCE_NET_ASK_LOST, 20)) {
    tell (self, "a request is lost");
    till_clock_add_timer (self->clock, request->total_timeout_ms, timeout_cb, letter);
  } else if (happens (self, CHANCE_NET_ASK_LATE, 10) ||
             (charges (request) && happens (self, CHANCE_BANK_BOOKS_LATE, 20))) {
    till_clock_add_timer (self->clock, request->total_timeout_ms, lose_patience_cb, letter);
  } else {
    till_clock_add_timer (self->clock, 20 + chance_draw (self->chances, CHANCE_LIFE, 200),
                          arrive_cb, letter);
  }
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
 * Returns: (transfer full): a way to both banks
 */
Net *
net_new (const TillClock *clock,
         Chances         *chances,
         Bank            *wechat,
         Bank            *alipay,
         NetSentFunc      sent,
         gpointer         world)
{
  Net *self = g_object_new (TYPE_NET, NULL);

  self->clock = clock;
  self->chances = chances;
  self->banks[0] = wechat;
  self->banks[1] = alipay;
  self->sent = sent;
  self->world = world;

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
 * net_get_n_busy:
 *
 * Returns: how many requests the till waits for
 */
guint
net_get_n_busy (Net *self)
{
  return self->n_busy;
}
