/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/reader.h"

#include "device/system-clock.h"
#include "virtual-card.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The whole way of PC/SC: till-reader, the real pcscd, and vpcd, a driver whose readers are TCP
 * connections to virtual cards. It needs root, since pcscd has one socket in one place, and skips
 * itself without, where vpcd is not installed, and where a pcscd runs that is not ours. */

#define PCSCD  "/usr/sbin/pcscd"
#define CONFIG "/etc/reader.conf.d/vpcd"
#define SOCKET "/run/pcscd/pcscd.comm"
#define PORT   35963   /* 0x8c7b, as that file says */
#define READER "pcsc:Virtual PCD 00 00"

/* What vpcd says in one byte; longer is a command for the card. */
enum { POWER_OFF, POWER_ON, RESET, ASK_ATR = 4 };

typedef struct {
  GSocketConnection *connection;
  const char        *name;        /* of the card of the moment; atomic */
} Card;

static gboolean
receive (GInputStream *in,
         guint8       *bytes,
         gsize         n_bytes)
{
  gsize n = 0;

  return g_input_stream_read_all (in, bytes, n_bytes, &n, NULL, NULL) && n == n_bytes;
}

/* Plays the card until pcscd leaves: each message has its length in two bytes before it. */
static gpointer
play (gpointer data)
{
  static const guint8 atr[] = { 0x3b, 0x85, 0x80, 0x01, 0x00, 0x31, 0xc1, 0x73, 0xc8, 0x4f };
  Card *played = data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (played->connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (played->connection));
  g_autoptr (VirtualCard) card = NULL;
  const char *name = NULL;
  guint8 head[2], bytes[1024];
  gsize n;

  while (receive (in, head, 2) && (n = (gsize) (head[0] << 8 | head[1])) <= sizeof bytes &&
         receive (in, bytes, n)) {
    g_autoptr (GByteArray) answer = g_byte_array_new ();

    g_byte_array_set_size (answer, 2);
    if (g_atomic_pointer_get (&played->name) != name) {
      g_clear_pointer (&card, virtual_card_free);
      name = g_atomic_pointer_get (&played->name);
      card = virtual_card_new (name);
    }
    if (n == 1 && bytes[0] == ASK_ATR)
      g_byte_array_append (answer, atr, sizeof atr);
    else if (n == 1)
      virtual_card_reset (card);
    else
      virtual_card_transmit (card, bytes, n, answer);
    if (answer->len == 2)
      continue;
    answer->data[0] = (guint8) ((answer->len - 2) >> 8);
    answer->data[1] = (guint8) (answer->len - 2);
    g_output_stream_write_all (out, answer->data, answer->len, NULL, NULL, NULL);
  }

  return NULL;
}

/* pcscd needs a moment to listen. */
static GSocketConnection *
connect_card (void)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection = NULL;

  for (guint i = 0; i < 100 && !connection; i++) {
    connection = g_socket_client_connect_to_host (client, "127.0.0.1", PORT, NULL, NULL);
    if (!connection)
      g_usleep (50000);
  }
  g_assert_nonnull (connection);

  return connection;
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  TillTapCard **card = user_data;

  *card = till_tap_read_finish (TILL_TAP (object), result);
}

static TillTapCard *
read_one (void)
{
  g_autoptr (TillTap) tap = till_reader_new (g_getenv ("TILL_READER"), till_system_clock_get ());
  const TillTapRequest request = { .reader = READER, .amount_fen = 1250, .timeout_ms = 8000 };
  TillTapCard *card = NULL;

  till_tap_read_async (tap, &request, NULL, read_cb, &card);
  while (!card)
    g_main_context_iteration (NULL, TRUE);

  return card;
}

static const struct {
  const char     *card;
  TillTapOutcome  outcome;
  TillReason      reason;
} cards[] = {
  { "debit",  TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "phone",  TILL_TAP_ONLINE, TILL_REASON_NONE },
  { "locked", TILL_TAP_REFUSED, TILL_REASON_CARD_LOCKED },
  { "aac",    TILL_TAP_REFUSED, TILL_REASON_CARD_DECLINED },
  { "tc",     TILL_TAP_REFUSED, TILL_REASON_CARD_OFFLINE },
};

/* A test that fails leaves no daemon to the next. */
static void
end_with_us (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* A card is what it is, also through the real daemon and from behind what till-reader gave up. */
static void
test_cards (void)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) pcscd = NULL;
  g_autoptr (GError) error = NULL;
  Card played = { NULL, cards[0].card };
  GThread *thread;

  if (geteuid () != 0 || access (PCSCD, X_OK) != 0 || access (CONFIG, R_OK) != 0 ||
      access (SOCKET, F_OK) == 0) {
    g_test_skip ("needs root, pcscd that does not run, and vpcd");
    return;
  }

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, end_with_us, NULL, NULL);
  pcscd = g_subprocess_launcher_spawn (launcher, &error, PCSCD, "--foreground", NULL);
  g_assert_no_error (error);
  played.connection = connect_card ();
  thread = g_thread_new ("card", play, &played);
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_autoptr (TillTapCard) card = NULL;

    g_atomic_pointer_set (&played.name, cards[i].card);
    card = read_one ();
    g_test_message ("%s: %s", cards[i].card, till_tap_state_to_word (card->fault));
    g_assert_cmpint (card->outcome, ==, cards[i].outcome);
    g_assert_cmpstr (till_reason_to_word (card->reason), ==,
                     till_reason_to_word (cards[i].reason));
  }
  g_subprocess_send_signal (pcscd, SIGTERM);
  g_subprocess_wait (pcscd, NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (played.connection), TRUE, TRUE, NULL);
  g_thread_join (thread);
  g_object_unref (played.connection);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader-pcscd/cards", test_cards);

  return g_test_run ();
}
