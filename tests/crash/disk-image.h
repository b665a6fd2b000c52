/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "write-log.h"

G_BEGIN_DECLS

/* A disk on which a write log is played: what is surely there, and what may be there. */
typedef struct _DiskImage DiskImage;

/* What becomes of that which was not forced to the disk when the power goes. */
typedef enum {
  DISK_TEMPER_LOSES,    /* nothing of it is there */
  DISK_TEMPER_KEEPS,    /* all of it */
  DISK_TEMPER_DICES,    /* each sector is old, new, half of both, or junk; each name new or old */
} DiskTemper;
#define DISK_N_TEMPERS 3

DiskImage *disk_image_new    (guint64             root_inode,
                              guint32             seed);
void       disk_image_free   (DiskImage          *self);
void       disk_image_apply  (DiskImage          *self,
                              const CrashRecord  *record,
                              const guint8       *bytes);
void       disk_image_cut    (DiskImage          *self,
                              DiskTemper          temper,
                              GRand              *rand,
                              const char         *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiskImage, disk_image_free)

G_END_DECLS
