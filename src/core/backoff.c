/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/backoff.h"

/**
 * till_backoff_ms:
 * @steps: ends with a step whose until_ms is 0
 * @elapsed_ms: since the payment was asked, or since closing began
 *
 * Returns: how long to wait before asking again, in ms
 */
gint64
till_backoff_ms (const TillBackoffStep *steps,
                 gint64                 elapsed_ms)
{
  g_return_val_if_fail (steps != NULL, 0);

  while (steps->until_ms != 0 && elapsed_ms >= steps->until_ms)
    steps++;

  return steps->every_ms;
}
