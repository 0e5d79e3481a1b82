/* sallyport case …, notice, request list and show: looking at cases and people's decisions on
 * them. */
#include "cli/cli.h"

static RC filtered(struct call *c, struct json **ret, struct err *e)
{
    struct casework *casework = NULL;
    int64_t limit = 0;
    TRY(opt_whole(c, "limit", 1, 1000000, 200, &limit, e));
    enum case_state state;
    const char *word = opt_value(c, "state");
    if (word && !case_state_from_word(str_c(word), &state))
        return FAIL(e, RC_USAGE, "CLI-0010",
                    "--state wants received, matched, decided, triggered, noticed or closed");
    struct case_filter f = {.state = word,
                            .agency = opt_value(c, "agency"),
                            .booking = opt_value(c, "booking"),
                            .work_list_only = opt_flag(c, "work"),
                            .limit = (int)limit};
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc = casework_cases(casework, call_actor(c), &f, c->arena, ret, e);
    casework_close(casework);
    return rc;
}

RC run_case_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {
        {"CASE", "case"},       {"STATE", "state"},
        {"AGENCY", "agency"},   {"REFERENCE", "agency_reference"},
        {"BOOKING", "booking"}, {"WHAT TO DO", "what"}};
    struct json *rows = NULL;
    TRY(filtered(c, &rows, e));
    show_table(c, rows, "cases", columns, sizeof columns / sizeof *columns);
    return RC_OK;
}

RC run_request_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"CASE", "case"},
                                            {"AGENCY", "agency"},
                                            {"REFERENCE", "agency_reference"},
                                            {"RECEIVED", "received_at"},
                                            {"STATE", "state"}};
    struct json *rows = NULL;
    TRY(filtered(c, &rows, e));
    show_table(c, rows, "cases", columns, sizeof columns / sizeof *columns);
    return RC_OK;
}

static RC read_case(struct call *c, struct json **ret, struct err *e)
{
    struct casework *casework = NULL;
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc = casework_case(casework, call_actor(c), opt_operand(c, 0), c->arena, ret, e);
    casework_close(casework);
    return rc;
}

RC run_case_show(struct call *c, struct err *e)
{
    struct json *v = NULL;
    TRY(read_case(c, &v, e));
    show_case(c, v);
    return RC_OK;
}

RC run_request_show(struct call *c, struct err *e)
{
    struct json *v = NULL;
    TRY(read_case(c, &v, e));
    const struct json *request = json_get(v, "request");
    show(c, request ? request : v);
    return RC_OK;
}

/* A verb on a case with up to two operands and a reason, and its result shown. */
static RC done(struct call *c, struct casework *casework, enum rc rc, const struct json *result)
{
    casework_close(casework);
    if (rc == RC_OK && result) show_case(c, result);
    return rc;
}

static RC reason_of(struct call *c, struct str *ret, struct err *e)
{
    *ret = opt_text(c, "reason", "");
    return ret->n ? RC_OK
                  : FAIL(e, RC_USAGE, "CLI-0011", "say why with --reason; it is recorded");
}

RC run_case_confirm_match(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str reason;
    TRY(reason_of(c, &reason, e));
    TRY(call_open(c, NULL, &w, e));
    return done(c, w,
                casework_confirm_match(w, call_actor(c), opt_operand(c, 0), opt_operand(c, 1),
                                       reason, c->arena, &r, e),
                r);
}

typedef enum rc (*answer_verb)(struct casework *, struct actor, struct str, enum ask,
                               enum outcome, struct str, struct arena *, struct json **,
                               struct err *);

static RC answer(struct call *c, answer_verb verb, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str reason;
    enum ask ask;
    enum outcome outcome;
    if (!ask_from_word(opt_operand(c, 1), &ask))
        return FAIL(
            e, RC_USAGE, "CLI-0012",
            "an ask is notify, hold, transfer, interview, information or relay, not '%s'",
            c->rest[1]);
    if (!outcome_from_word(opt_operand(c, 2), &outcome))
        return FAIL(e, RC_USAGE, "CLI-0012",
                    "an outcome is notify, honor, decline, review or refer, not '%s'",
                    c->rest[2]);
    TRY(reason_of(c, &reason, e));
    TRY(call_open(c, NULL, &w, e));
    return done(
        c, w, verb(w, call_actor(c), opt_operand(c, 0), ask, outcome, reason, c->arena, &r, e),
        r);
}

RC run_case_resolve(struct call *c, struct err *e) { return answer(c, casework_resolve, e); }

RC run_case_override(struct call *c, struct err *e) { return answer(c, casework_override, e); }

RC run_case_dispute(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str reason;
    TRY(reason_of(c, &reason, e));
    TRY(call_open(c, NULL, &w, e));
    return done(c, w,
                casework_dispute(w, call_actor(c), opt_operand(c, 0), reason, c->arena, &r, e),
                r);
}

RC run_case_settle(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str reason;
    bool same = str_is(opt_operand(c, 1), "same-person");
    if (!same && !str_is(opt_operand(c, 1), "other-person"))
        return FAIL(e, RC_USAGE, "CLI-0013", "the answer is same-person or other-person");
    TRY(reason_of(c, &reason, e));
    TRY(call_open(c, NULL, &w, e));
    return done(c, w,
                casework_dispute_settle(w, call_actor(c), opt_operand(c, 0), same, reason,
                                        c->arena, &r, e),
                r);
}

RC run_case_duty(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str how = opt_text(c, "how", "");
    if (!how.n) return FAIL(e, RC_USAGE, "CLI-0011", "say how with --how; it is recorded");
    TRY(call_open(c, NULL, &w, e));
    return done(c, w,
                casework_duty_done(w, call_actor(c), opt_operand(c, 0), opt_operand(c, 1), how,
                                   c->arena, &r, e),
                r);
}

RC run_case_alerts(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"ALERT", "alert"},
                                            {"SINCE", "raised_at"},
                                            {"CASE", "case"},
                                            {"KIND", "kind"},
                                            {"WHAT", "text"}};
    struct casework *w = NULL;
    struct json *rows = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_alerts(w, c->arena, &rows, e);
    casework_close(w);
    if (rc == RC_OK) show_table(c, rows, "alerts", columns, sizeof columns / sizeof *columns);
    return rc;
}

RC run_case_alert_close(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str reason;
    TRY(reason_of(c, &reason, e));
    TRY(call_open(c, NULL, &w, e));
    enum rc rc =
        casework_alert_close(w, call_actor(c), opt_operand(c, 0), reason, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}

RC run_notice(struct call *c, struct err *e)
{
    static const struct column columns[] = {
        {"NOTICE", "notice"},    {"CASE", "case"},
        {"KIND", "kind"},        {"CHANNEL", "channel"},
        {"STATE", "state"},      {"ATTEMPTS", "attempts"},
        {"QUEUED", "queued_at"}, {"CONFIRMED", "confirmed_at"}};
    struct casework *w = NULL;
    struct json *rows = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_notices(w, call_actor(c), c->n_rest ? opt_operand(c, 0) : STR(""),
                                  c->arena, &rows, e);
    casework_close(w);
    if (rc == RC_OK) show_table(c, rows, "notices", columns, sizeof columns / sizeof *columns);
    return rc;
}
