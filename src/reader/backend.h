/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/tap.h"

G_BEGIN_DECLS

/* A card's answer: at most 256 bytes and a status word. */
#define TILL_RAPDU_MAX 258

typedef enum {
  TILL_FIND_NONE,   /* nothing is in the field */
  TILL_FIND_CARD,   /* a card or phone with ISO 14443-4 is, and is selected */
  TILL_FIND_OTHER,  /* a tag that is no payment card */
  TILL_FIND_BUSY,   /* another program speaks with the card */
  TILL_FIND_FAULT,  /* the reader does not answer, or answers wrongly */
} TillFind;

typedef enum {
  TILL_CARRY_DONE,
  TILL_CARRY_LOST,   /* the card left the field, or cannot be understood there */
  TILL_CARRY_FAULT,  /* the reader does not answer, or answers wrongly */
} TillCarry;

/* A way to a reader. */
typedef struct {
  /* TILL_TAP_WAITING and @self, or a fault. */
  TillTapState (*open)   (const char *connstring, gpointer *self);
  TillFind     (*find)   (gpointer self);
  /* @rapdu has room for TILL_RAPDU_MAX bytes. */
  TillCarry    (*carry)  (gpointer self, const guint8 *capdu, gsize n_capdu,
                          guint8 *rapdu, gsize *n_rapdu);
  void         (*leave)  (gpointer self);  /* the card that was found */
  void         (*close)  (gpointer self);
} TillBackend;

/* One that is open. */
typedef struct {
  const TillBackend *way;
  gpointer           self;
  char              *connstring;  /* the one that was chosen */
} TillOpened;

TillTapState till_backend_open (const char *connstring,
                                TillOpened *opened);

G_END_DECLS
