/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/* The sockets that libcurl holds open, under requests and between them. */
typedef struct _TillCurlSockets TillCurlSockets;

TillCurlSockets *till_curl_sockets_new   (void);
void             till_curl_sockets_free  (TillCurlSockets *self);

void             till_curl_sockets_join  (TillCurlSockets *self,
                                          CURL            *easy);
gboolean         till_curl_sockets_begin (TillCurlSockets *self,
                                          const char      *local_ip,
                                          int              local_port,
                                          const char      *ip,
                                          int              port);

G_END_DECLS
