/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests as people see them. The .npz files are the tests; these sheets only show them. */
#include "sessions/case/files.h"
#include "sessions/export/export.h"
#include "viz/viz.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    COLUMNS = 10,
    SHEET = 100,    /* tests on one */
    GAP = 2,        /* pixels between */
    SMALL = 48,     /* a picture narrower than this is shown larger */
    GREY = 0x808080 /* between the pictures */
};

static lu_err load(const lu_samples *s, size_t first, size_t n, lu_picture *out)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_picture_sample(s, first + i, &out[i]));
    }
    return LU_OK;
}

static lu_err tile(const lu_picture *parts, size_t n, size_t zoom, lu_picture *sheet)
{
    lu_picture small;
    lu_err err;

    LU_TRY(lu_picture_tile(parts, n, COLUMNS, GAP, GREY, &small));
    err = lu_picture_zoom(&small, zoom, sheet);
    lu_picture_fini(&small);
    return err;
}

static lu_err write_sheet(int dir, const lu_samples *s, size_t first, size_t n, const char *path)
{
    size_t zoom = s->shape.w < SMALL ? SMALL / s->shape.w : 1;
    lu_picture parts[SHEET] = {{0}}, sheet = {0};
    lu_buf png = LU_BUF_INIT;
    lu_err err = load(s, first, n, parts);

    if (!err) {
        err = tile(parts, n, zoom ? zoom : 1, &sheet);
    }
    if (!err) {
        err = lu_out_png(&sheet, &png);
    }
    if (!err) {
        err = lu_file_replace(dir, path, png.data, png.len, 0444);
    }
    for (size_t i = 0; i < n; i++) {
        lu_picture_fini(&parts[i]);
    }
    lu_picture_fini(&sheet);
    lu_buf_fini(&png);
    return err;
}

/* NAME-000000.png shows tests 0 to 99 in rows of ten, and so on. */
static lu_err write_sheets(const lu_bag *b, const lu_samples *s, const char *name)
{
    char path[96];

    for (size_t first = 0; first < s->n; first += SHEET) {
        size_t n = s->n - first < SHEET ? s->n - first : SHEET;
        LU_TRY(lu_job_at(b->job, "drawing the tests", (double)first, (double)s->n));
        snprintf(path, sizeof path, "tests/%s-%06zu.png", name, first);
        LU_TRY(write_sheet(b->data, s, first, n, path));
    }
    return LU_OK;
}

lu_err lu_bag_pictures(const lu_bag *b)
{
    char name[48];

    if (mkdirat(b->data, "tests", 0755) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "the folder tests cannot be made: %s", strerror(errno));
    }
    if (b->look.result.has_blackbox) {
        LU_TRY(write_sheets(b, &b->look.blackbox.tests, "blackbox"));
    }
    for (size_t i = 0; i < b->look.whitebox.layers; i++) {
        snprintf(name, sizeof name, "whitebox-layer%d", b->look.whitebox.layer[i].layer);
        LU_TRY(write_sheets(b, &b->look.whitebox.layer[i].tests, name));
    }
    return LU_OK;
}
