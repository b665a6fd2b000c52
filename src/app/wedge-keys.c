/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/wedge-keys.h"

#include "app/wedge.h"

/* The keys are taken on their way down, before the focused widget and its input method see them.
 * What turns out to be a person's is put back into the display's queue as it was, so that it takes
 * its whole way again, input method and all. */

struct _TillWedgeKeys
{
  GObject    parent_instance;

  TillClock  clock;
  TillWedge *wedge;
  GQueue     held;      /* (element-type GdkEvent), kept back */
  GQueue     put_back;  /* (element-type GdkEvent), on their way for the second time */
};

enum {
  SIGNAL_SCANNED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillWedgeKeys, till_wedge_keys, G_TYPE_OBJECT)

/* A clock whose timers wait for the keys that have arrived: a program that was busy must not take
 * its own delay for the scanner's pause. */

typedef struct {
  TillClockFunc func;
  gpointer      user_data;
} Timer;

static gboolean
timer_cb (gpointer user_data)
{
  const Timer *timer = user_data;

  timer->func (timer->user_data);

  return G_SOURCE_REMOVE;
}

static guint
add_timer (gpointer      self,
           gint64        delay_ms,
           TillClockFunc func,
           gpointer      user_data)
{
  Timer *timer = g_new (Timer, 1);

  timer->func = func;
  timer->user_data = user_data;

  return g_timeout_add_full (G_PRIORITY_HIGH_IDLE, (guint) delay_ms, timer_cb, timer, g_free);
}

static void
cancel_timer (gpointer self,
              guint    timer)
{
  g_source_remove (timer);
}

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

/* What the wedge says. */

static void
scanned_cb (const char *text,
            gpointer    user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_SCANNED], 0, text);
}

static void
taken_cb (gpointer user_data)
{
  TillWedgeKeys *self = user_data;

  g_queue_clear_full (&self->held, (GDestroyNotify) gdk_event_unref);
}

static void
put_back (TillWedgeKeys *self,
          GdkEvent      *event)   /* (transfer full) */
{
  g_queue_push_tail (&self->put_back, event);
  gdk_display_put_event (gdk_event_get_display (event), event);
}

static void
released_cb (gpointer user_data)
{
  TillWedgeKeys *self = user_data;

  while (!g_queue_is_empty (&self->held))
    put_back (self, g_queue_pop_head (&self->held));
}

static const TillWedgeFuncs funcs = {
  .scanned = scanned_cb,
  .taken = taken_cb,
  .released = released_cb,
};

static gboolean
was_put_back (TillWedgeKeys *self,
              GdkEvent      *event)
{
  if (!g_queue_remove (&self->put_back, event))
    return FALSE;

  gdk_event_unref (event);
  return TRUE;
}

static gunichar
character_of (guint           keyval,
              GdkModifierType state)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return 0;

  return gdk_keyval_to_unicode (keyval);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *keys,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                gpointer               user_data)
{
  TillWedgeKeys *self = user_data;
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (keys));
  gboolean others_first;

  if (was_put_back (self, event) || gdk_key_event_is_modifier (event))
    return GDK_EVENT_PROPAGATE;

  others_first = !g_queue_is_empty (&self->held) || !g_queue_is_empty (&self->put_back);
  switch (till_wedge_press (self->wedge, character_of (keyval, state),
                            gdk_event_get_time (event))) {
  case TILL_WEDGE_PASS:
    if (!others_first)
      return GDK_EVENT_PROPAGATE;
    put_back (self, gdk_event_ref (event));
    return GDK_EVENT_STOP;
  case TILL_WEDGE_HOLD:
    g_queue_push_tail (&self->held, gdk_event_ref (event));
    return GDK_EVENT_STOP;
  case TILL_WEDGE_SWALLOW:
    return GDK_EVENT_STOP;
  }
  g_assert_not_reached ();
}

static void
till_wedge_keys_finalize (GObject *object)
{
  TillWedgeKeys *self = TILL_WEDGE_KEYS (object);

  till_wedge_free (self->wedge);
  g_queue_clear_full (&self->held, (GDestroyNotify) gdk_event_unref);
  g_queue_clear_full (&self->put_back, (GDestroyNotify) gdk_event_unref);

  G_OBJECT_CLASS (till_wedge_keys_parent_class)->finalize (object);
}

static void
till_wedge_keys_class_init (TillWedgeKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_wedge_keys_finalize;

  signals[SIGNAL_SCANNED] = g_signal_new ("scanned", TILL_TYPE_WEDGE_KEYS, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
till_wedge_keys_init (TillWedgeKeys *self)
{
  self->clock = (TillClock) {
    .now_us = now_us,
    .mono_us = mono_us,
    .add_timer = add_timer,
    .cancel = cancel_timer,
  };
  self->wedge = till_wedge_new (&self->clock, &funcs, self);
  g_queue_init (&self->held);
  g_queue_init (&self->put_back);
}

TillWedgeKeys *
till_wedge_keys_new (void)
{
  return g_object_new (TILL_TYPE_WEDGE_KEYS, NULL);
}

/**
 * till_wedge_keys_watch:
 * @window: the till's window, or a dialog over it
 *
 * Takes the scanner's keys out of what is typed into @window.
 */
void
till_wedge_keys_watch (TillWedgeKeys *self,
                       GtkWidget     *window)
{
  GtkEventController *keys;

  g_return_if_fail (TILL_IS_WEDGE_KEYS (self));

  /* Twice would hold back what the other has just put back, for ever. */
  if (g_object_get_data (G_OBJECT (window), "till-wedge-keys"))
    return;

  g_object_set_data (G_OBJECT (window), "till-wedge-keys", self);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (window, keys);
}

/**
 * till_wedge_keys_feed:
 * @text: what a scanner would type
 *
 * Types @text as fast as a scanner, and Enter: for the training shop's customer.
 */
void
till_wedge_keys_feed (TillWedgeKeys *self,
                      const char    *text)
{
  gint64 at_ms = g_get_monotonic_time () / 1000;

  g_return_if_fail (TILL_IS_WEDGE_KEYS (self));

  for (const char *p = text; *p; p++)
    till_wedge_press (self->wedge, (guchar) *p, at_ms++);
  till_wedge_press (self->wedge, '\r', at_ms);
}
