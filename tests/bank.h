/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/curl-multi.h"

#include "fake-clock.h"
#include "tls-authority.h"
#include "tls-server.h"

G_BEGIN_DECLS

/* A till's way out and the bank that it leads to, on a clock that stands. */
typedef struct {
  TillFakeClock *clock;
  TillHttp      *http;
  TillTlsServer *server;
} Bank;

/* What all tests of a program share. */
typedef struct {
  char             *folder;
  char             *ca_file;
  char             *other_ca_file;
  TillTlsAuthority *authority;  /* of ca_file, which each request trusts */
  TillTlsAuthority *other;      /* of the same name */
  GString          *logged;     /* all that was logged, at any level */
} BankShared;

extern BankShared bank_shared;

/* In each request's header and body; nowhere else. */
#define BANK_SECRET "s3cr3t"

#define BANK_ADD(path, test) g_test_add (path, Bank, NULL, bank_set_up, test, bank_tear_down)

/* A test for each row of @table, named by the row's @column. */
#define BANK_ADD_ROWS(folder, table, column, test)                                                \
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {                                              \
    g_autofree char *path = g_build_path ("/", folder, table[i].column, NULL);                    \
                                                                                                  \
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test);                                      \
  }

int              bank_run            (void);

void             bank_set_up         (Bank                  *bank,
                                      gconstpointer          data);
void             bank_tear_down      (Bank                  *bank,
                                      gconstpointer          data);
void             bank_serve          (Bank                  *bank,
                                      SSL_CTX               *context);

TillHttpRequest *bank_request        (Bank                  *bank,
                                      const char            *method,
                                      const char            *path);
void             bank_begin_request  (Bank                  *bank,
                                      const TillHttpRequest *request,
                                      GCancellable          *cancellable,
                                      TillHttpReply        **reply);
void             bank_begin          (Bank                  *bank,
                                      const char            *path,
                                      GCancellable          *cancellable,
                                      TillHttpReply        **reply);
void             bank_wait           (TillHttpReply        **reply);
TillHttpReply   *bank_ask_request    (Bank                  *bank,
                                      const TillHttpRequest *request);
TillHttpReply   *bank_ask            (Bank                  *bank,
                                      const char            *method,
                                      const char            *path);
void             bank_wait_for_bytes (Bank                  *bank,
                                      const char            *piece,
                                      guint                  n);
void             bank_wait_for_ends  (Bank                  *bank);
void             bank_warm_up        (Bank                  *bank);
int              bank_take_port      (gboolean               listening,
                                      guint                 *port);

G_END_DECLS
