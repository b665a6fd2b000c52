/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "reader/token.h"

G_BEGIN_DECLS

/* A request that lacks a card's data, and what they are put in with. All of it is the caller's. */
typedef struct {
  const char         *url;         /* https; its host is the name that the server must prove */
  const char *const  *headers;     /* "Name: value" each, NULL at the end */
  const guint8       *body;        /* a message with its length before it, without card fields */
  gsize               n_body;
  const char         *token;       /* of till_token_seal() */
  const guint8       *key;         /* TILL_TOKEN_KEY bytes */
  const guint8       *mac_key;     /* 8 or 16 bytes, in the clear */
  gsize               n_mac_key;
  const char         *ca_file;     /* trusted beside the system's; NULL: only those */
  guint               timeout_ms;  /* for all of it */
} TillExchange;

/* How it ended, in the words of port/http. */
typedef struct {
  const char *outcome;  /* "ok", "untrusted", "timeout", "cut-off", "too-large", "no-network",
                         * "fault" */
  gboolean    sent;     /* a byte of the request may have left */
  guint       status;
  char       *date;     /* the header, or NULL */
  GBytes     *body;     /* without card fields; empty where what came is no message */
  char       *detail;   /* for a log: no secrets */
} TillExchanged;

GByteArray  *till_exchange_complete  (const TillExchange   *exchange,
                                      GError              **error);
GBytes      *till_exchange_strip     (const TillExchange   *exchange,
                                      const guint8         *reply,
                                      gsize                 n_bytes);
void         till_exchange_perform   (const TillExchange   *exchange,
                                      int                   fd,
                                      TillExchanged        *exchanged);
void         till_exchanged_clear    (TillExchanged        *exchanged);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillExchanged, till_exchanged_clear)

G_END_DECLS
