/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fake-clock.h"
#include "port/http.h"

G_BEGIN_DECLS

#define TILL_TYPE_FAKE_HTTP (till_fake_http_get_type ())
G_DECLARE_FINAL_TYPE (TillFakeHttp, till_fake_http, TILL, FAKE_HTTP, GObject)

typedef TillHttpReply *(*TillFakeAnswer) (const TillHttpRequest *request,
                                          gpointer               user_data);

/* One line of a script: "expect this request, answer that". Texts are copied; what is left out
 * expects anything, or answers 200 without headers and body, at once. */
typedef struct {
  const char        *method;
  const char        *url;      /* a piece of it */
  const char        *body;     /* a piece of it */

  gint64             after_ms; /* on the fake clock; 0: at the next turn of the main loop */
  gboolean           never;    /* no answer, until it is cancelled */

  TillHttpOutcome    outcome;
  gboolean           unsent;   /* nothing left; only where the outcome is not OK */
  guint              status;
  const char *const *headers;  /* "name: value", NULL at the end */
  const char        *answer;   /* the body */

  TillFakeAnswer     make;     /* makes the reply when it is due, in place of all the above; it may
                                * check the request as it likes */
  gpointer           user_data;
} TillFakeExchange;

TillFakeHttp          *till_fake_http_new              (TillFakeClock          *clock);

guint                  till_fake_http_get_n_left       (TillFakeHttp           *self);
guint                  till_fake_http_get_n_requests   (TillFakeHttp           *self);
const TillHttpRequest *till_fake_http_get_request      (TillFakeHttp           *self,
                                                        guint                   index);
gboolean               till_fake_http_body_contains    (TillFakeHttp           *self,
                                                        guint                   index,
                                                        const char             *piece);

void                   till_fake_http_expect           (TillFakeHttp           *self,
                                                        const TillFakeExchange *exchange);

G_END_DECLS
