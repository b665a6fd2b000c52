/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader-process.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "code/frame.h"

/* Who does not go when the till leaves is made to. */
#define LEAVE_MS 1000

struct _TillReaderProcess
{
  GSubprocess                  *process;
  const TillClock              *clock;
  const TillReaderProcessFuncs *funcs;     /* NULL: nobody listens any more */
  gpointer                      user_data;
  int                           fd;        /* −1: closed */
  GSource                      *watch;
  GByteArray                   *in;
  guint                         timer;
};

static void
stop_listening (TillReaderProcess *self)
{
  if (self->watch) {
    g_source_destroy (self->watch);
    g_clear_pointer (&self->watch, g_source_unref);
  }
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
free_process (TillReaderProcess *self)
{
  stop_listening (self);
  till_clock_cancel (self->clock, self->timer);
  g_clear_object (&self->process);
  if (self->in->len > 0)
    explicit_bzero (self->in->data, self->in->len);
  g_byte_array_unref (self->in);
  g_free (self);
}

/* Tells each whole frame. A frame that is none ends the process: it is not ours any more. */
static void
tell_frames (TillReaderProcess *self)
{
  for (;;) {
    g_autofree char *word = NULL;
    g_autoptr (GVariant) values = NULL;
    g_autoptr (GError) error = NULL;

    if (!till_frame_take (self->in, &word, &values, &error)) {
      if (error)
        g_subprocess_force_exit (self->process);
      return;
    }
    if (self->funcs)
      self->funcs->said (word, values, self->user_data);
  }
}

/* Returns: FALSE where nothing can come any more */
static gboolean
read_some (TillReaderProcess *self)
{
  guint8 bytes[4096];
  ssize_t n;

  do
    n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return errno == EAGAIN;
  g_byte_array_append (self->in, bytes, (guint) n);
  explicit_bzero (bytes, (gsize) n);

  return n > 0;
}

static gboolean
readable_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  TillReaderProcess *self = user_data;
  const gboolean goes_on = read_some (self);

  /* Before the frames are told: who hears them may leave. */
  if (!goes_on)
    g_clear_pointer (&self->watch, g_source_unref);
  tell_frames (self);

  return goes_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
exited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  TillReaderProcess *self = user_data;
  guint before;

  g_subprocess_wait_finish (self->process, result, NULL);
  if (g_subprocess_get_if_signaled (self->process))
    g_debug ("reader: ended by signal %d", g_subprocess_get_term_sig (self->process));
  else
    g_debug ("reader: ended with %d", g_subprocess_get_exit_status (self->process));

  do
    before = self->in->len;
  while (self->fd >= 0 && read_some (self) && self->in->len > before);
  tell_frames (self);
  if (self->funcs)
    self->funcs->gone (self->user_data);
  free_process (self);
}

/**
 * till_reader_process_new:
 * @program: the path of till-reader
 * @funcs: called on the calling thread's main context
 *
 * Starts a till-reader.
 *
 * Returns: (transfer none): it, until it is gone; %NULL with @error where it cannot be started
 */
TillReaderProcess *
till_reader_process_new (const char                    *program,
                         const TillClock               *clock,
                         const TillReaderProcessFuncs  *funcs,
                         gpointer                       user_data,
                         GError                       **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  TillReaderProcess *self;
  GSubprocess *process;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return NULL;
  }
  g_subprocess_launcher_take_stdin_fd (launcher, fds[1]);
  process = g_subprocess_launcher_spawn (launcher, error, program, NULL);
  if (!process) {
    close (fds[0]);
    return NULL;
  }

  self = g_new0 (TillReaderProcess, 1);
  self->process = process;
  self->clock = clock;
  self->funcs = funcs;
  self->user_data = user_data;
  self->fd = fds[0];
  self->in = g_byte_array_new ();
  self->watch = g_unix_fd_source_new (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());
  g_subprocess_wait_async (process, NULL, exited_cb, self);

  return self;
}

/**
 * till_reader_process_ask:
 * @values: a dictionary; a floating one is taken
 * @fd: a descriptor that goes along, −1 for none; stays the caller's
 *
 * Sends the one request.
 *
 * Returns: %FALSE where it did not go out whole
 */
gboolean
till_reader_process_ask (TillReaderProcess *self,
                         const char        *word,
                         GVariant          *values,
                         int                fd)
{
  g_autoptr (GByteArray) frame = till_frame_pack (word, values);
  union {
    char           bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control = { 0 };
  struct iovec part;
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  gboolean whole;

  if (!frame)
    return FALSE;
  part = (struct iovec) { frame->data, frame->len };
  if (fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    *CMSG_FIRSTHDR (&message) = (struct cmsghdr) {
      .cmsg_len = CMSG_LEN (sizeof (int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
    };
    memcpy (CMSG_DATA (CMSG_FIRSTHDR (&message)), &fd, sizeof (int));
  }
  /* A frame is smaller than what the kernel keeps for a socket. */
  whole = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t) frame->len;
  explicit_bzero (frame->data, frame->len);

  return whole;
}

static void
leave_cb (gpointer user_data)
{
  TillReaderProcess *self = user_data;

  self->timer = 0;
  g_subprocess_force_exit (self->process);
}

/**
 * till_reader_process_leave:
 *
 * Nothing it says is wanted any more. It ends by itself, or is ended soon; it is still told when it
 * is gone: only then the reader is free.
 */
void
till_reader_process_leave (TillReaderProcess *self)
{
  if (self->fd >= 0)
    shutdown (self->fd, SHUT_RDWR);
  if (!self->timer)
    self->timer = till_clock_add_timer (self->clock, LEAVE_MS, leave_cb, self);
}

/**
 * till_reader_process_drop:
 *
 * As till_reader_process_leave(), but at once, and nothing is told.
 */
void
till_reader_process_drop (TillReaderProcess *self)
{
  self->funcs = NULL;
  stop_listening (self);
  g_subprocess_force_exit (self->process);
}
