/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <curl/curl.h>

#include "device/curl-sockets.h"
#include "port/clock.h"
#include "port/http.h"

G_BEGIN_DECLS

/* One request on an easy handle, and what came of it. */
typedef struct _TillCurlTransfer TillCurlTransfer;

TillCurlTransfer *till_curl_transfer_new      (const TillHttpRequest *request,
                                               const char            *ca_folder,
                                               TillCurlSockets       *sockets,
                                               const TillClock       *clock,
                                               GCancellable          *cancellable);
void              till_curl_transfer_free     (TillCurlTransfer      *self);

CURL             *till_curl_transfer_get_easy (TillCurlTransfer      *self);

gboolean          till_curl_transfer_again    (TillCurlTransfer      *self);
TillHttpReply    *till_curl_transfer_end      (TillCurlTransfer      *self,
                                               CURLcode               code);
TillHttpReply    *till_curl_transfer_break    (TillCurlTransfer      *self,
                                               TillHttpOutcome        outcome,
                                               const char            *detail);

G_END_DECLS
