/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwMessageDialog *till_dialog_new    (GtkWidget  *over,
                                      const char *heading,
                                      const char *body);
void              till_dialog_answer (AdwMessageDialog *dialog,
                                      const char       *response);
gboolean          till_dialog_covers (GtkWindow  *window);

G_END_DECLS
