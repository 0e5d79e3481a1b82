/* See year_draw.h. */
#include "year_draw.h"
#include "base/csv.h"
#include "generate.h"
#include "os/file.h"
#include <math.h>
#include <stdlib.h>

/* splitmix64: every stream starts at a scrambled place of its own. */
uint64_t chance_next(struct chance *c)
{
    uint64_t z = c->s += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

struct chance chance_of(uint64_t seed, uint64_t stream)
{
    struct chance c = {seed}, d = {stream ^ UINT64_C(0x5a11790127)};
    return (struct chance){chance_next(&c) ^ chance_next(&d)};
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
    return (uint32_t)((chance_next(c) >> 32) * n >> 32);
}
double chance_unit(struct chance *c) { return (double)(chance_next(c) >> 11) * 0x1p-53; }
bool chance_is(struct chance *c, double p) { return chance_unit(c) < p; }

static double normal(struct chance *c) /* Box and Muller */
{
    double u = 1 - chance_unit(c), v = chance_unit(c);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

double chance_lognormal(struct chance *c, double median, double sigma)
{
    return median * exp(sigma * normal(c));
}

uint32_t chance_poisson(struct chance *c,
                        double mean) /* products of uniforms, in pieces that do not underflow */
{
    uint32_t n = 0;
    while (mean > 0) {
        double piece = mean > 20 ? 20 : mean, product = chance_unit(c), floor = exp(-piece);
        for (; product > floor; n++) product *= chance_unit(c);
        mean -= piece;
    }
    return n;
}

static double gamma_of(struct chance *c, double shape) /* Marsaglia and Tsang (2000), scale 1 */
{
    if (shape < 1) return gamma_of(c, shape + 1) * pow(1 - chance_unit(c), 1 / shape);
    double d = shape - 1.0 / 3, k = 1 / sqrt(9 * d);
    for (;;) {
        double x = normal(c), v = 1 + k * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(1 - chance_unit(c)) < x * x / 2 + d - d * v + d * log(v)) return d * v;
    }
}

uint32_t chance_count(struct chance *c, double mean, double index)
{
    if (mean <= 0) return 0;
    if (index <= 1) return chance_poisson(c, mean);
    double scale = index - 1; /* a gamma of mean `mean` and variance mean·scale, then Poisson */
    return chance_poisson(c, gamma_of(c, mean / scale) * scale);
}

size_t chance_weighted(struct chance *c, const double *weights, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += weights[i];
    double r = chance_unit(c) * sum;
    for (size_t i = 0; i + 1 < n; i++)
        if ((r -= weights[i]) < 0) return i;
    return n - 1;
}

/* ---- marginals --------------------------------------------------------------------------- */

/* Measured on 2026-11-22 from the files that marginals_measure reads:
 * weekday, month  New York jails, snapshots of consecutive mornings since 2022, counted for the
 * day before the snapshot: mean new stays of a weekday over the mean of the weekdays; likewise
 * by month. Snapshots miss who came and left between two mornings. day_index       the same:
 * variance over mean within weekday and month is 7 … 25 by year, inflated by snapshots that
 * came late; 3 is taken for a jail whose counts are not. request_index   Pennsylvania by
 * facility and month: variance over mean within spans of twelve months, the median of the 37
 * facilities with two or more a month. 5.7 % of the events fall on a weekend. unknown_charge
 * 6562 of 28864 stays of 2025 have no top charge; violent_overnight: 9652 of 28864 have one of
 * assault, homicide, robbery, sexual offences, kidnapping or an attempt of these. Not
 * measurable there, so assumed: the mix of stays of some hours, the hours of requests (office
 * hours of the field offices). */
struct marginals marginals_built_in(void)
{
    struct marginals m = {.weekday = {0.927, 1.013, 1.226, 1.341, 0.812, 0.526, 1.154},
                          .month = {0.943, 0.968, 1.010, 1.015, 1.032, 1.045, 1.034, 1.032,
                                    1.036, 1.038, 0.961, 0.887},
                          .day_index = 3,
                          .request_index = 2.13,
                          .request_weekend = 0.057,
                          .request_hour = {1,  1,  1,  1,  1, 2, 4, 9, 14, 15, 14, 12,
                                           10, 12, 13, 11, 7, 4, 3, 2, 2,  1,  1,  1},
                          .violent_overnight = 0.334,
                          .violent_short = 0.05,
                          .unknown_charge = 0.227};
    for (int h = 0; h < 24; h++) m.hour[h] = demo_hours[h];
    return m;
}

struct csv_text {
    struct str rest;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct csv_text *t = ctx;
    size_t take = t->rest.n < n ? t->rest.n : n;
    memcpy(into, t->rest.p, take);
    t->rest = str_sub(t->rest, take, t->rest.n);
    return (ptrdiff_t)take;
}

static bool open_file(struct arena *a, const char *shared, const char *name,
                      struct csv_text *text, struct csv_reader **ret)
{
    struct err ignored;
    if (file_read(a, arena_printf(a, "%s/data/%s", shared, name), 64u << 20, &text->rest,
                  &ignored) != RC_OK)
        return false;
    *ret = csv_open(a, fill, text, ',');
    return true;
}

/* The morning's snapshot tells of the day before. */
static bool measure_days(struct arena *a, struct marginals *m, const char *shared)
{
    struct csv_text text;
    struct csv_reader *r;
    struct csv_row row;
    struct err e;
    double sum[7] = {0}, by_month[12] = {0};
    int n[7] = {0}, months[12] = {0};
    if (!open_file(a, shared, "c_jail_load/nyc_doc_daily_flow_2016_2026.csv", &text, &r))
        return false;
    while (csv_next(r, &row, &e) == RC_OK) {
        int64_t day, gap, new, year;
        int month, of_month;
        if (row.n < 5 || !date_parse(row.fields[0], &day) || !str_to_i64(row.fields[1], &gap) ||
            !str_to_i64(row.fields[3], &new))
            continue;
        date_civil(--day, &year, &month, &of_month);
        if (gap != 1 || year < 2022) continue;
        int w = date_weekday(day) - 1;
        sum[w] += (double)new;
        n[w]++;
        by_month[month - 1] += (double)new;
        months[month - 1]++;
    }
    double of_days = 0, of_months = 0;
    for (int i = 0; i < 12; i++)
        if (!months[i] || !n[i % 7]) return false;
    for (int i = 0; i < 7; i++) of_days += sum[i] / n[i] / 7;
    for (int i = 0; i < 12; i++) of_months += by_month[i] / months[i] / 12;
    for (int i = 0; i < 7; i++) m->weekday[i] = sum[i] / n[i] / of_days;
    for (int i = 0; i < 12; i++) m->month[i] = by_month[i] / months[i] / of_months;
    return true;
}

/* October 2007 … July 2015, of which the last is not whole */
enum { FACILITIES = 400, MONTHS = 94 };
struct facility {
    struct str name;
    double count[MONTHS];
};

/* Variance over mean within spans of twelve whole months, weighted by the mean. */
static double index_of(const struct facility *f)
{
    double variances = 0, means = 0;
    for (int from = 0; from + 12 <= MONTHS - 1; from += 12) {
        double mean = 0, variance = 0;
        for (int i = 0; i < 12; i++) mean += f->count[from + i] / 12;
        for (int i = 0; i < 12; i++)
            variance += (f->count[from + i] - mean) * (f->count[from + i] - mean) / 11;
        if (mean < 1) continue;
        variances += variance;
        means += mean;
    }
    return means > 0 ? variances / means : 0;
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static bool measure_months(struct arena *a, struct marginals *m, const char *shared)
{
    struct csv_text text;
    struct csv_reader *r;
    struct csv_row row;
    struct err e;
    struct facility *all = arena_array(a, struct facility, FACILITIES);
    double indexes[FACILITIES];
    size_t n = 0, used = 0;
    if (!open_file(a, shared,
                   "a_detainers/pennsylvania_detainers_month_facility_2007-10_2015-07.csv",
                   &text, &r))
        return false;
    while (csv_next(r, &row, &e) == RC_OK) {
        int64_t year, month, count;
        if (row.n < 4 || !str_to_i64(str_sub(row.fields[0], 0, 4), &year) ||
            !str_to_i64(str_sub(row.fields[0], 5, 2), &month) ||
            !str_to_i64(row.fields[3], &count))
            continue;
        int64_t at = (year - 2007) * 12 + month - 10;
        size_t i = 0;
        while (i < n && !str_eq(all[i].name, row.fields[1])) i++;
        if (i == FACILITIES || at < 0 || at >= MONTHS) return false;
        if (i == n) all[n++].name = str_dup(a, row.fields[1]);
        all[i].count[at] += (double)count;
    }
    for (size_t i = 0; i < n; i++) {
        double sum = 0, index = index_of(&all[i]);
        for (int k = 0; k < MONTHS - 1; k++) sum += all[i].count[k];
        if (sum / (MONTHS - 1) >= 2 && index > 0) indexes[used++] = index;
    }
    if (!used) return false;
    qsort(indexes, used, sizeof *indexes, by_size);
    m->request_index = indexes[used / 2];
    return true;
}

void marginals_measure(struct marginals *m, const char *shared)
{
    struct arena a;
    struct str text;
    struct err ignored;
    int hours[24];
    arena_init(&a, 0);
    bool hour =
        file_read(
            &a,
            arena_printf(&a, "%s/data/c_jail_load/nyc_doc_admissions_by_hour_2025.csv", shared),
            1 << 16, &text, &ignored) == RC_OK &&
        demo_read_hours(text, hours);
    for (int h = 0; hour && h < 24; h++) m->hour[h] = hours[h];
    bool days = measure_days(&a, m, shared), months = measure_months(&a, m, shared);
    m->measured = hour && days && months;
    arena_done(&a);
}
