/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TILL_ISO8583_ERROR (till_iso8583_error_quark ())

typedef enum {
  TILL_ISO8583_ERROR_SHORT,        /* ends within the head or a field */
  TILL_ISO8583_ERROR_LONG,         /* goes on behind its last field, or its length says otherwise */
  TILL_ISO8583_ERROR_LENGTH,       /* a field's length is no number, or more than the field has */
  TILL_ISO8583_ERROR_UNSUPPORTED,  /* a bit that this dialect does not use */
  TILL_ISO8583_ERROR_VALUE,        /* a value that its field cannot hold */
} TillIso8583Error;

#define TILL_ISO8583_FIELDS 64
#define TILL_ISO8583_MAX    2048  /* bytes of a message; real ones have less than 600 */

/* One message of China's terminals. Values may be card data: they are wiped when it is freed. */
typedef struct {
  guint8  tpdu[5];   /* where it goes, whence it comes */
  guint8  head[6];   /* application, version, what the host wants of the terminal */
  guint16 mti;       /* as its digits stand: 0x0200 */
  struct {
    char  *value;    /* digits, or bytes as they are; zero-terminated in any case */
    gsize  n_bytes;
  } fields[TILL_ISO8583_FIELDS + 1];
} TillIso8583;

GQuark        till_iso8583_error_quark  (void);

TillIso8583  *till_iso8583_new          (guint16              mti);
void          till_iso8583_free         (TillIso8583         *self);

const char   *till_iso8583_get          (const TillIso8583   *self,
                                         guint                field);
gboolean      till_iso8583_get_number   (const TillIso8583   *self,
                                         guint                field,
                                         gint64              *number);
void          till_iso8583_set          (TillIso8583         *self,
                                         guint                field,
                                         const char          *text);
void          till_iso8583_set_bytes    (TillIso8583         *self,
                                         guint                field,
                                         const guint8        *bytes,
                                         gsize                n_bytes);
void          till_iso8583_clear        (TillIso8583         *self,
                                         guint                field);

GByteArray   *till_iso8583_pack         (const TillIso8583   *self,
                                         GError             **error);
TillIso8583  *till_iso8583_parse        (const guint8        *bytes,
                                         gsize                n_bytes,
                                         GError             **error);

void          till_iso8583_frame        (GByteArray          *message);
const guint8 *till_iso8583_unframe      (const guint8        *bytes,
                                         gsize               *n_bytes,
                                         GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TillIso8583, till_iso8583_free)

G_END_DECLS
