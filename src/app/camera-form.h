/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/lookout.h"

G_BEGIN_DECLS

/* Asks with which camera codes are read, and when it is on. */
#define TILL_TYPE_CAMERA_FORM (till_camera_form_get_type ())
G_DECLARE_FINAL_TYPE (TillCameraForm, till_camera_form, TILL, CAMERA_FORM, AdwBin)

/* @error: NULL, or why the choice holds until the till is closed only. */
typedef void (*TillCameraFormFunc) (const GError *error, GtkWidget *over);

void till_camera_form_ask (GtkWidget          *over,
                           TillDesk           *desk,
                           TillLookout        *lookout,
                           TillCameraFormFunc  done);

G_END_DECLS
