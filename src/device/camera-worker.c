/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-worker.h"

struct _TillCameraWorker
{
  GThreadPool *pool;   /* of one thread; NULL before there is anything to do */
};

typedef struct {
  GFunc    work;
  gpointer subject;
} Job;

static void
do_job (gpointer data,
        gpointer user_data)
{
  Job *job = data;

  job->work (job->subject, NULL);
  g_free (job);
}

TillCameraWorker *
till_camera_worker_new (void)
{
  return g_new0 (TillCameraWorker, 1);
}

/**
 * till_camera_worker_free:
 *
 * Waits until all is done.
 */
void
till_camera_worker_free (TillCameraWorker *self)
{
  if (self->pool)
    g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

/**
 * till_camera_worker_push:
 * @work: called with @subject and %NULL
 *
 * Does @work after all that was pushed before.
 */
void
till_camera_worker_push (TillCameraWorker *self,
                         GFunc             work,
                         gpointer          subject)
{
  Job *job = g_new (Job, 1);

  *job = (Job) { work, subject };
  if (!self->pool)
    self->pool = g_thread_pool_new (do_job, NULL, 1, FALSE, NULL);
  g_thread_pool_push (self->pool, job, NULL);
}
