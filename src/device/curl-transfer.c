/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-transfer.h"

#include "config.h"

#include <string.h>

#define MAX_HEADER_BYTES    (64 * 1024)
#define LINE_COST_BYTES     32            /* of a header beyond its text: RFC 9113, 6.5.2 */
#define CONNECT_TIMEOUT_MS  5000          /* where a request names none */
#define KEEP_ALIVE_FIRST_S  30            /* shop routers forget a quiet connection after minutes */
#define KEEP_ALIVE_EVERY_S  15

/* SSL_R_UNEXPECTED_EOF_WHILE_READING as OpenSSL writes it. */
#define ENDED_IN_HANDSHAKE "error:0A000126:"

struct _TillCurlTransfer
{
  CURL              *easy;
  TillCurlSockets   *sockets;
  const TillClock   *clock;
  GCancellable      *cancellable;
  struct curl_slist *headers;
  char              *url;
  GBytes            *sent_body;
  GByteArray        *body;
  gsize              n_header_bytes;
  gint64             begun_us;
  gint64             arrived_us;  /* wall time of the end of the headers */
  gboolean           post;
  gboolean           sent;
  gboolean           stale;    /* not begun: the kept connection had ended */
  gboolean           headers_whole;
  gboolean           too_large;
  char               words[CURL_ERROR_SIZE];
};

typedef struct {
  CURLcode        code;
  TillHttpOutcome outcome;
  gboolean        quotable;
} End;

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

/* How libcurl's codes end a request, and whether its own words may stand in a log: some would tell
 * a proxy's password or a piece of the answer. A code that is not here is a fault. */
static const End ends[] = {
  { CURLE_COULDNT_RESOLVE_PROXY,    TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_COULDNT_RESOLVE_HOST,     TILL_HTTP_NO_NETWORK, TRUE },
  { CURLE_COULDNT_CONNECT,          TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_PROXY,                    TILL_HTTP_NO_NETWORK, FALSE },
  { CURLE_SSL_CONNECT_ERROR,        TILL_HTTP_NO_NETWORK, TRUE },   /* see is_disagreed */
  { CURLE_PEER_FAILED_VERIFICATION, TILL_HTTP_UNTRUSTED,  TRUE },
  { CURLE_SSL_ISSUER_ERROR,         TILL_HTTP_UNTRUSTED,  TRUE },
  { CURLE_SSL_CACERT_BADFILE,       TILL_HTTP_FAULT,      TRUE },
  { CURLE_OPERATION_TIMEDOUT,       TILL_HTTP_TIMEOUT,    FALSE },
  { CURLE_ABORTED_BY_CALLBACK,      TILL_HTTP_CUT_OFF,    FALSE },  /* see leaving_cb */
  { CURLE_GOT_NOTHING,              TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_PARTIAL_FILE,             TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_RECV_ERROR,               TILL_HTTP_CUT_OFF,    FALSE },
  { CURLE_SEND_ERROR,               TILL_HTTP_CUT_OFF,    FALSE },
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

/* Called when a connection stands and the request is about to be written on it. It is libcurl's
 * only door to the wire, so before the first call nothing of the request has left. A second call
 * means that a kept connection died under the request and libcurl would send it again by itself: a
 * bank that booked the first one would book twice. A GET may be asked twice. */
static int
leaving_cb (void *user_data,
            char *ip,
            char *local_ip,
            int   port,
            int   local_port)
{
  TillCurlTransfer *self = user_data;

  if ((self->sent && self->post) || g_cancellable_is_cancelled (self->cancellable))
    return CURL_PREREQFUNC_ABORT;
  if (!till_curl_sockets_begin (self->sockets, local_ip, local_port, ip, port)) {
    self->stale = TRUE;
    return CURL_PREREQFUNC_ABORT;
  }

  self->sent = TRUE;
  return CURL_PREREQFUNC_OK;
}

/* libcurl calls a head that breaks off between two lines an answer, so the empty line at its end is
 * looked for. A 1xx answer has a head of its own before the one that counts. A line costs more than
 * its text, so that a head of short lines is too large here before libcurl 8 counts 5000 of them
 * and ends in its own way. */
static gsize
head_cb (char *line,
         gsize size,
         gsize n_bytes,
         void *user_data)
{
  TillCurlTransfer *self = user_data;

  self->n_header_bytes += n_bytes + LINE_COST_BYTES;
  if (self->n_header_bytes > MAX_HEADER_BYTES) {
    self->too_large = TRUE;
    return 0;
  }

  if (n_bytes >= 5 && memcmp (line, "HTTP/", 5) == 0) {
    self->headers_whole = FALSE;
  } else if (!self->headers_whole && (line[0] == '\r' || line[0] == '\n')) {
    self->headers_whole = TRUE;
    self->arrived_us = till_clock_now_us (self->clock);
  }

  return n_bytes;
}

static gsize
body_cb (char *bytes,
         gsize size,
         gsize n_bytes,
         void *user_data)
{
  TillCurlTransfer *self = user_data;

  if (self->body->len + n_bytes > TILL_HTTP_MAX_BODY_BYTES) {
    self->too_large = TRUE;
    return 0;
  }

  g_byte_array_append (self->body, (const guint8 *) bytes, (guint) n_bytes);
  return n_bytes;
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
set_body (TillCurlTransfer *self)
{
  gsize n_bytes = 0;
  const char *bytes = self->sent_body ? g_bytes_get_data (self->sent_body, &n_bytes) : NULL;

  curl_easy_setopt (self->easy, CURLOPT_POST, 1L);
  curl_easy_setopt (self->easy, CURLOPT_POSTFIELDS, bytes ? bytes : "");
  curl_easy_setopt (self->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) n_bytes);
}

static void
set_request (TillCurlTransfer      *self,
             const TillHttpRequest *request,
             const char            *ca_folder)
{
  CURL *easy = self->easy;

  /* The system's trust is its hashed folder, read as needed, so that the request's file comes
   * beside it and not in its place. The system's bundle, which libcurl would read, costs 17 ms a
   * connection. */
  if (ca_folder)
    curl_easy_setopt (easy, CURLOPT_CAINFO, request->ca_file);

  curl_easy_setopt (easy, CURLOPT_URL, request->url);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS,
                    (long) (request->connect_timeout_ms ? request->connect_timeout_ms
                                                        : CONNECT_TIMEOUT_MS));
  if (self->post)
    set_body (self);

  self->headers = curl_slist_append (NULL, "Expect:");
  for (guint i = 0; request->headers && request->headers[i]; i++)
    self->headers = curl_slist_append (self->headers, request->headers[i]);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, self->headers);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Till/" TILL_VERSION);
}

static void
set_callbacks (TillCurlTransfer *self)
{
  CURL *easy = self->easy;

  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, leaving_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, self);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, head_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, body_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, self->words);
}

static void
read_headers (const TillCurlTransfer *self,
              TillHttpReply          *reply)
{
  struct curl_header *header = NULL;
  const char *date;
  gint64 date_s;

  while ((header = curl_easy_nextheader (self->easy, CURLH_HEADER, -1, header)))
    g_hash_table_replace (reply->headers, g_ascii_strdown (header->name, -1),
                          g_strdup (header->value));

  date = till_http_reply_header (reply, "date");
  date_s = date ? curl_getdate (date, NULL) : -1;
  if (date_s < 0)
    return;

  reply->date_us = date_s * G_USEC_PER_SEC;
  reply->skew_us = reply->date_us - self->arrived_us;
}

static void
log_end (const TillCurlTransfer *self,
         const TillHttpReply    *reply)
{
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  gint64 ms = (till_clock_mono_us (self->clock) - self->begun_us) / 1000;

  g_uri_split (self->url, G_URI_FLAGS_ENCODED, NULL, NULL, &host, NULL, &path, NULL, NULL, NULL);
  g_debug ("%s %s%s: %u, %" G_GINT64_FORMAT " ms, %s%s", self->post ? "POST" : "GET",
           host ? host : "?", path ? path : "", reply->status, ms, outcome_words[reply->outcome],
           reply->sent ? "" : ", not sent");
}

/* Without a length or chunks an answer ends where the connection does, and OpenSSL as libcurl sets
 * it up takes any end for a good one: such an answer is not known to be whole. */
static gboolean
is_whole (const TillCurlTransfer *self)
{
  struct curl_header *encoding;
  curl_off_t n_bytes = -1;
  long status = 0;

  curl_easy_getinfo (self->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n_bytes);
  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);

  return self->headers_whole &&
         (n_bytes >= 0 || status == 204 || status == 304 ||
          curl_easy_header (self->easy, "Transfer-Encoding", 0, CURLH_HEADER, -1,
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

/* One code is for a connection that ends within the handshake and for a handshake that cannot be
 * agreed on, a forged signature among the reasons; only OpenSSL's own "error:0A00010B" tells the
 * second. From libcurl 8 on the end has such an error of its own. */
static gboolean
is_disagreed (const TillCurlTransfer *self,
              CURLcode                code)
{
  return code == CURLE_SSL_CONNECT_ERROR && strstr (self->words, "error:") &&
         !strstr (self->words, ENDED_IN_HANDSHAKE);
}

/* Before the request left, a connection that ends is no connection; after that, no connection is
 * one that ended: the second that libcurl tried when the first had died. */
static TillHttpOutcome
outcome_of (const TillCurlTransfer *self,
            CURLcode                code)
{
  TillHttpOutcome outcome = find_end (code)->outcome;

  if (self->too_large)
    return TILL_HTTP_TOO_LARGE;
  if (is_disagreed (self, code))
    return TILL_HTTP_UNTRUSTED;
  if (code == CURLE_OK)
    return is_whole (self) ? TILL_HTTP_OK : TILL_HTTP_CUT_OFF;
  if (code == CURLE_ABORTED_BY_CALLBACK && g_cancellable_is_cancelled (self->cancellable))
    return TILL_HTTP_CANCELLED;
  if (outcome == TILL_HTTP_NO_NETWORK && self->sent)
    return TILL_HTTP_CUT_OFF;
  if (outcome == TILL_HTTP_CUT_OFF && !self->sent)
    return TILL_HTTP_NO_NETWORK;

  return outcome;
}

static const char *
detail_of (const TillCurlTransfer *self,
           CURLcode                code)
{
  long os_error = 0;

  if (self->too_large)
    return "the answer is too large";
  if (code == CURLE_OK)
    return is_whole (self) ? NULL : "nothing says that the answer is whole";
  if (code == CURLE_ABORTED_BY_CALLBACK && g_cancellable_is_cancelled (self->cancellable))
    return "cancelled";
  if (code == CURLE_ABORTED_BY_CALLBACK || (code == CURLE_COULDNT_CONNECT && self->sent))
    return "the kept connection ended without an answer";
  if (find_end (code)->quotable && self->words[0] != '\0')
    return self->words;

  curl_easy_getinfo (self->easy, CURLINFO_OS_ERRNO, &os_error);
  return code == CURLE_COULDNT_CONNECT && os_error != 0 ? g_strerror ((int) os_error)
                                                        : curl_easy_strerror (code);
}

/**
 * till_curl_transfer_new:
 * @request: a POST, or a GET without a body; not needed beyond the call
 * @ca_folder: (nullable): the system's trust, hashed by name; %NULL leaves libcurl its own way, and
 *   then @request has no ca_file
 * @sockets: of the multi handle; outlives it
 * @clock: outlives the transfer
 * @cancellable: (nullable): once it is cancelled not a byte leaves that had not left
 *
 * Returns: (transfer full): the request, not begun
 */
TillCurlTransfer *
till_curl_transfer_new (const TillHttpRequest *request,
                        const char            *ca_folder,
                        TillCurlSockets       *sockets,
                        const TillClock       *clock,
                        GCancellable          *cancellable)
{
  TillCurlTransfer *self = g_new0 (TillCurlTransfer, 1);

  self->easy = curl_easy_init ();
  self->sockets = sockets;
  self->clock = clock;
  self->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  self->url = g_strdup (request->url);
  self->sent_body = request->body ? g_bytes_ref (request->body) : NULL;
  self->body = g_byte_array_new ();
  self->begun_us = till_clock_mono_us (clock);
  self->post = strcmp (request->method, "POST") == 0;

  set_rules (self->easy);
  set_request (self, request, ca_folder);
  set_callbacks (self);
  till_curl_sockets_join (sockets, self->easy);

  return self;
}

void
till_curl_transfer_free (TillCurlTransfer *self)
{
  curl_easy_cleanup (self->easy);
  curl_slist_free_all (self->headers);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->sent_body, g_bytes_unref);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->url);
  g_free (self);
}

CURL *
till_curl_transfer_get_easy (TillCurlTransfer *self)
{
  return self->easy;
}

/**
 * till_curl_transfer_again:
 *
 * To be asked when libcurl says that the request ended.
 *
 * Returns: whether it did not begin, since the kept connection meant for it had ended before: then
 *   the handle is to be added once more, and it goes out on a connection of its own
 */
gboolean
till_curl_transfer_again (TillCurlTransfer *self)
{
  if (!self->stale)
    return FALSE;

  self->stale = FALSE;
  curl_easy_setopt (self->easy, CURLOPT_FRESH_CONNECT, 1L);
  return TRUE;
}

/**
 * till_curl_transfer_end:
 * @code: how libcurl says that it ended
 *
 * Returns: (transfer full): what came of the request; to be called once
 */
TillHttpReply *
till_curl_transfer_end (TillCurlTransfer *self,
                        CURLcode          code)
{
  return till_curl_transfer_break (self, outcome_of (self, code), detail_of (self, code));
}

/**
 * till_curl_transfer_break:
 * @detail: (nullable): for a log
 *
 * Returns: (transfer full): what came of a request that we end, for the reason @outcome; to be
 *   called once
 */
TillHttpReply *
till_curl_transfer_break (TillCurlTransfer *self,
                          TillHttpOutcome   outcome,
                          const char       *detail)
{
  TillHttpReply *reply = till_http_reply_new (outcome);
  long status = 0;

  reply->sent = self->sent;
  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  reply->status = (guint) status;
  if (self->headers_whole)
    read_headers (self, reply);
  if (outcome == TILL_HTTP_OK) {
    g_bytes_unref (reply->body);
    reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  }
  reply->detail = detail ? g_strdup (detail) : g_strdup_printf ("HTTP %u", reply->status);
  log_end (self, reply);

  return reply;
}
