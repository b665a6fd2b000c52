/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/confine.h"

#include "reader/harden.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What till-reader could do to a shop if a card, a reader or a library made it: each act is tried in
 * a process of its own, before and after it has given up its rights. */

#define SECRET "a secret of the shop's\n"

/* What the acts act upon. */
typedef struct {
  char *dir;
  char *secret;   /* a file of the shop's */
  char *ca;       /* another, which may be read */
  int   udp;      /* a socket that was there before */
  pid_t till;     /* the process that started it */
} Shop;

static const Shop *shop;

static void *
in_thread (void *unused)
{
  return NULL;
}

/* Each returns 0, or why not. */

static int
or_errno (long result)
{
  return result < 0 ? errno : 0;
}

#define TRY(name, call) \
  static int \
  try_##name (void) \
  { \
    return or_errno (call); \
  }

TRY (ip, socket (AF_INET, SOCK_STREAM, 0))
TRY (ip6, socket (AF_INET6, SOCK_DGRAM, 0))
TRY (unix, socket (AF_UNIX, SOCK_STREAM, 0))
TRY (netlink, socket (AF_NETLINK, SOCK_RAW, 0))
TRY (read, open (shop->secret, O_RDONLY))
TRY (read_ca, open (shop->ca, O_RDONLY))
TRY (read_etc, open ("/etc/passwd", O_RDONLY))
TRY (list, open (shop->dir, O_RDONLY | O_DIRECTORY))
TRY (write, open (shop->secret, O_WRONLY))
TRY (write_ca, open (shop->ca, O_WRONLY))
TRY (truncate, truncate (shop->secret, 0))
TRY (chmod, chmod (shop->secret, 0666))
TRY (remove, unlink (shop->secret))
TRY (folder, mkdir ("/tmp/till-confined", 0700))
TRY (link, symlink (shop->secret, "/tmp/till-confined"))
TRY (kill, kill (shop->till, 0))
TRY (trace, ptrace (PTRACE_TRACEME, 0, NULL, NULL))
TRY (memory, memfd_create ("till", 0))

static int
try_create (void)
{
  g_autofree char *path = g_build_filename (shop->dir, "new", NULL);

  return or_errno (open (path, O_CREAT | O_WRONLY, 0600));
}

static int
try_bind (void)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };

  return or_errno (bind (shop->udp, (struct sockaddr *) &address, sizeof address));
}

/* It is told that it is under way, and it is not: nothing can be sent then. */
static int
try_connect (void)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK), .sin_port = htons (9),
  };
  const int result = connect (shop->udp, (struct sockaddr *) &address, sizeof address);

  return result < 0 && errno != EINPROGRESS ? errno : or_errno (send (shop->udp, "", 0, 0));
}

static int
try_program (void)
{
  return or_errno (execl ("/bin/true", "true", NULL));
}

static int
try_process (void)
{
  const pid_t child = fork ();

  if (child == 0)
    _exit (0);

  return or_errno (child);
}

static int
try_thread (void)
{
  pthread_t thread;
  const int fault = pthread_create (&thread, NULL, in_thread, NULL);

  return fault ? fault : pthread_join (thread, NULL);
}

static int
try_look (void)
{
  char byte;
  const struct iovec here = { &byte, 1 };
  const struct iovec there = { (void *) SECRET, 1 };

  return or_errno (process_vm_readv (shop->till, &here, 1, &there, 1, 0));
}

typedef enum {
  FREE,        /* works as before */
  BY_CALLS,    /* needs seccomp */
  BY_FILES,    /* needs Landlock */
} Kept;

static const struct {
  const char *name;
  int       (*run) (void);
  Kept        kept;
  int         why;
} acts[] = {
  { "a socket of IPv4", try_ip, BY_CALLS, EPERM },
  { "a socket of IPv6", try_ip6, BY_CALLS, EPERM },
  { "a socket of this computer", try_unix, BY_CALLS, EPERM },
  { "a socket of the kernel", try_netlink, BY_CALLS, EPERM },
  { "to listen at a port", try_bind, BY_CALLS, EPERM },
  { "to connect", try_connect, BY_CALLS, EDESTADDRREQ },
  { "another program", try_program, BY_CALLS, EPERM },
  { "another process", try_process, BY_CALLS, EPERM },
  { "a signal", try_kill, BY_CALLS, EPERM },
  { "to be traced", try_trace, BY_CALLS, EPERM },
  { "to look into the till", try_look, BY_CALLS, EPERM },
  { "memory that is a file", try_memory, BY_CALLS, EPERM },
  { "to cut a file", try_truncate, BY_CALLS, EPERM },
  { "to change a file's rights", try_chmod, BY_CALLS, EPERM },
  { "to read the shop's file", try_read, BY_FILES, EACCES },
  { "to list the shop's folder", try_list, BY_FILES, EACCES },
  { "to write the shop's file", try_write, BY_FILES, EACCES },
  { "to write what may be read", try_write_ca, BY_FILES, EACCES },
  { "to make a file", try_create, BY_FILES, EACCES },
  { "to make a folder", try_folder, BY_FILES, EACCES },
  { "to make a link", try_link, BY_FILES, EACCES },
  { "to remove a file", try_remove, BY_FILES, EACCES },
  { "a thread", try_thread, FREE, 0 },
  { "to read the system's files", try_read_etc, FREE, 0 },
  { "to read what may be read", try_read_ca, FREE, 0 },
};

#define CANNOT 255

/* Returns: why it did not work, 0 where it did */
static int
run_act (guint    act,
         gboolean is_confined,
         TillConfined *confined)
{
  int fds[2];
  int status;
  pid_t child;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    TillConfined gained = { FALSE, FALSE };

    alarm (60);
    prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (is_confined)
      gained = till_confine (shop->ca);
    if (write (fds[1], &gained, sizeof gained) != sizeof gained)
      _exit (CANNOT);
    _exit (acts[act].run ());
  }

  close (fds[1]);
  g_assert_cmpint (read (fds[0], confined, sizeof *confined), ==, sizeof *confined);
  close (fds[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), !=, CANNOT);

  return WEXITSTATUS (status);
}

static void
make_shop (Shop *self)
{
  self->dir = g_dir_make_tmp ("till-confine-XXXXXX", NULL);
  self->secret = g_build_filename (self->dir, "secret", NULL);
  self->ca = g_build_filename (self->dir, "ca.pem", NULL);
  self->udp = socket (AF_INET, SOCK_DGRAM, 0);
  self->till = getpid ();
  g_assert_cmpint (self->udp, >=, 0);
  g_assert_true (g_file_set_contents (self->secret, SECRET, -1, NULL));
  g_assert_true (g_file_set_contents (self->ca, SECRET, -1, NULL));
  shop = self;
}

static void
clear_shop (Shop *self)
{
  g_autofree char *made = g_build_filename (self->dir, "new", NULL);

  shop = NULL;
  close (self->udp);
  g_remove (made);
  g_remove (self->secret);
  g_remove (self->ca);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->dir);
  g_free (self->secret);
  g_free (self->ca);
}

/* What is given up cannot be done any more, though it could before; what is needed can. */
static void
test_acts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    TillConfined confined;
    Shop self;
    int why;

    make_shop (&self);
    g_test_message ("%s", acts[i].name);
    why = run_act (i, TRUE, &confined);
    if (acts[i].kept == FREE || (acts[i].kept == BY_CALLS && confined.calls) ||
        (acts[i].kept == BY_FILES && confined.files))
      g_assert_cmpint (why, ==, acts[i].why);
    else
      g_test_message ("this kernel cannot keep it from that");
    if (acts[i].run != try_folder && acts[i].run != try_link && acts[i].run != try_ip6)
      g_assert_cmpint (run_act (i, FALSE, &confined), ==, 0);
    clear_shop (&self);
  }
}

/* No core, no debugger, no swap; nothing in the environment, nothing on the terminal. */
static void
test_harden (void)
{
  const pid_t child = fork ();
  struct rlimit core = { 1, 1 };
  struct stat err, null;
  int status;

  if (child == 0) {
    g_setenv ("LIBNFC_LOG_LEVEL", "3", TRUE);
    g_setenv ("LD_PRELOAD", "/nonexistent", TRUE);
    till_harden_memory ();
    till_harden_environment ();
    getrlimit (RLIMIT_CORE, &core);
    if (core.rlim_cur != 0 || core.rlim_max != 0)
      _exit (1);
    if (prctl (PR_GET_DUMPABLE) != 0 || prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
      _exit (2);
    if (g_strcmp0 (g_getenv ("LIBNFC_LOG_LEVEL"), "0") != 0 || g_getenv ("LD_PRELOAD"))
      _exit (3);
    if (fstat (STDERR_FILENO, &err) < 0 || stat ("/dev/null", &null) < 0 ||
        err.st_rdev != null.st_rdev)
      _exit (4);
    _exit (0);
  }

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/confine/acts", test_acts);
  g_test_add_func ("/confine/harden", test_harden);

  return g_test_run ();
}
