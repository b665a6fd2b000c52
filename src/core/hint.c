/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/hint.h"

#include <glib/gi18n.h>

#include "core/reason.h"

static const char *const texts[TILL_N_HINTS] = {
  [TILL_HINT_CLOSER]   = N_("Hold the phone closer to the camera."),
  [TILL_HINT_AWAY]     = N_("Hold the phone a little further away."),
  [TILL_HINT_TILT]     = N_("A lamp is reflected in the screen. Tilt the phone a little."),
  [TILL_HINT_BRIGHTER] = N_("The screen is too dark. Ask the customer to raise the brightness."),
};

/**
 * till_hint_get_text:
 *
 * Returns: the sentence for the clerk, translated; "" for %TILL_HINT_NONE
 */
const char *
till_hint_get_text (TillHint hint)
{
  g_return_val_if_fail ((guint) hint < TILL_N_HINTS, "");

  if (hint == TILL_HINT_GOODS)
    return till_reason_get_text (TILL_REASON_GOODS_CODE);

  return texts[hint] ? _(texts[hint]) : "";
}
