/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <libintl.h>
#include <locale.h>
#include <malloc.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/application.h"
#include "cli/cli.h"
#include "desk/setup.h"
#include "device/camera.h"
#include "device/curl-multi.h"
#include "device/keyring.h"
#include "device/picture.h"
#include "device/reader.h"
#include "device/system-clock.h"
#include "device/system-random.h"
#include "sandbox/sandbox.h"

/* The only place that knows everything: it wires the ports to the window or to a command. */

typedef struct {
  char     *profile;
  gboolean  json;
  gboolean  demo;
  gboolean  version;
  gboolean  help;
} Options;

/* Keys and payment codes lie in memory: no core dump, and no other program of this user looks
 * in. */
static void
keep_memory_private (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);
}

/* Each thread of a camera would get a pool of its own, up to eight a core, and a pool keeps room
 * for the largest frame it ever served: some megabytes more each few dozen times that the camera is
 * switched on. One for the window and one for all threads cost no time that can be measured. */
#define MEMORY_POOLS 2

static void
keep_memory_small (void)
{
  mallopt (M_ARENA_MAX, MEMORY_POOLS);
}

/* A descriptor that was closed would be the next file's, queue's or connection's, and what is
 * printed would go there. */
static void
fill_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

/* An installed till has its words in the prefix, one that was just built beside itself. */
static void
set_language (void)
{
  const char *dir = g_file_test (TILL_BUILD_LOCALE_DIR, G_FILE_TEST_IS_DIR) &&
                    g_getenv ("TILL_UNINSTALLED") ? TILL_BUILD_LOCALE_DIR : TILL_LOCALE_DIR;

  setlocale (LC_ALL, "");
  /* Where there is no language, as in cron, or one that is not installed, names and notes are
   * Chinese and codes are drawn all the same. */
  if (g_strcmp0 (setlocale (LC_CTYPE, NULL), "C") == 0)
    setlocale (LC_CTYPE, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* What stands before the command; what follows is the command's own. */
static gboolean
parse_options (Options *options,
               char  ***words)
{
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, NULL, NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, NULL, NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, NULL, NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &options->help, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse_strv (context, words, &error))
    return TRUE;

  g_printerr ("till: %s\n", error->message);
  return FALSE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);

  return G_SOURCE_CONTINUE;
}

static void
print_listening (TillSandbox *sandbox)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "listening");
  json_builder_add_string_value (builder, till_sandbox_get_url (sandbox));
  json_builder_set_member_name (builder, "ca");
  json_builder_add_string_value (builder, till_sandbox_get_ca_path (sandbox));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);

  puts (line);
  fflush (stdout);
}

static int
run_sandbox (const char *listen,
             const char *script)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSandbox) sandbox = till_sandbox_new (listen, script, &error);

  if (!sandbox) {
    g_printerr ("till: %s\n", error->message);
    return TILL_EXIT_USAGE;
  }

  /* Before anybody hears of it, so that it ends well however soon it is told to. */
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  print_listening (sandbox);
  g_main_loop_run (loop);

  return TILL_EXIT_DONE;
}

static gboolean
quit_window_cb (gpointer user_data)
{
  g_application_quit (user_data);

  return G_SOURCE_CONTINUE;
}

/* A signal closes the window as the clerk does: what is open stays open in the journal, and a shop
 * that is thrown away is thrown away. */
static int
run_window (const TillStart *start)
{
  g_autoptr (TillApplication) application = till_application_new (start);
  guint sources[] = {
    g_unix_signal_add (SIGTERM, quit_window_cb, application),
    g_unix_signal_add (SIGINT, quit_window_cb, application),
  };
  int code = TILL_EXIT_FAULT;

  if (gtk_init_check ())
    code = g_application_run (G_APPLICATION (application), 0, NULL);
  else
    g_printerr ("till: %s\n", _("There is no screen for the window. Start it on a desktop, or use "
                                "the commands: till --help."));

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);

  return code;
}

static void
remove_tree (GFile *folder)
{
  g_autoptr (GFileEnumerator) children =
    g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME,
                               G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child) {
    if (!g_file_delete (child, NULL, NULL))
      remove_tree (child);
  }
  g_file_delete (folder, NULL, NULL);
}

/* A shop that is thrown away at the end, with the other side in this very program. */
static int
run_demo (const TillPorts *ports)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSandbox) sandbox = till_sandbox_new ("127.0.0.1:0", NULL, &error);
  g_autofree char *dir = NULL;
  g_autoptr (GFile) folder = NULL;
  int code;

  dir = sandbox ? g_dir_make_tmp ("till-demo-XXXXXX", &error) : NULL;
  if (!dir || !till_setup_demo (dir, NULL, till_sandbox_get_url (sandbox), &error)) {
    g_printerr ("till: %s\n", error->message);
    return TILL_EXIT_FAULT;
  }

  code = run_window (&(const TillStart) {
    .dir = dir,
    .ports = ports,
    .sandbox_url = till_sandbox_get_url (sandbox),
    .sandbox_ca = till_sandbox_get_ca_path (sandbox),
  });
  folder = g_file_new_for_path (dir);
  remove_tree (folder);

  return code;
}

static int
run (const Options   *options,
     const TillPorts *ports,
     GStrv            words)
{
  g_autofree char *dir = options->profile ? g_strdup (options->profile)
                                          : g_build_filename (g_get_user_data_dir (), "till", NULL);
  const TillCli cli = { dir, options->json, ports, run_sandbox };
  const TillStart start = { .dir = dir, .ports = ports };

  if (words[1])
    return till_cli_run (&cli, (int) g_strv_length (words) - 1, words + 1);
  if (options->demo)
    return run_demo (ports);

  return run_window (&start);
}

int
main (int   argc,
      char *argv[])
{
  Options options = { 0 };
  g_auto (GStrv) words = g_strdupv (argv);
  g_autoptr (TillHttp) http = NULL;
  g_autoptr (TillScanner) camera = NULL;
  g_autofree char *reader_program = till_reader_find_program ();
  g_autoptr (TillTap) reader = NULL;
  TillPorts ports;
  int code;

  fill_descriptors ();
  keep_memory_private ();
  keep_memory_small ();
  /* Stdout is for what was asked for. */
  g_log_writer_default_set_use_stderr (TRUE);
  set_language ();
  if (!parse_options (&options, &words))
    return TILL_EXIT_USAGE;
  if (options.version) {
    g_print ("till %s\n", TILL_VERSION);
    return TILL_EXIT_DONE;
  }
  if (options.help) {
    till_cli_print_help ();
    return TILL_EXIT_DONE;
  }

  http = till_curl_multi_new (till_system_clock_get ());
  camera = till_camera_new ("auto", till_system_clock_get ());
  reader = till_reader_new (reader_program, till_system_clock_get ());
  ports = (TillPorts) {
    .clock = till_system_clock_get (),
    .random = till_system_random_get (),
    .secret = till_keyring_get (),
    .http = http,
    .scanner = camera,
    .tap = reader,
    .load_picture = till_picture_file_load,
  };
  code = run (&options, &ports, words);
  g_free (options.profile);

  return code;
}
