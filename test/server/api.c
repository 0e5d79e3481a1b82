/* Each route once as it is meant, by who may; every answer is checked against api/openapi.yaml,
 * and at the end nothing of the contract is left that was not answered. And what the bail
 * window must not learn. */
#include "contract.h"
#include "base/hash.h"
#include "base/sign.h"

#define REQUEST(reference, number, family)                                                     \
    "{\"agency\":\"fed-east\",\"reference\":\"" reference                                      \
    "\",\"form\":\"I-247A\",\"received_at\":\"2025-03-02T10:00:00Z\",\"asks\":[\"notify\","    \
    "\"interview\"],\"written\":true,"                                                         \
    "\"signed\":true,\"complete\":true,\"subject\":{\"booking_number\":\"" number              \
    "\",\"family\":\"" family "\",\"given\":\"Odell\",\"birth_date\":\"1990-04-02\"}}"
#define BOOKING(family)                                                                        \
    "{\"state_id\":\"CO-1\",\"family\":\"" family                                              \
    "\",\"given\":\"Odell\",\"birth_date\":\"1990-04-02\",\"sex\":\"M\",\"booked_at\":\"2025-" \
    "03-01T08:00:00-07:00\","                                                                  \
    "\"charges\":[{\"sequence\":1,\"citation\":\"C.R.S. "                                      \
    "18-3-206\",\"charge_text\":\"Menacing\",\"grade\":\"felony\",\"class\":\"F5\",\"stage\":" \
    "\"charged\"}]}"

static struct json *got(void) { return json_of(); }
static struct str member(const char *pointer)
{
    return json_str(json_pointer(got(), str_c(pointer)));
}
static const char *path(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *path(const char *fmt, ...)
{
    static char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return text;
}
static int get(int who, const char *template, const char *of)
{
    return call(who, "GET", template, of, NULL);
}

static void sessions(void **state)
{
    (void)state;
    assert_int_equal(get(NOBODY, "/session/methods", "/session/methods"), 200);
    assert_int_equal(get(OFFICER, "/session", "/session"), 200);
    assert_string_equal(str_dupz(&arena, member("/role")), "records-officer");
    assert_int_equal(get(NOBODY, "/session", "/session"), 204);
    assert_int_equal(get(OFFICER, "/session", "/session"), 200);
    assert_true(json_get(json_of(), "facility") && json_get(json_of(), "idle_seconds"));
    const char *code = enrol("m.ortiz");
    world_pass(SECONDS(31));
    char *body = arena_printf(
        &arena, "{\"name\":\"m.ortiz\",\"password\":\"" PASSWORD "\",\"code\":\"%s\"}", code);
    struct who w = callers[NOBODY];
    w.headers = "Origin: http://localhost\r\n";
    callers[NOBODY] = w;
    int status = call(NOBODY, "POST", "/session", "/session", body);
    assert_true(status == 200 || status == 401); /* the code of half a minute ago */
    if (status == 401) map_put(&answered, STR("POST /session"), (void *)1);
    struct caller admin = {0};
    struct json *told, *o = json_object(&arena);
    struct str secret;
    OK(access_caller(access_here, STR("admin"), &arena, &admin, &err));
    json_set(&arena, o, "name", json_c(&arena, "n.newcomer"));
    json_set(&arena, o, "role", json_c(&arena, "records-officer"));
    OK(access_account_set(access_here, &admin, o, &arena, &told, &err));
    OK(access_link(access_here, &admin, STR("n.newcomer"), &arena, &secret, &err));
    assert_int_equal(call(NOBODY, "POST", "/session/link", "/session/link",
                          arena_printf(&arena,
                                       "{\"secret\":\"" STR_FMT
                                       "\",\"name\":\"n.newcomer\",\"password\":\"eleven blue "
                                       "kites over a quiet harbour\"}",
                                       STR_ARG(secret))),
                     200);
    code = code_of(member("/totp_secret"));
    body = arena_printf(&arena,
                        "{\"name\":\"n.newcomer\",\"password\":\"eleven blue kites over a "
                        "quiet harbour\",\"code\":\"%s\"}",
                        code);
    assert_int_equal(call(NOBODY, "POST", "/session", "/session", body), 200);
    const char *cookie = header_of("Set-Cookie");
    struct who mine = {"records-officer", "n.newcomer", NULL, ROLE_RECORDS_OFFICER, 0};
    mine.headers = arena_printf(
        &arena, "Cookie: %.*s\r\nX-CSRF-Token: " STR_FMT "\r\nOrigin: http://localhost\r\n",
        (int)strcspn(cookie, ";"), cookie, STR_ARG(member("/csrf")));
    struct who kept = callers[NOBODY];
    callers[NOBODY] = mine;
    assert_int_equal(get(NOBODY, "/now", "/now"), 403);
    assert_int_equal(call(NOBODY, "POST", "/session/acknowledge", "/session/acknowledge", NULL),
                     200);
    assert_int_equal(get(NOBODY, "/now", "/now"), 200);
    world_pass(SECONDS(31));
    status =
        call(NOBODY, "POST", "/session/prove", "/session/prove",
             "{\"password\":\"eleven blue kites over a quiet harbour\",\"code\":\"000000\"}");
    assert_int_equal(status, 401);
    map_put(&answered, STR("POST /session/prove"), (void *)1);
    status = call(NOBODY, "POST", "/session/password", "/session/password",
                  "{\"old\":\"eleven blue kites over a quiet harbour\",\"wanted\":\"twelve "
                  "green lamps along the dark canal\"}");
    assert_true(status == 204 || status == 200);
    assert_int_equal(call(NOBODY, "DELETE", "/session", "/session", NULL), 204);
    callers[NOBODY] = kept;
    callers[NOBODY].headers = "";
    sign_in(&callers[OFFICER]); /* the link ended the sessions of before */
}

static void custody(void **state)
{
    (void)state;
    assert_int_equal(call(T_BOOKINGS, "PUT", "/bookings/{number}", "/bookings/B0000001",
                          BOOKING("Larkspur")),
                     200);
    assert_true(json_is_true(json_get(got(), "new")));
    assert_int_equal(call(T_BOOKINGS, "PUT", "/bookings/{number}", "/bookings/B0000001",
                          BOOKING("Larkspur")),
                     200);
    assert_false(json_is_true(json_get(got(), "new")));
    assert_int_equal(
        call(WINDOW, "POST", "/bookings", "/bookings",
             "{\"booking_number\":\"B0000002\",\"family\":\"Quill\",\"given\":\"Odell\","
             "\"birth_date\":\"1990-04-02\",\"booked_at\":\"2025-03-01T09:00:00-07:00\"}\n"
             "not json\n"
             "{\"booking_number\":\"B0000003\",\"family\":\"Larks\",\"given\":\"Ida\",\"birth_"
             "date\":\"1981-12-24\",\"citizenship\":\"x\"}\n"
             "{\"booking_number\":\"B0000004\",\"family\":\"Larkspur\",\"given\":\"Bo\","
             "\"planet\":\"x\"}\n"
             "{\"booking_number\":\"B0000005\",\"family\":\"Wren\",\"given\":\"Odell\",\"birth_"
             "date\":\"1990-04-02\"}\n"),
        200);
    assert_int_equal(json_whole(json_get(got(), "new"), 0), 3);
    assert_int_equal(json_whole(json_get(got(), "dropped"), 0), 1);
    assert_int_equal(json_len(json_get(got(), "refused")), 2);
    assert_int_equal(json_whole(json_pointer(got(), STR("/refused/1/line")), 0), 4);
    assert_int_equal(call(T_BOOKINGS, "POST", "/charges", "/charges",
                          "{\"booking_number\":\"B0000002\",\"sequence\":1,\"citation\":\"C.R."
                          "S. 18-3-206\",\"grade\":\"felony\",\"stage\":\"charged\"}\n"),
                     200);
    assert_int_equal(json_whole(json_get(got(), "new"), 0), 1);
    assert_int_equal(get(OFFICER, "/bookings", "/bookings?q=lark&limit=1"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 1);
    struct str next = member("/next");
    assert_true(next.n > 0);
    assert_int_equal(get(OFFICER, "/bookings",
                         path("/bookings?q=lark&limit=1&cursor=" STR_FMT, STR_ARG(next))),
                     200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 1);
    assert_false(member("/next").n > 0);
    assert_int_equal(get(WINDOW, "/bookings", "/bookings?q=Larkspur,%20Od"), 200);
    assert_string_equal(str_dupz(&arena, member("/bookings/0/booking")), "B0000001");
    assert_int_equal(get(WINDOW, "/bookings", "/bookings?number=B000000"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 4);
    assert_int_equal(get(WINDOW, "/bookings", "/bookings?born=1981-12-24"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 1);
    assert_int_equal(get(WINDOW, "/bookings", "/bookings?here=true&limit=2"), 200);
    assert_int_equal(get(WINDOW, "/bookings", "/bookings?state_id=CO-1"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 1);
    assert_int_equal(get(WINDOW, "/bookings", "/bookings"), 400);
}

static void requests(void **state)
{
    (void)state;
    assert_int_equal(call(OFFICER, "POST", "/requests", "/requests",
                          REQUEST("REF-1", "B0000001", "Larkspur")),
                     200);
    assert_string_equal(str_dupz(&arena, member("/match")), "confirmed");
    assert_string_equal(str_dupz(&arena, member("/case")), "C000001");
    assert_int_equal(call(T_REQUESTS, "POST", "/requests", "/requests",
                          REQUEST("REF-2", "B0000077", "Quill")),
                     200);
    assert_int_equal(json_len(got()), 2);
    assert_int_equal(call(T_REQUESTS, "POST", "/requests", "/requests",
                          "{\"agency\":\"fed-east\",\"reference\":\"REF-9\",\"received_at\":"
                          "\"2025-03-02T10:00:00Z\",\"cancels\":\"NONE-1\"}"),
                     200);
    assert_int_equal(json_len(got()), 2);
    assert_int_equal(get(ATTORNEY, "/cases", "/cases"), 200);
    assert_int_equal(json_len(json_get(got(), "cases")), 2);
    assert_int_equal(get(AUDITOR, "/cases", "/cases?q=REF-&limit=1"), 200);
    struct str next = member("/next");
    assert_true(next.n > 0);
    assert_int_equal(
        get(AUDITOR, "/cases", path("/cases?q=REF-&limit=1&cursor=" STR_FMT, STR_ARG(next))),
        200);
    assert_string_equal(str_dupz(&arena, member("/cases/0/case")), "C000001");
    assert_int_equal(get(OFFICER, "/cases", "/cases?q=larks"), 200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
    assert_int_equal(get(OFFICER, "/cases", "/cases?q=C000002"), 200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
    assert_int_equal(get(OFFICER, "/cases", "/cases?from=2025-03-01&to=2025-03-03&limit=1"),
                     200);
    next = member("/next");
    assert_int_equal(get(OFFICER, "/cases",
                         path("/cases?from=2025-03-01&to=2025-03-03&limit=1&cursor=" STR_FMT,
                              STR_ARG(next))),
                     200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
    assert_int_equal(
        get(OFFICER, "/cases", "/cases?work=true&agency=fed-east&open=true&state=received"),
        200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
    assert_int_equal(get(OFFICER, "/cases/{case}", "/cases/C000001"), 200);
    const char *tag = header_of("ETag");
    assert_int_equal(
        ask("GET", "/api/v1/cases/C000001",
            arena_printf(&arena, "%sIf-None-Match: %s\r\n", callers[OFFICER].headers, tag),
            NULL),
        304);
    assert_int_equal(ask("POST", "/api/v1/cases/C000002/match",
                         arena_printf(&arena, "%s%sIf-Match: \"old\"\r\n",
                                      callers[OFFICER].headers, key_header()),
                         "{\"booking\":\"B0000002\",\"reason\":\"finger prints\"}"),
                     412);
    assert_int_equal(call(OFFICER, "POST", "/cases/{case}/match", "/cases/C000002/match",
                          "{\"booking\":\"B0000002\",\"reason\":\"finger prints\"}"),
                     200);
    assert_string_equal(str_dupz(&arena, member("/match")), "confirmed");
    assert_int_equal(get(OFFICER, "/cases/{case}/events", "/cases/C000001/events?limit=2"),
                     200);
    next = member("/next");
    assert_true(next.n > 0);
    assert_int_equal(get(OFFICER, "/cases/{case}/events",
                         path("/cases/C000001/events?cursor=" STR_FMT, STR_ARG(next))),
                     200);
    assert_int_equal(get(OFFICER, "/cases/{case}/trace", "/cases/C000001/trace"), 200);
    assert_true(json_is_true(json_get(got(), "same")));
    int lit = 0, decided = 0;
    const struct json *v = got(), *tables = json_get(v, "tables");
    for (size_t i = 0; i < json_len(tables); i++)
        for (size_t k = 0; k < json_len(json_get(json_at(tables, i), "rules")); k++) {
            const struct json *r = json_at(json_get(json_at(tables, i), "rules"), k);
            lit += json_is_true(json_get(r, "lit"));
            decided += json_is_true(json_get(r, "decided"));
        }
    assert_true(lit >= 1 && decided >= 1);
    assert_int_equal(get(OFFICER, "/cases/{case}/proof", "/cases/C000001/proof"), 200);
    assert_int_equal(get(OFFICER, "/cases/{case}/proof.pdf", "/cases/C000001/proof.pdf"), 200);
    assert_memory_equal(body_of(), "%PDF", 4);
    assert_int_equal(get(OFFICER, "/cases/{case}", "/cases/C999999"), 404);
}

/* The copy for the person is printed for those who read the case; a notice to the agency is
 * none. */
static void a_paper_for_the_person(void **state)
{
    (void)state;
    assert_int_equal(get(OFFICER, "/cases/{case}", "/cases/C000001"), 200);
    const struct json *notices = json_get(got(), "notices");
    int copies = 0;
    for (size_t i = 0; i < json_len(notices); i++) {
        const struct json *n = json_at(notices, i);
        bool copy = str_is(json_text(n, "kind"), "person copy");
        const char *p = path("/cases/C000001/papers/" STR_FMT, STR_ARG(json_text(n, "notice")));
        assert_int_equal(get(OFFICER, "/cases/{case}/papers/{notice}", p), copy ? 200 : 404);
        if (copy) assert_memory_equal(body_of(), "%PDF", 4);
        copies += copy;
    }
    assert_true(copies > 0);
    assert_int_equal(get(OFFICER, "/cases/{case}/papers/{notice}", "/cases/C000001/papers/x"),
                     404);
    assert_int_equal(get(WINDOW, "/cases/{case}/papers/{notice}", "/cases/C000001/papers/1"),
                     403);
}

static void people_say(void **state)
{
    (void)state;
    assert_int_equal(
        call(
            OFFICER, "POST", "/cases/{case}/documents", "/cases/C000001/documents",
            "{\"document\":{\"kind\":\"judicial warrant\",\"criminal\":true,\"issuer\":\"state "
            "judge\",\"state\":\"active\",\"for_this_person\":true}}"),
        200);
    const struct json *answers = json_get(got(), "answers");
    const char *asked = NULL;
    for (size_t i = 0; i < json_len(answers); i++)
        if (str_is(json_text(json_at(answers, i), "outcome"), "review"))
            asked = str_dupz(&arena, json_text(json_at(answers, i), "ask"));
    assert_non_null(asked);
    assert_int_equal(call(OFFICER, "POST", "/cases/{case}/resolve", "/cases/C000001/resolve",
                          "{\"ask\":\"notify\",\"outcome\":\"decline\",\"reason\":\"x\"}"),
                     403);
    assert_int_equal(call(SUPERVISOR, "POST", "/cases/{case}/resolve", "/cases/C000001/resolve",
                          arena_printf(&arena,
                                       "{\"ask\":\"%s\",\"outcome\":\"decline\",\"reason\":"
                                       "\"the court knows of none\"}",
                                       asked)),
                     200);
    assert_int_equal(call(SUPERVISOR, "POST", "/cases/{case}/override",
                          "/cases/C000002/override",
                          "{\"ask\":\"notify\",\"outcome\":\"decline\",\"reason\":\"charges "
                          "fall tomorrow\"}"),
                     200);
    assert_int_equal(json_len(json_get(got(), "proposals")), 1);
    assert_int_equal(get(SECOND, "/now", "/now"), 200);
    assert_non_null(strstr(body_of(), "proposed by t.lindgren"));
    assert_int_equal(call(SUPERVISOR, "POST", "/cases/{case}/override",
                          "/cases/C000002/override",
                          "{\"ask\":\"notify\",\"outcome\":\"decline\",\"reason\":\"charges "
                          "fall tomorrow\"}"),
                     403);
    problem_is("CASE-0006");
    assert_int_equal(
        call(SECOND, "POST", "/cases/{case}/override", "/cases/C000002/override",
             "{\"ask\":\"notify\",\"outcome\":\"decline\",\"reason\":\"so it is\"}"),
        200);
    assert_int_equal(call(OFFICER, "POST", "/cases/{case}/dispute", "/cases/C000002/dispute",
                          "{\"reason\":\"says it is a cousin\"}"),
                     200);
    assert_true(json_is_true(json_get(got(), "disputed")));
    assert_int_equal(get(OFFICER, "/now", "/now"), 200);
    assert_true(json_len(json_get(got(), "rows")) > 0);
    assert_int_equal(call(SUPERVISOR, "POST", "/cases/{case}/settle", "/cases/C000002/settle",
                          "{\"same_person\":true,\"reason\":\"finger prints\"}"),
                     200);
    const struct json *duties = json_get(got(), "duties");
    if (json_len(duties)) {
        const char *duty = str_dupz(&arena, json_text(json_at(duties, 0), "duty"));
        assert_int_equal(
            call(OFFICER, "POST", "/cases/{case}/duties", "/cases/C000002/duties",
                 arena_printf(&arena, "{\"duty\":\"%s\",\"how\":\"handed over\"}", duty)),
            200);
    } else {
        assert_int_equal(call(OFFICER, "POST", "/cases/{case}/duties", "/cases/C000002/duties",
                              "{\"duty\":\"none\",\"how\":\"handed over\"}"),
                         404);
        map_put(&answered, STR("POST /cases/{case}/duties"),
                (void *)1); /* the pack in force owes none */
    }
}

static void leaving(void **state)
{
    (void)state;
    assert_int_equal(
        call(OFFICER, "POST", "/requests", "/requests", REQUEST("REF-5", "B0000005", "Wren")),
        200);
    if (!str_is(member("/match"), "confirmed")) fail_msg("%s", body_of());
    assert_int_equal(call(OFFICER, "POST", "/bookings/{number}/triggers",
                          "/bookings/B0000005/triggers", "{\"kind\":\"bond posted\"}"),
                     200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
    assert_int_equal(get(OFFICER, "/now", "/now"), 200);
    assert_string_equal(str_dupz(&arena, member("/rows/0/urgency")), "now");
    assert_int_equal(call(T_TRIGGERS, "POST", "/bookings/{number}/triggers/undo",
                          "/bookings/B0000005/triggers/undo", "{\"reason\":\"bond revoked\"}"),
                     200);
    assert_null(json_get(got(), "cases"));
    assert_int_equal(call(OFFICER, "POST", "/bookings/{number}/releases",
                          "/bookings/B0000005/releases", "{\"kind\":\"released\"}"),
                     200);
    assert_int_equal(
        call(T_TRIGGERS, "POST", "/triggers", "/triggers",
             "{\"booking_number\":\"B0000001\",\"trigger_kind\":\"release "
             "order\"}\n{\"booking_number\":\"B0000001\",\"trigger_kind\":\"perhaps\"}\n"),
        200);
    assert_int_equal(json_whole(json_get(got(), "new"), 0), 1);
    assert_int_equal(json_len(json_get(got(), "refused")), 1);
    assert_int_equal(call(T_TRIGGERS, "POST", "/releases", "/releases",
                          "{\"booking_number\":\"B0000003\",\"release_kind\":\"released\"}\n"),
                     200);
    assert_int_equal(get(OFFICER, "/notices", "/notices?limit=1"), 200);
    assert_int_equal(get(OFFICER, "/notices", "/notices?open=true"), 200);
    assert_int_equal(get(OFFICER, "/alerts", "/alerts"), 200);
    assert_true(json_len(json_get(got(), "alerts")) > 0);
    struct str alert = member("/alerts/0/alert");
    assert_int_equal(get(OWNER, "/alerts", "/alerts"), 200);
    assert_int_equal(json_len(json_get(got(), "alerts")), 0);
    assert_int_equal(call(OFFICER, "POST", "/alerts/{alert}/close",
                          path("/alerts/" STR_FMT "/close", STR_ARG(alert)),
                          "{\"reason\":\"looked\"}"),
                     200);
    assert_int_equal(get(OFFICER, "/bookings/{number}", "/bookings/B0000001"), 200);
    assert_int_equal(json_len(json_get(got(), "cases")), 1);
}

/* Two bookings that differ only in that an agency asked about one of them. */
static void window_learns_nothing(void **state)
{
    (void)state;
    static const char *const asks[][2] = {{"GET", ""},
                                          {"POST", "/triggers"},
                                          {"POST", "/triggers/undo"},
                                          {"POST", "/triggers"},
                                          {"POST", "/releases"}};
    static const char *const bodies[] = {
        NULL, "{\"kind\":\"bond posted\"}", "{\"reason\":\"revoked\"}",
        "{\"kind\":\"release order\"}", "{\"kind\":\"released\"}"};
    static const int who[] = {WINDOW, T_TRIGGERS};
    for (int w = 0; w < 2; w++) {
        static const char *const numbers[2][2] = {{"X0000001", "X0000002"},
                                                  {"Y0000001", "Y0000002"}};
        for (int i = 0; i < 2; i++)
            assert_int_equal(call(T_BOOKINGS, "PUT", "/bookings/{number}",
                                  path("/bookings/%s", numbers[w][i]), BOOKING("Finch")),
                             200);
        char *request =
            arena_printf(&arena, REQUEST("REF-W%d", "%s", "Finch"), w, numbers[w][0]);
        assert_int_equal(call(OFFICER, "POST", "/requests", "/requests", request), 200);
        for (size_t k = 0; k < sizeof asks / sizeof *asks; k++) {
            char *said[2];
            for (int i = 0; i < 2; i++) {
                char *to = arena_printf(&arena, "/bookings/%s%s", numbers[w][i], asks[k][1]);
                assert_int_equal(call(who[w], asks[k][0],
                                      arena_printf(&arena, "/bookings/{number}%s", asks[k][1]),
                                      to, bodies[k]),
                                 200);
                said[i] = arena_strdup(&arena, body_of());
                for (char *p; (p = strstr(said[i], numbers[w][i]));) memset(p, '#', 8);
            }
            assert_string_equal(said[0], said[1]);
        }
    }
}

static void agencies(void **state)
{
    (void)state;
    assert_int_equal(get(ADMIN, "/agencies", "/agencies"), 200);
    assert_int_equal(
        call(SUPERVISOR, "PUT", "/agencies/{agency}", "/agencies/fed-north",
             "{\"name\":\"Field Office North\",\"kind\":\"federal "
             "immigration\",\"addresses\":[{\"channel\":\"webhook\",\"address\":\"https://"
             "north.example/hook\",\"verified_by\":"
             "\"t.lindgren\",\"verified_on\":\"2025-02-01\",\"secret\":\"s3cr3t\"}]}"),
        200);
    assert_null(strstr(body_of(), "s3cr3t"));
    assert_int_equal(get(ATTORNEY, "/agencies/{agency}", "/agencies/fed-north"), 200);
    assert_null(strstr(body_of(), "s3cr3t"));
    assert_int_equal(get(ATTORNEY, "/agencies/{agency}", "/agencies/none"), 404);
}

static void packs(void **state)
{
    (void)state;
    static const char *const names[] = {"pack.yaml", "policy.dmn", "offences.csv",
                                        "sources.md"};
    struct json *files = json_object(&arena), *body = json_object(&arena);
    struct buf b = buf_in(&arena);
    assert_int_equal(get(ADMIN, "/packs", "/packs"), 200);
    struct str version = str_dup(&arena, member("/packs/0/version"));
    assert_int_equal(get(AUDITOR, "/packs/{pack}/{version}",
                         path("/packs/us-co-denver-2025-stated/" STR_FMT, STR_ARG(version))),
                     200);
    assert_true(json_len(json_get(got(), "tables")) > 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(get(OWNER, "/packs/{pack}/{version}/files/{name}",
                             path("/packs/us-co-denver-2025-stated/" STR_FMT "/files/%s",
                                  STR_ARG(version), names[i])),
                         200);
        struct str text = str_dup(&arena, str_c(body_of()));
        if (i == 0) {
            ptrdiff_t at = str_find(text, STR("\nversion: "));
            ptrdiff_t end = str_find(str_sub(text, (size_t)at + 1, text.n), STR("\n"));
            text = str_c(arena_printf(&arena, "%.*sversion: \"test-2\"" STR_FMT, (int)at + 1,
                                      text.p,
                                      STR_ARG(str_sub(text, (size_t)(at + 1 + end), text.n))));
        }
        if (i == 1) { /* a citation is another one */
            ptrdiff_t at = str_find(text, STR("Unknown is never yes, and never a silent no."));
            assert_true(at > 0);
            text = str_c(arena_printf(&arena, "%.*sNot known is never yes." STR_FMT, (int)at,
                                      text.p, STR_ARG(str_sub(text, (size_t)at + 44, text.n))));
        }
        json_set(&arena, files, names[i], json_string(&arena, text));
    }
    json_set(&arena, body, "files", files);
    json_write(&b, body);
    assert_int_equal(call(OWNER, "POST", "/packs", "/packs", buf_z(&b)), 201);
    assert_int_equal(get(ATTORNEY, "/packs/{pack}/{version}/diff",
                         path("/packs/us-co-denver-2025-stated/test-2/diff?with=" STR_FMT,
                              STR_ARG(version))),
                     200);
    assert_string_equal(str_dupz(&arena, member("/tables/0/rows/0/change")), "changed");
    assert_int_equal(
        call(OWNER, "POST", "/packs/{pack}/{version}/check",
             path("/packs/us-co-denver-2025-stated/" STR_FMT "/check", STR_ARG(version)), NULL),
        200);
    assert_int_equal(json_whole(json_get(got(), "failed"), -1), 0);
    assert_true(json_whole(json_get(got(), "passed"), 0) > 0);
    assert_int_equal(
        get(OWNER, "/packs/{pack}/{version}/statement",
            "/packs/us-co-denver-2025-stated/test-2/statement?starts=2025-04-01T00:00:00Z"),
        200);
    unsigned char seed[32];
    memset(seed, 11, sizeof seed);
    struct sign_key k = sign_key_from_seed(seed);
    struct signature s = sign_bytes(&k, member("/statement"));
    struct buf b64 = buf_in(&arena);
    base64_add(&b64, str_n((const char *)s.b, sizeof s.b));
    assert_int_equal(
        call(OWNER, "POST", "/packs/{pack}/{version}/signatures",
             "/packs/us-co-denver-2025-stated/test-2/signatures",
             arena_printf(&arena, "{\"starts\":\"2025-04-01T00:00:00Z\",\"signature\":\"%s\"}",
                          buf_z(&b64))),
        200);
    assert_int_equal(json_len(json_get(got(), "signatures")), 1);
    assert_int_equal(
        get(OWNER, "/packs/{pack}/{version}", "/packs/us-co-denver-2025-stated/none"), 404);
}

static void past(void **state)
{
    (void)state;
    assert_int_equal(get(OFFICER, "/trend", "/trend"), 200);
    assert_int_equal(
        get(OFFICER, "/trend",
            "/trend?baseline=window&from=2025-01&to=2025-03&base_from=2024-01&base_to=2024-03"),
        200);
    assert_int_equal(
        call(OWNER, "POST", "/histories", "/histories",
             "{\"csv\":\"month,months,count,bookings,source\\n2018-01,3,42,,city report\\n\"}"),
        200);
    assert_int_equal(get(ATTORNEY, "/histories", "/histories"), 200);
    assert_int_equal(json_len(json_get(got(), "rows")), 1);
    assert_int_equal(call(ATTORNEY, "POST", "/whatif", "/whatif",
                          "{\"packs\":[{\"pack\":\"us-co-denver-2025-stated\",\"version\":"
                          "\"test-2\"}],\"from\":\"2025-01-01\"}"),
                     200);
    assert_int_equal(get(AUDITOR, "/audit", "/audit"), 200);
    assert_int_equal(get(AUDITOR, "/audit", "/audit?from=2025-01-01&to=2025-04-01"), 200);
}

static void ledger(void **state)
{
    (void)state;
    assert_int_equal(call(AUDITOR, "POST", "/ledger/checkpoint", "/ledger/checkpoint", NULL),
                     200);
    assert_int_equal(get(OFFICER, "/ledger", "/ledger"), 200);
    assert_int_equal(get(AUDITOR, "/ledger/events", "/ledger/events?limit=5"), 200);
    assert_int_equal(json_len(json_get(got(), "events")), 5);
    struct str next = member("/next");
    assert_int_equal(get(AUDITOR, "/ledger/events",
                         path("/ledger/events?limit=5&cursor=" STR_FMT, STR_ARG(next))),
                     200);
    assert_int_equal(json_whole(json_pointer(got(), STR("/events/0/index")), 0), 5);
    assert_int_equal(get(AUDITOR, "/ledger/events", "/ledger/events?kind=persons.read"), 200);
    assert_true(json_len(json_get(got(), "events")) > 0); /* searches were recorded */
    assert_non_null(strstr(body_of(), "bail.window"));
    assert_int_equal(get(AUDITOR, "/ledger/events", "/ledger/events?kind=record.read"), 200);
    assert_true(json_len(json_get(got(), "events")) > 0);
    assert_int_equal(get(AUDITOR, "/ledger/checkpoints", "/ledger/checkpoints?limit=1"), 200);
    assert_int_equal(get(AUDITOR, "/ledger/proof", "/ledger/proof?first=3&second=9"), 200);
    assert_int_equal(get(AUDITOR, "/ledger/proof", "/ledger/proof?index=3"), 200);
    assert_int_equal(get(AUDITOR, "/ledger/proof", "/ledger/proof?index=3&first=1"), 400);
    assert_int_equal(get(AUDITOR, "/ledger/proof", "/ledger/proof?first=3&second=99999999"),
                     404);
    assert_int_equal(call(AUDITOR, "POST", "/ledger/verify", "/ledger/verify", NULL), 200);
    assert_true(json_is_true(json_get(got(), "ok")));
}

static void accounts(void **state)
{
    (void)state;
    assert_int_equal(get(ADMIN, "/people", "/people"), 200);
    assert_int_equal(call(ADMIN, "PUT", "/people/{name}", "/people/x.fresh",
                          "{\"role\":\"records-officer\"}"),
                     200);
    assert_int_equal(call(ADMIN, "POST", "/people/{name}/link", "/people/x.fresh/link", NULL),
                     200);
    assert_int_equal(call(ADMIN, "POST", "/tokens", "/tokens",
                          "{\"name\":\"jail-two\",\"scopes\":[\"bookings\"],\"expires_at\":"
                          "\"2025-06-01T00:00:00Z\"}"),
                     201);
    struct str id = str_dup(&arena, member("/id"));
    assert_int_equal(get(ADMIN, "/tokens", "/tokens"), 200);
    assert_int_equal(
        call(ADMIN, "DELETE", "/tokens/{id}", path("/tokens/" STR_FMT, STR_ARG(id)), NULL),
        204);
    assert_int_equal(get(AUDITOR, "/people", "/people"), 200);
}

static void reports(void **state)
{
    (void)state;
    assert_int_equal(get(SUPERVISOR, "/reports", "/reports"), 200);
    static const char *const forms[] = {"", "&as=csv", "&as=pdf"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_int_equal(
            get(AUDITOR, "/reports/{report}",
                path("/reports/delivery?from=2025-01-01&to=2025-04-01%s", forms[i])),
            200);
    assert_memory_equal(body_of(), "%PDF", 4);
    /* the quarter is not over by two weeks: nothing of it is for the public yet */
    assert_int_equal(get(AUDITOR, "/reports/{report}",
                         "/reports/council-quarterly?from=2025-01-01&to=2025-04-01"),
                     404);
    assert_int_equal(get(AUDITOR, "/reports/{report}", "/reports/none-such"), 404);
}

static bool stands_in(const char *file, const char *text)
{
    FILE *f = fopen(file, "rb");
    if (!f) return false;
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f), n;
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    rewind(f);
    n = fread(bytes, 1, size, f);
    fclose(f);
    bool found = memmem(bytes, n, text, strlen(text)) != NULL;
    free(bytes);
    return found;
}

/* The name as it is compared stands in columns and indexes of its own, which an expunge must
 * reach. */
static void forgotten_is_not_found(void **state)
{
    (void)state;
    static const char *const two[] = {"t.lindgren", "l.counsel"};
    struct json *v;
    assert_int_equal(
        call(T_BOOKINGS, "PUT", "/bookings/{number}", "/bookings/F0000001",
             "{\"family\":\"Xylander\",\"given\":\"Quentin\",\"birth_date\":\"1970-01-01\"}"),
        200);
    char *request = arena_printf(&arena, "%s", REQUEST("REF-F", "F0000001", "Xylander"));
    assert_int_equal(call(OFFICER, "POST", "/requests", "/requests", request), 200);
    const char *name = str_dupz(&arena, member("/case"));
    assert_int_equal(call(OFFICER, "POST", "/cases/{case}/match", path("/cases/%s/match", name),
                          "{\"booking\":\"F0000001\",\"reason\":\"known\"}"),
                     200);
    assert_int_equal(get(OFFICER, "/bookings", "/bookings?q=xylander"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 1);
    assert_int_equal(get(OFFICER, "/bookings/{number}", "/bookings/F0000001"), 200);
    assert_int_equal(call(OFFICER, "POST", "/bookings/{number}/releases",
                          "/bookings/F0000001/releases", "{\"kind\":\"released\"}"),
                     200);
    world_pass(HOURS(2));
    for (int i = 0; i < 2; i++)
        OK(casework_expunge(casework, (struct actor){two[i]}, STR("F0000001"),
                            STR("order of the court"), &arena, &v, &err));
    for (int i = OFFICER; i <= WINDOW; i++) sign_in(&callers[i]); /* two hours have passed */
    assert_int_equal(get(OFFICER, "/bookings", "/bookings?q=xylander"), 200);
    assert_int_equal(json_len(json_get(got(), "bookings")), 0);
    assert_int_equal(get(OFFICER, "/cases", "/cases?q=xylander"), 200);
    assert_int_equal(json_len(json_get(got(), "cases")), 0);
    assert_false(stands_in(world_database(), "xylander") ||
                 stands_in(world_database(), "Xylander"));
    char *log = arena_printf(&arena, "%s-wal", world_database());
    assert_false(stands_in(log, "xylander quentin") || stands_in(log, "Xylander"));
}

static void everybody(void **state)
{
    (void)state;
    assert_int_equal(get(NOBODY, "/public", "/public"), 200);
    assert_null(strstr(body_of(), "Larkspur"));
    const char *tag = header_of("ETag");
    assert_int_equal(
        ask("GET", "/api/v1/public", arena_printf(&arena, "If-None-Match: %s\r\n", tag), NULL),
        304);
    assert_int_equal(get(NOBODY, "/public/policy", "/public/policy"), 200);
    assert_true(json_is_true(json_get(got(), "in_force")));
    assert_true(json_len(json_get(got(), "words")) > 3);
}

static void all_was_answered(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {"GET /events", "GET /session/sso/start",
                                            "GET /session/sso/callback", "POST /session/demo",
                                            NULL}; /* stream.c, desk.c, the peers */
    const struct json *paths = json_get(document, "paths");
    int operations = 0, missing = 0;
    for (size_t i = 0; i < json_len(paths); i++)
        for (size_t k = 0; k < json_len(paths->object.members[i].value); k++) {
            struct str method = paths->object.members[i].value->object.members[k].key;
            if (str_is(method, "parameters")) continue;
            char *name = arena_printf(&arena, STR_FMT " " STR_FMT, STR_ARG(method),
                                      STR_ARG(paths->object.members[i].key));
            bool skip = false;
            for (char *p = name; *p != ' '; p++) *p = (char)(*p & ~32);
            for (int n = 0; elsewhere[n]; n++) skip |= !strcmp(name, elsewhere[n]);
            operations++;
            if (skip || map_has(&answered, str_c(name))) continue;
            missing++;
            printf("# not answered: %s\n", name);
        }
    printf("# operations of the contract: %d, never answered as meant: %d\n", operations,
           missing);
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sessions),
                                       cmocka_unit_test(custody),
                                       cmocka_unit_test(requests),
                                       cmocka_unit_test(a_paper_for_the_person),
                                       cmocka_unit_test(people_say),
                                       cmocka_unit_test(leaving),
                                       cmocka_unit_test(window_learns_nothing),
                                       cmocka_unit_test(agencies),
                                       cmocka_unit_test(packs),
                                       cmocka_unit_test(past),
                                       cmocka_unit_test(ledger),
                                       cmocka_unit_test(accounts),
                                       cmocka_unit_test(reports),
                                       cmocka_unit_test(forgotten_is_not_found),
                                       cmocka_unit_test(everybody),
                                       cmocka_unit_test(all_was_answered)};
    contract_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    office_close();
    return failed;
}
