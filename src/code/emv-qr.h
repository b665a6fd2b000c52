/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can be wrong with an EMVCo merchant-presented code. The first are errors: such a code says
 * nothing. The others are broken rules: warned of when read, refused when written. */
typedef enum {
  TILL_EMV_FAULT_NOT_UTF8,
  TILL_EMV_FAULT_TRUNCATED,    /* ends within an id or a length */
  TILL_EMV_FAULT_ID,           /* not two digits */
  TILL_EMV_FAULT_LENGTH,       /* not two digits, or 00 */
  TILL_EMV_FAULT_PAST_END,     /* the length runs past the end */
  TILL_EMV_FAULT_DUPLICATE,
  TILL_EMV_FAULT_NOT_FIRST,    /* 00 is */
  TILL_EMV_FAULT_FORMAT,       /* 00 is not 01 */
  TILL_EMV_FAULT_NOT_LAST,     /* 63 is */
  TILL_EMV_FAULT_CHECKSUM,

  TILL_EMV_FAULT_MISSING,
  TILL_EMV_FAULT_SIZE,
  TILL_EMV_FAULT_CHARACTERS,
  TILL_EMV_FAULT_AMOUNT,       /* not digits with at most one stop, or zero */
  TILL_EMV_FAULT_DECIMALS,     /* more than the currency has */
  TILL_EMV_FAULT_PERCENTAGE,
  TILL_EMV_FAULT_NOT_WITH_55,  /* the tip's indicator says that it is not there */
} TillEmvFault;
#define TILL_N_EMV_FAULTS (TILL_EMV_FAULT_NOT_WITH_55 + 1)

typedef struct {
  TillEmvFault fault;
  char         where[12];  /* "62.05"; "" for the whole */
} TillEmvNote;

typedef struct {
  char       id[3];
  char      *value;     /* as it stands, also of a template */
  GPtrArray *children;  /* (element-type TillEmvObject); NULL unless it is a template */
} TillEmvObject;

typedef struct {
  GPtrArray *objects;   /* (element-type TillEmvObject), in their order */
  GArray    *errors;    /* (element-type TillEmvNote) */
  GArray    *warnings;  /* (element-type TillEmvNote) */
} TillEmvQr;

TillEmvQr   *till_emv_qr_decode         (const char       *text);
void         till_emv_qr_free           (TillEmvQr        *qr);
const char  *till_emv_qr_get            (const TillEmvQr  *qr,
                                         const char       *path);
gboolean     till_emv_qr_get_amount_fen (const TillEmvQr  *qr,
                                         gint64           *amount_fen);
gboolean     till_emv_qr_set            (TillEmvQr        *qr,
                                         const char       *path,
                                         const char       *value);
char        *till_emv_qr_encode         (const TillEmvQr  *qr,
                                         TillEmvQr       **read_back);
guint16      till_emv_crc               (const char       *bytes,
                                         gsize             n_bytes);
const char  *till_emv_fault_to_word     (TillEmvFault      fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillEmvQr, till_emv_qr_free)

G_END_DECLS
