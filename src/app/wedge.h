/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "port/clock.h"

G_BEGIN_DECLS

/* What to do with a key that was just pressed. */
typedef enum {
  TILL_WEDGE_PASS,     /* a person's, or none of ours: it goes on */
  TILL_WEDGE_HOLD,     /* may be a scanner's: keep it until one of the functions below is called */
  TILL_WEDGE_SWALLOW,  /* the end of a scan: nobody else may see it */
} TillWedgeVerdict;

typedef struct {
  void (*scanned)  (const char *text, gpointer user_data);  /* after taken() */
  void (*taken)    (gpointer user_data);                    /* the held keys were a scanner's */
  void (*released) (gpointer user_data);                    /* the held keys were a person's */
} TillWedgeFuncs;

/* Tells a scanner that types from a person, by speed alone. */
typedef struct _TillWedge TillWedge;

TillWedge        *till_wedge_new    (const TillClock       *clock,
                                     const TillWedgeFuncs  *funcs,
                                     gpointer               user_data);
void              till_wedge_free   (TillWedge             *self);

TillWedgeVerdict  till_wedge_press  (TillWedge             *self,
                                     gunichar               key,
                                     gint64                 at_ms);

G_END_DECLS
