/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-multi.h"

#include "fake-clock.h"
#include "tls-authority.h"
#include "tls-server.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define SECRET "s3cr3t"

static char long_head[200 * 1000];  /* filled by main */

static const TillTlsRoute routes[] = {
  { "/ok",             KEPT },
  { "/no-content",     "HTTP/1.1 204 No Content\r\n\r\n" },
  { "/error",          "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno" },
  { "/redirect",       "HTTP/1.1 302 Go\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n" },
  { "/chunked",        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n{}\r\n0\r\n\r\n" },
  { "/hint-first",     "HTTP/1.1 103 Early\r\nDate: x\r\n\r\n" KEPT },
  { "/largest",        "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n", 1048576 },
  { "/headers",        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 02:00:05 GMT\r\nX-Word: one\r\n"
                       "X-WORD: two \r\nContent-Length: 0\r\n\r\n" },
  { "/odd-date",       "HTTP/1.1 200 OK\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n" },

  { "/nothing-drop",   NULL, 0, TILL_TLS_DROP },
  { "/nothing-close",  NULL, 0, TILL_TLS_CLOSE },
  { "/nothing-early",  NULL, 0, TILL_TLS_EARLY },
  { "/nothing-stop",   NULL, 0, TILL_TLS_STOP },
  { "/in-status",      "HTTP/1.1 20", 0, TILL_TLS_CLOSE },
  { "/in-head-drop",   "HTTP/1.1 200 OK\r\nX: 1\r\n", 0, TILL_TLS_DROP },
  { "/in-head-close",  "HTTP/1.1 200 OK\r\nX: 1\r\n", 0, TILL_TLS_CLOSE },
  { "/after-hint",     "HTTP/1.1 103 Early\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/in-next-head",   "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n", 0, TILL_TLS_CLOSE },
  { "/in-body-drop",   "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, TILL_TLS_DROP },
  { "/in-body-close",  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, TILL_TLS_CLOSE },
  { "/before-body",    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/in-chunk",       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", 0,
                       TILL_TLS_CLOSE },
  { "/no-last-chunk",  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", 0,
                       TILL_TLS_CLOSE },
  { "/until-close",    "HTTP/1.1 200 OK\r\n\r\n{}", 0, TILL_TLS_CLOSE },
  { "/until-drop",     "HTTP/1.1 200 OK\r\n\r\n{}", 0, TILL_TLS_DROP },

  { "/too-large",      "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n", 1048577 },
  { "/large-on-close", "HTTP/1.1 200 OK\r\n\r\n", 2000000, TILL_TLS_CLOSE },
  { "/long-head",      long_head, 0, TILL_TLS_KEEP },
  { "/no-http",        "220 mail.example ESMTP\r\n\r\n", 0, TILL_TLS_CLOSE },
  { "/hold",           NULL, 0, TILL_TLS_HOLD },
  { NULL },
};

typedef struct {
  TillFakeClock *clock;
  TillHttp      *http;
  TillTlsServer *server;
} Fixture;

static struct {
  char             *folder;
  char             *ca_file;
  char             *other_ca_file;
  TillTlsAuthority *authority;
  TillTlsAuthority *other;
  GString          *logged;  /* all that was logged since the start, at any level */
} shared;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->clock = till_fake_clock_new ();
  fixture->http = till_curl_multi_new (till_fake_clock_get_port (fixture->clock));
  fixture->server = till_tls_server_new (till_tls_authority_issue (shared.authority, "IP:127.0.0.1",
                                                                   -1, 1), routes);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->http);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (till_fake_clock_get_n_timers (fixture->clock), ==, 0);
  till_fake_clock_free (fixture->clock);
  till_tls_server_free (fixture->server);
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  TillHttpReply **reply = user_data;

  g_assert_null (*reply);
  *reply = till_http_send_finish (TILL_HTTP (source), result);
}

static char *
make_url (Fixture    *fixture,
          const char *path)
{
  return g_strdup_printf ("https://127.0.0.1:%u%s", till_tls_server_get_port (fixture->server),
                          path);
}

/* A path that begins with a slash is the server's. */
static TillHttpRequest *
make_request (Fixture    *fixture,
              const char *method,
              const char *path)
{
  g_autofree char *url = path[0] == '/' ? make_url (fixture, path) : g_strdup (path);
  TillHttpRequest *request = till_http_request_new (method, url);

  request->ca_file = g_strdup (shared.ca_file);
  till_http_request_header (request, "Authorization", SECRET);
  if (strcmp (method, "POST") == 0)
    till_http_request_body (request, "{\"auth_code\":\"" SECRET "\"}");

  return request;
}

/* The reply comes later, never from within the call. */
static void
begin_request (Fixture               *fixture,
               const TillHttpRequest *request,
               GCancellable          *cancellable,
               TillHttpReply        **reply)
{
  *reply = NULL;
  till_http_send_async (fixture->http, request, cancellable, replied_cb, reply);
  g_assert_null (*reply);
}

static void
begin (Fixture        *fixture,
       const char     *path,
       GCancellable   *cancellable,
       TillHttpReply **reply)
{
  g_autoptr (TillHttpRequest) request = make_request (fixture, "GET", path);

  begin_request (fixture, request, cancellable, reply);
}

static void
wait_for (TillHttpReply **reply)
{
  while (!*reply)
    g_main_context_iteration (NULL, TRUE);
}

static TillHttpReply *
ask_request (Fixture               *fixture,
             const TillHttpRequest *request)
{
  TillHttpReply *reply;

  begin_request (fixture, request, NULL, &reply);
  wait_for (&reply);
  g_assert_null (strstr (reply->detail, SECRET));

  return reply;
}

static TillHttpReply *
ask (Fixture    *fixture,
     const char *method,
     const char *path)
{
  g_autoptr (TillHttpRequest) request = make_request (fixture, method, path);

  return ask_request (fixture, request);
}

static void
wait_for_bytes (Fixture    *fixture,
                const char *piece,
                guint       n)
{
  while (till_tls_server_count (fixture->server, piece) < n)
    g_main_context_iteration (NULL, TRUE);
}

/* A request that the server answers and after which the connection is kept. */
static void
warm_up (Fixture *fixture)
{
  g_autoptr (TillHttpReply) reply = ask (fixture, "GET", "/ok");

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
}

static const struct {
  const char     *path;
  TillHttpOutcome outcome;
  guint           status;
  gsize           n_body_bytes;
} endings[] = {
  { "/ok",             TILL_HTTP_OK,        200, 2 },
  { "/no-content",     TILL_HTTP_OK,        204, 0 },
  { "/error",          TILL_HTTP_OK,        500, 2 },
  { "/redirect",       TILL_HTTP_OK,        302, 0 },
  { "/chunked",        TILL_HTTP_OK,        200, 2 },
  { "/hint-first",     TILL_HTTP_OK,        200, 2 },
  { "/largest",        TILL_HTTP_OK,        200, 1048576 },
  { "/nothing-drop",   TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-close",  TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-early",  TILL_HTTP_CUT_OFF,   0,   0 },
  { "/nothing-stop",   TILL_HTTP_CUT_OFF,   0,   0 },
  { "/in-status",      TILL_HTTP_CUT_OFF,   0,   0 },
  { "/in-head-drop",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-head-close",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/after-hint",     TILL_HTTP_CUT_OFF,   103, 0 },
  { "/in-next-head",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-body-drop",   TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-body-close",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/before-body",    TILL_HTTP_CUT_OFF,   200, 0 },
  { "/in-chunk",       TILL_HTTP_CUT_OFF,   200, 0 },
  { "/no-last-chunk",  TILL_HTTP_CUT_OFF,   200, 0 },
  { "/until-close",    TILL_HTTP_CUT_OFF,   200, 0 },
  { "/until-drop",     TILL_HTTP_CUT_OFF,   200, 0 },
  { "/too-large",      TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/large-on-close", TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/long-head",      TILL_HTTP_TOO_LARGE, 200, 0 },
  { "/no-http",        TILL_HTTP_FAULT,     0,   0 },
};

/* Only a whole answer is one, whatever the method, on a new connection and on a kept one; and
 * whatever came, the request may have left. */
static void
test_endings (gconstpointer data)
{
  guint index = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < 4; i++) {
    Fixture fixture;
    g_autoptr (TillHttpReply) reply = NULL;

    set_up (&fixture, NULL);
    if (i & 1)
      warm_up (&fixture);
    reply = ask (&fixture, i & 2 ? "POST" : "GET", endings[index].path);
    g_test_message ("%s: %s", endings[index].path, reply->detail);

    g_assert_cmpint (reply->outcome, ==, endings[index].outcome);
    g_assert_cmpuint (reply->status, ==, endings[index].status);
    g_assert_cmpuint (g_bytes_get_size (reply->body), ==, endings[index].n_body_bytes);
    g_assert_true (reply->sent);
    tear_down (&fixture, NULL);
  }
}

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
    "https://till:" SECRET "@127.0.0.1/" },
  { "no-host",          TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own", "https://" },
  { "no-url",           TILL_HTTP_FAULT,      "IP:127.0.0.1",   -1, 1,  "own", "bank" },
};

static char *
find_ca_file (const char *which)
{
  if (!which)
    return NULL;
  if (strcmp (which, "missing") == 0)
    return g_build_filename (shared.folder, "missing.pem", NULL);

  return g_strdup (strcmp (which, "own") == 0 ? shared.ca_file : shared.other_ca_file);
}

/* A server that does not prove who it is gets not a byte, and is said to be the reason. */
static void
test_distrusted (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Fixture fixture;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  set_up (&fixture, NULL);
  till_tls_server_free (fixture.server);
  fixture.server = till_tls_server_new (
    till_tls_authority_issue (shared.authority, distrusted[i].alt_name, distrusted[i].from_days,
                              distrusted[i].until_days), routes);
  request = make_request (&fixture, "POST", distrusted[i].url);
  g_free (request->ca_file);
  request->ca_file = find_ca_file (distrusted[i].ca_file);

  reply = ask_request (&fixture, request);
  g_test_message ("%s: %s", distrusted[i].name, reply->detail);
  g_assert_cmpint (reply->outcome, ==, distrusted[i].outcome);
  g_assert_cmpint (reply->sent, ==, reply->outcome == TILL_HTTP_OK);
  g_assert_cmpuint (till_tls_server_count (fixture.server, "POST"), ==, reply->sent);
  tear_down (&fixture, NULL);
}

/* A file that is trusted for one request is not for the next, though a connection stands. */
static void
test_trust_is_not_kept (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr (TillHttpRequest) request = make_request (fixture, "POST", "/ok");
  g_autoptr (TillHttpReply) reply = NULL;

  warm_up (fixture);
  g_clear_pointer (&request->ca_file, g_free);
  reply = ask_request (fixture, request);
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
    _exit (replace_system_trust (shared.folder) ? 0 : 1);

  return waitpid (child, &status, 0) == child && status == 0;
}

static void
ask_each (TillTlsAuthority *system)
{
  TillTlsAuthority *authorities[] = { system, shared.authority, shared.other };
  static const TillHttpOutcome outcomes[] = { TILL_HTTP_OK, TILL_HTTP_OK, TILL_HTTP_UNTRUSTED };

  for (guint i = 0; i < G_N_ELEMENTS (authorities); i++) {
    Fixture fixture;
    g_autoptr (TillHttpReply) reply = NULL;

    set_up (&fixture, NULL);
    till_tls_server_free (fixture.server);
    fixture.server = till_tls_server_new (till_tls_authority_issue (authorities[i], "IP:127.0.0.1",
                                                                    -1, 1), routes);
    reply = ask (&fixture, "POST", "/ok");
    g_assert_cmpint (reply->outcome, ==, outcomes[i]);
    tear_down (&fixture, NULL);
  }
}

/* The request's file is trusted beside the system's authorities, not in their place. */
static void
test_adds_trust (void)
{
  g_autoptr (TillTlsAuthority) system = till_tls_authority_new ("Till's system");

  if (g_test_subprocess ()) {
    till_tls_authority_hash (system, shared.folder);
    g_assert_true (replace_system_trust (shared.folder));
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
test_old_tls (Fixture      *fixture,
              gconstpointer data)
{
  SSL_CTX *context = till_tls_authority_issue (shared.authority, "IP:127.0.0.1", -1, 1);
  g_autoptr (TillHttpReply) reply = NULL;

  SSL_CTX_set_cipher_list (context, "DEFAULT@SECLEVEL=0");
  SSL_CTX_set_min_proto_version (context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version (context, TLS1_1_VERSION);
  till_tls_server_free (fixture->server);
  fixture->server = till_tls_server_new (context, routes);

  reply = ask (fixture, "POST", "/ok");
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_UNTRUSTED);
  g_assert_false (reply->sent);
}

/* A socket that has the port, and listens or not; nobody ever answers. */
static int
take_port (gboolean listening,
           guint   *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t n_bytes = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  if (listening)
    g_assert_cmpint (listen (fd, 8), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &n_bytes), ==, 0);
  *port = ntohs (address.sin_port);

  return fd;
}

static const struct {
  const char     *name;
  gsize           n_read;   /* of the client's hello; what is left unread makes the end a reset */
  const char     *said;
  TillHttpOutcome outcome;
} handshakes[] = {
  { "reset",  1,     "",                              TILL_HTTP_NO_NETWORK },
  { "end",    16384, "",                              TILL_HTTP_NO_NETWORK },
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
  Fixture fixture;
  GThread *thread;
  guint port;
  g_autofree char *url = NULL;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  set_up (&fixture, NULL);
  server.fd = take_port (TRUE, &port);
  url = g_strdup_printf ("https://127.0.0.1:%u/", port);
  request = make_request (&fixture, "POST", url);
  thread = g_thread_new ("half a server", break_handshake, &server);
  reply = ask_request (&fixture, request);
  g_thread_join (thread);
  g_test_message ("%s: %s", handshakes[server.row].name, reply->detail);
  g_assert_cmpint (reply->outcome, ==, handshakes[server.row].outcome);
  g_assert_false (reply->sent);
  close (server.fd);
  tear_down (&fixture, NULL);
}

static const struct {
  const char *method;
  gboolean    body;
} methods[] = {
  { "GET",  TRUE },
  { "PUT",  TRUE },
  { "HEAD", FALSE },
  { "post", TRUE },
  { "",     FALSE },
};

/* What is no POST and no plain GET is not guessed at. */
static void
test_methods (Fixture      *fixture,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (TillHttpRequest) request = make_request (fixture, methods[i].method, "/ok");
    g_autoptr (TillHttpReply) reply = NULL;

    if (methods[i].body)
      till_http_request_body (request, "{}");
    reply = ask_request (fixture, request);
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_FAULT);
    g_assert_false (reply->sent);
  }
  g_assert_cmpuint (till_tls_server_get_n_connections (fixture->server), ==, 0);
}

/* A port where nobody listens, and one where nobody speaks TLS within the connect deadline: nothing
 * left. */
static void
test_no_connection (Fixture      *fixture,
                    gconstpointer data)
{
  static const TillHttpOutcome outcomes[] = { TILL_HTTP_NO_NETWORK, TILL_HTTP_TIMEOUT };

  for (guint listening = 0; listening < 2; listening++) {
    guint port;
    int fd = take_port (listening, &port);
    g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", port);
    g_autoptr (TillHttpRequest) request = make_request (fixture, "POST", url);
    g_autoptr (TillHttpReply) reply = NULL;

    request->connect_timeout_ms = 20;
    reply = ask_request (fixture, request);
    g_assert_cmpint (reply->outcome, ==, outcomes[listening]);
    g_assert_false (reply->sent);
    close (fd);
  }
}

/* The system's proxy is used, and its password told to nobody. */
static void
test_proxy (Fixture      *fixture,
            gconstpointer data)
{
  static const char *const schemes[] = { "http", "socks5h", "nonsense" };
  guint port;
  int fd = take_port (FALSE, &port);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    g_autofree char *proxy = g_strdup_printf ("%s://till:" SECRET "@127.0.0.1:%u", schemes[i],
                                              port);
    g_autoptr (TillHttpReply) reply = NULL;

    g_setenv ("https_proxy", proxy, TRUE);
    reply = ask (fixture, "POST", "/ok");
    g_unsetenv ("https_proxy");
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_NO_NETWORK);
    g_assert_false (reply->sent);
  }
  close (fd);
}

/* One connection serves request after request; a second stands only beside a busy one. */
static void
test_reuse (Fixture      *fixture,
            gconstpointer data)
{
  for (guint i = 0; i < 20; i++) {
    g_autoptr (TillHttpReply) reply = ask (fixture, i % 2 ? "POST" : "GET", "/ok");

    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  }
  g_assert_cmpuint (till_tls_server_get_n_connections (fixture->server), ==, 1);
}

static const struct {
  const char *path;
  guint       n_padding;      /* of the body; more than the kernel takes, where it matters */
  gboolean    listening;      /* libcurl could connect again */
} lost[] = {
  { "/nothing-drop",  0,       TRUE },
  { "/nothing-close", 0,       TRUE },
  { "/nothing-early", 8000000, TRUE },
  { "/nothing-stop",  0,       FALSE },
};

/* A POST that a server took on a kept connection, and hung up, is not put on the wire again, and is
 * not said to be unsent, even where no second connection could be made. */
static void
test_post_once (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *line = g_strconcat ("POST ", lost[i].path, NULL);
  g_autofree char *body = g_strnfill (lost[i].n_padding, 'b');
  Fixture fixture;
  g_autoptr (TillHttpRequest) request = NULL;
  g_autoptr (TillHttpReply) reply = NULL;

  set_up (&fixture, NULL);
  warm_up (&fixture);
  request = make_request (&fixture, "POST", lost[i].path);
  till_http_request_body (request, body);
  reply = ask_request (&fixture, request);
  g_test_message ("%s: %s", lost[i].path, reply->detail);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_CUT_OFF);
  g_assert_true (reply->sent);
  g_assert_cmpuint (till_tls_server_count (fixture.server, line), ==, 1);
  g_clear_object (&fixture.http);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (till_tls_server_count (fixture.server, line), ==, 1);
  tear_down (&fixture, NULL);
}

/* A question may be asked again where a kept connection died under it: that needs no query by a
 * clerk. */
static void
test_get_twice (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (TillHttpReply) reply = NULL;

  warm_up (fixture);
  reply = ask (fixture, "GET", "/nothing-drop");
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_CUT_OFF);
  g_assert_cmpuint (till_tls_server_count (fixture->server, "GET /nothing-drop"), ==, 2);
  g_assert_cmpuint (till_tls_server_get_n_connections (fixture->server), ==, 2);
}

/* The bytes are those that were signed: path, headers and body as they were given, and nothing that
 * would change the answer. */
static void
test_bytes (Fixture      *fixture,
            gconstpointer data)
{
  static const char *const expected[] = {
    "POST /ok/../%2f|?b=%20&a=1 HTTP/1.1\r\n", "\r\nAccept: application/json\r\n",
    "\r\nUser-Agent: Till/", "\r\nContent-Length: 12\r\n", "\r\n\r\n{\"a\":\n\"\xe6\xb1\x89\"}",
  };
  static const char *const absent[] = { "Expect", "Accept-Encoding", "Cookie", "x-www-form" };
  g_autoptr (TillHttpRequest) request = make_request (fixture, "POST", "/ok/../%2f|?b=%20&a=1");
  g_autoptr (TillHttpReply) reply = NULL;

  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "Content-Type", "application/json");
  till_http_request_body (request, "{\"a\":\n\"\xe6\xb1\x89\"}");
  reply = ask_request (fixture, request);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (till_tls_server_count (fixture->server, expected[i]), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (absent); i++)
    g_assert_cmpuint (till_tls_server_count (fixture->server, absent[i]), ==, 0);
}

/* A long body goes without asking leave, and whole; an empty one is an empty one. */
static void
test_bodies (Fixture      *fixture,
             gconstpointer data)
{
  static const guint sizes[] = { 0, 1, 1024, 65535, 65536, 300000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (TillHttpRequest) request = make_request (fixture, "POST", "/ok");
    g_autofree char *body = g_strnfill (sizes[i], 'b');
    g_autofree char *length = g_strdup_printf ("\r\nContent-Length: %u\r\n", sizes[i]);
    g_autoptr (TillHttpReply) reply = NULL;

    till_http_request_body (request, body);
    reply = ask_request (fixture, request);
    g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
    g_assert_cmpuint (till_tls_server_count (fixture->server, length), ==, 1);
  }
  g_assert_cmpuint (till_tls_server_count (fixture->server, "Expect"), ==, 0);
}

/* Names are lower-case, the last of a name wins, and the Date header is held against our clock. */
static void
test_headers (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (TillHttpReply) reply = ask (fixture, "GET", "/headers");
  g_autoptr (TillHttpReply) odd = ask (fixture, "GET", "/odd-date");
  g_autoptr (TillHttpReply) none = ask (fixture, "GET", "/ok");

  g_assert_cmpstr (till_http_reply_header (reply, "x-word"), ==, "two");
  g_assert_null (till_http_reply_header (reply, "X-Word"));
  g_assert_cmpint (reply->date_us, ==, TILL_FAKE_CLOCK_START_US + 5 * G_USEC_PER_SEC);
  g_assert_cmpint (reply->skew_us, ==, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (odd->date_us, ==, 0);
  g_assert_cmpint (odd->skew_us, ==, 0);
  g_assert_cmpint (none->date_us, ==, 0);
}

/* The deadline ends a request that left, and tells so. */
static void
test_deadline (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (TillHttpRequest) request = make_request (fixture, "POST", "/hold");
  TillHttpReply *reply;

  request->total_timeout_ms = 15000;
  begin_request (fixture, request, NULL, &reply);
  wait_for_bytes (fixture, "POST /hold", 1);
  till_fake_clock_advance (fixture->clock, 14999);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (reply);

  till_fake_clock_advance (fixture->clock, 1);
  g_assert_null (reply);
  wait_for (&reply);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_TIMEOUT);
  g_assert_true (reply->sent);
  till_http_reply_free (reply);
}

/* Nothing is without a deadline, even where the request names none. */
static void
test_default_deadline (Fixture      *fixture,
                       gconstpointer data)
{
  TillHttpReply *reply;

  begin (fixture, "/hold", NULL, &reply);
  g_assert_cmpint (till_fake_clock_get_next_ms (fixture->clock), ==, 30000);
  till_fake_clock_advance (fixture->clock, 30000);
  wait_for (&reply);
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_TIMEOUT);
  till_http_reply_free (reply);
}

#define N_RUNNING 8

/* Eight are under way; the rest wait in order, and one that ends lets the next go. */
static void
test_ninth_waits (Fixture      *fixture,
                  gconstpointer user_data)
{
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) tenth = g_cancellable_new ();
  TillHttpReply *replies[N_RUNNING + 3];

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    begin (fixture, i < N_RUNNING ? "/hold" : i == 8 ? "/hold/ninth" : "/hold/last",
           i == 0 ? first : i == 9 ? tenth : NULL, &replies[i]);
  wait_for_bytes (fixture, "GET /hold", N_RUNNING);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (till_tls_server_get_n_connections (fixture->server), ==, N_RUNNING);

  g_cancellable_cancel (tenth);
  wait_for (&replies[9]);
  g_assert_cmpint (replies[9]->outcome, ==, TILL_HTTP_CANCELLED);
  g_assert_false (replies[9]->sent);

  g_cancellable_cancel (first);
  wait_for_bytes (fixture, "GET /hold/ninth", 1);
  g_assert_true (replies[0]->sent);
  g_assert_cmpuint (till_tls_server_count (fixture->server, "GET /hold/last"), ==, 0);

  /* All came at once, so all deadlines pass at once, and the last one never left. */
  till_fake_clock_advance (fixture->clock, 30000);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    wait_for (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, i == 0 || i == 9 ? TILL_HTTP_CANCELLED
                                                               : TILL_HTTP_TIMEOUT);
    g_assert_cmpint (replies[i]->sent, ==, i < 9);
    till_http_reply_free (replies[i]);
  }
  g_assert_cmpuint (till_tls_server_count (fixture->server, "GET /hold/last"), ==, 0);
}

/* Cancelled before it began: nothing leaves. Cancelled on its way: it may have left. Cancelled when
 * the answer is there: the answer counts. */
static void
test_cancel (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GCancellable) early = g_cancellable_new ();
  g_autoptr (GCancellable) soon = g_cancellable_new ();
  g_autoptr (GCancellable) late = g_cancellable_new ();
  TillHttpReply *replies[3];

  warm_up (fixture);
  g_cancellable_cancel (early);
  begin (fixture, "/ok/early", early, &replies[0]);
  begin (fixture, "/ok/soon", soon, &replies[1]);
  g_cancellable_cancel (soon);
  begin (fixture, "/hold/late", late, &replies[2]);
  wait_for_bytes (fixture, "GET /hold/late", 1);
  g_cancellable_cancel (late);

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    wait_for (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, TILL_HTTP_CANCELLED);
    g_assert_cmpint (replies[i]->sent, ==, i == 2);
    till_http_reply_free (replies[i]);
  }
  g_assert_cmpuint (till_tls_server_count (fixture->server, "GET /ok/"), ==, 0);
}

static void
cancel_other_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TillHttpReply) reply = till_http_send_finish (TILL_HTTP (source), result);

  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  g_cancellable_cancel (user_data);
}

/* From the callback of one request another may be cancelled, and an answered one keeps its
 * answer. */
static void
test_cancel_within (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TillHttpRequest) request = make_request (fixture, "GET", "/ok");
  TillHttpReply *held, *answered;

  begin (fixture, "/hold", cancellable, &held);
  wait_for_bytes (fixture, "GET /hold", 1);
  till_http_send_async (fixture->http, request, cancellable, cancel_other_cb, cancellable);
  wait_for (&held);
  g_assert_cmpint (held->outcome, ==, TILL_HTTP_CANCELLED);
  till_http_reply_free (held);

  begin (fixture, "/ok", NULL, &answered);
  wait_for (&answered);
  g_assert_cmpint (answered->outcome, ==, TILL_HTTP_OK);
  till_http_reply_free (answered);
}

/* Whoever leaves the object hears of what was under way, and what waited never leaves. */
static void
test_left_under_way (Fixture      *fixture,
                     gconstpointer data)
{
  TillHttpReply *replies[N_RUNNING + 1];
  gpointer watched = fixture->http;

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    begin (fixture, "/hold", NULL, &replies[i]);
  wait_for_bytes (fixture, "GET /hold", N_RUNNING);
  g_object_add_weak_pointer (watched, &watched);
  g_clear_object (&fixture->http);
  g_assert_null (replies[0]);

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    wait_for (&replies[i]);
    g_assert_cmpint (replies[i]->outcome, ==, TILL_HTTP_CANCELLED);
    g_assert_cmpint (replies[i]->sent, ==, i < N_RUNNING);
    till_http_reply_free (replies[i]);
  }
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_null (watched);
  g_assert_cmpuint (till_tls_server_count (fixture->server, "GET /hold"), ==, N_RUNNING);
}

/* It lives on the context of the thread that made it, whichever that is. */
static void
test_own_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture fixture;
  TillHttpReply *reply;

  g_main_context_push_thread_default (context);
  set_up (&fixture, NULL);
  begin (&fixture, "/ok", NULL, &reply);
  while (!reply) {
    g_assert_false (g_main_context_iteration (NULL, FALSE));
    g_main_context_iteration (context, TRUE);
  }
  g_assert_cmpint (reply->outcome, ==, TILL_HTTP_OK);
  till_http_reply_free (reply);
  tear_down (&fixture, NULL);
  g_main_context_pop_thread_default (context);
}

/* A bank that hangs up while we write must not end the program. */
static void
test_no_sigpipe (Fixture      *fixture,
                 gconstpointer data)
{
  struct sigaction action;

  g_assert_cmpint (sigaction (SIGPIPE, NULL, &action), ==, 0);
  g_assert_true (action.sa_handler == SIG_IGN);
}

/* The log names method, host, path, status and outcome of a request, and nothing that is secret. */
static void
test_log (Fixture      *fixture,
          gconstpointer data)
{
  g_autoptr (TillHttpReply) good = ask (fixture, "POST", "/error?sign=" SECRET "#" SECRET);
  g_autoptr (TillHttpReply) bad = ask (fixture, "GET",
                                       "https://till:" SECRET "@bank.test/p?q=" SECRET);

  g_assert_nonnull (strstr (shared.logged->str, "POST 127.0.0.1/error: 500, 0 ms, answered\n"));
  g_assert_nonnull (strstr (shared.logged->str, "GET bank.test/p: 0, 0 ms, fault, not sent\n"));
  g_assert_null (strstr (shared.logged->str, SECRET));
}

static GLogWriterOutput
keep_log (GLogLevelFlags   level,
          const GLogField *fields,
          gsize            n_fields,
          gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_string_append_printf (shared.logged, "%s\n", (const char *) fields[i].value);

  return level & G_LOG_LEVEL_DEBUG ? G_LOG_WRITER_HANDLED
                                   : g_log_writer_default (level, fields, n_fields, user_data);
}

static void
fill_long_head (void)
{
  GString *head = g_string_new ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (head, "X-Long-%u: something\r\n", i);
  g_string_append (head, "\r\n");
  g_assert_cmpuint (head->len, <, sizeof long_head);
  memcpy (long_head, head->str, head->len + 1);
  g_string_free (head, TRUE);
}

static void
set_up_shared (void)
{
  static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                         "no_proxy", "NO_PROXY" };

  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    g_unsetenv (proxies[i]);

  fill_long_head ();
  shared.folder = g_dir_make_tmp ("till-test-XXXXXX", NULL);
  shared.ca_file = g_build_filename (shared.folder, "ca.pem", NULL);
  shared.other_ca_file = g_build_filename (shared.folder, "other.pem", NULL);
  shared.authority = till_tls_authority_new ("Till tests");
  shared.other = till_tls_authority_new ("Till tests");
  till_tls_authority_save (shared.authority, shared.ca_file);
  till_tls_authority_save (shared.other, shared.other_ca_file);
  shared.logged = g_string_new (NULL);
  g_log_set_writer_func (keep_log, NULL, NULL);
}

static void
tear_down_shared (void)
{
  g_autoptr (GDir) folder = g_dir_open (shared.folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (shared.folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (shared.folder);
  till_tls_authority_free (shared.authority);
  till_tls_authority_free (shared.other);
  g_string_free (shared.logged, TRUE);
  g_free (shared.ca_file);
  g_free (shared.other_ca_file);
  g_free (shared.folder);
}

#define ADD(name, test) g_test_add ("/curl-multi/" name, Fixture, NULL, set_up, test, tear_down)

#define ADD_ROWS(folder, table, column, test)                                                     \
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {                                              \
    g_autofree char *path = g_strconcat ("/curl-multi/" folder "/", table[i].column, NULL);       \
                                                                                                  \
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test);                                      \
  }

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  set_up_shared ();

  ADD_ROWS ("endings", endings, path + 1, test_endings);
  ADD_ROWS ("distrusted", distrusted, name, test_distrusted);
  ADD_ROWS ("handshakes", handshakes, name, test_handshakes);
  ADD_ROWS ("post-once", lost, path + 1, test_post_once);
  g_test_add_func ("/curl-multi/adds-trust", test_adds_trust);
  ADD ("trust-is-not-kept", test_trust_is_not_kept);
  ADD ("old-tls", test_old_tls);
  ADD ("methods", test_methods);
  ADD ("no-connection", test_no_connection);
  ADD ("proxy", test_proxy);
  ADD ("reuse", test_reuse);
  ADD ("get-twice", test_get_twice);
  ADD ("bytes", test_bytes);
  ADD ("bodies", test_bodies);
  ADD ("headers", test_headers);
  ADD ("deadline", test_deadline);
  ADD ("default-deadline", test_default_deadline);
  ADD ("ninth-waits", test_ninth_waits);
  ADD ("cancel", test_cancel);
  ADD ("cancel-within", test_cancel_within);
  ADD ("left-under-way", test_left_under_way);
  g_test_add_func ("/curl-multi/own-context", test_own_context);
  ADD ("no-sigpipe", test_no_sigpipe);
  ADD ("log", test_log);

  status = g_test_run ();
  tear_down_shared ();
  return status;
}
