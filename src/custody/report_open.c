/* See report_part.h: the tables of the reports for the public, put together of published
 * quarters (report_quarter) and nothing else. A sum over quarters is shown when all its parts
 * are: it says nothing that they have not said. */
#include "custody/report_part.h"
#include <stdlib.h>

struct sum { /* over quarters */
    int64_t n;
    bool held;
    bool unknown; /* the quarters do not say of what */
};

struct opening {
    struct making *m;
    struct json *table; /* being made */
    const struct json *quarters;
    struct str *classes; /* of all of them */
    size_t n_classes;
    int64_t held;
};

static void open_table(struct opening *o, const char *id, const char *title, const char *words,
                       bool total)
{
    o->held = 0;
    o->table = part_table(o->m, id, title, words, total);
}

static void close_table(struct opening *o, const char *plot)
{
    if (plot) json_set(o->m->a, o->table, "plot", json_c(o->m->a, plot));
    json_set(o->m->a, o->table, "held", json_int(o->m->a, o->held));
}

static void put(struct opening *o, struct json *row, struct json *v)
{
    o->held += str_is(json_str(v), "*");
    json_add(o->m->a, row, v);
}

static void put_sum(struct opening *o, struct json *row, const struct sum *s)
{
    put(o, row,
        s->unknown ? json_null(o->m->a)
        : s->held  ? json_c(o->m->a, "*")
                   : json_int(o->m->a, s->n));
}

static void take(struct sum *s, const struct json *v)
{
    s->n += json_whole(v, 0);
    s->held |= v->type == JSON_STRING;
    s->unknown |= v->type == JSON_NULL;
}

static struct json *last_of(const struct json *list)
{
    return json_at(list, json_len(list) - 1);
}

static size_t class_in(const struct json *quarter, struct str name)
{
    const struct json *list = json_get(quarter, "classes");
    size_t i = 0;
    while (i < json_len(list) && !str_eq(json_str(json_at(list, i)), name)) i++;
    return i;
}

/* A class that a quarter does not have was not there, unless it may stand in the rest. */
static bool in_rest(const struct json *quarter, struct str name)
{
    size_t n = json_len(json_get(quarter, "classes"));
    return class_in(quarter, name) == n && class_in(quarter, STR(REPORT_OTHER_CLASSES)) < n;
}

/* The rest is another one in each quarter. */
static bool adds_up(const struct opening *o, struct str name)
{
    return json_len(o->quarters) == 1 || !str_is(name, REPORT_OTHER_CLASSES);
}

static int rest_last(const void *p, const void *q)
{
    const struct str *x = p, *y = q;
    int a = str_is(*x, REPORT_OTHER_CLASSES), b = str_is(*y, REPORT_OTHER_CLASSES);
    return a != b ? a - b : str_cmp(*x, *y);
}

static void find_classes(struct opening *o)
{
    size_t cap = 0;
    for (size_t i = 0; i < json_len(o->quarters); i++) {
        const struct json *list = json_get(json_at(o->quarters, i), "classes");
        for (size_t k = 0; k < json_len(list); k++) {
            size_t j = 0;
            while (j < o->n_classes && !str_eq(o->classes[j], json_str(json_at(list, k)))) j++;
            if (j < o->n_classes) continue;
            arena_push(o->m->a, o->classes, o->n_classes, cap);
            o->classes[o->n_classes++] = json_str(json_at(list, k));
        }
    }
    if (o->n_classes) qsort(o->classes, o->n_classes, sizeof *o->classes, rest_last);
}

/* ---- requests ---------------------------------------------------------------------------- */

static void answer_columns(struct opening *o, const char *rows_are)
{
    part_column(o->m, o->table, str_c(rows_are), "text");
    for (size_t i = 0; i < ANSWERS; i++)
        part_column(o->m, o->table, part_answers[i], "requests");
    part_column(o->m, o->table, STR("all"), "requests");
}

static void sum_row(struct opening *o, const char *name, const struct sum *sums, size_t n)
{
    struct json *r = part_row(o->m, o->table);
    json_add(o->m->a, r, json_c(o->m->a, name));
    for (size_t i = 0; i < n; i++) put_sum(o, r, &sums[i]);
}

static void answers(struct opening *o)
{
    struct sum all[ANSWERS + 1] = {{0}};
    open_table(o, "answers", "Requests by month and answer",
               "New requests, in the month in which they were recorded, by what was answered "
               "last to the wish to be told of a release when the quarter was counted.",
               true);
    answer_columns(o, "month");
    for (size_t q = 0; q < json_len(o->quarters); q++) {
        const struct json *quarter = json_at(o->quarters, q),
                          *months = json_get(quarter, "months"),
                          *v = json_get(quarter, "answers");
        for (size_t i = 0; i < json_len(months); i++) {
            struct json *r = part_row(o->m, o->table);
            json_add(o->m->a, r, json_at(months, i));
            for (size_t k = 0; k <= ANSWERS; k++) put(o, r, json_at(json_at(v, i), k));
        }
        for (size_t k = 0; k <= ANSWERS; k++) take(&all[k], json_at(last_of(v), k));
    }
    sum_row(o, "all", all, ANSWERS + 1);
    close_table(o, "bars");
}

static void class_row(struct opening *o, struct str name)
{
    struct sum s[ANSWERS + 1] = {{0}};
    struct json *r = part_row(o->m, o->table);
    json_add(o->m->a, r, json_string(o->m->a, name));
    for (size_t q = 0; q < json_len(o->quarters); q++) {
        const struct json *quarter = json_at(o->quarters, q);
        size_t i = class_in(quarter, name);
        for (size_t k = 0; k <= ANSWERS; k++)
            if (in_rest(quarter, name) || !adds_up(o, name))
                s[k].unknown = true;
            else if (i < json_len(json_get(quarter, "classes")))
                take(&s[k], json_at(json_at(json_get(quarter, "lists"), i), k));
    }
    for (size_t k = 0; k <= ANSWERS; k++) put_sum(o, r, &s[k]);
}

static void lists(struct opening *o)
{
    struct sum all[ANSWERS + 1] = {{0}};
    open_table(o, "lists", "Requests by offence list and answer", part_list_words, true);
    answer_columns(o, "offence lists");
    for (size_t i = 0; i < o->n_classes; i++) class_row(o, o->classes[i]);
    for (size_t q = 0; q < json_len(o->quarters); q++)
        for (size_t k = 0; k <= ANSWERS; k++)
            take(&all[k], json_at(last_of(json_get(json_at(o->quarters, q), "lists")), k));
    sum_row(o, "all", all, ANSWERS + 1);
    close_table(o, "shares");
}

/* A row of a quarter's list_months, into r or onto what is added up over the quarters. */
static void class_month(struct opening *o, const struct json *quarter, const struct json *row,
                        struct json *r, struct sum *sums)
{
    for (size_t k = 0; k <= o->n_classes; k++) {
        bool last = k == o->n_classes;
        size_t n = json_len(json_get(quarter, "classes")),
               i = last ? n : class_in(quarter, o->classes[k]);
        struct json *v = last || i < n                     ? json_at(row, i)
                         : in_rest(quarter, o->classes[k]) ? json_null(o->m->a)
                                                           : json_int(o->m->a, 0);
        if (r) put(o, r, v);
        if (sums && !last && !adds_up(o, o->classes[k])) sums[k].unknown = true;
        if (sums) take(&sums[k], v);
    }
}

static void list_months(struct opening *o)
{
    struct sum *all = arena_array(o->m->a, struct sum, o->n_classes + 1);
    open_table(o, "list-months", "Requests by month and offence list", part_list_words, true);
    part_column(o->m, o->table, STR("month"), "text");
    for (size_t i = 0; i < o->n_classes; i++)
        part_column(o->m, o->table, o->classes[i], "requests");
    part_column(o->m, o->table, STR("all"), "requests");
    for (size_t q = 0; q < json_len(o->quarters); q++) {
        const struct json *quarter = json_at(o->quarters, q),
                          *months = json_get(quarter, "months"),
                          *v = json_get(quarter, "list_months");
        for (size_t i = 0; i < json_len(months); i++) {
            struct json *r = part_row(o->m, o->table);
            json_add(o->m->a, r, json_at(months, i));
            class_month(o, quarter, json_at(v, i), r, NULL);
        }
        class_month(o, quarter, last_of(v), NULL, all);
    }
    sum_row(o, "all", all, o->n_classes + 1);
    close_table(o, NULL);
}

/* ---- times and duties: never added up ---------------------------------------------------- */

/* A row of a quarter, opened by its name and, where there are several, the quarter. */
static void quarter_row(struct opening *o, const struct json *quarter, const struct json *cells)
{
    struct json *r = part_row(o->m, o->table), *name = json_at(cells, 0);
    if (json_len(o->quarters) > 1)
        name = json_c(o->m->a, arena_printf(o->m->a, STR_FMT ": " STR_FMT,
                                            STR_ARG(json_text(quarter, "quarter")),
                                            STR_ARG(json_str(name))));
    json_add(o->m->a, r, name);
    for (size_t k = 1; k < json_len(cells); k++) put(o, r, json_at(cells, k));
}

static void rows_of(struct opening *o, const char *member)
{
    for (size_t q = 0; q < json_len(o->quarters); q++) {
        const struct json *quarter = json_at(o->quarters, q), *rows = json_get(quarter, member);
        for (size_t i = 0; i < json_len(rows); i++) quarter_row(o, quarter, json_at(rows, i));
    }
}

static void span_columns(struct opening *o, const char *what)
{
    static const char *const names[] = {"25 %", "median", "75 %"};
    part_column(o->m, o->table, str_c(what), "text");
    for (int i = 0; i < 3; i++) part_column(o->m, o->table, str_c(names[i]), "minutes");
}

#define WHEN_HELD                                                                              \
    " Of a group of fewer than twenty nothing is said, nor in a quarter with fewer than "      \
    "forty "                                                                                   \
    "requests or one that does not say how many."

static void times(struct opening *o)
{
    open_table(o, "delivery", "How quickly notices of release were given",
               "Notices of release queued in the quarter; whole minutes." WHEN_HELD, false);
    span_columns(o, "from … to");
    rows_of(o, "delivery");
    close_table(o, NULL);
    open_table(o, "parity", "From the trigger to the release, with and without a request",
               "Releases whose trigger came in the quarter, in steps of a quarter of an hour. "
               "With: a request was open when the release began. Without: nobody ever asked. "
               "It can show that one group left later than the other; it cannot show why, for "
               "the groups may differ in charge, hour and kind of release, and it sees nothing "
               "of what came before the trigger." WHEN_HELD,
               false);
    span_columns(o, "group");
    rows_of(o, "parity");
    close_table(o, NULL);
}

static void shifts(struct opening *o)
{
    static const char *const names[] = {"shift", "from", "to"};
    open_table(o, "parity-difference", "Difference between the two groups",
               "Median of all differences between a release with and one without a request, "
               "with the interval that holds the true shift in 95 of 100 such periods, widened "
               "to steps of five minutes. Above zero: with a request, later. Nothing is said "
               "where a group is held back.",
               false);
    part_column(o->m, o->table, STR("with less without"), "text");
    for (int i = 0; i < 3; i++) part_column(o->m, o->table, str_c(names[i]), "minutes");
    for (size_t q = 0; q < json_len(o->quarters); q++) {
        const struct json *quarter = json_at(o->quarters, q), *s = json_get(quarter, "shift");
        if (s) quarter_row(o, quarter, s);
    }
    close_table(o, NULL);
}

static void duties(struct opening *o)
{
    open_table(
        o, "duties", "Duties met in time",
        "Of the duties that began in the quarter and were met or late when it was "
        "counted, how many were met in time. What has no deadline cannot be late." WHEN_HELD,
        false);
    part_column(o->m, o->table, STR("duty"), "text");
    part_column(o->m, o->table, STR("in time"), "text");
    rows_of(o, "duties");
    close_table(o, NULL);
}

void part_open(struct making *m, const struct json *quarters)
{
    struct opening o = {.m = m, .quarters = quarters};
    bool council = str_is(STR("council-quarterly"), m->info->name);
    find_classes(&o);
    answers(&o);
    lists(&o);
    if (!council) list_months(&o);
    if (!council) return;
    times(&o);
    shifts(&o);
    duties(&o);
}
