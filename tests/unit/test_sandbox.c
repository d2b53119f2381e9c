/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A test engine: a process that enters the sandbox as lineup-engine does and then tries what it
 * must not. Prints a table of acts and how each ended. Built with AddressSanitizer, acts that its
 * leak checker needs are left out; tests/cases/sandbox.sh runs the release build.
 */
#include "nets/engine/sandbox.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

static char readable[2048], hidden[2048]; /* a file that may be read, one that may not */

/* Each returns 0 when it got what it wanted, which is the bad case. */
static int try_open(void)
{
    return open(hidden, O_RDONLY) < 0;
}
static int try_passwd(void)
{
    return open("/etc/passwd", O_RDONLY) < 0;
}
static int try_list(void)
{
    return open("/", O_RDONLY | O_DIRECTORY) < 0;
}
static int try_proc(void)
{
    return open("/proc/1/environ", O_RDONLY) < 0;
}
static int try_write(void)
{
    return open(readable, O_WRONLY) < 0;
}
static int try_truncate(void)
{
    return truncate(readable, 0);
}
static int try_create(void)
{
    return open("/tmp/lineup-sandbox-test", O_WRONLY | O_CREAT, 0600) < 0;
}
static int try_unlink(void)
{
    return unlink(readable);
}
static int try_rename(void)
{
    return rename(readable, hidden);
}
static int try_link(void)
{
    return symlink("/etc", "/tmp/lineup-sandbox-link");
}
static int try_mkdir(void)
{
    return mkdir("/tmp/lineup-sandbox-folder", 0700);
}
static int try_chmod(void)
{
    return chmod(readable, 0777);
}
static int try_exec(void)
{
    char *const words[] = {(char *)(uintptr_t) "true", NULL};

    return execve("/bin/true", words, words + 1);
}
static int try_fork(void)
{
    return fork() < 0;
}
static int try_kill(void)
{
    return kill(getppid(), 0);
}
static int try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) < 0;
}
static int try_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}
static int try_connect(void)
{
    struct sockaddr a = {.sa_family = AF_UNIX};

    return connect(0, &a, sizeof a);
}
static int try_ptrace(void)
{
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
static int try_read_memory(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {readable, 1};

    return process_vm_readv(getppid(), &here, 1, &there, 1, 0) != 1;
}
static int try_pidfd(void)
{
    return syscall(SYS_pidfd_open, getppid(), 0) < 0;
}
static int try_mount(void)
{
    return mount("none", "/mnt", "tmpfs", 0, NULL);
}
static int try_chroot(void)
{
    return chroot("/");
}
static int try_unshare(void)
{
    return unshare(CLONE_NEWUSER);
}
static int try_bpf(void)
{
    union bpf_attr a = {0};

    return syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof a) < 0;
}
static int try_uring(void)
{
    char params[256] = "";

    return syscall(SYS_io_uring_setup, 1, params) < 0;
}
static int try_keyctl(void)
{
    return syscall(SYS_keyctl, 0, 0, 0, 0, 0) < 0;
}
static int try_perf(void)
{
    char attributes[128] = "";

    return syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0) < 0;
}
static int try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED;
}
static int try_make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static int try_stay(void)
{
    return prctl(PR_SET_PDEATHSIG, 0);
}
static int try_dump(void)
{
    struct rlimit core = {RLIM_INFINITY, RLIM_INFINITY};

    return setrlimit(RLIMIT_CORE, &core);
}
static int try_setuid(void)
{
    return setuid(12345);
}
static int try_clock(void)
{
    struct timespec t = {0, 0};

    return clock_settime(CLOCK_REALTIME, &t);
}
static int try_new_call(void)
{
    return syscall(9999) < 0;
}
static int try_memory(void)
{
    return mmap(NULL, (size_t)64 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED;
}
static int try_descriptors(void)
{
    for (int i = 0; i < 200; i++) {
        if (dup(1) < 0) {
            return 1;
        }
    }
    return 0;
}

/* What an engine lives on must stay possible. */
static int may_read(void)
{
    char byte;
    int fd = open(readable, O_RDONLY);

    return !(fd >= 0 && read(fd, &byte, 1) == 1);
}
static int may_share(void)
{
    int fd = memfd_create("answer", MFD_ALLOW_SEALING);

    return !(fd >= 0 && write(fd, "x", 1) == 1 && fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) == 0);
}
static int may_reopen(void)
{
    char path[64];
    int fd = memfd_create("canonical", 0);

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY) < 0;
}
static int may_allocate(void)
{
    return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED;
}

static const struct act {
    const char *name;
    int (*act)(void);
    enum { REFUSED, DONE, NOT_TRACED } must; /* NOT_TRACED: refused, but for the leak checker */
} acts[] = {
    {"read the file it was handed", may_read, DONE},
    {"make and seal a memory file", may_share, DONE},
    {"open its own memory file again", may_reopen, DONE},
    {"allocate a gigabyte", may_allocate, DONE},
    {"read another file of the folder", try_open, REFUSED},
    {"read /etc/passwd", try_passwd, REFUSED},
    {"list /", try_list, REFUSED},
    {"read another process's environment", try_proc, NOT_TRACED},
    {"write the file it was handed", try_write, REFUSED},
    {"truncate the file it was handed", try_truncate, REFUSED},
    {"create a file", try_create, REFUSED},
    {"remove a file", try_unlink, REFUSED},
    {"rename a file", try_rename, REFUSED},
    {"make a link", try_link, REFUSED},
    {"make a folder", try_mkdir, REFUSED},
    {"change a file's mode", try_chmod, REFUSED},
    {"run a program", try_exec, REFUSED},
    {"fork", try_fork, NOT_TRACED},
    {"signal lineup", try_kill, NOT_TRACED},
    {"open an internet socket", try_socket, REFUSED},
    {"open a unix socket", try_unix, REFUSED},
    {"connect", try_connect, REFUSED},
    {"trace lineup", try_ptrace, NOT_TRACED},
    {"read lineup's memory", try_read_memory, REFUSED},
    {"hold lineup's pidfd", try_pidfd, REFUSED},
    {"mount", try_mount, REFUSED},
    {"change the root", try_chroot, REFUSED},
    {"enter a new namespace", try_unshare, REFUSED},
    {"load a BPF program", try_bpf, REFUSED},
    {"set up io_uring", try_uring, REFUSED},
    {"read keys", try_keyctl, REFUSED},
    {"open a performance counter", try_perf, REFUSED},
    {"map writable code", try_code, REFUSED},
    {"turn data into code", try_make_code, REFUSED},
    {"outlive lineup", try_stay, NOT_TRACED},
    {"allow core dumps again", try_dump, REFUSED},
    {"become another user", try_setuid, REFUSED},
    {"set the clock", try_clock, REFUSED},
    {"make a call nobody knows", try_new_call, REFUSED},
    {"allocate 64 GiB", try_memory, NOT_TRACED},
    {"open 200 files", try_descriptors, REFUSED},
};

/* 0 = done, 1 = refused, 2 = no sandbox; or ended by a signal. */
static int status_of(const struct act *a, bool confined)
{
    const char *paths[] = {readable};
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        if (confined && lu_sandbox_enter(paths, 1)) {
            _exit(2);
        }
        _exit(a->act() ? 1 : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static const char *word_of(int status)
{
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "killed"
           : WIFSIGNALED(status)                             ? "crashed"
           : WEXITSTATUS(status) == 0                        ? "done"
           : WEXITSTATUS(status) == 1                        ? "refused"
                                                             : "no sandbox";
}

static bool as_it_must(const struct act *a, const char *word)
{
    return a->must == DONE ? strcmp(word, "done") == 0
                           : strcmp(word, "refused") == 0 || strcmp(word, "killed") == 0;
}

static void every_act_ends_as_it_must(void **state)
{
    size_t bad = 0, tried = 0, killed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        const struct act *a = &acts[i];
        const char *word;
        if (a->must == NOT_TRACED && LU_SANDBOX_TRACED) {
            continue;
        }
        word = word_of(status_of(a, true));
        print_message("# %-36s %s\n", a->name, word);
        bad += !as_it_must(a, word);
        killed += strcmp(word, "killed") == 0;
        tried++;
    }
    print_message("# %zu acts, %zu ended the process, %zu not as they must\n", tried, killed, bad);
    assert_int_equal(bad, 0);
}

/* The table means something only if some of it would work outside. */
static void outside_it_would_work(void **state)
{
    static const char *const plain[] = {"read another file of the folder", "read /etc/passwd",
                                        "list /", "open an internet socket", "fork"};

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        for (size_t k = 0; k < sizeof plain / sizeof *plain; k++) {
            if (strcmp(acts[i].name, plain[k]) == 0) {
                assert_string_equal(word_of(status_of(&acts[i], false)), "done");
            }
        }
    }
}

static void the_report_says_what_is_there(void **state)
{
    const char *paths[] = {readable, "/nonexistent/path"};
    int status = -1;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        bool fine = lu_sandbox_enter(paths, 2) == LU_OK &&
                    strncmp(lu_sandbox_report(), "rlimits, no_new_privs", 21) == 0;
        lu_sandbox_memory((uint64_t)1 << 40); /* more than there is: nothing changes */
        _exit(fine ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_string_equal(lu_sandbox_report(), "none");
}

static void its_time_is_limited(void **state)
{
    int status = -1;
    pid_t pid = fork();

    (void)state;
    if (pid == 0) {
        if (lu_sandbox_enter(NULL, 0)) {
            _exit(1);
        }
        lu_sandbox_time(1);
        for (volatile unsigned i = 0;; i++) {
        }
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) &&
                (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
}

static int make_files(void **state)
{
    if (scratch_up(state)) {
        return -1;
    }
    snprintf(readable, sizeof readable, "%s", scratch_write("handed", "text", 4));
    snprintf(hidden, sizeof hidden, "%s", scratch_write("hidden", "text", 4));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_ends_as_it_must),
        cmocka_unit_test(outside_it_would_work),
        cmocka_unit_test(the_report_says_what_is_there),
        cmocka_unit_test(its_time_is_limited),
    };

    return cmocka_run_group_tests(tests, make_files, scratch_down);
}
