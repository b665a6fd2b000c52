/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/application.h"

#include "config.h"
#include "till-resources.h"

#include <glib/gi18n.h>

#include "app/window.h"
#include "core/brand.h"

#define RESOURCE_PATH "/cn/till/Till"

struct _TillApplication
{
  AdwApplication   parent_instance;

  const TillStart *start;
  TillWindow      *window;   /* not owned */
  guint            opening;
};

G_DEFINE_FINAL_TYPE (TillApplication, till_application, ADW_TYPE_APPLICATION)

/* One window for each profile: a second start raises the first. The usual profile has the usual
 * name, any other one of its own, made from its folder. */
static char *
make_id (const char *dir)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "till", NULL);
  g_autoptr (GFile) usual_folder = g_file_new_for_path (usual);
  g_autoptr (GFile) folder = g_file_new_for_path (dir);
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);

  if (g_file_equal (usual_folder, folder))
    return g_strdup (TILL_APP_ID);

  return g_strdup_printf ("%s.p%.16s", TILL_APP_ID, digest);
}

/* A wallet's colour comes from its row in core/brand, so that a new wallet needs no style sheet. */
static void
load_brand_colours (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  GString *css = g_string_new (NULL);

  for (guint brand = 0; brand < TILL_N_BRANDS; brand++) {
    const TillBrandFacts *facts = till_brand_get_facts ((TillBrand) brand);

    g_string_append_printf (css, ".brand-chip.%s { background-color: %s; }\n",
                            brand == TILL_BRAND_NONE ? "all" : facts->word, facts->colour);
  }
  gtk_css_provider_load_from_data (provider, css->str, (gssize) css->len);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_string_free (css, TRUE);
}

static void
open_shop (TillApplication *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = till_desk_open (self->start->dir, self->start->ports, &error);

  if (!desk) {
    till_window_show_fault (self->window, error);
    return;
  }

  if (!till_desk_resume (desk, &error)) {
    till_window_show_fault (self->window, error);
    return;
  }

  till_desk_keep_fresh (desk);
  till_window_open_shop (self->window, desk);
}

static gboolean
open_cb (gpointer user_data)
{
  TillApplication *self = user_data;

  self->opening = 0;
  if (self->window)
    open_shop (self);

  return G_SOURCE_REMOVE;
}

static void
retry_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TillApplication *self = user_data;

  if (self->window && !till_window_get_desk (self->window))
    open_shop (self);
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  TillApplication *self = user_data;

  if (self->window)
    gtk_window_close (GTK_WINDOW (self->window));
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  TillApplication *self = user_data;

  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name", _("Till"),
                         "application-icon", TILL_APP_ID,
                         "version", TILL_VERSION,
                         "comments", _("Takes money by all wallets, and never charges twice."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static const GActionEntry actions[] = {
  { "about", about_cb, NULL, NULL, NULL, { 0 } },
  { "quit", quit_cb, NULL, NULL, NULL, { 0 } },
  { "retry", retry_cb, NULL, NULL, NULL, { 0 } },
};

static void
till_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (till_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit",
                                         (const char *const[]) { "<Control>q", NULL });
  gtk_window_set_default_icon_name (TILL_APP_ID);
  load_brand_colours ();
}

static void
till_application_activate (GApplication *application)
{
  TillApplication *self = TILL_APPLICATION (application);

  if (!self->window) {
    self->window = till_window_new (self, self->start);
    g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
    /* After the first frame: keys, journal and open payments take longer than an empty window. */
    self->opening = g_idle_add (open_cb, self);
  }
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
till_application_dispose (GObject *object)
{
  TillApplication *self = TILL_APPLICATION (object);

  g_clear_handle_id (&self->opening, g_source_remove);
  g_clear_weak_pointer (&self->window);

  G_OBJECT_CLASS (till_application_parent_class)->dispose (object);
}

static void
till_application_class_init (TillApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_application_dispose;
  application_class->startup = till_application_startup;
  application_class->activate = till_application_activate;
}

static void
till_application_init (TillApplication *self)
{
}

/**
 * till_application_new:
 * @start: outlives the application
 *
 * Returns: (transfer full): the window's program, to be run
 */
TillApplication *
till_application_new (const TillStart *start)
{
  g_autofree char *id = make_id (start->dir);
  TillApplication *self;

  till_register_resource ();
  g_set_prgname (TILL_APP_ID);
  g_set_application_name (_("Till"));
  self = g_object_new (TILL_TYPE_APPLICATION,
                       "application-id", id,
                       "resource-base-path", RESOURCE_PATH,
                       NULL);
  self->start = start;

  return self;
}
