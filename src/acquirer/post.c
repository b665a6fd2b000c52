/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/post.h"

#include <string.h>

#include "acquirer/wire.h"
#include "config.h"
#include "core/money.h"

/**
 * till_post_json:
 * @path: begins with '/'
 * @text: these bytes are sent, and whatever is signed is signed over them
 *
 * Returns: (transfer full): the request, without what proves who sends it
 */
TillHttpRequest *
till_post_json (const char *host,
                const char *path,
                const char *text)
{
  g_autofree char *url = g_strconcat (host, path, NULL);
  TillHttpRequest *request = till_http_request_new ("POST", url);

  till_http_request_header (request, "Accept", "application/json");
  till_http_request_header (request, "User-Agent", "Till/" TILL_VERSION);
  till_http_request_header (request, "Content-Type", "application/json; charset=utf-8");
  till_http_request_body (request, text);

  return request;
}

/**
 * till_post_check:
 *
 * These gateways answer 200 to everything; any other status is something in between, and says
 * nothing about the payment.
 *
 * Returns: %FALSE where @answer says what came instead
 */
gboolean
till_post_check (const TillHttpReply *reply,
                 TillAnswer          *answer)
{
  if (reply->status == 200)
    return TRUE;

  answer->said = g_strdup_printf ("HTTP %u", reply->status);
  till_answer_set (answer, TILL_EVENT_LOST,
                   reply->status == 429   ? TILL_REASON_BUSY
                   : reply->status >= 500 ? TILL_REASON_ACQUIRER_FAULT
                                          : TILL_REASON_BAD_ANSWER);
  return FALSE;
}

/**
 * till_post_read:
 *
 * Returns: (transfer full) (nullable): the answer's object; %NULL where @answer says what came
 *   instead
 */
JsonNode *
till_post_read (const TillHttpReply *reply,
                TillAnswer          *answer)
{
  gsize n_body;
  const char *body = g_bytes_get_data (reply->body, &n_body);
  JsonNode *root;

  if (!till_post_check (reply, answer))
    return NULL;

  root = n_body > 0 ? till_wire_parse_object (body, n_body) : NULL;
  if (!root) {
    answer->said = g_strdup ("HTTP 200");
    till_answer_set (answer, TILL_EVENT_LOST, TILL_REASON_BAD_ANSWER);
  }

  return root;
}

/**
 * till_post_state:
 * @word: (nullable)
 *
 * Makes @answer say what the table says of @word. A word that no row has concludes nothing.
 *
 * Returns: whether a row has it
 */
gboolean
till_post_state (const TillStateRow *rows,
                 guint               n_rows,
                 const char         *word,
                 TillAnswer         *answer)
{
  for (guint i = 0; word && i < n_rows; i++) {
    if (strcmp (rows[i].word, word) == 0) {
      till_answer_set (answer, rows[i].event, rows[i].reason);
      return TRUE;
    }
  }

  till_answer_set (answer, TILL_EVENT_LOST,
                   word ? TILL_REASON_UNKNOWN_ANSWER : TILL_REASON_BAD_ANSWER);
  return FALSE;
}

/**
 * till_post_said:
 * @first: (nullable): the wallet's word
 * @second: (nullable): another that explains it
 *
 * Notes both for the log and the proof of the sale, in place of what was noted before.
 */
void
till_post_said (TillAnswer *answer,
                const char *first,
                const char *second)
{
  g_autofree char *begun = till_wire_said ("HTTP 200", first);

  g_free (answer->said);
  answer->said = till_wire_said (begun, second);
}

/**
 * till_post_get_fen:
 * @amount_fen: (out): written on success only
 *
 * Reads an amount in fen that may be a text of digits or a JSON integer: aggregators' samples
 * have both.
 *
 * Returns: %FALSE where the member is neither, or no amount that a sale can have
 */
gboolean
till_post_get_fen (JsonObject *object,
                   const char *name,
                   gint64     *amount_fen)
{
  const char *text = till_wire_get_text (object, name);
  gint64 fen;

  if (till_wire_get_fen (object, name, amount_fen))
    return TRUE;
  if (!till_wire_is_made_of (text, "0123456789", 1, 10))
    return FALSE;

  fen = g_ascii_strtoll (text, NULL, 10);
  if (fen > TILL_MONEY_MAX_FEN)
    return FALSE;

  *amount_fen = fen;
  return TRUE;
}
