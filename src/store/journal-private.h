/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/db.h"
#include "store/journal.h"
#include "store/writer.h"

G_BEGIN_DECLS

struct _TillJournal
{
  char       *path;
  TillDb     *reader;
  TillWriter *writer;  /* NULL: only to be read */
};

G_END_DECLS
