/* Who may do what: every operation of api/openapi.yaml by every role, by every kind of token
 * and by nobody, and the rows of routes.c against the contract: one says nothing that the other
 * does not. */
#include "contract.h"

static const char *const pending[] = {NULL}; /* of the contract and not yet in routes.c */

static bool is_pending(const char *name)
{
    for (int i = 0; pending[i]; i++)
        if (!strcmp(pending[i], name)) return true;
    return false;
}

static const struct route *row_of(const char *method, struct str template)
{
    for (const struct route *r = routes; r->method; r++)
        if (!strcmp(r->method, method) && str_eq(template, str_c(r->path + strlen("/api/v1"))))
            return r;
    return NULL;
}

static unsigned roles_of(const struct json *op)
{
    unsigned bits = 0;
    const struct json *list = json_get(op, "x-roles");
    for (size_t i = 0; i < json_len(list); i++) {
        enum role r;
        assert_true(role_from_word(json_str(json_at(list, i)), &r));
        bits |= r;
    }
    return bits;
}

static unsigned scopes_of(const struct json *op)
{
    static const char *const words[] = {"bookings", "triggers", "requests", "metrics"};
    unsigned bits = 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= lists(json_get(op, "x-scopes"), words[i]) ? 1u << i : 0;
    return bits;
}

static bool has_parameter(struct json *list, const char *ref)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_text(json_at(list, i), "$ref"), ref)) return true;
    return false;
}

struct each {
    int operations, requests, refused, allowed;
};
static void operations(void (*each)(struct each *n, const char *method, struct str template,
                                    struct json *op),
                       struct each *n)
{
    const struct json *paths = json_get(document, "paths");
    for (size_t i = 0; i < json_len(paths); i++)
        for (size_t k = 0; k < json_len(paths->object.members[i].value); k++) {
            const struct json_member *m = &paths->object.members[i].value->object.members[k];
            char method[16] = {0};
            if (str_is(m->key, "parameters")) continue;
            for (size_t c = 0; c < m->key.n && c < 15; c++)
                method[c] = (char)(m->key.p[c] & ~32);
            n->operations++;
            each(n, method, paths->object.members[i].key, m->value);
        }
}

static void same_row(struct each *n, const char *method, struct str template, struct json *op)
{
    char *name = arena_printf(&arena, "%s " STR_FMT, method, STR_ARG(template));
    const struct route *r = row_of(method, template);
    const struct json *content = json_get(json_get(op, "requestBody"), "content"),
                      *json = json_get(json_get(content, "application/json"), "schema");
    (void)n;
    if (is_pending(name)) return;
    if (!r) fail_msg("%s is in the contract and not in routes.c", name);
    if (roles_of(op) != r->roles || scopes_of(op) != r->scopes)
        fail_msg("%s: roles %x, scopes %x in the contract, %x and %x in routes.c", name,
                 roles_of(op), scopes_of(op), r->roles, r->scopes);
    if (json_is_true(json_get(op, "x-step-up")) != !!(r->flags & ROUTE_STEP_UP))
        fail_msg("%s: step-up differs", name);
    if (has_parameter(json_get(op, "parameters"), "#/components/parameters/Key") !=
        !!(r->flags & ROUTE_KEY))
        fail_msg("%s: Idempotency-Key differs", name);
    if ((json_get(content, "application/x-ndjson") != NULL) != !!(r->flags & ROUTE_BULK))
        fail_msg("%s: bulk differs", name);
    struct str ref = json_text(json, "$ref");
    const char *body =
        ref.n ? str_dupz(&arena, str_sub(ref, strlen("#/components/schemas/"), ref.n)) : NULL;
    if (!!body != !!r->body || (body && strcmp(body, r->body)))
        fail_msg("%s: body %s in the contract, %s in routes.c", name, body ? body : "none",
                 r->body ? r->body : "none");
}

static void rows_are_the_contract(void **state)
{
    (void)state;
    struct each n = {0};
    int rows = 0;
    operations(same_row, &n);
    for (const struct route *r = routes; r->method; r++, rows++)
        if (!operation(r->method, r->path + strlen("/api/v1")))
            fail_msg("%s %s is in routes.c and not in the contract", r->method, r->path);
    printf("# operations of the contract: %d, rows of routes.c: %d\n", n.operations, rows);
}

static const char *filled(struct str template)
{
    struct buf b = buf_in(&arena);
    struct str rest = template, part;
    (void)str_cut(&rest, '/', &part);
    while (str_cut(&rest, '/', &part)) {
        buf_ch(&b, '/');
        if (part.n && part.p[0] == '{')
            buf_c(&b, "none-such");
        else
            buf_str_add(&b, part);
    }
    return buf_z(&b);
}

/* Refused callers are told so before anything of the request is looked at; the others get
 * whatever else is wrong with it. */
static void everybody_asks(struct each *n, const char *method, struct str template,
                           struct json *op)
{
    char *name = arena_printf(&arena, "%s " STR_FMT, method, STR_ARG(template));
    if (is_pending(name) || !strcmp(name, "GET /events") || strstr(name, "/session/sso/"))
        return;
    for (int i = 0; i < CALLERS; i++) {
        bool may = may_call(op, &callers[i]), ends = !strcmp(name, "DELETE /session") && may;
        if (ends) continue; /* would end the session that the rest needs */
        char *headers =
            arena_printf(&arena, "%sContent-Type: application/json\r\n", callers[i].headers);
        int status = ask(method, arena_printf(&arena, "/api/v1%s", filled(template)), headers,
                         strcmp(method, "GET") ? "[" : NULL);
        struct str id = status >= 400 ? json_text(json_of(), "id") : STR("");
        bool refused = status == 401 || (status == 403 && str_is(id, "SRV-0011"));
        if (may && str_starts(id, STR("ACCESS-000")) && status == 401)
            refused = false; /* log-on itself */
        if (refused == may || (refused && status != (callers[i].name ? 403 : 401)))
            fail_msg("%s as %s: %d " STR_FMT ", and the contract says that he may%s", name,
                     callers[i].word, status, STR_ARG(id), may ? "" : " not");
        if (status >= 500) fail_msg("%s as %s: %d", name, callers[i].word, status);
        n->requests++;
        *(may ? &n->allowed : &n->refused) += 1;
    }
}

static void every_route_by_every_role(void **state)
{
    (void)state;
    struct each n = {0};
    operations(everybody_asks, &n);
    printf("# operations: %d, requests: %d, refused as the contract says: %d, let in: %d\n",
           n.operations, n.requests, n.refused, n.allowed);
    assert_true(n.refused > 300 && n.allowed > 150);
}

/* What the roles are about, said without the contract, so that a slip in it is seen. */
static void the_roles_mean_something(void **state)
{
    (void)state;
    for (const struct route *r = routes; r->method; r++) {
        const char *path = r->path + strlen("/api/v1");
        bool own = !strncmp(path, "/session", 8), change = strcmp(r->method, "GET") != 0;
        bool case_path = !strncmp(path, "/cases", 6) || !strncmp(path, "/notices", 8) ||
                         !strncmp(path, "/now", 4);
        if (case_path && r->roles & (ROLE_ADMINISTRATOR | ROLE_POLICY_OWNER | ROLE_INTEGRATION))
            fail_msg("%s %s lets somebody in who may read no case", r->method, r->path);
        if (case_path && r->scopes)
            fail_msg("%s %s lets a token see cases", r->method, r->path);
        bool looks = !strncmp(path, "/ledger/", 8) || !strcmp(path, "/whatif");
        if (change && !own && !looks && r->roles & ROLE_AUDITOR)
            fail_msg("%s %s lets the auditor change something", r->method, r->path);
        if (change && r->roles == 0 && !own)
            fail_msg("%s %s lets nobody in particular change something", r->method, r->path);
        if (r->roles & ROLE_INTEGRATION && !own && strncmp(path, "/bookings", 9) &&
            strcmp(path, "/charges") && strcmp(path, "/triggers") &&
            strcmp(path, "/releases") && strcmp(path, "/events"))
            fail_msg("%s %s is open to the bail window", r->method, r->path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_the_contract),
                                       cmocka_unit_test(the_roles_mean_something),
                                       cmocka_unit_test(every_route_by_every_role)};
    contract_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    office_close();
    return failed;
}
