/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row per class of layers: how its config is read. Keys without effect on the answers
   (initializers, regularizers, trainable) are not looked at. */
#include "nets/format/keras_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COUNTED(n) (sizeof(n) / sizeof(n)[0])

enum { SIDE_MAX = 4096, UNITS_MAX = 1000000 };

lu_err lu_keras_refuse(const lu_keras_layer *l, const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return lu_fail(LU_ERR_INPUT, "layer %s: %s", l->name, text);
}

/* --- values --- */

static bool whole(const cJSON *json, size_t most, size_t *out)
{
    double v = cJSON_IsNumber(json) ? json->valuedouble : 0;

    *out = v >= 1 && v <= (double)most && v == floor(v) ? (size_t)v : 0;
    return *out > 0;
}

static lu_err take_whole(const lu_keras_layer *l, const cJSON *config, const char *key, size_t most,
                         size_t *out)
{
    return whole(lu_keras_item(config, key), most, out)
               ? LU_OK
               : lu_keras_refuse(l, "%s is not a whole number of 1 to %zu", key, most);
}

/* [rows, columns] */
static lu_err take_pair(const lu_keras_layer *l, const cJSON *config, const char *key,
                        size_t out[2])
{
    const cJSON *pair = lu_keras_item(config, key);

    if (cJSON_GetArraySize(pair) != 2 || !whole(cJSON_GetArrayItem(pair, 0), SIDE_MAX, &out[0]) ||
        !whole(cJSON_GetArrayItem(pair, 1), SIDE_MAX, &out[1])) {
        return lu_keras_refuse(l, "%s is not two whole numbers of 1 to %d", key, SIDE_MAX);
    }
    return LU_OK;
}

/* true where it is missing: Keras' default for all that are read. */
static lu_err take_switch(const lu_keras_layer *l, const cJSON *config, const char *key, bool *out)
{
    const cJSON *json = lu_keras_item(config, key);

    *out = json == NULL || cJSON_IsTrue(json);
    return json == NULL || cJSON_IsBool(json) ? LU_OK
                                              : lu_keras_refuse(l, "%s is not a truth value", key);
}

static lu_err take_number(const lu_keras_layer *l, const cJSON *config, const char *key, double low,
                          double high, double *out)
{
    const cJSON *json = lu_keras_item(config, key);

    *out = cJSON_IsNumber(json) ? json->valuedouble : NAN;
    return *out >= low && *out <= high
               ? LU_OK
               : lu_keras_refuse(l, "%s is not a number of %g to %g", key, low, high);
}

/* Must be this word, or be missing. */
static lu_err want_word(const lu_keras_layer *l, const cJSON *config, const char *key,
                        const char *word)
{
    const cJSON *json = lu_keras_item(config, key);
    const char *text = cJSON_GetStringValue(json);

    return json == NULL || (text && strcmp(text, word) == 0)
               ? LU_OK
               : lu_keras_refuse(l, "%s is not \"%s\"", key, word);
}

/* Must be this number, or be missing or null. */
static lu_err want_number(const lu_keras_layer *l, const cJSON *config, const char *key, double v)
{
    const cJSON *json = lu_keras_item(config, key);

    return json == NULL || cJSON_IsNull(json) || (cJSON_IsNumber(json) && json->valuedouble == v)
               ? LU_OK
               : lu_keras_refuse(l, "%s is not %g", key, v);
}

static lu_err take_activation(const cJSON *config, lu_keras_layer *l)
{
    static const struct {
        const char *name;
        lu_activation activation;
    } known[] = {{"linear", LU_ACT_LINEAR}, {"relu", LU_ACT_RELU}, {"sigmoid", LU_ACT_LOGISTIC},
                 {"tanh", LU_ACT_TANH},     {"elu", LU_ACT_ELU},   {"softmax", LU_ACT_LINEAR}};
    const cJSON *json = lu_keras_item(config, "activation");
    const char *name = json == NULL || cJSON_IsNull(json) ? "linear" : cJSON_GetStringValue(json);

    for (size_t i = 0; name != NULL && i < COUNTED(known); i++) {
        if (strcmp(name, known[i].name) == 0) {
            l->activation = known[i].activation;
            l->softmax = strcmp(name, "softmax") == 0;
            return LU_OK;
        }
    }
    return lu_keras_refuse(l,
                           "its activation is none of linear, relu, sigmoid, tanh, elu, softmax");
}

static lu_err take_padding(const cJSON *config, lu_keras_layer *l)
{
    const char *text = cJSON_GetStringValue(lu_keras_item(config, "padding"));

    l->same = text && strcmp(text, "same") == 0;
    return l->same || (text && strcmp(text, "valid") == 0)
               ? LU_OK
               : lu_keras_refuse(l, "padding is neither \"same\" nor \"valid\"");
}

/* --- classes --- */

/* [null, h, w, c] or [null, n] */
static lu_err read_input(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *shape = lu_keras_item(config, "batch_input_shape");
    int n = cJSON_GetArraySize(shape);
    size_t *side[] = {&l->shape.h, &l->shape.w, &l->shape.c};
    bool fine = (n == 2 || n == 4) && cJSON_IsNull(cJSON_GetArrayItem(shape, 0));

    l->kind = LU_KERAS_INPUT;
    l->shape = (lu_shape){.h = 1, .w = 1, .c = 0};
    for (int i = 1; fine && i < n; i++) {
        fine = whole(cJSON_GetArrayItem(shape, i), n == 2 ? UNITS_MAX : SIDE_MAX,
                     side[n == 2 ? 2 : i - 1]);
    }
    return fine ? LU_OK
                : lu_keras_refuse(l, "batch_input_shape is not [null, height, width, channels] or "
                                     "[null, numbers]");
}

static lu_err read_conv(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *dilation = lu_keras_item(config, "dilation_rate"), *d;

    l->kind = LU_KERAS_CONV;
    cJSON_ArrayForEach(d, dilation)
    {
        if (!cJSON_IsNumber(d) || d->valuedouble != 1) {
            return lu_keras_refuse(l, "dilation_rate is not 1");
        }
    }
    LU_TRY(want_word(l, config, "data_format", "channels_last"));
    LU_TRY(want_number(l, config, "groups", 1));
    LU_TRY(take_whole(l, config, "filters", UNITS_MAX, &l->units));
    LU_TRY(take_pair(l, config, "kernel_size", l->kernel));
    LU_TRY(take_pair(l, config, "strides", l->stride));
    LU_TRY(take_padding(config, l));
    LU_TRY(take_switch(l, config, "use_bias", &l->bias));
    return take_activation(config, l);
}

static lu_err read_dense(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_DENSE;
    LU_TRY(take_whole(l, config, "units", UNITS_MAX, &l->units));
    LU_TRY(take_switch(l, config, "use_bias", &l->bias));
    return take_activation(config, l);
}

static lu_err read_norm(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *axis = lu_keras_item(config, "axis");
    double last = cJSON_IsArray(axis) ? cJSON_GetNumberValue(cJSON_GetArrayItem(axis, 0))
                                      : cJSON_GetNumberValue(axis);

    l->kind = LU_KERAS_NORM;
    if (cJSON_GetArraySize(axis) > 1 || !(last == -1 || last == 1 || last == 3)) {
        return lu_keras_refuse(l, "axis is not the last one");
    }
    l->axis = last > 0 ? (size_t)last : 0;
    LU_TRY(take_switch(l, config, "scale", &l->scale));
    LU_TRY(take_switch(l, config, "center", &l->centre));
    return take_number(l, config, "epsilon", 1e-11, 1, &l->epsilon);
}

static lu_err read_activation(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_ACTIVATION;
    return take_activation(config, l);
}

static lu_err read_relu(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *top = lu_keras_item(config, "max_value");

    l->kind = LU_KERAS_ACTIVATION;
    l->activation = LU_ACT_RELU;
    if (top != NULL && !cJSON_IsNull(top)) {
        return lu_keras_refuse(l, "max_value is given");
    }
    LU_TRY(want_number(l, config, "negative_slope", 0));
    return want_number(l, config, "threshold", 0);
}

/* Darknet's leaky has the slope 0.1. */
static lu_err read_leaky(const cJSON *config, lu_keras_layer *l)
{
    double slope = 0;

    l->kind = LU_KERAS_ACTIVATION;
    l->activation = LU_ACT_LEAKY;
    LU_TRY(take_number(l, config, "alpha", 0, 1, &slope));
    return (float)slope == 0.1f ? LU_OK : lu_keras_refuse(l, "alpha is not 0.1");
}

static lu_err read_softmax(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_ACTIVATION;
    l->softmax = true;
    return want_number(l, config, "axis", -1);
}

static lu_err read_window(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *strides = lu_keras_item(config, "strides");

    LU_TRY(want_word(l, config, "data_format", "channels_last"));
    LU_TRY(take_pair(l, config, "pool_size", l->kernel));
    memcpy(l->stride, l->kernel, sizeof l->stride);
    LU_TRY(cJSON_IsNull(strides) ? LU_OK : take_pair(l, config, "strides", l->stride));
    return take_padding(config, l);
}

static lu_err read_maxpool(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_MAXPOOL;
    return read_window(config, l);
}

static lu_err read_avgpool(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_AVGPOOL;
    return read_window(config, l);
}

static lu_err read_global(const cJSON *config, lu_keras_layer *l)
{
    const cJSON *keep = lu_keras_item(config, "keepdims");

    l->kind = LU_KERAS_AVGPOOL;
    l->whole = true;
    LU_TRY(want_word(l, config, "data_format", "channels_last"));
    return keep == NULL || cJSON_IsBool(keep) ? LU_OK
                                              : lu_keras_refuse(l, "keepdims is not a truth value");
}

static lu_err read_flatten(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_FLATTEN;
    return want_word(l, config, "data_format", "channels_last");
}

static lu_err read_dropout(const cJSON *config, lu_keras_layer *l)
{
    l->kind = LU_KERAS_DROPOUT;
    return take_number(l, config, "rate", 0, 0.999, &l->rate);
}

static lu_err read_add(const cJSON *config, lu_keras_layer *l)
{
    (void)config;
    l->kind = LU_KERAS_ADD;
    return LU_OK;
}

static const struct {
    const char *name;
    lu_err (*read)(const cJSON *config, lu_keras_layer *l);
} classes[] = {{"InputLayer", read_input},
               {"Conv2D", read_conv},
               {"Dense", read_dense},
               {"BatchNormalization", read_norm},
               {"Activation", read_activation},
               {"ReLU", read_relu},
               {"LeakyReLU", read_leaky},
               {"Softmax", read_softmax},
               {"MaxPooling2D", read_maxpool},
               {"AveragePooling2D", read_avgpool},
               {"GlobalAveragePooling2D", read_global},
               {"Flatten", read_flatten},
               {"Dropout", read_dropout},
               {"Add", read_add}};

lu_err lu_keras_layer_read(const char *class_name, const cJSON *config, lu_keras_layer *l)
{
    for (size_t i = 0; class_name != NULL && i < COUNTED(classes); i++) {
        if (strcmp(class_name, classes[i].name) == 0) {
            LU_TRY(want_word(l, config, "dtype", "float32"));
            return classes[i].read(config, l);
        }
    }
    return lu_keras_refuse(l, "%.40s is not a class of layers that is brought over",
                           class_name ? class_name : "nothing");
}
