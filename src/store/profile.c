/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/profile-private.h"

#include "core/money.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (till-profile-error-quark, till_profile_error)

/* Each says what is wrong with a value, or NULL. */
typedef const char *(*CheckFunc) (const char *value);

static const char *
check_any (const char *value)
{
  return NULL;
}

static const char *
check_register (const char *value)
{
  for (const char *at = value; *at; at++)
    if (!g_ascii_isalnum (*at))
      return _("a register is one to eight letters or digits, like 01");

  return strlen (value) <= 8 ? NULL : _("a register is one to eight letters or digits, like 01");
}

static const char *
check_zone (const char *value)
{
  g_autoptr (TillDay) day = till_day_new (value, "00:00", NULL);

  return day ? NULL : _("there is no such time zone; name one like Asia/Shanghai");
}

static const char *
check_day_starts (const char *value)
{
  g_autoptr (TillDay) day = till_day_new ("UTC", value, NULL);

  return day ? NULL : _("a business day starts between 00:00 and 12:59, like 04:00");
}

static const char *
check_currency (const char *value)
{
  return strcmp (value, "CNY") == 0 ? NULL : _("the currency is CNY");
}

static const char *
check_amount (const char *value)
{
  gint64 amount_fen;

  return till_money_parse (value, &amount_fen, NULL)
             ? NULL : _("an amount in yuan is wanted, like 200.00");
}

static const char *
check_hours (const char *value)
{
  guint64 hours;

  return g_ascii_string_to_unsigned (value, 10, 1, 8760, &hours, NULL)
             ? NULL : _("a number of hours is wanted, 1 to 8760");
}

/* To look for a reader at a serial port is to write to whatever is there: the port is named. */
static const char *
check_nfc_reader (const char *value)
{
  static const char *const alone[] = { "auto", "acr122_usb", "pn53x_usb", NULL };
  static const char *const named[] = {
    "pcsc:", "pn532_uart:", "acr122_usb:", "pn53x_usb:", "acr122s:", "arygon:", "pn532_i2c:",
    "pn532_spi:", NULL,
  };

  if (g_strv_contains (alone, value))
    return NULL;
  for (guint i = 0; named[i]; i++) {
    if (g_str_has_prefix (value, named[i]) && value[strlen (named[i])] != '\0')
      return NULL;
  }

  return _("auto, pcsc:NAME or a reader of libnfc's is wanted, like "
           "pn532_uart:/dev/ttyUSB0:115200");
}

static const char *
check_nfc_mode (const char *value)
{
  static const char *const modes[] = { "off", "sandbox", "acquirer-approved", NULL };

  return g_strv_contains (modes, value) ? NULL : _("one of off, sandbox, acquirer-approved is "
                                                   "wanted");
}

static const char *
check_beside_code (const char *value)
{
  static const char *const words[] = { "cards", "link", "nothing", NULL };

  return g_strv_contains (words, value) ? NULL : _("one of cards, link, nothing is wanted");
}

static const char *
check_link_on (const char *value)
{
  static const char *const words[] = { "pn532_uart", "any-reader", NULL };

  return g_strv_contains (words, value) ? NULL : _("one of pn532_uart, any-reader is wanted");
}

/* A camera may have any name, but one that looks like a word of ours. */
static const char *
check_camera (const char *value)
{
  static const char *const words[] = { "auto", "portal" };
  static const char *const prefixes[] = { "file:", "gst:", "/dev/" };
  gboolean is_wrong = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    is_wrong |= g_ascii_strcasecmp (value, words[i]) == 0 && strcmp (value, words[i]) != 0;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    is_wrong |= strcmp (value, prefixes[i]) == 0;

  return is_wrong ? _("a camera is auto, portal, a name, a path like /dev/video2, or file: and a "
                      "pattern") : NULL;
}

static const char *
check_yes_no (const char *value)
{
  return strcmp (value, "yes") == 0 || strcmp (value, "no") == 0 ? NULL : _("yes or no is wanted");
}

static const char *
check_url (const char *value)
{
  return g_str_has_prefix (value, "postgresql://")
             ? NULL : _("an address like postgresql://… is wanted");
}

static const char *
check_width (const char *value)
{
  return strcmp (value, "58") == 0 || strcmp (value, "80") == 0
             ? NULL : _("the paper is 58 or 80 mm wide");
}

/* Every section and key there is, but for an acquirer's, which the acquirer knows. A key that ends
 * in '*' stands for all that begin so. */
static const struct {
  const char *section;
  const char *key;
  CheckFunc   check;
  const char *otherwise;   /* NULL: none */
} known[] = {
  { "shop",        "name",            check_any,        NULL },
  { "shop",        "register",        check_register,   "01" },
  { "shop",        "time-zone",       check_zone,       "Asia/Shanghai" },
  { "shop",        "day-starts",      check_day_starts, "04:00" },
  { "shop",        "currency",        check_currency,   "CNY" },
  { "shop",        "codes-at-once",   check_yes_no,     "no" },
  { "nfc",         "reader",          check_nfc_reader, "auto" },
  { "nfc",         "mode",            check_nfc_mode,   "off" },
  { "nfc",         "beside-code",     check_beside_code, "cards" },
  { "nfc",         "link-on",         check_link_on,    "pn532_uart" },
  { "camera",      "device",          check_camera,     "auto" },
  { "camera",      "stays-on",        check_yes_no,     "no" },
  { "offline",     "limit-per-sale",  check_amount,     NULL },
  { "offline",     "limit-total",     check_amount,     NULL },
  { "offline",     "limit-hours",     check_hours,      NULL },
  { "offline",     "static-code-*",   check_any,        NULL },
  { "head-office", "url",             check_url,        NULL },
  { "head-office", "ca-file",         check_any,        NULL },
  { "printer",     "device",          check_any,        "none" },
  { "printer",     "width",           check_width,      "58" },
};

static gboolean
matches (const char *pattern,
         const char *key)
{
  gsize length = strlen (pattern);

  if (pattern[length - 1] == '*')
    return strncmp (pattern, key, length - 1) == 0 && strlen (key) >= length;

  return strcmp (pattern, key) == 0;
}

/* FALSE where the section is unknown; @index is N_ELEMENTS where it has no such key. */
static gboolean
find_known (const char *section,
            const char *key,
            guint      *index)
{
  gboolean has_section = FALSE;

  for (*index = 0; *index < G_N_ELEMENTS (known); (*index)++) {
    gboolean is_section = strcmp (known[*index].section, section) == 0;

    has_section |= is_section;
    if (is_section && key && matches (known[*index].key, key))
      break;
  }

  return has_section;
}

static gboolean
refuse (const TillIni *ini,
        guint          line,
        GError       **error,
        const char    *name,
        const char    *what)
{
  g_autofree char *message = g_strconcat (name, ": ", what, NULL);

  g_propagate_error (error, till_ini_fault (ini, line, TILL_PROFILE_ERROR_VALUE, message));
  return FALSE;
}

static gboolean
check_entries (const TillIni        *ini,
               const TillIniSection *section,
               GError              **error)
{
  for (guint i = 0; i < section->entries->len; i++) {
    const TillIniEntry *entry = section->entries->pdata[i];
    const char *what;
    guint index;

    find_known (section->name, entry->key, &index);
    if (index == G_N_ELEMENTS (known))
      return refuse (ini, entry->line, error, entry->key,
                     _("there is no such key in this section"));
    what = known[index].check (entry->value);
    if (what)
      return refuse (ini, entry->line, error, entry->key, what);
  }

  return TRUE;
}

/* An id names files and stands in rows. */
static gboolean
is_acquirer_id (const char *id)
{
  gsize length = strlen (id);

  for (const char *at = id; *at; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
      return FALSE;

  return length >= 1 && length <= 32;
}

static gboolean
check_acquirer (const TillIni        *ini,
                const TillIniSection *section,
                GError              **error)
{
  const char *id = section->name + strlen (TILL_PROFILE_ACQUIRER_PREFIX);

  if (!is_acquirer_id (id))
    return refuse (ini, section->line, error, id,
                   _("an acquirer's name is up to 32 letters, digits and dashes"));
  if (!till_ini_find_entry (section, "type"))
    return refuse (ini, section->line, error, "type",
                   _("the acquirer has none; add type=wechat-pay or another of the table in the "
                     "handbook"));

  return TRUE;
}

static gboolean
check_section (const TillIni        *ini,
               const TillIniSection *section,
               GError              **error)
{
  guint index;

  if (g_str_has_prefix (section->name, TILL_PROFILE_ACQUIRER_PREFIX))
    return check_acquirer (ini, section, error);
  if (!find_known (section->name, NULL, &index))
    return refuse (ini, section->line, error, section->name, _("there is no such section"));

  return check_entries (ini, section, error);
}

static gboolean
check_shop (const TillIni *ini,
            GError       **error)
{
  const TillIniSection *shop = till_ini_find_section (ini, "shop");

  if (till_ini_find_entry (shop, "name"))
    return TRUE;

  return refuse (ini, shop ? shop->line : 1, error, "[shop]",
                 _("the shop has no name; add name=… to this section"));
}

/* Only a reader that is named can be a tag, and most of them hang afterwards. */
static gboolean
check_link (const TillIni *ini,
            GError       **error)
{
  const TillIniSection *nfc = till_ini_find_section (ini, "nfc");
  const TillIniEntry *beside = nfc ? till_ini_find_entry (nfc, "beside-code") : NULL;
  const TillIniEntry *reader = nfc ? till_ini_find_entry (nfc, "reader") : NULL;
  const TillIniEntry *link_on = nfc ? till_ini_find_entry (nfc, "link-on") : NULL;
  const char *name = reader ? reader->value : "auto";
  const gboolean is_any = link_on && strcmp (link_on->value, "any-reader") == 0;

  if (!beside || strcmp (beside->value, "link") != 0 || g_str_has_prefix (name, "pn532_uart:") ||
      (is_any && strcmp (name, "auto") != 0 && !g_str_has_prefix (name, "pcsc:")))
    return TRUE;

  return refuse (ini, beside->line, error, "beside-code",
                 _("link needs a reader that can be a tag, by its name, like "
                   "reader=pn532_uart:/dev/ttyUSB0:115200; others of libnfc's only with "
                   "link-on=any-reader"));
}

/* Takes the whole text in and checks it. */
static TillIni *
parse (const char *path,
       const char *text,
       gsize       n_bytes,
       GError    **error)
{
  g_autoptr (TillIni) ini = till_ini_parse (path, text, n_bytes, error);

  if (!ini)
    return NULL;

  for (guint i = 0; i < ini->sections->len; i++)
    if (!check_section (ini, ini->sections->pdata[i], error))
      return NULL;

  return check_shop (ini, error) && check_link (ini, error) ? g_steal_pointer (&ini) : NULL;
}

/**
 * till_profile_check:
 * @path: the name that errors show
 * @text: what would stand in profile.ini
 * @error: set to %TILL_PROFILE_ERROR_SYNTAX or _VALUE, with file and line
 *
 * Returns: whether till_profile_load() would take it
 */
gboolean
till_profile_check (const char *path,
                    const char *text,
                    GError    **error)
{
  g_autoptr (TillIni) ini = parse (path, text, strlen (text), error);

  return ini != NULL;
}

static TillIni *
load_ini (const char *dir,
          GError    **error)
{
  g_autofree char *path = g_build_filename (dir, "profile.ini", NULL);
  g_autofree char *text = NULL;
  gsize n_bytes;

  if (g_access (path, F_OK) != 0 && errno == ENOENT) {
    g_set_error (error, TILL_PROFILE_ERROR, TILL_PROFILE_ERROR_MISSING,
                 _("%s: there is no profile here; make one with till init"), path);
    return NULL;
  }
  if (!till_profile_read_file (path, TILL_PROFILE_MAX_BYTES, &text, &n_bytes, error))
    return NULL;

  return parse (path, text, n_bytes, error);
}

/**
 * till_profile_load:
 * @dir: the till's folder
 * @secret: (nullable): the desktop's secret service; outlives the profile and its settings
 * @error: set to a #TillProfileError; with file and line where the file is at fault
 *
 * Returns: (transfer full): the profile, or %NULL with @error
 */
TillProfile *
till_profile_load (const char       *dir,
                   const TillSecret *secret,
                   GError          **error)
{
  g_autoptr (TillIni) ini = NULL;
  TillProfile *self;

  g_return_val_if_fail (dir, NULL);

  ini = load_ini (dir, error);
  if (!ini)
    return NULL;

  self = g_new0 (TillProfile, 1);
  self->dir = g_canonicalize_filename (dir, NULL);
  self->ini = g_steal_pointer (&ini);
  self->secret = secret;
  self->acquirers = g_ptr_array_new ();
  for (guint i = 0; i < self->ini->sections->len; i++) {
    const TillIniSection *section = self->ini->sections->pdata[i];

    if (g_str_has_prefix (section->name, TILL_PROFILE_ACQUIRER_PREFIX))
      g_ptr_array_add (self->acquirers, section->name + strlen (TILL_PROFILE_ACQUIRER_PREFIX));
  }
  g_ptr_array_add (self->acquirers, NULL);
  self->day = till_day_new (till_profile_get (self, "shop", "time-zone"),
                            till_profile_get (self, "shop", "day-starts"), NULL);
  g_assert (self->day);

  return self;
}

void
till_profile_free (TillProfile *self)
{
  if (!self)
    return;

  g_free (self->dir);
  till_ini_free (self->ini);
  till_day_free (self->day);
  g_ptr_array_unref (self->acquirers);
  g_free (self);
}

/**
 * till_profile_get:
 * @section: "shop", "nfc", "camera", "offline", "head-office" or "printer"
 *
 * Returns: (transfer none) (nullable): the value, or what holds when the file does not say
 */
const char *
till_profile_get (const TillProfile *self,
                  const char        *section,
                  const char        *key)
{
  const TillIniEntry *entry = till_ini_find_entry (till_ini_find_section (self->ini, section), key);
  guint index;

  if (entry)
    return entry->value;

  find_known (section, key, &index);
  g_return_val_if_fail (index < G_N_ELEMENTS (known), NULL);

  return known[index].otherwise;
}

const char *
till_profile_get_dir (const TillProfile *self)
{
  return self->dir;
}

const char *
till_profile_get_shop_name (const TillProfile *self)
{
  return till_profile_get (self, "shop", "name");
}

const char *
till_profile_get_register (const TillProfile *self)
{
  return till_profile_get (self, "shop", "register");
}

const char *
till_profile_get_currency (const TillProfile *self)
{
  return till_profile_get (self, "shop", "currency");
}

const TillDay *
till_profile_get_day (const TillProfile *self)
{
  return self->day;
}

/**
 * till_profile_get_acquirers:
 *
 * Returns: (transfer none): their ids in the file's order, %NULL at the end
 */
const char *const *
till_profile_get_acquirers (const TillProfile *self)
{
  return (const char *const *) self->acquirers->pdata;
}

/**
 * till_profile_journal_path:
 *
 * Returns: (transfer full): where the shop's journal is
 */
char *
till_profile_journal_path (const TillProfile *self)
{
  return g_build_filename (self->dir, "journal.db", NULL);
}
