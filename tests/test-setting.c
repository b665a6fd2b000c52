/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/setting.h"

#include <string.h>

#include "wire-case.h"

static FakeSettings *
settings_of (const char *text)
{
  g_autofree char *folder = g_build_filename (TEST_DIR, "vectors", NULL);

  return fake_settings_new (text, folder);
}

static FakeSettings *
one_setting (const char *value)
{
  g_autofree char *text = g_strdup_printf ("[settings]\n%s%s\n[secrets]\n", value ? "k=" : "",
                                           value ? value : "");

  return settings_of (text);
}

static const struct {
  const char *value;  /* NULL: absent */
  gboolean    is_required;
  gboolean    is_taken;
  const char *taken;
} texts[] = {
  { "abc", TRUE, TRUE, "abc" },
  { "  abc  ", TRUE, TRUE, "abc" },
  { NULL, FALSE, TRUE, NULL },
  { "", FALSE, TRUE, NULL },
  { NULL, TRUE, FALSE, NULL },
  { "   ", TRUE, FALSE, NULL },
  { "ABC", FALSE, FALSE, NULL },
  { "abcd", TRUE, FALSE, NULL },
};

/* A value of the wanted form, or a fault; what may be absent may be. */
static void
test_take (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (FakeSettings) settings = one_setting (texts[i].value);
    g_autoptr (GError) error = NULL;
    g_autofree char *value = NULL;

    g_assert_true (till_setting_take (settings, "k", "^[a-z]{3}$", texts[i].is_required, &value,
                                      &error) == texts[i].is_taken);
    g_assert_cmpstr (value, ==, texts[i].taken);
    g_assert_true ((error == NULL) == texts[i].is_taken);
  }
}

static const struct {
  const char *value;
  gint64      taken;  /* −1 where it is a fault */
} ints[] = {
  { "1", 1 }, { "60", 60 }, { NULL, 7 }, { "", 7 }, { "0", -1 }, { "61", -1 },
  { "5.0", -1 }, { "-5", -1 }, { "5s", -1 }, { "five", -1 }, { "99999999999999999999", -1 },
};

static void
test_take_int (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ints); i++) {
    g_autoptr (FakeSettings) settings = one_setting (ints[i].value);
    g_autoptr (GError) error = NULL;
    gint64 value = 7;

    g_assert_true (till_setting_take_int (settings, "k", 1, 60, &value, &error) ==
                   (ints[i].taken >= 0));
    if (ints[i].taken >= 0)
      g_assert_cmpint (value, ==, ints[i].taken);
    else
      g_assert_nonnull (strstr (error->message, "from 1 to 60"));
  }
}

static const struct {
  const char *value;
  int         ppm;  /* −1 where it is a fault */
} shares[] = {
  { "0.0038", 3800 }, { "0.006", 6000 }, { "0", 0 }, { "1", 1000000 }, { "0.000001", 1 },
  { "1.0", 1000000 }, { NULL, 7 }, { "0.0000001", -1 }, { "1.000001", -1 }, { "2", -1 },
  { "0.", -1 }, { ".5", -1 }, { "0,5", -1 }, { "-0.1", -1 }, { "0.38%", -1 }, { "1e-3", -1 },
  { "1000", -1 },
};

static void
test_take_ppm (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++) {
    g_autoptr (FakeSettings) settings = one_setting (shares[i].value);
    g_autoptr (GError) error = NULL;
    guint ppm = 7;

    g_assert_true (till_setting_take_ppm (settings, "k", &ppm, &error) == (shares[i].ppm >= 0));
    if (shares[i].ppm >= 0)
      g_assert_cmpuint (ppm, ==, (guint) shares[i].ppm);
  }
}

/* Each of a list is absolute; empty ones are none. */
static void
test_files (void)
{
  static const struct {
    const char *value;
    guint       n_files;
  } cases[] = { { NULL, 0 }, { "", 0 }, { "a.pem", 1 }, { "a.pem;b.pem", 2 }, { "a.pem;", 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = one_setting (cases[i].value);
    g_auto (GStrv) files = till_setting_get_files (settings, "k");

    for (guint n = 0; files[n]; n++)
      g_assert_true (g_path_is_absolute (files[n]));
    g_assert_cmpuint (g_strv_length (files), ==, cases[i].n_files);
  }
}

static void
test_file (void)
{
  g_autoptr (FakeSettings) there = one_setting ("README.md");
  g_autoptr (FakeSettings) missing = one_setting ("nothing.md");
  g_autoptr (FakeSettings) folder = one_setting ("own");
  g_autoptr (FakeSettings) absent = one_setting (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *none = NULL;

  g_assert_true (till_setting_take_file (there, "k", &path, NULL));
  g_assert_true (g_path_is_absolute (path));
  g_assert_true (till_setting_take_file (absent, "k", &none, NULL));
  g_assert_null (none);
  g_assert_false (till_setting_take_file (folder, "k", &none, NULL));
  g_assert_false (till_setting_take_file (missing, "k", &none, &error));
  g_assert_nonnull (strstr (error->message, "k names a file that is not there"));
}

static void
test_key (void)
{
  g_autoptr (FakeSettings) good = one_setting ("own/pkcs8-key.pem");
  g_autoptr (FakeSettings) bad = one_setting ("README.md");
  g_autoptr (FakeSettings) absent = one_setting (NULL);
  g_autoptr (TillKey) key = till_setting_load_key (good, "k", till_key_load_private, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) missing = NULL;

  g_assert_nonnull (key);
  g_assert_null (till_setting_load_key (bad, "k", till_key_load_private, &error));
  g_assert_true (g_str_has_prefix (error->message, "profile.ini: k "));
  g_assert_nonnull (strstr (error->message, "README.md is not a PEM file"));
  g_assert_null (till_setting_load_key (absent, "k", till_key_load_private, &missing));
  g_assert_nonnull (strstr (missing->message, "k is missing"));
}

static char *
locked_secret (gpointer    self,
               const char *name,
               GError    **error)
{
  g_set_error (error, g_quark_from_static_string ("fake"), 1, "the keyring is locked");
  return NULL;
}

/* A secret that is not there is none; a keyring that does not open is a fault. */
static void
test_secret (void)
{
  g_autoptr (FakeSettings) settings = settings_of ("[settings]\n[secrets]\na=x y\nb= \n");
  g_autoptr (TillWiped) a = NULL;
  g_autoptr (TillWiped) b = NULL;
  g_autoptr (TillWiped) c = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (till_setting_take_secret (settings, "a", &a, NULL));
  g_assert_true (till_setting_take_secret (settings, "b", &b, NULL));
  g_assert_true (till_setting_take_secret (settings, "c", &c, NULL));
  g_assert_cmpstr (a, ==, "x y");
  g_assert_null (b);
  g_assert_null (c);

  settings->secret = locked_secret;
  g_assert_false (till_setting_take_secret (settings, "a", &c, &error));
  g_assert_cmpstr (error->message, ==, "the keyring is locked");
}

typedef struct {
  int        before;
  char      *name;
  char      *place;
  TillWiped *key;
} Texts;

/* A table's texts are taken, or the first that is wrong is named and nothing is left behind. */
static void
test_rows (void)
{
  static const TillSettingRow rows[] = {
    { "name", "^[a-z]+$", TRUE, G_STRUCT_OFFSET (Texts, name), NULL },
    { "place", "^[a-z]+$", FALSE, G_STRUCT_OFFSET (Texts, place), "here" },
    { "key", NULL, TRUE, G_STRUCT_OFFSET (Texts, key), NULL },
    { NULL, NULL, FALSE, 0, NULL },
  };
  static const struct {
    const char *name;
    const char *place;
    const char *key;
    const char *error;  /* NULL: taken */
  } cases[] = {
    { "shop", "there", "secret", NULL },
    { "shop", NULL, "secret", NULL },
    { NULL, NULL, "secret", "name is missing" },
    { "SHOP", NULL, "secret", "name has a wrong form" },
    { "shop", "THERE", "secret", "place has a wrong form" },
    { "shop", NULL, NULL, "key is missing: put it into the keys folder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeSettings) settings = fake_settings_new ("[settings]\n", "/keys");
    g_autoptr (GError) error = NULL;
    Texts *taken;

    fake_settings_set (settings, "name", cases[i].name);
    fake_settings_set (settings, "place", cases[i].place);
    fake_settings_hide (settings, "key", cases[i].key);
    taken = till_setting_load_rows (settings, rows, sizeof (Texts), &error);
    if (cases[i].error) {
      g_assert_null (taken);
      g_assert_nonnull (strstr (error->message, cases[i].error));
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpint (taken->before, ==, 0);
    g_assert_cmpstr (taken->name, ==, cases[i].name);
    g_assert_cmpstr (taken->place, ==, cases[i].place ? cases[i].place : "here");
    g_assert_cmpstr (taken->key, ==, cases[i].key);
    till_setting_clear_rows (rows, taken);
    g_assert_null (taken->name);
    g_assert_null (taken->key);
    g_free (taken);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/setting/take", test_take);
  g_test_add_func ("/setting/take-int", test_take_int);
  g_test_add_func ("/setting/take-ppm", test_take_ppm);
  g_test_add_func ("/setting/files", test_files);
  g_test_add_func ("/setting/file", test_file);
  g_test_add_func ("/setting/key", test_key);
  g_test_add_func ("/setting/secret", test_secret);

  g_test_add_func ("/setting/rows", test_rows);

  return g_test_run ();
}
