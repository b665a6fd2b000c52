/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "core/hint.h"
#include "port/view.h"

G_BEGIN_DECLS

/* The device that stands for whatever camera the desktop allows: it asks the person first. */
#define TILL_SCANNER_PORTAL "portal"

/* How it is with what reads the customer's code. All but OFF come and go by themselves. */
typedef enum {
  TILL_SCANNER_OFF,        /* not needed: the camera's light is out */
  TILL_SCANNER_STARTING,
  TILL_SCANNER_READING,
  TILL_SCANNER_DARK,       /* it gives black pictures: a lid, or a dark shop */
  TILL_SCANNER_ABSENT,     /* no such camera is plugged in */
  TILL_SCANNER_BUSY,       /* another program has it */
  TILL_SCANNER_FORBIDDEN,  /* this user may not open it */
  TILL_SCANNER_SILENT,     /* it gives no pictures */
} TillScannerState;
#define TILL_SCANNER_N_STATES 8

/* What was made out in the newest frame. */
typedef struct {
  TillHint hint;
  gboolean has_code;
  struct {
    double x, y;           /* of the view: 0 is left or top, 1 is right or bottom */
  } corners[4];            /* round the code */
} TillSight;

/* How it works, for the doctor. */
typedef struct {
  char    *device;         /* the camera that is open, as people know it; NULL: none */
  char    *mode;           /* "1280×720, 30/s, image/jpeg"; NULL: not known */
  guint64  n_frames;       /* since it was switched on */
  gint64   first_us;       /* when the first and the newest came, monotonic */
  gint64   newest_us;
  guint64  n_views;        /* that were made, and that nobody fetched before the next came */
  guint64  n_lost_views;
} TillScannerFacts;

/* One that is plugged in. */
typedef struct {
  char   *name;            /* as people know it */
  char   *path;            /* of its device file; NULL where it has none */
  char  **modes;           /* "1280×720, 30/s, image/jpeg"; the one to be used first */
} TillScannerDevice;

#define TILL_TYPE_SCANNER (till_scanner_get_type ())
G_DECLARE_INTERFACE (TillScanner, till_scanner, TILL, SCANNER, GObject)

/* Signals, on the main context: "code" with a text, a bearer token that must reach no log, once as
 * long as it is held there; "state-changed"; "sight-changed"; "view-changed". */
struct _TillScannerInterface
{
  GTypeInterface parent;

  void              (*start)        (TillScanner *self);
  void              (*stop)         (TillScanner *self);
  TillScannerState  (*get_state)    (TillScanner *self);
  void              (*set_device)   (TillScanner *self, const char *device);
  GPtrArray        *(*list_devices) (TillScanner *self);
  void              (*set_viewed)   (TillScanner *self, gboolean viewed);
  TillView         *(*get_view)     (TillScanner *self);
  const TillSight  *(*get_sight)    (TillScanner *self);
  void              (*forget)       (TillScanner *self);
  void              (*get_facts)    (TillScanner *self, TillScannerFacts *facts);
};

void              till_scanner_start            (TillScanner       *self);
void              till_scanner_stop             (TillScanner       *self);
void              till_scanner_forget           (TillScanner       *self);
void              till_scanner_set_device       (TillScanner       *self,
                                                 const char        *device);
void              till_scanner_set_viewed       (TillScanner       *self,
                                                 gboolean           viewed);

TillScannerState  till_scanner_get_state        (TillScanner       *self);
TillView         *till_scanner_get_view         (TillScanner       *self);
const TillSight  *till_scanner_get_sight        (TillScanner       *self);
GPtrArray        *till_scanner_list_devices     (TillScanner       *self);
void              till_scanner_get_facts        (TillScanner       *self,
                                                 TillScannerFacts  *facts);

void              till_scanner_facts_clear      (TillScannerFacts  *facts);
void              till_scanner_device_free      (TillScannerDevice *device);
const char       *till_scanner_state_to_string  (TillScannerState   state);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillScannerFacts, till_scanner_facts_clear)

G_END_DECLS
