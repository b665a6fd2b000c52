/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The most that one sale may be: 99 999 999.99 yuan. */
#define TILL_MONEY_MAX_FEN G_GINT64_CONSTANT (9999999999)

#define TILL_MONEY_ERROR (till_money_error_quark ())

typedef enum {
  TILL_MONEY_ERROR_EMPTY,
  TILL_MONEY_ERROR_SYNTAX,
  TILL_MONEY_ERROR_SIGN,
  TILL_MONEY_ERROR_DECIMALS,
  TILL_MONEY_ERROR_ZERO,
  TILL_MONEY_ERROR_TOO_LARGE,
} TillMoneyError;

GQuark    till_money_error_quark (void);

gboolean  till_money_parse       (const char  *text,
                                  gint64      *amount_fen,
                                  GError     **error);
const char *till_money_get_error_text (TillMoneyError code);
gint64    till_money_fee         (gint64       amount_fen,
                                  guint        rate_ppm);

char     *till_money_to_yuan     (gint64       amount_fen);
char     *till_money_to_text     (gint64       amount_fen);

G_END_DECLS
