/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/ticker.h"

struct _TillTicker
{
  GObject          parent_instance;

  const TillClock *clock;
  guint            timer;
};

enum {
  PROP_0,
  PROP_NOW_US,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillTicker, till_ticker, G_TYPE_OBJECT)

/* On the second, so that two countdowns step together. */
static void
tick_cb (gpointer user_data)
{
  TillTicker *self = user_data;
  gint64 now_ms = till_clock_now_us (self->clock) / 1000;

  self->timer = till_clock_add_timer (self->clock, 1000 - now_ms % 1000, tick_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOW_US]);
}

static void
till_ticker_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_NOW_US:
    g_value_set_int64 (value, till_ticker_get_now_us (TILL_TICKER (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_ticker_finalize (GObject *object)
{
  TillTicker *self = TILL_TICKER (object);

  if (self->timer)
    till_clock_cancel (self->clock, self->timer);

  G_OBJECT_CLASS (till_ticker_parent_class)->finalize (object);
}

static void
till_ticker_class_init (TillTickerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = till_ticker_get_property;
  object_class->finalize = till_ticker_finalize;

  props[PROP_NOW_US] =
    g_param_spec_int64 ("now-us", NULL, NULL, 0, G_MAXINT64, 0,
                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
till_ticker_init (TillTicker *self)
{
}

/**
 * till_ticker_new:
 * @clock: outlives the ticker
 *
 * Returns: (transfer full): a ticker that runs
 */
TillTicker *
till_ticker_new (const TillClock *clock)
{
  TillTicker *self = g_object_new (TILL_TYPE_TICKER, NULL);

  self->clock = clock;
  tick_cb (self);

  return self;
}

gint64
till_ticker_get_now_us (TillTicker *self)
{
  g_return_val_if_fail (TILL_IS_TICKER (self), 0);

  return till_clock_now_us (self->clock);
}
