/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv.h"

#include <stdlib.h>
#include <string.h>

#include "code/bcd.h"

#define STEPS_MOST 64 /* directory, applications, options, 48 records, cryptogram */

static const TillEmvTerminal usual = {
  .amount_fen = 1234,
  .no_pin_limit_fen = TILL_EMV_NO_PIN_LIMIT_FEN,
  .date = { 0x26, 0x11, 0x21 },
  .unpredictable = { 0xde, 0xad, 0xbe, 0xef },
  .ttq = { 0x26, 0x80, 0x00, 0x80 },
};

static GKeyFile *
load_taps (void)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "emv", "taps.ini", NULL);
  GKeyFile *taps = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (taps, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return taps;
}

static GByteArray *
bytes_of (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  g_assert_true (till_bcd_from_hex (hex, bytes));
  return bytes;
}

static void
assert_bytes (const guint8 *bytes,
              gsize         n_bytes,
              const char   *hex)
{
  g_autofree char *text = g_malloc (2 * n_bytes + 1);

  till_bcd_to_hex (bytes, n_bytes, text);
  g_assert_cmpstr (text, ==, hex);
}

static void
assert_text (GKeyFile   *taps,
             const char *name,
             const char *key,
             const char *is)
{
  g_autofree char *should = g_key_file_get_value (taps, name, key, NULL);

  if (should)
    g_assert_cmpstr (is, ==, should);
}

static void
assert_number (GKeyFile   *taps,
               const char *name,
               const char *key,
               int         is)
{
  if (g_key_file_has_key (taps, name, key, NULL))
    g_assert_cmpint (is, ==, g_key_file_get_integer (taps, name, key, NULL));
}

/* Account data are there only where the bank is to be asked. */
static void
assert_account (const TillEmvCard *card)
{
  gboolean online = card->decision == TILL_EMV_ONLINE;

  g_assert_cmpint (card->reason == TILL_REASON_NONE, ==, online);
  g_assert_cmpint (card->pan[0] != '\0', ==, online);
  g_assert_cmpint (card->expiry[0] != '\0', ==, online);
  g_assert_cmpint (card->n_field_55 > 0, ==, online);
  g_assert_cmpint (online ? card->cryptogram : TILL_EMV_CRYPTOGRAM_ARQC, ==,
                   TILL_EMV_CRYPTOGRAM_ARQC);
  if (!online)
    g_assert_cmpstr (card->track_2, ==, "");
}

static void
assert_card (GKeyFile          *taps,
             const char        *name,
             const TillEmvCard *card)
{
  g_autofree char *reason = g_key_file_get_value (taps, name, "reason", NULL);
  g_autofree char *field = g_key_file_get_value (taps, name, "field", NULL);

  g_assert_cmpstr (till_reason_to_word (card->reason), ==, reason ? reason : "");
  assert_account (card);
  assert_text (taps, name, "aid", card->aid);
  assert_text (taps, name, "label", card->label);
  assert_text (taps, name, "number", card->masked);
  assert_text (taps, name, "track", card->track_2);
  assert_text (taps, name, "expiry", card->expiry);
  assert_text (taps, name, "cryptogram", till_emv_cryptogram_to_word (card->cryptogram));
  assert_number (taps, name, "sequence", card->pan_sequence);
  assert_number (taps, name, "atc", card->atc);
  if (field)
    assert_bytes (card->field_55, card->n_field_55, field);
}

static TillEmv *
begin_tap (GKeyFile   *taps,
           const char *name)
{
  TillEmvTerminal terminal = usual;

  if (g_key_file_has_key (taps, name, "amount", NULL))
    terminal.amount_fen = g_key_file_get_int64 (taps, name, "amount", NULL);

  return till_emv_new (&terminal);
}

static void
check_tap (GKeyFile   *taps,
           const char *name)
{
  g_auto (GStrv) answers = g_key_file_get_string_list (taps, name, "answers", NULL, NULL);
  g_auto (GStrv) commands = g_key_file_get_string_list (taps, name, "commands", NULL, NULL);
  gboolean unfinished = g_key_file_get_boolean (taps, name, "unfinished", NULL);
  g_autoptr (TillEmv) emv = begin_tap (taps, name);
  g_autoptr (GByteArray) capdu = g_byte_array_new ();
  TillEmvStep step = till_emv_step (emv, NULL, 0, capdu);
  guint n_sent = 0;

  g_test_message ("%s", name);
  while (step == TILL_EMV_SEND && answers[n_sent]) {
    g_autoptr (GByteArray) rapdu = bytes_of (answers[n_sent]);

    if (commands)
      assert_bytes (capdu->data, capdu->len, commands[n_sent]);
    n_sent++;
    step = till_emv_step (emv, rapdu->data, rapdu->len, capdu);
  }

  if (unfinished)
    assert_bytes (capdu->data, capdu->len, commands[n_sent]);
  g_assert_cmpuint (n_sent, ==, g_strv_length (answers));
  g_assert_cmpint (step, ==, unfinished ? TILL_EMV_SEND : TILL_EMV_DONE);
  if (!unfinished)
    assert_card (taps, name, till_emv_get_card (emv));
}

/* Each tap of the file sends what it should and ends as it should. */
static void
test_taps (void)
{
  g_autoptr (GKeyFile) taps = load_taps ();
  g_auto (GStrv) names = g_key_file_get_groups (taps, NULL);

  for (guint i = 0; names[i]; i++)
    check_tap (taps, names[i]);
}

/* What a card said is forgotten when it leaves, at each step. */
static void
test_moved (void)
{
  g_autoptr (GKeyFile) taps = load_taps ();
  g_auto (GStrv) answers = g_key_file_get_string_list (taps, "transcript", "answers", NULL, NULL);

  for (guint n = 0; n < g_strv_length (answers); n++) {
    g_autoptr (TillEmv) emv = till_emv_new (&usual);
    g_autoptr (GByteArray) capdu = g_byte_array_new ();

    g_assert_cmpint (till_emv_step (emv, NULL, 0, capdu), ==, TILL_EMV_SEND);
    for (guint i = 0; i < n; i++) {
      g_autoptr (GByteArray) rapdu = bytes_of (answers[i]);

      g_assert_cmpint (till_emv_step (emv, rapdu->data, rapdu->len, capdu), ==, TILL_EMV_SEND);
    }
    g_assert_cmpint (till_emv_get_card (emv)->reason, ==, TILL_REASON_CARD_MOVED);
    till_emv_give_up (emv, TILL_REASON_CARD_MOVED);
    g_assert_cmpint (till_emv_get_card (emv)->decision, ==, TILL_EMV_REFUSE);
    assert_account (till_emv_get_card (emv));
  }
}

/* Terminal data that no card can be told are a fault of the shop's. */
static void
test_terminal_is_refused (void)
{
  static const guint8 template[] = { 0x70, 0x03, 0x9a, 0x01, 0x26 };
  const TillEmvTerminal terminals[] = {
    { .amount_fen = 0 },
    { .amount_fen = -1 },
    { .amount_fen = G_GINT64_CONSTANT (1000000000000) },
    { .amount_fen = 1, .objects = (const guint8[]) { 0x9f, 0x33, 0x03, 0xe0 }, .n_objects = 4 },
    { .amount_fen = 1, .objects = template, .n_objects = sizeof template },
  };

  for (guint i = 0; i < G_N_ELEMENTS (terminals); i++) {
    g_autoptr (TillEmv) emv = till_emv_new (&terminals[i]);
    g_autoptr (GByteArray) capdu = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (till_emv_step (emv, NULL, 0, capdu), ==, TILL_EMV_DONE);
    g_assert_cmpint (till_emv_get_card (emv)->reason, ==, TILL_REASON_CONFIG);
    g_assert_false (till_emv_terminal_check (&terminals[i], &error));
    g_assert_nonnull (error);
  }
}

static void
test_terminal_objects (void)
{
  static const guint8 objects[] = { 0x9f, 0x33, 0x03, 0xe0, 0xe1, 0xc8, 0x95, 0x01, 0xff };
  static const struct {
    guint32     tag;
    const char *value;  /* NULL: not known */
  } cases[] = {
    { 0x9F33, "E0E1C8" },      /* of the profile */
    { 0x9F35, "21" },          /* the usual one */
    { 0x95, "0000000000" },    /* not the profile's to say */
    { 0x9F66, "20C00080" },    /* with what the amount asks for */
    { 0x9F02, "000000123456" },
    { 0x9F03, "000000000000" },
    { 0x9F1E, NULL },
    { 0x5A, NULL },
  };
  const TillEmvTerminal terminal = {
    .amount_fen = 123456,
    .no_pin_limit_fen = TILL_EMV_NO_PIN_LIMIT_FEN,
    .objects = objects,
    .n_objects = sizeof objects,
  };

  g_assert_true (till_emv_terminal_check (&terminal, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TillDolValue value;

    g_assert_cmpint (till_emv_terminal_get (&terminal, cases[i].tag, &value), ==,
                     cases[i].value != NULL);
    if (cases[i].value)
      assert_bytes (value.bytes, value.n_bytes, cases[i].value);
  }
}

static void
mutate (GByteArray *bytes)
{
  guint n_changes = (guint) g_test_rand_int_range (1, 4);

  for (guint i = 0; i < n_changes && bytes->len > 0; i++) {
    guint at = (guint) g_test_rand_int_range (0, (int) bytes->len);
    guint8 byte = bytes->data[at];

    switch (g_test_rand_int_range (0, 5)) {
    case 0:
      bytes->data[at] ^= (guint8) (1 << g_test_rand_int_range (0, 8));
      break;
    case 1:
      bytes->data[at] = (guint8) g_test_rand_int ();
      break;
    case 2:
      g_byte_array_remove_index (bytes, at);
      break;
    case 3:
      g_byte_array_append (bytes, &byte, 1);
      break;
    default:
      g_byte_array_set_size (bytes, at);
      break;
    }
  }
}

/* A piece of memory of just its size, so that a read behind it is seen. */
static TillEmvStep
step_exactly (TillEmv    *emv,
              GByteArray *rapdu,
              GByteArray *capdu)
{
  g_autofree guint8 *exact = g_memdup2 (rapdu->data, rapdu->len);

  return till_emv_step (emv, exact, rapdu->len, capdu);
}

/* Whatever cards answer: no crash, an end, and the bank is asked only with the card's request. */
static void
fuzz (GStrv    answers,
      gboolean is_random)
{
  g_autoptr (TillEmv) emv = till_emv_new (&usual);
  g_autoptr (GByteArray) capdu = g_byte_array_new ();
  TillEmvStep step = till_emv_step (emv, NULL, 0, capdu);
  guint n_answers = g_strv_length (answers);
  guint n_steps = 0;

  while (step == TILL_EMV_SEND) {
    g_autoptr (GByteArray) rapdu = bytes_of (answers[n_steps % n_answers]);

    g_assert_cmpuint (++n_steps, <, STEPS_MOST);
    g_assert_cmpuint (capdu->len, >=, 5);
    g_assert_cmpuint (capdu->len, <=, 261);
    if (is_random) {
      for (guint i = 0; i + 2 < rapdu->len; i++)
        rapdu->data[i] = (guint8) g_test_rand_int ();
    } else if (g_test_rand_int_range (0, 3) == 0) {
      mutate (rapdu);
    }
    step = step_exactly (emv, rapdu, capdu);
  }

  assert_account (till_emv_get_card (emv));
}

static void
test_fuzz (void)
{
  const char *rounds = g_getenv ("TILL_FUZZ_ROUNDS");
  guint n_rounds = rounds ? (guint) atoi (rounds) : g_test_slow () ? 200 : 5;
  g_autoptr (GKeyFile) taps = load_taps ();
  g_auto (GStrv) names = g_key_file_get_groups (taps, NULL);

  for (guint round = 0; round < n_rounds; round++) {
    for (guint i = 0; names[i]; i++) {
      g_auto (GStrv) answers = g_key_file_get_string_list (taps, names[i], "answers", NULL, NULL);

      for (guint n = 0; n < 40; n++)
        fuzz (answers, n % 8 == 0);
    }
  }
}

/* Every cut of every answer is refused or, behind the last object that counts, does no harm. */
static void
test_cuts (void)
{
  g_autoptr (GKeyFile) taps = load_taps ();
  g_auto (GStrv) answers = g_key_file_get_string_list (taps, "transcript", "answers", NULL, NULL);

  for (guint cut = 0; answers[cut]; cut++) {
    for (gsize n = 0; n < strlen (answers[cut]) / 2; n++) {
      g_autoptr (TillEmv) emv = till_emv_new (&usual);
      g_autoptr (GByteArray) capdu = g_byte_array_new ();
      TillEmvStep step = till_emv_step (emv, NULL, 0, capdu);

      for (guint i = 0; step == TILL_EMV_SEND && answers[i]; i++) {
        g_autoptr (GByteArray) rapdu = bytes_of (answers[i]);

        if (i == cut)
          g_byte_array_set_size (rapdu, (guint) n);
        step = step_exactly (emv, rapdu, capdu);
      }
      assert_account (till_emv_get_card (emv));
      g_assert_cmpint (till_emv_get_card (emv)->decision, ==, TILL_EMV_REFUSE);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/emv/taps", test_taps);
  g_test_add_func ("/emv/moved", test_moved);
  g_test_add_func ("/emv/terminal/refused", test_terminal_is_refused);
  g_test_add_func ("/emv/terminal/objects", test_terminal_objects);
  g_test_add_func ("/emv/cuts", test_cuts);
  g_test_add_func ("/emv/fuzz", test_fuzz);

  return g_test_run ();
}
