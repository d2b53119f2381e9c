/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The workbench on a small case (tests/screens/small-case.sh), in a terminal of its own (vt.h), and
 * screens that are compared with files.
 *
 *     cmocka_run_group_tests(tests, bench_up, bench_down);
 *     bench_copy("mine.case");                        // what a test changes is its own
 *     vt *v = bench_open(&(vt_options){.width = 80}, "mine.case", NULL);
 *     vt_key(v, "4");
 *     bench_same(v, "80x24/scores");
 *     bench_leave(&v);
 *
 * Include after cmocka.h.
 */
#ifndef LU_TESTS_BENCH_H
#define LU_TESTS_BENCH_H

#include "tests/screens/vt.h"

int bench_up(void **state); /* the folder, its networks, small.case, small.mark */
int bench_down(void **state);

/* A path in the folder, the programs' working folder; good until the next call. */
const char *bench_path(const char *name);
void bench_copy(const char *name); /* of small.case */

/* Makes tiny.json, a plan, and tiny.zoo with its models. */
void bench_zoo(void);
/* A file there begins with `start` and has `holds` in it. */
void bench_check_file(const char *name, const char *start, const char *holds);
const char *bench_program(void); /* lineup's path */

/* lineup ARGUMENT ARGUMENT there, HOME there too; the first frame is waited for. */
vt *bench_open(const vt_options *o, const char *a, const char *b);
/* What `lineup ARGUMENTS...` of the command line ends with; what it prints goes to *out (owned; may
   be NULL). Arguments are words for sh(1). */
int bench_run(const char *arguments, char **out);

void bench_command(vt *v, const char *line); /* : and the line and Enter */
/* A key that asks, the rest of the line and Enter, what the screen says then. */
void bench_answer(vt *v, const char *key, const char *asked, const char *line, const char *shown);
/* Waits until the screen is the one of tests/screens/golden/NAME.txt but for numbers and digests;
   shows both when it does not become it. LINEUP_GOLDEN=write writes it. */
void bench_same(vt *v, const char *name);
/* Column and row of a text on the screen; fails when it is not there. */
void bench_find(vt *v, const char *text, int *x, int *y);
void bench_leave(vt **v); /* q; the terminal must be as it was */
/* The engines that work for it now; how many. */
size_t bench_engines(const vt *v, int *pid, size_t max);
bool bench_is_engine(int pid); /* and it runs */

#endif
