/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/renew.h"

#include "desk/keys.h"
#include "desk/request.h"

/* WeChat Pay API v3, platform certificates: fetch them again within twelve hours, a new one is
 * phased in from five days before the old one ends. */
#define EVERY_MS (11 * 60 * 60 * 1000)

struct _TillRenewal
{
  TillShop  *shop;
  GPtrArray *fetches;   /* (element-type Fetch), those of this round */
  guint      timer;
};

/* One contract that is being asked for its keys. */
typedef struct {
  TillShop     *shop;
  TillMerchant *merchant;
  TillAsk       ask;
  TillRequest  *request;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  till_request_drop (fetch->request);
  g_free (fetch);
}

static void
keys_cb (const TillAnswer    *answer,
         const TillHttpReply *reply,
         gpointer             user_data)
{
  Fetch *fetch = user_data;
  g_autoptr (GError) error = NULL;

  /* The old keys stay; an answer that needs a new one fetches it when it comes. */
  if (reply->outcome != TILL_HTTP_OK)
    g_debug ("%s: keys not renewed: %s", fetch->merchant->id, answer->said ? answer->said : "");
  else if (!till_keys_take (fetch->shop, fetch->merchant, &fetch->ask, reply, &error))
    g_message ("%s: keys not renewed: %s", fetch->merchant->id, error->message);
}

static gboolean
downloads_keys (const TillShop     *shop,
                const TillMerchant *merchant)
{
  const TillAsk ask = {
    .call = TILL_CALL_KEYS, .nonce = "0", .now_us = till_shop_now_us (shop),
  };
  g_autoptr (TillHttpRequest) request = NULL;

  /* A day's key is renewed by the first request of the day. */
  if (!merchant->acquirer->take_keys || merchant->acquirer->keys_are_due)
    return FALSE;
  request = till_acquirer_build (merchant, &ask, NULL);

  return request != NULL;
}

static void
renew (gpointer user_data)
{
  TillRenewal *self = user_data;

  g_ptr_array_set_size (self->fetches, 0);
  for (guint i = 0; i < self->shop->merchants->len; i++) {
    TillMerchant *merchant = g_ptr_array_index (self->shop->merchants, i);
    Fetch *fetch;

    if (!downloads_keys (self->shop, merchant))
      continue;
    fetch = g_new0 (Fetch, 1);
    fetch->shop = self->shop;
    fetch->merchant = merchant;
    fetch->ask = (TillAsk) { .call = TILL_CALL_KEYS, .now_us = till_shop_now_us (self->shop) };
    fetch->request = till_request_new (self->shop, merchant, &fetch->ask);
    g_ptr_array_add (self->fetches, fetch);
    till_request_send (fetch->request, keys_cb, fetch);
  }

  self->timer = till_clock_add_timer (self->shop->ports->clock, EVERY_MS, renew, self);
}

/**
 * till_renewal_new:
 * @shop: outlives the renewal
 *
 * Fetches the keys now and every eleven hours, for the contracts that download them.
 *
 * Returns: (transfer full): the renewal
 */
TillRenewal *
till_renewal_new (TillShop *shop)
{
  TillRenewal *self = g_new0 (TillRenewal, 1);

  self->shop = shop;
  self->fetches = g_ptr_array_new_with_free_func ((GDestroyNotify) fetch_free);
  renew (self);

  return self;
}

void
till_renewal_free (TillRenewal *self)
{
  if (!self)
    return;

  till_clock_cancel (self->shop->ports->clock, self->timer);
  g_ptr_array_unref (self->fetches);
  g_free (self);
}
