/* See generate.h. Nothing here knows policy: it only makes up who arrives when, for what, and
 * when they leave. */
#include "generate.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

/* Arrivals peak at midnight, noon and 16 h and almost stop between 2 h and 9 h. Per cent of a
 * day, rounded. */
const int demo_hours[24] = {10, 8, 1, 1, 1,  1, 1, 1, 1, 1, 2, 7,
                            10, 6, 3, 6, 11, 7, 4, 6, 8, 4, 1, 4};

static const char *const families[] = {
    "Abernathy", "Okonkwo",   "Villareal",   "Thistlewood", "Marchetti",   "Nakagawa",
    "Bergstrom", "Quispe",    "Delacroix",   "Hargrove",    "Ivanovic",    "Castellan",
    "Oyelaran",  "Pemberton", "Ruiz-Ortega", "Stavros",     "Tamayo",      "Underhill",
    "Vasquez",   "Whitlock",  "Xiong",       "Yarborough",  "Zamora",      "Brannigan",
    "Cheadle",   "Dominguez", "Eastwick",    "Fairbanks",   "Gutierrez",   "Holloway",
    "Jaramillo", "Kowalczyk", "Lindqvist",   "Montoya",     "Nguyen-Hall", "O'Dowd",
    "Pacheco",   "Rasmussen", "Sandoval",    "Trujillo"};
static const char *const givens[] = {
    "Adrian",  "Beatriz",  "Calvin", "Dolores", "Emmett", "Felicia",  "Gordon",  "Hilda",
    "Ignacio", "Joanna",   "Kelvin", "Lourdes", "Marcus", "Nadine",   "Oscar",   "Priscilla",
    "Quentin", "Rosalind", "Samuel", "Teresa",  "Ulises", "Veronica", "Wendell", "Ximena",
    "Yolanda", "Zachary",  "Andre",  "Brenda",  "Cesar",  "Daphne"};

/* What a county jail books for on an ordinary day, most of it small. */
static const struct demo_charge charges[] = {
    {"42-4-1301(1)(a)", "DRIVING UNDER THE INFLUENCE", "M", 12},
    {"42-2-138(1)(a)", "DRIVING UNDER RESTRAINT", "TO", 8},
    {"18-4-401(1)", "THEFT", "M2", 10},
    {"18-4-401(2)(f)", "THEFT 2,000-5,000 DOLLARS", "F6", 4},
    {"18-3-204(1)(a)", "ASSAULT IN THE THIRD DEGREE", "M1", 9},
    {"18-3-206(1)(a)", "MENACING - REAL/SIMULATED WEAPON", "F5", 3},
    {"18-3-203(1)(b)", "ASSAULT IN THE SECOND DEGREE", "F4", 3},
    {"18-4-203(1)", "BURGLARY IN THE SECOND DEGREE", "F4", 3},
    {"18-4-301", "ROBBERY", "F4", 2},
    {"18-4-409(2)", "MOTOR VEHICLE THEFT", "F5", 6},
    {"18-18-403.5", "POSSESSION OF A CONTROLLED SUBSTANCE", "DM1", 9},
    {"18-18-405(1)(a)", "DISTRIBUTION OF A CONTROLLED SUBSTANCE", "DF3", 3},
    {"18-6-803.5", "VIOLATION OF A PROTECTION ORDER", "M1", 6},
    {"18-4-501(1)", "CRIMINAL MISCHIEF", "M2", 5},
    {"18-4-504", "THIRD DEGREE CRIMINAL TRESPASS", "PO", 6},
    {"18-9-106(1)(a)", "DISORDERLY CONDUCT", "PO", 4},
    {"18-8-103", "RESISTING ARREST", "M2", 3},
    {"", "FAILURE TO APPEAR", "", 14},
    {"", "HOLD FOR OTHER JURISDICTION", "", 3},
};

static uint64_t next(uint64_t *s) /* xorshift64*: reproducible, nothing secret */
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717u;
}

static int below(uint64_t *s, int n) { return (int)(next(s) >> 33) % n; }

static int draw(uint64_t *s, const int *weights, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) sum += weights[i];
    int r = below(s, sum);
    for (int i = 0; i < n; i++)
        if ((r -= weights[i]) < 0) return i;
    return n - 1;
}

static const struct demo_charge *draw_charge(uint64_t *s)
{
    int weights[sizeof charges / sizeof *charges];
    const int n = (int)(sizeof charges / sizeof *charges);
    for (int i = 0; i < n; i++) weights[i] = charges[i].weight;
    return &charges[draw(s, weights, n)];
}

static int by_time(const void *a, const void *b)
{
    const struct demo_booking *x = a, *y = b;
    return x->booked_at < y->booked_at ? -1 : x->booked_at > y->booked_at;
}

static void make_up(uint64_t *s, struct demo_booking *b, instant midnight, const int *hours)
{
    b->family = families[below(s, (int)(sizeof families / sizeof *families))];
    b->given = givens[below(s, (int)(sizeof givens / sizeof *givens))];
    b->birth_date = date_days(1955 + below(s, 51), 1 + below(s, 12), 1 + below(s, 28));
    b->sex = below(s, 100) < 78 ? 'M' : 'F';
    snprintf(b->state_id, sizeof b->state_id, "CO%07d", 1000000 + below(s, 8999999));
    b->booked_at = midnight + HOURS(draw(s, hours, 24)) + MINUTES(below(s, 60));
    b->charge = draw_charge(s);
    /* Two thirds leave the same day, some hours later, on a bond or a summons. */
    b->leaves_at =
        below(s, 3) ? b->booked_at + HOURS(2) + MINUTES(below(s, 420)) : INSTANT_NONE;
    b->bond = below(s, 3) ? 250 * (1 + below(s, 40)) : 0;
}

struct demo_day demo_generate(struct arena *a, uint64_t seed, instant midnight, int per_day,
                              const int hour_weights[24])
{
    uint64_t s = seed ? seed : 1;
    struct demo_day day = {.n = (size_t)(per_day - 4 + below(&s, 9))};
    day.bookings = arena_array(a, struct demo_booking, day.n);
    for (size_t i = 0; i < day.n; i++) make_up(&s, &day.bookings[i], midnight, hour_weights);
    qsort(day.bookings, day.n, sizeof *day.bookings, by_time);
    for (size_t i = 0; i < day.n; i++)
        snprintf(day.bookings[i].number, sizeof day.bookings[i].number, "25-%06zu", 4100 + i);
    return day;
}

bool demo_read_hours(struct str csv, int ret[24])
{
    struct str line, hour;
    int seen = 0, hours[24];
    while (str_cut(&csv, '\n', &line)) {
        int64_t h, n;
        line = str_trim(line);
        if (!str_cut(&line, ',', &hour) || !str_to_i64(hour, &h) || !str_to_i64(line, &n))
            continue;
        if (h < 0 || h > 23 || n < 0 || n > 1000000) return false;
        hours[h] = (int)n;
        seen++;
    }
    if (seen != 24) return false;
    memcpy(ret, hours, sizeof hours);
    return true;
}

static void local(struct buf *b, instant t, int zone_minutes)
{
    char text[40];
    instant_at(t, zone_minutes, text);
    buf_printf(b, "%.10s %.5s", text, text + 11); /* as the export has it: no offset */
}

struct str demo_export(struct arena *a, const struct demo_day *day, instant now,
                       int zone_minutes)
{
    struct buf b = buf_in(a);
    buf_c(&b, "Last Name,First Name,Middle Name,DOB,Sex,StateId,Date of Booking,Booking "
              "#,Holding for Agency,"
              "Immigration Hold,Statute #,Charge Seq,Charge Description,Charge Class,Bond "
              "Amount,Bondtype\r\n");
    for (size_t i = 0; i < day->n && day->bookings[i].booked_at <= now; i++) {
        const struct demo_booking *p = &day->bookings[i];
        char born[24];
        buf_printf(&b, "%s,%s,,%s,%c,%s,", p->family, p->given, date_print(p->birth_date, born),
                   p->sex, p->state_id);
        local(&b, p->booked_at, zone_minutes);
        buf_printf(&b, ",%s,,,%s,1,\"%s\",%s,%d,%s\r\n", p->number, p->charge->citation,
                   p->charge->text, p->charge->grade_class, p->bond,
                   p->bond ? "CASH/SURETY" : "PR");
    }
    return buf_str(&b);
}
