/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader-fixture.h"

#include "reader/token.h"

#include <stdlib.h>
#include <string.h>

/* Cards whose answers are changed at each step, through the whole of till-reader: it never dies of
 * them, and what it calls a card that may be charged is one. What a round draws depends on the seed
 * and its number only: TILL_FUZZ_SEED repeats a run, TILL_FUZZ_ROUNDS makes a longer one. Under
 * sanitizers, what they find ends till-reader, which is told as a fault. */

#define ROUNDS 8

/* A busy machine may have the chip answer too late, which is a fault of the reader too. */
#define TRIES 3

static const char *const cards[] = { "debit", "phone", "format-80", "no-ppse", "long", "both" };
static const char *const steps[] = { "ppse", "select", "gpo", "read", "card" };

static guint
get_number (const char *name,
            guint       otherwise)
{
  const char *text = g_getenv (name);

  return text ? (guint) atoi (text) : otherwise;
}

static void
read_changed (ReaderFixture *fixture,
              GBytes        *key,
              guint          seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  const char *card = cards[g_rand_int_range (rand, 0, G_N_ELEMENTS (cards))];
  const char *step = steps[g_rand_int_range (rand, 0, G_N_ELEMENTS (steps))];

  g_test_message ("seed %u: %s changed at %s", seed, card, step);
  pn532_host_say (fixture->host, "seed %u", seed);
  pn532_host_say (fixture->host, "fault mutate %s 1", step);
  pn532_host_say (fixture->host, "card %s", card);
  g_clear_pointer (&fixture->card, till_tap_card_free);
  fixture->is_over = FALSE;
  till_tap_read_async (fixture->tap,
                       &(TillTapRequest) { .reader = pn532_host_get_reader (fixture->host),
                                           .amount_fen = 1250, .timeout_ms = READER_PATIENCE_MS,
                                           .key = key },
                       NULL, reader_read_cb, fixture);
  reader_run_until_over (fixture);
}

static void
assert_chargeable (const TillTapCard *card,
                   GBytes            *key)
{
  TillEmvCard account;

  g_assert_true (g_str_has_prefix (card->aid, "A000000333"));
  g_assert_cmpstr (card->cryptogram, ==, "arqc");
  g_assert_true (till_token_open (card->token, g_bytes_get_data (key, NULL), &account, NULL));
  g_assert_cmpuint (strlen (account.pan), >=, 12);
  g_assert_cmpuint (strspn (account.pan, "0123456789"), ==, strlen (account.pan));
  g_assert_cmpint (strncmp (card->number, account.pan, 6), ==, 0);
  g_assert_true (account.track_2[0] == '\0' ||
                 g_str_has_prefix (account.track_2, account.pan));
  g_assert_cmpuint (account.n_field_55, >, 0);
  g_assert_cmpuint (account.n_field_55, <=, TILL_EMV_FIELD_55_MAX);
  explicit_bzero (&account, sizeof account);
}

static void
test_changed (ReaderFixture *fixture,
              gconstpointer  unused)
{
  static const guint8 bytes[32] = { 2, 7, 1, 8 };
  g_autoptr (GBytes) key = g_bytes_new_static (bytes, sizeof bytes);
  const guint first = get_number ("TILL_FUZZ_SEED", 1);
  const guint n_rounds = get_number ("TILL_FUZZ_ROUNDS", ROUNDS);
  guint n_online = 0;

  for (guint i = 0; i < n_rounds; i++) {
    guint n_tries = 0;

    do
      read_changed (fixture, key, first + i);
    while (fixture->card->outcome == TILL_TAP_FAILED && ++n_tries < TRIES);
    g_assert_cmpint (fixture->card->outcome, !=, TILL_TAP_FAILED);
    g_assert_cmpint (fixture->card->outcome, !=, TILL_TAP_NO_CARD);
    if (fixture->card->outcome == TILL_TAP_ONLINE) {
      assert_chargeable (fixture->card, key);
      n_online++;
    } else {
      g_assert_cmpint (fixture->card->reason, !=, TILL_REASON_NONE);
      g_assert_null (fixture->card->token);
    }
    pn532_host_say (fixture->host, "fault none any 0");
    reader_take_away (fixture);
  }
  g_test_message ("%u of %u may be charged", n_online, n_rounds);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  READER_ADD ("/reader-fuzz/changed", test_changed);

  return g_test_run ();
}
