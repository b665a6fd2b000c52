/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/tag4.h"

#include <string.h>

/* Files and commands: NFC Forum, Type 4 Tag, mapping version 2.0. The record: NFC Forum, URI Record
 * Type Definition 1.0, 3.2.2. */

#define FILE_NONE         0x0000
#define FILE_CAPABILITY   0xe103
#define FILE_NDEF         0xe104

/* The longest link: it and its head fit one command's answers many times over. */
#define MAX_URI_BYTES 1024

/* Length, version, most that is read and written at once, and the file: it, its size, anyone may
 * read it, nobody write. */
static const guint8 capability[] = {
  0x00, 0x0f, 0x20, 0x00, TILL_TAG4_MAX_READ, 0x00, 0xff,
  0x04, 0x06, 0xe1, 0x04, 0xff, 0xfe, 0x00, 0xff,
};
static const guint8 application[] = { 0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01 };

static const struct {
  guint8      code;
  const char *begins;
} abbreviations[] = {
  { 0x02, "https://www." },
  { 0x01, "http://www." },
  { 0x04, "https://" },
  { 0x03, "http://" },
};

struct _TillTag4
{
  GByteArray *ndef;          /* its length, two bytes, and the message */
  gboolean    is_selected;
  guint       file;
  guint       n_read;        /* of the message, from its beginning without a gap */
  gboolean    was_read;
};

static void
append_record (GByteArray *ndef,
               const char *uri)
{
  guint8 code = 0x00;
  gsize n_payload;

  for (guint i = 0; i < G_N_ELEMENTS (abbreviations) && code == 0; i++) {
    if (g_str_has_prefix (uri, abbreviations[i].begins)) {
      code = abbreviations[i].code;
      uri += strlen (abbreviations[i].begins);
    }
  }
  n_payload = strlen (uri) + 1;
  /* The only record, of a well-known type; short where its length is one byte. */
  if (n_payload < 256)
    g_byte_array_append (ndef, (const guint8[]) { 0xd1, 0x01, (guint8) n_payload }, 3);
  else
    g_byte_array_append (ndef, (const guint8[]) { 0xc1, 0x01, 0x00, 0x00, (guint8) (n_payload >> 8),
                                                  (guint8) n_payload }, 6);
  g_byte_array_append (ndef, (const guint8[]) { 'U', code }, 2);
  g_byte_array_append (ndef, (const guint8 *) uri, (guint) strlen (uri));
}

/**
 * till_tag4_new:
 * @uri: what a phone shall open, at most 1024 bytes
 *
 * Returns: (transfer full) (nullable): the tag; %NULL where @uri is empty or too long
 */
TillTag4 *
till_tag4_new (const char *uri)
{
  TillTag4 *self;

  if (uri[0] == '\0' || strlen (uri) > MAX_URI_BYTES)
    return NULL;

  self = g_new0 (TillTag4, 1);
  self->ndef = g_byte_array_new ();
  g_byte_array_set_size (self->ndef, 2);
  append_record (self->ndef, uri);
  self->ndef->data[0] = (guint8) ((self->ndef->len - 2) >> 8);
  self->ndef->data[1] = (guint8) (self->ndef->len - 2);

  return self;
}

void
till_tag4_free (TillTag4 *self)
{
  g_byte_array_unref (self->ndef);
  g_free (self);
}

/**
 * till_tag4_was_read:
 *
 * Returns: whether a phone has read the whole message since this was asked last
 */
gboolean
till_tag4_was_read (TillTag4 *self)
{
  const gboolean was_read = self->was_read;

  self->was_read = FALSE;

  return was_read;
}

static guint
select_file (TillTag4     *self,
             const guint8 *capdu,
             gsize         n_bytes)
{
  const gsize n_name = n_bytes > 5 ? capdu[4] : 0;
  const guint8 *name = capdu + 5;

  if (n_name == 0 || n_bytes < 5 + n_name)
    return 0x6700;
  if (capdu[2] == 0x04) {
    self->is_selected = n_name == sizeof application && memcmp (name, application, n_name) == 0;
    self->file = FILE_NONE;
    self->n_read = 0;
    return self->is_selected ? 0x9000 : 0x6a82;
  }
  if (capdu[2] != 0x00 || n_name != 2 || !self->is_selected)
    return 0x6a82;

  self->file = (guint) name[0] << 8 | name[1];
  if (self->file != FILE_CAPABILITY && self->file != FILE_NDEF)
    self->file = FILE_NONE;

  return self->file ? 0x9000 : 0x6a82;
}

static guint
read_file (TillTag4     *self,
           const guint8 *capdu,
           gsize         n_bytes,
           GByteArray   *rapdu)
{
  const guint8 *bytes = self->file == FILE_NDEF ? self->ndef->data : capability;
  const guint size = self->file == FILE_NDEF ? self->ndef->len : sizeof capability;
  const guint offset = (guint) capdu[2] << 8 | capdu[3];
  guint n = n_bytes > 4 ? capdu[4] : 0;

  if (self->file == FILE_NONE)
    return 0x6986;
  if (n_bytes != 5)
    return 0x6700;
  if (offset >= size)
    return 0x6b00;

  n = MIN (MIN (n ? n : 256, TILL_TAG4_MAX_READ), size - offset);
  g_byte_array_append (rapdu, bytes + offset, n);
  if (self->file == FILE_NDEF && offset <= self->n_read)
    self->n_read = MAX (self->n_read, offset + n);
  self->was_read = self->was_read || self->n_read >= self->ndef->len;

  return 0x9000;
}

/**
 * till_tag4_answer:
 * @capdu: a phone's command
 * @rapdu: gets the answer and its status word
 *
 * Plays the tag. What it does not know it refuses, as tags do.
 */
void
till_tag4_answer (TillTag4     *self,
                  const guint8 *capdu,
                  gsize         n_bytes,
                  GByteArray   *rapdu)
{
  guint status;

  if (n_bytes < 4)
    status = 0x6700;
  else if (capdu[0] != 0x00)
    status = 0x6e00;
  else if (capdu[1] == 0xa4)
    status = select_file (self, capdu, n_bytes);
  else if (capdu[1] == 0xb0)
    status = read_file (self, capdu, n_bytes, rapdu);
  else
    status = 0x6d00;

  g_byte_array_append (rapdu, (const guint8[]) { (guint8) (status >> 8), (guint8) status }, 2);
}
