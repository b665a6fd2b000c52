/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-portal.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

/* org.freedesktop.portal.Camera and .Request, as xdg-desktop-portal documents them. */
#define PORTAL_NAME  "org.freedesktop.portal.Desktop"
#define PORTAL_PATH  "/org/freedesktop/portal/desktop"
#define CAMERA       "org.freedesktop.portal.Camera"
#define REQUEST      "org.freedesktop.portal.Request"
#define REQUEST_PATH PORTAL_PATH "/request/"
#define PROPERTIES   "org.freedesktop.DBus.Properties"
#define PRESENT      "IsCameraPresent"
#define NOT_ALLOWED  "org.freedesktop.portal.Error.NotAllowed"

/* What no person has to answer is answered within so long. */
#define CALL_MS  5000
#define THERE_MS 1000

struct _TillCameraPortal
{
  const TillClock      *clock;
  TillCameraPortalFunc  func;       /* NULL: it was told, or nobody wants to know */
  gpointer              user_data;
  GCancellable         *cancellable;
  GDBusConnection      *bus;
  char                 *request;    /* the path of its answer */
  guint                 subscription;
  gboolean              is_open;    /* the request: asked, and not answered */
  guint                 timer;
};

static void
clear (gpointer data)
{
  TillCameraPortal *self = data;

  g_clear_object (&self->cancellable);
  g_clear_object (&self->bus);
  g_free (self->request);
}

static void
release (TillCameraPortal *self)
{
  g_rc_box_release_full (self, clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillCameraPortal, release)

/* Where no bus is told of, GDBus would start one, which has no portal. */
static gboolean
has_bus (void)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") || g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
set_deadline (TillCameraPortal *self,
              gint64            ms,
              TillClockFunc     func)
{
  if (self->timer)
    till_clock_cancel (self->clock, self->timer);
  self->timer = ms ? till_clock_add_timer (self->clock, ms, func, self) : 0;
}

static void
unsubscribe (TillCameraPortal *self)
{
  if (self->subscription)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
}

/* A question that still stands on the screen is taken away. */
static void
shut (TillCameraPortal *self)
{
  set_deadline (self, 0, NULL);
  unsubscribe (self);
  g_cancellable_cancel (self->cancellable);
  if (self->is_open)
    g_dbus_connection_call (self->bus, PORTAL_NAME, self->request, REQUEST, "Close", NULL, NULL,
                            G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  self->is_open = FALSE;
}

static void
tell (TillCameraPortal *self,
      TillPortalAnswer  answer,
      int               fd)
{
  TillCameraPortalFunc func = self->func;

  self->func = NULL;
  shut (self);
  func (answer, fd, self->user_data);
  release (self);
}

static void
tell_fault (TillCameraPortal *self,
            const char       *what)
{
  g_debug ("camera: portal: %s", what);
  tell (self, TILL_PORTAL_NONE, -1);
}

static void
late_cb (gpointer user_data)
{
  TillCameraPortal *self = user_data;

  self->timer = 0;
  tell (self, TILL_PORTAL_LATE, -1);
}

static void
call (TillCameraPortal    *self,
      const char          *interface,
      const char          *method,
      GVariant            *arguments,
      const char          *reply,
      GAsyncReadyCallback  callback)
{
  g_dbus_connection_call_with_unix_fd_list (self->bus, PORTAL_NAME, PORTAL_PATH, interface, method,
                                            arguments, G_VARIANT_TYPE (reply),
                                            G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL,
                                            self->cancellable, callback, g_rc_box_acquire (self));
}

/* What was answered; NULL where it was an error, which was told then, or where nobody waits. */
static GVariant *
finish (TillCameraPortal  *self,
        GObject           *bus,
        GAsyncResult      *result,
        GUnixFDList      **fds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (bus), fds, result,
                                                       &error);
  g_autofree char *name = error ? g_dbus_error_get_remote_error (error) : NULL;

  if (!self->func)
    return NULL;
  if (reply)
    return g_steal_pointer (&reply);

  self->is_open = FALSE;
  if (g_strcmp0 (name, NOT_ALLOWED) == 0)
    tell (self, TILL_PORTAL_REFUSED, -1);
  else
    tell_fault (self, error->message);

  return NULL;
}

static void
opened_cb (GObject      *bus,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TillCameraPortal) self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = finish (self, bus, result, &fds);
  gint32 index;
  int fd = -1;

  if (!reply)
    return;

  g_variant_get (reply, "(h)", &index);
  if (fds && index >= 0 && index < g_unix_fd_list_get_length (fds))
    fd = g_unix_fd_list_get (fds, index, NULL);
  if (fd < 0)
    tell_fault (self, "it hands no connection over");
  else
    tell (self, TILL_PORTAL_GRANTED, fd);
}

static void
response_cb (GDBusConnection *bus,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *name,
             GVariant        *arguments,
             gpointer         user_data)
{
  TillCameraPortal *self = user_data;
  guint32 response;

  if (!self->is_open || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua{sv})")))
    return;

  self->is_open = FALSE;
  unsubscribe (self);
  g_variant_get (arguments, "(ua{sv})", &response, NULL);
  if (response != 0) {
    tell (self, TILL_PORTAL_REFUSED, -1);
    return;
  }

  set_deadline (self, CALL_MS, late_cb);
  call (self, CAMERA, "OpenPipeWireRemote", g_variant_new ("(a{sv})", NULL), "(h)", opened_cb);
}

/* The response may come before this. */
static void
asked_cb (GObject      *bus,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TillCameraPortal) self = user_data;
  g_autoptr (GVariant) reply = NULL;
  const char *request;

  if (!self->is_open)
    return;
  reply = finish (self, bus, result, NULL);
  if (!reply)
    return;

  g_variant_get (reply, "(&o)", &request);
  if (!g_str_equal (request, self->request)) {
    self->is_open = FALSE;
    tell_fault (self, "it answers elsewhere");
    return;
  }

  set_deadline (self, TILL_CAMERA_PORTAL_PERSON_MS, late_cb);
}

/* The answer's path is known before the question, so that none is missed. */
static void
ask (TillCameraPortal *self)
{
  g_autofree char *token = g_strdup_printf ("till%08x%08x", g_random_int (), g_random_int ());
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1);
  GVariantBuilder options;

  g_strdelimit (sender, ".", '_');
  self->request = g_strconcat (REQUEST_PATH, sender, "/", token, NULL);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, PORTAL_NAME, REQUEST, "Response", self->request, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, response_cb, g_rc_box_acquire (self),
      (GDestroyNotify) release);
  self->is_open = TRUE;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  set_deadline (self, CALL_MS, late_cb);
  call (self, CAMERA, "AccessCamera", g_variant_new ("(a{sv})", &options), "(o)", asked_cb);
}

static gboolean
is_present (GVariant *reply)
{
  g_autoptr (GVariant) value = NULL;

  g_variant_get (reply, "(v)", &value);

  return g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
}

static void
present_cb (GObject      *bus,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TillCameraPortal) self = user_data;
  g_autoptr (GVariant) reply = finish (self, bus, result, NULL);

  if (!reply)
    return;

  if (is_present (reply))
    ask (self);
  else
    tell (self, TILL_PORTAL_EMPTY, -1);
}

/* A bus that ends must not end a sale. */
static void
bus_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TillCameraPortal) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (!self->func)
    return;
  if (!bus) {
    tell_fault (self, error->message);
    return;
  }

  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->bus = g_steal_pointer (&bus);
  call (self, PROPERTIES, "Get", g_variant_new ("(ss)", CAMERA, PRESENT), "(v)", present_cb);
}

static void
no_bus_cb (gpointer user_data)
{
  TillCameraPortal *self = user_data;

  self->timer = 0;
  tell_fault (self, "there is no bus");
}

/**
 * till_camera_portal_ask:
 * @clock: outlives the question
 * @func: called once on the main context, and never before this returns
 *
 * Asks the desktop's portal whether there is a camera, and whether Till may see it.
 *
 * Returns: (transfer full): the question; until @func is called or it is cancelled
 */
TillCameraPortal *
till_camera_portal_ask (const TillClock      *clock,
                        TillCameraPortalFunc  func,
                        gpointer              user_data)
{
  TillCameraPortal *self = g_rc_box_new0 (TillCameraPortal);

  self->clock = clock;
  self->func = func;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  if (has_bus ()) {
    set_deadline (self, CALL_MS, late_cb);
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_cb, g_rc_box_acquire (self));
  } else {
    self->timer = till_clock_add_timer (clock, 0, no_bus_cb, self);
  }

  return self;
}

/**
 * till_camera_portal_cancel:
 * @self: (transfer full): one that was not answered
 *
 * Takes the question back; no answer comes after this.
 */
void
till_camera_portal_cancel (TillCameraPortal *self)
{
  self->func = NULL;
  shut (self);
  release (self);
}

/**
 * till_camera_portal_is_there:
 *
 * Blocks for at most a second where there is a bus; any thread may call it.
 *
 * Returns: whether the desktop has a portal that knows of a camera
 */
gboolean
till_camera_portal_is_there (void)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GVariant) reply = NULL;

  bus = has_bus () ? g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL) : NULL;
  if (!bus)
    return FALSE;

  g_dbus_connection_set_exit_on_close (bus, FALSE);
  reply = g_dbus_connection_call_sync (bus, PORTAL_NAME, PORTAL_PATH, PROPERTIES, "Get",
                                       g_variant_new ("(ss)", CAMERA, PRESENT),
                                       G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, THERE_MS,
                                       NULL, NULL);

  return reply && is_present (reply);
}
