/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/bench.h"
#include "sessions/case/json.h"

#include <math.h>

static double share(const lu_bench_result *r, const lu_bench_row *row)
{
    return row->gflops / r->sgemm / (double)row->threads;
}

static cJSON *row_json(const lu_bench_result *r, const lu_bench_row *row)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "net", row->net);
    cJSON_AddStringToObject(json, "work", row->work);
    cJSON_AddStringToObject(json, "unit", row->unit);
    lu_json_add(json, "batch", (double)row->batch);
    lu_json_add(json, "threads", (double)row->threads);
    lu_json_add(json, "fast", row->fast);
    lu_json_add(json, "darknet", row->darknet);
    lu_json_add(json, "ratio", row->fast / row->darknet);
    lu_json_add(json, "gflops", row->gflops);
    lu_json_add(json, "peak_share", share(r, row));
    lu_json_add(json, "memory", row->memory);
    lu_json_add(json, "darknet_memory", row->darknet_memory);
    return json;
}

static cJSON *fit_json(const lu_bench_fit *f)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "seconds_per_test", f->each);
    lu_json_add(json, "seconds_fixed", f->fixed);
    lu_json_add(json, "residual", f->residual);
    return json;
}

lu_err lu_bench_json(const lu_bench_result *r, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *machine, *rows;

    machine = cJSON_AddObjectToObject(json, "machine");
    cJSON_AddStringToObject(machine, "engine", r->engine);
    lu_json_add(machine, "processors", (double)r->processors);
    lu_json_add(machine, "sgemm_gflops", r->sgemm);
    rows = cJSON_AddArrayToObject(json, "rows");
    for (size_t i = 0; i < r->rows; i++) {
        cJSON_AddItemToArray(rows, row_json(r, &r->row[i]));
    }
    if (r->fit.points) {
        cJSON_AddItemToObject(json, "judge_fit", fit_json(&r->fit));
    }
    return lu_json_print(json, false, out);
}

/* A number, or "-" for what was not measured. */
static lu_err cell(lu_buf *out, int decimals, double v)
{
    return isfinite(v) ? lu_buf_print(out, " %9.*f", decimals, v) : lu_buf_print(out, " %9s", "-");
}

static int decimals(double v)
{
    return v < 10 ? 2 : v < 1000 ? 1 : 0;
}

lu_err lu_bench_row_text(const lu_bench_result *r, size_t i, lu_buf *out)
{
    const lu_bench_row *row = &r->row[i];
    double peak = 100 * share(r, row), mebi = 1 << 20;

    LU_TRY(lu_buf_print(out, "%-10s %-9s %5zu %5zu  %-9s", row->net, row->work, row->batch,
                        row->threads, row->unit));
    LU_TRY(cell(out, decimals(row->fast), row->fast));
    LU_TRY(cell(out, decimals(row->darknet), row->darknet));
    LU_TRY(cell(out, 1, row->fast / row->darknet));
    LU_TRY(cell(out, 1, row->gflops));
    LU_TRY(cell(out, 0, peak));
    LU_TRY(cell(out, 0, row->memory / mebi));
    LU_TRY(cell(out, 0, row->darknet_memory / mebi));
    return lu_buf_print(out, "\n");
}

lu_err lu_bench_head_text(const lu_bench_result *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%s, %zu processors\n", r->engine, r->processors));
    if (isfinite(r->sgemm)) {
        LU_TRY(lu_buf_print(out, "sgemm peak %.1f GFLOP/s a core\n", r->sgemm));
    }
    return lu_buf_print(out, "\n%-10s %-9s %5s %5s  %-9s %9s %9s %9s %9s %9s %9s %9s\n", "net",
                        "work", "batch", "procs", "a second:", "lineup", "darknet", "ratio",
                        "GFLOP/s", "% peak", "MiB", "its MiB");
}

lu_err lu_bench_fit_text(const lu_bench_result *r, lu_buf *out)
{
    const lu_bench_fit *f = &r->fit;

    return f->points == 0 ? LU_OK
                          : lu_buf_print(out,
                                         "\njudging: %.3g s + %.3g s a test and suspect; the line "
                                         "misses %.1f %% at most\n",
                                         f->fixed, f->each, 100 * f->residual);
}
