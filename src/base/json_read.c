/* Reading JSON with jansson, the only file that sees it: strict, duplicate members refused. */
#include "base/json_read.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct walk {
    void *(*on_value)(void *ctx, void *parent, const struct json_read *);
    void *ctx;
    size_t max_depth;
};

static bool walk(const struct walk *w, json_t *j, const char *key, void *parent, size_t depth)
{
    static const enum json_read_kind kinds[] = {
        [JSON_OBJECT] = JSON_READ_OBJECT, [JSON_ARRAY] = JSON_READ_ARRAY, [JSON_STRING] = JSON_READ_TEXT,
        [JSON_INTEGER] = JSON_READ_WHOLE, [JSON_REAL] = JSON_READ_REAL, [JSON_TRUE] = JSON_READ_TRUE,
        [JSON_FALSE] = JSON_READ_FALSE, [JSON_NULL] = JSON_READ_NULL};
    struct json_read r = {.kind = kinds[json_typeof(j)], .key = key, .key_n = key ? strlen(key) : 0,
                          .text = json_string_value(j), .n = json_string_length(j),
                          .whole = json_integer_value(j), .real = json_real_value(j)};
    if (depth > w->max_depth) return false;
    void *me = w->on_value(w->ctx, parent, &r);
    if (json_is_object(j)) {
        for (void *i = json_object_iter(j); i; i = json_object_iter_next(j, i))
            if (!walk(w, json_object_iter_value(i), json_object_iter_key(i), me, depth + 1)) return false;
    } else if (json_is_array(j)) {
        for (size_t i = 0; i < json_array_size(j); i++)
            if (!walk(w, json_array_get(j, i), NULL, me, depth + 1)) return false;
    }
    return true;
}

bool json_read(const char *p, size_t n, size_t max_depth, void *(*on_value)(void *ctx, void *parent, const struct json_read *),
               void *ctx, struct json_read_error *ret_error)
{
    json_error_t why;
    struct walk w = {on_value, ctx, max_depth};
    *ret_error = (struct json_read_error){0};
    json_t *j = json_loadb(p ? p : "", n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!j) {
        ret_error->line = why.line > 0 ? why.line : 1;
        ret_error->column = why.column > 0 ? why.column : 1;
        ret_error->duplicate = json_error_code(&why) == json_error_duplicate_key;
        snprintf(ret_error->text, sizeof ret_error->text, "%s", why.text);
        return false;
    }
    bool ok = walk(&w, j, NULL, NULL, 0);
    json_decref(j);
    if (!ok) {
        ret_error->too_deep = true;
        snprintf(ret_error->text, sizeof ret_error->text, "nested deeper than %zu", max_depth);
    }
    return ok;
}
