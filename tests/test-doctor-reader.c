/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor-reader.h"

#include <string.h>

#include "desk-fixture.h"

/* What doctor says of the card reader, whatever that is like. */

#define PORT "reader=pn532_uart:/dev/ttyUSB0:115200"

typedef struct {
  DeskFixture        desk;
  TillTapState       state;       /* what the reader answers; WAITING: no card came */
  gboolean           was_tag;     /* it was asked to be one */
  guint              source;
  guint              n_findings;
  TillFindingHealth  health;
  TillReaderFinding  found;       /* its texts are copied */
  char              *reader;
  char              *holder;
} F;

/* The reader answers what is asked of it. */
static gboolean
answer_cb (gpointer user_data)
{
  F *f = user_data;

  if (till_wired_tap_is_waiting (f->desk.tap))
    till_wired_tap_end (f->desk.tap,
                        f->state == TILL_TAP_WAITING ? TILL_TAP_NO_CARD : TILL_TAP_FAILED,
                        f->state);

  return G_SOURCE_CONTINUE;
}

static void
state_changed_cb (TillTap *tap,
                  F       *f)
{
  f->was_tag |= till_tap_get_state (tap) == TILL_TAP_SHOWING;
}

static void
set_up (F             *f,
        gconstpointer  lines)
{
  desk_fixture_set_up (&f->desk);
  desk_fixture_configure (&f->desk, lines);
  g_signal_connect (f->desk.tap, "state-changed", G_CALLBACK (state_changed_cb), f);
  f->state = TILL_TAP_WAITING;
  f->source = g_idle_add (answer_cb, f);
}

static void
tear_down (F             *f,
           gconstpointer  lines)
{
  g_source_remove (f->source);
  g_signal_handlers_disconnect_by_data (f->desk.tap, f);
  g_clear_pointer (&f->reader, g_free);
  g_clear_pointer (&f->holder, g_free);
  desk_fixture_tear_down (&f->desk);
}

static void
found_cb (const TillFinding *finding,
          gpointer           user_data)
{
  F *f = user_data;

  g_assert_cmpint (finding->check, ==, TILL_CHECK_NFC);
  f->n_findings++;
  f->health = finding->health;
  f->found = *finding->reader;
  g_free (f->reader);
  g_free (f->holder);
  f->reader = g_strdup (finding->reader->reader);
  f->holder = g_strdup (finding->reader->holder);
}

static void
look (F *f)
{
  TillFindingHealth worst = TILL_HEALTH_GOOD;

  f->n_findings = 0;
  f->was_tag = FALSE;
  till_doctor_look_at_reader (&worst, f->desk.shop, found_cb, f);
  g_assert_cmpuint (f->n_findings, ==, 1);
  g_assert_cmpint (worst, ==, f->health);
  g_assert_cmpint (till_tap_get_state (TILL_TAP (f->desk.tap)), !=, TILL_TAP_SHOWING);
}

/* A reader that reads is good; one that does not is worth a look, and never worse: one sells on. */
static void
test_states (F             *f,
             gconstpointer  lines)
{
  for (guint i = TILL_TAP_WAITING; i < TILL_TAP_N_STATES; i++) {
    if (i != TILL_TAP_WAITING && !till_tap_state_is_fault ((TillTapState) i))
      continue;
    f->state = (TillTapState) i;
    look (f);
    g_assert_false (f->found.is_off);
    g_assert_false (f->was_tag);
    g_assert_cmpint (f->found.state, ==, i);
    g_assert_cmpstr (f->reader, ==, "auto");
    g_assert_cmpint (f->health, ==,
                     i == TILL_TAP_WAITING ? TILL_HEALTH_GOOD : TILL_HEALTH_WORTH_A_LOOK);
  }
}

/* Who has it is told, with the remedy: of the reader that is meant, where that is what it says. */
static void
test_holder (F             *f,
             gconstpointer  lines)
{
  static const struct {
    const char   *reader;    /* that was found; NULL: pcscd */
    TillTapState  found;
    TillTapState  state;     /* that the profile's reader says */
    gboolean      is_told;   /* with reader=auto, =pcsc:ACS, and a port's other name */
  } cases[3][5] = {
    {
      { "acr122_usb", TILL_TAP_BUSY, TILL_TAP_BUSY, TRUE },
      { "acr122_usb", TILL_TAP_BUSY, TILL_TAP_WAITING, FALSE },
      { "acr122_usb", TILL_TAP_BUSY, TILL_TAP_FORBIDDEN, FALSE },
      { NULL, TILL_TAP_FORBIDDEN, TILL_TAP_FORBIDDEN, TRUE },
      { NULL, TILL_TAP_NO_SERVICE, TILL_TAP_ABSENT, FALSE },
    },
    {
      { NULL, TILL_TAP_NO_SERVICE, TILL_TAP_NO_SERVICE, TRUE },
      { NULL, TILL_TAP_FORBIDDEN, TILL_TAP_FORBIDDEN, TRUE },
      { "acr122_usb", TILL_TAP_BUSY, TILL_TAP_BUSY, FALSE },
      { "pcsc:ACS", TILL_TAP_BUSY, TILL_TAP_BUSY, TRUE },
      { "pcsc:OMNIKEY", TILL_TAP_BUSY, TILL_TAP_BUSY, FALSE },
    },
    {
      { "pn532_uart:/dev/../dev/null:115200", TILL_TAP_BUSY, TILL_TAP_BUSY, TRUE },
      { "pn532_uart:/dev/zero:115200", TILL_TAP_BUSY, TILL_TAP_BUSY, FALSE },
      { "arygon:/dev/null:115200", TILL_TAP_BUSY, TILL_TAP_BUSY, FALSE },
      { NULL, TILL_TAP_NO_SERVICE, TILL_TAP_NO_SERVICE, FALSE },
      { "pn532_uart:/dev/null:115200", TILL_TAP_BUSY, TILL_TAP_FAULT, FALSE },
    },
  };
  const guint set = strstr (lines, "pcsc:") ? 1 : strstr (lines, "/dev/null") ? 2 : 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases[set]); i++) {
    TillTapReader *reader = g_new0 (TillTapReader, 1);

    *reader = (TillTapReader) {
      .name = g_strdup ("A reader"), .reader = g_strdup (cases[set][i].reader),
      .state = cases[set][i].found, .holder = g_strdup ("pn533_usb"), .remedy = "sudo modprobe -r",
    };
    till_wired_tap_plug (f->desk.tap, reader);
    f->state = cases[set][i].state;
    g_test_message ("%u", i);
    look (f);
    g_assert_cmpstr (f->holder, ==, cases[set][i].is_told ? "pn533_usb" : NULL);
    g_assert_cmpstr (f->found.remedy, ==, cases[set][i].is_told ? "sudo modprobe -r" : NULL);
  }
}

/* A reader that only opens codes on phones is asked for that, and no card is. */
static void
test_tag (F             *f,
          gconstpointer  lines)
{
  look (f);
  g_assert_false (f->found.is_off);
  g_assert_true (f->was_tag);
  g_assert_cmpint (f->found.state, ==, TILL_TAP_SHOWING);
  g_assert_cmpint (f->health, ==, TILL_HEALTH_GOOD);
  g_assert_cmpstr (f->reader, ==, "pn532_uart:/dev/ttyUSB0:115200");
}

/* Where both are wanted it is asked for cards: they are money. */
static void
test_both (F             *f,
           gconstpointer  lines)
{
  look (f);
  g_assert_false (f->was_tag);
  g_assert_cmpint (f->found.state, ==, TILL_TAP_WAITING);
}

/* What is switched off is not touched. */
static void
test_off (F             *f,
          gconstpointer  lines)
{
  look (f);
  g_assert_true (f->found.is_off);
  g_assert_false (f->was_tag);
  g_assert_cmpuint (till_wired_tap_get_n_reads (f->desk.tap), ==, 0);
  g_assert_cmpint (f->health, ==, TILL_HEALTH_GOOD);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *path;
    const char *lines;
    void      (*run) (F *f, gconstpointer lines);
  } tests[] = {
    { "states", "[nfc]\nmode=sandbox", test_states },
    { "holder/auto", "[nfc]\nmode=sandbox", test_holder },
    { "holder/pcsc", "[nfc]\nmode=sandbox\nreader=pcsc:ACS", test_holder },
    { "holder/port", "[nfc]\nmode=sandbox\nreader=pn532_uart:/dev/null:115200", test_holder },
    { "tag", "[nfc]\nmode=off\nbeside-code=link\n" PORT, test_tag },
    { "both", "[nfc]\nmode=sandbox\nbeside-code=link\n" PORT, test_both },
    { "off", "[nfc]\nmode=off", test_off },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/doctor-reader/", tests[i].path, NULL);

    g_test_add (path, F, tests[i].lines, set_up, tests[i].run, tear_down);
  }

  return g_test_run ();
}
