/* The ledger: head, events to the byte, signed notes, proofs, so that a browser can compute all
 * of it again. */
#include "server/api.h"

RC ledger_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_ledger_head(x->casework, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC ledger_events(struct exchange *x, struct err *e)
{
    struct list_page page;
    struct json *v;
    struct str next;
    int64_t from;
    TRY(api_page(x, &page, e));
    TRY(exchange_query_whole(x, "from", 0, INT64_MAX / 2, 0, &from, e));
    TRY(casework_ledger_events(x->casework, exchange_actor(x), (uint64_t)from,
                               exchange_query(x, "kind"), page, x->arena, &v, &next, e));
    return api_list(x, v, next);
}

RC ledger_checkpoints(struct exchange *x, struct err *e)
{
    struct list_page page;
    struct json *v;
    struct str next;
    TRY(api_page(x, &page, e));
    TRY(casework_checkpoints(x->casework, page, x->arena, &v, &next, e));
    return api_list(x, v, next);
}

RC ledger_proof(struct exchange *x, struct err *e)
{
    int64_t first, second, index;
    struct json *v;
    TRY(exchange_query_whole(x, "first", 1, INT64_MAX / 2, 0, &first, e));
    TRY(exchange_query_whole(x, "second", 1, INT64_MAX / 2, 0, &second, e));
    TRY(exchange_query_whole(x, "index", 0, INT64_MAX / 2, -1, &index, e));
    if (!first == (index < 0))
        return FAIL(e, RC_INVALID, "SRV-0022", "say either first or index");
    TRY(casework_ledger_proof(x->casework, (uint64_t)first,
                              index < 0 ? UINT64_MAX : (uint64_t)index, (uint64_t)second,
                              x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC ledger_checkpoint(struct exchange *x, struct err *e)
{
    struct str note, next;
    struct json *v;
    TRY(casework_checkpoint(x->casework, x->arena, &note, e));
    TRY(casework_checkpoints(x->casework, (struct list_page){.limit = 1}, x->arena, &v, &next,
                             e));
    return exchange_answer(x, 200, json_at(json_get(v, "checkpoints"), 0));
}

RC ledger_verify(struct exchange *x, struct err *e)
{
    struct json *v;
    enum rc rc = casework_ledger_verify(x->casework, (struct progress){0}, x->arena, &v, e);
    return rc == RC_OK || rc == RC_NO ? exchange_answer(x, 200, v) : rc;
}
