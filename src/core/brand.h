/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whose wallet. One row each in core/brand.c. */
typedef enum {
  TILL_BRAND_NONE,      /* unknown, until an acquirer's answer tells */
  TILL_BRAND_WECHAT,
  TILL_BRAND_ALIPAY,
  TILL_BRAND_UNIONPAY,
  TILL_BRAND_ECNY,
  TILL_BRAND_JD,
  TILL_BRAND_QQ,
  TILL_BRAND_BESTPAY,
  TILL_BRAND_BAITIAO,   /* no wallet: JD's credit, which nothing but an acquirer's answer tells */
} TillBrand;
#define TILL_N_BRANDS 9

/* A set of brands is a bit for each. */
typedef guint TillBrandSet;
#define TILL_BRAND_BIT(brand) (1u << (brand))

typedef struct {
  const char *word;       /* in JSON, rows and the profile: "wechat" */
  const char *name;       /* N_(): "WeChat Pay" */
  const char *icon_name;  /* our own drawing, "till-wechat-symbolic" */
  const char *colour;     /* "#07c160"; never the only sign */
  const char *scan_hint;  /* N_(): which app scans our code, "Scan with WeChat" */
  const char *apps;       /* N_(): those apps, as one of several: "UnionPay / bank apps"; NULL: no
                           * wallet. No contract has it, no code is for it, nobody asks for it */
} TillBrandFacts;

const TillBrandFacts *till_brand_get_facts     (TillBrand      brand);
const char           *till_brand_to_word       (TillBrand      brand);
const char           *till_brand_get_name      (TillBrand      brand);
gboolean              till_brand_is_wallet     (TillBrand      brand);
gboolean              till_brand_from_word     (const char    *word,
                                                TillBrand     *brand);
char                 *till_brand_set_to_apps   (TillBrandSet   brands);
gboolean              till_brand_set_parse     (const char    *words,
                                                TillBrandSet  *brands);

G_END_DECLS
