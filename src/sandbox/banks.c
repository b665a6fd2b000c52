/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"

#include <string.h>

#include "bank-list.h"

/* The acquirers of the registry, and the addresses for tests. */
#define DECLARE(name) extern const TillSandboxBank till_sandbox_##name;
TILL_BANKS (DECLARE)
DECLARE (customer)
DECLARE (control)
#define ROW(name) &till_sandbox_##name,
static const TillSandboxBank *const banks[] = { TILL_BANKS (ROW) ROW (customer) ROW (control) };

/**
 * till_sandbox_bank_find:
 *
 * Returns: (nullable): the bank with this word
 */
const TillSandboxBank *
till_sandbox_bank_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (banks); i++)
    if (strcmp (banks[i]->id, id) == 0)
      return banks[i];

  return NULL;
}

static gboolean
claims (const TillSandboxBank *bank,
        TillExchange          *exchange)
{
  const char *prefix = bank->path_prefix ? bank->path_prefix : "";
  const char *row = bank->routes;

  if (!g_str_has_prefix (exchange->path, prefix))
    return FALSE;

  for (guint i = 0; i < bank->n_routes; i++, row += bank->route_size) {
    if (strcmp (*(const char *const *) row, exchange->path + strlen (prefix)) == 0) {
      exchange->route = row;
      return TRUE;
    }
  }

  return bank->n_routes == 0;
}

/**
 * till_sandbox_banks_serve:
 *
 * Lets the bank that claims the request's path answer it; 404 where none does.
 */
void
till_sandbox_banks_serve (TillExchange *exchange)
{
  for (guint i = 0; i < G_N_ELEMENTS (banks); i++) {
    if (claims (banks[i], exchange)) {
      banks[i]->serve (exchange);
      return;
    }
  }

  till_exchange_answer (exchange, 404, NULL, NULL);
}
