/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* How long a program waits for another one that holds the journal. */
#define TILL_DB_BUSY_TIMEOUT_MS 10000

/* One connection to the journal's file, with its prepared statements. Belongs to one thread. */
typedef struct {
  sqlite3    *sqlite;
  char       *path;
  GHashTable *statements;  /* the SQL's address → sqlite3_stmt */
  guint       n_readers;   /* how deep reads are nested; the outermost holds the snapshot */
} TillDb;

typedef enum {
  TILL_DB_FAILED,
  TILL_DB_ROW,
  TILL_DB_DONE,
} TillDbStep;

TillDb       *till_db_open        (const char    *path,
                                   gboolean       writes,
                                   GError       **error);
TillDb       *till_db_open_alone  (const char    *path,
                                   GError       **error);
void          till_db_close       (TillDb        *self);

gboolean      till_db_exec        (TillDb        *self,
                                   const char    *sql,
                                   GError       **error);
sqlite3_stmt *till_db_prepare     (TillDb        *self,
                                   const char    *sql,
                                   GError       **error);
TillDbStep    till_db_step        (TillDb        *self,
                                   sqlite3_stmt  *statement,
                                   GError       **error);
gboolean      till_db_run         (TillDb        *self,
                                   sqlite3_stmt  *statement,
                                   GError       **error);
gboolean      till_db_run_sql     (TillDb        *self,
                                   const char    *sql,
                                   GError       **error);
gboolean      till_db_get_int     (TillDb        *self,
                                   const char    *sql,
                                   gint64        *value,
                                   GError       **error);

gboolean      till_db_begin_read  (TillDb        *self,
                                   GError       **error);
void          till_db_end_read    (TillDb        *self);
gboolean      till_db_use_wal     (TillDb        *self,
                                   GError       **error);
gboolean      till_db_has_moved   (TillDb        *self);
void          till_db_set_error   (TillDb        *self,
                                   GError       **error);

void          till_db_bind_text   (sqlite3_stmt  *statement,
                                   int            index,
                                   const char    *text);
void          till_db_bind_int    (sqlite3_stmt  *statement,
                                   int            index,
                                   gint64         value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillDb, till_db_close)

G_END_DECLS
