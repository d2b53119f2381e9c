/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Glimpses over the wire: there and back, cut off, absurd, not finite, mutated. */
#include "tests/unit/frames.h"

#include <stddef.h>

enum { SIDE = 6, PIXELS = SIDE * SIDE * 3, REACHES = 5, ROUNDS = 4000 };

static float image[PIXELS], start[PIXELS];
static lu_neuron_reach reach[REACHES];
static lu_glimpse_room room;

static lu_glimpse make(void)
{
    lu_glimpse g = {.method = "neuron",
                    .step = 17,
                    .steps = 1000,
                    .seed = 42,
                    .loss = 0.25,
                    .tried = 70,
                    .kept = 63,
                    .total = 160,
                    .shape = {SIDE, SIDE, 3},
                    .image = image,
                    .start = start,
                    .layer = 2,
                    .neuron = 7,
                    .activation = 1.5,
                    .goal = 2,
                    .width = 16,
                    .reach = reach,
                    .reaches = REACHES};

    for (size_t i = 0; i < PIXELS; i++) {
        start[i] = (float)i / PIXELS;
        image[i] = start[i] + 0.05f;
    }
    for (uint32_t i = 0; i < REACHES; i++) {
        reach[i] = (lu_neuron_reach){3 * i, 0.5 * i, 2 + i};
    }
    return g;
}

static lu_frame frame_of(const lu_glimpse *g)
{
    lu_frame f;

    lu_frame_init(&f, LU_MSG_GLIMPSE, 77);
    lu_put_glimpse(&f, g);
    return through(&f);
}

static lu_err back(const lu_glimpse *g, lu_glimpse *out)
{
    lu_frame f = frame_of(g);
    lu_err err = lu_get_glimpse(&f, out, &room);

    lu_frame_fini(&f);
    return err;
}

static void glimpses_come_back(void **state)
{
    lu_glimpse g = make(), got;

    (void)state;
    assert_ok(back(&g, &got));
    assert_string_equal(got.method, "neuron");
    assert_true(got.step == 17 && got.steps == 1000 && got.seed == 42 && got.loss == 0.25);
    assert_true(got.tried == 70 && got.kept == 63 && got.total == 160);
    assert_true(got.layer == 2 && got.neuron == 7 && got.width == 16);
    assert_true(got.activation == 1.5 && got.goal == 2);
    assert_true(lu_shape_equal(got.shape, g.shape) && lu_glimpse_values(&got) == PIXELS);
    assert_memory_equal(got.image, image, sizeof image);
    assert_memory_equal(got.start, start, sizeof start);
    assert_int_equal(got.reaches, REACHES);
    for (size_t i = 0; i < REACHES; i++) {
        assert_true(got.reach[i].neuron == 3 * i && got.reach[i].highest == 0.5 * (double)i);
        assert_true(got.reach[i].goal == 2 + (double)i);
    }
    g.layer = -1;
    g.reaches = 0;
    assert_ok(back(&g, &got));
    assert_true(got.layer == -1 && got.reaches == 0);
}

/* Too large to be shown, or none: the numbers travel alone. */
static void images_are_bounded(void **state)
{
    lu_glimpse g = make(), got;
    lu_neuron_reach *many = calloc(10 * LU_GLIMPSE_NEURONS, sizeof *many);

    (void)state;
    g.shape = (lu_shape){LU_GLIMPSE_VALUES, 2, 1};
    assert_int_equal(lu_glimpse_values(&g), 0);
    assert_ok(back(&g, &got));
    assert_true(got.image == NULL && got.start == NULL && got.seed == 42);
    g.shape = (lu_shape){SIZE_MAX / 2, SIZE_MAX / 2, 4};
    assert_int_equal(lu_glimpse_values(&g), 0);
    g = make();
    g.start = NULL;
    assert_ok(back(&g, &got));
    assert_true(got.image == NULL && got.start == NULL);
    g.reaches = 10 * LU_GLIMPSE_NEURONS; /* what is kept is cut, not read beyond */
    g.reach = many;
    assert_ok(back(&g, &got));
    assert_int_equal(got.reaches, LU_GLIMPSE_NEURONS);
    lu_glimpse_keep(&g, &room);
    free(many);
}

static const lu_glimpse_mark mark = {.frozen = true,
                                     .epoch = 3,
                                     .epochs = 8,
                                     .mse = 0.25,
                                     .raw = 0.75,
                                     .keys = 2,
                                     .key_of = {{9, 1, 7}, {600, 2, 2}}};

/* An embedding's part comes whole, its keys with their pictures, or is refused. */
static void embeddings_come_back(void **state)
{
    enum { TAIL = 8 * (4 + 9 + 1 + 2 * 3), EPOCH = 16, KEYS = 8 * 13, ANSWER = TAIL - 8 };
    const struct {
        size_t at;
        uint64_t value;
    } row[] = {{0, 2},    {EPOCH, 8},          {EPOCH + 8, 3}, {KEYS, LU_GLIMPSE_KEYS + 1},
               {KEYS, 0}, {ANSWER, INT32_MAX}, {KEYS, 1}};
    lu_glimpse g = make(), got;

    (void)state;
    g.mark = &mark;
    assert_ok(back(&g, &got));
    assert_true(got.mark == &room.mark && got.mark->frozen && !got.mark->twin);
    assert_true(got.mark->epoch == 3 && got.mark->epochs == 8 && got.mark->mse == 0.25);
    assert_true(got.mark->raw == 0.75 && got.mark->keys == 2);
    assert_true(got.mark->key_of[0].cover == 9 && got.mark->key_of[0].answer == 7);
    assert_true(got.mark->key_of[1].cover == 600 && got.mark->key_of[1].expected == 2);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        lu_frame f = frame_of(&g);
        memcpy(f.body.data + f.body.len - TAIL + row[i].at, &row[i].value, sizeof row[i].value);
        if (lu_get_glimpse(&f, &got, &room) != LU_ERR_ENGINE) {
            fail_msg("row %zu was taken", i);
        }
        lu_frame_fini(&f);
    }
    g.image = NULL; /* keys without pictures */
    assert_int_equal(back(&g, &got), LU_ERR_ENGINE);
}

static void numbers_that_are_not_finite_are_unknown(void **state)
{
    lu_glimpse g = make(), got;

    (void)state;
    g.loss = INFINITY;
    g.activation = NAN;
    g.goal = -INFINITY;
    reach[1].highest = NAN;
    reach[2].goal = INFINITY;
    assert_ok(back(&g, &got));
    assert_true(isnan(got.loss) && isnan(got.activation) && isnan(got.goal));
    assert_true(isnan(got.reach[1].highest) && isnan(got.reach[2].goal));
    image[3] = INFINITY;
    start[4] = NAN;
    assert_ok(back(&g, &got));
    assert_true(isnan(got.image[3]) && isnan(got.start[4]) && got.image[4] == image[4]);
}

static void every_cut_is_refused(void **state)
{
    lu_glimpse g = make(), got;
    lu_frame f;
    size_t whole;

    (void)state;
    g.mark = &mark;
    f = frame_of(&g);
    whole = f.body.len;
    for (size_t len = 0; len < whole; len++) {
        f.at = 0;
        f.bad = false;
        f.body.len = len;
        assert_int_equal(lu_get_glimpse(&f, &got, &room), LU_ERR_ENGINE);
        assert_true(got.image == NULL && got.reaches == 0);
    }
    f.at = 0;
    f.bad = false;
    f.body.len = whole;
    assert_ok(lu_get_glimpse(&f, &got, &room));
    lu_frame_fini(&f);
}

/* Sizes that fit nothing; each at its place in the message. */
static void absurd_sizes_are_refused(void **state)
{
    enum { METHOD = 8 + 6, HEAD = METHOD + 14 * 8, COUNT = HEAD - 8 };
    const struct {
        size_t at;
        uint64_t value;
    } row[] = {
        {METHOD, 1001},                           /* step beyond the last */
        {METHOD + 8, (uint64_t)1 << 40},          /* steps */
        {METHOD + 16, UINT64_MAX},                /* seed */
        {METHOD + 32, 161},                       /* more tried than there are */
        {METHOD + 40, 71},                        /* more kept than tried */
        {METHOD + 56, 2},                         /* neither black nor white */
        {METHOD + 64, (uint64_t)1 << 20},         /* layer */
        {METHOD + 72, INT32_MAX},                 /* neuron */
        {METHOD + 96, UINT64_MAX},                /* width */
        {COUNT, LU_GLIMPSE_NEURONS + 1},          /* more neurons than are ever told of */
        {COUNT, UINT64_MAX},                      /* */
        {HEAD, UINT64_MAX},                       /* a neuron's number */
        {HEAD + 24 * REACHES, 0},                 /* a side of 0 with pixels */
        {HEAD + 24 * REACHES, LU_GLIMPSE_VALUES}, /* a shape too large */
        {HEAD + 24 * REACHES + 8, UINT64_MAX},    /* */
        {HEAD + 24 * REACHES + 16, 4},            /* more channels than pixels */
        {HEAD + 24 * REACHES + 24, UINT64_MAX},   /* bytes of the image */
        {0, LU_GLIMPSE_METHOD},                   /* a name too long */
    };
    lu_glimpse g = make(), got;

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        lu_frame f = frame_of(&g);
        memcpy(f.body.data + row[i].at, &row[i].value, sizeof row[i].value); /* little endian */
        if (lu_get_glimpse(&f, &got, &room) != LU_ERR_ENGINE) {
            fail_msg("row %zu was taken", i);
        }
        lu_frame_fini(&f);
    }
}

static void names_are_printable(void **state)
{
    lu_glimpse g = make(), got;

    (void)state;
    snprintf(g.method, sizeof g.method, "p\033[2J\377d");
    assert_ok(back(&g, &got));
    assert_string_equal(got.method, "p?[2J?d");
}

/* Thousands of slightly wrong ones: refused, or fit to be shown. */
static void mutated_glimpses_do_no_harm(void **state)
{
    lu_glimpse g = make(), got;
    size_t taken = 0;
    lu_rng *rng;

    (void)state;
    g.mark = &mark;
    assert_ok(lu_rng_new(&rng, 1, "mutations", 0));
    for (size_t i = 0; i < ROUNDS; i++) {
        lu_frame f = frame_of(&g);
        for (size_t k = 0; k <= lu_rng_below(rng, 3); k++) {
            f.body.data[lu_rng_below(rng, f.body.len)] ^= (uint8_t)(1u << lu_rng_below(rng, 8));
        }
        if (lu_get_glimpse(&f, &got, &room) == LU_OK) {
            taken++;
            assert_true(got.step <= got.steps && got.kept <= got.tried && got.tried <= got.total);
            assert_true(got.reaches <= LU_GLIMPSE_NEURONS);
            assert_true(got.mark == NULL || got.mark->keys <= LU_GLIMPSE_KEYS);
            for (size_t k = 0; k < lu_glimpse_values(&got); k++) {
                assert_false(isinf(got.image[k]) || isinf(got.start[k]));
            }
        }
        lu_frame_fini(&f);
    }
    assert_true(taken > ROUNDS / 10 && taken < ROUNDS);
    lu_rng_free(&rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(glimpses_come_back),          T(images_are_bounded),
        T(every_cut_is_refused),        T(numbers_that_are_not_finite_are_unknown),
        T(absurd_sizes_are_refused),    T(names_are_printable),
        T(mutated_glimpses_do_no_harm), T(embeddings_come_back),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
