/* See report_part.h: what is counted in reports - requests by what they are about and what was
 * answered, duties, and the tables of 5 ILCS 805/25. */
#include "custody/report_part.h"
#include "base/buf.h"
#include <stdlib.h>

/* A constant of static storage, which a compound literal is not. */
#define STR_INIT(lit)                                                                          \
    {                                                                                          \
        ("" lit), sizeof(lit) - 1                                                              \
    }

enum { LISTS_SHOWN = 7 };

/* ---- requests ---------------------------------------------------------------------------- */

bool part_is_request(const struct making *m, const struct past_case *c)
{
    return c->has_request && !c->supersedes && !c->amends && part_within(m, c->recorded_at);
}

bool part_is_named(const struct making *m, history_id id, const char *name)
{
    return str_is(history_name(m->h, id), name);
}

const struct str part_answers[ANSWERS] = {
    STR_INIT("notify"), STR_INIT("honor"), STR_INIT("decline"),
    STR_INIT("review"), STR_INIT("refer"), STR_INIT("not asked or not decided")};

size_t part_answer(const struct making *m, const struct past_case *c, enum ask ask)
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

int part_by_name(const void *p, const void *q)
{
    return str_cmp(*(const struct str *)p, *(const struct str *)q);
}

struct str part_class(struct making *m, const struct past_case *c)
{
    struct str names[64];
    struct buf b = buf_in(m->a);
    size_t n = 0;
    uint64_t bits = c->at_request.lists_convicted | c->at_request.lists_charged;
    if (!c->at_request.known || (!bits && c->at_request.unclassified)) return STR("not known");
    for (size_t i = 0; i < history_lists(m->h) && i < 63; i++)
        if (bits >> i & 1) names[n++] = history_list(m->h, i);
    if (bits >> 63) names[n++] = STR("other lists");
    qsort(names, n, sizeof *names, part_by_name);
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
        if (!part_is_request(m, &m->h->cases[i])) continue;
        k.of[i] = part_class(m, &m->h->cases[i]);
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
    if (k.n) qsort(k.names, k.n, sizeof *k.names, part_by_name);
    if (n > LISTS_SHOWN) k.names[k.n++] = STR("other combinations");
    return k;
}

static size_t class_index(const struct classes *k, size_t row)
{
    size_t i = 0;
    while (i + 1 < k->n && !str_eq(k->names[i], k->of[row])) i++;
    return i;
}

const char *const part_list_words =
    "A request counts once, under all the lists on which an offence of the person stood, "
    "charged or convicted, when it was first decided.";

void part_lists(struct making *m)
{
    struct classes k = classify(m);
    struct grid *g = part_grid(m, (struct grid){.id = "lists",
                                                .title = "Requests by offence list and answer",
                                                .words = part_list_words,
                                                .rows_are = "offence lists",
                                                .plot = "shares",
                                                .unit = "requests",
                                                .rows = k.names,
                                                .n_rows = k.n,
                                                .columns = part_names(m, part_answers, ANSWERS),
                                                .n_columns = ANSWERS});
    for (size_t i = 0; i < m->h->n_cases; i++)
        if (k.of[i].n)
            part_count(g, class_index(&k, i), part_answer(m, &m->h->cases[i], ASK_NOTIFY));
    part_grid_table(m, g);
}

/* ---- duties ------------------------------------------------------------------------------ */

struct grid *part_duty_grid(struct making *m)
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
        if (k == n && part_within(m, m->h->duties[i].since)) names[n++] = name;
    }
    qsort(names, n, sizeof *names, part_by_name);
    struct grid *g = part_grid(
        m, (struct grid){.id = "duties",
                         .title = "Duties met and late",
                         .rows_are = "duty",
                         .plot = "shares",
                         .unit = "duties",
                         .words = "Duties that began in the period, as they stood at the last "
                                  "event of this report. What has no deadline cannot be late.",
                         .rows = names,
                         .n_rows = n,
                         .columns = part_names(m, states, 4),
                         .n_columns = 4});
    for (size_t i = 0; i < m->h->n_duties; i++) {
        const struct past_duty *d = &m->h->duties[i];
        size_t k = 0;
        if (!part_within(m, d->since)) continue;
        bool done = d->done_at != INSTANT_NONE,
             due = d->due != INSTANT_NONE && (done ? d->done_at : end) > d->due;
        while (!str_eq(names[k], history_name(m->h, d->what))) k++;
        part_count(g, k, done ? due : 2 + due);
    }
    return g;
}

void part_duties(struct making *m) { part_grid_table(m, part_duty_grid(m)); }

/* ---- Illinois: 5 ILCS 805/25 ------------------------------------------------------------- */

static int64_t part_asks(struct making *m)
{
    struct str *names = arena_array(m->a, struct str, ASK_COUNT);
    for (int i = 0; i < ASK_COUNT; i++) names[i] = str_c(ask_word((enum ask)i));
    struct grid *g = part_grid(
        m, (struct grid){.id = "asks",
                         .title =
                             "Requests for participation or support, and how they were handled",
                         .rows_are = "what was asked",
                         .unit = "asks",
                         .rows = names,
                         .n_rows = ASK_COUNT,
                         .columns = part_names(m, part_answers, ANSWERS),
                         .n_columns = ANSWERS,
                         .words = "Each thing that a request of a federal immigration agency "
                                  "asks for counts by itself."});
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        for (int k = 0; part_is_request(m, c) && c->agency_kind == AGENCY_FEDERAL_IMMIGRATION &&
                        k < ASK_COUNT;
             k++)
            if (c->asks >> k & 1) part_count(g, (size_t)k, part_answer(m, c, (enum ask)k));
    }
    part_grid_table(m, g);
    return part_total(g);
}

static const struct past_custody *custody_of(const struct making *m, const struct past_case *c)
{
    history_id row = c->booking ? history_custody(m->h, c->booking) : HISTORY_NONE;
    return row == HISTORY_NONE ? NULL : &m->h->custody[row];
}

/* A detainer, or a request that came with a civil warrant. */
static bool is_detainer(const struct making *m, const struct past_case *c)
{
    return part_is_request(m, c) && c->agency_kind == AGENCY_FEDERAL_IMMIGRATION &&
           (c->asks & 1u << ASK_HOLD || c->asks & 1u << ASK_NOTIFY ||
            (c->documents | c->documents_later) & 1u << DOC_ADMINISTRATIVE_WARRANT);
}

static size_t part_detainers(struct making *m)
{
    static const char *const names[] = {"received", "bail posted", "released or transferred",
                                        "when"};
    struct json *t = part_table(
        m, "detainers", "Detainers and civil warrants received",
        "One row each, in the order of receipt, without a name or a number that leads to one. "
        "Times are of the jail's clock. An empty place is not known, or has not happened. "
        "The receiving agency is the one that the jail reported with the release.",
        false);
    size_t n = 0;
    part_column(m, t, STR("no."), "count");
    for (int i = 0; i < 4; i++) part_column(m, t, str_c(names[i]), "text");
    part_column(m, t, STR("receiving agency"), "text");
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        if (!is_detainer(m, c)) continue;
        const struct past_custody *b = custody_of(m, c);
        struct json *r = part_row(m, t);
        bool bail = b && b->trigger_kind != HISTORY_NONE &&
                    part_is_named(m, b->trigger_kind, "bond posted"),
             left = b && b->left_at != INSTANT_NONE;
        json_add(m->a, r, json_int(m->a, (int64_t)++n));
        json_add(m->a, r, part_day(m, c->received_at));
        json_add(m->a, r, part_minute(m, bail ? b->triggered_at : INSTANT_NONE));
        json_add(m->a, r, left ? json_c(m->a, past_leave_word(b->leave)) : json_null(m->a));
        json_add(m->a, r, part_minute(m, left ? b->left_at : INSTANT_NONE));
        json_add(m->a, r,
                 left && b->to != HISTORY_NONE
                     ? json_string(m->a, str_dup(m->a, history_name(m->h, b->to)))
                     : json_null(m->a));
    }
    return n;
}

void part_illinois(struct making *m)
{
    int64_t asked = part_asks(m);
    if (part_detainers(m) || asked) return;
    part_say(m, "There was nothing to report.");
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
