/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"
#include "desk/request.h"

/* What a desk is made of. */

typedef DeskFixture F;

#define YIELDS 1000

static gint is_closing, n_built;

/* Signs long after the shop began to close. */
static TillHttpRequest *
build_late (const TillMerchant *merchant,
            const TillAsk      *ask,
            GError            **error)
{
  while (!g_atomic_int_get (&is_closing))
    g_thread_yield ();
  for (guint i = 0; i < YIELDS; i++)
    g_thread_yield ();

  g_atomic_int_inc (&n_built);
  return till_http_request_new ("POST", merchant->base_url);
}

static const TillAcquirer late = {
  .id = "late",
  .name = "Late",
  .calls = { [TILL_CALL_KEYS] = { build_late, NULL, 15000, 0 } },
};

/* A request that nobody wants any more is still being signed when the shop closes: the keys with
 * which it is signed stay so long. */
static void
test_close_waits (F            *f,
                  gconstpointer data)
{
  TillMerchant merchant = { .acquirer = &late, .base_url = (char *) "https://late.example" };
  const TillAsk ask = { .call = TILL_CALL_KEYS };
  g_autoptr (GError) error = NULL;
  TillShop *shop = till_shop_open (f->dir, &f->ports, TILL_JOURNAL_DEFAULT, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    till_request_drop (till_request_new (shop, &merchant, &ask));

  g_atomic_int_set (&is_closing, TRUE);
  till_shop_free (shop);
  g_assert_cmpint (g_atomic_int_get (&n_built), ==, 3);
}

static void
set_up (F            *f,
        gconstpointer data)
{
  desk_fixture_set_up (f);
}

static void
tear_down (F            *f,
           gconstpointer data)
{
  desk_fixture_tear_down (f);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/shop/close-waits-for-workers", F, NULL, set_up, test_close_waits, tear_down);

  return g_test_run ();
}
