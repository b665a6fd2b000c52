/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "heap.h"

#include <sqlite3.h>
#include <string.h>

/* SQLite's memory: lists of free blocks by powers of two, which never go back. A life opens
 * journals by the dozen, and each is thousands of small blocks. */

#define N_SIZES     22              /* 16 bytes to 32 MiB */
#define CHUNK_BYTES (1024 * 1024)

/* Before each block: which list it is of. Sixteen bytes, so that blocks are aligned. */
typedef struct {
  gsize  size;
  gsize  unused;
} Head;

typedef struct Free Free;
struct Free
{
  Free *next;
};

static Free *free_blocks[N_SIZES];
static char *chunk;
static gsize chunk_left;
static int is_locked;   /* the audit of a journal has a thread of its own */

static void
lock (void)
{
  while (!g_atomic_int_compare_and_exchange (&is_locked, 0, 1))
    continue;
}

static void
unlock (void)
{
  g_atomic_int_set (&is_locked, 0);
}

static gsize
bytes_of (gsize size)
{
  return (gsize) 16 << size;
}

static void *
cut_from_chunk (gsize size)
{
  gsize n_bytes = bytes_of (size) + sizeof (Head);
  Head *head;

  if (n_bytes > CHUNK_BYTES / 4) {
    head = g_malloc (n_bytes);
  } else {
    if (chunk_left < n_bytes) {
      chunk = g_malloc (CHUNK_BYTES);
      chunk_left = CHUNK_BYTES;
    }
    head = (Head *) (gpointer) chunk;
    chunk += n_bytes;
    chunk_left -= n_bytes;
  }
  head->size = size;

  return head + 1;
}

static void *
heap_malloc (int n_bytes)
{
  gsize size = n_bytes <= 16 ? 0 : g_bit_storage ((gulong) n_bytes - 1) - 4;
  Free *block;

  lock ();
  block = free_blocks[size];
  if (block)
    free_blocks[size] = block->next;
  else
    block = cut_from_chunk (size);
  unlock ();

  return block;
}

static void
heap_free (void *memory)
{
  Free *block = memory;
  gsize size = ((Head *) memory - 1)->size;

  lock ();
  block->next = free_blocks[size];
  free_blocks[size] = block;
  unlock ();
}

static int
heap_size (void *memory)
{
  return (int) bytes_of (((Head *) memory - 1)->size);
}

static void *
heap_realloc (void *memory,
              int   n_bytes)
{
  void *moved;

  if (n_bytes <= heap_size (memory))
    return memory;

  moved = heap_malloc (n_bytes);
  memcpy (moved, memory, (gsize) heap_size (memory));
  heap_free (memory);

  return moved;
}

static int
heap_roundup (int n_bytes)
{
  return n_bytes <= 16 ? 16 : 1 << g_bit_storage ((gulong) n_bytes - 1);
}

static int
heap_init (void *unused)
{
  return SQLITE_OK;
}

static void
heap_shutdown (void *unused)
{
}

/**
 * heap_install:
 *
 * Before SQLite's first use.
 */
void
heap_install (void)
{
  static const sqlite3_mem_methods methods = {
    heap_malloc, heap_free, heap_realloc, heap_size, heap_roundup, heap_init, heap_shutdown, NULL,
  };

  sqlite3_config (SQLITE_CONFIG_MALLOC, &methods);
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
}
