/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/fold.h"

G_BEGIN_DECLS

/* The four ways in which takings are told apart, and the room for a key of any but free text. */
typedef enum {
  TILL_DIM_BRAND,
  TILL_DIM_ACQUIRER,
  TILL_DIM_CLERK,
  TILL_DIM_HOUR,
} TillDim;
#define TILL_N_DIMS         4
#define TILL_DIM_HOUR_CHARS 2

/* Walks through the sales' lines. All zero but for the connection to begin with. */
typedef struct {
  TillDb       *db;
  sqlite3_stmt *statement;
  gint64        id;         /* of the line on which it stands, 0 for none */
} TillSaleCursor;

const char *till_dim_to_word          (TillDim          dim);
gboolean    till_dim_from_word        (const char      *word,
                                       TillDim         *dim);
const char *till_dim_key              (TillDim          dim,
                                       const TillMove  *move,
                                       char            *hour);

gboolean    till_cache_write_sale     (TillDb          *db,
                                       const TillFold  *fold,
                                       GError         **error);
gboolean    till_cache_write_takings  (TillDb          *db,
                                       const TillMove  *move,
                                       GError         **error);
gboolean    till_cache_write_day      (TillDb          *db,
                                       gint64           first_seq,
                                       int              day,
                                       GError         **error);
gboolean    till_sale_cursor_compare  (TillSaleCursor  *cursor,
                                       const TillFold  *fold,
                                       gboolean        *agrees,
                                       gint64          *last_seq,
                                       GError         **error);

G_END_DECLS
