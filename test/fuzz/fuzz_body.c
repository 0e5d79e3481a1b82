/* Bodies of requests against the schemas of api/openapi.yaml: the first line is the name of
 * one.
 * A body that is taken is taken again when it was written and read, with the same content:
 * what is filled in stays. A refusal names its place and is no fault of the program. */
#include <stdlib.h>
#include "server/passage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str written(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

static const char *body_of(struct str name)
{
    static bool loaded;
    struct err e = {0};
    if (!loaded && schemas_load(routes, schemas_text(), &e) != RC_OK) abort();
    loaded = true;
    for (const struct route *r = routes; r->method; r++)
        if (r->body && str_is(name, r->body)) return r->body;
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct json_limits limits = {.max_bytes = 1 << 20, .max_depth = 32};
    struct arena a = {0};
    struct json *v, *again;
    struct err e = {0};
    struct str rest = str_n((const char *)data, n), first_line;
    const char *name = str_cut(&rest, '\n', &first_line) ? body_of(first_line) : NULL;
    if (name && json_parse(&a, rest, "body", &limits, &v, &e) == RC_OK) {
        enum rc rc = schemas_check(&a, name, v, &e);
        if (rc == RC_BUG || (rc != RC_OK && (!e.id[0] || !e.text[0]))) abort();
        if (rc == RC_OK) {
            struct str first = written(&a, v);
            if (json_parse(&a, first, "again", NULL, &again, &e) != RC_OK ||
                schemas_check(&a, name, again, &e) != RC_OK ||
                !str_eq(first, written(&a, again)))
                abort();
        }
    }
    arena_done(&a);
    return 0;
}
