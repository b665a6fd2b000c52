/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/notice.h"

#define SHOWN_MS 12000

struct _TillNotice
{
  AdwBin       parent_instance;

  GtkRevealer *revealer;
  GtkWidget   *box;
  GtkImage    *image;
  GtkLabel    *label;

  guint        timer;
};

G_DEFINE_FINAL_TYPE (TillNotice, till_notice, ADW_TYPE_BIN)

static gboolean
over_cb (gpointer user_data)
{
  TillNotice *self = user_data;

  self->timer = 0;
  till_notice_dismiss (self);

  return G_SOURCE_REMOVE;
}

static void
till_notice_dispose (GObject *object)
{
  g_clear_handle_id (&TILL_NOTICE (object)->timer, g_source_remove);

  G_OBJECT_CLASS (till_notice_parent_class)->dispose (object);
}

static void
till_notice_class_init (TillNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_notice_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/notice.ui");
  gtk_widget_class_bind_template_child (widget_class, TillNotice, revealer);
  gtk_widget_class_bind_template_child (widget_class, TillNotice, box);
  gtk_widget_class_bind_template_child (widget_class, TillNotice, image);
  gtk_widget_class_bind_template_child (widget_class, TillNotice, label);
}

static void
till_notice_init (TillNotice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_notice_tell:
 * @sentence: what to do next at its end
 * @is_bad: something went wrong: it is heard, too
 *
 * Takes the place of an earlier notice, and goes by itself.
 */
void
till_notice_tell (TillNotice *self,
                  const char *sentence,
                  gboolean    is_bad)
{
  g_return_if_fail (TILL_IS_NOTICE (self));

  till_notice_dismiss (self);
  gtk_label_set_label (self->label, sentence);
  gtk_image_set_from_icon_name (self->image, is_bad ? "dialog-warning-symbolic"
                                                    : "dialog-information-symbolic");
  if (is_bad)
    gtk_widget_add_css_class (self->box, "bad");
  else
    gtk_widget_remove_css_class (self->box, "bad");
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  self->timer = g_timeout_add (SHOWN_MS, over_cb, self);
  if (is_bad)
    gtk_widget_error_bell (GTK_WIDGET (self));
}

/**
 * till_notice_dismiss:
 *
 * Hides the notice, if there is one.
 */
void
till_notice_dismiss (TillNotice *self)
{
  g_return_if_fail (TILL_IS_NOTICE (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}
