/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/curl-source.h"

/* One source for a whole multi handle: its descriptors come and go with libcurl's sockets, its
 * ready time is libcurl's timer. */
typedef struct {
  GSource           base;
  CURLM            *multi;
  TillCurlDoneFunc  done;
  gpointer          user_data;
  GPtrArray        *watches;  /* Watch */
  GArray           *ready;    /* Event; of one dispatch */
} CurlSource;

typedef struct {
  curl_socket_t fd;
  gpointer      tag;
} Watch;

typedef struct {
  curl_socket_t fd;
  int           bits;
} Event;

static const struct {
  GIOCondition condition;
  int          bit;
} bits[] = {
  { G_IO_IN | G_IO_HUP, CURL_CSELECT_IN },
  { G_IO_OUT,           CURL_CSELECT_OUT },
  { G_IO_ERR,           CURL_CSELECT_ERR },
};

static int
socket_cb (CURL         *easy,
           curl_socket_t fd,
           int           what,
           void         *user_data,
           void         *socket_data)
{
  CurlSource *source = user_data;
  Watch *watch = socket_data;
  GIOCondition condition = ((what & CURL_POLL_IN) ? G_IO_IN : 0) |
                           ((what & CURL_POLL_OUT) ? G_IO_OUT : 0);

  if (what == CURL_POLL_REMOVE) {
    if (watch) {
      g_source_remove_unix_fd (&source->base, watch->tag);
      g_ptr_array_remove_fast (source->watches, watch);
    }
  } else if (watch) {
    g_source_modify_unix_fd (&source->base, watch->tag, condition);
  } else {
    watch = g_new (Watch, 1);
    *watch = (Watch) { fd, g_source_add_unix_fd (&source->base, fd, condition) };
    g_ptr_array_add (source->watches, watch);
    curl_multi_assign (source->multi, fd, watch);
  }

  return 0;
}

static int
timer_cb (CURLM *multi,
          long   timeout_ms,
          void  *user_data)
{
  CurlSource *source = user_data;
  gint64 due_us = timeout_ms < 0 ? -1 :
                  timeout_ms == 0 ? 0 : g_get_monotonic_time () + timeout_ms * (gint64) 1000;

  g_source_set_ready_time (&source->base, due_us);
  return 0;
}

/* Copied before any is handed on: each may open and close sockets, and with them watches. */
static void
collect_ready (CurlSource *source)
{
  g_array_set_size (source->ready, 0);
  for (guint i = 0; i < source->watches->len; i++) {
    const Watch *watch = source->watches->pdata[i];
    GIOCondition condition = g_source_query_unix_fd (&source->base, watch->tag);
    Event event = { watch->fd, 0 };

    for (guint j = 0; j < G_N_ELEMENTS (bits); j++)
      if (condition & bits[j].condition)
        event.bits |= bits[j].bit;
    if (event.bits != 0)
      g_array_append_val (source->ready, event);
  }
}

static void
report_done (CurlSource *source)
{
  CURLMsg *message;
  int n_left;

  while ((message = curl_multi_info_read (source->multi, &n_left)))
    if (message->msg == CURLMSG_DONE)
      source->done (message->easy_handle, message->data.result, source->user_data);
}

static gboolean
dispatch (GSource    *base,
          GSourceFunc callback,
          gpointer    user_data)
{
  CurlSource *source = (CurlSource *) base;
  gint64 due_us;
  int n_running;

  collect_ready (source);
  for (guint i = 0; i < source->ready->len; i++) {
    const Event *event = &g_array_index (source->ready, Event, i);

    curl_multi_socket_action (source->multi, event->fd, event->bits, &n_running);
  }

  /* Read only now: a socket's event may have moved it. */
  due_us = g_source_get_ready_time (base);
  if (due_us >= 0 && due_us <= g_source_get_time (base)) {
    g_source_set_ready_time (base, -1);
    curl_multi_socket_action (source->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
  }
  report_done (source);

  return G_SOURCE_CONTINUE;
}

static void
finalize (GSource *base)
{
  CurlSource *source = (CurlSource *) base;

  g_ptr_array_unref (source->watches);
  g_array_unref (source->ready);
}

/**
 * till_curl_source_new:
 * @multi: driven by the source, and owned by it
 * @done: called when a transfer ends; it may remove that handle and add others
 *
 * Lets GLib drive a multi handle. Transfers begin at the next turn of the main loop.
 *
 * Returns: (transfer full): to be attached, and ended with till_curl_source_free()
 */
GSource *
till_curl_source_new (CURLM           *multi,
                      TillCurlDoneFunc done,
                      gpointer         user_data)
{
  static GSourceFuncs funcs = { .dispatch = dispatch, .finalize = finalize };
  GSource *base = g_source_new (&funcs, sizeof (CurlSource));
  CurlSource *source = (CurlSource *) base;

  source->multi = multi;
  source->done = done;
  source->user_data = user_data;
  source->watches = g_ptr_array_new_with_free_func (g_free);
  source->ready = g_array_new (FALSE, FALSE, sizeof (Event));
  g_source_set_static_name (base, "till curl");

  curl_multi_setopt (multi, CURLMOPT_SOCKETFUNCTION, socket_cb);
  curl_multi_setopt (multi, CURLMOPT_SOCKETDATA, source);
  curl_multi_setopt (multi, CURLMOPT_TIMERFUNCTION, timer_cb);
  curl_multi_setopt (multi, CURLMOPT_TIMERDATA, source);

  return base;
}

/**
 * till_curl_source_free:
 *
 * Closes the kept connections, cleans the multi handle up and ends the source. No transfer may be
 * left.
 */
void
till_curl_source_free (GSource *source)
{
  /* In this order: libcurl takes its sockets out of a source that still lives. */
  curl_multi_cleanup (((CurlSource *) source)->multi);
  g_source_destroy (source);
  g_source_unref (source);
}
