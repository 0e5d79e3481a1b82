/* The real desk against api/openapi.yaml: its routes, a person of each role with a session,
 * tokens of each scope, a client that checks every answer against the schema that the contract
 * has for it. */
#pragma once
#include "office.h"
#include "server/pace.h"
#include "base/map.h"
#include "base/schema.h"
#include "server/embedded.h"
#include <stdatomic.h>
#include <time.h>

struct who {
    const char *word, *name, *headers;
    unsigned role, scope;
};
enum {
    NOBODY,
    OFFICER,
    SUPERVISOR,
    SECOND,
    OWNER,
    ATTORNEY,
    AUDITOR,
    ADMIN,
    WINDOW,
    T_BOOKINGS,
    T_TRIGGERS,
    T_REQUESTS,
    T_METRICS,
    CALLERS
};
static struct who callers[CALLERS] = {
    [NOBODY] = {"nobody", NULL, "", 0, 0},
    [OFFICER] = {"records-officer", "m.ortiz", NULL, ROLE_RECORDS_OFFICER, 0},
    [SUPERVISOR] = {"supervisor", "t.lindgren", NULL, ROLE_SUPERVISOR, 0},
    [SECOND] = {"supervisor", "s.second", NULL, ROLE_SUPERVISOR, 0},
    [OWNER] = {"policy-owner", "p.adeyemi", NULL, ROLE_POLICY_OWNER, 0},
    [ATTORNEY] = {"attorney", "l.counsel", NULL, ROLE_ATTORNEY, 0},
    [AUDITOR] = {"auditor", "a.auditor", NULL, ROLE_AUDITOR, 0},
    [ADMIN] = {"administrator", "admin", NULL, ROLE_ADMINISTRATOR, 0},
    [WINDOW] = {"integration", "bail.window", NULL, ROLE_INTEGRATION, 0},
    [T_BOOKINGS] = {"token bookings", "t-bookings", NULL, 0, SCOPE_BOOKINGS},
    [T_TRIGGERS] = {"token triggers", "t-triggers", NULL, 0, SCOPE_TRIGGERS},
    [T_REQUESTS] = {"token requests", "t-requests", NULL, 0, SCOPE_REQUESTS},
    [T_METRICS] = {"token metrics", "t-metrics", NULL, 0, SCOPE_METRICS},
};
static struct json *document;
static struct arena schemas_arena; /* never freed: expressions inside belong to the C library */
static struct map schemas_seen, answered; /* "GET /cases/{case} 200" → struct schema; → count */

static inline void inline_file(struct json *v, const char *file, const char *name)
{
    if (v->type == JSON_ARRAY)
        for (size_t i = 0; i < json_len(v); i++) inline_file(json_at(v, i), file, name);
    if (v->type != JSON_OBJECT) return;
    for (size_t i = 0; i < json_len(v); i++) {
        struct json_member *m = &v->object.members[i];
        if (str_is(m->key, "$ref") && str_is(json_str(m->value), file))
            m->value = json_c(&arena, arena_printf(&arena, "#/components/schemas/%s", name));
        else
            inline_file(m->value, file, name);
    }
}

static inline void add_file(const char *file, const char *name)
{
    static char text[1 << 16];
    struct json *v = NULL;
    FILE *f =
        fopen(arena_printf(&arena, "%s/api/%s",
                           getenv("SALLYPORT_SOURCE") ? getenv("SALLYPORT_SOURCE") : ".", file),
              "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    OK(json_parse(&arena, str_dup(&arena, str_n(text, n)), file, NULL, &v, &err));
    inline_file(document, file, name);
    json_set(&arena, json_get(json_get(document, "components"), "schemas"), name, v);
}

static inline void sign_in(struct who *w)
{
    struct caller admin = {0}, c = {0};
    struct json *o = json_object(&arena), *sso = json_object(&arena), *told;
    enum access_answer got;
    struct str secret;
    OK(access_caller(access_here, STR("admin"), &arena, &admin, &err));
    json_set(&arena, o, "name", json_c(&arena, w->name));
    json_set(&arena, o, "role", json_c(&arena, w->word));
    json_set(&arena, sso, "issuer", json_c(&arena, "https://sso.example"));
    json_set(&arena, sso, "subject", json_c(&arena, w->name));
    json_set(&arena, o, "sso", sso);
    OK(access_account_set(access_here, &admin, o, &arena, &told, &err));
    OK(access_login_sso(access_here, STR("https://sso.example"), str_c(w->name),
                        STR("127.0.0.1"), &arena, &got, &secret, &c, &err));
    assert_int_equal(got, ACCESS_IN);
    OK(access_acknowledge(access_here, &c, &err));
    w->headers = arena_printf(&arena,
                              "Cookie: __Host-sallyport=" STR_FMT "\r\nX-CSRF-Token: " STR_FMT
                              "\r\nOrigin: http://localhost\r\n",
                              STR_ARG(secret), STR_ARG(c.csrf));
}

/* A clock that is at the next multiple of the pace whenever it is asked: what is said counts
 * here, not when (pace.c tests that). */
static inline int64_t contract_micros(void)
{
    static _Atomic int64_t now;
    return atomic_fetch_add(&now, PACE_US) + PACE_US;
}

static inline void contract_open(void)
{
    static const char *const words[] = {"bookings", "triggers", "requests", "metrics"};
    static char dir[300];
    arena_init(&arena, 0);
    arena_init(&schemas_arena, 0);
    schemas_seen = map_in(&arena);
    answered = map_in(&arena);
    OK(json_parse(&arena, embedded_find(STR("openapi.json"))->plain, "openapi.json", NULL,
                  &document, &err));
    add_file("facts.schema.json", "Facts");
    add_file("decision.schema.json", "Decision");
    casework = world_open(&arena);
    struct access_setup s = {.casework = casework, .clock = world_setup()->clock};
    OK(access_open(&s, &access_here, &err));
    for (int i = OFFICER; i <= WINDOW; i++) sign_in(&callers[i]);
    for (int i = 0; i < 4; i++)
        callers[T_BOOKINGS + i].headers =
            arena_printf(&arena, "Authorization: Bearer %s\r\n",
                         token(callers[T_BOOKINGS + i].name, words[i]));
    snprintf(dir, sizeof dir, "%s", world_database());
    *strrchr(dir, '/') = 0;
    desk_setup = (struct desk_setup){.hosts = hosts,
                                     .casework = *world_setup(),
                                     .spool_dir = dir,
                                     .banner = "Be good.",
                                     .micros = contract_micros,
                                     .health = office_health};
    OK(desk_start(&desk_setup, &desk, &err));
    http_setup = (struct http_setup){.address = "127.0.0.1", .desk = desk, .threads = 2};
    OK(http_start(&http_setup, &http, &err));
}

/* ---- what the contract says -------------------------------------------------------------- */

static inline struct json *resolve(struct json *v)
{
    struct str ref = json_text(v, "$ref");
    return ref.n ? json_pointer(document, str_sub(ref, 1, ref.n)) : v;
}

static inline struct json *operation(const char *method, const char *template)
{
    char *small = arena_strdup(&arena, method);
    for (char *p = small; *p; p++) *p = (char)(*p | 32);
    return json_get(json_get(json_get(document, "paths"), template), small);
}

static inline const struct schema *compiled(struct json *schema, const char *key)
{
    const struct schema *s = map_get(&schemas_seen, str_c(key));
    if (s) return s;
    OK(schema_load_within(&schemas_arena, schema, document, &s, &err));
    map_put(&schemas_seen, str_dup(&arena, str_c(key)), (void *)(uintptr_t)s);
    return s;
}

/* Is the answer that stands in `answer` one that the contract has? Says what is wrong, or
 * NULL. */
static inline const char *wrong(const char *method, const char *template, int status)
{
    char key[200], why[700];
    struct json *responses = json_get(operation(method, template), "responses"),
                *r = json_get(responses, arena_printf(&arena, "%d", status)), *v = NULL;
    const char *type = header_of("Content-Type");
    if (!r && status >= 400) r = json_get(responses, "default");
    if (!r) return arena_printf(&arena, "status %d is not in the contract", status);
    struct json *content = json_get(resolve(r), "content");
    if (!content) return *body_of() ? "a body where the contract has none" : NULL;
    size_t n = strcspn(type, ";");
    struct json *media = json_get_str(content, str_n(type, n));
    if (!media) return arena_printf(&arena, "type '%s' is not in the contract", type);
    if (!strstr(type, "json")) return NULL;
    if (json_parse(&arena, str_dup(&arena, str_c(body_of())), "answer", NULL, &v, &err) !=
        RC_OK)
        return "no JSON";
    snprintf(key, sizeof key, "%s %s %d", method, template, status >= 400 ? 400 : status);
    if (schema_check(&arena, compiled(json_get(media, "schema"), key), v, "ANSWER", &err) ==
        RC_OK)
        return NULL;
    return arena_printf(&arena, "%s in %.300s", err_print(&err, why, sizeof why), body_of());
}

static int keys_used;
static inline const char *key_header(void)
{
    return arena_printf(&arena, "Idempotency-Key: k-%d\r\n", ++keys_used);
}

/* One request; its answer is checked against the contract. template is of the contract, path
 * what is sent behind /api/v1. */
static inline int call(int who, const char *method, const char *template, const char *path,
                       const char *body)
{
    bool ndjson =
        json_get(json_get(json_get(operation(method, template), "requestBody"), "content"),
                 "application/x-ndjson") != NULL;
    char *headers = arena_printf(&arena, "%s%s%s", callers[who].headers,
                                 strcmp(method, "GET") ? key_header() : "",
                                 ndjson ? "Content-Type: application/x-ndjson\r\n" : "");
    int status = ask(method, arena_printf(&arena, "/api/v1%s", path), headers,
                     body                    ? body
                     : strcmp(method, "GET") ? ""
                                             : NULL);
    const char *bad = wrong(method, template, status);
    if (bad) fail_msg("%s %s as %s: %d: %s", method, path, callers[who].word, status, bad);
    if (status < 300) {
        struct str key = str_c(arena_printf(&arena, "%s %s", method, template));
        map_put(&answered, key, (void *)1);
    }
    return status;
}

static inline bool lists(const struct json *list, const char *word)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_str(json_at(list, i)), word)) return true;
    return false;
}

/* May this caller, by the contract? */
static inline bool may_call(const struct json *op, const struct who *w)
{
    const struct json *roles = json_get(op, "x-roles"), *scopes = json_get(op, "x-scopes");
    static const struct {
        unsigned scope;
        const char *word;
    } words[] = {{SCOPE_BOOKINGS, "bookings"},
                 {SCOPE_TRIGGERS, "triggers"},
                 {SCOPE_REQUESTS, "requests"},
                 {SCOPE_METRICS, "metrics"}};
    if (!json_len(roles)) return true;
    if (w->role) return lists(roles, w->word);
    if (!w->scope) return false;
    if (!json_len(scopes)) return lists(roles, "integration");
    for (size_t i = 0; i < 4; i++)
        if (w->scope == words[i].scope) return lists(scopes, words[i].word);
    return false;
}
