/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/system-random.h"

#include <errno.h>
#include <sys/random.h>

/* A signal may cut a long read short; any other failure means that order numbers and nonces could
 * be foretold, and ends the program. */
static void
fill (gpointer self,
      guint8  *bytes,
      gsize    n_bytes)
{
  gsize done = 0;

  while (done < n_bytes) {
    gssize n = getrandom (bytes + done, n_bytes - done, 0);

    if (n < 0 && errno != EINTR)
      g_error ("getrandom: %s", g_strerror (errno));
    if (n > 0)
      done += (gsize) n;
  }
}

/**
 * till_system_random_get:
 *
 * Returns: the kernel's randomness; it aborts the program where the kernel has none
 */
const TillRandom *
till_system_random_get (void)
{
  static const TillRandom random = { .fill = fill };

  return &random;
}
