/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"
#include "desk/health.h"
#include "desk/request.h"
#include "desk/run.h"
#include "desk/sign-in.h"

G_BEGIN_DECLS

typedef struct _TillActivation TillActivation;

/* What the files that make up the desk share; nobody else includes this. */
TillDesk      *till_desk_new            (TillShop           *shop);
TillShop      *till_desk_get_shop       (TillDesk           *self);
TillHealth    *till_desk_get_health     (TillDesk           *self);
void           till_desk_set_activation (TillDesk           *self,
                                         TillActivation     *activation);
void           till_activation_free     (TillActivation     *activation);
void           till_desk_go_elsewhere   (TillDesk           *self,
                                         TillRun            *refused);

TillSaleItem  *till_desk_start_sale     (TillDesk           *self,
                                         const char         *order,
                                         TillKind            kind,
                                         gint64              amount_fen);
gboolean       till_desk_hold           (TillDesk           *self,
                                         TillSaleItem       *item);
void           till_desk_close_others   (TillDesk           *self,
                                         TillSaleItem       *item);
TillSignIn    *till_desk_sign_in        (TillDesk           *self,
                                         TillMerchant       *merchant,
                                         TillSignInFunc      func,
                                         gpointer            user_data);
gboolean       till_desk_yield          (TillDesk           *self,
                                         TillSaleItem       *item,
                                         GError            **error);
const GPtrArray *till_desk_get_runs      (TillDesk           *self);
TillRun       *till_desk_add_run        (TillDesk           *self,
                                         TillMerchant       *merchant,
                                         TillSaleItem       *item,
                                         const char         *payment);
TillRun       *till_desk_find_run       (TillDesk           *self,
                                         const char         *payment);
gboolean       till_desk_is_charging    (TillDesk           *self,
                                         const char         *paycode);
gboolean       till_desk_find_earlier   (TillDesk           *self,
                                         const TillTicket   *ticket,
                                         TillKind            kind,
                                         gint64              amount_fen,
                                         TillSaleItem      **earlier,
                                         GError            **error);
gint64         till_desk_get_asking     (TillDesk           *self,
                                         TillSaleItem       *item,
                                         const char         *of);
TillMerchant  *till_desk_merchant_of    (TillDesk           *self,
                                         const TillPayment  *payment,
                                         GError            **error);
TillRow       *till_desk_first_row      (TillDesk           *self,
                                         TillKind            kind,
                                         gint64              amount_fen,
                                         const TillMerchant *merchant,
                                         TillBrand           brand,
                                         const TillTicket   *ticket);
gboolean       till_desk_add_keep       (TillDesk           *self,
                                         const TillMerchant *merchant,
                                         const TillSale     *sale,
                                         const char         *number,
                                         TillRow            *first,
                                         const TillPresented *shown,
                                         GError            **error);
void           till_desk_forget_card    (TillDesk           *self,
                                         const TillSale     *sale,
                                         const char         *number);
void           till_desk_sweep_cards    (TillDesk           *self);
gboolean       till_desk_give_back      (TillDesk           *self,
                                         TillSaleItem       *item,
                                         const TillPayment  *paid,
                                         gint64              amount_fen,
                                         const TillTicket   *ticket,
                                         GError            **error);
void           till_desk_refund_again   (TillRun            *run,
                                         gpointer            desk);
void           till_desk_relist         (TillDesk           *self,
                                         TillSaleItem       *item);
void           till_desk_was_given_back (TillDesk           *self,
                                         TillSaleItem       *item,
                                         const TillPayment  *paid,
                                         gint64              amount_fen);
gboolean       till_desk_refuse         (GError            **error,
                                         TillReason          reason);

G_END_DECLS
