/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/system-clock.h"

typedef struct {
  TillClockFunc func;
  gpointer      user_data;
} Timer;

static gint64
now_us (gpointer self)
{
  return g_get_real_time ();
}

static gint64
mono_us (gpointer self)
{
  return g_get_monotonic_time ();
}

static gboolean
timer_due_cb (gpointer user_data)
{
  const Timer *timer = user_data;

  timer->func (timer->user_data);
  return G_SOURCE_REMOVE;
}

/* On the context of the thread that asks, where its objects live. GLib counts a delay in a guint of
 * ms; longer than 49 days is cut to that. */
static guint
add_timer (gpointer      self,
           gint64        delay_ms,
           TillClockFunc func,
           gpointer      user_data)
{
  g_autoptr (GSource) source = g_timeout_source_new ((guint) CLAMP (delay_ms, 0, G_MAXUINT));
  Timer *timer = g_new (Timer, 1);

  *timer = (Timer) { func, user_data };
  g_source_set_callback (source, timer_due_cb, timer, g_free);
  g_source_set_static_name (source, "till timer");

  return g_source_attach (source, g_main_context_get_thread_default ());
}

/* A timer that has fired is gone, and cancelling it is no mistake. */
static void
cancel (gpointer self,
        guint    timer)
{
  GSource *source = timer == 0 ? NULL :
    g_main_context_find_source_by_id (g_main_context_get_thread_default (), timer);

  if (source)
    g_source_destroy (source);
}

/**
 * till_system_clock_get:
 *
 * Returns: the machine's clock; its timers fire on the main context of the thread that adds them
 */
const TillClock *
till_system_clock_get (void)
{
  static const TillClock clock = {
    .now_us = now_us,
    .mono_us = mono_us,
    .add_timer = add_timer,
    .cancel = cancel,
  };

  return &clock;
}
