/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

JsonObject *till_shouqianba_codes_open    (const TillAsk *ask,
                                           JsonObject    *root,
                                           TillAnswer    *answer);
gboolean    till_shouqianba_codes_result  (const TillAsk *ask,
                                           JsonObject    *biz,
                                           TillAnswer    *answer);
void        till_shouqianba_codes_order   (const TillAsk *ask,
                                           const char    *word,
                                           TillAnswer    *answer);
void        till_shouqianba_codes_status  (const char    *word,
                                           TillAnswer    *answer);
TillBrand   till_shouqianba_codes_brand   (const char    *payway);

G_END_DECLS
