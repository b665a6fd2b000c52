/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char  *key;
  char  *value;   /* unescaped, without blanks around it, never empty */
  guint  line;    /* from 1 */
} TillIniEntry;

typedef struct {
  char      *name;     /* "shop", "acquirer wechat" */
  guint      line;
  GPtrArray *entries;  /* (element-type TillIniEntry), in the file's order */
} TillIniSection;

/* A key file whose every line is known by its number. */
typedef struct {
  char      *path;
  GPtrArray *sections; /* (element-type TillIniSection), in the file's order */
} TillIni;

TillIni              *till_ini_parse         (const char            *path,
                                              const char            *text,
                                              gsize                  n_bytes,
                                              GError               **error);
void                  till_ini_free          (TillIni               *self);

const TillIniSection *till_ini_find_section  (const TillIni         *self,
                                              const char            *name);
const TillIniEntry   *till_ini_find_entry    (const TillIniSection  *section,
                                              const char            *key);
GError               *till_ini_fault         (const TillIni         *self,
                                              guint                  line,
                                              int                    code,
                                              const char            *what);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillIni, till_ini_free)

G_END_DECLS
