/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* What a write needs room for. */
typedef enum {
  CRASH_ROOM_GROWTH,  /* what makes a file longer, as on most disks */
  CRASH_ROOM_ALL,     /* each byte, as where nothing is written over */
} CrashRoom;

void  crash_room_set     (CrashRoom  kind,
                          int64_t    n_bytes);
void  crash_room_forget  (void);
