/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code/emv-cpm.h"

#include <string.h>

/* Examples of the EMVCo book (Consumer-Presented Mode), and a code whose application has no
 * registered name. */
#define TWO_APPLICATIONS \
  "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRI" \
  "T0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw=="
#define TRACK_2 "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8="

static void
append (const GPtrArray *objects,
        GString         *text)
{
  for (guint i = 0; i < objects->len; i++) {
    const TillTlv *tlv = g_ptr_array_index (objects, i);

    g_string_append_printf (text, " %X", tlv->tag);
    if (tlv->children) {
      g_string_append (text, "{");
      append (tlv->children, text);
      g_string_append (text, " }");
      continue;
    }
    g_string_append_c (text, '=');
    for (gsize b = 0; b < tlv->n_bytes; b++)
      g_string_append_printf (text, "%02X", tlv->value[b]);
  }
}

static void
test_decode (void)
{
  static const struct {
    const char *text;
    const char *means;       /* NULL where it is refused */
    gboolean    may_charge;
  } cases[] = {
    { TWO_APPLICATIONS,
      " 85=4350563031 61{ 4F=A0000000555555 50=50726F6475637431 }"
      " 61{ 4F=A0000000666666 50=50726F6475637432 }"
      " 62{ 5A=1234567890123458 5F20=43415244484F4C4445522F454D56 5F2D=727565736465656E"
      " 64{ 9F10=06010A03000000 9F26=584FD385FA234BCC 9F36=0001 9F37=6D58EF13 } }", TRUE },
    { TRACK_2, " 85=4350563031 61{ 4F=A0000000555555 57=1234567890123458D191220112345F }", TRUE },
    /* An application's name need not be registered: a fare card of Singapore, "QCAT01". Korea's
     * BC card has one of its own, and a track that looks like any UnionPay card's. */
    { "hQVDUFYwMWEITwZRQ0FUMDE=", " 85=4350563031 61{ 4F=514341543031 }", TRUE },
    { "hQVDUFYwMWEWTwfUEAAAAUAQVwtiEJQAAAAAKdGRIg==",
      " 85=4350563031 61{ 4F=D4100000014010 57=6210940000000029D19122 }", TRUE },
    /* Codes of acquirers' samples and public programs, each for one use and long expired: credit,
     * a scheme of its own, debit with a number of 19 digits and its templates in another order, and
     * Korea's once more. */
    { "hQVDUFYwMWFWTwigAAADMwEBAlcRYmNgAQBxNnLSMSIBAAABiAFfNAEAYzOfJghWite85mtxi58nAYCfEBEHAAEDoAAA"
      "AQgwMDAwMDAwMZ82AhEiggIAAJ83BCJgSI4=",
      " 85=4350563031 61{ 4F=A000000333010102 57=6263600100713672D23122010000018801 5F34=00"
      " 63{ 9F26=568AD7BCE66B718B 9F27=80 9F10=07000103A0000001083030303030303031 9F36=1122 82=0000"
      " 9F37=2260488E } }", TRUE },
    { "hQVDUFYwMWEfTwigAAAAZQOSAlcTMViZAHkkKUPUkSEhAAAFEgAADw==",
      " 85=4350563031 61{ 4F=A000000065039202 57=3158990079242943D49121210000051200000F }", TRUE },
    { "hQVDUFYwMWFTTwigAAADMwEBAVcOYjB0YAETZ2lDHVASIB9jM4ICAACfEBEHAQEDoAAAAQgwMDI1MDAwMZ8mCFZaEvQg"
      "V7lknycBgJ82Ai39nzcEb8MUal80AQE=",
      " 85=4350563031 61{ 4F=A000000333010101 57=6230746001136769431D5012201F"
      " 63{ 82=0000 9F10=07010103A0000001083030323530303031 9F26=565A12F42057B964 9F27=80 9F36=2DFD"
      " 9F37=6FC3146A } 5F34=01 }", TRUE },
    { "hQVDUFYwMWFaTwfUEAAAAUAQVxNiUSBgAFQQF9JgRgEBAAAAAAAPXzQBAmM2nyYIPIxIph6Y3o6fJwGAnxAUsQmgAAgA"
      "AAAAAAAAICYDGCAYVAGfNgIAB4ICAACfNwQQjzxs",
      " 85=4350563031 61{ 4F=D4100000014010 57=6251206000541017D26046010100000000000F 5F34=02"
      " 63{ 9F26=3C8C48A61E98DE8E 9F27=80 9F10=B109A00008000000000000002026031820185401 9F36=0007"
      " 82=0000 9F37=108F3C6C } }", TRUE },
    { "hQVDUFYwMQ==", " 85=4350563031", FALSE },
    { "hQVDUFYwMWEA", " 85=4350563031 61{ }", FALSE },

    { "hQVDUFYwMWETTwegAAAAVVVV", NULL, FALSE },
    { "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8", NULL, FALSE },
    { "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGR IgESNF8=", NULL, FALSE },
    /* The format twice; a wallet's demonstration with a length of 143 in one byte. */
    { "hQVDUFYwMYUFQ1BWMDE=", NULL, FALSE },
    { "hQVDUFYwMWEaTw5BMDAwMDAwMDg4ODg4OFAIUVJJU0NQTVpij1oQMTIzNDU2Nzg5MTAxMTEyMV8gB1JVUElBUFBfLQJp"
      "ZF9QClJVUElBUFAuTUVkX58QDjA4MDEwWjAzMDAwMDAwnxkkYTRiZjUzNTctZmRkZi00NjIxLWFiNGUtZDkyMzcwZTQ3"
      "YWNmn04kNjZiMDczZWMtY2VkYi00OWQ0LTk1ZDUtZDlkMWMxNTFiYWNl", NULL, FALSE },
    { "hQVDUFYwMg==", NULL, FALSE },
    { "TwegAAAAVVVVhQVDUFYwMQ==", NULL, FALSE },
    { "AA==", NULL, FALSE },
    { "", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TillEmvCpm) cpm = till_emv_cpm_decode (cases[i].text, &error);
    g_autoptr (GString) text = g_string_new (NULL);

    g_test_message ("%u", i);
    g_assert_cmpint (cpm != NULL, ==, cases[i].means != NULL);
    g_assert_cmpint (error != NULL, ==, cases[i].means == NULL);
    if (!cpm)
      continue;
    append (cpm->objects, text);
    g_assert_cmpstr (text->str, ==, cases[i].means);
    g_assert_cmpint (till_emv_cpm_may_charge (cpm), ==, cases[i].may_charge);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/emv-cpm/decode", test_decode);

  return g_test_run ();
}
