/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bank.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whom device/curl-transfer takes for the bank, and what it says when there is nobody. */

static const struct {
  const char     *name;
  TillHttpOutcome outcome;
  const char     *alt_name;      /* what the server's certificate says */
  int             from_days, until_days;
  const char     *ca_file;       /* "own", "other", "missing", NULL for none */
  const char     *url;
} distrusted[] = {
  { "good",             TILL_HTTP_OK,         "IP:127.0.0.1",   -1, 1,  "own",     "/ok" },
  { "no-file",          TILL_HTTP_UNTRUSTED,  "IP:127.0.0.1",   -1, 1,  NULL,      "/ok" },
  { "other-authority",  TILL_HTTP_UNTRUSTED,  "IP:127.0.0.1",   -1, 1,  "other",   "/ok" },
  { "other-name",       TILL_HTTP_UNTRUSTED,  "DNS:bank.test",  -1, 1,  "own",     "/ok" },
  { "other-address",    TILL_HTTP_UNTRUSTED,  "IP:127.0.0.2",   -1, 1,  "own",     "/ok" },
  { "address-as-name",  TILL_HTTP_UNTRUSTED,  "DNS:127.0.0.1",  -1, 1,  "own",     "/ok" },
  { "expired",          TILL_HTTP_UNTRUSTED,  "IP:127.0.0.1",   -3, -1, "own",     "/ok" },
  { "not-yet",          TILL_HTTP_UNTRUSTED,  "IP:127.0.0.1",   1,  3,  "own",     "/ok" },
  { "missing-file",     TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "missing", "/ok" },
  { "no-such-name",     TILL_HTTP_NO_NETWORK, "IP:127.0.0.1",   -1, 1,  "own",
    "https://this-label-is-longer-than-the-63-letters-that-any-name-server-would-answer.invalid/" },
  { "plain",            TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own",
    "http://127.0.0.1/" },
  { "file",             TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own",
    "file:///etc/hosts" },
  { "user-in-url",      TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own",
    "https://till:" BANK_SECRET "@127.0.0.1/" },
  { "no-host",          TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own", "https://" },
  { "no-url",           TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own", "bank" },
};

static char *
find_ca_file (const char *which)
{
  if (!which)
    return NULL;
  if (strcmp (which, "missing") == 0)
    return g_build_filename (bank_shared.folder, "missing.pem", NULL);

  return g_strdup (strcmp (which, "own") == 0 ? bank_shared.ca_file : bank_shared.other_ca_file);
}

/* A server that does not prove who it is gets not a byte, and is said to be the reason. */
static void
test_distrusted (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Bank bank;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  bank_set_up (&bank, NULL);
  bank_serve (&bank, till_tls_authority_issue (bank_shared.authority, distrusted[i].alt_name,
                                               distrusted[i].from_days, distrusted[i].until_days));
  request = bank_request (&bank, "POST", distrusted[i].url);
  g_free (request->ca_file);
  request->ca_file = find_ca_file (distrusted[i].ca_file);

  reply = bank_ask_request (&bank, request);
  g_test_message ("%s: %s", distrusted[i].name, reply->detail);
  g_assert_cmpint (reply->outcome, ==, distrusted[i].outcome);
  g_assert_cmpint (reply->sent, ==, reply->outcome == TILL_HTTP_OK);
  g_assert_cmpuint (till_tls_server_count (bank.server, "POST"), ==, reply->sent);
  bank_tear_down (&bank, NULL);
}

/* A file that is trusted for one request is not for the next, though a connection stands. */
static void
test_trust_is_not_kept (Bank         *bank,
                        gconstpointer data)
{
  g_autoptr (TillHttpRequest) request = bank_request (bank, "POST", "/ok");
  g_autoptr (TillHttpReply) reply = NULL;

  bank_warm_up (bank);
  g_clear_pointer (&request->ca_file, g_free);
  reply = bank_ask_request (bank, request);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_UNTRUSTED);
  g_assert_false (reply->sent);
}

#define SYSTEM_FOLDER "/etc/ssl/certs"

/* Lets @folder stand in place of the system's trust, for this process alone. */
static gboolean
replace_system_trust (const char *folder)
{
  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         mount (folder, SYSTEM_FOLDER, NULL, MS_BIND, NULL) == 0;
}

/* Containers may forbid it. */
static gboolean
can_replace_system_trust (void)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    _exit (replace_system_trust (bank_shared.folder) ? 0 : 1);

  return waitpid (child, &status, 0) == child && status == 0;
}

static void
ask_each (TillTlsAuthority *system)
{
  TillTlsAuthority *authorities[] = { system, bank_shared.authority, bank_shared.other };
  static const TillHttpOutcome outcomes[] = { TILL_HTTP_OK, TILL_HTTP_OK, TILL_HTTP_UNTRUSTED };

  for (guint i = 0; i < G_N_ELEMENTS (authorities); i++) {
    Bank bank;
    g_autoptr (TillHttpReply) reply = NULL;

    bank_set_up (&bank, NULL);
    bank_serve (&bank, till_tls_authority_issue (authorities[i], "IP:127.0.0.1", -1, 1));
    reply = bank_ask (&bank, "POST", "/ok");
    g_assert_cmpint (reply->outcome, ==, outcomes[i]);
    bank_tear_down (&bank, NULL);
  }
}

/* The request's file is trusted beside the system's authorities, not in their place. */
static void
test_adds_trust (void)
{
  g_autoptr (TillTlsAuthority) system = till_tls_authority_new ("Till's system");

  if (g_test_subprocess ()) {
    till_tls_authority_hash (system, bank_shared.folder);
    g_assert_true (replace_system_trust (bank_shared.folder));
    ask_each (system);
    return;
  }

  if (!can_replace_system_trust ()) {
    g_test_skip ("mounts of one's own are not allowed here");
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* A server that knows no TLS but older than 1.2 is not trusted. */
static void
test_old_tls (Bank         *bank,
              gconstpointer data)
{
  SSL_CTX *context = till_tls_authority_issue (bank_shared.authority, "IP:127.0.0.1", -1, 1);
  g_autoptr (TillHttpReply) reply = NULL;

  SSL_CTX_set_cipher_list (context, "DEFAULT@SECLEVEL=0");
  SSL_CTX_set_min_proto_version (context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version (context, TLS1_1_VERSION);
  bank_serve (bank, context);

  reply = bank_ask (bank, "POST", "/ok");
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_UNTRUSTED);
  g_assert_false (reply->sent);
}

static const struct {
  const char     *name;
  gsize           n_read;   /* of the client's hello; what is left unread makes the end a reset */
  const char     *said;
  TillHttpOutcome outcome;
} handshakes[] = {
  { "reset",  1,     "",                              TILL_HTTP_NO_NETWORK },
  { "end",    16384, "",                              TILL_HTTP_NO_NETWORK },
  { "cut",    16384, "\x16\x03\x03",                  TILL_HTTP_NO_NETWORK },
  { "http",   16384, "HTTP/1.1 400 Plain HTTP\r\n\r\n", TILL_HTTP_UNTRUSTED },
};

typedef struct {
  int   fd;
  guint row;
} HalfServer;

static gpointer
break_handshake (gpointer data)
{
  const HalfServer *server = data;
  const char *said = handshakes[server->row].said;
  int fd = accept (server->fd, NULL, NULL);
  char bytes[16384];

  g_assert_cmpint (recv (fd, bytes, handshakes[server->row].n_read, 0), >, 0);
  g_assert_cmpint (send (fd, said, strlen (said), 0), ==, (gssize) strlen (said));
  close (fd);
  return NULL;
}

/* A connection that ends within the handshake is the network's fault, one that speaks nonsense
 * lacks trust. */
static void
test_handshakes (gconstpointer data)
{
  HalfServer server = { .row = GPOINTER_TO_UINT (data) };
  Bank bank;
  GThread *thread;
  guint port;
  g_autofree char *url = NULL;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  bank_set_up (&bank, NULL);
  server.fd = bank_take_port (TRUE, &port);
  url = g_strdup_printf ("https://127.0.0.1:%u/", port);
  request = bank_request (&bank, "POST", url);
  thread = g_thread_new ("half a server", break_handshake, &server);
  reply = bank_ask_request (&bank, request);
  g_thread_join (thread);
  g_test_message ("%s: %s", handshakes[server.row].name, reply->detail);
  g_assert_cmpint (reply->outcome, ==, handshakes[server.row].outcome);
  g_assert_false (reply->sent);
  close (server.fd);
  bank_tear_down (&bank, NULL);
}

/* A port where nobody listens, and one where nobody speaks TLS within the connect deadline: nothing
 * left. */
static void
test_no_connection (Bank         *bank,
                    gconstpointer data)
{
  static const TillHttpOutcome outcomes[] = { TILL_HTTP_NO_NETWORK, TILL_HTTP_TIMEOUT };

  for (guint listening = 0; listening < 2; listening++) {
    guint port;
    int fd = bank_take_port (listening, &port);
    g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", port);
    g_autoptr (TillHttpRequest) request = bank_request (bank, "POST", url);
    g_autoptr (TillHttpReply) reply = NULL;

    request->connect_timeout_ms = 20;
    reply = bank_ask_request (bank, request);
    g_assert_cmpint (reply->outcome, ==, outcomes[listening]);
    g_assert_false (reply->sent);
    close (fd);
  }
}

/* The system's proxy is used, and its password told to nobody. */
static void
test_proxy (Bank         *bank,
            gconstpointer data)
{
  static const char *const schemes[] = { "http", "socks5h", "nonsense" };
  guint port;
  int fd = bank_take_port (FALSE, &port);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    g_autofree char *proxy = g_strdup_printf ("%s://till:" BANK_SECRET "@127.0.0.1:%u", schemes[i],
                                              port);
    g_autoptr (TillHttpReply) reply = NULL;

    g_setenv ("https_proxy", proxy, TRUE);
    reply = bank_ask (bank, "POST", "/ok");
    g_unsetenv ("https_proxy");
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_NO_NETWORK);
    g_assert_false (reply->sent);
  }
  close (fd);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  BANK_ADD_ROWS ("/curl-trust/distrusted", distrusted, name, test_distrusted);
  BANK_ADD_ROWS ("/curl-trust/handshakes", handshakes, name, test_handshakes);
  g_test_add_func ("/curl-trust/adds-trust", test_adds_trust);
  BANK_ADD ("/curl-trust/trust-is-not-kept", test_trust_is_not_kept);
  BANK_ADD ("/curl-trust/old-tls", test_old_tls);
  BANK_ADD ("/curl-trust/no-connection", test_no_connection);
  BANK_ADD ("/curl-trust/proxy", test_proxy);

  return bank_run ();
}
