/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this kernel lets a process give up for good. */
typedef struct {
  gboolean files;  /* Landlock: writes nothing, reads only what libraries need */
  gboolean calls;  /* seccomp: no new sockets, programs, processes */
} TillConfined;

TillConfined till_confine (const char *readable_file);

G_END_DECLS
