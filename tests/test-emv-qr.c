/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-qr.h"

#include <string.h>

static char *
read_vectors (void)
{
  g_autofree char *path = g_build_filename (TEST_DIR, "vectors", "emv-qr", "payloads.txt", NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
append_objects (const GPtrArray *objects,
                const char      *path,
                GString         *text)
{
  for (guint i = 0; i < objects->len; i++) {
    const TillEmvObject *object = g_ptr_array_index (objects, i);
    g_autofree char *own = g_strdup_printf ("%s%s%s", path, path[0] ? "." : "", object->id);

    if (object->children)
      append_objects (object->children, own, text);
    else
      g_string_append_printf (text, "\n %s=%s", own, object->value);
  }
}

static void
append_notes (const GArray *notes,
              GString      *text)
{
  for (guint i = 0; i < notes->len; i++) {
    const TillEmvNote *note = &g_array_index (notes, TillEmvNote, i);

    g_string_append_printf (text, "\n! %s: %s", note->where, till_emv_fault_to_word (note->fault));
  }
}

static void
check_payload (const char *name,
               const char *payload,
               const char *expected)
{
  g_autoptr (TillEmvQr) qr = till_emv_qr_decode (payload);
  g_autoptr (GString) text = g_string_new (NULL);

  g_test_message ("%s", name);
  g_assert_cmpuint (qr->errors->len, ==, 0);
  append_objects (qr->objects, "", text);
  append_notes (qr->warnings, text);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Each published payload says what its lines say, and is warned of as they say. */
static void
test_vectors (void)
{
  g_autofree char *text = read_vectors ();
  g_auto (GStrv) blocks = g_strsplit (text, "\n\n", -1);
  guint n_blocks = g_strv_length (blocks);

  g_assert_cmpuint (n_blocks, ==, 1 + 12);
  for (guint i = 1; i < n_blocks; i++) {
    char *payload = strchr (blocks[i], ' ') + 1;
    char *lines = strchr (payload, '\n');
    g_autofree char *whole = g_strndup (payload, (gsize) (lines - payload));

    if (g_str_has_suffix (lines, "\n"))
      lines[strlen (lines) - 1] = '\0';
    check_payload (blocks[i], whole, lines);
  }
}

/* Whatever one changes in a payload, its checksum tells. */
static void
test_every_character (void)
{
  g_autofree char *text = read_vectors ();
  const char *begin = strstr (text, "\nS1 ") + 4;
  g_autofree char *payload = g_strndup (begin, (gsize) (strchr (begin, '\n') - begin));
  gsize n_bytes = strlen (payload);

  for (gsize i = 0; i < n_bytes; i++) {
    g_autofree char *changed = g_strdup (payload);
    g_autoptr (TillEmvQr) qr = NULL;

    changed[i] ^= 1;
    qr = till_emv_qr_decode (changed);
    g_assert_cmpuint (qr->errors->len, >, 0);
  }
  for (gsize n = 0; n < n_bytes; n++) {
    g_autofree char *cut = g_strndup (payload, n);
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (cut);

    g_assert_cmpuint (qr->errors->len, >, 0);
  }
}

/* 最佳运输 and 北京 in GBK. */
#define P4_HEAD "00020101021229300012D156000000000510A93FO3230Q31280012D1560000000103081234567" \
  "8520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104"
#define P4_TAIL "540523.7253031565502016233030412340603***0708A60086670902ME91320016A011223344" \
  "9988770708123456786304"

static const struct {
  const char   *payload;
  TillEmvFault  fault;   /* among its errors */
  const char   *where;
} broken[] = {
  { "", TILL_EMV_FAULT_NOT_FIRST, "00" },
  { "00020", TILL_EMV_FAULT_PAST_END, "00" },
  { "00", TILL_EMV_FAULT_TRUNCATED, "" },
  { "00020154031", TILL_EMV_FAULT_PAST_END, "54" },
  { "000201AB0263", TILL_EMV_FAULT_ID, "" },
  { "000201540x1", TILL_EMV_FAULT_LENGTH, "54" },
  { "0002015400", TILL_EMV_FAULT_LENGTH, "54" },
  { "000201", TILL_EMV_FAULT_NOT_LAST, "63" },
  { "0002026304AAAA", TILL_EMV_FAULT_FORMAT, "00" },
  { "0102110002016304AAAA", TILL_EMV_FAULT_NOT_FIRST, "00" },
  { "0002016304AAAA5802CN", TILL_EMV_FAULT_NOT_LAST, "63" },
  { "0002015802CN5802CN6304AAAA", TILL_EMV_FAULT_DUPLICATE, "58" },
  { "00020162070101a016304AAAA", TILL_EMV_FAULT_TRUNCATED, "62" },
  { "00020162060103ab6304AAAA", TILL_EMV_FAULT_PAST_END, "62.01" },
  { "00020162100101a0101b6304AAAA", TILL_EMV_FAULT_DUPLICATE, "62.01" },
  { "0002016304AAAA", TILL_EMV_FAULT_CHECKSUM, "63" },
  /* BEST became BEZT. */
  { "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115303156"
    "540523.725502015802CN5914BEZT TRANSPORT6007BEIJING6233030412340603***0708A60086670902ME6420"
    "0002ZH0104最佳运输0202北京6304CDE7", TILL_EMV_FAULT_CHECKSUM, "63" },
  { P4_HEAD "\xd7\xee\xbc\xd1\xd4\xcb\xca\xe4" "0202" "\xb1\xb1\xbe\xa9" P4_TAIL "A13A",
    TILL_EMV_FAULT_CHECKSUM, "63" },
  { P4_HEAD "\xd7\xee\xbc\xd1\xd4\xcb\xca\xe4" "0202" "\xb1\xb1\xbe\xa9" P4_TAIL "A13A",
    TILL_EMV_FAULT_NOT_UTF8, "" },
};

static gboolean
has_note (const GArray *notes,
          TillEmvFault  fault,
          const char   *where)
{
  for (guint i = 0; i < notes->len; i++) {
    const TillEmvNote *note = &g_array_index (notes, TillEmvNote, i);

    if (note->fault == fault && strcmp (note->where, where) == 0)
      return TRUE;
  }

  return FALSE;
}

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (broken[i].payload);

    g_test_message ("%u", i);
    g_assert_true (has_note (qr->errors, broken[i].fault, broken[i].where));
    g_assert_cmpuint (qr->warnings->len, ==, 0);
  }
}

static void
test_crc (void)
{
  static const struct {
    const char *text;
    guint16     crc;
  } cases[] = {
    { "", 0xFFFF },
    { "123456789", 0x29B1 },
    { "a", 0x9D77 },
    { "abc", 0x514A },
    { "abcdefghij", 0x4213 },
    { "C is as portable as Stonehedge!!", 0xA30C },
    { P4_HEAD "\xd7\xee\xbc\xd1\xd4\xcb\xca\xe4" "0202" "\xb1\xb1\xbe\xa9" P4_TAIL, 0xB333 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmphex (till_emv_crc (cases[i].text, strlen (cases[i].text)), ==, cases[i].crc);
}

/* One rule each: a good code, and one object of it changed. */
static void
test_rules (void)
{
  static const struct {
    const char   *path;
    const char   *value;   /* NULL: taken away */
    int           fault;   /* −1: none */
    const char   *where;
  } cases[] = {
    { "54", "12.30", -1, NULL },
    { "54", "12.", -1, NULL },
    { "54", "9999999999.99", -1, NULL },
    { "01", "11", -1, NULL },
    { "61", "200000", -1, NULL },
    { "70", "unknown", -1, NULL },
    { "54", "0", TILL_EMV_FAULT_AMOUNT, "54" },
    { "54", "0.00", TILL_EMV_FAULT_AMOUNT, "54" },
    { "54", ".5", TILL_EMV_FAULT_AMOUNT, "54" },
    { "54", "1.2.3", TILL_EMV_FAULT_AMOUNT, "54" },
    { "54", "-1", TILL_EMV_FAULT_AMOUNT, "54" },
    { "54", "1.234", TILL_EMV_FAULT_DECIMALS, "54" },
    { "54", "99999999999.99", TILL_EMV_FAULT_SIZE, "54" },
    { "15", "010229000052044689831010000000", TILL_EMV_FAULT_SIZE, "15" },
    { "15", NULL, TILL_EMV_FAULT_MISSING, "02-51" },
    { "52", NULL, TILL_EMV_FAULT_MISSING, "52" },
    { "53", NULL, TILL_EMV_FAULT_MISSING, "53" },
    { "58", NULL, TILL_EMV_FAULT_MISSING, "58" },
    { "59", NULL, TILL_EMV_FAULT_MISSING, "59" },
    { "60", NULL, TILL_EMV_FAULT_MISSING, "60" },
    { "64.01", NULL, TILL_EMV_FAULT_MISSING, "64.01" },
    { "52", "54a1", TILL_EMV_FAULT_CHARACTERS, "52" },
    { "58", "C1", TILL_EMV_FAULT_CHARACTERS, "58" },
    { "59", "测试商店", TILL_EMV_FAULT_CHARACTERS, "59" },
    { "60", "LLANFAIRPWLLGWYNGYLL", TILL_EMV_FAULT_SIZE, "60" },
    { "62.05", "12345678901234567890123456", TILL_EMV_FAULT_SIZE, "62.05" },
    { "55", "02", TILL_EMV_FAULT_MISSING, "56" },
    { "55", "03", TILL_EMV_FAULT_MISSING, "57" },
    { "55", "04", TILL_EMV_FAULT_CHARACTERS, "55" },
    { "56", "1.00", TILL_EMV_FAULT_NOT_WITH_55, "56" },
    { "57", "100.00", TILL_EMV_FAULT_PERCENTAGE, "57" },
  };
  g_autofree char *text = read_vectors ();
  const char *begin = strstr (text, "\nS1 ") + 4;
  g_autofree char *payload = g_strndup (begin, (gsize) (strchr (begin, '\n') - begin));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (payload);
    g_autoptr (TillEmvQr) read_back = NULL;
    g_autofree char *written = NULL;

    g_test_message ("%s=%s", cases[i].path, cases[i].value);
    g_assert_true (till_emv_qr_set (qr, cases[i].path, cases[i].value));
    written = till_emv_qr_encode (qr, &read_back);
    g_assert_cmpint (written != NULL, ==, cases[i].fault < 0);
    g_assert_cmpuint (read_back->errors->len, ==, 0);
    if (!written)
      g_assert_true (has_note (read_back->warnings, (TillEmvFault) cases[i].fault,
                               cases[i].where));
  }
}

/* What keeps the rules and stands in the order of the ids is written as it was read. */
static void
test_round_trip (void)
{
  static const char *const names[] = {
    "\nP1 ", "\nP3 ", "\nS1 ", "\nS2 ", "\nS3 ", "\nS4 ", "\nS5 ",
  };
  g_autofree char *text = read_vectors ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *begin = strstr (text, names[i]) + 4;
    g_autofree char *payload = g_strndup (begin, (gsize) (strchr (begin, '\n') - begin));
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (payload);
    g_autoptr (TillEmvQr) read_back = NULL;
    g_autofree char *written = till_emv_qr_encode (qr, &read_back);

    g_assert_cmpstr (written, ==, payload);
  }
}

/* From an acquirer's template: dynamic, with an amount, a reference and the till. */
static void
test_from_template (void)
{
  g_autoptr (TillEmvQr) qr = till_emv_qr_decode (
    "00020101021115310102290000520446898310100000001520454115303156"
    "5802CN5909TEST SHOP6008SHANGHAI64200002ZH0104测试商店0202上海63043805");
  g_autoptr (TillEmvQr) read_back = NULL;
  g_autofree char *written = NULL;
  gint64 amount_fen = 0;

  g_assert_cmpuint (qr->errors->len + qr->warnings->len, ==, 0);
  till_emv_qr_set (qr, "01", "12");
  till_emv_qr_set (qr, "54", "12.30");
  till_emv_qr_set (qr, "62.07", "00000001");
  till_emv_qr_set (qr, "62.01", "20260101120000001");
  till_emv_qr_set (qr, "62.05", "REF0001");
  written = till_emv_qr_encode (qr, &read_back);

  g_assert_cmpstr (written, ==,
                   "00020101021215310102290000520446898310100000001520454115303156540512.30"
                   "5802CN5909TEST SHOP6008SHANGHAI62440117202601011200000010507REF0001"
                   "07080000000164200002ZH0104测试商店0202上海6304A910");
  g_assert_true (till_emv_qr_get_amount_fen (read_back, &amount_fen));
  g_assert_cmpint (amount_fen, ==, 1230);
}

static void
test_set (void)
{
  static const struct {
    const char *path;
    gboolean    is_possible;
  } cases[] = {
    { "54", TRUE },     { "62.05", TRUE },  { "62.50.00", TRUE }, { "26.00", TRUE },
    { "59.01", FALSE }, { "5", FALSE },     { "5a", FALSE },      { "62.", FALSE },
    { "62-05", FALSE }, { "", FALSE },      { "620.5", FALSE },   { "62.50.00.01", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode ("0002015901x");

    g_test_message ("%s", cases[i].path);
    g_assert_cmpint (till_emv_qr_set (qr, cases[i].path, "y"), ==, cases[i].is_possible);
    g_assert_cmpstr (till_emv_qr_get (qr, cases[i].path), ==, cases[i].is_possible ? "y" : NULL);
  }
}

/* Only yuan are fen. */
static void
test_amount (void)
{
  static const struct {
    const char *rest;
    gint64      amount_fen;  /* 0: none */
  } cases[] = {
    { "5303156540523.72", 2372 },
    { "5303156540512.30", 1230 },
    { "530315654031.5", 150 },
    { "530315654037.0", 700 },
    { "530315654027.", 700 },
    { "530315654017", 700 },
    { "53031565413999999999.001", 0 },
    { "5303586540530.00", 0 },
    { "540530.00", 0 },
    { "5303156", 0 },
    { "530315654010", 0 },
    { "53031565403a.b", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("000201%s6304", cases[i].rest);
    g_autofree char *payload = g_strdup_printf ("%s%04X", text, till_emv_crc (text, strlen (text)));
    g_autoptr (TillEmvQr) qr = till_emv_qr_decode (payload);
    gint64 amount_fen = 0;

    g_test_message ("%s", payload);
    g_assert_cmpuint (qr->errors->len, ==, 0);
    g_assert_cmpint (till_emv_qr_get_amount_fen (qr, &amount_fen), ==, cases[i].amount_fen > 0);
    if (cases[i].amount_fen > 0)
      g_assert_cmpint (amount_fen, ==, cases[i].amount_fen);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/emv-qr/vectors", test_vectors);
  g_test_add_func ("/emv-qr/every-character", test_every_character);
  g_test_add_func ("/emv-qr/broken", test_broken);
  g_test_add_func ("/emv-qr/crc", test_crc);
  g_test_add_func ("/emv-qr/rules", test_rules);
  g_test_add_func ("/emv-qr/round-trip", test_round_trip);
  g_test_add_func ("/emv-qr/from-template", test_from_template);
  g_test_add_func ("/emv-qr/set", test_set);
  g_test_add_func ("/emv-qr/amount", test_amount);

  return g_test_run ();
}
