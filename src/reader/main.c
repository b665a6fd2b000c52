/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "reader/backend.h"
#include "reader/channel.h"
#include "reader/confine.h"
#include "reader/contactless.h"
#include "reader/deliver.h"
#include "reader/harden.h"
#ifdef TILL_HAVE_PCSC
#include "reader/pcsc.h"
#endif
#ifdef TILL_HAVE_NFC
#include "reader/tag.h"
#endif

#include <string.h>
#include <unistd.h>

/* till-reader: reads one card for the till that started it, and ends. It has no arguments; what is
 * wanted comes over descriptor 0. Card data does not outlive it, and a library that fails takes
 * only it along. */

static char *
look_up_text (GVariant   *request,
              const char *name,
              const char *otherwise)
{
  char *text = NULL;

  return g_variant_lookup (request, name, "s", &text) ? text : g_strdup (otherwise);
}

static void
read_card (GVariant *request,
           int       fd)
{
  g_autofree char *connstring = look_up_text (request, "reader", "auto");
  TillOpened opened = { 0 };
  const TillTapState state = till_backend_open (connstring, &opened);

  if (state != TILL_TAP_WAITING) {
    till_channel_send_state (state);
    return;
  }
  till_confine (NULL);
  till_contactless_read (&opened, request);
  opened.way->close (opened.self);
}

/* Which readers pcscd has, and what this kernel lets till-reader give up. */
static void
list_readers (GVariant *request,
              int       fd)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  TillTapState state = TILL_TAP_UNABLE;
  TillConfined confined;
  GVariantDict dict;
  GVariantBuilder readers;

  g_variant_builder_init (&readers, G_VARIANT_TYPE ("a(sb)"));
#ifdef TILL_HAVE_PCSC
  state = till_pcsc_list (names);
  for (guint i = 0; i < names->len; i++)
    g_variant_builder_add (&readers, "(sb)", names->pdata[i],
                           till_pcsc_is_contactless (names->pdata[i]));
#endif
  confined = till_confine (NULL);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", till_tap_state_to_word (state));
  g_variant_dict_insert_value (&dict, "readers", g_variant_builder_end (&readers));
  g_variant_dict_insert (&dict, "confined-files", "b", confined.files);
  g_variant_dict_insert (&dict, "confined-calls", "b", confined.calls);
  till_channel_send ("readers", g_variant_dict_end (&dict));
}

static void
show_tag (GVariant *request,
          int       fd)
{
  TillTapState state = TILL_TAP_UNABLE;
#ifdef TILL_HAVE_NFC
  g_autofree char *connstring = look_up_text (request, "reader", "");
  g_autofree char *uri = look_up_text (request, "uri", "");
  gboolean any_reader = FALSE;

  g_variant_lookup (request, "any-reader", "b", &any_reader);
  state = till_tag_show (connstring, uri, any_reader);
#endif
  till_channel_send_state (state);
}

static const struct {
  const char *word;
  void      (*obey) (GVariant *request, int fd);
} acts[] = {
  { "read", read_card },
  { "list", list_readers },
  { "show", show_tag },
  { "send", till_deliver },
};

int
main (int   argc,
      char *argv[])
{
  char *word = NULL;
  GVariant *request = NULL;
  int fd = -1;

  till_harden_memory ();
  till_harden_environment ();
  if (!till_channel_receive (&word, &request, &fd))
    _exit (1);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    if (strcmp (acts[i].word, word) == 0) {
      acts[i].obey (request, fd);
      /* Without leaving by the libraries' own ways out: they have nothing to save. */
      _exit (0);
    }
  }

  _exit (1);
}
