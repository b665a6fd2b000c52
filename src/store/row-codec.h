/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/evp.h>

#include "core/row.h"
#include "store/db.h"

G_BEGIN_DECLS

#define TILL_ROW_HEX_CHARS (2 * TILL_ROW_HASH_BYTES)

/* The row's columns in their fixed order, for SELECT and INSERT. */
#define TILL_ROW_COLUMNS \
  "seq, at_us, day, hour, sale, payment, before_seq, event, state, reason, kind, amount_fen, " \
  "currency, acquirer, of, clerk, note, brand, acquirer_ref, payer_total_fen, fee_fen, " \
  "paid_us, code_text, expires_us, keep, said, hash"
#define TILL_ROW_N_COLUMNS 27

/* SHA-256 with all that a row needs, fetched once. */
typedef struct {
  EVP_MD     *algorithm;
  EVP_MD_CTX *context;
  GByteArray *bytes;
} TillHasher;

TillHasher *till_hasher_new          (void);
void        till_hasher_free         (TillHasher     *self);
void        till_hasher_hash_row     (TillHasher     *self,
                                      const guint8   *before,
                                      const TillRow  *row,
                                      guint8         *hash);
void        till_hasher_hash_stored  (TillHasher     *self,
                                      const guint8   *before,
                                      sqlite3_stmt   *statement,
                                      guint8         *hash);

void        till_row_hash_to_hex     (const guint8   *hash,
                                      char           *hex);
gboolean    till_row_bind            (const TillRow  *row,
                                      sqlite3_stmt   *statement,
                                      GError        **error);
gboolean    till_row_peek            (sqlite3_stmt   *statement,
                                      TillRow        *row,
                                      GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillHasher, till_hasher_free)

G_END_DECLS
