/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The shop's calendar: its own zone, whatever the computer's is, and the hour at which a business
 * day starts. Immutable. */
typedef struct _TillDay TillDay;

TillDay  *till_day_new          (const char     *time_zone,
                                 const char     *day_starts,
                                 GError        **error);
void      till_day_free         (TillDay        *day);

int       till_day_of           (const TillDay  *day,
                                 gint64          at_us);
gboolean  till_day_parse        (const char     *text,
                                 int            *date);
char     *till_day_format       (const TillDay  *day,
                                 gint64          at_us,
                                 const char     *format);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillDay, till_day_free)

G_END_DECLS
