/* Have requests expanded against an earlier time? A series of counts by month, in which a month
 * may be unknown and a count may cover several months (a quarter of which no months were
 * published), is compared with a baseline. Pure: the series, the terms of office and the limits
 * come in.
 *
 * What it must never do: take an unknown month for zero, change an outcome. It says what the
 * counts show; people decide. */
#pragma once
#include "base/arena.h"
#include "base/date.h"

/* A month is a number: year * 12 + month - 1. */
#define TREND_MONTH(year, month) ((year)*12 + (month)-1)

struct trend_row {
    int month, months; /* the first one, and how many the count covers */
    int64_t count;     /* < 0: unknown, as if the row were not there */
    int64_t bookings;  /* < 0: unknown */
};
struct trend_series {
    const struct trend_row *rows; /* in order of time, not overlapping (trend_in_order) */
    size_t n;
};
bool trend_in_order(const struct trend_series *s);

/* of one administration; the month in which it changes belongs to neither */
struct trend_term {
    instant from, to;
};

enum trend_baseline { TREND_SAME_MONTHS, TREND_WHOLE_TERM, TREND_CHOSEN };
enum trend_method { TREND_BINOMIAL, TREND_GAMMA_POISSON };

/* "same months", "whole term", "window" */
const char *trend_baseline_word(enum trend_baseline b);
bool trend_baseline_from_word(struct str s, enum trend_baseline *ret);
bool trend_month_parse(struct str s, int *ret); /* 2026-09 */
const char *trend_month_print(int month, char buf[24]);

/* What a policy says of its own re-evaluation (pack.yaml, trend). */
struct trend_rule {
    double threshold, level;
    enum trend_baseline baseline;
    int from, to; /* TREND_CHOSEN: months, [from, to) */
    double fall;  /* of the share of requests about the lists below, in parts of one */
    struct str lists[8];
    size_t n_lists;
};
struct trend_rule trend_rule_usual(void); /* 2.0 at 99 %, same months; 0.2; violent, serious */

/* The calendar of administrations: "2021-01-20T12:00:00-05:00 46th; 2025-01-20T12:00:00-05:00
 * 47th", in order. */
struct trend_administration {
    struct trend_term term; /* to INSTANT_MAX: the last one */
    struct str name;
};
#define INSTANT_MAX INT64_MAX
/* TREND-0001 */
RC trend_calendar(struct arena *a, struct str text, struct trend_administration **ret,
                  size_t *ret_n, struct err *e);

struct trend_question {
    int from, to; /* months looked at, [from, to) */
    enum trend_baseline baseline;
    struct trend_term previous; /* for the first two */
    int base_from, base_to;     /* TREND_CHOSEN */
    double threshold;           /* the pack's; 2.0 */
    double level;               /* 0.99 */
};
/* is the month one of the baseline? */
bool trend_in_base(const struct trend_question *q, int month);
struct trend_side {
    int asked, known; /* months */
    int64_t count;    /* over the known months */
    int64_t bookings; /* < 0: not known for all of them */
};
struct trend_answer {
    struct trend_side now, base;
    bool comparable;  /* both sides know something; else ratio is not set */
    bool per_booking; /* exposure is bookings, known on both sides; otherwise months */
    enum trend_method method;
    const char *why;   /* this method, one sentence */
    double dispersion; /* used; 1 with TREND_BINOMIAL */
    struct ratio_of {
        double ratio, low, high, p;
    } ratio;
    bool practical, statistical, alert;
};
void trend_ask(const struct trend_series *s, const struct trend_question *q,
               struct trend_answer *ret);

struct trend_change {
    int month;            /* the first of the new rate; 0: fewer than four known rows */
    double certainty;     /* that there was a change at all, even odds before looking */
    int earliest, latest; /* 90 % of the certainty about when */
    double before, after; /* a month */
};
enum { TREND_ROWS = 600 }; /* the last ones are looked at: fifty years */
struct trend_change trend_change(const struct trend_series *s, int from, int to);

struct trend_forecast {
    int known;              /* months it rests on; 0: none, nothing is forecast */
    double mean, low, high; /* of the count in the three months from `month`; 90 % */
};
/* From the known of the twelve months before `month`, as if nothing changes. */
struct trend_forecast trend_forecast(const struct trend_series *s, int month);
