/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/wait.h"
#include "code/qr.h"
#include "core/money.h"
#include "desk/codes.h"

/* charge and collect: taking money. */

#define COLLECT_WAIT_S     120
#define COLLECT_WAIT_MAX_S (2 * 60 * 60)
#define PNG_MODULE_PX      8

typedef struct {
  char *order;
  char *clerk;
  char *note;
  char *code;
  char *acquirer;
  char *brand;
  char *png;
  int   wait_s;

  gint64       amount_fen;
  TillBrandSet brands;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->order);
  g_free (options->clerk);
  g_free (options->note);
  if (options->code)
    explicit_bzero (options->code, strlen (options->code));
  g_free (options->code);
  g_free (options->acquirer);
  g_free (options->brand);
  g_free (options->png);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

#define TICKET_OPTIONS(o) \
  { "order", 0, 0, G_OPTION_ARG_STRING, &(o).order, N_("the sale's number"), N_("ORDER") }, \
  { "clerk", 0, 0, G_OPTION_ARG_STRING, &(o).clerk, N_("who takes the money"), N_("ID") }, \
  { "note", 0, 0, G_OPTION_ARG_STRING, &(o).note, N_("kept with the sale"), N_("TEXT") }

static TillSaleItem *
begin_charge (TillDesk *desk,
              gpointer  user_data,
              GError  **error)
{
  const Options *options = user_data;
  const TillTicket ticket = { options->order, options->clerk, options->note };

  return till_desk_charge (desk, options->amount_fen, options->code, options->acquirer, &ticket,
                           error);
}

/**
 * till_command_charge:
 *
 * `till charge AMOUNT --code PAYCODE [--acquirer ID]`
 *
 * Returns: an exit code
 */
int
till_command_charge (const TillCli *cli,
                     char         **words)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "code", 0, 0, G_OPTION_ARG_STRING, &options.code, N_("what the scanner read"),
      N_("PAYCODE") },
    { "acquirer", 0, 0, G_OPTION_ARG_STRING, &options.acquirer,
      N_("instead of the first that takes the wallet"), N_("ID") },
    TICKET_OPTIONS (options),
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_auto (GStrv) args = till_command_parse (words, "charge AMOUNT --code PAYCODE [--acquirer ID]",
                                            entries, 1, 1, &error);
  int code;

  if (!args || !till_money_parse (args[0], &options.amount_fen, &error))
    return till_command_fail (cli, error);
  if (!options.code) {
    g_set_error_literal (&error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("--code is missing: the payment code that the customer shows"));
    return till_command_fail (cli, error);
  }

  desk = till_command_open (cli, &error);
  if (!desk)
    return till_command_fail (cli, error);

  item = till_begin (cli, desk, begin_charge, &options, &code);

  return item ? till_finish_sale (cli, desk, item, NULL) : code;
}

/* Nobody asked which wallet the customer has: one code, of the kind that most can pay. */
static void
propose_brands (TillDesk     *desk,
                gint64        amount_fen,
                TillBrandSet *brands)
{
  if (till_codes_propose (desk, amount_fen, brands))
    return;

  for (guint brand = TILL_BRAND_NONE + 1; brand < TILL_N_BRANDS; brand++) {
    if (*brands == TILL_BRAND_BIT (brand))
      /* Translators: %s is a wallet, "WeChat Pay" */
      g_printerr (_("till: this code is for %s; name another wallet with --brand\n"),
                  till_brand_get_name ((TillBrand) brand));
  }
}

/* "all" is every wallet whose code the shop can make. */
static gboolean
parse_brands (TillDesk     *desk,
              const char   *text,
              gint64        amount_fen,
              TillBrandSet *brands,
              GError      **error)
{
  if (!text) {
    propose_brands (desk, amount_fen, brands);
    /* What nobody can show is refused with its reason. */
    if (*brands == 0)
      *brands = till_desk_get_brands (desk, TILL_KIND_COLLECT);
    return TRUE;
  }
  if (strcmp (text, "all") == 0) {
    *brands = till_desk_get_brands (desk, TILL_KIND_COLLECT);
    return TRUE;
  }
  if (till_brand_set_parse (text, brands))
    return TRUE;

  g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
               /* Translators: %s is what somebody typed */
               _("There is no wallet “%s”. Use wechat, alipay, unionpay, ecny, jd or all."), text);
  return FALSE;
}

static TillSaleItem *
begin_collect (TillDesk *desk,
               gpointer  user_data,
               GError  **error)
{
  const Options *options = user_data;
  const TillTicket ticket = { options->order, options->clerk, options->note };

  return till_desk_collect (desk, options->amount_fen, options->brands,
                            (gint64) options->wait_s * 1000, &ticket, error);
}

static gboolean
check_collect (const Options *options,
               GError       **error)
{
  g_autofree char *folder = options->png ? g_path_get_dirname (options->png) : NULL;

  if (options->wait_s < 1 || options->wait_s > COLLECT_WAIT_MAX_S) {
    g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                 _("--wait is from 1 to %d seconds"), COLLECT_WAIT_MAX_S);
    return FALSE;
  }
  if (folder && g_access (folder, W_OK) != 0) {
    g_set_error (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                 /* Translators: %s is a folder */
                 _("The folder “%s” is missing or cannot be written. Choose another for --png."),
                 folder);
    return FALSE;
  }

  return TRUE;
}

/* "code.png", and with several codes "code-alipay.png"; one that all wallets scan bears its
 * acquirer's name. */
static char *
png_path (const char        *path,
          const TillSale    *sale,
          const TillPayment *payment)
{
  const char *name = strrchr (path, G_DIR_SEPARATOR);
  const char *dot = strrchr (name ? name : path, '.');
  gsize n_stem = dot ? (gsize) (dot - path) : strlen (path);
  const char *whose = payment->brand == TILL_BRAND_NONE ? payment->acquirer
                                                        : till_brand_to_word (payment->brand);

  if (sale->payments->len == 1)
    return g_strdup (path);

  return g_strdup_printf ("%.*s-%s%s", (int) n_stem, path, whose, path + n_stem);
}

typedef struct {
  const char *path;
  GHashTable *written;
} Pictures;

static void
write_new_pictures (TillSaleItem *item,
                    Pictures     *pictures)
{
  const TillSale *sale = till_sale_item_get_sale (item);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (TillQr) qr = NULL;
    g_autoptr (GBytes) png = NULL;
    g_autofree char *path = NULL;

    if (!payment->code_text || !g_hash_table_add (pictures->written, g_strdup (payment->order)))
      continue;
    path = png_path (pictures->path, sale, payment);
    qr = till_qr_new (payment->code_text, &error);
    png = qr ? till_qr_to_png (qr, PNG_MODULE_PX) : NULL;
    if (!png || !g_file_set_contents (path, g_bytes_get_data (png, NULL),
                                      (gssize) g_bytes_get_size (png), &error))
      g_printerr ("till: %s\n", error->message);
  }
}

static void
code_text_cb (TillSaleItem *item,
              GParamSpec   *pspec,
              gpointer      user_data)
{
  write_new_pictures (item, user_data);
}

static int
finish_collect (const TillCli *cli,
                TillDesk      *desk,
                TillSaleItem  *item,
                const char    *png)
{
  Pictures pictures = { png, NULL };
  int code;

  if (!png)
    return till_finish_sale (cli, desk, item, NULL);

  pictures.written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect (item, "notify::code-text", G_CALLBACK (code_text_cb), &pictures);
  write_new_pictures (item, &pictures);
  code = till_finish_sale (cli, desk, item, NULL);
  g_signal_handlers_disconnect_by_data (item, &pictures);
  g_hash_table_unref (pictures.written);

  return code;
}

/**
 * till_command_collect:
 *
 * `till collect AMOUNT [--brand BRAND…|all] [--wait SECONDS] [--png FILE]`
 *
 * Returns: an exit code
 */
int
till_command_collect (const TillCli *cli,
                      char         **words)
{
  g_auto (Options) options = { .wait_s = COLLECT_WAIT_S };
  const GOptionEntry entries[] = {
    { "brand", 0, 0, G_OPTION_ARG_STRING, &options.brand, N_("wallets, or all"), N_("BRAND…") },
    { "wait", 0, 0, G_OPTION_ARG_INT, &options.wait_s, N_("how long the code lives"),
      N_("SECONDS") },
    { "png", 0, 0, G_OPTION_ARG_FILENAME, &options.png, N_("the code as a picture"), N_("FILE") },
    TICKET_OPTIONS (options),
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_auto (GStrv) args = till_command_parse (words, "collect AMOUNT [--brand BRAND…|all]", entries,
                                            1, 1, &error);
  int code;

  if (!args || !till_money_parse (args[0], &options.amount_fen, &error) ||
      !check_collect (&options, &error))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk || !parse_brands (desk, options.brand, options.amount_fen, &options.brands, &error))
    return till_command_fail (cli, error);

  item = till_begin (cli, desk, begin_collect, &options, &code);

  return item ? finish_collect (cli, desk, item, options.png) : code;
}
