/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-watch.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_BYTES  5     /* type, version, length */
#define DATA_RECORD 23
#define HELLO_BYTES 128   /* the end of a handshake is a data record too, but a smaller one */

struct _WireWatch
{
  int    fd;
  guint  port;
  guint  server_port;
  GMutex mutex;
  gint64 seen_us;   /* monotonic; 0: no request since the last reset */
};

/* One connection. */
typedef struct {
  WireWatch *watch;
  int        client;
  int        server;
  guint8     head[HEAD_BYTES];
  gsize      n_head;
  gsize      n_left;   /* of the record whose head was read */
} Pair;

static struct sockaddr_in
loopback (guint port)
{
  return (struct sockaddr_in) { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                .sin_port = htons ((guint16) port) };
}

static void
note_request (WireWatch *self)
{
  g_mutex_lock (&self->mutex);
  if (self->seen_us == 0)
    self->seen_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->mutex);
}

/* What the client says, record by record. */
static void
look_at (Pair         *pair,
         const guint8 *bytes,
         gsize         n_bytes)
{
  for (gsize i = 0; i < n_bytes; ) {
    if (pair->n_left > 0) {
      const gsize n = MIN (pair->n_left, n_bytes - i);

      pair->n_left -= n;
      i += n;
      continue;
    }
    pair->head[pair->n_head++] = bytes[i++];
    if (pair->n_head < HEAD_BYTES)
      continue;
    pair->n_head = 0;
    pair->n_left = (gsize) pair->head[3] << 8 | pair->head[4];
    if (pair->head[0] == DATA_RECORD && pair->n_left > HELLO_BYTES)
      note_request (pair->watch);
  }
}

/* Returns: FALSE at the end of the connection */
static gboolean
pass (Pair *pair,
      int   from,
      int   to)
{
  guint8 bytes[16384];
  const ssize_t n = read (from, bytes, sizeof bytes);

  if (n <= 0)
    return FALSE;
  if (from == pair->client)
    look_at (pair, bytes, (gsize) n);

  return send (to, bytes, (gsize) n, MSG_NOSIGNAL) == n;
}

static gpointer
carry (gpointer data)
{
  Pair *pair = data;
  struct pollfd fds[] = { { pair->client, POLLIN, 0 }, { pair->server, POLLIN, 0 } };
  gboolean goes_on = TRUE;

  while (goes_on && poll (fds, 2, -1) > 0) {
    if (fds[0].revents)
      goes_on = pass (pair, pair->client, pair->server);
    if (goes_on && fds[1].revents)
      goes_on = pass (pair, pair->server, pair->client);
  }
  close (pair->client);
  close (pair->server);
  g_free (pair);

  return NULL;
}

static void
set_no_delay (int fd)
{
  const int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static gpointer
listen_for (gpointer data)
{
  WireWatch *self = data;
  int client;

  while ((client = accept (self->fd, NULL, NULL)) >= 0) {
    const struct sockaddr_in address = loopback (self->server_port);
    Pair *pair = g_new0 (Pair, 1);

    pair->watch = self;
    pair->client = client;
    pair->server = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint (connect (pair->server, (const struct sockaddr *) &address, sizeof address),
                     ==, 0);
    set_no_delay (pair->client);
    set_no_delay (pair->server);
    g_thread_unref (g_thread_new ("pair", carry, pair));
  }

  return NULL;
}

WireWatch *
wire_watch_new (guint server_port)
{
  WireWatch *self = g_new0 (WireWatch, 1);
  struct sockaddr_in address = loopback (0);
  socklen_t n_bytes = sizeof address;

  self->server_port = server_port;
  g_mutex_init (&self->mutex);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->fd, 8), ==, 0);
  g_assert_cmpint (getsockname (self->fd, (struct sockaddr *) &address, &n_bytes), ==, 0);
  self->port = ntohs (address.sin_port);
  g_thread_unref (g_thread_new ("watch", listen_for, self));

  return self;
}

guint
wire_watch_get_port (WireWatch *self)
{
  return self->port;
}

void
wire_watch_reset (WireWatch *self)
{
  g_mutex_lock (&self->mutex);
  self->seen_us = 0;
  g_mutex_unlock (&self->mutex);
}

/* Monotonic; 0: no request since the last reset. */
gint64
wire_watch_get_seen_us (WireWatch *self)
{
  gint64 seen_us;

  g_mutex_lock (&self->mutex);
  seen_us = self->seen_us;
  g_mutex_unlock (&self->mutex);

  return seen_us;
}
