/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "port/clock.h"

G_BEGIN_DECLS

/* One till-reader: it gets one request, says things, and is gone. */
typedef struct _TillReaderProcess TillReaderProcess;

typedef struct {
  void (*said) (const char *word, GVariant *values, gpointer user_data);
  /* The last thing that is heard of it; it is freed then. */
  void (*gone) (gpointer user_data);
} TillReaderProcessFuncs;

TillReaderProcess *till_reader_process_new    (const char                    *program,
                                               const TillClock               *clock,
                                               const TillReaderProcessFuncs  *funcs,
                                               gpointer                       user_data,
                                               GError                       **error);
gboolean           till_reader_process_ask    (TillReaderProcess             *self,
                                               const char                    *word,
                                               GVariant                      *values,
                                               int                            fd);
void               till_reader_process_leave  (TillReaderProcess             *self);
void               till_reader_process_drop   (TillReaderProcess             *self);

G_END_DECLS
