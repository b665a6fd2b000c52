/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/deliver.h"

#include "reader/channel.h"
#include "reader/confine.h"
#include "reader/exchange.h"
#include "reader/watchdog.h"

/* libcurl keeps the time; this is for when it does not. */
#define GRACE_MS 2000

static GVariant *
describe (const TillExchanged *exchanged)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "outcome", "s", exchanged->outcome);
  g_variant_dict_insert (&dict, "sent", "b", exchanged->sent);
  g_variant_dict_insert (&dict, "status", "u", exchanged->status);
  if (exchanged->date)
    g_variant_dict_insert (&dict, "date", "s", exchanged->date);
  if (exchanged->detail)
    g_variant_dict_insert (&dict, "detail", "s", exchanged->detail);
  g_variant_dict_insert_value (&dict, "body",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                         exchanged->body, TRUE));

  return g_variant_dict_end (&dict);
}

static void
perform (const TillExchange *exchange,
         int                 fd)
{
  g_auto (TillExchanged) exchanged = { 0 };

  till_watchdog_arm (exchange->timeout_ms + GRACE_MS);
  till_exchange_perform (exchange, fd, &exchanged);
  till_watchdog_rest ();
  till_channel_send ("reply", describe (&exchanged));
}

/**
 * till_deliver:
 * @request: "url" s, "headers" as, "body" ay, "token" s, "key" ay, "mac-key" ay, "timeout-ms" u,
 *   and "ca-file" s where another authority is trusted
 * @fd: a connection to the acquirer; −1 where the till sent none
 *
 * Puts a card's fields into a request and carries it over the connection; tells the till "reply".
 * What is not whole is not sent, and not answered.
 */
void
till_deliver (GVariant *request,
              int       fd)
{
  g_autoptr (GVariant) body = g_variant_lookup_value (request, "body", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GVariant) key = g_variant_lookup_value (request, "key", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GVariant) mac_key =
    g_variant_lookup_value (request, "mac-key", G_VARIANT_TYPE_BYTESTRING);
  g_autofree const char **headers = NULL;
  TillExchange exchange = { 0 };
  guint32 timeout_ms = 0;
  gsize n_key = 0;

  g_variant_lookup (request, "url", "&s", &exchange.url);
  g_variant_lookup (request, "headers", "^a&s", &headers);
  g_variant_lookup (request, "token", "&s", &exchange.token);
  g_variant_lookup (request, "ca-file", "&s", &exchange.ca_file);
  g_variant_lookup (request, "timeout-ms", "u", &timeout_ms);
  if (body)
    exchange.body = g_variant_get_fixed_array (body, &exchange.n_body, 1);
  if (key)
    exchange.key = g_variant_get_fixed_array (key, &n_key, 1);
  if (mac_key)
    exchange.mac_key = g_variant_get_fixed_array (mac_key, &exchange.n_mac_key, 1);
  exchange.headers = headers;
  exchange.timeout_ms = timeout_ms;
  if (fd < 0 || !exchange.url || !exchange.token || !body || n_key != TILL_TOKEN_KEY || !mac_key)
    return;

  till_confine (exchange.ca_file);
  perform (&exchange, fd);
}
