/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "port/tap.h"

G_DEFINE_INTERFACE (TillTap, till_tap, G_TYPE_OBJECT)

static void
till_tap_default_init (TillTapInterface *iface)
{
  g_signal_new ("state-changed", TILL_TYPE_TAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("was-read", TILL_TYPE_TAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

TillTapState
till_tap_get_state (TillTap *self)
{
  g_return_val_if_fail (TILL_IS_TAP (self), TILL_TAP_OFF);

  return TILL_TAP_GET_IFACE (self)->get_state (self);
}

/**
 * till_tap_read_async:
 * @request: copied
 *
 * Waits for a card and reads it. The state tells on the way how it is with reader and card.
 */
void
till_tap_read_async (TillTap              *self,
                     const TillTapRequest *request,
                     GCancellable         *cancellable,
                     GAsyncReadyCallback   callback,
                     gpointer              user_data)
{
  g_return_if_fail (TILL_IS_TAP (self));
  g_return_if_fail (request->reader && request->amount_fen > 0);

  TILL_TAP_GET_IFACE (self)->read_async (self, request, cancellable, callback, user_data);
}

/**
 * till_tap_read_finish:
 *
 * Returns: (transfer full): how it ended, never %NULL
 */
TillTapCard *
till_tap_read_finish (TillTap      *self,
                      GAsyncResult *result)
{
  return TILL_TAP_GET_IFACE (self)->read_finish (self, result);
}

/**
 * till_tap_show_async:
 * @reader: as of #TillTapRequest; "auto" is no reader that can do this
 * @uri: what phones shall open
 *
 * Lets the reader be a tag, until it is cancelled or something else is begun.
 */
void
till_tap_show_async (TillTap             *self,
                     const char          *reader,
                     const char          *uri,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (TILL_IS_TAP (self));
  g_return_if_fail (reader && uri);

  TILL_TAP_GET_IFACE (self)->show_async (self, reader, uri, cancellable, callback, user_data);
}

/**
 * till_tap_let_any_show:
 * @any_reader: whether readers may be tags too of which some hang afterwards, until they are
 *   unplugged; not before this was called
 */
void
till_tap_let_any_show (TillTap  *self,
                       gboolean  any_reader)
{
  g_return_if_fail (TILL_IS_TAP (self));

  if (TILL_TAP_GET_IFACE (self)->let_any_show)
    TILL_TAP_GET_IFACE (self)->let_any_show (self, any_reader);
}

/**
 * till_tap_show_finish:
 *
 * Returns: %TILL_TAP_OFF where it was ended, or the fault that ended it: %TILL_TAP_UNABLE where the
 *   reader is not one that can be a tag
 */
TillTapState
till_tap_show_finish (TillTap      *self,
                      GAsyncResult *result)
{
  return TILL_TAP_GET_IFACE (self)->show_finish (self, result);
}

/**
 * till_tap_list_async:
 *
 * Looks which readers there are and who has them. Opens none; ends nothing that is under way.
 */
void
till_tap_list_async (TillTap             *self,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (TILL_IS_TAP (self));

  TILL_TAP_GET_IFACE (self)->list_async (self, cancellable, callback, user_data);
}

/**
 * till_tap_list_finish:
 *
 * Returns: (transfer full): what was found, never %NULL
 */
TillTapList *
till_tap_list_finish (TillTap      *self,
                      GAsyncResult *result)
{
  return TILL_TAP_GET_IFACE (self)->list_finish (self, result);
}

/**
 * till_tap_send_async:
 * @send: copied as far as it is needed after this call
 *
 * Lets a card's fields be put into a request, and the request be sent, where this process sees
 * neither. All else is as with till_http_send_async(): also that an answer is no trusted one before
 * its proof was checked.
 */
void
till_tap_send_async (TillTap             *self,
                     const TillTapSend   *send,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (TILL_IS_TAP (self));
  g_return_if_fail (send->request && send->request->body && send->token && send->key &&
                    send->mac_key);

  TILL_TAP_GET_IFACE (self)->send_async (self, send, cancellable, callback, user_data);
}

/**
 * till_tap_send_finish:
 *
 * Returns: (transfer full): how it ended, never %NULL; the card's fields are no more in it
 */
TillHttpReply *
till_tap_send_finish (TillTap      *self,
                      GAsyncResult *result)
{
  return TILL_TAP_GET_IFACE (self)->send_finish (self, result);
}

TillTapCard *
till_tap_card_new (TillTapOutcome outcome)
{
  TillTapCard *card = g_new0 (TillTapCard, 1);

  card->outcome = outcome;
  card->sequence = -1;
  card->counter = -1;

  return card;
}

void
till_tap_card_free (TillTapCard *card)
{
  g_free (card->reader);
  g_free (card->aid);
  g_free (card->label);
  g_free (card->number);
  g_free (card->cryptogram);
  g_free (card->token);
  g_free (card->sealed);
  g_free (card);
}

void
till_tap_reader_free (TillTapReader *reader)
{
  g_free (reader->name);
  g_free (reader->reader);
  g_free (reader->holder);
  g_free (reader);
}

TillTapList *
till_tap_list_new (void)
{
  TillTapList *list = g_new0 (TillTapList, 1);

  list->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) till_tap_reader_free);

  return list;
}

void
till_tap_list_free (TillTapList *list)
{
  g_ptr_array_unref (list->readers);
  g_free (list);
}
