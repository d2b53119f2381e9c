/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool: shards give the same bytes as one run; failures and cancelling leave nothing behind. */
#include "tests/unit/engines.h"

/* --- the pool: generation in shards --- */

enum { SHARD = 5, SHARDS = (SEEDS + SHARD - 1) / SHARD, NEURONS = 3 };

typedef struct shard {
    lu_blackbox black;
    lu_whitebox white;
    size_t told;
} shard;

static lu_err take_black(lu_task *t, size_t request, lu_err err, lu_frame *reply)
{
    shard *s = t->context;

    assert_int_equal(request, 0);
    s->told++;
    return err ? err : lu_get_blackbox(reply, &s->black);
}

static lu_err take_white(lu_task *t, size_t request, lu_err err, lu_frame *reply)
{
    shard *s = t->context;

    assert_int_equal(request, 0);
    s->told++;
    return err ? err : lu_get_whitebox(reply, &s->white);
}

/* --- somebody watches, or nobody --- */

static bool watched;

static struct {
    size_t n, images, shards; /* glimpses; with an image; a bit for each shard */
    size_t tried, kept;       /* the largest */
    double highest;           /* largest share of k */
} seen;

static void look(void *context, const lu_glimpse *g)
{
    (void)context;
    assert_true(g->shards == SHARDS && g->shard < SHARDS);
    assert_true(g->seed < SEEDS && g->step <= g->steps && g->kept <= g->tried);
    assert_true(g->image == NULL || lu_shape_equal(g->shape, fix.model->input));
    assert_true(g->tried >= seen.tried && g->kept >= seen.kept);
    seen.n++;
    seen.images += g->image != NULL;
    seen.shards |= (size_t)1 << g->shard;
    seen.tried = g->tried;
    seen.kept = g->kept;
    for (size_t i = 0; i < g->reaches; i++) {
        seen.highest = fmax(seen.highest, g->reach[i].highest / g->reach[i].goal);
    }
}

/* The last glimpse of every shard is never left out: the sums are those of the results. */
static void check_seen(size_t tried, size_t kept)
{
    if (!watched) {
        assert_int_equal(seen.n, 0);
        return;
    }
    assert_true(seen.n >= SHARDS && seen.images > 0);
    assert_int_equal(seen.shards, ((size_t)1 << SHARDS) - 1);
    assert_int_equal(seen.tried, tried);
    assert_int_equal(seen.kept, kept);
}

static void put_shard(size_t k, lu_frame *f)
{
    size_t first = k * SHARD;

    lu_put_u64(f, first);
    lu_put_u64(f, first + SHARD < SEEDS ? SHARD : SEEDS - first);
    lu_put_samples(f, &fix.seeds);
}

/* Hard enough that some seeds resist. */
static lu_blackbox_params black_params(void)
{
    lu_blackbox_params p = lu_blackbox_defaults();

    p.ep = 0.012;
    return p;
}

static lu_whitebox_params white_params(void)
{
    lu_whitebox_params p = lu_whitebox_defaults();

    p.iterations = 9;
    return p;
}

static const int32_t neurons[NEURONS] = {1, 7, 12};

static void thresholds(double *k)
{
    enum { LAYER = 2 };
    float *phi = local(&fix.seeds.samples, 0, SEEDS, LAYER);
    size_t width = lu_model_width(fix.model, LAYER);
    double max[64];

    lu_whitebox_maxima(phi, SEEDS, width, max);
    for (size_t i = 0; i < NEURONS; i++) {
        k[i] = 1.2 * max[neurons[i]] + 0.01;
    }
    free(phi);
}

static void black_request(size_t k, lu_frame *f)
{
    lu_blackbox_params p = black_params();

    lu_frame_init(f, LU_MSG_BLACKBOX, 0);
    lu_put_blackbox_params(f, &p);
    lu_put_u64(f, 11);
    lu_put_u64(f, watched);
    put_shard(k, f);
}

static void white_request(size_t k, lu_frame *f)
{
    lu_whitebox_params p = white_params();
    double threshold[NEURONS];

    thresholds(threshold);
    lu_frame_init(f, LU_MSG_WHITEBOX, 0);
    lu_put_whitebox_params(f, &p);
    lu_put_u64(f, watched);
    lu_put_u64(f, 2);
    lu_put_u64(f, NEURONS);
    for (size_t i = 0; i < NEURONS; i++) {
        lu_put_u64(f, (uint64_t)neurons[i]);
        lu_put_f64(f, threshold[i]);
    }
    put_shard(k, f);
}

static void run_shards(size_t jobs, bool white, shard *shards)
{
    lu_task tasks[SHARDS] = {0};
    lu_frame requests[SHARDS];
    lu_model_info info = {0};
    watch w = {0};
    lu_job job = {.at = watch_at, .context = &w, .look = watched ? look : NULL};

    memset(&seen, 0, sizeof seen);
    memset(shards, 0, SHARDS * sizeof *shards);
    for (size_t k = 0; k < SHARDS; k++) {
        tasks[k] = (lu_task){.model = &fix.files,
                             .info = &info,
                             .request = &requests[k],
                             .requests = 1,
                             .weight = 1 + (double)k,
                             .context = &shards[k],
                             .done = white ? take_white : take_black,
                             .index = k};
        (white ? white_request : black_request)(k, &requests[k]);
    }
    assert_ok(lu_pool_run(jobs, tasks, SHARDS, &job, "shards"));
    assert_true(w.last == w.total);
    assert_int_equal(info.classes, 10);
    for (size_t k = 0; k < SHARDS; k++) {
        assert_int_equal(shards[k].told, 1);
    }
    lu_model_info_fini(&info);
    no_children_left();
}

static void same_blackbox(const lu_blackbox *a, const lu_blackbox *b)
{
    size_t size = lu_shape_size(b->tests.shape);

    assert_int_equal(a->tests.n, b->tests.n);
    assert_int_equal(a->tests.classes, b->tests.classes);
    same_floats(a->tests.values, b->tests.values, b->tests.n * size);
    assert_memory_equal(a->tests.labels, b->tests.labels, b->tests.n * sizeof *b->tests.labels);
    assert_memory_equal(a->seed, b->seed, b->tests.n * sizeof *b->seed);
    assert_true(a->max_linf == b->max_linf);
    assert_memory_equal(&a->yield, &b->yield, sizeof a->yield);
}

static void blackbox_shards_equal_one_run(void **state)
{
    lu_blackbox_params p = black_params();
    lu_blackbox want;

    (void)state;
    assert_ok(lu_blackbox_generate(fix.model, &fix.seeds.samples, 0, &p, 11, NULL, &want));
    print_message("# %zu of %d seeds gave a black-box test\n", want.tests.n, SEEDS);
    assert_true(want.tests.n > SEEDS / 4);
    for (size_t jobs = 1; jobs <= 3; jobs++) {
        shard shards[SHARDS];
        lu_blackbox part[SHARDS], got;
        watched = jobs > 1;
        run_shards(jobs, false, shards);
        check_seen(SEEDS, want.tests.n);
        for (size_t k = 0; k < SHARDS; k++) {
            part[k] = shards[k].black;
        }
        assert_ok(lu_blackbox_join(part, SHARDS, &got));
        same_blackbox(&got, &want);
        lu_blackbox_fini(&got);
        for (size_t k = 0; k < SHARDS; k++) {
            lu_blackbox_fini(&part[k]);
        }
    }
    lu_blackbox_fini(&want);
}

static void same_whitebox(const lu_whitebox *a, const lu_whitebox *b)
{
    size_t n = b->tests.n;

    assert_int_equal(a->layer, b->layer);
    assert_int_equal(a->neurons, b->neurons);
    assert_int_equal(a->tests.n, n);
    assert_memory_equal(a->neuron, b->neuron, b->neurons * sizeof *b->neuron);
    assert_memory_equal(a->threshold, b->threshold, b->neurons * sizeof *b->threshold);
    assert_memory_equal(a->start, b->start, (b->neurons + 1) * sizeof *b->start);
    same_floats(a->tests.values, b->tests.values, n * lu_shape_size(b->tests.shape));
    assert_memory_equal(a->seed, b->seed, n * sizeof *b->seed);
    assert_memory_equal(a->iterations, b->iterations, n * sizeof *b->iterations);
    assert_int_equal(a->tried, b->tried);
    assert_int_equal(a->dead, b->dead);
    assert_int_equal(a->unreached, b->unreached);
}

static void whitebox_shards_equal_one_run(void **state)
{
    lu_whitebox_params p = white_params();
    double threshold[NEURONS];
    lu_whitebox want;

    (void)state;
    thresholds(threshold);
    assert_ok(lu_whitebox_generate(fix.model, &fix.seeds.samples, 0, 2, neurons, threshold, NEURONS,
                                   &p, NULL, &want));
    print_message("# %zu of %zu pairs gave a white-box test\n", want.tests.n, want.tried);
    assert_true(want.tests.n > want.tried / 8);
    for (size_t jobs = 1; jobs <= 3; jobs++) {
        shard shards[SHARDS];
        lu_whitebox part[SHARDS], got;
        watched = jobs > 1;
        run_shards(jobs, true, shards);
        check_seen(want.tried, want.tests.n);
        assert_true(!watched || (want.tests.n > 0) == (seen.highest > 1));
        for (size_t k = 0; k < SHARDS; k++) {
            part[k] = shards[k].white;
        }
        assert_ok(lu_whitebox_join(part, SHARDS, &got));
        same_whitebox(&got, &want);
        lu_whitebox_fini(&got);
        for (size_t k = 0; k < SHARDS; k++) {
            lu_whitebox_fini(&part[k]);
        }
    }
    lu_whitebox_fini(&want);
}

/* --- the pool: several models, failures --- */

/* Six tasks over a good model (even) and a broken one (odd). */
static lu_err run_mixed(size_t jobs, bool go_on, verdict *v)
{
    enum { TASKS = 6 };
    const int layer = LU_LAYER_LOGITS;
    lu_model_files broken = {fix.files.cfg, memory_file(fix.file.data, 1000), "suspect-b", false};
    lu_task tasks[TASKS] = {0};
    lu_frame requests[TASKS];
    lu_err err;

    memset(v, 0, TASKS * sizeof *v);
    for (size_t i = 0; i < TASKS; i++) {
        v[i].go_on = go_on;
        tasks[i] = one_request(&requests[i], &v[i]);
        tasks[i].model = i % 2 ? &broken : &fix.files;
        lu_request_outputs(&fix.bytes, 0, SAMPLES, 1, &layer, &requests[i]);
    }
    err = lu_pool_run(jobs, tasks, TASKS, NULL, "mixed");
    close(broken.weights);
    no_children_left();
    return err;
}

static void pool_tells_failures_by_task(void **state)
{
    verdict v[6];

    (void)state;
    for (size_t jobs = 1; jobs <= 3; jobs++) {
        assert_ok(run_mixed(jobs, true, v));
        for (size_t i = 0; i < 6; i++) {
            assert_int_equal(v[i].told, 1);
            assert_int_equal(v[i].err, i % 2 ? LU_ERR_INPUT : LU_OK);
            assert_int_equal(strncmp(v[i].where, i % 2 ? "suspect-b" : "", i % 2 ? 9 : 1), 0);
        }
        assert_fails(run_mixed(jobs, false, v), LU_ERR_INPUT, "1000");
    }
}

/* Several requests to one engine, in order; the first failure ends the task, not the run. */
static void tasks_of_several_requests_go_in_order(void **state)
{
    enum { TASKS = 3, EACH = 4 };
    const int layer = LU_LAYER_LOGITS, missing = 9;

    (void)state;
    for (size_t jobs = 1; jobs <= 2; jobs++) {
        lu_task tasks[TASKS] = {0};
        lu_frame requests[TASKS][EACH];
        verdict v[TASKS] = {0};
        watch w = {0};
        lu_job job = {.at = watch_at, .context = &w};
        for (size_t i = 0; i < TASKS; i++) {
            v[i].go_on = true;
            tasks[i] = one_request(requests[i], &v[i]);
            tasks[i].model = &fix.files;
            tasks[i].requests = EACH;
            for (size_t k = 0; k < EACH; k++) {
                lu_request_outputs(&fix.bytes, k, 3, 1, i == 1 && k == 2 ? &missing : &layer,
                                   &requests[i][k]);
            }
        }
        assert_ok(lu_pool_run(jobs, tasks, TASKS, &job, "several"));
        assert_int_equal(v[0].told, EACH);
        assert_int_equal(v[1].told, 3);
        assert_int_equal(v[1].err, LU_ERR_CANNOT);
        assert_int_equal(v[2].told, EACH);
        assert_true(v[0].err == LU_OK && v[2].err == LU_OK && w.last == w.total);
        no_children_left();
    }
}

static void pool_of_nothing_is_done(void **state)
{
    (void)state;
    assert_ok(lu_pool_run(0, NULL, 0, NULL, "nothing"));
    no_children_left();
}

/* --- cancel --- */

static void training_can_be_cancelled(void **state)
{
    lu_recipe r = endless_recipe();
    lu_engine *e = started();
    double start = now();

    (void)state;
    for (size_t left = 1; left <= 3; left++) { /* at the first, second, third word */
        watch w = {.left = left};
        lu_job job = {.at = watch_at, .context = &w};
        lu_frame request, reply;
        train_request(&r, -1, &request);
        assert_int_equal(lu_engine_call(e, &request, &job, &reply), LU_ERR_CANCELLED);
        lu_frame_fini(&request);
        still_answers(e);
    }
    assert_true(now() - start < 20);
    lu_engine_free(&e);
    no_children_left();
}

static void pool_can_be_cancelled(void **state)
{
    lu_recipe r = endless_recipe();
    verdict v[3] = {0};
    lu_task tasks[3] = {0};
    lu_frame requests[3];
    watch w = {.left = 8};
    lu_job job = {.at = watch_at, .context = &w};
    double start = now();

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        tasks[i] = one_request(&requests[i], &v[i]);
        train_request(&r, -1, &requests[i]);
    }
    assert_fails(lu_pool_run(2, tasks, 3, &job, "training"), LU_ERR_CANCELLED, "stopped by");
    assert_true(now() - start < 20);
    no_children_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(blackbox_shards_equal_one_run), T(whitebox_shards_equal_one_run),
        T(pool_tells_failures_by_task),   T(tasks_of_several_requests_go_in_order),
        T(pool_of_nothing_is_done),       T(training_can_be_cancelled),
        T(pool_can_be_cancelled),
    };

    return cmocka_run_group_tests(tests, up, down);
}
