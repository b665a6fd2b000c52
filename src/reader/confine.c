/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#define THIS_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define THIS_ARCH AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define THIS_ARCH AUDIT_ARCH_RISCV64
#endif

/* Not needed once the reader is open: what reaches out, starts or ends something, or looks into
 * others. */
static const int denied[] = {
  SYS_socket, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
  SYS_execve, SYS_execveat,
#ifdef SYS_fork
  SYS_fork, SYS_vfork,
#endif
  /* Landlock does not know these, or not everywhere. abort() takes another one. */
  SYS_truncate, SYS_fchmodat, SYS_fchownat, SYS_setxattr,
#ifdef SYS_chmod
  SYS_chmod, SYS_chown, SYS_lchown,
#endif
  SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_send_signal,
  SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
  SYS_mount, SYS_umount2, SYS_unshare, SYS_setns, SYS_chroot, SYS_pivot_root,
  SYS_bpf, SYS_perf_event_open, SYS_keyctl, SYS_add_key, SYS_request_key,
  SYS_init_module, SYS_finit_module, SYS_kexec_load, SYS_swapon, SYS_reboot,
  SYS_io_uring_setup, SYS_memfd_create, SYS_userfaultfd,
};

#ifdef THIS_ARCH
#define LOAD(member) \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, member))
#define IF(kind, value, jump_true, jump_false) \
  BPF_JUMP (BPF_JMP | BPF_##kind | BPF_K, value, jump_true, jump_false)
#define RETURN(verdict) BPF_STMT (BPF_RET | BPF_K, verdict)

/* A call of another architecture ends the process. Connecting is said to be under way and nothing is
 * done: libcurl 7.88 tries that with the socket that it is given, and then looks how it is. Threads
 * are made, processes are not: what clone3 would make cannot be seen, so it is said not to be
 * there, and libraries take clone. */
static const struct sock_filter first[] = {
  LOAD (arch),
  IF (JEQ, THIS_ARCH, 1, 0),
  RETURN (SECCOMP_RET_KILL_PROCESS),
  LOAD (nr),
  IF (JEQ, SYS_connect, 0, 1),
  RETURN (SECCOMP_RET_ERRNO | EINPROGRESS),
  IF (JEQ, SYS_clone3, 0, 1),
  RETURN (SECCOMP_RET_ERRNO | ENOSYS),
  IF (JEQ, SYS_clone, 0, 4),
  LOAD (args[0]),
  IF (JSET, CLONE_THREAD, 0, 1),
  RETURN (SECCOMP_RET_ALLOW),
  RETURN (SECCOMP_RET_ERRNO | EPERM),
};

/* Each denied call fails with EPERM, so that a library that can do without does. */
static gboolean
confine_calls (void)
{
  const guint n_first = G_N_ELEMENTS (first);
  const guint n = G_N_ELEMENTS (denied);
  struct sock_filter filter[G_N_ELEMENTS (first) + G_N_ELEMENTS (denied) + 2];
  struct sock_fprog program = { G_N_ELEMENTS (filter), filter };

  memcpy (filter, first, sizeof first);
  for (guint i = 0; i < n; i++)
    filter[n_first + i] =
      (struct sock_filter) IF (JEQ, (guint) denied[i], (guint8) (n - i), 0);
  filter[n_first + n] = (struct sock_filter) RETURN (SECCOMP_RET_ALLOW);
  filter[n_first + n + 1] = (struct sock_filter) RETURN (SECCOMP_RET_ERRNO | EPERM);

  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static gboolean
confine_calls (void)
{
  return FALSE;
}
#endif

/* What libraries read after the reader is open: more libraries, the system's certificates. */
static const char *const readable[] = {
  "/usr", "/lib", "/lib64", "/etc", "/dev/urandom", "/dev/null",
};

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL_RIGHTS  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | READ_RIGHTS | \
                     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
                     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
                     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
                     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
                     LANDLOCK_ACCESS_FS_MAKE_SYM)

static void
allow_reading (int         rules,
               const char *path)
{
  const int fd = open (path, O_PATH | O_CLOEXEC);
  struct stat stat;
  struct landlock_path_beneath_attr beneath = { .parent_fd = fd };

  if (fd < 0)
    return;
  beneath.allowed_access = fstat (fd, &stat) == 0 && S_ISDIR (stat.st_mode)
                             ? READ_RIGHTS : LANDLOCK_ACCESS_FS_READ_FILE;
  syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close (fd);
}

static gboolean
confine_files (const char *readable_file)
{
  const struct landlock_ruleset_attr attributes = { .handled_access_fs = ALL_RIGHTS };
  const int rules = (int) syscall (SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  gboolean done;

  if (rules < 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (readable); i++)
    allow_reading (rules, readable[i]);
  if (readable_file)
    allow_reading (rules, readable_file);
  done = syscall (SYS_landlock_restrict_self, rules, 0) == 0;
  close (rules);

  return done;
}

/**
 * till_confine:
 * @readable_file: (nullable): what may be read beside the system's own files
 *
 * Gives up, for the rest of the process, what reading a card does not need. After the reader was
 * opened. What the kernel cannot do is left out.
 *
 * Returns: what could be given up
 */
TillConfined
till_confine (const char *readable_file)
{
  TillConfined confined;

  confined.files = confine_files (readable_file);
  confined.calls = confine_calls ();

  return confined;
}
