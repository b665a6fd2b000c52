/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/print.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "code/qr.h"
#include "core/money.h"
#include "core/work.h"

/* "¥99,999,999.99", "Digital yuan" */
#define AMOUNT_COLUMNS 14
#define BRAND_COLUMNS  12

/* What people read for each state; the words for scripts are core/payment's. */
static const char *const state_texts[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = NC_("state", "New"),
  [TILL_PAYMENT_ASKED]       = NC_("state", "Asking"),
  [TILL_PAYMENT_WAITING]     = NC_("state", "Waiting"),
  [TILL_PAYMENT_UNSURE]      = NC_("state", "Unsure"),
  [TILL_PAYMENT_CLOSING]     = NC_("state", "Closing"),
  [TILL_PAYMENT_CLOSED_ONCE] = NC_("state", "Closing"),
  [TILL_PAYMENT_REVERSED]    = NC_("state", "Closing"),
  [TILL_PAYMENT_REVERSING]   = NC_("state", "Closing"),
  [TILL_PAYMENT_PAID]        = NC_("state", "Paid"),
  [TILL_PAYMENT_FAILED]      = NC_("state", "Not paid"),
  [TILL_PAYMENT_PAID_LATE]   = NC_("state", "Paid late"),
};

static const char *
refund_state_text (TillPaymentState state)
{
  switch (state) {
  case TILL_PAYMENT_PAID:
    return C_("state", "Given back");
  case TILL_PAYMENT_FAILED:
    return C_("state", "Not given back");
  case TILL_PAYMENT_NEW:
  case TILL_PAYMENT_ASKED:
  case TILL_PAYMENT_WAITING:
  case TILL_PAYMENT_UNSURE:
  case TILL_PAYMENT_CLOSING:
  case TILL_PAYMENT_CLOSED_ONCE:
  case TILL_PAYMENT_REVERSED:
  case TILL_PAYMENT_REVERSING:
  case TILL_PAYMENT_PAID_LATE:
    return g_dpgettext2 (NULL, "state", state_texts[state]);
  }
  g_assert_not_reached ();
}

/**
 * till_print_add_text:
 * @text: (nullable): left out when %NULL or empty: absent means unknown
 *
 * Adds a member.
 */
void
till_print_add_text (JsonBuilder *builder,
                     const char  *name,
                     const char  *text)
{
  if (!text || text[0] == '\0')
    return;

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

/**
 * till_print_add_int:
 * @number: left out when 0
 *
 * Adds a member.
 */
void
till_print_add_int (JsonBuilder *builder,
                    const char  *name,
                    gint64       number)
{
  if (number == 0)
    return;

  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
add_amount (JsonBuilder *builder,
            const char  *name,
            gint64       fen)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, fen);
}

static void
add_bool (JsonBuilder *builder,
          const char  *name,
          gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/**
 * till_print_object:
 * @builder: an object, ended
 *
 * Prints it as one line on stdout, at once.
 */
void
till_print_object (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (root, FALSE);

  puts (line);
  fflush (stdout);
}

static void
add_reason (JsonBuilder *builder,
            TillReason   reason)
{
  till_print_add_text (builder, "reason", till_reason_to_word (reason));
  till_print_add_text (builder, "reason_text", till_reason_get_text (reason));
}

static void
add_payment (JsonBuilder       *builder,
             const TillPayment *payment,
             TillWork           work)
{
  json_builder_begin_object (builder);
  till_print_add_text (builder, "order", payment->order);
  till_print_add_text (builder, "kind", till_kind_to_string (payment->kind));
  till_print_add_text (builder, "acquirer", payment->acquirer);
  till_print_add_text (builder, "brand", till_brand_to_word (payment->brand));
  till_print_add_text (builder, "state", till_payment_state_to_word (payment->state));
  add_reason (builder, payment->reason);
  add_amount (builder, "amount_fen", payment->amount_fen);
  till_print_add_text (builder, "acquirer_ref", payment->acquirer_ref);
  till_print_add_text (builder, "of", payment->of);
  till_print_add_int (builder, "asked_us", payment->asked_us);
  till_print_add_int (builder, "paid_us", payment->paid_us);
  till_print_add_text (builder, "work", till_work_to_word (work));
  json_builder_end_object (builder);
}

/* Green by a person's word alone is not verified. */
static gboolean
is_verified (const TillSale *sale)
{
  const TillPayment *paid = till_sale_get_paid (sale);

  return paid && !paid->is_owners;
}

/* @now_us: for what needs a person; 0 to leave that out */
static void
add_sale (JsonBuilder    *builder,
          const TillSale *sale,
          gint64          now_us)
{
  till_print_add_text (builder, "order", sale->order);
  till_print_add_text (builder, "kind", till_kind_to_string (sale->kind));
  add_amount (builder, "amount_fen", sale->amount_fen);
  till_print_add_text (builder, "currency", sale->currency);
  till_print_add_text (builder, "brand", till_brand_to_word (sale->brand));
  till_print_add_text (builder, "acquirer", sale->acquirer);
  till_print_add_text (builder, "state", till_payment_state_to_word (sale->state));
  add_reason (builder, sale->reason);
  till_print_add_text (builder, "acquirer_ref", sale->acquirer_ref);
  till_print_add_int (builder, "payer_total_fen", sale->payer_total_fen);
  add_amount (builder, "refunded_fen", sale->refunded_fen);
  till_print_add_text (builder, "clerk", sale->clerk);
  till_print_add_text (builder, "note", sale->note);
  add_bool (builder, "offline", FALSE);
  add_bool (builder, "verified", is_verified (sale));
  till_print_add_int (builder, "created_us", sale->created_us);
  till_print_add_int (builder, "paid_us", sale->paid_us);

  json_builder_set_member_name (builder, "payments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    add_payment (builder, payment,
                 now_us ? till_work_of (sale, payment, now_us) : TILL_WORK_NONE);
  }
  json_builder_end_array (builder);
}

static int
width_of (const char *text)
{
  int width = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar letter = g_utf8_get_char (p);

    width += g_unichar_iszerowidth (letter) ? 0 : g_unichar_iswide (letter) ? 2 : 1;
  }

  return width;
}

/**
 * till_pad_text:
 * @n_columns: how wide the text shall be on a terminal, where a Chinese character takes two;
 *   negative to have the blanks before it
 *
 * Returns: (transfer full): @text with blanks
 */
char *
till_pad_text (const char *text,
               int         n_columns)
{
  g_autofree char *blanks = g_strnfill ((gsize) MAX (ABS (n_columns) - width_of (text), 0), ' ');

  return n_columns < 0 ? g_strconcat (blanks, text, NULL) : g_strconcat (text, blanks, NULL);
}

static char *
duration_text (gint64 seconds)
{
  gulong minutes = (gulong) ((seconds + 30) / 60);

  if (seconds < 120)
    return g_strdup_printf (ngettext ("%lu second", "%lu seconds", (gulong) seconds),
                            (gulong) seconds);
  if (minutes < 120)
    return g_strdup_printf (ngettext ("%lu minute", "%lu minutes", minutes), minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%lu hour", "%lu hours", (minutes + 30) / 60),
                            (minutes + 30) / 60);

  return g_strdup_printf (ngettext ("%lu day", "%lu days", (minutes + 720) / 1440),
                          (minutes + 720) / 1440);
}

/**
 * till_clock_text:
 * @skew_us: how far the wallets' clock is ahead of this computer's
 *
 * Returns: (transfer full): a sentence that says how far it is off
 */
char *
till_clock_text (gint64 skew_us)
{
  g_autofree char *off = duration_text ((ABS (skew_us) + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  if (skew_us >= 0)
    /* Translators: %s is a span of time, "10 minutes" */
    return g_strdup_printf (_("This computer's clock is %s behind the wallets'."), off);

  /* Translators: %s is a span of time, "10 minutes" */
  return g_strdup_printf (_("This computer's clock is %s ahead of the wallets'."), off);
}

static void
print_sale_text (const TillSale *sale,
                 const TillDay  *day)
{
  g_autofree char *money = till_money_to_text (sale->amount_fen);
  g_autofree char *amount = till_pad_text (money, -AMOUNT_COLUMNS);
  g_autofree char *brand = till_pad_text (till_brand_get_name (sale->brand), BRAND_COLUMNS);
  g_autofree char *refunded = till_money_to_text (sale->refunded_fen);
  g_autofree char *refunding = till_money_to_text (sale->refunding_fen);
  g_autofree char *time = till_day_format (day, sale->created_us, "%Y-%m-%d %H:%M:%S");

  g_print ("%s  %-26s  %s  %s  %s", time, sale->order, amount, brand,
           g_dpgettext2 (NULL, "state", state_texts[sale->state]));
  if (sale->refunded_fen > 0)
    /* Translators: %s is an amount, "¥3.50" */
    g_print (_("  given back: %s"), refunded);
  g_print ("\n");
  if (sale->reason != TILL_REASON_NONE)
    g_print ("    %s\n", till_reason_get_text (sale->reason));
  if (!till_payment_is_final (sale->state))
    /* Translators: %s is a time, "2026-11-22 14:03:10" */
    g_print (_("    Open since %s. Do not charge it again; “till resume” asks the wallet.\n"),
             time);
  if (sale->refunding_fen > 0)
    /* Translators: %s is an amount, "¥3.50" */
    g_print (_("    %s is on its way back, not confirmed yet; “till resume” asks the wallet.\n"),
             refunding);
}

/**
 * till_print_refund:
 * @refund: a refund
 *
 * Tells people how much was given back, and the number under which the acquirer knows it.
 */
void
till_print_refund (const TillPayment *refund)
{
  g_autofree char *amount = till_money_to_text (refund->amount_fen);

  /* Translators: a refund's number, its amount, what became of it */
  g_print (_("Refund %s  %s  %s\n"), refund->order, amount,
           refund_state_text (refund->state));
}

/**
 * till_print_work:
 * @day: the shop's clock, for people
 * @now_us: wall time
 *
 * Prints a sale with what needs a person.
 */
void
till_print_work (const TillCli  *cli,
                 const TillSale *sale,
                 const TillDay  *day,
                 gint64          now_us)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    print_sale_text (sale, day);
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_sale (builder, sale, now_us);
  json_builder_end_object (builder);
  till_print_object (builder);
}

/**
 * till_print_sale:
 * @day: the shop's clock, for people
 *
 * Prints a sale: one JSON object, or a line for people.
 */
void
till_print_sale (const TillCli  *cli,
                 const TillSale *sale,
                 const TillDay  *day)
{
  till_print_work (cli, sale, day, 0);
}

/* Two rows of modules a line of text, dark on light, with a quiet zone. */
static void
print_qr (const char *text)
{
  const gboolean has_colours = isatty (STDOUT_FILENO);
  static const char *const blocks[] = { " ", "▀", "▄", "█" };
  g_autoptr (TillQr) qr = till_qr_new (text, NULL);
  int width;

  if (!qr)
    return;

  width = (int) qr->width;
  for (int y = -4; y < width + 4; y += 2) {
    g_print ("%s", has_colours ? "\033[47;30m" : "");
    for (int x = -4; x < width + 4; x++) {
      gboolean inside = x >= 0 && x < width;
      guint upper = inside && y >= 0 && y < width && qr->modules[y * width + x];
      guint lower = inside && y + 1 >= 0 && y + 1 < width && qr->modules[(y + 1) * width + x];

      g_print ("%s", blocks[upper + 2 * lower]);
    }
    g_print ("%s\n", has_colours ? "\033[0m" : "");
  }
}

/**
 * till_print_code:
 * @payment: a collection that has its code
 *
 * Prints a "code" event, or draws the code for people.
 */
void
till_print_code (const TillCli     *cli,
                 const TillPayment *payment)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    print_qr (payment->code_text);
    g_print ("%s  %s\n", _(till_brand_get_facts (payment->brand)->scan_hint), payment->code_text);
    fflush (stdout);
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "event", "code");
  till_print_add_text (builder, "brand", till_brand_to_word (payment->brand));
  till_print_add_text (builder, "acquirer", payment->acquirer);
  till_print_add_text (builder, "text", payment->code_text);
  till_print_add_text (builder, "order", payment->order);
  till_print_add_int (builder, "expires_us", payment->expires_us);
  json_builder_end_object (builder);
  till_print_object (builder);
}

/* When it will end by itself. */
static void
print_end (const TillProgress *progress,
           const TillDay      *day)
{
  g_autofree char *time = NULL;

  if (progress->gives_up_us == 0)
    return;

  time = till_day_format (day, progress->gives_up_us, "%H:%M:%S");
  /* Translators: %s is a time, "14:03:10" */
  g_print (_("    If it is unpaid at %s, the till ends it by itself.\n"), time);
}

/**
 * till_print_progress:
 * @day: the shop's clock, for people
 *
 * Prints a "state" event, or a line for people.
 */
void
till_print_progress (const TillCli      *cli,
                     const TillProgress *progress,
                     const TillDay      *day)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    g_print ("%s  %s%s%s\n", progress->order,
             g_dpgettext2 (NULL, "state", state_texts[progress->state]),
             progress->reason ? "  " : "", till_reason_get_text (progress->reason));
    print_end (progress, day);
    fflush (stdout);
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "event", "state");
  till_print_add_text (builder, "order", progress->order);
  till_print_add_text (builder, "state", till_payment_state_to_word (progress->state));
  add_reason (builder, progress->reason);
  till_print_add_int (builder, "next_us", progress->next_us);
  till_print_add_int (builder, "gives_up_us", progress->gives_up_us);
  json_builder_end_object (builder);
  till_print_object (builder);
}
