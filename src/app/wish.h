/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* @item: the sale that was started, or NULL with what the clerk must be told. */
typedef void (*TillWishFunc) (TillSaleItem *item,
                              const GError *error,
                              gpointer      wisher);

/* What the clerk wants: a charge of a payment code, or codes to show. */
typedef struct {
  TillDesk     *desk;
  GtkWidget    *over;         /* questions lie over its window */
  GObject      *wisher;       /* who wants it: given to @done, and kept until then */
  gint64        amount_fen;
  const char   *paycode;      /* NULL: show codes; never logged */
  TillBrandSet  brands;       /* whose codes */
  TillWishFunc  done;         /* not called when the clerk answers a question with no */
} TillWish;

void till_wish_start (const TillWish *wish);

G_END_DECLS
