/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tap-shop.h"

#include "desk/books.h"
#include "desk/setup.h"
#include "device/curl-multi.h"
#include "device/reader.h"
#include "device/system-clock.h"
#include "device/system-random.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <stdlib.h>
#include <string.h>

/* The other contract, in place of the demo shop's sealed one. */
static const char terminal_ini[] =
  "[acquirer iso8583]\n"
  "type=iso8583\n"
  "base-url=https://127.0.0.1:%u/unp/webtrans/WPOS\n"
  "ca-file=keys/sandbox-ca.pem\n"
  "terminal-no=10000159\n"
  "merchant-no=880210010210160\n"
  "\n";

/* Starts the sandbox, which tells its address first.
 * Returns: its port */
guint
tap_shop_start_sandbox (TapShop *shop)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *line = NULL;

  shop->sandbox = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                    &error, g_getenv ("TILL_PROGRAM"), "sandbox", "--listen",
                                    "127.0.0.1:0", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (shop->sandbox));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  node = json_from_string (line, &error);
  g_assert_no_error (error);
  shop->sandbox_url = g_strdup (json_object_get_string_member (json_node_get_object (node),
                                                               "listening"));
  uri = g_uri_parse (shop->sandbox_url, G_URI_FLAGS_NONE, &error);
  g_assert_no_error (error);

  return (guint) g_uri_get_port (uri);
}

static void
choose_terminal (const char *profile,
                 guint       port)
{
  g_autofree char *path = g_build_filename (profile, "profile.ini", NULL);
  g_autofree char *text = NULL;
  g_autofree char *section = g_strdup_printf (terminal_ini, port);
  g_autoptr (GString) ini = g_string_new (NULL);
  const char *begin, *end;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  begin = strstr (text, "[acquirer cards]");
  end = strstr (text, "[nfc]");
  g_string_append_len (ini, text, begin - text);
  g_string_append (ini, section);
  g_string_append (ini, end);
  g_assert_true (g_file_set_contents_full (path, ini->str, (gssize) ini->len,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

/* A new profile in the folder where the bench runs: /tmp may be no disk.
 * @contract: "sealed" or "iso8583", at @port of this computer */
void
tap_shop_open (TapShop    *shop,
               const char *contract,
               guint       port)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", port);
  g_autofree char *profile = NULL;
  g_autoptr (GError) error = NULL;

  shop->dir = g_strdup ("./bench-tap-XXXXXX");
  g_assert_nonnull (g_mkdtemp (shop->dir));
  profile = g_build_filename (shop->dir, "profile", NULL);
  till_setup_demo (profile, NULL, url, &error);
  g_assert_no_error (error);
  if (strcmp (contract, "iso8583") == 0)
    choose_terminal (profile, port);

  shop->http = till_curl_multi_new (till_system_clock_get ());
  shop->tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  shop->ports = (TillPorts) {
    .clock = till_system_clock_get (),
    .random = till_system_random_get (),
    .http = shop->http,
    .tap = shop->tap,
  };
  shop->desk = till_desk_open (profile, &shop->ports, &error);
  g_assert_no_error (error);
}

void
tap_shop_close (TapShop *shop)
{
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", shop->dir);

  till_desk_close (shop->desk);
  g_clear_object (&shop->desk);
  g_clear_object (&shop->tap);
  g_clear_object (&shop->http);
  g_subprocess_force_exit (shop->sandbox);
  g_subprocess_wait (shop->sandbox, NULL, NULL);
  g_clear_object (&shop->sandbox);
  g_assert_cmpint (system (remove), ==, 0);
  g_clear_pointer (&shop->dir, g_free);
  g_clear_pointer (&shop->sandbox_url, g_free);
}

static gboolean
add_sale_cb (const TillSale *sale,
             gpointer        user_data)
{
  TapBooked *booked = user_data;

  if (sale->state == TILL_PAYMENT_PAID) {
    booked->n_paid++;
    booked->paid_fen += sale->amount_fen;
  }

  return TRUE;
}

TapBooked
tap_shop_read_journal (TapShop *shop)
{
  const TillSaleFilter all = { 0 };
  TapBooked booked = { 0 };
  g_autoptr (GError) error = NULL;

  till_books_each_sale (shop->desk, &all, add_sale_cb, &booked, &error);
  g_assert_no_error (error);

  return booked;
}

TapBooked
tap_shop_read_ledger (TapShop *shop)
{
  g_autofree char *ca = g_build_filename (shop->dir, "profile", "keys", "sandbox-ca.pem", NULL);
  g_autofree char *path = g_canonicalize_filename (ca, NULL);
  g_autofree char *url = g_strconcat (shop->sandbox_url, "/sandbox/ledger", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trusted = g_tls_file_database_new (path, &error);
  g_autoptr (SoupSession) session =
    soup_session_new_with_options ("tls-database", trusted, "timeout", 60, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) bytes = soup_session_send_and_read (session, message, NULL, &error);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonArray *orders;
  TapBooked booked = { 0 };

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  orders = json_object_get_array_member (json_node_get_object (node), "orders");
  for (guint i = 0; i < json_array_get_length (orders); i++) {
    JsonObject *order = json_array_get_object_element (orders, i);
    const gint64 paid_fen = json_object_get_int_member (order, "paid_fen") -
                            json_object_get_int_member (order, "given_back_fen");

    booked.n_paid += paid_fen > 0;
    booked.paid_fen += paid_fen;
  }

  return booked;
}
