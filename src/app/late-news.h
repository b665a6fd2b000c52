/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"

G_BEGIN_DECLS

/* Money that came late or twice, told to the clerk once for each payment: it goes back by itself,
 * and may be gone before anybody looks. */
typedef struct _TillLateNews TillLateNews;

typedef void (*TillLateNewsFunc) (const char *sentence,
                                  gpointer    user_data);

TillLateNews  *till_late_news_new   (TillDesk          *desk,
                                     TillLateNewsFunc   tell,
                                     gpointer           user_data);
void           till_late_news_free  (TillLateNews      *self);

G_END_DECLS
