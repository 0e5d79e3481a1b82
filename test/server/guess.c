/* Requests made from the schemas of api/openapi.yaml, as they should be and nearly so, and
 * strings that break into other programs as parameters. Whatever comes: never a 5xx, a failure
 * is always a problem with an id, an answer always one that the contract has. SALLYPORT_SEED
 * draws the same again; SALLYPORT_ROUNDS (usually 12) how many of each operation. */
#include "contract.h"

static uint64_t state_of_dice;
static uint64_t dice(void)
{
    state_of_dice ^= state_of_dice << 13;
    state_of_dice ^= state_of_dice >> 7;
    state_of_dice ^= state_of_dice << 17;
    return state_of_dice;
}
static size_t roll(size_t n) { return n ? (size_t)(dice() % n) : 0; }

static const char *const evil[] = {
    "' OR '1'='1",
    "'; DROP TABLE cases;--",
    "\" OR 1=1 --",
    "1); DELETE FROM events; --",
    "%' AND 1=0 UNION SELECT key FROM meta--",
    "x' || (SELECT group_concat(password) FROM people) || '",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "....//....//etc/shadow",
    "/etc/passwd",
    "file:///etc/passwd",
    "pack.yaml/../../../s.db",
    "%2e%2e%2f",
    "..%c0%af..",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "$(id)",
    "`id`",
    "; id",
    "| id",
    "&& id",
    "\r\nSet-Cookie: a=b",
    "a\nb",
    "a\tb",
    "%s%s%s%n",
    "%99999d",
    "-1",
    "0",
    "99999999999999999999",
    "1e309",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
    "\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80",
    "\xe2\x80\xae"
    "drow",
    "\xef\xbb\xbf"
    "bom",
    "A",
    "C",
    "C0",
    "C000001",
    "C-1",
    "C9223372036854775807",
    "C9223372036854775808",
    "B0000001",
    "B0000001'",
    "us-co-denver-2025-stated",
    "m.ortiz",
    "../m.ortiz",
    "fed-east",
    "1",
    "2025-02-30",
    "2025-13-01T00:00:00Z",
    "0000-00-00",
    "9999-12-31",
    "-1000-01-01",
    "2025-03-03T00:00:00+99:99",
    "LDAP*)(uid=*",
    "a*",
    "%",
    "_",
    "\\",
    "''",
    "--",
};
enum { EVILS = sizeof evil / sizeof *evil };

/* ---- values from schemas ----------------------------------------------------------------- */

static void put_text(struct buf *b, const char *s) { json_write_string(b, str_c(s)); }

static void anything(struct buf *b, int depth)
{
    switch (roll(depth > 3 ? 6 : 8)) {
    case 0: buf_c(b, "null"); return;
    case 1: buf_c(b, roll(2) ? "true" : "false"); return;
    case 2:
        buf_c(b,
              (const char *const[]){"0", "-1", "1e300", "9223372036854775807", "0.5"}[roll(5)]);
        return;
    case 3:
    case 4: put_text(b, evil[roll(EVILS)]); return;
    case 5: put_text(b, ""); return;
    case 6:
        buf_ch(b, '[');
        anything(b, depth + 1);
        buf_ch(b, ']');
        return;
    default:
        buf_c(b, "{\"x\":");
        anything(b, depth + 1);
        buf_ch(b, '}');
    }
}

static size_t oddness; /* one value in so many is not what the schema wants; 0: none */

static void text_value(struct buf *b, const struct json *s)
{
    static const char *const plain[] = {"Larkspur",        "B0000001", "fed-east",
                                        "REF-1",           "x",        "looked at it twice",
                                        "C.R.S. 18-3-206", "m.ortiz"};
    struct str format = json_text(s, "format");
    int64_t least = json_whole(json_get(s, "minLength"), 0),
            most = json_whole(json_get(s, "maxLength"), 100);
    if (str_is(format, "date-time"))
        put_text(b, (const char *const[]){"2025-03-02T10:00:00Z", "2025-03-02T10:00:00.5-07:00",
                                          "2030-01-01T00:00:00Z",
                                          "0001-01-01T00:00:00Z"}[roll(4)]);
    else if (str_is(format, "date"))
        put_text(b, (const char *const[]){"1990-04-02", "2024-02-29", "0001-01-01",
                                          "9999-12-31"}[roll(4)]);
    else if (json_text(s, "pattern").n)
        put_text(b, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    else if (least > 20 || (roll(12) == 0 && most > 0)) {
        size_t n = least > 20 ? (size_t)least : (size_t)most + (oddness && roll(2));
        char *p = arena_alloc(&arena, n + 1);
        memset(p, 'A', n);
        put_text(b, p);
    } else
        put_text(b, roll(3) ? plain[roll(8)] : evil[roll(EVILS)]);
}

static void value(struct buf *b, struct json *schema, int depth)
{
    struct json *s = resolve(schema), *list = json_get(s, "enum"), *any = json_get(s, "anyOf"),
                *type = json_get(s, "type"), *members = json_get(s, "properties");
    if (oddness && roll(oddness) == 0) {
        anything(b, depth);
        return;
    }
    if (json_get(s, "const"))
        json_write(b, json_get(s, "const"));
    else if (json_len(list))
        json_write(b, json_at(list, roll(json_len(list))));
    else if (json_len(any))
        value(b, json_at(any, roll(json_len(any))), depth);
    else if (str_is(json_str(type), "string"))
        text_value(b, s);
    else if (str_is(json_str(type), "boolean"))
        buf_c(b, roll(2) ? "true" : "false");
    else if (str_is(json_str(type), "integer"))
        buf_printf(b, "%lld",
                   (long long)json_whole(json_get(s, "minimum"), 0) + (long long)roll(3));
    else if (str_is(json_str(type), "null"))
        buf_c(b, "null");
    else if (str_is(json_str(type), "array")) {
        int64_t least = json_whole(json_get(s, "minItems"), 0);
        size_t n = (size_t)least + roll(3);
        buf_ch(b, '[');
        for (size_t i = 0; i < n; i++) {
            if (i) buf_ch(b, ',');
            value(b, json_get(s, "items"), depth + 1);
        }
        buf_ch(b, ']');
    } else {
        size_t n = 0;
        struct json *more = json_get(s, "additionalProperties");
        buf_ch(b, '{');
        for (size_t i = 0; i < json_len(members); i++) {
            struct json_member *m = &members->object.members[i];
            bool needed = lists(json_get(s, "required"), str_dupz(&arena, m->key));
            if (needed ? oddness && roll(oddness * 2) == 0 : roll(2)) continue;
            if (n++) buf_ch(b, ',');
            json_write_string(b, m->key);
            buf_ch(b, ':');
            value(b, m->value, depth + 1);
        }
        if (more && more->type == JSON_OBJECT) {
            buf_printf(b, "%s\"policy.dmn\":", n++ ? "," : "");
            value(b, more, depth + 1);
        }
        if (oddness && roll(oddness) == 0) buf_printf(b, "%s\"unknown\":1", n ? "," : "");
        buf_ch(b, '}');
    }
}

/* ---- requests ---------------------------------------------------------------------------- */

static void put_escaped(struct buf *b, const char *s)
{
    for (; *s; s++) {
        if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
            strchr("-._~", *s))
            buf_ch(b, *s);
        else
            buf_printf(b, "%%%02X", (unsigned char)*s);
    }
}

static const char *guessed_path(struct str template)
{
    static const char *const known[][2] = {
        {"{case}", "C000001"}, {"{number}", "B0000001"}, {"{pack}", "us-co-denver-2025-stated"},
        {"{version}", "1"},    {"{agency}", "fed-east"}, {"{name}", "x.fresh"},
        {"{alert}", "1"},      {"{report}", "annual"}};
    struct buf b = buf_in(&arena);
    struct str rest = template, part;
    (void)str_cut(&rest, '/', &part);
    while (str_cut(&rest, '/', &part)) {
        buf_ch(&b, '/');
        const char *value = part.n && part.p[0] == '{' ? evil[roll(EVILS)] : NULL;
        for (size_t i = 0; value && i < sizeof known / sizeof *known; i++)
            if (str_is(part, known[i][0]) && roll(3)) value = known[i][1];
        if (value)
            put_escaped(&b, value);
        else
            buf_str_add(&b, part);
    }
    return buf_z(&b);
}

static const char *guessed_query(const struct json *op)
{
    const struct json *list = json_get(op, "parameters");
    struct buf b = buf_in(&arena);
    for (size_t i = 0; i < json_len(list); i++) {
        struct json *p = resolve(json_at(list, i));
        if (!str_is(json_text(p, "in"), "query") || roll(3) == 0) continue;
        struct json *words = json_get(resolve(json_get(p, "schema")), "enum");
        buf_ch(&b, b.n ? '&' : '?');
        put_escaped(&b, str_dupz(&arena, json_text(p, "name")));
        buf_ch(&b, '=');
        put_escaped(&b, json_len(words) && roll(2)
                            ? str_dupz(&arena, json_str(json_at(words, roll(json_len(words)))))
                            : evil[roll(EVILS)]);
    }
    return b.n ? buf_z(&b) : "";
}

static int sent, taken, refused_of[6];

static void one(int who, const char *method, const char *template, const struct json *op)
{
    struct json *content = json_get(json_get(op, "requestBody"), "content"),
                *json = json_get(json_get(content, "application/json"), "schema"),
                *lines = json_get(json_get(content, "application/x-ndjson"), "schema");
    struct buf b = buf_in(&arena);
    oddness = roll(2) ? 0 : 3 + roll(12);
    if (json) value(&b, json, 0);
    for (size_t n = lines ? roll(6) : 0; n; n--) {
        value(&b, lines, 0);
        buf_ch(&b, '\n');
    }
    if (json && oddness && roll(20) == 0 && b.n) b.n -= 1 + roll(b.n); /* cut short */
    const char *to = arena_printf(&arena, "%s%s", guessed_path(str_c(template)),
                                  guessed_query(op)),
               *body = buf_z(&b);
    char *headers = arena_printf(&arena, "%s%s%s", callers[who].headers,
                                 strcmp(method, "GET") ? key_header() : "",
                                 lines ? "Content-Type: application/x-ndjson\r\n" : "");
    int status = ask(method, arena_printf(&arena, "/api/v1%s", to), headers,
                     strcmp(method, "GET") ? body : NULL);
    const char *bad =
        status >= 500 || status < 200 ? "it fell over" : wrong(method, template, status);
    sent++;
    if (status < 300)
        taken++;
    else
        refused_of[status / 100 < 6 ? status / 100 : 5]++;
    if (bad)
        fail_msg("%s %s as %s with %.1500s: %d: %s: %.600s", method, to, callers[who].word,
                 body, status, bad, body_of());
    if (status >= 400 && !json_text(json_of(), "id").n)
        fail_msg("%s %s: a failure without an id", method, to);
}

static bool left_out(const char *method, const char *template)
{
    static const char *const names[] = {
        "GET /events",
        "GET /session/sso/start",
        "GET /session/sso/callback", /* streams, and what speaks with another machine */
        "DELETE /session",
        "POST /session/password",
        "POST /session/prove", /* ends or locks who asks */
        "POST /session",
        "POST /session/link",
        "POST /session/demo", /* as slow as passwords have to be: below */
        NULL};
    char *name = arena_printf(&arena, "%s %s", method, template);
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

static void nearly_right(void **state)
{
    (void)state;
    const struct json *paths = json_get(document, "paths");
    size_t rounds = getenv("SALLYPORT_ROUNDS") ? (size_t)atoi(getenv("SALLYPORT_ROUNDS")) : 12;
    int operations = 0;
    for (size_t i = 0; i < json_len(paths); i++)
        for (size_t k = 0; k < json_len(paths->object.members[i].value); k++) {
            const struct json_member *m = &paths->object.members[i].value->object.members[k];
            const char *template = str_dupz(&arena, paths->object.members[i].key);
            char method[16] = {0};
            for (size_t c = 0; c < m->key.n && c < 15; c++)
                method[c] = (char)(m->key.p[c] & ~32);
            if (str_is(m->key, "parameters") || left_out(method, template)) continue;
            operations++;
            for (size_t r = 0; r < rounds; r++) {
                int who = (int)roll(CALLERS);
                for (int tries = 0; tries < 50 && !may_call(m->value, &callers[who]); tries++)
                    who = (int)roll(CALLERS);
                one(who, method, template, m->value);
            }
        }
    printf("# operations: %d, requests: %d, taken: %d, answered with a problem: %d\n",
           operations, sent, taken, refused_of[4]);
    assert_true(taken > sent / 20 && refused_of[4] > sent / 20);
}

static void log_on_with_anything(void **state)
{
    (void)state;
    static const char *const paths[] = {"/session", "/session/link"};
    int n = 0;
    for (int i = 0; i < 10; i++, n++) {
        const char *template = paths[i % 2];
        one(NOBODY, "POST", template, operation("POST", template));
    }
    printf("# log-ons and links made up: %d\n", n);
}

/* Every string of the list as every parameter of a path and of a query, once. */
static void strings_that_break_in(void **state)
{
    (void)state;
    static const struct {
        int who;
        const char *template, *path;
    } places[] = {{OFFICER, "/cases/{case}", "/cases/%s"},
                  {OFFICER, "/cases/{case}/trace", "/cases/%s/trace"},
                  {OFFICER, "/cases/{case}/proof.pdf", "/cases/%s/proof.pdf"},
                  {OFFICER, "/cases/{case}/papers/{notice}", "/cases/C000001/papers/%s"},
                  {WINDOW, "/bookings/{number}", "/bookings/%s"},
                  {WINDOW, "/bookings", "/bookings?q=%s"},
                  {WINDOW, "/bookings", "/bookings?number=%s"},
                  {WINDOW, "/bookings", "/bookings?here=true&cursor=%s"},
                  {WINDOW, "/bookings", "/bookings?state_id=%s"},
                  {WINDOW, "/bookings", "/bookings?born=%s"},
                  {OFFICER, "/cases", "/cases?q=%s"},
                  {OFFICER, "/cases", "/cases?agency=%s"},
                  {OFFICER, "/cases", "/cases?booking=%s"},
                  {OFFICER, "/cases", "/cases?cursor=%s"},
                  {OFFICER, "/cases", "/cases?from=%s"},
                  {OWNER, "/packs/{pack}/{version}", "/packs/%s/1"},
                  {OWNER, "/packs/{pack}/{version}", "/packs/us-co-denver-2025-stated/%s"},
                  {OWNER, "/packs/{pack}/{version}/files/{name}",
                   "/packs/us-co-denver-2025-stated/1/files/%s"},
                  {OWNER, "/packs/{pack}/{version}/diff",
                   "/packs/us-co-denver-2025-stated/1/diff?with=%s"},
                  {AUDITOR, "/ledger/events", "/ledger/events?kind=%s"},
                  {AUDITOR, "/ledger/proof", "/ledger/proof?index=%s"},
                  {AUDITOR, "/audit", "/audit?from=%s"},
                  {OFFICER, "/trend", "/trend?baseline=%s"},
                  {ATTORNEY, "/agencies/{agency}", "/agencies/%s"}};
    int n = 0, found = 0;
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (size_t i = 0; i < EVILS; i++, n++) {
            struct buf b = buf_in(&arena);
            const char *mark = strstr(places[p].path, "%s");
            buf_add(&b, places[p].path, (size_t)(mark - places[p].path));
            put_escaped(&b, evil[i]);
            buf_c(&b, mark + 2);
            int status = ask("GET", arena_printf(&arena, "/api/v1%s", buf_z(&b)),
                             callers[places[p].who].headers, NULL);
            const char *bad = status >= 500 || status < 200 ? "it fell over" : NULL;
            bool home =
                status == 400 && strstr(answer, "SRV-0023"); /* the guard: no such path */
            if (!bad && !home && status != 404) bad = wrong("GET", places[p].template, status);
            if (strstr(answer, "root:") || strstr(answer, "$argon2") ||
                strstr(answer, "SQLite format"))
                bad = "it shows what it must not";
            if (bad) fail_msg("GET %s: %d: %s: %.500s", buf_z(&b), status, bad, body_of());
            found += status == 200;
        }
    OK(casework_ledger_verify(casework, (struct progress){0}, &arena, &(struct json *){NULL},
                              &err));
    printf("# strings: %d, places: %zu, requests: %d, of them answered with 200: %d; the "
           "ledger verifies\n",
           (int)EVILS, sizeof places / sizeof *places, n, found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nearly_right),
                                       cmocka_unit_test(log_on_with_anything),
                                       cmocka_unit_test(strings_that_break_in)};
    const char *seed = getenv("SALLYPORT_SEED");
    state_of_dice = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) * 2654435761u;
    printf("# SALLYPORT_SEED=%llu\n", (unsigned long long)state_of_dice);
    state_of_dice = state_of_dice * 2 + 1;
    contract_open();
    assert_true(call(T_BOOKINGS, "PUT", "/bookings/{number}", "/bookings/B0000001",
                     "{\"family\":\"Larkspur\",\"given\":\"Odell\",\"birth_date\":\"1990-04-"
                     "02\",\"booked_at\":\"2025-03-01T08:00:00-07:00\"}") == 200);
    (void)call(OFFICER, "POST", "/requests", "/requests",
               "{\"agency\":\"fed-east\",\"reference\":\"REF-1\",\"form\":\"I-247A\","
               "\"received_at\":\"2025-03-02T10:00:00Z\",\"asks\":[\"notify\"],\"written\":"
               "true,\"signed\":true,\"complete\":true,"
               "\"subject\":{\"booking_number\":\"B0000001\",\"family\":\"Larkspur\",\"given\":"
               "\"Odell\",\"birth_date\":\"1990-04-02\"}}");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    office_close();
    return failed;
}
