/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/secret.h"

G_BEGIN_DECLS

const TillSecret *till_keyring_get (void);

G_END_DECLS
