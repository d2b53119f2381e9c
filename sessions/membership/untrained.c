/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control that never learned anything. */
#include "sessions/case/files.h"
#include "sessions/lab/work.h"
#include "sessions/membership/internal.h"

enum { CFG_MAX = 1 << 20 };

lu_err lu_member_untrained(const lu_case *c, uint64_t seed, lu_buf *cfg, lu_buf *weights)
{
    lu_recipe r = lu_recipe_of(LU_RECIPE_NOISE, 0, seed); /* a recipe without training ... */
    lu_training_files t = {.parent = -1, .recipe = &r};
    lu_trained_file made = {0};
    lu_err err;

    r.from_parent = false; /* ... that starts from weights of its own and adds nothing to them */
    r.noise = 0;
    LU_TRY(lu_file_read(c->dir, lu_case_victim(c)->cfg.path, CFG_MAX, cfg));
    t.cfg = cfg;
    err = lu_lab_carry_out(&t, NULL, &made);
    if (err) {
        lu_buf_fini(cfg);
        return err;
    }
    *weights = made.weights;
    return LU_OK;
}
