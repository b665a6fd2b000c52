/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/harden.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Address sanitizers map more than there is. */
#ifdef __SANITIZE_ADDRESS__
#define LOCKS_MEMORY FALSE
#else
#define LOCKS_MEMORY TRUE
#endif

/* Where not all memory may be locked (RLIMIT_MEMLOCK is 8 MiB in Debian), these parts are: the
 * heap, in one piece, and the stack as deep as libraries go. */
#define HEAP_BYTES  (1024 * 1024)
#define STACK_BYTES (256 * 1024)

/* Makes malloc() take all from one piece, grown once. */
static void
lock_heap (void)
{
  char *heap;

  mallopt (M_ARENA_MAX, 1);
  mallopt (M_MMAP_MAX, 0);
  mallopt (M_TRIM_THRESHOLD, G_MAXINT);
  mallopt (M_TOP_PAD, HEAP_BYTES);
  heap = malloc (HEAP_BYTES / 2);
  if (heap)
    mlock (heap, HEAP_BYTES / 2);
  free (heap);
}

static void
lock_stack (void)
{
  volatile guint8 stack[STACK_BYTES];

  for (gsize i = 0; i < STACK_BYTES; i += 1024)
    stack[i] = 0;
  mlock ((const void *) stack, STACK_BYTES);
}

/**
 * till_harden_memory:
 *
 * Card data lies in memory: no core dump, no debugger of this user, no swap. The first two before
 * anything else; a kernel that refuses to lock is no reason not to read cards.
 */
void
till_harden_memory (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!LOCKS_MEMORY || mlockall (MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0)
    return;
  lock_heap ();
  lock_stack ();
}

/**
 * till_harden_environment:
 *
 * Nobody tells the libraries by the environment to write down what they carry: libnfc at its third
 * level prints the card's number. What they print goes nowhere.
 */
void
till_harden_environment (void)
{
  static const char *const kept[] = { "PCSCLITE_CSOCK_NAME" };
  g_autofree char *value = g_strdup (g_getenv (kept[0]));
  const int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  clearenv ();
  setenv ("LIBNFC_LOG_LEVEL", "0", TRUE);
  setenv ("LIBNFC_AUTO_SCAN", "false", TRUE);
  setenv ("LIBNFC_INTRUSIVE_SCAN", "false", TRUE);
  if (value)
    setenv (kept[0], value, TRUE);

  if (null < 0 || dup2 (null, STDOUT_FILENO) < 0 || dup2 (null, STDERR_FILENO) < 0)
    _exit (1);
  umask (0077);
  /* OpenSSL writes without MSG_NOSIGNAL. */
  signal (SIGPIPE, SIG_IGN);
  if (chdir ("/") < 0)
    _exit (1);
}
