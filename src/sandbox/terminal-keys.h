/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/exchange.h"

G_BEGIN_DECLS

/* The keys of Shouqianba's terminals. They live for a day of China's calendar once there is a newer
 * one; the demo profile's first one, which many shops share, lives for ever. */

gboolean  till_terminal_keys_are_there  (const TillExchange *exchange,
                                         const char         *sn);
char     *till_terminal_keys_renew      (const TillExchange *exchange,
                                         const char         *sn);
gboolean  till_terminal_keys_verify     (const TillExchange *exchange,
                                         const char         *sn,
                                         const char         *signature);
gboolean  till_terminal_key_fits        (const TillExchange *exchange,
                                         const char         *key,
                                         const char         *signature);

G_END_DECLS
