/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor-reader.h"

#include <string.h>

/* A reader that is there says so sooner. No card is waited for. */
#define READ_MS 500

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

/* The one that the profile names, or any, where something is in the way of it. */
static const TillTapReader *
find_culprit (const TillTapList *list,
              const char        *reader)
{
  for (guint i = 0; i < list->readers->len; i++) {
    const TillTapReader *found = list->readers->pdata[i];
    gboolean is_meant = strcmp (reader, "auto") == 0 ||
                        (found->reader && g_str_has_prefix (reader, found->reader));

    if (is_meant && till_tap_state_is_fault (found->state))
      return found;
  }

  return NULL;
}

/**
 * till_doctor_look_at_reader:
 * @worst: (inout): the worst that was found
 *
 * Asks the profile's reader for a card for a moment, and runs the main loop meanwhile. Without a
 * reader one sells on: it is never worse than worth a look.
 */
void
till_doctor_look_at_reader (TillFindingHealth *worst,
                            TillShop          *shop,
                            TillFindingFunc    func,
                            gpointer           user_data)
{
  const char *name = till_profile_get (shop->profile, "nfc", "reader");
  TillReaderFinding reader = {
    .is_off = strcmp (till_profile_get (shop->profile, "nfc", "mode"), "off") == 0,
  };
  TillFinding finding = { .check = TILL_CHECK_NFC, .reader = &reader };
  g_autoptr (TillTapCard) card = NULL;
  g_autoptr (TillTapList) list = NULL;
  const TillTapReader *culprit;

  if (!reader.is_off) {
    card = try_reader (shop->ports->tap, name);
    reader.state = card->outcome == TILL_TAP_FAILED ? card->fault : TILL_TAP_WAITING;
    reader.reader = card->reader;
    reader.list = list = list_readers (shop->ports->tap);
    culprit = reader.state == TILL_TAP_WAITING ? NULL : find_culprit (list, name);
    reader.holder = culprit ? culprit->holder : NULL;
    reader.remedy = culprit ? culprit->remedy : NULL;
    if (reader.state != TILL_TAP_WAITING)
      finding.health = TILL_HEALTH_WORTH_A_LOOK;
  }

  *worst = MAX (*worst, finding.health);
  func (&finding, user_data);
}
