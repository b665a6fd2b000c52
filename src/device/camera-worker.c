/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/camera-worker.h"

struct _TillCameraWorker
{
  GThreadPool *pool;    /* of one thread */
  GMutex       mutex;
  GCond        done;    /* a job that somebody waits for */
};

typedef struct {
  GFunc     work;
  gpointer  subject;
  gboolean *is_done;    /* NULL: nobody waits */
} Job;

static void
do_job (gpointer data,
        gpointer user_data)
{
  TillCameraWorker *self = user_data;
  Job *job = data;

  job->work (job->subject, NULL);
  if (job->is_done) {
    g_mutex_lock (&self->mutex);
    *job->is_done = TRUE;
    g_cond_broadcast (&self->done);
    g_mutex_unlock (&self->mutex);
  }
  g_free (job);
}

static void
push (TillCameraWorker *self,
      GFunc             work,
      gpointer          subject,
      gboolean         *is_done)
{
  Job *job = g_new (Job, 1);

  *job = (Job) { work, subject, is_done };
  g_thread_pool_push (self->pool, job, NULL);
}

TillCameraWorker *
till_camera_worker_new (void)
{
  TillCameraWorker *self = g_new0 (TillCameraWorker, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->done);
  self->pool = g_thread_pool_new (do_job, self, 1, FALSE, NULL);

  return self;
}

/**
 * till_camera_worker_free:
 *
 * Waits until all is done.
 */
void
till_camera_worker_free (TillCameraWorker *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->done);
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
  push (self, work, subject, NULL);
}

/**
 * till_camera_worker_wait:
 *
 * The same, and waits until it is done; any thread but the worker's may.
 */
void
till_camera_worker_wait (TillCameraWorker *self,
                         GFunc             work,
                         gpointer          subject)
{
  gboolean is_done = FALSE;

  push (self, work, subject, &is_done);
  g_mutex_lock (&self->mutex);
  while (!is_done)
    g_cond_wait (&self->done, &self->mutex);
  g_mutex_unlock (&self->mutex);
}
