/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/wait.h"
#include "core/evidence.h"
#include "desk/books.h"

/* settle: what only a person can settle, and that person's word. */

typedef struct {
  const TillCli *cli;
  TillDesk      *desk;
  guint          n_found;
} Lister;

static void
print_evidence (Lister            *lister,
                const TillSale    *sale,
                const TillPayment *payment,
                TillWork           work)
{
  const TillDay *day = till_desk_get_day (lister->desk);
  const char *name = till_desk_get_acquirer_name (lister->desk, payment->acquirer);
  g_autoptr (TillEvidence) evidence = till_evidence_new (sale, payment, work, name, day);

  g_print ("    %s\n    %s\n    %s\n    %s\n", evidence->what, evidence->asked, evidence->answer,
           evidence->search);
}

static gboolean
list_work (const TillSale *sale,
           gpointer        user_data)
{
  Lister *lister = user_data;
  gint64 now_us = till_desk_get_now_us (lister->desk);

  if (!till_work_find (sale, now_us))
    return TRUE;

  lister->n_found++;
  till_print_work (lister->cli, sale, till_desk_get_day (lister->desk), now_us);
  for (guint i = 0; !lister->cli->json && i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);
    TillWork work = till_work_of (sale, payment, now_us);

    if (work != TILL_WORK_NONE)
      print_evidence (lister, sale, payment, work);
  }

  return TRUE;
}

static int
list_all (const TillCli *cli,
          TillDesk      *desk)
{
  const TillSaleFilter filter = { .open_only = TRUE };
  Lister lister = { .cli = cli, .desk = desk };
  g_autoptr (GError) error = NULL;

  if (!till_books_each_sale (desk, &filter, list_work, &lister, &error))
    return till_command_fail (cli, error);
  if (lister.n_found == 0 && !cli->json)
    g_print ("%s\n", _("Nothing needs a person."));

  return TILL_EXIT_DONE;
}

typedef struct {
  gboolean  is_paid;
  gboolean  is_unpaid;
  gboolean  is_given_back;
  char     *clerk;
  char     *note;
} Word;

static void
word_clear (Word *word)
{
  g_free (word->clerk);
  g_free (word->note);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Word, word_clear)

static gboolean
read_event (const Word        *word,
            TillPaymentEvent  *event,
            GError           **error)
{
  if (word->is_paid + word->is_unpaid + word->is_given_back != 1) {
    g_set_error_literal (error, TILL_CLI_ERROR, TILL_CLI_ERROR_USAGE,
                         _("Say one of --paid, --unpaid and --given-back."));
    return FALSE;
  }

  *event = word->is_paid ? TILL_EVENT_OWNER_PAID
           : word->is_unpaid ? TILL_EVENT_OWNER_UNPAID : TILL_EVENT_OWNER_GIVEN_BACK;
  return TRUE;
}

static int
settle (const TillCli *cli,
        TillDesk      *desk,
        const char    *order,
        const Word    *word)
{
  const TillTicket ticket = { NULL, word->clerk ? word->clerk : g_get_user_name (), word->note };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillSaleItem) item = NULL;
  TillPaymentEvent event;
  int code;

  if (read_event (word, &event, &error))
    item = till_desk_settle (desk, order, event, &ticket, &error);
  if (!item)
    return till_command_fail (cli, error);

  code = till_finish_sale (cli, desk, item, order);
  if (code == TILL_EXIT_SIGNAL || code == TILL_EXIT_FAULT)
    return code;

  return till_sale_item_is_open (item) ? TILL_EXIT_UNSURE : TILL_EXIT_DONE;
}

/**
 * till_command_settle:
 *
 * `till settle [ORDER --paid|--unpaid|--given-back --reason TEXT]`: what needs a person, or that
 * person's word about it. Nothing that charges is sent.
 *
 * Returns: an exit code
 */
int
till_command_settle (const TillCli *cli,
                     char         **words)
{
  g_auto (Word) word = { FALSE };
  const GOptionEntry entries[] = {
    { "paid", 0, 0, G_OPTION_ARG_NONE, &word.is_paid,
      N_("the wallet's merchant web page shows it as paid"), NULL },
    { "unpaid", 0, 0, G_OPTION_ARG_NONE, &word.is_unpaid,
      N_("it shows it as not paid, or closed; of a refund: not given back"), NULL },
    { "given-back", 0, 0, G_OPTION_ARG_NONE, &word.is_given_back,
      N_("the money was given back by hand; of a refund: it arrived"), NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &word.note, N_("how you know, in your words"),
      N_("TEXT") },
    { "clerk", 0, 0, G_OPTION_ARG_STRING, &word.clerk, N_("who says so; else the login name"),
      N_("ID") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (TillDesk) desk = NULL;
  g_auto (GStrv) args = till_command_parse (words, "settle [ORDER]", entries, 0, 1, &error);

  desk = args ? till_command_open (cli, &error) : NULL;
  if (!desk)
    return till_command_fail (cli, error);

  return args[0] ? settle (cli, desk, args[0], &word) : list_all (cli, desk);
}
