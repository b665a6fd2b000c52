/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A picture of a folder and what can be read in it. */
typedef struct {
  char *file;   /* in the folder */
  char *path;
  char *kind;   /* "qr", "c128", "both": either code counts, "none" */
  char *text;   /* NULL: there is none; "?": nobody knows */
} Truth;

GPtrArray *truth_load     (const char  *folder);
char      *truth_unescape (const char  *text);
gboolean   truth_is_right (const Truth *self,
                           const char  *text);

G_END_DECLS
