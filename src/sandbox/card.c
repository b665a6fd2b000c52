/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/card.h"

#include <string.h>

#include "code/bcd.h"
#include "code/tlv.h"
#include "sandbox/text.h"

/* What an issuer would look at in a tap: its form only, since there is no issuer's key. */
static const struct {
  guint32     tag;
  gsize       n_bytes;  /* 0: any but none */
  const char *value;    /* NULL: any */
  const char *issue;
} demanded[] = {
  { 0x9F26, 8, NULL,         "no cryptogram" },
  { 0x9F27, 1, "80",         "the cryptogram is no request" },
  { 0x9F10, 0, NULL,         "no issuer data" },
  { 0x9F37, 4, NULL,         "no unpredictable number" },
  { 0x9F36, 2, NULL,         "no counter" },
  { 0x95,   5, NULL,         "no TVR" },
  { 0x9A,   3, NULL,         "no date" },
  { 0x9C,   1, "00",         "no purchase" },
  { 0x9F02, 6, NULL,         "no amount" },
  { 0x5F2A, 2, "0156",       "not in yuan" },
  { 0x82,   2, NULL,         "no profile" },
  { 0x9F1A, 2, "0156",       "not in China" },
  { 0x9F03, 6, "000000000000", "another amount" },
  { 0x9F33, 3, NULL,         "no terminal capabilities" },
  { 0x84,   0, NULL,         "no application" },
};

static gboolean
is_as_demanded (const GPtrArray *objects,
                guint            row)
{
  const TillTlv *object = till_tlv_find (objects, demanded[row].tag);
  char hex[2 * 64 + 1];

  if (!object || object->n_bytes == 0 || object->n_bytes > 64 ||
      (demanded[row].n_bytes > 0 && object->n_bytes != demanded[row].n_bytes))
    return FALSE;

  till_bcd_to_hex (object->value, object->n_bytes, hex);
  return !demanded[row].value || strcmp (hex, demanded[row].value) == 0;
}

static const char *
look_at_objects (const GPtrArray *objects,
                 gint64           amount_fen)
{
  guint64 fen = 0;

  for (guint i = 0; i < G_N_ELEMENTS (demanded); i++) {
    if (!is_as_demanded (objects, i))
      return demanded[i].issue;
  }
  if (!till_bcd_get (till_tlv_find (objects, 0x9F02)->value, 6, &fen) ||
      (gint64) fen != amount_fen)
    return "the cryptogram is over another amount";

  return NULL;
}

/* The check digit of ISO/IEC 7812. */
static gboolean
has_check_digit (const char *track_2,
                 gsize       n_pan)
{
  guint sum = 0;

  for (gsize i = 0; i < n_pan; i++) {
    guint digit = (guint) (track_2[n_pan - 1 - i] - '0') * (i % 2 ? 2 : 1);

    sum += digit > 9 ? digit - 9 : digit;
  }

  return sum % 10 == 0;
}

static const char *
look_at_track (const char *track_2,
               gint64      now_us)
{
  gsize n_pan = strspn (track_2, "0123456789");
  g_autofree char *month = till_sandbox_time_gmt8 (now_us, "%y%m");

  if (n_pan < 13 || n_pan > 19 || track_2[n_pan] != 'D' ||
      strspn (track_2 + n_pan + 1, "0123456789") != strlen (track_2) - n_pan - 1 ||
      strlen (track_2) - n_pan - 1 < 7)
    return "no track 2";
  if (!g_str_has_prefix (track_2, "62") || !has_check_digit (track_2, n_pan))
    return "no card of UnionPay's";
  if (strncmp (track_2 + n_pan + 1, month, 4) < 0)
    return "expired";

  return NULL;
}

/**
 * till_sandbox_card_check:
 * @card: (out caller-allocates): set on success only
 * @issue: (out): what is wrong with it, where %FALSE is returned
 *
 * Looks at what came of a card as its issuer would, but for the cryptogram itself.
 */
gboolean
till_sandbox_card_check (TillSandboxCard *card,
                         const guint8    *field_55,
                         gsize            n_bytes,
                         const char      *track_2,
                         gint64           amount_fen,
                         gint64           now_us,
                         const char     **issue)
{
  g_autoptr (GPtrArray) objects = till_tlv_parse (field_55, n_bytes, NULL);
  const TillTlv *counter;
  char hex[5];

  *issue = objects ? look_at_objects (objects, amount_fen) : "field 55 is broken";
  if (!*issue)
    *issue = look_at_track (track_2, now_us);
  if (*issue)
    return FALSE;

  counter = till_tlv_find (objects, 0x9F36);
  till_bcd_to_hex (counter->value, 2, hex);
  card->once = g_strdup_printf ("card %.*s %s", (int) strspn (track_2, "0123456789"), track_2, hex);
  g_strlcpy (card->scene, "00", sizeof card->scene);
  if (amount_fen / 100 * 100 == TILL_SANDBOX_CARD_SCENES_FEN)
    g_snprintf (card->scene, sizeof card->scene, "%02d", (int) (amount_fen % 100));
  return TRUE;
}

void
till_sandbox_card_clear (TillSandboxCard *card)
{
  g_clear_pointer (&card->once, g_free);
}
