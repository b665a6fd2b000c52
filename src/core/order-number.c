/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/order-number.h"

#include <string.h>

/* Crockford's base 32: no I, L, O, U, which people misread on a bill. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * till_order_number_new:
 * @date: the shop's business day, 20261122; it helps people, it does not make the number unique
 * @random: bytes that nobody can foretell
 *
 * Makes a number such as "261122K7Q0M9ZT4R1XBA": the day, then 70 random bits. 20 of [0-9A-Z]
 * fit every acquirer: WeChat out_trade_no 6–32, Alipay out_trade_no ≤ 64, 收钱吧 refund_request_no
 * ≤ 20.
 *
 * Returns: (transfer full): the number
 */
char *
till_order_number_new (int          date,
                       const guint8 random[TILL_ORDER_NUMBER_RANDOM_BYTES])
{
  char *text = g_strdup_printf ("%06d%*s", date % 1000000, TILL_ORDER_NUMBER_RANDOM_BYTES, "");

  for (guint i = 0; i < TILL_ORDER_NUMBER_RANDOM_BYTES; i++)
    text[6 + i] = digits[random[i] & 31];

  return text;
}

/**
 * till_order_number_is_valid:
 *
 * Returns: whether @text is 20 to 26 of [0-9A-Z]
 */
gboolean
till_order_number_is_valid (const char *text)
{
  gsize length = strspn (text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

  return text[length] == '\0' && length >= TILL_ORDER_NUMBER_CHARS &&
         length <= TILL_ORDER_NUMBER_MAX_CHARS;
}
