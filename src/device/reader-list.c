/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-list.h"

#include "device/reader-process.h"
#include "device/reader-usb.h"
#include "port/tap.h"

#define PCSC_PREFIX "pcsc:"

/* What a technician may type where pcscd is in the way: start it; or, where polkit guards it, join
 * the group that data/70-till-pcscd.rules names. */
static const char *const pcscd_remedies[TILL_TAP_N_STATES] = {
  [TILL_TAP_NO_SERVICE] = "sudo systemctl enable --now pcscd.socket",
  [TILL_TAP_FORBIDDEN]  = "sudo usermod -aG plugdev \"$USER\"",
};

/* A question to pcscd, through a process as any other: its library is none of ours. */
typedef struct {
  GTask       *task;
  TillTapList *list;
} Listing;

static void
add_pcsc (Listing    *listing,
          const char *name,
          gboolean    is_contactless)
{
  TillTapReader *reader = g_new0 (TillTapReader, 1);

  reader->name = g_strdup (name);
  reader->reader = g_strconcat (PCSC_PREFIX, name, NULL);
  reader->state = is_contactless ? TILL_TAP_WAITING : TILL_TAP_UNABLE;
  g_ptr_array_add (listing->list->readers, reader);
}

static void
said_cb (const char *word,
         GVariant   *values,
         gpointer    user_data)
{
  Listing *listing = user_data;
  g_autoptr (GVariantIter) names = NULL;
  const char *name, *state = NULL;
  gboolean is_contactless;

  if (g_strcmp0 (word, "readers") != 0 ||
      !g_variant_lookup (values, "readers", "a(sb)", &names))
    return;
  g_variant_lookup (values, "state", "&s", &state);
  till_tap_state_from_word (state, &listing->list->service);
  g_variant_lookup (values, "confined-files", "b", &listing->list->confined_files);
  g_variant_lookup (values, "confined-calls", "b", &listing->list->confined_calls);
  while (g_variant_iter_next (names, "(&sb)", &name, &is_contactless))
    add_pcsc (listing, name, is_contactless);
}

/* The service itself, where it is what keeps readers away. */
static void
add_service (TillTapList *list)
{
  TillTapReader *service;

  if (!pcscd_remedies[list->service])
    return;

  service = g_new0 (TillTapReader, 1);
  service->name = g_strdup ("pcscd");
  service->state = list->service;
  service->remedy = pcscd_remedies[list->service];
  g_ptr_array_add (list->readers, service);
}

static void
gone_cb (gpointer user_data)
{
  Listing *listing = user_data;

  add_service (listing->list);

  till_reader_usb_list (listing->list->readers, "/");
  g_task_return_pointer (listing->task, listing->list, (GDestroyNotify) till_tap_list_free);
  g_object_unref (listing->task);
  g_free (listing);
}

static const TillReaderProcessFuncs funcs = { said_cb, gone_cb };

/**
 * till_reader_list_async:
 * @task: (transfer full): gets a #TillTapList
 *
 * Looks what pcscd has, what is plugged in and who holds it, and which serial ports may have a
 * reader.
 */
void
till_reader_list_async (GTask           *task,
                        const char      *program,
                        const TillClock *clock)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) nothing =
    g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  Listing *listing = g_new0 (Listing, 1);
  TillReaderProcess *process;

  listing->task = task;
  listing->list = till_tap_list_new ();
  listing->list->service = TILL_TAP_UNABLE;
  process = till_reader_process_new (program, clock, &funcs, listing, &error);
  if (!process) {
    g_debug ("reader: %s", error->message);
    gone_cb (listing);
    return;
  }
  if (!till_reader_process_ask (process, "list", nothing, -1))
    till_reader_process_leave (process);
}
