/* The request door: what names a status is dropped, what is wrong is refused with its place,
 * the same document twice is one request, a new one is matched and decided. docs/request.md is
 * the format. */
#include "casework/work.h"
#include "base/hash.h"
#include "custody/status.h"

static RC refuse(struct err *e, const char *id, const char *where, const char *text)
{
    err_set(e, RC_INVALID, id, __FILE__, __LINE__, "%s", text);
    err_at(e, where, 0, 0);
    return RC_INVALID;
}

enum { DEPTH = 16 };

/* A copy without the members that name a status. */
static struct json *scrub(struct arena *a, const struct json *v, int depth, int64_t *dropped)
{
    if (depth > DEPTH) return json_null(a);
    if (v->type == JSON_ARRAY) {
        struct json *list = json_array(a);
        for (size_t i = 0; i < v->array.n; i++)
            json_add(a, list, scrub(a, v->array.items[i], depth + 1, dropped));
        return list;
    }
    if (v->type != JSON_OBJECT) return (struct json *)(uintptr_t)v;
    struct json *o = json_object(a);
    for (size_t i = 0; i < v->object.n; i++) {
        const struct json_member *m = &v->object.members[i];
        if (status_column(m->key))
            (*dropped)++;
        else
            json_set_str(a, o, m->key, scrub(a, m->value, depth + 1, dropped));
    }
    return o;
}

/* Text anywhere: names of people are looked at for numbers only. The error names the place and
 * never repeats the text. */
static RC texts(struct arena *a, const struct json *v, const char *where, bool name,
                struct err *e)
{
    if (v->type == JSON_STRING &&
        (name ? status_number(v->string, NULL) : status_text(v->string, NULL)))
        return refuse(e, "REQ-0007", where,
                      "this text carries a status, citizenship, nationality, birthplace or "
                      "A-number; leave it out");
    if (v->type == JSON_ARRAY)
        for (size_t i = 0; i < v->array.n; i++)
            TRY(texts(a, v->array.items[i], arena_printf(a, "%s/%zu", where, i), name, e));
    if (v->type == JSON_OBJECT)
        for (size_t i = 0; i < v->object.n; i++) {
            struct str k = v->object.members[i].key;
            if (status_text(k, NULL))
                return refuse(e, "REQ-0007", where,
                              "a member's name carries a status or an A-number; leave it out");
            bool people = str_is(k, "family") || str_is(k, "given") || str_is(k, "middle");
            TRY(texts(a, v->object.members[i].value,
                      arena_printf(a, "%s/" STR_FMT, where, STR_ARG(k)), people, e));
        }
    return RC_OK;
}

static const struct {
    const char *name;
    enum json_type type;
} members[] = {
    {"agency", JSON_STRING},      {"reference", JSON_STRING}, {"form", JSON_STRING},
    {"received_at", JSON_STRING}, {"asks", JSON_ARRAY},       {"written", JSON_BOOL},
    {"signed", JSON_BOOL},        {"complete", JSON_BOOL},    {"attests", JSON_ARRAY},
    {"subject", JSON_OBJECT},     {"documents", JSON_ARRAY},  {"amends", JSON_STRING},
    {"cancels", JSON_STRING},     {"supersedes", JSON_STRING}};
static const char *const subject_members[] = {"booking_number", "state_id",   "family", "given",
                                              "middle",         "birth_date", "sex"};
static const char *const attests[] = {"convicted gang member", "convicted violent felon",
                                      "certified terrorism risk"};
static const char *const document_members[] = {"kind",  "form",     "criminal",       "issuer",
                                               "state", "verified", "for_this_person"};

#define COUNT(x) (sizeof(x) / sizeof *(x))

static bool one_of(struct str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, list[i])) return true;
    return false;
}

static RC known_members(struct arena *a, const struct json *r, struct err *e)
{
    for (size_t i = 0; i < r->object.n; i++) {
        const struct json_member *m = &r->object.members[i];
        const char *where = arena_printf(a, "/" STR_FMT, STR_ARG(m->key));
        size_t k = 0;
        while (k < COUNT(members) && !str_is(m->key, members[k].name)) k++;
        if (k == COUNT(members))
            return refuse(e, "REQ-0004", where,
                          "a request has no such member; docs/request.md lists them");
        if (m->value->type != members[k].type)
            return refuse(e, "REQ-0001", where,
                          "the value is of the wrong type; docs/request.md has the types");
        if (m->value->type == JSON_STRING && !str_trim(m->value->string).n)
            return refuse(e, "REQ-0001", where, "the text is empty");
    }
    return RC_OK;
}

static RC check_subject(struct arena *a, const struct json *s, struct err *e)
{
    int64_t day;
    bool any = false;
    struct str born = json_text(s, "birth_date");
    for (size_t i = 0; s && i < s->object.n; i++) {
        const struct json_member *m = &s->object.members[i];
        const char *where = arena_printf(a, "/subject/" STR_FMT, STR_ARG(m->key));
        if (!one_of(m->key, subject_members, COUNT(subject_members)))
            return refuse(e, "REQ-0004", where,
                          "a subject has no such member; docs/request.md lists them");
        if (m->value->type != JSON_STRING)
            return refuse(e, "REQ-0001", where, "this is a text");
        any |= (str_is(m->key, "booking_number") || str_is(m->key, "state_id") ||
                str_is(m->key, "family")) &&
               str_trim(m->value->string).n;
    }
    if (born.n && !date_parse(born, &day))
        return refuse(e, "REQ-0001", "/subject/birth_date", "a date is written 1980-01-31");
    if (!any)
        return refuse(
            e, "REQ-0006", "/subject",
            "a booking number, a state id or a family name is needed to know who is meant");
    return RC_OK;
}

static RC check_asks(struct arena *a, const struct json *asks, struct err *e)
{
    unsigned seen = 0;
    enum ask ask;
    if (!json_len(asks))
        return refuse(e, "REQ-0002", "/asks",
                      "a request asks for something: notify, hold, transfer, interview, "
                      "information or relay");
    for (size_t i = 0; i < json_len(asks); i++) {
        const char *where = arena_printf(a, "/asks/%zu", i);
        if (!ask_from_word(json_str(json_at(asks, i)), &ask))
            return refuse(e, "REQ-0001", where,
                          "an ask is notify, hold, transfer, interview, information or relay");
        if (seen & 1u << ask) return refuse(e, "REQ-0001", where, "the same ask stands twice");
        seen |= 1u << ask;
    }
    return RC_OK;
}

static RC check_document(struct arena *a, const struct json *d, const char *where,
                         struct err *e)
{
    struct document ignored;
    enum rc rc = facts_document(d, &ignored, e);
    if (rc != RC_OK) {
        err_at(e, where, 0, 0);
        return rc;
    }
    for (size_t i = 0; i < d->object.n; i++)
        if (!one_of(d->object.members[i].key, document_members, COUNT(document_members)))
            return refuse(
                e, "REQ-0004",
                arena_printf(a, "%s/" STR_FMT, where, STR_ARG(d->object.members[i].key)),
                "a document has no such member");
    return RC_OK;
}

static RC check(struct arena *a, const struct json *r, instant *received, struct err *e)
{
    const struct json *docs = json_get(r, "documents"), *at = json_get(r, "attests");
    bool cancels = json_get(r, "cancels") != NULL;
    TRY(known_members(a, r, e));
    for (size_t i = 0; i < 4; i++)
        if (!json_get(r, members[i].name) &&
            !(cancels && str_is(str_c(members[i].name), "form")))
            return refuse(e, "REQ-0002", arena_printf(a, "/%s", members[i].name),
                          "this member is required");
    if (!instant_parse(json_text(r, "received_at"), received, NULL))
        return refuse(e, "REQ-0001", "/received_at",
                      "a time is written 2026-01-31T02:40:00-07:00, with its offset");
    if (cancels) return RC_OK;
    TRY(check_asks(a, json_get(r, "asks"), e));
    TRY(check_subject(a, json_get(r, "subject"), e));
    for (size_t i = 0; i < json_len(docs); i++)
        TRY(check_document(a, json_at(docs, i), arena_printf(a, "/documents/%zu", i), e));
    for (size_t i = 0; i < json_len(at); i++)
        if (!one_of(json_str(json_at(at, i)), attests, COUNT(attests)))
            return refuse(e, "REQ-0001", arena_printf(a, "/attests/%zu", i),
                          "attests are convicted gang member, convicted violent felon, "
                          "certified terrorism risk");
    return RC_OK;
}

/* ---- storing ----------------------------------------------------------------------------- */

static struct str content_of(struct arena *a, const struct json *r)
{
    struct json *o = json_object(a);
    char hex[HASH_SIZE * 2 + 1];
    for (size_t i = 0; i < r->object.n;
         i++) /* the same paper faxed again is the same document */
        if (!str_is(r->object.members[i].key, "received_at"))
            json_set_str(a, o, r->object.members[i].key, r->object.members[i].value);
    return str_dup(a, str_c(hash_hex(hash_of(work_canonical(a, o)), hex)));
}

static RC earlier(struct work *w, struct str agency, struct str reference, bool open_only,
                  struct store_case **ret, size_t *ret_n, struct err *e)
{
    struct store_case_filter f = {.state = -1,
                                  .agency = agency,
                                  .reference = reference,
                                  .open_only = open_only,
                                  .limit = 100};
    return store_cases(w->s, w->a, &f, ret, ret_n, e);
}

/* The person has left and a notice is still being tried: the agency does not want it any
 * more. */
static RC ended_late(struct work *w, struct store_case *c, const char *why, struct err *e)
{
    TRY(notices_close(w, c, why, e));
    return store_case_save(w->s, c, e);
}

static bool over(struct work *w, const struct store_case *c, enum rc *rc, struct err *e)
{
    bool waits = false;
    if (c->state != CASE_CLOSED) return false;
    if (*rc == RC_OK) *rc = notices_wait(w, c, &waits, e);
    return !waits;
}

static RC cancels_nothing(struct work *w, const struct store_case *c, struct err *e)
{
    return work_alert(
        w, "cancels nothing",
        str_c(arena_printf(w->a, "cancels/%lld/%lld", (long long)c->id, (long long)w->now)),
        c->id, c->booking,
        str_c(arena_printf(w->a,
                           "the agency takes back what it asked in case " STR_FMT
                           ", which was replaced by case " STR_FMT
                           "; ask whether it means that as well",
                           STR_ARG(work_case_name(w->a, c->id)),
                           STR_ARG(work_case_name(w->a, c->superseded_by)))),
        e);
}

static RC cancel(struct work *w, const struct json *r, struct store_case *ret, struct err *e)
{
    struct store_case *list;
    size_t n, done = 0;
    enum rc rc = RC_OK;
    TRY(earlier(w, json_text(r, "agency"), json_text(r, "cancels"), false, &list, &n, e));
    if (!n)
        return FAIL(e, RC_NOTFOUND, "REQ-0005",
                    "this agency has no request '" STR_FMT "' that could be cancelled",
                    STR_ARG(json_text(r, "cancels")));
    for (size_t i = 0; i < n; i++) {
        if (list[i].request_state != REQUEST_OPEN || over(w, &list[i], &rc, e)) continue;
        TRY(rc);
        done++;
        struct json *body = json_object(w->a);
        json_set(w->a, body, "reason", json_c(w->a, "the agency took the request back"));
        json_set(w->a, body, "request", (struct json *)(uintptr_t)r);
        TRY(work_event(w, EVENT_KIND_REQUEST_CANCELLED, list[i].id, list[i].booking, body, NULL,
                       e));
        list[i].request_state = REQUEST_CANCELLED;
        TRY(list[i].state == CASE_CLOSED
                ? ended_late(w, &list[i], "the agency took the request back", e)
                : life_happens(w, &list[i], HAP_CANCELLED, e));
    }
    TRY(rc);
    if (!done && list[0].request_state == REQUEST_SUPERSEDED)
        TRY(cancels_nothing(w, &list[0], e));
    *ret = list[0];
    return RC_OK;
}

static RC supersede(struct work *w, struct store_case *old, int64_t by, struct err *e)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "by", json_string(w->a, work_case_name(w->a, by)));
    TRY(work_event(w, EVENT_KIND_REQUEST_SUPERSEDED, old->id, old->booking, body, NULL, e));
    old->request_state = REQUEST_SUPERSEDED;
    old->superseded_by = by;
    if (old->state == CASE_CLOSED) return ended_late(w, old, "a new request took its place", e);
    return life_happens(w, old, HAP_SUPERSEDED, e);
}

/* The same paper: open still, or received at the very same time. */
static bool same_document(const struct store_case *c, struct str content, instant received)
{
    return str_eq(c->content, content) &&
           ((c->state != CASE_CLOSED && c->request_state == REQUEST_OPEN) ||
            c->received_at == received);
}

static RC received_event(struct work *w, const struct store_case *c, const struct json *r,
                         struct err *e)
{
    struct json *body = json_object(w->a);
    bool amends = json_get(r, "amends") != NULL;
    json_set(w->a, body, "request", (struct json *)(uintptr_t)r);
    if (c->dropped) json_set(w->a, body, "dropped", json_int(w->a, c->dropped));
    TRY(work_event(w, EVENT_KIND_REQUEST_RECEIVED, c->id, 0, body, NULL, e));
    return amends ? work_event(w, EVENT_KIND_REQUEST_AMENDED, c->id, 0, body, NULL, e) : RC_OK;
}

static RC take(struct work *w, const struct json *r, instant received, int64_t dropped,
               struct store_case *c, bool *ret_new, struct err *e)
{
    struct store_case *same, *named = NULL;
    struct str names =
        json_get(r, "supersedes") ? json_text(r, "supersedes") : json_text(r, "amends");
    size_t n, n_named = 0;
    enum rc rc = RC_OK;
    *c = (struct store_case){.agency = json_text(r, "agency"),
                             .reference = json_text(r, "reference"),
                             .form = json_text(r, "form"),
                             .received_at = received,
                             .content = content_of(w->a, r),
                             .body = work_canonical(w->a, r),
                             .dropped = dropped,
                             .state = CASE_RECEIVED,
                             .request_state = REQUEST_OPEN,
                             .match = MATCH_UNVERIFIED,
                             .decided_at = INSTANT_NONE};
    TRY(earlier(w, c->agency, c->reference, false, &same, &n, e));
    *ret_new = true;
    for (size_t i = 0; i < n; i++)
        if (same_document(&same[i], c->content, received)) {
            *c = same[i];
            *ret_new = false;
            return RC_OK;
        }
    if (names.n && !str_eq(names, c->reference))
        TRY(earlier(w, c->agency, names, false, &named, &n_named, e));
    if (names.n && !n_named && !n)
        return FAIL(e, RC_NOTFOUND, "REQ-0005",
                    "this agency has no request '" STR_FMT "' that could be replaced",
                    STR_ARG(names));
    c->supersedes = n_named ? named[0].id : n ? same[0].id : 0;
    TRY(store_case_add(w->s, c, e));
    TRY(received_event(w, c, r, e));
    for (size_t i = 0; i < n + n_named; i++) {
        struct store_case *old = i < n ? &same[i] : &named[i - n];
        if (old->request_state == REQUEST_OPEN && !over(w, old, &rc, e))
            TRY(supersede(w, old, c->id, e));
        TRY(rc);
    }
    TRY(life_match(w, c, e));
    return life_matched(w, c, e);
}

RC casework_request(struct casework *c, struct actor by, struct json *request, struct arena *a,
                    struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    struct store_agency g;
    instant received;
    int64_t dropped = 0;
    bool new = false;
    if (!request || request->type != JSON_OBJECT)
        return refuse(e, "REQ-0001", "", "a request is a JSON object");
    struct json *r = scrub(a, request, 0, &dropped);
    TRY(texts(a, r, "", false, e));
    TRY(check(a, r, &received, e));
    TRY(work_begin(&w, c, by, a, e));
    enum rc rc = store_agency_get(w.s, a, json_text(r, "agency"), &g, e);
    if (rc == RC_NO)
        rc = FAIL(e, RC_NOTFOUND, "REQ-0003",
                  "there is no agency '" STR_FMT "'; add it with 'sallyport agency set'",
                  STR_ARG(json_text(r, "agency")));
    if (rc == RC_OK)
        rc = json_get(r, "cancels") ? cancel(&w, r, &k, e)
                                    : take(&w, r, received, dropped, &k, &new, e);
    if (rc == RC_OK) rc = store_case_get(w.s, a, k.id, &k, e);
    if (rc == RC_OK) rc = view_case(&w, &k, ret, e);
    if (rc == RC_OK) json_set(a, *ret, "new", json_bool(a, new));
    return work_end(&w, rc, e);
}

/* ---- documents --------------------------------------------------------------------------- */

/* The same document again (kind and form) is replaced: its state changed. */
static struct json *with_document(struct arena *a, const struct json *r, struct json *document)
{
    struct json *o = json_object(a), *list = json_array(a);
    const struct json *old = json_get(r, "documents");
    bool replaced = false;
    for (size_t i = 0; i < r->object.n; i++)
        if (!str_is(r->object.members[i].key, "documents"))
            json_set_str(a, o, r->object.members[i].key, r->object.members[i].value);
    for (size_t i = 0; i < json_len(old); i++) {
        struct json *d = json_at(old, i);
        bool same = str_eq(json_text(d, "kind"), json_text(document, "kind")) &&
                    str_eq(json_text(d, "form"), json_text(document, "form"));
        json_add(a, list, same && !replaced ? document : d);
        replaced |= same;
    }
    if (!replaced) json_add(a, list, document);
    json_set(a, o, "documents", list);
    return o;
}

static RC put_document(struct work *w, struct store_case *k, struct json *document,
                       struct err *e)
{
    struct json *r, *body = json_object(w->a);
    if (!k->body.n)
        return FAIL(e, RC_NOTFOUND, "CASE-0002", "the record of this case was expunged");
    if (k->state == CASE_CLOSED) return FAIL(e, RC_CONFLICT, "CASE-0001", "the case is closed");
    TRY(json_parse(w->a, k->body, "request", NULL, &r, e));
    k->body = work_canonical(w->a, with_document(w->a, r, document));
    TRY(store_case_body(w->s, k->id, k->body, e));
    json_set(w->a, body, "document", document);
    TRY(work_event(w, EVENT_KIND_REQUEST_DOCUMENT, k->id, k->booking, body, NULL, e));
    return life_happens(w, k, HAP_FACTS_CHANGED, e);
}

RC casework_document(struct casework *c, struct actor by, struct str case_id,
                     struct json *document, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    int64_t dropped = 0;
    if (!document || document->type != JSON_OBJECT)
        return refuse(e, "REQ-0001", "", "a document is a JSON object");
    document = scrub(a, document, 0, &dropped);
    TRY(texts(a, document, "", false, e));
    TRY(check_document(a, document, "", e));
    TRY(work_begin(&w, c, by, a, e));
    enum rc rc = work_case(&w, case_id, &k, e);
    if (rc == RC_OK) rc = put_document(&w, &k, document, e);
    if (rc == RC_OK) rc = view_case(&w, &k, ret, e);
    return work_end(&w, rc, e);
}
