/* See audit.h. What is asked, the form of every answer, and which file answers it. */
#include "custody/audit_part.h"
#include <math.h>
#include <stdlib.h>

struct audit audit_usual(const struct history *h)
{
    return (struct audit){.past = h,
                          .from = INSTANT_NONE,
                          .to = INSTANT_MAX,
                          .tolerance = HOURS(6),
                          .service_hours = 24,
                          .service = STR("serve a copy on the person"),
                          .human = MINUTES(60),
                          .threshold = 2,
                          .level = 0.99};
}

const char *audit_asks(int question)
{
    static const char *const texts[] = {
        "Was anything told to an agency without a request of it before, or after the request "
        "had ended?",
        "Was anything sent to an address that was not on the agency's verified list?",
        "Was anybody with a request released later than the local median and the tolerance "
        "allow?",
        "Was a request not served on the person in time?",
        "Did a decision say other than the policy that was in force?",
        "Who decided otherwise than the policy, and how often?",
        "How many requests for a thousand bookings, by charge, against the administration "
        "before?",
        "Which messages failed, and how long until a person knew?",
        "Who looked at cases, and what for?"};
    return question >= 1 && question <= AUDIT_QUESTIONS ? texts[question - 1] : "";
}

/* ---- the form ---------------------------------------------------------------------------- */

bool audit_within(const struct asking *x, instant at)
{
    return at != INSTANT_NONE && at >= x->in->from && at < x->in->to;
}

struct json *audit_time(struct arena *a, instant t)
{
    char text[40];
    return t == INSTANT_NONE ? json_null(a) : json_c(a, arena_strdup(a, instant_utc(t, text)));
}

struct json *audit_case(struct arena *a, int64_t id)
{
    return id ? json_c(a, arena_printf(a, "C%06lld", (long long)id)) : json_null(a);
}

struct json *audit_rounded(struct arena *a, double d)
{
    return isfinite(d) ? json_real(a, round(d * 1000) / 1000) : json_null(a);
}

void audit_count(struct asking *x, const char *name, uint64_t n)
{
    json_set(x->a, x->numbers, name, json_int(x->a, (int64_t)n));
}

struct json *audit_name(struct asking *x, history_id id)
{
    return id == HISTORY_NONE ? json_null(x->a)
                              : json_string(x->a, str_dup(x->a, history_name(x->h, id)));
}

bool audit_is_named(const struct asking *x, history_id id, const char *text)
{
    return str_is(history_name(x->h, id), text);
}

struct json *audit_row(struct asking *x, int64_t case_id, uint64_t event, instant at)
{
    struct json *o = json_object(x->a);
    json_set(x->a, o, "case", audit_case(x->a, case_id));
    if (at != INSTANT_NONE) { /* a finding about many events points at none */
        json_set(x->a, o, "event", json_int(x->a, (int64_t)event));
        json_set(x->a, o, "at", audit_time(x->a, at));
    }
    return o;
}

void audit_exception(struct asking *x, int64_t case_id, uint64_t event, instant at,
                     const char *what)
{
    struct json *o = audit_row(x, case_id, event, at);
    json_set(x->a, o, "what", json_c(x->a, what));
    json_add(x->a, x->exceptions, o);
}

int audit_by_size(const void *p, const void *q)
{
    int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
    return a < b ? -1 : a > b;
}

int64_t audit_quantile(const int64_t *sorted, size_t n, double q)
{
    return n ? sorted[(size_t)((double)(n - 1) * q + 0.5)] : -1;
}

void audit_spans(struct asking *x, const char *name, int64_t *list, size_t n)
{
    struct json *o = json_object(x->a);
    qsort(list, n, sizeof *list, audit_by_size);
    json_set(x->a, o, "n", json_int(x->a, (int64_t)n));
    if (n) {
        json_set(x->a, o, "median_minutes",
                 audit_rounded(x->a, (double)audit_quantile(list, n, 0.5) / 60000));
        json_set(x->a, o, "p95_minutes",
                 audit_rounded(x->a, (double)audit_quantile(list, n, 0.95) / 60000));
        json_set(x->a, o, "longest_minutes", audit_rounded(x->a, (double)list[n - 1] / 60000));
    }
    json_set(x->a, x->answer, name, o);
}

/* ---- all --------------------------------------------------------------------------------- */

struct json *audit_answer(struct arena *a, const struct audit *in, int question)
{
    static void (*const questions[])(struct asking * x) = {
        audit_question_1, audit_question_2, audit_question_3,
        audit_question_4, audit_question_5, audit_question_6,
        audit_question_7, audit_question_8, audit_question_9};
    struct asking x = {.a = a,
                       .in = in,
                       .h = in->past,
                       .answer = json_object(a),
                       .numbers = json_object(a),
                       .exceptions = json_array(a)};
    x.end = in->past->last_at == INSTANT_NONE || in->past->last_at < in->to ? in->past->last_at
                                                                            : in->to;
    json_set(a, x.answer, "question", json_int(a, question));
    json_set(a, x.answer, "asks", json_c(a, audit_asks(question)));
    if (question < 1 || question > AUDIT_QUESTIONS) return x.answer;
    questions[question - 1](&x);
    json_set(a, x.answer, "clean", json_bool(a, json_len(x.exceptions) == 0));
    json_set(a, x.answer, "numbers", x.numbers);
    json_set(a, x.answer, "exceptions", x.exceptions);
    return x.answer;
}
