/* The table of event kinds, and events to bytes and back. */
#include "ledger/event.h"
#include <assert.h>

static const struct event_info infos[] = {
#define _(id, word_, scope_, members_, about_)                                                 \
    [EVENT_KIND_##id] = {.word = word_, .members = members_, .about = about_, .scope = scope_},
    EVENT_LIST(_)
#undef _
};

const struct event_info *event_info(enum event_kind k)
{
    assert(k < EVENT_KIND_COUNT);
    return &infos[k];
}

const char *event_word(enum event_kind k) { return event_info(k)->word; }

bool event_from_word(struct str s, enum event_kind *ret)
{
    for (size_t i = 0; i < EVENT_KIND_COUNT; i++)
        if (str_is(s, infos[i].word)) {
            *ret = (enum event_kind)i;
            return true;
        }
    return false;
}

struct json *event_build(struct arena *a, const struct event *ev)
{
    char at[40];
    struct json *v = json_object(a);
    json_set(a, v, "actor", json_string(a, ev->actor));
    json_set(a, v, "at", json_string(a, str_dup(a, str_c(instant_utc(ev->at, at)))));
    json_set(a, v, "body", ev->body);
    json_set(a, v, "case", ev->case_id.n ? json_string(a, ev->case_id) : json_null(a));
    json_set(a, v, "kind", json_c(a, event_word(ev->kind)));
    return v;
}

#define FAIL_EVENT(e, n, ...) FAIL((e), RC_INVALID, "EVENT-000" #n, __VA_ARGS__)

enum rc event_check(const struct event *ev, struct err *e)
{
    if (ev->kind >= EVENT_KIND_COUNT)
        return FAIL_EVENT(e, 1, "there is no event kind %d", (int)ev->kind);
    const struct event_info *info = event_info(ev->kind);
    if (ev->actor.n == 0)
        return FAIL_EVENT(e, 2, "%s: nobody did it: actor is empty", info->word);
    if (ev->at == INSTANT_NONE) return FAIL_EVENT(e, 3, "%s: it has no time", info->word);
    if (info->scope == EVENT_CASE && ev->case_id.n == 0)
        return FAIL_EVENT(e, 4, "%s: it names no case", info->word);
    if (!ev->body || ev->body->type != JSON_OBJECT)
        return FAIL_EVENT(e, 5, "%s: body is not an object", info->word);
    struct str rest = str_c(info->members), member;
    while (str_cut(&rest, ' ', &member))
        if (!json_get_str(ev->body, member))
            return FAIL_EVENT(e, 6, "%s: body lacks '" STR_FMT "'", info->word,
                              STR_ARG(member));
    return RC_OK;
}

static struct str canonical_of(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

enum rc event_write(struct arena *a, const struct event *ev, struct str *ret_canonical,
                    struct err *e)
{
    TRY(event_check(ev, e));
    *ret_canonical = canonical_of(a, event_build(a, ev));
    return RC_OK;
}

static RC event_from_json(const struct json *v, struct event *ret, struct err *e)
{
    if (v->type != JSON_OBJECT || json_len(v) != 5)
        return FAIL_EVENT(e, 7, "an event has five members");
    const struct json *of_case = json_get(v, "case");
    struct str kind = json_text(v, "kind");
    *ret = (struct event){.case_id = json_str(of_case),
                          .actor = json_text(v, "actor"),
                          .body = json_get(v, "body")};
    if (!event_from_word(kind, &ret->kind))
        return FAIL_EVENT(e, 1, "there is no event kind '" STR_FMT "'", STR_ARG(kind));
    if (!of_case || (of_case->type != JSON_NULL && ret->case_id.n == 0))
        return FAIL_EVENT(e, 7, "case is neither a name nor null");
    if (!instant_parse(json_text(v, "at"), &ret->at, NULL))
        return FAIL_EVENT(e, 3, "at is not a time");
    return event_check(ret, e);
}

enum rc event_read(struct arena *a, struct str canonical, struct event *ret, struct err *e)
{
    struct json *v;
    struct event ev;
    TRY(json_parse(a, canonical, "event", NULL, &v, e));
    TRY(event_from_json(v, &ev, e));
    /* Rebuilt from its parts, so that a time in another form is found too. */
    if (!str_eq(canonical_of(a, event_build(a, &ev)), canonical))
        return FAIL_EVENT(e, 8, "the text is not in canonical form");
    *ret = ev;
    return RC_OK;
}
