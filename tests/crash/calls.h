/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "write-log.h"

#define CRASH_PATH_MAX 4096

/* What can be made to fail. */
typedef enum {
  CRASH_CALL_WRITE,
  CRASH_CALL_SYNC,
  CRASH_CALL_TRUNCATE,
  CRASH_CALL_CREATE,
  CRASH_CALL_RENAME,
  CRASH_CALL_REMOVE,
  CRASH_CALL_MKDIR,
  CRASH_CALL_COMMIT,  /* SQLite's word, not the system's: done, and told as failed */
} CrashCall;
#define CRASH_N_CALLS 8

/* Calls that do not come back here. */
int      crash_real_open      (const char  *path,
                               int          flags);
ssize_t  crash_real_write     (int          fd,
                               const void  *bytes,
                               size_t       n_bytes);

int      crash_fault_check    (CrashCall    call,
                               const char  *path,
                               size_t      *n_bytes);

int      crash_room_take      (int          fd,
                               int64_t      offset,
                               size_t      *n_bytes);

bool     crash_log_is_on      (void);
void     crash_log_add        (CrashRecord *record,
                               const void  *bytes);
void     crash_log_said       (const char  *words);
