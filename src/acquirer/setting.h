/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/seal.h"
#include "acquirer/sign.h"
#include "port/settings.h"

G_BEGIN_DECLS

/* One text of a contract, and where it lies in the struct of its keys. A row without a key ends a
 * table. */
typedef struct {
  const char *key;
  const char *pattern;      /* of the whole value; NULL: a secret */
  gboolean    is_required;
  gsize       offset;       /* of a char * */
  const char *otherwise;    /* what is there where the profile has none; NULL: nothing */
} TillSettingRow;

typedef TillKey *(*TillKeyLoader) (const char *path, GError **error);

gboolean   till_setting_fail        (const TillSettings  *settings,
                                     const char          *key,
                                     const char          *what,
                                     GError             **error);
char      *till_setting_get         (const TillSettings  *settings,
                                     const char          *key);
gboolean   till_setting_take        (const TillSettings  *settings,
                                     const char          *key,
                                     const char          *pattern,
                                     gboolean             is_required,
                                     char               **value,
                                     GError             **error);
gboolean   till_setting_take_int    (const TillSettings  *settings,
                                     const char          *key,
                                     gint64               least,
                                     gint64               most,
                                     gint64              *value,
                                     GError             **error);
gboolean   till_setting_take_ppm    (const TillSettings  *settings,
                                     const char          *key,
                                     guint               *ppm,
                                     GError             **error);
gboolean   till_setting_take_file   (const TillSettings  *settings,
                                     const char          *key,
                                     char               **path,
                                     GError             **error);
GStrv      till_setting_get_files   (const TillSettings  *settings,
                                     const char          *key);
TillKey   *till_setting_load_key    (const TillSettings  *settings,
                                     const char          *key,
                                     TillKeyLoader        load,
                                     GError             **error);
gboolean   till_setting_take_secret (const TillSettings  *settings,
                                     const char          *name,
                                     TillWiped          **secret,
                                     GError             **error);

gboolean   till_setting_take_rows   (const TillSettings   *settings,
                                     const TillSettingRow *rows,
                                     gpointer              keys,
                                     GError              **error);
void       till_setting_clear_rows  (const TillSettingRow *rows,
                                     gpointer              keys);
gpointer   till_setting_load_rows   (const TillSettings   *settings,
                                     const TillSettingRow *rows,
                                     gsize                 keys_size,
                                     GError              **error);

G_END_DECLS
