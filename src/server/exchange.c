/* What handlers call (route.h), and the one place where a failure becomes a problem (RFC 9457).
 * Details of failures that are the caller's own leave; those of the machine are logged under
 * the number of the exchange and do not (SI-11). */
#include "os/log.h"
#include "os/random.h"
#include "server/passage.h"
#include <stdio.h>

struct str exchange_param(const struct exchange *x, const char *name)
{
    struct str path = str_c(x->route->path), part, wanted = str_c(name);
    size_t i = 0;
    while (str_cut(&path, '/', &part)) {
        if (part.n < 2 || part.p[0] != '{') continue;
        if (str_eq(str_sub(part, 1, part.n - 2), wanted))
            return i < x->n_params ? x->params[i] : STR("");
        i++;
    }
    return STR("");
}

struct str exchange_query(const struct exchange *x, const char *name)
{
    for (size_t i = 0; i < x->n_query; i++)
        if (str_is(x->query[i].name, name)) return x->query[i].value;
    return (struct str){NULL, 0};
}

static enum rc bad_query(const char *name, const char *wanted, struct err *e)
{
    (void)FAIL(e, RC_INVALID, "SRV-0022", "?%s= wants %s", name, wanted);
    err_at(e, name, 0, 0);
    return RC_INVALID;
}

RC exchange_query_whole(const struct exchange *x, const char *name, int64_t low, int64_t high,
                        int64_t otherwise, int64_t *ret, struct err *e)
{
    struct str text = exchange_query(x, name);
    *ret = otherwise;
    if (!text.p) return RC_OK;
    if (str_to_i64(text, ret) && *ret >= low && *ret <= high) return RC_OK;
    return bad_query(name,
                     arena_printf(x->arena, "a whole number from %lld to %lld", (long long)low,
                                  (long long)high),
                     e);
}

RC exchange_query_instant(const struct exchange *x, const char *name, instant *ret,
                          struct err *e)
{
    struct str text = exchange_query(x, name);
    int64_t days;
    *ret = INSTANT_NONE;
    if (!text.n) return RC_OK;
    if (instant_parse(text, ret, NULL)) return RC_OK;
    if (!date_parse(text, &days))
        return bad_query(name, "a date or a time with offset (RFC 3339)", e);
    *ret = days * 24 * HOURS(1);
    return RC_OK;
}

RC exchange_cursor(const struct exchange *x, struct str *ret, struct err *e)
{
    struct str text = exchange_query(x, "cursor");
    *ret = STR("");
    if (!text.n) return RC_OK;
    unsigned char *bytes = arena_alloc(x->arena, text.n / 2 + 1);
    if (text.n > 512 || text.n % 2 || !hex_parse(text, bytes, text.n / 2))
        return bad_query("cursor", "what 'next' gave, unchanged", e);
    *ret = str_n((const char *)bytes, text.n / 2);
    return RC_OK;
}

void exchange_next(struct exchange *x, struct json *answer, struct str cursor)
{
    struct buf b = buf_in(x->arena);
    hex_add(&b, cursor);
    json_set(x->arena, answer, "next", json_string(x->arena, buf_str(&b)));
}

RC exchange_line(struct exchange *x, struct arena *a, struct str *ret, int *ret_line,
                 struct err *e)
{
    struct spool *s = x->bulk;
    (void)a;
    if (!s || s->at >= s->n) return RC_NO;
    const char *from = s->map + s->at, *end = memchr(from, '\n', s->n - s->at);
    size_t n = end ? (size_t)(end - from) : s->n - s->at;
    s->at += n + (end != NULL);
    *ret_line = ++s->line;
    if (n && from[n - 1] == '\r') n--;
    if (n > BODY_MAX)
        return FAIL(e, RC_LIMIT, "SRV-0021", "line %d is longer than a MiB", s->line);
    *ret = str_n(from, n);
    return RC_OK;
}

enum rc exchange_answer(struct exchange *x, int status, struct json *v)
{
    x->status = status;
    x->json = v;
    x->type = STR("application/json");
    return RC_OK;
}

enum rc exchange_bytes(struct exchange *x, int status, const char *type, struct str bytes)
{
    x->status = status;
    x->json = NULL;
    x->type = str_c(type);
    x->bytes = bytes;
    return RC_OK;
}

struct str exchange_etag(struct arena *a, struct str bytes)
{
    char hex[HASH_SIZE * 2 + 1];
    return str_c(arena_printf(a, "\"%.32s\"", hash_hex(hash_of(bytes), hex)));
}

RC exchange_if_match(const struct exchange *x, const struct json *now, struct err *e)
{
    struct buf b = buf_in(x->arena);
    if (!x->if_match.n) return RC_OK;
    json_write(&b, now);
    if (guard_tags(x->if_match, exchange_etag(x->arena, buf_str(&b)))) return RC_OK;
    return FAIL(e, RC_CONFLICT, "SRV-0024", "it has changed since you read it; read it again");
}

bool exchange_sees_cases(const struct exchange *x)
{
    return !x->caller.is_token && (x->caller.role & (ROLE_RECORDS_OFFICER | ROLE_SUPERVISOR |
                                                     ROLE_ATTORNEY | ROLE_AUDITOR));
}

/* ---- problems ---------------------------------------------------------------------------- */

static const struct {
    int status;
    const char *phrase;
} phrases[] = {{400, "The request is not right"},
               {401, "Sign in first"},
               {403, "This is not allowed"},
               {404, "There is nothing here"},
               {405, "Not with this method"},
               {409, "It does not fit what is there"},
               {412, "It has changed"},
               {413, "Too large"},
               {415, "Not in this form"},
               {422, "It cannot be done"},
               {423, "Locked"},
               {429, "Too many requests"},
               {500, "Something is wrong here"},
               {503, "Not now"}};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status) return phrases[i].phrase;
    return "The request is not right";
}

static void problem(struct exchange *x, int status, const char *id, const char *text,
                    const char *pointer)
{
    struct arena *a = x->arena;
    struct json *o = json_object(a);
    const char *title = x->setup && x->setup->explain ? x->setup->explain(str_c(id)) : NULL;
    uint64_t number;
    random_bytes(&number, sizeof number);
    const char *instance =
        arena_printf(a, "/problems/%s#%016llx", id, (unsigned long long)number);
    json_set(a, o, "type", json_c(a, arena_printf(a, "/problems/%s", id)));
    json_set(a, o, "title", json_c(a, title ? title : phrase_of(status)));
    json_set(a, o, "status", json_int(a, status));
    json_set(a, o, "detail", json_c(a, text));
    json_set(a, o, "instance", json_c(a, instance));
    json_set(a, o, "id", json_c(a, arena_strdup(a, id)));
    if (pointer && *pointer) json_set(a, o, "pointer", json_c(a, arena_strdup(a, pointer)));
    x->status = status;
    x->json = o;
    x->type = STR("application/problem+json");
    x->etag = x->location = x->filename = x->cache = x->redirect = STR("");
    if (status >= 500)
        log_event(status == 503 ? LEVEL_WARNING : LEVEL_ERROR, "request.failed",
                  log_c("id", id), log_c("instance", instance));
}

enum rc exchange_problem(struct exchange *x, int status, const char *id, const char *text)
{
    problem(x, status, id, text, NULL);
    return RC_OK;
}

/* Where the status of the category is not the one that HTTP has for it. */
static const struct {
    const char *id;
    int status;
} statuses[] = {{"SRV-0010", 401}, {"SRV-0014", 429}, {"SRV-0016", 405}, {"SRV-0018", 422},
                {"SRV-0020", 415}, {"SRV-0024", 412}, {"SRV-0025", 503}, {"REQ-0007", 422}};

static int status_of(const struct err *e)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (str_is(str_c(e->id), statuses[i].id)) return statuses[i].status;
    return rc_http(e->code);
}

void exchange_fail(struct exchange *x, const struct err *e)
{
    int status = status_of(e);
    switch (e->code) {
    case RC_USAGE:
    case RC_INVALID:
    case RC_NOTFOUND:
    case RC_DENIED:
    case RC_CONFLICT:
    case RC_LIMIT:
        problem(x, status, e->id, arena_strdup(x->arena, e->text),
                e->where[0] == '/' ? e->where : NULL);
        return;
    case RC_BUSY:
        x->retry_after = x->retry_after ? x->retry_after : 1;
        problem(x, status, e->id,
                "the service is busy; try again in a moment, nothing was changed", NULL);
        return;
    case RC_OK:
    case RC_NO:
    case RC_IO:
    case RC_BUG:
        log_event(LEVEL_ERROR, "request.error", log_c("id", e->id), log_c("text", e->text),
                  log_c("source", e->source ? e->source : ""), log_int("line", e->source_line));
        problem(x, status < 400 ? 500 : status, e->id[0] ? e->id : "SRV-0026",
                "it was recorded under this number; nothing was changed", NULL);
        if (e->code == RC_IO) x->retry_after = 5;
        return;
    }
}
