/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pause is that nobody listens: a job that does not come back. Engines at work stand still then,
 * are not taken for mute, end when they are told to, and when lineup is killed.
 */
#include "tests/unit/engines.h"
#include "tests/unit/pause.h"

#include <signal.h>

static void count_look(void *context, const lu_glimpse *g)
{
    size_t *glimpses = ((sleeper *)context)->context;

    (void)g;
    ++*glimpses;
}

static bool seen_enough(void *glimpses)
{
    return *(size_t *)glimpses >= 3;
}

static void a_generation_stands_still(void **state)
{
    lu_whitebox_params p = lu_whitebox_defaults();
    size_t glimpses = 0;
    sleeper s = {.ready = seen_enough, .context = &glimpses};
    lu_job job = {.at = sleep_at, .context = &s, .look = count_look};
    lu_frame request;
    verdict v = {0};
    lu_task task = one_request(&request, &v);

    (void)state;
    p.iterations = 100000000;
    task.model = &fix.files;
    lu_frame_init(&request, LU_MSG_WHITEBOX, 0);
    lu_put_whitebox_params(&request, &p);
    lu_put_u64(&request, true);
    lu_put_u64(&request, 2);
    lu_put_u64(&request, 1);
    lu_put_u64(&request, 1);
    lu_put_f64(&request, 1e30);
    lu_put_u64(&request, 0);
    lu_put_u64(&request, SEEDS);
    lu_put_samples(&request, &fix.seeds);
    assert_fails(lu_pool_run(1, &task, 1, &job, "never"), LU_ERR_CANCELLED, "stopped by");
    assert_stood_still(&s);
    no_children_left();
}

/* Its reports are few and short. It is not mute either, and goes on. */
static void a_training_stands_still(void **state)
{
    lu_recipe r = endless_recipe();
    sleeper s = {.go_on = 8};
    lu_job job = {.at = sleep_at, .context = &s};
    lu_engine *e = started();
    lu_frame request, reply;

    (void)state;
    lu_engine_patience(1);
    train_request(&r, -1, &request);
    assert_fails(lu_engine_call(e, &request, &job, &reply), LU_ERR_CANCELLED, "interrupted");
    lu_engine_patience(600);
    lu_frame_fini(&request);
    assert_stood_still(&s);
    still_answers(e);
    lu_engine_free(&e);
    no_children_left();
}

static void a_training_can_be_cancelled_out_of_its_pause(void **state)
{
    lu_recipe r = endless_recipe();
    sleeper s = {0};
    lu_job job = {.at = sleep_at, .context = &s};
    lu_engine *e = started();
    lu_frame request, reply;

    (void)state;
    train_request(&r, -1, &request);
    assert_fails(lu_engine_call(e, &request, &job, &reply), LU_ERR_CANCELLED, "interrupted");
    lu_frame_fini(&request);
    assert_int_equal(s.slept, 1);
    still_answers(e);
    lu_engine_free(&e);
    no_children_left();
}

/* --- lineup is killed --- */

/* Never comes back from the first word of the engine's. */
static lu_err tell_and_stay(void *context, const char *what, double done, double total)
{
    const int *to = context;
    pid_t engine = 0;

    assert_true(done <= total);
    if (strcmp(what, "waiting for the engine") != 0) {
        children(&engine, 1);
        assert_int_equal(write(*to, &engine, sizeof engine), sizeof engine);
        pause();
    }
    return LU_OK;
}

static _Noreturn void train_and_pause(int to)
{
    lu_recipe r = endless_recipe();
    lu_job job = {.at = tell_and_stay, .context = &to};
    lu_engine *e = started();
    lu_frame request, reply;

    train_request(&r, -1, &request);
    (void)lu_engine_call(e, &request, &job, &reply);
    _exit(1);
}

static void a_paused_engine_ends_with_its_program(void **state)
{
    pid_t child, engine = 0;
    int out[2];

    (void)state;
    assert_int_equal(pipe(out), 0);
    child = fork();
    if (child == 0) {
        train_and_pause(out[1]);
    }
    assert_int_equal(read(out[0], &engine, sizeof engine), sizeof engine);
    assert_true(engine > 0 && kill(engine, 0) == 0);
    sleep(PAUSE);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(ends_soon(engine));
    close(out[0]);
    close(out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_generation_stands_still),
        T(a_training_stands_still),
        T(a_training_can_be_cancelled_out_of_its_pause),

        T(a_paused_engine_ends_with_its_program),
    };

    return cmocka_run_group_tests(tests, up, down);
}
