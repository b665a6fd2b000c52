/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/format.h"

#include <glib/gi18n.h>

#include "app/current.h"
#include "core/brand.h"
#include "core/work.h"

#define SECOND_US G_GINT64_CONSTANT (1000000)
#define MINUTE_US (60 * SECOND_US)

/* A sale that is paid, and what became of it. */
typedef enum {
  LOOK_PAID,
  LOOK_BEING_GIVEN_BACK,
  LOOK_PARTLY_GIVEN_BACK,
  LOOK_GIVEN_BACK,
  N_PAID_LOOKS,
} PaidLook;

static const TillLook paid_looks[N_PAID_LOOKS] = {
  [LOOK_PAID]              = { NC_("sale", "Paid"), "till-paid-symbolic", "paid" },
  [LOOK_BEING_GIVEN_BACK]  = { N_("Being given back"), "till-asking-symbolic", "asking" },
  [LOOK_PARTLY_GIVEN_BACK] = { N_("Partly given back"), "till-given-back-symbolic", "paid" },
  [LOOK_GIVEN_BACK]        = { N_("Given back"), "till-given-back-symbolic", "unpaid" },
};

static const TillLook looks[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = { N_("Being asked"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_ASKED]       = { N_("Being asked"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_WAITING]     = { N_("Waiting for the customer"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_UNSURE]      = { N_("Being asked"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_CLOSING]     = { N_("Being cancelled"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_CLOSED_ONCE] = { N_("Being cancelled"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_REVERSED]    = { N_("Being cancelled"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_REVERSING]   = { N_("Being cancelled"), "till-asking-symbolic", "asking" },
  [TILL_PAYMENT_PAID]        = { NC_("sale", "Paid"), "till-paid-symbolic", "paid" },
  [TILL_PAYMENT_FAILED]      = { N_("Not paid"), "till-unpaid-symbolic", "unpaid" },
  [TILL_PAYMENT_PAID_LATE]   = { N_("Paid too late"), "till-late-symbolic", "late" },
};

/* The head of the page of a payment that is under way. What may be answered twice by a hasty clerk
 * says what not to do. */
static const char *const asking_titles[TILL_PAYMENT_N_STATES] = {
  [TILL_PAYMENT_NEW]         = N_("Charging…"),
  [TILL_PAYMENT_ASKED]       = N_("Charging…"),
  [TILL_PAYMENT_WAITING]     = N_("Waiting for the customer"),
  [TILL_PAYMENT_UNSURE]      = N_("Being asked — do not charge again"),
  [TILL_PAYMENT_CLOSING]     = N_("Being cancelled — do not charge again"),
  [TILL_PAYMENT_CLOSED_ONCE] = N_("Being cancelled — do not charge again"),
  [TILL_PAYMENT_REVERSED]    = N_("Being cancelled — do not charge again"),
  [TILL_PAYMENT_REVERSING]   = N_("Being cancelled — do not charge again"),
  [TILL_PAYMENT_PAID]        = NC_("sale", "Paid"),
  [TILL_PAYMENT_FAILED]      = N_("Not paid"),
  [TILL_PAYMENT_PAID_LATE]   = N_("Paid too late"),
};

/* "Paid" has a context, all other words have none. */
static const char *
translate_word (const char *word)
{
  return g_strcmp0 (word, "Paid") == 0 ? C_("sale", "Paid") : _(word);
}

static const TillLook *
paid_look (const TillSale *sale)
{
  if (sale->refunding_fen > 0)
    return &paid_looks[LOOK_BEING_GIVEN_BACK];
  if (sale->refunded_fen >= sale->amount_fen)
    return &paid_looks[LOOK_GIVEN_BACK];
  if (sale->refunded_fen > 0)
    return &paid_looks[LOOK_PARTLY_GIVEN_BACK];

  return &paid_looks[LOOK_PAID];
}

/**
 * till_format_look:
 *
 * Returns: how @sale looks
 */
const TillLook *
till_format_look (const TillSale *sale)
{
  if (sale->state == TILL_PAYMENT_PAID)
    return paid_look (sale);

  return &looks[sale->state];
}

/**
 * till_format_word:
 *
 * Returns: the word of @look, translated
 */
const char *
till_format_word (const TillLook *look)
{
  return translate_word (look->word);
}

/**
 * till_format_skew:
 * @skew_us: how far the wallets' clock is ahead of ours
 *
 * Returns: (transfer full): which clock is wrong, how far, and what to do
 */
char *
till_format_skew (gint64 skew_us)
{
  guint minutes = (guint) ((ABS (skew_us) + MINUTE_US / 2) / MINUTE_US);

  if (skew_us > 0)
    return g_strdup_printf (ngettext ("This computer's clock is %u minute slow. Set it right: "
                                      "wallets refuse payments until then.",
                                      "This computer's clock is %u minutes slow. Set it right: "
                                      "wallets refuse payments until then.", minutes), minutes);

  return g_strdup_printf (ngettext ("This computer's clock is %u minute fast. Set it right: "
                                    "wallets refuse payments until then.",
                                    "This computer's clock is %u minutes fast. Set it right: "
                                    "wallets refuse payments until then.", minutes), minutes);
}

static guint
seconds_until (gint64 until_us,
               gint64 now_us)
{
  gint64 left_us = MAX (until_us - now_us, 0);

  return (guint) ((left_us + SECOND_US - 1) / SECOND_US);
}

/**
 * till_format_asking_next:
 * @brand: NONE while it is not known
 * @next_us: 0 while the wallet is being asked
 *
 * Returns: (transfer full): what happens next with a payment that is under way
 */
char *
till_format_asking_next (TillPaymentState state,
                         TillBrand        brand,
                         gint64           next_us,
                         gint64           now_us)
{
  guint seconds = seconds_until (next_us, now_us);
  const char *wallet = brand == TILL_BRAND_NONE ? _("the wallet") : till_brand_get_name (brand);

  if (next_us == 0 || seconds == 0)
    /* Translators: %s is a wallet, "WeChat Pay" */
    return g_strdup_printf (_("Asking %s now…"), wallet);
  if (state == TILL_PAYMENT_CLOSING || state == TILL_PAYMENT_REVERSING)
    /* Translators: a wallet, "WeChat Pay", and a number of seconds */
    return g_strdup_printf (_("%s is told to cancel in %u s"), wallet, seconds);

  /* Translators: a wallet, "WeChat Pay", and a number of seconds */
  return g_strdup_printf (_("Asking %s again in %u s"), wallet, seconds);
}

/**
 * till_format_fault:
 * @fault: (nullable): what the journal says, in its own words
 *
 * Returns: (transfer full): what to do about it; "" for none
 */
char *
till_format_fault (const char *fault)
{
  if (!fault)
    return g_strdup ("");

  /* Translators: %s is what the computer says, in its own words */
  return g_strdup_printf (_("No sale can be taken: the journal cannot be written (%s). Free some "
                            "disk space, check the folder's rights; the till then goes on by "
                            "itself."), fault);
}

/**
 * till_format_trouble:
 * @trouble: what was in the way when a wallet was asked last
 *
 * Returns: who must do what about it, translated; "" for none
 */
const char *
till_format_trouble (TillReason trouble)
{
  switch ((int) trouble) {
  case TILL_REASON_NO_NETWORK:
    return _("No network. Check the cable or Wi-Fi, or take cash; open payments are asked about "
             "once it is back.");
  case TILL_REASON_NO_ANSWER:
    return _("No answer from the wallet. Check the network; the till keeps asking about what is "
             "open.");
  case TILL_REASON_UNTRUSTED_SERVER:
  case TILL_REASON_BAD_ANSWER:
  case TILL_REASON_UNSIGNED:
  case TILL_REASON_BAD_SIGNATURE:
    return _("Somebody else answers in the wallet's place: a login page, or a proxy. Nothing it "
             "says is believed. Log in to the network, or use another one.");
  default:
    return "";
  }
}

/* What an acquirer's trouble is to a clerk. What is left out is silence. */
static const struct {
  TillReason  trouble;
  const char *text;   /* N_(): %s is an acquirer */
} troubles[] = {
  { TILL_REASON_BUSY, N_("%s is busy.") },
  { TILL_REASON_ACQUIRER_FAULT, N_("%s has a fault, or is in maintenance.") },
  { TILL_REASON_MERCHANT_REFUSED, N_("%s does not serve this shop now: tell the owner.") },
  { TILL_REASON_CONFIG, N_("%s refuses this shop's settings: call the technician.") },
  { TILL_REASON_BAD_ANSWER, N_("What is said in the name of %s cannot be believed.") },
  { TILL_REASON_UNSIGNED, N_("What is said in the name of %s cannot be believed.") },
  { TILL_REASON_BAD_SIGNATURE, N_("What is said in the name of %s cannot be believed.") },
};

static const char *
trouble_text (const TillPulseFacts *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    if (troubles[i].trouble == facts->trouble)
      return _(troubles[i].text);
  }

  /* Translators: %s is an acquirer, "WeChat Pay" */
  return facts->grade > 1 ? _("%s does not answer now.") : _("%s did not answer the last time.");
}

static void
append_trouble (GString              *text,
                const TillPulseFacts *facts,
                const char           *name)
{
  g_autoptr (GString) sentence = g_string_new (trouble_text (facts));

  g_string_replace (sentence, "%s", name, 1);
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sentence->str);
}

/**
 * till_format_health:
 *
 * Returns: (transfer full): each acquirer that does not serve well, a sentence each, translated; ""
 *   when all is well, and where there is no network, which is told above all pages
 */
char *
till_format_health (TillDesk *desk)
{
  g_autoptr (GPtrArray) pulses = till_desk_list_pulses (desk);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < pulses->len; i++) {
    const TillPulseFacts *facts = g_ptr_array_index (pulses, i);

    if (facts->grade == 0 || till_desk_get_trouble (desk) == TILL_REASON_NO_NETWORK)
      continue;
    append_trouble (text, facts, till_desk_get_acquirer_name (desk, facts->acquirer));
  }

  return g_string_free (text, FALSE);
}

/**
 * till_format_span:
 *
 * Returns: (transfer full): "4:59", "0:00" when it is over
 */
char *
till_format_span (gint64 until_us,
                  gint64 now_us)
{
  guint seconds = seconds_until (until_us, now_us);

  return g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
}

static char *
refund_line (const TillPayment *refund,
             const TillDay     *day)
{
  g_autofree char *amount = till_money_to_text (refund->amount_fen);
  g_autofree char *time = till_day_format (day, refund->changed_us, "%H:%M");

  if (refund->state == TILL_PAYMENT_PAID)
    /* Translators: an amount, "¥12.50", and a time, "14:03" */
    return g_strdup_printf (_("%s given back at %s"), amount, time);
  if (refund->state == TILL_PAYMENT_FAILED)
    /* Translators: an amount, "¥12.50", and a sentence that says why */
    return g_strdup_printf (_("%s not given back. %s"), amount,
                            till_reason_get_text (refund->reason));

  /* Translators: an amount, "¥12.50" */
  return g_strdup_printf (_("%s is on its way back; the till keeps asking."), amount);
}

/**
 * till_format_refunds:
 *
 * Returns: (transfer full): a line for each refund of @sale; "" for none
 */
char *
till_format_refunds (const TillSale *sale,
                     const TillDay  *day)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    g_autofree char *line = NULL;

    if (payment->kind != TILL_KIND_REFUND)
      continue;
    line = refund_line (payment, day);
    g_string_append_printf (lines, "%s%s", lines->len ? "\n" : "", line);
  }

  return g_string_free (lines, FALSE);
}

/**
 * till_format_asking_title:
 *
 * Returns: (transfer none): the head of the page of a payment in @state
 */
const char *
till_format_asking_title (TillPaymentState state)
{
  return translate_word (asking_titles[state]);
}
