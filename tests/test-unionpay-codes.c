/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/unionpay-codes.h"

#include "wire-case.h"

#define LOST_FAULT "event=lost; reason=acquirer-fault"
#define LOST_UNKNOWN "event=lost; reason=unknown-answer"
#define WAITS "event=wait; reason=processing"
#define PAYER "event=refused; reason=payer-refused"
#define CONFIG "event=refused; reason=config"
#define NO_REFUND "event=refused; reason=refund-refused"
#define PAID "event=paid; reason="
#define FLAWED "event=paid; reason=paid-to-check"

/* Each code of the tables: as the answer to a charge and to a refund; as the result of a charge and
 * of a refund that was asked about. */
static const struct {
  const char *code;
  const char *charge;
  const char *refund;
  const char *result;
  const char *refund_result;
} codes[] = {
  { "00", WAITS, WAITS, PAID, PAID },
  { "01", LOST_UNKNOWN, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "02", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "03", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "04", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "05", WAITS, WAITS, WAITS, WAITS },
  { "06", "event=lost; reason=busy", "event=lost; reason=busy", "event=lost; reason=busy",
    "event=lost; reason=busy" },
  { "10", CONFIG, CONFIG, CONFIG, NO_REFUND },
  { "11", CONFIG, CONFIG, CONFIG, NO_REFUND },
  { "12", LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN },
  { "13", CONFIG, CONFIG, CONFIG, NO_REFUND },
  { "30", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "31", "event=refused; reason=merchant-refused", "event=refused; reason=merchant-refused",
    "event=refused; reason=merchant-refused", NO_REFUND },
  { "32", CONFIG, CONFIG, CONFIG, NO_REFUND },
  { "33", "event=refused; reason=merchant-limit", "event=refused; reason=merchant-limit",
    "event=refused; reason=merchant-limit", NO_REFUND },
  { "34", LOST_UNKNOWN, LOST_UNKNOWN, "event=absent; reason=no-answer",
    "event=absent; reason=no-answer" },
  { "35", LOST_UNKNOWN, NO_REFUND, NO_REFUND, NO_REFUND },
  { "36", LOST_UNKNOWN, NO_REFUND, NO_REFUND, NO_REFUND },
  { "37", "event=lost; reason=busy", "event=lost; reason=busy", "event=lost; reason=busy",
    "event=lost; reason=busy" },
  { "38", PAYER, NO_REFUND, PAYER, NO_REFUND },
  { "39", "event=refused; reason=merchant-refused", "event=refused; reason=merchant-refused",
    "event=refused; reason=merchant-refused", NO_REFUND },
  { "42", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "45", LOST_UNKNOWN, NO_REFUND, "event=closed; reason=closed", "event=closed; reason=closed" },
  { "46", LOST_UNKNOWN, NO_REFUND, "event=closed; reason=reversed",
    "event=closed; reason=reversed" },
  { "60", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "61", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "62", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "63", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "64", "event=refused; reason=balance", "event=refused; reason=merchant-balance",
    "event=refused; reason=balance", NO_REFUND },
  { "65", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "66", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "67", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "68", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "69", "event=refused; reason=payer-left", LOST_UNKNOWN, "event=refused; reason=payer-left",
    NO_REFUND },
  { "70", "event=wait; reason=payer", LOST_UNKNOWN, "event=wait; reason=payer",
    "event=wait; reason=payer" },
  { "74", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "75", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "77", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "78", "event=refused; reason=payer-limit", LOST_UNKNOWN, "event=refused; reason=payer-limit",
    NO_REFUND },
  { "79", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "80", PAYER, LOST_UNKNOWN, PAYER, NO_REFUND },
  { "83", WAITS, WAITS, WAITS, WAITS },
  { "86", "event=refused; reason=code-expired", LOST_UNKNOWN,
    "event=refused; reason=code-expired", NO_REFUND },
  { "87", "event=refused; reason=code-invalid", LOST_UNKNOWN,
    "event=refused; reason=code-invalid", NO_REFUND },
  { "88", "event=refused; reason=code-invalid", LOST_UNKNOWN,
    "event=refused; reason=code-invalid", NO_REFUND },
  { "98", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "99", LOST_FAULT, LOST_FAULT, LOST_FAULT, LOST_FAULT },
  { "A2", WAITS, WAITS, FLAWED, FLAWED },
  { "A4", WAITS, WAITS, FLAWED, FLAWED },
  { "A5", WAITS, WAITS, FLAWED, FLAWED },
  { "A6", WAITS, WAITS, FLAWED, FLAWED },
  /* Not in any table: nothing is concluded. */
  { "A1", LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN },
  { "43", LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN },
  { "000", LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN },
  { "", LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN, LOST_UNKNOWN },
};

typedef void (*Read) (const TillAsk *ask, const char *code, TillAnswer *answer);

static void
check (Read        read,
       TillCall    call,
       const char *code,
       const char *expect)
{
  TillAsk ask = case_ask (call, NULL);
  TillAnswer answer = { 0 };

  g_test_message ("%s on call %u", code, call);
  read (&ask, code, &answer);
  case_assert_answer (&answer, expect);
}

static void
test_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    check (till_unionpay_codes_read, TILL_CALL_CHARGE, codes[i].code, codes[i].charge);
    check (till_unionpay_codes_read, TILL_CALL_REFUND, codes[i].code, codes[i].refund);
    check (till_unionpay_codes_read_orig, TILL_CALL_QUERY, codes[i].code, codes[i].result);
    check (till_unionpay_codes_read_orig, TILL_CALL_QUERY_REFUND, codes[i].code,
           codes[i].refund_result);
  }
}

static const struct {
  TillCall    call;
  const char *code;
  const char *expect;
} others[] = {
  { TILL_CALL_ORDER, "00", "event=wait; reason=not-scanned" },
  { TILL_CALL_ORDER, "05", LOST_UNKNOWN },
  { TILL_CALL_ORDER, "32", CONFIG },
  { TILL_CALL_REVERSE, "00", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "34", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "35", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "46", "event=reverse-done; reason=" },
  { TILL_CALL_REVERSE, "36", "event=close-refused; reason=" },
  { TILL_CALL_REVERSE, "45", "event=close-refused; reason=" },
  { TILL_CALL_REVERSE, "05", LOST_UNKNOWN },
  { TILL_CALL_REVERSE, "11", LOST_UNKNOWN },
  { TILL_CALL_REVERSE, "03", LOST_FAULT },
  { TILL_CALL_QUERY, "34", "event=absent; reason=no-answer" },
  { TILL_CALL_QUERY, "37", "event=lost; reason=busy" },
  { TILL_CALL_QUERY, "11", LOST_UNKNOWN },
  { TILL_CALL_QUERY_REFUND, "34", "event=absent; reason=no-answer" },
  { TILL_CALL_CLOSE, "34", "event=absent; reason=no-answer" },
};

static void
test_others (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    check (till_unionpay_codes_read, others[i].call, others[i].code, others[i].expect);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unionpay-codes/codes", test_codes);
  g_test_add_func ("/unionpay-codes/others", test_others);

  return g_test_run ();
}
