/* See year_jail.h: bookings. A person is a number, and everything about them is drawn from it,
 * so that somebody who comes back is the same. Names are put together from syllables. */
#include "base/csv.h"
#include "os/file.h"
#include "year_jail.h"
#include <stdlib.h>

#define COUNT(x) (sizeof(x) / sizeof *(x))

/* ---- laws -------------------------------------------------------------------------------- */

/* Of the stays that New York's jails counted in 2025 under a known charge: assault 16 %,
 * burglary 11 %, robbery 14 %, larceny 8 %, drugs 7 %, weapons 8 %, homicide 10 %, sexual
 * offences 4 % (the first number). What people are held for some hours for is not in those
 * counts; the second number is assumed. */
static const struct {
    const char *prefix;
    double overnight, brief;
} shares[] = {
    {"C.R.S. 18-3-204", 4, 20}, {"C.R.S. 18-3-10", 10, 3},  {"C.R.S. 18-3-20", 16, 30},
    {"C.R.S. 18-3-3", 1, 1},    {"C.R.S. 18-3-4", 4, 2},    {"C.R.S. 18-4-30", 14, 6},
    {"C.R.S. 18-4-20", 11, 4},  {"C.R.S. 18-4-401", 8, 22}, {"C.R.S. 18-4-409", 3, 6},
    {"C.R.S. 18-4-50", 2, 9},   {"C.R.S. 18-18-", 7, 15},   {"C.R.S. 18-12-", 8, 3},
    {"C.R.S. 18-8-", 6, 6},     {"C.R.S. 42-2-", 1, 14},    {"C.R.S. 42-4-", 2, 22}};

static void weigh(struct laws *l)
{
    for (size_t i = 0; i < l->n; i++) {
        size_t k = 0;
        while (k < COUNT(shares) &&
               !str_starts(str_c(l->list[i].citation), str_c(shares[k].prefix)))
            k++;
        l->list[i].overnight = k < COUNT(shares) ? shares[k].overnight : 0.5;
        l->list[i].brief = k < COUNT(shares) ? shares[k].brief : 0.5;
    }
    /* the share is of the group, not of each of its rows */
    for (size_t k = 0; k < COUNT(shares); k++) {
        double n = 0;
        for (size_t i = 0; i < l->n; i++)
            n += str_starts(str_c(l->list[i].citation), str_c(shares[k].prefix));
        for (size_t i = 0; i < l->n; i++)
            if (n > 1 && str_starts(str_c(l->list[i].citation), str_c(shares[k].prefix))) {
                l->list[i].overnight /= n;
                l->list[i].brief /= n;
            }
    }
}

static void add_law(struct jail *j, struct laws *l, size_t *cap, const char *citation,
                    const char *text, const char *class, enum grade grade)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->list[i].citation, citation) == 0 && strcmp(l->list[i].text, text) == 0)
            return;
    arena_push(&j->keep, l->list, l->n, *cap);
    l->list[l->n++] =
        (struct law){.citation = citation, .text = text, .class = class, .grade = grade};
}

static const char *upper(struct arena *a, struct str s)
{
    char *text = str_dupz(a, s);
    for (char *p = text; *p; p++)
        if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    return text;
}

struct csv_rest {
    struct str rest;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct csv_rest *t = ctx;
    size_t take = t->rest.n < n ? t->rest.n : n;
    memcpy(into, t->rest.p, take);
    t->rest = str_sub(t->rest, take, t->rest.n);
    return (ptrdiff_t)take;
}

/* One row of the list "violent": yes, no, or if a fact that no citation shows; the last stays
 * unclassified. */
static void take_row(struct jail *j, const struct csv_row *row, size_t caps[3])
{
    static const char *const felonies[] = {"F3", "F4", "F5", "F4"};
    struct str citation = row->fields[1], grade = row->fields[3], listed = row->fields[6];
    if (!str_is(row->fields[0], "violent") || str_find(citation, STR("*")) >= 0) return;
    const char *cite = str_dupz(&j->keep, citation), *text = upper(&j->keep, row->fields[2]);
    bool felony = str_find(grade, STR("felony")) >= 0,
         traffic = str_starts(citation, STR("C.R.S. 42-"));
    const char *class = felony    ? felonies[str_hash(citation) % COUNT(felonies)]
                        : traffic ? "TO"
                                  : "M1";
    enum grade g = felony ? GRADE_FELONY : traffic ? GRADE_TRAFFIC : GRADE_MISDEMEANOR;
    if (str_is(listed, "yes"))
        add_law(j, &j->violent, &caps[0], cite, text, class, g);
    else if (str_is(listed, "no"))
        add_law(j, &j->plain, &caps[1], cite, text, class, g);
    else
        add_law(j, &j->unclassified, &caps[2], cite, text, class, g);
}

RC people_laws(struct jail *j, struct err *e)
{
    static const char *const invented[] = {
        "FAILURE TO APPEAR",   "HOLD FOR OTHER JURISDICTION", "CONTEMPT OF COURT",
        "PROBATION VIOLATION", "MUNICIPAL ORDINANCE 99-12",   "FUGITIVE OF JUSTICE"};
    struct csv_rest text;
    struct csv_row row;
    size_t caps[3] = {0};
    const char *path =
        arena_printf(&j->keep, "%s/us-co-denver-2025-stated/offences.csv", j->setup->policies);
    TRY(file_read(&j->keep, path, 1 << 20, &text.rest, e));
    struct csv_reader *r = csv_open(&j->keep, fill, &text, ',');
    enum rc rc;
    while ((rc = csv_next(r, &row, e)) == RC_OK)
        if (row.n >= 7) take_row(j, &row, caps);
    if (rc != RC_NO) return rc;
    for (size_t i = 0; i < COUNT(invented); i++)
        add_law(j, &j->unclassified, &caps[2], "", invented[i], "", GRADE_UNKNOWN);
    if (!j->violent.n || !j->plain.n)
        return FAIL(e, RC_INVALID, "DEMO-0003", "%s holds no offences to book for", path);
    weigh(&j->violent);
    weigh(&j->plain);
    weigh(&j->unclassified);
    return RC_OK;
}

static const struct law *draw_law(struct jail *j, const struct laws *l, bool brief)
{
    double sum = 0;
    for (size_t i = 0; i < l->n; i++) sum += brief ? l->list[i].brief : l->list[i].overnight;
    double r = chance_unit(&j->people) * sum;
    for (size_t i = 0; i < l->n; i++)
        if ((r -= brief ? l->list[i].brief : l->list[i].overnight) < 0) return &l->list[i];
    return &l->list[l->n - 1];
}

/* ---- people ------------------------------------------------------------------------------ */

struct identity people_identity(struct jail *j, uint32_t person, struct arena *a)
{
    static const char *const first[] = {"Bar", "Cor", "Del", "Fen", "Gar", "Hol",  "Jas", "Kel",
                                        "Lor", "Mar", "Nor", "Ost", "Pel", "Quin", "Ros", "Sal",
                                        "Tor", "Ul",  "Ver", "Wen", "Yar", "Zel"};
    static const char *const middle[] = {"",  "a",  "an", "de", "el", "en",
                                         "i", "in", "o",  "or", "u",  "ve"};
    static const char *const last[] = {"bridge", "dano",  "dez",  "field", "ford", "ga",
                                       "lan",    "lez",   "lova", "man",   "mont", "nez",
                                       "ni",     "quist", "ra",   "rett",  "sen",  "son",
                                       "stan",   "ton",   "vale", "well",  "wick", "zki"};
    static const char *const givens[] = {
        "Adrian",   "Beatriz",   "Calvin",  "Dolores",  "Emmett",  "Felicia", "Gordon",
        "Hilda",    "Ignacio",   "Joanna",  "Kelvin",   "Lourdes", "Marcus",  "Nadine",
        "Oscar",    "Priscilla", "Quentin", "Rosalind", "Samuel",  "Teresa",  "Ulises",
        "Veronica", "Wendell",   "Ximena",  "Yolanda",  "Zachary", "Andre",   "Brenda",
        "Cesar",    "Daphne",    "Edwin",   "Frances"};
    struct chance c = chance_of(j->setup->seed, UINT64_C(0x100000000) + person);
    const char *f = first[chance_below(&c, COUNT(first))],
               *m = middle[chance_below(&c, COUNT(middle))],
               *l = last[chance_below(&c, COUNT(last))];
    struct identity id = {.family = str_c(arena_printf(a, "%s%s%s", f, m, l)),
                          .given = str_c(givens[chance_below(&c, COUNT(givens))])};
    id.state_id = str_c(arena_printf(a, "CO%07u", 1000000 + person));
    id.birth_date = date_days(1955 + chance_below(&c, 48), 1 + (int)chance_below(&c, 12),
                              1 + (int)chance_below(&c, 28));
    id.sex = chance_below(&c, 100) < 80 ? STR("M") : STR("F");
    return id;
}

/* One in five has been here before. */
static uint32_t draw_person(struct jail *j)
{
    if (j->n_people > 100 && chance_is(&j->people, 0.2)) {
        uint32_t span = j->n_people > 30000 ? 30000 : (uint32_t)j->n_people;
        uint32_t p = (uint32_t)j->n_people - 1 - chance_below(&j->people, span);
        if (!j->inside[p]) return p;
    }
    arena_push(&j->keep, j->inside, j->n_people, j->cap_people);
    j->inside[j->n_people] = 0;
    return (uint32_t)j->n_people++;
}

static uint32_t new_stay(struct jail *j)
{
    if (j->n_free) return j->free_stays[--j->n_free];
    arena_push(&j->keep, j->stays, j->n_stays, j->cap_stays);
    return (uint32_t)j->n_stays++;
}

static void draw_charges(struct jail *j, struct stay *s)
{
    struct chance *c = &j->people;
    double violent = s->brief ? j->m.violent_short : j->m.violent_overnight, r = chance_unit(c);
    const struct laws *top = r < violent                         ? &j->violent
                             : r < violent + j->m.unknown_charge ? &j->unclassified
                                                                 : &j->plain;
    s->violent = top == &j->violent;
    s->charges[s->n++] = draw_law(j, top, s->brief);
    if (chance_is(c, 0.3)) s->charges[s->n++] = draw_law(j, &j->plain, s->brief);
    if (chance_is(c, s->brief ? 0.15 : 0.3)) { /* an older conviction */
        bool grave = chance_is(c, 0.25);
        s->prior[s->n] = true;
        s->charges[s->n++] = draw_law(j, grave ? &j->violent : &j->plain, false);
        s->violent |= grave;
    }
}

/* How long: more than half leave within a day (assumed: snapshots of mornings cannot show it);
 * of the others the mean is such that a jail of 70 a day holds some 1,100 (assumed, too). Those
 * with a violent charge stay longer. */
static void draw_stay(struct jail *j, struct stay *s)
{
    static const char *const brief[] = {"bond posted", "bond posted", "release order",
                                        "charges dropped", "other"};
    static const char *const overnight[] = {"bond posted", "release order", "sentence served",
                                            "sentence served", "charges dropped"};
    struct chance *c = &j->people;
    s->brief = chance_is(c, 0.55);
    draw_charges(j, s);
    double hours = s->brief ? chance_lognormal(c, 8, 0.6)
                            : 24 * chance_lognormal(c, s->violent ? 22 : 9, 1.4);
    if (hours < 2) hours = 2;
    if (hours > 24 * 700) hours = 24 * 700;
    s->triggered_at =
        s->booked_at + MINUTES(j->setup->feed_minutes + 20) + (int64_t)(hours * 3600000);
    s->trigger = (s->brief ? brief : overnight)[chance_below(c, 5)];
    s->convicted = !s->brief && strcmp(s->trigger, "sentence served") == 0;
    /* From the trigger to the door: bond, property, transport, the warrants check. Nobody's
     * request plays a part in it. */
    s->left_at = s->triggered_at + (int64_t)(chance_lognormal(c, 2.4, 0.5) * 3600000);
    s->leave = chance_is(c, 0.02)     ? "transferred"
               : chance_is(c, 0.0002) ? "died"
               : chance_is(c, 0.0001) ? "escaped"
                                      : "released";
}

static void plan(struct jail *j, uint32_t id)
{
    struct stay *s = &j->stays[id];
    struct chance *c = &j->people;
    int64_t told = (int64_t)(chance_lognormal(c, 3, 0.8) * 60000);
    bool known = strcmp(s->leave, "released") == 0 &&
                 !chance_is(c, 0.004); /* some releases come without a trigger */
    if (!s->brief && s->triggered_at - s->booked_at > HOURS(75))
        jail_later(j, s->booked_at + HOURS(30) + MINUTES(chance_below(c, 60 * 40)), CHARGED,
                   id);
    if (!s->brief && chance_is(c, 0.02))
        jail_later(j, s->booked_at + (s->triggered_at - s->booked_at) / 2, AWAY, id);
    if (known) jail_later(j, s->triggered_at + told, TRIGGERED, id);
    /* the bond is revoked, the order recalled: they stay some days more */
    if (known && chance_is(c, 0.007)) {
        jail_later(j, s->triggered_at + told + MINUTES(5 + chance_below(c, 50)), UNDONE, id);
        s->triggered_at += HOURS(20 + chance_below(c, 200));
        s->left_at = s->triggered_at + (int64_t)(chance_lognormal(c, 2.4, 0.5) * 3600000);
        jail_later(j, s->triggered_at + told, TRIGGERED, id);
    }
    if (s->left_at < s->triggered_at + told + MINUTES(1))
        s->left_at = s->triggered_at + told + MINUTES(1);
    jail_later(j, s->left_at + MINUTES(1 + chance_below(c, 10)), LEFT, id);
}

static void book(struct jail *j, instant at, bool before)
{
    struct stay s = {.person = draw_person(j), .serial = ++j->serial, .booked_at = at};
    char text[40];
    int64_t year = 0;
    draw_stay(j, &s);
    /* left before the story begins */
    if (before && s.triggered_at < j->start + HOURS(3)) return;
    if (!str_to_i64(str_n(instant_utc(at, text), 4), &year)) return;
    s.year = (int)year;
    uint32_t id = new_stay(j);
    j->stays[id] = s;
    j->inside[s.person] = 1;
    plan(j, id);
    arena_push(&j->keep, j->coming, j->n_coming, j->cap_coming);
    j->coming[j->n_coming++] = id;
    if (before)
        j->counts->here_before++;
    else
        j->counts->bookings++;
}

static int by_instant(const void *x, const void *y)
{
    instant a = *(const instant *)x, b = *(const instant *)y;
    return a < b ? -1 : a > b;
}

void people_of_day(struct jail *j, int64_t day, bool before)
{
    int64_t year;
    int month, of_month;
    struct chance *c = &j->people;
    date_civil(day, &year, &month, &of_month);
    double mean =
        j->setup->bookings_a_day * j->m.weekday[date_weekday(day) - 1] * j->m.month[month - 1];
    uint32_t n = chance_count(c, mean, j->m.day_index);
    instant *times = arena_array(&j->scratch, instant, n + 1);
    for (uint32_t i = 0; i < n; i++)
        times[i] = jail_local(j, day,
                              HOURS((int64_t)chance_weighted(c, j->m.hour, 24)) +
                                  (int64_t)chance_below(c, 3600000));
    qsort(times, n, sizeof *times, by_instant);
    for (uint32_t i = 0; i < n; i++) book(j, times[i], before);
}

/* ---- rows -------------------------------------------------------------------------------- */

const char *people_number(struct arena *a, int year, uint32_t serial)
{
    return arena_printf(a, "%02d-%07u", year % 100, serial);
}

struct booking_row people_row(struct jail *j, const struct stay *s, struct arena *a)
{
    struct identity id = people_identity(j, s->person, a);
    return (struct booking_row){.booking_number = str_c(people_number(a, s->year, s->serial)),
                                .state_id = id.state_id,
                                .family = id.family,
                                .given = id.given,
                                .sex = id.sex,
                                .birth_date = id.birth_date,
                                .booked_at = s->booked_at,
                                .released_at = INSTANT_NONE};
}

RC people_charges(struct jail *j, struct import *in, const struct stay *s, bool filed,
                  struct err *e)
{
    struct str number = str_c(people_number(&j->scratch, s->year, s->serial));
    int64_t day = s->booked_at / HOURS(24);
    for (int i = 0; i < s->n; i++) {
        const struct law *law = s->charges[i];
        if (filed && s->prior[i]) continue;
        struct charge_row row = {
            .booking_number = number,
            .sequence = s->prior[i] ? 100 + i : 1 + i,
            .offence = {.this_booking = !s->prior[i],
                        .citation = str_c(law->citation),
                        .text = str_c(law->text),
                        .class = str_c(law->class),
                        .grade = law->grade,
                        .stage = s->prior[i] ? STAGE_CONVICTED
                                 : filed     ? (s->convicted ? STAGE_CONVICTED : STAGE_CHARGED)
                                             : STAGE_ARRESTED,
                        .on = s->prior[i] ? day - 900 : day,
                        .convicted_on = DAYS_UNKNOWN}};
        if (s->prior[i])
            row.offence.convicted_on = day - 700;
        else if (filed && s->convicted)
            row.offence.convicted_on = day + 1;
        enum rc rc = casework_import_charge(in, &row, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        j->counts->charges++;
    }
    return RC_OK;
}

/* ---- who is here ------------------------------------------------------------------------- */

uint32_t people_pick(struct jail *j, bool violent)
{
    struct here *h = &j->here[violent];
    uint32_t best = NOBODY;
    /* fingerprints are answered in the first days: the newest of four */
    for (int i = 0; h->n && i < 4; i++) {
        uint32_t id = h->stays[chance_below(&j->agencies, (uint32_t)h->n)];
        if (best == NOBODY || j->stays[id].booked_at > j->stays[best].booked_at) best = id;
    }
    return best;
}

void people_out(struct jail *j, uint32_t id)
{
    struct stay *s = &j->stays[id];
    struct here *h = &j->here[s->violent];
    if (!s->listed) return;
    s->listed = false;
    h->stays[s->place] = h->stays[--h->n];
    j->stays[h->stays[s->place]].place = s->place;
}

void people_gone(struct jail *j, uint32_t id)
{
    people_out(j, id);
    j->inside[j->stays[id].person] = 0;
    if (j->stays[id].asked) return; /* requests still speak of this stay */
    arena_push(&j->keep, j->free_stays, j->n_free, j->cap_free);
    j->free_stays[j->n_free++] = id;
}
