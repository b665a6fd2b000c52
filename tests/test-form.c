/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acquirer/form.h"

static const struct {
  const char *name;
  const char *value;
} values[] = {
  { "version", "1.0" },
  { "biz_content", "{\"subject\":\"咖啡 & cake\",\"total_amount\":\"88.88\"}" },
  { "app_id", "app111" },
  { "notify_url", NULL },
  { "empty", "" },
  { "sign_type", "RSA2" },
  { "Z", "a+b=c/d~e" },
};

/* By ASCII, capitals first; empty values neither signed nor sent; signed bare, sent encoded. */
static void
test_form (void)
{
  g_autoptr (TillForm) form = till_form_new ();
  g_autofree char *canonical = NULL;
  g_autofree char *encoded = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    till_form_add (form, values[i].name, values[i].value);

  canonical = till_form_canonical (form);
  g_assert_cmpstr (canonical, ==,
                   "Z=a+b=c/d~e&app_id=app111&biz_content={\"subject\":\"咖啡 & cake\","
                   "\"total_amount\":\"88.88\"}&sign_type=RSA2&version=1.0");
  encoded = till_form_encode (form);
  g_assert_cmpstr (encoded, ==,
                   "Z=a%2Bb%3Dc%2Fd~e&app_id=app111&biz_content=%7B%22subject%22%3A%22"
                   "%E5%92%96%E5%95%A1%20%26%20cake%22%2C%22total_amount%22%3A%2288.88%22%7D"
                   "&sign_type=RSA2&version=1.0");
}

static void
test_empty (void)
{
  g_autoptr (TillForm) form = till_form_new ();
  g_autofree char *canonical = till_form_canonical (form);
  g_autofree char *encoded = till_form_encode (form);

  g_assert_cmpstr (canonical, ==, "");
  g_assert_cmpstr (encoded, ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/form/form", test_form);
  g_test_add_func ("/form/empty", test_empty);

  return g_test_run ();
}
