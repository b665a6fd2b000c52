/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"

#include "device/system-clock.h"

#include <glib/gstdio.h>
#include <string.h>

/* The same cards by PC/SC: till-reader with a PC/SC library of our own before it. */

#define PICC "ACS ACR1252 1S CL Reader PICC 00 00"
#define SAM  "ACS ACR1252 1S CL Reader SAM 00 00"
#define ICC  "Alcor Micro AU9540 00 00"

static char *there;   /* the file that says what is there */

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapCard **card = user_data;

  *card = till_tap_read_finish (TILL_TAP (object), result);
}

static TillTapCard *
read_one (const char *reader,
          const char *what)
{
  g_autoptr (TillTap) tap = till_reader_new (g_getenv ("TILL_READER_PCSC"),
                                             till_system_clock_get ());
  const TillTapRequest request = { .reader = reader, .amount_fen = 1250, .timeout_ms = 600 };
  TillTapCard *card = NULL;

  g_assert_true (g_file_set_contents (there, what, -1, NULL));
  till_tap_read_async (tap, &request, NULL, read_cb, &card);
  while (!card)
    g_main_context_iteration (NULL, TRUE);

  return card;
}

static const struct {
  const char     *card;
  TillTapOutcome  outcome;
  TillReason      reason;
} cards[] = {
  { "debit",     TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "credit",    TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "phone",     TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "no-ppse",   TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "long",      TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "locked",    TILL_TAP_REFUSED, TILL_REASON_CARD_LOCKED },
  { "foreign",   TILL_TAP_REFUSED, TILL_REASON_CARD_FOREIGN },
  { "pin",       TILL_TAP_REFUSED, TILL_REASON_CARD_PIN },
  { "signature", TILL_TAP_REFUSED, TILL_REASON_CARD_SIGNATURE },
  { "aac",       TILL_TAP_REFUSED, TILL_REASON_CARD_DECLINED },
  { "tc",        TILL_TAP_REFUSED, TILL_REASON_CARD_OFFLINE },
  { "blocked",   TILL_TAP_REFUSED, TILL_REASON_CARD_BLOCKED },
};

/* A card is what it is, whoever carries its answers; "auto" finds the reader with an antenna. */
static void
test_cards (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_autofree char *what = g_strdup_printf ("reader " SAM "\nreader " PICC "\ncard %s\n",
                                             cards[i].card);
    g_autoptr (TillTapCard) card = read_one (i % 2 ? "auto" : "pcsc:" PICC, what);

    g_test_message ("%s", cards[i].card);
    g_assert_cmpint (card->outcome, ==, cards[i].outcome);
    g_assert_cmpstr (till_reason_to_word (card->reason), ==,
                     till_reason_to_word (cards[i].reason));
    if (cards[i].outcome == TILL_TAP_ONLINE)
      g_assert_cmpstr (card->reader, ==, "pcsc:" PICC);
  }
}

static const struct {
  const char     *reader;
  const char     *what;
  TillTapOutcome  outcome;
  TillReason      reason;
  TillTapState    fault;
} faults[] = {
  { "pcsc:" PICC, "reader " PICC "\n", TILL_TAP_NO_CARD },
  { "pcsc:" PICC, "fault no-service\n", TILL_TAP_FAILED, 0, TILL_TAP_NO_SERVICE },
  { "pcsc:" PICC, "fault forbidden\n", TILL_TAP_FAILED, 0, TILL_TAP_FORBIDDEN },
  { "pcsc:" PICC, "", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "pcsc:" PICC, "reader " ICC "\n", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "pcsc:", "reader " PICC "\n", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "auto", "reader " ICC "\ncard debit\n", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "auto", "reader " SAM "\ncard debit\n", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "auto", "fault no-service\n", TILL_TAP_FAILED, 0, TILL_TAP_ABSENT },
  { "pcsc:" PICC, "reader " PICC "\nfault unavailable\n", TILL_TAP_FAILED, 0, TILL_TAP_FAULT },
  { "pcsc:" PICC, "reader " PICC "\ncard debit\nfault shared\n", TILL_TAP_FAILED, 0,
    TILL_TAP_BUSY },
  { "pcsc:" PICC, "reader " PICC "\ncard debit\nfault pulled\n", TILL_TAP_REFUSED,
    TILL_REASON_CARD_MOVED },
  { "pcsc:" PICC, "reader " PICC "\ncard debit\nfault mute\n", TILL_TAP_REFUSED,
    TILL_REASON_CARD_NONE },
  { "pcsc:" PICC, "reader " PICC "\ncard fob\nfault memory\n", TILL_TAP_REFUSED,
    TILL_REASON_CARD_NONE },
};

/* What is wrong is told for what it is. */
static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (TillTapCard) card = read_one (faults[i].reader, faults[i].what);

    g_test_message ("%s", faults[i].what);
    g_assert_cmpint (card->outcome, ==, faults[i].outcome);
    g_assert_cmpstr (till_reason_to_word (card->reason), ==,
                     till_reason_to_word (faults[i].reason));
    g_assert_cmpstr (till_tap_state_to_word (card->fault), ==,
                     till_tap_state_to_word (faults[i].fault));
  }
}

static void
list_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapList **list = user_data;

  *list = till_tap_list_finish (TILL_TAP (object), result);
}

/* What pcscd has is listed, and which of it has an antenna. */
static void
test_list (void)
{
  static const struct {
    const char   *name;
    TillTapState  state;
  } expected[] = {
    { SAM, TILL_TAP_UNABLE }, { PICC, TILL_TAP_WAITING }, { ICC, TILL_TAP_UNABLE },
  };
  g_autoptr (TillTap) tap = till_reader_new (g_getenv ("TILL_READER_PCSC"),
                                             till_system_clock_get ());
  g_autoptr (TillTapList) list = NULL;

  g_assert_true (g_file_set_contents (there, "reader " SAM "\nreader " PICC "\nreader " ICC "\n",
                                      -1, NULL));
  till_tap_list_async (tap, NULL, list_cb, &list);
  while (!list)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (list->service, ==, TILL_TAP_WAITING);
  g_assert_cmpuint (list->readers->len, >=, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const TillTapReader *found = list->readers->pdata[i];
    g_autofree char *reader = g_strconcat ("pcsc:", expected[i].name, NULL);

    g_assert_cmpstr (found->name, ==, expected[i].name);
    g_assert_cmpstr (found->reader, ==, reader);
    g_assert_cmpint (found->state, ==, expected[i].state);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("till-pcsc-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "till-reader", NULL);
  g_autofree char *script = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  there = g_build_filename (folder, "there", NULL);
  g_setenv ("TILL_FAKE_PCSC", there, TRUE);
  script = g_strdup_printf ("#!/bin/sh\nLD_PRELOAD='%s' exec '%s'\n",
                            g_getenv ("TILL_FAKE_PCSC_LIBRARY"), g_getenv ("TILL_READER"));
  g_assert_true (g_file_set_contents_full (program, script, -1, G_FILE_SET_CONTENTS_NONE, 0700,
                                           NULL));
  g_setenv ("TILL_READER_PCSC", program, TRUE);
  g_test_add_func ("/reader-pcsc/cards", test_cards);
  g_test_add_func ("/reader-pcsc/faults", test_faults);
  g_test_add_func ("/reader-pcsc/list", test_list);
  code = g_test_run ();
  g_remove (there);
  g_remove (program);
  g_rmdir (folder);
  g_free (there);

  return code;
}
