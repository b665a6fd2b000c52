/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/reason.h"
#include "port/ports.h"

G_BEGIN_DECLS

typedef enum {
  TILL_CHECK_PROFILE,   /* profile.ini can be read and means something */
  TILL_CHECK_KEYS,      /* of one acquirer: they load, fit and are in date */
  TILL_CHECK_JOURNAL,   /* can be written */
  TILL_CHECK_DISK,      /* has room */
  TILL_CHECK_CLOCK,     /* agrees with the acquirers' */
  TILL_CHECK_ACQUIRER,  /* of one acquirer: a harmless signed question is answered and verified */
  TILL_CHECK_CAMERA,    /* reads for a moment */
  TILL_CHECK_NFC,       /* the reader of cards answers */
} TillCheck;
#define TILL_N_CHECKS 8

typedef enum {
  TILL_HEALTH_GOOD,
  TILL_HEALTH_WORTH_A_LOOK,
  TILL_HEALTH_BAD,          /* stops the till from taking money */
} TillFindingHealth;

/* What reading with the camera for a moment showed. */
typedef struct {
  TillScannerState         state;
  gboolean                 is_chosen;  /* by the profile: not "auto" */
  const TillScannerFacts  *facts;
  const TillScannerDevice *device;     /* its modes; NULL where nobody lists it */
  double                   rate;       /* frames a second; 0 where none came */
} TillCameraFinding;

/* What the reader of cards said, and who has the readers that were found. */
typedef struct {
  gboolean           is_off;   /* by the profile; nothing was looked at */
  const char        *mode;     /* what the profile says of taps */
  TillTapState       state;    /* WAITING: it reads; SHOWING: it is a tag */
  const char        *reader;   /* its connstring */
  const char        *holder;   /* who has it, and what a technician may type; NULL where unknown */
  const char        *remedy;
  const TillTapList *list;
} TillReaderFinding;

/* One thing that was looked at. */
typedef struct {
  TillCheck                check;
  TillFindingHealth        health;
  const char              *of;         /* the acquirer's id, NULL for the rest */
  TillReason               reason;     /* where an acquirer's answer says it */
  const char              *detail;     /* a fault's own words, NULL for none */
  gint64                   number;     /* CLOCK: seconds ahead of us; DISK: MiB free; KEYS: days
                                        * left; ACQUIRER: ms until it answered */
  gboolean                 is_backup;  /* ACQUIRER: about its second host */
  const TillCameraFinding *camera;     /* CAMERA, else NULL */
  const TillReaderFinding *reader;     /* NFC, else NULL */
} TillFinding;

typedef void (*TillFindingFunc) (const TillFinding *finding, gpointer user_data);

TillFindingHealth  till_doctor_examine    (const char        *dir,
                                           const TillPorts   *ports,
                                           TillFindingFunc    func,
                                           gpointer           user_data);
const char        *till_check_to_string   (TillCheck          check);
const char        *till_health_to_string  (TillFindingHealth  health);

G_END_DECLS
