/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acquirer/sign.h"
#include "desk/desk.h"
#include "desk/setup.h"
#include "device/system-clock.h"
#include "device/system-random.h"

/* A whole sale without the network: code scanned → row on disk → signed request out → verified
 * answer → row on disk. Against what it cannot do without: two times 16 KB overwritten and
 * synced, one RSA signature, one verification; by turns in one run. The bank's own signing is
 * taken off the sale's time. */

#define N_WARM_UP  600   /* until the log has its size and is overwritten, as in a shop */
#define N_ROUNDS   300
#define GOAL       1.5
#define FLOOR_BYTES 16384

static TillKey *bank_key;
static gint64 bank_us;

/* The other side: books everything, signs what it says, and takes no time of ours. */
#define BENCH_TYPE_BANK (bench_bank_get_type ())
G_DECLARE_FINAL_TYPE (BenchBank, bench_bank, BENCH, BANK, GObject)

struct _BenchBank
{
  GObject parent_instance;
};

static char *
field_of (const char *body,
          const char *name)
{
  g_autofree char *key = g_strdup_printf ("\"%s\":\"", name);
  const char *value = strstr (body, key) + strlen (key);

  return g_strndup (value, strcspn (value, "\""));
}

static TillHttpReply *
make_reply (const TillHttpRequest *request)
{
  g_autofree char *asked = g_strndup (g_bytes_get_data (request->body, NULL),
                                      g_bytes_get_size (request->body));
  g_autofree char *order = field_of (asked, "out_trade_no");
  g_autofree char *appid = field_of (asked, "appid");
  g_autofree char *mchid = field_of (asked, "mchid");
  g_autofree char *body = g_strdup_printf (
    "{\"appid\":\"%s\",\"mchid\":\"%s\",\"out_trade_no\":\"%s\",\"transaction_id\":\"42\","
    "\"trade_type\":\"MICROPAY\",\"trade_state\":\"SUCCESS\",\"bank_type\":\"OTHERS\","
    "\"success_time\":\"2026-11-22T10:00:00+08:00\",\"payer\":{\"openid\":\"o\"},"
    "\"amount\":{\"total\":1250,\"payer_total\":1250,\"currency\":\"CNY\"}}", appid, mchid, order);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *text = g_strdup_printf ("%s\n0123456789\n%s\n", time, body);
  TillHttpReply *reply = till_http_reply_new (TILL_HTTP_OK);

  reply->sent = TRUE;
  reply->status = 200;
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-serial"),
                       g_strdup ("PUB_KEY_ID_0119000000012026112200000001"));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-timestamp"), g_steal_pointer (&time));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-nonce"), g_strdup ("0123456789"));
  g_hash_table_insert (reply->headers, g_strdup ("wechatpay-signature"),
                       till_key_sign (bank_key, text, NULL));
  g_bytes_unref (reply->body);
  reply->body = g_bytes_new (body, strlen (body));

  return reply;
}

static void
bank_send_async (TillHttp              *http,
                 const TillHttpRequest *request,
                 GCancellable          *cancellable,
                 GAsyncReadyCallback    callback,
                 gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (http, NULL, callback, user_data);
  gint64 begun_us = g_get_monotonic_time ();
  TillHttpReply *reply = make_reply (request);

  bank_us += g_get_monotonic_time () - begun_us;
  g_task_return_pointer (task, reply, (GDestroyNotify) till_http_reply_free);
}

static TillHttpReply *
bank_send_finish (TillHttp     *http,
                  GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
bench_bank_http_init (TillHttpInterface *iface)
{
  iface->send_async = bank_send_async;
  iface->send_finish = bank_send_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchBank, bench_bank, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_HTTP, bench_bank_http_init))

static void
bench_bank_class_init (BenchBankClass *klass)
{
}

static void
bench_bank_init (BenchBank *self)
{
}

static TillKey *
load_key (const char *dir,
          const char *name)
{
  g_autofree char *resource = g_strconcat ("/cn/till/Till/sandbox/", name, NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GBytes) pem = g_resources_lookup_data (resource, 0, NULL);
  g_autoptr (GError) error = NULL;
  TillKey *key;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (pem, NULL),
                                      (gssize) g_bytes_get_size (pem), NULL));
  key = till_key_load_private (path, &error);
  g_assert_no_error (error);

  return key;
}

static double
time_sale (TillDesk *desk)
{
  g_autoptr (GError) error = NULL;
  gint64 begun_us = g_get_monotonic_time ();
  g_autoptr (TillSaleItem) item = NULL;

  bank_us = 0;
  item = till_desk_charge (desk, 1250, "134567890123456789", NULL, NULL, &error);
  g_assert_no_error (error);
  while (till_sale_item_get_state (item) != TILL_PAYMENT_PAID)
    g_main_context_iteration (NULL, TRUE);

  return (double) (g_get_monotonic_time () - begun_us - bank_us) / 1000;
}

/* Overwriting what is allocated already: no metadata, one flush. */
static void
sync_once (int         fd,
           const void *bytes)
{
  g_assert_cmpint (pwrite (fd, bytes, FLOOR_BYTES, 0), ==, FLOOR_BYTES);
  g_assert_cmpint (fdatasync (fd), ==, 0);
}

static double
time_floor (int            fd,
            const void    *bytes,
            const TillKey *shop_key)
{
  gint64 begun_us = g_get_monotonic_time ();
  g_autofree char *signature = NULL;

  sync_once (fd, bytes);
  signature = till_key_sign (shop_key, "a request of some two hundred bytes", NULL);
  till_key_verify (shop_key, "an answer", strlen ("an answer"), signature);
  sync_once (fd, bytes);

  return (double) (g_get_monotonic_time () - begun_us) / 1000;
}

static int
compare (const void *a,
         const void *b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static double
quantile (double *values,
          double  share)
{
  qsort (values, N_ROUNDS, sizeof *values, compare);

  return values[(guint) ((N_ROUNDS - 1) * share)];
}

static int
measure (TillDesk   *desk,
         const char *dir)
{
  static double sales[N_ROUNDS], floors[N_ROUNDS], ratios[N_ROUNDS];
  g_autofree char *path = g_build_filename (dir, "floor", NULL);
  g_autofree guint8 *bytes = g_malloc0 (FLOOR_BYTES);
  g_autoptr (TillKey) shop_key = load_key (dir, "wechat-merchant-key.pem");
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  for (guint i = 0; i < N_WARM_UP; i++) {
    time_sale (desk);
    time_floor (fd, bytes, shop_key);
  }
  for (guint i = 0; i < N_ROUNDS; i++) {
    floors[i] = time_floor (fd, bytes, shop_key);
    sales[i] = time_sale (desk);
    ratios[i] = sales[i] / floors[i];
  }
  close (fd);

  g_print ("whole sale without the network: %.2f x its floor (goal <= %.1f)\n",
           quantile (ratios, 0.5),
           GOAL);
  g_print ("  sale  %.3f ms (p10 %.3f, p90 %.3f, p99 %.3f)\n", quantile (sales, 0.5),
           quantile (sales, 0.1), quantile (sales, 0.9), quantile (sales, 0.99));
  g_print ("  floor %.3f ms (p10 %.3f, p90 %.3f): two syncs of 16 KB, one signature, one check\n",
           quantile (floors, 0.5), quantile (floors, 0.1), quantile (floors, 0.9));

  return quantile (ratios, 0.5) <= GOAL ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* In the folder where the benchmark runs: /tmp may be no disk. */
int
main (void)
{
  g_autofree char *dir = g_strdup ("./bench-sale-XXXXXX");
  g_autofree char *profile = NULL;
  g_autofree char *remove = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TillHttp) bank = g_object_new (BENCH_TYPE_BANK, NULL);
  g_autoptr (TillDesk) desk = NULL;
  const TillPorts ports = {
    .clock = till_system_clock_get (), .random = till_system_random_get (), .http = bank,
  };
  int code;

  g_assert_nonnull (g_mkdtemp (dir));
  profile = g_build_filename (dir, "profile", NULL);
  till_setup_demo (profile, NULL, NULL, &error);
  g_assert_no_error (error);
  bank_key = load_key (dir, "wechat-platform-key.pem");
  desk = till_desk_open (profile, &ports, &error);
  g_assert_no_error (error);

  code = measure (desk, dir);
  till_desk_close (desk);
  till_key_free (bank_key);
  remove = g_strdup_printf ("rm -rf '%s'", dir);

  return system (remove) == 0 ? code : EXIT_FAILURE;
}
