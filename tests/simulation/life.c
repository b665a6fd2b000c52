/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "life.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "desk/books.h"
#include "desk/desk-private.h"
#include "disk.h"
#include "fake-clock.h"
#include "fake-random.h"
#include "net.h"

#define N_BASKETS_MAX 40
#define N_TRIES_MAX   3
#define BASKET_MS     200000

/* When nothing goes wrong any more, everything must be settled by then. */
#define SETTLE_MS (4 * 60 * 60 * 1000)

static const char ini[] =
  "[shop]\nname=S\nregister=01\nday-starts=04:00\n"
  "[acquirer wechat]\ntype=wechat-pay\nbase-url=https://wechat.example\nmchid=1900000001\n"
  "appid=wx0000000000000001\nserial-no=7C2E9A41D05B3F6688E1A4C7925D0B3E6F18A2D4\n"
  "private-key-file=keys/till.pem\n"
  "certificate-files=keys/wechat.pem\n"
  "[acquirer alipay]\ntype=alipay\nbase-url=https://alipay.example/gateway.do\n"
  "app-id=2026000000000000\nprivate-key-file=keys/till.pem\n"
  "alipay-public-key-file=keys/alipay.pem\n";

/* What a customer wants to buy: paid once, however often it is tried. */
typedef struct {
  char         *name;
  gint64        fen;
  guint         n_tries;
  TillSaleItem *item;       /* the sale of the try under way or just over; the till's */
  char         *order;      /* its number */
  GPtrArray    *orders;     /* of all tries */
  gboolean      is_done;    /* the clerk has seen green, or has given up */
} Basket;

struct World
{
  char           *dir;
  char           *journal;
  GBytes         *empty;         /* an empty journal */
  TillFakeClock  *clock;
  TillFakeRandom  random;
  TillPorts       ports;
  Chances         chances;
  Bank           *wechat;
  Bank           *alipay;
  Net            *net;

  TillShop       *shop;
  TillDesk       *desk;          /* NULL while the till is off */
  Basket          baskets[N_BASKETS_MAX];
  guint           n_baskets;
  guint           most_baskets;  /* a story is told of no more than it needs */
  guint           basket;        /* the customer at the counter */
  guint           n_codes;
  GHashTable     *charge_sent;   /* WeChat charges → when they left, in ms */
  GHashTable     *told_failed;   /* payments that the clerk was told have failed */
  gint64          last_seq;      /* of the rows that the till was told are written */
  gboolean        power_is_gone;
  gint64          disk_full_until_ms;
  gint64          true_offset_us;

  gboolean        tells;
  GString        *story;
  char           *violation;
  guint64         n_steps;
};

static void clerk_cb (gpointer user_data);

static gint64
now_ms (World *self)
{
  return till_clock_mono_us (self->ports.clock) / 1000;
}

/* The story. */

static void
tell_text (gpointer    data,
           const char *what)
{
  World *self = data;
  gint64 ms = now_ms (self);

  if (self->tells)
    g_string_append_printf (self->story, "%02d:%02d:%02d.%03d  %s\n", (int) (ms / 3600000 % 24),
                            (int) (ms / 60000 % 60), (int) (ms / 1000 % 60), (int) (ms % 1000),
                            what);
}

static void G_GNUC_PRINTF (2, 3)
tell (World      *self,
      const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!self->tells)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tell_text (self, text);
}

/* The first violation is the one that is reported. */
static void G_GNUC_PRINTF (2, 3)
violate (World      *self,
         const char *format,
         ...)
{
  va_list args;

  if (self->violation)
    return;

  va_start (args, format);
  self->violation = g_strdup_vprintf (format, args);
  va_end (args);
  tell (self, "VIOLATION: %s", self->violation);
}

/* Looking into the banks. */

static Trade *
find_trade (World      *self,
            const char *number)
{
  Trade *trade = bank_find (self->wechat, number);

  return trade ? trade : bank_find (self->alipay, number);
}

/* What is shown must be what the bank would say, at this very moment. */
static void
check_shown (World          *self,
             const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    const Trade *trade = payment->kind == TILL_KIND_REFUND
                           ? NULL : find_trade (self, payment->order);
    gboolean has_money = trade && trade->state == TRADE_PAID;

    if (payment->kind == TILL_KIND_REFUND)
      continue;
    if (payment->state == TILL_PAYMENT_PAID && !has_money)
      violate (self, "%s is shown as paid; the bank denies it", payment->order);
    if (payment->state == TILL_PAYMENT_PAID && trade && trade->amount_fen != payment->amount_fen)
      violate (self, "%s is shown as paid with another amount", payment->order);
  }
}

/* The moment at which the clerk is told that it failed. */
static void
check_told (World             *self,
            const TillPayment *payment)
{
  const Trade *trade = find_trade (self, payment->order);

  if (payment->kind == TILL_KIND_REFUND || payment->state != TILL_PAYMENT_FAILED ||
      !g_hash_table_add (self->told_failed, g_strdup (payment->order)))
    return;
  if (trade && trade->state == TRADE_PAID)
    violate (self, "%s is shown as not paid while the bank has the money", payment->order);
}

static void
changed_cb (TillDesk     *desk,
            TillSaleItem *item,
            gpointer      user_data)
{
  World *self = user_data;
  const TillSale *sale = till_sale_item_get_sale (item);

  self->last_seq = MAX (self->last_seq, sale->last_seq);
  if (self->tells) {
    for (guint i = 0; i < sale->payments->len; i++) {
      const TillPayment *payment = g_ptr_array_index (sale->payments, i);

      tell (self, "till: %s %s is %s %s", till_kind_to_string (payment->kind), payment->order,
            till_payment_state_to_string (payment->state), till_reason_to_word (payment->reason));
    }
  }
  check_shown (self, sale);
  for (guint i = 0; i < sale->payments->len; i++)
    check_told (self, g_ptr_array_index (sale->payments, i));
}

/* WeChat: not reversed before fifteen seconds, unless it is known to be paid. */
static void
check_pace (World      *self,
            const char *url)
{
  const char *place = strstr (url, "/out-trade-no/");
  g_autofree char *number = NULL;
  const Trade *trade;
  gpointer sent;

  if (!place || !g_str_has_suffix (url, "/reverse"))
    return;

  place += strlen ("/out-trade-no/");
  number = g_strndup (place, strcspn (place, "/"));
  trade = find_trade (self, number);
  sent = g_hash_table_lookup (self->charge_sent, number);
  if (sent && !(trade && trade->state == TRADE_PAID) &&
      now_ms (self) - (gint64) GPOINTER_TO_SIZE (sent) < 15000)
    violate (self, "%s is reversed too early", number);
}

/* Whatever could move money stands in the journal before it leaves. */
static void
sent_cb (const TillHttpRequest *request,
         gpointer               user_data)
{
  static const char *const keys[] = { "out_refund_no", "out_request_no", "out_trade_no" };
  World *self = user_data;
  g_autofree char *raw = NULL;
  g_autofree char *body = NULL;

  self->n_steps++;
  check_pace (self, request->url);
  if (!request->body || !self->desk)
    return;

  raw = g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
  body = g_uri_unescape_string (raw, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strdup_printf ("\"%s\":\"", keys[i]);
    const char *value = body ? strstr (body, key) : NULL;
    g_autofree char *number = NULL;
    g_autoptr (TillSale) sale = NULL;

    if (!value)
      continue;
    value += strlen (key);
    number = g_strndup (value, strcspn (value, "\""));
    sale = till_journal_load_sale (self->shop->journal, number, NULL);
    if (!sale)
      violate (self, "a request about %s left before its row was written", number);
    if (g_str_has_suffix (request->url, "/codepay"))
      g_hash_table_insert (self->charge_sent, g_steal_pointer (&number),
                           GSIZE_TO_POINTER (now_ms (self)));
    return;
  }
}

/* The till's power. */

static int
disk_fault_cb (gboolean is_sync,
               gpointer user_data)
{
  World *self = user_data;

  if (self->power_is_gone)
    return SQLITE_IOERR_WRITE;
  if (now_ms (self) < self->disk_full_until_ms && !self->chances.all_off)
    return is_sync ? 0 : SQLITE_FULL;
  if (chance_happens (&self->chances, CHANCE_POWER, 1)) {
    tell (self, "the power goes while the till writes");
    self->power_is_gone = TRUE;
    return SQLITE_IOERR_WRITE;
  }
  if (!is_sync && chance_happens (&self->chances, CHANCE_DISK_FULL, 1)) {
    tell (self, "the disk is full");
    self->disk_full_until_ms =
      now_ms (self) + 1000 + chance_draw (&self->chances, CHANCE_LIFE, 30000);
    return SQLITE_FULL;
  }
  if (!is_sync && chance_happens (&self->chances, CHANCE_DISK_WRITE, 1)) {
    tell (self, "a write fails");
    return SQLITE_IOERR_WRITE;
  }
  if (is_sync && chance_happens (&self->chances, CHANCE_DISK_SYNC, 3)) {
    tell (self, "a sync fails");
    return SQLITE_IOERR_FSYNC;
  }

  return 0;
}

static gboolean
keep_sector_cb (gpointer user_data)
{
  World *self = user_data;

  return chance_draw (&self->chances, CHANCE_SECTOR, 2) == 0;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
check_journal (World *self)
{
  g_auto (TillVerdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  if (!till_journal_verify (self->shop->journal, 1, NULL, NULL, NULL, &verdict, &error))
    violate (self, "the journal cannot be verified: %s", error->message);
  else if (verdict.first_bad_seq || !verdict.caches_agree)
    violate (self, "the journal is broken at row %" G_GINT64_FORMAT ": %s", verdict.first_bad_seq,
             verdict.what ? verdict.what : "");
  else if (verdict.n_rows < self->last_seq)
    violate (self,
             "%" G_GINT64_FORMAT " rows were said to be written, %" G_GINT64_FORMAT " are there",
             self->last_seq, verdict.n_rows);
}

static void
turn_on (World *self)
{
  g_autoptr (GError) error = NULL;

  self->shop = till_shop_open (self->dir, &self->ports, TILL_JOURNAL_INLINE, &error);
  if (!self->shop) {
    violate (self, "the till does not start: %s", error->message);
    return;
  }

  self->desk = till_desk_new (self->shop);
  g_signal_connect (self->desk, "sale-changed", G_CALLBACK (changed_cb), self);
}

static void
turn_off (World *self)
{
  for (guint i = 0; i < self->n_baskets; i++)
    g_clear_object (&self->baskets[i].item);
  if (!self->desk)
    return;

  till_desk_close (self->desk);
  g_clear_object (&self->desk);
  self->shop = NULL;
  settle ();
}

static void
start_again_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->desk || self->violation)
    return;

  tell (self, "the till starts again");
  turn_on (self);
  if (!self->desk)
    return;
  check_journal (self);
  till_desk_resume (self->desk, NULL);
  for (guint i = 0; i < self->n_baskets; i++) {
    if (self->baskets[i].order)
      self->baskets[i].item = till_desk_find (self->desk, self->baskets[i].order, NULL);
  }
  till_clock_add_timer (self->ports.clock, 500, clerk_cb, self);
}

/* Killed, or without power: what was written and not synced may be gone. */
static void
crash (World *self)
{
  self->power_is_gone = TRUE;
  turn_off (self);
  disk_cut_power (keep_sector_cb, self);
  self->power_is_gone = FALSE;
  tell (self, "the till is off");
  till_clock_add_timer (self->ports.clock,
                        500 + chance_draw (&self->chances, CHANCE_LIFE, 60000),
                        start_again_cb, self);
}

static void
crash_cb (gpointer user_data)
{
  World *self = user_data;

  if (self->desk && !self->chances.all_off) {
    tell (self, "somebody pulls the plug");
    self->power_is_gone = TRUE;
  }
}

/* Customers. */

static char *
new_code (World  *self,
          Bank   *bank,
          Basket *basket)
{
  g_autofree char *digits = g_strdup_printf ("%s%016u", bank == self->wechat ? "13" : "28",
                                             ++self->n_codes);
  PayCode *code = bank_add_code (bank, digits, basket->name);
  guint lot = chance_draw (&self->chances, CHANCE_LIFE, 100);

  if (lot < 25) {
    code->kind = CODE_ASKS_PASSWORD;
    code->pays_after_ms = 500 + chance_draw (&self->chances, CHANCE_LIFE, 60000);
    if (chance_happens (&self->chances, CHANCE_CUSTOMER, 300))
      code->pays_after_ms = 0;
  } else if (lot < 32) {
    code->kind = chance_happens (&self->chances, CHANCE_CUSTOMER, 700) ? CODE_POOR : CODE_PAYS;
  } else if (lot < 36) {
    code->kind = chance_happens (&self->chances, CHANCE_CUSTOMER, 700) ? CODE_REFUSES : CODE_PAYS;
  }

  return g_steal_pointer (&digits);
}

typedef struct {
  World *world;
  char  *text;
  char  *basket;
} Scan;

/* Somebody scans a code on the screen: Alipay's order begins to exist, and is paid, or not. */
static void
scan_cb (gpointer user_data)
{
  Scan *scan = user_data;
  World *self = scan->world;
  Trade *trade = bank_find_text (self->wechat, scan->text);
  Bank *bank = trade ? self->wechat : self->alipay;

  if (!trade)
    trade = bank_find_text (self->alipay, scan->text);
  if (trade && trade->state == TRADE_OPEN) {
    tell (self, "a customer scans the code of %s", trade->number);
    trade->is_known = TRUE;
    if (!trade->basket)
      trade->basket = g_strdup (scan->basket);
    bank_pay (bank, trade);
  }
  g_free (scan->text);
  g_free (scan->basket);
  g_free (scan);
}

static void
show_to_customers (World       *self,
                   Basket      *basket,
                   const char  *text)
{
  guint n_people = chance_happens (&self->chances, CHANCE_CUSTOMER, 100) ? 2 : 1;

  if (chance_happens (&self->chances, CHANCE_CUSTOMER, 150))
    n_people = 0;
  for (guint i = 0; i < n_people; i++) {
    Scan *scan = g_new (Scan, 1);

    *scan = (Scan) { self, g_strdup (text), g_strdup (basket->name) };
    till_clock_add_timer (self->ports.clock,
                          300 + chance_draw (&self->chances, CHANCE_LIFE, 25000), scan_cb, scan);
  }
}

/* The clerk. */

static Basket *
find_basket (World      *self,
             const char *order)
{
  for (guint i = 0; i < self->n_baskets; i++) {
    if (order &&
        g_ptr_array_find_with_equal_func (self->baskets[i].orders, order, g_str_equal, NULL))
      return &self->baskets[i];
  }

  return NULL;
}

static void
code_text_cb (TillSaleItem *item,
              GParamSpec   *pspec,
              gpointer      user_data)
{
  World *self = user_data;
  const TillSale *sale = till_sale_item_get_sale (item);
  Basket *basket = find_basket (self, sale->order);

  for (guint i = 0; basket && i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    Trade *trade = find_trade (self, payment->order);

    if (payment->code_text && payment->state == TILL_PAYMENT_WAITING && trade && !trade->basket) {
      trade->basket = g_strdup (basket->name);
      show_to_customers (self, basket, payment->code_text);
    }
  }
}

static TillSaleItem *
take_money (World      *self,
            Basket     *basket,
            const char *order)
{
  const TillTicket ticket = { .order = order };
  gboolean by_code = chance_draw (&self->chances, CHANCE_LIFE, 100) < 60;
  guint lot = chance_draw (&self->chances, CHANCE_LIFE, 100);
  Bank *bank = lot < 50 ? self->wechat : self->alipay;
  TillBrandSet both = TILL_BRAND_BIT (TILL_BRAND_WECHAT) | TILL_BRAND_BIT (TILL_BRAND_ALIPAY);
  TillBrandSet one = TILL_BRAND_BIT (bank == self->wechat ? TILL_BRAND_WECHAT : TILL_BRAND_ALIPAY);
  g_autofree char *digits = NULL;
  TillSaleItem *item;

  if (!by_code)
    return till_desk_collect (self->desk, basket->fen, lot % 10 < 3 ? both : one, 20000, &ticket,
                              NULL);

  digits = new_code (self, bank, basket);
  tell (self, "clerk scans %s for %s", digits, basket->name);
  item = till_desk_charge (self->desk, basket->fen, digits, NULL, &ticket, NULL);
  /* The scanner reads it twice; the clerk hits the key twice. */
  if (item && chance_happens (&self->chances, CHANCE_CLERK, 100)) {
    TillSaleItem *again =
      till_desk_charge (self->desk, basket->fen, digits, NULL,
                        chance_draw (&self->chances, CHANCE_LIFE, 2) ? &ticket : NULL, NULL);

    if (again && again != item)
      violate (self, "the same code made two sales");
    g_clear_object (&again);
  }

  return item;
}

static void
begin_sale (World  *self,
            Basket *basket)
{
  g_autofree char *order = till_shop_new_number (self->shop);

  g_clear_object (&basket->item);
  g_free (basket->order);
  basket->order = g_strdup (order);
  g_ptr_array_add (basket->orders, g_strdup (order));
  basket->n_tries++;
  basket->item = take_money (self, basket, order);
  if (basket->item)
    g_signal_connect (basket->item, "notify::code-text", G_CALLBACK (code_text_cb), self);
}

static void
give_back (World  *self,
           Basket *basket)
{
  gint64 fen = chance_draw (&self->chances, CHANCE_LIFE, 2)
                 ? 0 : 1 + chance_draw (&self->chances, CHANCE_LIFE, (guint) basket->fen);
  guint n_times = 1 + chance_draw (&self->chances, CHANCE_LIFE, 2);

  for (guint i = 0; i < n_times; i++) {
    tell (self, "clerk refunds %" G_GINT64_FORMAT " of %s", fen, basket->name);
    g_clear_object (&basket->item);
    basket->item = till_desk_refund (self->desk, basket->order, fen, NULL, NULL);
  }
}

/* What a clerk does while nothing is decided. */
static void
fidget (World  *self,
        Basket *basket)
{
  TillSaleItem *same = NULL;

  if (!till_sale_item_get_order (basket->item))
    return;
  if (chance_happens (&self->chances, CHANCE_CLERK, 60)) {
    tell (self, "clerk cancels %s", basket->name);
    same = till_desk_cancel (self->desk, basket->order, NULL);
  } else if (chance_happens (&self->chances, CHANCE_CLERK, 40)) {
    tell (self, "clerk asks about %s", basket->name);
    same = till_desk_query (self->desk, basket->order, NULL);
  }
  g_clear_object (&same);
}

static void
look_at_result (World  *self,
                Basket *basket)
{
  TillPaymentState state = till_sale_item_get_state (basket->item);

  if (state == TILL_PAYMENT_PAID) {
    basket->is_done = TRUE;
    if (chance_happens (&self->chances, CHANCE_CLERK, 150))
      give_back (self, basket);
    else if (chance_happens (&self->chances, CHANCE_CLERK, 60))
      g_clear_object (&basket->item);
  } else if (state == TILL_PAYMENT_FAILED || state == TILL_PAYMENT_PAID_LATE) {
    /* Red: the customer may try again, with a new code. */
    if (basket->n_tries < N_TRIES_MAX)
      begin_sale (self, basket);
    else
      basket->is_done = TRUE;
  }
}

static void
clerk_cb (gpointer user_data)
{
  World *self = user_data;
  Basket *basket = &self->baskets[self->basket];

  if (!self->desk || self->violation)
    return;

  if (!basket->item && !basket->is_done && basket->order) {
    basket->item = till_desk_find (self->desk, basket->order, NULL);
    if (!basket->item && basket->n_tries < N_TRIES_MAX)
      begin_sale (self, basket);
    else if (!basket->item)
      basket->is_done = TRUE;
  } else if (!basket->item && !basket->is_done) {
    begin_sale (self, basket);
  }

  if (basket->item && !till_sale_item_get_order (basket->item) &&
      !till_desk_is_busy (self->desk, basket->item))
    g_clear_object (&basket->item);   /* the journal refused its first row: there is no sale */
  else if (basket->item && till_sale_item_is_open (basket->item))
    fidget (self, basket);
  else if (basket->item)
    look_at_result (self, basket);

  if (basket->is_done && self->basket + 1 < self->n_baskets)
    self->basket++;
  else if (basket->is_done)
    return;
  till_clock_add_timer (self->ports.clock, 1000 + chance_draw (&self->chances, CHANCE_LIFE, 3000),
                        clerk_cb, self);
}

static void
set_clock_right (World *self)
{
  till_fake_clock_set_now (self->clock, bank_wall_us (self->wechat));
  net_set_skew (self->net, 0);
}

static void
clock_is_set_cb (gpointer user_data)
{
  tell (user_data, "somebody sets the wall clock right");
  set_clock_right (user_data);
}

static void
clock_jumps_cb (gpointer user_data)
{
  World *self = user_data;
  gint64 by_s = (gint64) chance_draw (&self->chances, CHANCE_LIFE, 172800) - 86400;
  gint64 by_us = by_s * G_USEC_PER_SEC;

  if (self->chances.all_off)
    return;
  tell (self, "the wall clock jumps by %d s", (int) (by_us / G_USEC_PER_SEC));
  till_fake_clock_set_now (self->clock, till_clock_now_us (self->ports.clock) + by_us);
  net_set_skew (self->net, till_clock_now_us (self->ports.clock) - bank_wall_us (self->wechat));
  till_clock_add_timer (self->ports.clock, chance_draw (&self->chances, CHANCE_LIFE, 60000),
                        clock_is_set_cb, self);
}

static void
rotate_cb (gpointer user_data)
{
  World *self = user_data;

  tell (self, "the bank signs with a new key");
  self->wechat->key++;
}

/* A life. */

static void
begin (World  *self,
       guint64 seed)
{
  chances_begin (&self->chances, seed);
  bank_clear (self->wechat);
  bank_clear (self->alipay);
  disk_clear ();
  disk_put (self->journal, self->empty);
  till_fake_random_init (&self->random, seed);
  till_fake_clock_set_now (self->clock, TILL_FAKE_CLOCK_START_US);
  self->wechat->wall_offset_us = TILL_FAKE_CLOCK_START_US - till_clock_mono_us (self->ports.clock);
  self->alipay->wall_offset_us = self->wechat->wall_offset_us;
  net_set_skew (self->net, 0);
  g_clear_pointer (&self->violation, g_free);
  g_string_set_size (self->story, 0);
  g_hash_table_remove_all (self->charge_sent);
  g_hash_table_remove_all (self->told_failed);
  self->last_seq = 0;
  self->power_is_gone = FALSE;
  self->disk_full_until_ms = 0;
  self->basket = 0;
  self->n_codes = 0;
  self->n_baskets = MIN (1 + chance_draw (&self->chances, CHANCE_LIFE, N_BASKETS_MAX),
                         self->most_baskets);
  for (guint i = 0; i < self->n_baskets; i++)
    self->baskets[i] = (Basket) {
      .name = g_strdup_printf ("basket-%u", i + 1),
      .fen = 1 + chance_draw (&self->chances, CHANCE_LIFE, 50000),
      .orders = g_ptr_array_new_with_free_func (g_free),
    };
}

/* Once a customer or so, each by its own chance. */
static void
plan_troubles (World *self,
               gint64 end_ms)
{
  static const struct {
    Chance        kind;
    guint         permille;
    TillClockFunc func;
  } troubles[] = {
    { CHANCE_POWER, 12, crash_cb },
    { CHANCE_CLOCK, 8, clock_jumps_cb },
    { CHANCE_BANK_ROTATES, 8, rotate_cb },
  };

  for (gint64 at_ms = 0; at_ms < end_ms - now_ms (self); at_ms += 20000) {
    for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
      if (chance_happens (&self->chances, troubles[i].kind, troubles[i].permille))
        till_clock_add_timer (self->ports.clock,
                              at_ms + chance_draw (&self->chances, CHANCE_LIFE, 20000),
                              troubles[i].func, self);
    }
  }
}

/* Lets time pass, timer by timer. */
static void
run_until (World *self,
           gint64 end_ms)
{
  settle ();
  while (!self->violation && now_ms (self) < end_ms) {
    gint64 next_ms = till_fake_clock_get_next_ms (self->clock);

    if (next_ms < 0)
      return;
    till_fake_clock_advance (self->clock, MIN (next_ms, end_ms - now_ms (self)));
    settle ();
    if (self->power_is_gone)
      crash (self);
  }
}

static gboolean
customers_are_served (World *self)
{
  return self->basket + 1 == self->n_baskets && self->baskets[self->basket].is_done;
}

/* From here on nothing goes wrong: what is open must come to its end, and within the rules'
 * time. */
static void
let_everything_settle (World *self)
{
  tell (self, "— nothing goes wrong from here on —");
  self->chances.all_off = TRUE;
  set_clock_right (self);
  run_until (self, now_ms (self) + 61000);
  if (!self->violation && !self->desk)
    violate (self, "the till did not start again");
  if (!self->violation) {
    turn_off (self);
    start_again_cb (self);
  }
  run_until (self, now_ms (self) + SETTLE_MS);
}

static void
check_sale (World          *self,
            const TillSale *sale)
{
  if (sale->is_open)
    violate (self, "%s is open for ever, %s %s", sale->order,
             till_payment_state_to_string (sale->state), till_reason_to_word (sale->reason));

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    const Trade *trade = find_trade (self, payment->order);
    gboolean has_money = trade && trade->state == TRADE_PAID;
    gboolean says_money = payment->state == TILL_PAYMENT_PAID ||
                          payment->state == TILL_PAYMENT_PAID_LATE;

    if (payment->kind != TILL_KIND_REFUND && says_money != has_money)
      violate (self, "the journal has %s as %s, the bank %s the money", payment->order,
               till_payment_state_to_string (payment->state), has_money ? "has" : "does not have");
  }
}

/* Row by row: the refunds of the journal are the refunds of the bank. */
static void
check_refunds (World          *self,
               const TillSale *sale)
{
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *refund = g_ptr_array_index (sale->payments, i);
    BankRefund *found = NULL;

    if (refund->kind != TILL_KIND_REFUND)
      continue;
    bank_query_refund (self->wechat, refund->of, refund->order, &found);
    if (!found)
      bank_query_refund (self->alipay, refund->of, refund->order, &found);
    if ((refund->state == TILL_PAYMENT_PAID) != (found != NULL))
      violate (self, "the journal has refund %s as %s, the bank %s it", refund->order,
               till_payment_state_to_string (refund->state), found ? "has" : "does not have");
    if (found && found->fen != refund->amount_fen)
      violate (self, "refund %s is of another amount at the bank", refund->order);
  }
}

typedef struct {
  World      *world;
  GHashTable *numbers;   /* all payments of the journal */
} Books;

static gboolean
check_sale_cb (const TillSale *sale,
               gpointer        user_data)
{
  Books *books = user_data;

  check_sale (books->world, sale);
  check_refunds (books->world, sale);
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (!g_hash_table_add (books->numbers, g_strdup (payment->order)))
      violate (books->world, "%s stands for two payments", payment->order);
  }

  return TRUE;
}

static void
check_bank (World      *self,
            const Bank *bank,
            GHashTable *numbers)
{
  for (guint i = 0; i < bank->order->len; i++) {
    const Trade *trade = g_ptr_array_index (bank->order, i);

    if (!g_hash_table_contains (numbers, trade->number))
      violate (self, "the bank has %s, the journal has not", trade->number);
  }
  if (bank->was_overdrawn)
    violate (self, "the till asked to give back more than was paid");
}

/* A basket is paid at most once: all but one of its payments were given back whole. */
static void
check_basket (World  *self,
              Basket *basket)
{
  const Bank *const banks[] = { self->wechat, self->alipay };
  guint n_kept = 0;

  for (guint b = 0; b < G_N_ELEMENTS (banks); b++) {
    for (guint i = 0; i < banks[b]->order->len; i++) {
      const Trade *trade = g_ptr_array_index (banks[b]->order, i);

      n_kept += g_strcmp0 (trade->basket, basket->name) == 0 && trade->state == TRADE_PAID &&
                bank_given_back (banks[b], trade) < trade->amount_fen;
    }
  }
  if (n_kept > 1)
    violate (self, "%s was paid %u times", basket->name, n_kept);
}

static void
check_books (World *self)
{
  const TillSaleFilter any = { 0 };
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Books books = { self, numbers };

  check_journal (self);
  till_books_each_sale (self->desk, &any, check_sale_cb, &books, NULL);
  check_bank (self, self->wechat, numbers);
  check_bank (self, self->alipay, numbers);
  for (guint i = 0; i < self->n_baskets; i++)
    check_basket (self, &self->baskets[i]);
}

static void
end (World *self)
{
  self->chances.all_off = TRUE;
  self->power_is_gone = FALSE;
  turn_off (self);
  /* Letters on their way, and people who still want to scan. */
  while (till_fake_clock_get_next_ms (self->clock) >= 0) {
    till_fake_clock_advance (self->clock, till_fake_clock_get_next_ms (self->clock));
    settle ();
  }
  for (guint i = 0; i < self->n_baskets; i++) {
    g_free (self->baskets[i].name);
    g_free (self->baskets[i].order);
    g_ptr_array_unref (self->baskets[i].orders);
  }
}

/**
 * world_live:
 *
 * Lives a shop's lives: one for each customer, one after the other, then the settling of the books.
 *
 * Returns: (nullable): the promise that was broken; %NULL when all were kept
 */
const char *
world_live (World  *self,
            guint64 seed)
{
  gint64 end_ms;

  begin (self, seed);
  end_ms = now_ms (self) + self->n_baskets * BASKET_MS;
  turn_on (self);
  plan_troubles (self, end_ms);
  till_clock_add_timer (self->ports.clock, 10, clerk_cb, self);

  while (!self->violation && !customers_are_served (self) && now_ms (self) < end_ms)
    run_until (self, now_ms (self) + 10000);
  if (!self->violation)
    let_everything_settle (self);
  if (!self->violation)
    check_books (self);
  end (self);

  return self->violation;
}

static void
write_file (const char *dir,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, 0600);
}

static void
make_profile (World *self)
{
  g_autofree char *keys = g_build_filename (self->dir, "keys", NULL);
  char *bytes;
  gsize n_bytes;

  g_assert_cmpint (g_mkdir_with_parents (keys, 0700), ==, 0);
  write_file (self->dir, "profile.ini", ini);
  write_file (keys, "till.pem", "the till");
  write_file (keys, "wechat.pem", "WECHATBANK0");
  write_file (keys, "alipay.pem", "the alipay bank");
  write_file (keys, "wechat.api-v3-key.secret", "0123456789abcdef0123456789abcdef");
  self->journal = g_build_filename (self->dir, "journal.db", NULL);
  g_assert_true (till_journal_create (self->journal, NULL));
  g_assert_true (g_file_get_contents (self->journal, &bytes, &n_bytes, NULL));
  self->empty = g_bytes_new_take (bytes, n_bytes);
}

/**
 * world_new:
 * @dir: a folder for the profile, which exists
 *
 * Returns: (transfer full): a world
 */
World *
world_new (const char *dir)
{
  World *self = g_new0 (World, 1);

  self->dir = g_strdup (dir);
  self->most_baskets = N_BASKETS_MAX;
  self->story = g_string_new (NULL);
  self->charge_sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->told_failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  make_profile (self);
  disk_install ();
  disk_set_faults (disk_fault_cb, self);

  self->clock = till_fake_clock_new ();
  self->ports.clock = till_fake_clock_get_port (self->clock);
  self->ports.random = &self->random.port;
  till_fake_random_init (&self->random, 1);
  self->wechat = bank_new (&dialect_wechat, self->ports.clock, &self->chances);
  self->alipay = bank_new (&dialect_alipay, self->ports.clock, &self->chances);
  self->wechat->say = self->alipay->say = tell_text;
  self->wechat->world = self->alipay->world = self;
  self->net = net_new (self->ports.clock, &self->chances, self->wechat, self->alipay, sent_cb,
                       self);
  self->ports.http = TILL_HTTP (self->net);

  return self;
}

void
world_free (World *self)
{
  disk_set_faults (NULL, NULL);
  disk_clear ();
  g_object_unref (self->net);
  bank_free (self->wechat);
  bank_free (self->alipay);
  till_fake_clock_free (self->clock);
  g_bytes_unref (self->empty);
  g_string_free (self->story, TRUE);
  g_hash_table_unref (self->charge_sent);
  g_hash_table_unref (self->told_failed);
  g_free (self->violation);
  g_free (self->journal);
  g_free (self->dir);
  g_free (self);
}

/**
 * world_set_most:
 *
 * At most so many lives a run.
 */
void
world_set_most (World *self,
                guint  most)
{
  self->most_baskets = most;
}

/**
 * world_get_lives:
 *
 * Returns: how many lives the last run had
 */
guint
world_get_lives (World *self)
{
  return self->n_baskets;
}

Chances *
world_chances (World *self)
{
  return &self->chances;
}

/**
 * world_tell:
 *
 * Whether lives are to be told, for world_get_story().
 */
void
world_tell (World   *self,
            gboolean tells)
{
  self->tells = tells;
}

const char *
world_get_story (World *self)
{
  return self->story->str;
}

/**
 * world_get_steps:
 *
 * Returns: how many requests the tills have sent in all lives
 */
guint64
world_get_steps (World *self)
{
  return self->n_steps;
}
