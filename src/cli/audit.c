/* See cli.h: the auditor's questions. With --json the whole report; otherwise each question
 * with its figures, its exceptions and the one table that an auditor reads with it. */
#include "cli/cli.h"
#include "os/term.h"
#include <unistd.h>

enum { SHOWN = 20 }; /* exceptions of one question when all nine are asked */

static void figures(const struct json *numbers)
{
    const char *before = "   ";
    for (size_t i = 0; i < json_len(numbers); i++) {
        const struct json_member *m = &numbers->object.members[i];
        if (m->value->type != JSON_NUMBER) continue;
        fputs(before, stdout);
        before = " · ";
        for (size_t k = 0; k < m->key.n; k++) putchar(m->key.p[k] == '_' ? ' ' : m->key.p[k]);
        printf(" " STR_FMT, STR_ARG(m->value->num.text));
    }
    putchar('\n');
}

static void exceptions(const struct json *list, size_t most)
{
    for (size_t i = 0; i < json_len(list) && i < most; i++) {
        const struct json *o = json_at(list, i), *event = json_get(o, "event");
        struct str id = json_text(o, "case"), at = json_text(o, "at");
        printf("   ! " STR_FMT "%s" STR_FMT, STR_ARG(id.n ? id : STR("-")), at.n ? "  " : "",
               STR_ARG(at));
        if (event) printf("  event %lld", (long long)json_whole(event, 0));
        printf("  " STR_FMT "\n", STR_ARG(json_text(o, "what")));
    }
    if (json_len(list) > most)
        printf("   ! and %zu more; --question shows them all\n", json_len(list) - most);
}

static void table(struct call *c, const struct json *answer)
{
    static const struct column pairs[] = {
        {"FIRST", "who"}, {"SECOND", "with"}, {"OVERRIDES", "n"}};
    static const struct column classes[] = {{"GROUP", "group"},
                                            {"CLASS", "class"},
                                            {"REQUESTS", "now_requests"},
                                            {"PER 1000", "now_per_1000_bookings"},
                                            {"BEFORE", "base_requests"},
                                            {"PER 1000", "base_per_1000_bookings"},
                                            {"RATIO", "ratio"},
                                            {"FROM", "low"},
                                            {"TO", "high"},
                                            {"ALERT", "alert"}};
    static const struct column kinds[] = {
        {"KIND", "kind"},           {"NOTICES", "notices"},
        {"ATTEMPTS", "attempts"},   {"FAILURES", "failures"},
        {"CONFIRMED", "confirmed"}, {"WITHDRAWN", "withdrawn"},
        {"GIVEN UP", "given_up"},   {"OPEN", "open"}};
    static const struct column readers[] = {
        {"WHO", "who"}, {"ROLE", "role"}, {"WHAT", "what"}, {"TIMES", "n"}};
    static const struct {
        const char *list;
        const struct column *columns;
        size_t n;
    } tables[] = {{"by_pair", pairs, 3},
                  {"classes", classes, 10},
                  {"by_kind", kinds, 8},
                  {"by_person", readers, 4}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (json_len(json_get(answer, tables[i].list)))
            show_table(c, answer, tables[i].list, tables[i].columns, tables[i].n);
}

/* Medians of a comparison, where the question has them. */
static void times(const struct json *answer)
{
    for (size_t i = 0; i < json_len(answer); i++) {
        const struct json_member *m = &answer->object.members[i];
        const struct json *median = json_get(m->value, "median_minutes"),
                          *p95 = json_get(m->value, "p95_minutes"),
                          *most = json_get(m->value, "longest_minutes");
        if (!median || !p95 || !most) continue;
        fputs("   ", stdout);
        for (size_t k = 0; k < m->key.n; k++) putchar(m->key.p[k] == '_' ? ' ' : m->key.p[k]);
        printf(": median " STR_FMT " min, 95 %% within " STR_FMT ", longest " STR_FMT "\n",
               STR_ARG(median->num.text), STR_ARG(p95->num.text), STR_ARG(most->num.text));
    }
}

static void show_answer(struct call *c, const struct json *answer, bool alone)
{
    bool clean = json_is_true(json_get(answer, "clean"));
    const struct json *months = json_get(answer, "months");
    printf("%s%lld  " STR_FMT "%s\n", term_paint(STDOUT_FILENO, PAINT_BOLD),
           (long long)json_whole(json_get(answer, "question"), 0),
           STR_ARG(json_text(answer, "asks")), term_paint(STDOUT_FILENO, PAINT_OFF));
    printf("   %s%s%s", term_paint(STDOUT_FILENO, clean ? PAINT_GREEN : PAINT_RED),
           clean ? "nothing found" : "found", term_paint(STDOUT_FILENO, PAINT_OFF));
    if (!clean) printf(": %zu", json_len(json_get(answer, "exceptions")));
    putchar('\n');
    figures(json_get(answer, "numbers"));
    if (months)
        printf("   months " STR_FMT " to " STR_FMT "; against: " STR_FMT "\n",
               STR_ARG(json_text(months, "from")), STR_ARG(json_text(months, "to")),
               STR_ARG(json_text(months, "baseline")));
    times(answer);
    exceptions(json_get(answer, "exceptions"), alone ? SIZE_MAX : SHOWN);
    table(c, answer);
}

static RC read_wish(struct call *c, const struct config *conf, struct audit_wish *w,
                    struct err *e)
{
    int64_t question, minutes, hours;
    *w = (struct audit_wish){.from = INSTANT_NONE, .to = INT64_MAX};
    if (opt_value(c, "from")) TRY(call_instant(c, conf, opt_text(c, "from", ""), &w->from, e));
    if (opt_value(c, "to")) TRY(call_instant(c, conf, opt_text(c, "to", ""), &w->to, e));
    TRY(opt_whole(c, "question", 1, 9, 0, &question, e));
    TRY(opt_whole(c, "tolerance", 1, 100000, 0, &minutes, e));
    w->question = (int)question;
    w->tolerance = MINUTES(minutes);
    TRY(opt_whole(c, "human", 1, 100000, 0, &minutes, e));
    w->human = MINUTES(minutes);
    TRY(opt_whole(c, "service", 1, 100000, 0, &hours, e));
    w->service_hours = (double)hours;
    return RC_OK;
}

RC run_audit(struct call *c, struct err *e)
{
    struct config conf;
    struct casework *w = NULL;
    struct json *r = NULL;
    struct audit_wish wish;
    struct term_bar bar;
    TRY(call_open(c, &conf, &w, e));
    enum rc rc = read_wish(c, &conf, &wish, e);
    if (rc == RC_OK) {
        term_bar_start(&bar, "auditing", "events");
        rc = casework_audit(w, &wish, (struct progress){term_bar_step, &bar}, c->arena, &r, e);
        term_bar_end(&bar);
    }
    casework_close(w);
    if (!r) return rc;
    if (c->json) show(c, r);
    const struct json *list = json_get(r, "answers");
    for (size_t i = 0; !c->json && i < json_len(list); i++)
        show_answer(c, json_at(list, i), json_len(list) == 1);
    return rc;
}
