/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/exchange.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "code/bcd.h"
#include "code/iso8583-mac.h"
#include "code/iso8583.h"
#include "tls-authority.h"

#define PAN     "6210948000000029"
#define TRACK_2 "6210948000000029D30122200000012300"

static const guint8 key[TILL_TOKEN_KEY] = { 7 };
static const guint8 mac_key[16] = "0123456789abcdef";
static const guint8 other_key[16] = "0123456789abcdeX";

static const TillEmvCard card = {
  .decision = TILL_EMV_ONLINE, .pan = PAN, .expiry = "3012", .track_2 = TRACK_2,
  .pan_sequence = 1, .field_55 = { 0x9f, 0x26, 0x01, 0xff }, .n_field_55 = 4,
};

/* What the till makes: all but the card's. */
static GByteArray *
make_message (guint16 mti)
{
  g_autoptr (TillIso8583) message = till_iso8583_new (mti);
  GByteArray *packed;

  till_iso8583_set (message, 3, "000000");
  till_iso8583_set (message, 4, "000000001234");
  till_iso8583_set (message, 11, "000079");
  till_iso8583_set (message, 64, "00000000");
  packed = till_iso8583_pack (message, NULL);
  till_iso8583_frame (packed);
  return packed;
}

/* What the acquirer answers, with more of the card than anybody should. */
static GByteArray *
make_reply (const guint8 *proof_key)
{
  g_autoptr (TillIso8583) message = till_iso8583_new (0x0210);
  GByteArray *packed;

  till_iso8583_set (message, 2, PAN);
  till_iso8583_set (message, 14, "3012");
  till_iso8583_set (message, 35, TRACK_2);
  till_iso8583_set (message, 39, "00");
  till_iso8583_set (message, 55, "x");
  if (proof_key)
    till_iso8583_set (message, 64, "00000000");
  packed = till_iso8583_pack (message, NULL);
  if (proof_key)
    g_assert_true (till_iso8583_seal (packed, proof_key, 16));
  till_iso8583_frame (packed);
  return packed;
}

static TillExchange
make_exchange (const GByteArray *message,
               const char       *token)
{
  return (TillExchange) {
    .url = "https://bank.test/pay", .body = message->data, .n_body = message->len, .token = token,
    .key = key, .mac_key = mac_key, .n_mac_key = sizeof mac_key, .timeout_ms = 5000,
  };
}

static TillIso8583 *
parse (const guint8 *bytes,
       gsize         n_bytes)
{
  const guint8 *inner = till_iso8583_unframe (bytes, &n_bytes, NULL);

  return inner ? till_iso8583_parse (inner, n_bytes, NULL) : NULL;
}

/* A sale gets all of the card's fields, a reversal no track; both are proved. */
static void
test_complete (void)
{
  static const struct {
    guint16     mti;
    const char *track_2;
  } cases[] = { { 0x0200, TRACK_2 }, { 0x0400, NULL } };
  g_autofree char *token = till_token_seal (&card, key, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) message = make_message (cases[i].mti);
    TillExchange exchange = make_exchange (message, token);
    g_autoptr (GError) error = NULL;
    g_autoptr (GByteArray) whole = till_exchange_complete (&exchange, &error);
    g_autoptr (TillIso8583) read = NULL;

    g_assert_no_error (error);
    read = parse (whole->data, whole->len);
    g_assert_true (till_iso8583_verify (whole->data + 2, whole->len - 2, mac_key, 16));
    g_assert_cmpstr (till_iso8583_get (read, 2), ==, PAN);
    g_assert_cmpstr (till_iso8583_get (read, 4), ==, "000000001234");
    g_assert_cmpstr (till_iso8583_get (read, 14), ==, "3012");
    g_assert_cmpstr (till_iso8583_get (read, 23), ==, "001");
    g_assert_cmpstr (till_iso8583_get (read, 35), ==, cases[i].track_2);
    g_assert_cmpmem (till_iso8583_get (read, 55), 4, card.field_55, 4);
  }
}

static void
test_not_completed (void)
{
  g_autoptr (GByteArray) message = make_message (0x0200);
  g_autofree char *token = till_token_seal (&card, key, NULL);
  TillExchange exchanges[] = {
    make_exchange (message, token), make_exchange (message, "AAAA"),
    make_exchange (message, token), make_exchange (message, token),
  };

  exchanges[0].key = (const guint8[TILL_TOKEN_KEY]) { 8 };
  exchanges[2].n_mac_key = 0;
  exchanges[3].n_body--;
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (TillExchanged) exchanged = { .sent = TRUE };

    g_assert_null (till_exchange_complete (&exchanges[i], &error));
    g_assert_nonnull (error);
    till_exchange_perform (&exchanges[i], open ("/dev/null", O_RDWR), &exchanged);
    g_assert_cmpstr (exchanged.outcome, ==, "fault");
    g_assert_false (exchanged.sent);
  }
}

/* Of an answer the till sees no card; what was proved stays so, what was not does not become so. */
static void
test_strip (void)
{
  static const struct {
    const guint8 *proof_key;
    gboolean      is_proved;
  } cases[] = { { mac_key, TRUE }, { other_key, FALSE }, { NULL, FALSE } };
  g_autoptr (GByteArray) message = make_message (0x0200);
  TillExchange exchange = make_exchange (message, "");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) reply = make_reply (cases[i].proof_key);
    g_autoptr (GBytes) stripped = till_exchange_strip (&exchange, reply->data, reply->len);
    gsize n_bytes;
    const guint8 *bytes = g_bytes_get_data (stripped, &n_bytes);
    g_autoptr (TillIso8583) read = parse (bytes, n_bytes);

    g_assert_cmpstr (till_iso8583_get (read, 39), ==, "00");
    g_assert_cmpint (till_iso8583_get (read, 64) != NULL, ==, cases[i].proof_key != NULL);
    for (guint field = 2; field < 64; field++)
      g_assert_true (field == 39 || !till_iso8583_get (read, field));
    g_assert_cmpint (till_iso8583_verify (bytes + 2, n_bytes - 2, mac_key, 16), ==,
                     cases[i].is_proved);
  }
}

static void
test_strip_nonsense (void)
{
  g_autoptr (GByteArray) message = make_message (0x0200);
  TillExchange exchange = make_exchange (message, "");
  static const char *const cases[] = { "", "x", "<html>" PAN "</html>", PAN };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) stripped =
      till_exchange_strip (&exchange, (const guint8 *) cases[i], strlen (cases[i]));

    g_assert_cmpuint (g_bytes_get_size (stripped), ==, 0);
  }
}

/* One connection of a bank. */
typedef struct {
  SSL_CTX    *context;
  int         fd;
  GByteArray *reply;  /* NULL: it reads and leaves */
  GByteArray *got;
} Bank;

static gboolean
has_all (const GByteArray *got)
{
  const char *end = got->len > 0 ? memmem (got->data, got->len, "\r\n\r\n", 4) : NULL;
  const char *length = end ? memmem (got->data, got->len, "Content-Length: ", 16) : NULL;

  return end && length &&
         got->len >= (gsize) (end + 4 - (const char *) got->data) +
                       g_ascii_strtoull (length + 16, NULL, 10);
}

static gpointer
serve (gpointer data)
{
  Bank *bank = data;
  SSL *ssl = SSL_new (bank->context);
  guint8 bytes[4096];

  SSL_set_fd (ssl, bank->fd);
  if (SSL_accept (ssl) == 1) {
    while (!has_all (bank->got)) {
      int n = SSL_read (ssl, bytes, sizeof bytes);

      if (n <= 0)
        break;
      g_byte_array_append (bank->got, bytes, (guint) n);
    }
    if (bank->reply) {
      g_autofree char *head = g_strdup_printf (
        "HTTP/1.1 200 OK\r\nContent-Length: %u\r\nDate: Sun, 22 Nov 2026 08:00:00 GMT\r\n\r\n",
        bank->reply->len);

      SSL_write (ssl, head, (int) strlen (head));
      SSL_write (ssl, bank->reply->data, (int) bank->reply->len);
    }
    SSL_shutdown (ssl);
  }
  SSL_free (ssl);
  close (bank->fd);

  return NULL;
}

/* Two ends of one connection over the loopback. */
static void
connect_both (int *ours,
              int *banks)
{
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                               G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) client = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocket) server = NULL;

  g_assert_true (g_socket_bind (listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (listener, NULL));
  address = g_socket_get_local_address (listener, NULL);
  g_assert_true (g_socket_connect (client, address, NULL, NULL));
  server = g_socket_accept (listener, NULL, NULL);
  *ours = dup (g_socket_get_fd (client));
  *banks = dup (g_socket_get_fd (server));
  g_assert_true (g_unix_set_fd_nonblocking (*banks, FALSE, NULL));
}

static const struct {
  const char *name;      /* that the bank can prove */
  gboolean    replies;
  gboolean    is_sane;   /* the answer is a message */
  const char *outcome;
  gboolean    sent;
} exchanges[] = {
  { "DNS:bank.test", TRUE, TRUE, "ok", TRUE },
  { "DNS:bank.test", TRUE, FALSE, "ok", TRUE },
  { "DNS:bank.test", FALSE, FALSE, "cut-off", TRUE },
  { "DNS:other.test", TRUE, TRUE, "untrusted", FALSE },
};

static void
test_perform (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr (TillTlsAuthority) authority = till_tls_authority_new ("bank");
  g_autofree char *ca_file = g_build_filename (g_get_tmp_dir (), "till-exchange-XXXXXX", NULL);
  g_autoptr (GByteArray) message = make_message (0x0200);
  g_autoptr (GByteArray) reply = exchanges[row].is_sane ? make_reply (mac_key)
                                                        : make_message (0x0210);
  g_autofree char *token = till_token_seal (&card, key, NULL);
  g_auto (TillExchanged) exchanged = { .sent = FALSE };
  TillExchange exchange = make_exchange (message, token);
  Bank bank = { .reply = exchanges[row].replies ? reply : NULL, .got = g_byte_array_new () };
  GThread *thread;
  int fd;

  g_close (g_mkstemp (ca_file), NULL);
  till_tls_authority_save (authority, ca_file);
  bank.context = till_tls_authority_issue (authority, exchanges[row].name, -1, 1);
  if (!exchanges[row].is_sane)
    g_byte_array_set_size (reply, 20);
  connect_both (&fd, &bank.fd);
  exchange.ca_file = ca_file;
  thread = g_thread_new ("bank", serve, &bank);
  till_exchange_perform (&exchange, fd, &exchanged);
  g_thread_join (thread);

  g_test_message ("%s", exchanged.detail);
  g_assert_cmpstr (exchanged.outcome, ==, exchanges[row].outcome);
  g_assert_cmpint (exchanged.sent, ==, exchanges[row].sent);
  g_assert_cmpint (bank.got->len > 0, ==, exchanges[row].sent);
  if (bank.got->len > 0)
    g_assert_nonnull (memmem (bank.got->data, bank.got->len, "\x62\x10\x94\x80", 4));
  if (exchanges[row].replies && exchanges[row].sent) {
    g_assert_cmpuint (exchanged.status, ==, 200);
    g_assert_cmpint (g_bytes_get_size (exchanged.body) > 0, ==, exchanges[row].is_sane);
    g_assert_cmpstr (exchanged.date, ==, "Sun, 22 Nov 2026 08:00:00 GMT");
  }

  SSL_CTX_free (bank.context);
  g_byte_array_unref (bank.got);
  g_unlink (ca_file);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);  /* the till leaves while the bank speaks */

  g_test_add_func ("/exchange/complete", test_complete);
  g_test_add_func ("/exchange/not-completed", test_not_completed);
  g_test_add_func ("/exchange/strip", test_strip);
  g_test_add_func ("/exchange/strip-nonsense", test_strip_nonsense);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++) {
    g_autofree char *path = g_strdup_printf ("/exchange/perform/%u", i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_perform);
  }

  return g_test_run ();
}
