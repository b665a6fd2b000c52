/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/wait.h"
#include "core/money.h"

/* query, cancel, refund, resume: what comes after. */

/**
 * till_command_query:
 *
 * `till query ORDER`
 *
 * Returns: an exit code
 */
int
till_command_query (const TillCli *cli,
                    char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_auto (GStrv) args = till_command_parse (words, "query ORDER", entries, 1, 1, &error);

  desk = args ? till_command_open (cli, &error) : NULL;
  item = desk ? till_desk_query (desk, args[0], &error) : NULL;
  if (!item)
    return till_command_fail (cli, error);

  return till_finish_sale (cli, desk, item, args[0]);
}

/* Cancelled as asked is a success, though no money moved; that it stays paid is none. */
static int
cancelled (int code)
{
  if (code == TILL_EXIT_REFUSED)
    return TILL_EXIT_DONE;
  if (code != TILL_EXIT_DONE)
    return code;

  g_printerr ("till: %s\n", till_reason_get_text (TILL_REASON_PAID_NO_CANCEL));
  return TILL_EXIT_REFUSED;
}

/**
 * till_command_cancel:
 *
 * `till cancel ORDER`
 *
 * Returns: an exit code
 */
int
till_command_cancel (const TillCli *cli,
                     char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_auto (GStrv) args = till_command_parse (words, "cancel ORDER", entries, 1, 1, &error);
  int code;

  desk = args ? till_command_open (cli, &error) : NULL;
  item = desk ? till_desk_cancel (desk, args[0], &error) : NULL;
  if (!item)
    return till_command_fail (cli, error);

  code = till_finish_sale (cli, desk, item, args[0]);

  return cancelled (code);
}

/* The refund that this command is about: the caller's number, else the newest. */
static const TillPayment *
find_refund (const TillSale *sale,
             const char     *order)
{
  const TillPayment *newest = NULL;

  if (!sale->order)
    return NULL;
  if (order)
    return till_sale_find_payment (sale, order);

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind == TILL_KIND_REFUND && (!newest || payment->changed_us >= newest->changed_us))
      newest = payment;
  }

  return newest;
}

static int
finish_refund (const TillCli *cli,
               TillDesk      *desk,
               TillSaleItem  *item,
               const char    *order)
{
  int code = till_finish_sale (cli, desk, item, NULL);
  const TillPayment *refund = find_refund (till_sale_item_get_sale (item), order);

  if (code == TILL_EXIT_SIGNAL)
    return code;
  /* With a fault and nothing of it open, the refund that was asked for now never began. */
  if (!refund || (till_sale_item_get_fault (item) && till_payment_is_final (refund->state)))
    return TILL_EXIT_FAULT;
  if (!cli->json)
    till_print_refund (refund);
  if (refund->reason != TILL_REASON_NONE)
    g_printerr ("till: %s\n", till_reason_get_text (refund->reason));

  return till_exit_of_payment (refund->state, refund->reason);
}

typedef struct {
  char  *sale;
  gint64 amount_fen;
  char  *order;
  char  *clerk;
  char  *note;
} Refund;

static void
refund_clear (Refund *refund)
{
  g_free (refund->order);
  g_free (refund->clerk);
  g_free (refund->note);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Refund, refund_clear)

static TillSaleItem *
begin_refund (TillDesk *desk,
              gpointer  user_data,
              GError  **error)
{
  const Refund *refund = user_data;
  const TillTicket ticket = { refund->order, refund->clerk, refund->note };

  return till_desk_refund (desk, refund->sale, refund->amount_fen, &ticket, error);
}

/**
 * till_command_refund:
 *
 * `till refund ORDER [AMOUNT] [--reason TEXT]`
 *
 * Returns: an exit code
 */
int
till_command_refund (const TillCli *cli,
                     char         **words)
{
  g_auto (Refund) refund = { NULL };
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &refund.note, N_("why, in your words"), N_("TEXT") },
    { "note", 0, 0, G_OPTION_ARG_STRING, &refund.note, N_("the same"), N_("TEXT") },
    { "order", 0, 0, G_OPTION_ARG_STRING, &refund.order, N_("the refund's own number"),
      N_("ORDER") },
    { "clerk", 0, 0, G_OPTION_ARG_STRING, &refund.clerk, N_("who gives it back"), N_("ID") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  g_auto (GStrv) args = till_command_parse (words, "refund ORDER [AMOUNT]", entries, 1, 2, &error);
  int code;

  if (!args || (args[1] && !till_money_parse (args[1], &refund.amount_fen, &error)))
    return till_command_fail (cli, error);

  desk = till_command_open (cli, &error);
  if (!desk)
    return till_command_fail (cli, error);

  refund.sale = args[0];
  item = till_begin (cli, desk, begin_refund, &refund, &code);

  return item ? finish_refund (cli, desk, item, refund.order) : code;
}

/* The worst exit code of several sales: unsure outweighs all. */
static int
worse (int a,
       int b)
{
  if (a == TILL_EXIT_SIGNAL || b == TILL_EXIT_SIGNAL)
    return TILL_EXIT_SIGNAL;

  return MAX (a, b);
}

/* The next open sale that was not dealt with yet; the list changes while one is. */
static TillSaleItem *
next_open (TillDesk   *desk,
           GHashTable *dealt_with)
{
  GListModel *open = till_desk_get_open (desk);

  for (guint i = 0; i < g_list_model_get_n_items (open); i++) {
    g_autoptr (TillSaleItem) item = g_list_model_get_item (open, i);

    if (g_hash_table_add (dealt_with, g_strdup (till_sale_item_get_order (item))))
      return g_steal_pointer (&item);
  }

  return NULL;
}

static int
finish_one (const TillCli *cli,
            TillDesk      *desk,
            TillSaleItem  *item)
{
  int code = till_finish_sale (cli, desk, item, NULL);

  if (code == TILL_EXIT_SIGNAL)
    return code;

  return till_sale_item_is_open (item) ? TILL_EXIT_UNSURE : TILL_EXIT_DONE;
}

/**
 * till_command_resume:
 *
 * `till resume`
 *
 * Returns: 0 when all are final, 3 when one is open yet
 */
int
till_command_resume (const TillCli *cli,
                     char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_autoptr (GHashTable) dealt_with = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) args = till_command_parse (words, "resume", entries, 0, 0, &error);
  int code = TILL_EXIT_DONE;

  desk = args ? till_command_open (cli, &error) : NULL;
  if (!desk || !till_desk_resume (desk, &error))
    return till_command_fail (cli, error);

  /* What failed and may be booked late is looked at once; the answer may open it again. */
  while (code != TILL_EXIT_SIGNAL) {
    g_autoptr (TillSaleItem) item = next_open (desk, dealt_with);

    if (item)
      code = worse (code, finish_one (cli, desk, item));
    else if (till_desk_is_looking (desk))
      g_main_context_iteration (NULL, TRUE);
    else
      break;
  }
  if (g_hash_table_size (dealt_with) == 0 && !cli->json)
    g_print ("%s\n", _("Nothing is open."));

  return code;
}
