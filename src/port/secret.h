/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The desktop's secret service. Secrets that lie in files are the profile's business. */
typedef struct {
  char   *(*look_up) (gpointer self, const char *name, GError **error);
  gboolean (*store)  (gpointer self, const char *name, const char *value, GError **error);
  gpointer self;
} TillSecret;

G_END_DECLS
