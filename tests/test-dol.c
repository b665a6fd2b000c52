/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/dol.h"

#include <string.h>

#include "code/bcd.h"

/* Source of the lists and data: openemv/emv-utils, tests/emv_dol_test.c (LGPL-2.1). */
#define LIST     "9F02069F03069F1A0295055F2A029A039C019F3704"
#define LIST_ODD "9F02039F03079F1A0295065F2A029A009C039F37035A059F20059F1908"
#define LIST_POS "9F66049F02069F03069F1A0295055F2A029A039C019F3704DF6001"

static const struct {
  guint32     tag;
  const char *value;
} values[] = {
  { 0x9C,   "09" },
  { 0x9A,   "240217" },
  { 0x5F2A, "0978" },
  { 0x9F02, "000123456789" },
  { 0x9F03, "000987654321" },
  { 0x9F37, "DEADBEEF" },
  { 0x5A,   "541333008902001F" },
  { 0x9F20, "12345F" },
  { 0x9F1A, "0528" },
  { 0x95,   "1234554321" },
  { 0x9F19, "654321012345" },
};

static gboolean
get_value (gpointer      source,
           guint32       tag,
           TillDolValue *value)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    if (values[i].tag != tag)
      continue;
    g_assert_true (till_bcd_from_hex (values[i].value, bytes));
    memcpy (value->bytes, bytes->data, bytes->len);
    value->n_bytes = bytes->len;
    return TRUE;
  }

  return FALSE;
}

static const struct {
  const char *list;
  guint       n_entries;  /* before the end, or the error */
  const char *data;       /* NULL where it is refused */
} cases[] = {
  { LIST, 8, "000123456789000987654321052812345543210978240217" "09DEADBEEF" },
  { LIST_ODD, 11,
    "456789" "00000987654321" "0528" "123455432100" "0978" "000009" "DEADBE" "5413330089"
    "12345FFFFF" "0000654321012345" },
  { LIST_POS, 10,
    "00000000" "000123456789" "000987654321" "0528" "1234554321" "0978" "240217" "09" "DEADBEEF"
    "00" },
  { "", 0, "" },
  { "9A00", 1, "" },
  { "DF818101029A01", 2, "000017" },

  { "9F02069F03069F1A0295", 3, NULL },
  { "9F02069F03069F1A0295055F2A029A039C019F37", 7, NULL },
  { "9F", 0, NULL },
  { "9C", 0, NULL },
  { "DF8181818181", 0, NULL },
  { "9F4EFD", 1, NULL },
  { "9F4E809F4E7D", 2, NULL },
};

static void
test_fill (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) list = g_byte_array_new ();
    g_autoptr (GByteArray) data = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    gboolean filled;

    g_test_message ("%s", cases[i].list);
    g_assert_true (till_bcd_from_hex (cases[i].list, list));
    g_byte_array_append (data, (const guint8 *) "x", 1);
    filled = till_dol_fill (list->data, list->len, get_value, NULL, data, &error);
    g_assert_cmpint (filled, ==, cases[i].data != NULL);
    g_assert_cmpint (error == NULL, ==, filled);
    text = g_malloc (2 * data->len + 1);
    till_bcd_to_hex (data->data, data->len, text);
    g_assert_cmpstr (text + 2, ==, filled ? cases[i].data : "");
  }
}

static void
test_next (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) list = g_byte_array_new ();
    const guint8 *next;
    gsize n_left;
    TillDolEntry entry;
    guint n_entries = 0;

    g_assert_true (till_bcd_from_hex (cases[i].list, list));
    next = list->data;
    n_left = list->len;
    while (n_left > 0 && till_dol_next (&next, &n_left, &entry, NULL))
      n_entries++;
    g_assert_cmpuint (n_entries, ==, cases[i].n_entries);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dol/fill", test_fill);
  g_test_add_func ("/dol/next", test_next);

  return g_test_run ();
}
