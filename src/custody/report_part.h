/* What the parts of a report share, and nothing outside src/custody/report*.c includes: the
 * report that is being made, the jail's clock, tables, and grids of counts with their totals.
 * Parts are in report_count.c and report_time.c.
 *
 * What it must never do: hold anything back. Whatever is made with a grid is for the jail's own
 * people; what the public gets is made of report_cells.c alone. */
#pragma once
#include "custody/report.h"

struct grid {
    const char *id, *title, *words, *rows_are, *plot, *unit;
    struct str *rows, *columns;
    size_t n_rows, n_columns;
    int64_t *v; /* (n_rows + 1) × (n_columns + 1), totals last */
};

struct making {
    struct arena *a;
    const struct report_info *info;
    const struct report_source *s;
    const struct history *h; /* NULL: made of published quarters */
    struct json *report, *tables, *words;
};

/* ---- the jail's clock -------------------------------------------------------------------- */
int64_t part_local_day(const struct making *m, instant at);
int part_local_month(const struct making *m, instant at); /* year * 12 + month - 1 */
struct json *part_day(struct making *m, instant at);
struct json *part_minute(struct making *m, instant at); /* null for INSTANT_NONE */
bool part_within(const struct making *m, instant at);

/* ---- tables ------------------------------------------------------------------------------ */
struct json *part_table(struct making *m, const char *id, const char *title, const char *words,
                        bool total);
void part_column(struct making *m, struct json *t, struct str name, const char *unit);
struct json *part_row(struct making *m, struct json *t);
void part_say(struct making *m, const char *words);
struct str *part_names(struct making *m, const struct str *names, size_t n); /* a copy */
struct grid *part_grid(struct making *m, struct grid like);
void part_count(struct grid *g, size_t row, size_t col);
int64_t part_total(const struct grid *g);
void part_grid_table(struct making *m, const struct grid *g);

/* ---- what is counted --------------------------------------------------------------------- */
/* in words of enum outcome, and one more */
enum { ANSWERS = 6 };
extern const struct str part_answers[ANSWERS];
/* A new request of the period: a paper that takes the place of an earlier one is none. */
bool part_is_request(const struct making *m, const struct past_case *c);
bool part_is_named(const struct making *m, history_id id, const char *name);
/* To an ask: what stands last, by the policy or by a person after it. */
size_t part_answer(const struct making *m, const struct past_case *c, enum ask ask);
/* The lists on which an offence of the person stands, charged or convicted; each combination is
 * a class, so that classes add up. */
struct str part_class(struct making *m, const struct past_case *c);
int part_by_name(const void *p, const void *q); /* of struct str */
extern const char *const part_list_words;

struct spans {
    int64_t *list;
    size_t n, without; /* without: it did not happen */
};
enum { DELIVERY_SPANS = 4 };
extern const char *const part_delivery_names[DELIVERY_SPANS];
void part_delivery_spans(struct making *m, struct spans s[DELIVERY_SPANS]); /* sorted */
void part_parity_spans(struct making *m, struct spans *with, struct spans *none);
int64_t part_quantile(const struct spans *s, double q);
struct json *part_minutes(struct making *m, int64_t ms); /* to a tenth */
const char *part_shift_word(const struct report_shift *s);
/* rows: duties; columns: in time, late, open, open and late */
struct grid *part_duty_grid(struct making *m);

/* ---- parts of reports that are not for the public ---------------------------------------- */
void part_lists(struct making *m);
void part_duties(struct making *m);
void part_delivery(struct making *m);
void part_parity(struct making *m);
void part_illinois(struct making *m);

/* ---- report_cells.c, report_coarse.c ----------------------------------------------------- */
/* Adds the tables of requests to a quarter; ret: their total if it is shown, else -1. */
int64_t part_cells(struct making *m, struct json *quarter);
/* What a quarter may say of times and duties when `requests` is what it shows of requests. */
void part_coarse(struct making *m, struct json *quarter, int64_t requests);
/* report_open.c: the tables of a public report */
void part_open(struct making *m, const struct json *quarters);
