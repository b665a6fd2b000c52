/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/filter.h"
#include "core/ledger.h"
#include "core/story.h"
#include "core/verdict.h"
#include "desk/desk.h"

G_BEGIN_DECLS

/* Reading what the journal has: for pages, commands and quarrels. Nothing here writes a row. */

void        till_books_find_async (TillDesk             *desk,
                                  const TillSaleFilter  *filter,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data);
GPtrArray  *till_books_find_finish (TillDesk            *desk,
                                  GAsyncResult          *result,
                                  GError               **error);
gboolean    till_books_each_sale (TillDesk              *desk,
                                  const TillSaleFilter  *filter,
                                  TillSaleFunc           func,
                                  gpointer               user_data,
                                  GError               **error);
GPtrArray  *till_books_story     (TillDesk              *desk,
                                  const char            *order,
                                  GError               **error);
gboolean    till_books_takings   (TillDesk              *desk,
                                  int                    day,
                                  TillTakings           *takings,
                                  GError               **error);
gboolean    till_books_verify    (TillDesk              *desk,
                                  gint64                 from_seq,
                                  const char            *anchor_path,
                                  TillProgressFunc       progress,
                                  gpointer               user_data,
                                  TillVerdict           *verdict,
                                  GError               **error);
gboolean    till_books_export    (TillDesk              *desk,
                                  gboolean               as_csv,
                                  int                    first_day,
                                  int                    last_day,
                                  GOutputStream         *out,
                                  GError               **error);
gboolean    till_books_backup    (TillDesk              *desk,
                                  const char            *path,
                                  GError               **error);

G_END_DECLS
