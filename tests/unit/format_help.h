/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of nets/format: reading networks and what must hold for each that was accepted. */
#ifndef LU_TESTS_FORMAT_HELP_H
#define LU_TESTS_FORMAT_HELP_H

#include "nets/format/weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNTED(n) (sizeof(n) / sizeof(n)[0])

static inline bool read_file(const char *path, lu_buf *out)
{
    FILE *f = fopen(path, "rb");
    char block[65536];
    size_t n;

    *out = (lu_buf)LU_BUF_INIT;
    if (f == NULL) {
        return false;
    }
    while ((n = fread(block, 1, sizeof block, f)) > 0) {
        assert_int_equal(lu_buf_add(out, block, n), LU_OK);
    }
    fclose(f);
    return true;
}

static inline lu_err parse(const void *text, size_t len, lu_net *out)
{
    lu_net_limits limits = lu_net_limits_default();

    return lu_net_parse(text, len, &limits, out);
}

static inline lu_net parsed(const char *text)
{
    lu_net net;

    if (parse(text, strlen(text), &net) != LU_OK) {
        fail_msg("refused: %s: %s", lu_error_what(), text);
    }
    return net;
}

static inline void assert_says(lu_err err, const char *part)
{
    if (err != LU_ERR_INPUT || strstr(lu_error_what(), part) == NULL) {
        fail_msg("expected \"%s\", got %d \"%s\"", part, err, err ? lu_error_what() : "");
    }
}

static inline lu_net load(const char *path)
{
    lu_buf text;
    lu_net net;

    assert_true(read_file(path, &text));
    if (parse(text.data, text.len, &net) != LU_OK) {
        fail_msg("%s: %s", path, lu_error_what());
    }
    lu_buf_fini(&text);
    return net;
}

static inline void assert_shape(lu_shape s, size_t h, size_t w, size_t c)
{
    assert_int_equal(s.h, h);
    assert_int_equal(s.w, w);
    assert_int_equal(s.c, c);
}

static inline void assert_same_shapes(const lu_net *a, const lu_net *b)
{
    bool cost = a->section[a->n - 1].type == LU_COST;

    assert_int_equal(a->n - cost, b->n);
    assert_int_equal(a->logits, b->logits);
    assert_int_equal(a->head, b->head);
    assert_int_equal(a->classes, b->classes);
    assert_true(lu_shape_equal(a->input, b->input));
    for (size_t i = 0; i < b->n; i++) {
        assert_int_equal(a->section[i].type, b->section[i].type);
        assert_int_equal(a->section[i].activation, b->section[i].activation);
        assert_true(lu_shape_equal(a->section[i].in, b->section[i].in));
        assert_true(lu_shape_equal(a->section[i].out, b->section[i].out));
    }
}

/* Everything the other folders rely on. */
static inline void assert_sound(const lu_net *net)
{
    lu_net_limits l = lu_net_limits_default();
    size_t parameters = 0;

    assert_in_range(net->n, 1, l.layers);
    assert_in_range(net->classes, 2, 100000);
    assert_true(net->parameters <= l.parameters && net->flops <= l.flops);
    assert_true(net->activations <= l.activations && net->logits < net->n);
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        assert_true(s->in.h >= 1 && s->in.w >= 1 && s->in.c >= 1);
        assert_true(s->out.h >= 1 && s->out.w >= 1 && s->out.c >= 1);
        assert_true(lu_shape_size(s->out) <= l.activations);
        assert_true(s->probability >= 0 && s->probability < 1 && s->sources <= LU_ROUTES_MAX);
        for (size_t k = 0; k < s->sources; k++) {
            assert_true(s->source[k] < i);
        }
        parameters += s->n_weights + s->n_biases * (s->batch_normalize ? 4 : 1);
    }
    assert_int_equal(parameters, net->parameters);
    assert_int_equal(lu_shape_size(net->section[net->logits].out), net->classes);
}

static inline void assert_round_trip(const lu_net *net)
{
    lu_buf text = LU_BUF_INIT;
    lu_net again;

    assert_int_equal(lu_net_canonical(net, 3, &text), LU_OK);
    if (parse(text.data, text.len, &again) != LU_OK) { /* 3x3 for 1x1 can pass the limits */
        assert_non_null(strstr(lu_error_what(), "the limit is"));
    } else {
        assert_int_equal(again.batch, 3);
        assert_same_shapes(net, &again);
    }
    lu_net_fini(&again);
    lu_buf_fini(&text);
}

#endif
