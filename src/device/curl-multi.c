/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-multi.h"

#include "config.h"
#include "device/curl-source.h"

#include <curl/curl.h>
#include <signal.h>
#include <string.h>

#define MAX_RUNNING         8
#define MAX_KEPT            16            /* connections, over all acquirers */
#define MAX_HEADER_BYTES    (64 * 1024)
#define CONNECT_TIMEOUT_MS  5000          /* where a request names none */
#define TOTAL_TIMEOUT_MS    30000
#define KEEP_ALIVE_FIRST_S  30            /* shop routers forget a quiet connection after minutes */
#define KEEP_ALIVE_EVERY_S  15

struct _TillCurlMulti
{
  GObject          parent_instance;

  const TillClock *clock;
  GMainContext    *context;
  GSource         *source;
  CURLM           *multi;
  char            *ca_folder;  /* the system's trust, hashed by name */
  GQueue           running;    /* Transfer */
  GQueue           waiting;    /* Transfer, in the order of their calls */
};

typedef struct {
  GList               link;
  TillCurlMulti      *self;  /* not owned: dispose ends every transfer */
  CURL               *easy;
  struct curl_slist  *headers;
  char               *url;
  GBytes             *sent_body;
  GCancellable       *cancellable;
  GSource            *cancel_source;
  guint               deadline;
  GAsyncReadyCallback callback;
  gpointer            user_data;
  gint64              begun_us;
  gint64              arrived_us;  /* wall time of the end of the headers */
  GByteArray         *body;
  gsize               n_header_bytes;
  gboolean            post;
  gboolean            running;
  gboolean            sent;
  gboolean            headers_whole;
  gboolean            too_large;
  char                words[CURL_ERROR_SIZE];
} Transfer;

typedef struct {
  CURLcode        code;
  TillHttpOutcome outcome;
  gboolean        quotable;
} End;

static void till_curl_multi_http_init (TillHttpInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillCurlMulti, till_curl_multi, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, till_curl_multi_http_init))

/* What holds for each request; no setting reaches this table. */
static const struct {
  CURLoption option;
  long       value;
} rules[] = {
  { CURLOPT_SSL_VERIFYPEER,           1 },
  { CURLOPT_SSL_VERIFYHOST,           2 },
  { CURLOPT_PROXY_SSL_VERIFYPEER,     1 },
  { CURLOPT_PROXY_SSL_VERIFYHOST,     2 },
  { CURLOPT_SSLVERSION,               CURL_SSLVERSION_TLSv1_2 },
  { CURLOPT_FOLLOWLOCATION,           0 },
  { CURLOPT_NETRC,                    CURL_NETRC_IGNORED },
  { CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
  { CURLOPT_PATH_AS_IS,               1 },  /* the path is signed as it stands */
  { CURLOPT_HTTP_VERSION,             CURL_HTTP_VERSION_1_1 },  /* one request, one connection */
  { CURLOPT_HTTP09_ALLOWED,           0 },
  { CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
  { CURLOPT_TCP_KEEPALIVE,            1 },
  { CURLOPT_TCP_KEEPIDLE,             KEEP_ALIVE_FIRST_S },
  { CURLOPT_TCP_KEEPINTVL,            KEEP_ALIVE_EVERY_S },
  { CURLOPT_NOSIGNAL,                 1 },
  { CURLOPT_QUICK_EXIT,               1 },  /* else ending a request waits for its name look-up */
};

/* How libcurl's codes end a request, and whether its own words may stand in a log: some would tell a
 * proxy's password or a piece of the answer. A code that is not here is a fault. */
static const End ends[] = {
  { CURLE_COULDNT_RESOLVE_PROXY,    TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_COULDNT_RESOLVE_HOST,     TILL_HTTP_NO_NETWORK, TRUE },
  { CURLE_COULDNT_CONNECT,          TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_PROXY,                    TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_SSL_CONNECT_ERROR,        TILL_HTTP_NO_NETWORK, TRUE },  /* see is_disagreed */
  { CURLE_PEER_FAILED_VERIFICATION, TILL_HTTP_UNTRUSTED,  TRUE },
  { CURLE_SSL_ISSUER_ERROR,         TILL_HTTP_UNTRUSTED,  TRUE },
  { CURLE_SSL_CACERT_BADFILE,       TILL_HTTP_FAULT,      TRUE },
  { CURLE_OPERATION_TIMEDOUT,       TILL_HTTP_TIMEOUT,    FALSE },
  { CURLE_ABORTED_BY_CALLBACK,      TILL_HTTP_CUT_OFF,    FALSE },  /* see leaving_cb */
  { CURLE_GOT_NOTHING,              TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_PARTIAL_FILE,             TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_RECV_ERROR,               TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_SEND_ERROR,               TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_HTTP2,                    TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_HTTP2_STREAM,             TILL_HTTP_CUT_OFF,    FALSE },
};

static const char *const outcome_words[] = {
  [TILL_HTTP_OK] = "answered",
  [TILL_HTTP_NO_NETWORK] = "no network",
  [TILL_HTTP_UNTRUSTED] = "untrusted",
  [TILL_HTTP_TIMEOUT] = "timed out",
  [TILL_HTTP_CUT_OFF] = "cut off",
  [TILL_HTTP_TOO_LARGE] = "too large",
  [TILL_HTTP_CANCELLED] = "cancelled",
  [TILL_HTTP_FAULT] = "fault",
};

/* Called when a connection stands and the request is about to be written on it. It is libcurl's only
 * door to the wire, so before the first call nothing of the request has left. A second call means that
 * a kept connection died under the request and libcurl would send it again by itself: a bank that booked
 * the first one would book twice. A GET may be asked twice. */
static int
leaving_cb (void *user_data,
            char *ip,
            char *local_ip,
            int   port,
            int   local_port)
{
  Transfer *transfer = user_data;

  if ((transfer->sent && transfer->post) || g_cancellable_is_cancelled (transfer->cancellable))
    return CURL_PREREQFUNC_ABORT;

  transfer->sent = TRUE;
  return CURL_PREREQFUNC_OK;
}

/* libcurl calls a head that breaks off between two lines an answer, so the empty line at its end is
 * looked for. A 1xx answer has a head of its own before the one that counts. */
static gsize
head_cb (char *line,
         gsize size,
         gsize n_bytes,
         void *user_data)
{
  Transfer *transfer = user_data;

  transfer->n_header_bytes += n_bytes;
  if (transfer->n_header_bytes > MAX_HEADER_BYTES) {
    transfer->too_large = TRUE;
    return 0;
  }

  if (n_bytes >= 5 && memcmp (line, "HTTP/", 5) == 0) {
    transfer->headers_whole = FALSE;
  } else if (!transfer->headers_whole && (line[0] == '\r' || line[0] == '\n')) {
    transfer->headers_whole = TRUE;
    transfer->arrived_us = till_clock_now_us (transfer->self->clock);
  }

  return n_bytes;
}

static gsize
body_cb (char *bytes,
         gsize size,
         gsize n_bytes,
         void *user_data)
{
  Transfer *transfer = user_data;

  if (transfer->body->len + n_bytes > TILL_HTTP_MAX_BODY_BYTES) {
    transfer->too_large = TRUE;
    return 0;
  }

  g_byte_array_append (transfer->body, (const guint8 *) bytes, (guint) n_bytes);
  return n_bytes;
}

static void
read_headers (const Transfer *transfer,
              TillHttpReply  *reply)
{
  struct curl_header *header = NULL;
  const char *date;
  gint64 date_s;

  while ((header = curl_easy_nextheader (transfer->easy, CURLH_HEADER, -1, header)))
    g_hash_table_replace (reply->headers, g_ascii_strdown (header->name, -1),
                          g_strdup (header->value));

  date = till_http_reply_header (reply, "date");
  date_s = date ? curl_getdate (date, NULL) : -1;
  if (date_s < 0)
    return;

  reply->date_us = date_s * G_USEC_PER_SEC;
  reply->skew_us = reply->date_us - transfer->arrived_us;
}

static TillHttpReply *
make_reply (Transfer       *transfer,
            TillHttpOutcome outcome,
            const char     *detail)
{
  TillHttpReply *reply = till_http_reply_new (outcome);
  long status = 0;

  reply->sent = transfer->sent;
  curl_easy_getinfo (transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  reply->status = (guint) status;
  if (transfer->headers_whole)
    read_headers (transfer, reply);
  if (outcome == TILL_HTTP_OK) {
    g_bytes_unref (reply->body);
    reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&transfer->body));
  }
  reply->detail = detail ? g_strdup (detail) : g_strdup_printf ("HTTP %u", reply->status);

  return reply;
}

static void
log_end (const Transfer      *transfer,
         const TillHttpReply *reply)
{
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  gint64 ms = (till_clock_mono_us (transfer->self->clock) - transfer->begun_us) / 1000;

  g_uri_split (transfer->url, G_URI_FLAGS_ENCODED, NULL, NULL, &host, NULL, &path, NULL, NULL, NULL);
  g_debug ("%s %s%s: %u, %" G_GINT64_FORMAT " ms, %s%s", transfer->post ? "POST" : "GET",
           host ? host : "?", path ? path : "", reply->status, ms, outcome_words[reply->outcome],
           reply->sent ? "" : ", not sent");
}

static void
transfer_free (Transfer *transfer)
{
  if (transfer->cancel_source) {
    g_source_destroy (transfer->cancel_source);
    g_source_unref (transfer->cancel_source);
  }
  if (transfer->deadline)
    till_clock_cancel (transfer->self->clock, transfer->deadline);
  curl_easy_cleanup (transfer->easy);
  curl_slist_free_all (transfer->headers);
  g_clear_pointer (&transfer->sent_body, g_bytes_unref);
  g_clear_pointer (&transfer->body, g_byte_array_unref);
  g_clear_object (&transfer->cancellable);
  g_free (transfer->url);
  g_free (transfer);
}

/* Takes the transfer out and posts the reply. The task is made only here: while a request is under way
 * nothing but its owner keeps the object alive, and a task that is returned where it was made calls back
 * at the next turn of the main loop, never from within. */
static void
finish (Transfer       *transfer,
        TillHttpOutcome outcome,
        const char     *detail)
{
  TillCurlMulti *self = transfer->self;
  g_autoptr (GTask) task = g_task_new (self, NULL, transfer->callback, transfer->user_data);
  TillHttpReply *reply;

  if (transfer->running)
    curl_multi_remove_handle (self->multi, transfer->easy);
  g_queue_unlink (transfer->running ? &self->running : &self->waiting, &transfer->link);

  reply = make_reply (transfer, outcome, detail);
  log_end (transfer, reply);
  g_task_set_source_tag (task, finish);
  g_task_return_pointer (task, reply, (GDestroyNotify) till_http_reply_free);
  transfer_free (transfer);
}

static void
start_waiting (TillCurlMulti *self)
{
  while (self->running.length < MAX_RUNNING && self->waiting.length > 0) {
    Transfer *transfer = self->waiting.head->data;

    g_queue_unlink (&self->waiting, &transfer->link);
    g_queue_push_tail_link (&self->running, &transfer->link);
    transfer->running = TRUE;
    curl_multi_add_handle (self->multi, transfer->easy);
  }
}

/* Without a length or chunks an answer ends where the connection does, and OpenSSL as libcurl sets it up
 * takes any end for a good one: such an answer is not known to be whole. */
static gboolean
is_whole (const Transfer *transfer)
{
  struct curl_header *encoding;
  curl_off_t n_bytes = -1;
  long status = 0;

  curl_easy_getinfo (transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n_bytes);
  curl_easy_getinfo (transfer->easy, CURLINFO_RESPONSE_CODE, &status);

  return transfer->headers_whole &&
         (n_bytes >= 0 || status == 204 || status == 304 ||
          curl_easy_header (transfer->easy, "Transfer-Encoding", 0, CURLH_HEADER, -1,
                            &encoding) == CURLHE_OK);
}

static const End *
find_end (CURLcode code)
{
  static const End fault = { .outcome = TILL_HTTP_FAULT };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i].code == code)
      return &ends[i];

  return &fault;
}

/* One code is for a connection that ends within the handshake and for a handshake that cannot be agreed
 * on, a forged signature among the reasons; only OpenSSL's own "error:0A00010B" tells the second. */
static gboolean
is_disagreed (const Transfer *transfer,
              CURLcode        code)
{
  return code == CURLE_SSL_CONNECT_ERROR && strstr (transfer->words, "error:");
}

/* Before the request left, a connection that ends is no connection; after that, no connection is one
 * that ended: the second that libcurl tried when the first had died. */
static TillHttpOutcome
outcome_of (const Transfer *transfer,
            CURLcode        code)
{
  TillHttpOutcome outcome = find_end (code)->outcome;

  if (transfer->too_large)
    return TILL_HTTP_TOO_LARGE;
  if (is_disagreed (transfer, code))
    return TILL_HTTP_UNTRUSTED;
  if (code == CURLE_OK)
    return is_whole (transfer) ? TILL_HTTP_OK : TILL_HTTP_CUT_OFF;
  if (code == CURLE_ABORTED_BY_CALLBACK && g_cancellable_is_cancelled (transfer->cancellable))
    return TILL_HTTP_CANCELLED;
  if (outcome == TILL_HTTP_NO_NETWORK && transfer->sent)
    return TILL_HTTP_CUT_OFF;
  if (outcome == TILL_HTTP_CUT_OFF && !transfer->sent)
    return TILL_HTTP_NO_NETWORK;

  return outcome;
}

static const char *
detail_of (const Transfer *transfer,
           CURLcode        code)
{
  long os_error = 0;

  if (transfer->too_large)
    return "the answer is too large";
  if (code == CURLE_OK)
    return is_whole (transfer) ? NULL : "nothing says that the answer is whole";
  if (code == CURLE_ABORTED_BY_CALLBACK && g_cancellable_is_cancelled (transfer->cancellable))
    return "cancelled";
  if (code == CURLE_ABORTED_BY_CALLBACK || (code == CURLE_COULDNT_CONNECT && transfer->sent))
    return "the kept connection ended without an answer";

  if (find_end (code)->quotable && transfer->words[0] != '\0')
    return transfer->words;

  curl_easy_getinfo (transfer->easy, CURLINFO_OS_ERRNO, &os_error);
  return code == CURLE_COULDNT_CONNECT && os_error != 0 ? g_strerror ((int) os_error)
                                                        : curl_easy_strerror (code);
}

static void
done_cb (CURL    *easy,
         CURLcode code,
         gpointer user_data)
{
  TillCurlMulti *self = user_data;
  Transfer *transfer = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, (char **) &transfer);
  finish (transfer, outcome_of (transfer, code), detail_of (transfer, code));
  start_waiting (self);
}

static void
deadline_cb (gpointer user_data)
{
  Transfer *transfer = user_data;
  TillCurlMulti *self = transfer->self;

  transfer->deadline = 0;
  finish (transfer, TILL_HTTP_TIMEOUT, transfer->running ? "deadline passed" :
                                       "deadline passed while waiting for other requests");
  start_waiting (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Transfer *transfer = user_data;
  TillCurlMulti *self = transfer->self;

  finish (transfer, TILL_HTTP_CANCELLED, "cancelled");
  start_waiting (self);
  return G_SOURCE_REMOVE;
}

static void
set_rules (CURL *easy)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (curl_easy_setopt (easy, rules[i].option, rules[i].value) != CURLE_OK)
      g_error ("libcurl %s refuses option %d", curl_version_info (CURLVERSION_NOW)->version,
               rules[i].option);
  if (curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "https") != CURLE_OK)
    g_error ("libcurl has no HTTPS");
}

static void
set_request (Transfer              *transfer,
             const TillHttpRequest *request)
{
  CURL *easy = transfer->easy;

  /* The system's trust is its hashed folder, read as needed, so that the request's file comes beside it
   * and not in its place. The system's bundle, which libcurl would read, costs 17 ms a connection. */
  if (transfer->self->ca_folder)
    curl_easy_setopt (easy, CURLOPT_CAINFO, request->ca_file);

  curl_easy_setopt (easy, CURLOPT_URL, request->url);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS,
                    (long) (request->connect_timeout_ms ? request->connect_timeout_ms
                                                        : CONNECT_TIMEOUT_MS));
  if (transfer->post) {
    gsize n_bytes = 0;
    const char *bytes = transfer->sent_body ? g_bytes_get_data (transfer->sent_body, &n_bytes) : NULL;

    curl_easy_setopt (easy, CURLOPT_POST, 1L);
    curl_easy_setopt (easy, CURLOPT_POSTFIELDS, bytes ? bytes : "");
    curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) n_bytes);
  }

  transfer->headers = curl_slist_append (NULL, "Expect:");
  for (guint i = 0; request->headers && request->headers[i]; i++)
    transfer->headers = curl_slist_append (transfer->headers, request->headers[i]);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, transfer->headers);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Till/" TILL_VERSION);
}

static void
set_callbacks (Transfer *transfer)
{
  CURL *easy = transfer->easy;

  curl_easy_setopt (easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, leaving_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, head_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, body_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, transfer->words);
}

static Transfer *
transfer_new (TillCurlMulti         *self,
              const TillHttpRequest *request,
              GCancellable          *cancellable,
              GAsyncReadyCallback    callback,
              gpointer               user_data)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->link.data = transfer;
  transfer->self = self;
  transfer->easy = curl_easy_init ();
  transfer->url = g_strdup (request->url);
  transfer->sent_body = request->body ? g_bytes_ref (request->body) : NULL;
  transfer->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  transfer->callback = callback;
  transfer->user_data = user_data;
  transfer->begun_us = till_clock_mono_us (self->clock);
  transfer->body = g_byte_array_new ();
  transfer->post = strcmp (request->method, "POST") == 0;

  set_rules (transfer->easy);
  set_request (transfer, request);
  set_callbacks (transfer);

  return transfer;
}

/* From any thread, but acted upon in ours: a cancellable may be cancelled within a callback. */
static void
watch_cancellable (Transfer *transfer)
{
  transfer->cancel_source = g_cancellable_source_new (transfer->cancellable);
  g_source_set_callback (transfer->cancel_source, G_SOURCE_FUNC (cancelled_cb), transfer, NULL);
  g_source_attach (transfer->cancel_source, transfer->self->context);
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

  return NULL;
}

static void
send_async (TillHttp              *http,
            const TillHttpRequest *request,
            GCancellable          *cancellable,
            GAsyncReadyCallback    callback,
            gpointer               user_data)
{
  TillCurlMulti *self = TILL_CURL_MULTI (http);
  Transfer *transfer = transfer_new (self, request, cancellable, callback, user_data);
  const char *fault = find_fault (self, request);

  g_queue_push_tail_link (&self->waiting, &transfer->link);
  if (fault) {
    finish (transfer, TILL_HTTP_FAULT, fault);
    return;
  }
  if (g_cancellable_is_cancelled (cancellable)) {
    finish (transfer, TILL_HTTP_CANCELLED, "cancelled");
    return;
  }

  transfer->deadline = till_clock_add_timer (self->clock,
                                             request->total_timeout_ms ? request->total_timeout_ms
                                                                       : TOTAL_TIMEOUT_MS,
                                             deadline_cb, transfer);
  if (cancellable)
    watch_cancellable (transfer);
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

/* The tasks of what is ended here hold references: the object lives on until they have called back. */
static void
till_curl_multi_dispose (GObject *object)
{
  TillCurlMulti *self = TILL_CURL_MULTI (object);

  while (self->waiting.length > 0)
    finish (self->waiting.head->data, TILL_HTTP_CANCELLED, "the program ends");
  while (self->running.length > 0)
    finish (self->running.head->data, TILL_HTTP_CANCELLED, "the program ends");

  G_OBJECT_CLASS (till_curl_multi_parent_class)->dispose (object);
}

static void
till_curl_multi_finalize (GObject *object)
{
  TillCurlMulti *self = TILL_CURL_MULTI (object);

  till_curl_source_free (self->source);
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

  /* OpenSSL writes without MSG_NOSIGNAL: a bank that hangs up would end the program. GIO does the same
   * as soon as it has a socket. */
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
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, (long) MAX_KEPT);
  self->source = till_curl_source_new (self->multi, done_cb, self);
  g_source_attach (self->source, self->context);
}

/**
 * till_curl_multi_new:
 * @clock: for deadlines and the skew; outlives the object
 *
 * Makes the way out, for the calling thread and its main context. At most eight requests are under way,
 * the rest wait in order; a request's total deadline runs from the call. What the object is asked when its
 * last owner leaves it ends with %TILL_HTTP_CANCELLED.
 *
 * %TillHttpReply.skew_us is as precise as a Date header: a right clock shows between −1 s less the
 * answer's way here, and 0.
 *
 * Returns: (transfer full): requests over HTTPS, verified, each sent at most once if it is a POST
 */
TillHttp *
till_curl_multi_new (const TillClock *clock)
{
  TillCurlMulti *self = g_object_new (TILL_TYPE_CURL_MULTI, NULL);

  self->clock = clock;
  return TILL_HTTP (self);
}
