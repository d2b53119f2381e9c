/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to keras_config.c and keras_layer.c: one layer's JSON. */
#ifndef LU_NETS_FORMAT_KERAS_JSON_H
#define LU_NETS_FORMAT_KERAS_JSON_H

#include "nets/format/keras_model.h"

#include <cjson/cJSON.h>

/* A member of an object; NULL when either is not there. */
static inline const cJSON *lu_keras_item(const cJSON *json, const char *key)
{
    return cJSON_IsObject(json) ? cJSON_GetObjectItemCaseSensitive(json, key) : NULL;
}

/* Fills all but name and inputs of a layer of this class. */
lu_err lu_keras_layer_read(const char *class_name, const cJSON *config, lu_keras_layer *l);

#endif
