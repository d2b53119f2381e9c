/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The map and a curve an attack, as SVG; all files of a run. */
#include "sessions/case/files.h"
#include "sessions/resist/resist.h"
#include "viz/viz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = LU_EXHIBITS + 1, FIELDS = LU_RESIST_POINTS * COLUMNS, ROW = 18, WIDE = 860 };

static lu_err save(const char *dir, const char *name, const lu_buf *bytes)
{
    char *path = lu_format("%s/%s", dir, name);
    lu_err err = path ? lu_file_save(path, bytes) : LU_ERR_MEMORY;

    free(path);
    return err;
}

/* --- the map --- */

typedef struct map {
    lu_grid grid;
    const char *row[LU_RESIST_POINTS], *column[COLUMNS], *text[FIELDS];
    char words[FIELDS][24];
    double share[FIELDS];
    bool mark[FIELDS];
} map;

static void map_field(map *m, size_t i, const lu_finding *f)
{
    m->share[i] = f->known ? f->score : NAN;
    m->mark[i] = f->held;
    m->text[i] = m->words[i];
    if (!f->known) {
        m->words[i][0] = '\0';
    } else if (isfinite(f->p)) {
        snprintf(m->words[i], sizeof m->words[i], "%s %.0e", lu_finding_word(f), f->p);
    } else {
        snprintf(m->words[i], sizeof m->words[i], "%s %.2f", lu_finding_word(f), f->score);
    }
}

static void map_row(map *m, size_t y, const lu_resist_point *p)
{
    size_t i = y * COLUMNS;

    m->row[y] = p->name;
    for (int e = 0; e < LU_EXHIBITS; e++) {
        map_field(m, i + (size_t)e, &p->finding[e]);
    }
    i += LU_EXHIBITS;
    m->share[i] = isfinite(p->clean) ? p->clean : NAN;
    m->mark[i] = false;
    m->text[i] = m->words[i];
    snprintf(m->words[i], sizeof m->words[i], "%.1f %%", 100 * p->clean);
}

static lu_err write_map(const lu_resist *r, const char *dir)
{
    double height = ROW * (double)(r->points + 1);
    lu_buf bytes = LU_BUF_INIT;
    lu_draw d;
    map *m;
    lu_err err, drawn;

    LU_TRY(LU_NEW(m, 1));
    for (int e = 0; e < LU_EXHIBITS; e++) {
        m->column[e] = lu_resist_kind_title((lu_resist_kind)e);
    }
    m->column[LU_EXHIBITS] = "clean accuracy";
    for (size_t y = 0; y < r->points; y++) {
        map_row(m, y, &r->point[y]);
    }
    m->grid = (lu_grid){r->points, COLUMNS, m->row, m->column, m->share, m->text, m->mark};
    err = lu_out_svg_begin(&d, WIDE, height, LU_THEME_LIGHT, "Evidence under attack", &bytes);
    lu_grid_draw(&d, (lu_rect){8, 0, WIDE - 16, height - 4}, &m->grid);
    drawn = lu_draw_end(&d);
    err = err ? err : drawn;
    err = err ? err : save(dir, "map.svg", &bytes);
    lu_buf_fini(&bytes);
    free(m);
    return err;
}

/* --- curves: a panel a kind of evidence, beside it what is left of the network's use --- */

enum { PANEL = 320, PANEL_HIGH = 240 };

typedef struct strip {
    double value[COLUMNS][LU_RESIST_STRENGTHS + 1];
    size_t n; /* strengths, and before them the network as it was */
} strip;

static void take(strip *s, const lu_resist_point *p)
{
    for (int e = 0; e < LU_EXHIBITS; e++) {
        s->value[e][s->n] = p->finding[e].known ? p->finding[e].score : NAN;
    }
    s->value[LU_EXHIBITS][s->n++] = p->clean;
}

static void draw_panel(lu_draw *d, const strip *s, lu_resist_kind e)
{
    lu_series series[2] = {{lu_resist_kind_title(e), s->value[e], s->n, LU_INK_COPY},
                           {"clean", s->value[LU_EXHIBITS], s->n, LU_INK_NOT_COPY}};
    lu_curve curve = {series, 2, "strength"};

    lu_curve_draw(d, (lu_rect){(double)PANEL * (double)e, 0, PANEL - 8, PANEL_HIGH}, &curve);
}

static lu_err draw_strip(const strip *s, const lu_attack *a, const char *dir)
{
    char name[80], title[128];
    lu_buf bytes = LU_BUF_INIT;
    lu_draw d;
    lu_err err, drawn;

    snprintf(name, sizeof name, "curve-%s.svg", a->name);
    snprintf(title, sizeof title, "%s, %s", a->label, a->unit);
    err = lu_out_svg_begin(&d, PANEL * LU_EXHIBITS, PANEL_HIGH, LU_THEME_LIGHT, title, &bytes);
    for (int e = 0; e < LU_EXHIBITS; e++) {
        draw_panel(&d, s, (lu_resist_kind)e);
    }
    drawn = lu_draw_end(&d);
    err = err ? err : drawn;
    err = err ? err : save(dir, name, &bytes);
    lu_buf_fini(&bytes);
    return err;
}

static lu_err write_curve(const lu_resist *r, const lu_attack *a, const char *dir)
{
    strip s = {.n = 0};

    take(&s, &r->point[0]);
    for (size_t i = 0; i < r->points && s.n <= LU_RESIST_STRENGTHS; i++) {
        if (r->point[i].attack == a) {
            take(&s, &r->point[i]);
        }
    }
    return s.n > 1 ? draw_strip(&s, a, dir) : LU_OK;
}

/* --- all files --- */

lu_err lu_resist_write(const lu_resist *r, const char *dir)
{
    static const struct {
        const char *name;
        lu_err (*print)(const lu_resist *r, lu_buf *out);
    } file[] = {{"resist.txt", lu_resist_text},
                {"resist.csv", lu_resist_csv},
                {"measures.csv", lu_resist_sheet},
                {"resist.json", lu_resist_json}};

    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        lu_buf text = LU_BUF_INIT;
        lu_err err = file[i].print(r, &text);
        err = err ? err : save(dir, file[i].name, &text);
        lu_buf_fini(&text);
        LU_TRY(err);
    }
    for (size_t i = 0; i < lu_attack_count; i++) {
        LU_TRY(write_curve(r, &lu_attacks[i], dir));
    }
    return write_map(r, dir);
}
