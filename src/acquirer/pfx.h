/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/sign.h"

G_BEGIN_DECLS

TillKey *till_pfx_load  (const char  *path,
                         const char  *password,
                         char       **number,
                         GError     **error);

G_END_DECLS
