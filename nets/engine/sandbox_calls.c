/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The system calls an engine makes; what attacks make instead ends it; all others do not exist
 * (ENOSYS), so that a C library newer than this list falls back to older ones.
 */
#include "nets/engine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static const int allowed[] = {
    /* what is open */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(fstat64), SCMP_SYS(fadvise64), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
    SCMP_SYS(fcntl), SCMP_SYS(fcntl64), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64),
    SCMP_SYS(getdents64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
    SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(recv), SCMP_SYS(send),
    /* names: landlock has the last word */
    SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(getcwd),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(memfd_create),
    /* memory: see also mmap and mprotect below */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
    SCMP_SYS(membarrier), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    /* time, signals, itself */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit), SCMP_SYS(exit), SCMP_SYS(exit_group)};

static const int deadly[] = {SCMP_SYS(execve),
                             SCMP_SYS(execveat),
                             SCMP_SYS(fork),
                             SCMP_SYS(vfork),
                             SCMP_SYS(socket),
                             SCMP_SYS(socketpair),
                             SCMP_SYS(connect),
                             SCMP_SYS(bind),
                             SCMP_SYS(listen),
                             SCMP_SYS(accept),
                             SCMP_SYS(accept4),
                             SCMP_SYS(process_vm_readv),
                             SCMP_SYS(process_vm_writev),
                             SCMP_SYS(process_madvise),
                             SCMP_SYS(pidfd_open),
                             SCMP_SYS(pidfd_getfd),
                             SCMP_SYS(pidfd_send_signal),
                             SCMP_SYS(kcmp),
                             SCMP_SYS(mount),
                             SCMP_SYS(umount2),
                             SCMP_SYS(move_mount),
                             SCMP_SYS(open_tree),
                             SCMP_SYS(fsopen),
                             SCMP_SYS(pivot_root),
                             SCMP_SYS(chroot),
                             SCMP_SYS(unshare),
                             SCMP_SYS(setns),
                             SCMP_SYS(bpf),
                             SCMP_SYS(perf_event_open),
                             SCMP_SYS(userfaultfd),
                             SCMP_SYS(io_uring_setup),
                             SCMP_SYS(io_uring_enter),
                             SCMP_SYS(io_uring_register),
                             SCMP_SYS(io_setup),
                             SCMP_SYS(keyctl),
                             SCMP_SYS(add_key),
                             SCMP_SYS(request_key),
                             SCMP_SYS(init_module),
                             SCMP_SYS(finit_module),
                             SCMP_SYS(delete_module),
                             SCMP_SYS(kexec_load),
                             SCMP_SYS(kexec_file_load),
                             SCMP_SYS(reboot),
                             SCMP_SYS(swapon),
                             SCMP_SYS(swapoff),
                             SCMP_SYS(ioperm),
                             SCMP_SYS(iopl),
                             SCMP_SYS(modify_ldt),
                             SCMP_SYS(open_by_handle_at),
                             SCMP_SYS(personality),
                             SCMP_SYS(acct),
                             SCMP_SYS(quotactl),
                             SCMP_SYS(settimeofday),
                             SCMP_SYS(clock_settime),
                             SCMP_SYS(sethostname)};

/* What only the leak checker of AddressSanitizer does. */
static const int traced[] = {SCMP_SYS(ptrace), SCMP_SYS(clone),    SCMP_SYS(prctl),
                             SCMP_SYS(wait4),  SCMP_SYS(tgkill),   SCMP_SYS(getdents),
                             SCMP_SYS(kill),   SCMP_SYS(setrlimit)};

static int add(scmp_filter_ctx f, uint32_t action, const int *call, size_t n)
{
    int bad = 0;

    for (size_t i = 0; i < n && !bad; i++) {
        bad = seccomp_rule_add(f, action, call[i], 0);
    }
    return bad;
}

#define ALLOW_IF(f, call, ...) seccomp_rule_add((f), SCMP_ACT_ALLOW, SCMP_SYS(call), 1, __VA_ARGS__)

/* Opening only to read; no memory that is both made here and executed. */
static int add_masks(scmp_filter_ctx f)
{
    const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC;
    int bad = 0;

    bad = bad ? bad : ALLOW_IF(f, open, SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
    bad = bad ? bad : ALLOW_IF(f, openat, SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
    bad = bad ? bad : ALLOW_IF(f, mmap, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    bad = bad ? bad : ALLOW_IF(f, mmap2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    bad = bad ? bad : ALLOW_IF(f, mprotect, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return bad ? bad : ALLOW_IF(f, prlimit64, SCMP_A0(SCMP_CMP_EQ, 0, 0)); /* its own limits */
}

/* Threads but no processes, signals to itself, nothing of prctl but names. */
static int add_self(scmp_filter_ctx f)
{
    const uint64_t name = PR_SET_NAME, thread = CLONE_THREAD;
    int bad = 0;

    if (LU_SANDBOX_TRACED) {
        return add(f, SCMP_ACT_ALLOW, traced, sizeof traced / sizeof *traced);
    }
    bad = bad ? bad : ALLOW_IF(f, clone, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
    bad = bad ? bad : ALLOW_IF(f, prctl, SCMP_A0(SCMP_CMP_EQ, name, 0));
    bad = bad ? bad : ALLOW_IF(f, tgkill, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    bad = bad ? bad
              : seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1,
                                 SCMP_A0(SCMP_CMP_MASKED_EQ, thread, 0));
    return bad ? bad : seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(ptrace), 0);
}

lu_err lu_sandbox_calls(bool *there)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int bad = f ? 0 : -ENOMEM;

    *there = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    bad = bad ? bad : add(f, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed);
    bad = bad ? bad : add(f, SCMP_ACT_KILL_PROCESS, deadly, sizeof deadly / sizeof *deadly);
    bad = bad ? bad : add_masks(f);
    bad = bad ? bad : add_self(f);
    bad = bad || !*there ? bad : seccomp_load(f);
    if (f) {
        seccomp_release(f);
    }
    return bad ? lu_fail(LU_ERR_ENGINE, "seccomp cannot be entered: %s", strerror(-bad)) : LU_OK;
}
