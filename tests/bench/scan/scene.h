/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "code/grey.h"

G_BEGIN_DECLS

#define SCENE_WIDTH  1280
#define SCENE_HEIGHT 720

/* A customer's phone before a camera, from frame to frame; or a counter without one. */
typedef struct _Scene Scene;

Scene      *scene_new       (GRand       *rand,
                             guint        level);
void        scene_free      (Scene       *self);
void        scene_shoot     (Scene       *self,
                             GRand       *rand,
                             TillCanvas  *frame);
const char *scene_get_kind  (const Scene *self);
const char *scene_get_text  (const Scene *self);
char       *scene_describe  (const Scene *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

G_END_DECLS
