/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/viewfinder.h"

#define LEAST_WIDTH  160
#define LEAST_HEIGHT 96
#define BEST_WIDTH   640
#define BEST_HEIGHT  360
#define LINE_PX      4

struct _TillViewfinder
{
  GtkWidget   parent_instance;

  GdkTexture *texture;    /* NULL: nothing to be seen */
  TillSight   sight;
  gboolean    is_bad;     /* what was found is no payment code */
};

G_DEFINE_FINAL_TYPE (TillViewfinder, till_viewfinder, GTK_TYPE_WIDGET)

/* The whole picture, as large as it can be, in the middle. */
static graphene_rect_t
fit (TillViewfinder *self)
{
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  float picture_width = (float) gdk_texture_get_width (self->texture);
  float picture_height = (float) gdk_texture_get_height (self->texture);
  float times = MIN (width / picture_width, height / picture_height);

  return GRAPHENE_RECT_INIT ((width - picture_width * times) / 2,
                             (height - picture_height * times) / 2,
                             picture_width * times, picture_height * times);
}

/* Dark below and light above: seen on any picture, and not by its colour alone. The code itself is
 * covered: whoever photographs the clerk's screen shall not get it. */
static void
snapshot_outline (TillViewfinder        *self,
                  GtkSnapshot           *snapshot,
                  const graphene_rect_t *picture)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, picture);

  for (guint i = 0; i < G_N_ELEMENTS (self->sight.corners); i++)
    cairo_line_to (cr, picture->origin.x + self->sight.corners[i].x * picture->size.width,
                   picture->origin.y + self->sight.corners[i].y * picture->size.height);
  cairo_close_path (cr);
  cairo_set_source_rgb (cr, 0.1, 0.1, 0.1);
  cairo_fill_preserve (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width (cr, LINE_PX + 4);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_stroke_preserve (cr);
  cairo_set_line_width (cr, LINE_PX);
  if (self->is_bad)
    cairo_set_source_rgb (cr, 1, 0.64, 0.28);
  else
    cairo_set_source_rgb (cr, 0.34, 0.89, 0.54);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
till_viewfinder_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  TillViewfinder *self = TILL_VIEWFINDER (widget);
  graphene_rect_t picture;

  if (!self->texture)
    return;

  picture = fit (self);
  gtk_snapshot_append_texture (snapshot, self->texture, &picture);
  if (self->sight.has_code)
    snapshot_outline (self, snapshot, &picture);
}

static void
till_viewfinder_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *least,
                         int            *natural,
                         int            *least_baseline,
                         int            *natural_baseline)
{
  gboolean is_width = orientation == GTK_ORIENTATION_HORIZONTAL;

  *least = is_width ? LEAST_WIDTH : LEAST_HEIGHT;
  *natural = is_width ? BEST_WIDTH : BEST_HEIGHT;
  *least_baseline = *natural_baseline = -1;
}

static void
till_viewfinder_dispose (GObject *object)
{
  g_clear_object (&TILL_VIEWFINDER (object)->texture);
  G_OBJECT_CLASS (till_viewfinder_parent_class)->dispose (object);
}

static void
till_viewfinder_class_init (TillViewfinderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = till_viewfinder_dispose;
  widget_class->snapshot = till_viewfinder_snapshot;
  widget_class->measure = till_viewfinder_measure;

  gtk_widget_class_set_css_name (widget_class, "viewfinder");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
till_viewfinder_init (TillViewfinder *self)
{
}

/**
 * till_viewfinder_set_view:
 * @view: (nullable): what is seen now
 */
void
till_viewfinder_set_view (TillViewfinder *self,
                          TillView       *view)
{
  g_return_if_fail (TILL_IS_VIEWFINDER (self));

  g_clear_object (&self->texture);
  if (view)
    self->texture = gdk_memory_texture_new ((int) view->width, (int) view->height,
                                            GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, view->pixels,
                                            (gsize) view->width * 4);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * till_viewfinder_set_sight:
 * @is_bad: what was found is no payment code
 */
void
till_viewfinder_set_sight (TillViewfinder  *self,
                           const TillSight *sight,
                           gboolean         is_bad)
{
  g_return_if_fail (TILL_IS_VIEWFINDER (self));

  self->sight = *sight;
  self->is_bad = is_bad;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
