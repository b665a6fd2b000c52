/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/key-button.h"

struct _TillKeyButton
{
  GtkButton  parent_instance;

  GtkWidget *icon_image;
  GtkWidget *text_label;
  GtkWidget *key_label;
};

enum {
  PROP_0,
  PROP_TEXT,
  PROP_KEY,
  PROP_ICON,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (TillKeyButton, till_key_button, GTK_TYPE_BUTTON)

static void
set_text (TillKeyButton *self,
          const char    *text)
{
  gtk_label_set_label (GTK_LABEL (self->text_label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
set_icon (TillKeyButton *self,
          const char    *icon)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon_image), icon);
  gtk_widget_set_visible (self->icon_image, icon != NULL);
}

static void
till_key_button_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  TillKeyButton *self = TILL_KEY_BUTTON (object);
  const char *text = g_value_get_string (value);

  switch (prop_id) {
  case PROP_TEXT:
    set_text (self, text);
    break;
  case PROP_KEY:
    gtk_label_set_label (GTK_LABEL (self->key_label), text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS,
                                    text, -1);
    break;
  case PROP_ICON:
    set_icon (self, text);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
till_key_button_class_init (TillKeyButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = till_key_button_set_property;

  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  props[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);
  props[PROP_ICON] = g_param_spec_string ("icon", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
till_key_button_init (TillKeyButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->icon_image = gtk_image_new ();
  self->text_label = gtk_label_new (NULL);
  self->key_label = gtk_label_new (NULL);
  gtk_widget_set_visible (self->icon_image, FALSE);
  gtk_widget_add_css_class (self->key_label, "keycap");
  gtk_widget_set_valign (self->key_label, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->icon_image);
  gtk_box_append (GTK_BOX (box), self->text_label);
  gtk_box_append (GTK_BOX (box), self->key_label);
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_set_focus_on_click (GTK_WIDGET (self), FALSE);
}
