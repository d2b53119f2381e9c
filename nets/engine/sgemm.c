/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's BLAS as a yardstick. It is no part of lineup: it is opened when it is there. */
#include "nets/engine/bench.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_MAJOR = 101, PLAIN = 111 }; /* CBLAS, section B.2 of the BLAS Technical Forum standard */

typedef void (*sgemm_function)(int order, int a_form, int b_form, int m, int n, int k, float alpha,
                               const float *a, int lda, const float *b, int ldb, float beta,
                               float *c, int ldc);

extern char **environ;

/* OpenBLAS reads its variables when it is loaded: an inherited one can halve it (spec engine 7,
   25), and its threads would share the row's one core. */
static void clear_environment(void)
{
    char name[64];

    for (char **e = environ; *e != NULL;) {
        size_t len = strcspn(*e, "=");
        if (strncmp(*e, "OPENBLAS_", 9) == 0 && len < sizeof name) {
            memcpy(name, *e, len);
            name[len] = '\0';
            unsetenv(name);
            e = environ;
        } else {
            e++;
        }
    }
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static sgemm_function find(void)
{
    static const char *const names[] = {"libopenblas.so.0", "libcblas.so.3", "libblas.so.3"};
    sgemm_function f = NULL;
    void *symbol = NULL;

    clear_environment();
    for (size_t i = 0; symbol == NULL && i < sizeof names / sizeof *names; i++) {
        void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        symbol = library ? dlsym(library, "cblas_sgemm") : NULL;
    }
    memcpy(&f, &symbol, sizeof f);
    return f;
}

lu_err lu_sgemm_run(size_t n)
{
    static sgemm_function sgemm;
    static float *matrix; /* three, kept for the next time */
    int side = (int)n;

    if (sgemm == NULL) {
        sgemm = find();
        LU_TRY(LU_NEW(matrix, 3 * n * n));
        for (size_t i = 0; i < 2 * n * n; i++) {
            matrix[i] = (float)(i % 7) - 3;
        }
    }
    if (sgemm == NULL) {
        return lu_fail(LU_ERR_CANNOT, "there is no BLAS to measure this machine with");
    }
    sgemm(ROW_MAJOR, PLAIN, PLAIN, side, side, side, 1, matrix, side, matrix + n * n, side, 0,
          matrix + 2 * n * n, side);
    return LU_OK;
}
