/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"
#include "port/tap.h"

G_BEGIN_DECLS

/* Cards and phones at a contactless reader, through processes of their own. */
#define TILL_TYPE_READER (till_reader_get_type ())
G_DECLARE_FINAL_TYPE (TillReader, till_reader, TILL, READER, GObject)

TillTap *till_reader_new           (const char      *program,
                                    const TillClock *clock);
char    *till_reader_find_program  (void);

G_END_DECLS
