/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bank.h"
#include "desk/desk-private.h"
#include "desk/tapping.h"
#include "fake-clock.h"
#include "fake-random.h"
#include "kept-cards.h"
#include "life.h"
#include "net.h"
#include "pad.h"
#include "shop.h"

G_BEGIN_DECLS

/* What the files that make up a life share. */

#define N_TILLS_MAX   2
#define N_BASKETS_MAX 64

typedef struct Till Till;
typedef struct Watch Watch;
typedef struct Calm Calm;

/* What a customer wants to buy: paid once, however often it is tried. */
typedef struct {
  Till         *till;
  char         *name;
  gint64        fen;
  guint         n_tries;
  TillSaleItem *item;       /* the sale of the try under way or just over; the till's */
  TillTapping  *tapping;    /* a card is waited for, or was */
  char         *order;      /* its number */
  GPtrArray    *orders;     /* of all tries */
  gboolean      is_here;    /* at the counter, or was */
  gboolean      is_done;    /* the clerk has seen green, or has given up */
} Basket;

/* What goes wrong with the commit under way. */
typedef struct {
  gboolean    is_drawn;
  Chance      kind;
  int         code;     /* 0: nothing */
  guint       n_left;   /* writes that go well before */
  const char *said;
} Mishap;

/* Another program on its journal. */
typedef struct {
  TillDesk     *desk;      /* NULL: none runs */
  TillSaleItem *item;
  gint64        until_ms;
} Command;

/* One till: a computer with a clock, a disk and a way to the banks of its own. */
struct Till
{
  World          *world;
  guint           index;
  char           *dir;
  char           *journal;
  TillClock       clock;           /* the world's, but for what its wall clock shows */
  gint64          wall_offset_us;  /* its wall clock − the monotonic one */
  TillFakeRandom  random;
  GHashTable     *kept;            /* what it keeps with the desktop's secret service */
  TillSecret      secret;
  Net            *net;
  Pad            *pad;
  KeptCards       cards;
  TillPorts       ports;

  TillShop       *shop;
  TillDesk       *desk;            /* NULL while the till is off */
  guint           basket;          /* the customer at the counter */
  guint           clerk;           /* the timer at which the clerk looks up */
  gint64          started_ms;
  gint64          last_seq;        /* of the rows that the till was told are written */
  gboolean        power_is_gone;
  Mishap          mishap;
  gint64          disk_failed_ms;  /* last */
  Command         command;
};

struct World
{
  char           *dir;
  GBytes         *empty;           /* an empty journal */
  TillFakeClock  *fake;
  const TillClock *clock;
  Chances         chances;
  Town            town;
  Bank           *banks[N_BANKS];
  Contracts       contracts;       /* those of this run's shop */
  Till            tills[N_TILLS_MAX];
  guint           n_tills;         /* in this run */

  Basket          baskets[N_BASKETS_MAX];
  guint           n_baskets;
  guint           most_baskets;    /* a story is told of no more than it needs */
  gboolean        stays_away[N_BASKETS_MAX];  /* nor of customers that it does not need */
  guint64         n_owners_words;  /* in all runs */
  Watch          *watch;
  Calm           *calm;
  gboolean        is_calm;         /* for a while */
  gboolean        is_ending;       /* all customers have gone; the books are being settled */

  gboolean        tells;
  GString        *story;
  char           *violation;
};

/* life.c */
gint64    now_ms              (World             *self);
gint64    true_wall_us        (World             *self);
void      tell                (World             *self,
                               const char        *format,
                               ...) G_GNUC_PRINTF (2, 3);
void      tell_text           (gpointer           world,
                               const char        *what);
void      violate             (World             *self,
                               const char        *format,
                               ...) G_GNUC_PRINTF (2, 3);
void      settle              (void);
guint     draw                (World             *self,
                               Chance             kind,
                               guint              n);
gboolean  happens             (World             *self,
                               Chance             kind,
                               guint              permille);
guint     after               (World             *self,
                               gint64             delay_ms,
                               TillClockFunc      func,
                               gpointer           user_data);
Trade    *find_trade          (World             *self,
                               const char        *number);
BankRefund *find_refund       (World             *self,
                               const char        *of,
                               const char        *number);
Bank     *find_bank           (const char        *url,
                               gpointer           till);
Basket   *find_basket         (World             *self,
                               const char        *order);

/* till.c */
void      till_prepare        (Till              *self,
                               World             *world,
                               guint              index);
void      till_release        (Till              *self);
void      till_begin          (Till              *self,
                               guint64            seed);
void      till_turn_on        (Till              *self);
void      till_turn_off       (Till              *self);
void      till_start_again_cb (gpointer           till);
void      till_close_window   (Till              *self);
void      till_pull_plug      (Till              *self);
void      till_crash          (Till              *self);
void      till_set_wall       (Till              *self,
                               gint64             wall_us);
void      till_check_journal  (Till              *self);

/* customer.c */
char     *customer_shows_code (World             *self,
                               TillBrand          brand,
                               Basket            *basket);
void      customers_see_code  (TillSaleItem      *item,
                               GParamSpec        *pspec,
                               gpointer           world);

/* tapper.c */
gboolean  tap_begin           (Basket            *basket,
                               const char        *order);
gboolean  tap_may_go_onto     (const Basket      *basket);
void      tap_onto            (Basket            *basket);
gboolean  tap_serve           (Basket            *basket);
void      learn_traces        (Till              *till);
void      check_tap           (Till              *till,
                               const Bank        *bank,
                               const Heard       *heard);
void      check_kept_cards    (Till              *till);

/* clerk.c */
void      call_clerk          (Till              *till,
                               gint64             in_ms);

/* command.c */
void      command_begin_cb    (gpointer           world);
void      command_end         (Till              *till);

/* trouble.c */
void      plan_troubles       (World             *self);

/* watch.c: what must hold at each step. */
Watch    *watch_new           (void);
void      watch_free          (Watch             *self);
void      watch_begin         (Watch             *self);
void      watch_cancelled     (Watch             *self,
                               const char        *order);
void      watch_changed       (Till              *till,
                               TillSaleItem      *item);
void      watch_started       (Till              *till);
void      watch_request       (Bank              *bank,
                               const Heard       *heard,
                               gpointer           till);
gint64    watch_get_sent_ms   (const Watch       *self,
                               const char        *order);
gint64    watch_get_asked_ms  (const Watch       *self,
                               const char        *order);
guint64   watch_get_requests  (const Watch       *self);

/* calm.c: how soon all is known once nothing goes wrong. */
Calm     *calm_new            (void);
void      calm_free           (Calm              *self);
void      calm_begin          (World             *world);
void      calm_settled        (World             *world,
                               const TillPayment *payment);
void      calm_end            (World             *world);
gboolean  calm_report         (const Calm        *self);

/* owner.c */
void      owner_settles       (World             *self);
gboolean  owner_gave_back     (World             *self,
                               const TillSale    *sale,
                               const TillPayment *payment);

/* books.c: what must hold at the end. */
void      check_amber         (World             *self);
void      check_books         (World             *self);

G_END_DECLS
