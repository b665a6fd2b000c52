/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char *till_sandbox_time_gmt8    (gint64        time_us,
                                 const char   *format);
char *till_sandbox_time_rfc3339 (gint64        time_us);
char *till_sandbox_random_text  (guint         length);

char *till_form_unescape        (const char   *text);
char *till_form_signed_text     (GHashTable   *pairs,
                                 const char   *signature);

char *till_json_to_text         (JsonBuilder  *json);
void  till_json_add_text        (JsonBuilder  *json,
                                 const char   *name,
                                 const char   *text);
void  till_json_add_digits      (JsonBuilder  *json,
                                 const char   *name,
                                 gint64        number);
void  till_json_add_int         (JsonBuilder  *json,
                                 const char   *name,
                                 gint64        number);

G_END_DECLS
