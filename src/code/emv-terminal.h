/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/dol.h"

G_BEGIN_DECLS

/* Without PIN and signature a UnionPay card is taken up to this at a shop that is enrolled for it.
 * Source: UnionPay's notice of June 2018 (1000.00 yuan, included). Acquirers may say otherwise. */
#define TILL_EMV_NO_PIN_LIMIT_FEN G_GINT64_CONSTANT (100000)

/* What a card is told about this purchase and this terminal. The acquirer prescribes most of it;
 * what is zero here, or not among @objects, is as the table in emv-terminal.c has it. */
typedef struct {
  gint64        amount_fen;        /* above 0 */
  gint64        no_pin_limit_fen;  /* above it the customer must have proved himself on the phone */
  guint8        date[3];           /* of the sale in China's time: year, month, day as digits */
  guint8        type;              /* tag 9C: 00 purchase, 20 refund */
  guint8        unpredictable[4];  /* fresh from the system's random source for each tap */
  guint8        ttq[4];            /* tag 9F66; all zeros: online only, no PIN, no signature */
  const guint8 *objects;           /* BER-TLV: what the profile says about the terminal */
  gsize         n_objects;
} TillEmvTerminal;

gboolean  till_emv_terminal_check      (const TillEmvTerminal  *terminal,
                                        GError                **error);
gboolean  till_emv_terminal_get        (const TillEmvTerminal  *terminal,
                                        guint32                 tag,
                                        TillDolValue           *value);
gboolean  till_emv_terminal_wants_cvm  (const TillEmvTerminal  *terminal);

G_END_DECLS
