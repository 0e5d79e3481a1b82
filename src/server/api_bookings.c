/* Who is here, and what is reported of their leaving. What the bail window and the jail's
 * system are told depends on bookings only: the same bytes whether or not there is a
 * request. */
#include "server/api.h"
#include "server/desk.h"

RC bookings_list(struct exchange *x, struct err *e)
{
    struct bookings_wish q = {.q = exchange_query(x, "q"),
                              .number = exchange_query(x, "number"),
                              .state_id = exchange_query(x, "state_id"),
                              .born = DAYS_UNKNOWN};
    struct str born = exchange_query(x, "born"), next;
    struct json *v;
    TRY(api_page(x, &q.page, e));
    TRY(api_flag(x, "here", &q.here, e));
    if (born.n && !date_parse(born, &q.born))
        return FAIL(e, RC_INVALID, "SRV-0022", "?born= wants a date as 1990-04-02");
    TRY(casework_bookings(x->casework, exchange_actor(x), &q, x->arena, &v, &next, e));
    return api_list(x, v, next);
}

RC booking_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_booking(x->casework, exchange_actor(x), exchange_param(x, "number"),
                         exchange_sees_cases(x), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

static enum rc reported(struct exchange *x, struct json *v)
{
    static const char *const inside[] = {"known", "cases", NULL};
    return exchange_answer(x, 200, api_outsider(x) ? api_without(x->arena, v, inside) : v);
}

static RC when(struct exchange *x, instant *ret, struct err *e)
{
    struct str at = json_text(x->body, "at");
    *ret = clock_now(&x->setup->casework.clock);
    return !at.n || instant_parse(at, ret, NULL)
               ? RC_OK
               : FAIL(e, RC_INVALID, "API-0005", "at is a time with offset");
}

RC booking_trigger(struct exchange *x, struct err *e)
{
    struct json *v;
    instant at;
    TRY(when(x, &at, e));
    TRY(casework_trigger(x->casework, exchange_actor(x), exchange_param(x, "number"),
                         json_text(x->body, "kind"), at, x->arena, &v, e));
    return reported(x, v);
}

RC booking_trigger_undo(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_trigger_undo(x->casework, exchange_actor(x), exchange_param(x, "number"),
                              json_text(x->body, "reason"), x->arena, &v, e));
    return reported(x, v);
}

RC booking_release(struct exchange *x, struct err *e)
{
    struct json *v;
    instant at;
    TRY(when(x, &at, e));
    TRY(casework_release(x->casework, exchange_actor(x), exchange_param(x, "number"),
                         json_text(x->body, "kind"), json_text(x->body, "to"), at, x->arena, &v,
                         e));
    return reported(x, v);
}
