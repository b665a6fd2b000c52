/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/ports.h"

G_BEGIN_DECLS

gboolean  till_activate  (const char       *dir,
                          const TillPorts  *ports,
                          const char       *acquirer_id,
                          const char       *code,
                          GError          **error);

G_END_DECLS
