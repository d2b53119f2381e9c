/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CASE 1 and UCO 1: https://caseontology.org; spec forensics 2.5. */
#include "sessions/export/uco.h"
#include "sessions/case/json.h"
#include "sessions/export/doc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An @id, "kb:File-2f0c...". */
typedef struct uco_id {
    char text[96];
} uco_id;

typedef struct writer {
    const lu_case *c;
    const lu_result *r;
    const lu_facts *f;
    cJSON *graph;
    cJSON *objects; /* of the investigation: references to all others */
    uco_id person, tool, run;
    lu_err err;
} writer;

/* From the case's first identity and what the thing is. */
static uco_id id_of(writer *w, const char *type, const char *what)
{
    uco_id id = {""};
    lu_sha256 s = {""};
    lu_digest d;

    if (!w->err) {
        w->err = lu_digest_init(&d);
    }
    if (!w->err) {
        lu_digest_text(&d, w->c->created);
        lu_digest_text(&d, w->c->title);
        lu_digest_text(&d, w->r->victim_sha256.hex);
        lu_digest_text(&d, type);
        lu_digest_text(&d, what);
        w->err = lu_digest_finish(&d, &s);
    }
    if (!w->err) { /* version 8 and variant 10 in their places */
        snprintf(id.text, sizeof id.text, "kb:%s-%.8s-%.4s-8%.3s-a%.3s-%.12s", type, s.hex,
                 s.hex + 8, s.hex + 12, s.hex + 15, s.hex + 18);
    }
    return id;
}

static cJSON *reference(uco_id id)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "@id", id.text);
    return json;
}

static cJSON *literal(const char *type, const char *value)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "@type", type);
    cJSON_AddStringToObject(json, "@value", value);
    return json;
}

/* Texts of others must be UTF-8 to be JSON. */
static void add_text(writer *w, cJSON *json, const char *key, const char *text)
{
    lu_buf clear = LU_BUF_INIT;

    if (!w->err) {
        w->err = lu_visible(text, &clear);
    }
    cJSON_AddStringToObject(json, key, clear.data ? (const char *)clear.data : "");
    lu_buf_fini(&clear);
}

static void add_count(cJSON *json, const char *key, size_t n)
{
    char text[32];

    snprintf(text, sizeof text, "%zu", n);
    cJSON_AddItemToObject(json, key, literal("xsd:nonNegativeInteger", text));
}

/* An xsd:double; left out when it was not measured. */
static void add_double(cJSON *json, const char *key, double v)
{
    char text[LU_NUMBER_TEXT];

    if (isfinite(v)) {
        cJSON_AddItemToObject(json, key, literal("xsd:double", lu_json_digits(v, text)));
    }
}

static void add_time(cJSON *json, const char *key, const char *time)
{
    if (time[0] != '\0') {
        cJSON_AddItemToObject(json, key, literal("xsd:dateTime", time));
    }
}

/* A node of the graph; the investigation refers to it. */
static cJSON *node(writer *w, uco_id id, const char *type)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "@id", id.text);
    cJSON_AddStringToObject(json, "@type", type);
    cJSON_AddItemToArray(w->graph, json);
    cJSON_AddItemToArray(w->objects, reference(id));
    return json;
}

/* --- files --- */

static cJSON *facet(writer *w, cJSON *facets, const char *type, const char *what)
{
    const char *colon = strchr(type, ':');
    cJSON *json = cJSON_CreateObject();
    bool ours = strncmp(type, "mlf:", 4) == 0;
    uco_id id = id_of(w, colon + 1, what);

    cJSON_AddStringToObject(json, "@id", id.text);
    if (ours) {
        const char *both[] = {type, "uco-core:Facet"};
        cJSON_AddItemToObject(json, "@type", cJSON_CreateStringArray(both, 2));
    } else {
        cJSON_AddStringToObject(json, "@type", type);
    }
    cJSON_AddItemToArray(facets, json);
    return json;
}

static void add_digest(writer *w, cJSON *hashes, const char *method, const char *hex)
{
    cJSON *json = cJSON_CreateObject();
    char what[LU_TEXT_MAX];
    uco_id id;

    snprintf(what, sizeof what, "%d %s", cJSON_GetArraySize(w->graph), hex);
    id = id_of(w, "Hash", what);
    cJSON_AddStringToObject(json, "@id", id.text);
    cJSON_AddStringToObject(json, "@type", "uco-types:Hash");
    cJSON_AddItemToObject(json, "uco-types:hashMethod",
                          literal("uco-vocabulary:HashNameVocab", method));
    cJSON_AddItemToObject(json, "uco-types:hashValue", literal("xsd:hexBinary", hex));
    cJSON_AddItemToArray(hashes, json);
}

static void add_digests(writer *w, cJSON *hashes, const lu_file *f)
{
    add_digest(w, hashes, "SHA256", f->sha256.hex);
    if (f->sha512.hex[0] != '\0') {
        add_digest(w, hashes, "SHA512", f->sha512.hex);
    }
}

/* Returns the facets, for more. */
static cJSON *add_file(writer *w, const lu_file *f)
{
    const char *slash = strrchr(f->path, '/');
    cJSON *json = node(w, id_of(w, "File", f->path), "uco-observable:File");
    cJSON *facets = cJSON_AddArrayToObject(json, "uco-core:hasFacet");
    cJSON *part = facet(w, facets, "uco-observable:FileFacet", f->path);

    add_text(w, part, "uco-observable:fileName", slash ? slash + 1 : f->path);
    add_text(w, part, "uco-observable:filePath", f->path);
    cJSON_AddBoolToObject(part, "uco-observable:isDirectory", false);
    add_count(part, "uco-observable:sizeInBytes", f->size);
    part = facet(w, facets, "uco-observable:ContentDataFacet", f->path);
    add_count(part, "uco-observable:sizeInBytes", f->size);
    add_digests(w, cJSON_AddArrayToObject(part, "uco-observable:hash"), f);
    return facets;
}

/* --- models and what was found of them --- */

static void add_network(writer *w, cJSON *facets, const lu_item *m)
{
    cJSON *json = facet(w, facets, "mlf:ModelFacet", m->name);

    cJSON_AddStringToObject(json, "mlf:role", lu_role_name(m->role));
    add_text(w, json, "mlf:name", m->name);
    add_count(json, "mlf:layers", m->info.n_layers);
    add_count(json, "mlf:parameters", m->info.parameters);
    add_count(json, "mlf:classes", m->info.classes);
    cJSON_AddItemToObject(json, "mlf:parametersDigest",
                          literal("xsd:hexBinary", m->info.digest.hex));
}

static void add_verdict(writer *w, cJSON *facets, const lu_model_result *m)
{
    cJSON *json = facet(w, facets, "mlf:ComparisonFacet", m->name);
    char key[48];

    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        snprintf(key, sizeof key, "mlf:%s", lu_metrics[k].name);
        add_double(json, key, lu_result_value(m, (lu_metric)k));
        snprintf(key, sizeof key, "mlf:tau_%s", lu_metrics[k].name);
        add_double(json, key, m->judgement.threshold[k].tau);
    }
    add_count(json, "mlf:votes", m->judgement.votes);
    add_count(json, "mlf:votesCast", m->judgement.of);
    cJSON_AddStringToObject(json, "mlf:verdict", lu_verdict_name(m->judgement.verdict));
}

static const lu_model_result *result_of(const lu_result *r, const lu_item *item)
{
    for (size_t i = 0; i < r->models; i++) {
        if (strcmp(r->model[i].name, item->name) == 0) {
            return &r->model[i];
        }
    }
    return NULL;
}

static void add_exhibit(writer *w, size_t i)
{
    const lu_item *m = &w->c->item[i];
    char number[LU_EXHIBIT_MAX];
    cJSON *json =
        node(w, id_of(w, "ProvenanceRecord", m->name), "case-investigation:ProvenanceRecord");
    cJSON *objects;

    cJSON_AddStringToObject(json, "case-investigation:exhibitNumber", lu_exhibit(w->c, i, number));
    add_text(w, json, "uco-core:description", m->origin);
    objects = cJSON_AddArrayToObject(json, "uco-core:object");
    cJSON_AddItemToArray(objects, reference(id_of(w, "File", m->cfg.path)));
    cJSON_AddItemToArray(objects, reference(id_of(w, "File", m->weights.path)));
}

static void add_model(writer *w, size_t i)
{
    const lu_item *m = &w->c->item[i];
    const lu_model_result *found = result_of(w->r, m);
    cJSON *facets;

    add_file(w, &m->cfg);
    facets = add_file(w, &m->weights);
    add_network(w, facets, m);
    if (found != NULL && w->r->reached >= LU_STAGE_JUDGEMENT) {
        add_verdict(w, facets, found);
    }
    add_exhibit(w, i);
}

/* --- people, tool, actions --- */

static void add_person(writer *w)
{
    cJSON *json = node(w, w->person, "uco-identity:Person");

    add_text(w, json, "uco-core:name", w->c->examiner[0] ? w->c->examiner : "not recorded");
}

static cJSON *entry(writer *w, const char *name, const char *value)
{
    cJSON *json = cJSON_CreateObject();
    uco_id id = id_of(w, "ConfigurationEntry", name);

    cJSON_AddStringToObject(json, "@id", id.text);
    cJSON_AddStringToObject(json, "@type", "uco-configuration:ConfigurationEntry");
    cJSON_AddStringToObject(json, "uco-configuration:itemName", name);
    add_text(w, json, "uco-configuration:itemValue", value);
    return json;
}

static void add_tool(writer *w)
{
    cJSON *json = node(w, w->tool, "uco-tool:ConfiguredTool");
    cJSON *configuration = cJSON_CreateObject(), *entries;
    char text[LU_WORD_MAX];

    cJSON_AddStringToObject(json, "uco-core:name", "lineup");
    cJSON_AddStringToObject(json, "uco-tool:toolType", "comparison of neural networks");
    cJSON_AddStringToObject(json, "uco-tool:version", LU_VERSION);
    add_text(w, json, "uco-core:description", w->r->engine);
    cJSON_AddStringToObject(configuration, "@id", id_of(w, "Configuration", "").text);
    cJSON_AddStringToObject(configuration, "@type", "uco-configuration:Configuration");
    entries = cJSON_AddArrayToObject(configuration, "uco-configuration:configurationEntry");
    for (size_t i = 0; i < lu_param_count; i++) {
        lu_params_text(&w->c->params, &lu_param_table[i], text);
        cJSON_AddItemToArray(entries, entry(w, lu_param_table[i].key, text));
    }
    cJSON_AddItemToObject(json, "uco-configuration:usesConfiguration", configuration);
}

static cJSON *add_action(writer *w, uco_id id, const char *name, const char *start, const char *end)
{
    cJSON *json = node(w, id, "case-investigation:InvestigativeAction");

    cJSON_AddStringToObject(json, "uco-core:name", name);
    add_time(json, "uco-action:startTime", start);
    add_time(json, "uco-action:endTime", end);
    cJSON_AddItemToObject(json, "uco-action:performer", reference(w->person));
    cJSON_AddItemToObject(json, "uco-action:instrument", reference(w->tool));
    return json;
}

/* Items come in one after the other. */
static void add_actions(writer *w)
{
    const lu_item *first = w->c->item;
    const char *from = w->c->items ? first->intake.at : w->c->created;
    const char *to = w->c->items ? first[w->c->items - 1].intake.at : "";
    cJSON *intake = add_action(w, id_of(w, "InvestigativeAction", "intake"), "intake", from, to);
    cJSON *run = add_action(w, w->run, "run", "", w->f->story.last);
    cJSON *records = cJSON_AddArrayToObject(intake, "uco-action:result");
    cJSON *objects = cJSON_AddArrayToObject(run, "uco-action:object");

    for (size_t i = 0; i < w->c->items; i++) {
        uco_id id = id_of(w, "ProvenanceRecord", w->c->item[i].name);

        cJSON_AddItemToArray(records, reference(id));
        cJSON_AddItemToArray(objects, reference(id));
    }
}

/* --- the whole --- */

static cJSON *context(void)
{
    static const char *const names[][2] = {
        {"kb", "urn:example:lineup:kb:"}, /* RFC 6963: names nobody has registered */
        {"mlf", "urn:example:lineup:mlf:"},
        {"case-investigation", "https://ontology.caseontology.org/case/investigation/"},
        {"uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"},
        {"uco-configuration", "https://ontology.unifiedcyberontology.org/uco/configuration/"},
        {"uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"},
        {"uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"},
        {"uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"},
        {"uco-tool", "https://ontology.unifiedcyberontology.org/uco/tool/"},
        {"uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"},
        {"uco-vocabulary", "https://ontology.unifiedcyberontology.org/uco/vocabulary/"},
        {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
    cJSON *json = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cJSON_AddStringToObject(json, names[i][0], names[i][1]);
    }
    return json;
}

static void add_investigation(writer *w)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "@id", id_of(w, "Investigation", "").text);
    cJSON_AddStringToObject(json, "@type", "case-investigation:Investigation");
    add_text(w, json, "uco-core:name", w->c->title[0] ? w->c->title : w->r->case_name);
    cJSON_AddStringToObject(json, "case-investigation:focus", "copying of neural networks");
    cJSON_AddStringToObject(json, "mlf:kindOfCase", lu_kind_name(w->c->kind));
    cJSON_AddItemToObject(json, "mlf:journalHead",
                          literal("xsd:hexBinary", w->c->journal_head.hex));
    cJSON_AddItemToObject(json, "uco-core:object", w->objects);
    cJSON_AddItemToArray(w->graph, json);
}

lu_err lu_report_uco(const lu_case *c, const lu_result *r, const lu_facts *f, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject();
    writer w = {.c = c, .r = r, .f = f, .objects = cJSON_CreateArray()};

    cJSON_AddItemToObject(json, "@context", context());
    w.graph = cJSON_AddArrayToObject(json, "@graph");
    w.person = id_of(&w, "Person", "examiner");
    w.tool = id_of(&w, "ConfiguredTool", LU_VERSION);
    w.run = id_of(&w, "InvestigativeAction", "run");
    add_person(&w);
    add_tool(&w);
    for (size_t i = 0; i < c->items; i++) {
        add_model(&w, i);
    }
    for (int s = 0; s < LU_SETS; s++) {
        for (size_t i = 0; i < c->set[s].files; i++) {
            add_file(&w, &c->set[s].file[i]);
        }
    }
    add_actions(&w);
    add_investigation(&w);
    if (w.err) {
        cJSON_Delete(json);
        return w.err;
    }
    return lu_json_print(json, true, out);
}
