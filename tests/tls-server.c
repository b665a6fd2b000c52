/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _TillTlsServer
{
  SSL_CTX            *context;
  const TillTlsRoute *routes;
  int                 fd;
  guint               port;
  GThread            *thread;

  GMutex              lock;      /* of all below */
  GPtrArray          *threads;
  GArray             *fds;       /* of connections that stand */
  GString            *received;  /* all that came, decrypted */
  guint               n_connections;
  gboolean            stopping;
};

typedef struct {
  TillTlsServer *server;
  int            fd;
  SSL           *ssl;
  GString       *text;  /* of the request that is being read */
} Connection;

/* Reads on; what came is on record before the test's main loop hears of it. */
static gboolean
read_more (Connection *connection)
{
  char bytes[16384];
  int n_bytes = SSL_read (connection->ssl, bytes, sizeof bytes);

  if (n_bytes <= 0)
    return FALSE;

  g_string_append_len (connection->text, bytes, n_bytes);
  g_mutex_lock (&connection->server->lock);
  g_string_append_len (connection->server->received, bytes, n_bytes);
  g_mutex_unlock (&connection->server->lock);
  g_main_context_wakeup (NULL);
  return TRUE;
}

static const TillTlsRoute *
find_route (Connection *connection)
{
  const char *path = strchr (connection->text->str, ' ') + 1;
  const TillTlsRoute *route = connection->server->routes;

  while (strncmp (path, route->path, strlen (route->path)) != 0) {
    route++;
    g_assert_nonnull (route->path);
  }

  return route;
}

/* Returns NULL where the other side left. */
static const TillTlsRoute *
read_request (Connection *connection)
{
  const TillTlsRoute *route;
  const char *end, *length;
  gsize n_bytes;

  g_string_truncate (connection->text, 0);
  while (!(end = strstr (connection->text->str, "\r\n\r\n")))
    if (!read_more (connection))
      return NULL;

  route = find_route (connection);
  length = strcasestr (connection->text->str, "content-length:");
  n_bytes = (gsize) (end + 4 - connection->text->str) +
            (length ? strtoul (length + strlen ("content-length:"), NULL, 10) : 0);
  while (route->end != TILL_TLS_EARLY && connection->text->len < n_bytes)
    if (!read_more (connection))
      return NULL;

  return route;
}

static void
write_all (Connection *connection,
           const char *bytes,
           gsize       n_bytes)
{
  gsize n_written;

  while (n_bytes > 0 && SSL_write_ex (connection->ssl, bytes, MIN (n_bytes, 16384), &n_written)) {
    bytes += n_written;
    n_bytes -= n_written;
  }
}

static void
write_reply (Connection         *connection,
             const TillTlsRoute *route)
{
  g_autofree char *padding = g_strnfill (route->n_padding, 'x');

  if (route->reply)
    write_all (connection, route->reply, strlen (route->reply));
  write_all (connection, padding, route->n_padding);
}

/* Returns whether the connection goes on. */
static gboolean
end_request (Connection *connection,
             TillTlsEnd  end)
{
  switch (end) {
  case TILL_TLS_KEEP:
    return TRUE;
  case TILL_TLS_HOLD:
    while (read_more (connection));
    return FALSE;
  case TILL_TLS_CLOSE:
    SSL_shutdown (connection->ssl);
    return FALSE;
  case TILL_TLS_LEAVE:
    SSL_shutdown (connection->ssl);
    shutdown (connection->server->fd, SHUT_RDWR);
    return FALSE;
  case TILL_TLS_STOP:
    shutdown (connection->server->fd, SHUT_RDWR);
    return FALSE;
  case TILL_TLS_DROP:
  case TILL_TLS_EARLY:
    return FALSE;
  }

  g_assert_not_reached ();
}

static void
forget_fd (TillTlsServer *self,
           int            fd)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->fds->len; i++)
    if (g_array_index (self->fds, int, i) == fd)
      g_array_remove_index_fast (self->fds, i--);
  close (fd);
  g_mutex_unlock (&self->lock);
  g_main_context_wakeup (NULL);
}

static gpointer
serve (gpointer data)
{
  Connection *connection = data;
  const TillTlsRoute *route;
  gboolean goes_on = SSL_accept (connection->ssl) > 0;

  while (goes_on && (route = read_request (connection))) {
    write_reply (connection, route);
    goes_on = end_request (connection, route->end);
  }

  SSL_free (connection->ssl);
  forget_fd (connection->server, connection->fd);
  g_string_free (connection->text, TRUE);
  g_free (connection);
  return NULL;
}

static void
begin_connection (TillTlsServer *self,
                  int            fd)
{
  Connection *connection = g_new (Connection, 1);
  int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  *connection = (Connection) { self, fd, SSL_new (self->context), g_string_new (NULL) };
  SSL_set_fd (connection->ssl, fd);

  g_mutex_lock (&self->lock);
  self->n_connections++;
  g_array_append_val (self->fds, fd);
  g_ptr_array_add (self->threads, g_thread_new ("connection", serve, connection));
  if (self->stopping)
    shutdown (fd, SHUT_RDWR);
  g_mutex_unlock (&self->lock);
}

static gpointer
listen_for (gpointer data)
{
  TillTlsServer *self = data;
  int fd;

  while ((fd = accept (self->fd, NULL, NULL)) >= 0)
    begin_connection (self, fd);

  return NULL;
}

/**
 * till_tls_server_new:
 * @context: (transfer full): with the certificate that the server shows
 * @routes: what answers which path; the first that the path begins with; an empty row at the end
 *
 * Returns: (transfer full): a server that listens on 127.0.0.1
 */
TillTlsServer *
till_tls_server_new (SSL_CTX            *context,
                     const TillTlsRoute *routes)
{
  TillTlsServer *self = g_new0 (TillTlsServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t n_bytes = sizeof address;

  self->context = context;
  self->routes = routes;
  self->threads = g_ptr_array_new ();
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  self->received = g_string_new (NULL);
  g_mutex_init (&self->lock);

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->fd, 16), ==, 0);
  g_assert_cmpint (getsockname (self->fd, (struct sockaddr *) &address, &n_bytes), ==, 0);
  self->port = ntohs (address.sin_port);
  self->thread = g_thread_new ("server", listen_for, self);

  return self;
}

void
till_tls_server_free (TillTlsServer *self)
{
  shutdown (self->fd, SHUT_RDWR);
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  for (guint i = 0; i < self->fds->len; i++)
    shutdown (g_array_index (self->fds, int, i), SHUT_RDWR);
  g_mutex_unlock (&self->lock);

  g_thread_join (self->thread);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (self->threads->pdata[i]);

  close (self->fd);
  SSL_CTX_free (self->context);
  g_ptr_array_unref (self->threads);
  g_array_unref (self->fds);
  g_string_free (self->received, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint
till_tls_server_get_port (TillTlsServer *self)
{
  return self->port;
}

guint
till_tls_server_get_n_connections (TillTlsServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_connections;
}

/**
 * till_tls_server_get_n_open:
 *
 * Returns: how many connections the server has not ended yet; the default main context wakes up
 *   when one ends
 */
guint
till_tls_server_get_n_open (TillTlsServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->fds->len;
}

/**
 * till_tls_server_count:
 *
 * Returns: how often @piece stands in all that the server has received
 */
guint
till_tls_server_count (TillTlsServer *self,
                       const char    *piece)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *end = self->received->str + self->received->len;
  guint n = 0;

  /* Bodies need not be text. */
  for (const char *at = self->received->str;
       (at = memmem (at, (gsize) (end - at), piece, strlen (piece))); at++)
    n++;

  return n;
}
