/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/activate.h"

#include <glib/gstdio.h>

#include "desk/desk-private.h"
#include "desk/keys.h"
#include "desk/request.h"

/* A code that an acquirer gave the shop becomes this till's own key. The code is good for one or a
 * few times only, so all that can fail here is tried before it is sent. */

typedef struct {
  TillShop     *shop;
  TillMerchant *merchant;
  TillAsk       ask;
  GError      **error;
  gboolean      is_done;
  gboolean      is_active;
} Activation;

static void
answer_cb (const TillAnswer    *answer,
           const TillHttpReply *reply,
           gpointer             user_data)
{
  Activation *self = user_data;

  self->is_done = TRUE;
  self->is_active = till_keys_take (self->shop, self->merchant, &self->ask, reply, self->error);
}

static gboolean
activate (Activation *self)
{
  TillRequest *request;

  self->ask.now_us = till_shop_now_us (self->shop);
  request = till_request_new (self->shop, self->merchant, &self->ask);
  till_request_send (request, answer_cb, self);
  while (!self->is_done)
    g_main_context_iteration (NULL, TRUE);
  till_request_drop (request);

  return self->is_active;
}

/* Whether the key, once it is here, can be stored. */
static gboolean
can_keep (Activation *self)
{
  const char *dir = till_profile_get_dir (self->shop->profile);
  g_autofree char *name = g_strconcat (self->merchant->id, ".activating.secret", NULL);
  g_autofree char *path = g_build_filename (dir, "keys", name, NULL);

  if (!till_profile_add_key (dir, name, "-", self->error))
    return FALSE;

  g_unlink (path);
  return TRUE;
}

static gboolean
can_ask (Activation *self)
{
  TillAsk ask = self->ask;
  g_autoptr (TillHttpRequest) request = NULL;

  ask.nonce = "0";
  request = till_acquirer_build (self->merchant, &ask, self->error);

  return request != NULL;
}

/**
 * till_activate:
 * @dir: the profile's folder
 * @acquirer_id: a contract whose type is activated by a code
 * @code: from the acquirer
 * @error: %TILL_REFUSAL where there is no such contract; else of the profile, of the acquirer or
 *   of the place that keeps secrets
 *
 * Asks the acquirer for this till's own key and stores it. Runs the main loop until it has
 * answered.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_activate (const char       *dir,
               const TillPorts  *ports,
               const char       *acquirer_id,
               const char       *code,
               GError          **error)
{
  g_autoptr (TillShop) shop = till_shop_open (dir, ports, TILL_JOURNAL_DEFAULT, error);
  Activation self = {
    .shop = shop,
    .ask = { .call = TILL_CALL_ACTIVATE, .activation = code },
    .error = error,
  };

  if (!shop)
    return FALSE;
  self.merchant = till_shop_find_merchant (shop, acquirer_id);
  if (!self.merchant || !till_acquirer_offers (self.merchant->acquirer, TILL_CALL_ACTIVATE))
    return till_desk_refuse (error, TILL_REASON_NO_ACQUIRER);

  return can_ask (&self) && can_keep (&self) && activate (&self);
}
