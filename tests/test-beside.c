/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/beside.h"

#include "desk-fixture.h"

/* A shop whose reader is set up as @lines say. */
static void
set_up (DeskFixture   *fixture,
        gconstpointer  lines)
{
  desk_fixture_set_up (fixture);
  desk_fixture_configure (fixture, lines);
}

static void
tear_down (DeskFixture   *fixture,
           gconstpointer  lines)
{
  desk_fixture_tear_down (fixture);
}

#define LINK "[nfc]\nbeside-code=link\nreader=pn532_uart:/dev/ttyUSB0:115200"

static TillSaleItem *
collect (DeskFixture  *fixture,
         TillBrandSet  brands)
{
  g_autoptr (GError) error = NULL;
  TillSaleItem *item = till_desk_collect (fixture->desk, 1250, brands, 120000, NULL, &error);

  g_assert_no_error (error);
  desk_fixture_settle ();

  return item;
}

static void
close_code (DeskFixture  *fixture,
            TillSaleItem *item)
{
  g_autoptr (TillSaleItem) cancelled = NULL;

  desk_fixture_answer (fixture, "CLOSE", "close-done");
  desk_fixture_answer (fixture, "QUERY", "closed");
  cancelled = till_desk_cancel (fixture->desk, till_sale_item_get_order (item), NULL);
  desk_fixture_pass (fixture, 20000);
}

/* What the profile says, as far as the shop can do it. */
static void
test_words (void)
{
  static const struct {
    const char *lines;
    gboolean    has_contract;
    TillBeside  beside;
  } cases[] = {
    { "", TRUE, TILL_BESIDE_CARDS },
    { "", FALSE, TILL_BESIDE_NOTHING },
    { "[nfc]\nmode=off", TRUE, TILL_BESIDE_NOTHING },
    { "[nfc]\nmode=acquirer-approved\nbeside-code=cards", TRUE, TILL_BESIDE_CARDS },
    { "[nfc]\nmode=acquirer-approved\nbeside-code=nothing", TRUE, TILL_BESIDE_NOTHING },
    { LINK "\nmode=acquirer-approved", TRUE, TILL_BESIDE_LINK },
    { LINK "\nmode=off", FALSE, TILL_BESIDE_LINK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    DeskFixture fixture;

    set_up (&fixture, cases[i].lines);
    if (cases[i].has_contract)
      desk_fixture_add (&fixture, "sealed-words", "cards", 0);
    g_assert_cmpint (till_desk_get_beside (fixture.desk), ==, cases[i].beside);
    tear_down (&fixture, NULL);
  }
}

/* The code of the screen is at the reader, as long as it can be paid; then it is gone. */
static void
test_link (DeskFixture   *fixture,
           gconstpointer  lines)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillLink) link = NULL;

  desk_fixture_late (fixture, "ORDER", "wait text=https://pay.example.cn/1", 1000);
  item = collect (fixture, TILL_BRAND_BIT (TILL_BRAND_WECHAT));
  link = till_link_new (fixture->desk, item);
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
  desk_fixture_pass (fixture, 1500);
  g_assert_cmpstr (till_wired_tap_get_shown (fixture->tap), ==, "https://pay.example.cn/1");
  g_assert_cmpstr (till_wired_tap_get_reader (fixture->tap), ==,
                   "pn532_uart:/dev/ttyUSB0:115200");
  g_assert_cmpint (till_link_get_state (link), ==, TILL_TAP_SHOWING);
  g_assert_false (till_link_was_read (link));
  g_signal_emit_by_name (fixture->tap, "was-read");
  g_assert_true (till_link_was_read (link));

  close_code (fixture, item);
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
  g_assert_cmpint (till_link_get_state (link), ==, TILL_TAP_OFF);
  till_link_end (link);
}

/* Who ends it takes it away while the code goes on. */
static void
test_ended (DeskFixture   *fixture,
            gconstpointer  lines)
{
  g_autoptr (TillSaleItem) item = NULL;
  g_autoptr (TillLink) link = NULL;

  desk_fixture_answer (fixture, "ORDER", "wait text=weixin://wxpay/bizpayurl?pr=1");
  item = collect (fixture, TILL_BRAND_BIT (TILL_BRAND_WECHAT));
  link = till_link_new (fixture->desk, item);
  g_assert_nonnull (till_wired_tap_get_shown (fixture->tap));
  till_link_end (link);
  desk_fixture_settle ();
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
  close_code (fixture, item);
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
}

/* Of two codes nobody knows which one a phone should open, and digits open nothing. */
static void
test_no_link (DeskFixture   *fixture,
              gconstpointer  lines)
{
  g_autoptr (TillSaleItem) two = NULL;
  g_autoptr (TillSaleItem) digits = NULL;
  g_autoptr (TillLink) link = NULL;
  g_autoptr (TillLink) other = NULL;

  desk_fixture_answer (fixture, "ORDER", "wait text=https://pay.example.cn/1");
  desk_fixture_answer (fixture, "ORDER", "wait text=https://pay.example.cn/2");
  two = collect (fixture, TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY));
  link = till_link_new (fixture->desk, two);
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
  till_link_end (link);

  desk_fixture_answer (fixture, "ORDER", "wait text=0100112233445566");
  digits = collect (fixture, TILL_BRAND_BIT (TILL_BRAND_WECHAT));
  other = till_link_new (fixture->desk, digits);
  g_assert_null (till_wired_tap_get_shown (fixture->tap));
  till_link_end (other);
}

/* A reader that comes back has the link again; one that cannot be a tag is left alone. */
static void
test_faults (DeskFixture   *fixture,
             gconstpointer  lines)
{
  static const struct {
    TillTapState fault;
    gboolean     comes_back;
  } cases[] = {
    { TILL_TAP_ABSENT, TRUE }, { TILL_TAP_FAULT, TRUE }, { TILL_TAP_BUSY, TRUE },
    { TILL_TAP_UNABLE, FALSE },
  };
  g_autoptr (TillSaleItem) item = NULL;

  desk_fixture_answer (fixture, "ORDER", "wait text=https://pay.example.cn/1");
  item = collect (fixture, TILL_BRAND_BIT (TILL_BRAND_WECHAT));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillLink) link = till_link_new (fixture->desk, item);

    till_wired_tap_end_show (fixture->tap, cases[i].fault);
    desk_fixture_settle ();
    g_assert_cmpint (till_link_get_state (link), ==, cases[i].fault);
    desk_fixture_answer (fixture, "QUERY", "wait not-scanned");
    desk_fixture_pass (fixture, 2000);
    g_assert_cmpint (till_wired_tap_get_shown (fixture->tap) != NULL, ==, cases[i].comes_back);
    till_link_end (link);
    desk_fixture_settle ();
  }
  close_code (fixture, item);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/beside/words", test_words);
  g_test_add ("/beside/link", DeskFixture, LINK, set_up, test_link, tear_down);
  g_test_add ("/beside/ended", DeskFixture, LINK, set_up, test_ended, tear_down);
  g_test_add ("/beside/no-link", DeskFixture, LINK, set_up, test_no_link, tear_down);
  g_test_add ("/beside/faults", DeskFixture, LINK, set_up, test_faults, tear_down);

  return g_test_run ();
}
