/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_ORDER_NUMBER_CHARS        20
#define TILL_ORDER_NUMBER_MAX_CHARS    26
#define TILL_ORDER_NUMBER_RANDOM_BYTES 14

char     *till_order_number_new       (int           date,
                                       const guint8  random[TILL_ORDER_NUMBER_RANDOM_BYTES]);
gboolean  till_order_number_is_valid  (const char   *text);

G_END_DECLS
