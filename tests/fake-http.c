/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http.h"

#include <string.h>

struct _TillFakeHttp
{
  GObject        parent_instance;

  TillFakeClock *clock;
  GQueue         script;    /* TillFakeExchange, with texts of its own */
  GPtrArray     *requests;  /* TillHttpRequest, in the order they came */
  GList         *calls;     /* Call, under way */
};

typedef struct {
  TillFakeHttp          *self;      /* not owned: dispose ends every call */
  TillFakeExchange      *exchange;
  const TillHttpRequest *request;   /* one of self->requests */
  GAsyncReadyCallback    callback;
  gpointer               user_data;
  GSource               *cancel_source;
  guint                  timer;
} Call;

static void till_fake_http_http_init (TillHttpInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillFakeHttp, till_fake_http, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, till_fake_http_http_init))

static TillFakeExchange *
exchange_copy (const TillFakeExchange *exchange)
{
  TillFakeExchange *copy = g_memdup2 (exchange, sizeof *exchange);

  copy->method = g_strdup (exchange->method);
  copy->url = g_strdup (exchange->url);
  copy->body = g_strdup (exchange->body);
  copy->headers = (const char *const *) g_strdupv ((GStrv) exchange->headers);
  copy->answer = g_strdup (exchange->answer);

  return copy;
}

static void
exchange_free (TillFakeExchange *exchange)
{
  g_free ((char *) exchange->method);
  g_free ((char *) exchange->url);
  g_free ((char *) exchange->body);
  g_strfreev ((GStrv) exchange->headers);
  g_free ((char *) exchange->answer);
  g_free (exchange);
}

static TillHttpRequest *
request_copy (const TillHttpRequest *request)
{
  TillHttpRequest *copy = till_http_request_new (request->method, request->url);

  g_strfreev (copy->headers);
  copy->headers = g_strdupv (request->headers);
  copy->body = request->body ? g_bytes_ref (request->body) : NULL;
  copy->ca_file = g_strdup (request->ca_file);
  copy->connect_timeout_ms = request->connect_timeout_ms;
  copy->total_timeout_ms = request->total_timeout_ms;

  return copy;
}

static gboolean
body_contains (const TillHttpRequest *request,
               const char            *piece)
{
  gsize n_bytes = 0;
  const char *bytes = request->body ? g_bytes_get_data (request->body, &n_bytes) : NULL;

  return bytes && memmem (bytes, n_bytes, piece, strlen (piece)) != NULL;
}

static gboolean
is_expected (const TillFakeExchange *exchange,
             const TillHttpRequest  *request)
{
  return exchange &&
         (!exchange->method || strcmp (exchange->method, request->method) == 0) &&
         (!exchange->url || strstr (request->url, exchange->url)) &&
         (!exchange->body || body_contains (request, exchange->body));
}

static void
add_header (TillHttpReply *reply,
            const char    *line)
{
  const char *colon = strchr (line, ':');

  g_assert_nonnull (colon);
  g_hash_table_replace (reply->headers, g_ascii_strdown (line, colon - line),
                        g_strstrip (g_strdup (colon + 1)));
}

static TillHttpReply *
make_reply (const TillFakeExchange *exchange)
{
  TillHttpReply *reply = till_http_reply_new (exchange->outcome);

  reply->sent = !exchange->unsent;
  reply->detail = g_strdup ("scripted");
  if (exchange->outcome != TILL_HTTP_OK)
    return reply;

  reply->status = exchange->status ? exchange->status : 200;
  for (guint i = 0; exchange->headers && exchange->headers[i]; i++)
    add_header (reply, exchange->headers[i]);
  if (exchange->answer) {
    g_bytes_unref (reply->body);
    reply->body = g_bytes_new (exchange->answer, strlen (exchange->answer));
  }

  return reply;
}

/* As the real one: the task is made where the call ends, so that it calls back at the next turn of
 * the main loop, and calls under way do not keep the object alive. */
static void
finish (Call          *call,
        TillHttpReply *reply)
{
  TillFakeHttp *self = call->self;
  g_autoptr (GTask) task = g_task_new (self, NULL, call->callback, call->user_data);

  g_task_return_pointer (task, reply, (GDestroyNotify) till_http_reply_free);

  self->calls = g_list_remove (self->calls, call);
  till_clock_cancel (till_fake_clock_get_port (self->clock), call->timer);
  if (call->cancel_source) {
    g_source_destroy (call->cancel_source);
    g_source_unref (call->cancel_source);
  }
  exchange_free (call->exchange);
  g_free (call);
}

static void
answer_cb (gpointer user_data)
{
  Call *call = user_data;
  const TillFakeExchange *exchange = call->exchange;

  finish (call, exchange->make ? exchange->make (call->request, exchange->user_data)
                               : make_reply (exchange));
}

static void
end_cancelled (Call *call)
{
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_CANCELLED);

  reply->sent = TRUE;
  reply->detail = g_strdup ("cancelled");
  finish (call, reply);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  end_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static void
send_async (TillHttp              *http,
            const TillHttpRequest *request,
            GCancellable          *cancellable,
            GAsyncReadyCallback    callback,
            gpointer               user_data)
{
  TillFakeHttp *self = TILL_FAKE_HTTP (http);
  Call *call = g_new0 (Call, 1);

  if (!is_expected (g_queue_peek_head (&self->script), request))
    g_error ("request %u is not in the script: %s %s", self->requests->len + 1, request->method,
             request->url);
  g_ptr_array_add (self->requests, request_copy (request));

  call->self = self;
  call->exchange = g_queue_pop_head (&self->script);
  call->request = g_ptr_array_index (self->requests, self->requests->len - 1);
  call->callback = callback;
  call->user_data = user_data;
  self->calls = g_list_prepend (self->calls, call);

  if (cancellable) {
    call->cancel_source = g_cancellable_source_new (cancellable);
    g_source_set_callback (call->cancel_source, G_SOURCE_FUNC (cancelled_cb), call, NULL);
    g_source_attach (call->cancel_source, g_main_context_get_thread_default ());
  }
  if (call->exchange->never)
    return;
  if (call->exchange->after_ms == 0)
    answer_cb (call);
  else
    call->timer = till_clock_add_timer (till_fake_clock_get_port (self->clock),
                                        call->exchange->after_ms, answer_cb, call);
}

static TillHttpReply *
send_finish (TillHttp     *http,
             GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
till_fake_http_http_init (TillHttpInterface *iface)
{
  iface->send_async = send_async;
  iface->send_finish = send_finish;
}

static void
till_fake_http_dispose (GObject *object)
{
  TillFakeHttp *self = TILL_FAKE_HTTP (object);

  while (self->calls)
    end_cancelled (self->calls->data);

  G_OBJECT_CLASS (till_fake_http_parent_class)->dispose (object);
}

static void
till_fake_http_finalize (GObject *object)
{
  TillFakeHttp *self = TILL_FAKE_HTTP (object);

  g_queue_clear_full (&self->script, (GDestroyNotify) exchange_free);
  g_ptr_array_unref (self->requests);

  G_OBJECT_CLASS (till_fake_http_parent_class)->finalize (object);
}

static void
till_fake_http_class_init (TillFakeHttpClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = till_fake_http_dispose;
  object_class->finalize = till_fake_http_finalize;
}

static void
till_fake_http_init (TillFakeHttp *self)
{
  g_queue_init (&self->script);
  self->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) till_http_request_free);
}

/**
 * till_fake_http_new:
 * @clock: for answers that take their time; outlives the object
 *
 * Returns: (transfer full): a #TillHttp that plays a script
 */
TillFakeHttp *
till_fake_http_new (TillFakeClock *clock)
{
  TillFakeHttp *self = g_object_new (TILL_TYPE_FAKE_HTTP, NULL);

  self->clock = clock;
  return self;
}

/**
 * till_fake_http_get_n_left:
 *
 * Returns: how many requests of the script have not come; a test ends by asserting 0
 */
guint
till_fake_http_get_n_left (TillFakeHttp *self)
{
  return self->script.length;
}

guint
till_fake_http_get_n_requests (TillFakeHttp *self)
{
  return self->requests->len;
}

/**
 * till_fake_http_get_request:
 *
 * Returns: (transfer none): the request that came as number @index, from 0
 */
const TillHttpRequest *
till_fake_http_get_request (TillFakeHttp *self,
                            guint         index)
{
  g_assert_cmpuint (index, <, self->requests->len);

  return g_ptr_array_index (self->requests, index);
}

/**
 * till_fake_http_body_contains:
 *
 * Returns: whether @piece stands in the body of request @index; a body ends without a NUL
 */
gboolean
till_fake_http_body_contains (TillFakeHttp *self,
                              guint         index,
                              const char   *piece)
{
  return body_contains (till_fake_http_get_request (self, index), piece);
}

/**
 * till_fake_http_expect:
 *
 * Adds a line to the script. Requests come in the script's order; one that is not its next line
 * aborts the test.
 */
void
till_fake_http_expect (TillFakeHttp           *self,
                       const TillFakeExchange *exchange)
{
  g_queue_push_tail (&self->script, exchange_copy (exchange));
}
