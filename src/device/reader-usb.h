/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/tap.h"

G_BEGIN_DECLS

void         till_reader_usb_list    (GPtrArray    *readers,
                                      const char   *root);
TillTapState till_reader_usb_refine  (TillTapState  told,
                                      const char   *reader,
                                      const char   *root);

G_END_DECLS
