/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/banners.h"

#include <glib/gi18n.h>

#include "app/format.h"
#include "app/key-button.h"
#include "desk/activate.h"

#define SKEW_TOLD_US (5 * 60 * G_USEC_PER_SEC)  /* wallets refuse signatures beyond this */

struct _TillBanners
{
  AdwBin     parent_instance;

  GtkWidget *clock_banner;
  GtkLabel  *clock_label;
  GtkWidget *journal_banner;
  GtkLabel  *journal_label;
  GtkWidget *trouble_banner;
  GtkLabel  *trouble_label;
  GtkWidget *activate_banner;
  GtkLabel  *activate_label;

  TillDesk  *desk;
};

G_DEFINE_FINAL_TYPE (TillBanners, till_banners, ADW_TYPE_BIN)

/* "" for nothing to say. */
static void
show (GtkWidget  *banner,
      GtkLabel   *label,
      const char *text)
{
  if (text[0] != '\0')
    gtk_label_set_label (label, text);
  gtk_widget_set_visible (banner, text[0] != '\0');
}

static void
health_cb (TillBanners *self)
{
  g_autofree char *fault = till_format_fault (till_desk_get_journal_fault (self->desk));

  show (self->journal_banner, self->journal_label, fault);
  show (self->trouble_banner, self->trouble_label,
        till_format_trouble (till_desk_get_trouble (self->desk)));
}

static void
show_inactive (TillBanners *self)
{
  g_auto (GStrv) ids = till_desk_list_inactive (self->desk);
  g_autofree char *text = NULL;

  if (!ids[0])
    text = g_strdup ("");
  else
    /* Translators: %s is an acquirer */
    text = g_strdup_printf (_("%s is not activated on this till yet: the technician enters the "
                              "code from the acquirer."),
                            till_desk_get_acquirer_name (self->desk, ids[0]));
  show (self->activate_banner, self->activate_label, text);
}

static void
tick_cb (TillBanners *self)
{
  gint64 skew_us = till_desk_get_skew_us (self->desk);
  g_autofree char *text =
    ABS (skew_us) > SKEW_TOLD_US ? till_format_skew (skew_us) : g_strdup ("");

  show (self->clock_banner, self->clock_label, text);
  if (gtk_widget_get_visible (self->activate_banner))
    show_inactive (self);
}

static void
till_banners_dispose (GObject *object)
{
  g_clear_object (&TILL_BANNERS (object)->desk);

  G_OBJECT_CLASS (till_banners_parent_class)->dispose (object);
}

static void
till_banners_class_init (TillBannersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_banners_dispose;

  g_type_ensure (TILL_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/banners.ui");
  gtk_widget_class_bind_template_child (widget_class, TillBanners, clock_banner);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, clock_label);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, journal_banner);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, journal_label);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, trouble_banner);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, activate_banner);
  gtk_widget_class_bind_template_child (widget_class, TillBanners, activate_label);
}

static void
till_banners_init (TillBanners *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * till_banners_set_current:
 *
 * Opens the shop, once.
 */
void
till_banners_set_current (TillBanners *self,
                          TillCurrent *current)
{
  g_return_if_fail (TILL_IS_BANNERS (self));

  if (!g_set_object (&self->desk, till_current_get_desk (current)))
    return;

  g_signal_connect_object (till_current_get_ticker (current), "notify::now-us",
                           G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "notify", G_CALLBACK (health_cb), self, G_CONNECT_SWAPPED);
  health_cb (self);
  show_inactive (self);
}
