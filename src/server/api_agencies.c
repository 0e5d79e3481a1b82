/* Agencies and their verified addresses. */
#include "server/api.h"
#include "store/store.h"

RC agencies_list(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_agencies(x->casework, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

static RC find(struct exchange *x, struct str id, struct json **ret, struct err *e)
{
    struct json *v;
    *ret = NULL;
    TRY(casework_agencies(x->casework, x->arena, &v, e));
    const struct json *all = json_get(v, "agencies");
    for (size_t i = 0; i < json_len(all) && !*ret; i++)
        if (str_eq(json_text(json_at(all, i), "id"), id)) *ret = json_at(all, i);
    return RC_OK;
}

RC agency_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(find(x, exchange_param(x, "agency"), &v, e));
    return v ? exchange_answer(x, 200, v)
             : FAIL(e, RC_NOTFOUND, "AGENCY-0002", "there is no such agency");
}

/* Secrets are never given back, so a form that was filled from what is shown must not wipe
 * them. */
static RC keep_secrets(struct exchange *x, struct str id, struct err *e)
{
    const struct json *list = json_get(x->body, "addresses");
    struct store_agency old;
    enum rc rc = store_agency_get(casework_store(x->casework), x->arena, id, &old, e);
    for (size_t i = 0; rc == RC_OK && i < json_len(list); i++) {
        struct json *v = json_at(list, i);
        for (size_t k = 0; k < old.n && !json_get(v, "secret"); k++)
            if (old.addresses[k].secret.n &&
                str_eq(old.addresses[k].address, json_text(v, "address")) &&
                str_is(json_text(v, "channel"),
                       channel_word((enum channel)old.addresses[k].channel)))
                json_set(x->arena, v, "secret", json_string(x->arena, old.addresses[k].secret));
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC agency_put(struct exchange *x, struct err *e)
{
    struct str id = exchange_param(x, "agency");
    struct json *v, *now;
    TRY(find(x, id, &now, e));
    TRY(exchange_if_match(x, now ? now : json_null(x->arena), e));
    TRY(keep_secrets(x, id, e));
    json_set(x->arena, x->body, "id", json_string(x->arena, id));
    TRY(casework_agency_set(x->casework, exchange_actor(x), x->body, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}
