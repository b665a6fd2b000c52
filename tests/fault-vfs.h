/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What SQLite asks of the disk, and can be made to fail. */
typedef enum {
  FAULT_OPEN     = 1 << 0,
  FAULT_WRITE    = 1 << 1,
  FAULT_SYNC     = 1 << 2,
  FAULT_TRUNCATE = 1 << 3,
  FAULT_DELETE   = 1 << 4,
  FAULT_SHARED   = 1 << 5,  /* the log's index in shared memory */
  FAULT_READ     = 1 << 6,
} FaultOps;
#define FAULT_CHANGES (FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_DELETE)

/* What shall happen. All zero: nothing. */
typedef struct {
  FaultOps     ops;
  const char  *suffix;      /* of the files concerned; NULL for all */
  guint        at;          /* the how-manieth such call, from 1; 0 for none */
  gboolean     for_ever;    /* all from that one on */
  gboolean     after_all;   /* fails though it was done */
  gboolean     ends;        /* the program ends there, as by kill -9 */
  int          code;        /* what SQLite is told */
} Fault;

void   fault_vfs_install    (void);
void   fault_vfs_set        (const Fault *fault);
guint  fault_vfs_get_calls  (void);
void   fault_vfs_set_waits  (gboolean     really);

G_END_DECLS
