/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mel spectrograms. The scale and the filters are those of Slaney's Auditory Toolbox (1998), which
 * librosa and so the authors' kapre take: linear below 1 kHz, logarithmic above; triangles of equal
 * area.
 */
#include "samples/readers/speech.h"

#include <math.h>
#include <string.h>

static const double LOWEST = 40, HIGHEST = 8000; /* Hz */
static const double WINDOW = 0.064;              /* seconds */
static const double RANGE = 80;                  /* decibels */

/* Slaney: 200/3 Hz a mel up to 1 kHz (mel 15), from there 27 mels to 6.4 kHz. */
static const double LINEAR = 200.0 / 3, CORNER = 1000, CORNER_MEL = 15, RATIO = 6.4,
                    RATIO_MELS = 27;

typedef struct band {
    size_t first, n; /* bins it reads */
    double *weight;  /* n; owned */
} band;

struct lu_mel {
    size_t rate, window;
    lu_fourier *fourier;
    double *shape; /* window: Hann's */
    double *x;     /* window */
    double *bin;   /* window / 2 + 1 amplitudes */
    double *db;    /* LU_MEL_STEPS x LU_MEL_BANDS */
    band band[LU_MEL_BANDS];
};

static double mel_of(double hertz)
{
    return hertz < CORNER ? hertz / LINEAR
                          : CORNER_MEL + log(hertz / CORNER) * RATIO_MELS / log(RATIO);
}

static double hertz_of(double mel)
{
    return mel < CORNER_MEL ? mel * LINEAR
                            : CORNER * exp((mel - CORNER_MEL) * log(RATIO) / RATIO_MELS);
}

/* --- making --- */

/* A triangle from `low` over `mid` to `high` Hz. */
static lu_err make_band(const lu_mel *m, double low, double mid, double high, band *b)
{
    double width = (double)m->rate / (double)m->window; /* of a bin */
    size_t last = (size_t)floor(high / width), top = m->window / 2;

    b->first = (size_t)ceil(low / width);
    last = last < top ? last : top;
    b->n = last + 1 > b->first ? last + 1 - b->first : 0;
    LU_TRY(LU_NEW(b->weight, b->n + 1));
    for (size_t k = 0; k < b->n; k++) {
        double f = (double)(b->first + k) * width;
        double up = (f - low) / (mid - low), down = (high - f) / (high - mid);
        b->weight[k] = fmax(0, fmin(up, down)) * 2 / (high - low);
    }
    return LU_OK;
}

static lu_err make_bands(lu_mel *m)
{
    double top = fmin(HIGHEST, (double)m->rate / 2);
    double low = mel_of(LOWEST), step = (mel_of(top) - low) / (LU_MEL_BANDS + 1);

    for (size_t i = 0; i < LU_MEL_BANDS; i++) {
        double at = low + (double)i * step;
        LU_TRY(
            make_band(m, hertz_of(at), hertz_of(at + step), hertz_of(at + 2 * step), &m->band[i]));
    }
    return LU_OK;
}

static lu_err make(lu_mel *m)
{
    LU_TRY(lu_fourier_new(&m->fourier, m->window));
    LU_TRY(LU_NEW(m->shape, m->window));
    LU_TRY(LU_NEW(m->x, m->window));
    LU_TRY(LU_NEW(m->bin, m->window / 2 + 1));
    LU_TRY(LU_NEW(m->db, LU_MEL_STEPS * LU_MEL_BANDS));
    for (size_t i = 0; i < m->window; i++) {
        m->shape[i] = 0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)m->window);
    }
    return make_bands(m);
}

lu_err lu_mel_new(lu_mel **out, size_t rate)
{
    lu_mel *m;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(m, 1));
    m->rate = rate;
    m->window = 2 * (size_t)lround(WINDOW * (double)rate / 2);
    err = make(m);
    if (err) {
        lu_mel_free(&m);
    }
    *out = m;
    return err;
}

void lu_mel_free(lu_mel **m)
{
    if (*m == NULL) {
        return;
    }
    lu_fourier_free(&(*m)->fourier);
    for (size_t i = 0; i < LU_MEL_BANDS; i++) {
        free((*m)->band[i].weight);
    }
    free((*m)->shape);
    free((*m)->x);
    free((*m)->bin);
    free((*m)->db);
    free(*m);
    *m = NULL;
}

/* --- a sound --- */

/* Amplitudes of the window whose first value is number `from` of the sound; outside it is silent.
 */
static void transform(lu_mel *m, const lu_sound *s, ptrdiff_t from)
{
    for (size_t i = 0; i < m->window; i++) {
        ptrdiff_t at = from + (ptrdiff_t)i;
        bool inside = at >= 0 && (size_t)at < s->n;
        m->x[i] = inside ? m->shape[i] * (double)s->v[at] : 0;
    }
    lu_fourier_amplitudes(m->fourier, m->x, m->bin);
}

static double loudness(const lu_mel *m, const band *b)
{
    double sum = 0;

    for (size_t k = 0; k < b->n; k++) {
        sum += b->weight[k] * m->bin[b->first + k];
    }
    return sum > 0 ? 20 * log10(sum) : -INFINITY;
}

/* Windows stand in the middle of their step, so that the first and the last reach beyond the second
   ("same" padding). */
void lu_mel_make(lu_mel *m, const lu_sound *s, float *out)
{
    double step = (double)m->rate / LU_MEL_STEPS, loudest = -INFINITY;
    ptrdiff_t room = (ptrdiff_t)m->rate - (ptrdiff_t)s->n;
    ptrdiff_t begin = room > 0 ? -room : -room / 2; /* of the second, in the sound */

    for (size_t t = 0; t < LU_MEL_STEPS; t++) {
        double from = (double)t * step - ((double)m->window - step) / 2;
        transform(m, s, begin + (ptrdiff_t)lround(from));
        for (size_t i = 0; i < LU_MEL_BANDS; i++) {
            double db = loudness(m, &m->band[i]);
            m->db[t * LU_MEL_BANDS + i] = db;
            loudest = db > loudest ? db : loudest;
        }
    }
    for (size_t i = 0; i < LU_MEL_STEPS * LU_MEL_BANDS; i++) {
        double below = isfinite(loudest) ? (m->db[i] - loudest) / RANGE : -1;
        out[i] = below > -1 ? (float)(1 + below) : 0;
    }
}
