/* What the questions of audit.h share: the one that is being answered, and the form in which
 * all answer. Nothing outside src/custody/audit*.c includes this. */
#pragma once
#include "custody/audit.h"

struct asking {
    struct arena *a;
    const struct audit *in;
    const struct history *h;
    instant end; /* what is due later than this is not late yet */
    struct json *answer, *numbers, *exceptions;
};

/* in the time that is asked about */
bool audit_within(const struct asking *x, instant at);
struct json *audit_time(struct arena *a, instant t);
struct json *audit_case(struct arena *a, int64_t id);
struct json *audit_rounded(struct arena *a, double d);
struct json *audit_name(struct asking *x, history_id id);
/* one of the numbers */
void audit_count(struct asking *x, const char *name, uint64_t n);
bool audit_is_named(const struct asking *x, history_id id, const char *text);
/* case, event and instant; INSTANT_NONE: a finding about many events points at none */
struct json *audit_row(struct asking *x, int64_t case_id, uint64_t event, instant at);
void audit_exception(struct asking *x, int64_t case_id, uint64_t event, instant at,
                     const char *what);
/* lengths of time: compares two, one of a sorted list, and a table of what is usual; sorts
 * it */
int audit_by_size(const void *p, const void *q);
int64_t audit_quantile(const int64_t *sorted, size_t n, double q);
void audit_spans(struct asking *x, const char *name, int64_t *list, size_t n);

/* when the agency took a request back or replaced it; INSTANT_NONE: it did not */
instant audit_ended_at(const struct past_case *c);

void audit_question_1(struct asking *x); /* audit_told.c: what was told, and where to */
void audit_question_2(struct asking *x);
void audit_question_8(struct asking *x);
void audit_question_3(struct asking *x); /* audit_held.c: how long people waited */
void audit_question_4(struct asking *x);
void audit_question_5(struct asking *x); /* audit_people.c: who decided, who looked */
void audit_question_6(struct asking *x);
void audit_question_9(struct asking *x);
void audit_question_7(struct asking *x); /* audit_rate.c: requests for a thousand bookings */
