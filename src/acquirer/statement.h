/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/reason.h"

G_BEGIN_DECLS

/* What an acquirer booked on one of its days, whatever its file looks like. */

typedef enum {
  TILL_STATEMENT_LOST,      /* nothing came that can be trusted: ask again */
  TILL_STATEMENT_HERE,
  TILL_STATEMENT_ABSENT,    /* trusted: no file of that day, or not made yet */
  TILL_STATEMENT_REFUSED,   /* trusted: the acquirer does not give it, see reason */
} TillStatementState;

typedef enum {
  TILL_STATEMENT_SALE,
  TILL_STATEMENT_REFUND,
  TILL_STATEMENT_VOID,      /* a sale that was given back whole on its day */
  TILL_STATEMENT_OTHER,     /* known to the acquirer only; the till makes none */
} TillStatementKind;
#define TILL_STATEMENT_N_KINDS 4

/* One transaction. All sums are fen. */
typedef struct {
  TillStatementKind kind;
  char             *order;         /* our number: of the sale, or of the refund itself */
  char             *acquirer_ref;  /* the acquirer's own number */
  char             *of_ref;        /* the original's; NULL where the line names none */
  gint64            at_us;
  gint64            amount_fen;    /* above 0, whatever the direction: see kind */
  gint64            fee_fen;       /* what the shop pays; below 0 where it gets some back */
  gint64            settle_fen;    /* what the shop gets; below 0 where it pays */
  guint             row;           /* in its file, from 1 */
} TillStatementLine;

typedef struct {
  char   *name;   /* ASCII, without a folder */
  GBytes *bytes;
} TillStatementFile;

typedef struct {
  guint  n_lines;
  gint64 amount_fen;
  gint64 fee_fen;
  gint64 settle_fen;
} TillStatementSum;

typedef struct {
  TillStatementState state;
  TillReason         reason;   /* why there are no lines; NONE where state says it all */
  char              *said;     /* "HTTP 200 98", for the log */
  char              *fault;    /* what is wrong with which row; NULL: nothing */
  GPtrArray         *files;    /* of TillStatementFile, as they came; more than were read */
  GPtrArray         *lines;    /* of TillStatementLine: all of the day, or none */
  TillStatementSum   sums[TILL_STATEMENT_N_KINDS];
} TillStatement;

void        till_statement_init          (TillStatement       *statement);
void        till_statement_clear         (TillStatement       *statement);
void        till_statement_add           (TillStatement       *statement,
                                          TillStatementLine   *line);
void        till_statement_fail          (TillStatement       *statement,
                                          const char          *fault);
gint64      till_statement_read_day      (const char          *day);

void        till_statement_line_free     (TillStatementLine   *line);
void        till_statement_file_free     (TillStatementFile   *file);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillStatement, till_statement_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillStatementLine, till_statement_line_free)

G_END_DECLS
