/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

/* In each which row corners are looked for. */
#define TILL_FINDER_ROW_STEP 2

/* A corner of a QR code: a square in a ring. */
typedef struct {
  TillPoint at;         /* its middle */
  double    module_px;  /* mean of along rows and along columns */
  guint     n_rows;     /* that met it */
  gboolean  is_light;   /* on dark */
} TillFinder;

guint till_finders_find (const TillGrey *picture,
                         guint           reach,
                         TillFinder     *finders,
                         guint           n_most);

G_END_DECLS
