/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/exchange.h"

#include <string.h>

#include "sandbox/text.h"

void
till_exchange_clear (TillExchange *exchange)
{
  g_clear_pointer (&exchange->answer, g_free);
  g_clear_pointer (&exchange->answer_headers, g_ptr_array_unref);
}

/**
 * till_exchange_answer:
 * @type: (nullable): a content type that outlives the exchange
 * @text: (transfer full) (nullable): the body
 *
 * Says what the answer is, in place of what was said before.
 */
void
till_exchange_answer (TillExchange *exchange,
                      guint         status,
                      const char   *type,
                      char         *text)
{
  g_free (exchange->answer);
  exchange->status = status;
  exchange->type = type;
  exchange->answer = text;
  exchange->answer_length = 0;
}

/**
 * till_exchange_answer_bytes:
 * @bytes: (transfer full): the body
 *
 * Says 200 and bytes that are no text.
 */
void
till_exchange_answer_bytes (TillExchange *exchange,
                            const char   *type,
                            GByteArray   *bytes)
{
  gsize length = bytes->len;

  g_byte_array_append (bytes, (const guint8 *) "", 1);
  till_exchange_answer (exchange, 200, type, (char *) g_byte_array_free (bytes, FALSE));
  exchange->answer_length = length;
}

/**
 * till_exchange_get_length:
 *
 * Returns: how many bytes the answer's body has
 */
gsize
till_exchange_get_length (const TillExchange *exchange)
{
  return exchange->answer_length > 0 ? exchange->answer_length
         : exchange->answer          ? strlen (exchange->answer) : 0;
}

/**
 * till_exchange_fault:
 * @error: a phrase
 *
 * Answers {"error": …}, as the addresses do that are not an acquirer's.
 */
void
till_exchange_fault (TillExchange *exchange,
                     guint         status,
                     const char   *error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  till_json_add_text (json, "error", error);
  json_builder_end_object (json);
  till_exchange_answer (exchange, status, "application/json", till_json_to_text (json));
}

/**
 * till_exchange_header:
 *
 * Adds a header to the answer.
 */
void
till_exchange_header (TillExchange *exchange,
                      const char   *name,
                      const char   *value)
{
  if (!exchange->answer_headers)
    exchange->answer_headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (exchange->answer_headers, g_strdup (name));
  g_ptr_array_add (exchange->answer_headers, g_strdup (value));
}

/**
 * till_exchange_get_fault:
 *
 * Returns: what is to go wrong with the answer
 */
TillFault
till_exchange_get_fault (const TillExchange *exchange)
{
  return exchange->scene.row ? exchange->scene.row->fault : TILL_FAULT_NONE;
}
