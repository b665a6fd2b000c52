/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/deliver.h"

#include <string.h>

/* Puts an answer on the wire, with what goes wrong there. */

#define LARGE_BYTES (1024 * 1024 + 1024)

static const char portal_page[] =
  "<!DOCTYPE html><html><head><title>Wi-Fi</title></head><body><form action=\"/login\">"
  "<p>Please sign in to the network.</p></form></body></html>\n";
static const char error_page[] =
  "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>"
  "</body></html>\n";

static void
end_connection (SoupServerMessage *message,
                const GString     *last_bytes)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autoptr (GError) error = NULL;

  if (last_bytes &&
      !g_output_stream_write_all (g_io_stream_get_output_stream (stream), last_bytes->str,
                                  last_bytes->len, NULL, NULL, &error))
    g_debug ("sandbox: the client was gone first: %s", error->message);
  g_clear_error (&error);
  if (!g_io_stream_close (stream, NULL, &error))
    g_debug ("sandbox: %s", error->message);
}

static void
append_headers (const TillExchange *exchange,
                GString            *text)
{
  for (guint i = 0; exchange->answer_headers && i < exchange->answer_headers->len; i += 2)
    g_string_append_printf (text, "%s: %s\r\n", (char *) exchange->answer_headers->pdata[i],
                            (char *) exchange->answer_headers->pdata[i + 1]);
}

/* Says how long the body is, and ends in its middle. */
static void
cut_off (TillExchange      *exchange,
         SoupServerMessage *message)
{
  const char *body = exchange->answer ? exchange->answer : "";
  gsize length = till_exchange_get_length (exchange);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "HTTP/1.1 %u OK\r\n", exchange->status);
  append_headers (exchange, text);
  if (exchange->type)
    g_string_append_printf (text, "Content-Type: %s\r\n", exchange->type);
  g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", length + 1);
  g_string_append_len (text, body, (gssize) length / 2);
  end_connection (message, text);
}

/* JSON may be followed by any number of blanks. */
static void
grow (TillExchange *exchange)
{
  gsize length = till_exchange_get_length (exchange);
  char *large = g_malloc (length + LARGE_BYTES + 1);

  if (length > 0)
    memcpy (large, exchange->answer, length);
  memset (large + length, ' ', LARGE_BYTES);
  large[length + LARGE_BYTES] = '\0';
  till_exchange_answer (exchange, exchange->status ? exchange->status : 200, exchange->type, large);
  exchange->answer_length = length + LARGE_BYTES;
}

static void
shift_clock (TillExchange *exchange,
             gint64        ahead_ms)
{
  g_autoptr (GDateTime) time =
    g_date_time_new_from_unix_utc ((exchange->now_us / 1000 + ahead_ms) / 1000);
  g_autofree char *date = soup_date_time_to_string (time, SOUP_DATE_HTTP);

  till_exchange_header (exchange, "Date", date);
}

static void
respond (TillExchange      *exchange,
         SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, exchange->status ? exchange->status : 500, NULL);
  for (guint i = 0; exchange->answer_headers && i < exchange->answer_headers->len; i += 2)
    soup_message_headers_replace (headers, exchange->answer_headers->pdata[i],
                                  exchange->answer_headers->pdata[i + 1]);
  if (exchange->answer && exchange->type)
    soup_server_message_set_response (message, exchange->type, SOUP_MEMORY_COPY, exchange->answer,
                                      till_exchange_get_length (exchange));
}

/**
 * till_exchange_deliver:
 * @exchange: answered, or to be spoilt before any answer
 *
 * Gives @message the exchange's answer, and does to it what the scene's fault says.
 *
 * Returns: how many milliseconds the caller holds the answer back
 */
guint
till_exchange_deliver (TillExchange      *exchange,
                       SoupServerMessage *message)
{
  switch (till_exchange_get_fault (exchange)) {
    case TILL_FAULT_DROP:
      end_connection (message, NULL);
      return 0;
    case TILL_FAULT_CUT:
      cut_off (exchange, message);
      return 0;
    case TILL_FAULT_LARGE:
      grow (exchange);
      break;
    case TILL_FAULT_PAGE:
      till_exchange_answer (exchange, 200, "text/html", g_strdup (portal_page));
      break;
    case TILL_FAULT_ERROR_PAGE:
      till_exchange_answer (exchange, 502, "text/html", g_strdup (error_page));
      break;
    case TILL_FAULT_REDIRECT:
      till_exchange_answer (exchange, 302, "text/html", g_strdup (portal_page));
      till_exchange_header (exchange, "Location", "https://127.0.0.1/elsewhere");
      break;
    case TILL_FAULT_CLOCK_AHEAD:
      shift_clock (exchange, exchange->scene.after_ms);
      break;
    case TILL_FAULT_CLOCK_BEHIND:
      shift_clock (exchange, -(gint64) exchange->scene.after_ms);
      break;
    case TILL_FAULT_NONE:
    case TILL_FAULT_SLOW:
    case TILL_FAULT_BAD_SIGNATURE:
    case TILL_FAULT_NO_SIGNATURE:
    case TILL_FAULT_OLD_SIGNATURE:
    case TILL_FAULT_UNKNOWN_KEY:
    case TILL_FAULT_SIGNTEST:
    case TILL_FAULT_NEW_KEY:
    case TILL_FAULT_SIGN_FIRST:
    case TILL_FAULT_DECOY_SIGN:
    case TILL_FAULT_OTHER_ORDER:
    case TILL_FAULT_OTHER_AMOUNT:
      break;
  }

  respond (exchange, message);
  return till_exchange_get_fault (exchange) == TILL_FAULT_SLOW ? exchange->scene.after_ms : 0;
}
