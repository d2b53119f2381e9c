/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small Keras models as .h5 files, written through libhdf5 as Keras writes them, with seeded
 * parameters.
 */
#ifndef LU_TESTS_KERAS_FILES_H
#define LU_TESTS_KERAS_FILES_H

#include "tests/unit/scratch.h"

#include <hdf5.h>

enum { ARRAYS_MOST = 20, LAYERS_MOST = 24 };

typedef struct made_array {
    const char *layer, *name;
    hsize_t dims[4]; /* rank: those that are not 0 */
} made_array;

typedef struct made_model {
    const char *json;
    made_array array[ARRAYS_MOST];
} made_model;

/* The pieces of a config. */
#define LAYER(class, name, config, inputs)                                                         \
    "{\"class_name\": \"" class "\", \"config\": {\"name\": \"" name                               \
                                "\", \"dtype\": \"float32\"" config "}, \"name\": \"" name         \
                                "\", \"inbound_nodes\": [" inputs "]}"
#define FROM(a) "[[\"" a "\", 0, 0, {}]]"
#define BOTH(a, b) "[[\"" a "\", 0, 0, {}], [\"" b "\", 0, 0, {}]]"
#define CONV(name, filters, kernel, stride, padding, activation, inputs)                           \
    LAYER("Conv2D", name,                                                                          \
          ", \"filters\": " filters ", \"kernel_size\": " kernel ", \"strides\": " stride          \
          ", \"padding\": \"" padding                                                              \
          "\", \"data_format\": \"channels_last\", \"dilation_rate\": "                            \
          "[1, 1], \"activation\": \"" activation "\", \"use_bias\": true",                        \
          inputs)
#define NORM(name, scale, inputs)                                                                  \
    LAYER("BatchNormalization", name,                                                              \
          ", \"axis\": [3], \"epsilon\": 0.001, \"center\": true, \"scale\": " scale, inputs)
#define DENSE(name, units, activation, inputs)                                                     \
    LAYER("Dense", name,                                                                           \
          ", \"units\": " units ", \"activation\": \"" activation "\", \"use_bias\": true",        \
          inputs)
#define RELU(name, inputs) LAYER("Activation", name, ", \"activation\": \"relu\"", inputs)
#define INPUT(shape) LAYER("InputLayer", "in", ", \"batch_input_shape\": " shape, "")
#define MODEL(layers)                                                                              \
    "{\"class_name\": \"Model\", \"config\": {\"name\": \"m\", \"layers\": [" layers "]}}"

#define VALID_PAIRS ", \"pool_size\": [2, 2], \"strides\": null, \"padding\": \"valid\""
#define PLAIN_RELU ", \"max_value\": null, \"negative_slope\": 0.0, \"threshold\": 0.0"
/* A layer a line. */
/* clang-format off */
#define BLOCK_LAYERS                                                                               \
    INPUT("[null, 7, 6, 2]") ","                                                                   \
    CONV("first", "4", "[3, 3]", "[2, 2]", "same", "linear", FROM("in")) ","                       \
    NORM("norm", "true", FROM("first")) ","                                                        \
    RELU("relu", FROM("norm")) ","                                                                 \
    CONV("second", "3", "[2, 3]", "[1, 1]", "same", "linear", FROM("relu")) ","                    \
    CONV("side", "3", "[1, 1]", "[1, 1]", "same", "linear", FROM("relu")) ","                      \
    NORM("norm2", "false", FROM("second")) ","                                                     \
    LAYER("Add", "add", "", BOTH("side", "norm2")) ","                                             \
    RELU("relu2", FROM("add")) ","                                                                 \
    LAYER("MaxPooling2D", "pool", VALID_PAIRS, FROM("relu2")) ","                                  \
    LAYER("Flatten", "flat", "", FROM("pool")) ","                                                 \
    LAYER("Dropout", "drop", ", \"rate\": 0.25", FROM("flat")) ","                                 \
    DENSE("fc", "5", "tanh", FROM("drop")) ","                                                     \
    DENSE("out", "3", "linear", FROM("fc")) ","                                                    \
    LAYER("Activation", "prob", ", \"activation\": \"softmax\"", FROM("out"))
#define LIST_LAYERS                                                                                \
    INPUT("[null, 6]") ","                                                                         \
    DENSE("a", "5", "linear", FROM("in")) ","                                                      \
    LAYER("BatchNormalization", "n", ", \"axis\": -1, \"epsilon\": 0.01", FROM("a")) ","           \
    LAYER("ReLU", "r", PLAIN_RELU, FROM("n")) ","                                                  \
    DENSE("b", "4", "linear", FROM("r"))
/* clang-format on */

/* A block with a projection, sides of different parity, both paddings at stride 2, a flattening. */
static const made_model block_model = {MODEL(BLOCK_LAYERS),
                                       {{"first", "kernel:0", {3, 3, 2, 4}},
                                        {"first", "bias:0", {4}},
                                        {"norm", "gamma:0", {4}},
                                        {"norm", "beta:0", {4}},
                                        {"norm", "moving_mean:0", {4}},
                                        {"norm", "moving_variance:0", {4}},
                                        {"second", "kernel:0", {2, 3, 4, 3}},
                                        {"second", "bias:0", {3}},
                                        {"side", "kernel:0", {1, 1, 4, 3}},
                                        {"side", "bias:0", {3}},
                                        {"norm2", "beta:0", {3}},
                                        {"norm2", "moving_mean:0", {3}},
                                        {"norm2", "moving_variance:0", {3}},
                                        {"fc", "kernel:0", {6, 5}},
                                        {"fc", "bias:0", {5}},
                                        {"out", "kernel:0", {5, 3}},
                                        {"out", "bias:0", {3}}}};

/* A list of layers whose first one says the input's shape; softmax inside the last. */
static const made_model chain_model = {
    "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": ["
    "{\"class_name\": \"Conv2D\", \"config\": {\"name\": \"c\", \"batch_input_shape\": "
    "[null, 8, 8, 3], \"filters\": 4, \"kernel_size\": [3, 3], \"strides\": [2, 2], \"padding\": "
    "\"same\", "
    "\"activation\": \"elu\", \"use_bias\": false}}, "
    "{\"class_name\": \"LeakyReLU\", \"config\": {\"name\": \"l\", \"alpha\": "
    "0.10000000149011612}}, "
    "{\"class_name\": \"MaxPooling2D\", \"config\": {\"name\": \"p\", \"pool_size\": [3, 3], "
    "\"strides\": [2, 2], \"padding\": \"same\"}}, "
    "{\"class_name\": \"AveragePooling2D\", \"config\": {\"name\": \"a\", \"pool_size\": [2, 2], "
    "\"strides\": [2, 2], \"padding\": \"valid\"}}, "
    "{\"class_name\": \"Flatten\", \"config\": {\"name\": \"f\"}}, "
    "{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 3, \"activation\": "
    "\"softmax\", \"use_bias\": true}}]}}",
    {{"c", "kernel:0", {3, 3, 3, 4}}, {"d", "kernel:0", {4, 3}}, {"d", "bias:0", {3}}}};

/* No images. */
static const made_model list_model = {MODEL(LIST_LAYERS),
                                      {{"a", "kernel:0", {6, 5}},
                                       {"a", "bias:0", {5}},
                                       {"n", "gamma:0", {5}},
                                       {"n", "beta:0", {5}},
                                       {"n", "moving_mean:0", {5}},
                                       {"n", "moving_variance:0", {5}},
                                       {"b", "kernel:0", {5, 4}},
                                       {"b", "bias:0", {4}}}};

/* --- writing --- */

static inline int rank_of(const made_array *a)
{
    int n = 0;

    while (n < 4 && a->dims[n] != 0) {
        n++;
    }
    return n;
}

static inline void put_array(hid_t group, const made_array *a, lu_rng *rng)
{
    float value[1024];
    hid_t space, set;
    size_t n = 1;

    for (int d = 0; d < rank_of(a); d++) {
        n *= a->dims[d];
    }
    assert_true(n <= 1024);
    for (size_t i = 0; i < n; i++) {
        bool spread = strstr(a->name, "variance") != NULL;
        value[i] = (float)(spread ? 0.01 + lu_rng_uniform(rng) : 0.7 * lu_rng_normal(rng));
    }
    space = H5Screate_simple(rank_of(a), a->dims, NULL);
    set = H5Dcreate2(group, a->name, H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 &&
                H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    H5Dclose(set);
    H5Sclose(space);
}

/* weight_names of the arrays of one layer, as fixed strings. */
static inline void put_names(hid_t group, const made_array *first, size_t n)
{
    enum { WIDE = 40 };
    char names[ARRAYS_MOST][WIDE] = {{0}};
    hsize_t many = n;
    hid_t type = H5Tcopy(H5T_C_S1),
          space = n ? H5Screate_simple(1, &many, NULL) : H5Screate(H5S_NULL);
    hid_t attribute;

    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], WIDE, "inner/%s", first[i].name);
    }
    H5Tset_size(type, WIDE);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    attribute = H5Acreate2(group, "weight_names", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, type, names) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

static inline void put_config(hid_t file, const char *json)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), attribute;

    H5Tset_size(type, H5T_VARIABLE);
    attribute = H5Acreate2(file, "model_config", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0 && H5Awrite(attribute, type, &json) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

/* Arrays of a layer stand one after the other. */
static inline void put_layers(hid_t weights, const made_model *m, lu_rng *rng)
{
    for (size_t i = 0; i < ARRAYS_MOST && m->array[i].layer != NULL;) {
        const made_array *a = &m->array[i];
        hid_t layer = H5Gcreate2(weights, a->layer, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        hid_t inner = H5Gcreate2(layer, "inner", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        size_t n = 0;
        for (; i + n < ARRAYS_MOST && a[n].layer && strcmp(a[n].layer, a->layer) == 0; n++) {
            put_array(inner, &a[n], rng);
        }
        put_names(layer, a, n);
        H5Gclose(inner);
        H5Gclose(layer);
        i += n;
    }
}

/* Writes the file; its path. */
static inline const char *make_h5(const char *name, const made_model *m, uint64_t seed)
{
    const char *path = scratch(name);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), weights;
    lu_rng *rng;

    assert_true(file >= 0);
    assert_ok(lu_rng_new(&rng, seed, "keras", 0));
    put_config(file, m->json);
    weights = H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_layers(weights, m, rng);
    H5Gclose(weights);
    H5Fclose(file);
    lu_rng_free(&rng);
    return path;
}

#endif
