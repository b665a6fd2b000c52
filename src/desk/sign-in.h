/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/shop.h"

G_BEGIN_DECLS

/* A terminal that signs in before its first message of a day: what the message's first row keeps,
 * the batch above all, is known only then. */
typedef struct _TillSignIn TillSignIn;

/* The keys are here, or did not come; the sign-in is freed after this. */
typedef void (*TillSignInFunc) (gpointer user_data);

TillSignIn *till_sign_in_new    (TillShop       *shop,
                                 TillMerchant   *merchant,
                                 TillSignInFunc  func,
                                 gpointer        user_data,
                                 GPtrArray      *owner);
void        till_sign_in_all    (TillShop       *shop,
                                 GPtrArray      *owner);
void        till_sign_in_free   (TillSignIn     *self);
void        till_sign_in_forget (TillSignIn     *self);

G_END_DECLS
