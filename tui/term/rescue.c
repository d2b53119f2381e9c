/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal comes back after a crash. All that the handler needs is made beforehand; it calls
 * only what signal-safety(7) allows, then hands the signal to whoever had it before (a sanitizer,
 * or the kernel).
 */
#include "tui/term/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { WORDS_MAX = 512, STACK_SIZE = 1 << 16 };

static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
enum { FATAL_COUNT = sizeof fatal / sizeof *fatal };

static struct {
    atomic_bool armed;
    pid_t owner; /* a child of ours that crashes before its exec leaves the terminal alone */
    int fd;
    struct termios modes;
    char leave[LU_LEAVE_MAX];
    size_t leave_len;
    char words[WORDS_MAX];
    size_t words_len;
    struct sigaction before[FATAL_COUNT];
    bool own_stack;
} rescue;

static char stack[STACK_SIZE];

/* Of AddressSanitizer's runtime, which ends the program without a signal. */
extern void __asan_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void put(const char *data, size_t len)
{
    while (len > 0) {
        ssize_t done = write(rescue.fd, data, len);

        if (done <= 0 && errno != EINTR) {
            return;
        }
        if (done > 0) {
            data += done;
            len -= (size_t)done;
        }
    }
}

static bool restore(void)
{
    if (getpid() != rescue.owner || !atomic_exchange(&rescue.armed, false)) {
        return false;
    }
    put(rescue.leave, rescue.leave_len);
    tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
    return true;
}

void lu_term_rescue_now(void)
{
    if (restore()) {
        lu_term_quiet_stop();
    }
}

static void rescue_with_words(void)
{
    int saved = errno;

    if (restore()) {
        put(rescue.words, rescue.words_len);
        lu_term_quiet_stop();
    }
    errno = saved;
}

static size_t index_of(int number)
{
    size_t i = 0;

    while (i + 1 < FATAL_COUNT && fatal[i] != number) {
        i++;
    }
    return i;
}

/* True when the processor repeats the instruction, and with it the fault: that tells a sanitizer
   more than a signal that was sent. */
static bool comes_again(int number, const siginfo_t *info)
{
    return info->si_code > 0 &&
           (number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL);
}

static void on_fatal(int number, siginfo_t *info, void *context)
{
    (void)context;
    rescue_with_words();
    sigaction(number, &rescue.before[index_of(number)], NULL);
    if (!comes_again(number, info)) {
        raise(number);
    }
}

/* A stack that overflowed cannot hold the handler's frame. A sanitizer has made such a stack
 * already. */
static void make_stack(void)
{
    stack_t now, own = {.ss_sp = stack, .ss_size = sizeof stack};

    rescue.own_stack = sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE) != 0 &&
                       sigaltstack(&own, NULL) == 0;
}

static void catch_fatal(void)
{
    struct sigaction catcher = {.sa_sigaction = on_fatal,
                                .sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND)};

    sigfillset(&catcher.sa_mask);
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        sigaction(fatal[i], &catcher, &rescue.before[i]);
    }
}

static void keep_words(const char *words)
{
    size_t len = words == NULL ? 0 : strnlen(words, WORDS_MAX - 1);

    memcpy(rescue.words, len ? words : "", len);
    rescue.words[len] = '\n';
    rescue.words_len = len ? len + 1 : 0;
}

void lu_term_rescue_arm(int fd, const lu_term_caps *caps, const struct termios *modes,
                        const char *words)
{
    rescue.owner = getpid();
    rescue.fd = fd;
    rescue.modes = *modes;
    memcpy(rescue.leave, caps->leave, caps->leave_len);
    rescue.leave_len = caps->leave_len;
    keep_words(words);
    make_stack();
    catch_fatal();
    if (__asan_set_death_callback) {
        __asan_set_death_callback(rescue_with_words);
    }
    atomic_store(&rescue.armed, true);
}

void lu_term_rescue_disarm(void)
{
    const stack_t none = {.ss_flags = SS_DISABLE};

    if (!atomic_exchange(&rescue.armed, false)) {
        return;
    }
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        sigaction(fatal[i], &rescue.before[i], NULL);
    }
    if (rescue.own_stack) {
        sigaltstack(&none, NULL);
    }
}
