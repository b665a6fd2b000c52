/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keying.h"

#include <string.h>

#include "core/money.h"

#define MAX_WHOLE_DIGITS 8  /* of TILL_MONEY_MAX_FEN */
#define MAX_DECIMALS 2

static gboolean
add_point (TillKeying *keying)
{
  if (strchr (keying->text, '.'))
    return FALSE;

  g_strlcat (keying->text, keying->text[0] ? "." : "0.", sizeof keying->text);
  return TRUE;
}

static gboolean
add_digit (TillKeying *keying,
           char        digit)
{
  const char more[] = { digit, '\0' };
  const char *point = strchr (keying->text, '.');

  if (point && strlen (point + 1) == MAX_DECIMALS)
    return FALSE;
  if (!point && strcmp (keying->text, "0") == 0)
    keying->text[0] = '\0';
  if (!point && strlen (keying->text) == MAX_WHOLE_DIGITS)
    return FALSE;

  g_strlcat (keying->text, more, sizeof keying->text);
  return TRUE;
}

static gboolean
take_back (TillKeying *keying)
{
  gsize n_chars = strlen (keying->text);

  if (n_chars == 0)
    return FALSE;

  keying->text[n_chars - 1] = '\0';
  return TRUE;
}

static gboolean
clear (TillKeying *keying)
{
  gboolean was_empty = keying->text[0] == '\0';

  keying->text[0] = '\0';

  return !was_empty;
}

static gboolean
add_digits (TillKeying *keying,
            const char *digits)
{
  gboolean changed = FALSE;

  for (const char *p = digits; g_ascii_isdigit (*p); p++)
    changed |= add_digit (keying, *p);

  return changed;
}

/**
 * till_keying_press:
 * @key: "0" to "9", "00", ".", "back" or "clear"
 *
 * Returns: whether the amount changed
 */
gboolean
till_keying_press (TillKeying *keying,
                   const char *key)
{
  if (strcmp (key, "back") == 0)
    return take_back (keying);
  if (strcmp (key, "clear") == 0)
    return clear (keying);
  if (strcmp (key, ".") == 0)
    return add_point (keying);

  return add_digits (keying, key);
}

/**
 * till_keying_set_amount:
 * @amount_fen: as if it had just been typed; 0 for nothing
 */
void
till_keying_set_amount (TillKeying *keying,
                        gint64      amount_fen)
{
  g_autofree char *yuan = amount_fen > 0 ? till_money_to_yuan (amount_fen) : g_strdup ("");

  g_strlcpy (keying->text, yuan, sizeof keying->text);
}

/**
 * till_keying_get_amount:
 *
 * Returns: the amount in fen; 0 while it is none that a sale may have
 */
gint64
till_keying_get_amount (const TillKeying *keying)
{
  gint64 amount_fen = 0;

  return till_money_parse (keying->text, &amount_fen, NULL) ? amount_fen : 0;
}

/**
 * till_keying_to_text:
 *
 * Returns: (transfer full): "¥1,234.5", as far as it is typed
 */
char *
till_keying_to_text (const TillKeying *keying)
{
  GString *text = g_string_new (keying->text[0] ? keying->text : "0");
  gssize whole = (gssize) strcspn (text->str, ".");

  for (gssize at = whole - 3; at > 0; at -= 3)
    g_string_insert_c (text, at, ',');
  g_string_prepend (text, "¥");

  return g_string_free (text, FALSE);
}
