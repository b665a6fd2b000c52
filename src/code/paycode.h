/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/brand.h"
#include "core/reason.h"

G_BEGIN_DECLS

/* What a text that came from a scanner is. */
typedef enum {
  TILL_PAYCODE_PAYMENT,     /* a customer's payment code: a bearer token, never log it */
  TILL_PAYCODE_COLLECTION,  /* a shop's collection code */
  TILL_PAYCODE_EMV_MPM,     /* EMVCo, merchant-presented */
  TILL_PAYCODE_EMV_CPM,     /* EMVCo, consumer-presented: card data, never log it */
  TILL_PAYCODE_URL,
  TILL_PAYCODE_GOODS,       /* EAN or UPC */
  TILL_PAYCODE_UNKNOWN,
} TillPaycodeKind;

typedef struct {
  TillPaycodeKind  kind;
  TillBrand        brand;
  gboolean         is_valid;  /* well formed as its kind */
  TillReason       reason;    /* why a till may not charge it, or why it is not valid */
} TillPaycode;

char       *till_paycode_normalise       (const char       *text);
gboolean    till_paycode_identify        (const char       *text,
                                          TillPaycode      *paycode);
char       *till_paycode_mask            (const char       *text);
char       *till_paycode_redact          (const char       *text);
const char *till_paycode_kind_to_string  (TillPaycodeKind   kind);

G_END_DECLS
