/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keys.h"

#include "app/brand-row.h"

typedef struct {
  const char *trigger;
  const char *action;
  const char *target;   /* as g_variant_parse() reads it; NULL for none */
} Key;

/* Looked at on the way up: an entry, a menu or a list that wants one has it first. */
static const Key late_keys[] = {
  { "BackSpace", "win.digit", "'back'" },
  { "Delete|KP_Delete|c", "win.digit", "'clear'" },
  { "period|KP_Decimal|comma", "win.digit", "'.'" },
  { "Escape", "win.back", NULL },
  { "<Control>Delete", "win.cancel", NULL },
};

/* Looked at on the way down: a label that has the focus takes Control and a letter for a movement
 * of its cursor, though it has none. */
static const Key early_keys[] = {
  { "<Control>r", "win.query", NULL },
  { "<Control>t", "win.refund", NULL },
  { "<Control>f", "win.search", NULL },
  { "<Control>j", "win.activate", NULL },
  { "<Control>1", "win.view", "'sell'" },
  { "<Control>2", "win.view", "'sales'" },
  { "<Control>3", "win.view", "'work'" },
  { "<Control>k", "win.camera", NULL },
  { "F1", "win.show-help-overlay", NULL },
  { "F12", "win.tap", NULL },
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
add_keys (GtkShortcutController *controller,
          const Key             *keys,
          guint                  n_keys)
{
  for (guint i = 0; i < n_keys; i++)
    add_shortcut (controller, keys[i].trigger, keys[i].action,
                  keys[i].target ? g_variant_parse (NULL, keys[i].target, NULL, NULL, NULL) : NULL);
}

static void
add_digits (GtkShortcutController *controller)
{
  for (guint i = 0; i <= 9; i++) {
    g_autofree char *digit = g_strdup_printf ("%u", i);
    g_autofree char *keys = g_strdup_printf ("%u|KP_%u", i, i);

    add_shortcut (controller, keys, "win.digit", g_variant_new_string (digit));
  }
}

static void
add_choices (GtkShortcutController *controller)
{
  for (guint i = 1; i <= 9; i++) {
    g_autofree char *keys = g_strdup_printf ("<Alt>%u", i);

    add_shortcut (controller, keys, "win.open-nth", g_variant_new_uint32 (i - 1));
  }
  for (guint brand = 0; brand < TILL_N_BRANDS; brand++) {
    const char *keys = till_brand_row_get_key ((TillBrand) brand);

    if (keys)
      add_shortcut (controller, keys, "win.collect",
                    g_variant_new_string (brand == TILL_BRAND_NONE
                                            ? "all" : till_brand_to_word ((TillBrand) brand)));
  }
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
  GtkEventController *early = gtk_shortcut_controller_new ();
  GtkEventController *late = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (early, GTK_PHASE_CAPTURE);
  add_keys (GTK_SHORTCUT_CONTROLLER (early), early_keys, G_N_ELEMENTS (early_keys));
  add_choices (GTK_SHORTCUT_CONTROLLER (early));
  gtk_widget_add_controller (window, early);

  add_keys (GTK_SHORTCUT_CONTROLLER (late), late_keys, G_N_ELEMENTS (late_keys));
  add_digits (GTK_SHORTCUT_CONTROLLER (late));
  gtk_widget_add_controller (window, late);
}
