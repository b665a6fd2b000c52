/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* What becomes of the connection once the reply is written. */
typedef enum {
  TILL_TLS_KEEP,   /* the next request is read */
  TILL_TLS_CLOSE,  /* TLS says goodbye */
  TILL_TLS_DROP,   /* it just ends */
  TILL_TLS_EARLY,  /* it just ends, and the request's body is not read */
  TILL_TLS_STOP,   /* it just ends, and nobody listens any more */
  TILL_TLS_LEAVE,  /* TLS says goodbye, and nobody listens any more */
  TILL_TLS_HOLD,   /* nothing, until the other side leaves */
} TillTlsEnd;

/* What answers a request: bytes, as they stand, and an end. */
typedef struct {
  const char *path;
  const char *reply;      /* NULL: nothing */
  gsize       n_padding;  /* so many x follow */
  TillTlsEnd  end;
} TillTlsRoute;

/* An HTTPS server on the loopback, in threads of its own, that misbehaves as it is told. */
typedef struct _TillTlsServer TillTlsServer;

TillTlsServer *till_tls_server_new               (SSL_CTX            *context,
                                                  const TillTlsRoute *routes);
void           till_tls_server_free              (TillTlsServer      *self);

guint          till_tls_server_get_port          (TillTlsServer      *self);
guint          till_tls_server_get_n_connections (TillTlsServer      *self);
guint          till_tls_server_get_n_open        (TillTlsServer      *self);
guint          till_tls_server_count             (TillTlsServer      *self,
                                                  const char         *piece);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTlsServer, till_tls_server_free)

G_END_DECLS
