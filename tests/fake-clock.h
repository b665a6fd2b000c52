/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"

G_BEGIN_DECLS

/* A clock that stands until a test moves it. */
typedef struct _TillFakeClock TillFakeClock;

/* 2026-11-22 10:00 in Shanghai. */
#define TILL_FAKE_CLOCK_START_US G_GINT64_CONSTANT (1795312800000000)

TillFakeClock   *till_fake_clock_new           (void);
void             till_fake_clock_free          (TillFakeClock *self);

const TillClock *till_fake_clock_get_port      (TillFakeClock *self);
guint            till_fake_clock_get_n_timers  (TillFakeClock *self);
gint64           till_fake_clock_get_next_ms   (TillFakeClock *self);

void             till_fake_clock_set_now       (TillFakeClock *self,
                                                gint64         now_us);
void             till_fake_clock_advance       (TillFakeClock *self,
                                                gint64         ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillFakeClock, till_fake_clock_free)

G_END_DECLS
