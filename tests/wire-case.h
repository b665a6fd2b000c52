/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"
#include "acquirer/sign.h"
#include "fake-settings.h"

G_BEGIN_DECLS

/* The ask of every wire case; tests/vectors/make.py has the same figures. */
#define CASE_NOW_US (G_GINT64_CONSTANT (1779254975) * G_USEC_PER_SEC)
#define CASE_NONCE "593BEC0C930BF1AFEB40B4A08C8FB242"
#define CASE_ORDER "7K2M9PQ4XW8ZT3VB6NHD5C"
#define CASE_REFUND "R7K2M9PQ4XW8ZT3VB6NHD5"
#define CASE_KEEP "0000000000000001"
#define CASE_ACTIVATION "38271946"
#define CASE_CARD "VGhpcyBzdGFuZHMgZm9yIGEgc2VhbGVkIGNhcmQ="
#define CASE_AMOUNT_FEN 1250
#define CASE_BACK_FEN 500

typedef TillAnswer CaseAnswer;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CaseAnswer, till_answer_clear)

#define CASE_DAY "20260520"

TillAsk          case_ask            (TillCall              call,
                                      const char           *paycode);
FakeSettings    *case_settings       (const char           *acquirer_id);
TillMerchant    *case_merchant       (const char           *acquirer_id);
char            *case_paycode        (const char           *acquirer_id);

char            *case_read_file      (const char           *folder,
                                      const char           *name);
JsonNode        *case_vector         (const char           *id);
TillKey         *case_private_key    (const char           *name);
char            *case_print_request  (const TillHttpRequest *request);
gboolean         case_body_has       (const TillHttpRequest *request,
                                      const char            *part);
TillHttpReply   *case_parse_reply    (const char           *text,
                                      char                **expect);
TillHttpReply   *case_reply          (guint                 status,
                                      const char           *body);
void             case_header         (TillHttpReply        *reply,
                                      const char           *name,
                                      const char           *value);
void             case_assert_answer  (const TillAnswer     *answer,
                                      const char           *expect);

void             case_assert_statement (const TillStatement  *statement,
                                      const char           *expect);

TillHttpReply   *case_wechat_reply   (guint                 status,
                                      const char           *body);
TillHttpReply   *case_unionpay_reply (const char           *signer,
                                      const char           *order,
                                      const char           *pairs);
TillHttpReply   *case_alipay_reply   (const char           *method,
                                      const char           *node);

G_END_DECLS
