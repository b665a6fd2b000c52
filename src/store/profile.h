/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/day.h"
#include "port/secret.h"
#include "port/settings.h"

G_BEGIN_DECLS

#define TILL_PROFILE_ERROR (till_profile_error_quark ())

typedef enum {
  TILL_PROFILE_ERROR_MISSING,     /* no profile here: till init */
  TILL_PROFILE_ERROR_EXISTS,      /* there is one already */
  TILL_PROFILE_ERROR_UNREADABLE,
  TILL_PROFILE_ERROR_SYNTAX,      /* the message names file and line */
  TILL_PROFILE_ERROR_VALUE,       /* the same: a key or a value that cannot be */
  TILL_PROFILE_ERROR_WRITE,
} TillProfileError;

/* DIR/profile.ini, read once and checked; immutable. */
typedef struct _TillProfile TillProfile;

GQuark          till_profile_error_quark     (void);

TillProfile    *till_profile_load            (const char         *dir,
                                              const TillSecret   *secret,
                                              GError            **error);
void            till_profile_free            (TillProfile        *profile);

const char     *till_profile_get             (const TillProfile  *profile,
                                              const char         *section,
                                              const char         *key);
const char     *till_profile_get_dir         (const TillProfile  *profile);
const char     *till_profile_get_shop_name   (const TillProfile  *profile);
const char     *till_profile_get_register    (const TillProfile  *profile);
const char     *till_profile_get_currency    (const TillProfile  *profile);
const TillDay  *till_profile_get_day         (const TillProfile  *profile);

const char *const *till_profile_get_acquirers (const TillProfile *profile);
TillSettings   *till_profile_get_settings    (const TillProfile  *profile,
                                              const char         *acquirer_id);
void            till_profile_settings_free   (TillSettings       *settings);
gboolean        till_profile_store_secret    (const TillProfile  *profile,
                                              const char         *acquirer_id,
                                              const char         *name,
                                              const char         *value,
                                              GError            **error);
char           *till_profile_journal_path    (const TillProfile  *profile);

gboolean        till_profile_check           (const char         *path,
                                              const char         *ini_text,
                                              GError            **error);
gboolean        till_profile_prepare         (const char         *dir,
                                              const char         *ini_text,
                                              GError            **error);
gboolean        till_profile_create          (const char         *dir,
                                              const char         *ini_text,
                                              GError            **error);
gboolean        till_profile_change          (const char         *dir,
                                              const char         *section,
                                              const char         *key,
                                              const char         *value,
                                              GError            **error);
gboolean        till_profile_add_key         (const char         *dir,
                                              const char         *name,
                                              const char         *content,
                                              GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillProfile, till_profile_free)

G_END_DECLS
