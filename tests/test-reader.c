/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader-fixture.h"

#include "device/system-clock.h"
#include "reader/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const struct {
  const char     *card;
  TillTapOutcome  outcome;
  TillReason      reason;
  const char     *number;   /* NULL for any */
  const char     *cryptogram;
} cards[] = {
  { "debit",      TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "credit",     TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0011", "arqc" },
  { "quasi",      TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0052", "arqc" },
  { "plain",      TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0037", "arqc" },
  { "phone",      TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0011", "arqc" },
  { "both",       TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "no-ppse",    TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "format-80",  TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "no-cid",     TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "long",       TILL_TAP_ONLINE, TILL_REASON_NONE, "621094******0029", "arqc" },
  { "locked",     TILL_TAP_REFUSED, TILL_REASON_CARD_LOCKED, NULL, "none" },
  { "locked-gpo", TILL_TAP_REFUSED, TILL_REASON_CARD_LOCKED, NULL, "none" },
  { "see-phone",  TILL_TAP_REFUSED, TILL_REASON_CARD_LOCKED, NULL, "none" },
  { "other-way",  TILL_TAP_REFUSED, TILL_REASON_CARD_OTHER_WAY, NULL, "none" },
  { "foreign",    TILL_TAP_REFUSED, TILL_REASON_CARD_FOREIGN, NULL, "none" },
  { "pin",        TILL_TAP_REFUSED, TILL_REASON_CARD_PIN, NULL, NULL },
  { "signature",  TILL_TAP_REFUSED, TILL_REASON_CARD_SIGNATURE, NULL, NULL },
  { "aac",        TILL_TAP_REFUSED, TILL_REASON_CARD_DECLINED, NULL, "aac" },
  { "aac-no-cid", TILL_TAP_REFUSED, TILL_REASON_CARD_DECLINED, NULL, "aac" },
  { "tc",         TILL_TAP_REFUSED, TILL_REASON_CARD_OFFLINE, NULL, "tc" },
  { "expired",    TILL_TAP_REFUSED, TILL_REASON_CARD_EXPIRED, NULL, NULL },
  { "blocked",    TILL_TAP_REFUSED, TILL_REASON_CARD_BLOCKED, NULL, "none" },
  { "mismatch",   TILL_TAP_REFUSED, TILL_REASON_CARD_UNREADABLE, NULL, NULL },
  { "bad-tlv",    TILL_TAP_REFUSED, TILL_REASON_CARD_UNREADABLE, NULL, "none" },
  { "fob",        TILL_TAP_REFUSED, TILL_REASON_CARD_NONE, NULL, NULL },
};

/* Each card is what it is; the till hears six and four digits of its number. */
static void
test_cards (ReaderFixture *fixture,
            gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_test_message ("%s", cards[i].card);
    pn532_host_say (fixture->host, "card %s", cards[i].card);
    reader_read_until (fixture, 1u << cards[i].outcome);
    g_assert_cmpstr (till_reason_to_word (fixture->card->reason), ==,
                     till_reason_to_word (cards[i].reason));
    if (cards[i].number)
      g_assert_cmpstr (fixture->card->number, ==, cards[i].number);
    if (cards[i].cryptogram)
      g_assert_cmpstr (fixture->card->cryptogram, ==, cards[i].cryptogram);
    if (cards[i].outcome == TILL_TAP_ONLINE)
      g_assert_cmpstr (fixture->card->reader, ==, pn532_host_get_reader (fixture->host));
    g_assert_true (fixture->seen & 1u << TILL_TAP_REMOVE);
    reader_take_away (fixture);
  }
}

/* How a read may end: several where it depends on which of the retries finds what. */
#define GOOD   (1u << TILL_TAP_ONLINE)
#define NOT    (1u << TILL_TAP_REFUSED)
#define FAILED (1u << TILL_TAP_FAILED)

static const struct {
  const char *fault;
  const char *step;
  guint       outcomes;   /* where it is always so */
} faults[] = {
  { "drop-ack",      "gpo",      FAILED },
  { "no-response",   "gpo",      FAILED },
  { "slow",          "gpo",      FAILED },
  { "truncate",      "gpo",      FAILED },
  { "nack",          "gpo",      FAILED },
  { "bad-lcs",       "gpo",      FAILED },
  { "bad-dcs",       "gpo",      FAILED },
  { "bad-tfi",       "gpo",      FAILED },
  { "bad-cc",        "gpo",      FAILED },
  { "error-frame",   "gpo",      FAILED },
  { "garbage",       "gpo",      FAILED },
  { "garbage-only",  "gpo",      FAILED },
  { "long-length",   "gpo",      FAILED },
  { "empty-frame",   "gpo",      FAILED },
  { "dup-response",  "gpo",      GOOD },
  { "split",         "any",      GOOD },
  { "small-blocks",  "card",     GOOD },
  { "drip",          "gpo",      FAILED },
  { "drip",          "ppse",     FAILED },
  { "rf-0b",         "gpo",      NOT },
  { "rf-02",         "ppse",     NOT },
  { "no-target",     "read",     NOT },
  { "remove",        "gpo",      NOT },
  { "oversize",      "gpo",      FAILED },
  { "endless",       "card",     FAILED },
  { "sw",            "gpo",      NOT },
  { "empty-rapdu",   "gpo",      NOT },
  { "short-rapdu",   "read",     NOT },
  { "corrupt-rapdu", "ppse",     NOT },
  { "corrupt-rapdu", "gpo",      NOT },
  { "no-status",     "gpo",      FAILED | NOT },
  { "nad",           "gpo",      FAILED },
  { "nad",           "ppse",     FAILED },
  { "ats-zero",      "activate", FAILED },
  { "ats-long",      "activate", GOOD | FAILED },
  { "uid-long",      "activate", GOOD | NOT | FAILED },
  { "short-target",  "activate", GOOD | NOT | FAILED },
  { "drop-ack",      "activate", FAILED },
  { "no-response",   "activate", FAILED },
  { "bad-dcs",       "activate", FAILED },
  { "error-frame",   "activate", FAILED },
  { "drip",          "activate", GOOD | FAILED },
  { "no-response",   "open",     FAILED },
  { "nack",          "open",     FAILED },
  { "garbage-only",  "open",     FAILED },
  { "unplug",        "gpo",      FAILED },
  { "unplug",        "activate", FAILED },
};

/* So long a till-reader may wait in vain before the till hears of it; one that drips, until the
 * watchdog bites. */
#define SOON_MS 2000
#define DRIP_MS 5000

/* A chip that got no time to answer is waited for as well: another try is not so unlucky. */
static void
read_fault (ReaderFixture *fixture,
            guint          i)
{
  const int limit_ms = strcmp (faults[i].fault, "drip") == 0 ? DRIP_MS : SOON_MS;
  guint n_tries = 0;

  do {
    n_tries++;
    pn532_host_say (fixture->host, "card debit");
    pn532_host_say (fixture->host, "fault %s %s always", faults[i].fault, faults[i].step);
    fixture->n_ticks = 0;
    reader_read_until (fixture, faults[i].outcomes);
  } while (reader_get_waited_ms (fixture) > limit_ms && n_tries < 3);

  g_assert_cmpint (reader_get_waited_ms (fixture), <=, limit_ms);
}

/* Whatever the reader does: no charge by mistake, a message, soon, a till that goes on, and a next
 * card that is read. */
static void
test_faults (ReaderFixture *fixture,
             gconstpointer  unused)
{
  g_assert_nonnull (fixture->waited);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    const gboolean unplugs = strcmp (faults[i].fault, "unplug") == 0;

    g_test_message ("%s at %s", faults[i].fault, faults[i].step);
    read_fault (fixture, i);
    if (fixture->card->outcome != TILL_TAP_ONLINE)
      g_assert_null (fixture->card->number);
    g_assert_cmpint (fixture->news_us, >, 0);
    g_test_message ("told after %d ms, %d of them waited in vain",
                    (int) ((fixture->news_us - fixture->begun_us) / 1000),
                    reader_get_waited_ms (fixture));
    g_assert_cmpuint (fixture->n_ticks, >=,
                      (guint) ((g_get_monotonic_time () - fixture->begun_us) / G_USEC_PER_SEC));

    if (unplugs)
      pn532_host_say (fixture->host, "plug");
    pn532_host_say (fixture->host, "fault none any 0");
    if (fixture->card->outcome != TILL_TAP_FAILED)
      reader_take_away (fixture);
    pn532_host_say (fixture->host, "card debit");
    reader_read_until (fixture, GOOD);
    reader_take_away (fixture);
  }
}

static const struct {
  const char *fault;
  const char *step;
} passing[] = {
  { "drop-ack", "gpo" }, { "bad-dcs", "gpo" }, { "rf-0b", "gpo" }, { "rf-02", "read" },
  { "no-target", "ppse" }, { "truncate", "select" }, { "garbage", "read" },
  { "empty-rapdu", "gpo" }, { "oversize", "read" }, { "bad-lcs", "activate" },
};

/* What goes wrong once costs the customer a moment: "hold it there again", and it is read. */
static void
test_passing_faults (ReaderFixture *fixture,
                     gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++) {
    g_test_message ("%s at %s", passing[i].fault, passing[i].step);
    pn532_host_say (fixture->host, "card debit");
    pn532_host_say (fixture->host, "fault %s %s 1", passing[i].fault, passing[i].step);
    if (reader_read_until (fixture, GOOD) == 1 && strcmp (passing[i].step, "activate") != 0)
      g_assert_true (fixture->seen & 1u << TILL_TAP_AGAIN);
    reader_take_away (fixture);
  }
}

/* A reader that dies, is unplugged and comes back is waited for, and works again. */
static void
test_comes_back (ReaderFixture *fixture,
                 gconstpointer  unused)
{
  gint64 back_us;

  reader_begin (fixture, NULL, 0, NULL);
  reader_run_until_state (fixture, TILL_TAP_WAITING);
  pn532_host_say (fixture->host, "unplug");
  reader_run_until_state (fixture, TILL_TAP_ABSENT);
  pn532_host_say (fixture->host, "plug");
  back_us = g_get_monotonic_time ();
  reader_run_until_state (fixture, TILL_TAP_WAITING);
  g_test_message ("back after %d ms", (int) ((g_get_monotonic_time () - back_us) / 1000));

  pn532_host_say (fixture->host, "fault nad ppse 1");
  pn532_host_say (fixture->host, "card debit");
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_ONLINE);
  g_assert_true (fixture->seen & 1u << TILL_TAP_FAULT);
}

static const struct {
  const char   *reader;
  TillTapState  fault;
} missing[] = {
  { "pn532_uart:/nonexistent:115200",      TILL_TAP_ABSENT },
  { "pn532_uart:/dev/ttyNOTHERE0:115200",  TILL_TAP_ABSENT },
  { "pn532_uart:/dev/null:115200",         TILL_TAP_FAULT },
  { "pn532_uart:/dev/zero:115200",         TILL_TAP_FAULT },
  { "pn532_uart",                          TILL_TAP_ABSENT },
  { "pn532_uart:relative:115200",          TILL_TAP_ABSENT },
  { "pn532_i2c:/dev/i2c-0",                TILL_TAP_UNABLE },
  { "nonsense",                            TILL_TAP_UNABLE },
  { "",                                    TILL_TAP_UNABLE },
};

/* What cannot be opened is told for what it is. */
static void
test_missing (ReaderFixture *fixture,
              gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (missing); i++) {
    g_test_message ("%s", missing[i].reader);
    reader_read_one (fixture, missing[i].reader, 1000);
    g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_FAILED);
    g_assert_cmpstr (till_tap_state_to_word (fixture->card->fault), ==,
                     till_tap_state_to_word (missing[i].fault));
  }
}

/* Two programs never speak to one reader. */
static void
test_busy (ReaderFixture *fixture,
           gconstpointer  unused)
{
  g_autofree char *path = g_build_filename (pn532_host_get_folder (fixture->host), "reader", NULL);
  const int fd = open (path, O_RDWR | O_NOCTTY | O_CLOEXEC);

  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  reader_read_one (fixture, NULL, 1000);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_FAILED);
  g_assert_cmpint (fixture->card->fault, ==, TILL_TAP_BUSY);
  close (fd);

  pn532_host_say (fixture->host, "card debit");
  reader_read_until (fixture, GOOD);
}

/* A till without till-reader says so and goes on. */
static void
test_no_program (ReaderFixture *fixture,
                 gconstpointer  unused)
{
  g_object_unref (fixture->tap);
  fixture->tap = till_reader_new ("/nonexistent/till-reader", till_system_clock_get ());
  reader_read_one (fixture, NULL, 1000);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_FAILED);
  g_assert_cmpint (fixture->card->fault, ==, TILL_TAP_UNABLE);
}

/* What is cancelled ends at once; what is begun ends what was under way; nothing is left over. */
static void
test_cancel (ReaderFixture *fixture,
             gconstpointer  unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  reader_begin (fixture, NULL, 0, cancellable);
  reader_run_until_state (fixture, TILL_TAP_WAITING);
  g_cancellable_cancel (cancellable);
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_CANCELLED);
  g_assert_cmpint (till_tap_get_state (fixture->tap), ==, TILL_TAP_OFF);

  /* While the process before is still leaving. */
  reader_begin (fixture, NULL, 0, NULL);
  reader_begin (fixture, NULL, READER_PATIENCE_MS, NULL);
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_CANCELLED);
  g_clear_pointer (&fixture->card, till_tap_card_free);
  fixture->is_over = FALSE;
  pn532_host_say (fixture->host, "card debit");
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_ONLINE);
}

/* No card is no sale, when the time is over and not before. */
static void
test_no_card (ReaderFixture *fixture,
              gconstpointer  unused)
{
  reader_read_one (fixture, NULL, 700);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_NO_CARD);
  g_assert_cmpint (g_get_monotonic_time () - fixture->begun_us, >=, 650000);
}

/* A card that still lies there is not taken for the next customer's. */
static void
test_same_card (ReaderFixture *fixture,
                gconstpointer  unused)
{
  pn532_host_say (fixture->host, "card debit");
  reader_read_until (fixture, GOOD);

  reader_begin (fixture, NULL, READER_PATIENCE_MS, NULL);
  reader_run_until_state (fixture, TILL_TAP_REMOVE);
  g_assert_false (fixture->seen & 1u << TILL_TAP_READING);
  pn532_host_say (fixture->host, "remove");
  reader_run_until_state (fixture, TILL_TAP_WAITING);
  pn532_host_say (fixture->host, "card credit");
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->card->outcome, ==, TILL_TAP_ONLINE);
  g_assert_cmpstr (fixture->card->number, ==, "621094******0011");
}

static void
show_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  ReaderFixture *fixture = user_data;

  fixture->shown = till_tap_show_finish (TILL_TAP (object), result);
  fixture->is_over = TRUE;
}

/* A phone reads the link, leaves, comes again; then the reader reads cards as before. */
static void
test_tag (ReaderFixture *fixture,
          gconstpointer  unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  fixture->is_over = FALSE;
  till_tap_show_async (fixture->tap, pn532_host_get_reader (fixture->host),
                       "https://pay.example.cn/c/8F3KQ2?a=12.34", cancellable, show_cb, fixture);
  reader_run_until_state (fixture, TILL_TAP_SHOWING);
  for (guint i = 1; i <= 2; i++) {
    const gint64 until_us = g_get_monotonic_time () + READER_PATIENCE_MS * 1000;

    while (fixture->n_reads < i && g_get_monotonic_time () < until_us) {
      pn532_host_say (fixture->host, "phone");
      g_usleep (50000);
      g_main_context_iteration (NULL, FALSE);
    }
    g_assert_cmpuint (fixture->n_reads, >=, i);
    g_assert_cmpstr (pn532_host_get_read (fixture->host), ==,
                     "D1012055047061792E6578616D706C652E636E2F632F3846334B51323F613D31322E3334");
  }

  g_cancellable_cancel (cancellable);
  reader_run_until_over (fixture);
  g_assert_cmpint (fixture->shown, ==, TILL_TAP_OFF);
  pn532_host_say (fixture->host, "card debit");
  reader_read_until (fixture, GOOD);
}

static const struct {
  const char   *reader;
  const char   *uri;
  TillTapState  state;
} no_tags[] = {
  { "auto",                            "https://example.cn", TILL_TAP_UNABLE },
  { "acr122_usb",                      "https://example.cn", TILL_TAP_UNABLE },
  { "pcsc:ACS ACR122U",                "https://example.cn", TILL_TAP_UNABLE },
  { "pn532_uart:/nonexistent:115200",  "https://example.cn", TILL_TAP_ABSENT },
  { NULL,                              "",                   TILL_TAP_UNABLE },
};

/* A reader that may hang afterwards is no tag, and neither is one without a link. */
static void
test_no_tag (ReaderFixture *fixture,
             gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (no_tags); i++) {
    fixture->is_over = FALSE;
    till_tap_show_async (fixture->tap,
                         no_tags[i].reader ? no_tags[i].reader
                                           : pn532_host_get_reader (fixture->host),
                         no_tags[i].uri, NULL, show_cb, fixture);
    reader_run_until_over (fixture);
    g_assert_cmpstr (till_tap_state_to_word (fixture->shown), ==,
                     till_tap_state_to_word (no_tags[i].state));
  }
}

static const struct {
  gsize           n_key;
  const char     *certificate;   /* a file; "-" for one that is none */
  TillTapOutcome  outcome;
} sealings[] = {
  { 0,  NULL,         TILL_TAP_ONLINE },
  { 32, NULL,         TILL_TAP_ONLINE },
  { 0,  "server.pem", TILL_TAP_ONLINE },
  { 32, "server.pem", TILL_TAP_ONLINE },
  { 31, NULL,         TILL_TAP_REFUSED },
  { 32, "-",          TILL_TAP_REFUSED },
};

/* Account data come under the key of the sale, and to the acquirer's certificate, as asked for; a
 * card whose data cannot be sealed is not charged. */
static void
test_sealed (ReaderFixture *fixture,
             gconstpointer  unused)
{
  static const guint8 key[32] = { 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (sealings); i++) {
    g_autoptr (GBytes) bytes = sealings[i].n_key ? g_bytes_new (key, sealings[i].n_key) : NULL;
    g_autofree char *path = g_build_filename (TEST_DIR, "..", "data", "sandbox",
                                              sealings[i].certificate, NULL);
    g_autofree char *certificate = NULL;
    TillEmvCard card;

    if (sealings[i].certificate && !g_file_get_contents (path, &certificate, NULL, NULL))
      certificate = g_strdup ("no certificate");
    pn532_host_say (fixture->host, "card debit");
    g_clear_pointer (&fixture->card, till_tap_card_free);
    fixture->is_over = FALSE;
    till_tap_read_async (fixture->tap,
                         &(TillTapRequest) { .reader = pn532_host_get_reader (fixture->host),
                                             .amount_fen = 1250, .key = bytes, .keep_trying = TRUE,
                                             .timeout_ms = READER_PATIENCE_MS,
                                             .certificate = certificate },
                         NULL, reader_read_cb, fixture);
    reader_run_until_over (fixture);
    g_assert_cmpint (fixture->card->outcome, ==, sealings[i].outcome);
    if (sealings[i].outcome == TILL_TAP_ONLINE) {
      g_assert_cmpint (fixture->card->token != NULL, ==, sealings[i].n_key == 32);
      g_assert_cmpint (fixture->card->sealed != NULL, ==, certificate != NULL);
    }
    if (sealings[i].outcome == TILL_TAP_ONLINE && fixture->card->token) {
      g_assert_true (till_token_open (fixture->card->token, key, &card, NULL));
      g_assert_cmpstr (card.pan, ==, "6210948000000029");
    }
    reader_take_away (fixture);
  }
}

/* What "/proc/PID/status" says of the till-reader that waits. */
static char *
get_status (ReaderFixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) pids = NULL;
  char *status = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  pids = g_strsplit (text, " ", -1);
  for (guint i = 0; pids[i] && pids[i][0] && !status; i++) {
    g_autofree char *of_pid = g_build_filename ("/proc", pids[i], "status", NULL);

    if (atoi (pids[i]) != (int) pn532_host_get_pid (fixture->host))
      g_file_get_contents (of_pid, &status, NULL, NULL);
  }

  return status;
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapList **list = user_data;

  *list = till_tap_list_finish (TILL_TAP (object), result);
}

/* While it waits for a card, till-reader has given up what the kernel lets it, and says so. */
static void
test_confined (ReaderFixture *fixture,
               gconstpointer  unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TillTapList) list = NULL;
  g_autofree char *status = NULL;

  till_tap_list_async (fixture->tap, NULL, list_cb, &list);
  while (!list)
    g_main_context_iteration (NULL, TRUE);
  reader_begin (fixture, NULL, 0, cancellable);
  reader_run_until_state (fixture, TILL_TAP_WAITING);
  status = get_status (fixture);
  g_cancellable_cancel (cancellable);
  reader_run_until_over (fixture);
  if (!status) {
    g_test_skip ("this kernel does not tell a process its children");
    return;
  }

  g_assert_nonnull (strstr (status, "\nNoNewPrivs:\t1"));
  g_assert_cmpint (strstr (status, "\nSeccomp:\t2") != NULL, ==, list->confined_calls);
#ifndef __SANITIZE_ADDRESS__
  g_assert_null (strstr (status, "\nVmLck:\t       0 kB"));
#endif
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;

  return n;
}

static guint
count_children (void)
{
  g_autofree char *text = NULL;
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  for (const char *at = text; (at = strchr (at, ' ')); at++)
    n++;

  return n;
}

/* GLib's thread and the main loop need a moment to take what has ended. */
static void
settle (guint n_files)
{
  const gint64 until_us = g_get_monotonic_time () + READER_PATIENCE_MS * 1000;

  while ((count_children () > 1 || count_files () > n_files) && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, FALSE);
}

/* After many cards, also such as kill their process, nothing is left: no descriptor, no zombie. */
static void
test_nothing_left (ReaderFixture *fixture,
                   gconstpointer  unused)
{
  guint n_files;

  /* The first one lets GLib make what it keeps. */
  reader_take_away (fixture);
  settle (0);
  n_files = count_files ();
  for (guint i = 0; i < 30; i++) {
    pn532_host_say (fixture->host, "card debit");
    if (i % 3 == 1)
      pn532_host_say (fixture->host, "fault nad gpo 1");
    reader_read_one (fixture, NULL, READER_PATIENCE_MS);
    reader_take_away (fixture);
  }
  settle (n_files);

  g_assert_cmpuint (count_files (), ==, n_files);
  g_assert_cmpuint (count_children (), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  READER_ADD ("/reader/cards", test_cards);
  READER_ADD ("/reader/sealed", test_sealed);
  READER_ADD ("/reader/faults", test_faults);
  READER_ADD ("/reader/passing-faults", test_passing_faults);
  READER_ADD ("/reader/comes-back", test_comes_back);
  READER_ADD ("/reader/missing", test_missing);
  READER_ADD ("/reader/busy", test_busy);
  READER_ADD ("/reader/no-program", test_no_program);
  READER_ADD ("/reader/cancel", test_cancel);
  READER_ADD ("/reader/no-card", test_no_card);
  READER_ADD ("/reader/same-card", test_same_card);
  READER_ADD ("/reader/tag", test_tag);
  READER_ADD ("/reader/no-tag", test_no_tag);
  READER_ADD ("/reader/confined", test_confined);
  READER_ADD ("/reader/nothing-left", test_nothing_left);

  return g_test_run ();
}
