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

static const struct {
  const char *text;
  const char *name;
  const char *value;      /* NULL: absent */
  const char *canonical;  /* NULL where the text is refused */
} bare[] = {
  { "a=1&b=2", "b", "2", "a=1&b=2" },
  { "b=2&a=1", "a", "1", "a=1&b=2" },
  { "sign=AA+/==&a=1", "sign", "AA+/==", "a=1&sign=AA+/==" },
  { "a={x=1&y=2}&b=3", "a", "{x=1&y=2}", "a={x=1&y=2}&b=3" },
  { "a=[x&y]&b=3", "a", "[x&y]", "a=[x&y]&b=3" },
  { "a={[}&b=3", "b", "3", "a={[}&b=3" },
  { "respMsg=查无此交易[2600000]&z=1", "respMsg", "查无此交易[2600000]",
    "respMsg=查无此交易[2600000]&z=1" },
  { "a=1&b=&c=3", "b", NULL, "a=1&c=3" },
  { "a=%41", "a", "%41", "a=%41" },
  { "pem=-----BEGIN X-----\nAB+=\n-----END X-----\n&z=1", "z", "1",
    "pem=-----BEGIN X-----\nAB+=\n-----END X-----\n&z=1" },
  { "a={x&b=2", "b", NULL, "a={x&b=2" },
  { "a=1&", "a", "1", "a=1" },
  { "", "a", NULL, "" },
  { "a=1&a=1", NULL, NULL, NULL },
  { "a=1&a=2", NULL, NULL, NULL },
  { "a", NULL, NULL, NULL },
  { "a=1&b", NULL, NULL, NULL },
  { "=1", NULL, NULL, NULL },
  { "&a=1", NULL, NULL, NULL },
  { "<html><body></body></html>", NULL, NULL, NULL },
};

/* UnionPay's answers are read as its SDKs read them; a pair without a name, or said twice, is
 * none. */
static void
test_bare (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bare); i++) {
    g_autoptr (TillForm) form = till_form_parse_bare (bare[i].text);
    g_autofree char *canonical = form ? till_form_canonical (form) : NULL;

    g_assert_cmpstr (canonical, ==, bare[i].canonical);
    if (form)
      g_assert_cmpstr (till_form_get (form, bare[i].name), ==, bare[i].value);
  }
}

/* What is taken out is not there any more. */
static void
test_take (void)
{
  g_autoptr (TillForm) form = till_form_parse_bare ("a=1&b=2");
  g_autofree char *value = till_form_take (form, "b");
  g_autofree char *again = till_form_take (form, "b");
  g_autofree char *left = till_form_canonical (form);

  g_assert_cmpstr (value, ==, "2");
  g_assert_null (again);
  g_assert_cmpstr (left, ==, "a=1");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/form/form", test_form);
  g_test_add_func ("/form/empty", test_empty);
  g_test_add_func ("/form/bare", test_bare);
  g_test_add_func ("/form/take", test_take);

  return g_test_run ();
}
