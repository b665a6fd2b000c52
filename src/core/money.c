/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/money.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (till-money-error-quark, till_money_error)

static const char *const sentences[] = {
  [TILL_MONEY_ERROR_EMPTY]     = N_("No amount. Type it in yuan, like 12.50."),
  [TILL_MONEY_ERROR_SYNTAX]    = N_("This is not an amount. Type it in yuan, like 12.50."),
  [TILL_MONEY_ERROR_SIGN]      = N_("An amount has no sign. Type it like 12.50."),
  [TILL_MONEY_ERROR_DECIMALS]  = N_("An amount has at most two decimals. Type it like 12.50."),
  [TILL_MONEY_ERROR_ZERO]      = N_("The amount is zero. Type what the customer pays."),
  [TILL_MONEY_ERROR_TOO_LARGE] = N_("At most 99,999,999.99 yuan in one sale. Type less."),
};

/**
 * till_money_get_error_text:
 *
 * Returns: the sentence for who typed the amount, translated; each mistake has its own
 */
const char *
till_money_get_error_text (TillMoneyError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (sentences), "");

  return _(sentences[code]);
}

static gboolean
refuse (GError       **error,
        TillMoneyError code)
{
  g_set_error_literal (error, TILL_MONEY_ERROR, (int) code, till_money_get_error_text (code));
  return FALSE;
}

/* Full-width digits, stops, commas and signs, as a Chinese input method types them, become
 * ASCII. */
static char *
narrow (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0xff01 && c <= 0xff5e)
      c -= 0xff01 - '!';
    else if (c == 0x3002) /* 。 */
      c = '.';
    g_string_append_unichar (out, c);
  }

  return g_strstrip (g_string_free (out, FALSE));
}

/* "1,234" and "12,345,678" group by threes; "1,23" and ",123" do not. */
static gboolean
groups_are_right (const char *whole)
{
  const char *comma = strchr (whole, ',');

  if (!comma)
    return TRUE;
  if (comma == whole || comma - whole > 3)
    return FALSE;

  while (*comma == ',') {
    if (strspn (comma + 1, "0123456789") != 3)
      return FALSE;
    comma += 4;
  }

  return *comma == '\0';
}

static gboolean
read_fen (const char *whole,
          const char *decimals,
          gint64     *amount_fen)
{
  gint64 fen = 0;

  for (const char *p = whole; *p; p++) {
    if (*p == ',')
      continue;
    fen = fen * 10 + (*p - '0');
    if (fen > TILL_MONEY_MAX_FEN / 100)
      return FALSE;
  }

  for (guint i = 0; i < 2; i++)
    fen = fen * 10 + (decimals[0] && strlen (decimals) > i ? decimals[i] - '0' : 0);

  *amount_fen = fen;
  return TRUE;
}

/**
 * till_money_parse:
 * @text: yuan as a person types it: "12", "12.5", ".5", "1,234.50", full-width too
 * @amount_fen: (out): 1 to %TILL_MONEY_MAX_FEN, written on success only
 * @error: set to a #TillMoneyError, a different one for each mistake, with its sentence
 *
 * Reads an amount. Nothing is rounded and nothing is guessed.
 *
 * Returns: %FALSE with @error where @text is not an amount that a sale can have
 */
gboolean
till_money_parse (const char *text,
                  gint64     *amount_fen,
                  GError    **error)
{
  g_autofree char *narrowed = NULL;
  g_auto (GStrv) parts = NULL;
  const char *decimals = "";
  gint64 fen;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!g_utf8_validate (text, -1, NULL))
    return refuse (error, TILL_MONEY_ERROR_SYNTAX);

  narrowed = narrow (text);
  if (narrowed[0] == '\0')
    return refuse (error, TILL_MONEY_ERROR_EMPTY);
  if (strchr ("+-", narrowed[0]) || g_str_has_prefix (narrowed, "\u2212"))
    return refuse (error, TILL_MONEY_ERROR_SIGN);

  parts = g_strsplit (narrowed, ".", 3);
  if (parts[1])
    decimals = parts[1];
  if ((parts[1] && parts[2]) || (parts[0][0] == '\0' && decimals[0] == '\0') ||
      parts[0][strspn (parts[0], "0123456789,")] != '\0' || !groups_are_right (parts[0]) ||
      decimals[strspn (decimals, "0123456789")] != '\0')
    return refuse (error, TILL_MONEY_ERROR_SYNTAX);
  if (strlen (decimals) > 2)
    return refuse (error, TILL_MONEY_ERROR_DECIMALS);
  if (!read_fen (parts[0], decimals, &fen))
    return refuse (error, TILL_MONEY_ERROR_TOO_LARGE);
  if (fen == 0)
    return refuse (error, TILL_MONEY_ERROR_ZERO);

  *amount_fen = fen;
  return TRUE;
}

/**
 * till_money_fee:
 * @amount_fen: at most %TILL_MONEY_MAX_FEN
 * @rate_ppm: millionths, 3800 for 0.38 %; at most 1 000 000
 *
 * Returns: the fee in fen, half a fen rounded up, as the wallets' bills do
 */
gint64
till_money_fee (gint64 amount_fen,
                guint  rate_ppm)
{
  g_return_val_if_fail (amount_fen >= 0 && amount_fen <= TILL_MONEY_MAX_FEN, 0);
  g_return_val_if_fail (rate_ppm <= 1000000, 0);

  return (amount_fen * rate_ppm + 500000) / 1000000;
}

/**
 * till_money_to_yuan:
 *
 * Returns: (transfer full): "1234.50", as it stands on the wire and in columns of numbers
 */
char *
till_money_to_yuan (gint64 amount_fen)
{
  guint64 fen = amount_fen < 0 ? -(guint64) amount_fen : (guint64) amount_fen;

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%02u", amount_fen < 0 ? "-" : "", fen / 100,
                          (guint) (fen % 100));
}

/**
 * till_money_to_text:
 *
 * Returns: (transfer full): "¥1,234.50", as people read it
 */
char *
till_money_to_text (gint64 amount_fen)
{
  g_autofree char *yuan = till_money_to_yuan (amount_fen < 0 ? -amount_fen : amount_fen);
  GString *text = g_string_new (yuan);
  gssize point = (gssize) text->len - 3;

  for (gssize at = point - 3; at > 0; at -= 3)
    g_string_insert_c (text, at, ',');
  g_string_prepend (text, amount_fen < 0 ? "-¥" : "¥");

  return g_string_free (text, FALSE);
}
