/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk/desk.h"

G_BEGIN_DECLS

gboolean  till_activate              (const char           *dir,
                                      const TillPorts      *ports,
                                      const char           *acquirer_id,
                                      const char           *code,
                                      GError              **error);

char    **till_desk_list_inactive    (TillDesk             *desk);
void      till_desk_activate_async   (TillDesk             *desk,
                                      const char           *acquirer_id,
                                      const char           *code,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean  till_desk_activate_finish  (TillDesk             *desk,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
