/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"
#include "port/http.h"

G_BEGIN_DECLS

/* The way between a till and the banks: loses, delays, cuts and forges. */
#define TYPE_NET (net_get_type ())
G_DECLARE_FINAL_TYPE (Net, net, SIM, NET, GObject)

/* Told before a request leaves the till. */
typedef void (*NetSentFunc) (Bank *bank, const Heard *heard, gpointer till);

/* Whose host an address names. */
typedef Bank *(*NetFindFunc) (const char *url, gpointer till);

Net    *net_new              (Town            *town,
                              NetFindFunc      find,
                              NetSentFunc      sent,
                              gpointer         till);
void    net_set_skew         (Net             *self,
                              gint64           till_minus_true_us);
guint   net_get_n_waiting    (Net             *self,
                              const char      *number);
guint   net_get_n_moving     (Net             *self,
                              const char      *number);
gboolean net_is_on_its_way   (Net             *self,
                              const char      *number);
gboolean net_may_reverse     (Net             *self,
                              const char      *number);
gint64  net_get_patience_ms  (Net             *self,
                              const char      *number);

G_END_DECLS
