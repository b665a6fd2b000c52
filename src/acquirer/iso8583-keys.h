/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "acquirer/acquirer.h"
#include "acquirer/seal.h"

G_BEGIN_DECLS

#define TILL_ISO8583_DES_MAX 16 /* bytes of a key */

/* A terminal's contract in ISO 8583. Working keys come by sign-in, each day, under the terminal's
 * own key. */
typedef struct {
  char          *terminal;     /* field 41 */
  char          *merchant;     /* field 42 */
  char          *sequence_no;  /* of the terminal, as a sign-in tells it; NULL: it does not */
  guint8         tpdu[5];
  guint8         head[6];
  guint8         master[TILL_ISO8583_DES_MAX];  /* TMK */
  gsize          n_master;
  TillCardTerms  terms;

  TillWiped     *working;      /* as they are stored; NULL before the first sign-in */
  char           day[9];       /* of the sign-in, in China's time */
  char           batch[7];
  guint8         mac_key[TILL_ISO8583_DES_MAX];
  gsize          n_mac_key;    /* 0 before the first sign-in */
  int            is_stale;     /* atomic: the host says that the keys are not those that it has */
} TillIso8583Keys;

gpointer  till_iso8583_keys_load         (const TillSettings   *settings,
                                          GError              **error);
void      till_iso8583_keys_unload       (gpointer              pointer);
gboolean  till_iso8583_keys_take         (TillMerchant         *merchant,
                                          const TillAsk        *ask,
                                          const TillHttpReply  *reply,
                                          GError              **error);
gboolean  till_iso8583_keys_are_due      (gconstpointer         pointer,
                                          gint64                now_us);
char     *till_iso8583_keys_tell_secret  (gconstpointer         pointer,
                                          const char           *name);
void      till_iso8583_keys_read_kept    (gpointer              pointer,
                                          const TillSettings   *settings);

G_END_DECLS
