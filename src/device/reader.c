/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/reader.h"

#include "device/reader-list.h"
#include "device/reader-process.h"
#include "device/reader-send.h"
#include "device/reader-usb.h"

/* How soon the next process is started after one that failed, the first time and from then on. */
#define AGAIN_FIRST_MS 200
#define AGAIN_MS       1000

/* A process that says nothing for so long after its start is none; one goes on with a card for at
 * most so long after the time is over. */
#define START_MS 4000
#define CARD_MS  8000

/* A card that lay there so short a time ago must leave before it is read again. */
#define SAME_CARD_US (3 * G_USEC_PER_SEC)

/* What was begun and has not ended. */
typedef struct {
  GTask        *task;
  const char   *word;         /* what till-reader is asked for */
  char         *reader;
  GVariant     *values;       /* what it needs to know beside the reader */
  gboolean      keep_trying;
  gint64        until_us;     /* monotonic; G_MAXINT64: for ever */
  gboolean      is_started;   /* by the process of the moment */
  guint         n_failed;
  TillTapState  fault;        /* that the process told, OFF for none */
  GSource      *cancelled;
} Run;

struct _TillReader
{
  GObject            parent_instance;

  char              *program;
  const TillClock   *clock;
  TillTapState       state;
  Run               *run;
  TillReaderProcess *process;
  guint              timer;        /* for its start, its end, or the next one */
  gboolean           any_tag;      /* readers may be tags that may hang afterwards */
  gint64             card_us;      /* when the last card was done with; 0: never */
};

static void till_reader_tap_init (TillTapInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TillReader, till_reader, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TILL_TYPE_TAP, till_reader_tap_init))

static void
set_state (TillReader   *self,
           TillTapState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_debug ("reader: %s", till_tap_state_to_word (state));
  g_signal_emit_by_name (self, "state-changed");
}

static void
free_run (Run *run)
{
  if (run->cancelled) {
    g_source_destroy (run->cancelled);
    g_source_unref (run->cancelled);
  }
  g_object_unref (run->task);
  g_variant_unref (run->values);
  g_free (run->reader);
  g_free (run);
}

static void
stop_timer (TillReader *self)
{
  till_clock_cancel (self->clock, self->timer);
  self->timer = 0;
}

/* Ends what was begun. The process may take a moment to go. */
static void
end_run (TillReader   *self,
         TillTapCard  *card,
         TillTapState  state)
{
  Run *run = g_steal_pointer (&self->run);

  stop_timer (self);
  if (self->process)
    till_reader_process_leave (self->process);
  set_state (self, state);
  if (run->word[0] == 's') {
    g_task_return_int (run->task, state);
    till_tap_card_free (card);
  } else {
    g_task_return_pointer (run->task, card, (GDestroyNotify) till_tap_card_free);
  }
  free_run (run);
}

static void
fail_run (TillReader   *self,
          TillTapState  fault)
{
  TillTapCard *card = till_tap_card_new (TILL_TAP_FAILED);

  card->fault = fault;
  end_run (self, card, fault);
}

static void start (TillReader *self);

static void
again_cb (gpointer user_data)
{
  TillReader *self = user_data;

  self->timer = 0;
  start (self);
}

/* The process is gone, or never came, without an answer. */
static void
take_failure (TillReader *self)
{
  Run *run = self->run;
  const TillTapState told = run->fault ? run->fault : TILL_TAP_FAULT;
  const TillTapState fault = till_reader_usb_refine (told, run->reader, "/");
  const guint after_ms = run->n_failed++ ? AGAIN_MS : AGAIN_FIRST_MS;

  if (!run->keep_trying ||
      till_clock_mono_us (self->clock) + after_ms * G_GINT64_CONSTANT (1000) >= run->until_us) {
    fail_run (self, fault);
    return;
  }

  run->is_started = FALSE;
  stop_timer (self);
  self->timer = till_clock_add_timer (self->clock, after_ms, again_cb, self);
  /* Last: who hears of it may end the run. */
  set_state (self, fault);
}

static void
silent_cb (gpointer user_data)
{
  TillReader *self = user_data;

  self->timer = 0;
  self->run->fault = TILL_TAP_FAULT;
  till_reader_process_leave (self->process);
}

/* Till-reader keeps the time itself; this is for one that does not. */
static void
watch_end (TillReader *self)
{
  const gint64 left_ms = (self->run->until_us - till_clock_mono_us (self->clock)) / 1000;

  stop_timer (self);
  if (self->run->until_us != G_MAXINT64)
    self->timer = till_clock_add_timer (self->clock, MAX (left_ms, 0) + CARD_MS, silent_cb, self);
}

static const struct {
  const char     *word;
  TillTapOutcome  outcome;
} outcomes[] = {
  { "online",  TILL_TAP_ONLINE },
  { "refused", TILL_TAP_REFUSED },
  { "no-card", TILL_TAP_NO_CARD },
};

/* What is empty is absent. */
static char *
look_up_text (GVariant   *values,
              const char *name)
{
  const char *text = "";

  g_variant_lookup (values, name, "&s", &text);
  return text[0] ? g_strdup (text) : NULL;
}

static TillTapCard *
read_card (GVariant *values)
{
  TillTapCard *card = till_tap_card_new (TILL_TAP_FAILED);
  const char *outcome = "", *reason = "";

  g_variant_lookup (values, "outcome", "&s", &outcome);
  g_variant_lookup (values, "reason", "&s", &reason);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    if (g_strcmp0 (outcomes[i].word, outcome) == 0)
      card->outcome = outcomes[i].outcome;
  }
  card->fault = card->outcome == TILL_TAP_FAILED ? TILL_TAP_FAULT : TILL_TAP_OFF;
  if (!till_reason_from_word (reason, &card->reason))
    card->reason = TILL_REASON_CARD_UNREADABLE;
  card->reader = look_up_text (values, "reader");
  card->aid = look_up_text (values, "aid");
  card->label = look_up_text (values, "label");
  card->number = look_up_text (values, "number");
  card->cryptogram = look_up_text (values, "cryptogram");
  card->token = look_up_text (values, "token");
  card->sealed = look_up_text (values, "sealed");
  g_variant_lookup (values, "sequence", "i", &card->sequence);
  g_variant_lookup (values, "counter", "i", &card->counter);
  g_variant_lookup (values, "field-us", "x", &card->field_us);

  return card;
}

static void
take_card (TillReader *self,
           GVariant   *values)
{
  TillTapCard *card = read_card (values);
  const gboolean was_there = card->outcome == TILL_TAP_ONLINE || card->outcome == TILL_TAP_REFUSED;

  /* One that moved is to be held there again, and was not charged. */
  self->card_us = was_there && card->reason != TILL_REASON_CARD_MOVED
                    ? till_clock_mono_us (self->clock) : 0;
  end_run (self, card, was_there ? TILL_TAP_REMOVE : card->fault);
}

static void
take_state (TillReader *self,
            GVariant   *values)
{
  const char *word = "";
  TillTapState state;

  g_variant_lookup (values, "state", "&s", &word);
  if (!till_tap_state_from_word (word, &state))
    return;
  if (till_tap_state_is_fault (state)) {
    self->run->fault = state;
    return;
  }
  self->run->n_failed = 0;
  watch_end (self);
  set_state (self, state);
}

static void
said_cb (const char *word,
         GVariant   *values,
         gpointer    user_data)
{
  g_autoptr (TillReader) self = g_object_ref (user_data);

  if (!self->run || !self->run->is_started)
    return;
  if (g_strcmp0 (word, "state") == 0)
    take_state (self, values);
  else if (g_strcmp0 (word, "card") == 0)
    take_card (self, values);
  else if (g_strcmp0 (word, "was-read") == 0)
    g_signal_emit_by_name (self, "was-read");
}

static void
gone_cb (gpointer user_data)
{
  g_autoptr (TillReader) self = g_object_ref (user_data);

  self->process = NULL;
  if (self->run && self->run->is_started)
    take_failure (self);
  else if (self->run && !self->timer)
    start (self);
}

static const TillReaderProcessFuncs process_funcs = { said_cb, gone_cb };

static GVariant *
make_request (TillReader *self)
{
  const gint64 now_us = till_clock_mono_us (self->clock);
  GVariantDict dict;

  g_variant_dict_init (&dict, self->run->values);
  g_variant_dict_insert (&dict, "reader", "s", self->run->reader);
  g_variant_dict_insert (&dict, "now-us", "x", till_clock_now_us (self->clock));
  g_variant_dict_insert (&dict, "wait-empty", "b",
                         self->card_us && now_us - self->card_us < SAME_CARD_US);
  if (self->run->until_us != G_MAXINT64)
    g_variant_dict_insert (&dict, "timeout-ms", "u",
                           (guint32) MAX ((self->run->until_us - now_us) / 1000, 1));

  return g_variant_dict_end (&dict);
}

/* Starts a process for the run, as soon as the one before is gone. */
static void
start (TillReader *self)
{
  g_autoptr (GError) error = NULL;

  if (self->process)
    return;
  set_state (self, TILL_TAP_STARTING);
  if (!self->run)
    return;

  self->run->is_started = TRUE;
  self->run->fault = TILL_TAP_OFF;
  self->process = till_reader_process_new (self->program, self->clock, &process_funcs, self,
                                           &error);
  if (!self->process) {
    g_debug ("reader: %s", error->message);
    self->run->fault = TILL_TAP_UNABLE;
    take_failure (self);
    return;
  }
  stop_timer (self);
  self->timer = till_clock_add_timer (self->clock, START_MS, silent_cb, self);
  if (!till_reader_process_ask (self->process, self->run->word, make_request (self), -1))
    till_reader_process_leave (self->process);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  TillReader *self = user_data;

  end_run (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);

  return G_SOURCE_REMOVE;
}

static void
begin (TillReader   *self,
       Run          *run,
       GCancellable *cancellable)
{
  if (self->run)
    end_run (self, till_tap_card_new (TILL_TAP_CANCELLED), TILL_TAP_OFF);
  self->run = run;
  if (cancellable) {
    run->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (run->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (run->cancelled, g_main_context_get_thread_default ());
  }
  if (self->process)
    set_state (self, TILL_TAP_STARTING);
  else
    start (self);
}

static TillTapState
get_state (TillTap *tap)
{
  return TILL_READER (tap)->state;
}

static void
insert_bytes (GVariantDict *dict,
              const char   *name,
              GBytes       *bytes)
{
  if (bytes)
    g_variant_dict_insert_value (dict, name,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

static void
read_async (TillTap              *tap,
            const TillTapRequest *request,
            GCancellable         *cancellable,
            GAsyncReadyCallback   callback,
            gpointer              user_data)
{
  TillReader *self = TILL_READER (tap);
  Run *run = g_new0 (Run, 1);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "amount-fen", "x", request->amount_fen);
  g_variant_dict_insert (&dict, "type", "y", request->type);
  if (request->no_pin_limit_fen)
    g_variant_dict_insert (&dict, "no-pin-limit-fen", "x", request->no_pin_limit_fen);
  insert_bytes (&dict, "ttq", request->ttq);
  insert_bytes (&dict, "objects", request->objects);
  insert_bytes (&dict, "key", request->key);
  if (request->certificate)
    g_variant_dict_insert (&dict, "certificate", "s", request->certificate);

  /* The cancellable is ours to watch: the task must return what it has. */
  run->task = g_task_new (self, NULL, callback, user_data);
  run->word = "read";
  run->reader = g_strdup (request->reader);
  run->values = g_variant_ref_sink (g_variant_dict_end (&dict));
  run->keep_trying = request->keep_trying;
  run->until_us = request->timeout_ms ? till_clock_mono_us (self->clock) +
                                          request->timeout_ms * G_GINT64_CONSTANT (1000)
                                      : G_MAXINT64;
  begin (self, run, cancellable);
}

static TillTapCard *
read_finish (TillTap      *tap,
             GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, tap), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
show_async (TillTap             *tap,
            const char          *reader,
            const char          *uri,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillReader *self = TILL_READER (tap);
  Run *run = g_new0 (Run, 1);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "uri", "s", uri);
  g_variant_dict_insert (&dict, "any-reader", "b", self->any_tag);
  run->task = g_task_new (self, NULL, callback, user_data);
  run->word = "show";
  run->reader = g_strdup (reader);
  run->values = g_variant_ref_sink (g_variant_dict_end (&dict));
  run->until_us = G_MAXINT64;
  begin (self, run, cancellable);
}

static void
let_any_show (TillTap  *tap,
              gboolean  any_reader)
{
  TILL_READER (tap)->any_tag = any_reader;
}

static TillTapState
show_finish (TillTap      *tap,
             GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, tap), TILL_TAP_FAULT);

  return (TillTapState) g_task_propagate_int (G_TASK (result), NULL);
}

static void
list_async (TillTap             *tap,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillReader *self = TILL_READER (tap);

  till_reader_list_async (g_task_new (self, cancellable, callback, user_data), self->program,
                          self->clock);
}

static TillTapList *
list_finish (TillTap      *tap,
             GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, tap), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
send_async (TillTap             *tap,
            const TillTapSend   *send,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TillReader *self = TILL_READER (tap);

  till_reader_send_async (g_task_new (self, NULL, callback, user_data), cancellable, send,
                          self->program, self->clock);
}

static TillHttpReply *
send_finish (TillTap      *tap,
             GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, tap), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
till_reader_tap_init (TillTapInterface *iface)
{
  iface->get_state = get_state;
  iface->read_async = read_async;
  iface->read_finish = read_finish;
  iface->show_async = show_async;
  iface->show_finish = show_finish;
  iface->let_any_show = let_any_show;
  iface->list_async = list_async;
  iface->list_finish = list_finish;
  iface->send_async = send_async;
  iface->send_finish = send_finish;
}

/* What is under way holds a reference, so there is nothing under way but a process that leaves. */
static void
till_reader_finalize (GObject *object)
{
  TillReader *self = TILL_READER (object);

  stop_timer (self);
  if (self->process)
    till_reader_process_drop (self->process);
  g_free (self->program);

  G_OBJECT_CLASS (till_reader_parent_class)->finalize (object);
}

static void
till_reader_class_init (TillReaderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = till_reader_finalize;
}

static void
till_reader_init (TillReader *self)
{
}

/**
 * till_reader_new:
 * @program: the path of till-reader
 * @clock: for deadlines and the date that cards are told; outlives the object
 *
 * Nothing is started before something is asked for. When a process dies, the next one is started
 * for the same wish, if it shall be kept up, sooner than two seconds later.
 *
 * Returns: (transfer full): cards and phones at readers
 */
TillTap *
till_reader_new (const char      *program,
                 const TillClock *clock)
{
  TillReader *self = g_object_new (TILL_TYPE_READER, NULL);

  self->program = g_strdup (program);
  self->clock = clock;

  return TILL_TAP (self);
}

/**
 * till_reader_find_program:
 *
 * Returns: (transfer full): where till-reader is: beside a till that was just built, else installed
 */
char *
till_reader_find_program (void)
{
  const char *dir = g_getenv ("TILL_UNINSTALLED") &&
                    g_file_test (TILL_BUILD_READER_DIR, G_FILE_TEST_IS_DIR)
                      ? TILL_BUILD_READER_DIR : TILL_LIBEXEC_DIR;

  return g_build_filename (dir, "till-reader", NULL);
}
