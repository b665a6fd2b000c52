/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/brand.h"
#include "port/ports.h"

G_BEGIN_DECLS

/* What a customer does, in the training shop: told to the sandbox over its control address. */
typedef enum {
  TILL_CUSTOMER_SHOW_CODE,  /* no subject; reply: a payment code of the wallet, to scan */
  TILL_CUSTOMER_SCAN,       /* subject: the text of our code; reply: order and amount */
  TILL_CUSTOMER_PAY,        /* subject: the order */
  TILL_CUSTOMER_PASSWORD,   /* subject: the order; finishes a charge that waits for it */
  TILL_CUSTOMER_DECLINE,
  TILL_CUSTOMER_WALK_AWAY,
} TillCustomerAct;

typedef struct {
  TillCustomerAct  act;
  const char      *subject;
  TillBrand        wallet;    /* whose app is open; it pays, where an acquirer takes several */
  const char      *scenario;  /* NULL, or for a payment code one of the sandbox: "not-enough" */
} TillCustomerWish;

typedef struct {
  char   *code;
  char   *order;
  gint64  amount_fen;
} TillCustomerReply;

#define TILL_TYPE_TRAINING (till_training_get_type ())
G_DECLARE_FINAL_TYPE (TillTraining, till_training, TILL, TRAINING, GObject)

TillTraining       *till_training_new          (const TillPorts      *ports,
                                                const char           *sandbox_url,
                                                const char           *ca_file);
void                till_training_act_async    (TillTraining         *self,
                                                const TillCustomerWish *wish,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
TillCustomerReply  *till_training_act_finish   (TillTraining         *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void                till_customer_reply_free   (TillCustomerReply    *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillCustomerReply, till_customer_reply_free)

G_END_DECLS
