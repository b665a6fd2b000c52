/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* What a program asked of the disk, in the order in which it happened. */
typedef enum {
  CRASH_WRITE,     /* inode, offset; the bytes */
  CRASH_TRUNCATE,  /* inode, offset: the new size */
  CRASH_SYNC,      /* inode, of a file or of a folder */
  CRASH_FORGET,    /* inode: a sync that failed; the system drops what it could not write */
  CRASH_CREATE,    /* inode, folder; the name */
  CRASH_MKDIR,     /* inode, folder; the name */
  CRASH_REMOVE,    /* folder; the name */
  CRASH_RENAME,    /* folder; the old name, a zero byte, the new name */
  CRASH_SAID,      /* what the program told somebody; its words */
} CrashRecordKind;

/* Followed by n_bytes. */
typedef struct {
  uint32_t kind;
  uint32_t n_bytes;
  uint64_t inode;
  uint64_t folder;  /* its inode */
  int64_t  offset;
} CrashRecord;

/* The environment by which calls.c is told what to do; all of it concerns one folder alone. */
#define CRASH_ENV_UNDER       "TILL_CRASH_UNDER"        /* that folder */
#define CRASH_ENV_LOG         "TILL_CRASH_LOG"          /* keep a write log in this file */
#define CRASH_ENV_FAULT       "TILL_CRASH_FAULT"        /* see calls-fault.c */
#define CRASH_ENV_HITS        "TILL_CRASH_HITS"         /* note in this file what was counted */
#define CRASH_ENV_SYNCHRONOUS "TILL_CRASH_SYNCHRONOUS"  /* in place of SQLite's FULL */
