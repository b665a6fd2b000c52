/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"

#include <string.h>

#include "bank-list.h"

/* The acquirers of the registry, and the addresses for tests. */
#define DECLARE(name) extern const TillSandboxBank till_sandbox_##name;
TILL_BANKS (DECLARE)
DECLARE (control)
DECLARE (customer)
#define ROW(name) &till_sandbox_##name,
static const TillSandboxBank *const banks[] = { TILL_BANKS (ROW) ROW (control) ROW (customer) };

/**
 * till_sandbox_bank_get:
 *
 * Returns: (nullable): the bank at @index, for whoever lists them all
 */
const TillSandboxBank *
till_sandbox_bank_get (guint index)
{
  return index < G_N_ELEMENTS (banks) ? banks[index] : NULL;
}

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
        const TillExchange    *exchange)
{
  return bank->claims ? bank->claims (exchange)
                      : g_str_has_prefix (exchange->path, bank->path_prefix);
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
