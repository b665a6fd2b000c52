/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*TillClockFunc) (gpointer user_data);

/* The one clock of the program, and its timers. Wall time is what rows and signatures carry;
 * deadlines are kept on the monotonic one, which nobody can set. */
typedef struct {
  gint64  (*now_us)    (gpointer self);                 /* µs since 1970 UTC */
  gint64  (*mono_us)   (gpointer self);                 /* µs since some moment, never back */
  guint   (*add_timer) (gpointer self, gint64 delay_ms,
                        TillClockFunc func, gpointer user_data);  /* once; never 0 */
  void    (*cancel)    (gpointer self, guint timer);
  gpointer self;
} TillClock;

static inline gint64
till_clock_now_us (const TillClock *clock)
{
  return clock->now_us (clock->self);
}

static inline gint64
till_clock_mono_us (const TillClock *clock)
{
  return clock->mono_us (clock->self);
}

static inline guint
till_clock_add_timer (const TillClock *clock,
                      gint64           delay_ms,
                      TillClockFunc    func,
                      gpointer         user_data)
{
  return clock->add_timer (clock->self, delay_ms, func, user_data);
}

static inline void
till_clock_cancel (const TillClock *clock, guint timer)
{
  clock->cancel (clock->self, timer);
}

G_END_DECLS
