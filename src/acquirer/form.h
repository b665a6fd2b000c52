/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Form parameters: signed sorted and bare, sent encoded. */
typedef struct _TillForm TillForm;

TillForm  *till_form_new        (void);
void       till_form_free       (TillForm        *form);
void       till_form_add        (TillForm        *form,
                                 const char      *name,
                                 const char      *value);
TillForm  *till_form_parse_bare (const char      *text);
const char *till_form_get       (const TillForm  *form,
                                 const char      *name);
char      *till_form_take       (TillForm        *form,
                                 const char      *name);
char      *till_form_canonical  (const TillForm  *form);
char      *till_form_encode     (const TillForm  *form);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillForm, till_form_free)

G_END_DECLS
