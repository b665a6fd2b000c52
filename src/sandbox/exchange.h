/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "sandbox/ledger.h"
#include "sandbox/plan.h"

G_BEGIN_DECLS

/* What all exchanges of one sandbox share. */
typedef struct {
  TillSandboxLedger *ledger;
  TillPlan          *plan;
  gboolean           signs_with_new_key;  /* WeChat's second certificate */
  GHashTable        *terminals;           /* Shouqianba's: number → its keys */
  guint              n_batches;           /* of the terminals' host: begun on a wish */
} TillSandboxWorld;

/* One request and its answer. */
typedef struct {
  TillSandboxWorld   *world;
  gint64              now_us;

  const char         *method;
  const char         *path;      /* percent-encoded, as it was sent */
  const char         *query;     /* the same; NULL without '?' */
  SoupMessageHeaders *headers;
  const char         *body;      /* NUL-terminated too */
  gsize               body_length;
  gconstpointer       route;     /* the row of the bank's routes that has this path */

  TillScene           scene;     /* row is NULL until a call was understood */

  guint               status;
  const char         *type;      /* of the answer; NULL when it has no body */
  char               *answer;
  gsize               answer_length;   /* 0: as long as the text is */
  GPtrArray          *answer_headers;  /* name, value, name, value … */
} TillExchange;

/* One side of the sandbox: an acquirer of the registry, in a file of its word, or an address for
 * tests. It answers all paths with its prefix; or those alone with which its rows begin, behind the
 * prefix where there is one. */
typedef struct {
  const char    *id;
  const char    *paycode_prefix;  /* NULL where there are no payment codes */
  guint          paycode_digits;
  const char    *path_prefix;
  gconstpointer  routes;          /* rows of the bank's own, whose first member is a path */
  guint          n_routes;
  gsize          route_size;
  void         (*serve) (TillExchange *exchange);
} TillSandboxBank;

#define TILL_ROUTES(rows) \
  .routes = (rows), .n_routes = G_N_ELEMENTS (rows), .route_size = sizeof (rows)[0]

const TillSandboxBank *till_sandbox_bank_find (const char         *id);
void                   till_sandbox_banks_serve (TillExchange     *exchange);

void      till_exchange_clear     (TillExchange  *exchange);
void      till_exchange_answer    (TillExchange  *exchange,
                                   guint          status,
                                   const char    *type,
                                   char          *text);
void      till_exchange_answer_bytes (TillExchange *exchange,
                                   const char    *type,
                                   GByteArray    *bytes);
gsize     till_exchange_get_length (const TillExchange *exchange);
void      till_exchange_fault     (TillExchange  *exchange,
                                   guint          status,
                                   const char    *error);
void      till_exchange_header    (TillExchange  *exchange,
                                   const char    *name,
                                   const char    *value);
TillFault till_exchange_get_fault (const TillExchange *exchange);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillExchange, till_exchange_clear)

G_END_DECLS
