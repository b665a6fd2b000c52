/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/span.h"

#include <string.h>

/* json-glib reads nested values by recursion; no answer of a wallet is deeper than ten. */
#define DEPTH_MAX 64

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *
skip_blanks (const char *p,
             const char *end)
{
  while (p < end && is_blank (*p))
    p++;

  return p;
}

/* @p is at the opening quote; returns what follows the closing one, or NULL. */
static const char *
skip_string (const char *p,
             const char *end)
{
  for (p++; p < end; p++) {
    if (*p == '"')
      return p + 1;
    if (*p == '\\')
      p++;
  }

  return NULL;
}

/* Skips an object or an array by counting brackets outside strings; returns NULL where they do not
 * match. What is between them is read, after the signature was verified, by json-glib. */
static const char *
skip_nested (const char *p,
             const char *end)
{
  char open[DEPTH_MAX];
  guint depth = 0;

  while (p && p < end) {
    if (*p == '"') {
      p = skip_string (p, end);
      continue;
    }
    if (*p == '{' || *p == '[') {
      if (depth == DEPTH_MAX)
        return NULL;
      open[depth++] = *p == '{' ? '}' : ']';
    } else if (*p == '}' || *p == ']') {
      if (open[--depth] != *p)
        return NULL;
      if (depth == 0)
        return p + 1;
    }
    p++;
  }

  return NULL;
}

static const char *
skip_value (const char *p,
            const char *end)
{
  const char *start = p;

  if (p >= end)
    return NULL;
  if (*p == '"')
    return skip_string (p, end);
  if (*p == '{' || *p == '[')
    return skip_nested (p, end);

  while (p < end && !is_blank (*p) && !strchr (",}]", *p))
    p++;
  return p > start ? p : NULL;
}

/* Reads one `"name" : value`; returns what follows it, or NULL. */
static const char *
read_member (const char *p,
             const char *end,
             TillSpan   *name,
             TillSpan   *value)
{
  const char *after;

  if (p >= end || *p != '"')
    return NULL;
  after = skip_string (p, end);
  if (!after)
    return NULL;
  name->bytes = p + 1;
  name->n_bytes = (gsize) (after - p) - 2;

  /* An escape in a name could hide a second member of the same name. */
  if (memchr (name->bytes, '\\', name->n_bytes))
    return NULL;

  p = skip_blanks (after, end);
  if (p >= end || *p != ':')
    return NULL;
  p = skip_blanks (p + 1, end);
  after = skip_value (p, end);
  if (!after)
    return NULL;
  value->bytes = p;
  value->n_bytes = (gsize) (after - p);

  return skip_blanks (after, end);
}

static gboolean
span_is (const TillSpan *span,
         const char     *text)
{
  return span->n_bytes == strlen (text) && memcmp (span->bytes, text, span->n_bytes) == 0;
}

/**
 * till_span_is_object:
 *
 * Returns: whether @bytes are one JSON object by their brackets and strings, not nested deeper
 *   than any wallet's answer is
 */
gboolean
till_span_is_object (const char *bytes,
                     gsize       n_bytes)
{
  const char *end = bytes + n_bytes;
  const char *p = skip_blanks (bytes, end);

  if (p >= end || *p != '{')
    return FALSE;

  p = skip_nested (p, end);
  return p && skip_blanks (p, end) == end;
}

/**
 * till_span_find:
 * @bytes: a whole JSON object, as it came
 * @name: of a member of the root
 * @span: (out): its value within @bytes, braces or quotes included; written where there is just one
 *
 * What Alipay signs is this text as it stands, `\/` and blanks and all: it must not go through a
 * JSON library before it was verified. Strings and nested values are skipped, so that a name within
 * them is not taken for one of the root.
 *
 * Returns: how many members of the root have this name; 0 too where @bytes are not one JSON object
 */
guint
till_span_find (const char *bytes,
                gsize       n_bytes,
                const char *name,
                TillSpan   *span)
{
  const char *end = bytes + n_bytes;
  const char *p = skip_blanks (bytes, end);
  TillSpan found = { NULL, 0 };
  guint n_found = 0;

  if (p >= end || *p != '{')
    return 0;

  do {
    TillSpan member, value;

    p = read_member (skip_blanks (p + 1, end), end, &member, &value);
    if (!p)
      return 0;
    if (span_is (&member, name)) {
      found = value;
      n_found++;
    }
  } while (p < end && *p == ',');

  if (p >= end || *p != '}' || skip_blanks (p + 1, end) != end)
    return 0;

  if (n_found == 1)
    *span = found;
  return n_found;
}
