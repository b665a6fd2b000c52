/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/activate.h"

#include <glib/gstdio.h>
#include <string.h>

#include "desk/desk-private.h"
#include "desk/keys.h"
#include "desk/request.h"

/* A code that an acquirer gave the shop becomes this till's own key. The code is good for one or a
 * few times only, so all that can fail here is tried before it is sent. */

struct _TillActivation
{
  TillShop     *shop;
  TillMerchant *merchant;
  TillAsk       ask;
  char         *code;      /* as secret as a payment code */
  TillRequest  *request;
  GTask        *task;      /* told how it ended; NULL once it is told */
};

/* Whether the key, once it is here, can be stored. */
static gboolean
can_keep (const TillActivation *self,
          GError              **error)
{
  const char *dir = till_profile_get_dir (self->shop->profile);
  g_autofree char *name = g_strconcat (self->merchant->id, ".activating.secret", NULL);
  g_autofree char *path = g_build_filename (dir, "keys", name, NULL);

  if (!till_profile_add_key (dir, name, "-", error))
    return FALSE;

  g_unlink (path);
  return TRUE;
}

static gboolean
can_ask (const TillActivation *self,
         GError              **error)
{
  TillAsk ask = self->ask;
  g_autoptr (TillHttpRequest) request = NULL;

  ask.nonce = "0";
  request = till_acquirer_build (self->merchant, &ask, error);

  return request != NULL;
}

/**
 * till_activation_free:
 *
 * Ends it, wherever it is: what was sent may have been answered, and then the code is used up.
 */
void
till_activation_free (TillActivation *self)
{
  if (!self)
    return;

  if (self->task)
    g_task_return_new_error (self->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
  g_clear_object (&self->task);
  g_clear_pointer (&self->request, till_request_drop);
  explicit_bzero (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self);
}

static TillActivation *
activation_new (TillShop   *shop,
                const char *acquirer_id,
                const char *code,
                GError    **error)
{
  TillActivation *self = g_new0 (TillActivation, 1);

  self->shop = shop;
  self->merchant = till_shop_find_merchant (shop, acquirer_id);
  self->code = g_strdup (code);
  self->ask = (TillAsk) {
    .call = TILL_CALL_ACTIVATE,
    .activation = self->code,
    .now_us = till_shop_now_us (shop),
  };

  if (!self->merchant)
    till_desk_refuse (error, TILL_REASON_NO_ACQUIRER);
  else if (!till_acquirer_offers (self->merchant->acquirer, TILL_CALL_ACTIVATE))
    till_desk_refuse (error, TILL_REASON_NO_ACTIVATION);
  else if (!till_activation_is_valid (code))
    till_desk_refuse (error, TILL_REASON_ACTIVATION_CODE);
  else if (can_ask (self, error) && can_keep (self, error))
    return self;

  till_activation_free (self);
  return NULL;
}

static void
answer_cb (const TillAnswer    *answer,
           const TillHttpReply *reply,
           gpointer             user_data)
{
  TillActivation *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  GError *error = NULL;

  if (!till_keys_take (self->shop, self->merchant, &self->ask, reply, &error)) {
    g_task_return_error (task, error);
    return;
  }

  if (g_task_get_source_object (task))
    g_object_notify (g_task_get_source_object (task), "brands");
  g_task_return_boolean (task, TRUE);
}

static void
send (TillActivation *self,
      GTask          *task)
{
  self->task = g_object_ref (task);
  self->request = till_request_new (self->shop, self->merchant, &self->ask);
  till_request_send (self->request, answer_cb, self);
}

/**
 * till_activate:
 * @dir: the profile's folder
 * @acquirer_id: a contract whose type is activated by a code
 * @code: from the acquirer
 * @error: %TILL_REFUSAL where there is no such contract, or no such code; else of the profile, of
 *   the acquirer or of the place that keeps secrets
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
  TillActivation *activation =
    shop ? activation_new (shop, acquirer_id, code, error) : NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  if (!activation)
    return FALSE;

  send (activation, task);
  while (activation->task)
    g_main_context_iteration (NULL, TRUE);
  till_activation_free (activation);

  return g_task_propagate_boolean (task, error);
}

/**
 * till_desk_list_inactive:
 *
 * Returns: (transfer full): the ids of the contracts that wait for their activation code
 */
char **
till_desk_list_inactive (TillDesk *desk)
{
  TillShop *shop = till_desk_get_shop (desk);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < shop->merchants->len; i++) {
    const TillMerchant *merchant = g_ptr_array_index (shop->merchants, i);

    if (!till_merchant_is_active (merchant))
      g_strv_builder_add (ids, merchant->id);
  }

  return g_strv_builder_end (ids);
}

/**
 * till_desk_activate_async:
 * @acquirer_id: one of till_desk_list_inactive()
 * @code: from the acquirer; not kept
 *
 * As till_activate(), for a till that is running: from then on it uses the key. A second call
 * ends the first.
 */
void
till_desk_activate_async (TillDesk           *desk,
                          const char         *acquirer_id,
                          const char         *code,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (desk, NULL, callback, user_data);
  TillActivation *activation;
  GError *error = NULL;

  g_task_set_source_tag (task, till_desk_activate_async);
  activation = activation_new (till_desk_get_shop (desk), acquirer_id, code, &error);
  till_desk_set_activation (desk, activation);
  if (activation)
    send (activation, task);
  else
    g_task_return_error (task, error);
}

/**
 * till_desk_activate_finish:
 *
 * Returns: %FALSE with @error, see till_activate()
 */
gboolean
till_desk_activate_finish (TillDesk     *desk,
                           GAsyncResult *result,
                           GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, desk), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
