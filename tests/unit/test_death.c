/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Engines that die, and engines that misbehave. This program is such an engine itself: with
 * LINEUP_TEST_FAKE in the environment it plays the part of that name.
 */
#include "tests/unit/engines.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

/* --- death --- */

typedef struct killer {
    int signal;
    size_t kills;
} killer;

/* Ends the engine at its first word. */
static lu_err kill_at(void *context, const char *what, double done, double total)
{
    killer *k = context;
    pid_t pid = 0;

    (void)what;
    (void)done;
    (void)total;
    if (k->kills == 0 && children(&pid, 1) > 0) {
        k->kills++;
        assert_int_equal(kill(pid, k->signal), 0);
    }
    return LU_OK;
}

/* A sanitizer would turn SIGSEGV into an exit of its own. */
static void let_signals_kill(void)
{
    const char *now_set = getenv("ASAN_OPTIONS");
    char *text = lu_format("%s:handle_segv=0", now_set ? now_set : "");

    assert_non_null(text);
    setenv("ASAN_OPTIONS", text, 1);
    free(text);
}

static void death_is_told_by_its_signal(void **state)
{
    static const struct {
        int signal;
        const char *words;
    } ends[] = {{SIGSEGV, "signal 11"}, {SIGKILL, "signal 9"}, {SIGUSR1, "signal 10"}};
    lu_recipe r = endless_recipe();

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        killer k = {ends[i].signal, 0};
        lu_job job = {.at = kill_at, .context = &k};
        lu_engine *e = started();
        lu_frame request, reply;
        lu_engine_hello hello;
        train_request(&r, -1, &request);
        assert_fails(lu_engine_call(e, &request, &job, &reply), LU_ERR_ENGINE, ends[i].words);
        assert_int_equal(lu_engine_greet(e, &hello), LU_ERR_ENGINE); /* stays dead */
        assert_non_null(strstr(lu_error_what(), ends[i].words));
        lu_frame_fini(&request);
        lu_engine_free(&e);
        no_children_left();
    }
}

/* An engine that dies between two requests is found out by the next. */
static void death_while_idle_is_found(void **state)
{
    lu_model_info info;
    lu_engine *e = loaded(&fix.files, &info);
    const int layer = LU_LAYER_LOGITS;
    pid_t pid = 0;
    float *out[1];

    (void)state;
    assert_int_equal(children(&pid, 1), 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_fails(lu_engine_outputs(e, &info, &fix.bytes, 0, 3, 1, &layer, out, NULL), LU_ERR_ENGINE,
                 "signal 9");
    assert_null(out[0]);
    lu_model_info_fini(&info);
    lu_engine_free(&e);
}

/* The other tasks of the pool are done all the same. */
static void pool_survives_a_death(void **state)
{
    lu_recipe endless = endless_recipe(), quick = short_recipe(LU_RECIPE_TRAIN);

    (void)state;
    for (size_t jobs = 1; jobs <= 2; jobs++) {
        verdict v[3] = {0};
        lu_task tasks[3] = {0};
        lu_frame requests[3];
        killer k = {SIGKILL, 0};
        lu_job job = {.at = kill_at, .context = &k};
        size_t deaths = 0;
        for (size_t i = 0; i < 3; i++) {
            v[i].go_on = true;
            tasks[i] = one_request(&requests[i], &v[i]);
            train_request(i == 0 && jobs == 1 ? &endless : &quick, -1, &requests[i]);
        }
        assert_ok(lu_pool_run(jobs, tasks, 3, &job, "training"));
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(v[i].told, 1);
            assert_true(v[i].err == LU_OK || strstr(v[i].what, "signal 9") != NULL);
            assert_true(v[i].err == LU_OK || v[i].err == LU_ERR_ENGINE);
            deaths += v[i].err != LU_OK;
        }
        assert_true(deaths == 1 || (jobs == 2 && deaths == 0 && k.kills == 0));
        no_children_left();
    }
}

/* --- engines that are none --- */

static lu_err try_engine(const char *path)
{
    lu_engine_hello hello;
    lu_engine *e;
    lu_err err;

    setenv("LINEUP_ENGINE", path, 1);
    err = lu_engine_start(&e);
    if (!err) {
        err = lu_engine_greet(e, &hello);
        lu_engine_free(&e);
    }
    unsetenv("LINEUP_ENGINE");
    no_children_left();
    return err;
}

static void wrong_programs_are_not_waited_for(void **state)
{
    double start = now();

    (void)state;
    assert_fails(try_engine("/nonexistent/lineup-engine"), LU_ERR_ENGINE, "could not be run");
    assert_fails(try_engine("/bin/true"), LU_ERR_ENGINE, "status 0");
    assert_fails(try_engine("/bin/false"), LU_ERR_ENGINE, "status 1");
    assert_fails(try_engine("/bin/cat"), LU_ERR_ENGINE, "status 0");
    assert_fails(try_engine("/"), LU_ERR_ENGINE, "could not be run");
    assert_fails(try_engine("samples/cfg/lenet5.cfg"), LU_ERR_ENGINE, "could not be run");
    assert_true(now() - start < 20);
}

static void answer_with(lu_message type, uint32_t id, uint64_t code, const char *what)
{
    lu_frame f;

    lu_frame_init(&f, type, id);
    if (type == LU_MSG_ERROR) {
        lu_put_u64(&f, code);
        lu_put_text(&f, what);
        lu_put_text(&f, "");
    } else if (type == LU_MSG_PROGRESS) {
        lu_put_text(&f, what);
        lu_put_f64(&f, NAN);
        lu_put_f64(&f, -1);
    } else {
        lu_put_text(&f, what);
        lu_put_text(&f, "none");
    }
    lu_frame_send(LU_ENGINE_SOCKET, &f);
    lu_frame_fini(&f);
}

/* This program as a lying engine; most parts end with their lineup. */
static int fake_engine(const char *part)
{
    static const char junk[] = "this is no frame at all, and long enough to look like one";
    lu_frame in;
    char end;

    alarm(TOO_LONG);
    lu_frame_receive(LU_ENGINE_SOCKET, &in);
    if (strcmp(part, "junk") == 0) {
        send(LU_ENGINE_SOCKET, junk, sizeof junk, MSG_NOSIGNAL);
    } else if (strcmp(part, "closed") == 0) {
        close(LU_ENGINE_SOCKET);
    } else if (strcmp(part, "half") == 0) {
        send(LU_ENGINE_SOCKET, "LPU1", 4, MSG_NOSIGNAL);
    } else if (strcmp(part, "status 7") == 0) {
        return 7;
    } else if (strcmp(part, "other id") == 0) {
        answer_with(LU_MSG_RESULT, in.id + 1, 0, "lineup-engine");
    } else if (strcmp(part, "other type") == 0) {
        answer_with((lu_message)77, in.id, 0, "");
    } else if (strcmp(part, "no error") == 0) {
        answer_with(LU_MSG_ERROR, in.id, LU_OK, "fine");
    } else if (strcmp(part, "unknown error") == 0) {
        answer_with(LU_MSG_ERROR, in.id, 999, "fine");
    } else if (strcmp(part, "escape") == 0) {
        answer_with(LU_MSG_PROGRESS, in.id, 0, "\033]0;title\007");
        answer_with(LU_MSG_ERROR, in.id, LU_ERR_INPUT, "\033[2Jcleared\r\n");
    } else if (strcmp(part, "deaf") == 0) {
        answer_with(LU_MSG_RESULT, in.id, 0, "lineup-engine");
    } else if (strcmp(part, "long") == 0) {
        char tag[200] = "";
        memset(tag, 'x', sizeof tag - 1);
        answer_with(LU_MSG_RESULT, in.id, 0, tag);
    }
    lu_frame_fini(&in);
    while (recv(LU_ENGINE_SOCKET, &end, 1, 0) == 1) {
    }
    if (strcmp(part, "deaf") == 0 || strcmp(part, "closed") == 0) {
        pause(); /* stays when lineup is gone */
    }
    return 0;
}

static lu_err try_fake(const char *part)
{
    char self[4096] = "";
    lu_err err;

    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    setenv("LINEUP_TEST_FAKE", part, 1);
    err = try_engine(self);
    unsetenv("LINEUP_TEST_FAKE");
    return err;
}

static void lies_are_found_out(void **state)
{
    double start = now();

    (void)state;
    assert_fails(try_fake("junk"), LU_ERR_ENGINE, "nonsense");
    assert_fails(try_fake("closed"), LU_ERR_ENGINE, "stopped");
    assert_fails(try_fake("status 7"), LU_ERR_ENGINE, "status 7");
    assert_fails(try_fake("other id"), LU_ERR_ENGINE, "not asked");
    assert_fails(try_fake("other type"), LU_ERR_ENGINE, "type 77");
    assert_fails(try_fake("no error"), LU_ERR_ENGINE, "without a reason");
    assert_fails(try_fake("unknown error"), LU_ERR_ENGINE, "no sense");
    assert_fails(try_fake("long"), LU_ERR_ENGINE, "no sense");
    assert_ok(try_fake("deaf")); /* answers, and will not leave */
    assert_fails(try_fake("escape"), LU_ERR_INPUT, "?[2Jcleared??");
    assert_true(now() - start < 40);
}

/* A frame that is never finished: given up after ten seconds. */
static void half_a_frame_is_not_waited_for(void **state)
{
    double start = now();

    (void)state;
    assert_fails(try_fake("half"), LU_ERR_ENGINE, "stopped");
    assert_true(now() - start < 30);
}

/* This program as the engine of that part. */
static lu_engine *started_fake(const char *part)
{
    char self[4096] = "";
    lu_engine *e;

    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    setenv("LINEUP_TEST_FAKE", part, 1);
    setenv("LINEUP_ENGINE", self, 1);
    assert_ok(lu_engine_start(&e));
    unsetenv("LINEUP_ENGINE");
    unsetenv("LINEUP_TEST_FAKE");
    return e;
}

/* Nobody is there to cancel it. */
static void a_mute_engine_is_not_waited_for(void **state)
{
    lu_engine *e = started_fake("mute");
    lu_engine_hello hello;
    double start = now();

    (void)state;
    lu_engine_patience(1);
    assert_fails(lu_engine_greet(e, &hello), LU_ERR_ENGINE, "said nothing");
    lu_engine_patience(600);
    assert_true(now() - start < 20);
    lu_engine_free(&e);
    no_children_left();
}

/* Nor by a pool, whose job only looks on. */
static void a_pool_does_not_wait_for_a_mute_engine(void **state)
{
    verdict v = {.go_on = true};
    lu_frame request;
    lu_task task = one_request(&request, &v);
    char self[4096] = "";

    (void)state;
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    setenv("LINEUP_TEST_FAKE", "mute", 1);
    setenv("LINEUP_ENGINE", self, 1);
    lu_frame_init(&request, LU_MSG_HELLO, 0);
    lu_engine_patience(1);
    assert_ok(lu_pool_run(1, &task, 1, NULL, "hello"));
    lu_engine_patience(600);
    unsetenv("LINEUP_ENGINE");
    unsetenv("LINEUP_TEST_FAKE");
    assert_int_equal(v.told, 1);
    assert_int_equal(v.err, LU_ERR_ENGINE);
    assert_non_null(strstr(v.what, "said nothing"));
    no_children_left();
}

/* Engines that will not leave are ended together, not one after the other. */
static void many_engines_end_at_once(void **state)
{
    lu_engine *e[6];
    lu_engine_hello hello;
    double start;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        e[i] = started_fake("deaf");
        assert_ok(lu_engine_greet(e[i], &hello));
    }
    start = now();
    for (size_t i = 0; i < 6; i++) {
        lu_engine_hang_up(e[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        lu_engine_free(&e[i]);
    }
    assert_true(now() - start < 3);
    no_children_left();
}

static void *start_one(void *to)
{
    assert_ok(lu_engine_start(to));
    return NULL;
}

/* The kernel ends a child with the thread that forked it: that must not be the caller's. */
static void an_engine_outlives_the_thread_that_started_it(void **state)
{
    lu_engine *e = NULL;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, start_one, &e), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    still_answers(e);
    lu_engine_free(&e);
    no_children_left();
}

/* A program that is killed leaves no engine behind, busy or not. */
static void engines_end_with_their_program(void **state)
{
    int out[2];
    pid_t child, engine = 0;
    lu_engine_hello hello;
    lu_engine *e;

    (void)state;
    assert_int_equal(pipe(out), 0);
    child = fork();
    if (child == 0) {
        e = started_fake("deaf");
        assert_ok(lu_engine_greet(e, &hello));
        children(&engine, 1);
        write(out[1], &engine, sizeof engine);
        pause();
    }
    assert_int_equal(read(out[0], &engine, sizeof engine), sizeof engine);
    assert_true(engine > 0 && kill(engine, 0) == 0);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(ends_soon(engine));
    close(out[0]);
    close(out[1]);
}

/* Says nothing, not even to a cancel. */
static void a_mute_engine_can_be_cancelled(void **state)
{
    watch w = {.left = 2};
    lu_job job = {.at = watch_at, .context = &w};
    lu_frame request, reply;
    lu_engine *e = started_fake("mute");

    (void)state;
    lu_frame_init(&request, LU_MSG_HELLO, 0);
    assert_fails(lu_engine_call(e, &request, &job, &reply), LU_ERR_CANCELLED, "stopped");
    lu_frame_fini(&request);
    lu_engine_free(&e);
    no_children_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(death_is_told_by_its_signal),
        T(death_while_idle_is_found),
        T(pool_survives_a_death),
        T(wrong_programs_are_not_waited_for),
        T(lies_are_found_out),
        T(half_a_frame_is_not_waited_for),
        T(a_mute_engine_can_be_cancelled),
        T(a_mute_engine_is_not_waited_for),
        T(a_pool_does_not_wait_for_a_mute_engine),
        T(many_engines_end_at_once),
        T(an_engine_outlives_the_thread_that_started_it),
        T(engines_end_with_their_program),
    };

    if (getenv("LINEUP_TEST_FAKE") != NULL) {
        return fake_engine(getenv("LINEUP_TEST_FAKE"));
    }
    let_signals_kill();
    return cmocka_run_group_tests(tests, up, down);
}
