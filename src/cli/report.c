/* See cli.h: reports as text, JSON, CSV or PDF, to standard output or a file. How many events
 * came after the checkpoint goes to standard error, because the report itself is the same
 * whenever it is drawn. */
#include "cli/cli.h"
#include "custody/report.h"
#include "os/file.h"
#include "outbound/report_pdf.h"
#include <unistd.h>

RC run_report_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {
        {"REPORT", "report"}, {"PERIOD", "period"}, {"PUBLIC", "public"}, {"WHAT", "about"}};
    struct json *r;
    (void)e;
    r = casework_reports(c->arena);
    if (c->json)
        show(c, r);
    else
        show_table(c, r, "reports", columns, 4);
    return RC_OK;
}

static RC rendered(struct call *c, const struct json *r, struct str as, struct str *ret,
                   struct err *e)
{
    struct buf b = buf_in(c->arena);
    if (str_is(as, "pdf")) return report_pdf(c->arena, r, ret, e);
    if (str_is(as, "json")) {
        json_write_pretty(&b, r);
        buf_ch(&b, '\n');
        *ret = buf_str(&b);
    } else {
        *ret = str_is(as, "csv") ? report_csv(c->arena, r) : report_text(c->arena, r);
    }
    return RC_OK;
}

static RC question(struct call *c, const struct config *conf, struct report_question *q,
                   struct err *e)
{
    int64_t size, checkpoint;
    *q = (struct report_question){
        .name = opt_operand(c, 0), .from = INSTANT_NONE, .to = INSTANT_NONE};
    if (opt_value(c, "from")) TRY(call_instant(c, conf, opt_text(c, "from", ""), &q->from, e));
    if (opt_value(c, "to")) TRY(call_instant(c, conf, opt_text(c, "to", ""), &q->to, e));
    TRY(opt_whole(c, "size", 1, INT64_MAX - 1, 0, &size, e));
    TRY(opt_whole(c, "checkpoint", 1, INT64_MAX - 1, size, &checkpoint, e));
    q->checkpoint = (uint64_t)checkpoint;
    return RC_OK;
}

RC run_report(struct call *c, struct err *e)
{
    struct config conf;
    struct casework *w = NULL;
    struct json *r = NULL;
    struct report_question q;
    struct str as = opt_text(c, "as", c->json ? "json" : "text"), out,
               path = opt_text(c, "out", "");
    uint64_t later = 0;
    if (!str_is(as, "text") && !str_is(as, "json") && !str_is(as, "csv") && !str_is(as, "pdf"))
        return FAIL(e, RC_USAGE, "REPORT-0004", "--as wants text, json, csv or pdf");
    TRY(call_open(c, &conf, &w, e));
    enum rc rc = question(c, &conf, &q, e);
    q.ret_later = &later;
    if (rc == RC_OK) rc = casework_report(w, &q, c->arena, &r, e);
    casework_close(w);
    if (rc != RC_OK) return rc;
    TRY(rendered(c, r, as, &out, e));
    if (later)
        fprintf(stderr, "%llu event%s came after this checkpoint\n", (unsigned long long)later,
                later == 1 ? "" : "s");
    c->shown = true;
    if (path.n) return file_write_atomic(str_dupz(c->arena, path), out, 0644, e);
    fwrite(out.p, 1, out.n, stdout);
    return RC_OK;
}
