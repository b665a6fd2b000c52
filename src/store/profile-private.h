/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ini.h"
#include "store/profile.h"

G_BEGIN_DECLS

#define TILL_PROFILE_ACQUIRER_PREFIX "acquirer "
#define TILL_PROFILE_MAX_BYTES (1024 * 1024)

struct _TillProfile
{
  char             *dir;
  TillIni          *ini;
  TillDay          *day;
  GPtrArray        *acquirers;  /* their ids, NULL at the end */
  const TillSecret *secret;
};

gboolean  till_profile_read_file     (const char  *path,
                                      gsize        max_bytes,
                                      char       **text,
                                      gsize       *n_bytes,
                                      GError     **error);
gboolean  till_profile_replace_file  (const char  *path,
                                      const char  *text,
                                      GError     **error);

G_END_DECLS
