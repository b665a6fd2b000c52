/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/sign-in.h"

#include "desk/keys.h"
#include "desk/request.h"

struct _TillSignIn
{
  TillShop       *shop;
  TillMerchant   *merchant;
  TillAsk         ask;
  TillRequest    *request;   /* NULL: another one of the contract's fetches the keys */
  TillSignInFunc  func;      /* NULL: nobody waits any more */
  gpointer        user_data;
  GPtrArray      *owner;     /* not owned: it owns the sign-in */
};

/* All are off the list before the first is told: that one may ask for a sign-in of its own. */
static void
end_all_of (const TillMerchant *merchant,
            GPtrArray          *owner)
{
  g_autoptr (GPtrArray) ended =
    g_ptr_array_new_with_free_func ((GDestroyNotify) till_sign_in_free);

  for (guint i = owner->len; i > 0; i--) {
    if (((const TillSignIn *) g_ptr_array_index (owner, i - 1))->merchant == merchant)
      g_ptr_array_insert (ended, 0, g_ptr_array_steal_index (owner, i - 1));
  }
}

static void
keys_cb (const TillAnswer    *answer,
         const TillHttpReply *reply,
         gpointer             user_data)
{
  TillSignIn *self = user_data;
  g_autoptr (GError) error = NULL;

  /* The message asks for them again, once; then the host says whether the old ones still do. */
  if (!till_keys_take (self->shop, self->merchant, &self->ask, reply, &error))
    g_message ("%s: %s", self->merchant->id, error->message);
  end_all_of (self->merchant, self->owner);
}

static gboolean
is_under_way (const TillMerchant *merchant,
              const GPtrArray    *owner)
{
  for (guint i = 0; i < owner->len; i++) {
    if (((const TillSignIn *) g_ptr_array_index (owner, i))->merchant == merchant)
      return TRUE;
  }

  return FALSE;
}

static void
fetch (TillSignIn *self)
{
  self->ask = (TillAsk) { .call = TILL_CALL_KEYS, .now_us = till_shop_now_us (self->shop) };
  self->request = till_request_new (self->shop, self->merchant, &self->ask);
  till_request_send (self->request, keys_cb, self);
}

/**
 * till_sign_in_new:
 * @func: (nullable): called once, also when @owner gives the sign-in up
 * @owner: (element-type TillSignIn): frees it with till_sign_in_free(), before @shop goes
 *
 * Fetches the day's keys, where the acquirer's must be renewed before its next message, and its
 * first rows keep what only these say.
 *
 * Returns: (transfer none) (nullable): the sign-in, @owner's, which may be another one's too; %NULL
 *   where nothing is due, or it failed a moment ago
 */
TillSignIn *
till_sign_in_new (TillShop       *shop,
                  TillMerchant   *merchant,
                  TillSignInFunc  func,
                  gpointer        user_data,
                  GPtrArray      *owner)
{
  const gboolean joins = is_under_way (merchant, owner);
  TillSignIn *self;

  if (!joins && (!merchant->acquirer->first_keep ||
                 !till_keys_renew (shop, merchant, TILL_CALL_TAP)))
    return NULL;

  self = g_new0 (TillSignIn, 1);
  self->shop = shop;
  self->merchant = merchant;
  self->func = func;
  self->user_data = user_data;
  self->owner = owner;
  g_ptr_array_add (owner, self);
  if (!joins)
    fetch (self);

  return self;
}

/**
 * till_sign_in_all:
 * @owner: as of till_sign_in_new()
 *
 * For a shop that opens: the first message of the day may be a refund, whose row is made at once.
 */
void
till_sign_in_all (TillShop  *shop,
                  GPtrArray *owner)
{
  for (guint i = 0; i < shop->merchants->len; i++)
    till_sign_in_new (shop, g_ptr_array_index (shop->merchants, i), NULL, NULL, owner);
}

void
till_sign_in_free (TillSignIn *self)
{
  g_clear_pointer (&self->request, till_request_drop);
  if (self->func)
    self->func (self->user_data);
  g_free (self);
}

/**
 * till_sign_in_forget:
 *
 * The keys are fetched all the same, for whoever comes next.
 */
void
till_sign_in_forget (TillSignIn *self)
{
  self->func = NULL;
}
