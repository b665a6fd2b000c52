/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keys.h"

#include "app/brand-row.h"

/* The keys are looked at on the way up: an entry, a menu or a list that wants one has it first. */

static const struct {
  const char *trigger;
  const char *action;
  const char *target;   /* as g_variant_parse() reads it; NULL for none */
} shortcuts[] = {
  { "BackSpace", "win.digit", "'back'" },
  { "Delete|KP_Delete|c", "win.digit", "'clear'" },
  { "period|KP_Decimal|comma", "win.digit", "'.'" },
  { "Escape", "win.back", NULL },
  { "<Control>Delete", "win.cancel", NULL },
  { "<Control>r", "win.query", NULL },
  { "<Control>b", "win.refund", NULL },
  { "<Control>f", "win.search", NULL },
  { "<Control>1", "win.view", "'sell'" },
  { "<Control>2", "win.view", "'sales'" },
  { "F1", "win.show-help-overlay", NULL },
  { "F11", "win.fullscreen", NULL },
};

static void
add_shortcut (GtkShortcutController *controller,
              const char            *trigger,
              const char            *action,
              GVariant              *target)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                            gtk_named_action_new (action));

  if (target)
    gtk_shortcut_set_arguments (shortcut, target);
  gtk_shortcut_controller_add_shortcut (controller, shortcut);
}

static void
add_numbered_shortcuts (GtkShortcutController *controller)
{
  for (guint i = 0; i <= 9; i++) {
    g_autofree char *digit = g_strdup_printf ("%u", i);
    g_autofree char *keys = g_strdup_printf ("%u|KP_%u", i, i);
    g_autofree char *alt = g_strdup_printf ("<Alt>%u", i);

    add_shortcut (controller, keys, "win.digit", g_variant_new_string (digit));
    if (i > 0)
      add_shortcut (controller, alt, "win.open-nth", g_variant_new_uint32 (i - 1));
  }
  for (guint brand = 0; brand < TILL_N_BRANDS; brand++)
    add_shortcut (controller, till_brand_row_get_key ((TillBrand) brand), "win.collect",
                  g_variant_new_string (brand == TILL_BRAND_NONE
                                          ? "all" : till_brand_to_word ((TillBrand) brand)));
}

/**
 * till_keys_add:
 * @window: whose actions the keys mean
 *
 * Gives the till's window its keys.
 */
void
till_keys_add (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcuts[i].trigger, shortcuts[i].action,
                  shortcuts[i].target
                    ? g_variant_parse (NULL, shortcuts[i].target, NULL, NULL, NULL) : NULL);
  add_numbered_shortcuts (GTK_SHORTCUT_CONTROLLER (controller));
  gtk_widget_add_controller (window, controller);
}
