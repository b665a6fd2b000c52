/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk-fixture.h"

#include "desk/camera-choice.h"
#include "desk/doctor-camera.h"
#include "fake-scanner.h"

typedef struct {
  DeskFixture      desk;
  TillFakeScanner *camera;
  guint            clock_source;
  guint            n_findings;
  TillFindingHealth       health;
  TillScannerState state;
  double           rate;
  guint            n_modes;
} F;

/* Time passes while the doctor waits. */
static gboolean
pass_cb (gpointer user_data)
{
  till_fake_clock_advance (user_data, 500);

  return G_SOURCE_CONTINUE;
}

static void
set_up (F             *f,
        gconstpointer  data)
{
  desk_fixture_set_up (&f->desk);
  f->camera = till_fake_scanner_new ();
  f->desk.ports.scanner = TILL_SCANNER (f->camera);
  f->clock_source = g_timeout_add (1, pass_cb, f->desk.clock);
}

static void
tear_down (F             *f,
           gconstpointer  data)
{
  g_source_remove (f->clock_source);
  g_assert_finalize_object (f->camera);
  desk_fixture_tear_down (&f->desk);
}

static void
found_cb (const TillFinding *finding,
          gpointer           user_data)
{
  F *f = user_data;

  g_assert_cmpint (finding->check, ==, TILL_CHECK_CAMERA);
  f->n_findings++;
  f->health = finding->health;
  f->state = finding->camera->state;
  f->rate = finding->camera->rate;
  f->n_modes = finding->camera->device ? g_strv_length (finding->camera->device->modes) : 0;
}

static TillFindingHealth
look (F         *f,
      TillFindingHealth before)
{
  TillFindingHealth worst = before;

  f->n_findings = 0;
  till_doctor_look_at_camera (&worst, f->desk.shop, found_cb, f);
  g_assert_cmpuint (f->n_findings, ==, 1);
  g_assert_cmpint (till_scanner_get_state (f->desk.ports.scanner), ==, TILL_SCANNER_OFF);
  g_assert_cmpstr (till_fake_scanner_get_device (f->camera), ==, "auto");

  return worst;
}

/* Whatever the camera is like, one sells on; only what works or is not wanted is good. */
static void
test_states (F            *f,
             gconstpointer data)
{
  static const TillFindingHealth healths[TILL_SCANNER_N_STATES] = {
    [TILL_SCANNER_STARTING] = TILL_HEALTH_WORTH_A_LOOK,
    [TILL_SCANNER_READING] = TILL_HEALTH_GOOD,
    [TILL_SCANNER_DARK] = TILL_HEALTH_WORTH_A_LOOK,
    [TILL_SCANNER_ABSENT] = TILL_HEALTH_GOOD,
    [TILL_SCANNER_BUSY] = TILL_HEALTH_WORTH_A_LOOK,
    [TILL_SCANNER_FORBIDDEN] = TILL_HEALTH_WORTH_A_LOOK,
    [TILL_SCANNER_SILENT] = TILL_HEALTH_WORTH_A_LOOK,
  };

  for (guint i = TILL_SCANNER_STARTING; i < TILL_SCANNER_N_STATES; i++) {
    till_fake_scanner_set_state (f->camera, (TillScannerState) i);
    g_assert_cmpint (look (f, TILL_HEALTH_GOOD), ==, healths[i]);
    g_assert_cmpint (f->state, ==, i);
    g_assert_cmpint (look (f, TILL_HEALTH_BAD), ==, TILL_HEALTH_BAD);
  }
}

/* The rate is that of the frames that came, the modes those of the camera that was open. */
static void
test_rate (F            *f,
           gconstpointer data)
{
  till_fake_scanner_add_device (f->camera, "Another");
  till_fake_scanner_add_device (f->camera, "Fake");
  look (f, TILL_HEALTH_GOOD);
  g_assert_cmpfloat (f->rate, ==, 30);
  g_assert_cmpuint (f->n_modes, ==, 2);

  till_fake_scanner_set_state (f->camera, TILL_SCANNER_BUSY);
  look (f, TILL_HEALTH_GOOD);
  g_assert_cmpfloat (f->rate, ==, 0);
  g_assert_cmpuint (f->n_modes, ==, 0);
}

/* What is chosen is there at the next start, and not before. */
static void
test_choice (F            *f,
             gconstpointer data)
{
  g_autoptr (TillCameraChoice) choice = till_camera_choice_new ("USB 摄像头", TRUE);
  g_autoptr (TillCameraChoice) before = till_camera_choice_load (f->desk.desk);
  g_autoptr (TillProfile) profile = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (before->device, ==, "auto");
  g_assert_false (before->stays_on);
  g_assert_true (till_camera_choice_store (choice, f->desk.desk, &error));
  g_assert_no_error (error);

  profile = till_profile_load (f->desk.dir, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (till_profile_get (profile, "camera", "device"), ==, "USB 摄像头");
  g_assert_cmpstr (till_profile_get (profile, "camera", "stays-on"), ==, "yes");
}

/* Each state that is not as it should be has a sentence of its own. */
static void
test_texts (void)
{
  for (guint i = 0; i < TILL_SCANNER_N_STATES; i++) {
    const char *text = till_camera_state_get_text ((TillScannerState) i);
    gboolean is_well = i == TILL_SCANNER_OFF || i == TILL_SCANNER_READING;

    g_assert_cmpint (text[0] == '\0', ==, is_well);
    for (guint j = 0; j < i && !is_well; j++)
      g_assert_cmpstr (text, !=, till_camera_state_get_text ((TillScannerState) j));
  }
}

#define ADD(name, func) g_test_add (name, F, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/doctor-camera/states", test_states);
  ADD ("/doctor-camera/rate", test_rate);
  ADD ("/doctor-camera/choice", test_choice);
  g_test_add_func ("/doctor-camera/texts", test_texts);

  return g_test_run ();
}
