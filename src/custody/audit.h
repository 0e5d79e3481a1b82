/* The auditor's nine questions, each asked of the past as the ledger tells it (history.h);
 * docs/audit.md says what each means exactly and what it cannot see. An answer is JSON: the
 * figures, every exception with its case and the event of the ledger that shows it, and whether
 * the question found a violation. Pure: what needs packs or a calendar comes in.
 *
 * What it must never do: name a person in custody, count what is not known as good. */
#pragma once
#include "custody/history.h"
#include "custody/trend.h"

enum { AUDIT_QUESTIONS = 9 };

struct audit_differs { /* a decision that does not say what the policy in force said */
    uint64_t event;
    int64_t case_id;
    instant at;
    struct str why;
};

struct audit {
    const struct history *past;
    instant from, to;             /* [from, to); INSTANT_NONE and INSTANT_MAX: all there is */
    int64_t tolerance;            /* of question 3, over the local median */
    double service_hours;         /* of question 4 */
    struct str service;           /* the duty that is the service */
    int64_t human;                /* of question 8: until a person has looked */
    uint64_t decided, unreadable; /* of question 5: decided again, and without their text */
    const struct audit_differs *differs;
    size_t n_differs;
    struct { /* of question 7 */
        int (*of)(void *ctx, instant at);
        void *ctx;
    } month; /* local months; NULL: UTC */
    bool has_previous;
    struct trend_term previous, present;
    double threshold, level;
};
struct audit audit_usual(const struct history *h); /* 6 h, 24 h, 60 min, 2.0 at 99 % */

const char *audit_asks(int question); /* 1 … 9, one sentence */
/* {question, asks, clean, numbers, exceptions:[{case, event, at, what}], tables …} */
struct json *audit_answer(struct arena *a, const struct audit *in, int question);
