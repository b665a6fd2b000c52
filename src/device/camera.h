/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"
#include "port/scanner.h"

G_BEGIN_DECLS

/* Reads codes with a camera. */
#define TILL_TYPE_CAMERA (till_camera_get_type ())
G_DECLARE_FINAL_TYPE (TillCamera, till_camera, TILL, CAMERA, GObject)

TillScanner *till_camera_new (const char      *device,
                              const TillClock *clock);

G_END_DECLS
