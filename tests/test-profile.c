/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/profile.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define SHOP "[shop]\nname=晨光便利店\n"

static char *
make_dir (const char *ini)
{
  char *dir = g_dir_make_tmp ("till-profile-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);

  if (ini)
    g_file_set_contents_full (path, ini, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);

  return dir;
}

static void
remove_dir (char *dir)
{
  static const char *const names[] = {
    "keys/a.pem", "keys/wechat.api-v3-key.secret", "keys/wechat.empty.secret", "keys", "backups",
    "exports", "profile.ini", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (dir, names[i], NULL);

    g_remove (path);
  }
  g_free (dir);
}

typedef char Dir;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dir, remove_dir)

/* Every fault of a file is told with the line it is on. */
static void
test_faults (void)
{
  static const struct {
    const char      *ini;
    TillProfileError code;
    guint            line;
    const char      *word;   /* stands in the message */
  } cases[] = {
    { "", TILL_PROFILE_ERROR_VALUE, 1, "[shop]" },
    { "# nothing\n", TILL_PROFILE_ERROR_VALUE, 1, "[shop]" },
    { "\n[shop]\nregister=01\n", TILL_PROFILE_ERROR_VALUE, 2, "name" },
    { "name=x\n[shop]\n", TILL_PROFILE_ERROR_SYNTAX, 1, "before the first" },
    { SHOP "nonsense\n", TILL_PROFILE_ERROR_SYNTAX, 3, "key=value" },
    { SHOP "=value\n", TILL_PROFILE_ERROR_SYNTAX, 3, "letters" },
    { SHOP "na me=value\n", TILL_PROFILE_ERROR_SYNTAX, 3, "letters" },
    { SHOP "register=\n", TILL_PROFILE_ERROR_SYNTAX, 3, "no value" },
    { SHOP "register= \t\n", TILL_PROFILE_ERROR_SYNTAX, 3, "no value" },
    { SHOP "name=again\n", TILL_PROFILE_ERROR_SYNTAX, 3, "second time" },
    { SHOP "register=01      # two or more\n", TILL_PROFILE_ERROR_SYNTAX, 3, "comment" },
    { SHOP "register=\\q\n", TILL_PROFILE_ERROR_SYNTAX, 3, "backslash" },
    { SHOP "register=1\\\n", TILL_PROFILE_ERROR_SYNTAX, 3, "backslash" },
    { SHOP "\xff=1\n", TILL_PROFILE_ERROR_SYNTAX, 3, "UTF-8" },
    { SHOP "[shop]\n", TILL_PROFILE_ERROR_SYNTAX, 3, "second time" },
    { SHOP "[nfc\n", TILL_PROFILE_ERROR_SYNTAX, 3, "brackets" },
    { SHOP "[]\n", TILL_PROFILE_ERROR_SYNTAX, 3, "brackets" },
    { SHOP "[nfc] mode=off\n", TILL_PROFILE_ERROR_SYNTAX, 3, "brackets" },
    { SHOP "[[nfc]]\n", TILL_PROFILE_ERROR_SYNTAX, 3, "brackets" },
    { SHOP "\n\n[shops]\nname=x\n", TILL_PROFILE_ERROR_VALUE, 5, "no such section" },
    { SHOP "nam=x\n", TILL_PROFILE_ERROR_VALUE, 3, "no such key" },
    { SHOP "register=123456789\n", TILL_PROFILE_ERROR_VALUE, 3, "register" },
    { SHOP "register=a b\n", TILL_PROFILE_ERROR_VALUE, 3, "register" },
    { SHOP "time-zone=Asia/Peking\n", TILL_PROFILE_ERROR_VALUE, 3, "time zone" },
    { SHOP "day-starts=4\n", TILL_PROFILE_ERROR_VALUE, 3, "04:00" },
    { SHOP "day-starts=25:00\n", TILL_PROFILE_ERROR_VALUE, 3, "04:00" },
    { SHOP "codes-at-once=1\n", TILL_PROFILE_ERROR_VALUE, 3, "yes or no" },
    { SHOP "codes-at-once=Yes\n", TILL_PROFILE_ERROR_VALUE, 3, "yes or no" },
    { SHOP "currency=USD\n", TILL_PROFILE_ERROR_VALUE, 3, "CNY" },
    { SHOP "[camera]\nstays-on=1\n", TILL_PROFILE_ERROR_VALUE, 4, "yes or no" },
    { SHOP "[camera]\ndevice=Portal\n", TILL_PROFILE_ERROR_VALUE, 4, "portal" },
    { SHOP "[camera]\ndevice=AUTO\n", TILL_PROFILE_ERROR_VALUE, 4, "auto" },
    { SHOP "[camera]\ndevice=file:\n", TILL_PROFILE_ERROR_VALUE, 4, "pattern" },
    { SHOP "[camera]\ndevice=gst:\n", TILL_PROFILE_ERROR_VALUE, 4, "camera" },
    { SHOP "[camera]\ndevice=/dev/\n", TILL_PROFILE_ERROR_VALUE, 4, "/dev/video2" },
    { SHOP "[nfc]\nmode=on\n", TILL_PROFILE_ERROR_VALUE, 4, "acquirer-approved" },
    { SHOP "[nfc]\nreader=pn532_uart\n", TILL_PROFILE_ERROR_VALUE, 4, "ttyUSB0" },
    { SHOP "[nfc]\nreader=pcsc:\n", TILL_PROFILE_ERROR_VALUE, 4, "pcsc:NAME" },
    { SHOP "[nfc]\nreader=/dev/ttyUSB0\n", TILL_PROFILE_ERROR_VALUE, 4, "pn532_uart" },
    { SHOP "[nfc]\nbeside-code=link\n", TILL_PROFILE_ERROR_VALUE, 4, "beside-code" },
    { SHOP "[nfc]\nreader=auto\nbeside-code=link\n", TILL_PROFILE_ERROR_VALUE, 5, "can be a tag" },
    { SHOP "[nfc]\nbeside-code=link\nlink-on=any-reader\n", TILL_PROFILE_ERROR_VALUE, 4,
      "beside-code" },
    { SHOP "[nfc]\nbeside-code=link\nlink-on=any-reader\nreader=pcsc:ACS\n",
      TILL_PROFILE_ERROR_VALUE, 4, "beside-code" },
    { SHOP "[nfc]\nbeside-code=link\nreader=acr122_usb\n", TILL_PROFILE_ERROR_VALUE, 4,
      "any-reader" },
    { SHOP "[offline]\nlimit-total=-1\n", TILL_PROFILE_ERROR_VALUE, 4, "yuan" },
    { SHOP "[offline]\nlimit-hours=0\n", TILL_PROFILE_ERROR_VALUE, 4, "hours" },
    { SHOP "[offline]\nstatic-code-=x\n", TILL_PROFILE_ERROR_VALUE, 4, "no such key" },
    { SHOP "[head-office]\nurl=http://x\n", TILL_PROFILE_ERROR_VALUE, 4, "postgresql" },
    { SHOP "[printer]\nwidth=70\n", TILL_PROFILE_ERROR_VALUE, 4, "58" },
    { SHOP "[acquirer wechat]\nmchid=1\n", TILL_PROFILE_ERROR_VALUE, 3, "type" },
    { SHOP "[acquirer we/chat]\ntype=x\n", TILL_PROFILE_ERROR_VALUE, 3, "name" },
    { SHOP "[acquirer ]\ntype=x\n", TILL_PROFILE_ERROR_VALUE, 3, "section" },
    { SHOP "[acquirer a]\ntype=x\n[acquirer a]\n", TILL_PROFILE_ERROR_SYNTAX, 5, "second" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Dir) dir = make_dir (cases[i].ini);
    g_autofree char *where = g_strdup_printf ("%s/profile.ini:%u: ", dir, cases[i].line);
    g_autoptr (GError) error = NULL;

    g_assert_null (till_profile_load (dir, NULL, &error));
    g_test_message ("%s", error->message);
    g_assert_error (error, TILL_PROFILE_ERROR, (int) cases[i].code);
    g_assert_true (g_str_has_prefix (error->message, where));
    g_assert_nonnull (strstr (error->message, cases[i].word));
  }
}

/* What the file does not say has a default; what it says is taken as written. */
static void
test_values (void)
{
  static const struct {
    const char *ini;
    const char *section;
    const char *key;
    const char *value;
  } cases[] = {
    { SHOP, "shop", "name", "晨光便利店" },
    { SHOP, "shop", "register", "01" },
    { SHOP, "shop", "time-zone", "Asia/Shanghai" },
    { SHOP, "shop", "day-starts", "04:00" },
    { SHOP, "shop", "currency", "CNY" },
    { SHOP, "shop", "codes-at-once", "no" },
    { SHOP "codes-at-once=yes\n", "shop", "codes-at-once", "yes" },
    { SHOP, "nfc", "mode", "off" },
    { SHOP "[nfc]\nreader=pcsc:ACS ACR1252\n", "nfc", "reader", "pcsc:ACS ACR1252" },
    { SHOP "[nfc]\nreader=pn532_uart:/dev/ttyS0\n", "nfc", "reader", "pn532_uart:/dev/ttyS0" },
    { SHOP "[nfc]\nreader=pn532_uart:/dev/ttyS0\nbeside-code=link\n", "nfc", "beside-code",
      "link" },
    { SHOP "[nfc]\nreader=acr122_usb\nbeside-code=link\nlink-on=any-reader\n", "nfc",
      "beside-code", "link" },
    { SHOP "[nfc]\nbeside-code=cards\n", "nfc", "beside-code", "cards" },
    { SHOP, "camera", "device", "auto" },
    { SHOP "[camera]\ndevice=portal\n", "camera", "device", "portal" },
    { SHOP "[camera]\ndevice=Portal 2\n", "camera", "device", "Portal 2" },
    { SHOP, "head-office", "url", NULL },
    { SHOP, "offline", "limit-total", NULL },
    { "\xef\xbb\xbf" SHOP, "shop", "name", "晨光便利店" },
    { "[ shop ]\r\n  name = a \\s b\\\\ \r\n register=7\r\n", "shop", "name", "a   b\\" },
    { "[shop]\nname=店 #2\n", "shop", "name", "店 #2" },
    { "[shop]\nname=a=b\n", "shop", "name", "a=b" },
    { SHOP "[offline]\nstatic-code-wechat=wxp://f2f0\n", "offline", "static-code-wechat",
      "wxp://f2f0" },
    { SHOP "[printer]\ndevice=cups:Front\nwidth=80", "printer", "width", "80" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Dir) dir = make_dir (cases[i].ini);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillProfile) profile = till_profile_load (dir, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (till_profile_get (profile, cases[i].section, cases[i].key), ==,
                     cases[i].value);
  }
}

static char *
look_up_secret (gpointer    self,
                const char *name,
                GError    **error)
{
  if (g_str_equal (name, "wechat.broken")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no bus");
    return NULL;
  }

  return g_str_equal (name, "wechat.kept") ? g_strdup ("from the service") : NULL;
}

#define ACQUIRERS \
  SHOP "[acquirer wechat]\ntype=wechat-pay\nmchid=190000\n" \
       "certificate-files=keys/a.pem; /b.pem\nprivate-key-file=keys/a.pem\n" \
       "[acquirer zfb-2]\ntype=alipay\n"

static void
assert_secret (const TillSettings *settings,
               const char         *name,
               const char         *value,
               gboolean            is_fault)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = settings->secret (settings->self, name, &error);

  g_assert_cmpstr (secret, ==, value);
  g_assert_cmpint (error != NULL, ==, is_fault);
}

/* An acquirer sees its own section, files as absolute names, and secrets wherever they lie. */
static void
test_settings (void)
{
  const TillSecret service = { .look_up = look_up_secret };
  g_autoptr (Dir) dir = make_dir (ACQUIRERS);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillProfile) profile = till_profile_load (dir, &service, &error);
  const char *const *ids;
  TillSettings *settings;
  g_auto (GStrv) keys = NULL;
  g_autofree char *mchid = NULL, *path = NULL, *paths = NULL, *expected = NULL, *joined = NULL;

  g_assert_no_error (error);
  ids = till_profile_get_acquirers (profile);
  g_assert_cmpstr (ids[0], ==, "wechat");
  g_assert_cmpstr (ids[1], ==, "zfb-2");
  g_assert_null (ids[2]);

  settings = till_profile_get_settings (profile, "wechat");
  keys = settings->keys (settings->self);
  joined = g_strjoinv (" ", keys);
  g_assert_cmpstr (joined, ==, "type mchid certificate-files private-key-file");
  mchid = settings->get (settings->self, "mchid");
  g_assert_cmpstr (mchid, ==, "190000");
  g_assert_null (settings->get (settings->self, "appid"));
  g_assert_null (settings->path (settings->self, "appid"));

  path = settings->path (settings->self, "private-key-file");
  expected = g_build_filename (dir, "keys", "a.pem", NULL);
  g_assert_cmpstr (path, ==, expected);
  paths = settings->path (settings->self, "certificate-files");
  g_assert_true (g_str_has_suffix (paths, ";/b.pem"));
  g_assert_true (g_str_has_prefix (paths, expected));

  till_profile_add_key (dir, "wechat.api-v3-key.secret", "0123456789\r\n", &error);
  g_assert_no_error (error);
  till_profile_add_key (dir, "wechat.empty.secret", "\n", &error);
  g_assert_no_error (error);
  assert_secret (settings, "api-v3-key", "0123456789", FALSE);
  assert_secret (settings, "kept", "from the service", FALSE);
  assert_secret (settings, "absent", NULL, FALSE);
  assert_secret (settings, "broken", NULL, TRUE);
  assert_secret (settings, "empty", NULL, TRUE);
  till_profile_settings_free (settings);
}

/* An acquirer's complaint names file, line and key. */
static void
test_settings_fault (void)
{
  static const struct {
    const char *key;
    const char *where;
  } cases[] = {
    { "mchid", "profile.ini:5: [acquirer wechat] mchid: is wrong" },
    { "appid", "profile.ini:3: [acquirer wechat] appid: is wrong" },
    { NULL, "profile.ini:3: [acquirer wechat] is wrong" },
  };
  g_autoptr (Dir) dir = make_dir (ACQUIRERS);
  g_autoptr (TillProfile) profile = till_profile_load (dir, NULL, NULL);
  TillSettings *settings = till_profile_get_settings (profile, "wechat");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = settings->fault (settings->self, cases[i].key, "is wrong");

    g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_VALUE);
    g_assert_true (g_str_has_suffix (error->message, cases[i].where));
  }
  till_profile_settings_free (settings);
}

static void
assert_mode (const char *dir,
             const char *name,
             guint       mode)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, mode);
}

/* A profile is made with private folders and files, once. */
static void
test_create (void)
{
  g_autoptr (Dir) dir = make_dir (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TillProfile) profile = NULL;

  g_rmdir (dir);
  g_assert_false (till_profile_create (dir, "[shop]\nnam=x\n", &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (g_file_test (dir, G_FILE_TEST_EXISTS));

  till_profile_create (dir, SHOP, &error);
  g_assert_no_error (error);
  assert_mode (dir, "", 0700);
  assert_mode (dir, "keys", 0700);
  assert_mode (dir, "backups", 0700);
  assert_mode (dir, "exports", 0700);
  assert_mode (dir, "profile.ini", 0600);
  profile = till_profile_load (dir, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (till_profile_get_shop_name (profile), ==, "晨光便利店");

  till_profile_add_key (dir, "a.pem", "one", &error);
  g_assert_no_error (error);
  till_profile_add_key (dir, "a.pem", "two", &error);
  g_assert_no_error (error);
  assert_mode (dir, "keys/a.pem", 0600);
}

/* Where there is a profile, nothing is touched. */
static void
test_create_twice (void)
{
  g_autoptr (Dir) dir = make_dir ("not even a profile");
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);
  g_autofree char *keys = g_build_filename (dir, "keys", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (till_profile_create (dir, SHOP, &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_EXISTS);
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, "not even a profile");
  g_assert_false (g_file_test (keys, G_FILE_TEST_EXISTS));
}

/* Files that cannot be read or written are told apart from those that are wrong. */
static void
test_unreadable (void)
{
  g_autoptr (Dir) dir = make_dir (NULL);
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);
  g_autofree char *below = g_build_filename (path, "below", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (till_profile_load (dir, NULL, &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_MISSING);
  g_clear_error (&error);

  g_mkdir (path, 0700);
  g_assert_null (till_profile_load (dir, NULL, &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_UNREADABLE);
  g_clear_error (&error);
  g_rmdir (path);

  g_file_set_contents (path, SHOP, -1, NULL);
  g_assert_false (till_profile_create (below, SHOP, &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_WRITE);
  g_clear_error (&error);
  g_assert_false (till_profile_add_key (below, "a.pem", "x", &error));
  g_assert_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_WRITE);
}

/* One line is changed; what a person wrote round it stays. */
static void
test_change (void)
{
  static const struct {
    const char *before;
    const char *value;
    const char *after;    /* NULL: refused, and nothing changed */
  } cases[] = {
    { SHOP, "auto", SHOP "\n[camera]\ndevice=auto\n" },
    { SHOP "[camera]", "auto", SHOP "[camera]\ndevice=auto\n" },
    { SHOP "[camera]\nstays-on=yes\n", "/dev/video2",
      SHOP "[camera]\ndevice=/dev/video2\nstays-on=yes\n" },
    { "# mine\n[camera]\n# the old one\n  device = auto\n\n" SHOP, "USB 摄像头",
      "# mine\n[camera]\n# the old one\ndevice=USB 摄像头\n\n" SHOP },
    { SHOP "[printer]\ndevice=none\n", "C270", SHOP "[printer]\ndevice=none\n\n[camera]\n"
      "device=C270\n" },
    { SHOP "[camera]\n[printer]\ndevice=none\n", "C270",
      SHOP "[camera]\ndevice=C270\n[printer]\ndevice=none\n" },
    { SHOP, " two  blanks ", SHOP "\n[camera]\ndevice=\\stwo  blanks\\s\n" },
    { SHOP, "C270 #2; a\\b", SHOP "\n[camera]\ndevice=C270\\s#2; a\\\\b\n" },
    { SHOP, "one\ntwo=3\n[x]", SHOP "\n[camera]\ndevice=one\\ntwo=3\\n[x]\n" },
    { "[shop]\n", "auto", NULL },
    { SHOP "[camera]\nlens=dirty\n", "auto", NULL },
    { SHOP, "\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Dir) dir = make_dir (cases[i].before);
    g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    gboolean done = till_profile_change (dir, "camera", "device", cases[i].value, &error);

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, cases[i].after ? cases[i].after : cases[i].before);
    g_assert_cmpint (done, ==, cases[i].after != NULL);
    if (cases[i].after) {
      g_autoptr (TillProfile) profile = till_profile_load (dir, NULL, &error);
      struct stat facts;

      g_assert_no_error (error);
      g_assert_cmpstr (till_profile_get (profile, "camera", "device"), ==, cases[i].value);
      g_assert_cmpint (g_stat (path, &facts), ==, 0);
      g_assert_cmpint (facts.st_mode & 0777, ==, 0600);
    } else {
      g_assert_nonnull (error);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/profile/faults", test_faults);
  g_test_add_func ("/profile/values", test_values);
  g_test_add_func ("/profile/settings", test_settings);
  g_test_add_func ("/profile/settings-fault", test_settings_fault);
  g_test_add_func ("/profile/create", test_create);
  g_test_add_func ("/profile/create-twice", test_create_twice);
  g_test_add_func ("/profile/unreadable", test_unreadable);
  g_test_add_func ("/profile/change", test_change);

  return g_test_run ();
}
