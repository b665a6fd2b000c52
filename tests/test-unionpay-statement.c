/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-statement.h"

#include <string.h>
#include <zlib.h>

#include "acquirer/unzip.h"
#include "wire-case.h"

#define MERCHANT "777290058110097"
#define ALL "fault=(none); sale="
#define SPOILT 5

/* A sale of 18.00 with a fee of 0.07, in 607 bytes. */
static GString *
make_record (void)
{
  static const struct {
    gsize       at;
    const char *text;
  } columns[] = {
    { 0, "S22" },           { 4, "00010000" },        { 28, "000079" },
    { 35, "0520132936" },   { 46, "622800*********0001" }, { 66, "000000001800" },
    { 79, "5411" },         { 87, "202605201329351234568" }, { 112, CASE_ORDER },
    { 166, "D000000000007" }, { 180, "C000000001793" }, { 215, "01" },
    { 293, MERCHANT },      { 327, "\xB3\xBF\xB9\xE2" },
  };
  GString *record = g_string_new (NULL);

  for (guint i = 0; i < 607; i++)
    g_string_append_c (record, ' ');
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    memcpy (record->str + columns[i].at, columns[i].text, strlen (columns[i].text));

  return record;
}

static void
parse (const char    *text,
       gsize          n,
       const char    *day,
       TillStatement *statement)
{
  g_autoptr (GBytes) file = g_bytes_new (text, n);

  till_statement_init (statement);
  till_unionpay_statement_parse (MERCHANT, day, file, statement);
}

static const struct {
  gsize       at;
  const char *text;
  const char *expect;
} records[] = {
  { 0, "S22", ALL "1/1800/7/1793" },
  { 0, "S30", ALL "1/1800/7/1793" },                        /* txnType tells, not the code */
  { 215, "04", "refund=1/1800/7/1793; sale=0/0/0/0" },
  { 215, "31", "void=1/1800/7/1793; sale=0/0/0/0" },
  { 215, "99", "other=1/1800/7/1793; sale=0/0/0/0" },
  { 66, "999999999999", ALL "1/999999999999/7/1793" },
  { 166, "C000000000007", ALL "1/1800/-7/1793" },
  { 166, "+000000000007", ALL "1/1800/-7/1793" },
  { 166, "-000000000007", ALL "1/1800/7/1793" },
  { 166, "             ", ALL "1/1800/0/1793" },
  { 180, "D000000001793", ALL "1/1800/7/-1793" },
  { 180, "000000001793 ", ALL "1/1800/7/1793" },
  { 271, "202605201329351234560", ALL "1/1800/7/1793" },
  { 35, "0519230000", ALL "1/1800/7/1793" },
  { 327, "\xC4\xB3\xC4\xB3", ALL "1/1800/7/1793" },         /* GBK, that is not read */
  { 476, "another layout", ALL "1/1800/7/1793" },

  { 35, "0532132936", "fault=row 2: the time is none" },
  { 35, "0520250000", "fault=row 2: the time is none" },
  { 35, "05201329  ", "fault=row 2: the time has a wrong form" },
  { 66, "        1800", "fault=row 2: the amount has a wrong form" },
  { 66, "0000000018.0", "fault=row 2: the amount has a wrong form" },
  { 66, "-00000001800", "fault=row 2: the amount has a wrong form" },
  { 65, "0", "fault=row 2: the amount is not in its place" },
  { 78, "0", "fault=row 2: the amount is not in its place" },
  { 87, "                     ", "fault=row 2: the queryId has a wrong form" },
  { 87, "A", "fault=row 2: the queryId has a wrong form" },
  { 112, "                                ", "fault=row 2: the order number has a wrong form" },
  { 112, "7K2M 9PQ4", "fault=row 2: the order number has a wrong form" },
  { 112, "\xB3\xBF", "fault=row 2: the order number has a wrong form" },
  { 166, "X000000000007", "fault=row 2: the fee has a wrong form" },
  { 166, "D00000000.007", "fault=row 2: the fee has a wrong form" },
  { 180, "             ", "fault=row 2: the settled amount has a wrong form" },
  { 215, "  ", "fault=row 2: the type has a wrong form" },
  { 271, "none", "fault=row 2: the original queryId has a wrong form" },
  { 293, "777290058110098", "fault=row 2: it is of another merchant" },
  { 293, "7772900581100  ", "fault=row 2: the merchant has a wrong form" },
};

/* A record is read whole, or the file is not believed and the row is named. */
static void
test_records (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    gboolean is_bad = g_str_has_prefix (records[i].expect, "fault=row");
    g_autoptr (GString) good = make_record ();
    g_autoptr (GString) record = make_record ();
    g_auto (TillStatement) statement = { 0 };

    g_test_message ("%u: %s", i, records[i].expect);
    memcpy (record->str + records[i].at, records[i].text, strlen (records[i].text));
    if (is_bad) {
      g_string_prepend (record, "\r\n");
      g_string_prepend_len (record, good->str, (gssize) good->len);
    }
    parse (record->str, record->len, CASE_DAY, &statement);
    case_assert_statement (&statement, records[i].expect);
    case_assert_statement (&statement, is_bad ? "state=lost; reason=bad-answer; sale=0/0/0/0"
                                              : "state=here; reason=");
  }
}

static const struct {
  gsize       length;   /* of the second record */
  const char *end;
  const char *expect;
} lengths[] = {
  { 607, "\r\n", "state=here; sale=2/3600/14/3586" },
  { 607, "\n", "state=here; sale=2/3600/14/3586" },
  { 607, "", "state=here; sale=2/3600/14/3586" },
  { 475, "\r\n", "state=here; sale=2/3600/14/3586" },
  { 474, "\r\n", "state=lost; fault=row 2: 474 bytes are no record" },
  { 100, "", "state=lost; fault=row 2: 100 bytes are no record" },
  { 607, "\r\n\r\n", "state=lost; fault=row 3: 0 bytes are no record" },
  { 607, "       \x1A                          ",
    "state=lost; fault=row 2: 641 bytes are no record" },
};

static void
test_lengths (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GString) file = make_record ();
    g_autoptr (GString) second = make_record ();
    g_auto (TillStatement) statement = { 0 };

    g_string_append (file, "\r\n");
    g_string_append_len (file, second->str, (gssize) lengths[i].length);
    g_string_append (file, lengths[i].end);
    parse (file->str, file->len, CASE_DAY, &statement);
    case_assert_statement (&statement, lengths[i].expect);
  }
}

/* What a line says of itself; a clearing day begins on the day before, in the year before too. */
static void
test_line (void)
{
  static const struct {
    const char *day;
    const char *time;
    const char *at;
  } times[] = {
    { "20260520", "0520132936", "2026-05-20T05:29:36Z" },
    { "20260520", "0519230000", "2026-05-19T15:00:00Z" },
    { "20270101", "1231230001", "2026-12-31T15:00:01Z" },
    { "20270101", "0101000001", "2026-12-31T16:00:01Z" },
    { "20281231", "1231120000", "2028-12-31T04:00:00Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (GString) record = make_record ();
    g_auto (TillStatement) statement = { 0 };
    g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (times[i].at, NULL);
    const TillStatementLine *line;

    memcpy (record->str + 35, times[i].time, 10);
    parse (record->str, record->len, times[i].day, &statement);
    g_assert_cmpuint (statement.lines->len, ==, 1);
    line = statement.lines->pdata[0];
    g_assert_cmpint (line->at_us, ==, g_date_time_to_unix (at) * G_USEC_PER_SEC);
    g_assert_cmpstr (line->order, ==, CASE_ORDER);
    g_assert_cmpstr (line->acquirer_ref, ==, "202605201329351234568");
    g_assert_null (line->of_ref);
    g_assert_cmpuint (line->row, ==, 1);
  }
}

static void
put (GByteArray *out,
     guint       n_bytes,
     gsize       value)
{
  for (guint i = 0; i < n_bytes; i++, value >>= 8) {
    guint8 byte = (guint8) value;

    g_byte_array_append (out, &byte, 1);
  }
}

/* A stored member, with its head or as its entry in the directory. */
static void
put_member (GByteArray *zip,
            gboolean    is_entry,
            const char *name,
            const char *data,
            gsize       at)
{
  gsize n = strlen (data);

  put (zip, 4, is_entry ? 0x02014B50 : 0x04034B50);
  put (zip, is_entry ? 4 : 2, 20);
  put (zip, 8, 0);
  put (zip, 4, crc32_z (0, (const guint8 *) data, n));
  put (zip, 4, n);
  put (zip, 4, n);
  put (zip, 2, strlen (name));
  put (zip, is_entry ? 12 : 2, 0);
  if (is_entry)
    put (zip, 4, at);
  g_byte_array_append (zip, (const guint8 *) name, (guint) strlen (name));
  if (!is_entry)
    g_byte_array_append (zip, (const guint8 *) data, (guint) n);
}

static GByteArray *
make_zip (const char *first,
          const char *second)
{
  GByteArray *zip = g_byte_array_new ();
  gsize at, directory;

  put_member (zip, FALSE, first, "eins", 0);
  at = zip->len;
  put_member (zip, FALSE, second, "zwei", 0);
  directory = zip->len;
  put_member (zip, TRUE, first, "eins", 0);
  put_member (zip, TRUE, second, "zwei", at);
  put (zip, 4, 0x06054B50);
  put (zip, 4, 0);
  put (zip, 2, 2);
  put (zip, 2, 2);
  at = zip->len;
  put (zip, 4, at - 12 - directory);
  put (zip, 4, directory);
  put (zip, 2, 0);
  return zip;
}

static const struct {
  const char *first;
  const char *second;
  gsize       n_max;
  gsize       spoil[SPOILT];   /* offsets whose byte is changed; the last of them is 0 */
  const char *error;           /* NULL where it is unpacked */
} archives[] = {
  { "a", "b", 8, { 0 }, NULL },
  { "INN26052088ZM_" MERCHANT, "\xB3\xBF.csv", 8, { 0 }, NULL },
  { "a..b", "c-d.txt", 100, { 0 }, NULL },
  { "a", "b", 7, { 0 }, "too large" },
  { "a", "b", 3, { 0 }, "too large" },
  { "a", "a", 8, { 0 }, "two files of one name" },
  { "../a", "b", 8, { 0 }, "forbidden name" },
  { "a", "/etc/b", 8, { 0 }, "forbidden name" },
  { "a", "b\\c", 8, { 0 }, "forbidden name" },
  { "a", "c:b", 8, { 0 }, "forbidden name" },
  { "a", "b/", 8, { 0 }, "forbidden name" },
  { "a", ".b", 8, { 0 }, "forbidden name" },
  { "", "b", 8, { 0 }, "forbidden name" },
  { "a\n", "b", 8, { 0 }, "forbidden name" },
  { "a", "b", 8, { 31 }, "not what it was" },        /* the first member's data */
  { "a", "b", 8, { 1 }, "not there" },               /* its head */
  { "a", "b", 8, { 30 }, "not there" },              /* its name there */
  { "a", "b", 8, { 70 }, "broken directory" },
  { "a", "b", 8, { 70 + 8 }, "encrypted" },
  { "a", "b", 8, { 70 + 10 }, "unknown way" },
  { "a", "b", 8, { 70 + 45 }, "not there" },         /* where the member lies: far out */
  { "a", "b", 8, { 70 + 94 }, "no ZIP" },
  { "a", "b", 8, { 70 + 94 + 10 }, "broken directory" },
  { "a", "b", 8, { 70 + 94 + 19 }, "broken directory" },
};

/* Nothing in an archive is believed; a bomb, a way out or damage refuses it whole. */
static void
test_archives (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (archives); i++) {
    GByteArray *zip = make_zip (archives[i].first, archives[i].second);
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GPtrArray) files = NULL;
    g_autoptr (GError) error = NULL;

    for (guint k = 0; archives[i].spoil[k]; k++)
      zip->data[archives[i].spoil[k]] ^= 1;
    bytes = g_byte_array_free_to_bytes (zip);
    files = till_unzip (bytes, archives[i].n_max, &error);
    g_test_message ("%u: %s", i, error ? error->message : "unpacked");
    if (archives[i].error) {
      g_assert_null (files);
      g_assert_nonnull (strstr (error->message, archives[i].error));
    } else {
      g_assert_no_error (error);
      g_assert_cmpuint (files->len, ==, 2);
      g_assert_cmpstr (((TillStatementFile *) files->pdata[1])->name, ==, archives[i].second);
      g_assert_cmpint (memcmp (g_bytes_get_data (((TillStatementFile *) files->pdata[1])->bytes,
                                                 NULL), "zwei", 4), ==, 0);
    }
  }
}

/* Every archive that is cut off somewhere is refused. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) zip = make_zip ("a", "b");

  for (gsize n = 0; n < zip->len; n++) {
    g_autoptr (GBytes) bytes = g_bytes_new (zip->data, n);

    g_assert_null (till_unzip (bytes, 100, NULL));
  }
}

/* A hundred kilobytes that would be a hundred megabytes: it stops at the bound. */
static void
test_bomb (void)
{
  gsize n = 4 * 1024 * 1024;
  g_autofree guint8 *zeros = g_malloc0 (n);
  uLongf n_packed = compressBound (n);
  g_autofree guint8 *packed = g_malloc (n_packed);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (compress (packed, &n_packed, zeros, n), ==, Z_OK);
  g_assert_null (till_inflate (packed, n_packed, TILL_PACKED_ZLIB, n - 1, &error));
  g_assert_nonnull (strstr (error->message, "too large"));
  whole = till_inflate (packed, n_packed, TILL_PACKED_ZLIB, n, NULL);
  g_assert_cmpuint (g_bytes_get_size (whole), ==, n);
  g_assert_null (till_inflate (packed, n_packed - 1, TILL_PACKED_ZLIB, n, NULL));
  g_assert_null (till_inflate (packed, 0, TILL_PACKED_ZLIB, n, NULL));
  g_assert_null (till_inflate (zeros, 100, TILL_PACKED_ZLIB, n, NULL));
}

static const struct {
  const char *pairs;
  const char *expect;
} answers[] = {
  { "respCode=98", "state=absent; reason=; said=HTTP 200 98" },
  { "respCode=32", "state=refused; reason=config" },
  { "respCode=31", "state=refused; reason=merchant-refused" },
  { "respCode=11", "state=refused; reason=config" },
  { "respCode=06", "state=lost; reason=busy" },
  { "respCode=99", "state=lost; reason=acquirer-fault" },
  { "respCode=A9", "state=lost; reason=unknown-answer" },
  { "respCode=00", "state=lost; reason=bad-answer; fault=there is no file in the answer" },
  { "respCode=00&fileContent=AAA", "state=lost; fault=there is no file in the answer" },
  { "respCode=00&fileContent=AA.A", "state=lost; fault=there is no file in the answer" },
  { "respCode=00&fileContent=AAAA", "state=lost; fault=the archive cannot be unpacked" },
  { "respCode=00&fileContent=eJxzys9LAgAC7QFH",
    "state=lost; fault=the archive cannot be unpacked" },
  { "respCode=00&settleDate=0519&fileContent=AAAA",
    "state=lost; fault=the answer is about another day" },
  { "respCode=98&merId=777290058110098", "state=lost; reason=other-order" },
  { "respCode=98&txnTime=20260520132936", "state=lost; reason=other-order" },
  { "respCode=00&merId=777290058110098&fileContent=AAAA", "state=lost; reason=other-order" },
};

/* "None of that day" is said only by an answer that is trusted and about what was asked. */
static void
test_answers (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_STATEMENT, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (TillHttpReply) reply = case_unionpay_reply ("unionpay-signer.pem", CASE_ORDER,
                                                           answers[i].pairs);
    g_auto (TillStatement) statement = { 0 };

    g_test_message ("%s", answers[i].pairs);
    till_acquirer_read_statement (merchant, &ask, reply, &statement);
    case_assert_statement (&statement, answers[i].expect);
  }
}

/* Silence and strange pages are no statement. */
static void
test_silence (void)
{
  g_autoptr (TillMerchant) merchant = case_merchant ("unionpay");
  TillAsk ask = case_ask (TILL_CALL_STATEMENT, NULL);
  g_autoptr (TillHttpReply) none = till_http_reply_new (TILL_HTTP_NO_NETWORK);
  g_autoptr (TillHttpReply) large = till_http_reply_new (TILL_HTTP_TOO_LARGE);
  g_autoptr (TillHttpReply) page = case_reply (404, "<html>");
  g_auto (TillStatement) first = { 0 };
  g_auto (TillStatement) second = { 0 };
  g_auto (TillStatement) third = { 0 };

  large->sent = TRUE;
  large->status = 200;
  till_acquirer_read_statement (merchant, &ask, none, &first);
  case_assert_statement (&first, "state=lost; reason=no-network");
  till_acquirer_read_statement (merchant, &ask, large, &second);
  case_assert_statement (&second, "state=lost; reason=bad-answer");
  till_acquirer_read_statement (merchant, &ask, page, &third);
  case_assert_statement (&third, "state=lost; reason=bad-answer; said=HTTP 404");
}

static const struct {
  const char *base_url;
  const char *file_url;
  const char *day;
  const char *url;      /* NULL: no request can be made */
} requests[] = {
  { NULL, NULL, "20260520", "https://filedownload.95516.com/" },
  { NULL, "https://files.example/x", "20260520", "https://files.example/x" },
  { "https://gateway.test.95516.com", NULL, "20260519", "https://filedownload.test.95516.com/" },
  { NULL, NULL, "20250601", "https://filedownload.95516.com/" },
  { "https://127.0.0.1:8443", NULL, "20260520", NULL },
  { NULL, NULL, "20260522", NULL },
  { NULL, NULL, "20250520", NULL },
  { NULL, NULL, "20260532", NULL },
  { NULL, NULL, "2026-05-20", NULL },
  { NULL, NULL, "0520", NULL },
  { NULL, NULL, NULL, NULL },
};

/* Where a day is asked for; one that its month and day do not name alone is not. */
static void
test_requests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autoptr (FakeSettings) settings = case_settings ("unionpay");
    g_autoptr (TillMerchant) merchant = NULL;
    g_autoptr (TillHttpRequest) request = NULL;
    g_autoptr (GError) error = NULL;
    TillAsk ask = case_ask (TILL_CALL_STATEMENT, NULL);

    g_test_message ("%u: %s", i, requests[i].day);
    if (requests[i].base_url)
      fake_settings_set (settings, "base-url", requests[i].base_url);
    if (requests[i].file_url)
      fake_settings_set (settings, "file-url", requests[i].file_url);
    merchant = till_merchant_new ("unionpay", settings, NULL);
    ask.order = NULL;
    ask.day = requests[i].day;
    request = till_acquirer_build (merchant, &ask, &error);
    if (requests[i].url)
      g_assert_no_error (error);
    else
      g_assert_error (error, TILL_ACQUIRER_ERROR, TILL_ACQUIRER_ERROR_BUILD);
    g_assert_cmpstr (request ? request->url : NULL, ==, requests[i].url);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unionpay-statement/records", test_records);
  g_test_add_func ("/unionpay-statement/lengths", test_lengths);
  g_test_add_func ("/unionpay-statement/line", test_line);
  g_test_add_func ("/unionpay-statement/archives", test_archives);
  g_test_add_func ("/unionpay-statement/cut", test_cut);
  g_test_add_func ("/unionpay-statement/bomb", test_bomb);
  g_test_add_func ("/unionpay-statement/answers", test_answers);
  g_test_add_func ("/unionpay-statement/silence", test_silence);
  g_test_add_func ("/unionpay-statement/requests", test_requests);

  return g_test_run ();
}
