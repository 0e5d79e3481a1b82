/* See report_part.h: what everybody may know of times and duties of one quarter. Whoever sees
 * the jail knows when each release began and ended, so that a single span, or a count beside
 * it, could say about whom somebody asked. Hence middles of large groups only, rounded, without
 * how large they are, and only in a quarter whose requests are shown and twice as many: then
 * that a row is shown says nothing of a count that is not.
 *
 * What it must never do: print a count, a longest or shortest span, or a share. */
#include "custody/report_part.h"

enum { GROUP_AT_LEAST = 20, REQUESTS_AT_LEAST = 40 };
#define NOTICE_STEP MINUTES(1) /* nobody outside sees when a notice left */
#define RELEASE_STEP MINUTES(15)
#define SHIFT_STEP MINUTES(5)

static int64_t down(int64_t v, int64_t step)
{
    return v >= 0 ? v / step * step : -((-v + step - 1) / step * step);
}

static int64_t near(int64_t v, int64_t step) { return down(v + step / 2, step); }

static struct json *whole_minutes(struct making *m, int64_t ms)
{
    return json_int(m->a, ms / MINUTES(1));
}

static bool spans_row(struct making *m, struct json *rows, const char *name,
                      const struct spans *s, int64_t step, bool enough)
{
    static const double at[] = {0.25, 0.5, 0.75};
    struct json *r = json_array(m->a);
    bool shown = enough && s->n >= GROUP_AT_LEAST;
    json_add(m->a, r, json_c(m->a, name));
    for (int i = 0; i < 3; i++)
        json_add(m->a, r,
                 shown ? whole_minutes(m, near(part_quantile(s, at[i]), step))
                       : json_c(m->a, "*"));
    json_add(m->a, rows, r);
    return shown;
}

static void delivery(struct making *m, struct json *quarter, bool enough)
{
    struct spans s[DELIVERY_SPANS];
    struct json *rows = json_array(m->a);
    part_delivery_spans(m, s);
    for (int i = 0; i < DELIVERY_SPANS; i++)
        spans_row(m, rows, part_delivery_names[i], &s[i], NOTICE_STEP, enough);
    json_set(m->a, quarter, "delivery", rows);
}

static void shift(struct making *m, struct json *quarter, const struct spans *with,
                  const struct spans *none)
{
    struct report_shift s;
    struct json *r = json_array(m->a);
    if (!report_shift_of(with->list, with->n, none->list, none->n, &s)) return;
    json_add(m->a, r, json_c(m->a, part_shift_word(&s)));
    json_add(m->a, r, whole_minutes(m, near(s.shift, SHIFT_STEP)));
    json_add(m->a, r, whole_minutes(m, down(s.low, SHIFT_STEP)));
    json_add(m->a, r, whole_minutes(m, -down(-s.high, SHIFT_STEP)));
    json_set(m->a, quarter, "shift", r);
}

static void parity(struct making *m, struct json *quarter, bool enough)
{
    struct spans with, none;
    struct json *rows = json_array(m->a);
    part_parity_spans(m, &with, &none);
    bool first = spans_row(m, rows, "with a request", &with, RELEASE_STEP, enough),
         second = spans_row(m, rows, "without a request", &none, RELEASE_STEP, enough);
    json_set(m->a, quarter, "parity", rows);
    if (first && second) shift(m, quarter, &with, &none);
}

static void duties(struct making *m, struct json *quarter, bool enough)
{
    const struct grid *g = part_duty_grid(m);
    struct json *rows = json_array(m->a);
    for (size_t i = 0; enough && i < g->n_rows; i++) {
        const int64_t *v = g->v + i * (g->n_columns + 1);
        int64_t met = v[0], all = v[0] + v[1] + v[3];
        struct json *r = json_array(m->a);
        if (all < GROUP_AT_LEAST) continue;
        json_add(m->a, r, json_string(m->a, str_dup(m->a, g->rows[i])));
        json_add(m->a, r,
                 json_c(m->a, met * 10 >= all * 9  ? "90 % or more"
                              : met * 4 >= all * 3 ? "75 to 90 %"
                              : met * 2 >= all     ? "50 to 75 %"
                                                   : "less than 50 %"));
        json_add(m->a, rows, r);
    }
    json_set(m->a, quarter, "duties", rows);
}

void part_coarse(struct making *m, struct json *quarter, int64_t requests)
{
    bool enough = requests >= REQUESTS_AT_LEAST;
    delivery(m, quarter, enough);
    parity(m, quarter, enough);
    duties(m, quarter, enough);
}
