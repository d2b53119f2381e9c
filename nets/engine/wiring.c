/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/wiring.h"

/* Band i+1 is that of section i's output, band 0 the input's; joined bands point to the lowest of
 * them. */
static size_t root(const lu_wiring *w, size_t band)
{
    while (w->joined[band] != band) {
        band = w->joined[band];
    }
    return band;
}

static void join(lu_wiring *w, size_t a, size_t b)
{
    size_t low, high;

    a = root(w, a);
    b = root(w, b);
    low = a < b ? a : b;
    high = a < b ? b : a;
    w->band[low].fixed |= w->band[high].fixed;
    w->band[low].unscaled |= w->band[high].unscaled;
    w->joined[high] = low;
}

static void fix(lu_wiring *w, size_t band)
{
    w->band[root(w, band)].fixed = true;
    w->band[root(w, band)].unscaled = true;
}

static bool scales(lu_activation a)
{
    return a == LU_ACT_LINEAR || a == LU_ACT_RELU || a == LU_ACT_LEAKY || a == LU_ACT_RELIE ||
           a == LU_ACT_RAMP;
}

static void wire_shortcut(lu_wiring *w, const lu_net *net, size_t i)
{
    const lu_section *s = &net->section[i];
    size_t other = s->source[0] + 1;

    join(w, i + 1, i);
    if (lu_shape_equal(net->section[s->source[0]].out, s->out)) {
        join(w, i + 1, other);
    } else {
        fix(w, i + 1);
        fix(w, other);
    }
}

static void wire_route(lu_wiring *w, const lu_section *s, size_t i)
{
    if (s->sources == 1) {
        join(w, i + 1, s->source[0] + 1);
        return;
    }
    fix(w, i + 1);
    for (size_t k = 0; k < s->sources; k++) {
        fix(w, s->source[k] + 1);
    }
}

static void wire(lu_wiring *w, const lu_net *net, size_t i)
{
    const lu_section *s = &net->section[i];

    w->in[i] = i;
    w->out[i] = i + 1;
    w->band[i + 1].channels = s->out.c;
    switch (s->type) {
    case LU_CONVOLUTIONAL:
    case LU_CONNECTED:
        if (s->type == LU_CONVOLUTIONAL && s->groups > 1) {
            fix(w, i);
            fix(w, i + 1);
        }
        break;
    case LU_LSTM: /* its units are not moved */
        fix(w, i);
        fix(w, i + 1);
        break;
    case LU_SHORTCUT: wire_shortcut(w, net, i); break;
    case LU_ROUTE: wire_route(w, s, i); break;
    case LU_SOFTMAX:
    case LU_LOGISTIC:
        join(w, i + 1, i);
        fix(w, i);
        break;
    default: join(w, i + 1, i); break;
    }
    if (!scales(s->activation)) {
        w->band[root(w, i + 1)].unscaled = true;
    }
}

lu_err lu_wiring_of(const lu_net *net, lu_wiring *w)
{
    *w = (lu_wiring){.n = net->n};
    if (LU_NEW(w->band, net->n + 1) || LU_NEW(w->in, net->n) || LU_NEW(w->out, net->n) ||
        LU_NEW(w->joined, net->n + 1)) {
        lu_wiring_fini(w);
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i <= net->n; i++) {
        w->joined[i] = i;
    }
    w->band[0] = (lu_band){net->input.c, true, true};
    for (size_t i = 0; i < net->n; i++) {
        wire(w, net, i);
    }
    fix(w, net->logits + 1);
    for (size_t i = 0; i < net->n; i++) {
        w->in[i] = root(w, w->in[i]);
        w->out[i] = root(w, w->out[i]);
    }
    return LU_OK;
}

void lu_wiring_fini(lu_wiring *w)
{
    free(w->band);
    free(w->in);
    free(w->out);
    free(w->joined);
    *w = (lu_wiring){0};
}
