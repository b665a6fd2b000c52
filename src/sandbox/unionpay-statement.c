/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/unionpay-statement.h"

#include "sandbox/text.h"

#include <gio/gio.h>
#include <string.h>

/* UnionPay's file of a settlement date, made of the ledger: fileContent is base64 of zlib of a ZIP
 * that holds INN<yyMMdd>88ZM_<merId>. Columns: lyonliyang/demo (UnionField). The sandbox has the
 * file of a day at once, and of as much of it as is over; a day without a transaction has none. */

#define RECORD 607
#define ZONE_US (8 * G_TIME_SPAN_HOUR)
#define EARLY_US G_TIME_SPAN_HOUR
#define FEE_PPM 3800

/* A column of a record, at its offset; the others are blank. */
typedef struct {
  gsize       at;
  const char *text;
} Column;

/* What is booked: a sale, or what goes back of one. */
typedef struct {
  const char *code;       /* S22, S30 */
  const char *type;       /* txnType */
  const char *order;
  const char *ref;
  const char *of_ref;
  gint64      at_us;
  gint64      amount_fen;
  gint64      fee_fen;
} Booked;

static char *
clearing_day (gint64 at_us)
{
  return till_sandbox_time_gmt8 (at_us + EARLY_US, "%y%m%d");
}

static gint64
clearing_number (gint64 at_us)
{
  return (at_us + ZONE_US + EARLY_US) / G_TIME_SPAN_DAY;
}

static char *
signed_fen (gint64 fen)
{
  return g_strdup_printf ("%c%012" G_GINT64_FORMAT, fen < 0 ? 'D' : 'C', ABS (fen));
}

static void
append_record (GString      *file,
               const char   *mer_id,
               const Booked *booked)
{
  gboolean is_sale = strcmp (booked->type, "01") == 0;
  g_autofree char *time = till_sandbox_time_gmt8 (booked->at_us, "%m%d%H%M%S");
  g_autofree char *amount = g_strdup_printf ("%012" G_GINT64_FORMAT, booked->amount_fen);
  g_autofree char *fee = signed_fen (-booked->fee_fen);
  g_autofree char *settle = signed_fen ((is_sale ? 1 : -1) * booked->amount_fen - booked->fee_fen);
  const Column columns[] = {
    { 0, booked->code },     { 4, "00010000" },   { 16, "00010000" },    { 28, "000079" },
    { 35, time },            { 46, "622800*********0001" },              { 66, amount },
    { 79, "5411" },          { 84, "08" },        { 87, booked->ref },   { 109, "01" },
    { 112, booked->order },  { 145, "01" },       { 166, fee },          { 180, settle },
    { 194, "0001" },         { 215, booked->type }, { 218, "06" },       { 221, "000000" },
    { 228, "01" },           { 269, "0" },        { 271, booked->of_ref }, { 293, mer_id },
    { 309, "0" },            { 374, settle },     { 388, "00000001" },
  };
  gsize start = file->len;

  for (guint i = 0; i < RECORD; i++)
    g_string_append_c (file, ' ');
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    memcpy (file->str + start + columns[i].at, columns[i].text, strlen (columns[i].text));
  g_string_append (file, "\r\n");
}

static gboolean
is_of_day (gint64      at_us,
           const char *settle_date)
{
  g_autofree char *day = at_us ? clearing_day (at_us) : NULL;

  return day && strcmp (day + 2, settle_date) == 0;
}

static void
append_refunds (GString         *file,
                const TillEntry *entry,
                const char      *settle_date)
{
  for (guint i = 0; i < entry->refunds->len; i++) {
    const TillEntryRefund *refund = entry->refunds->pdata[i];
    g_autofree char *ref = g_strconcat (refund->moment, "9999999", NULL);
    gboolean is_void = refund->amount_fen == entry->paid_fen &&
                       clearing_number (refund->made_us) == clearing_number (entry->made_us);
    Booked booked = { "S30", is_void ? "31" : "04", refund->number, ref, entry->ref,
                      refund->done_us, refund->amount_fen, 0 };

    if (refund->state == TILL_SANDBOX_REFUND_SUCCESS && is_of_day (refund->done_us, settle_date))
      append_record (file, entry->merchant, &booked);
  }
}

static char *
make_file (const TillUnionpayAsk *ask,
           const char            *settle_date)
{
  const GPtrArray *entries =
    till_sandbox_ledger_get_entries (ask->exchange->world->ledger);
  GString *file = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++) {
    const TillEntry *entry = entries->pdata[i];
    Booked booked = { "S22", "01", entry->order, entry->ref, "", entry->paid_us, entry->paid_fen,
                      (entry->paid_fen * FEE_PPM + 500000) / 1000000 };

    if (strcmp (entry->acquirer, "unionpay") != 0 ||
        strcmp (entry->merchant, ask->merchant->mer_id) != 0 || entry->state != TILL_ENTRY_PAID)
      continue;
    if (is_of_day (entry->paid_us, settle_date))
      append_record (file, entry->merchant, &booked);
    append_refunds (file, entry, settle_date);
  }

  return g_string_free (file, FALSE);
}

static GByteArray *
deflate (const char           *data,
         gsize                 n,
         GZlibCompressorFormat format)
{
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (format, 9);
  GByteArray *out = g_byte_array_new ();
  GConverterResult result;

  do {
    guint8 chunk[4096];
    gsize n_read = 0, n_written = 0;

    result = g_converter_convert (G_CONVERTER (zlib), data, n, chunk, sizeof chunk,
                                  G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
    g_assert (result != G_CONVERTER_ERROR);
    data += n_read;
    n -= n_read;
    g_byte_array_append (out, chunk, (guint) n_written);
  } while (result != G_CONVERTER_FINISHED);

  return out;
}

static guint32
checksum (const char *data,
          gsize       n)
{
  guint32 crc = 0xFFFFFFFF;

  while (n--) {
    crc ^= (guchar) *data++;
    for (int k = 8; k; k--)
      crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

/* Little-endian, 2 or 4 bytes each: "24" is a short and a long. */
static void
put (GByteArray *out,
     const char *widths,
     ...)
{
  va_list rest;

  va_start (rest, widths);
  for (; *widths; widths++) {
    guint32 value = GUINT32_TO_LE (va_arg (rest, guint32));

    g_byte_array_append (out, (const guint8 *) &value, *widths == '2' ? 2 : 4);
  }
  va_end (rest);
}

/* One member, deflated. */
static GByteArray *
make_zip (const char *name,
          const char *file)
{
  guint32 n = (guint32) strlen (file), n_name = (guint32) strlen (name);
  guint32 crc = checksum (file, n);
  g_autoptr (GByteArray) packed = deflate (file, n, G_ZLIB_COMPRESSOR_FORMAT_RAW);
  GByteArray *zip = g_byte_array_new ();
  guint32 at;

  put (zip, "42222244422", 0x04034B50u, 20u, 0u, 8u, 0u, 0x21u, crc, packed->len, n, n_name, 0u);
  g_byte_array_append (zip, (const guint8 *) name, n_name);
  g_byte_array_append (zip, packed->data, packed->len);
  at = zip->len;
  put (zip, "4222222444" "22222" "44", 0x02014B50u, 20u, 20u, 0u, 8u, 0u, 0x21u, crc, packed->len,
       n, n_name, 0u, 0u, 0u, 0u, 0u, 0u);
  g_byte_array_append (zip, (const guint8 *) name, n_name);
  put (zip, "4222244" "2", 0x06054B50u, 0u, 0u, 1u, 1u, zip->len - at, at, 0u);
  return zip;
}

/* The last such day up to this one. */
static char *
name_file (const TillUnionpayAsk *ask,
           const char            *settle_date)
{
  g_autofree char *today = clearing_day (ask->exchange->now_us);
  int year = (int) (g_ascii_strtoll (today, NULL, 10) / 10000);

  return g_strdup_printf ("INN%02d%s88ZM_%s", year - (strcmp (settle_date, today + 2) > 0),
                          settle_date, ask->merchant->mer_id);
}

/**
 * till_unionpay_statement:
 *
 * Gives the file of a settlement date.
 */
void
till_unionpay_statement (TillUnionpayAsk *ask)
{
  const char *settle_date = till_unionpay_param (ask, "settleDate");
  g_autofree char *file = make_file (ask, settle_date);
  g_autofree char *name = name_file (ask, settle_date);
  g_autofree char *zip_name = g_strconcat (name, ".zip", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GByteArray) zip = NULL;
  g_autoptr (GByteArray) packed = NULL;

  if (!file[0]) {
    till_unionpay_refuse (ask, "98");
    return;
  }

  zip = make_zip (name, file);
  packed = deflate ((const char *) zip->data, zip->len, G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  content = g_base64_encode (packed->data, packed->len);
  till_unionpay_say (ask, "00", "settleDate", settle_date, "fileName", zip_name, "fileContent",
                     content, NULL);
}
