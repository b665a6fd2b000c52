/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-send.h"

#include <curl/curl.h>

#include "device/reader-process.h"

/* Where the request does not say. As device/curl-multi has it. */
#define CONNECT_TIMEOUT_MS 5000
#define TOTAL_TIMEOUT_MS   15000

/* What till-reader may take longer than it was told. */
#define GRACE_MS 3000

/* One request: the connection is made here, all else where the card's data are. */
typedef struct {
  GTask             *task;
  const TillClock   *clock;
  char              *program;
  GVariant          *values;       /* what till-reader gets */
  GCancellable      *cancellable;  /* of the connection, and so ours */
  GCancellable      *asked;        /* the caller's; may be NULL */
  gulong             cancelled;
  TillReaderProcess *process;
  TillHttpReply     *reply;        /* that came, or that says why none will */
  gboolean           is_asked;     /* bytes may leave from now on */
  guint              timer;
  gint64             until_us;
} Sending;

static void
free_sending (Sending *sending)
{
  till_clock_cancel (sending->clock, sending->timer);
  if (sending->asked)
    g_cancellable_disconnect (sending->asked, sending->cancelled);
  g_clear_object (&sending->asked);
  g_object_unref (sending->cancellable);
  g_object_unref (sending->task);
  g_variant_unref (sending->values);
  g_free (sending->program);
  g_free (sending);
}

/* Without a word of till-reader the request may have left, from when it had the connection. */
static void
finish (Sending *sending)
{
  TillHttpReply *reply = sending->reply;

  if (!reply) {
    reply = till_http_reply_new (TILL_HTTP_CUT_OFF);
    reply->sent = TRUE;
    reply->detail = g_strdup ("till-reader ended without an answer");
  }
  g_task_return_pointer (sending->task, reply, (GDestroyNotify) till_http_reply_free);
  free_sending (sending);
}

static void
give_up (Sending         *sending,
         TillHttpOutcome  outcome,
         const char      *detail)
{
  if (!sending->reply) {
    sending->reply = till_http_reply_new (outcome);
    sending->reply->sent = sending->is_asked;
    sending->reply->detail = g_strdup (detail);
  }
  g_cancellable_cancel (sending->cancellable);
  if (sending->process)
    till_reader_process_leave (sending->process);
}

static const struct {
  const char      *word;
  TillHttpOutcome  outcome;
} outcomes[] = {
  { "ok",         TILL_HTTP_OK },
  { "no-network", TILL_HTTP_NO_NETWORK },
  { "untrusted",  TILL_HTTP_UNTRUSTED },
  { "timeout",    TILL_HTTP_TIMEOUT },
  { "cut-off",    TILL_HTTP_CUT_OFF },
  { "too-large",  TILL_HTTP_TOO_LARGE },
};

static TillHttpOutcome
outcome_of (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    if (g_strcmp0 (outcomes[i].word, word) == 0)
      return outcomes[i].outcome;
  }

  return TILL_HTTP_FAULT;
}

static void
take_date (Sending       *sending,
           TillHttpReply *reply,
           const char    *date)
{
  const time_t date_s = curl_getdate (date, NULL);

  g_hash_table_insert (reply->headers, g_strdup ("date"), g_strdup (date));
  if (date_s < 0)
    return;
  reply->date_us = (gint64) date_s * G_USEC_PER_SEC;
  reply->skew_us = reply->date_us - till_clock_now_us (sending->clock);
}

static void
said_cb (const char *word,
         GVariant   *values,
         gpointer    user_data)
{
  Sending *sending = user_data;
  g_autoptr (GVariant) body = g_variant_lookup_value (values, "body", G_VARIANT_TYPE_BYTESTRING);
  const char *outcome = "", *date = NULL, *detail = "";
  TillHttpReply *reply;
  guint32 status = 0;

  if (sending->reply || g_strcmp0 (word, "reply") != 0)
    return;

  g_variant_lookup (values, "outcome", "&s", &outcome);
  g_variant_lookup (values, "detail", "&s", &detail);
  g_variant_lookup (values, "status", "u", &status);
  reply = till_http_reply_new (outcome_of (outcome));
  reply->sent = TRUE;
  g_variant_lookup (values, "sent", "b", &reply->sent);
  reply->status = status;
  reply->detail = g_strdup (detail);
  if (body) {
    g_bytes_unref (reply->body);
    reply->body = g_variant_get_data_as_bytes (body);
  }
  if (g_variant_lookup (values, "date", "&s", &date))
    take_date (sending, reply, date);
  sending->reply = reply;
}

static void
gone_cb (gpointer user_data)
{
  Sending *sending = user_data;

  sending->process = NULL;
  finish (sending);
}

static const TillReaderProcessFuncs funcs = { said_cb, gone_cb };

/* Hands the connection over, and keeps nothing of it. */
static void
ask (Sending *sending,
     int      fd)
{
  g_autoptr (GError) error = NULL;
  const gint64 left_ms = (sending->until_us - till_clock_mono_us (sending->clock)) / 1000;
  GVariantDict dict;

  sending->process = till_reader_process_new (sending->program, sending->clock, &funcs, sending,
                                              &error);
  if (!sending->process) {
    give_up (sending, TILL_HTTP_FAULT, error->message);
    finish (sending);
    return;
  }

  g_variant_dict_init (&dict, sending->values);
  g_variant_dict_insert (&dict, "timeout-ms", "u", (guint32) MAX (left_ms, 1));
  if (till_reader_process_ask (sending->process, "send", g_variant_dict_end (&dict), fd))
    sending->is_asked = TRUE;
  else
    give_up (sending, TILL_HTTP_FAULT, "till-reader takes no request");
}

static void
connected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  Sending *sending = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_to_uri_finish (G_SOCKET_CLIENT (object), result, &error);

  if (connection && !sending->reply) {
    ask (sending, g_socket_get_fd (g_socket_connection_get_socket (connection)));
    return;
  }
  give_up (sending, TILL_HTTP_NO_NETWORK, error ? error->message : "");
  finish (sending);
}

static void
deadline_cb (gpointer user_data)
{
  Sending *sending = user_data;

  sending->timer = 0;
  give_up (sending, TILL_HTTP_TIMEOUT, "no answer in time");
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  give_up (user_data, TILL_HTTP_CANCELLED, "cancelled");
}

static void
insert_secret (GVariantDict *dict,
               const char   *name,
               GBytes       *bytes)
{
  g_variant_dict_insert_value (dict, name,
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static GVariant *
describe (const TillTapSend *send)
{
  const char *const none[] = { NULL };
  const char *const *headers = (const char *const *) send->request->headers;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "url", "s", send->request->url);
  g_variant_dict_insert (&dict, "headers", "^as", headers ? headers : none);
  g_variant_dict_insert (&dict, "token", "s", send->token);
  if (send->request->ca_file)
    g_variant_dict_insert (&dict, "ca-file", "s", send->request->ca_file);
  insert_secret (&dict, "body", send->request->body);
  insert_secret (&dict, "key", send->key);
  insert_secret (&dict, "mac-key", send->mac_key);

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
connect_to (Sending               *sending,
            const TillHttpRequest *request)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const guint connect_ms = request->connect_timeout_ms ? request->connect_timeout_ms
                                                       : CONNECT_TIMEOUT_MS;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, (connect_ms + 999) / 1000);
  g_socket_client_connect_to_uri_async (client, request->url, 443, sending->cancellable,
                                        connected_cb, sending);
}

/**
 * till_reader_send_async:
 * @task: (transfer full): gets a #TillHttpReply
 * @cancellable: (nullable): the caller's; on the calling thread
 * @program: the path of till-reader
 *
 * Connects to the acquirer, and gives the connection, the request and what opens the token to a
 * till-reader of its own, which completes and sends it. A request that may have left is never told
 * as one that did not.
 */
void
till_reader_send_async (GTask             *task,
                        GCancellable      *cancellable,
                        const TillTapSend *send,
                        const char        *program,
                        const TillClock   *clock)
{
  Sending *sending = g_new0 (Sending, 1);
  const guint total_ms = send->request->total_timeout_ms ? send->request->total_timeout_ms
                                                         : TOTAL_TIMEOUT_MS;

  sending->task = task;
  sending->clock = clock;
  sending->program = g_strdup (program);
  sending->values = describe (send);
  sending->cancellable = g_cancellable_new ();
  sending->until_us = till_clock_mono_us (clock) + total_ms * G_GINT64_CONSTANT (1000);
  sending->timer = till_clock_add_timer (clock, total_ms + GRACE_MS, deadline_cb, sending);
  connect_to (sending, send->request);
  if (cancellable) {
    sending->asked = g_object_ref (cancellable);
    sending->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), sending,
                                                NULL);
  }
}
