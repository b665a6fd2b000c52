/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-multi.h"

#include "device/system-clock.h"
#include "tls-authority.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* One request on a kept connection: libcurl on GLib's main loop against OpenSSL alone, both to the
 * same server in a thread, by turns in one run. */

#define N_ROUNDS     60
#define N_PER_ROUND  50
#define GOAL         2.5

#define ANSWER \
  "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 02:00:05 GMT\r\nContent-Type: application/json\r\n" \
  "Wechatpay-Nonce: 0123456789ABCDEF0123456789ABCDEF\r\nWechatpay-Timestamp: 1795312805\r\n" \
  "Content-Length: 64\r\n\r\n" \
  "{\"trade_state\":\"SUCCESS\",\"out_trade_no\":\"261122K7Q0M9ZT4R1XBA\"} "
#define BODY \
  "{\"appid\":\"wx0123456789abcdef\",\"mchid\":\"1900000001\"," \
  "\"out_trade_no\":\"261122K7Q0M9ZT4R1XBA\"," \
  "\"amount\":{\"total\":1250,\"currency\":\"CNY\"}}"

typedef struct {
  SSL_CTX *context;
  int      fd;
  guint    port;
} Server;

static void
set_no_delay (int fd)
{
  int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Answers each request, which comes in one record, until the client leaves. */
static gpointer
serve (gpointer data)
{
  SSL *ssl = data;
  char bytes[16384];

  if (SSL_accept (ssl) > 0)
    while (SSL_read (ssl, bytes, sizeof bytes) > 0)
      SSL_write (ssl, ANSWER, strlen (ANSWER));

  close (SSL_get_fd (ssl));
  SSL_free (ssl);
  return NULL;
}

static gpointer
listen_for (gpointer data)
{
  const Server *server = data;
  int fd;

  while ((fd = accept (server->fd, NULL, NULL)) >= 0) {
    SSL *ssl = SSL_new (server->context);

    set_no_delay (fd);
    SSL_set_fd (ssl, fd);
    g_thread_unref (g_thread_new ("connection", serve, ssl));
  }

  return NULL;
}

static void
begin_server (Server  *server,
              SSL_CTX *context)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t n_bytes = sizeof address;

  server->context = context;
  server->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (server->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (server->fd, 8), ==, 0);
  g_assert_cmpint (getsockname (server->fd, (struct sockaddr *) &address, &n_bytes), ==, 0);
  server->port = ntohs (address.sin_port);
  g_thread_unref (g_thread_new ("server", listen_for, server));
}

static SSL *
connect_raw (const Server *server)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons ((guint16) server->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  SSL_CTX *context = SSL_CTX_new (TLS_client_method ());
  SSL *ssl = SSL_new (context);

  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  set_no_delay (fd);
  SSL_set_fd (ssl, fd);
  g_assert_cmpint (SSL_connect (ssl), >, 0);
  SSL_CTX_free (context);

  return ssl;
}

static void
ask_raw (SSL        *ssl,
         const char *request)
{
  char bytes[16384];

  g_assert_cmpint (SSL_write (ssl, request, (int) strlen (request)), >, 0);
  g_assert_cmpint (SSL_read (ssl, bytes, sizeof bytes), ==, (int) strlen (ANSWER));
}

static void
replied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  gboolean *replied = user_data;
  g_autoptr (TillHttpReply) reply = till_http_send_finish (TILL_HTTP (source), result);

  if (reply->outcome != TILL_HTTP_OK)
    g_error ("%s", reply->detail);
  *replied = TRUE;
}

static void
ask_curl (TillHttp              *http,
          const TillHttpRequest *request)
{
  gboolean replied = FALSE;

  till_http_send_async (http, request, NULL, replied_cb, &replied);
  while (!replied)
    g_main_context_iteration (NULL, TRUE);
}

/* All threads on the core where we are: else the scheduler's choice of cores decides the figure,
 * which was seen between 0.5 and 5. */
static void
stay_on_one_core (void)
{
  cpu_set_t cores;

  CPU_ZERO (&cores);
  CPU_SET (sched_getcpu (), &cores);
  g_assert_cmpint (sched_setaffinity (0, sizeof cores, &cores), ==, 0);
}

static int
compare (const void *a,
         const void *b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return one < other ? -1 : one > other;
}

/* Of the sorted values, the one at @share of the way. */
static double
quantile (double *values,
          guint   n,
          double  share)
{
  qsort (values, n, sizeof *values, compare);

  return values[(guint) ((n - 1) * share)];
}

static TillHttpRequest *
make_request (const Server *server,
              const char   *ca_file)
{
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/v3/pay/transactions/codepay",
                                          server->port);
  TillHttpRequest *request = till_http_request_new ("POST", url);

  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "Content-Type", "application/json");
  till_http_request_header (request, "Authorization", "WECHATPAY2-SHA256-RSA2048 signature=\"\"");
  till_http_request_body (request, BODY);
  request->ca_file = g_strdup (ca_file);

  return request;
}

typedef struct {
  double wall_ms;
  double cpu_ms;  /* of this thread, which is the client's */
} Moment;

static Moment
now (void)
{
  struct timespec cpu;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu);
  return (Moment) { (double) g_get_monotonic_time () / 1e3,
                    (double) cpu.tv_sec * 1e3 + (double) cpu.tv_nsec / 1e6 };
}

typedef struct {
  double raw_ms[N_ROUNDS];
  double curl_ms[N_ROUNDS];
  double ratios[N_ROUNDS];
} Figures;

static void
note (Figures *figures,
      guint    round,
      double   raw_ms,
      double   curl_ms)
{
  figures->raw_ms[round] = raw_ms / N_PER_ROUND;
  figures->curl_ms[round] = curl_ms / N_PER_ROUND;
  figures->ratios[round] = curl_ms / raw_ms;
}

static double
print (Figures    *figures,
       const char *what)
{
  double ratio = quantile (figures->ratios, N_ROUNDS, 0.5);

  g_print ("https on a kept connection, %s: %.2f x raw OpenSSL (quartiles %.2f to %.2f), "
           "%.3f ms to %.3f ms\n", what, ratio, quantile (figures->ratios, N_ROUNDS, 0.25),
           quantile (figures->ratios, N_ROUNDS, 0.75), quantile (figures->curl_ms, N_ROUNDS, 0.5),
           quantile (figures->raw_ms, N_ROUNDS, 0.5));
  return ratio;
}

static int
measure (const Server *server,
         const char   *ca_file)
{
  g_autoptr (TillHttpRequest) request = make_request (server, ca_file);
  TillHttp *http = till_curl_multi_new (till_system_clock_get ());
  SSL *ssl = connect_raw (server);
  g_autofree char *text = g_strdup_printf (
    "POST /v3/pay/transactions/codepay HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: Till/0\r\n"
    "Accept: application/json\r\nContent-Type: application/json\r\n"
    "Authorization: WECHATPAY2-SHA256-RSA2048 signature=\"\"\r\nContent-Length: %zu\r\n\r\n" BODY,
    server->port, strlen (BODY));
  Figures wall, cpu;

  ask_curl (http, request);
  for (guint round = 0; round < N_ROUNDS; round++) {
    Moment begun = now (), between, ended;

    for (guint i = 0; i < N_PER_ROUND; i++)
      ask_raw (ssl, text);
    between = now ();
    for (guint i = 0; i < N_PER_ROUND; i++)
      ask_curl (http, request);
    ended = now ();
    note (&wall, round, between.wall_ms - begun.wall_ms, ended.wall_ms - between.wall_ms);
    note (&cpu, round, between.cpu_ms - begun.cpu_ms, ended.cpu_ms - between.cpu_ms);
  }

  g_object_unref (http);
  print (&cpu, "the client's CPU");
  return print (&wall, "wall time, goal 2.5") <= GOAL ? 0 : 1;
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("till-bench-XXXXXX", NULL);
  g_autofree char *ca_file = g_build_filename (folder, "ca.pem", NULL);
  g_autoptr (TillTlsAuthority) authority = till_tls_authority_new ("Till benchmark");
  Server server;
  int status;

  stay_on_one_core ();
  till_tls_authority_save (authority, ca_file);
  begin_server (&server, till_tls_authority_issue (authority, "IP:127.0.0.1", -1, 1));
  status = measure (&server, ca_file);
  g_remove (ca_file);
  g_rmdir (folder);
  return status;
}
