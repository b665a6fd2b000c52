/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/tlv.h"

#include <string.h>

static gsize
from_hex (const char *hex,
          guint8     *bytes)
{
  gsize n_bytes = strlen (hex) / 2;

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 |
                         g_ascii_xdigit_value (hex[2 * i + 1]));

  return n_bytes;
}

/* "4F(A000) 61{50(41)}": what was read, as text. */
static void
describe (const GPtrArray *objects,
          GString         *text)
{
  for (guint i = 0; i < objects->len; i++) {
    const TillTlv *tlv = g_ptr_array_index (objects, i);

    g_string_append_printf (text, "%s%X%c", i ? " " : "", tlv->tag, tlv->children ? '{' : '(');
    if (tlv->children)
      describe (tlv->children, text);
    for (gsize b = 0; !tlv->children && b < tlv->n_bytes; b++)
      g_string_append_printf (text, "%02X", tlv->value[b]);
    g_string_append_c (text, tlv->children ? '}' : ')');
  }
}

static const struct {
  const char *hex;
  const char *means;  /* NULL where it is refused */
  int         error;  /* a TillTlvError, where it is */
} cases[] = {
  { "", "", 0 },
  { "4F07A0000003330101", "4F(A0000003330101)", 0 },
  { "61064F02A0005000", "61{4F(A000) 50()}", 0 },
  { "9F2608584FD385FA234BCC9F360100", "9F26(584FD385FA234BCC) 9F36(00)", 0 },
  { "DF8101020102", "DF8101(0102)", 0 },
  { "0000820100", "82(00)", 0 },
  { "50820001FF", "50(FF)", 0 },
  { "8500", "85()", 0 },

  { "85", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "9F", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "9F81", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "8502FF", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "8581", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "858200", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "61034F02A0", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "DF8181818101", NULL, TILL_TLV_ERROR_TAG },
  { "8580", NULL, TILL_TLV_ERROR_LENGTH },
  { "85830000FF", NULL, TILL_TLV_ERROR_LENGTH },
  { "6112611061106110610E610C610A6108610661046102", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "61166114611261106110610E610C610A61086106610461026100", NULL, TILL_TLV_ERROR_TRUNCATED },
  { "6114611261106F0E610C610A610861066104610261000000", NULL, TILL_TLV_ERROR_DEPTH },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint8 bytes[64];
    gsize n_bytes = from_hex (cases[i].hex, bytes);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) objects = till_tlv_parse (bytes, n_bytes, &error);
    g_autoptr (GString) text = g_string_new (NULL);

    g_test_message ("%s", cases[i].hex);
    if (cases[i].means) {
      g_assert_no_error (error);
      describe (objects, text);
      g_assert_cmpstr (text->str, ==, cases[i].means);
    } else {
      g_assert_null (objects);
      g_assert_error (error, TILL_TLV_ERROR, cases[i].error);
    }
  }
}

/* A cut anywhere within a template is never read past. */
static void
test_cuts (void)
{
  guint8 bytes[64];
  gsize n_bytes = from_hex ("610E4F07A00000033301019F36020001", bytes);

  for (gsize n = 1; n < n_bytes; n++) {
    g_autofree guint8 *cut = g_memdup2 (bytes, n);

    g_assert_null (till_tlv_parse (cut, n, NULL));
  }
}

static void
test_find (void)
{
  guint8 bytes[64];
  gsize n_bytes = from_hex ("61044F02A0005001415001FF", bytes);
  g_autoptr (GPtrArray) objects = till_tlv_parse (bytes, n_bytes, NULL);

  g_assert_cmpuint (till_tlv_find (objects, 0x50)->value[0], ==, 0x41);
  g_assert_null (till_tlv_find (objects, 0x4F));
  g_assert_null (till_tlv_find (NULL, 0x4F));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tlv/parse", test_parse);
  g_test_add_func ("/tlv/cuts", test_cuts);
  g_test_add_func ("/tlv/find", test_find);

  return g_test_run ();
}
