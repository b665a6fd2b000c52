/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/wedge.h"

/* A scanner types a character every 1 to 20 ms, over Bluetooth up to 30; the fastest typist needs
 * 60, and two keys that roll over each other are only two. A key that repeats by itself comes every
 * 25 to 40 ms, but it is one and the same. */
#define FAST_MS 35
#define SURE_CHARS 4        /* so many so fast are no person's: a hiccup does not cut them in two */
#define END_MS 100          /* the pause that ends a scan without Enter */
#define MIN_CHARS 8         /* the shortest code that anybody scans, EAN-8 */
#define MAX_CHARS 4096
#define MAX_REPEATS 32      /* so long a row of one character is a finger on a key */

struct _TillWedge
{
  const TillClock      *clock;
  const TillWedgeFuncs *funcs;
  gpointer              user_data;

  GString              *burst;
  gint64                last_ms;
  guint                 timer;
};

static gboolean
is_printable (gunichar key)
{
  return key > 0x20 && key < 0x7f;
}

static gboolean
ends_a_scan (gunichar key)
{
  return key == '\r' || key == '\n' || key == '\t';
}

static gboolean
is_one_key (const GString *burst)
{
  for (gsize i = 1; i < burst->len; i++) {
    if (burst->str[i] != burst->str[0])
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_scan (const GString *burst)
{
  return burst->len >= MIN_CHARS && !is_one_key (burst);
}

/* How long the next character may take and still belong to the burst. */
static gint64
patience_ms (const GString *burst)
{
  return burst->len >= SURE_CHARS ? END_MS : FAST_MS;
}

static void
clear_timer (TillWedge *self)
{
  if (self->timer)
    till_clock_cancel (self->clock, self->timer);
  self->timer = 0;
}

static void
end_burst (TillWedge *self)
{
  g_autofree char *text = g_strdup (self->burst->str);
  gboolean was_scan = is_scan (self->burst);
  gboolean was_empty = self->burst->len == 0;

  clear_timer (self);
  g_string_truncate (self->burst, 0);
  if (was_empty)
    return;

  if (was_scan) {
    self->funcs->taken (self->user_data);
    self->funcs->scanned (text, self->user_data);
  } else {
    self->funcs->released (self->user_data);
  }
}

static void
paused_cb (gpointer user_data)
{
  TillWedge *self = user_data;

  self->timer = 0;
  end_burst (self);
}

static void
add_to_burst (TillWedge *self,
              gunichar   key,
              gint64     at_ms)
{
  if (self->burst->len < MAX_CHARS)
    g_string_append_c (self->burst, (char) key);
  self->last_ms = at_ms;

  clear_timer (self);
  self->timer = till_clock_add_timer (self->clock, patience_ms (self->burst), paused_cb, self);
}

/**
 * till_wedge_new:
 * @clock: for the pause that ends a burst; outlives the wedge
 * @funcs: outlives the wedge
 *
 * Returns: (transfer full): a wedge that holds nothing
 */
TillWedge *
till_wedge_new (const TillClock      *clock,
                const TillWedgeFuncs *funcs,
                gpointer              user_data)
{
  TillWedge *self = g_new0 (TillWedge, 1);

  self->clock = clock;
  self->funcs = funcs;
  self->user_data = user_data;
  self->burst = g_string_new (NULL);

  return self;
}

void
till_wedge_free (TillWedge *self)
{
  if (!self)
    return;

  clear_timer (self);
  g_string_free (self->burst, TRUE);
  g_free (self);
}

/**
 * till_wedge_press:
 * @key: its character; '\r' for Enter, '\t' for Tab; 0 for a key that has none
 * @at_ms: when it was pressed, by the keyboard's own clock: a busy program sees the keys late and
 *   all at once
 *
 * Calls taken() and scanned(), or released(), for what was held before this key, and only then
 * tells what becomes of the key itself.
 *
 * Returns: what to do with the key
 */
TillWedgeVerdict
till_wedge_press (TillWedge *self,
                  gunichar   key,
                  gint64     at_ms)
{
  gboolean is_fast = at_ms - self->last_ms < patience_ms (self->burst);
  gboolean was_scan = is_scan (self->burst);

  if (is_fast && ends_a_scan (key) && was_scan) {
    end_burst (self);
    return TILL_WEDGE_SWALLOW;
  }
  if (!is_fast || !is_printable (key) ||
      (self->burst->len >= MAX_REPEATS && is_one_key (self->burst)))
    end_burst (self);
  if (!is_printable (key))
    return TILL_WEDGE_PASS;

  add_to_burst (self, key, at_ms);

  return TILL_WEDGE_HOLD;
}
