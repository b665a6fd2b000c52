/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "sandbox/scenario.h"

G_BEGIN_DECLS

#define TILL_PLAN_ERROR (till_plan_error_quark ())

typedef enum {
  TILL_PLAN_ERROR_SYNTAX,    /* not one JSON object, or a member that nobody knows */
  TILL_PLAN_ERROR_SCENARIO,  /* no such word, or not for this call */
  TILL_PLAN_ERROR_CALL,
  TILL_PLAN_ERROR_NUMBER,
} TillPlanError;

/* Which scenarios the next calls play, in the order in which they were asked for. */
typedef struct _TillPlan TillPlan;

GQuark    till_plan_error_quark (void);

TillPlan *till_plan_new         (void);
void      till_plan_free        (TillPlan         *plan);

gboolean  till_plan_add         (TillPlan         *plan,
                                 JsonObject       *wish,
                                 GError          **error);
gboolean  till_plan_add_script  (TillPlan         *plan,
                                 const char       *path,
                                 GError          **error);
void      till_plan_clear       (TillPlan         *plan);
guint     till_plan_get_length  (const TillPlan   *plan);
TillScene till_plan_take        (TillPlan         *plan,
                                 TillSandboxCall   call,
                                 const char       *paycode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillPlan, till_plan_free)

G_END_DECLS
