/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chance.h"

#include <string.h>

static const char *const names[N_CHANCES] = {
  [CHANCE_LIFE]              = "life",
  [CHANCE_NET_DOWN]          = "net-down",
  [CHANCE_NET_ASK_LOST]      = "net-ask-lost",
  [CHANCE_NET_ASK_LATE]      = "net-ask-late",
  [CHANCE_NET_ANSWER_LOST]   = "net-answer-lost",
  [CHANCE_NET_ANSWER_LATE]   = "net-answer-late",
  [CHANCE_NET_CUT_OFF]       = "net-cut-off",
  [CHANCE_NET_PORTAL]        = "net-portal",
  [CHANCE_NET_REDIRECT]      = "net-redirect",
  [CHANCE_NET_HOST_DOWN]     = "net-host-down",
  [CHANCE_NET_SLOW_KEYS]     = "net-slow-keys",
  [CHANCE_NET_STRIPPED]      = "net-stripped",
  [CHANCE_BANK_FAULT]        = "bank-fault",
  [CHANCE_BANK_FAULT_DONE]   = "bank-fault-done",
  [CHANCE_BANK_BUSY]         = "bank-busy",
  [CHANCE_BANK_CLOSED]       = "bank-closed",
  [CHANCE_BANK_LIMIT]        = "bank-limit",
  [CHANCE_BANK_UNSURE]       = "bank-unsure",
  [CHANCE_BANK_UNSIGNED]     = "bank-unsigned",
  [CHANCE_BANK_FORGED]       = "bank-forged",
  [CHANCE_BANK_OLD]          = "bank-old",
  [CHANCE_BANK_PROBE]        = "bank-probe",
  [CHANCE_BANK_OTHER_ORDER]  = "bank-other-order",
  [CHANCE_BANK_OTHER_AMOUNT] = "bank-other-amount",
  [CHANCE_BANK_LAGS]         = "bank-lags",
  [CHANCE_BANK_BOOKS_LATE]   = "bank-books-late",
  [CHANCE_BANK_ROTATES]      = "bank-rotates",
  [CHANCE_BANK_REFUSES_END]  = "bank-refuses-end",
  [CHANCE_BANK_RETRY]        = "bank-retry",
  [CHANCE_BANK_SLOW_REFUND]  = "bank-slow-refund",
  [CHANCE_BANK_REFUND_FAILS] = "bank-refund-fails",
  [CHANCE_BANK_ABNORMAL]     = "bank-abnormal",
  [CHANCE_BANK_POOR]         = "bank-poor",
  [CHANCE_DISK_WRITE]        = "disk-write",
  [CHANCE_DISK_SYNC]         = "disk-sync",
  [CHANCE_DISK_FULL]         = "disk-full",
  [CHANCE_POWER]             = "power",
  [CHANCE_SECTOR]            = "sector",
  [CHANCE_CLOCK]             = "clock",
  [CHANCE_NIGHT]             = "night",
  [CHANCE_PASSWORD]          = "password",
  [CHANCE_POOR_PAYER]        = "poor-payer",
  [CHANCE_NO_SCAN]           = "no-scan",
  [CHANCE_TWO_SCAN]          = "two-scan",
  [CHANCE_RACE]              = "race",
  [CHANCE_BAD_CARD]          = "bad-card",
  [CHANCE_CARD_MOVES]        = "card-moves",
  [CHANCE_READER]            = "reader",
  [CHANCE_FRAMES]            = "frames",
  [CHANCE_SECOND_CODE]       = "second-code",
  [CHANCE_SAME_NUMBER]       = "same-number",
  [CHANCE_CANCEL]            = "cancel",
  [CHANCE_ASK_NOW]           = "ask-now",
  [CHANCE_TAP_ONTO]          = "tap-onto",
  [CHANCE_COMMAND]           = "command",
  [CHANCE_WINDOW]            = "window",
  [CHANCE_REFUND]            = "refund",
  [CHANCE_UNDO]              = "undo",
};

/* splitmix64: good enough to draw lots with, and the same everywhere. */
static guint64
mix (guint64 x)
{
  x += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return x ^ (x >> 31);
}

/**
 * chances_come:
 * @customer: 0 before the first
 *
 * A customer comes: from here on the draws are theirs.
 */
void
chances_come (Chances *self,
              guint    customer)
{
  self->customer = customer;
  memset (self->drawn, 0, sizeof self->drawn);
}

/**
 * chances_begin:
 *
 * Starts a life; what was left out stays left out.
 */
void
chances_begin (Chances *self,
               guint64  seed)
{
  self->seed = seed;
  self->all_off = FALSE;
  chances_come (self, 0);
  memset (self->taken, 0, sizeof self->taken);
  memset (self->until_ms, 0, sizeof self->until_ms);
}

static gpointer
key_of (Happened happened)
{
  return GSIZE_TO_POINTER ((gsize) happened.customer << 48 | (gsize) happened.kind << 32 |
                           happened.draw);
}

/**
 * chance_draw:
 * @n: at least 1
 *
 * Returns: a number from 0 to @n − 1; the same in each run of the life
 */
guint
chance_draw (Chances *self,
             Chance   kind,
             guint    n)
{
  guint64 lot = mix (mix (self->seed) ^ mix ((guint64) self->customer << 48 |
                                             (guint64) kind << 32 | self->drawn[kind]++));

  return (guint) (lot % n);
}

/**
 * chance_happens:
 * @permille: how often of 1000 times
 *
 * Returns: whether it happens this time
 */
gboolean
chance_happens (Chances *self,
                Chance   kind,
                guint    permille)
{
  Happened happened = { kind, self->drawn[kind], self->customer };
  gboolean hit = chance_draw (self, kind, 1000) < permille;

  if (!hit || self->all_off || self->is_off[kind] ||
      (self->muted && g_hash_table_contains (self->muted, key_of (happened))))
    return FALSE;

  self->taken[kind]++;
  if (self->happened)
    g_array_append_val (self->happened, happened);
  return TRUE;
}

/**
 * chances_mute:
 *
 * Leaves one happening out of all runs of its seed, or lets it happen again.
 */
void
chances_mute (Chances *self,
              Happened happened,
              gboolean is_muted)
{
  if (!self->muted)
    self->muted = g_hash_table_new (g_direct_hash, g_direct_equal);
  if (is_muted)
    g_hash_table_add (self->muted, key_of (happened));
  else
    g_hash_table_remove (self->muted, key_of (happened));
}

/**
 * chance_goes_on:
 * @longest_ms: how long it may go on
 *
 * For what comes alone or lasts: one time in three it lasts a while, and happens each time then.
 *
 * Returns: whether it happens this time
 */
gboolean
chance_goes_on (Chances *self,
                Chance   kind,
                guint    permille,
                gint64   now_ms,
                guint    longest_ms)
{
  if (self->all_off)
    self->until_ms[kind] = 0;
  if (now_ms < self->until_ms[kind])
    return TRUE;
  if (!chance_happens (self, kind, permille))
    return FALSE;

  if (chance_draw (self, kind, 3) == 0)
    self->until_ms[kind] = now_ms + chance_draw (self, kind, longest_ms);
  return TRUE;
}

/**
 * chance_to_string:
 *
 * Returns: the kind's name, for reports and for --without
 */
const char *
chance_to_string (Chance kind)
{
  return names[kind];
}
