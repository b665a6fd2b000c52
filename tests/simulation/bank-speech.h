/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"

G_BEGIN_DECLS

/* What the dialects need to hear and to speak. */
char          *speech_field      (const char       *json,
                                  const char       *name);
gint64         speech_number     (const char       *json,
                                  const char       *name);
const char    *speech_path       (const TillHttpRequest *request);
char          *speech_header     (const TillHttpRequest *request,
                                  const char       *name);
char          *speech_parameter  (const char       *form,
                                  const char       *name);
char          *speech_body       (const TillHttpRequest *request);
TillHttpReply *speech_reply      (guint             status,
                                  const char       *body);
char          *speech_sign       (const char       *key,
                                  const char       *text);
gboolean       speech_is_signed  (const char       *key,
                                  const char       *text,
                                  const char       *signature);
char          *speech_time       (gint64            wall_us,
                                  const char       *format);
gint64         speech_time_us    (const char       *digits);
char          *speech_rfc3339    (gint64            wall_us);
char          *speech_gmt8       (gint64            wall_us);

G_END_DECLS
