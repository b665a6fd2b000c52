/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"

G_BEGIN_DECLS

/* One till, its clerk and its customers, from a full purse to settled books. The world is made
 * once; a life leaves nothing behind in it. */
typedef struct World World;

World      *world_new        (const char *dir);
void        world_free       (World      *self);

Chances    *world_chances    (World      *self);
void        world_tell       (World      *self,
                              gboolean    tell);
void        world_set_most   (World      *self,
                              guint       most);
void        world_set_away   (World      *self,
                              guint       basket,
                              gboolean    stays_away);
guint       world_get_lives  (World      *self);
const char *world_live       (World      *self,
                              guint64     seed);
const char *world_get_story  (World      *self);
guint64     world_get_steps  (World      *self);
guint64     world_get_owners_words (World *self);
gboolean    world_report_calm (World     *self);

G_END_DECLS
