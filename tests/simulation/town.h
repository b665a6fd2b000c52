/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chance.h"
#include "core/brand.h"
#include "port/clock.h"

G_BEGIN_DECLS

/* What all banks share: the true time, the payment codes on people's phones, and that a number is
 * known to one of them only. */
typedef struct {
  const TillClock *clock;
  Chances         *chances;
  GHashTable      *codes;     /* digits → PayCode */
  GHashTable      *trades;    /* number → Trade */
  GHashTable      *traces;    /* terminal, batch and trace number → number */
  guint            n_codes;
  gint64           slept_ms;       /* nights, through which the clock stood */
  gint64           wall_offset_us; /* true wall time − the clock's monotonic time */
  void           (*say) (gpointer world, const char *what);
  gpointer         world;
} Town;

/* A payment code on a customer's phone, or a card that was tapped: good once, at whichever bank. */
typedef enum {
  CODE_PAYS,
  CODE_ASKS_PASSWORD,       /* and pays after a while, or never */
  CODE_POOR,
  CODE_REFUSES,
} CodeKind;

typedef struct {
  char      *digits;
  char      *basket;
  TillBrand  brand;
  CodeKind   kind;
  gint64     shown_ms;
  gint64     pays_after_ms;  /* ASKS_PASSWORD; 0: never */
  gboolean   is_used;
  gboolean   is_unchargeable;  /* of a tap: the card did not ask its issuer */
} PayCode;

void        town_init          (Town             *self,
                                const TillClock  *clock,
                                Chances          *chances,
                                gpointer          world);
void        town_clear         (Town             *self);
void        town_release       (Town             *self);

gint64      town_now_ms        (const Town       *self);
gint64      town_wall_us       (const Town       *self);
void        town_note          (const Town       *self,
                                const char       *format,
                                ...) G_GNUC_PRINTF (2, 3);
PayCode    *town_add_code      (Town             *self,
                                const char       *digits,
                                const char       *basket);

G_END_DECLS
