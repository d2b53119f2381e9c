/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded (LD_PRELOAD) into lineup, makes one thing go wrong: LINEUP_FAULT="KIND N".
 *
 *     kill      the process ends at its N-th step that changes files, before it
 *     after     the same, after it
 *     enospc    the N-th such step fails: no space
 *     eio       ... input/output error
 *     eintr     the N-th write is interrupted
 *     short     the N-th write writes half
 *     clock     the clock is N seconds behind
 *     alloc     the N-th allocation of lineup's own code or cJSON's fails
 *
 * Steps: write, pwrite, fsync, fdatasync, ftruncate, rename, unlink, mkdir, and opening to create.
 * When LINEUP_FAULT_COUNT names a file, what was counted is written there at the end.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char kind[16];
static long at = -1, steps, writes, allocations;
static bool armed;

/* Where lineup's own code and cJSON's lie: others fail in ways that are not ours to mend. */
static struct {
    uintptr_t from, to;
} ours[2];

static int look(struct dl_phdr_info *info, size_t size, void *context)
{
    int which = info->dlpi_name[0] == '\0' ? 0 : strstr(info->dlpi_name, "libcjson") ? 1 : -1;

    (void)size;
    (void)context;
    for (int i = 0; which >= 0 && i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X)) {
            ours[which].from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            ours[which].to = ours[which].from + info->dlpi_phdr[i].p_memsz;
        }
    }
    return 0;
}

static bool is_ours(const void *caller)
{
    uintptr_t here = (uintptr_t)caller;

    return (here >= ours[0].from && here < ours[0].to) ||
           (here >= ours[1].from && here < ours[1].to);
}

__attribute__((constructor)) static void start(void)
{
    const char *fault = getenv("LINEUP_FAULT");

    if (fault != NULL) {
        sscanf(fault, "%15s %ld", kind, &at);
    }
    dl_iterate_phdr(look, NULL);
    armed = true;
}

__attribute__((destructor)) static void stop(void)
{
    const char *path = getenv("LINEUP_FAULT_COUNT");
    FILE *f;

    armed = false;
    f = path ? fopen(path, "w") : NULL;
    if (f != NULL) {
        fprintf(f, "%ld %ld %ld\n", steps, writes, allocations);
        fclose(f);
    }
}

static bool is(const char *name)
{
    return armed && strcmp(kind, name) == 0;
}

/* Counts a step; true when it is to fail, errno set. */
static bool fails(void)
{
    if (!armed) {
        return false;
    }
    steps++;
    if (steps == at && is("kill")) {
        kill(getpid(), SIGKILL);
    }
    if (steps != at || (!is("enospc") && !is("eio"))) {
        return false;
    }
    errno = is("eio") ? EIO : ENOSPC;
    return true;
}

static void done(void)
{
    if (armed && steps == at && is("after")) {
        kill(getpid(), SIGKILL);
    }
}

/* The C library's function of this name as `real`. */
#define REAL(name, type)                                                                           \
    static __typeof__(type) real;                                                                  \
    if (real == NULL) {                                                                            \
        *(void **)&real = dlsym(RTLD_NEXT, name);                                                  \
    }

/* The terminal and sockets are not the case. */
static bool is_file(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

ssize_t write(int fd, const void *data, size_t n)
{
    REAL("write", ssize_t(*)(int, const void *, size_t))
    ssize_t put;

    if (!armed || !is_file(fd)) {
        return real(fd, data, n);
    }
    writes++;
    if (writes == at && is("eintr")) {
        errno = EINTR;
        return -1;
    }
    if (fails()) {
        return n > 1 ? real(fd, data, n / 2) : -1; /* a full disk takes a part first */
    }
    put = real(fd, data, writes == at && is("short") && n > 1 ? n / 2 : n);
    done();
    return put;
}

#define STEP(result, name, declaration, call, type)                                                \
    result name declaration                                                                        \
    {                                                                                              \
        REAL(#name, type)                                                                          \
        result r;                                                                                  \
        if (fails()) {                                                                             \
            return -1;                                                                             \
        }                                                                                          \
        r = real call;                                                                             \
        done();                                                                                    \
        return r;                                                                                  \
    }

STEP(int, fsync, (int fd), (fd), int (*)(int))
STEP(int, fdatasync, (int fd), (fd), int (*)(int))
STEP(int, ftruncate, (int fd, off_t n), (fd, n), int (*)(int, off_t))
STEP(int, renameat, (int a, const char *p, int b, const char *q), (a, p, b, q),
     int (*)(int, const char *, int, const char *))
STEP(int, unlinkat, (int d, const char *p, int f), (d, p, f), int (*)(int, const char *, int))
STEP(int, mkdirat, (int d, const char *p, mode_t m), (d, p, m), int (*)(int, const char *, mode_t))
STEP(int, mkdir, (const char *p, mode_t m), (p, m), int (*)(const char *, mode_t))

int openat(int dir, const char *path, int flags, ...)
{
    REAL("openat", int (*)(int, const char *, int, ...))
    mode_t mode = 0;
    va_list args;
    int fd;

    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    if ((flags & O_CREAT) && fails()) {
        return -1;
    }
    fd = real(dir, path, flags, mode);
    if (flags & O_CREAT) {
        done();
    }
    return fd;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= is("clock") ? at : 0;
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

/* --- memory --- */

static bool no_memory(const void *caller)
{
    if (!armed || !is_ours(caller)) {
        return false;
    }
    allocations++;
    if (allocations != at || !is("alloc")) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t n);
extern void *__libc_memalign(size_t alignment, size_t n);

void *malloc(size_t n)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *block, size_t n)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_realloc(block, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    return no_memory(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, n);
}
