/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/current.h"
#include "desk/training.h"

G_BEGIN_DECLS

/* The training shop's customer, played with the mouse.
 *
 * Signals: "held" (s): a payment code is held to the scanner. */
#define TILL_TYPE_CUSTOMER_PHONE (till_customer_phone_get_type ())
G_DECLARE_FINAL_TYPE (TillCustomerPhone, till_customer_phone, TILL, CUSTOMER_PHONE, AdwBin)

void till_customer_phone_start (TillCustomerPhone  *self,
                                TillCurrent        *current,
                                TillTraining       *training);

G_END_DECLS
