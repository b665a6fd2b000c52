/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/post.h"

G_BEGIN_DECLS

void       till_chinaums_codes_error   (const TillAsk  *ask,
                                        const char     *code,
                                        TillAnswer     *answer);
void       till_chinaums_codes_bill    (const char     *word,
                                        TillAnswer     *answer);
void       till_chinaums_codes_trade   (const char     *word,
                                        TillAnswer     *answer);
void       till_chinaums_codes_refund  (const char     *word,
                                        TillAnswer     *answer);
TillBrand  till_chinaums_codes_brand   (const char     *system);

G_END_DECLS
