/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-statement.h"

#include <string.h>

#include "acquirer/unzip.h"
#include "acquirer/wire.h"

/* UnionPay's statement of a settlement date: fileContent is base64 of zlib of a ZIP; in it lie
 * INN<yyMMdd>88ZM_<merId>, the transactions, and INN<yyMMdd>88ZME_<merId>, errors and adjustments.
 *
 * The columns are those that lyonliyang/demo (UnionField) and Lyenrowe/bill-parser have, with the
 * official notes on fields: bytes in GBK, one blank between columns. Records have 607 or 608 bytes;
 * what stands behind the first forty columns differs between three published layouts, and is not
 * read. Only from memory: that a blank is the separator everywhere, that blanks at the end of a
 * record may be cut off, and that code 98 also stands for a file that is not made yet. */

#define DIGITS "0123456789"
#define BASE64 TILL_WIRE_LETTERS_AND_DIGITS "+/="
#define CONTENT_MAX (1024 * 1024)
#define ARCHIVE_MAX (8 * 1024 * 1024)
#define FILES_MAX (32 * 1024 * 1024)
#define RECORD_MIN 475      /* forty columns */
#define RECORD_MAX 640
#define REFS "^[0-9]{1,21}$"

typedef enum { TIME, AMOUNT, REF, ORDER, FEE, SETTLE, TYPE, OF_REF, MERCHANT, N_COLUMNS } Column;

/* What is read of a record; whatever stands elsewhere is for others. */
static const struct {
  const char *name;
  gsize       at;
  gsize       width;
  const char *pattern;   /* without the blanks around it */
} columns[] = {
  [TIME]     = { "time", 35, 10, "^[0-9]{10}$" },
  [AMOUNT]   = { "amount", 66, 12, "^[0-9]{12}$" },
  [REF]      = { "queryId", 87, 21, REFS },
  [ORDER]    = { "order number", 112, 32, "^[!-~]{1,32}$" },
  [FEE]      = { "fee", 166, 13, "^([CD+-]?[0-9]{12})?$" },
  [SETTLE]   = { "settled amount", 180, 13, "^[CD+-]?[0-9]{12}$" },
  [TYPE]     = { "type", 215, 2, "^[0-9]{2}$" },
  [OF_REF]   = { "original queryId", 271, 21, "^([0-9]{1,21})?$" },
  [MERCHANT] = { "merchant", 293, 15, "^[0-9A-Za-z]{15}$" },
};

/* txnType, as in requests; what is not here the till never asks for. */
static const struct {
  const char       *type;
  TillStatementKind kind;
} kinds[] = {
  { "01", TILL_STATEMENT_SALE },
  { "04", TILL_STATEMENT_REFUND },
  { "31", TILL_STATEMENT_VOID },
};

static TillStatementKind
kind_of (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].type, type) == 0)
      return kinds[i].kind;

  return TILL_STATEMENT_OTHER;
}

/* C is for the shop, D against it. */
static gint64
read_signed (const char *text)
{
  gint64 fen = g_ascii_strtoll (text + strcspn (text, DIGITS), NULL, 10);

  return text[0] == 'D' || text[0] == '-' ? -fen : fen;
}

/* MMDDhhmmss: a clearing day begins at 23:00 the day before, which may be in the year before. */
static gint64
read_time (const char *day,
           const char *text)
{
  int year = (int) (g_ascii_strtoll (day, NULL, 10) / 10000);
  g_autofree char *full = NULL;

  year -= strncmp (text, day + 4, 4) > 0;
  full = g_strdup_printf ("%04d-%.2s-%.2s %.2s:%.2s:%.2s", year, text, text + 2, text + 4, text + 6,
                          text + 8);
  return till_wire_parse_gmt8 (full);
}

/* Between two columns stands a blank, so that a shifted record is seen. */
static gboolean
is_framed (const char *record,
           gsize       n,
           Column      column)
{
  gsize end = columns[column].at + columns[column].width;

  return (columns[column].at == 0 || record[columns[column].at - 1] == ' ') &&
         (end >= n || record[end] == ' ');
}

/* Returns: what is wrong with the record; NULL where nothing is, and then @texts are filled. */
static char *
cut_record (const char *record,
            gsize       n,
            const char *mer_id,
            char       *texts[N_COLUMNS])
{
  if (n < RECORD_MIN || n > RECORD_MAX)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes are no record", n);

  for (Column i = 0; i < N_COLUMNS; i++) {
    g_autofree char *text = g_strndup (record + columns[i].at, columns[i].width);

    if (strlen (text) != columns[i].width || !is_framed (record, n, i))
      return g_strdup_printf ("the %s is not in its place", columns[i].name);
    g_strchomp (text);
    if (!g_regex_match_simple (columns[i].pattern, text, G_REGEX_DOLLAR_ENDONLY | G_REGEX_RAW, 0))
      return g_strdup_printf ("the %s has a wrong form", columns[i].name);
    texts[i] = g_steal_pointer (&text);
  }

  return strcmp (texts[MERCHANT], mer_id) == 0 ? NULL
                                               : g_strdup ("it is of another merchant");
}

static char *
read_record (const char    *record,
             gsize          n,
             const char    *mer_id,
             const char    *day,
             TillStatement *statement)
{
  char *texts[N_COLUMNS] = { 0 };
  char *fault = cut_record (record, n, mer_id, texts);
  gint64 at_us = fault ? 0 : read_time (day, texts[TIME]);

  if (!fault && at_us == 0)
    fault = g_strdup ("the time is none");
  if (!fault) {
    TillStatementLine *line = g_new0 (TillStatementLine, 1);

    line->kind = kind_of (texts[TYPE]);
    line->order = g_steal_pointer (&texts[ORDER]);
    line->acquirer_ref = g_steal_pointer (&texts[REF]);
    line->of_ref = texts[OF_REF][0] ? g_steal_pointer (&texts[OF_REF]) : NULL;
    line->at_us = at_us;
    line->amount_fen = g_ascii_strtoll (texts[AMOUNT], NULL, 10);
    line->fee_fen = -read_signed (texts[FEE]);
    line->settle_fen = read_signed (texts[SETTLE]);
    line->row = statement->lines->len + 1;
    till_statement_add (statement, line);
  }

  for (Column i = 0; i < N_COLUMNS; i++)
    g_free (texts[i]);
  return fault;
}

/* "INN26052088ZM_777290058110097" */
static gboolean
is_transactions (const char *name,
                 const char *mer_id)
{
  return strncmp (name, "INN", 3) == 0 && strlen (name) > 14 &&
         strncmp (name + 11, "ZM_", 3) == 0 && strcmp (name + 14, mer_id) == 0;
}

static gboolean
read_archive (const char    *content,
              TillStatement *statement,
              GError       **error)
{
  g_autofree guint8 *packed = NULL;
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (GPtrArray) files = NULL;
  gsize n_packed;

  packed = g_base64_decode (content, &n_packed);
  archive = till_inflate (packed, n_packed, TILL_PACKED_ZLIB, ARCHIVE_MAX, error);
  files = archive ? till_unzip (archive, FILES_MAX, error) : NULL;
  if (!files)
    return FALSE;

  g_ptr_array_unref (statement->files);
  statement->files = g_steal_pointer (&files);
  return TRUE;
}

/**
 * till_unionpay_statement_read:
 * @day: "20260520", the settlement date that was asked for
 * @content: (nullable): fileContent of an answer that is trusted
 * @statement: (inout): from till_statement_init()
 *
 * Unpacks the files of the day, and reads the lines of the one that has the transactions.
 */
void
till_unionpay_statement_read (const char    *mer_id,
                              const char    *day,
                              const char    *content,
                              TillStatement *statement)
{
  const TillStatementFile *found = NULL;
  g_autoptr (GError) error = NULL;

  if (!content || strlen (content) % 4 != 0 ||
      !till_wire_is_made_of (content, BASE64, 4, CONTENT_MAX)) {
    till_statement_fail (statement, "there is no file in the answer");
    return;
  }
  if (!read_archive (content, statement, &error)) {
    till_statement_fail (statement, error->message);
    return;
  }

  for (guint i = 0; i < statement->files->len && !found; i++) {
    const TillStatementFile *file = statement->files->pdata[i];

    found = is_transactions (file->name, mer_id) ? file : NULL;
  }
  if (found)
    till_unionpay_statement_parse (mer_id, day, found->bytes, statement);
  else
    till_statement_fail (statement, "the archive has no file of this merchant's transactions");
}

/**
 * till_unionpay_statement_parse:
 * @file: the file of transactions, in GBK
 * @statement: (inout): without lines; a fault in any row leaves it so, and names the row
 *
 * Reads each record of fixed columns.
 */
void
till_unionpay_statement_parse (const char    *mer_id,
                               const char    *day,
                               GBytes        *file,
                               TillStatement *statement)
{
  gsize n_left;
  const char *at = g_bytes_get_data (file, &n_left);

  statement->state = TILL_STATEMENT_HERE;
  statement->reason = TILL_REASON_NONE;
  while (n_left > 0) {
    const char *end = memchr (at, '\n', n_left);
    gsize n_line = end ? (gsize) (end - at) + 1 : n_left;
    gsize n = n_line - (end ? 1 : 0);
    g_autofree char *wrong = NULL;

    n -= n > 0 && at[n - 1] == '\r';
    wrong = read_record (at, n, mer_id, day, statement);
    if (wrong) {
      g_autofree char *fault = g_strdup_printf ("row %u: %s", statement->lines->len + 1, wrong);

      till_statement_fail (statement, fault);
      return;
    }
    at += n_line;
    n_left -= n_line;
  }
}
