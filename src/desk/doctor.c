/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/doctor.h"

#include <string.h>

#include "desk/doctor-camera.h"
#include "desk/doctor-reader.h"
#include "desk/request.h"
#include "desk/shop.h"

/* Less than this and a day's sales may not fit. */
#define DISK_LEAST_MIB 200

/* The wallets refuse what is signed five minutes away from their time (WeChat Pay API v3,
 * signatures; Alipay likewise). Half of it is worth a look. */
#define SKEW_BAD_S  300
#define SKEW_LOOK_S 60

/* Keys that end within a month are worth a look. */
#define KEY_LOOK_DAYS 30

static const char *const check_names[TILL_N_CHECKS] = {
  [TILL_CHECK_PROFILE]  = "profile",
  [TILL_CHECK_KEYS]     = "keys",
  [TILL_CHECK_JOURNAL]  = "journal",
  [TILL_CHECK_DISK]     = "disk",
  [TILL_CHECK_CLOCK]    = "clock",
  [TILL_CHECK_ACQUIRER] = "acquirer",
  [TILL_CHECK_CAMERA]   = "camera",
  [TILL_CHECK_NFC]      = "nfc",
};

static const char *const health_names[] = {
  [TILL_HEALTH_GOOD]         = "good",
  [TILL_HEALTH_WORTH_A_LOOK] = "worth-a-look",
  [TILL_HEALTH_BAD]          = "bad",
};

typedef struct {
  TillFindingFunc func;
  gpointer        user_data;
  TillFindingHealth      worst;
  TillShop       *shop;
  guint           n_pending;
  gboolean        knows_skew;
  gint64          skew_s;
} Doctor;

/* One acquirer that is being asked. */
typedef struct {
  Doctor       *doctor;
  TillMerchant *merchant;
  TillRequest  *request;
  gboolean      is_backup;  /* the second host is asked */
  gint64        sent_ms;
} Probe;

static void
find (Doctor            *doctor,
      const TillFinding *finding)
{
  doctor->worst = MAX (doctor->worst, finding->health);
  doctor->func (finding, doctor->user_data);
}

/* A fault of a key is told by the profile's line that names the file, or by a secret's own file. */
static gboolean
is_about_key (const GError *error)
{
  return error->domain == TILL_ACQUIRER_ERROR || strstr (error->message, "-file") ||
         strstr (error->message, ".secret");
}

/* Opening the shop fails at the first of profile, keys and journal that is not right. */
static void
find_why_shut (Doctor       *doctor,
               const GError *error)
{
  const TillFinding finding = {
    .check = error->domain == TILL_JOURNAL_ERROR ? TILL_CHECK_JOURNAL
             : is_about_key (error)              ? TILL_CHECK_KEYS
                                                 : TILL_CHECK_PROFILE,
    .health = TILL_HEALTH_BAD,
    .detail = error->message,
  };

  find (doctor, &finding);
}

static void
look_at_shop (Doctor *doctor)
{
  const TillFinding profile = { .check = TILL_CHECK_PROFILE };
  const TillFinding none = {
    .check = TILL_CHECK_ACQUIRER, .health = TILL_HEALTH_BAD, .reason = TILL_REASON_NO_ACQUIRER,
  };
  const TillFinding journal = { .check = TILL_CHECK_JOURNAL };

  find (doctor, &profile);
  find (doctor, &journal);
  if (doctor->shop->merchants->len == 0)
    find (doctor, &none);
}

static void
look_at_disk (Doctor *doctor)
{
  g_autoptr (GFile) folder = g_file_new_for_path (till_profile_get_dir (doctor->shop->profile));
  g_autoptr (GFileInfo) facts =
    g_file_query_filesystem_info (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  TillFinding finding = { .check = TILL_CHECK_DISK };

  if (!facts)
    return;

  finding.number = (gint64) (g_file_info_get_attribute_uint64 (
                               facts, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) >> 20);
  if (finding.number < DISK_LEAST_MIB)
    finding.health = TILL_HEALTH_WORTH_A_LOOK;
  find (doctor, &finding);
}

static void
look_at_keys (Doctor       *doctor,
              TillMerchant *merchant)
{
  const TillAcquirer *acquirer = merchant->acquirer;
  g_autoptr (GArray) keys = acquirer->list_keys ? acquirer->list_keys (merchant->keys) : NULL;
  TillFinding finding = { .check = TILL_CHECK_KEYS, .of = merchant->id, .number = G_MAXINT64 };
  gint64 now_us = till_shop_now_us (doctor->shop);

  for (guint i = 0; keys && i < keys->len; i++) {
    const TillKeyFacts *key = &g_array_index (keys, TillKeyFacts, i);
    gint64 days = (key->expires_us - now_us) / G_TIME_SPAN_DAY;

    if (key->expires_us == 0 || days >= finding.number)
      continue;
    finding.number = days;
    finding.detail = key->setting;
    finding.health = days < 0               ? TILL_HEALTH_BAD
                     : days < KEY_LOOK_DAYS ? TILL_HEALTH_WORTH_A_LOOK
                                            : TILL_HEALTH_GOOD;
  }

  find (doctor, &finding);
}

/* An answer came, and it is not one to such a question: keys, numbers or rights are wrong there. */
static TillReason
reason_of (const TillAnswer    *answer,
           const TillHttpReply *reply)
{
  if (reply->outcome == TILL_HTTP_OK && answer->reason == TILL_REASON_UNKNOWN_ANSWER)
    return TILL_REASON_CONFIG;

  return answer->reason;
}

static void
probe_cb (const TillAnswer    *answer,
          const TillHttpReply *reply,
          gpointer             user_data)
{
  Probe *probe = user_data;
  Doctor *doctor = probe->doctor;
  const gboolean is_known = answer->event == TILL_EVENT_ABSENT ||
                            answer->event == TILL_EVENT_CLOSED;
  const TillFinding finding = {
    .check = TILL_CHECK_ACQUIRER,
    .health = is_known ? TILL_HEALTH_GOOD
              : probe->is_backup ? TILL_HEALTH_WORTH_A_LOOK : TILL_HEALTH_BAD,
    .of = probe->merchant->id,
    .reason = is_known ? TILL_REASON_NONE : reason_of (answer, reply),
    .detail = is_known ? NULL : answer->said,
    .number = till_shop_mono_ms (doctor->shop) - probe->sent_ms,
    .is_backup = probe->is_backup,
  };

  if (reply->date_us != 0) {
    doctor->knows_skew = TRUE;
    doctor->skew_s = reply->skew_us / G_USEC_PER_SEC;
  }
  find (doctor, &finding);
  doctor->n_pending--;
}

/* A question about a number that nobody used: harmless, signed, and answered by who has our
 * keys. */
static void
ask_acquirer (Doctor *doctor,
              Probe  *probe)
{
  g_autofree char *number = till_shop_new_number (doctor->shop);
  const TillAsk ask = {
    .call = TILL_CALL_QUERY,
    .kind = TILL_KIND_CHARGE,
    .order = number,
    .sale = number,
    .amount_fen = 1,
    .currency = till_profile_get_currency (doctor->shop->profile),
    .subject = till_profile_get_shop_name (doctor->shop->profile),
    .register_no = till_profile_get_register (doctor->shop->profile),
    .use_backup = probe->is_backup,
    .asked_us = till_shop_now_us (doctor->shop),
  };

  probe->request = till_request_new (doctor->shop, probe->merchant, &ask);
  doctor->n_pending++;
  probe->sent_ms = till_shop_mono_ms (doctor->shop);
  till_request_send (probe->request, probe_cb, probe);
}

static void
look_at_acquirers (Doctor *doctor)
{
  guint n_merchants = doctor->shop->merchants->len;
  g_autofree Probe *probes = g_new0 (Probe, 2 * n_merchants);

  for (guint i = 0; i < 2 * n_merchants; i++) {
    TillMerchant *merchant = g_ptr_array_index (doctor->shop->merchants, i / 2);

    probes[i] = (Probe) { .doctor = doctor, .merchant = merchant, .is_backup = i % 2 };
    if (!probes[i].is_backup)
      look_at_keys (doctor, merchant);
    /* Where nothing can be asked without doing something, nothing is. */
    if (till_acquirer_offers (merchant->acquirer, TILL_CALL_QUERY) &&
        (!probes[i].is_backup || merchant->backup_base_url))
      ask_acquirer (doctor, &probes[i]);
  }

  while (doctor->n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 2 * n_merchants; i++)
    g_clear_pointer (&probes[i].request, till_request_drop);
}

static void
look_at_clock (Doctor *doctor)
{
  gint64 off_s = ABS (doctor->skew_s);
  const TillFinding finding = {
    .check = TILL_CHECK_CLOCK,
    .health = off_s > SKEW_BAD_S    ? TILL_HEALTH_BAD
              : off_s > SKEW_LOOK_S ? TILL_HEALTH_WORTH_A_LOOK
                                    : TILL_HEALTH_GOOD,
    .number = doctor->skew_s,
  };

  if (doctor->knows_skew)
    find (doctor, &finding);
}

/**
 * till_doctor_examine:
 * @dir: the profile's folder
 * @func: called for each finding, in a sensible order
 *
 * Looks at all that the till needs to take money. Asks each acquirer one harmless question, and
 * runs the main loop until all have answered or their time is over.
 *
 * Returns: the worst finding
 */
TillFindingHealth
till_doctor_examine (const char      *dir,
                     const TillPorts *ports,
                     TillFindingFunc  func,
                     gpointer         user_data)
{
  Doctor doctor = { .func = func, .user_data = user_data };
  g_autoptr (GError) error = NULL;

  doctor.shop = till_shop_open (dir, ports, TILL_JOURNAL_DEFAULT, &error);
  if (!doctor.shop) {
    find_why_shut (&doctor, error);
    return doctor.worst;
  }

  look_at_shop (&doctor);
  look_at_disk (&doctor);
  look_at_acquirers (&doctor);
  look_at_clock (&doctor);
  if (ports->scanner)
    till_doctor_look_at_camera (&doctor.worst, doctor.shop, func, user_data);
  if (ports->tap)
    till_doctor_look_at_reader (&doctor.worst, doctor.shop, func, user_data);
  till_shop_free (doctor.shop);

  return doctor.worst;
}

/**
 * till_check_to_string:
 *
 * Returns: the check's word in JSON
 */
const char *
till_check_to_string (TillCheck check)
{
  g_return_val_if_fail ((guint) check < TILL_N_CHECKS, NULL);

  return check_names[check];
}

/**
 * till_health_to_string:
 *
 * Returns: the word in JSON
 */
const char *
till_health_to_string (TillFindingHealth health)
{
  g_return_val_if_fail ((guint) health < G_N_ELEMENTS (health_names), NULL);

  return health_names[health];
}
