/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One [acquirer ID] of the profile, as an acquirer reads it. Values are owned by the caller. */
typedef struct {
  GStrv    (*keys)   (gpointer self);                    /* those that stand in the file */
  char    *(*get)    (gpointer self, const char *key);   /* NULL when absent */
  char    *(*path)   (gpointer self, const char *key);   /* the file that @key names, absolute */
  char    *(*secret) (gpointer self, const char *name,
                      GError **error);                   /* NULL without error when absent */
  GError  *(*fault)  (gpointer self, const char *key,
                      const char *what);                 /* names file, line and key */
  gpointer self;
} TillSettings;

G_END_DECLS
