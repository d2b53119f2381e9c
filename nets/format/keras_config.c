/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_config: the list of layers and what each takes. */
#include "nets/format/json.h"
#include "nets/format/keras_json.h"

#include <stdio.h>
#include <string.h>

/* --- names --- */

/* They become comments and paths. */
static bool plain_name(const char *name)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    return len > 0 && len < LU_KERAS_NAME && name[len] == '\0' && name[0] != '.';
}

static lu_err take_name(const cJSON *config, lu_keras_model *m, size_t i)
{
    const char *name = cJSON_GetStringValue(lu_keras_item(config, "name"));

    if (name == NULL || !plain_name(name)) {
        return lu_fail(LU_ERR_INPUT, "layer %zu has no name of letters, digits, '.', '_' and '-'",
                       i);
    }
    snprintf(m->layer[i].name, sizeof m->layer[i].name, "%s", name);
    for (size_t k = 0; k < i; k++) {
        if (strcmp(m->layer[k].name, name) == 0) {
            return lu_fail(LU_ERR_INPUT, "layers %zu and %zu are both called %s", k, i, name);
        }
    }
    return LU_OK;
}

static lu_err find_layer(const lu_keras_model *m, size_t i, const char *name, size_t *out)
{
    for (*out = 0; *out < i; ++*out) {
        if (strcmp(m->layer[*out].name, name) == 0) {
            return LU_OK;
        }
    }
    return lu_keras_refuse(&m->layer[i], "what it takes is not a layer before it");
}

/* --- inputs --- */

/* ["name", 0, 0, {}] */
static lu_err take_input(const cJSON *tensor, lu_keras_model *m, size_t i)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(tensor, 0));
    const cJSON *node = cJSON_GetArrayItem(tensor, 1), *index = cJSON_GetArrayItem(tensor, 2);
    const cJSON *words = cJSON_GetArrayItem(tensor, 3);
    lu_keras_layer *l = &m->layer[i];

    if (name == NULL || !cJSON_IsNumber(node) || !cJSON_IsNumber(index)) {
        return lu_keras_refuse(l, "inbound_nodes are not written as Keras 2 writes them");
    }
    if (node->valuedouble != 0 || index->valuedouble != 0 || (words && words->child)) {
        return lu_keras_refuse(l, "it takes a shared layer, or with words of its own");
    }
    LU_TRY(find_layer(m, i, name, &l->input[l->inputs]));
    l->inputs++;
    return LU_OK;
}

/* [[["a", 0, 0, {}], ["b", 0, 0, {}]]] */
static lu_err take_inputs(const cJSON *json, lu_keras_model *m, size_t i)
{
    const cJSON *nodes = lu_keras_item(json, "inbound_nodes"), *tensor;
    lu_keras_layer *l = &m->layer[i];

    if (!cJSON_IsArray(nodes)) {
        return lu_keras_refuse(l, "it has no inbound_nodes");
    }
    if (cJSON_GetArraySize(nodes) != (i > 0)) {
        return lu_keras_refuse(l, i ? "it is used more than once, or takes nothing"
                                    : "the first layer takes something");
    }
    if (i > 0 && !cJSON_IsArray(nodes->child)) {
        return lu_keras_refuse(l, "inbound_nodes are not written as Keras 2 writes them");
    }
    cJSON_ArrayForEach(tensor, cJSON_GetArrayItem(nodes, 0))
    {
        if (l->inputs == LU_KERAS_INPUTS) {
            return lu_keras_refuse(l, "it takes more than %d inputs", LU_KERAS_INPUTS);
        }
        LU_TRY(take_input(tensor, m, i));
    }
    return LU_OK;
}

static lu_err check_inputs(const lu_keras_model *m, size_t i)
{
    const lu_keras_layer *l = &m->layer[i];
    size_t wanted = l->kind == LU_KERAS_INPUT ? 0 : l->kind == LU_KERAS_ADD ? 2 : 1;

    if ((l->kind == LU_KERAS_INPUT) != (i == 0)) {
        return lu_keras_refuse(l, i ? "it is a second input" : "the first layer is not the input");
    }
    return l->inputs == wanted
               ? LU_OK
               : lu_keras_refuse(l, "it takes %zu inputs, not %zu", l->inputs, wanted);
}

/* Every layer is taken by one behind it but the last, which is the output. */
static lu_err count_users(lu_keras_model *m)
{
    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; k < m->layer[i].inputs; k++) {
            lu_keras_layer *of = &m->layer[m->layer[i].input[k]];
            of->users++;
            of->user = i;
        }
    }
    for (size_t i = 0; i + 1 < m->n; i++) {
        if (m->layer[i].users == 0) {
            return lu_keras_refuse(&m->layer[i], "nothing takes it: the model has several outputs");
        }
    }
    return LU_OK;
}

/* --- the two kinds of models --- */

static lu_err add_layer(const cJSON *json, bool chain, lu_keras_model *m)
{
    const cJSON *config = lu_keras_item(json, "config");
    lu_keras_layer *l = &m->layer[m->n];
    size_t i = m->n++;

    LU_TRY(take_name(config, m, i));
    LU_TRY(lu_keras_layer_read(cJSON_GetStringValue(lu_keras_item(json, "class_name")), config, l));
    if (chain) {
        l->inputs = i > 0;
        l->input[0] = i - (i > 0);
    } else {
        LU_TRY(take_inputs(json, m, i));
    }
    return check_inputs(m, i);
}

/* A Sequential model may say its input's shape in the first layer. */
static lu_err add_implied_input(const cJSON *layers, lu_keras_model *m)
{
    const cJSON *first = cJSON_GetArrayItem(layers, 0), *config = lu_keras_item(first, "config");
    const char *class = cJSON_GetStringValue(lu_keras_item(first, "class_name"));

    if (class == NULL || strcmp(class, "InputLayer") == 0) {
        return LU_OK;
    }
    snprintf(m->layer[0].name, sizeof m->layer[0].name, "input");
    m->n = 1;
    return lu_keras_layer_read("InputLayer", config, &m->layer[0]);
}

static lu_err read_layers(const cJSON *layers, bool chain, lu_keras_model *m)
{
    int n = cJSON_GetArraySize(layers);
    const cJSON *json;

    if (!cJSON_IsArray(layers) || n < 2 || n > LU_KERAS_LAYERS) {
        return lu_fail(LU_ERR_INPUT, "there is no list of 2 to %d layers", LU_KERAS_LAYERS);
    }
    LU_TRY(LU_NEW(m->layer, (size_t)n + 1));
    LU_TRY(chain ? add_implied_input(layers, m) : LU_OK);
    cJSON_ArrayForEach(json, layers)
    {
        LU_TRY(add_layer(json, chain, m));
    }
    return count_users(m);
}

static lu_err read_model(const cJSON *json, lu_keras_model *m)
{
    const char *class = cJSON_GetStringValue(lu_keras_item(json, "class_name"));
    const cJSON *config = lu_keras_item(json, "config");
    bool chain = class && strcmp(class, "Sequential") == 0;
    bool graph = class && (strcmp(class, "Model") == 0 || strcmp(class, "Functional") == 0);

    if (!chain && !graph) {
        return lu_fail(LU_ERR_INPUT, "is not that of a Sequential or Functional model");
    }
    return read_layers(cJSON_IsArray(config) ? config : lu_keras_item(config, "layers"), chain, m);
}

lu_err lu_keras_parse(const char *text, size_t len, lu_keras_model *out)
{
    cJSON *json;
    lu_err err = lu_json_parse(text, len, LU_ERR_INPUT, &json);

    *out = (lu_keras_model){0};
    err = err ? err : read_model(json, out);
    cJSON_Delete(json);
    if (err) {
        lu_keras_fini(out);
    }
    return lu_within(err, "model_config");
}

void lu_keras_fini(lu_keras_model *m)
{
    free(m->layer);
    *m = (lu_keras_model){0};
}
