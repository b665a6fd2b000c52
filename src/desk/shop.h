/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "port/ports.h"
#include "store/journal.h"
#include "store/profile.h"

G_BEGIN_DECLS

/* What a shop's till is made of, opened together. */
typedef struct {
  const TillPorts *ports;
  TillProfile     *profile;
  TillJournal     *journal;
  GPtrArray       *merchants;  /* (element-type TillMerchant), in the profile's order */
  GHashTable      *renewed;    /* merchant → when its day's key was asked for, in ms */
} TillShop;

TillShop      *till_shop_open           (const char       *dir,
                                         const TillPorts  *ports,
                                         TillJournalFlags  flags,
                                         GError          **error);
void           till_shop_free           (TillShop         *shop);

TillMerchant  *till_shop_find_merchant  (const TillShop   *shop,
                                         const char       *id);
TillMerchant  *till_shop_route          (const TillShop   *shop,
                                         TillBrand         brand,
                                         TillCall          call);
char          *till_shop_new_number     (const TillShop   *shop);
gint64         till_shop_now_us         (const TillShop   *shop);
gint64         till_shop_mono_ms        (const TillShop   *shop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillShop, till_shop_free)

G_END_DECLS
