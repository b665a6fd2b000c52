/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/brand-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/brand-chip.h"
#include "app/format.h"
#include "desk/codes.h"

#define COLUMNS 4

struct _TillBrandRow
{
  AdwBin       parent_instance;

  GtkFlowBox  *buttons_box;
  GtkLabel    *health_label;
  gboolean     is_troubled;             /* something is the matter, which time may mend */
  GtkWidget   *buttons[TILL_N_BRANDS];  /* NULL: none for this wallet */
  GtkWidget   *marks[TILL_N_BRANDS];

  gboolean     is_numbered;
  gboolean     with_all;
  guint        columns;
  TillDesk    *desk;
};

enum {
  PROP_0,
  PROP_NUMBERED,
  PROP_WITH_ALL,
  PROP_COLUMNS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* Not F1 (help), F10 (menu), F11 (whole screen); the same key for a wallet in every shop. */
static const char *const keys[TILL_N_BRANDS] = {
  [TILL_BRAND_NONE]     = "F2",   /* the code for all wallets */
  [TILL_BRAND_WECHAT]   = "F5",
  [TILL_BRAND_ALIPAY]   = "F6",
  [TILL_BRAND_UNIONPAY] = "F7",
  [TILL_BRAND_ECNY]     = "F8",
  [TILL_BRAND_JD]       = "F9",
  [TILL_BRAND_QQ]       = "F3",
  [TILL_BRAND_BESTPAY]  = "F4",
};

G_DEFINE_FINAL_TYPE (TillBrandRow, till_brand_row, ADW_TYPE_BIN)

/* What a button says. */
typedef struct {
  TillBrand   brand;    /* NONE: all */
  const char *name;
  const char *tooltip;
  const char *key;
} Face;

static GtkWidget *
make_label (const char *text,
            const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, style);

  return label;
}

static GtkWidget *
make_mark (void)
{
  GtkWidget *mark = gtk_image_new_from_icon_name ("till-weak-symbolic");

  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (mark, FALSE);
  gtk_widget_add_css_class (mark, "warning");

  return mark;
}

/* The name is in the button's own words, so that a screen reader says it once. */
static GtkWidget *
make_button (TillBrandRow *self,
             const Face   *face)
{
  const char *word = face->brand == TILL_BRAND_NONE ? "all" : till_brand_to_word (face->brand);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->buttons[face->brand] = button;
  self->marks[face->brand] = make_mark ();
  gtk_box_append (GTK_BOX (box), till_brand_chip_new (face->brand));
  gtk_box_append (GTK_BOX (box), make_label (face->name, "brand-name"));
  gtk_box_append (GTK_BOX (box), self->marks[face->brand]);
  gtk_box_append (GTK_BOX (box), make_label (face->key, "keycap"));
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, self->is_numbered ? "big-button" : "brand-button");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_tooltip_text (button, face->tooltip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.collect");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  face->name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, face->tooltip,
                                  -1);

  return button;
}

static void
add_button (TillBrandRow *self,
            const Face   *face)
{
  GtkWidget *child = gtk_flow_box_child_new ();

  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), make_button (self, face));
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_insert (self->buttons_box, child, -1);
}

static guint
add_wallets (TillBrandRow *self,
             TillBrandSet  brands)
{
  guint n_brands = 0;

  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    TillBrand brand = (TillBrand) i;
    g_autofree char *number = NULL;

    if (!(brands & TILL_BRAND_BIT (brand)))
      continue;
    number = g_strdup_printf ("%u", ++n_brands);
    add_button (self, &(const Face) {
      .brand = brand,
      .name = till_brand_get_name (brand),
      .tooltip = _("Show a code for the customer to scan with this wallet"),
      .key = self->is_numbered ? number : keys[brand],
    });
  }

  return n_brands;
}

static gboolean
add_all (TillBrandRow *self)
{
  TillBrandSet proposed;
  g_autoptr (GPtrArray) plan = NULL;

  if (!self->with_all || !till_codes_propose (self->desk, 1, &proposed) ||
      (proposed & (proposed - 1)) == 0)
    return FALSE;

  plan = till_codes_plan (self->desk, 1, proposed);
  add_button (self, &(const Face) {
    .brand = TILL_BRAND_NONE,
    .name = plan->len > 1 ? _("All wallets") : _("One code for all"),
    .tooltip = plan->len > 1 ? _("Show the codes of all wallets at once")
                             : _("Show one code that several wallets can scan"),
    .key = keys[TILL_BRAND_NONE],
  });
  return TRUE;
}

static void
add_buttons (TillBrandRow *self)
{
  TillBrandSet brands = self->is_numbered ? till_desk_get_brands (self->desk, TILL_KIND_COLLECT)
                                          : till_codes_get_choices (self->desk);
  guint n_buttons = (add_all (self) ? 1 : 0) + add_wallets (self, brands);

  gtk_flow_box_set_max_children_per_line (self->buttons_box, CLAMP (n_buttons, 1, self->columns));
  gtk_widget_set_visible (GTK_WIDGET (self->buttons_box), n_buttons > 0);
}

/* A contract was activated: its wallets are there from now on. */
static void
brands_cb (TillBrandRow *self)
{
  GtkFlowBoxChild *child;

  while ((child = gtk_flow_box_get_child_at_index (self->buttons_box, 0)))
    gtk_flow_box_remove (self->buttons_box, GTK_WIDGET (child));
  memset (self->buttons, 0, sizeof self->buttons);
  memset (self->marks, 0, sizeof self->marks);
  add_buttons (self);
}

static void
show_health (TillBrandRow *self)
{
  g_autofree char *text = till_format_health (self->desk);
  gboolean is_shown = text[0] != '\0';

  if (g_strcmp0 (gtk_label_get_label (self->health_label), text) != 0)
    gtk_label_set_label (self->health_label, text);
  if (gtk_widget_get_visible (GTK_WIDGET (self->health_label)) != is_shown)
    gtk_widget_set_visible (GTK_WIDGET (self->health_label), is_shown);
}

/* A wallet that cannot be begun without network is greyed out; what is wrong is said below. */
static void
update (TillBrandRow *self)
{
  self->is_troubled = till_desk_get_worst_pulse (self->desk) > 0;
  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    TillBrand brand = (TillBrand) i;
    gboolean is_off;

    if (!self->buttons[brand])
      continue;
    is_off = till_desk_get_block (self->desk, brand, TILL_KIND_COLLECT) == TILL_REASON_ECNY_OFFLINE;
    gtk_widget_set_sensitive (self->buttons[brand], !is_off);
    gtk_widget_set_visible (self->marks[brand], is_off || till_desk_get_brand_pulse (
                                                  self->desk, brand, TILL_KIND_COLLECT) > 0);
    self->is_troubled |= is_off;
  }
  show_health (self);
}

/* What is the matter is forgotten with time, of which the desk says nothing. */
static void
tick_cb (TillBrandRow *self)
{
  if (self->is_troubled)
    update (self);
}

static void
till_brand_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TillBrandRow *self = TILL_BRAND_ROW (object);

  switch (prop_id) {
  case PROP_NUMBERED:
    g_value_set_boolean (value, self->is_numbered);
    break;
  case PROP_WITH_ALL:
    g_value_set_boolean (value, self->with_all);
    break;
  case PROP_COLUMNS:
    g_value_set_uint (value, self->columns);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_brand_row_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  TillBrandRow *self = TILL_BRAND_ROW (object);

  switch (prop_id) {
  case PROP_NUMBERED:
    self->is_numbered = g_value_get_boolean (value);
    break;
  case PROP_WITH_ALL:
    self->with_all = g_value_get_boolean (value);
    break;
  case PROP_COLUMNS:
    self->columns = g_value_get_uint (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_brand_row_dispose (GObject *object)
{
  g_clear_object (&TILL_BRAND_ROW (object)->desk);

  G_OBJECT_CLASS (till_brand_row_parent_class)->dispose (object);
}

static void
till_brand_row_class_init (TillBrandRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = till_brand_row_get_property;
  object_class->set_property = till_brand_row_set_property;
  object_class->dispose = till_brand_row_dispose;

  props[PROP_NUMBERED] = g_param_spec_boolean ("numbered", NULL, NULL, FALSE, flags);
  props[PROP_WITH_ALL] = g_param_spec_boolean ("with-all", NULL, NULL, FALSE, flags);
  props[PROP_COLUMNS] = g_param_spec_uint ("columns", NULL, NULL, 1, COLUMNS, COLUMNS, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
make_buttons_box (TillBrandRow *self)
{
  self->buttons_box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->buttons_box, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->buttons_box, TRUE);
  gtk_flow_box_set_min_children_per_line (self->buttons_box, 1);
  gtk_flow_box_set_row_spacing (self->buttons_box, 6);
  gtk_flow_box_set_column_spacing (self->buttons_box, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons_box),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Wallets"), -1);
}

/* A low screen shows a row of buttons and leaves the others to their keys, and to scrolling. */
static GtkWidget *
make_scroller (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);

  return scroller;
}

static void
till_brand_row_init (TillBrandRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  make_buttons_box (self);
  self->health_label = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->health_label, TRUE);
  gtk_label_set_xalign (self->health_label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->health_label), "health");
  gtk_widget_set_visible (GTK_WIDGET (self->health_label), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->buttons_box));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->health_label));
  adw_bin_set_child (ADW_BIN (self), make_scroller (box));
}

/**
 * till_brand_row_get_key:
 * @brand: %TILL_BRAND_NONE for the code for all
 *
 * Returns: (nullable): the key that shows this wallet's code, "F5"; %NULL for what is no wallet
 */
const char *
till_brand_row_get_key (TillBrand brand)
{
  g_return_val_if_fail ((guint) brand < TILL_N_BRANDS, NULL);

  return keys[brand];
}

/**
 * till_brand_row_find_number:
 * @brands: those of a numbered row
 * @digit: a key, "1"
 * @brand: (out): whose button has it
 *
 * Returns: %FALSE where no button has this key
 */
gboolean
till_brand_row_find_number (TillBrandSet brands,
                            const char  *digit,
                            TillBrand   *brand)
{
  guint number = 0;

  for (guint i = TILL_BRAND_NONE + 1; i < TILL_N_BRANDS; i++) {
    if (!(brands & TILL_BRAND_BIT (i)))
      continue;
    number++;
    if (digit[0] == (char) ('0' + number) && digit[1] == '\0') {
      *brand = (TillBrand) i;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * till_brand_row_set_current:
 *
 * Opens the shop, once.
 */
void
till_brand_row_set_current (TillBrandRow *self,
                            TillCurrent  *current)
{
  g_return_if_fail (TILL_IS_BRAND_ROW (self));

  if (!g_set_object (&self->desk, till_current_get_desk (current)))
    return;

  add_buttons (self);
  g_signal_connect_object (self->desk, "notify::brands", G_CALLBACK (brands_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (till_current_get_ticker (current), "notify::now-us",
                           G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  update (self);
}
