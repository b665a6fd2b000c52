/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/filter.h"
#include "core/ledger.h"
#include "core/row.h"
#include "core/verdict.h"

G_BEGIN_DECLS

#define TILL_JOURNAL_ERROR (till_journal_error_quark ())

typedef enum {
  TILL_JOURNAL_ERROR_MISSING,     /* there is no journal here */
  TILL_JOURNAL_ERROR_EXISTS,      /* there is one already */
  TILL_JOURNAL_ERROR_LOCKED,      /* another program holds it and did not let go in time */
  TILL_JOURNAL_ERROR_READ_ONLY,   /* file or folder cannot be written */
  TILL_JOURNAL_ERROR_FULL,        /* the disk is full; nothing was written */
  TILL_JOURNAL_ERROR_IO,          /* the disk failed; nothing was written (it was read again) */
  TILL_JOURNAL_ERROR_NOT_ONE,     /* not a journal of ours, or damaged */
  TILL_JOURNAL_ERROR_NEWER,       /* made by a newer Till */
  TILL_JOURNAL_ERROR_CONFLICT,    /* the sale has rows unknown to the caller: load it again */
  TILL_JOURNAL_ERROR_DUPLICATE,   /* the payment's number was used before */
  TILL_JOURNAL_ERROR_BAD_ROW,     /* the machine does not allow this row, or it lacks something */
  TILL_JOURNAL_ERROR_UNCERTAIN,   /* the disk failed, and reading again too: the row may be there */
} TillJournalError;

typedef enum {
  TILL_JOURNAL_DEFAULT   = 0,
  TILL_JOURNAL_READ_ONLY = 1 << 0,  /* no writer thread; append is refused */
  TILL_JOURNAL_INLINE    = 1 << 1,  /* no writer thread; append commits before it returns */
} TillJournalFlags;

/* The journal: what happened to each payment, row by row, in a file that several programs may use
 * at once. One belongs to one thread; a worker opens its own, for reading. */
typedef struct _TillJournal TillJournal;

/* One line of a takings table. */
typedef struct {
  int          day;
  char        *key;         /* brand's word, acquirer's id, clerk or hour */
  TillTakings  takings;
} TillTakingsLine;

GQuark        till_journal_error_quark   (void);

gboolean      till_journal_create        (const char              *path,
                                          GError                 **error);
TillJournal  *till_journal_open          (const char              *path,
                                          TillJournalFlags         flags,
                                          GError                 **error);
void          till_journal_close         (TillJournal             *self);

void          till_journal_append_async  (TillJournal             *self,
                                          const TillRow           *row,
                                          GAsyncReadyCallback      callback,
                                          gpointer                 user_data);
TillRow      *till_journal_append_finish (TillJournal             *self,
                                          GAsyncResult            *result,
                                          GError                 **error);

void          till_journal_try_async     (TillJournal             *self,
                                          GAsyncReadyCallback      callback,
                                          gpointer                 user_data);
gboolean      till_journal_try_finish    (TillJournal             *self,
                                          GAsyncResult            *result,
                                          GError                 **error);

TillSale     *till_journal_load_sale     (TillJournal             *self,
                                          const char              *number,
                                          GError                 **error);
GPtrArray    *till_journal_load_rows     (TillJournal             *self,
                                          const char              *number,
                                          GError                 **error);
gboolean      till_journal_each_sale     (TillJournal             *self,
                                          const TillSaleFilter    *filter,
                                          TillSaleFunc             func,
                                          gpointer                 user_data,
                                          GError                 **error);
gboolean      till_journal_each_row      (TillJournal             *self,
                                          int                      first_day,
                                          int                      last_day,
                                          TillRowFunc              func,
                                          gpointer                 user_data,
                                          GError                 **error);
GPtrArray    *till_journal_takings       (TillJournal             *self,
                                          int                      first_day,
                                          int                      last_day,
                                          const char              *dimension,
                                          GError                 **error);

gboolean      till_journal_verify        (TillJournal             *self,
                                          gint64                   from_seq,
                                          GHashTable              *anchors,
                                          TillProgressFunc         progress,
                                          gpointer                 user_data,
                                          TillVerdict             *verdict,
                                          GError                 **error);
gboolean      till_journal_backup        (TillJournal             *self,
                                          const char              *path,
                                          GError                 **error);
char         *till_row_to_json           (const TillRow           *row);
char         *till_row_to_csv            (const TillRow           *row);
char         *till_row_csv_header        (void);

void          till_takings_line_free     (TillTakingsLine         *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillJournal, till_journal_close)

G_END_DECLS
