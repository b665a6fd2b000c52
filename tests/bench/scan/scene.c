/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene.h"

#include <math.h>
#include <string.h>

#include "counter.h"
#include "draw-code.h"
#include "light.h"

#define SCREEN_WIDTH  540
#define SCREEN_HEIGHT 1080

typedef enum { KIND_QR, KIND_C128, KIND_BOTH, N_KINDS } Kind;
static const char *const kind_words[N_KINDS] = { "qr", "c128", "both" };

/* How a phone lies in the frame. */
typedef struct {
  double x, y, height, angle;
  double tilt[4][2];          /* of each corner, in shares of the phone */
} Pose;

struct _Scene
{
  guint       level;          /* 0: no phone */
  Kind        kind;
  char       *text;
  gboolean    dark_mode;
  guint       n_cracks;
  gboolean    finger;
  TillCanvas  counter, screen;
  Pose        pose;
  Light       light;
  guint       n_shot;
  double      focus_px, focus_swing;  /* the blur of a sharp frame, and how far a camera seeks */
  double      speed_x, speed_y;       /* of the hand in pixels a frame */
  double      shutter;                /* how long it is open, in shares of a frame's time */
  double      shake_px;
  double      glare_step;             /* by which the glare passes over the screen each frame */
};

static char *
draw_text (GRand *rand)
{
  /* Of payment codes in truth's usual lengths. */
  static const char *const beginnings[] = { "13", "10", "28", "25", "62", "28" };
  static const guint lengths[] = { 18, 18, 18, 18, 19, 24 };
  guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (beginnings));
  GString *text = g_string_new (beginnings[which]);

  while (text->len < lengths[which])
    g_string_append_c (text, (char) ('0' + g_rand_int_range (rand, 0, 10)));

  return g_string_free (text, FALSE);
}

/* A wallet's page: a coloured head, bars, a square, words. */
static void
draw_screen (Scene *self,
             GRand *rand)
{
  guint qr_px = (guint) g_rand_int_range (rand, 9, 15);
  guint bars_width = draw_code_128_width (self->text);
  guint bar_px = SCREEN_WIDTH / (bars_width + 20);  /* ten beside it stay light */
  guint y = (guint) g_rand_int_range (rand, 190, 260);

  draw_code_fill (&self->screen, SCREEN_WIDTH, SCREEN_HEIGHT, 250);
  fill_box (&self->screen, 0, 0, SCREEN_WIDTH, 120, (guint8) g_rand_int_range (rand, 90, 230));
  draw_words (rand, &self->screen, 40, 50, 26, 60);
  draw_words (rand, &self->screen, 60, 140, 20, 60);
  if (self->kind != KIND_QR) {
    guint height = self->kind == KIND_BOTH ? 120 : (guint) g_rand_int_range (rand, 130, 260);

    draw_code_128 (&self->screen, (SCREEN_WIDTH - bar_px * bars_width) / 2, y, bar_px, height,
                   self->text);
    y += height + 20;
    draw_words (rand, &self->screen, 90, (int) y, 16, 60);
    y += 50;
  }
  if (self->kind != KIND_C128)
    draw_code_qr (&self->screen, (SCREEN_WIDTH - 25 * qr_px) / 2, y, qr_px, self->text);
  draw_words (rand, &self->screen, 60, 900, 24, 60);
  fill_box (&self->screen, 0, 1000, SCREEN_WIDTH, 80, (guint8) g_rand_int_range (rand, 90, 250));
  if (self->dark_mode)
    till_canvas_invert (&self->screen);
}

static void
scratch (Scene *self,
         GRand *rand)
{
  for (guint i = 0; i < self->n_cracks; i++) {
    double x = draw_between (rand, 0, SCREEN_WIDTH), y = draw_between (rand, 0, SCREEN_HEIGHT);
    double angle = draw_between (rand, 0, 2 * G_PI);

    for (guint step = 0; step < 500; step++) {
      fill_box (&self->screen, (int) x, (int) y, 3, 3, step % 2 ? 20 : 230);
      angle += draw_between (rand, -0.15, 0.15);
      x += 2 * cos (angle);
      y += 2 * sin (angle);
    }
  }
  for (int y = 0; self->finger && y < 160; y++) {
    int half = (int) (60 * sqrt (1 - pow ((y - 80) / 80.0, 2)));

    fill_box (&self->screen, SCREEN_WIDTH - 120 - half, 520 + y, 2 * half, 1, 110);
  }
}

/* Farther, turned, tilted and off the middle with the level; who shows bars alone comes closer. */
static void
place_phone (Scene *self,
             GRand *rand)
{
  double level = self->level, keystone = 0.03 * level;
  double nearer = self->kind == KIND_C128 ? 1.5 : 1;

  self->pose.height = nearer * draw_between (rand, 860 - 120 * level, 1080 - 145 * level);
  self->pose.angle = draw_between (rand, -10, 10) * level * G_PI / 180;
  if (chance (rand, 0.02 * level))
    self->pose.angle += G_PI / 2 * (chance (rand, 0.5) ? 1 : -1);
  self->pose.x = SCENE_WIDTH / 2.0 + draw_between (rand, -50, 50) * level;
  self->pose.y = SCENE_HEIGHT / 2.0 + draw_between (rand, -25, 25) * level;
  for (guint i = 0; i < 4; i++) {
    self->pose.tilt[i][0] = draw_between (rand, -keystone, keystone);
    self->pose.tilt[i][1] = draw_between (rand, -keystone, keystone);
  }
}

static void
set_corners (Scene *self)
{
  double height = self->pose.height, width = height * SCREEN_WIDTH / SCREEN_HEIGHT;
  double cosine = cos (self->pose.angle), sine = sin (self->pose.angle);

  for (guint i = 0; i < 4; i++) {
    double side = (i == 1 || i == 2 ? 0.5 : -0.5) * (1 + self->pose.tilt[i][0]) * width;
    double end = (i >= 2 ? 0.5 : -0.5) * (1 + self->pose.tilt[i][1]) * height;

    self->light.corners[i][0] = self->pose.x + side * cosine - end * sine;
    self->light.corners[i][1] = self->pose.y + side * sine + end * cosine;
  }
}

static void
draw_light (Scene *self,
            GRand *rand)
{
  double level = self->level;

  self->light = (Light) {
    .gain = draw_between (rand, 1 - 0.14 * level, 1),
    .lift = draw_between (rand, 0, 10 * level),
    .moire = chance (rand, 0.1 * level) ? draw_between (rand, 0.05, 0.09 * level) : 0,
    .moire_step = draw_between (rand, 1.5, 3),
    .glare = chance (rand, 0.09 * level) ? draw_between (rand, 60, 120 * level) : 0,
    .glare_x = draw_between (rand, 0.1, 0.9),
    .glare_y = draw_between (rand, 0.1, 0.9),
    .glare_size = draw_between (rand, 0.1, 0.35),
    .noise = draw_between (rand, 0.5, 2.2 * level),
  };
}

/* What makes one frame of a customer unlike the next. */
static void
draw_hand (Scene *self,
           GRand *rand)
{
  double level = MAX (self->level, 1);
  gboolean moves = chance (rand, 0.12 * level);

  self->focus_px = draw_between (rand, 0.3, 0.4 + 0.25 * level);
  self->focus_swing = chance (rand, 0.1 * level) ? draw_between (rand, 0.3, 0.5 * level) : 0;
  self->shutter = draw_between (rand, 0.2, 0.9);
  self->shake_px = draw_between (rand, 0.3, 0.6 * level);
  self->speed_x = moves ? draw_between (rand, -3.5, 3.5) * level : 0;
  self->speed_y = moves ? draw_between (rand, -3.5, 3.5) * level : 0;
  self->glare_step = draw_between (rand, -0.05, 0.05);
}

/* The camera seeks the focus to and fro, less each time; the hand trembles, turns back and comes to
 * rest; the light passes over the glass. */
static void
move_on (Scene *self,
         GRand *rand)
{
  double shake_x = draw_between (rand, -1, 1) * self->shake_px;
  double shake_y = draw_between (rand, -1, 1) * self->shake_px;
  double way_x = self->speed_x + shake_x, way_y = self->speed_y + shake_y;
  double swing = cos (self->n_shot * 0.9) * exp (-0.15 * self->n_shot);

  self->pose.x += way_x;
  self->pose.y += way_y;
  self->pose.angle += draw_between (rand, -0.004, 0.004) * self->level;
  self->pose.height *= draw_between (rand, 0.995, 1.005);
  self->speed_x = self->speed_x * 0.85 - (self->pose.x - SCENE_WIDTH / 2.0) * 0.004;
  self->speed_y = self->speed_y * 0.85 - (self->pose.y - SCENE_HEIGHT / 2.0) * 0.004;
  self->light.motion_px = hypot (way_x, way_y) * self->shutter;
  self->light.motion_angle = atan2 (way_y, way_x);
  self->light.blur_px = self->focus_px + fabs (self->focus_swing * swing);
  self->light.glare_x += self->glare_step;
  self->light.glare_y += self->glare_step / 2;
  self->n_shot++;
}

/**
 * scene_new:
 * @level: from 1, easy, to 5, in part not to be read at all; 0: there is no phone
 */
Scene *
scene_new (GRand *rand,
           guint  level)
{
  Scene *self = g_new0 (Scene, 1);

  self->level = level;
  self->kind = (Kind) g_rand_int_range (rand, 0, N_KINDS);
  self->text = draw_text (rand);
  self->dark_mode = chance (rand, 0.08);
  self->n_cracks = chance (rand, 0.05 * level) ? (guint) g_rand_int_range (rand, 1, 5) : 0;
  self->finger = chance (rand, 0.04 * level);
  till_canvas_resize (&self->counter, SCENE_WIDTH, SCENE_HEIGHT);
  draw_counter (rand, &self->counter);
  draw_light (self, rand);
  draw_hand (self, rand);
  if (level) {
    draw_screen (self, rand);
    scratch (self, rand);
    place_phone (self, rand);
  }

  return self;
}

void
scene_free (Scene *self)
{
  till_canvas_clear (&self->counter);
  till_canvas_clear (&self->screen);
  g_free (self->text);
  g_free (self);
}

/* Draws what the camera sees now, a frame's time after what it saw before. */
void
scene_shoot (Scene      *self,
             GRand      *rand,
             TillCanvas *frame)
{
  move_on (self, rand);
  till_canvas_resize (frame, SCENE_WIDTH, SCENE_HEIGHT);
  memcpy (frame->pixels, self->counter.pixels, (gsize) SCENE_WIDTH * SCENE_HEIGHT);
  if (self->level) {
    set_corners (self);
    light_project (&self->light, &self->screen, frame);
  }
  light_spoil (&self->light, g_rand_int (rand), frame);
}

const char *
scene_get_kind (const Scene *self)
{
  return self->level ? kind_words[self->kind] : "none";
}

const char *
scene_get_text (const Scene *self)
{
  return self->level ? self->text : "";
}

/* Returns: "L3 qr motion,glare", as truth.tsv has it. */
char *
scene_describe (const Scene *self)
{
  const struct { gboolean is_so; const char *word; } words[] = {
    { self->dark_mode, "inv" },
    { self->light.glare > 0, "glare" },
    { self->speed_x != 0 || self->speed_y != 0, "motion" },
    { self->light.moire > 0, "moire" },
    { self->n_cracks > 0, "crack" },
    { self->finger, "finger" },
  };
  GString *text = g_string_new (NULL);
  const char *gap = " ";

  if (!self->level)
    return g_string_free (g_string_append (text, "empty"), FALSE);

  g_string_printf (text, "L%u %s", self->level, kind_words[self->kind]);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (words[i].is_so) {
      g_string_append_printf (text, "%s%s", gap, words[i].word);
      gap = ",";
    }
  }

  return g_string_free (text, FALSE);
}
