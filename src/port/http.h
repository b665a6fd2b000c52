/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The most that an answer may be; a longer one is no answer that we trust. */
#define TILL_HTTP_MAX_BODY_BYTES (1024 * 1024)

typedef struct {
  char    *method;             /* "GET", "POST" */
  char    *url;                /* https only */
  GStrv    headers;            /* "Name: value" each */
  GBytes  *body;               /* NULL for none; sent byte for byte */
  char    *ca_file;            /* trust this too; NULL for the system's store alone */
  guint    connect_timeout_ms;
  guint    total_timeout_ms;

  /* A message that lacks a card's data: it goes through port/tap, where till-reader puts them in
   * and proves it with the key; never through port/http. */
  char    *card_token;         /* NULL for all other requests */
  GBytes  *card_mac_key;       /* 8 or 16 bytes */
} TillHttpRequest;

/* How a request ended. Silence is an outcome, not a GError: it decides about money. */
typedef enum {
  TILL_HTTP_OK,          /* an answer came, whole; its status may be anything */
  TILL_HTTP_NO_NETWORK,  /* no name, no route, no connection */
  TILL_HTTP_UNTRUSTED,   /* chain or host name do not verify */
  TILL_HTTP_TIMEOUT,
  TILL_HTTP_CUT_OFF,     /* the connection ended before the answer did */
  TILL_HTTP_TOO_LARGE,
  TILL_HTTP_CANCELLED,
  TILL_HTTP_FAULT,       /* anything else */
} TillHttpOutcome;

typedef struct {
  TillHttpOutcome  outcome;
  gboolean         sent;       /* a byte of the request may have left */
  guint            status;     /* 0 when none came */
  GHashTable      *headers;    /* lower-case name → value; the last of a name wins */
  GBytes          *body;       /* never NULL; empty when none came */
  gint64           date_us;    /* the Date header, 0 when absent */
  gint64           skew_us;    /* Date − our wall clock at arrival; 0 when unknown */
  char            *detail;     /* for a log: no secrets, no URL query */
} TillHttpReply;

#define TILL_TYPE_HTTP (till_http_get_type ())
G_DECLARE_INTERFACE (TillHttp, till_http, TILL, HTTP, GObject)

struct _TillHttpInterface
{
  GTypeInterface parent;

  void           (*send_async)  (TillHttp               *self,
                                 const TillHttpRequest  *request,
                                 GCancellable           *cancellable,
                                 GAsyncReadyCallback     callback,
                                 gpointer                user_data);
  TillHttpReply *(*send_finish) (TillHttp               *self,
                                 GAsyncResult           *result);
};

void             till_http_send_async      (TillHttp               *self,
                                            const TillHttpRequest  *request,
                                            GCancellable           *cancellable,
                                            GAsyncReadyCallback     callback,
                                            gpointer                user_data);
TillHttpReply   *till_http_send_finish     (TillHttp               *self,
                                            GAsyncResult           *result);

TillHttpRequest *till_http_request_new     (const char             *method,
                                            const char             *url);
void             till_http_request_free    (TillHttpRequest        *request);
void             till_http_request_header  (TillHttpRequest        *request,
                                            const char             *name,
                                            const char             *value);
void             till_http_request_body    (TillHttpRequest        *request,
                                            const char             *text);

TillHttpReply   *till_http_reply_new       (TillHttpOutcome         outcome);
void             till_http_reply_free      (TillHttpReply          *reply);
const char      *till_http_reply_header    (const TillHttpReply    *reply,
                                            const char             *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillHttpRequest, till_http_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillHttpReply, till_http_reply_free)

G_END_DECLS
