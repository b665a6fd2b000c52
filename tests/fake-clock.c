/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-clock.h"

struct _TillFakeClock
{
  TillClock port;
  gint64    now_us;
  gint64    mono_us;
  guint     last_id;
  GQueue    timers;  /* Timer, the next first */
};

typedef struct {
  guint         id;
  gint64        due_us;  /* on the monotonic clock */
  TillClockFunc func;
  gpointer      user_data;
} Timer;

static gint64
now_us (gpointer self)
{
  return ((TillFakeClock *) self)->now_us;
}

static gint64
mono_us (gpointer self)
{
  return ((TillFakeClock *) self)->mono_us;
}

/* Of two that are due at once the older goes first. */
static int
compare_due (gconstpointer a,
             gconstpointer b,
             gpointer      user_data)
{
  const Timer *one = a, *other = b;

  return one->due_us < other->due_us ? -1 : one->due_us > other->due_us ? 1 :
         one->id < other->id ? -1 : 1;
}

static guint
add_timer (gpointer      data,
           gint64        delay_ms,
           TillClockFunc func,
           gpointer      user_data)
{
  TillFakeClock *self = data;
  Timer *timer = g_new (Timer, 1);

  *timer = (Timer) { ++self->last_id, self->mono_us + MAX (delay_ms, 0) * 1000, func, user_data };
  g_queue_insert_sorted (&self->timers, timer, compare_due, NULL);

  return timer->id;
}

static void
cancel (gpointer data,
        guint    id)
{
  TillFakeClock *self = data;

  for (GList *link = self->timers.head; link; link = link->next)
    if (((Timer *) link->data)->id == id) {
      g_free (link->data);
      g_queue_delete_link (&self->timers, link);
      return;
    }
}

TillFakeClock *
till_fake_clock_new (void)
{
  TillFakeClock *self = g_new0 (TillFakeClock, 1);

  self->port = (TillClock) { now_us, mono_us, add_timer, cancel, self };
  self->now_us = TILL_FAKE_CLOCK_START_US;
  self->mono_us = G_USEC_PER_SEC;
  g_queue_init (&self->timers);

  return self;
}

void
till_fake_clock_free (TillFakeClock *self)
{
  g_queue_clear_full (&self->timers, g_free);
  g_free (self);
}

const TillClock *
till_fake_clock_get_port (TillFakeClock *self)
{
  return &self->port;
}

guint
till_fake_clock_get_n_timers (TillFakeClock *self)
{
  return self->timers.length;
}

/**
 * till_fake_clock_get_next_ms:
 *
 * Returns: in how many ms the next timer is due, rounded up; −1 when there is none
 */
gint64
till_fake_clock_get_next_ms (TillFakeClock *self)
{
  const Timer *next = g_queue_peek_head (&self->timers);

  return next ? (next->due_us - self->mono_us + 999) / 1000 : -1;
}

/**
 * till_fake_clock_set_now:
 *
 * Sets the wall clock, as a clerk does; timers do not notice.
 */
void
till_fake_clock_set_now (TillFakeClock *self,
                         gint64         now)
{
  self->now_us = now;
}

static void
move_to (TillFakeClock *self,
         gint64         moment_us)
{
  self->now_us += moment_us - self->mono_us;
  self->mono_us = moment_us;
}

/**
 * till_fake_clock_advance:
 *
 * Lets @ms pass on both clocks and fires what falls due, in order, each at its own moment; also
 * what is added on the way. Callbacks run from here, not from the main loop.
 */
void
till_fake_clock_advance (TillFakeClock *self,
                         gint64         ms)
{
  gint64 end_us = self->mono_us + ms * 1000;
  const Timer *next;

  while ((next = g_queue_peek_head (&self->timers)) && next->due_us <= end_us) {
    g_autofree Timer *timer = g_queue_pop_head (&self->timers);

    move_to (self, timer->due_us);
    timer->func (timer->user_data);
  }
  move_to (self, end_us);
}
