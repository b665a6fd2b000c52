/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"
#include "port/http.h"

G_BEGIN_DECLS

/* libcurl's multi interface on GLib's main context. */
#define TILL_TYPE_CURL_MULTI (till_curl_multi_get_type ())
G_DECLARE_FINAL_TYPE (TillCurlMulti, till_curl_multi, TILL, CURL_MULTI, GObject)

TillHttp *till_curl_multi_new (const TillClock *clock);

G_END_DECLS
