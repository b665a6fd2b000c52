/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/sale.h"

G_BEGIN_DECLS

/* Which sales. Zero and NULL mean any. */
typedef struct {
  int          first_day;   /* business days, both ends belong to it */
  int          last_day;
  const char  *state;       /* a word of the JSON: "paid", "unsure" … */
  TillBrand    brand;
  const char  *digits;      /* part of any number of the sale: ours or the acquirer's */
  gboolean     open_only;   /* those that the till must take up: open, or watched */
  guint        limit;
} TillSaleFilter;

/* Both return FALSE to stop. */
typedef gboolean (*TillSaleFunc) (const TillSale *sale, gpointer user_data);
typedef gboolean (*TillRowFunc)  (const TillRow *row, gpointer user_data);

G_END_DECLS
