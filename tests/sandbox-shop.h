/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "sandbox/sandbox.h"

/* The shop's side, for tests of the sandbox: real requests over real TLS, spoilt at will. */

typedef struct {
  TillSandbox  *sandbox;
  SoupSession  *session;
  GCancellable *cancellable;  /* of what is sent next; not owned */
} Shop;

typedef struct {
  GError             *error;   /* of the connection; NULL where an answer came whole */
  guint               status;
  SoupMessageHeaders *headers;
  GBytes             *bytes;
  const char         *body;
  JsonObject         *json;    /* NULL where the body is not one object */
} Reply;

/* A WeChat request. Zeros are what a right one has. */
typedef struct {
  const char *method;         /* "POST" where there is a body, else "GET" */
  const char *path;
  const char *body;
  gboolean    is_partner;
  gboolean    wants_certificates;  /* sends no Wechatpay-Serial */
  const char *sent_body;      /* what is sent in place of the body that is signed */
  const char *sent_path;
  const char *authorization;  /* in place of the whole header; "" leaves it out */
  const char *mchid;
  const char *serial;
  const char *key;            /* a file of data/sandbox */
  const char *extra;          /* one more field of the header */
  const char *nonce;
  gint64      late_s;         /* added to the timestamp */
  const char *without;        /* a header that is left out */
  const char *type;           /* Content-Type */
  const char *wechatpay_serial;
} Wechat;

/* An Alipay request. Zeros are what a right one has. */
typedef struct {
  const char *method;         /* "alipay.trade.pay" */
  const char *content;        /* biz_content */
  const char *app_id;
  const char *set;            /* "name=value", replaces or adds a parameter before signing */
  const char *unset;          /* a parameter that is left out before signing */
  const char *spoil;          /* "name=value", replaces a parameter after signing */
  const char *key;
  gint64      late_s;
  gboolean    in_query;       /* the common parameters stand in the address */
  const char *type;           /* Content-Type */
  const char *http_method;
  const char *raw;            /* in place of the whole body */
} Alipay;

Shop       *shop_new         (const char         *script_path);
void        shop_free        (Shop               *shop);

Reply      *shop_send        (Shop               *shop,
                              const char         *method,
                              const char         *path,
                              const char *const  *headers,
                              const char         *body);
Reply      *shop_wechat      (Shop               *shop,
                              Wechat              ask);
Reply      *shop_alipay      (Shop               *shop,
                              Alipay              ask);
Reply      *shop_post        (Shop               *shop,
                              const char         *path,
                              const char         *format,
                              ...) G_GNUC_PRINTF (3, 4);
void        shop_plan        (Shop               *shop,
                              const char         *format,
                              ...) G_GNUC_PRINTF (2, 3);
char       *shop_paycode     (Shop               *shop,
                              const char         *acquirer,
                              const char         *scenario);

gboolean    reply_is_signed_by (const Reply      *reply,
                                const char       *resource);
JsonObject *reply_node         (const Reply      *reply);
gboolean    reply_node_is_signed_by (const Reply *reply,
                                     const char  *resource);
const char *reply_text         (const Reply      *reply,
                                const char       *name);
void        reply_free         (Reply            *reply);

#define assert_member(reply, name, text) \
  g_assert_cmpstr (reply_text (reply, name), ==, text)
#define assert_refused(reply, status_, code_) \
  G_STMT_START { \
    g_assert_cmpstr (reply_text (reply, "code"), ==, code_); \
    g_assert_cmpuint ((reply)->status, ==, status_); \
    g_assert_null (soup_message_headers_get_one ((reply)->headers, "Wechatpay-Signature")); \
  } G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Shop, shop_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reply, reply_free)
