/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "port/settings.h"

G_BEGIN_DECLS

/* An [acquirer ID] out of a text: groups [settings] and [secrets]; files are relative to a
 * folder. */
TillSettings *fake_settings_new  (const char   *text,
                                  const char   *folder);
void          fake_settings_set  (TillSettings *settings,
                                  const char   *key,
                                  const char   *value);
void          fake_settings_hide (TillSettings *settings,
                                  const char   *name,
                                  const char   *secret);
void          fake_settings_free (TillSettings *settings);

typedef TillSettings FakeSettings;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeSettings, fake_settings_free)

G_END_DECLS
