/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of recordings: a folder or a tar archive. What is read twice is first only listed:
 *
 *     sources (files, or members of the archive)  ->  catalogue: names, labels, halves, order
 *     ->  the wanted ones, each straight into its place
 */
#include "samples/readers/speech.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    RECORDINGS_MAX = 1000000,
    DEPTH_MAX = 3,
    LABEL_DIGITS = 4,
    TEST_TAKES = 5 /* Free Spoken Digit Dataset: takes 0 to 4 of every speaker are its test set */
};

typedef struct recording {
    char *source;     /* path of the file, or name in the archive; owned */
    const char *name; /* in `source`: below the folder all recordings have in common */
    int32_t label;
    bool test;       /* of the test half */
    lu_sha256 order; /* of the name */
    size_t place;    /* in the set that is made; NOWHERE = not wanted */
} recording;

static const size_t NOWHERE = SIZE_MAX;

typedef struct catalogue {
    const char *path;
    bool archive, folders; /* a folder a class, or LABEL_*.wav */
    bool halves;           /* LABEL_SPEAKER_TAKE.wav all of them */
    size_t n, classes;
    recording *r; /* n, owned */
} catalogue;

static void catalogue_fini(catalogue *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->r[i].source);
    }
    free(c->r);
    *c = (catalogue){0};
}

/* --- sources --- */

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len > n && strcasecmp(text + len - n, end) == 0;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_archive(const char *path)
{
    return (ends_in(path, ".tar") || ends_in(path, ".tar.gz") || ends_in(path, ".tar.xz")) &&
           !is_folder(path);
}

static bool is_wav(const char *path)
{
    return ends_in(path, ".wav");
}

/* Nothing whose path below the set has a part that begins with _ (Speech Commands' noise) or with a
   dot. */
static bool is_hidden(const char *name)
{
    return name[0] == '_' || name[0] == '.' || strstr(name, "/_") || strstr(name, "/.");
}

/* Takes `source` over. */
static lu_err add(catalogue *c, char *source)
{
    recording *r = NULL;

    if (source != NULL && c->n < RECORDINGS_MAX) {
        r = lu_resize(c->r, c->n + 1, sizeof *r);
    }
    if (r == NULL) {
        free(source);
        return c->n < RECORDINGS_MAX
                   ? LU_ERR_MEMORY
                   : lu_fail(LU_ERR_INPUT, "holds more than %d recordings", RECORDINGS_MAX);
    }
    c->r = r;
    r[c->n++] = (recording){.source = source, .name = source, .place = NOWHERE};
    return LU_OK;
}

static lu_err list_folder(catalogue *c, const char *dir, size_t depth)
{
    lu_spec_files files = {0}, folders = {0};
    lu_err err = lu_folder_list(dir, is_wav, &files);
    size_t root = strlen(c->path) + 1;

    for (size_t i = 0; !err && i < files.n; i++) {
        if (!is_hidden(files.path[i] + root)) {
            err = add(c, lu_strdup(files.path[i]));
        }
    }
    if (!err && depth < DEPTH_MAX) {
        err = lu_folder_list(dir, is_folder, &folders);
    }
    for (size_t i = 0; !err && i < folders.n; i++) {
        if (!is_hidden(folders.path[i] + root)) {
            err = list_folder(c, folders.path[i], depth + 1);
        }
    }
    lu_spec_files_fini(&files);
    lu_spec_files_fini(&folders);
    return err;
}

/* What happens with a member's bytes, which it reads or skips; NULL skips. */
typedef lu_err (*member)(void *context, lu_stream *s, const lu_tar_entry *e);

static lu_err walk_members(lu_stream *s, member visit, void *context)
{
    lu_tar_entry e;
    bool more;

    for (;;) {
        LU_TRY(lu_tar_next(s, &e, &more));
        if (!more) {
            return lu_stream_end(s);
        }
        if (!e.folder && is_wav(e.name) && !is_hidden(e.name)) {
            LU_TRY(lu_within(visit(context, s, &e), "%s", e.name));
        } else {
            LU_TRY(lu_stream_skip(s, e.size));
        }
        LU_TRY(lu_stream_skip(s, e.rest));
    }
}

static lu_err walk_archive(const char *path, member visit, void *context)
{
    lu_stream *s;
    lu_err err = lu_stream_new(&s, path, LU_READ_LIMIT);

    if (!err) {
        err = walk_members(s, visit, context);
    }
    lu_stream_free(&s);
    return lu_within(err, "%s", path);
}

static lu_err list_member(void *context, lu_stream *s, const lu_tar_entry *e)
{
    LU_TRY(add(context, lu_strdup(e->name)));
    return lu_stream_skip(s, e->size);
}

static lu_err list_sources(catalogue *c)
{
    if (c->archive) {
        LU_TRY(walk_archive(c->path, list_member, c));
    } else if (is_wav(c->path) && !is_folder(c->path)) {
        LU_TRY(add(c, lu_strdup(c->path)));
    } else {
        LU_TRY(list_folder(c, c->path, 0));
    }
    return c->n ? LU_OK : lu_fail(LU_ERR_INPUT, "no .wav file is there");
}

/* --- names --- */

/* Takes off the folders that all names begin with. */
static void shorten(catalogue *c)
{
    for (;;) {
        const char *first = c->r[0].name, *slash = strchr(first, '/');
        size_t len = slash ? (size_t)(slash + 1 - first) : 0;
        for (size_t i = 1; len > 0 && i < c->n; i++) {
            len = strncmp(c->r[i].name, first, len) == 0 ? len : 0;
        }
        if (len == 0) {
            return;
        }
        for (size_t i = 0; i < c->n; i++) {
            c->r[i].name += len;
        }
    }
}

/* Characters of the label at the front of a name; 0 = there is none. */
static size_t label_length(const catalogue *c, const char *name)
{
    const char *end = strchr(name, c->folders ? '/' : '_');

    return end ? (size_t)(end - name) : 0;
}

static lu_err check_names(catalogue *c)
{
    c->folders = strchr(c->r[0].name, '/') != NULL;
    for (size_t i = 0; i < c->n; i++) {
        const char *name = c->r[i].name, *slash = strchr(name, '/');
        if ((slash != NULL) != c->folders || (slash && strchr(slash + 1, '/'))) {
            return lu_fail(LU_ERR_INPUT,
                           "'%s' and '%s': recordings are LABEL_*.wav or in one folder a class",
                           c->r[0].name, name);
        }
        if (label_length(c, name) == 0) {
            return lu_fail(LU_ERR_INPUT, "'%s' does not begin with a label and '_'", name);
        }
    }
    return LU_OK;
}

/* The take of LABEL_SPEAKER_TAKE.wav. */
static bool take_of(const char *name, size_t *take)
{
    const char *first = strchr(name, '_'), *last = strrchr(name, '_');
    size_t digits = last ? strspn(last + 1, "0123456789") : 0;

    *take = 0;
    if (first == last || digits == 0 || digits > 9 || strcasecmp(last + 1 + digits, ".wav") != 0) {
        return false;
    }
    for (size_t i = 1; i <= digits; i++) {
        *take = *take * 10 + (size_t)(last[i] - '0');
    }
    return true;
}

static void find_halves(catalogue *c)
{
    c->halves = !c->folders;
    for (size_t i = 0; i < c->n; i++) {
        size_t take = 0;
        c->halves = c->halves && take_of(c->r[i].name, &take);
        c->r[i].test = take < TEST_TAKES;
    }
}

/* --- labels --- */

/* All labels whole numbers? They are the classes then. */
static bool number_labels(catalogue *c)
{
    size_t most = 0;

    for (size_t i = 0; i < c->n; i++) {
        size_t len = label_length(c, c->r[i].name), label = 0;
        for (size_t k = 0; k < len; k++) {
            char digit = c->r[i].name[k];
            if (len > LABEL_DIGITS || digit < '0' || digit > '9') {
                return false;
            }
            label = label * 10 + (size_t)(digit - '0');
        }
        c->r[i].label = (int32_t)label;
        most = label > most ? label : most;
    }
    c->classes = most + 1;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Distinct label words, sorted, are classes 0, 1, ... */
static lu_err name_labels(catalogue *c, lu_spec_files *words)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        const char *name = c->r[i].name;
        LU_TRY(lu_files_add(words, lu_format("%.*s", (int)label_length(c, name), name)));
    }
    for (size_t i = 0; i < c->n; i++) {
        c->r[i].label = (int32_t)i;
    }
    qsort(words->path, words->n, sizeof *words->path, by_name);
    for (size_t i = 1; i < words->n; i++) {
        if (strcmp(words->path[n], words->path[i]) != 0) {
            char *word = words->path[++n];
            words->path[n] = words->path[i];
            words->path[i] = word;
        }
    }
    c->classes = n + 1;
    for (size_t i = 0; i < c->n; i++) {
        char word[256], *key = word, **found;
        snprintf(word, sizeof word, "%.*s", (int)label_length(c, c->r[i].name), c->r[i].name);
        found = bsearch(&key, words->path, c->classes, sizeof *words->path, by_name);
        c->r[i].label = found ? (int32_t)(found - words->path) : 0;
    }
    return LU_OK;
}

static lu_err find_labels(catalogue *c)
{
    lu_spec_files words = {0};
    lu_err err = number_labels(c) ? LU_OK : name_labels(c, &words);

    lu_spec_files_fini(&words);
    c->classes = c->classes > 2 ? c->classes : 2;
    if (!err && c->classes > LU_CLASSES_MAX) {
        err = lu_fail(LU_ERR_INPUT, "holds more than %d labels", LU_CLASSES_MAX);
    }
    return err;
}

static lu_err catalogue_fill(catalogue *c)
{
    LU_TRY(list_sources(c));
    shorten(c);
    LU_TRY(check_names(c));
    find_halves(c);
    return find_labels(c);
}

static lu_err catalogue_init(catalogue *c, const char *path)
{
    lu_err err;

    *c = (catalogue){.path = path, .archive = is_archive(path)};
    err = lu_within(catalogue_fill(c), "%s", path);
    if (err) {
        catalogue_fini(c);
    }
    return err;
}

static bool in_part(const catalogue *c, const recording *r, lu_part part)
{
    return !c->halves || r->test == (part == LU_PART_TEST);
}

lu_err lu_wav_list(const char *path, lu_part part, lu_spec_files *files)
{
    catalogue c;
    lu_err err;

    if (is_archive(path)) {
        return lu_files_add(files, lu_strdup(path));
    }
    LU_TRY(catalogue_init(&c, path));
    err = LU_OK;
    for (size_t i = 0; !err && i < c.n; i++) {
        if (in_part(&c, &c.r[i], part)) {
            err = lu_files_add(files, lu_strdup(c.r[i].source));
        }
    }
    catalogue_fini(&c);
    return err;
}

/* --- order: by the digest of the name, so that any slice holds all labels and speakers --- */

static int by_order(const void *a, const void *b)
{
    return strcmp((*(recording *const *)a)->order.hex, (*(recording *const *)b)->order.hex);
}

static lu_err sort_part(recording **row, size_t n, lu_range *range)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_sha256_of(row[i]->name, strlen(row[i]->name), &row[i]->order));
    }
    qsort(row, n, sizeof *row, by_order);
    LU_TRY(lu_range_fit(range, n));
    for (size_t i = range->from; i < range->to; i++) {
        row[i]->place = i - range->from;
    }
    return LU_OK;
}

static lu_err find_places(catalogue *c, lu_part part, lu_range *range)
{
    recording **row;
    size_t n = 0;
    lu_err err;

    LU_TRY(LU_NEW(row, c->n));
    for (size_t i = 0; i < c->n; i++) {
        if (in_part(c, &c->r[i], part)) {
            row[n++] = &c->r[i];
        }
    }
    err = n ? sort_part(row, n, range)
            : lu_fail(LU_ERR_INPUT, "no recording of the %s half (takes %s) is there",
                      part == LU_PART_TEST ? "test" : "training",
                      part == LU_PART_TEST ? "0 to 4" : "5 and on");
    free(row);
    return err;
}

/* --- reading --- */

typedef struct reading {
    const catalogue *c;
    size_t next; /* recording */
    lu_mel *mel; /* of the first one's rate; owned */
    size_t rate;
    lu_samples *out;
} reading;

static lu_err take_sound(reading *k, const recording *r, const lu_sound *s)
{
    if (k->mel == NULL) {
        LU_TRY(lu_mel_new(&k->mel, s->rate));
        k->rate = s->rate;
    }
    if (s->rate != k->rate) {
        return lu_fail(LU_ERR_INPUT, "is at %zu Hz, others are at %zu", s->rate, k->rate);
    }
    lu_mel_make(k->mel, s, k->out->values + r->place * LU_MEL_STEPS * LU_MEL_BANDS);
    k->out->labels[r->place] = r->label;
    return LU_OK;
}

/* The next `size` bytes of the stream are a recording. */
static lu_err take_bytes(reading *k, const recording *r, lu_stream *s, size_t size)
{
    uint8_t *data;
    lu_sound sound;
    lu_err err;

    if (size > LU_WAV_BYTES_MAX) {
        return lu_fail(LU_ERR_INPUT, "is %zu bytes long, the limit is %d", size, LU_WAV_BYTES_MAX);
    }
    LU_TRY(lu_stream_take(s, size, &data));
    err = lu_wav_parse(data, size, &sound);
    free(data);
    LU_TRY(err);
    err = take_sound(k, r, &sound);
    lu_sound_fini(&sound);
    return err;
}

static lu_err take_member(void *context, lu_stream *s, const lu_tar_entry *e)
{
    reading *k = context;
    const recording *r = &k->c->r[k->next];

    if (k->next == k->c->n || strcmp(r->source, e->name) != 0) {
        return lu_fail(LU_ERR_INPUT, "the archive changed while it was read");
    }
    k->next++;
    return r->place == NOWHERE ? lu_stream_skip(s, e->size) : take_bytes(k, r, s, e->size);
}

static lu_err take_file(reading *k, const recording *r)
{
    struct stat st;
    lu_stream *s;

    lu_err err;

    LU_TRY(lu_stream_new(&s, r->source, LU_WAV_BYTES_MAX));
    err = stat(r->source, &st) == 0 ? take_bytes(k, r, s, (size_t)st.st_size)
                                    : lu_fail(LU_ERR_INPUT, "is gone");
    lu_stream_free(&s);
    return err;
}

static lu_err take_all(reading *k)
{
    if (k->c->archive) {
        return walk_archive(k->c->path, take_member, k);
    }
    for (size_t i = 0; i < k->c->n; i++) {
        const recording *r = &k->c->r[i];
        if (r->place != NOWHERE) {
            LU_TRY(lu_within(take_file(k, r), "%s", r->source));
        }
    }
    return LU_OK;
}

static lu_err load(catalogue *c, lu_part part, lu_range range, lu_samples *out)
{
    const lu_shape shape = {LU_MEL_STEPS, LU_MEL_BANDS, 1};
    reading k = {.c = c, .out = out};
    lu_err err;

    LU_TRY(lu_within(find_places(c, part, &range), "%s", c->path));
    LU_TRY(lu_samples_alloc(out, range.to - range.from, shape, c->classes, false));
    err = take_all(&k);
    lu_mel_free(&k.mel);
    if (err) {
        lu_samples_fini(out);
    }
    return err;
}

lu_err lu_wav_load(const char *path, lu_part part, lu_range range, lu_samples *out)
{
    catalogue c;
    lu_err err;

    *out = (lu_samples){0};
    LU_TRY(catalogue_init(&c, path));
    err = load(&c, part, range, out);
    catalogue_fini(&c);
    return err;
}
