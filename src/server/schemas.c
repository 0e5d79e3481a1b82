/* See passage.h: api/openapi.yaml as it was built in, one compiled schema for each name a route
 * speaks of. They are kept as long as the process: expressions inside them belong to the C
 * library and have no owner that ends. */
#include "base/map.h"
#include "base/schema.h"
#include "server/embedded.h"
#include "server/passage.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static struct arena arena;
static struct map by_name; /* const struct schema */
static struct json *components;

struct str schemas_text(void)
{
    const struct embedded *f = embedded_find(STR("openapi.json"));
    return f ? f->plain : STR("");
}

static RC load_one(const char *name, struct err *e)
{
    const struct schema *compiled;
    struct json *root = json_object(&arena);
    if (map_has(&by_name, str_c(name)) || !json_get(json_get(components, "schemas"), name))
        return RC_OK; /* told when it is asked for */
    json_set(&arena, root, "$ref",
             json_c(&arena, arena_printf(&arena, "#/components/schemas/%s", name)));
    json_set(&arena, root, "components", components);
    TRY(schema_load(&arena, root, &compiled, e));
    map_put(&by_name, str_c(name), (void *)(uintptr_t)compiled);
    return RC_OK;
}

static RC load_all(const struct route *of, struct str text, struct err *e)
{
    struct json *document = NULL;
    if (!components) {
        arena_init(&arena, 0);
        by_name = map_in(&arena);
        TRY(json_parse(&arena, text, "api/openapi.yaml", NULL, &document, e));
        components = json_get(document, "components");
    }
    for (const struct route *r = of; r->method; r++)
        if (r->body) TRY(load_one(r->body, e));
    return RC_OK;
}

RC schemas_load(const struct route *of, struct str text, struct err *e)
{
    pthread_mutex_lock(&lock);
    enum rc rc = load_all(of, text, e);
    pthread_mutex_unlock(&lock);
    return rc;
}

RC schemas_check(struct arena *a, const char *name, struct json *body, struct err *e)
{
    pthread_mutex_lock(&lock);
    const struct schema *schema = map_get(&by_name, str_c(name));
    pthread_mutex_unlock(&lock);
    return schema ? schema_check(a, schema, body, "API", e)
                  : FAIL(e, RC_BUG, "SRV-0026", "api/openapi.yaml has no schema %s", name);
}
