/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A pn532-sim of one's own, in another process: card data stays there. The program's path is in
 * the environment, TILL_PN532_SIM. */
typedef struct _Pn532Host Pn532Host;

Pn532Host  *pn532_host_new         (gboolean     pace);
void        pn532_host_free        (Pn532Host   *self);
const char *pn532_host_get_reader  (Pn532Host   *self);
const char *pn532_host_get_folder  (Pn532Host   *self);
GPid        pn532_host_get_pid     (Pn532Host   *self);
void        pn532_host_say         (Pn532Host   *self,
                                    const char  *format,
                                    ...) G_GNUC_PRINTF (2, 3);
const char *pn532_host_get_read    (Pn532Host   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pn532Host, pn532_host_free)

G_END_DECLS
