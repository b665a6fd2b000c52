/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/statement.h"
#include "desk/shop.h"

G_BEGIN_DECLS

gboolean  till_statement_fetch  (const char       *dir,
                                 const TillPorts  *ports,
                                 const char       *acquirer_id,
                                 int               day,
                                 TillStatement    *statement,
                                 GError          **error);

G_END_DECLS
