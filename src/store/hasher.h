/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <openssl/evp.h>

#include "store/row-codec.h"

G_BEGIN_DECLS

#define TILL_ROW_HEX_CHARS (2 * TILL_ROW_HASH_BYTES)

/* SHA-256 with all that a row needs, fetched once. */
typedef struct {
  EVP_MD     *algorithm;
  EVP_MD_CTX *context;
  guint8     *bytes;
  gsize       n_bytes;
  gsize       n_room;
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
void        till_hasher_to_hex       (const guint8   *hash,
                                      char           *hex);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillHasher, till_hasher_free)

G_END_DECLS
