/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/brand.h"

G_BEGIN_DECLS

/* What is asked of an acquirer; the words are those of the control address. */
typedef enum {
  TILL_SANDBOX_CHARGE,
  TILL_SANDBOX_ORDER,
  TILL_SANDBOX_QUERY,
  TILL_SANDBOX_CLOSE,
  TILL_SANDBOX_REVERSE,
  TILL_SANDBOX_REFUND,
  TILL_SANDBOX_QUERY_REFUND,
  TILL_SANDBOX_KEYS,
} TillSandboxCall;
#define TILL_SANDBOX_N_CALLS 8
#define TILL_SANDBOX_ANY ((1u << TILL_SANDBOX_N_CALLS) - 1)

/* What the ledger gets of a call. One that is no charge runs as it should, or not at all: with
 * NOTHING and FAILED. */
typedef enum {
  TILL_BOOK_PAID,
  TILL_BOOK_NOTHING,         /* as if the call had never come */
  TILL_BOOK_FAILED,          /* the order exists and cannot be paid */
  TILL_BOOK_TYPING,          /* the payer types a password, until somebody ends it */
  TILL_BOOK_TYPING_PAID,     /* the same, and paid after some queries */
  TILL_BOOK_TYPING_FAILED,   /* the same, and refused after some queries */
  TILL_BOOK_HIDDEN,          /* paid, but queries do not find it at first */
  TILL_BOOK_LAGGING,         /* paid, but queries say "typing" at first */
  TILL_BOOK_ROLLED_BACK,     /* paid, and at once given back */
} TillBooking;

/* What goes wrong with the answer. */
typedef enum {
  TILL_FAULT_NONE,
  /* on the way */
  TILL_FAULT_DROP,           /* the connection ends without an answer */
  TILL_FAULT_CUT,            /* it ends in the middle of the body */
  TILL_FAULT_SLOW,           /* the answer comes after some time */
  TILL_FAULT_LARGE,          /* the answer is longer than 1 MiB */
  TILL_FAULT_PAGE,           /* 200 and a captive portal's HTML */
  TILL_FAULT_ERROR_PAGE,     /* 502 and HTML */
  TILL_FAULT_REDIRECT,       /* 302 */
  TILL_FAULT_CLOCK_AHEAD,    /* the Date header is so far ahead of this computer's clock */
  TILL_FAULT_CLOCK_BEHIND,   /* … behind */
  /* in the signature */
  TILL_FAULT_BAD_SIGNATURE,
  TILL_FAULT_NO_SIGNATURE,
  TILL_FAULT_OLD_SIGNATURE,  /* signed as it should be, ten minutes ago */
  TILL_FAULT_UNKNOWN_KEY,
  TILL_FAULT_SIGNTEST,       /* WeChat's deliberate probe */
  TILL_FAULT_NEW_KEY,        /* from now on WeChat signs with its second certificate */
  TILL_FAULT_SIGN_FIRST,     /* Alipay: "sign" stands before the node */
  TILL_FAULT_DECOY_SIGN,     /* Alipay: the node has a member "sign" of its own */
  /* in what it says */
  TILL_FAULT_OTHER_ORDER,
  TILL_FAULT_OTHER_AMOUNT,
} TillFault;

typedef enum {
  TILL_SANDBOX_REFUND_SUCCESS,
  TILL_SANDBOX_REFUND_PROCESSING,
  TILL_SANDBOX_REFUND_CLOSED,
  TILL_SANDBOX_REFUND_ABNORMAL,
} TillSandboxRefundState;

/* One row of the table: a word, the last two digits of a payment code that ask for it, and what
 * then happens. */
typedef struct {
  const char             *word;
  int                     digits;        /* −1: only by the control address */
  guint                   calls;         /* bits of TillSandboxCall */
  TillBooking             booking;
  TillFault               fault;
  guint                   queries;       /* how many of them "at first" and "after some" are */
  guint                   after_ms;      /* how long "late" and "slow" are, how wrong a clock is */
  TillSandboxRefundState  refund;        /* what a refund becomes, after @queries */
  TillBrand               brand;         /* what pays, where it is not the code's wallet */
  guint                   status;        /* WeChat says this instead of what happened */
  const char             *wechat_code;
  const char             *alipay_code;   /* Alipay says this instead */
  const char             *alipay_sub_code;
  const char             *about;         /* for people */
} TillScenario;

/* A row as it is played this time: whoever asked for it may have said other numbers. */
typedef struct {
  const TillScenario *row;
  guint               queries;
  guint               after_ms;
} TillScene;

const TillScenario *till_scenario_find          (const char         *word);
const TillScenario *till_scenario_for_paycode   (const char         *paycode);
const TillScenario *till_scenario_get           (guint               index);
gboolean            till_scenario_lets_run      (const TillScenario *row,
                                                 TillSandboxCall     call);

const char         *till_sandbox_call_to_word   (TillSandboxCall     call);
gboolean            till_sandbox_call_from_word (const char         *word,
                                                 guint              *calls);

G_END_DECLS
