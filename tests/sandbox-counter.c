/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-counter.h"

#include <string.h>

#include "device/curl-multi.h"
#include "device/system-clock.h"
#include "scratch.h"

#define RESOURCES "/cn/till/Till/sandbox/"

static char *
no_secret (gpointer     self,
           const char  *name,
           GError     **error)
{
  return NULL;
}

static const TillSecret secrets = { .look_up = no_secret };

static char *
resource_text (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);

  g_assert_nonnull (bytes);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* The demo profile with the other modes behind it, at the port that the sandbox has. */
static char *
profile_text (Shop *shop)
{
  g_autofree char *demo = resource_text ("demo-profile.ini");
  g_autofree char *modes = resource_text ("modes-profile.ini");
  g_autofree char *whole = g_strconcat (demo, modes, NULL);
  g_auto (GStrv) parts = g_strsplit (whole, "https://127.0.0.1:8443", -1);

  g_assert_cmpuint (g_strv_length (parts), >, 7);
  return g_strjoinv (till_sandbox_get_url (shop->sandbox), parts);
}

static void
add_keys (const char *dir)
{
  g_autofree char *list = resource_text ("keys.txt");
  g_auto (GStrv) lines = g_strsplit (list, "\n", -1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) words = NULL;
    g_autofree char *content = NULL;

    if (lines[i][0] == '#' || lines[i][0] == '\0')
      continue;
    words = g_regex_split_simple (" +", lines[i], 0, 0);
    content = resource_text (words[0]);
    till_profile_add_key (dir, words[1], content, &error);
    g_assert_no_error (error);
  }
}

void
counter_open (Counter *counter)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  counter->shop = shop_new (NULL);
  counter->dir = g_dir_make_tmp ("till-test-sandbox-XXXXXX", NULL);
  text = profile_text (counter->shop);
  till_profile_create (counter->dir, text, &error);
  g_assert_no_error (error);
  add_keys (counter->dir);
  counter->profile = till_profile_load (counter->dir, &secrets, &error);
  g_assert_no_error (error);
  counter->http = till_curl_multi_new (till_system_clock_get ());
  counter->asked_us = g_get_real_time ();
}

void
counter_close (Counter *counter)
{
  scratch_remove (counter->dir);
  g_clear_pointer (&counter->profile, till_profile_free);
  g_clear_object (&counter->http);
  g_clear_pointer (&counter->shop, shop_free);
  g_clear_pointer (&counter->dir, g_free);
  g_clear_pointer (&counter->keep, g_free);
}

TillMerchant *
counter_merchant (Counter    *counter,
                  const char *id)
{
  TillSettings *settings = till_profile_get_settings (counter->profile, id);
  g_autoptr (GError) error = NULL;
  TillMerchant *merchant = till_merchant_new (id, settings, &error);

  g_assert_no_error (error);
  till_profile_settings_free (settings);
  return merchant;
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(TillHttpReply **) user_data = till_http_send_finish (TILL_HTTP (source), result);
}

TillHttpReply *
counter_send (Counter            *counter,
              const TillMerchant *merchant,
              const TillAsk      *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttpRequest) request = till_acquirer_build (merchant, ask, &error);
  TillHttpReply *reply = NULL;

  g_assert_no_error (error);
  till_http_send_async (counter->http, request, NULL, sent_cb, &reply);
  while (!reply)
    g_main_context_iteration (NULL, TRUE);

  return reply;
}

/**
 * counter_ledger_fen:
 * @member: of an order in the sandbox's ledger, "paid_fen"
 *
 * Returns: what the acquirer has of an order; 0 where it has none
 */
gint64
counter_ledger_fen (Counter    *counter,
                    const char *order,
                    const char *member)
{
  g_autoptr (Reply) ledger = shop_send (counter->shop, "GET", "/sandbox/ledger", NULL, NULL);
  JsonArray *orders = json_object_get_array_member (ledger->json, "orders");

  for (guint i = 0; i < json_array_get_length (orders); i++) {
    JsonObject *entry = json_array_get_object_element (orders, i);

    if (strcmp (json_object_get_string_member (entry, "order"), order) == 0)
      return json_object_get_int_member (entry, member);
  }

  return 0;
}

/**
 * counter_booked_fen:
 *
 * Returns: the money that the acquirer has for an order
 */
gint64
counter_booked_fen (Counter    *counter,
                    const char *order)
{
  return counter_ledger_fen (counter, order, "paid_fen") -
         counter_ledger_fen (counter, order, "given_back_fen");
}
