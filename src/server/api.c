/* See api.h. */
#include "server/api.h"

RC api_page(struct exchange *x, struct list_page *ret, struct err *e)
{
    int64_t limit;
    TRY(exchange_query_whole(x, "limit", 1, 500, 50, &limit, e));
    ret->limit = (int)limit;
    return exchange_cursor(x, &ret->cursor, e);
}

enum rc api_list(struct exchange *x, struct json *v, struct str next)
{
    if (next.n) exchange_next(x, v, next);
    return exchange_answer(x, 200, v);
}

RC api_flag(struct exchange *x, const char *name, bool *ret, struct err *e)
{
    struct str v = exchange_query(x, name);
    *ret = str_is(v, "true");
    if (!v.p || *ret || str_is(v, "false")) return RC_OK;
    (void)FAIL(e, RC_INVALID, "SRV-0022", "?%s= wants true or false", name);
    return RC_INVALID;
}

struct json *api_without(struct arena *a, const struct json *object, const char *const *members)
{
    struct json *copy = json_object(a);
    for (size_t i = 0; i < json_len(object); i++) {
        bool kept = true;
        for (size_t k = 0; members[k]; k++)
            kept &= !str_is(object->object.members[i].key, members[k]);
        if (kept)
            json_set_str(a, copy, object->object.members[i].key,
                         object->object.members[i].value);
    }
    return copy;
}

RC api_when(const struct json *body, const char *member, instant *ret, struct err *e)
{
    struct str v = json_text(body, member);
    int64_t day;
    *ret = INSTANT_NONE;
    if (!v.n || instant_parse(v, ret, NULL)) return RC_OK;
    if (!date_parse(v, &day))
        return FAIL(e, RC_INVALID, "API-0005", "%s is a date or a time with offset", member);
    *ret = day * HOURS(24);
    return RC_OK;
}

bool api_outsider(const struct exchange *x)
{
    return x->caller.is_token || x->caller.role == ROLE_INTEGRATION;
}
