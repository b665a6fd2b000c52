/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desk-fixture.h"

#include <adwaita.h>

#include "app/window.h"
#include "fake-scanner.h"

G_BEGIN_DECLS

/* The window over a scripted wire and a hand-driven clock: what a clerk does by actions, and what
 * the clerk then reads. A request that is not in the script fails the test. */
typedef struct {
  DeskFixture      desk;
  TillStart        start;
  TillWindow      *window;
  TillFakeScanner *camera;   /* NULL: none */
} WindowFixture;

void       window_init          (int            *argc,
                                 char         ***argv);
void       window_set_up        (WindowFixture  *f,
                                 gconstpointer   data);
void       window_tear_down     (WindowFixture  *f,
                                 gconstpointer   data);
void       window_open          (WindowFixture  *f);
void       window_close         (WindowFixture  *f);
void       window_configure     (WindowFixture  *f,
                                 const char     *line);

void       window_act           (WindowFixture  *f,
                                 const char     *name,
                                 const char     *target);
void       window_type          (WindowFixture  *f,
                                 const char     *keys);
void       window_scan          (WindowFixture  *f,
                                 const char     *text);
void       window_respond       (const char     *response);
void       window_press_enter   (GType           type,
                                 const char     *signal);

GtkWidget *window_find          (GtkWidget      *widget,
                                 GType           type);
GtkWidget *window_find_dialog   (void);
void       window_wait_until    (WindowFixture  *f,
                                 const char     *what,
                                 gboolean        shown,
                                 int             line);
void       window_assert_absent (WindowFixture  *f,
                                 const char     *what,
                                 int             line);
void       window_assert_fits   (WindowFixture  *f);
guint      window_take_n_bells  (void);

#define window_add(path, test) \
  g_test_add (path, WindowFixture, NULL, window_set_up, test, window_tear_down)

/* Comes, or goes, once the page is laid out. */
#define assert_shown(f, what)     window_wait_until (f, what, TRUE, __LINE__)
#define assert_gone(f, what)      window_wait_until (f, what, FALSE, __LINE__)

/* Is not there now, be it for a moment: first assert_shown() what the page does say. */
#define assert_not_shown(f, what) window_assert_absent (f, what, __LINE__)

G_END_DECLS
