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

#define FIELD_55 \
  "9F2608BC661B269CE724D89F2701809F101307010103A0A000010A01000000000067706DBA9F3704064B14799F3602" \
  "00B9950580200408409A031705049C01179F02060000000000045F2A02015682027C009F1A0201569F030600000000" \
  "00009F33032040C89F34030203029F3501219F1E08626F686F6E6720208408A0000003330101019F090200309F4102" \
  "0023"

/* Field 55 as a public terminal sends it, with zeros behind it or without: twenty objects, whose
 * card says by its counter and its cryptogram who it is. */
static void
test_field_55 (void)
{
  static const struct {
    guint32     tag;
    const char *hex;
  } facts[] = {
    { 0x9f27, "80" }, { 0x9f36, "00B9" }, { 0x9f02, "000000000004" }, { 0x9a, "170504" },
    { 0x9c, "17" }, { 0x95, "8020040840" }, { 0x84, "A000000333010101" }, { 0x9f41, "0023" },
    { 0x9f10, "07010103A0A000010A01000000000067706DBA" },
  };
  static const char *const texts[] = { FIELD_55, FIELD_55 "00000000" };

  for (guint t = 0; t < G_N_ELEMENTS (texts); t++) {
    guint8 bytes[256];
    gsize n_bytes = from_hex (texts[t], bytes);
    g_autoptr (GPtrArray) objects = till_tlv_parse (bytes, n_bytes, NULL);

    g_assert_nonnull (objects);
    g_assert_cmpuint (objects->len, ==, 20);
    for (guint i = 0; i < G_N_ELEMENTS (facts); i++) {
      const TillTlv *found = till_tlv_find (objects, facts[i].tag);
      guint8 value[32];
      gsize n_value = from_hex (facts[i].hex, value);

      g_assert_nonnull (found);
      g_assert_cmpmem (found->value, found->n_bytes, value, n_value);
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
  g_test_add_func ("/tlv/field-55", test_field_55);
  g_test_add_func ("/tlv/cuts", test_cuts);
  g_test_add_func ("/tlv/find", test_find);

  return g_test_run ();
}
