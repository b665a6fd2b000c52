/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/card-terms.h"

#include <glib/gi18n.h>

#include "acquirer/setting.h"
#include "code/bcd.h"
#include "code/emv-terminal.h"
#include "core/money.h"

static gboolean
take_bytes (const TillSettings *settings,
            const char         *key,
            const char         *pattern,
            GBytes            **bytes,
            GError            **error)
{
  g_autofree char *hex = NULL;
  g_autoptr (GByteArray) read = g_byte_array_new ();

  if (!till_setting_take (settings, key, pattern, FALSE, &hex, error))
    return FALSE;
  if (hex && till_bcd_from_hex (hex, read))
    *bytes = g_byte_array_free_to_bytes (g_steal_pointer (&read));

  return TRUE;
}

static gboolean
take_limit (const TillSettings *settings,
            gint64             *limit_fen,
            GError            **error)
{
  g_autofree char *text = till_setting_get (settings, "no-pin-limit");

  *limit_fen = TILL_EMV_NO_PIN_LIMIT_FEN;
  return !text || till_money_parse (text, limit_fen, NULL) ||
         till_setting_fail (settings, "no-pin-limit", _("must be an amount in yuan"), error);
}

static gboolean
check_objects (const TillSettings  *settings,
               const TillCardTerms *terms,
               GError             **error)
{
  TillEmvTerminal terminal = { .amount_fen = 1 };

  if (terms->objects)
    terminal.objects = g_bytes_get_data (terms->objects, &terminal.n_objects);

  return till_emv_terminal_check (&terminal, NULL) ||
         till_setting_fail (settings, "terminal-objects",
                            _("must be the acquirer's table of terminal data: tags, lengths and "
                              "values in hexadecimal"),
                            error);
}

/**
 * till_card_terms_load:
 * @terms: (out caller-allocates): zeroed; clear it in either case
 *
 * Reads ttq (four bytes in hexadecimal), terminal-objects (BER-TLV in hexadecimal) and
 * no-pin-limit (yuan), which the acquirer prescribes. Without them the usual ones hold.
 */
gboolean
till_card_terms_load (TillCardTerms      *terms,
                      const TillSettings *settings,
                      GError            **error)
{
  return take_bytes (settings, "ttq", "^[0-9A-Fa-f]{8}$", &terms->ttq, error) &&
         take_bytes (settings, "terminal-objects", "^([0-9A-Fa-f]{2}){1,250}$", &terms->objects,
                     error) &&
         take_limit (settings, &terms->no_pin_limit_fen, error) &&
         check_objects (settings, terms, error);
}

void
till_card_terms_clear (TillCardTerms *terms)
{
  g_clear_pointer (&terms->certificate, g_free);
  g_clear_pointer (&terms->ttq, g_bytes_unref);
  g_clear_pointer (&terms->objects, g_bytes_unref);
}
