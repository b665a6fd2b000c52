/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor-reader.h"

#include <stdlib.h>
#include <string.h>

/* A reader that is there says so sooner. No card is waited for. */
#define READ_MS 500

/* What a phone would open that is held to the reader just then: nothing. */
#define NO_LINK "https://till.invalid/"

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      list)
{
  *(TillTapList **) list = till_tap_list_finish (TILL_TAP (source), result);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      card)
{
  *(TillTapCard **) card = till_tap_read_finish (TILL_TAP (source), result);
}

static TillTapList *
list_readers (TillTap *port)
{
  TillTapList *list = NULL;

  till_tap_list_async (port, NULL, list_cb, &list);
  while (!list)
    g_main_context_iteration (NULL, TRUE);

  return list;
}

/* What a card would be asked tells nothing here; that somebody can ask does. */
static TillTapCard *
try_reader (TillTap    *port,
            const char *reader)
{
  const TillTapRequest request = { .reader = reader, .amount_fen = 1, .timeout_ms = READ_MS };
  TillTapCard *card = NULL;

  till_tap_read_async (port, &request, NULL, read_cb, &card);
  while (!card)
    g_main_context_iteration (NULL, TRUE);

  return card;
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      state)
{
  *(TillTapState *) state = till_tap_show_finish (TILL_TAP (source), result);
}

/* Returns: SHOWING where it can be a tag, or what is wrong */
static TillTapState
try_tag (TillTap    *port,
         const char *reader,
         gboolean    any_reader)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TillTapState ended = TILL_TAP_SHOWING;
  TillTapState state;

  till_tap_let_any_show (port, any_reader);
  till_tap_show_async (port, reader, NO_LINK, cancellable, shown_cb, &ended);
  while (ended == TILL_TAP_SHOWING && till_tap_get_state (port) != TILL_TAP_SHOWING)
    g_main_context_iteration (NULL, TRUE);

  state = ended;
  g_cancellable_cancel (cancellable);
  while (ended == TILL_TAP_SHOWING)
    g_main_context_iteration (NULL, TRUE);

  return state;
}

/* As the profile has it used: for cards, or as a tag only. */
static TillTapState
try_it (TillShop    *shop,
        const char  *name,
        gboolean     is_tag,
        char       **reader)
{
  const gboolean any_reader =
    strcmp (till_profile_get (shop->profile, "nfc", "link-on"), "any-reader") == 0;
  g_autoptr (TillTapCard) card = NULL;

  if (is_tag) {
    *reader = g_strdup (name);
    return try_tag (shop->ports->tap, name, any_reader);
  }

  card = try_reader (shop->ports->tap, name);
  *reader = g_strdup (card->reader);
  return card->outcome == TILL_TAP_FAILED ? card->fault : TILL_TAP_WAITING;
}

/* "pn532_uart:/dev/ttyUSB0:115200" and one by the port's other name are the same. */
static gboolean
is_same_port (const char *one,
              const char *other)
{
  g_auto (GStrv) ones = g_strsplit (one, ":", 3);
  g_auto (GStrv) others = g_strsplit (other, ":", 3);
  gboolean same = FALSE;

  if (g_strcmp0 (ones[0], others[0]) == 0 && ones[1] && others[1]) {
    char *first = realpath (ones[1], NULL);
    char *second = realpath (others[1], NULL);

    same = first && g_strcmp0 (first, second) == 0;
    free (first);
    free (second);
  }

  return same;
}

/* Whether @found is the profile's @reader, or the service that stands before it. */
static gboolean
is_meant (const TillTapReader *found,
          const char          *reader)
{
  if (strcmp (reader, "auto") == 0)
    return TRUE;
  if (!found->reader)
    return g_str_has_prefix (reader, "pcsc:");

  return g_str_has_prefix (reader, found->reader) || is_same_port (reader, found->reader);
}

/* What is in the way, just as the reader says. */
static const TillTapReader *
find_culprit (const TillTapList *list,
              const char        *reader,
              TillTapState       state)
{
  for (guint i = 0; i < list->readers->len; i++) {
    const TillTapReader *found = list->readers->pdata[i];

    if (found->state == state && is_meant (found, reader))
      return found;
  }

  return NULL;
}

/**
 * till_doctor_look_at_reader:
 * @worst: (inout): the worst that was found
 *
 * Asks the profile's reader for a card for a moment, or to be a tag where that is all that it is
 * for, and runs the main loop meanwhile. Without a reader one sells on: it is never worse than worth
 * a look.
 */
void
till_doctor_look_at_reader (TillFindingHealth *worst,
                            TillShop          *shop,
                            TillFindingFunc    func,
                            gpointer           user_data)
{
  const char *name = till_profile_get (shop->profile, "nfc", "reader");
  const gboolean takes_no_cards =
    strcmp (till_profile_get (shop->profile, "nfc", "mode"), "off") == 0;
  const gboolean is_tag =
    strcmp (till_profile_get (shop->profile, "nfc", "beside-code"), "link") == 0;
  TillReaderFinding reader = {
    .is_off = takes_no_cards && !is_tag,
    .mode = till_profile_get (shop->profile, "nfc", "mode"),
  };
  TillFinding finding = { .check = TILL_CHECK_NFC, .reader = &reader };
  g_autofree char *used = NULL;
  g_autoptr (TillTapList) list = NULL;
  const TillTapReader *culprit;

  if (!reader.is_off) {
    reader.state = try_it (shop, name, takes_no_cards, &used);
    reader.reader = used;
    reader.list = list = list_readers (shop->ports->tap);
    culprit = till_tap_state_is_fault (reader.state) ? find_culprit (list, name, reader.state)
                                                     : NULL;
    reader.holder = culprit ? culprit->holder : NULL;
    reader.remedy = culprit ? culprit->remedy : NULL;
    if (till_tap_state_is_fault (reader.state))
      finding.health = TILL_HEALTH_WORTH_A_LOOK;
  }

  *worst = MAX (*worst, finding.health);
  func (&finding, user_data);
}
