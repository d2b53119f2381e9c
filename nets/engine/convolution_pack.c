/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights as files have them to the order in which kernels read them, and back. */
#include "nets/engine/convolution.h"

/* A run of lanes of one packed position: weight `at` belongs to lane `from`, each next lane's
   stands `step` further. */
typedef struct lane_run {
    size_t from, to, at, step;
} lane_run;

/* Lanes of dst block `block` whose channel shares a group with `channel` of src. */
static lane_run lanes_of(const lu_convolution *c, bool back, size_t block, size_t lanes,
                         size_t channel, size_t tap)
{
    size_t src_c = back ? c->out_c : c->in_c, dst_c = back ? c->in_c : c->out_c;
    size_t group = channel / src_c, base = block * lanes, taps = c->kh * c->kw;
    size_t low = group * dst_c, high = low + dst_c;
    size_t o, i;
    lane_run r = {.step = back ? taps : c->in_c * taps};

    if (group >= c->groups || high <= base || low >= base + lanes) {
        return r;
    }
    r.from = low > base ? low - base : 0;
    r.to = high < base + lanes ? high - base : lanes;
    o = back ? channel : base + r.from;
    i = back ? base + r.from : channel;
    r.at = (o * c->in_c + i % c->in_c) * taps + tap;
    return r;
}

typedef void (*lane_visit)(const lane_run *r, float *packed, float *w);

static void each_position(const lu_packing *k, float *w, lane_visit visit)
{
    const lu_path *p = k->p;
    const uint32_t *first = k->back ? k->c->first_back : k->c->first;
    size_t reads = k->back ? k->c->reads_back : k->c->reads;
    float *packed = k->packed;

    for (size_t o = 0; o < k->dst->blocks; o++) {
        for (size_t b = first ? first[o] : 0, end = b + reads; b < end; b++) {
            for (size_t t = 0; t < p->walk.taps; t++) {
                for (size_t i = 0; i < p->walk.run; i++, packed += k->lanes) {
                    size_t row = p->merged ? t : t / p->columns;
                    size_t column = p->merged ? i / k->src->lanes : t % p->columns;
                    size_t channel = b * k->src->lanes + i % k->src->lanes;
                    size_t tap = p->ky[row] * k->c->kw + p->kx[column];
                    lane_run r = lanes_of(k->c, k->back, o, k->lanes, channel, tap);
                    visit(&r, packed, w);
                }
            }
        }
    }
}

static void pack_lanes(const lane_run *r, float *packed, float *w)
{
    for (size_t l = r->from; l < r->to; l++) {
        packed[l] = w[r->at + (l - r->from) * r->step];
    }
}

static void unpack_lanes(const lane_run *r, float *packed, float *w)
{
    for (size_t l = r->from; l < r->to; l++) {
        w[r->at + (l - r->from) * r->step] += packed[l];
    }
}

/* Only unpacking writes to `weights`. */
void lu_convolution_pack(const lu_packing *k, const float *weights)
{
    each_position(k, (float *)(uintptr_t)weights, pack_lanes);
}

void lu_convolution_unpack(const lu_packing *k, float *weights)
{
    each_position(k, weights, unpack_lanes);
}
