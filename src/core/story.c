/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/story.h"

#include <glib/gi18n.h>

#include "core/money.h"

/* What each event means to people, in the order of TillPaymentEvent. Each stands alone
 * and is followed by the reason's sentence where there is one. */
static const char *const happened[TILL_N_EVENTS] = {
  [TILL_EVENT_ASK]           = NULL,
  [TILL_EVENT_AGAIN]         = N_("The refund was sent again under its number."),
  [TILL_EVENT_ACCEPTED]      = N_("The wallet accepted it; the till asks once more to be sure."),
  [TILL_EVENT_PAID]          = N_("The wallet says: paid."),
  [TILL_EVENT_PAID_AGAIN]    = N_("The wallet says: paid, though the sale was paid already."),
  [TILL_EVENT_WAIT]          = N_("The wallet says: not done yet."),
  [TILL_EVENT_REFUSED]       = N_("The wallet says: refused; no money moved."),
  [TILL_EVENT_CLOSED]        = N_("The wallet says: closed; no money is owed."),
  [TILL_EVENT_ABSENT]        = N_("The wallet does not know the number (yet)."),
  [TILL_EVENT_LOST]          = N_("No answer that can be trusted."),
  [TILL_EVENT_UNSENT]        = N_("It could not be sent; no money moved."),
  [TILL_EVENT_CLOSE_DONE]    = N_("The wallet confirms: closed. The till asks a last time."),
  [TILL_EVENT_REVERSE_DONE]  = N_("The wallet confirms: reversed. The till asks a last time."),
  [TILL_EVENT_CLOSE_REFUSED] =
    N_("The wallet would not close it; the till asks what became of it."),
  [TILL_EVENT_CLOSE_LOST]    = N_("The closing was not confirmed; the till tries again."),
  [TILL_EVENT_CANCEL]        = N_("Cancelled at the till; the wallet is told."),
  [TILL_EVENT_UNDO]          = N_("The paid sale was cancelled at the till; the wallet is told."),
  [TILL_EVENT_GIVE_UP]       = N_("Not paid in time; the till closes or reverses it."),
  [TILL_EVENT_RESUME]        = N_("The till took it up again."),
  [TILL_EVENT_OWNER_PAID]    = N_("The owner says: paid, as the wallet's own pages show."),
  [TILL_EVENT_OWNER_UNPAID]  = N_("The owner says: not paid, as the wallet's own pages show."),
  [TILL_EVENT_OWNER_GIVEN_BACK] = N_("The owner says: the money was given back by hand."),
};

static char *
asking (TillKind    kind,
        const char *amount)
{
  switch (kind) {
  case TILL_KIND_CHARGE:
    /* Translators: %s is an amount, "¥12.50" */
    return g_strdup_printf (_("%s asked of the customer's payment code."), amount);
  case TILL_KIND_COLLECT:
    /* Translators: %s is an amount, "¥12.50" */
    return g_strdup_printf (_("A code for %s was ordered, for the customer to scan."), amount);
  case TILL_KIND_REFUND:
    /* Translators: %s is an amount, "¥12.50" */
    return g_strdup_printf (_("%s to be given back."), amount);
  case TILL_KIND_TAP:
    /* Translators: %s is an amount, "¥12.50" */
    return g_strdup_printf (_("%s asked of the card or phone that was tapped."), amount);
  }
  g_assert_not_reached ();
}

static char *
what_happened (const TillRow *row,
               TillKind       kind,
               gint64         amount_fen)
{
  g_autofree char *amount = till_money_to_text (amount_fen);

  if (row->event == TILL_EVENT_ASK)
    return asking (kind, amount);
  if (row->event == TILL_EVENT_PAID && kind == TILL_KIND_REFUND)
    return g_strdup (_("The wallet says: given back."));
  if (row->event == TILL_EVENT_OWNER_UNPAID && kind == TILL_KIND_REFUND)
    return g_strdup (_("The owner says: not given back, as the wallet's own pages show."));

  return g_strdup (_(happened[row->event]));
}

static gboolean
is_a_persons (const TillRow *row)
{
  return till_payment_event_is_owners (row->event) ? row->note != NULL
                                                   : row->event == TILL_EVENT_ASK && !row->said;
}

/* Who asked for it or settled it by hand, and why; NULL where neither was said. */
static char *
persons_words (const TillRow *row)
{
  if (!row->note)
    return g_strdup (row->clerk);
  if (!row->clerk)
    /* Translators: why a person did something, in that person's words */
    return g_strdup_printf (_("“%s”"), row->note);

  /* Translators: who settled a payment by hand, and why, in that person's words */
  return g_strdup_printf (_("%s: “%s”"), row->clerk, row->note);
}

/**
 * till_story_line_new:
 * @row: a row of the journal
 * @kind: of its payment
 * @amount_fen: of its payment
 *
 * Returns: (transfer full): @row in plain words, translated
 */
TillStoryLine *
till_story_line_new (const TillRow *row,
                     TillKind       kind,
                     gint64         amount_fen)
{
  TillStoryLine *line = g_new0 (TillStoryLine, 1);
  g_autofree char *happening = what_happened (row, kind, amount_fen);
  const char *reason = till_reason_get_text (row->reason);

  line->seq = row->seq;
  line->at_us = row->at_us;
  line->payment = g_strdup (row->payment);
  line->said = is_a_persons (row) ? persons_words (row) : g_strdup (row->said);
  line->text = reason[0] == '\0' ? g_steal_pointer (&happening)
                                 : g_strdup_printf ("%s %s", happening, reason);

  return line;
}

void
till_story_line_free (TillStoryLine *line)
{
  if (!line)
    return;

  g_free (line->payment);
  g_free (line->text);
  g_free (line->said);
  g_free (line);
}
