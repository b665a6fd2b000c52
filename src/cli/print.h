/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/cli.h"
#include "core/day.h"
#include "core/sale.h"

G_BEGIN_DECLS

void  till_print_sale       (const TillCli      *cli,
                             const TillSale     *sale,
                             const TillDay      *day);
void  till_print_code       (const TillCli      *cli,
                             const TillPayment  *payment);
void  till_print_progress   (const TillCli      *cli,
                             const TillSale     *sale);
void  till_print_object     (JsonBuilder        *builder);
void  till_print_add_text   (JsonBuilder        *builder,
                             const char         *name,
                             const char         *text);
void  till_print_add_int    (JsonBuilder        *builder,
                             const char         *name,
                             gint64              number);

G_END_DECLS
