/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workbench without a terminal: keys, lists, prompt, the command table, jobs. */
#include "tui/app/complete.h"
#include "tui/app/internal.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

/* --- keys --- */

static void keys_have_names(void **state)
{
    static const char *const names[] = {"a", "?", "Enter", "Esc", "S-Tab", "PgDn", "F1", "Ctrl-P"};
    char back[16];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t code = lu_key_parse(names[i], strlen(names[i]));
        assert_int_not_equal(code, LU_KEY_NONE);
        lu_key_name(code, back, sizeof back);
        assert_string_equal(back, names[i]);
    }
    assert_int_equal(lu_key_parse("Nonsense", 8), LU_KEY_NONE);
    lu_key_name(0x3c4, back, sizeof back);
    assert_string_equal(back, "τ");
}

/* --- the table --- */

static void each_key(const char *keys, void (*told)(const char *key, size_t len, void *context),
                     void *context)
{
    while (*keys) {
        size_t len = strcspn(keys, " ");
        told(keys, len, context);
        keys += len;
        keys += strspn(keys, " ");
    }
}

static void key_is_known(const char *key, size_t len, void *context)
{
    if (lu_key_parse(key, len) == LU_KEY_NONE) {
        fail_msg("%s is bound to '%.*s', which is no key", (const char *)context, (int)len, key);
    }
}

typedef struct binding {
    lu_screen screen;
    lu_do what;
} binding;

static void key_runs_it(const char *key, size_t len, void *context)
{
    const binding *b = context;
    lu_do found = lu_do_of_key(b->screen, lu_key_parse(key, len));

    if (found != b->what) {
        fail_msg("on screen %d '%.*s' runs %s, not %s", b->screen, (int)len, key,
                 found < LU_DOS ? lu_do_table[found].name : "nothing", lu_do_table[b->what].name);
    }
}

static void every_command_is_reachable(void **state)
{
    (void)state;
    for (int i = 0; i < LU_DOS; i++) {
        const lu_do_row *row = &lu_do_table[i];
        assert_true(row->name[0] && row->help[0] && row->screens);
        each_key(row->keys, key_is_known, (void *)(uintptr_t)row->name);
        assert_int_equal(lu_do_of_name(row->name, strlen(row->name)), i);
        for (int s = 0; s < LU_SCREENS; s++) {
            binding b = {(lu_screen)s, (lu_do)i};
            if (row->screens & (1u << s)) {
                each_key(row->keys, key_runs_it, &b);
            }
        }
    }
}

static void every_command_is_in_the_help(void **state)
{
    static lu_app a;

    (void)state;
    for (int i = 0; i < LU_DOS; i++) {
        size_t found = 0;
        for (int s = 0; s < LU_SCREENS; s++) {
            a.screen = (lu_screen)s;
            for (size_t k = 0; k < lu_help_count(&a); k++) {
                found += lu_help_row(&a, k) == (lu_do)i;
            }
        }
        assert_true(found > 0);
    }
    a.screen = LU_SCREEN_SCORES;
    snprintf(a.overlay_list.filter, sizeof a.overlay_list.filter, "radar or");
    assert_int_equal(lu_help_count(&a), 1);
    assert_int_equal(lu_help_row(&a, 0), LU_DO_BARS);
}

/* Its name typed in full stands first; typed in part it is among them. */
static void the_palette_offers_every_command_first_by_its_name(void **state)
{
    static lu_app a;
    static lu_candidates c;
    char part[4];

    (void)state;
    for (int i = 0; i < LU_DOS; i++) {
        const lu_do_row *row = &lu_do_table[i];
        for (int s = 0; s < LU_SCREENS; s++) {
            bool found = false;

            a.screen = (lu_screen)s;
            lu_complete(&a, row->name, &c);
            assert_true(c.n > 0);
            assert_string_equal(c.row[0].text, row->name);
            snprintf(part, sizeof part, "%s", row->name);
            lu_complete(&a, part, &c);
            for (size_t k = 0; k < c.n; k++) {
                found = found || strcmp(c.row[k].text, row->name) == 0;
            }
            assert_true(found);
        }
    }
}

static void names_may_be_cut(void **state)
{
    (void)state;
    assert_int_equal(lu_do_of_name("judg", 4), LU_DO_JUDGEMENT);
    assert_int_equal(lu_do_of_name("re", 2), LU_DOS); /* report, reset, remove, redo, repaint */
    assert_int_equal(lu_do_of_name("nosuch", 6), LU_DOS);
}

/* --- lists --- */

static void row(const void *context, size_t i, char *out, size_t size)
{
    snprintf(out, size, "%s", ((const char *const *)context)[i]);
}

static void lists_filter_and_move(void **state)
{
    static const char *const rows[] = {"suspect-a", "neg1", "neg2", "Suspect-b", "ft"};
    lu_list l = {0};

    (void)state;
    assert_int_equal(lu_list_count(&l, 5, row, rows), 5);
    strcpy(l.filter, "SUSPECT");
    assert_int_equal(lu_list_count(&l, 5, row, rows), 2);
    assert_int_equal(lu_list_row(&l, 5, row, rows, 1), 3);
    assert_true(lu_list_row(&l, 5, row, rows, 2) == SIZE_MAX);
    strcpy(l.filter, "!suspect");
    assert_int_equal(lu_list_count(&l, 5, row, rows), 3);
    assert_int_equal(lu_list_row(&l, 5, row, rows, 2), 4);
    lu_list_move(&l, LONG_MAX, 3);
    assert_int_equal(l.cursor, 2);
    lu_list_move(&l, -1, 3);
    assert_int_equal(l.cursor, 1);
    lu_list_move(&l, LONG_MIN, 3);
    assert_int_equal(l.cursor, 0);
    lu_list_move(&l, 5, 0);
    assert_int_equal(l.cursor, 0);
    l.cursor = 90;
    lu_list_fit(&l, 100, 10);
    assert_int_equal(l.top, 81);
    lu_list_fit(&l, 3, 10);
    assert_true(l.cursor == 2 && l.top == 0);
}

/* --- prompt --- */

static lu_prompt_event type(lu_prompt *p, uint32_t code)
{
    return lu_prompt_key(p, (lu_key){.code = code});
}

static void prompts_edit_and_remember(void **state)
{
    static lu_prompt p;

    (void)state;
    lu_prompt_open(&p, LU_PROMPT_COMMAND, "go");
    assert_int_equal(type(&p, ' '), LU_PROMPT_CHANGED);
    type(&p, 0x3c4);
    assert_string_equal(p.text, "go τ");
    type(&p, LU_KEY_LEFT);
    type(&p, 'x');
    assert_string_equal(p.text, "go xτ");
    type(&p, LU_KEY_DELETE);
    type(&p, LU_KEY_BACKSPACE);
    assert_string_equal(p.text, "go ");
    type(&p, LU_KEY_CTRL + 'w');
    assert_string_equal(p.text, "");
    assert_int_equal(type(&p, LU_KEY_ESC), LU_PROMPT_LEFT);
    lu_prompt_remember(&p, "goto case");
    lu_prompt_remember(&p, "run");
    assert_int_equal(type(&p, LU_KEY_UP), LU_PROMPT_CHANGED);
    assert_string_equal(p.text, "run");
    type(&p, LU_KEY_UP);
    assert_string_equal(p.text, "goto case");
    assert_int_equal(type(&p, LU_KEY_UP), LU_PROMPT_UP);
    type(&p, LU_KEY_DOWN);
    assert_string_equal(p.text, "run");
    for (int i = 0; i < 3 * LU_PROMPT_MAX; i++) {
        type(&p, 'y');
    }
    assert_int_equal(strlen(p.text), LU_PROMPT_MAX - 1);
}

/* --- jobs --- */

typedef struct counted {
    int reports, ended;
    lu_err err;
    bool dropped;
} counted;

static lu_err count_work(void *context, const lu_job *job)
{
    const struct timespec moment = {0, 2000000};
    counted *c = context;

    for (c->reports = 0; c->reports < 500; c->reports++) {
        LU_TRY(lu_job_at(job, "counting", c->reports, 500));
        nanosleep(&moment, NULL);
    }
    return LU_OK;
}

static lu_err fail_work(void *context, const lu_job *job)
{
    (void)context;
    (void)job;
    return lu_fail(LU_ERR_INPUT, "no luck");
}

static void ended(void *owner, void *context, lu_err err)
{
    counted *c = context;

    (void)owner;
    c->ended++;
    c->err = err;
}

static void dropped(void *context)
{
    ((counted *)context)->dropped = true;
}

static void let_pass(lu_jobs *j, int ticks)
{
    const struct timespec moment = {0, 5000000};

    for (int i = 0; i < ticks; i++) {
        lu_jobs_tick(j);
        nanosleep(&moment, NULL);
    }
}

static void jobs_wait_their_turn_and_stop(void **state)
{
    counted first = {0}, second = {0};
    lu_job_view v[4];
    lu_jobs j;

    (void)state;
    assert_int_equal(lu_jobs_init(&j), LU_OK);
    assert_int_equal(lu_jobs_add(&j, "first", false, count_work, &first, ended, dropped, NULL),
                     LU_OK);
    assert_int_equal(lu_jobs_add(&j, "second", false, fail_work, &second, ended, dropped, NULL),
                     LU_OK);
    let_pass(&j, 10);
    assert_int_equal(lu_jobs_list(&j, v, 4), 2);
    assert_string_equal(v[1].title, "first");
    assert_int_equal(v[1].state, LU_JOB_RUNNING);
    assert_int_equal(v[0].state, LU_JOB_WAITING);
    lu_jobs_pause(&j);
    let_pass(&j, 20);
    lu_jobs_list(&j, v, 4);
    assert_int_equal(v[1].state, LU_JOB_PAUSED);
    int before = first.reports;
    let_pass(&j, 20);
    assert_int_equal(first.reports, before);
    lu_jobs_cancel(&j);
    for (int i = 0; i < 200 && lu_jobs_running(&j); i++) {
        let_pass(&j, 2);
    }
    let_pass(&j, 2);
    assert_true(first.ended == 1 && first.err == LU_ERR_CANCELLED && first.dropped);
    assert_true(second.ended == 1 && second.err == LU_ERR_INPUT && second.dropped);
    lu_jobs_list(&j, v, 4);
    assert_int_equal(v[0].state, LU_JOB_FAILED);
    assert_string_equal(v[0].error, "no luck");
    lu_jobs_fini(&j);
}

typedef struct chain {
    lu_jobs jobs;
    int left, ended;
} chain;

static lu_err no_work(void *context, const lu_job *job)
{
    (void)context;
    (void)job;
    return LU_OK;
}

static void add_next(void *owner, void *context, lu_err err)
{
    chain *c = owner;

    (void)context;
    (void)err;
    c->ended++;
    if (c->left-- > 0) {
        assert_int_equal(lu_jobs_add(&c->jobs, "next", false, no_work, NULL, add_next, NULL, c),
                         LU_OK);
    }
}

static void a_job_s_end_may_add_another_when_all_places_are_taken(void **state)
{
    chain c = {.left = 3 * LU_JOBS_MAX};

    (void)state;
    assert_int_equal(lu_jobs_init(&c.jobs), LU_OK);
    for (int i = 0; i < LU_JOBS_MAX; i++) {
        assert_int_equal(lu_jobs_add(&c.jobs, "one", false, no_work, NULL, add_next, NULL, &c),
                         LU_OK);
    }
    for (int i = 0; i < 2000 && lu_jobs_running(&c.jobs); i++) {
        let_pass(&c.jobs, 1);
    }
    assert_int_equal(c.ended, 4 * LU_JOBS_MAX);
    lu_jobs_fini(&c.jobs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(every_command_is_reachable),
        cmocka_unit_test(every_command_is_in_the_help),
        cmocka_unit_test(the_palette_offers_every_command_first_by_its_name),
        cmocka_unit_test(names_may_be_cut),
        cmocka_unit_test(lists_filter_and_move),
        cmocka_unit_test(prompts_edit_and_remember),
        cmocka_unit_test(jobs_wait_their_turn_and_stop),
        cmocka_unit_test(a_job_s_end_may_add_another_when_all_places_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
