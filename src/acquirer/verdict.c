/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/verdict.h"

#include <string.h>

#include "acquirer/wire.h"

static gboolean
status_fits (guint wanted,
             guint status)
{
  return wanted == 0 || wanted == status || (wanted < 10 && wanted == status / 100);
}

static gboolean
code_fits (const char      *wanted,
           const char      *squeezed,
           TillVerdictMatch match)
{
  g_autofree char *short_wanted = till_wire_squeeze (wanted);

  if (match == TILL_MATCH_CONTAINS)
    return strstr (squeezed, short_wanted) != NULL;

  return strcmp (squeezed, short_wanted) == 0;
}

/**
 * till_verdict_find:
 * @status: HTTP's, or the wallet's own number
 * @code: (nullable): the wallet's word
 *
 * Both wallets spell one word in several ways (NOT_ENOUGH and NOTENOUGH, ACQ. and aop.ACQ. before
 * it), so words are compared without case and '_'.
 *
 * Returns: (nullable): the first row that fits; %NULL where the tables do not know the answer, and
 *   nothing may be concluded from it
 */
const TillVerdict *
till_verdict_find (const TillVerdict *rows,
                   guint              n_rows,
                   TillVerdictMatch   match,
                   TillCall           call,
                   guint              status,
                   const char        *code)
{
  g_autofree char *squeezed = till_wire_squeeze (code ? code : "");

  for (guint i = 0; i < n_rows; i++) {
    const TillVerdict *row = &rows[i];

    if ((row->calls & (1u << call)) && status_fits (row->status, status) &&
        (!row->code || code_fits (row->code, squeezed, match)))
      return row;
  }

  return NULL;
}

/**
 * till_answer_set:
 *
 * Makes @event and @reason what @answer says.
 */
void
till_answer_set (TillAnswer      *answer,
                 TillPaymentEvent event,
                 TillReason       reason)
{
  answer->event = event;
  answer->reason = reason;
}

/**
 * till_answer_follow:
 * @verdict: (nullable)
 * @otherwise: why nothing may be concluded where there is no @verdict
 *
 * Makes @answer say what @verdict does, or that the answer is lost.
 */
void
till_answer_follow (TillAnswer        *answer,
                    const TillVerdict *verdict,
                    TillReason         otherwise)
{
  till_answer_set (answer, verdict ? verdict->event : TILL_EVENT_LOST,
                   verdict ? verdict->reason : otherwise);
}

/**
 * till_answer_show:
 * @text: (nullable): of the code that was ordered
 *
 * Makes @answer say that the code can be paid, as long as was asked for and as such a code lives at
 * most; or, without @text, that nothing may be concluded.
 */
void
till_answer_show (TillAnswer         *answer,
                  const TillMerchant *merchant,
                  const TillAsk      *ask,
                  const char         *text)
{
  gint64 last_us = ask->now_us + merchant->acquirer->pace.order_life_max_ms * 1000;

  if (!text) {
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
    return;
  }

  till_answer_set (answer, TILL_EVENT_WAIT, TILL_REASON_NOT_SCANNED);
  answer->code_text = g_strdup (text);
  answer->expires_us = ask->expires_us > 0 ? MIN (ask->expires_us, last_us) : last_us;
}

/* How acquirers may write JD's credit. From memory only: the fields that name what paid are
 * documented, all that may stand in them is not. */
static const char *const baitiao_words[] = { "白条", "BAITIAO", "JDBT" };

/**
 * till_answer_attribute:
 * @text: (nullable): how the answer names the card, the account or the system that paid; nothing
 *   that the shop wrote itself
 *
 * Makes @answer say that JD's credit (京东白条) paid, where @text says so. A payment in WeChat or
 * Alipay stays theirs, whatever card is bound there.
 */
void
till_answer_attribute (TillAnswer *answer,
                       const char *text)
{
  g_autofree char *capitals = text ? g_ascii_strup (text, -1) : NULL;

  if (answer->brand == TILL_BRAND_WECHAT || answer->brand == TILL_BRAND_ALIPAY)
    return;

  for (guint i = 0; capitals && i < G_N_ELEMENTS (baitiao_words); i++)
    if (strstr (capitals, baitiao_words[i]))
      answer->brand = TILL_BRAND_BAITIAO;
}

/**
 * till_reply_clock_is_off:
 *
 * Returns: whether the reply's Date shows our own clock to be too wrong for any signature
 */
gboolean
till_reply_clock_is_off (const TillHttpReply *reply)
{
  return ABS (reply->skew_us) > TILL_CLOCK_WINDOW_US;
}
