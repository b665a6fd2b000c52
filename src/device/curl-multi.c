/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-multi.h"

#include "device/curl-source.h"
#include "device/curl-transfer.h"

#include <curl/curl.h>
#include <signal.h>
#include <string.h>

/* The order of things: who is under way, who waits, and who hears when. */

#define MAX_RUNNING       8
#define MAX_KEPT          16     /* connections, over all acquirers */
#define TOTAL_TIMEOUT_MS  30000  /* where a request names none */

struct _TillCurlMulti
{
  GObject          parent_instance;

  const TillClock *clock;
  GMainContext    *context;
  GSource         *source;
  CURLM           *multi;
  TillCurlSockets *sockets;
  char            *ca_folder;  /* the system's trust, hashed by name */
  GQueue           running;    /* Call */
  GQueue           waiting;    /* Call, in the order they came */
};

typedef struct {
  GList               link;
  TillCurlMulti      *self;  /* not owned: dispose ends every call */
  TillCurlTransfer   *transfer;
  gboolean            running;
  GSource            *cancel_source;
  guint               deadline;
  GAsyncReadyCallback callback;
  gpointer            user_data;
} Call;

static void till_curl_multi_http_init (TillHttpInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillCurlMulti, till_curl_multi, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, till_curl_multi_http_init))

static void
call_free (Call *call)
{
  if (call->cancel_source) {
    g_source_destroy (call->cancel_source);
    g_source_unref (call->cancel_source);
  }
  if (call->deadline)
    till_clock_cancel (call->self->clock, call->deadline);
  till_curl_transfer_free (call->transfer);
  g_free (call);
}

/* Takes the call out and posts the reply. The task is made only here: while a request is under way
 * nothing but its owner keeps the object alive, and a task that is returned where it was made calls
 * back at the next turn of the main loop, never from within. */
static void
finish (Call          *call,
        TillHttpReply *reply)
{
  TillCurlMulti *self = call->self;
  g_autoptr (GTask) task = g_task_new (self, NULL, call->callback, call->user_data);

  if (call->running)
    curl_multi_remove_handle (self->multi, till_curl_transfer_get_easy (call->transfer));
  g_queue_unlink (call->running ? &self->running : &self->waiting, &call->link);
  call_free (call);

  g_task_set_source_tag (task, finish);
  g_task_return_pointer (task, reply, (GDestroyNotify) till_http_reply_free);
}

static void
start_waiting (TillCurlMulti *self)
{
  while (self->running.length < MAX_RUNNING && self->waiting.length > 0) {
    Call *call = self->waiting.head->data;

    g_queue_unlink (&self->waiting, &call->link);
    g_queue_push_tail_link (&self->running, &call->link);
    call->running = TRUE;
    curl_multi_add_handle (self->multi, till_curl_transfer_get_easy (call->transfer));
  }
}

static void
done_cb (CURL    *easy,
         CURLcode code,
         gpointer user_data)
{
  TillCurlMulti *self = user_data;
  Call *call = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, (char **) &call);
  if (till_curl_transfer_again (call->transfer)) {
    curl_multi_remove_handle (self->multi, easy);
    curl_multi_add_handle (self->multi, easy);
    return;
  }

  finish (call, till_curl_transfer_end (call->transfer, code));
  start_waiting (self);
}

static void
break_off (Call           *call,
           TillHttpOutcome outcome,
           const char     *detail)
{
  finish (call, till_curl_transfer_break (call->transfer, outcome, detail));
}

static void
deadline_cb (gpointer user_data)
{
  Call *call = user_data;
  TillCurlMulti *self = call->self;

  call->deadline = 0;
  break_off (call, TILL_HTTP_TIMEOUT, call->running ? "the deadline passed"
                                                    : "the deadline passed in the queue");
  start_waiting (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Call *call = user_data;
  TillCurlMulti *self = call->self;

  break_off (call, TILL_HTTP_CANCELLED, "cancelled");
  start_waiting (self);
  return G_SOURCE_REMOVE;
}

/* From any thread, but acted upon in ours: a cancellable may be cancelled within a callback. */
static void
watch_cancellable (Call         *call,
                   GCancellable *cancellable)
{
  call->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (call->cancel_source, G_SOURCE_FUNC (cancelled_cb), call, NULL);
  g_source_attach (call->cancel_source, call->self->context);
}

static const char *
find_fault (TillCurlMulti         *self,
            const TillHttpRequest *request)
{
  gboolean get = strcmp (request->method, "GET") == 0;

  if (strcmp (request->method, "POST") != 0 && (!get || request->body))
    return "neither a POST nor a GET without a body";
  if (request->ca_file && !self->ca_folder)
    return "libcurl was built without a folder of certificates to add one to";
  if (request->card_token)
    return "a card's message goes through the reader";

  return NULL;
}

static Call *
call_new (TillCurlMulti         *self,
          const TillHttpRequest *request,
          GCancellable          *cancellable,
          GAsyncReadyCallback    callback,
          gpointer               user_data)
{
  Call *call = g_new0 (Call, 1);

  call->link.data = call;
  call->self = self;
  call->transfer = till_curl_transfer_new (request, self->ca_folder, self->sockets, self->clock,
                                           cancellable);
  call->callback = callback;
  call->user_data = user_data;
  curl_easy_setopt (till_curl_transfer_get_easy (call->transfer), CURLOPT_PRIVATE, call);

  return call;
}

static void
send_async (TillHttp              *http,
            const TillHttpRequest *request,
            GCancellable          *cancellable,
            GAsyncReadyCallback    callback,
            gpointer               user_data)
{
  TillCurlMulti *self = TILL_CURL_MULTI (http);
  Call *call = call_new (self, request, cancellable, callback, user_data);
  const char *fault = find_fault (self, request);
  guint timeout_ms = request->total_timeout_ms ? request->total_timeout_ms : TOTAL_TIMEOUT_MS;

  g_queue_push_tail_link (&self->waiting, &call->link);
  if (fault) {
    break_off (call, TILL_HTTP_FAULT, fault);
    return;
  }
  if (g_cancellable_is_cancelled (cancellable)) {
    break_off (call, TILL_HTTP_CANCELLED, "cancelled");
    return;
  }

  call->deadline = till_clock_add_timer (self->clock, timeout_ms, deadline_cb, call);
  if (cancellable)
    watch_cancellable (call, cancellable);
  start_waiting (self);
}

static TillHttpReply *
send_finish (TillHttp     *http,
             GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, http), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
till_curl_multi_http_init (TillHttpInterface *iface)
{
  iface->send_async = send_async;
  iface->send_finish = send_finish;
}

/* The tasks of what is ended here hold references: the object lives on until they have called back.
 * Those that wait go first, so that none of them starts. */
static void
till_curl_multi_dispose (GObject *object)
{
  TillCurlMulti *self = TILL_CURL_MULTI (object);

  while (self->waiting.length > 0)
    break_off (self->waiting.head->data, TILL_HTTP_CANCELLED, "the way out was closed");
  while (self->running.length > 0)
    break_off (self->running.head->data, TILL_HTTP_CANCELLED, "the way out was closed");

  G_OBJECT_CLASS (till_curl_multi_parent_class)->dispose (object);
}

static void
till_curl_multi_finalize (GObject *object)
{
  TillCurlMulti *self = TILL_CURL_MULTI (object);

  till_curl_source_free (self->source);
  till_curl_sockets_free (self->sockets);
  g_main_context_unref (self->context);
  g_free (self->ca_folder);
  curl_global_cleanup ();

  G_OBJECT_CLASS (till_curl_multi_parent_class)->finalize (object);
}

static void
till_curl_multi_class_init (TillCurlMultiClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = till_curl_multi_dispose;
  object_class->finalize = till_curl_multi_finalize;

  /* OpenSSL writes without MSG_NOSIGNAL: a bank that hangs up would end the program. GIO does the
   * same as soon as it has a socket. */
  signal (SIGPIPE, SIG_IGN);
}

static char *
find_ca_folder (void)
{
  CURL *easy = curl_easy_init ();
  const char *folder = NULL;
  char *copy;

  curl_easy_getinfo (easy, CURLINFO_CAPATH, &folder);
  copy = g_strdup (folder);
  curl_easy_cleanup (easy);

  return copy;
}

static void
till_curl_multi_init (TillCurlMulti *self)
{
  curl_global_init (CURL_GLOBAL_DEFAULT);
  self->ca_folder = find_ca_folder ();
  self->context = g_main_context_ref_thread_default ();
  self->multi = curl_multi_init ();
  self->sockets = till_curl_sockets_new ();
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, (long) MAX_KEPT);
  self->source = till_curl_source_new (self->multi, done_cb, self);
  g_source_attach (self->source, self->context);
}

/**
 * till_curl_multi_new:
 * @clock: for deadlines and the skew; outlives the object
 *
 * Makes the way out, for the calling thread and its main context. At most eight requests are under
 * way, the rest wait in order; a request's total deadline runs from the call. What is under way
 * when the last owner leaves ends with %TILL_HTTP_CANCELLED.
 *
 * %TillHttpReply.skew_us is as precise as a Date header, which counts whole seconds: with a right
 * clock it lies between −1 s, less the time that the answer took to come, and 0.
 *
 * Returns: (transfer full): requests over HTTPS, verified, each POST on the wire once at most
 */
TillHttp *
till_curl_multi_new (const TillClock *clock)
{
  TillCurlMulti *self = g_object_new (TILL_TYPE_CURL_MULTI, NULL);

  self->clock = clock;
  return TILL_HTTP (self);
}
