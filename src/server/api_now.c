/* The board of the next hour, notices and alerts. */
#include "server/api.h"

RC now_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_now(x->casework, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC notices_list(struct exchange *x, struct err *e)
{
    struct list_page page;
    struct json *v;
    struct str next;
    bool open;
    TRY(api_page(x, &page, e));
    TRY(api_flag(x, "open", &open, e));
    TRY(casework_notices_page(x->casework, open, page, x->arena, &v, &next, e));
    return api_list(x, v, next);
}

/* A policy owner answers for the policy's figures and reads no case. */
RC alerts_list(struct exchange *x, struct err *e)
{
    struct json *v, *all, *list = json_array(x->arena), *o = json_object(x->arena);
    bool cases = exchange_sees_cases(x);
    TRY(casework_alerts(x->casework, x->arena, &v, e));
    all = json_get(v, "alerts");
    for (size_t i = 0; i < json_len(all); i++) {
        struct str kind = json_text(json_at(all, i), "kind");
        if (cases || str_is(kind, "trend") || str_is(kind, "mix"))
            json_add(x->arena, list, json_at(all, i));
    }
    json_set(x->arena, o, "alerts", list);
    return exchange_answer(x, 200, o);
}

RC alert_close(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_alert_close(x->casework, exchange_actor(x), exchange_param(x, "alert"),
                             json_text(x->body, "reason"), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}
