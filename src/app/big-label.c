/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/big-label.h"

#include "app/focus.h"

struct _TillBigLabel
{
  GtkWidget  parent_instance;

  char      *label;
  int        least_size;
  int        most_size;
};

enum {
  PROP_0,
  PROP_LABEL,
  PROP_LEAST_SIZE,
  PROP_MOST_SIZE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillBigLabel, till_big_label, GTK_TYPE_WIDGET)

static PangoLayout *
make_layout (TillBigLabel *self,
             double        size_px)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->label);
  PangoAttrList *attributes = pango_attr_list_new ();

  /* Digits of one width, so that an amount does not jump while it is typed. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attributes,
                          pango_attr_size_new_absolute ((int) (size_px * PANGO_SCALE)));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_attr_list_unref (attributes);

  return layout;
}

static void
till_big_label_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *least,
                        int            *natural,
                        int            *least_baseline,
                        int            *natural_baseline)
{
  TillBigLabel *self = TILL_BIG_LABEL (widget);
  g_autoptr (PangoLayout) layout = make_layout (self, self->least_size);
  int size[2];

  /* The amount is the largest on its page: a low page gives it room before all its wallets. */
  pango_layout_get_pixel_size (layout, &size[0], &size[1]);
  *least = size[orientation == GTK_ORIENTATION_VERTICAL];
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? 2 * *least : *least;
}

/* The largest size at which the text fits. */
static double
fitting_size (TillBigLabel *self)
{
  g_autoptr (PangoLayout) layout = make_layout (self, self->most_size);
  double scale;
  int width;
  int height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (width == 0 || height == 0)
    return self->least_size;

  scale = MIN ((double) gtk_widget_get_width (GTK_WIDGET (self)) / width,
               (double) gtk_widget_get_height (GTK_WIDGET (self)) / height);

  return MAX (MIN (scale, 1.0) * self->most_size, 1.0);
}

static void
till_big_label_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  TillBigLabel *self = TILL_BIG_LABEL (widget);
  g_autoptr (PangoLayout) layout = make_layout (self, fitting_size (self));
  GdkRGBA colour;
  int width;
  int height;
  int left;
  int top;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  pango_layout_get_pixel_size (layout, &width, &height);
  left = (gtk_widget_get_width (widget) - width) / 2;
  top = (gtk_widget_get_height (widget) - height) / 2;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) left, (float) top));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static gboolean
till_big_label_grab_focus (GtkWidget *widget)
{
  return till_focus_set (widget);
}

static void
till_big_label_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TillBigLabel *self = TILL_BIG_LABEL (object);

  switch (prop_id) {
  case PROP_LABEL:
    g_value_set_string (value, self->label);
    break;
  case PROP_LEAST_SIZE:
    g_value_set_int (value, self->least_size);
    break;
  case PROP_MOST_SIZE:
    g_value_set_int (value, self->most_size);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_big_label_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  TillBigLabel *self = TILL_BIG_LABEL (object);

  switch (prop_id) {
  case PROP_LABEL:
    till_big_label_set_label (self, g_value_get_string (value));
    break;
  case PROP_LEAST_SIZE:
    self->least_size = g_value_get_int (value);
    break;
  case PROP_MOST_SIZE:
    self->most_size = g_value_get_int (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_big_label_finalize (GObject *object)
{
  g_free (TILL_BIG_LABEL (object)->label);

  G_OBJECT_CLASS (till_big_label_parent_class)->finalize (object);
}

static void
till_big_label_class_init (TillBigLabelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = till_big_label_get_property;
  object_class->set_property = till_big_label_set_property;
  object_class->finalize = till_big_label_finalize;
  widget_class->measure = till_big_label_measure;
  widget_class->snapshot = till_big_label_snapshot;
  widget_class->grab_focus = till_big_label_grab_focus;

  props[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_LEAST_SIZE] =
    g_param_spec_int ("least-size", NULL, NULL, 1, 1000, 32,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_MOST_SIZE] =
    g_param_spec_int ("most-size", NULL, NULL, 1, 1000, 120,
                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "biglabel");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
till_big_label_init (TillBigLabel *self)
{
  self->label = g_strdup ("");
}

const char *
till_big_label_get_label (TillBigLabel *self)
{
  g_return_val_if_fail (TILL_IS_BIG_LABEL (self), NULL);

  return self->label;
}

/**
 * till_big_label_set_label:
 * @label: (nullable): also its name to a screen reader
 */
void
till_big_label_set_label (TillBigLabel *self,
                          const char   *label)
{
  g_return_if_fail (TILL_IS_BIG_LABEL (self));

  if (g_strcmp0 (self->label, label) == 0)
    return;

  g_free (self->label);
  self->label = g_strdup (label ? label : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->label,
                                  -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}
