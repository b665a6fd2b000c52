/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"

#include "device/system-clock.h"
#include "pn532-host.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* After a hundred taps the card's number is nowhere in the till: not in its memory, what was freed
 * included, and in no file. The card is simulated in another process, and its number is not in this
 * program either: what is looked for is written down with each byte turned. */

#define N_TAPS 100

/* A sanitizer maps terabytes, which nobody looks through. */
#ifdef __SANITIZE_ADDRESS__
#define CAN_SCAN FALSE
#else
#define CAN_SCAN TRUE
#endif

#define TURN 0x5a

/* The number of the card "debit": as digits, and as cards and messages pack it. */
static const guint8 digits[] = {
  '6' ^ TURN, '2' ^ TURN, '1' ^ TURN, '0' ^ TURN, '9' ^ TURN, '4' ^ TURN, '8' ^ TURN, '0' ^ TURN,
  '0' ^ TURN, '0' ^ TURN, '0' ^ TURN, '0' ^ TURN, '0' ^ TURN, '0' ^ TURN, '2' ^ TURN, '9' ^ TURN,
};
static const guint8 packed[] = {
  0x62 ^ TURN, 0x10 ^ TURN, 0x94 ^ TURN, 0x80 ^ TURN, 0x00 ^ TURN, 0x00 ^ TURN, 0x00 ^ TURN,
  0x29 ^ TURN,
};

#define CHUNK (1024 * 1024)
#define OVERLAP 32

static guint8 *chunk;   /* what is looked at; its copies do not count */

static gboolean
is_here (const guint8 *at,
         const guint8 *turned,
         gsize         n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++) {
    if ((at[i] ^ TURN) != turned[i])
      return FALSE;
  }

  return TRUE;
}

static guint
count_in (const guint8 *bytes,
          gsize         n_bytes)
{
  guint n = 0;

  for (gsize i = 0; i + sizeof digits <= n_bytes; i++)
    n += is_here (bytes + i, digits, sizeof digits) || is_here (bytes + i, packed, sizeof packed);

  return n;
}

static guint
count_in_range (int    memory,
                gsize  begin,
                gsize  end)
{
  guint n = 0;

  for (gsize at = begin; at < end; at += CHUNK - OVERLAP) {
    const ssize_t got = pread (memory, chunk, MIN (CHUNK, end - at), (off_t) at);

    if (got <= 0)
      break;
    n += count_in (chunk, (gsize) got);
  }

  return n;
}

/* All that this process can read of itself. */
static guint
count_in_memory (void)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  const int memory = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  guint n = 0;

  g_assert_cmpint (memory, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] && lines[i][0]; i++) {
    char *rest;
    const gsize begin = g_ascii_strtoull (lines[i], &rest, 16);
    const gsize end = g_ascii_strtoull (rest + 1, &rest, 16);

    /* Not the kernel's own pages, and not the chunk, which is shared so that it stays apart. */
    if (rest[1] != 'r' || strstr (lines[i], "[v") || begin == (gsize) chunk)
      continue;
    n += count_in_range (memory, begin, end);
  }
  close (memory);

  return n;
}

static guint
count_in_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *text = NULL;
    gsize n_text = 0;

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      n += count_in_files (path);
    else if (g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
             g_file_get_contents (path, &text, &n_text, NULL))
      n += count_in ((const guint8 *) text, n_text);
    if (text)
      explicit_bzero (text, n_text);
  }

  return n;
}

/* A pair of eyes that never sees anything proves nothing. */
static void
prove_that_it_is_found (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "control", NULL);
  volatile guint8 turn = TURN;   /* byte by byte: no wide register is left with the number */
  char *plain = g_malloc (sizeof digits);

  g_assert_cmpuint (count_in_memory (), ==, 0);
  for (gsize i = 0; i < sizeof digits; i++)
    plain[i] = (char) (digits[i] ^ turn);
  g_assert_cmpuint (count_in_memory (), >=, 1);
  g_assert_true (g_file_set_contents (path, plain, sizeof digits, NULL));
  g_assert_cmpuint (count_in_files (folder), ==, 1);
  g_remove (path);
  explicit_bzero (plain, sizeof digits);
  g_free (plain);
  g_assert_cmpuint (count_in_files (folder), ==, 0);
  g_assert_cmpuint (count_in_memory (), ==, 0);
}

typedef struct {
  TillTapCard *card;
  Pn532Host   *host;
} Tap;

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Tap *tap = user_data;

  tap->card = till_tap_read_finish (TILL_TAP (object), result);
}

/* The card comes when it is waited for. */
static void
state_cb (TillTap *reader,
          Tap     *tap)
{
  if (till_tap_get_state (reader) == TILL_TAP_WAITING)
    pn532_host_say (tap->host, "card debit");
}

static void
tap_once (TillTap    *reader,
          Pn532Host  *host,
          GBytes     *key,
          const char *certificate)
{
  Tap tap = { .host = host };
  const TillTapRequest request = {
    .reader = pn532_host_get_reader (host), .amount_fen = 1250, .timeout_ms = 10000, .key = key,
    .certificate = certificate,
  };
  const gulong handler = g_signal_connect (reader, "state-changed", G_CALLBACK (state_cb), &tap);

  till_tap_read_async (reader, &request, NULL, read_cb, &tap);
  while (!tap.card)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (reader, handler);
  g_assert_cmpint (tap.card->outcome, ==, TILL_TAP_ONLINE);
  g_assert_cmpstr (tap.card->number, ==, "621094******0029");
  g_assert_nonnull (tap.card->token);
  g_assert_nonnull (tap.card->sealed);
  till_tap_card_free (tap.card);
  pn532_host_say (host, "remove");
}

static void
test_scan (void)
{
  g_autoptr (Pn532Host) host = pn532_host_new (FALSE);
  g_autoptr (TillTap) reader = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  g_autoptr (GBytes) key = g_bytes_new ("01234567890123456789012345678901", 32);
  g_autofree char *certificate = NULL;
  const char *folder = g_get_home_dir ();

  if (!CAN_SCAN) {
    g_test_skip ("the address sanitizer maps too much");
    return;
  }
  g_assert_true (g_file_get_contents (TEST_DIR "/../data/sandbox/server.pem", &certificate, NULL,
                                      NULL));
  prove_that_it_is_found (folder);
  for (guint i = 0; i < N_TAPS; i++)
    tap_once (reader, host, key, certificate);

  g_assert_cmpuint (count_in_memory (), ==, 0);
  g_assert_cmpuint (count_in_files (folder), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("till-memory-XXXXXX", NULL);
  const char *const names[] = { "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME",
                                "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR" };
  int code;

  /* Whatever this process, or one of its own, writes somewhere by default. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_setenv (names[i], folder, TRUE);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  chunk = mmap (NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader-memory/scan", test_scan);
  code = g_test_run ();
  g_rmdir (folder);

  return code;
}
