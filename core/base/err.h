/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors. Whatever can fail returns lu_err; results leave through trailing out-parameters.
 * Two strings go with a failure and are kept per thread: what happened, and while doing what.
 *
 *     if (bad) {
 *         return lu_fail(LU_ERR_INPUT, "magic is %u, not 2051", magic);
 *     }
 *     ...
 *     err = read_header(f);
 *     if (err) {
 *         return lu_within(err, "%s", path);      // adds the place, keeps the reason
 *     }
 *
 * main() alone turns an lu_err into a message ("lineup: WHAT (WHERE)") and an exit status.
 */
#ifndef LU_CORE_BASE_ERR_H
#define LU_CORE_BASE_ERR_H

#include <stddef.h>

/* name, text, exit status of the program (contract: "Exit status") */
#define LU_ERR_TABLE(X)                                                                            \
    X(OK, "done", 0)                                                                               \
    X(INTERNAL, "internal error", 1)                                                               \
    X(MEMORY, "out of memory", 1)                                                                  \
    X(IO, "input/output error", 1)                                                                 \
    X(USAGE, "wrong usage", 2)                                                                     \
    X(INPUT, "bad input", 3)                                                                       \
    X(INTEGRITY, "integrity violated", 4)                                                          \
    X(ENGINE, "the engine died", 5)                                                                \
    X(CANNOT, "cannot be done", 6)                                                                 \
    X(CANCELLED, "interrupted", 130)

typedef enum lu_err {
#define LU_ERR_ENUM(name, text, status) LU_ERR_##name,
    LU_ERR_TABLE(LU_ERR_ENUM)
#undef LU_ERR_ENUM
        LU_ERR_COUNT
} lu_err;

#define LU_OK LU_ERR_OK

/* Forwards a failure unchanged. */
#define LU_TRY(call)                                                                               \
    do {                                                                                           \
        lu_err lu_try_err_ = (call);                                                               \
        if (lu_try_err_ != LU_OK) {                                                                \
            return lu_try_err_;                                                                    \
        }                                                                                          \
    } while (0)

/* Records what happened, forgets any earlier place, returns `err`. */
lu_err lu_fail(lu_err err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds while doing what (outermost first in the final text), returns `err`. LU_OK passes through.
 */
lu_err lu_within(lu_err err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#ifdef __clang_analyzer__ /* which cannot see that they return `err` */
#define lu_fail(err, ...) (lu_fail(err, __VA_ARGS__), (err))
#define lu_within(err, ...) (lu_within(err, __VA_ARGS__), (err))
#endif

/* The current thread's last failure; never NULL, "" when there is none. Valid until the next one.
 */
const char *lu_error_what(void);
const char *lu_error_where(void);

/* Both: "WHAT (WHERE)". */
void lu_error_text(char *out, size_t size);

const char *lu_err_text(lu_err err);
int lu_err_status(lu_err err);

#endif
