/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suspect that answers differently each time. This program is its engine: with LINEUP_TEST_FAKE
 * it stands between lineup and a real engine and changes the answers that come through, or dies.
 */
#include "sessions/scores.h"
#include "tests/unit/scratch.h"

#include <signal.h>
#include <sys/mman.h>

enum { IMAGES = 20, SIDE = 2, TOO_LONG = 120 };

static const char cfg[] = "[net]\nheight=2\nwidth=2\nchannels=1\nbatch=1\n[connected]\noutput=2\n"
                          "activation=linear\n[softmax]\n";
static lu_model_files files = {.name = "suspect"};
static lu_shared images;

static int memory_file(const void *data, size_t len)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    assert_int_equal(write(fd, data, len), (ssize_t)len);
    return fd;
}

/* A network of two classes and images for it. */
static int up(void **state)
{
    const float weights[10] = {0, 0.1f, 1, 2, 3, 4, -1, -2, -3, -4};
    uint8_t file[20 + sizeof weights] = {0, 0, 0, 0, 2};
    float values[IMAGES * SIDE * SIDE];
    lu_samples s = {.n = IMAGES, .shape = {SIDE, SIDE, 1}, .values = values};

    (void)state;
    memcpy(file + 20, weights, sizeof weights);
    files.cfg = memory_file(cfg, sizeof cfg - 1);
    files.weights = memory_file(file, sizeof file);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        values[i] = (float)i / 100;
    }
    return lu_shared_new(&s, &images) == LU_OK ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    close(files.cfg);
    close(files.weights);
    lu_shared_fini(&images);
    return 0;
}

/* The answer's first value moves a little with each answer. */
static void change(lu_frame *f, int times)
{
    struct stat st;
    lu_part_bytes part;
    void *base;

    assert_int_equal(fstat(f->fd[0], &st), 0);
    part.len = (size_t)st.st_size;
    part.data = malloc(part.len);
    assert_non_null(part.data);
    assert_ok(lu_sealed_map(f->fd[0], part.len, &base));
    memcpy((void *)(uintptr_t)part.data, base, part.len);
    munmap(base, part.len);
    *(float *)(uintptr_t)part.data += 0.001f * (float)times;
    close(f->fd[0]);
    assert_ok(lu_sealed_new(&part, 1, &f->fd[0]));
    free((void *)(uintptr_t)part.data);
}

static bool relay_answer(int inner, lu_message asked, int times)
{
    lu_frame f;
    bool more = true;

    while (more) {
        if (lu_frame_receive(inner, &f)) {
            return false;
        }
        more = f.type == LU_MSG_PROGRESS;
        if (f.type == LU_MSG_RESULT && asked == LU_MSG_OUTPUTS) {
            change(&f, times);
        }
        lu_frame_send(LU_ENGINE_SOCKET, &f);
        lu_frame_fini(&f);
    }
    return true;
}

/* "fickle" changes answers, "die N" ends at the N-th question, "steady" does neither. */
static int relay(const char *part)
{
    bool fickle = strcmp(part, "fickle") == 0;
    int last = strncmp(part, "die ", 4) == 0 ? atoi(part + 4) : -1, asked_for = 0, times = 0;
    lu_engine *e;
    lu_frame f;

    alarm(TOO_LONG);
    assert_ok(lu_engine_start(&e));
    while (lu_frame_receive(LU_ENGINE_SOCKET, &f) == LU_OK) {
        lu_message asked = f.type;
        bool fine;
        if (++asked_for == last) {
            raise(SIGKILL);
        }
        fine = lu_frame_send(lu_engine_socket(e), &f) == LU_OK;
        lu_frame_fini(&f);
        times += fickle;
        if (!fine || !relay_answer(lu_engine_socket(e), asked, times)) {
            break;
        }
    }
    lu_engine_free(&e);
    return 0;
}

static lu_answers ask_through(const char *part)
{
    lu_model_info info;
    lu_engine *e;
    lu_questions q = {.clean = &images};
    lu_asked asked = {.files = &files, .info = &info, .victim = &info};
    char self[4096] = "";
    lu_answers a;

    assert_ok(lu_engine_start(&e));
    assert_ok(lu_engine_load(e, &files, &info));
    lu_engine_free(&e);
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    if (part != NULL) {
        setenv("LINEUP_ENGINE", self, 1);
        setenv("LINEUP_TEST_FAKE", part, 1);
    }
    assert_ok(lu_ask(&q, &asked, 1, 1, NULL, "asking"));
    unsetenv("LINEUP_TEST_FAKE");
    unsetenv("LINEUP_ENGINE");
    lu_model_info_fini(&info);
    a = asked.answers;
    return a;
}

static void a_fickle_model_is_found_out(void **state)
{
    lu_answers a = ask_through("fickle");

    (void)state;
    assert_int_equal(a.err, LU_ERR_ENGINE);
    assert_non_null(strstr(a.finding, "differently each time"));
    assert_null(a.clean);
}

static void a_steady_model_is_not(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        lu_answers a = ask_through(i ? "steady" : NULL);
        assert_int_equal(a.err, LU_OK);
        assert_non_null(a.clean);
        lu_answers_fini(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_fickle_model_is_found_out),
                                       cmocka_unit_test(a_steady_model_is_not)};
    const char *part = getenv("LINEUP_TEST_FAKE");

    if (part != NULL) {
        return relay(part);
    }
    return cmocka_run_group_tests(tests, up, down);
}
