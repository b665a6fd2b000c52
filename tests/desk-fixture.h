/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk-private.h"
#include "fake-clock.h"
#include "fake-http.h"
#include "fake-random.h"
#include "wired-tap.h"

G_BEGIN_DECLS

/* A desk with a real journal in a folder of its own, and one or two acquirers whose wire is plain
 * words: a request's body is "CALL ORDER AMOUNT", an answer's body is "EVENT [REASON] [key=value
 * …]". */
typedef struct {
  char           *dir;
  TillFakeClock  *clock;
  TillFakeHttp   *http;
  TillFakeRandom  random;
  TillWiredTap   *tap;      /* what a token completes goes to the same wire */
  TillPorts       ports;
  TillShop       *shop;     /* the desk's */
  TillDesk       *desk;
} DeskFixture;

#define WECHAT_CODE "134567890123456789"
#define ALIPAY_CODE "284736251849362514"

void  desk_fixture_set_up    (DeskFixture    *fixture);
void  desk_fixture_tear_down (DeskFixture    *fixture);
void  desk_fixture_restart   (DeskFixture    *fixture);
void  desk_fixture_configure (DeskFixture    *fixture,
                              const char     *line);
TillMerchant *desk_fixture_add (DeskFixture *fixture,
                              const char     *type,
                              const char     *id,
                              TillBrandSet    brands);
void  desk_fixture_settle    (void);
void  desk_fixture_pass      (DeskFixture    *fixture,
                              gint64          ms);
void  desk_fixture_answer    (DeskFixture    *fixture,
                              const char     *call,
                              const char     *answer);
void  desk_fixture_silence   (DeskFixture    *fixture,
                              const char     *call,
                              gboolean        unsent);
void  desk_fixture_late      (DeskFixture    *fixture,
                              const char     *call,
                              const char     *answer,
                              gint64          after_ms);

void  assert_is              (TillSaleItem     *item,
                              TillPaymentState  state,
                              TillReason        reason);
const TillPayment *payment_at (TillSaleItem  *item,
                              guint           index);

G_END_DECLS
