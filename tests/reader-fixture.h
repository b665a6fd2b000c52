/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/reader.h"
#include "pn532-host.h"
#include "waited.h"

G_BEGIN_DECLS

/* Nothing here is judged by the clock, for the machine may be busy with other things: what is counted
 * is how long a till-reader waits in vain (waited.h); the benchmark reader takes the clock. So long a
 * test waits for what must come. */
#define READER_PATIENCE_MS 20000

/* The whole way: this program, a till-reader of its own for each card, and a PN532 on a
 * pseudo-terminal in a third process. */
typedef struct {
  TillTap      *tap;
  Pn532Host    *host;
  TillTapCard  *card;       /* how the last read ended */
  TillTapState  shown;      /* how the last show ended */
  gboolean      is_over;
  gint64        begun_us;
  gint64        news_us;    /* when something was told but "starting", "waiting" and "reading" */
  guint         n_ticks;    /* of a main loop that is alive */
  guint         seen;       /* states, as bits */
  guint         n_reads;    /* by phones */
  Waited       *waited;     /* by the till-reader of the last read; NULL where nothing counts it */
  char         *waited_path;
} ReaderFixture;

void reader_set_up           (ReaderFixture *fixture,
                              gconstpointer  unused);
void reader_tear_down        (ReaderFixture *fixture,
                              gconstpointer  unused);
void reader_read_cb          (GObject       *object,
                              GAsyncResult  *result,
                              gpointer       user_data);
void reader_begin            (ReaderFixture *fixture,
                              const char    *reader,
                              guint          timeout_ms,
                              GCancellable  *cancellable);
void reader_run_until_over   (ReaderFixture *fixture);
void reader_run_until_state  (ReaderFixture *fixture,
                              TillTapState   state);
void reader_read_one         (ReaderFixture *fixture,
                              const char    *reader,
                              guint          timeout_ms);
guint reader_read_until      (ReaderFixture *fixture,
                              guint          outcomes);
int   reader_get_waited_ms    (ReaderFixture *fixture);
void reader_take_away        (ReaderFixture *fixture);

#define READER_ADD(path, func) \
  g_test_add (path, ReaderFixture, NULL, reader_set_up, func, reader_tear_down)

G_END_DECLS
