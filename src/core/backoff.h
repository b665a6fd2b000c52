/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Until so long after the asking, do it so often. The last step of a list has until_ms 0: for
 * ever. */
typedef struct {
  gint64 until_ms;
  gint64 every_ms;
} TillBackoffStep;

gint64 till_backoff_ms (const TillBackoffStep *steps,
                        gint64                 elapsed_ms);

G_END_DECLS
