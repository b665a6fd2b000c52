/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Asked before something is done that cannot be undone. */
typedef struct {
  const char *heading;
  const char *body;
  const char *no;        /* Enter and Esc mean this */
  const char *yes;
  gboolean    is_grave;  /* yes takes money or loses something */
} TillQuestion;

typedef void (*TillQuestionFunc) (gpointer user_data);

GtkWidget *till_question_ask (GtkWidget           *over,
                              const TillQuestion  *question,
                              TillQuestionFunc     yes,
                              gpointer             user_data,
                              GDestroyNotify       destroy);

G_END_DECLS
