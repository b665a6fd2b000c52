/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader-fixture.h"

#include "device/system-clock.h"

#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
state_cb (TillTap *tap,
          ReaderFixture *fixture)
{
  const TillTapState state = till_tap_get_state (tap);

  fixture->seen |= 1u << state;
  if (state != TILL_TAP_STARTING && state != TILL_TAP_WAITING && state != TILL_TAP_READING &&
      !fixture->news_us)
    fixture->news_us = g_get_monotonic_time ();
}

static void
was_read_cb (TillTap *tap,
             ReaderFixture *fixture)
{
  fixture->n_reads++;
}

/* What till-readers wait in vain is counted by a library that is loaded into them. */
static void
begin_counting (ReaderFixture *fixture)
{
  const char *library = g_getenv ("TILL_WAITED_LIBRARY");
  const Waited none = { 0, -1 };
  int fd;

  if (!library)
    return;

  fd = g_file_open_tmp ("till-waited-XXXXXX", &fixture->waited_path, NULL);
  g_assert_cmpint (write (fd, &none, sizeof none), ==, sizeof none);
  fixture->waited = mmap (NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (fixture->waited != MAP_FAILED);
  close (fd);
  g_setenv ("TILL_WAITED", fixture->waited_path, TRUE);
  g_setenv ("LD_PRELOAD", library, TRUE);
}

static void
end_counting (ReaderFixture *fixture)
{
  if (!fixture->waited)
    return;

  g_unsetenv ("LD_PRELOAD");
  g_unsetenv ("TILL_WAITED");
  munmap (fixture->waited, sizeof *fixture->waited);
  g_remove (fixture->waited_path);
  g_clear_pointer (&fixture->waited_path, g_free);
}

/* Returns: how long the last till-reader waited in vain before the till heard of it */
int
reader_get_waited_ms (ReaderFixture *fixture)
{
  const Waited *waited = fixture->waited;

  return waited ? (int) ((waited->news_us >= 0 ? waited->news_us : waited->total_us) / 1000) : 0;
}

void
reader_set_up (ReaderFixture *fixture,
               gconstpointer  unused)
{
  fixture->host = pn532_host_new (FALSE);
  begin_counting (fixture);
  fixture->tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  g_signal_connect (fixture->tap, "state-changed", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->tap, "was-read", G_CALLBACK (was_read_cb), fixture);
}

void
reader_tear_down (ReaderFixture *fixture,
                  gconstpointer  unused)
{
  end_counting (fixture);
  g_clear_pointer (&fixture->card, till_tap_card_free);
  g_assert_finalize_object (fixture->tap);
  pn532_host_free (fixture->host);
  /* GLib's own thread takes what was ended. */
  while (waitpid (-1, NULL, WNOHANG) >= 0)
    g_main_context_iteration (NULL, FALSE);
}

void
reader_read_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  ReaderFixture *fixture = user_data;

  fixture->card = till_tap_read_finish (TILL_TAP (object), result);
  fixture->is_over = TRUE;
}

void
reader_begin (ReaderFixture      *fixture,
              const char   *reader,
              guint         timeout_ms,
              GCancellable *cancellable)
{
  const TillTapRequest request = {
    .reader = reader ? reader : pn532_host_get_reader (fixture->host),
    .amount_fen = 1250,
    .timeout_ms = timeout_ms,
    .keep_trying = timeout_ms == 0,
  };

  g_clear_pointer (&fixture->card, till_tap_card_free);
  fixture->is_over = FALSE;
  fixture->seen = 0;
  fixture->news_us = 0;
  fixture->begun_us = g_get_monotonic_time ();
  till_tap_read_async (fixture->tap, &request, cancellable, reader_read_cb, fixture);
}

static gboolean
tick_cb (gpointer user_data)
{
  ReaderFixture *fixture = user_data;

  fixture->n_ticks++;

  return G_SOURCE_CONTINUE;
}

/* Lets the main loop run; it must never stand still. */
void
reader_run_until_over (ReaderFixture *fixture)
{
  const guint tick = g_timeout_add (10, tick_cb, fixture);
  const gint64 until_us = g_get_monotonic_time () + 3 * READER_PATIENCE_MS * 1000;

  while (!fixture->is_over && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (fixture->is_over);
  g_source_remove (tick);
}

void
reader_run_until_state (ReaderFixture *fixture,
                        TillTapState   state)
{
  const gint64 until_us = g_get_monotonic_time () + READER_PATIENCE_MS * 1000;

  while (till_tap_get_state (fixture->tap) != state && !fixture->is_over &&
         g_get_monotonic_time () < until_us) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
  g_assert_cmpstr (till_tap_state_to_word (till_tap_get_state (fixture->tap)), ==,
                   till_tap_state_to_word (state));
}

void
reader_read_one (ReaderFixture    *fixture,
                 const char *reader,
                 guint       timeout_ms)
{
  reader_begin (fixture, reader, timeout_ms, NULL);
  reader_run_until_over (fixture);
}

/* A chip that got no time to answer is a fault as well: it is tried again where that is none of
 * @outcomes, bits of TillTapOutcome.
 * Returns: how often it was tried */
guint
reader_read_until (ReaderFixture *fixture,
                   guint          outcomes)
{
  guint n_tries = 0;

  do {
    n_tries++;
    reader_read_one (fixture, NULL, READER_PATIENCE_MS);
  } while (!(1u << fixture->card->outcome & outcomes) && n_tries < 3);
  g_assert_cmpuint (1u << fixture->card->outcome & outcomes, !=, 0);

  return n_tries;
}

/* The next card is another one, as far as the till knows. */
void
reader_take_away (ReaderFixture *fixture)
{
  pn532_host_say (fixture->host, "remove");
  reader_read_one (fixture, NULL, 1);
}
