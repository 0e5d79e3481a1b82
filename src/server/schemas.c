/* See passage.h: api/openapi.yaml as it was built in, one compiled schema for each name a route speaks of. */
#include "base/map.h"
#include "base/schema.h"
#include "server/embedded.h"
#include "server/passage.h"
#include <stdlib.h>

struct schemas {
    struct arena arena;
    bool built_in; /* the document */
    struct map by_name; /* const struct schema */
};

struct str schemas_text(void)
{
    const struct embedded *f = embedded_find(STR("openapi.json"));
    return f ? f->plain : STR("");
}

static RC load_one(struct schemas *s, struct json *components, const char *name, struct err *e)
{
    const struct schema *compiled;
    struct json *root = json_object(&s->arena);
    if (map_has(&s->by_name, str_c(name)) || !json_get(json_get(components, "schemas"), name)) return RC_OK; /* told when it is asked for */
    json_set(&s->arena, root, "$ref", json_c(&s->arena, arena_printf(&s->arena, "#/components/schemas/%s", name)));
    json_set(&s->arena, root, "components", components);
    TRY(schema_load(&s->arena, root, &compiled, e));
    map_put(&s->by_name, str_c(name), (void *)(uintptr_t)compiled);
    return RC_OK;
}

RC schemas_load(struct schemas **ret, struct err *e)
{
    struct schemas *s = calloc(1, sizeof *s);
    struct json *document = NULL;
    if (!s) abort();
    arena_init(&s->arena, 0);
    s->by_name = map_in(&s->arena);
    enum rc rc = !schemas_text().n ? RC_OK : json_parse(&s->arena, schemas_text(), "api/openapi.yaml", NULL, &document, e);
    for (const struct route *r = routes; rc == RC_OK && document && r->method; r++)
        if (r->body) rc = load_one(s, json_get(document, "components"), r->body, e);
    s->built_in = document != NULL;
    if (rc == RC_OK) *ret = s;
    else schemas_free(s);
    return rc;
}

void schemas_free(struct schemas *s)
{
    if (!s) return;
    arena_done(&s->arena);
    free(s);
}

RC schemas_check(const struct schemas *s, struct arena *a, const char *name, struct json *body, struct err *e)
{
    const struct schema *schema = map_get(&s->by_name, str_c(name));
    if (schema) return schema_check(a, schema, body, "API", e);
    return s->built_in ? FAIL(e, RC_BUG, "SRV-0026", "api/openapi.yaml has no schema %s", name) : RC_OK;
}
