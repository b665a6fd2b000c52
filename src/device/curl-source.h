/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

typedef void (*TillCurlDoneFunc) (CURL     *easy,
                                  CURLcode  code,
                                  gpointer  user_data);

GSource *till_curl_source_new  (CURLM            *multi,
                                TillCurlDoneFunc  done,
                                gpointer          user_data);
void     till_curl_source_free (GSource          *source);

G_END_DECLS
