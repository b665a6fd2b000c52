/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/emv-objects.h"
#include "code/emv-terminal.h"
#include "core/reason.h"

G_BEGIN_DECLS

#define TILL_EMV_FIELD_55_MAX 255

typedef enum {
  TILL_EMV_REFUSE,  /* the reason says why; nothing may be sent */
  TILL_EMV_ONLINE,  /* the card asks that the issuer decides */
} TillEmvDecision;

typedef enum {
  TILL_EMV_CRYPTOGRAM_NONE,
  TILL_EMV_CRYPTOGRAM_AAC,   /* the card declined */
  TILL_EMV_CRYPTOGRAM_TC,    /* the card approved offline */
  TILL_EMV_CRYPTOGRAM_ARQC,  /* the card asks to go online */
} TillEmvCryptogram;

/* What a card is and decided. Above the line is what people and the journal may see; the rest is
 * account data, which goes to the acquirer in sealed form and is wiped. */
typedef struct {
  TillEmvDecision    decision;
  TillReason         reason;        /* NONE where the decision is to go online */
  TillEmvCryptogram  cryptogram;
  char               aid[33];       /* hexadecimal */
  char               label[17];     /* printable ASCII */
  char               masked[20];    /* first six and last four */
  int                pan_sequence;  /* −1: none */
  int                atc;           /* −1: none */
  /* ---- */
  char               pan[20];
  char               track_2[38];   /* digits with a D between; "" where the card has none */
  char               expiry[5];     /* YYMM */
  guint8             field_55[TILL_EMV_FIELD_55_MAX];
  gsize              n_field_55;
} TillEmvCard;

void         till_emv_card_decide           (TillEmvCard            *card,
                                             const TillEmvObjects   *objects,
                                             const TillEmvTerminal  *terminal);
void         till_emv_card_refuse           (TillEmvCard            *card,
                                             TillReason              reason);
void         till_emv_card_wipe_account     (TillEmvCard            *card);

const char  *till_emv_cryptogram_to_word    (TillEmvCryptogram       cryptogram);

G_END_DECLS
