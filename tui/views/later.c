/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 9: a place kept for what is not there yet. */
#include "tui/views/views.h"
#include "tui/views/work_text.h"

static void draw(lu_app *a, lu_pane pane)
{
    lu_pane box = lu_work_box(a, pane, true, "%s", lu_screen_title(a->screen));
    lu_pane in =
        lu_pane_sub(box, 1, box.height > 6, box.width - 2 < 76 ? box.width - 2 : 76, box.height);
    int y;

    y = lu_work_paragraph(in, 0,
                          "Membership inference asks whether a network was trained on the "
                          "victim's own data, from how it answers to samples of it.",
                          LU_INK_TEXT);
    y = lu_work_paragraph(in, y + 1,
                          "Not there yet: this screen shows the samples and the test's result "
                          "when lineup has the method.",
                          LU_INK_WARNING);
    lu_work_hint(in, y + 1,
                 "Nothing of this enters the verdict now: it rests on the distances of `4` Scores "
                 "alone.",
                 LU_INK_DIM);
}

const lu_view lu_view_later = {draw, NULL, NULL, NULL};
