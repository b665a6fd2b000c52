/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calls-room.h"

#include "calls.h"

#include <errno.h>
#include <sys/stat.h>

/* A disk with little room left, for a program that is linked with calls.c and says how much. */

static CrashRoom room_kind;
static int64_t room = INT64_MAX;

/* From now on so much can be written. */
void
crash_room_set (CrashRoom kind,
                int64_t   n_bytes)
{
  room_kind = kind;
  room = n_bytes;
}

/* Somebody freed some space. */
void
crash_room_forget (void)
{
  room = INT64_MAX;
}

static int64_t
needed (int     fd,
        int64_t offset,
        int64_t n_bytes)
{
  struct stat status;
  int64_t beyond;

  if (room_kind == CRASH_ROOM_ALL || fstat (fd, &status) != 0)
    return n_bytes;

  beyond = offset + n_bytes - status.st_size;
  return beyond > 0 ? beyond : 0;
}

/* Returns 0, or ENOSPC. What has no room is cut off. */
int
crash_room_take (int      fd,
                 int64_t  offset,
                 size_t  *n_bytes)
{
  int64_t n_needed, n_lacking;

  if (room == INT64_MAX)
    return 0;

  n_needed = needed (fd, offset, (int64_t) *n_bytes);
  n_lacking = n_needed > room ? n_needed - room : 0;
  room -= n_needed - n_lacking;
  if (n_lacking >= (int64_t) *n_bytes)
    return ENOSPC;

  *n_bytes -= (size_t) n_lacking;
  return 0;
}
