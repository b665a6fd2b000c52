/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int      fd;
  gboolean used;  /* a request began on it */
} Socket;

struct _TillCurlSockets
{
  GArray *open;  /* Socket */
};

typedef union {
  struct sockaddr     any;
  struct sockaddr_in  v4;
  struct sockaddr_in6 v6;
} Address;

static curl_socket_t
open_cb (void                 *user_data,
         curlsocktype          purpose,
         struct curl_sockaddr *address)
{
  TillCurlSockets *self = user_data;
  Socket opened = { socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol),
                    FALSE };

  if (opened.fd < 0)
    return CURL_SOCKET_BAD;

  g_array_append_val (self->open, opened);
  return opened.fd;
}

static int
close_cb (void         *user_data,
          curl_socket_t fd)
{
  TillCurlSockets *self = user_data;

  for (guint i = 0; i < self->open->len; i++)
    if (g_array_index (self->open, Socket, i).fd == fd) {
      g_array_remove_index_fast (self->open, i);
      break;
    }

  return close (fd);
}

typedef int (*NameFunc) (int fd, struct sockaddr *address, socklen_t *n_bytes);

static gboolean
has_end (int         fd,
         NameFunc    name,
         const char *ip,
         int         port)
{
  char text[INET6_ADDRSTRLEN];
  Address address;
  socklen_t n_bytes = sizeof address;
  gboolean v6;

  if (name (fd, &address.any, &n_bytes) != 0)
    return FALSE;

  v6 = address.any.sa_family == AF_INET6;
  return ntohs (v6 ? address.v6.sin6_port : address.v4.sin_port) == port &&
         inet_ntop (address.any.sa_family,
                    v6 ? (void *) &address.v6.sin6_addr : (void *) &address.v4.sin_addr, text,
                    sizeof text) &&
         strcmp (text, ip) == 0;
}

static Socket *
find_socket (TillCurlSockets *self,
             const char      *local_ip,
             int              local_port,
             const char      *ip,
             int              port)
{
  for (guint i = 0; i < self->open->len; i++) {
    Socket *socket = &g_array_index (self->open, Socket, i);

    if (has_end (socket->fd, getsockname, local_ip, local_port) &&
        has_end (socket->fd, getpeername, ip, port))
      return socket;
  }

  return NULL;
}

static gboolean
is_quiet (int fd)
{
  char byte;

  return recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

TillCurlSockets *
till_curl_sockets_new (void)
{
  TillCurlSockets *self = g_new0 (TillCurlSockets, 1);

  self->open = g_array_new (FALSE, FALSE, sizeof (Socket));
  return self;
}

/**
 * till_curl_sockets_free:
 *
 * Frees the list; libcurl has closed all sockets.
 */
void
till_curl_sockets_free (TillCurlSockets *self)
{
  g_array_unref (self->open);
  g_free (self);
}

/**
 * till_curl_sockets_join:
 * @easy: opens its sockets here; they may be kept longer than @easy lives
 */
void
till_curl_sockets_join (TillCurlSockets *self,
                        CURL            *easy)
{
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_cb);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, self);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, self);
}

/**
 * till_curl_sockets_begin:
 * @local_ip: our end of a connection that stands, as libcurl writes it
 * @ip: the other end
 *
 * Notes that a request is about to be written on the connection. Between requests a server has
 * nothing to say but goodbye, and libcurl 7 takes a connection with a TLS goodbye in it for a good
 * one: a request would be written that nobody answers. On a new connection something may well wait,
 * as TLS 1.3 hands its tickets out after the handshake.
 *
 * Returns: %FALSE where the connection was kept and something waits in it, or it has ended: nothing
 *   shall be written there
 */
gboolean
till_curl_sockets_begin (TillCurlSockets *self,
                         const char      *local_ip,
                         int              local_port,
                         const char      *ip,
                         int              port)
{
  Socket *socket = find_socket (self, local_ip, local_port, ip, port);
  gboolean kept;

  if (!socket)
    return TRUE;

  kept = socket->used;
  socket->used = TRUE;
  return !kept || is_quiet (socket->fd);
}
