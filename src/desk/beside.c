/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/beside.h"

#include <string.h>

#include "desk/desk-private.h"
#include "desk/tapping.h"

/* A reader that failed is tried again. */
#define AGAIN_MS 2000

struct _TillLink
{
  GObject       parent_instance;

  TillDesk     *desk;
  TillSaleItem *item;
  char         *uri;          /* what the reader opens on phones; NULL: nothing */
  GCancellable *cancellable;  /* of the showing that is under way; NULL: none is */
  guint         timer;
  TillTapState  state;
  gboolean      was_read;     /* by a phone, since this code is shown */
  gboolean      is_over;
};

enum {
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TillLink, till_link, G_TYPE_OBJECT)

static TillTap *
get_port (TillDesk *desk)
{
  TillShop *shop = till_desk_get_shop (desk);

  return shop ? shop->ports->tap : NULL;
}

/* The link of the one code that can be paid. Of several nobody can say which a phone should open;
 * some codes are no links. */
static const char *
find_uri (TillLink *self)
{
  const TillSale *sale = till_sale_item_get_sale (self->item);
  const char *uri = NULL;

  for (guint i = 0; i < sale->payments->len; i++) {
    const TillPayment *payment = g_ptr_array_index (sale->payments, i);

    if (payment->kind != TILL_KIND_COLLECT || payment->state != TILL_PAYMENT_WAITING)
      continue;
    if (uri)
      return NULL;
    uri = payment->code_text;
  }

  return uri && g_uri_peek_scheme (uri) ? uri : NULL;
}

static void
set_state (TillLink     *self,
           TillTapState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void begin (TillLink *self);

static void
again_cb (gpointer user_data)
{
  TillLink *self = user_data;

  self->timer = 0;
  begin (self);
}

static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TillLink) self = user_data;
  const TillTapState state = till_tap_show_finish (TILL_TAP (source), result);
  TillShop *shop = till_desk_get_shop (self->desk);

  /* Ended by us, or a later one is under way. */
  if (!self->cancellable || g_cancellable_is_cancelled (self->cancellable))
    return;

  g_clear_object (&self->cancellable);
  if (shop && till_tap_state_is_fault (state) && state != TILL_TAP_UNABLE && !self->timer)
    self->timer = till_clock_add_timer (shop->ports->clock, AGAIN_MS, again_cb, self);
  set_state (self, state);
}

static void
begin (TillLink *self)
{
  TillShop *shop = till_desk_get_shop (self->desk);
  TillTap *port = get_port (self->desk);

  if (!port || !self->uri || self->is_over)
    return;

  self->cancellable = g_cancellable_new ();
  till_tap_let_any_show (port, strcmp (till_profile_get (shop->profile, "nfc", "link-on"),
                                       "any-reader") == 0);
  till_tap_show_async (port, till_profile_get (shop->profile, "nfc", "reader"), self->uri,
                       self->cancellable, shown_cb, g_object_ref (self));
}

static void
stop (TillLink *self)
{
  TillShop *shop = till_desk_get_shop (self->desk);

  if (self->timer && shop)
    till_clock_cancel (shop->ports->clock, self->timer);
  self->timer = 0;
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->uri, g_free);
  self->was_read = FALSE;
  set_state (self, TILL_TAP_OFF);
}

/* Another code takes the place of the one before; none takes it away. */
static void
item_changed_cb (TillSaleItem *item,
                 GParamSpec   *pspec,
                 TillLink     *self)
{
  const char *uri = find_uri (self);

  if (g_strcmp0 (uri, self->uri) == 0)
    return;

  stop (self);
  self->uri = g_strdup (uri);
  begin (self);
}

static void
state_changed_cb (TillTap  *port,
                  TillLink *self)
{
  if (self->cancellable)
    set_state (self, till_tap_get_state (port));
}

static void
was_read_cb (TillTap  *port,
             TillLink *self)
{
  if (!self->cancellable || self->was_read)
    return;

  self->was_read = TRUE;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
till_link_finalize (GObject *object)
{
  TillLink *self = TILL_LINK (object);

  g_assert (self->timer == 0);
  g_free (self->uri);
  g_clear_object (&self->cancellable);
  g_object_unref (self->item);
  g_object_unref (self->desk);

  G_OBJECT_CLASS (till_link_parent_class)->finalize (object);
}

static void
till_link_class_init (TillLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_link_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", TILL_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  0);
}

static void
till_link_init (TillLink *self)
{
}

/**
 * till_desk_get_beside:
 *
 * Returns: what the profile wants the reader to do while a code is on the screen, as far as the
 *   shop can do it
 */
TillBeside
till_desk_get_beside (TillDesk *desk)
{
  TillShop *shop = till_desk_get_shop (desk);
  const char *word = till_profile_get (shop->profile, "nfc", "beside-code");

  if (!get_port (desk) || strcmp (word, "nothing") == 0)
    return TILL_BESIDE_NOTHING;
  if (strcmp (word, "link") == 0)
    return TILL_BESIDE_LINK;

  return till_desk_may_tap (desk) ? TILL_BESIDE_CARDS : TILL_BESIDE_NOTHING;
}

/**
 * till_link_new:
 * @item: a sale, its code on the screen or on its way
 *
 * Offers the code's link at the reader until till_link_end(), whenever it can be paid.
 *
 * Returns: (transfer full): the link
 */
TillLink *
till_link_new (TillDesk     *desk,
               TillSaleItem *item)
{
  TillLink *self = g_object_new (TILL_TYPE_LINK, NULL);
  TillTap *port = get_port (desk);

  self->desk = g_object_ref (desk);
  self->item = g_object_ref (item);
  g_signal_connect_object (item, "notify::state", G_CALLBACK (item_changed_cb), self, 0);
  g_signal_connect_object (item, "notify::code-text", G_CALLBACK (item_changed_cb), self, 0);
  if (port) {
    g_signal_connect_object (port, "state-changed", G_CALLBACK (state_changed_cb), self, 0);
    g_signal_connect_object (port, "was-read", G_CALLBACK (was_read_cb), self, 0);
  }
  item_changed_cb (item, NULL, self);

  return self;
}

/**
 * till_link_end:
 *
 * Takes the link away. Before the last reference goes.
 */
void
till_link_end (TillLink *self)
{
  g_return_if_fail (TILL_IS_LINK (self));

  self->is_over = TRUE;
  g_signal_handlers_disconnect_by_data (self->item, self);
  stop (self);
}

/**
 * till_link_get_state:
 *
 * Returns: %TILL_TAP_SHOWING while phones can read it; %TILL_TAP_OFF without a link; or what is
 *   wrong with the reader
 */
TillTapState
till_link_get_state (TillLink *self)
{
  g_return_val_if_fail (TILL_IS_LINK (self), TILL_TAP_OFF);

  return self->state;
}

/**
 * till_link_was_read:
 *
 * Returns: whether a phone has read the link of this code
 */
gboolean
till_link_was_read (TillLink *self)
{
  g_return_val_if_fail (TILL_IS_LINK (self), FALSE);

  return self->was_read;
}
