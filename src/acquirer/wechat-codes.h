/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "acquirer/acquirer.h"

G_BEGIN_DECLS

JsonNode *till_wechat_codes_parse        (const TillHttpReply *reply);
void      till_wechat_codes_say          (TillAnswer          *answer,
                                          const TillHttpReply *reply,
                                          const char          *word);
void      till_wechat_codes_read_error   (const TillAsk       *ask,
                                          const TillHttpReply *reply,
                                          TillAnswer          *answer);
void      till_wechat_codes_read_trade   (const TillHttpReply *reply,
                                          const char          *word,
                                          TillAnswer          *answer);
void      till_wechat_codes_read_refund  (const TillHttpReply *reply,
                                          const char          *word,
                                          TillAnswer          *answer);

G_END_DECLS
