/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/picture.h"

G_BEGIN_DECLS

gboolean  till_picture_file_load  (const char   *path,
                                   TillPicture  *picture,
                                   GError      **error);

G_END_DECLS
