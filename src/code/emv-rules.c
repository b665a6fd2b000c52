/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-rules.h"

#include <string.h>

/* The rules of EMV QR Code, Merchant-Presented Mode 1.1, chapters 3 and 4, as a table. */

#define CHARS_MOST 512 /* more than that a phone's camera does not read from a screen */

typedef enum {
  DIGITS,
  LETTERS,
  PRINTABLE,  /* ASCII from blank to tilde */
  ANY,
  AMOUNT,
  PERCENTAGE,
} Class;

static const struct {
  const char *path;
  Class       class;
  guint       min_chars;
  guint       max_chars;
  gboolean    is_mandatory;  /* of an inner one: where its template is there */
} rules[] = {
  { "01",    DIGITS,     2,  2,  FALSE },
  /* UnionPay: 8 digits of acquirer, 8 of who forwards, 15 characters of merchant. */
  { "15",    PRINTABLE,  31, 31, FALSE },
  { "16",    PRINTABLE,  31, 31, FALSE },
  { "52",    DIGITS,     4,  4,  TRUE },
  { "53",    DIGITS,     3,  3,  TRUE },
  { "54",    AMOUNT,     1,  13, FALSE },
  { "55",    DIGITS,     2,  2,  FALSE },
  { "56",    AMOUNT,     1,  13, FALSE },
  { "57",    PERCENTAGE, 1,  5,  FALSE },
  { "58",    LETTERS,    2,  2,  TRUE },
  { "59",    PRINTABLE,  1,  25, TRUE },
  { "60",    PRINTABLE,  1,  15, TRUE },
  { "61",    PRINTABLE,  1,  10, FALSE },
  { "62.01", ANY,        1,  25, FALSE },
  { "62.02", ANY,        1,  25, FALSE },
  { "62.03", ANY,        1,  25, FALSE },
  { "62.04", ANY,        1,  25, FALSE },
  { "62.05", ANY,        1,  25, FALSE },
  { "62.06", ANY,        1,  25, FALSE },
  { "62.07", ANY,        1,  25, FALSE },
  { "62.08", ANY,        1,  25, FALSE },
  { "62.09", ANY,        1,  25, FALSE },
  { "62.11", ANY,        3,  3,  FALSE },
  { "64.00", LETTERS,    2,  2,  TRUE },
  { "64.01", ANY,        1,  25, TRUE },
  { "64.02", ANY,        1,  15, FALSE },
};

/* ISO 4217: currencies that appear in such codes and have not two decimals. */
static const struct {
  const char *currency;
  guint       n_decimals;
} exponents[] = {
  { "392", 0 }, /* JPY */
  { "410", 0 }, /* KRW */
  { "704", 0 }, /* VND */
  { "152", 0 }, /* CLP */
  { "600", 0 }, /* PYG */
  { "048", 3 }, /* BHD */
  { "400", 3 }, /* JOD */
  { "414", 3 }, /* KWD */
  { "512", 3 }, /* OMR */
  { "788", 3 }, /* TND */
};

/* What 55 says about 56 and 57. */
static const struct {
  const char *indicator;  /* NULL: there is none */
  gboolean    wants_fee;
  gboolean    wants_percentage;
} tips[] = {
  { NULL, FALSE, FALSE },
  { "01", FALSE, FALSE },
  { "02", TRUE,  FALSE },
  { "03", FALSE, TRUE },
};

static void
warn (TillEmvQr    *qr,
      TillEmvFault  fault,
      const char   *where)
{
  TillEmvNote note = { .fault = fault };

  g_strlcpy (note.where, where, sizeof note.where);
  g_array_append_val (qr->warnings, note);
}

static gboolean
is_made_of (const char *text,
            Class       class)
{
  for (const char *p = text; *p; p++) {
    if ((class == DIGITS && !g_ascii_isdigit (*p)) || (class == LETTERS && !g_ascii_isalpha (*p)) ||
        (class == PRINTABLE && (*p < ' ' || *p > '~')))
      return FALSE;
  }

  return TRUE;
}

/* Digits, then perhaps a stop and digits; not zero. */
static gboolean
is_amount (const char *text)
{
  gsize n_whole = strspn (text, "0123456789");
  gsize n_rest = text[n_whole] == '.' ? 1 + strspn (text + n_whole + 1, "0123456789") : 0;

  return n_whole > 0 && text[n_whole + n_rest] == '\0' && strpbrk (text, "123456789");
}

/* 0.01 to 99.99. */
static gboolean
is_percentage (const char *text)
{
  const char *stop = strchr (text, '.');
  gsize n_whole = stop ? (gsize) (stop - text) : strlen (text);

  return is_amount (text) && n_whole <= 2 && (!stop || strlen (stop) <= 3);
}

static guint
decimals_of (const char *currency)
{
  for (guint i = 0; currency && i < G_N_ELEMENTS (exponents); i++) {
    if (strcmp (exponents[i].currency, currency) == 0)
      return exponents[i].n_decimals;
  }

  return 2;
}

static void
check_amount (TillEmvQr  *qr,
              const char *path,
              const char *value)
{
  const char *stop = strchr (value, '.');

  if (!is_amount (value))
    warn (qr, TILL_EMV_FAULT_AMOUNT, path);
  else if (stop && strlen (stop + 1) > decimals_of (till_emv_qr_get (qr, "53")))
    warn (qr, TILL_EMV_FAULT_DECIMALS, path);
}

static void
check_class (TillEmvQr  *qr,
             const char *path,
             Class       class,
             const char *value)
{
  switch (class) {
  case DIGITS:
  case LETTERS:
  case PRINTABLE:
    if (!is_made_of (value, class))
      warn (qr, TILL_EMV_FAULT_CHARACTERS, path);
    break;
  case ANY:
    break;
  case AMOUNT:
    check_amount (qr, path, value);
    break;
  case PERCENTAGE:
    if (!is_percentage (value))
      warn (qr, TILL_EMV_FAULT_PERCENTAGE, path);
    break;
  }
}

static gboolean
has_template_of (const TillEmvQr *qr,
                 const char      *path)
{
  const char id[] = { path[0], path[1], '\0' };

  return path[2] == '\0' || till_emv_qr_get (qr, id);
}

static void
check_objects (TillEmvQr *qr)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    const char *value = till_emv_qr_get (qr, rules[i].path);
    glong n_chars = value ? g_utf8_strlen (value, -1) : 0;

    if (!value && rules[i].is_mandatory && has_template_of (qr, rules[i].path))
      warn (qr, TILL_EMV_FAULT_MISSING, rules[i].path);
    if (!value)
      continue;
    if (n_chars < rules[i].min_chars || n_chars > rules[i].max_chars)
      warn (qr, TILL_EMV_FAULT_SIZE, rules[i].path);
    check_class (qr, rules[i].path, rules[i].class, value);
  }
}

/* At least one of 02 to 51: whom to pay. */
static void
check_account (TillEmvQr *qr)
{
  for (guint i = 0; i < qr->objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (qr->objects, i);

    if (strcmp (object->id, "02") >= 0 && strcmp (object->id, "51") <= 0)
      return;
  }

  warn (qr, TILL_EMV_FAULT_MISSING, "02-51");
}

static void
check_tip_object (TillEmvQr  *qr,
                  const char *path,
                  gboolean    wanted)
{
  if ((till_emv_qr_get (qr, path) != NULL) != wanted)
    warn (qr, wanted ? TILL_EMV_FAULT_MISSING : TILL_EMV_FAULT_NOT_WITH_55, path);
}

static void
check_tip (TillEmvQr *qr)
{
  const char *indicator = till_emv_qr_get (qr, "55");

  for (guint i = 0; i < G_N_ELEMENTS (tips); i++) {
    if (g_strcmp0 (tips[i].indicator, indicator) == 0) {
      check_tip_object (qr, "56", tips[i].wants_fee);
      check_tip_object (qr, "57", tips[i].wants_percentage);
      return;
    }
  }

  warn (qr, TILL_EMV_FAULT_CHARACTERS, "55");
}

static void
check_length (TillEmvQr *qr)
{
  gsize n_chars = 0;

  for (guint i = 0; i < qr->objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (qr->objects, i);

    n_chars += 4 + (gsize) g_utf8_strlen (object->value, -1);
  }

  if (n_chars > CHARS_MOST)
    warn (qr, TILL_EMV_FAULT_SIZE, "");
}

/**
 * till_emv_qr_check_rules:
 *
 * Adds what rules are broken to the warnings.
 */
void
till_emv_qr_check_rules (TillEmvQr *qr)
{
  check_account (qr);
  check_objects (qr);
  check_tip (qr);
  check_length (qr);
}
