/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "acquirer/setting.h"
#include "acquirer/statement.h"
#include "core/backoff.h"
#include "core/brand.h"
#include "core/payment.h"
#include "core/reason.h"
#include "port/http.h"

G_BEGIN_DECLS

#define TILL_ACQUIRER_ERROR (till_acquirer_error_quark ())

typedef enum {
  TILL_ACQUIRER_ERROR_KEY,      /* a key file is missing, unreadable, or not what it should be */
  TILL_ACQUIRER_ERROR_SETTING,  /* a setting is missing or wrong */
  TILL_ACQUIRER_ERROR_BUILD,    /* a request cannot be made of this ask */
  TILL_ACQUIRER_ERROR_ANSWER,   /* keys that were downloaded are not to be trusted */
} TillAcquirerError;

/* What one asks an acquirer. A call that an acquirer's table leaves out is not offered. */
typedef enum {
  TILL_CALL_CHARGE,
  TILL_CALL_ORDER,         /* make a collection code */
  TILL_CALL_QUERY,         /* a charge or an order */
  TILL_CALL_CLOSE,         /* an order: it can be paid no more */
  TILL_CALL_REVERSE,       /* a charge: undone, given back if it was paid */
  TILL_CALL_REFUND,
  TILL_CALL_QUERY_REFUND,
  TILL_CALL_KEYS,          /* fresh keys: those that answers are signed with, or our own */
  TILL_CALL_ACTIVATE,      /* our own first key, for a code that the acquirer gave this shop */
  TILL_CALL_TAP,           /* a card or phone that was held to the reader */
  TILL_CALL_STATEMENT,     /* what the acquirer booked on a day; about no payment */
} TillCall;
#define TILL_N_CALLS 11

/* All that a request is made of. Times and nonce are given, so that build is pure. */
typedef struct {
  TillCall     call;
  gint64       now_us;
  const char  *nonce;         /* 32 of [0-9A-Z] */
  TillKind     kind;          /* of the payment that the call is about */
  const char  *order;         /* its number */
  gint64       amount_fen;    /* of that payment; for a refund what is given back */
  const char  *currency;
  const char  *paycode;       /* CHARGE only; a bearer token, never logged or stored */
  const char  *activation;    /* ACTIVATE only; as secret as a payment code */
  const char  *card;          /* TAP: what till-reader made of the card, as its TillCardWay says */
  const char  *card_number;   /* TAP: first six and last four */
  guint        trace;         /* of a payment's first call: 1 to 999999, new for each payment of
                               * this contract on this computer; see first_keep */
  TillBrand    brand;         /* ORDER: the wallet that shall pay; NONE: any */
  const char  *subject;       /* what the customer reads: the shop's name */
  const char  *sale;          /* the sale's number */
  const char  *acquirer_ref;  /* the acquirer's own number, NULL while unknown */
  const char  *keep;          /* what the answer before left in TillAnswer.keep */
  gint64       asked_us;      /* when the payment was first asked; its row says the same */
  gint64       expires_us;    /* ORDER: the code's last moment */
  const char  *of;            /* REFUND, QUERY_REFUND: number of the payment given back */
  const char  *of_ref;        /* its acquirer's number */
  const char  *of_keep;       /* its last keep */
  TillKind     of_kind;       /* how it was paid */
  gint64       of_amount_fen; /* its whole amount */
  gint64       of_asked_us;   /* when it was first asked */
  gint64       given_back_fen;/* what was already refunded of it */
  gint64       pending_fen;   /* what other refunds of it may have given back beyond that; of
                               * a question: when its answer is read */
  const char  *day;           /* STATEMENT: "20260520", a settlement date of the acquirer's */
  const char  *note;
  const char  *clerk;
  const char  *register_no;
  gboolean     use_backup;    /* the first host did not answer: ask the second, if there is one */
} TillAsk;

/* What an answer says, once it is trusted. */
typedef struct {
  TillPaymentEvent  event;
  TillReason        reason;
  char             *order;            /* which of our numbers it speaks of; NULL: does not say */
  gint64            amount_fen;       /* −1 when it does not say */
  char             *currency;
  char             *acquirer_ref;
  TillBrand         brand;            /* NONE when it does not say */
  gint64            payer_total_fen;  /* 0 when it does not say */
  gint64            paid_us;
  char             *code_text;
  gint64            expires_us;
  char             *keep;
  char             *said;             /* "HTTP 403 NOT_ENOUGH", for the log and the proof */
  gboolean          wants_keys;       /* signed by a key we lack: fetch keys once, read again */
} TillAnswer;

/* How often to ask, when to give up, when one may reverse. Source beside each acquirer's table. */
typedef struct {
  const TillBackoffStep *charge_query;
  const TillBackoffStep *order_query;
  const TillBackoffStep *refund_query;
  const TillBackoffStep *close_again;
  gint64 busy_ms;               /* after "asked too often" no question comes sooner; 0: as ever */
  gint64 give_up_ms;            /* a charge that is not paid by then is reversed */
  gint64 late_ms;               /* a charge that nobody knew may be booked until then */
  gint64 arrives_within_ms;     /* what was lost may come so long to who cannot be asked: "nothing
                                 * to reverse" is the end only then; 0: it can be asked */
  gint64 reverse_not_before_ms; /* after the charge was sent */
  gint64 close_not_before_ms;   /* after the order was made */
  gint64 order_life_max_ms;     /* a code lives no longer */
  gint64 refund_days;           /* refunds are possible so long */
  gint64 cancel_paid_ms;        /* a paid charge may be reversed so long; 0: never */
} TillPace;

/* What a charge may carry beside the payment codes of the acquirer's wallets. */
typedef enum {
  TILL_TAKES_ANY_DIGITS = 1 << 0,  /* an aggregator: it tells itself whose digits they are */
  TILL_TAKES_CARD_CODES = 1 << 1,  /* EMV codes that foreign customers show, as they stand */
  TILL_TAKES_FACE_CODES = 1 << 2,  /* what Alipay makes of a face: "fp" and 33 characters */
} TillTakes;

/* How a card's data get to the acquirer: the till never sees them. */
typedef enum {
  TILL_CARD_NONE,    /* it takes no cards */
  TILL_CARD_SEALED,  /* till-reader seals them to the acquirer's certificate (CMS), and they stand
                      * in the till's own request */
  TILL_CARD_TOKEN,   /* till-reader makes a token of them; requests that have one go through it, and
                      * it puts the card in: see TillHttpRequest */
} TillCardWay;

/* What a contract prescribes for taps. */
typedef struct {
  char    *certificate;       /* PEM, where the way is SEALED */
  GBytes  *ttq;               /* tag 9F66; NULL: the usual one */
  GBytes  *objects;           /* BER-TLV about the terminal; NULL: the usual ones */
  gint64   no_pin_limit_fen;  /* above it a customer must have proved himself on the phone */
} TillCardTerms;

typedef struct _TillMerchant TillMerchant;

/* What doctor shows of a key, so that people can compare it with the wallet's page. */
typedef struct {
  const char *setting;     /* the profile's key that names it; "download" for fetched ones */
  const char *serial;      /* NULL for a key without certificate */
  const char *subject;
  gint64      expires_us;  /* 0: never */
} TillKeyFacts;

typedef TillHttpRequest *(*TillBuild) (const TillMerchant *merchant, const TillAsk *ask,
                                       GError **error);
typedef void (*TillParse) (const TillMerchant *merchant, const TillAsk *ask,
                           const TillHttpReply *reply, TillAnswer *answer);

/* What a trusted "paid" must say before it is believed. */
typedef enum {
  TILL_NAMES_ORDER    = 1 << 0,
  TILL_NAMES_AMOUNT   = 1 << 1,
  TILL_NAMES_CURRENCY = 1 << 2,
} TillNames;

typedef struct {
  TillBuild build;
  TillParse parse;             /* NULL for KEYS and ACTIVATE: see take_keys; and for STATEMENT */
  guint     total_timeout_ms;
  guint     names;             /* TillNames that the wire has in this call's answer */
} TillCallSpec;

typedef struct {
  const char   *id;         /* type= in the profile */
  const char   *name;       /* N_() */
  TillBrandSet  brands;
  guint         takes;      /* TillTakes */
  const char   *base_url;
  const char   *backup_base_url;  /* NULL: none. Not used beside a base-url of the profile */
  const TillSettingRow *texts;    /* what the profile says of a contract: NULL: .settings has all */
  gsize         keys_size;        /* of the struct that .texts lie in, where there is no .load */
  const char   *const *settings;  /* keys that are not in .texts, NULL at the end */
  const char   *const *secrets;   /* the same of secrets */

  /* NULL: .texts is all that there is. */
  gpointer    (*load)   (const TillSettings *settings, GError **error);
  void        (*unload) (gpointer keys);
  gboolean    (*take_keys) (TillMerchant *merchant, const TillAsk *ask,
                            const TillHttpReply *reply, GError **error);
  /* Keys that live for a day: whether they must be renewed before the next request. NULL: never. */
  gboolean    (*keys_are_due) (gconstpointer keys, gint64 now_us);
  /* Those of .secrets that take_keys changes: they are stored, so that they outlive the program. */
  const char   *const *kept_secrets;
  char       *(*tell_secret) (gconstpointer keys, const char *name);
  /* Takes those that another program of this till has stored meanwhile. */
  void        (*read_kept) (gpointer keys, const TillSettings *settings);
  GArray     *(*list_keys) (gconstpointer keys);  /* of TillKeyFacts */

  /* NULL where STATEMENT is not offered. */
  void        (*read_statement) (const TillMerchant *merchant, const TillAsk *ask,
                                 const TillHttpReply *reply, TillStatement *statement);

  /* Cards. Without first_keep a payment's first row keeps nothing. */
  TillCardWay   card_way;
  const TillCardTerms *(*get_card_terms) (gconstpointer keys);
  char       *(*first_keep) (const TillMerchant *merchant, const TillAsk *ask, GError **error);

  TillCallSpec  calls[TILL_N_CALLS];
  TillPace      pace;
  TillCall      order_close_call;    /* how an unpaid order is ended: CLOSE or REVERSE */
  TillBrandSet  own_codes;           /* wallets whose code is theirs alone: the order names them */
  gboolean      refund_is_once;      /* one that was refused is over: another try is another one */
  gboolean      codes_stay;          /* a code that is shown ends by its time alone */
} TillAcquirer;

/* One [acquirer ID] of the profile: a contract. */
struct _TillMerchant
{
  const TillAcquirer *acquirer;
  char               *id;
  char               *base_url;
  char               *backup_base_url;
  char               *ca_file;
  TillBrandSet        brands;
  guint               fee_ppm;             /* millionths of the amount */
  gint64              limit_per_sale_fen;  /* 0: none */
  guint               connect_timeout_ms;  /* 0: the default */
  guint               total_timeout_ms;    /* 0: the call's own */
  gpointer            keys;                /* the acquirer's: ids, keys, certificates */
};

GQuark               till_acquirer_error_quark   (void);

const TillAcquirer  *till_acquirer_find          (const char           *id);
const TillAcquirer *const *till_acquirer_list    (void);

TillMerchant        *till_merchant_new           (const char           *id,
                                                  const TillSettings   *settings,
                                                  GError              **error);
void                 till_merchant_free          (TillMerchant         *merchant);
const char          *till_merchant_get_host      (const TillMerchant   *merchant,
                                                  const TillAsk        *ask);

gboolean             till_call_is_about_keys     (TillCall              call);
gboolean             till_acquirer_has_secret    (const TillAcquirer   *acquirer,
                                                  const char           *key);
gboolean             till_acquirer_offers        (const TillAcquirer   *acquirer,
                                                  TillCall              call);
gboolean             till_activation_is_valid    (const char           *code);
TillHttpRequest     *till_acquirer_build         (const TillMerchant   *merchant,
                                                  const TillAsk        *ask,
                                                  GError              **error);
char                *till_acquirer_first_keep    (const TillMerchant   *merchant,
                                                  const TillAsk        *ask,
                                                  GError              **error);
gboolean             till_merchant_is_active     (const TillMerchant   *merchant);
const TillCardTerms *till_merchant_get_card_terms (const TillMerchant  *merchant);
void                 till_acquirer_read          (const TillMerchant   *merchant,
                                                  const TillAsk        *ask,
                                                  const TillHttpReply  *reply,
                                                  TillAnswer           *answer);
void                 till_acquirer_read_statement (const TillMerchant  *merchant,
                                                  const TillAsk        *ask,
                                                  const TillHttpReply  *reply,
                                                  TillStatement        *statement);

void                 till_answer_clear           (TillAnswer           *answer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TillAnswer, till_answer_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillMerchant, till_merchant_free)

G_END_DECLS
