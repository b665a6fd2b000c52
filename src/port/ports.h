/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/clock.h"
#include "port/http.h"
#include "port/picture.h"
#include "port/random.h"
#include "port/scanner.h"
#include "port/secret.h"
#include "port/tap.h"

G_BEGIN_DECLS

/* What the outside world looks like; passed at birth, outlives the desk. */
typedef struct {
  const TillClock  *clock;
  const TillRandom *random;
  const TillSecret *secret;  /* NULL: no secret service */
  TillHttp         *http;
  TillTap          *tap;     /* NULL: nobody can tap */
  TillScanner      *scanner; /* a camera; NULL: none is wanted */
  TillPictureLoad   load_picture;
} TillPorts;

G_END_DECLS
