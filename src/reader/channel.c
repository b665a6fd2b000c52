/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/channel.h"

#include "code/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TILL_FD 0

/* The request is written before the process is started. */
#define REQUEST_MS 5000

/* A descriptor that comes along is taken into @fd. */
static ssize_t
receive_some (guint8 *bytes,
              gsize   n_bytes,
              int    *fd)
{
  union {
    char           bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec part = { bytes, n_bytes };
  struct msghdr message = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  const ssize_t n = recvmsg (TILL_FD, &message, MSG_CMSG_CLOEXEC);
  const struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR (&message) : NULL;

  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
      head->cmsg_len == CMSG_LEN (sizeof (int)))
    memcpy (fd, CMSG_DATA (head), sizeof (int));

  return n;
}

/**
 * till_channel_receive:
 * @word: (out) (transfer full): what is wanted
 * @values: (out) (transfer full): with what
 * @fd: (inout): set to a descriptor that came along
 *
 * Waits for the till's request.
 *
 * Returns: %FALSE where none came: the till left, or what came was no frame
 */
gboolean
till_channel_receive (char     **word,
                      GVariant **values,
                      int       *fd)
{
  g_autoptr (GByteArray) in = g_byte_array_sized_new (TILL_FRAME_MAX_BYTES + 4);
  g_autoptr (GError) error = NULL;
  struct pollfd poll_fd = { .fd = TILL_FD, .events = POLLIN };

  while (!till_frame_take (in, word, values, &error)) {
    const guint before = in->len;
    ssize_t n;

    if (error || before > TILL_FRAME_MAX_BYTES || poll (&poll_fd, 1, REQUEST_MS) <= 0)
      return FALSE;
    g_byte_array_set_size (in, TILL_FRAME_MAX_BYTES + 4);
    n = receive_some (in->data + before, TILL_FRAME_MAX_BYTES + 4 - before, fd);
    g_byte_array_set_size (in, before + (guint) MAX (n, 0));
    if (n <= 0)
      return FALSE;
  }

  return TRUE;
}

/**
 * till_channel_send:
 * @values: a dictionary ("a{sv}"); a floating one is taken
 *
 * Says something to the till; ends the process where nobody listens any more.
 */
void
till_channel_send (const char *word,
                   GVariant   *values)
{
  g_autoptr (GByteArray) frame = till_frame_pack (word, values);
  gsize n_sent = 0;

  while (frame && n_sent < frame->len) {
    const ssize_t n = send (TILL_FD, frame->data + n_sent, frame->len - n_sent, MSG_NOSIGNAL);

    if (n < 0 && errno != EINTR)
      _exit (0);
    n_sent += (gsize) MAX (n, 0);
  }
}

void
till_channel_send_state (TillTapState state)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "state", "s", till_tap_state_to_word (state));
  till_channel_send ("state", g_variant_dict_end (&dict));
}

/**
 * till_channel_pause:
 *
 * Does nothing for @ms.
 *
 * Returns: %FALSE, at once, where the till left, or says what it may not: nobody waits for a card
 *   any more
 */
gboolean
till_channel_pause (guint ms)
{
  struct pollfd poll_fd = { .fd = TILL_FD, .events = POLLIN };

  return poll (&poll_fd, 1, (int) ms) <= 0;
}
