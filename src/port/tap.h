/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/reason.h"
#include "core/tap.h"
#include "port/http.h"

G_BEGIN_DECLS

/* What a card is asked for. Bytes that are absent are the usual ones of code/emv-terminal. */
typedef struct {
  const char *reader;            /* "auto", "pcsc:NAME", or libnfc's connstring */
  gint64      amount_fen;        /* above 0 */
  gint64      no_pin_limit_fen;  /* 0: the usual one */
  guint8      type;              /* tag 9C: 00 purchase, 20 refund */
  GBytes     *ttq;               /* tag 9F66, four bytes */
  GBytes     *objects;           /* BER-TLV: what the acquirer says about the terminal */
  GBytes     *key;               /* 32 random bytes of this sale, for the token; NULL for none */
  const char *certificate;       /* the acquirer's, PEM, for what is sealed; NULL for none */
  guint       timeout_ms;        /* until a card is there; 0: until it is cancelled */
  gboolean    keep_trying;       /* after a fault too, as long as the time lasts */
} TillTapRequest;

typedef enum {
  TILL_TAP_ONLINE,     /* the card may be charged */
  TILL_TAP_REFUSED,    /* it may not; the reason says why */
  TILL_TAP_NO_CARD,    /* none came in time */
  TILL_TAP_CANCELLED,
  TILL_TAP_FAILED,     /* the reader: the fault says how */
} TillTapOutcome;

/* How a tap ended. What of a card may be seen, kept and printed; never more. */
typedef struct {
  TillTapOutcome  outcome;
  TillReason      reason;
  TillTapState    fault;       /* of TILL_TAP_FAILED */
  char           *reader;      /* the connstring that was used */
  char           *aid;         /* hexadecimal; absent where no card said one */
  char           *label;
  char           *number;      /* first six and last four */
  char           *cryptogram;  /* "arqc", "tc", "aac", "none" */
  int             sequence;    /* of the card, −1: none */
  int             counter;     /* its transactions, −1: none */
  gint64          field_us;    /* from finding the card to its last answer */
  char           *token;       /* its account data under the request's key, where ONLINE */
  char           *sealed;      /* base64 of CMS: the same to the certificate, where ONLINE */
} TillTapCard;

/* A request that lacks the card's fields, and what they are put in with, outside this process. */
typedef struct {
  const TillHttpRequest *request;   /* POST; its body a message of ISO 8583 with an empty proof */
  const char            *token;
  GBytes                *key;       /* the token's */
  GBytes                *mac_key;   /* 8 or 16 bytes */
} TillTapSend;

/* One reader, and who has it. */
typedef struct {
  char         *name;
  char         *reader;   /* what a TillTapRequest calls it; absent for what is only told about */
  TillTapState  state;    /* WAITING: nothing is in the way */
  char         *holder;   /* who has it, where that is known: a kernel module, "pcscd" */
  const char   *remedy;   /* a command that a technician may type; never run by us */
} TillTapReader;

/* What a look around found. */
typedef struct {
  GPtrArray    *readers;         /* (element-type TillTapReader) */
  TillTapState  service;         /* pcscd: WAITING where it runs */
  gboolean      confined_files;  /* the kernel keeps what reads cards from writing files */
  gboolean      confined_calls;  /* … and from making sockets and starting programs */
} TillTapList;

#define TILL_TYPE_TAP (till_tap_get_type ())
G_DECLARE_INTERFACE (TillTap, till_tap, TILL, TAP, GObject)

/* To read and to show is one thing at a time: what is begun ends what was under way with
 * TILL_TAP_CANCELLED. What is sent or listed goes beside it. Signals, on the main context:
 * "state-changed"; "was-read" each time that a phone has the link. */
struct _TillTapInterface
{
  GTypeInterface parent;

  TillTapState  (*get_state)    (TillTap               *self);
  void          (*read_async)   (TillTap               *self,
                                 const TillTapRequest  *request,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data);
  TillTapCard  *(*read_finish)  (TillTap               *self,
                                 GAsyncResult          *result);
  void          (*show_async)   (TillTap               *self,
                                 const char            *reader,
                                 const char            *uri,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data);
  TillTapState  (*show_finish)  (TillTap               *self,
                                 GAsyncResult          *result);
  void          (*list_async)   (TillTap               *self,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data);
  TillTapList  *(*list_finish)  (TillTap               *self,
                                 GAsyncResult          *result);
  void          (*send_async)   (TillTap               *self,
                                 const TillTapSend     *send,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data);
  TillHttpReply *(*send_finish) (TillTap               *self,
                                 GAsyncResult          *result);
  void          (*let_any_show) (TillTap               *self,
                                 gboolean               any_reader);  /* NULL: no difference */
};

TillTapState   till_tap_get_state    (TillTap               *self);

void           till_tap_read_async   (TillTap               *self,
                                      const TillTapRequest  *request,
                                      GCancellable          *cancellable,
                                      GAsyncReadyCallback    callback,
                                      gpointer               user_data);
TillTapCard   *till_tap_read_finish  (TillTap               *self,
                                      GAsyncResult          *result);
void           till_tap_show_async   (TillTap               *self,
                                      const char            *reader,
                                      const char            *uri,
                                      GCancellable          *cancellable,
                                      GAsyncReadyCallback    callback,
                                      gpointer               user_data);
void           till_tap_let_any_show (TillTap              *self,
                                      gboolean              any_reader);
TillTapState   till_tap_show_finish  (TillTap               *self,
                                      GAsyncResult          *result);
void           till_tap_list_async   (TillTap               *self,
                                      GCancellable          *cancellable,
                                      GAsyncReadyCallback    callback,
                                      gpointer               user_data);
TillTapList   *till_tap_list_finish  (TillTap               *self,
                                      GAsyncResult          *result);
void           till_tap_send_async   (TillTap               *self,
                                      const TillTapSend     *send,
                                      GCancellable          *cancellable,
                                      GAsyncReadyCallback    callback,
                                      gpointer               user_data);
TillHttpReply *till_tap_send_finish  (TillTap               *self,
                                      GAsyncResult          *result);

TillTapCard   *till_tap_card_new     (TillTapOutcome         outcome);
void           till_tap_card_free    (TillTapCard           *card);
void           till_tap_reader_free  (TillTapReader         *reader);
TillTapList   *till_tap_list_new     (void);
void           till_tap_list_free    (TillTapList           *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTapCard, till_tap_card_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTapReader, till_tap_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillTapList, till_tap_list_free)

G_END_DECLS
