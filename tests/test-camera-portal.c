/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-portal.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device/camera-consent.h"
#include "device/camera-opening.h"
#include "device/camera.h"
#include "fake-clock.h"

/* A desktop's portal on a bus of the test's own. */

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"

static const char portal_xml[] =
    "<node><interface name='org.freedesktop.portal.Camera'>"
    "<method name='AccessCamera'><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='OpenPipeWireRemote'><arg type='a{sv}' direction='in'/>"
    "<arg type='h' direction='out'/></method>"
    "<property name='IsCameraPresent' type='b' access='read'/></interface>"
    "<interface name='org.freedesktop.portal.Request'><method name='Close'/></interface></node>";

typedef enum {
  NEVER,
  AT_ONCE,        /* before this is done */
  AT_LAST,
} When;

typedef enum {
  HANDS_OVER,
  HANDS_NOTHING,  /* an index, and no descriptor */
  FORBIDS,
  FAILS,
  IS_SILENT,
} Opening;

/* Where the question is taken back. */
typedef enum {
  NOWHERE,
  AT_START,
  ASKED,
  OPENING,
  HANDED,
} Stage;

typedef struct {
  const char       *name;
  gboolean          no_portal;
  gboolean          no_interface;
  gboolean          no_camera;
  gboolean          no_reply;       /* to the question itself */
  gboolean          access_fails;
  const char       *handle;         /* another than was asked for */
  When              response_when;
  guint32           response;
  Opening           opening;
  Stage             cancelled;
  gint64            late_ms;        /* the clock goes on by this once nothing moves any more */
  TillPortalAnswer  answer;
  guint             n_asked;
  guint             n_closed;
} Case;

typedef struct {
  const Case       *row;
  GDBusConnection  *bus;
  GDBusNodeInfo    *node;
  TillFakeClock    *clock;
  guint             camera;         /* registered objects */
  guint             request;
  char             *request_path;
  guint             n_asked;
  guint             n_closed;
  int               ends[2];        /* of what is handed over */
  TillCameraPortal *question;
  guint             n_answers;
  TillPortalAnswer  answer;
  int               fd;
} Portal;

static const Case cases[] = {
  { "granted", .response_when = AT_LAST, .n_asked = 1 },
  { "granted-at-once", .response_when = AT_ONCE, .n_asked = 1 },
  { "refused", .response_when = AT_LAST, .response = 1, .answer = TILL_PORTAL_REFUSED,
    .n_asked = 1 },
  { "refused-at-once", .response_when = AT_ONCE, .response = 1, .answer = TILL_PORTAL_REFUSED,
    .n_asked = 1 },
  { "ended", .response_when = AT_LAST, .response = 2, .answer = TILL_PORTAL_REFUSED,
    .n_asked = 1 },
  { "no-portal", .no_portal = TRUE, .answer = TILL_PORTAL_NONE },
  { "no-interface", .no_interface = TRUE, .answer = TILL_PORTAL_NONE },
  { "no-camera", .no_camera = TRUE, .answer = TILL_PORTAL_EMPTY },
  { "access-fails", .access_fails = TRUE, .answer = TILL_PORTAL_NONE, .n_asked = 1 },
  { "bad-handle", .handle = PATH "/request/1_1/other", .answer = TILL_PORTAL_NONE, .n_asked = 1 },
  { "bad-handle-root", .handle = "/", .answer = TILL_PORTAL_NONE, .n_asked = 1 },
  { "no-person", .late_ms = TILL_CAMERA_PORTAL_PERSON_MS, .answer = TILL_PORTAL_LATE,
    .n_asked = 1, .n_closed = 1 },
  { "no-reply", .no_reply = TRUE, .late_ms = 5000, .answer = TILL_PORTAL_LATE, .n_asked = 1,
    .n_closed = 1 },
  { "hands-nothing", .response_when = AT_LAST, .opening = HANDS_NOTHING,
    .answer = TILL_PORTAL_NONE, .n_asked = 1 },
  { "opening-forbidden", .response_when = AT_LAST, .opening = FORBIDS,
    .answer = TILL_PORTAL_REFUSED, .n_asked = 1 },
  { "opening-fails", .response_when = AT_LAST, .opening = FAILS, .answer = TILL_PORTAL_NONE,
    .n_asked = 1 },
  { "opening-silent", .response_when = AT_LAST, .opening = IS_SILENT, .late_ms = 5000,
    .answer = TILL_PORTAL_LATE, .n_asked = 1 },
  { "cancelled-at-start", .response_when = AT_LAST, .cancelled = AT_START },
  { "cancelled-asked", .cancelled = ASKED, .n_asked = 1, .n_closed = 1 },
  { "cancelled-opening", .response_when = AT_LAST, .opening = IS_SILENT, .cancelled = OPENING,
    .n_asked = 1 },
  { "cancelled-handed", .response_when = AT_LAST, .cancelled = HANDED, .n_asked = 1 },
};

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;

  return n;
}

static void
cancel_at (Portal *portal,
           Stage   stage)
{
  if (portal->row->cancelled == stage && portal->question)
    g_clear_pointer (&portal->question, till_camera_portal_cancel);
}

static void
respond (Portal *portal)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (portal->bus, NULL, portal->request_path,
                                 "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", portal->row->response, NULL), &error);
  g_assert_no_error (error);
}

static void
request_cb (GDBusConnection       *bus,
            const char            *sender,
            const char            *path,
            const char            *interface,
            const char            *method,
            GVariant              *arguments,
            GDBusMethodInvocation *call,
            gpointer               user_data)
{
  Portal *portal = user_data;

  g_assert_cmpstr (method, ==, "Close");
  portal->n_closed++;
  g_dbus_method_invocation_return_value (call, NULL);
}

static const GDBusInterfaceVTable request_vtable = { request_cb, NULL, NULL, { 0 } };

static void
drop_request (Portal *portal)
{
  if (portal->request)
    g_dbus_connection_unregister_object (portal->bus, portal->request);
  portal->request = 0;
  g_clear_pointer (&portal->request_path, g_free);
}

static void
ask (Portal                *portal,
     const char            *sender,
     GVariant              *arguments,
     GDBusMethodInvocation *call)
{
  const Case *row = portal->row;
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autofree char *who = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token;

  portal->n_asked++;
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  drop_request (portal);
  portal->request_path = g_strconcat (PATH "/request/", who, "/", token, NULL);
  portal->request = g_dbus_connection_register_object (portal->bus, portal->request_path,
                                                       portal->node->interfaces[1],
                                                       &request_vtable, portal, NULL, NULL);
  if (row->response_when == AT_ONCE)
    respond (portal);
  if (row->access_fails)
    g_dbus_method_invocation_return_dbus_error (call, NAME ".Error.Failed", "no");
  else if (row->no_reply)
    g_object_unref (call);
  else
    g_dbus_method_invocation_return_value (
        call, g_variant_new ("(o)", row->handle ? row->handle : portal->request_path));
  if (row->response_when == AT_LAST)
    respond (portal);
  if (row->cancelled == ASKED)
    cancel_at (portal, ASKED);
}

static void
hand_over (Portal                *portal,
           GDBusMethodInvocation *call)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();

  switch (portal->row->opening) {
  case HANDS_OVER:
    g_assert_cmpint (g_unix_fd_list_append (fds, portal->ends[1], NULL), ==, 0);
    g_dbus_method_invocation_return_value_with_unix_fd_list (call, g_variant_new ("(h)", 0), fds);
    break;
  case HANDS_NOTHING:
    g_dbus_method_invocation_return_value (call, g_variant_new ("(h)", 3));
    break;
  case FORBIDS:
    g_dbus_method_invocation_return_dbus_error (call, "org.freedesktop.portal.Error.NotAllowed",
                                                "no");
    break;
  case FAILS:
    g_dbus_method_invocation_return_dbus_error (call, "org.freedesktop.portal.Error.Failed", "no");
    break;
  case IS_SILENT:
    g_object_unref (call);
    break;
  default:
    g_assert_not_reached ();
  }
  g_dbus_connection_flush_sync (portal->bus, NULL, NULL);
  cancel_at (portal, OPENING);
  cancel_at (portal, HANDED);
}

static void
camera_cb (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *arguments,
           GDBusMethodInvocation *call,
           gpointer               user_data)
{
  if (strcmp (method, "AccessCamera") == 0)
    ask (user_data, sender, arguments, call);
  else
    hand_over (user_data, call);
}

static GVariant *
present_cb (GDBusConnection *bus,
            const char      *sender,
            const char      *path,
            const char      *interface,
            const char      *property,
            GError         **error,
            gpointer         user_data)
{
  return g_variant_new_boolean (!((Portal *) user_data)->row->no_camera);
}

static const GDBusInterfaceVTable camera_vtable = { camera_cb, present_cb, NULL, { 0 } };

static void
call_bus (Portal     *portal,
          const char *method,
          GVariant   *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      portal->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static void
set_up (Portal          *portal,
        GDBusConnection *bus,
        const Case      *row)
{
  *portal = (Portal) { .row = row, .bus = bus, .fd = -1, .clock = till_fake_clock_new () };
  portal->node = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, portal->ends), ==, 0);
  if (!row->no_interface)
    portal->camera = g_dbus_connection_register_object (bus, PATH, portal->node->interfaces[0],
                                                        &camera_vtable, portal, NULL, NULL);
  if (!row->no_portal)
    call_bus (portal, "RequestName", g_variant_new ("(su)", NAME, 4));
}

static void
tear_down (Portal *portal)
{
  if (!portal->row->no_portal)
    call_bus (portal, "ReleaseName", g_variant_new ("(s)", NAME));
  if (portal->camera)
    g_dbus_connection_unregister_object (portal->bus, portal->camera);
  drop_request (portal);
  close (portal->ends[0]);
  close (portal->ends[1]);
  g_dbus_node_info_unref (portal->node);
  till_fake_clock_free (portal->clock);
}

/* Until both ends have heard all that the other said: each trip brings one step further. */
static void
settle (GDBusConnection *bus)
{
  g_autoptr (GDBusConnection) ours = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  GDBusConnection *both[] = { ours, bus };

  for (guint i = 0; i < 40; i++) {
    g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
        both[i % 2], "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Peer",
        "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

    g_assert_nonnull (reply);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
}

/* GDBus opens its bus in a thread, which no trip waits for. */
static void
wait_for (GDBusConnection *bus,
          const guint     *count,
          guint            n)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (*count < n && g_get_monotonic_time () < end_us)
    settle (bus);
  settle (bus);
  g_assert_cmpuint (*count, ==, n);
}

static void
answered_cb (TillPortalAnswer answer,
             int              fd,
             gpointer         user_data)
{
  Portal *portal = user_data;

  portal->question = NULL;
  portal->n_answers++;
  portal->answer = answer;
  portal->fd = fd;
}

/* What was handed over is the other end, ours to close, and no child's. */
static void
assert_handed (Portal *portal)
{
  char byte = 0;

  g_assert_cmpint (portal->fd, >=, 0);
  g_assert_cmpint (fcntl (portal->fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  g_assert_cmpint (write (portal->ends[0], "x", 1), ==, 1);
  g_assert_cmpint (read (portal->fd, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  g_assert_cmpint (close (portal->fd), ==, 0);
}

/* The bus's threads close what they sent a moment after it was heard; fewer than before is what an
 * earlier case had not closed yet. */
static void
assert_fds (GDBusConnection *bus,
            guint            n)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (count_fds () > n && g_get_monotonic_time () < end_us)
    settle (bus);
  g_assert_cmpuint (count_fds (), <=, n);
}

static void
test_case (GDBusConnection *bus,
           const Case      *row)
{
  guint n_fds = count_fds ();
  Portal portal;

  g_test_message ("%s", row->name);
  set_up (&portal, bus, row);
  portal.question = till_camera_portal_ask (till_fake_clock_get_port (portal.clock), answered_cb,
                                            &portal);
  g_assert_cmpuint (portal.n_answers, ==, 0);
  cancel_at (&portal, AT_START);
  wait_for (bus, &portal.n_asked, row->n_asked);
  wait_for (bus, &portal.n_answers, row->late_ms || row->cancelled ? 0 : 1);
  if (row->late_ms) {
    till_fake_clock_advance (portal.clock, row->late_ms - 1);
    settle (bus);
    g_assert_cmpuint (portal.n_answers, ==, 0);
    till_fake_clock_advance (portal.clock, 1);
    settle (bus);
  }

  wait_for (bus, &portal.n_answers, row->cancelled ? 0 : 1);
  g_assert_cmpint (portal.answer, ==, row->answer);
  g_assert_cmpuint (portal.n_asked, ==, row->n_asked);
  g_assert_cmpuint (portal.n_closed, ==, row->n_closed);
  g_assert_cmpuint (till_fake_clock_get_n_timers (portal.clock), ==, 0);
  if (row->answer == TILL_PORTAL_GRANTED && !row->cancelled)
    assert_handed (&portal);
  else
    g_assert_cmpint (portal.fd, ==, -1);
  tear_down (&portal);
  assert_fds (bus, n_fds);
}

static void
test_answers (gconstpointer bus)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    test_case ((GDBusConnection *) bus, &cases[i]);
}

/* One that the person refused is not asked for each second, and comes back when it is allowed. */
static void
test_camera (gconstpointer user_data)
{
  static const Case rows[] = {
    { "refused", .response_when = AT_LAST, .response = 1 },
    { "no-camera", .no_camera = TRUE },
  };
  static const struct {
    TillScannerState state;
    guint            n_asked;         /* in all: at first, before and after half a minute */
    guint            n_asked_soon;
    guint            n_asked_late;
  } expected[G_N_ELEMENTS (rows)] = {
    { TILL_SCANNER_FORBIDDEN, 1, 1, 2 },
    { TILL_SCANNER_ABSENT, 0, 0, 0 },
  };
  GDBusConnection *bus = (GDBusConnection *) user_data;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TillScanner) camera = NULL;
    Portal portal;

    set_up (&portal, bus, &rows[i]);
    camera = till_camera_new (TILL_SCANNER_PORTAL, till_fake_clock_get_port (portal.clock));
    till_scanner_start (camera);
    till_fake_clock_advance (portal.clock, 0);
    wait_for (bus, &portal.n_asked, expected[i].n_asked);
    for (guint j = 0; j < 1000 && till_scanner_get_state (camera) != expected[i].state; j++)
      settle (bus);
    g_assert_cmpint (till_scanner_get_state (camera), ==, expected[i].state);
    till_fake_clock_advance (portal.clock, 29000);
    settle (bus);
    g_assert_cmpuint (portal.n_asked, ==, expected[i].n_asked_soon);
    till_fake_clock_advance (portal.clock, 2000);
    wait_for (bus, &portal.n_asked, expected[i].n_asked_late);
    till_scanner_stop (camera);
    tear_down (&portal);
  }
}

/* The camera is switched off while the person is asked: the question goes from the screen. */
static void
test_off (gconstpointer user_data)
{
  static const Case row = { "no-person" };
  GDBusConnection *bus = (GDBusConnection *) user_data;
  g_autoptr (TillScanner) camera = NULL;
  Portal portal;

  set_up (&portal, bus, &row);
  camera = till_camera_new (TILL_SCANNER_PORTAL, till_fake_clock_get_port (portal.clock));
  till_scanner_start (camera);
  till_fake_clock_advance (portal.clock, 0);
  wait_for (bus, &portal.n_asked, 1);
  till_fake_clock_advance (portal.clock, 30000);
  g_assert_cmpint (till_scanner_get_state (camera), ==, TILL_SCANNER_STARTING);
  till_scanner_stop (camera);
  settle (bus);
  g_assert_cmpuint (portal.n_asked, ==, 1);
  g_assert_cmpuint (portal.n_closed, ==, 1);
  tear_down (&portal);
}

static void
test_wanted (void)
{
  static const struct {
    const char *device;
    const char *snap;
    gboolean    is_wanted;
  } rows[] = {
    { "portal", NULL, TRUE },
    { "portal", "/snap/till/1", TRUE },
    { "auto", "/snap/till/1", TRUE },
    { "C270", "/snap/till/1", FALSE },
    { "/dev/video0", "/snap/till/1", FALSE },
    { "C270", NULL, FALSE },
    { "Portal", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].snap)
      g_setenv ("SNAP", rows[i].snap, TRUE);
    else
      g_unsetenv ("SNAP");
    g_assert_cmpint (till_camera_consent_is_wanted (rows[i].device), ==, rows[i].is_wanted);
  }
  g_unsetenv ("SNAP");
  g_assert_cmpint (till_camera_consent_is_wanted ("auto"), ==,
                   g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS));
}

/* PipeWire's element gets the descriptor, which stays its owner's. */
G_GNUC_UNUSED static void
test_source (void)
{
  TillCameraOpening opening = { 0 };
  int ends[2], fd = -1;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  till_camera_opening_find (&opening, TILL_SCANNER_PORTAL, ends[1]);
  g_assert_cmpstr (opening.name, ==, TILL_SCANNER_PORTAL);
  if (opening.source) {
    g_object_get (opening.source, "fd", &fd, NULL);
    g_assert_cmpint (fd, ==, ends[1]);
    g_assert_nonnull (opening.caps);
  } else {
    g_test_skip ("GStreamer has no PipeWire");
  }
  till_camera_opening_clear (&opening);
  g_assert_cmpint (close (ends[1]), ==, 0);
  g_assert_cmpint (close (ends[0]), ==, 0);
}

/* A pipeline that was given up before it was opened closes what it was given, too. */
static void
test_given_up (gconstpointer user_data)
{
  TillCameraWorker *worker = till_camera_worker_new ();
  TillCameraEye *eye = till_camera_eye_new (NULL, NULL);
  TillCameraSource *source;
  int ends[2];
  char byte;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  source = till_camera_pipeline_new ("gst:fakesrc", ends[1], worker, eye, NULL, NULL);
  source->free (source);
  till_camera_worker_free (worker);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 0);
  g_assert_cmpint (close (ends[0]), ==, 0);
  till_camera_eye_shut (eye);
  till_camera_eye_unref (eye);
}

static gboolean
nothing_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
look_there (gpointer is_done)
{
  gboolean is_there = till_camera_portal_is_there ();

  g_atomic_int_set ((gint *) is_done, TRUE);
  g_idle_add (nothing_cb, NULL);

  return GINT_TO_POINTER (is_there);
}

static void
test_there (gconstpointer user_data)
{
  static const struct {
    Case     row;
    gboolean is_there;
  } rows[] = {
    { { "there" }, TRUE },
    { { "no-camera", .no_camera = TRUE }, FALSE },
    { { "no-interface", .no_interface = TRUE }, FALSE },
    { { "no-portal", .no_portal = TRUE }, FALSE },
  };
  GDBusConnection *bus = (GDBusConnection *) user_data;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GThread *thread;
    Portal portal;
    gint is_done = FALSE;

    set_up (&portal, bus, &rows[i].row);
    thread = g_thread_new ("there", look_there, &is_done);
    while (!g_atomic_int_get (&is_done))
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, rows[i].is_there);
    tear_down (&portal);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GTestDBus) daemon = NULL;
  g_autoptr (GDBusConnection) portal = NULL, ours = NULL;
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  int failed;

  if (!program) {
    g_print ("1..0 # SKIP no dbus-daemon\n");
    return 0;
  }

  g_test_init (&argc, &argv, NULL);
  daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (daemon);
  ours = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  portal = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
      G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, NULL);

  g_test_add_data_func ("/camera-portal/answers", portal, test_answers);
  g_test_add_data_func ("/camera-portal/camera", portal, test_camera);
  g_test_add_data_func ("/camera-portal/off", portal, test_off);
  g_test_add_data_func ("/camera-portal/there", portal, test_there);
  /* The words of PipeWire's plugin overflow GLib's first table of quarks, which GLib leaves behind:
   * the leak check tells of it. */
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/camera-portal/source", test_source);
#endif
  g_test_add_data_func ("/camera-portal/given-up", portal, test_given_up);
  g_test_add_func ("/camera-portal/wanted", test_wanted);
  failed = g_test_run ();

  g_clear_object (&portal);
  g_clear_object (&ours);
  g_test_dbus_down (daemon);

  return failed;
}
