/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of membership over a zoo. */
#include "sessions/case/files.h"
#include "sessions/export/csv.h"
#include "sessions/lab/zoo_membership.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- the paper's figures (Wu, arXiv 2209.04113v2, tables I to IV), cells in our order --- */

typedef struct figure {
    int best;
    double accuracy, average;
} figure;

typedef struct published {
    const char *network;
    struct {
        figure plain, tuned; /* tables I and II; III and IV: after fine-tuning */
    } cell[LU_POOLED_CELLS];
} published;

/* MNIST, MNIST, CIFAR-10, CIFAR-10 */
static const published paper[] = {
    {"MLP",
     {{{6, 0.50, 0.392}, {6, 0.54, 0.398}},
      {{6, 0.58, 0.409}, {6, 0.57, 0.401}},
      {{6, 0.73, 0.471}, {6, 0.70, 0.437}},
      {{3, 0.48, 0.305}, {6, 0.47, 0.322}},
      {{6, 0.46, 0.346}, {3, 0.49, 0.340}},
      {{6, 0.66, 0.407}, {6, 0.67, 0.385}},
      {{3, 0.42, 0.244}, {6, 0.45, 0.263}},
      {{6, 0.47, 0.286}, {3, 0.46, 0.298}},
      {{6, 0.72, 0.367}, {3, 0.66, 0.377}}}},
    {"LeNet-5",
     {{{0, 0.47, 0.363}, {2, 0.50, 0.371}},
      {{6, 0.55, 0.391}, {2, 0.57, 0.398}},
      {{6, 0.63, 0.434}, {6, 0.67, 0.440}},
      {{3, 0.35, 0.273}, {6, 0.45, 0.305}},
      {{0, 0.51, 0.366}, {6, 0.59, 0.341}},
      {{6, 0.66, 0.394}, {6, 0.65, 0.369}},
      {{6, 0.36, 0.243}, {6, 0.34, 0.230}},
      {{6, 0.45, 0.285}, {6, 0.44, 0.317}},
      {{6, 0.51, 0.314}, {6, 0.63, 0.367}}}},
    {"VGG-19",
     {{{5, 0.93, 0.718}, {2, 0.92, 0.705}},
      {{4, 0.99, 0.861}, {2, 0.98, 0.862}},
      {{5, 0.99, 0.928}, {5, 1.00, 0.927}},
      {{2, 0.90, 0.689}, {2, 0.95, 0.681}},
      {{4, 0.99, 0.848}, {5, 0.99, 0.849}},
      {{6, 1.00, 0.922}, {5, 1.00, 0.919}},
      {{5, 0.90, 0.708}, {5, 0.92, 0.712}},
      {{4, 0.99, 0.867}, {5, 0.98, 0.868}},
      {{5, 1.00, 0.931}, {4, 1.00, 0.937}}}},
    {"ResNet-34",
     {{{4, 1.00, 0.899}, {5, 1.00, 0.918}},
      {{6, 1.00, 0.987}, {6, 1.00, 0.979}},
      {{8, 1.00, 0.998}, {7, 1.00, 0.994}},
      {{5, 1.00, 0.913}, {3, 1.00, 0.908}},
      {{7, 1.00, 0.991}, {7, 1.00, 0.989}},
      {{7, 1.00, 0.995}, {8, 1.00, 0.995}},
      {{3, 1.00, 0.920}, {5, 1.00, 0.918}},
      {{6, 1.00, 0.994}, {6, 1.00, 0.987}},
      {{8, 1.00, 0.999}, {0, 1.00, 0.999}}}},
};

/* Simulated false accusations (spec watermark B4), percent: one class at nominal 5 %; r_opt after
   Bonferroni. n and m that are not there were not simulated. */
static const struct {
    bool colour;
    size_t sets, samples;
    int one, best;
} simulated[] = {{false, 3, 100, 6, 0},  {false, 3, 300, 9, 10}, {false, 4, 300, 8, 10},
                 {false, 5, 300, 7, 13}, {true, 3, 100, 9, 17},  {true, 3, 300, 9, 17},
                 {true, 4, 300, 13, 33}, {true, 5, 300, 14, 37}};

/* --- text --- */

static bool is_method(const lu_pooled_row *r, lu_recipe_kind kind)
{
    return r->entry->role != LU_ROLE_NEGATIVE && r->entry->recipe.kind == kind;
}

static bool is_tuned(const lu_pooled_row *r)
{
    return is_method(r, LU_RECIPE_FT_AL) || is_method(r, LU_RECIPE_FT_LL);
}

static lu_err figure_text(figure f, lu_buf *out)
{
    return lu_buf_print(out, "   %d %.2f %.3f", f.best, f.accuracy, f.average);
}

static lu_err cell_text(const lu_pooled_study *s, const lu_pooled_row *r, size_t k, lu_buf *out)
{
    const lu_pooled_cell *c = &r->cell[k];

    LU_TRY(lu_buf_print(out, "%-16s %zu %4zu", k ? "" : r->name, c->sets, c->samples));
    if (c->best == SIZE_MAX) {
        LU_TRY(lu_buf_print(out, "   too few   "));
    } else {
        LU_TRY(lu_buf_print(out, "  %zu %.2f %.3f", c->best, c->accuracy, c->average));
    }
    for (size_t i = 0; i < 2; i++) {
        const published *p = &paper[2 * s->colour + i];
        LU_TRY(figure_text(is_tuned(r) ? p->cell[k].tuned : p->cell[k].plain, out));
    }
    return lu_buf_print(out, "\n");
}

static lu_err tables_text(const lu_pooled_study *s, lu_buf *out)
{
    LU_TRY(
        lu_buf_print(out,
                     "r_opt, acc there, average; beside them the paper's (%s), n = 100, 200, 300\n"
                     "%-16s m    n               %-14s %-14s\n",
                     s->colour ? "CIFAR-10" : "MNIST", "network", paper[2 * s->colour].network,
                     paper[2 * s->colour + 1].network));
    for (size_t i = 0; i < s->rows; i++) {
        const lu_pooled_row *r = &s->row[i];
        bool shown = r->entry->role == LU_ROLE_VICTIM || is_tuned(r);
        for (size_t k = 0; k < LU_POOLED_CELLS && shown; k++) {
            LU_TRY(cell_text(s, r, k, out));
        }
    }
    return LU_OK;
}

static lu_err tests_text(const lu_pooled_study *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "\n%-16s %-12s %5s %5s %6s %6s %6s  %s\n", "network", "made by", "in",
                        "out", "p", "mean p", "loss z", "verdict"));
    for (size_t i = 0; i < s->rows; i++) {
        const lu_pooled_row *r = &s->row[i];
        LU_TRY(lu_buf_print(out, "%-16s %-12s %.3f %.3f %6.3f %6.3f %6.1f  %s\n", r->name, r->label,
                            r->member_accuracy, r->other_accuracy, r->p, r->mean_gap_p,
                            r->loss_gap_z,
                            r->innocent ? "innocent" : lu_member_verdict_name(r->verdict)));
    }
    return LU_OK;
}

/* The victim first, then by what was pruned, at m = 3 and the largest n. */
static lu_err pruning_text(const lu_pooled_study *s, lu_buf *out)
{
    enum { CELL = 2 };
    bool any = false;

    for (size_t i = 0; i < s->rows; i++) {
        const lu_pooled_row *r = &s->row[i];
        if (r->entry->role == LU_ROLE_VICTIM || is_method(r, LU_RECIPE_PRUNE)) {
            const lu_pooled_cell *c = &r->cell[CELL];
            LU_TRY(any ? LU_OK
                       : lu_buf_print(out,
                                      "\nPruned, m = %zu, n = %zu (the paper: tends to decline, in "
                                      "most cases above 1/3)\nshare   acc average loss z\n",
                                      c->sets, c->samples));
            LU_TRY(lu_buf_print(out, "%5.2f  %.2f   %.3f %6.1f\n",
                                r->entry->role == LU_ROLE_VICTIM ? 0 : r->entry->recipe.prune,
                                c->accuracy, c->average, r->loss_gap_z));
            any = true;
        }
    }
    return LU_OK;
}

/* --- false accusations --- */

typedef struct accused {
    size_t networks, naive, classes, nominal, joint;
} accused;

static accused count(const lu_pooled_study *s, size_t k)
{
    accused a = {0};

    for (size_t i = 0; i < s->rows; i++) {
        const lu_pooled_row *r = &s->row[i];
        const lu_pooled_cell *c = &r->cell[k];
        if (r->innocent && c->best != SIZE_MAX) {
            a.networks++;
            a.naive += c->accused;
            a.classes += c->tested;
            a.nominal += c->nominal;
            a.joint += r->p <= 0.05;
        }
    }
    return a;
}

static lu_err simulated_text(bool colour, const lu_pooled_cell *c, lu_buf *out)
{
    for (size_t i = 0; i < sizeof simulated / sizeof *simulated; i++) {
        if (simulated[i].colour == colour && simulated[i].sets == c->sets &&
            simulated[i].samples == c->samples) {
            return lu_buf_print(out, "     %2d %% %3d %%\n", simulated[i].one, simulated[i].best);
        }
    }
    return lu_buf_print(out, "        -     -\n");
}

static lu_err accused_text(const lu_pooled_study *s, lu_buf *out)
{
    accused all = count(s, 0);

    if (all.networks == 0) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(
        out, "\nInnocent networks accused at 5 %% by the naive rule (binomial; of one "
             "class, of r_opt after\nBonferroni), and in simulations with Gaussian scores\n"
             "m    n   class   r_opt     simulated\n"));
    for (size_t k = 0; k < LU_POOLED_CELLS; k++) {
        accused a = count(s, k);
        if (a.networks > 0) {
            LU_TRY(lu_buf_print(out, "%zu %4zu  %4.0f %%  %2zu of %zu", s->row[0].cell[k].sets,
                                s->row[0].cell[k].samples,
                                100 * (double)a.nominal / (double)a.classes, a.naive, a.networks));
            LU_TRY(simulated_text(s->colour, &s->row[0].cell[k], out));
        }
    }
    return lu_buf_print(out, "By the permutation test (m = %zu, n = %zu): %zu of %zu.\n",
                        s->report.params.pmi.sets, s->report.params.pmi.samples, all.joint,
                        all.networks);
}

lu_err lu_pooled_text(const lu_pooled_study *s, lu_buf *out)
{
    LU_TRY(tables_text(s, out));
    LU_TRY(tests_text(s, out));
    LU_TRY(pruning_text(s, out));
    LU_TRY(accused_text(s, out));
    if (!s->report.valid) {
        LU_TRY(lu_buf_print(out, "\nThe run is invalid: %s.\n", s->report.reason));
    }
    return lu_buf_print(out, "\n%s\n", lu_member_caveat());
}

/* --- files --- */

lu_err lu_pooled_csv(const lu_pooled_study *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "network,label,innocent,m,n,r_opt,acc,average,naive\r\n"));
    for (size_t i = 0; i < s->rows; i++) {
        for (size_t k = 0; k < LU_POOLED_CELLS; k++) {
            const lu_pooled_row *r = &s->row[i];
            const lu_pooled_cell *c = &r->cell[k];
            if (c->best != SIZE_MAX) {
                LU_TRY(lu_buf_print(out, "%s,", r->name));
                LU_TRY(lu_csv_text(out, r->label));
                LU_TRY(lu_buf_print(out, ",%d,%zu,%zu,%zu,%.17g,%.17g,%d\r\n", r->innocent, c->sets,
                                    c->samples, c->best, c->accuracy, c->average, c->accused));
            }
        }
    }
    return LU_OK;
}

static lu_err json_of(const lu_pooled_study *s, lu_buf *out)
{
    return lu_member_json(&s->report, out);
}

lu_err lu_pooled_write(const lu_pooled_study *s, const char *dir)
{
    static const struct {
        const char *name;
        lu_err (*of)(const lu_pooled_study *s, lu_buf *out);
    } files[] = {{"membership.txt", lu_pooled_text},
                 {"membership.csv", lu_pooled_csv},
                 {"membership.json", json_of}};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = lu_format("%s/%s", dir, files[i].name);
        lu_buf text = LU_BUF_INIT;
        lu_err err = path ? files[i].of(s, &text) : LU_ERR_MEMORY;
        if (!err) {
            err = lu_file_replace(AT_FDCWD, path, text.data, text.len, 0644);
        }
        lu_buf_fini(&text);
        free(path);
        LU_TRY(err);
    }
    return LU_OK;
}
