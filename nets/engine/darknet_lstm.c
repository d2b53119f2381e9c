/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/darknet_lstm.h"

#include <string.h>

enum { INSIDE = 2 * LU_GATES };

/* In the order of the file (src/parser.c, load_weights_upto). */
static void inside(const layer *l, layer *out[INSIDE])
{
    layer *const all[INSIDE] = {l->wi, l->wf, l->wo, l->wg, l->ui, l->uf, l->uo, l->ug};

    memcpy(out, all, sizeof all);
}

bool lu_darknet_lstm_same(const layer *l, const lu_section *s, const lu_section_params *p)
{
    size_t units = s->out.c, tensor[2], at = 0;
    layer *part[INSIDE];
    bool same = true;

    lu_section_tensors(s, tensor);
    inside(l, part);
    for (size_t i = 0; same && i < INSIDE; i++) {
        size_t size = tensor[i / LU_GATES] / LU_GATES;
        same = part[i] != NULL &&
               memcmp(part[i]->biases, p->biases + i * units, units * sizeof(float)) == 0 &&
               memcmp(part[i]->weights, p->weights + at, size * sizeof(float)) == 0;
        at += size;
    }
    return same;
}

void lu_darknet_lstm_forget(const layer *l)
{
    size_t n = (size_t)l->outputs * (size_t)l->batch;

    memset(l->h_cpu, 0, n * sizeof(float));
    memset(l->c_cpu, 0, n * sizeof(float));
}

void lu_darknet_lstm_free(layer *l)
{
    layer *part[INSIDE];
    float **own[] = {&l->f_cpu,         &l->i_cpu,         &l->g_cpu,    &l->o_cpu,
                     &l->c_cpu,         &l->h_cpu,         &l->dc_cpu,   &l->dh_cpu,
                     &l->temp_cpu,      &l->temp2_cpu,     &l->cell_cpu, &l->temp3_cpu,
                     &l->prev_cell_cpu, &l->prev_state_cpu};

    inside(l, part);
    for (size_t i = 0; i < INSIDE; i++) {
        if (part[i] != NULL) {
            free_layer(*part[i]);
            free(part[i]);
        }
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        free(*own[i]);
        *own[i] = NULL;
    }
}

void lu_darknet_lstm_turn(lu_shape s, size_t n, size_t batch, const float *src, float *dst)
{
    size_t features = s.w * s.c;

    memset(dst, 0, batch * lu_shape_size(s) * sizeof *dst);
    for (size_t b = 0; b < n; b++) {
        for (size_t t = 0; t < s.h; t++, src += features) {
            memcpy(dst + (t * batch + b) * features, src, features * sizeof *dst);
        }
    }
}

void lu_darknet_lstm_neurons(lu_shape shape, size_t steps, size_t n, size_t batch, const float *v,
                             float *out)
{
    size_t first = steps - shape.h;

    for (size_t b = 0; b < n; b++) {
        for (size_t c = 0; c < shape.c; c++) {
            double sum = 0;
            for (size_t t = first; t < steps; t++) {
                sum += v[(t * batch + b) * shape.c + c];
            }
            *out++ = (float)(sum / (double)shape.h);
        }
    }
}
