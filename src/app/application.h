/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "port/ports.h"

G_BEGIN_DECLS

/* What main.c tells the window. */
typedef struct {
  const char      *dir;          /* the profile's folder */
  const TillPorts *ports;
  const char      *sandbox_url;  /* the training shop: where its sandbox listens; else NULL */
  const char      *sandbox_ca;
} TillStart;

#define TILL_TYPE_APPLICATION (till_application_get_type ())
G_DECLARE_FINAL_TYPE (TillApplication, till_application, TILL, APPLICATION, AdwApplication)

TillApplication *till_application_new (const TillStart *start);

G_END_DECLS
