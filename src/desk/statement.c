/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/statement.h"

#include "desk/desk-private.h"
#include "desk/request.h"

/* What an acquirer booked on one of its days, fetched and told; nothing of it is written down. */

typedef struct {
  TillMerchant  *merchant;
  TillAsk        ask;
  TillStatement *statement;
  gboolean       is_over;
} Fetch;

static void
answer_cb (const TillAnswer    *unused,
           const TillHttpReply *reply,
           gpointer             user_data)
{
  Fetch *fetch = user_data;

  till_acquirer_read_statement (fetch->merchant, &fetch->ask, reply, fetch->statement);
  fetch->is_over = TRUE;
}

/* Whether it can be asked at all is known before anything is sent. */
static gboolean
can_ask (const Fetch *fetch,
         GError     **error)
{
  TillAsk ask = fetch->ask;
  g_autoptr (TillHttpRequest) request = NULL;

  ask.nonce = "0";
  request = till_acquirer_build (fetch->merchant, &ask, error);
  return request != NULL;
}

/**
 * till_statement_fetch:
 * @dir: the profile's folder
 * @day: a day of the acquirer's own, 20261122; its cut-off is its own too
 * @statement: (out caller-allocates): filled in where %TRUE is returned
 * @error: %TILL_REFUSAL where there is no such contract, or none that gives statements; else of the
 *   profile, or why the request cannot be made
 *
 * Asks the acquirer and runs the main loop until it has answered.
 *
 * Returns: %FALSE with @error; what the acquirer answered, or that it did not, @statement says
 */
gboolean
till_statement_fetch (const char       *dir,
                      const TillPorts  *ports,
                      const char       *acquirer_id,
                      int               day,
                      TillStatement    *statement,
                      GError          **error)
{
  g_autoptr (TillShop) shop = till_shop_open (dir, ports, TILL_JOURNAL_DEFAULT, error);
  g_autofree char *text = g_strdup_printf ("%08d", day);
  Fetch fetch = { .statement = statement };
  TillRequest *request;

  if (!shop)
    return FALSE;

  fetch.merchant = till_shop_find_merchant (shop, acquirer_id);
  fetch.ask = (TillAsk) {
    .call = TILL_CALL_STATEMENT,
    .day = text,
    .now_us = till_shop_now_us (shop),
    .asked_us = till_shop_now_us (shop),
  };
  if (!fetch.merchant)
    return till_desk_refuse (error, TILL_REASON_NO_ACQUIRER);
  if (!till_acquirer_offers (fetch.merchant->acquirer, TILL_CALL_STATEMENT))
    return till_desk_refuse (error, TILL_REASON_NO_STATEMENT);
  if (!can_ask (&fetch, error))
    return FALSE;

  request = till_request_new (shop, fetch.merchant, &fetch.ask);
  till_request_send (request, answer_cb, &fetch);
  while (!fetch.is_over)
    g_main_context_iteration (NULL, TRUE);
  till_request_drop (request);

  return TRUE;
}
