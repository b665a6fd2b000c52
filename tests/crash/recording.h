/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a program did to the folder that lies in @folder now. */
typedef struct {
  char      *dir;      /* of all that belongs to this test */
  char      *folder;
  char      *bytes;    /* the write log */
  gsize      n_bytes;
  GPtrArray *records;  /* where in it each begins */
  GPtrArray *hashes;   /* for the test: of the rows that the program wrote */
} Recording;

Recording *recording_new          (void);
void       recording_free         (Recording   *self);
void       recording_run          (Recording   *self,
                                   const char  *calls,
                                   char       **words,
                                   const char  *variable,
                                   const char  *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

G_END_DECLS
