/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/setup.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "store/journal.h"
#include "store/profile.h"

#define SANDBOX "/cn/till/Till/sandbox/"
#define DEMO_URL "https://127.0.0.1:8443"

/* What a technician begins with: a shop without contracts, and how to add one. */
static const char empty_ini[] =
  "[shop]\n"
  "name=%s\n"
  "register=01\n"
  "time-zone=Asia/Shanghai\n"
  "day-starts=04:00\n"
  "currency=CNY\n"
  "\n"
  "# One section for each contract; the README lists the keys of every type.\n"
  "#\n"
  "# [acquirer wechat]\n"
  "# type=wechat-pay\n"
  "# mode=direct\n"
  "# mchid=\n"
  "# appid=\n"
  "# serial-no=\n"
  "# private-key-file=keys/apiclient_key.pem\n"
  "# public-key-id=PUB_KEY_ID_\n"
  "# public-key-file=keys/pub_key.pem\n"
  "# store-out-id=\n"
  "# notify-url=https://\n"
  "#\n"
  "# [acquirer alipay]\n"
  "# type=alipay\n"
  "# app-id=\n"
  "# private-key-file=keys/app-private-key.pem\n"
  "# alipay-public-key-file=keys/alipay-public-key.pem\n"
  "\n"
  "# Cards and phones held to a reader: off. With a bare reader that is for tests with the acquirer,\n"
  "# and for use under its control; who takes money from the public uses a reader that the acquirer\n"
  "# has certified. (NFC 收款为收单机构联调/受控环境功能；正式收款须使用收单机构认证的读卡终端。)\n"
  "#\n"
  "# [nfc]\n"
  "# mode=sandbox\n"
  "# mode=acquirer-approved\n"
  "# reader=auto\n";

static gboolean
found_row_cb (const TillRow *row,
              gpointer       user_data)
{
  *(gboolean *) user_data = TRUE;

  return FALSE;
}

/* What a crash left before it had a profile.ini: a journal in which nothing ever happened. */
static gboolean
is_unused (const char *path)
{
  g_autoptr (TillJournal) journal = till_journal_open (path, TILL_JOURNAL_READ_ONLY, NULL);
  gboolean has_row = FALSE;

  return journal && till_journal_each_row (journal, 0, 0, found_row_cb, &has_row, NULL) && !has_row;
}

static gboolean
make_journal (const char *dir,
              GError    **error)
{
  g_autofree char *path = g_build_filename (dir, "journal.db", NULL);
  g_autoptr (GError) fault = NULL;

  if (till_journal_create (path, &fault) ||
      (g_error_matches (fault, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS) && is_unused (path)))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&fault));
  return FALSE;
}

static char *
read_resource (const char *name,
               GError    **error)
{
  g_autofree char *path = g_strconcat (SANDBOX, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, error);

  return bytes ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

/* keys.txt: which of the bundled files becomes which file of the keys folder. */
static gboolean
copy_keys (const char *dir,
           GError    **error)
{
  g_autofree char *list = read_resource ("keys.txt", error);
  g_auto (GStrv) lines = list ? g_strsplit (list, "\n", -1) : NULL;

  for (guint i = 0; lines && lines[i]; i++) {
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_auto (GStrv) words = g_strsplit_set (lines[i], " \t", -1);
    g_auto (GStrv) pair = NULL;
    g_autofree char *content = NULL;

    if (lines[i][0] == '#' || lines[i][0] == '\0')
      continue;
    for (guint word = 0; words[word]; word++) {
      if (words[word][0] != '\0')
        g_strv_builder_add (builder, words[word]);
    }
    pair = g_strv_builder_end (builder);
    g_assert (g_strv_length (pair) == 2);
    content = read_resource (pair[0], error);
    if (!content || !till_profile_add_key (dir, pair[1], content, error))
      return FALSE;
  }

  return lines != NULL;
}

/* The profile.ini comes last: where it is, all is, and what was left half made is made again. */
static gboolean
make_profile (const char *dir,
              const char *ini_text,
              gboolean    with_keys,
              GError    **error)
{
  g_autofree char *journal = g_build_filename (dir, "journal.db", NULL);

  if (!till_profile_prepare (dir, ini_text, error) || !make_journal (dir, error))
    return FALSE;
  if ((!with_keys || copy_keys (dir, error)) && till_profile_create (dir, ini_text, error))
    return TRUE;

  g_unlink (journal);
  return FALSE;
}

static char *
demo_ini (const char *shop_name,
          const char *sandbox_url,
          GError    **error)
{
  g_autofree char *text = read_resource ("demo-profile.ini", error);
  g_autoptr (GString) ini = NULL;

  if (!text)
    return NULL;

  ini = g_string_new (text);
  if (sandbox_url)
    g_string_replace (ini, DEMO_URL, sandbox_url, 0);
  if (shop_name) {
    const char *name = strstr (ini->str, "name=") + strlen ("name=");
    gssize start = name - ini->str;

    g_string_erase (ini, start, (gssize) strcspn (name, "\n"));
    g_string_insert (ini, start, shop_name);
  }

  return g_string_free (g_steal_pointer (&ini), FALSE);
}

/**
 * till_setup_empty:
 * @dir: the profile's folder, made where it does not exist
 * @shop_name: (nullable): what receipts say
 * @error: a #TillProfileError, %TILL_PROFILE_ERROR_EXISTS where there is a profile, or of the
 *   journal
 *
 * Makes a profile without contracts, its keys folder and an empty journal. Overwrites nothing.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_setup_empty (const char *dir,
                  const char *shop_name,
                  GError    **error)
{
  g_autoptr (GString) ini = g_string_new (empty_ini);

  g_string_replace (ini, "%s", shop_name ? shop_name : "Till", 1);

  return make_profile (dir, ini->str, FALSE, error);
}

/**
 * till_setup_demo:
 * @dir: the profile's folder, made where it does not exist
 * @shop_name: (nullable): instead of the demo shop's
 * @sandbox_url: (nullable): where the sandbox listens, "https://127.0.0.1:8443" by default
 * @error: as for till_setup_empty()
 *
 * Makes a profile whose acquirers are the bundled sandbox, with its test keys.
 *
 * Returns: %FALSE with @error
 */
gboolean
till_setup_demo (const char *dir,
                 const char *shop_name,
                 const char *sandbox_url,
                 GError    **error)
{
  g_autofree char *ini = demo_ini (shop_name, sandbox_url, error);

  return ini && make_profile (dir, ini, TRUE, error);
}

/**
 * till_setup_is_taken:
 *
 * Returns: whether @error says that there is a profile already
 */
gboolean
till_setup_is_taken (const GError *error)
{
  return g_error_matches (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_EXISTS) ||
         g_error_matches (error, TILL_JOURNAL_ERROR, TILL_JOURNAL_ERROR_EXISTS);
}
