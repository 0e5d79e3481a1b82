/* See report_part.h: the jail's clock, tables as JSON, grids of counts. */
#include "custody/report_part.h"
#include "base/buf.h"

/* ---- the jail's clock -------------------------------------------------------------------- */

static int64_t part_local_seconds(const struct making *m, instant at)
{
    return at / 1000 - (at % 1000 < 0) + (m->s->offset ? m->s->offset(m->s->ctx, at) : 0);
}

int64_t part_local_day(const struct making *m, instant at)
{
    int64_t s = part_local_seconds(m, at);
    return s / 86400 - (s % 86400 < 0);
}

int part_local_month(const struct making *m, instant at)
{
    int64_t year;
    int month, day;
    date_civil(part_local_day(m, at), &year, &month, &day);
    return (int)year * 12 + month - 1;
}

struct json *part_day(struct making *m, instant at)
{
    char text[24];
    return json_c(m->a, arena_strdup(m->a, date_print(part_local_day(m, at), text)));
}

struct json *part_minute(struct making *m, instant at) /* on the clock of the jail */
{
    char text[24];
    if (at == INSTANT_NONE) return json_null(m->a);
    int64_t day = part_local_day(m, at), s = part_local_seconds(m, at) - day * 86400;
    return json_c(m->a, arena_printf(m->a, "%s %02d:%02d", date_print(day, text),
                                     (int)(s / 3600), (int)(s / 60 % 60)));
}

bool part_within(const struct making *m, instant at)
{
    return at != INSTANT_NONE && at >= m->s->from && at < m->s->to;
}

/* ---- tables ------------------------------------------------------------------------------ */

struct json *part_table(struct making *m, const char *id, const char *title, const char *words,
                        bool total)
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

void part_column(struct making *m, struct json *t, struct str name, const char *unit)
{
    struct json *c = json_object(m->a);
    json_set(m->a, c, "name",
             json_string(m->a, str_dup(m->a, name))); /* the past is freed before the report */
    json_set(m->a, c, "unit", json_c(m->a, unit));
    json_add(m->a, json_get(t, "columns"), c);
}

struct json *part_row(struct making *m, struct json *t)
{
    struct json *r = json_array(m->a);
    json_add(m->a, json_get(t, "rows"), r);
    return r;
}

void part_say(struct making *m, const char *words)
{
    json_add(m->a, m->words, json_c(m->a, words));
}

struct grid *part_grid(struct making *m, struct grid like)
{
    struct grid *g = arena_new(m->a, struct grid);
    *g = like;
    g->v = arena_array(m->a, int64_t, (g->n_rows + 1) * (g->n_columns + 1));
    return g;
}

void part_count(struct grid *g, size_t row, size_t col)
{
    size_t wide = g->n_columns + 1;
    g->v[row * wide + col]++;
    g->v[row * wide + g->n_columns]++;
    g->v[g->n_rows * wide + col]++;
    g->v[g->n_rows * wide + g->n_columns]++;
}

int64_t part_total(const struct grid *g)
{
    return g->v[(g->n_rows + 1) * (g->n_columns + 1) - 1];
}

struct str *part_names(struct making *m, const struct str *names, size_t n)
{
    struct str *list = arena_array(m->a, struct str, n + 1);
    memcpy(list, names, n * sizeof *list);
    return list;
}

void part_grid_table(struct making *m, const struct grid *g)
{
    struct json *t = part_table(m, g->id, g->title, g->words, true);
    size_t wide = g->n_columns + 1;
    part_column(m, t, str_c(g->rows_are), "text");
    for (size_t i = 0; i < g->n_columns; i++) part_column(m, t, g->columns[i], g->unit);
    part_column(m, t, STR("all"), g->unit);
    for (size_t r = 0; r <= g->n_rows; r++) {
        struct json *row = part_row(m, t);
        json_add(m->a, row,
                 json_string(m->a, r < g->n_rows ? str_dup(m->a, g->rows[r]) : STR("all")));
        for (size_t c = 0; c < wide; c++)
            json_add(m->a, row, json_int(m->a, g->v[r * wide + c]));
    }
    if (g->plot) json_set(m->a, t, "plot", json_c(m->a, g->plot));
    json_set(m->a, t, "held", json_int(m->a, 0));
}
