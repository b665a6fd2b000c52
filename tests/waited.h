/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* How long a till-reader has waited in vain: the time-outs that ran out, and pauses. It does not grow
 * while other programs have the processor, so it can be judged on a busy machine. Shared between
 * the test and the library that counts (waited.c), through the file that TILL_WAITED names. */
typedef struct {
  int64_t total_us;
  int64_t news_us;   /* the total when the till was told of something but that a card is waited for
                      * or read; −1: it was not, and who waits for the process to end hears then */
} Waited;
