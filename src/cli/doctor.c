/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor.h"

#include <glib/gi18n.h>

#include "cli/command.h"
#include "cli/print.h"
#include "desk/camera-choice.h"

static const char *const check_texts[TILL_N_CHECKS] = {
  [TILL_CHECK_PROFILE]  = NC_("check", "Profile"),
  [TILL_CHECK_KEYS]     = NC_("check", "Keys"),
  [TILL_CHECK_JOURNAL]  = NC_("check", "Journal"),
  [TILL_CHECK_DISK]     = NC_("check", "Disk"),
  [TILL_CHECK_CLOCK]    = NC_("check", "Clock"),
  [TILL_CHECK_ACQUIRER] = NC_("check", "Acquirer"),
  [TILL_CHECK_CAMERA]   = NC_("check", "Camera"),
  [TILL_CHECK_NFC]      = NC_("check", "Card reader"),
};

static const char *const marks[] = {
  [TILL_HEALTH_GOOD]         = "✔",
  [TILL_HEALTH_WORTH_A_LOOK] = "!",
  [TILL_HEALTH_BAD]          = "✘",
};

static const char *
what_to_do (const TillFinding *finding)
{
  switch (finding->check) {
  /* Their faults say themselves what to do. */
  case TILL_CHECK_PROFILE:
    return "";
  case TILL_CHECK_KEYS:
    return finding->of
             ? _("A certificate ends soon or has ended: fetch a new one from the wallet.") : "";
  case TILL_CHECK_JOURNAL:
    return _("Mend this before you sell: nothing is sold that cannot be written down.");
  case TILL_CHECK_DISK:
    return _("Make room on the disk.");
  case TILL_CHECK_CLOCK:
    return _("Set it right: timedatectl set-ntp true");
  case TILL_CHECK_ACQUIRER:
    return finding->reason == TILL_REASON_CONFIG
             ? _("The wallet refuses this shop. Compare numbers and key files in profile.ini with "
                 "those on the wallet's page for merchants.")
             : till_reason_get_text (finding->reason);
  case TILL_CHECK_CAMERA:
    return till_camera_state_get_text (finding->camera->state);
  case TILL_CHECK_NFC:
    return till_tap_state_get_text (finding->reader->state);
  }
  g_assert_not_reached ();
}

/* What it is, how it works and what came of it. */
static void
append_camera (GString                 *text,
               const TillCameraFinding *camera)
{
  const TillScannerFacts *facts = camera->facts;

  if (camera->state == TILL_SCANNER_ABSENT && !camera->is_chosen)
    g_string_append (text, _("None is plugged in. A scanner at the keyboard reads as well."));
  else if (facts->device && camera->rate > 0)
    /* Translators: a camera's name, how it works, "1280×720, 30/s, image/jpeg", and how many
     * pictures a second came while it was tried */
    g_string_append_printf (text, _("%s (%s): %.1f pictures a second."), facts->device,
                            facts->mode ? facts->mode : "–", camera->rate);
}

/* What the setting means, for who switched it on. */
static const struct {
  const char *mode;
  const char *text;
} meanings[] = {
  { "sandbox", N_("Taps are for tests here: they go to the sandbox on this computer alone.") },
  { "acquirer-approved",
    N_("Taps with a bare reader are for tests with the acquirer, and for use under its control; who "
       "takes money from the public uses a reader that the acquirer has certified.") },
};

static void
append_meaning (GString    *text,
                const char *mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++) {
    if (g_strcmp0 (meanings[i].mode, mode) == 0)
      g_string_append_printf (text, "%s%s", text->len ? " " : "", _(meanings[i].text));
  }
}

/* Who has it, and what would help: shown, never run. */
static void
append_reader (GString                 *text,
               const TillReaderFinding *reader)
{
  if (reader->is_off)
    g_string_append (text, _("Taps are switched off in profile.ini, section [nfc]."));
  else if (reader->state == TILL_TAP_WAITING && reader->reader)
    /* Translators: a card reader's name */
    g_string_append_printf (text, _("%s reads cards."), reader->reader);
  else if (reader->state == TILL_TAP_SHOWING)
    /* Translators: a card reader's name */
    g_string_append_printf (text, _("%s opens codes on phones."), reader->reader);
  else if (reader->holder && reader->remedy)
    /* Translators: a program or a part of the kernel, and a command */
    g_string_append_printf (text, _("“%s” has the reader; a technician types: %s."),
                            reader->holder, reader->remedy);
  else if (reader->remedy)
    /* Translators: %s is a command */
    g_string_append_printf (text, _("A technician types: %s."), reader->remedy);

  if (reader->list && !(reader->list->confined_files && reader->list->confined_calls))
    g_string_append_printf (text, " %s",
                            _("This computer's kernel cannot confine the program that reads cards "
                              "as far as others can; a newer one does."));
}

static char *
finding_text (const TillFinding *finding)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *advice = finding->health == TILL_HEALTH_GOOD ? "" : what_to_do (finding);

  if (finding->check == TILL_CHECK_CLOCK && finding->health != TILL_HEALTH_GOOD) {
    g_autofree char *clock = till_clock_text (finding->number * G_USEC_PER_SEC);

    g_string_append (text, clock);
  } else if (finding->check == TILL_CHECK_CAMERA) {
    append_camera (text, finding->camera);
  } else if (finding->check == TILL_CHECK_NFC) {
    append_reader (text, finding->reader);
  } else if (finding->check == TILL_CHECK_DISK) {
    g_string_append_printf (text, _("%d MiB free."), (int) MIN (finding->number, G_MAXINT));
  } else if (finding->detail && finding->health != TILL_HEALTH_GOOD) {
    /* Translators: %s is a fault: made a sentence by its full stop */
    g_string_append_printf (text, _("%s."), finding->detail);
  }

  if (finding->health == TILL_HEALTH_GOOD && text->len == 0)
    g_string_append (text, _("All right."));
  else if (advice[0] != '\0')
    g_string_append_printf (text, "%s%s", text->len ? " " : "", advice);
  if (finding->reader)
    append_meaning (text, finding->reader->mode);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_camera (JsonBuilder             *builder,
            const TillCameraFinding *camera)
{
  till_print_add_text (builder, "state", till_scanner_state_to_string (camera->state));
  till_print_add_text (builder, "device", camera->facts->device);
  till_print_add_text (builder, "mode", camera->facts->mode);
  json_builder_set_member_name (builder, "rate");
  json_builder_add_double_value (builder, camera->rate);
  if (!camera->device)
    return;

  json_builder_set_member_name (builder, "modes");
  json_builder_begin_array (builder);
  for (char **mode = camera->device->modes; *mode; mode++)
    json_builder_add_string_value (builder, *mode);
  json_builder_end_array (builder);
}

static void
add_reader (JsonBuilder             *builder,
            const TillReaderFinding *reader)
{
  till_print_add_text (builder, "state",
                       reader->is_off ? "off" : till_tap_state_to_word (reader->state));
  till_print_add_text (builder, "mode", reader->mode);
  till_print_add_text (builder, "reader", reader->reader);
  till_print_add_text (builder, "holder", reader->holder);
  till_print_add_text (builder, "remedy", reader->remedy);
  if (!reader->list)
    return;

  json_builder_set_member_name (builder, "confined_files");
  json_builder_add_boolean_value (builder, reader->list->confined_files);
  json_builder_set_member_name (builder, "confined_calls");
  json_builder_add_boolean_value (builder, reader->list->confined_calls);
  json_builder_set_member_name (builder, "readers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < reader->list->readers->len; i++) {
    const TillTapReader *found = reader->list->readers->pdata[i];

    json_builder_begin_object (builder);
    till_print_add_text (builder, "name", found->name);
    till_print_add_text (builder, "reader", found->reader);
    till_print_add_text (builder, "state", till_tap_state_to_word (found->state));
    till_print_add_text (builder, "holder", found->holder);
    till_print_add_text (builder, "remedy", found->remedy);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_finding (const TillFinding *finding,
               gpointer           user_data)
{
  const TillCli *cli = user_data;
  g_autofree char *text = finding_text (finding);
  const char *host = finding->is_backup ? _(" (second host)") : "";
  g_autoptr (JsonBuilder) builder = NULL;

  if (!cli->json) {
    g_autofree char *what =
      g_strdup_printf ("%s%s%s%s", g_dpgettext2 (NULL, "check", check_texts[finding->check]),
                       finding->of ? " " : "", finding->of ? finding->of : "", host);

    /* Translators: a mark, what was checked, and what came of it */
    g_print (_("%s %s: %s\n"), marks[finding->health], what, text);
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  till_print_add_text (builder, "check", till_check_to_string (finding->check));
  till_print_add_text (builder, "acquirer", finding->of);
  till_print_add_text (builder, "health", till_health_to_string (finding->health));
  till_print_add_text (builder, "reason", till_reason_to_word (finding->reason));
  if (finding->check == TILL_CHECK_CLOCK)
    till_print_add_int (builder, "skew_us", finding->number * G_USEC_PER_SEC);
  if (finding->check == TILL_CHECK_ACQUIRER && finding->of) {
    till_print_add_text (builder, "host", finding->is_backup ? "second" : "first");
    till_print_add_int (builder, "took_ms", finding->number);
  }
  if (finding->camera)
    add_camera (builder, finding->camera);
  if (finding->reader)
    add_reader (builder, finding->reader);
  till_print_add_text (builder, "text", text);
  json_builder_end_object (builder);
  till_print_object (builder);
}

/**
 * till_command_doctor:
 *
 * `till doctor`
 *
 * Returns: an exit code; 4 where something stops the till from taking money
 */
int
till_command_doctor (const TillCli *cli,
                     char         **words)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = till_command_parse (words, "doctor", entries, 0, 0, &error);

  if (!args)
    return till_command_fail (cli, error);

  return till_doctor_examine (cli->dir, cli->ports, print_finding, (gpointer) cli) ==
             TILL_HEALTH_BAD ? TILL_EXIT_FAULT : TILL_EXIT_DONE;
}
