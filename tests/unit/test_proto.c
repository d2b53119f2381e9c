/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames and sealed memory: what goes in comes out; what is neither is refused. */
#include "tests/unit/frames.h"

/* --- values --- */

static void values_come_back(void **state)
{
    const uint64_t whole[] = {0, 1, 255, 256, UINT32_MAX, UINT64_MAX, (uint64_t)(int64_t)-1};
    const double real[] = {0.0, -0.0, 1.5, -1e308, 5e-324, INFINITY, -INFINITY};
    lu_frame f = result();
    const uint8_t *bytes;
    char text[16];
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        lu_put_u64(&f, whole[i]);
    }
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        lu_put_f64(&f, real[i]);
    }
    lu_put_f64(&f, NAN);
    lu_put_text(&f, "");
    lu_put_text(&f, "caf\xc3\xa9");
    lu_put_bytes(&f, "a\0b", 3);
    lu_put_bytes(&f, NULL, 0);
    f = through(&f);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        assert_true(lu_get_u64(&f) == whole[i]);
    }
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        double v = lu_get_f64(&f);
        assert_memory_equal(&v, &real[i], sizeof v);
    }
    assert_true(isnan(lu_get_f64(&f)));
    lu_get_text(&f, text, sizeof text);
    assert_string_equal(text, "");
    lu_get_text(&f, text, sizeof text);
    assert_string_equal(text, "caf\xc3\xa9");
    bytes = lu_get_bytes(&f, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(bytes, "a\0b", 3);
    assert_non_null(lu_get_bytes(&f, &len));
    assert_int_equal(len, 0);
    assert_ok(lu_frame_end(&f));
    lu_frame_fini(&f);
}

static void frames_are_little_endian(void **state)
{
    static const uint8_t want[] = {
        'L', 'P', 'U', '1', LU_WIRE_VERSION, 0, 100, 0, 77, 0, 0, 0, 8, 0, 0, 0, 8, 7, 6, 5,
        4,   3,   2,   1};
    uint8_t got[sizeof want + 1];
    lu_frame f = result();

    (void)state;
    lu_put_u64(&f, 0x0102030405060708);
    assert_ok(lu_frame_send(left, &f));
    lu_frame_fini(&f);
    assert_int_equal(recv(right, got, sizeof got, MSG_DONTWAIT), sizeof want);
    assert_memory_equal(got, want, sizeof want);
}

static void reading_beyond_the_end_is_bad_for_good(void **state)
{
    lu_frame f = result();
    char text[8] = "before";
    size_t len;

    (void)state;
    lu_put_u64(&f, 5);
    assert_int_equal(lu_get_u64(&f), 5);
    assert_ok(lu_frame_end(&f));
    assert_int_equal(lu_get_u64(&f), 0);
    assert_true(f.bad);
    assert_fails(lu_frame_end(&f), LU_ERR_ENGINE, "no sense (type 100)");
    f.at = 0; /* what is there would be good again */
    assert_int_equal(lu_get_u64(&f), 0);
    assert_int_equal(lu_get_below(&f, 10), 0);
    assert_true(lu_get_f64(&f) == 0);
    assert_null(lu_get_bytes(&f, &len));
    lu_get_text(&f, text, sizeof text);
    assert_string_equal(text, "");
    assert_int_equal(lu_get_fd(&f), -1);
    assert_int_equal(lu_frame_end(&f), LU_ERR_ENGINE);
    lu_frame_fini(&f);
}

static void what_is_left_over_is_refused(void **state)
{
    lu_frame f = result();

    (void)state;
    lu_put_u64(&f, 5);
    assert_int_equal(lu_frame_end(&f), LU_ERR_ENGINE);
    lu_get_u64(&f);
    assert_ok(lu_frame_end(&f));
    lu_put_fd(&f, left);
    assert_int_equal(lu_frame_end(&f), LU_ERR_ENGINE);
    close(lu_get_fd(&f));
    assert_ok(lu_frame_end(&f));
    assert_int_equal(lu_get_fd(&f), -1);
    assert_int_equal(lu_frame_end(&f), LU_ERR_ENGINE);
    lu_frame_fini(&f);
}

static void limits_are_kept(void **state)
{
    static const struct {
        uint64_t value, limit;
        bool good;
    } row[] = {{0, 1, true},
               {1, 1, false},
               {0, 0, false},
               {9, 10, true},
               {10, 10, false},
               {UINT64_MAX, UINT64_MAX, false},
               {UINT64_MAX - 1, UINT64_MAX, true}};

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        lu_frame f = result();
        lu_put_u64(&f, row[i].value);
        assert_true(lu_get_below(&f, row[i].limit) == (row[i].good ? row[i].value : 0));
        assert_int_equal(f.bad, !row[i].good);
        lu_frame_fini(&f);
    }
}

static void texts_must_fit_and_be_whole(void **state)
{
    static const struct {
        uint64_t told; /* length before the text */
        const char *text;
        size_t len;
        bool good;
    } row[] = {{7, "1234567", 7, true},     {8, "12345678", 8, false},
               {3, "a\0b", 3, false},       {1, "\0", 1, false},
               {9, "1234", 4, false},       {UINT64_MAX, "1234", 4, false},
               {(uint64_t)-8, "", 0, false}};
    char text[8];

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        lu_frame f = result();
        lu_put_u64(&f, row[i].told);
        assert_ok(lu_buf_add(&f.body, row[i].text, row[i].len));
        lu_get_text(&f, text, sizeof text);
        assert_int_equal(f.bad, !row[i].good);
        assert_string_equal(text, row[i].good ? row[i].text : "");
        lu_frame_fini(&f);
    }
}

/* --- the stream --- */

static void receive_raw(const void *data, size_t len, const char *words, int line)
{
    lu_frame f;

    assert_int_equal(send(left, data, len, MSG_NOSIGNAL), (ssize_t)len);
    shutdown(left, SHUT_WR);
    check_failure(lu_frame_receive(right, &f), LU_ERR_ENGINE, words, line);
    assert_true(f.body.data == NULL && f.fds == 0);
    pair_down(NULL);
    assert_int_equal(pair_up(NULL), 0);
}

static void what_is_no_frame_is_refused(void **state)
{
    uint8_t head[24] = {'L', 'P', 'U', '1', LU_WIRE_VERSION, 0, 100, 0, 77, 0, 0, 0, 8, 0, 0, 0};
    uint8_t bad[24];

    (void)state;
    receive_raw(head, 0, "gone", __LINE__);
    for (size_t cut = 1; cut < sizeof head; cut++) {
        receive_raw(head, cut, "gone", __LINE__);
    }
    for (size_t at = 0; at < 6; at++) { /* magic and version */
        memcpy(bad, head, sizeof bad);
        bad[at] ^= 0x40;
        receive_raw(bad, sizeof bad, "does not start", __LINE__);
    }
    memcpy(bad, head, sizeof bad);
    memcpy(bad + 12, "\1\0\0\1", 4); /* one byte over 16 MiB */
    receive_raw(bad, sizeof bad, "does not start", __LINE__);
    memcpy(bad + 12, "\377\377\377\377", 4);
    receive_raw(bad, sizeof bad, "does not start", __LINE__);
    memcpy(bad + 12, "\0\0\0\1", 4); /* exactly 16 MiB, not there */
    receive_raw(bad, sizeof bad, "gone", __LINE__);
}

static void frames_too_large_are_not_sent(void **state)
{
    lu_frame f = result();
    char byte;

    (void)state;
    f.body.data = calloc(LU_WIRE_BYTES + 1, 1);
    assert_non_null(f.body.data);
    f.body.len = LU_WIRE_BYTES + 1;
    assert_fails(lu_frame_send(left, &f), LU_ERR_INTERNAL, "could not be built");
    f.body.len = 0;
    f.bad = true;
    assert_fails(lu_frame_send(left, &f), LU_ERR_INTERNAL, "could not be built");
    lu_frame_fini(&f);
    assert_int_equal(recv(right, &byte, 1, MSG_DONTWAIT), -1); /* not a byte of them */
}

static void sending_to_nobody_is_an_error(void **state)
{
    lu_frame f = result();

    (void)state;
    close(right);
    right = -1;
    assert_fails(lu_frame_send(left, &f), LU_ERR_ENGINE, "gone"); /* and no SIGPIPE */
    assert_fails(lu_frame_receive(left, &f), LU_ERR_ENGINE, "gone");
}

/* --- descriptors --- */

static void descriptors_travel(void **state)
{
    lu_frame f = result();
    int before = open_files();

    (void)state;
    for (int i = 0; i < LU_WIRE_FDS; i++) {
        lu_put_fd(&f, STDERR_FILENO);
    }
    f = through(&f);
    assert_int_equal(f.fds, LU_WIRE_FDS);
    for (int i = 0; i < 2; i++) {
        int fd = lu_get_fd(&f);
        assert_true(fd > 2);
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        close(fd);
    }
    lu_frame_fini(&f); /* closes the others */
    assert_int_equal(open_files(), before);
}

static void bad_descriptors_make_a_bad_frame(void **state)
{
    lu_frame f = result();
    int before = open_files();

    (void)state;
    lu_put_fd(&f, -1);
    assert_true(f.bad);
    lu_frame_fini(&f);
    f = result();
    for (int i = 0; i <= LU_WIRE_FDS; i++) {
        assert_false(f.bad);
        lu_put_fd(&f, STDERR_FILENO);
    }
    assert_true(f.bad);
    assert_int_equal(lu_frame_send(left, &f), LU_ERR_INTERNAL);
    lu_frame_fini(&f);
    assert_int_equal(open_files(), before);
}

/* `len` bytes of a header with n descriptors, sent past the rules. */
static void send_with_descriptors(const uint8_t *head, size_t len, size_t n)
{
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(16 * sizeof(int))];
    } c = {0};
    struct iovec io = {(void *)(uintptr_t)head, len};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = c.space,
                       .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    int fds[16];

    for (size_t i = 0; i < n; i++) {
        fds[i] = STDERR_FILENO;
    }
    c.head.cmsg_level = SOL_SOCKET;
    c.head.cmsg_type = SCM_RIGHTS;
    c.head.cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(&c.head), fds, n * sizeof(int));
    assert_int_equal(sendmsg(left, &m, MSG_NOSIGNAL), (ssize_t)len);
}

/* Nothing refused leaves a descriptor behind. */
static void too_many_descriptors_are_refused(void **state)
{
    static const uint8_t head[16] = {'L', 'P', 'U', '1', LU_WIRE_VERSION, 0, 100, 0, 77};
    int before = open_files();
    lu_frame f;

    (void)state;
    send_with_descriptors(head, sizeof head, LU_WIRE_FDS + 1);
    assert_fails(lu_frame_receive(right, &f), LU_ERR_ENGINE, "does not start");
    assert_int_equal(open_files(), before);
    send_with_descriptors(head, 5, 3); /* a broken-off header */
    shutdown(left, SHUT_WR);
    assert_fails(lu_frame_receive(right, &f), LU_ERR_ENGINE, "gone");
    assert_int_equal(open_files(), before);
}

/* --- sealed memory --- */

static void sealed_parts_are_aligned_and_fixed(void **state)
{
    const lu_part_bytes parts[] = {{"abc", 3}, {NULL, 0}, {"0123456789", 10}};
    void *base;
    int fd;

    (void)state;
    assert_int_equal(lu_sealed_next(0, 0), 0);
    assert_int_equal(lu_sealed_next(0, 1), 64);
    assert_int_equal(lu_sealed_next(64, 64), 128);
    assert_ok(lu_sealed_new(parts, 3, &fd));
    assert_ok(lu_sealed_map(fd, 128, &base));
    assert_memory_equal(base, "abc\0", 4);
    assert_memory_equal((char *)base + 64, "0123456789\0", 11);
    munmap(base, 128);
    assert_int_equal(write(fd, "x", 1), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_true(mmap(NULL, 128, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    assert_fails(lu_sealed_map(fd, 64, &base), LU_ERR_ENGINE, "wrong size");
    assert_null(base);
    assert_fails(lu_sealed_map(fd, 129, &base), LU_ERR_ENGINE, "wrong size");
    close(fd);
    assert_ok(lu_sealed_new(NULL, 0, &fd));
    assert_ok(lu_sealed_map(fd, 0, &base));
    assert_null(base);
    close(fd);
}

static void unsealed_memory_is_refused(void **state)
{
    static const int some[] = {0,
                               F_SEAL_SHRINK,
                               F_SEAL_GROW,
                               F_SEAL_SHRINK | F_SEAL_GROW,
                               F_SEAL_SHRINK | F_SEAL_WRITE,
                               F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE};
    const char *path = scratch_write("plain", "0123456789abcdef", 16);
    void *base;
    int fd;

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        assert_int_equal(ftruncate(fd, 64), 0);
        assert_int_equal(fcntl(fd, F_ADD_SEALS, some[i]), 0);
        assert_fails(lu_sealed_map(fd, 64, &base), LU_ERR_ENGINE, "not sealed");
        close(fd);
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_fails(lu_sealed_map(fd, 16, &base), LU_ERR_ENGINE, "not sealed");
    close(fd);
    assert_fails(lu_sealed_map(left, 0, &base), LU_ERR_ENGINE, "not sealed");
    assert_fails(lu_sealed_map(-1, 0, &base), LU_ERR_ENGINE, "not sealed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(values_come_back),
        T(frames_are_little_endian),
        T(reading_beyond_the_end_is_bad_for_good),
        T(what_is_left_over_is_refused),
        T(limits_are_kept),
        T(texts_must_fit_and_be_whole),
        T(what_is_no_frame_is_refused),
        T(frames_too_large_are_not_sent),
        T(sending_to_nobody_is_an_error),
        T(descriptors_travel),
        T(bad_descriptors_make_a_bad_frame),
        T(too_many_descriptors_are_refused),
        T(sealed_parts_are_aligned_and_fixed),
        T(unsealed_memory_is_refused),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
