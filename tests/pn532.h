/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-card.h"

G_BEGIN_DECLS

/* A PN532 on its high-speed UART, with what may go wrong there: bytes in, bytes out. */
typedef struct _Pn532 Pn532;

typedef struct {
  void     (*send)   (const guint8 *bytes, gsize n_bytes, gpointer user_data);
  /* TRUE where the host spoke before the time was over: what is under way is given up. */
  gboolean (*pause)  (guint ms, gpointer user_data);
  void     (*unplug) (gpointer user_data);
  /* A phone has read what the tag says. */
  void     (*read)   (const guint8 *bytes, gsize n_bytes, gpointer user_data);
} Pn532Funcs;

Pn532      *pn532_new             (const Pn532Funcs *funcs,
                                   gpointer          user_data);
void        pn532_free            (Pn532            *self);
gboolean    pn532_put_card        (Pn532            *self,
                                   const char       *name);
void        pn532_remove_card     (Pn532            *self);
void        pn532_put_phone       (Pn532            *self);
gboolean    pn532_set_fault       (Pn532            *self,
                                   const char       *name,
                                   const char       *step,
                                   guint             n_times);
void        pn532_set_seed        (Pn532            *self,
                                   guint32           seed);
void        pn532_feed            (Pn532            *self,
                                   const guint8     *bytes,
                                   gsize             n_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pn532, pn532_free)

G_END_DECLS
