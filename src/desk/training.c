/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk/training.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* Local, so an answer is there at once or not at all. */
#define TIMEOUT_MS 5000

struct _TillTraining
{
  GObject          parent_instance;

  const TillPorts *ports;
  char            *url;
  char            *ca_file;
};

/* What the control address calls each act, and what it calls the act's subject, if it has one. */
static const struct {
  const char *word;
  const char *subject;
} acts[] = {
  [TILL_CUSTOMER_SHOW_CODE] = { "code", NULL },
  [TILL_CUSTOMER_SCAN]      = { "scan", "text" },
  [TILL_CUSTOMER_PAY]       = { "pay", "order" },
  [TILL_CUSTOMER_PASSWORD]  = { "password", "order" },
  [TILL_CUSTOMER_DECLINE]   = { "decline", "order" },
  [TILL_CUSTOMER_WALK_AWAY] = { "walk-away", "order" },
};

G_DEFINE_FINAL_TYPE (TillTraining, till_training, G_TYPE_OBJECT)

static void
till_training_finalize (GObject *object)
{
  TillTraining *self = TILL_TRAINING (object);

  g_free (self->url);
  g_free (self->ca_file);

  G_OBJECT_CLASS (till_training_parent_class)->finalize (object);
}

static void
till_training_class_init (TillTrainingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = till_training_finalize;
}

static void
till_training_init (TillTraining *self)
{
}

/**
 * till_training_new:
 * @ports: outlives the training
 * @sandbox_url: "https://127.0.0.1:8443"
 * @ca_file: the sandbox's own test CA
 *
 * Returns: (transfer full): a customer to play
 */
TillTraining *
till_training_new (const TillPorts *ports,
                   const char      *sandbox_url,
                   const char      *ca_file)
{
  TillTraining *self = g_object_new (TILL_TYPE_TRAINING, NULL);

  self->ports = ports;
  self->url = g_strconcat (sandbox_url, "/sandbox/customer", NULL);
  self->ca_file = g_strdup (ca_file);

  return self;
}

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text)
{
  if (!name || !text || text[0] == '\0')
    return;

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static char *
make_body (const TillCustomerWish *wish)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "do", acts[wish->act].word);
  add_text (builder, acts[wish->act].subject, wish->subject);
  add_text (builder, "wallet", till_brand_to_word (wish->wallet));
  add_text (builder, "scenario", wish->scenario);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

static TillCustomerReply *
read_reply (const TillHttpReply *http,
            GError             **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  TillCustomerReply *reply;
  JsonObject *object;
  gsize n_bytes;
  const char *body = g_bytes_get_data (http->body, &n_bytes);

  if (http->outcome != TILL_HTTP_OK) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("the sandbox does not answer: %s"),
                 http->detail ? http->detail : "");
    return NULL;
  }
  if (!json_parser_load_from_data (parser, body, (gssize) n_bytes, error))
    return NULL;
  object = JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser))
             ? json_node_get_object (json_parser_get_root (parser)) : NULL;
  if (!object || http->status != 200) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("the sandbox refuses: %s"),
                 object ? json_object_get_string_member_with_default (object, "error", "") : "");
    return NULL;
  }

  reply = g_new0 (TillCustomerReply, 1);
  reply->code = g_strdup (json_object_get_string_member_with_default (object, "code", NULL));
  reply->order = g_strdup (json_object_get_string_member_with_default (object, "order", NULL));
  reply->amount_fen = json_object_get_int_member_with_default (object, "amount_fen", 0);

  return reply;
}

static void
reply_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (TillHttpReply) http = till_http_send_finish (TILL_HTTP (source), result);
  GError *error = NULL;
  TillCustomerReply *reply = read_reply (http, &error);

  if (reply)
    g_task_return_pointer (task, reply, (GDestroyNotify) till_customer_reply_free);
  else
    g_task_return_error (task, error);
}

/**
 * till_training_act_async:
 *
 * Plays the customer.
 */
void
till_training_act_async (TillTraining       *self,
                         const TillCustomerWish *wish,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (TillHttpRequest) request = NULL;
  g_autofree char *body = NULL;
  GTask *task;

  g_return_if_fail (TILL_IS_TRAINING (self));

  body = make_body (wish);
  request = till_http_request_new ("POST", self->url);
  request->ca_file = g_strdup (self->ca_file);
  request->connect_timeout_ms = TIMEOUT_MS;
  request->total_timeout_ms = TIMEOUT_MS;
  till_http_request_header (request, "Content-Type", "application/json");
  till_http_request_body (request, body);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, till_training_act_async);
  till_http_send_async (self->ports->http, request, NULL, reply_cb, task);
}

/**
 * till_training_act_finish:
 *
 * Returns: (transfer full): what the sandbox says, or %NULL with @error
 */
TillCustomerReply *
till_training_act_finish (TillTraining *self,
                          GAsyncResult *result,
                          GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
till_customer_reply_free (TillCustomerReply *reply)
{
  if (!reply)
    return;

  g_free (reply->code);
  g_free (reply->order);
  g_free (reply);
}
