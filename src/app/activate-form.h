/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "desk/desk.h"

G_BEGIN_DECLS

/* For the technician: the code with which a contract begins to work on this till. */
#define TILL_TYPE_ACTIVATE_FORM (till_activate_form_get_type ())
G_DECLARE_FINAL_TYPE (TillActivateForm, till_activate_form, TILL, ACTIVATE_FORM, AdwBin)

/* What became of it, in a sentence; not called when the technician goes back. */
typedef void (*TillActivateFunc) (const char *sentence,
                                  gboolean    is_bad,
                                  GtkWidget  *over);

GtkWidget *till_activate_form_ask (GtkWidget         *over,
                                   TillDesk          *desk,
                                   const char        *acquirer_id,
                                   TillActivateFunc   done);

G_END_DECLS
