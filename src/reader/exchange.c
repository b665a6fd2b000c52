/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/exchange.h"

#include <string.h>

#include <curl/curl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "code/iso8583-mac.h"
#include "code/iso8583.h"

/* The number of a card goes from here to the acquirer and nowhere else: the till makes the message,
 * this process puts the card's fields in and takes them out of the answer. */

#define REPLY_MAX (64 * 1024)

#define MTI_SALE 0x0200

/* Of an answer the till has no use for these. */
static const guint secret_fields[] = { 2, 14, 35, 36, 52, 55 };

typedef struct {
  const TillExchange *exchange;
  int                 fd;
  gboolean            sent;
  gboolean            too_large;
  GByteArray         *body;
} Transfer;

/* Before the request left, a connection that ends is none; after that, none is one that ended. */
static const struct {
  CURLcode    code;
  const char *unsent;
  const char *sent;
} ends[] = {
  { CURLE_OK,                       "ok",         "ok" },
  { CURLE_PEER_FAILED_VERIFICATION, "untrusted",  "untrusted" },
  { CURLE_SSL_ISSUER_ERROR,         "untrusted",  "untrusted" },
  { CURLE_OPERATION_TIMEDOUT,       "timeout",    "timeout" },
  { CURLE_GOT_NOTHING,              "no-network", "cut-off" },
  { CURLE_PARTIAL_FILE,             "no-network", "cut-off" },
  { CURLE_RECV_ERROR,               "no-network", "cut-off" },
  { CURLE_SEND_ERROR,               "no-network", "cut-off" },
  { CURLE_COULDNT_CONNECT,          "no-network", "cut-off" },
  { CURLE_SSL_CONNECT_ERROR,        "no-network", "cut-off" },
};

static const struct {
  CURLoption option;
  long       value;
} rules[] = {
  { CURLOPT_SSL_VERIFYPEER,    1 },
  { CURLOPT_SSL_VERIFYHOST,    2 },
  { CURLOPT_SSLVERSION,        CURL_SSLVERSION_TLSv1_2 },
  { CURLOPT_FOLLOWLOCATION,    0 },
  { CURLOPT_NETRC,             CURL_NETRC_IGNORED },
  { CURLOPT_HTTP_VERSION,      CURL_HTTP_VERSION_1_1 },
  { CURLOPT_HTTP09_ALLOWED,    0 },
  { CURLOPT_NOSIGNAL,          1 },
  { CURLOPT_FORBID_REUSE,      1 },
  { CURLOPT_SSL_SESSIONID_CACHE, 0 },
  /* The connection stands and there is one address: libcurl 7.88 would sleep so long before it
   * looks. */
  { CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 1 },
};

static void
set_card (TillIso8583       *message,
          const TillEmvCard *card)
{
  char sequence[8];

  till_iso8583_set (message, 2, card->pan);
  till_iso8583_set (message, 14, card->expiry);
  till_iso8583_set_bytes (message, 55, card->field_55, card->n_field_55);
  if (card->pan_sequence >= 0) {
    g_snprintf (sequence, sizeof sequence, "%03d", card->pan_sequence);
    till_iso8583_set (message, 23, sequence);
  }
  /* A reversal names the card, but has no track. */
  if (message->mti == MTI_SALE && card->track_2[0] != '\0')
    till_iso8583_set (message, 35, card->track_2);
}

static GByteArray *
pack_sealed (const TillExchange *exchange,
             TillIso8583        *message,
             GError            **error)
{
  g_autoptr (GByteArray) packed = NULL;

  till_iso8583_set (message, 64, "00000000");
  packed = till_iso8583_pack (message, error);
  if (!packed)
    return NULL;
  if (!till_iso8583_seal (packed, exchange->mac_key, exchange->n_mac_key)) {
    explicit_bzero (packed->data, packed->len);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no proof can be made");
    return NULL;
  }

  till_iso8583_frame (packed);
  return g_steal_pointer (&packed);
}

/**
 * till_exchange_complete:
 * @error: set where the message, the token or a key is not what it should be
 *
 * Puts the card's fields into the message, and its proof.
 *
 * Returns: (transfer full) (nullable): what goes over the wire; the caller wipes it
 */
GByteArray *
till_exchange_complete (const TillExchange *exchange,
                        GError            **error)
{
  gsize n_bytes = exchange->n_body;
  const guint8 *bytes = till_iso8583_unframe (exchange->body, &n_bytes, error);
  g_autoptr (TillIso8583) message = bytes ? till_iso8583_parse (bytes, n_bytes, error) : NULL;
  TillEmvCard card;

  if (!message || !till_token_open (exchange->token, exchange->key, &card, error))
    return NULL;
  if (!till_des_check (exchange->n_mac_key)) {
    till_emv_card_wipe_account (&card);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no key for the proof");
    return NULL;
  }

  set_card (message, &card);
  till_emv_card_wipe_account (&card);
  return pack_sealed (exchange, message, error);
}

/**
 * till_exchange_strip:
 * @reply: the body of an answer
 *
 * Takes the card's fields out of an answer. Where its proof was good, it gets a new one over what
 * is left; a wrong or missing one stays so, and the till sees that.
 *
 * Returns: (transfer full): what the till may see; empty where it is no message
 */
GBytes *
till_exchange_strip (const TillExchange *exchange,
                     const guint8       *reply,
                     gsize               n_bytes)
{
  const guint8 *bytes = till_iso8583_unframe (reply, &n_bytes, NULL);
  g_autoptr (TillIso8583) message = bytes ? till_iso8583_parse (bytes, n_bytes, NULL) : NULL;
  GByteArray *stripped = NULL;
  gboolean is_proved;

  if (!message)
    return g_bytes_new_static ("", 0);

  is_proved = till_iso8583_get (message, 64) &&
              till_iso8583_verify (bytes, n_bytes, exchange->mac_key, exchange->n_mac_key);
  for (guint i = 0; i < G_N_ELEMENTS (secret_fields); i++)
    till_iso8583_clear (message, secret_fields[i]);

  if (is_proved)
    stripped = pack_sealed (exchange, message, NULL);
  else if ((stripped = till_iso8583_pack (message, NULL)))
    till_iso8583_frame (stripped);

  return stripped ? g_byte_array_free_to_bytes (stripped) : g_bytes_new_static ("", 0);
}

/* The connection is there already: this process may make none. */
static curl_socket_t
socket_cb (void                 *user_data,
           curlsocktype          purpose,
           struct curl_sockaddr *address)
{
  Transfer *transfer = user_data;
  int fd = transfer->fd;

  transfer->fd = -1;
  return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

static int
connected_cb (void          *user_data,
              curl_socket_t  fd,
              curlsocktype   purpose)
{
  return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static int
leaving_cb (void *user_data,
            char *ip,
            char *local_ip,
            int   port,
            int   local_port)
{
  Transfer *transfer = user_data;

  if (transfer->sent)
    return CURL_PREREQFUNC_ABORT;

  transfer->sent = TRUE;
  return CURL_PREREQFUNC_OK;
}

static gsize
body_cb (char *bytes,
         gsize size,
         gsize n_bytes,
         void *user_data)
{
  Transfer *transfer = user_data;

  if (transfer->body->len + n_bytes > REPLY_MAX) {
    transfer->too_large = TRUE;
    return 0;
  }

  g_byte_array_append (transfer->body, (const guint8 *) bytes, (guint) n_bytes);
  return n_bytes;
}

/* The name needs no look-up: an address of no meaning stands for it. */
static struct curl_slist *
resolve (CURL       *easy,
         const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *line = NULL;
  struct curl_slist *list;

  if (!uri || !g_uri_get_host (uri))
    return NULL;

  line = g_strdup_printf ("%s:%d:127.0.0.1", g_uri_get_host (uri),
                          g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : 443);
  list = curl_slist_append (NULL, line);
  curl_easy_setopt (easy, CURLOPT_RESOLVE, list);
  return list;
}

static gboolean
set_rules (CURL *easy)
{
  gboolean all = curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
                 curl_easy_setopt (easy, CURLOPT_PROXY, "") == CURLE_OK;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    all = curl_easy_setopt (easy, rules[i].option, rules[i].value) == CURLE_OK && all;

  return all;
}

static struct curl_slist *
set_request (CURL               *easy,
             const TillExchange *exchange,
             const GByteArray   *body)
{
  struct curl_slist *headers = curl_slist_append (NULL, "Expect:");

  for (guint i = 0; exchange->headers && exchange->headers[i]; i++)
    headers = curl_slist_append (headers, exchange->headers[i]);

  curl_easy_setopt (easy, CURLOPT_URL, exchange->url);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt (easy, CURLOPT_POST, 1L);
  curl_easy_setopt (easy, CURLOPT_POSTFIELDS, body->data);
  curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE, (long) body->len);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) exchange->timeout_ms);
  if (exchange->ca_file)
    curl_easy_setopt (easy, CURLOPT_CAINFO, exchange->ca_file);

  return headers;
}

static void
set_callbacks (CURL     *easy,
               Transfer *transfer)
{
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, socket_cb);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_SOCKOPTFUNCTION, connected_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, leaving_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, transfer);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, body_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, transfer);
}

static const char *
outcome_of (const Transfer *transfer,
            CURLcode        code)
{
  if (transfer->too_large)
    return "too-large";
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (ends[i].code == code)
      return transfer->sent ? ends[i].sent : ends[i].unsent;
  }

  return "fault";
}

static void
take_end (CURL           *easy,
          const Transfer *transfer,
          CURLcode        code,
          TillExchanged  *exchanged)
{
  struct curl_header *date = NULL;
  long status = 0;

  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  exchanged->outcome = outcome_of (transfer, code);
  exchanged->sent = transfer->sent;
  exchanged->status = (guint) status;
  if (curl_easy_header (easy, "Date", 0, CURLH_HEADER, -1, &date) == CURLHE_OK)
    exchanged->date = g_strdup (date->value);
  exchanged->body = code == CURLE_OK
                      ? till_exchange_strip (transfer->exchange, transfer->body->data,
                                             transfer->body->len)
                      : g_bytes_new_static ("", 0);
  exchanged->detail = code == CURLE_OK ? g_strdup_printf ("HTTP %u", exchanged->status)
                                       : g_strdup (curl_easy_strerror (code));
}

static void
send_body (const TillExchange *exchange,
           int                 fd,
           const GByteArray   *body,
           TillExchanged      *exchanged)
{
  Transfer transfer = {
    .exchange = exchange, .fd = fd,
    .body = g_byte_array_sized_new (REPLY_MAX),
  };
  CURL *easy = curl_easy_init ();
  struct curl_slist *addresses = resolve (easy, exchange->url);
  struct curl_slist *headers = set_request (easy, exchange, body);

  set_callbacks (easy, &transfer);
  take_end (easy, &transfer,
            set_rules (easy) && addresses ? curl_easy_perform (easy) : CURLE_URL_MALFORMAT,
            exchanged);

  curl_easy_cleanup (easy);
  curl_slist_free_all (headers);
  curl_slist_free_all (addresses);
  if (transfer.body->len > 0)
    explicit_bzero (transfer.body->data, transfer.body->len);
  g_byte_array_unref (transfer.body);
  if (transfer.fd >= 0)
    g_close (transfer.fd, NULL);
}

/**
 * till_exchange_perform:
 * @fd: a connection to the acquirer's host; taken
 * @exchanged: (out caller-allocates): filled in every case
 *
 * Completes the message, sends it over TLS on @fd, and says what came back. Blocks.
 */
void
till_exchange_perform (const TillExchange *exchange,
                       int                 fd,
                       TillExchanged      *exchanged)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) body = till_exchange_complete (exchange, &error);

  *exchanged = (TillExchanged) { .outcome = "fault" };
  if (!body) {
    exchanged->body = g_bytes_new_static ("", 0);
    exchanged->detail = g_strdup (error->message);
    g_close (fd, NULL);
    return;
  }

  send_body (exchange, fd, body, exchanged);
  explicit_bzero (body->data, body->len);
}

void
till_exchanged_clear (TillExchanged *exchanged)
{
  g_clear_pointer (&exchanged->date, g_free);
  g_clear_pointer (&exchanged->body, g_bytes_unref);
  g_clear_pointer (&exchanged->detail, g_free);
}
