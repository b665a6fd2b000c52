/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/qr-paintable.h"

#include "code/qr.h"

#define QUIET_MODULES 4     /* ISO/IEC 18004: the quiet zone on each side */
#define LEAST_PX 4          /* a module; below, phones in a hurry do not read it */
#define WANTED_PX 8

struct _TillQrPaintable
{
  GObject  parent_instance;

  TillQr  *qr;
};

static int
modules_a_side (TillQrPaintable *self)
{
  return (int) self->qr->width + 2 * QUIET_MODULES;
}

/* One rectangle for each horizontal run of dark modules. */
static void
snapshot_row (TillQrPaintable *self,
              GtkSnapshot     *snapshot,
              guint            y,
              graphene_point_t origin,
              int              module_px)
{
  static const GdkRGBA black = { 0, 0, 0, 1 };
  const guint8 *row = self->qr->modules + (gsize) y * self->qr->width;
  guint x = 0;

  while (x < self->qr->width) {
    guint first = x;

    while (x < self->qr->width && row[x])
      x++;
    if (x > first)
      gtk_snapshot_append_color (snapshot, &black,
                                 &GRAPHENE_RECT_INIT (origin.x + (float) ((int) first * module_px),
                                                      origin.y + (float) ((int) y * module_px),
                                                      (float) ((int) (x - first) * module_px),
                                                      (float) module_px));
    else
      x++;
  }
}

static void
till_qr_paintable_snapshot (GdkPaintable *paintable,
                            GdkSnapshot  *snapshot,
                            double        width,
                            double        height)
{
  static const GdkRGBA white = { 1, 1, 1, 1 };
  TillQrPaintable *self = TILL_QR_PAINTABLE (paintable);
  int side = modules_a_side (self);
  int module_px = MAX ((int) MIN (width, height) / side, 1);
  int left = ((int) width - side * module_px) / 2;
  int top = ((int) height - side * module_px) / 2;
  graphene_point_t origin = GRAPHENE_POINT_INIT ((float) (left + QUIET_MODULES * module_px),
                                                 (float) (top + QUIET_MODULES * module_px));

  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT ((float) left, (float) top,
                                                  (float) (side * module_px),
                                                  (float) (side * module_px)));
  for (guint y = 0; y < self->qr->width; y++)
    snapshot_row (self, snapshot, y, origin, module_px);
}

static int
till_qr_paintable_get_side (GdkPaintable *paintable)
{
  return modules_a_side (TILL_QR_PAINTABLE (paintable)) * WANTED_PX;
}

static double
till_qr_paintable_get_aspect (GdkPaintable *paintable)
{
  return 1;
}

static GdkPaintableFlags
till_qr_paintable_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_CONTENTS | GDK_PAINTABLE_STATIC_SIZE;
}

static void
till_qr_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = till_qr_paintable_snapshot;
  iface->get_intrinsic_width = till_qr_paintable_get_side;
  iface->get_intrinsic_height = till_qr_paintable_get_side;
  iface->get_intrinsic_aspect_ratio = till_qr_paintable_get_aspect;
  iface->get_flags = till_qr_paintable_get_flags;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TillQrPaintable, till_qr_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                                                      till_qr_paintable_iface_init))

static void
till_qr_paintable_finalize (GObject *object)
{
  till_qr_free (TILL_QR_PAINTABLE (object)->qr);

  G_OBJECT_CLASS (till_qr_paintable_parent_class)->finalize (object);
}

static void
till_qr_paintable_class_init (TillQrPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_qr_paintable_finalize;
}

static void
till_qr_paintable_init (TillQrPaintable *self)
{
}

/**
 * till_qr_paintable_new:
 * @text: what the code says
 * @error: as till_qr_new() sets it
 *
 * Returns: (transfer full): its picture, or %NULL with @error
 */
TillQrPaintable *
till_qr_paintable_new (const char *text,
                       GError    **error)
{
  TillQr *qr = till_qr_new (text, error);
  TillQrPaintable *self;

  if (!qr)
    return NULL;

  self = g_object_new (TILL_TYPE_QR_PAINTABLE, NULL);
  self->qr = qr;

  return self;
}

/**
 * till_qr_paintable_get_least:
 *
 * Returns: the least side in pixels at which a phone reads it well
 */
int
till_qr_paintable_get_least (TillQrPaintable *self)
{
  g_return_val_if_fail (TILL_IS_QR_PAINTABLE (self), 0);

  return modules_a_side (self) * LEAST_PX;
}
