/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "desk/books.h"
#include "disk.h"
#include "store/journal-private.h"

/* A till's power, disk and clock. */

/* Two tills of one shop, with the same contracts; the second was copied from the first, and so
 * bears its register number too. */

static gint64
wall_us (gpointer data)
{
  const Till *self = data;

  return till_clock_mono_us (self->world->clock) + self->wall_offset_us;
}

static gint64
mono_us (gpointer data)
{
  const Till *self = data;

  return till_clock_mono_us (self->world->clock);
}

static guint
add_timer (gpointer      data,
           gint64        delay_ms,
           TillClockFunc func,
           gpointer      user_data)
{
  const Till *self = data;

  return till_clock_add_timer (self->world->clock, delay_ms, func, user_data);
}

static void
cancel_timer (gpointer data,
              guint    timer)
{
  const Till *self = data;

  till_clock_cancel (self->world->clock, timer);
}

static void
write_file (const char *dir,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, 0600);
}

static void
make_profile (Till *self)
{
  g_autofree char *keys = g_build_filename (self->dir, "keys", NULL);

  g_assert_cmpint (g_mkdir_with_parents (keys, 0700), ==, 0);
  write_file (keys, "till.pem", "the till");
  write_file (keys, "wechat.pem", "WECHATBANK0");
  write_file (keys, "alipay.pem", "the alipay bank");
  write_file (keys, "unionpay.pem", "UNIONPAY");
  write_file (keys, "cmb.pem", "the cmb bank");
  write_file (keys, "cards.pem", "the card bank");
  g_assert_true (till_journal_create (self->journal, NULL));
}

/* The desktop's secret service; without power it keeps nothing. */

static char *
look_up_secret (gpointer    user_data,
                const char *name,
                GError    **error)
{
  const Till *self = user_data;

  return g_strdup (g_hash_table_lookup (self->kept, name));
}

static gboolean
store_secret (gpointer    user_data,
              const char *name,
              const char *value,
              GError    **error)
{
  Till *self = user_data;

  if (!self->power_is_gone)
    g_hash_table_insert (self->kept, g_strdup (name), g_strdup (value));
  return TRUE;
}

/* What goes wrong with a commit is drawn when it begins, once for all that it writes: how much that
 * is depends on the whole journal, and what comes of a customer shall not. */
static void
draw_mishap (Till *self)
{
  static const struct {
    Chance      kind;
    guint       permille;
    int         code;
    gboolean    at_sync;
    const char *said;
  } mishaps[] = {
    { CHANCE_POWER,      8, SQLITE_IOERR_WRITE, FALSE, "the power goes while the till writes" },
    { CHANCE_DISK_FULL,  8, SQLITE_FULL,        FALSE, "the disk is full" },
    { CHANCE_DISK_WRITE, 8, SQLITE_IOERR_WRITE, FALSE, "a write fails" },
    { CHANCE_DISK_SYNC,  4, SQLITE_IOERR_FSYNC, TRUE,  "a sync fails" },
  };
  World *world = self->world;

  self->mishap = (Mishap) { .is_drawn = TRUE };
  for (guint i = 0; i < G_N_ELEMENTS (mishaps) && !self->mishap.code; i++) {
    Chance kind = mishaps[i].kind;

    if (kind == CHANCE_DISK_FULL
          ? !chance_goes_on (&world->chances, kind, mishaps[i].permille, now_ms (world), 10000)
          : !happens (world, kind, mishaps[i].permille))
      continue;
    self->mishap.kind = kind;
    self->mishap.code = mishaps[i].code;
    self->mishap.said = mishaps[i].said;
    self->mishap.n_left = mishaps[i].at_sync ? G_MAXUINT : draw (world, kind, 12);
  }
}

/* A write that fails may have left half of what it was to write. */
static DiskFault
disk_fault_cb (gboolean is_sync,
               gpointer user_data)
{
  static const DiskFault ok = { 0 };
  Till *self = user_data;
  World *world = self->world;
  Mishap *mishap = &self->mishap;
  int code;

  if (self->power_is_gone)
    return (DiskFault) { SQLITE_IOERR_WRITE, 0 };
  if (!mishap->is_drawn)
    draw_mishap (self);
  mishap->is_drawn = !is_sync;
  if (!mishap->code || world->chances.all_off || (!is_sync && mishap->n_left-- > 0) ||
      (is_sync && mishap->kind != CHANCE_POWER && mishap->kind != CHANCE_DISK_SYNC))
    return ok;

  code = mishap->code;
  mishap->code = 0;
  self->disk_failed_ms = now_ms (world);
  tell (world, "%s", mishap->said);
  self->power_is_gone = mishap->kind == CHANCE_POWER;

  return (DiskFault) { code, draw (world, mishap->kind, 1000) };
}

static gboolean
keep_sector_cb (gpointer user_data)
{
  const Till *self = user_data;

  return draw (self->world, CHANCE_SECTOR, 2) == 0;
}

static const char *
who_is_here (gpointer user_data)
{
  const Till *self = user_data;
  guint basket = MIN (self->basket, self->world->n_baskets - 1);

  return self->world->baskets[basket].name;
}

static void
broken_cb (gpointer    user_data,
           const char *what)
{
  Till *self = user_data;

  violate (self->world, "%s", what);
}

/**
 * till_prepare:
 *
 * Makes a till's folder, journal and ports.
 */
void
till_prepare (Till  *self,
              World *world,
              guint  index)
{
  self->world = world;
  self->index = index;
  self->dir = g_strdup_printf ("%s/till-%u", world->dir, index + 1);
  self->journal = g_build_filename (self->dir, "journal.db", NULL);
  make_profile (self);
  disk_set_faults (self->dir, disk_fault_cb, self);

  self->clock = (TillClock) { wall_us, mono_us, add_timer, cancel_timer, self };
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->secret = (TillSecret) { look_up_secret, store_secret, self };
  self->net = net_new (&world->town, find_bank, watch_request, self);
  self->pad = pad_new (&world->town, TILL_HTTP (self->net), who_is_here, broken_cb, self);
  kept_cards_init (&self->cards, self->dir, &self->clock, &world->chances, &self->power_is_gone);
  self->ports = (TillPorts) {
    .clock = &self->clock, .random = &self->random.port, .secret = &self->secret,
    .http = TILL_HTTP (self->net), .tap = TILL_TAP (self->pad),
  };
}

void
till_release (Till *self)
{
  disk_set_faults (self->dir, NULL, NULL);
  kept_cards_release (&self->cards, self->dir);
  g_object_unref (self->pad);
  g_object_unref (self->net);
  g_hash_table_unref (self->kept);
  g_free (self->journal);
  g_free (self->dir);
}

/**
 * till_begin:
 *
 * The shop's contracts, an empty journal, a clock that is right, and luck of its own.
 */
void
till_begin (Till   *self,
            guint64 seed)
{
  contracts_write (&self->world->contracts, self->dir, self->index);
  kept_cards_clear (&self->cards);
  g_hash_table_remove_all (self->kept);
  contracts_add_secrets (self->kept, self->index);
  disk_put (self->journal, self->world->empty);
  till_fake_random_init (&self->random, seed * N_TILLS_MAX + self->index);
  till_set_wall (self, true_wall_us (self->world));
  self->clerk = 0;
  self->basket = self->index;
  self->last_seq = 0;
  self->power_is_gone = FALSE;
  self->mishap = (Mishap) { 0 };
}

/**
 * till_set_wall:
 *
 * Sets the till's wall clock; timers do not notice.
 */
void
till_set_wall (Till  *self,
               gint64 at_us)
{
  self->wall_offset_us = at_us - till_clock_mono_us (self->world->clock);
  net_set_skew (self->net, at_us - true_wall_us (self->world));
}

/**
 * till_check_journal:
 *
 * The chain is whole, and the caches agree.
 */
void
till_check_journal (Till *self)
{
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  if (!till_journal_verify (self->shop->journal, 1, NULL, NULL, NULL, &verdict, &error))
    violate (self->world, "the journal cannot be verified: %s", error->message);
  else if (verdict.first_bad_seq || !verdict.caches_agree)
    violate (self->world, "the journal is broken at row %" G_GINT64_FORMAT ": %s",
             verdict.first_bad_seq, verdict.what ? verdict.what : "its caches");
}

/* Whatever a crash left, what was said to be written is there. Whether all of it is whole is seen
 * at the end. */
static void
check_last_row (Till *self)
{
  g_autoptr (GError) error = NULL;
  gint64 n_rows = 0;

  if (!till_db_get_int (self->shop->journal->reader, "SELECT max (seq) FROM row", &n_rows, &error))
    violate (self->world, "the journal cannot be read: %s", error->message);
  else if (n_rows < self->last_seq)
    violate (self->world,
             "%" G_GINT64_FORMAT " rows were said to be written, %" G_GINT64_FORMAT " are there",
             self->last_seq, n_rows);
}

static void
changed_cb (TillDesk     *desk,
            TillSaleItem *item,
            gpointer      user_data)
{
  watch_changed (user_data, item);
}

/**
 * till_turn_on:
 *
 * Starts the till's program: profile, keys, journal.
 */
void
till_turn_on (Till *self)
{
  g_autoptr (GError) error = NULL;

  self->shop = till_shop_open (self->dir, &self->ports, TILL_JOURNAL_INLINE, &error);
  if (!self->shop) {
    violate (self->world, "the till does not start: %s", error->message);
    return;
  }

  self->started_ms = now_ms (self->world);
  self->desk = till_desk_new (self->shop);
  g_signal_connect (self->desk, "sale-changed", G_CALLBACK (changed_cb), self);
  till_desk_keep_fresh (self->desk);
}

/**
 * till_turn_off:
 *
 * Ends the program, as a window that is closed does: nothing is waited for.
 */
void
till_turn_off (Till *self)
{
  command_end (self);
  for (guint i = 0; i < self->world->n_baskets; i++) {
    if (self->world->baskets[i].till != self)
      continue;
    g_clear_object (&self->world->baskets[i].item);
    g_clear_object (&self->world->baskets[i].tapping);
  }
  if (!self->desk)
    return;

  till_desk_close (self->desk);
  pad_stop (self->pad);
  g_clear_object (&self->desk);
  self->shop = NULL;
  settle ();
}

/**
 * till_start_again_cb:
 *
 * The till starts, looks at its journal, and takes up what is open.
 */
void
till_start_again_cb (gpointer user_data)
{
  Till *self = user_data;
  World *world = self->world;

  if (self->desk || world->violation)
    return;

  tell (world, "the till starts again");
  till_turn_on (self);
  if (!self->desk)
    return;
  check_last_row (self);
  till_desk_resume (self->desk, NULL);
  watch_started (self);
  call_clerk (self, 500);
}

/**
 * till_close_window:
 *
 * The clerk closes the window, whatever is open, and opens it again after a while.
 */
void
till_close_window (Till *self)
{
  tell (self->world, "clerk closes the window");
  till_turn_off (self);
  after (self->world, 500 + draw (self->world, CHANCE_WINDOW, 20000), till_start_again_cb, self);
}

/**
 * till_pull_plug:
 *
 * Whatever the till does next, it does without power; see till_crash().
 */
void
till_pull_plug (Till *self)
{
  if (!self->desk || self->world->chances.all_off)
    return;

  tell (self->world, "somebody pulls the plug");
  self->power_is_gone = TRUE;
}

/**
 * till_crash:
 *
 * Killed, or without power: what was written and not synced may be gone.
 */
void
till_crash (Till *self)
{
  self->power_is_gone = TRUE;
  till_turn_off (self);
  disk_cut_power (self->dir, keep_sector_cb, self);
  self->mishap = (Mishap) { 0 };
  self->power_is_gone = FALSE;
  tell (self->world, "the till is off");
  after (self->world,
         500 + draw (self->world, CHANCE_POWER, draw (self->world, CHANCE_POWER, 2) ? 3000 : 60000),
         till_start_again_cb, self);
}
