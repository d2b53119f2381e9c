/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an engine may still do once it reads foreign bytes: compute, speak over its socket, read the
 * paths it was given. Entered once, at the start, before the first request:
 *
 *     LU_TRY(lu_sandbox_enter(paths, n));      // or lu_sandbox_stay_out()
 *     ... lu_sandbox_report() ...              // for the hello message
 *     lu_sandbox_memory(bytes);                // once a network says what it needs
 *     lu_sandbox_time(seconds);                // before a library that may never come to an end
 *
 * A measure the kernel does not offer is left out and named in the report; one that it offers and
 * that fails is an error. In builds with AddressSanitizer memory is not limited, and its leak
 * checker may trace its own process and read /proc.
 */
#ifndef LU_NETS_ENGINE_SANDBOX_H
#define LU_NETS_ENGINE_SANDBOX_H

#include "core/core.h"

/* Relaxed only where AddressSanitizer needs it. */
#if defined(LU_SANITIZED)
#define LU_SANDBOX_TRACED 1
#else
#define LU_SANDBOX_TRACED 0
#endif

/* Gives up everything but reading the n files and folders of `readable` (what is not there is left
   out). Needs one thread. LU_ERR_ENGINE when a measure fails. */
lu_err lu_sandbox_enter(const char *const *readable, size_t n);

/* --no-sandbox: nothing is given up, and the report says so. */
void lu_sandbox_stay_out(void);

/* "rlimits, no_new_privs, landlock 7, seccomp", then what is missing: "; no landlock". */
const char *lu_sandbox_report(void);

/* From now on at most `bytes` of private memory, and a gigabyte for answers and libraries. Does
   nothing outside a sandbox. */
void lu_sandbox_memory(uint64_t bytes);

/* From now on an engine ends once it has used `seconds` of processor time since its start. Does
   nothing outside a sandbox. */
void lu_sandbox_time(uint64_t seconds);

/* --- its parts (sandbox_files.c, sandbox_calls.c) --- */

/* Landlock: no file system but the paths, no TCP, no signals to others. Sets *abi, 0 when the
   kernel has none. */
lu_err lu_sandbox_files(const char *const *readable, size_t n, int *abi);

/* seccomp; *there is false when the kernel has none. */
lu_err lu_sandbox_calls(bool *there);

#endif
