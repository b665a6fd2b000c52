/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-random.h"

/* SplitMix64: a counter, well stirred. */
static guint64
draw (TillFakeRandom *self)
{
  guint64 z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ z >> 31;
}

static void
fill (gpointer data,
      guint8  *bytes,
      gsize    n_bytes)
{
  guint64 drawn = 0;

  for (gsize i = 0; i < n_bytes; i++, drawn >>= 8) {
    if (i % 8 == 0)
      drawn = draw (data);
    bytes[i] = (guint8) drawn;
  }
}

/**
 * till_fake_random_init:
 * @self: (out caller-allocates): its port is what the program gets; may not be copied
 */
void
till_fake_random_init (TillFakeRandom *self,
                       guint64         seed)
{
  *self = (TillFakeRandom) { { fill, self }, seed };
}
