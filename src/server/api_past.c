/* The past: trend, earlier counts, reports, what other policies would have said, the auditor's
 * questions. */
#include "server/api.h"
#include "custody/report.h"
#include "custody/trend.h"
#include "outbound/report_pdf.h"

static RC month(struct exchange *x, const char *name, int *ret, struct err *e)
{
    struct str v = exchange_query(x, name);
    *ret = 0;
    return !v.n || trend_month_parse(v, ret)
               ? RC_OK
               : FAIL(e, RC_INVALID, "SRV-0022", "?%s= wants a month as 2026-01", name);
}

RC trend_get(struct exchange *x, struct err *e)
{
    struct trend_page_question q = {0};
    struct str baseline = exchange_query(x, "baseline");
    struct json *v;
    if (baseline.n) q.baseline = str_dupz(x->arena, baseline);
    if (baseline.n && !str_is(baseline, "same months") && !str_is(baseline, "whole term") &&
        !str_is(baseline, "window"))
        return FAIL(e, RC_INVALID, "SRV-0022",
                    "?baseline= wants same months, whole term or window");
    TRY(month(x, "from", &q.from, e));
    TRY(month(x, "to", &q.to, e));
    TRY(month(x, "base_from", &q.base_from, e));
    TRY(month(x, "base_to", &q.base_to, e));
    TRY(casework_trend(x->casework, &q, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC histories_list(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_histories(x->casework, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC history_load(struct exchange *x, struct err *e)
{
    struct str name = json_text(x->body, "name");
    struct json *v;
    TRY(casework_trend_load(x->casework, exchange_actor(x), json_text(x->body, "csv"),
                            name.n ? str_dupz(x->arena, name) : "counts.csv", x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC audit_get(struct exchange *x, struct err *e)
{
    struct audit_wish wish = {.to = INT64_MAX};
    struct json *v;
    instant to;
    TRY(exchange_query_instant(x, "from", &wish.from, e));
    TRY(exchange_query_instant(x, "to", &to, e));
    if (to != INSTANT_NONE) wish.to = to;
    enum rc rc = casework_audit(x->casework, &wish, (struct progress){0}, x->arena, &v, e);
    return rc == RC_OK || rc == RC_NO ? exchange_answer(x, 200, v) : rc;
}

RC whatif(struct exchange *x, struct err *e)
{
    const struct json *list = json_get(x->body, "packs");
    struct whatif_pack *packs = arena_array(x->arena, struct whatif_pack, json_len(list) + 1);
    struct whatif_question q = {.packs = packs, .n_packs = json_len(list), .limit = 500};
    struct json *v;
    for (size_t i = 0; i < q.n_packs; i++)
        packs[i] = (struct whatif_pack){.id = json_text(json_at(list, i), "pack"),
                                        .version = json_text(json_at(list, i), "version")};
    TRY(api_when(x->body, "from", &q.from, e));
    TRY(api_when(x->body, "to", &q.to, e));
    TRY(casework_whatif(x->casework, &q, (struct progress){0}, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

/* ---- reports ----------------------------------------------------------------------------- */

RC reports_list(struct exchange *x, struct err *e)
{
    (void)e;
    return exchange_answer(x, 200, casework_reports(x->arena));
}

RC report_get(struct exchange *x, struct err *e)
{
    struct report_question q = {.name = exchange_param(x, "report")};
    struct str as = exchange_query(x, "as");
    bool csv = str_is(as, "csv"), pdf = str_is(as, "pdf");
    struct json *v;
    struct str bytes;
    if (as.n && !csv && !pdf && !str_is(as, "json"))
        return FAIL(e, RC_INVALID, "SRV-0022", "?as= wants json, csv or pdf");
    TRY(exchange_query_instant(x, "from", &q.from, e));
    TRY(exchange_query_instant(x, "to", &q.to, e));
    TRY(casework_report(x->casework, &q, x->arena, &v, e));
    if (!csv && !pdf) return exchange_answer(x, 200, v);
    x->filename = str_c(arena_printf(x->arena, STR_FMT ".%s", STR_ARG(json_text(v, "report")),
                                     csv ? "csv" : "pdf"));
    if (csv) return exchange_bytes(x, 200, "text/csv; charset=utf-8", report_csv(x->arena, v));
    TRY(report_pdf(x->arena, v, &bytes, e));
    return exchange_bytes(x, 200, "application/pdf", bytes);
}
