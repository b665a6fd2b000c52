/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/camera-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/dialog.h"

#define AUTO "auto"

struct _TillCameraForm
{
  AdwBin              parent_instance;

  GtkBox             *cameras_box;
  GtkCheckButton     *stays_on_button;

  GtkWidget          *over;
  TillDesk           *desk;
  TillLookout        *lookout;
  TillCameraFormFunc  done;
  GPtrArray          *devices;   /* (element-type utf8), in the order of the buttons */
  GtkCheckButton     *first;
};

G_DEFINE_FINAL_TYPE (TillCameraForm, till_camera_form, ADW_TYPE_BIN)

static const char *
find_device (TillCameraForm *self)
{
  guint i = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->cameras_box)); button;
       button = gtk_widget_get_next_sibling (button), i++) {
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (button)))
      return self->devices->pdata[i];
  }

  return AUTO;
}

static void
choose_cb (TillCameraForm *self)
{
  g_autoptr (TillCameraChoice) choice =
    till_camera_choice_new (find_device (self),
                            gtk_check_button_get_active (self->stays_on_button));
  g_autoptr (GError) error = NULL;

  till_lookout_set_choice (self->lookout, choice);
  till_camera_choice_store (choice, self->desk, &error);
  self->done (error, self->over);
}

/* Whatever the answer is. */
static void
answered_cb (TillCameraForm *self)
{
  till_lookout_set_paused (self->lookout, FALSE);
}

static void
till_camera_form_dispose (GObject *object)
{
  TillCameraForm *self = TILL_CAMERA_FORM (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->over);
  g_clear_object (&self->lookout);
  g_clear_pointer (&self->devices, g_ptr_array_unref);

  G_OBJECT_CLASS (till_camera_form_parent_class)->dispose (object);
}

static void
till_camera_form_class_init (TillCameraFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_camera_form_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/cn/till/Till/camera-form.ui");
  gtk_widget_class_bind_template_child (widget_class, TillCameraForm, cameras_box);
  gtk_widget_class_bind_template_child (widget_class, TillCameraForm, stays_on_button);
}

static void
till_camera_form_init (TillCameraForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->devices = g_ptr_array_new_with_free_func (g_free);
}

static gboolean
has_device (TillCameraForm *self,
            const char     *device)
{
  for (guint i = 0; i < self->devices->len; i++) {
    if (strcmp (self->devices->pdata[i], device) == 0)
      return TRUE;
  }

  return FALSE;
}

static void
add_device (TillCameraForm *self,
            const char     *device,
            const char     *label)
{
  GtkWidget *button;

  if (has_device (self, device))
    return;

  button = gtk_check_button_new_with_label (label);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->first);
  self->first = self->first ? self->first : GTK_CHECK_BUTTON (button);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button),
                               strcmp (till_lookout_get_choice (self->lookout)->device,
                                       device) == 0);
  gtk_box_append (self->cameras_box, button);
  g_ptr_array_add (self->devices, g_strdup (device));
}

static const char *
label_of (const char *device)
{
  return strcmp (device, TILL_SCANNER_PORTAL) == 0 ? _("The one that the system allows") : device;
}

/* The one that is chosen is there also while it is not plugged in. */
static void
add_devices (TillCameraForm *self,
             GPtrArray      *devices)
{
  const char *chosen = till_lookout_get_choice (self->lookout)->device;

  add_device (self, AUTO, _("The first that is plugged in"));
  for (guint i = 0; i < devices->len; i++) {
    const TillScannerDevice *device = devices->pdata[i];

    /* One that is chosen by its path is not offered a second time by its name. */
    if (g_strcmp0 (device->path, chosen) == 0)
      add_device (self, chosen, device->name);
    else
      add_device (self, device->name, label_of (device->name));
  }
  add_device (self, chosen, label_of (chosen));
}

static void
list_work (GTask        *task,
           gpointer      source,
           gpointer      camera,
           GCancellable *cancellable)
{
  g_task_return_pointer (task, till_scanner_list_devices (camera),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TillCameraForm) self = user_data;
  g_autoptr (GPtrArray) devices = g_task_propagate_pointer (G_TASK (result), NULL);
  AdwMessageDialog *dialog;

  /* The clerk may have gone on, or have asked twice. */
  if (!GTK_IS_WINDOW (gtk_widget_get_root (self->over)) ||
      till_dialog_covers (GTK_WINDOW (gtk_widget_get_root (self->over)))) {
    answered_cb (self);
    return;
  }

  dialog = till_dialog_new (self->over, _("Which camera?"), NULL);
  adw_message_dialog_add_responses (dialog, "back", _("_Back"), "choose", _("_Choose"), NULL);
  adw_message_dialog_set_close_response (dialog, "back");
  adw_message_dialog_set_default_response (dialog, "choose");
  adw_message_dialog_set_response_appearance (dialog, "choose", ADW_RESPONSE_SUGGESTED);
  add_devices (self, devices);
  gtk_check_button_set_active (self->stays_on_button,
                               till_lookout_get_choice (self->lookout)->stays_on);
  adw_message_dialog_set_extra_child (dialog, GTK_WIDGET (self));
  g_signal_connect_object (dialog, "response::choose", G_CALLBACK (choose_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->first));
}

/**
 * till_camera_form_ask:
 * @over: a widget of the window that the question lies over
 * @done: told once a choice was made
 *
 * Asks when the cameras are known, which takes up to a second. The choice holds at once, and is
 * written into the profile.
 */
void
till_camera_form_ask (GtkWidget          *over,
                      TillDesk           *desk,
                      TillLookout        *lookout,
                      TillCameraFormFunc  done)
{
  TillCameraForm *self = g_object_new (TILL_TYPE_CAMERA_FORM, NULL);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, listed_cb, g_object_ref_sink (self));

  self->over = g_object_ref (over);
  self->desk = g_object_ref (desk);
  self->lookout = g_object_ref (lookout);
  self->done = done;
  /* Cameras are listed while none is open. */
  till_lookout_set_paused (lookout, TRUE);
  g_task_set_task_data (task, g_object_ref (till_lookout_get_camera (lookout)), g_object_unref);
  g_task_run_in_thread (task, list_work);
}
