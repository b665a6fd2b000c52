/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-qr.h"

#include <string.h>

#include "code/emv-rules.h"

/* EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1: id, length and value,
 * the length in characters, the checksum over bytes of UTF-8. */

#define ID_CHARS     2
#define HEAD_CHARS   4
#define LENGTH_MOST  99
#define CRC_HEAD     "6304"
#define CRC_CHARS    8

/* Templates: ids, and which of the ids within may be templates again. */
static const struct {
  guint first;
  guint last;
  guint inner_first;
} templates[] = {
  { 26, 51, 1 },   /* a network's own: 00 is its name */
  { 62, 62, 50 },  /* additional data: 50–99 are payment systems' own */
  { 64, 64, 100 }, /* the merchant in another language */
  { 80, 99, 1 },   /* unreserved: 00 is whose */
};

static const char *const fault_words[TILL_N_EMV_FAULTS] = {
  [TILL_EMV_FAULT_NOT_UTF8]    = "not-utf8",
  [TILL_EMV_FAULT_TRUNCATED]   = "truncated",
  [TILL_EMV_FAULT_ID]          = "id",
  [TILL_EMV_FAULT_LENGTH]      = "length",
  [TILL_EMV_FAULT_PAST_END]    = "past-end",
  [TILL_EMV_FAULT_DUPLICATE]   = "duplicate",
  [TILL_EMV_FAULT_NOT_FIRST]   = "not-first",
  [TILL_EMV_FAULT_FORMAT]      = "format",
  [TILL_EMV_FAULT_NOT_LAST]    = "not-last",
  [TILL_EMV_FAULT_CHECKSUM]    = "checksum",
  [TILL_EMV_FAULT_MISSING]     = "missing",
  [TILL_EMV_FAULT_SIZE]        = "size",
  [TILL_EMV_FAULT_CHARACTERS]  = "characters",
  [TILL_EMV_FAULT_AMOUNT]      = "amount",
  [TILL_EMV_FAULT_DECIMALS]    = "decimals",
  [TILL_EMV_FAULT_PERCENTAGE]  = "percentage",
  [TILL_EMV_FAULT_NOT_WITH_55] = "not-with-55",
};

/* What is being read: a level, and where it stands. */
typedef struct {
  const char *text;
  const char *end;
  const char *path;    /* "" or "62" */
  GArray     *notes;   /* NULL: only look whether it is well formed */
} Level;

static void
object_free (gpointer pointer)
{
  TillEmvObject *object = pointer;

  g_clear_pointer (&object->children, g_ptr_array_unref);
  g_free (object->value);
  g_free (object);
}

static GPtrArray *
objects_new (void)
{
  return g_ptr_array_new_with_free_func (object_free);
}

static void
note (GArray       *notes,
      TillEmvFault  fault,
      const char   *path,
      const char   *id)
{
  TillEmvNote entry = { .fault = fault };

  if (!notes)
    return;

  g_snprintf (entry.where, sizeof entry.where, "%s%s%s", path, path[0] && id[0] ? "." : "", id);
  g_array_append_val (notes, entry);
}

static gboolean
are_digits (const char *text)
{
  return g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1]);
}

static guint
two_digits (const char *text)
{
  return (guint) (text[0] - '0') * 10 + (guint) (text[1] - '0');
}

static TillEmvObject *
find_object (const GPtrArray *objects,
             const char      *id)
{
  for (guint i = 0; objects && i < objects->len; i++) {
    TillEmvObject *object = g_ptr_array_index (objects, i);

    if (strncmp (object->id, id, ID_CHARS) == 0)
      return object;
  }

  return NULL;
}

/* Where @n_chars of UTF-8 end; NULL where there are fewer. */
static const char *
skip_chars (const char *text,
            const char *end,
            guint       n_chars)
{
  for (; n_chars > 0; n_chars--) {
    if (text >= end)
      return NULL;
    text = g_utf8_next_char (text);
  }

  return text;
}

static gboolean
read_object (Level     *level,
             GPtrArray *objects)
{
  const char *head = level->text;
  TillEmvObject *object;
  const char *after;

  if (level->end - head < HEAD_CHARS) {
    note (level->notes, TILL_EMV_FAULT_TRUNCATED, level->path, "");
    return FALSE;
  }
  if (!are_digits (head)) {
    note (level->notes, TILL_EMV_FAULT_ID, level->path, "");
    return FALSE;
  }

  object = g_new0 (TillEmvObject, 1);
  memcpy (object->id, head, ID_CHARS);
  if (find_object (objects, object->id))
    note (level->notes, TILL_EMV_FAULT_DUPLICATE, level->path, object->id);
  g_ptr_array_add (objects, object);

  after = are_digits (head + ID_CHARS)
            ? skip_chars (head + HEAD_CHARS, level->end, two_digits (head + ID_CHARS)) : NULL;
  object->value = g_strndup (head + HEAD_CHARS,
                             (gsize) ((after ? after : level->end) - head - HEAD_CHARS));
  if (!are_digits (head + ID_CHARS) || two_digits (head + ID_CHARS) == 0)
    note (level->notes, TILL_EMV_FAULT_LENGTH, level->path, object->id);
  else if (!after)
    note (level->notes, TILL_EMV_FAULT_PAST_END, level->path, object->id);

  level->text = after;
  return after && two_digits (head + ID_CHARS) > 0;
}

/* All of them, or those before the first that cannot be read. */
static gboolean
read_level (Level     *level,
            GPtrArray *objects)
{
  while (level->text < level->end) {
    if (!read_object (level, objects))
      return FALSE;
  }

  return TRUE;
}

/* Whether a value within a template is a template too is not said anywhere: it is one where it
 * begins with an owner's name and all of it reads as one. */
static void
look_within (TillEmvObject *object,
             guint          inner_first)
{
  Level level = { object->value, object->value + strlen (object->value), "", NULL };
  g_autoptr (GPtrArray) children = objects_new ();

  if (two_digits (object->id) >= inner_first && g_str_has_prefix (object->value, "00") &&
      read_level (&level, children))
    object->children = g_steal_pointer (&children);
}

static void
read_template (TillEmvObject *object,
               guint          inner_first,
               GArray        *errors)
{
  Level level = { object->value, object->value + strlen (object->value), object->id, errors };
  GPtrArray *children = objects_new ();

  if (!read_level (&level, children)) {
    g_ptr_array_unref (children);
    return;
  }

  object->children = children;
  for (guint i = 0; i < children->len; i++)
    look_within (g_ptr_array_index (children, i), inner_first);
}

static void
read_templates (TillEmvObject *object,
                GArray        *errors)
{
  guint id = two_digits (object->id);

  for (guint i = 0; i < G_N_ELEMENTS (templates); i++) {
    if (id >= templates[i].first && id <= templates[i].last)
      read_template (object, templates[i].inner_first, errors);
  }
}

static void
check_ends (TillEmvQr *qr)
{
  guint n_objects = qr->objects->len;
  const TillEmvObject *first = n_objects ? g_ptr_array_index (qr->objects, 0) : NULL;
  const TillEmvObject *last = n_objects ? g_ptr_array_index (qr->objects, n_objects - 1) : NULL;

  if (!first || strcmp (first->id, "00") != 0)
    note (qr->errors, TILL_EMV_FAULT_NOT_FIRST, "", "00");
  else if (strcmp (first->value, "01") != 0)
    note (qr->errors, TILL_EMV_FAULT_FORMAT, "", "00");
  if (!last || strcmp (last->id, "63") != 0)
    note (qr->errors, TILL_EMV_FAULT_NOT_LAST, "", "63");
}

/* Over the bytes, whatever they are: also of a text that is not UTF-8. Some write it in lower
 * case. */
static void
check_sum (TillEmvQr  *qr,
           const char *text)
{
  gsize n_bytes = strlen (text);
  char crc[5];

  if (n_bytes < CRC_CHARS || strncmp (text + n_bytes - CRC_CHARS, CRC_HEAD, 4) != 0)
    return;

  g_snprintf (crc, sizeof crc, "%04X", till_emv_crc (text, n_bytes - 4));
  if (g_ascii_strcasecmp (crc, text + n_bytes - 4) != 0)
    note (qr->errors, TILL_EMV_FAULT_CHECKSUM, "", "63");
}

/**
 * till_emv_crc:
 *
 * Returns: CRC-16 with polynomial 0x1021 from 0xFFFF, not reflected
 */
guint16
till_emv_crc (const char *bytes,
              gsize       n_bytes)
{
  guint16 crc = 0xffff;

  for (gsize i = 0; i < n_bytes; i++) {
    crc ^= (guint16) ((guint8) bytes[i] << 8);
    for (guint bit = 0; bit < 8; bit++)
      crc = (guint16) (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
  }

  return crc;
}

/**
 * till_emv_qr_decode:
 * @text: as scanned
 *
 * Reads a merchant-presented code as far as it can be read.
 *
 * Returns: (transfer full): what was read; it says something only where there are no errors
 */
TillEmvQr *
till_emv_qr_decode (const char *text)
{
  TillEmvQr *qr = g_new0 (TillEmvQr, 1);
  Level level = { text, text + strlen (text), "", NULL };

  qr->objects = objects_new ();
  qr->errors = g_array_new (FALSE, FALSE, sizeof (TillEmvNote));
  qr->warnings = g_array_new (FALSE, FALSE, sizeof (TillEmvNote));
  level.notes = qr->errors;

  if (!g_utf8_validate (text, -1, NULL)) {
    note (qr->errors, TILL_EMV_FAULT_NOT_UTF8, "", "");
  } else if (read_level (&level, qr->objects)) {
    for (guint i = 0; i < qr->objects->len; i++)
      read_templates (g_ptr_array_index (qr->objects, i), qr->errors);
    check_ends (qr);
  }
  check_sum (qr, text);
  if (qr->errors->len == 0)
    till_emv_qr_check_rules (qr);

  return qr;
}

void
till_emv_qr_free (TillEmvQr *qr)
{
  if (!qr)
    return;

  g_ptr_array_unref (qr->objects);
  g_array_unref (qr->errors);
  g_array_unref (qr->warnings);
  g_free (qr);
}

/**
 * till_emv_qr_get:
 * @path: ids joined by stops, "62.05"
 *
 * Returns: (nullable): the value, of a template its whole text
 */
const char *
till_emv_qr_get (const TillEmvQr *qr,
                 const char      *path)
{
  const GPtrArray *objects = qr->objects;
  const TillEmvObject *object = NULL;

  do {
    object = find_object (objects, path);
    if (!object)
      return NULL;
    objects = object->children;
    path += ID_CHARS;
  } while (*path++ == '.');

  return object->value;
}

/**
 * till_emv_qr_get_amount_fen:
 * @amount_fen: (out): the amount that the code asks for
 *
 * Returns: %FALSE where the code has none in yuan that can be paid
 */
gboolean
till_emv_qr_get_amount_fen (const TillEmvQr *qr,
                            gint64          *amount_fen)
{
  const char *text = till_emv_qr_get (qr, "54");
  const char *stop = text ? strchr (text, '.') : NULL;
  gint64 fen;

  if (!text || g_strcmp0 (till_emv_qr_get (qr, "53"), "156") != 0)
    return FALSE;
  for (guint i = 0; i < qr->warnings->len; i++) {
    if (strcmp (g_array_index (qr->warnings, TillEmvNote, i).where, "54") == 0)
      return FALSE;
  }

  fen = g_ascii_strtoll (text, NULL, 10) * 100;
  if (stop && stop[1])
    fen += (stop[1] - '0') * 10 + (stop[2] ? stop[2] - '0' : 0);
  *amount_fen = fen;

  return qr->errors->len == 0 && fen > 0;
}

static void
remove_object (GPtrArray  *objects,
               const char *id)
{
  for (guint i = objects->len; i > 0; i--) {
    const TillEmvObject *object = g_ptr_array_index (objects, i - 1);

    if (strncmp (object->id, id, ID_CHARS) == 0)
      g_ptr_array_remove_index (objects, i - 1);
  }
}

/* By ids, as the specification's own examples have it. */
static TillEmvObject *
add_object (GPtrArray  *objects,
            const char *id)
{
  TillEmvObject *object = g_new0 (TillEmvObject, 1);
  guint at = 0;

  memcpy (object->id, id, ID_CHARS);
  object->value = g_strdup ("");
  while (at < objects->len &&
         strncmp (((TillEmvObject *) g_ptr_array_index (objects, at))->id, id, ID_CHARS) < 0)
    at++;
  g_ptr_array_insert (objects, (gint) at, object);

  return object;
}

static gboolean
path_fits (const char *path)
{
  gsize n_chars = strlen (path);

  if (n_chars % 3 != 2 || n_chars > 8)
    return FALSE;
  for (; are_digits (path); path += 3) {
    if (path[2] == '\0')
      return TRUE;
    if (path[2] != '.')
      return FALSE;
  }

  return FALSE;
}

/**
 * till_emv_qr_set:
 * @path: ids joined by stops, "62.05"; templates on the way are made
 * @value: (nullable): %NULL takes the object away
 *
 * Sets an object. What rules it breaks is found by till_emv_qr_encode().
 *
 * Returns: %FALSE where @path is none, or goes through something that is no template
 */
gboolean
till_emv_qr_set (TillEmvQr  *qr,
                 const char *path,
                 const char *value)
{
  GPtrArray *objects = qr->objects;
  TillEmvObject *object;

  if (!path_fits (path))
    return FALSE;

  for (; path[2] == '.'; path += 3) {
    object = find_object (objects, path);
    if (!object && !value)
      return TRUE;
    if (!object)
      object = add_object (objects, path);
    if (!object->children && object->value[0])
      return FALSE;
    if (!object->children)
      object->children = objects_new ();
    objects = object->children;
  }

  remove_object (objects, path);
  if (value) {
    object = add_object (objects, path);
    g_free (object->value);
    object->value = g_strdup (value);
  }

  return TRUE;
}

static char *
write_level (const GPtrArray *objects,
             gboolean        *fits)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (objects, i);
    g_autofree char *value = object->children ? write_level (object->children, fits)
                                              : g_strdup (object->value);
    glong n_chars = g_utf8_strlen (value, -1);

    *fits = *fits && n_chars <= LENGTH_MOST;
    if (n_chars > 0)
      g_string_append_printf (text, "%s%02ld%s", object->id, n_chars, value);
  }

  return g_string_free (text, FALSE);
}

/**
 * till_emv_qr_encode:
 * @qr: its checksum is made anew, and 00 is written whether it is there or not
 * @read_back: (out): what the written text says when it is read; where it has errors or
 *   warnings nothing is returned. Owned by the caller in any case
 *
 * Writes a code that keeps all rules.
 *
 * Returns: (transfer full) (nullable): the text
 */
char *
till_emv_qr_encode (const TillEmvQr  *qr,
                    TillEmvQr       **read_back)
{
  g_autoptr (GPtrArray) objects = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new ("000201");
  g_autofree char *rest = NULL;
  gboolean fits = TRUE;

  for (guint i = 0; i < qr->objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (qr->objects, i);

    if (strcmp (object->id, "00") != 0 && strcmp (object->id, "63") != 0)
      g_ptr_array_add (objects, (gpointer) object);
  }
  rest = write_level (objects, &fits);
  g_string_append (text, rest);
  g_string_append (text, CRC_HEAD);
  g_string_append_printf (text, "%04X", till_emv_crc (text->str, text->len));

  *read_back = till_emv_qr_decode (text->str);
  if (!fits)
    note ((*read_back)->errors, TILL_EMV_FAULT_SIZE, "", "");

  return (*read_back)->errors->len == 0 && (*read_back)->warnings->len == 0
           ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * till_emv_fault_to_word:
 *
 * Returns: the fault's word in JSON
 */
const char *
till_emv_fault_to_word (TillEmvFault fault)
{
  g_return_val_if_fail ((guint) fault < TILL_N_EMV_FAULTS, "");

  return fault_words[fault];
}
