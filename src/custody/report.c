/* See report.h. A report is a list of parts; a part adds tables. Counts go through grids, so
 * that all grids of one report are held back together: rows, columns, totals and the numbers
 * that two grids share. */
#include "custody/report.h"
#include "base/buf.h"
#include "custody/suppress.h"
#include <math.h>
#include <stdlib.h>

/* A constant of static storage, which a compound literal is not. */
#define STR_INIT(lit)                                                                          \
    {                                                                                          \
        ("" lit), sizeof(lit) - 1                                                              \
    }

enum { GRIDS = 4, LISTS_SHOWN = 7, KEPT_APART = 3 };

struct grid {
    const char *id, *title, *words, *rows_are, *columns_are, *of, *plot, *unit;
    struct str *rows, *columns;
    size_t n_rows, n_columns;
    int64_t *v; /* (n_rows + 1) × (n_columns + 1), totals last */
};

struct making {
    struct arena *a;
    const struct report_info *info;
    const struct report_source *s;
    const struct history *h;
    struct json *report, *tables, *words;
    struct grid grids[GRIDS];
    size_t n_grids;
};

/* ---- local time -------------------------------------------------------------------------- */

static int64_t local_seconds(const struct making *m, instant at)
{
    return at / 1000 - (at % 1000 < 0) + (m->s->offset ? m->s->offset(m->s->ctx, at) : 0);
}

static int64_t local_day(const struct making *m, instant at)
{
    int64_t s = local_seconds(m, at);
    return s / 86400 - (s % 86400 < 0);
}

static int local_month(const struct making *m, instant at)
{
    int64_t year;
    int month, day;
    date_civil(local_day(m, at), &year, &month, &day);
    return (int)year * 12 + month - 1;
}

static struct json *day_json(struct making *m, instant at)
{
    char text[24];
    return json_c(m->a, arena_strdup(m->a, date_print(local_day(m, at), text)));
}

static struct json *minute_json(struct making *m, instant at) /* on the clock of the jail */
{
    char text[24];
    if (at == INSTANT_NONE) return json_null(m->a);
    int64_t day = local_day(m, at), s = local_seconds(m, at) - day * 86400;
    return json_c(m->a, arena_printf(m->a, "%s %02d:%02d", date_print(day, text),
                                     (int)(s / 3600), (int)(s / 60 % 60)));
}

static bool within(const struct making *m, instant at)
{
    return at != INSTANT_NONE && at >= m->s->from && at < m->s->to;
}

/* A paper that takes the place of an earlier one is no new request. */
static bool is_request(const struct making *m, const struct past_case *c)
{
    return c->has_request && !c->supersedes && !c->amends && within(m, c->recorded_at);
}

static bool is_named(const struct making *m, history_id id, const char *name)
{
    return str_is(history_name(m->h, id), name);
}

/* ---- tables ------------------------------------------------------------------------------ */

static struct json *table_new(struct making *m, const char *id, const char *title,
                              const char *words, bool total)
{
    struct json *t = json_object(m->a), *w = json_array(m->a);
    if (words) json_add(m->a, w, json_c(m->a, words));
    json_set(m->a, t, "id", json_c(m->a, id));
    json_set(m->a, t, "title", json_c(m->a, title));
    json_set(m->a, t, "words", w);
    json_set(m->a, t, "columns", json_array(m->a));
    json_set(m->a, t, "rows", json_array(m->a));
    json_set(m->a, t, "total", json_bool(m->a, total));
    json_add(m->a, m->tables, t);
    return t;
}

static void column(struct making *m, struct json *t, struct str name, const char *unit)
{
    struct json *c = json_object(m->a);
    json_set(m->a, c, "name",
             json_string(m->a, str_dup(m->a, name))); /* the past is freed before the report */
    json_set(m->a, c, "unit", json_c(m->a, unit));
    json_add(m->a, json_get(t, "columns"), c);
}

static struct json *row_new(struct making *m, struct json *t)
{
    struct json *r = json_array(m->a);
    json_add(m->a, json_get(t, "rows"), r);
    return r;
}

static void say(struct making *m, const char *words)
{
    json_add(m->a, m->words, json_c(m->a, words));
}

static struct grid *grid_new(struct making *m, struct grid like)
{
    struct grid *g = &m->grids[m->n_grids++];
    *g = like;
    g->v = arena_array(m->a, int64_t, (g->n_rows + 1) * (g->n_columns + 1));
    return g;
}

static void grid_add(struct grid *g, size_t row, size_t col)
{
    size_t wide = g->n_columns + 1;
    g->v[row * wide + col]++;
    g->v[row * wide + g->n_columns]++;
    g->v[g->n_rows * wide + col]++;
    g->v[g->n_rows * wide + g->n_columns]++;
}

/* ---- what is held back ------------------------------------------------------------------- */

struct sums {
    struct arena *a;
    struct suppress_sum *list;
    size_t n, cap;
};

static void sum_add(struct sums *s, size_t whole, size_t first, size_t step, size_t n)
{
    size_t *parts = arena_array(s->a, size_t, n + 1);
    for (size_t i = 0; i < n; i++) parts[i] = first + i * step;
    arena_push(s->a, s->list, s->n, s->cap);
    s->list[s->n++] = (struct suppress_sum){whole, parts, n};
}

static bool same(const char *x, const char *y) { return strcmp(x, y) == 0; }

/* Grids whose rows are the same things share their totals; so do columns; and what they are of
 * as a whole. */
static void tie_grids(struct sums *s, const struct grid *g, size_t g_at, const struct grid *k,
                      size_t k_at)
{
    size_t wide_g = g->n_columns + 1, wide_k = k->n_columns + 1;
    size_t last_g = g_at + g->n_rows * wide_g, last_k = k_at + k->n_rows * wide_k;
    if (!same(g->of, k->of)) return;
    sum_add(s, last_g + g->n_columns, last_k + k->n_columns, 0, 1);
    for (size_t i = 0; same(g->rows_are, k->rows_are) && i < g->n_rows; i++)
        sum_add(s, g_at + i * wide_g + g->n_columns, k_at + i * wide_k + k->n_columns, 0, 1);
    for (size_t i = 0; same(g->columns_are, k->columns_are) && i < g->n_columns; i++)
        sum_add(s, last_g + i, last_k + i, 0, 1);
}

static size_t grid_sums(struct sums *s, const struct grid *g, size_t at)
{
    size_t wide = g->n_columns + 1, last = at + g->n_rows * wide;
    for (size_t i = 0; i <= g->n_rows; i++)
        sum_add(s, at + i * wide + g->n_columns, at + i * wide, 1, g->n_columns);
    for (size_t i = 0; i <= g->n_columns; i++) sum_add(s, last + i, at + i, wide, g->n_rows);
    return last + wide;
}

static bool *hold_back(struct making *m)
{
    struct sums s = {.a = m->a};
    size_t at[GRIDS + 1] = {0};
    for (size_t i = 0; i < m->n_grids; i++) {
        at[i + 1] = grid_sums(&s, &m->grids[i], at[i]);
        for (size_t k = 0; k < i; k++) tie_grids(&s, &m->grids[i], at[i], &m->grids[k], at[k]);
    }
    int64_t *all = arena_array(m->a, int64_t, at[m->n_grids] + 1);
    bool *hidden = arena_array(m->a, bool, at[m->n_grids] + 1);
    for (size_t i = 0; i < m->n_grids; i++)
        memcpy(all + at[i], m->grids[i].v, (at[i + 1] - at[i]) * sizeof *all);
    struct suppress sup = {.count = all,
                           .n = at[m->n_grids],
                           .sums = s.list,
                           .n_sums = s.n,
                           .below = REPORT_BELOW,
                           .width = KEPT_APART};
    if (m->info->open) suppress_hide(m->a, &sup, hidden);
    return hidden;
}

static void grid_table(struct making *m, const struct grid *g, const bool *hidden)
{
    struct json *t = table_new(m, g->id, g->title, g->words, true);
    size_t wide = g->n_columns + 1, held = 0;
    column(m, t, str_c(g->rows_are), "text");
    for (size_t i = 0; i < g->n_columns; i++) column(m, t, g->columns[i], g->unit);
    column(m, t, STR("all"), g->unit);
    for (size_t r = 0; r <= g->n_rows; r++) {
        struct json *row = row_new(m, t);
        json_add(m->a, row,
                 json_string(m->a, r < g->n_rows ? str_dup(m->a, g->rows[r]) : STR("all")));
        for (size_t c = 0; c < wide; c++) {
            held += hidden[r * wide + c];
            json_add(m->a, row,
                     hidden[r * wide + c] ? json_c(m->a, "*")
                                          : json_int(m->a, g->v[r * wide + c]));
        }
    }
    if (g->plot) json_set(m->a, t, "plot", json_c(m->a, g->plot));
    json_set(m->a, t, "held", json_int(m->a, (int64_t)held));
}

static void grids_done(struct making *m)
{
    const bool *hidden = hold_back(m);
    for (size_t i = 0; i < m->n_grids; i++) {
        grid_table(m, &m->grids[i], hidden);
        hidden += (m->grids[i].n_rows + 1) * (m->grids[i].n_columns + 1);
    }
    m->n_grids = 0;
}

/* ---- requests ---------------------------------------------------------------------------- */

static const struct str answers[] = {STR_INIT("notify"),  STR_INIT("honor"),
                                     STR_INIT("decline"), STR_INIT("review"),
                                     STR_INIT("refer"),   STR_INIT("not asked or not decided")};
enum { ANSWERS = sizeof answers / sizeof *answers };

/* To the ask to be told of a release: what stands last, by the policy or by a person after it.
 */
static size_t answer_to(const struct making *m, const struct past_case *c, enum ask ask)
{
    size_t found = ANSWERS - 1;
    uint64_t event = 0;
    if (c->last_decision != HISTORY_NONE) {
        const struct past_decision *d = &m->h->decisions[c->last_decision];
        if (d->outcome[ask] < 0) return found;
        found = (size_t)d->outcome[ask];
        event = d->event;
    }
    for (history_id i = c->by_hand; i != HISTORY_NONE; i = m->h->by_hand[i].next) {
        const struct past_by_hand *b = &m->h->by_hand[i];
        if (b->ask == ask && b->what != HAND_PROPOSED && b->event > event)
            found = (size_t)b->outcome;
    }
    return found;
}

static struct str *copy_names(struct making *m, const struct str *names, size_t n)
{
    struct str *list = arena_array(m->a, struct str, n + 1);
    memcpy(list, names, n * sizeof *list);
    return list;
}

static int month_names(struct making *m, struct str **ret, size_t *ret_n)
{
    instant from = m->h->first_at > m->s->from ? m->h->first_at : m->s->from,
            to = m->h->last_at < m->s->to ? m->h->last_at + 1 : m->s->to;
    /* months without a ledger are not months without requests */
    int first = local_month(m, from), last = local_month(m, (to > from ? to : from + 1) - 1);
    *ret_n = (size_t)last - (size_t)first + 1;
    *ret = arena_array(m->a, struct str, *ret_n);
    for (int i = first; i <= last; i++)
        (*ret)[i - first] = str_c(arena_printf(m->a, "%04d-%02d", i / 12, i % 12 + 1));
    return first;
}

static void part_months(struct making *m)
{
    struct grid like = {.id = "answers",
                        .title = "Requests by month and answer",
                        .rows_are = "month",
                        .columns_are = "answer",
                        .of = "requests",
                        .plot = "bars",
                        .unit = "requests",
                        .words = "New requests, in the month in which they were recorded, by "
                                 "what was last answered to the wish to be told of a release.",
                        .columns = copy_names(m, answers, ANSWERS),
                        .n_columns = ANSWERS};
    int first = month_names(m, &like.rows, &like.n_rows);
    struct grid *g = grid_new(m, like);
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        if (is_request(m, c))
            grid_add(g, (size_t)(local_month(m, c->recorded_at) - first),
                     answer_to(m, c, ASK_NOTIFY));
    }
}

static int by_name(const void *p, const void *q)
{
    return str_cmp(*(const struct str *)p, *(const struct str *)q);
}

/* The lists on which an offence of the person stands, charged or convicted; each combination is
 * a class, so that classes add up. */
static struct str class_of(struct making *m, const struct past_case *c)
{
    struct str names[64];
    struct buf b = buf_in(m->a);
    size_t n = 0;
    uint64_t bits = c->at_request.lists_convicted | c->at_request.lists_charged;
    if (!c->at_request.known || (!bits && c->at_request.unclassified)) return STR("not known");
    for (size_t i = 0; i < history_lists(m->h) && i < 63; i++)
        if (bits >> i & 1) names[n++] = history_list(m->h, i);
    if (bits >> 63) names[n++] = STR("other lists");
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s" STR_FMT, i ? " + " : "", STR_ARG(names[i]));
    return n ? buf_str(&b) : STR("on no list");
}

struct class {
    struct str name;
    uint64_t n;
};

static int by_count(const void *p, const void *q)
{
    const struct class *x = p, *y = q;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : str_cmp(x->name, y->name);
}

struct classes {
    struct str *of;    /* each case row; empty: no request of the period */
    struct str *names; /* the most frequent, then the rest as one */
    size_t n;
};

static struct classes classify(struct making *m)
{
    struct classes k = {.of = arena_array(m->a, struct str, m->h->n_cases + 1)};
    struct class *list = NULL;
    size_t n = 0, cap = 0;
    for (size_t i = 0; i < m->h->n_cases; i++) {
        size_t j = 0;
        if (!is_request(m, &m->h->cases[i])) continue;
        k.of[i] = class_of(m, &m->h->cases[i]);
        while (j < n && !str_eq(list[j].name, k.of[i])) j++;
        if (j == n) {
            arena_push(m->a, list, n, cap);
            list[n++] = (struct class){k.of[i], 0};
        }
        list[j].n++;
    }
    if (n) qsort(list, n, sizeof *list, by_count);
    k.names = arena_array(m->a, struct str, n + 1);
    for (size_t i = 0; i < n && i < LISTS_SHOWN; i++) k.names[k.n++] = list[i].name;
    /* rows in the order of their counts would tell of hidden ones */
    if (k.n) qsort(k.names, k.n, sizeof *k.names, by_name);
    if (n > LISTS_SHOWN) k.names[k.n++] = STR("other combinations");
    return k;
}

static size_t class_index(const struct classes *k, size_t row)
{
    size_t i = 0;
    while (i + 1 < k->n && !str_eq(k->names[i], k->of[row])) i++;
    return i;
}

#define LIST_WORDS                                                                             \
    "A request counts once, under all the lists on which an offence of the person stood, "     \
    "charged or convicted, when it was first decided."

static void part_lists(struct making *m)
{
    struct classes k = classify(m);
    struct grid *g = grid_new(m, (struct grid){.id = "lists",
                                               .title = "Requests by offence list and answer",
                                               .words = LIST_WORDS,
                                               .rows_are = "offence lists",
                                               .columns_are = "answer",
                                               .of = "requests",
                                               .plot = "shares",
                                               .unit = "requests",
                                               .rows = k.names,
                                               .n_rows = k.n,
                                               .columns = copy_names(m, answers, ANSWERS),
                                               .n_columns = ANSWERS});
    for (size_t i = 0; i < m->h->n_cases; i++)
        if (k.of[i].n)
            grid_add(g, class_index(&k, i), answer_to(m, &m->h->cases[i], ASK_NOTIFY));
}

static void part_list_months(struct making *m)
{
    struct classes k = classify(m);
    struct grid like = {.id = "list-months",
                        .title = "Requests by month and offence list",
                        .words = LIST_WORDS,
                        .rows_are = "month",
                        .columns_are = "offence lists",
                        .of = "requests",
                        .unit = "requests",
                        .columns = k.names,
                        .n_columns = k.n};
    int first = month_names(m, &like.rows, &like.n_rows);
    struct grid *g = grid_new(m, like);
    for (size_t i = 0; i < m->h->n_cases; i++)
        if (k.of[i].n)
            grid_add(g, (size_t)(local_month(m, m->h->cases[i].recorded_at) - first),
                     class_index(&k, i));
}

/* ---- spans of time ----------------------------------------------------------------------- */

struct spans {
    int64_t *list;
    size_t n, without; /* without: it did not happen */
};

static int by_size(const void *p, const void *q)
{
    int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
    return a < b ? -1 : a > b;
}

static int64_t quantile(const struct spans *s, double q)
{
    return s->list[(size_t)((double)(s->n - 1) * q + 0.5)];
}

static struct json *tenths(struct making *m, double v)
{
    return json_real(m->a, round(v * 10) / 10);
}

static struct json *minutes(struct making *m, int64_t ms)
{
    return tenths(m, (double)ms / 60000);
}

static const double shown_at[] = {0.1, 0.25, 0.5, 0.75, 0.9};
enum { SHOWN = sizeof shown_at / sizeof *shown_at };

static struct json *spans_table(struct making *m, const char *id, const char *title,
                                const char *words, const char *what, const char *last)
{
    static const char *const names[SHOWN] = {"10 %", "25 %", "median", "75 %", "90 %"};
    struct json *t = table_new(m, id, title, words, false);
    column(m, t, str_c(what), "text");
    column(m, t, STR("number"), "count");
    for (size_t i = 0; i < SHOWN; i++) column(m, t, str_c(names[i]), "minutes");
    column(m, t, str_c(last), "minutes");
    column(m, t, STR("without"), "count");
    column(m, t, STR("share without"), "%");
    json_set(m->a, t, "plot", json_c(m->a, "strip"));
    json_set(m->a, t, "held", json_int(m->a, 0));
    return t;
}

static bool few(size_t n) { return n > 0 && n < REPORT_BELOW; }

/* In a report for the public a row goes with either of its counts: the other would tell it
 * through another row. */
static void spans_row(struct making *m, struct json *t, const char *name, struct spans *s,
                      double worst)
{
    struct json *r = row_new(m, t);
    bool hold = m->info->open && (few(s->n) || few(s->without));
    qsort(s->list, s->n, sizeof *s->list, by_size);
    json_add(m->a, r, json_c(m->a, name));
    for (int i = 0; hold && i < SHOWN + 4; i++) json_add(m->a, r, json_c(m->a, "*"));
    if (hold) {
        json_set(m->a, t, "held",
                 json_int(m->a, json_whole(json_get(t, "held"), 0) + SHOWN + 4));
        return;
    }
    json_add(m->a, r, json_int(m->a, (int64_t)s->n));
    for (size_t i = 0; i < SHOWN; i++)
        json_add(m->a, r, s->n ? minutes(m, quantile(s, shown_at[i])) : json_null(m->a));
    json_add(m->a, r, s->n ? minutes(m, quantile(s, worst)) : json_null(m->a));
    json_add(m->a, r, json_int(m->a, (int64_t)s->without));
    json_add(m->a, r,
             s->n + s->without
                 ? tenths(m, 100.0 * (double)s->without / (double)(s->n + s->without))
                 : json_null(m->a));
}

static void span(struct spans *s, instant from, instant to)
{
    if (from != INSTANT_NONE && to != INSTANT_NONE)
        s->list[s->n++] = to - from;
    else
        s->without++;
}

static instant left_of(const struct making *m, const struct past_notice *n)
{
    history_id row = history_custody(m->h, m->h->cases[n->of].booking);
    return row == HISTORY_NONE ? INSTANT_NONE : m->h->custody[row].left_at;
}

static void part_delivery(struct making *m)
{
    static const char *const names[] = {
        "trigger to notice queued", "notice queued to first attempt",
        "notice queued to confirmation", "confirmation before release"};
    struct spans s[4];
    for (int i = 0; i < 4; i++)
        s[i] = (struct spans){.list = arena_array(m->a, int64_t, m->h->n_notices + 1)};
    for (size_t i = 0; i < m->h->n_notices; i++) {
        const struct past_notice *n = &m->h->notices[i];
        if (!is_named(m, n->kind, "release") || !within(m, n->queued_at)) continue;
        span(&s[0], n->triggered_at, n->queued_at);
        span(&s[1], n->queued_at, n->first_attempt_at);
        span(&s[2], n->queued_at, n->confirmed_at);
        span(&s[3], n->confirmed_at, left_of(m, n));
    }
    struct json *t =
        spans_table(m, "delivery", "How quickly notices of release were given",
                    "Notices of release queued in the period. \"Without\" are those in which "
                    "the later of the two never happened (or the person is "
                    "still here). Confirmation before release: the worst is the smallest; "
                    "below zero, the person had left.",
                    "from … to", "worst");
    for (int i = 0; i < 4; i++) spans_row(m, t, names[i], &s[i], i == 3 ? 0 : 1);
}

/* ---- parity ------------------------------------------------------------------------------ */

static size_t pairs_at_most(const int64_t *x, size_t n, const int64_t *y, size_t m, int64_t d)
{
    size_t count = 0, k = 0; /* y[0..k) >= x - d needs y sorted: count of x[i] - y[j] <= d */
    for (size_t i = 0; i < n; i++) {
        while (k < m && x[i] - y[k] > d) k++;
        count += m - k;
    }
    return count;
}

/* The rank-th smallest difference, ranks from 1, by halving: never a list of n × m. */
static int64_t difference(const int64_t *x, size_t n, const int64_t *y, size_t m, size_t rank)
{
    int64_t low = x[0] - y[m - 1], high = x[n - 1] - y[0];
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (pairs_at_most(x, n, y, m, mid) >= rank)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

bool report_shift_of(const int64_t *x, size_t n, const int64_t *y, size_t m,
                     struct report_shift *ret)
{
    if (n < 5 || m < 5) return false;
    double nm = (double)n * (double)m,
           spread = 1.959963984540054 * sqrt(nm * (double)(n + m + 1) / 12);
    double k = floor(nm / 2 - spread);
    size_t all = n * m, low = k < 1 ? 1 : (size_t)k;
    ret->low = difference(x, n, y, m, low);
    ret->high = difference(x, n, y, m, all + 1 - low);
    ret->shift = difference(x, n, y, m, (all + 1) / 2);
    ret->shift += (difference(x, n, y, m, all / 2 + 1) - ret->shift) / 2;
    return true;
}

static void shift_table(struct making *m, const struct spans *with, const struct spans *none)
{
    struct report_shift s;
    bool known = report_shift_of(with->list, with->n, none->list, none->n, &s);
    struct json *t = table_new(
        m, "parity-difference", "Difference between the two groups",
        known ? "Median of all differences between a release with and one without a request, "
                "with the interval that holds the true shift in 95 of 100 such periods. "
                "Above zero: with a request, later."
              : "A group has fewer than five releases: nothing is said of a difference.",
        false);
    column(m, t, STR("with less without"), "text");
    column(m, t, STR("shift"), "minutes");
    column(m, t, STR("from"), "minutes");
    column(m, t, STR("to"), "minutes");
    if (!known) return;
    struct json *r = row_new(m, t);
    json_add(m->a, r,
             json_c(m->a, s.low > 0    ? "later with a request"
                          : s.high < 0 ? "sooner with a request"
                                       : "no difference seen"));
    json_add(m->a, r, minutes(m, s.shift));
    json_add(m->a, r, minutes(m, s.low));
    json_add(m->a, r, minutes(m, s.high));
}

static void part_parity(struct making *m)
{
    struct spans with = {.list = arena_array(m->a, int64_t, m->h->n_custody + 1)},
                 none = {.list = arena_array(m->a, int64_t, m->h->n_custody + 1)};
    for (size_t i = 0; i < m->h->n_custody; i++) {
        const struct past_custody *b = &m->h->custody[i];
        if (!within(m, b->triggered_at)) continue;
        struct spans *s = b->open_at_trigger > 0 ? &with : &none;
        /* asked about, but not when the release began: neither */
        if (b->open_at_trigger == 0 && b->cases != HISTORY_NONE) continue;
        if (b->left_at == INSTANT_NONE)
            s->without++;
        else if (b->leave == LEAVE_RELEASED && b->left_at >= b->triggered_at)
            s->list[s->n++] = b->left_at - b->triggered_at;
    }
    struct json *t = spans_table(
        m, "parity", "From the trigger to the release, with and without a request",
        "Releases whose trigger came in the period. With: a request was open when the release "
        "began. Without: nobody ever asked. \"Without\" in the last columns: "
        "not released yet. It can show that one group left later than the other; it cannot "
        "show why, for the groups may differ in charge, hour and kind of release, "
        "and it sees nothing of what came before the trigger.",
        "group", "longest");
    spans_row(m, t, "with a request", &with, 1);
    spans_row(m, t, "without a request", &none, 1);
    shift_table(m, &with, &none);
}

/* ---- duties ------------------------------------------------------------------------------ */

static void part_duties(struct making *m)
{
    static const struct str states[] = {STR_INIT("in time"), STR_INIT("late"), STR_INIT("open"),
                                        STR_INIT("open and late")};
    struct str *names = arena_array(m->a, struct str, m->h->n_duties + 1);
    instant end = m->h->last_at;
    size_t n = 0;
    for (size_t i = 0; i < m->h->n_duties; i++) {
        size_t k = 0;
        struct str name = history_name(m->h, m->h->duties[i].what);
        while (k < n && !str_eq(names[k], name)) k++;
        if (k == n && within(m, m->h->duties[i].since)) names[n++] = name;
    }
    qsort(names, n, sizeof *names, by_name);
    struct grid *g = grid_new(
        m, (struct grid){.id = "duties",
                         .title = "Duties met and late",
                         .rows_are = "duty",
                         .columns_are = "state",
                         .of = "duties",
                         .plot = "shares",
                         .unit = "duties",
                         .words = "Duties that began in the period, as they stood at the last "
                                  "event of this report. What has no deadline cannot be late.",
                         .rows = names,
                         .n_rows = n,
                         .columns = copy_names(m, states, 4),
                         .n_columns = 4});
    for (size_t i = 0; i < m->h->n_duties; i++) {
        const struct past_duty *d = &m->h->duties[i];
        size_t k = 0;
        if (!within(m, d->since)) continue;
        bool done = d->done_at != INSTANT_NONE,
             due = d->due != INSTANT_NONE && (done ? d->done_at : end) > d->due;
        while (!str_eq(names[k], history_name(m->h, d->what))) k++;
        grid_add(g, k, done ? due : 2 + due);
    }
}

/* ---- Illinois: 5 ILCS 805/25 ------------------------------------------------------------- */

static void part_asks(struct making *m)
{
    struct str *names = arena_array(m->a, struct str, ASK_COUNT);
    for (int i = 0; i < ASK_COUNT; i++) names[i] = str_c(ask_word((enum ask)i));
    struct grid *g = grid_new(
        m, (struct grid){.id = "asks",
                         .title =
                             "Requests for participation or support, and how they were handled",
                         .rows_are = "what was asked",
                         .columns_are = "answer",
                         .of = "asks",
                         .unit = "asks",
                         .rows = names,
                         .n_rows = ASK_COUNT,
                         .columns = copy_names(m, answers, ANSWERS),
                         .n_columns = ANSWERS,
                         .words = "Each thing that a request of a federal immigration agency "
                                  "asks for counts by itself."});
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        for (int k = 0;
             is_request(m, c) && c->agency_kind == AGENCY_FEDERAL_IMMIGRATION && k < ASK_COUNT;
             k++)
            if (c->asks >> k & 1) grid_add(g, (size_t)k, answer_to(m, c, (enum ask)k));
    }
}

static const struct past_custody *custody_of(const struct making *m, const struct past_case *c)
{
    history_id row = c->booking ? history_custody(m->h, c->booking) : HISTORY_NONE;
    return row == HISTORY_NONE ? NULL : &m->h->custody[row];
}

/* A detainer, or a request that came with a civil warrant. */
static bool is_detainer(const struct making *m, const struct past_case *c)
{
    return is_request(m, c) && c->agency_kind == AGENCY_FEDERAL_IMMIGRATION &&
           (c->asks & 1u << ASK_HOLD || c->asks & 1u << ASK_NOTIFY ||
            (c->documents | c->documents_later) & 1u << DOC_ADMINISTRATIVE_WARRANT);
}

static size_t part_detainers(struct making *m)
{
    static const char *const names[] = {"received", "bail posted", "released or transferred",
                                        "when"};
    struct json *t = table_new(
        m, "detainers", "Detainers and civil warrants received",
        "One row each, in the order of receipt, without a name or a number that leads to one. "
        "Times are of the jail's clock. An empty place is not known, or has not happened. "
        "The receiving agency of a transfer is to be added by hand: the ledger does not hold "
        "it.",
        false);
    size_t n = 0;
    column(m, t, STR("no."), "count");
    for (int i = 0; i < 4; i++) column(m, t, str_c(names[i]), "text");
    column(m, t, STR("receiving agency"), "text");
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        if (!is_detainer(m, c)) continue;
        const struct past_custody *b = custody_of(m, c);
        struct json *r = row_new(m, t);
        bool bail = b && b->trigger_kind != HISTORY_NONE &&
                    is_named(m, b->trigger_kind, "bond posted"),
             left = b && b->left_at != INSTANT_NONE;
        json_add(m->a, r, json_int(m->a, (int64_t)++n));
        json_add(m->a, r, day_json(m, c->received_at));
        json_add(m->a, r, minute_json(m, bail ? b->triggered_at : INSTANT_NONE));
        json_add(m->a, r, left ? json_c(m->a, past_leave_word(b->leave)) : json_null(m->a));
        json_add(m->a, r, minute_json(m, left ? b->left_at : INSTANT_NONE));
        json_add(m->a, r, json_null(m->a));
    }
    return n;
}

static void part_illinois(struct making *m)
{
    part_asks(m);
    int64_t asked = m->grids[0].v[(m->grids[0].n_rows + 1) * (m->grids[0].n_columns + 1) - 1];
    grids_done(m);
    if (part_detainers(m) || asked) return;
    say(m, "There was nothing to report.");
    json_set(m->a, m->report, "certificate",
             json_string(m->a, str_c(arena_printf(
                                   m->a,
                                   "I certify under 5 ILCS 805/25 that " STR_FMT
                                   " received, in the period of this report, no request of a "
                                   "federal immigration agency for participation or support, "
                                   "no immigration detainer and no civil immigration warrant, "
                                   "and that the ledger named in this report says so.",
                                   STR_ARG(m->s->facility)))));
}

/* ---- the reports ------------------------------------------------------------------------- */

static void council(struct making *m)
{
    part_months(m), part_lists(m), grids_done(m), part_delivery(m), part_parity(m),
        part_duties(m), grids_done(m);
}
static void by_list(struct making *m) { part_lists(m), grids_done(m); }
static void duties(struct making *m) { part_duties(m), grids_done(m); }
static void open_data(struct making *m) { part_months(m), part_list_months(m), grids_done(m); }

static const struct report_info infos[] = {
    {"council-quarterly", "Quarterly report to the council",
     "Requests, answers, delivery, parity and duties of a quarter", REPORT_QUARTER, true},
    {"illinois-yearly", "Yearly report under 5 ILCS 805/25",
     "Requests and detainers of a year, without names; a certificate when there were none",
     REPORT_YEAR, false},
    {"lists", "Requests and outcomes by offence list",
     "What requests are about and what was answered", REPORT_TWELVE_MONTHS, true},
    {"delivery", "Delivery of notices",
     "From the trigger to the notice, its confirmation and the release", REPORT_TWELVE_MONTHS,
     false},
    {"parity", "Release parity", "From the trigger to the release, with and without a request",
     REPORT_TWELVE_MONTHS, false},
    {"duties", "Duties met and late",
     "What had to be done because of an outcome, and whether it was", REPORT_TWELVE_MONTHS,
     false},
    {"open-data", "Open data by month",
     "Requests by month, answer and offence list; counts under five held back",
     REPORT_TWELVE_MONTHS, true}};
static void (*const makers[])(struct making *m) = {
    council, part_illinois, by_list, part_delivery, part_parity, duties, open_data};

const struct report_info *report_infos(size_t *ret_n)
{
    *ret_n = sizeof infos / sizeof *infos;
    return infos;
}

const struct report_info *report_find(struct str name)
{
    for (size_t i = 0; i < sizeof infos / sizeof *infos; i++)
        if (str_is(name, infos[i].name)) return &infos[i];
    return NULL;
}

static struct json *period_json(struct making *m)
{
    struct json *o = json_object(m->a);
    json_set(m->a, o, "from", day_json(m, m->s->from));
    json_set(m->a, o, "to", day_json(m, m->s->to - 1));
    json_set(m->a, o, "days",
             json_int(m->a, local_day(m, m->s->to - 1) - local_day(m, m->s->from) + 1));
    return o;
}

static struct json *ledger_json(struct making *m)
{
    struct json *o = json_object(m->a);
    char text[40];
    json_set(m->a, o, "events", json_int(m->a, (int64_t)m->h->events));
    json_set(m->a, o, "root", json_string(m->a, m->s->root));
    json_set(m->a, o, "last_event_at",
             m->h->last_at == INSTANT_NONE
                 ? json_null(m->a)
                 : json_c(m->a, arena_strdup(m->a, instant_utc(m->h->last_at, text))));
    json_set(m->a, o, "expunged", json_int(m->a, (int64_t)m->h->expunged));
    json_set(m->a, o, "checkpoint",
             m->s->checkpoint.n ? json_string(m->a, m->s->checkpoint) : json_null(m->a));
    return o;
}

static void openings(struct making *m)
{
    if (m->h->last_at != INSTANT_NONE && m->h->last_at < m->s->to)
        say(m, "The period was not over, or later events were not signed yet, when the ledger "
               "stood where this report ends.");
    if (m->h->first_at == INSTANT_NONE || m->h->first_at > m->s->from)
        say(m, "The ledger begins within the period: what came before is not counted.");
    if (m->h->expunged)
        say(m,
            arena_printf(m->a,
                         "The texts of %llu event%s were expunged by order before this report "
                         "was drawn; it counts them where their columns still say what they "
                         "were. Drawn before, it said more.",
                         (unsigned long long)m->h->expunged, m->h->expunged == 1 ? "" : "s"));
    if (m->info->open)
        say(m, "Counts from 1 to 4 are held back and shown as *, with as many others as keep "
               "them from being worked out.");
}

struct json *report_make(struct arena *a, const struct report_info *info,
                         const struct report_source *s)
{
    struct making m = {.a = a,
                       .info = info,
                       .s = s,
                       .h = s->past,
                       .report = json_object(a),
                       .tables = json_array(a),
                       .words = json_array(a)};
    json_set(a, m.report, "report", json_c(a, info->name));
    json_set(a, m.report, "title", json_c(a, info->title));
    json_set(a, m.report, "facility", json_string(a, s->facility));
    json_set(a, m.report, "period", period_json(&m));
    json_set(a, m.report, "ledger", ledger_json(&m));
    json_set(a, m.report, "words", m.words);
    openings(&m);
    makers[info - infos](&m);
    json_set(a, m.report, "tables", m.tables);
    return m.report;
}

/* ---- as text and as CSV ------------------------------------------------------------------ */

static struct str cell_text(const struct json *v)
{
    return !v || v->type == JSON_NULL ? STR("")
           : v->type == JSON_NUMBER   ? v->num.text
                                      : json_str(v);
}

static size_t width_of(struct str s) /* letters, not bytes */
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void pad(struct buf *b, struct str s, size_t width, bool right)
{
    size_t n = width_of(s);
    for (size_t i = n; right && i < width; i++) buf_ch(b, ' ');
    buf_str_add(b, s);
    for (size_t i = n; !right && i < width; i++) buf_ch(b, ' ');
}

static void table_text(struct arena *a, struct buf *b, const struct json *t)
{
    const struct json *columns = json_get(t, "columns"), *rows = json_get(t, "rows");
    size_t n = json_len(columns), *wide = arena_array(a, size_t, n + 1);
    buf_printf(b, "\n" STR_FMT "\n", STR_ARG(json_text(t, "title")));
    for (size_t i = 0; i < json_len(json_get(t, "words")); i++)
        buf_printf(b, STR_FMT "\n", STR_ARG(json_str(json_at(json_get(t, "words"), i))));
    if (!json_len(rows)) {
        buf_c(b, "\n  none\n");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        wide[i] = width_of(json_text(json_at(columns, i), "name"));
        for (size_t r = 0; r < json_len(rows); r++) {
            size_t w = width_of(cell_text(json_at(json_at(rows, r), i)));
            wide[i] = w > wide[i] ? w : wide[i];
        }
    }
    for (size_t r = 0; r <= json_len(rows); r++) {
        buf_ch(b, '\n');
        for (size_t i = 0; i < n; i++) {
            bool text = str_is(json_text(json_at(columns, i), "unit"), "text");
            struct str s = r ? cell_text(json_at(json_at(rows, r - 1), i))
                             : json_text(json_at(columns, i), "name");
            buf_c(b, "  ");
            pad(b, s, text && i + 1 == n ? 0 : wide[i], !text);
        }
        while (b->n && b->p[b->n - 1] == ' ') b->n--;
    }
    buf_ch(b, '\n');
}

struct str report_text(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    const struct json *period = json_get(v, "period"), *ledger = json_get(v, "ledger"),
                      *words = json_get(v, "words"), *tables = json_get(v, "tables");
    buf_printf(&b, STR_FMT "\n" STR_FMT "\n" STR_FMT " to " STR_FMT "\n",
               STR_ARG(json_text(v, "title")), STR_ARG(json_text(v, "facility")),
               STR_ARG(json_text(period, "from")), STR_ARG(json_text(period, "to")));
    buf_printf(&b, "drawn from %lld events of the ledger, root " STR_FMT "\n",
               (long long)json_whole(json_get(ledger, "events"), 0),
               STR_ARG(json_text(ledger, "root")));
    for (size_t i = 0; i < json_len(words); i++)
        buf_printf(&b, "\n" STR_FMT "\n", STR_ARG(json_str(json_at(words, i))));
    if (json_text(v, "certificate").n)
        buf_printf(&b,
                   "\n" STR_FMT
                   "\n\nName, office, date, signature: ______________________________\n",
                   STR_ARG(json_text(v, "certificate")));
    for (size_t i = 0; i < json_len(tables); i++) table_text(a, &b, json_at(tables, i));
    return buf_str(&b);
}

/* RFC 4180 §2.6, 2.7; a cell that a spreadsheet would take for a formula is opened with an
 * apostrophe. */
static void csv_cell(struct buf *b, struct str s, bool number)
{
    if (!number && s.n > 1 && strchr("=+-@\t\r", s.p[0]))
        s = str_c(arena_printf(b->arena, "'" STR_FMT, STR_ARG(s)));
    bool quote = false;
    for (size_t i = 0; i < s.n; i++)
        quote |= s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
    if (quote) buf_ch(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_ch(b, '"');
        buf_ch(b, s.p[i]);
    }
    if (quote) buf_ch(b, '"');
}

static void csv_line(struct buf *b, const struct str *cells, size_t n, bool last_is_number)
{
    for (size_t i = 0; i < n; i++) {
        if (i) buf_ch(b, ',');
        csv_cell(b, cells[i], last_is_number && i + 1 == n);
    }
    buf_c(b, "\r\n");
}

static void table_csv(struct buf *b, const struct json *t)
{
    const struct json *columns = json_get(t, "columns"), *rows = json_get(t, "rows");
    for (size_t r = 0; r < json_len(rows); r++)
        for (size_t i = 1; i < json_len(columns); i++) {
            const struct json *col = json_at(columns, i), *v = json_at(json_at(rows, r), i);
            struct str cells[] = {json_text(t, "id"), cell_text(json_at(json_at(rows, r), 0)),
                                  json_text(col, "name"), json_text(col, "unit"), cell_text(v)};
            csv_line(b, cells, 5, v && v->type == JSON_NUMBER);
        }
}

struct str report_csv(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    const struct json *period = json_get(v, "period"), *ledger = json_get(v, "ledger"),
                      *tables = json_get(v, "tables");
    static const struct str head[] = {STR_INIT("table"), STR_INIT("row"), STR_INIT("column"),
                                      STR_INIT("unit"), STR_INIT("value")};
    const struct str about[][5] = {
        {STR("report"), STR(""), STR("name"), STR("text"), json_text(v, "report")},
        {STR("report"), STR(""), STR("facility"), STR("text"), json_text(v, "facility")},
        {STR("report"), STR(""), STR("from"), STR("date"), json_text(period, "from")},
        {STR("report"), STR(""), STR("to"), STR("date"), json_text(period, "to")},
        {STR("report"), STR(""), STR("ledger events"), STR("count"),
         cell_text(json_get(ledger, "events"))},
        {STR("report"), STR(""), STR("ledger root"), STR("text"), json_text(ledger, "root")}};
    csv_line(&b, head, 5, false);
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) csv_line(&b, about[i], 5, false);
    if (json_text(v, "certificate").n) {
        struct str line[] = {STR("report"), STR(""), STR("certificate"), STR("text"),
                             json_text(v, "certificate")};
        csv_line(&b, line, 5, false);
    }
    for (size_t i = 0; i < json_len(tables); i++) table_csv(&b, json_at(tables, i));
    return buf_str(&b);
}
