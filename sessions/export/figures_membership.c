/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of membership. */
#include "sessions/export/figures.h"
#include "sessions/membership/charts.h"

#include <stdio.h>

static lu_figure about(const lu_member_report *r, const lu_member_model *m, const char *kind,
                       const char *title, double width, double height)
{
    lu_figure f = {.member = m, .tested = &r->params, .width = width, .height = height};

    snprintf(f.name, sizeof f.name, "membership-%s-%s", kind, m->name);
    snprintf(f.title, sizeof f.title, "%s of %s", title, m->name);
    return f;
}

static void keep(lu_draw *d, lu_err err)
{
    d->err = d->err ? d->err : err;
}

static void draw_levels(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_member_levels l;

    keep(d, lu_member_levels_of(f->member, f->tested, &l));
    if (!d->err) {
        lu_levels_draw(d, area, &l.chart);
    }
    lu_member_levels_fini(&l);
}

static void draw_permuted(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_hist h = lu_member_hist_of(f->member, f->tested);

    keep(d, lu_hist_draw(d, area, &h));
}

static void draw_tree(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_member_tree t;

    lu_member_tree_of(f->member, f->tested, &t);
    keep(d, lu_dendrogram_draw(d, area, &t.chart));
}

static void draw_distances(lu_draw *d, lu_rect area, const lu_figure *f)
{
    lu_member_map m;

    lu_member_map_of(f->member, f->tested, &m);
    lu_heatmap_draw(d, area, &m.chart);
}

lu_figure lu_figure_levels(const lu_member_report *r, const lu_member_model *m)
{
    static const double ROW = 14;
    lu_figure f = about(r, m, "classes", "Success in each class", 480,
                        ROW * (double)(m->evidence.classes + 2));

    f.draw = draw_levels;
    return f;
}

lu_figure lu_figure_permuted(const lu_member_report *r, const lu_member_model *m)
{
    lu_figure f = about(r, m, "permuted", "Averages under permutation", 480, 160);

    f.draw = draw_permuted;
    return f;
}

lu_figure lu_figure_tree(const lu_member_report *r, const lu_member_model *m)
{
    lu_figure f = about(r, m, "tree", "Dendrogram of the mini-datasets", 380,
                        60 + 20 * (double)r->params.pmi.sets);

    f.draw = draw_tree;
    return f;
}

lu_figure lu_figure_distances(const lu_member_report *r, const lu_member_model *m)
{
    lu_figure f = about(r, m, "distances", "Distances of the mini-datasets", 260, 200);

    f.draw = draw_distances;
    return f;
}
