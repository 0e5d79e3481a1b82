/* See year.h. What is still to come stands in a heap by time; each turn sets the clock and does
 * the next thing. Days are groups: one durable commit a day, because nobody waits for an answer
 * here. */
#include "year_jail.h"
#include "base/hash.h"
#include "os/file.h"
#include "os/zones.h"
#include <stdlib.h>

const struct actor year_officer = {"m.ortiz"}, year_supervisor = {"t.lindgren"},
                   year_second = {"s.marlowe"}, year_feed = {"jail-feed"},
                   year_admin = {"a.bede"}, year_attorney = {"k.whitcombe"},
                   year_auditor = {"a.keita"}, year_clerk = {"j.farrow"},
                   year_owner = {"p.adeyemi"};

struct year_setup year_usual(void)
{
    return (struct year_setup){.time_zone = "America/Denver",
                               .seed = 1,
                               .days = 365,
                               .bookings_a_day = 70,
                               .requests_a_month = 22,
                               .from = date_days(2024, 7, 20),
                               .change = date_days(2025, 1, 20),
                               .volume_factor = 2,
                               .violent_share = 0.8,
                               .mix_drift = 0.25,
                               .feed_minutes = 60,
                               .trend_months = 18};
}

const char *year_calendar(struct arena *a, const struct year_setup *s)
{
    char before[24], after[24];
    int64_t first = s->from < s->change ? s->from : s->change; /* four years at least */
    return arena_printf(
        a,
        "%sT12:00:00-05:00 the administration before; %sT12:00:00-05:00 the administration now",
        date_print(first - 1461, before), date_print(s->change, after));
}

/* ---- the heap ---------------------------------------------------------------------------- */

static bool sooner(const struct happens *x, const struct happens *y)
{
    if (x->at != y->at) return x->at < y->at;
    return x->what != y->what ? x->what < y->what : x->order < y->order;
}

void jail_later(struct jail *j, instant at, enum what what, uint32_t who)
{
    struct happens h = {at > j->clock.now ? at : j->clock.now, j->order++, what, who};
    arena_push(&j->keep, j->heap, j->n_heap, j->cap_heap);
    size_t i = j->n_heap++;
    while (i && sooner(&h, &j->heap[(i - 1) / 2])) {
        j->heap[i] = j->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    j->heap[i] = h;
}

static struct happens jail_next(struct jail *j)
{
    struct happens first = j->heap[0], last = j->heap[--j->n_heap];
    size_t i = 0, k;
    while ((k = 2 * i + 1) < j->n_heap) {
        if (k + 1 < j->n_heap && sooner(&j->heap[k + 1], &j->heap[k])) k++;
        if (!sooner(&j->heap[k], &last)) break;
        j->heap[i] = j->heap[k];
        i = k;
    }
    j->heap[i] = last;
    return first;
}

instant jail_local(const struct jail *j, int64_t day, int64_t ms)
{
    int64_t wall = day * 86400 + ms / 1000;
    return (wall - tz_offset_local(j->zone, wall)) * 1000 + ms % 1000;
}

/* ---- an office that can work ------------------------------------------------------------- */

static struct sign_key key_of(unsigned char seed)
{
    unsigned char bytes[32];
    memset(bytes, seed, sizeof bytes);
    return sign_key_from_seed(bytes);
}

static RC add_person(struct jail *j, const char *name, const char *role, unsigned char seed,
                     struct err *e)
{
    struct arena *a = &j->scratch;
    struct json *o = json_object(a), *ignored;
    struct buf hex = buf_in(a);
    json_set(a, o, "name", json_c(a, name));
    json_set(a, o, "role", json_c(a, role));
    if (seed) {
        struct sign_key k = key_of(seed);
        hex_add(&hex, str_n((const char *)k.public_key, 32));
        json_set(a, o, "public_key", json_string(a, buf_str(&hex)));
    }
    return casework_person_set(j->c, year_admin, o, a, &ignored, e);
}

static RC add_people(struct jail *j, struct err *e)
{
    TRY(add_person(j, year_admin.name, "administrator", 0, e));
    TRY(add_person(j, year_officer.name, "records officer", 0, e));
    TRY(add_person(j, year_clerk.name, "records officer", 0, e));
    TRY(add_person(j, year_supervisor.name, "supervisor", 0, e));
    TRY(add_person(j, year_second.name, "supervisor", 0, e));
    TRY(add_person(j, year_attorney.name, "attorney", 0, e));
    TRY(add_person(j, year_auditor.name, "auditor", 0, e));
    TRY(add_person(j, "p.adeyemi", "policy owner", 21, e));
    return add_person(j, "r.stroud", "policy owner", 22, e);
}

static struct json *address(struct jail *j, const char *channel, const char *to,
                            int64_t verified)
{
    struct arena *a = &j->scratch;
    struct json *o = json_object(a);
    char day[24];
    json_set(a, o, "channel", json_c(a, channel));
    json_set(a, o, "address", json_c(a, to));
    if (verified == DAYS_UNKNOWN) return o;
    json_set(a, o, "verified_by", json_c(a, year_supervisor.name));
    json_set(a, o, "verified_on", json_c(a, arena_strdup(a, date_print(verified, day))));
    return o;
}

static RC add_agency(struct jail *j, const char *id, const char *name, const char *kind,
                     const char *fax, struct err *e)
{
    struct arena *a = &j->scratch;
    struct json *o = json_object(a), *list = json_array(a), *ignored;
    int64_t verified = j->clock.now / HOURS(24) - 1;
    json_set(a, o, "id", json_c(a, id));
    json_set(a, o, "name", json_c(a, name));
    json_set(a, o, "kind", json_c(a, kind));
    json_add(a, list, address(j, "fax", fax, verified));
    json_add(a, list, address(j, "email", arena_printf(a, "desk@%s.example", id), verified));
    json_add(a, list,
             address(j, "email", arena_printf(a, "personal@%s.example", id),
                     DAYS_UNKNOWN)); /* never to be used */
    json_set(a, o, "addresses", list);
    return casework_agency_set(j->c, year_admin, o, a, &ignored, e);
}

static RC add_agencies(struct jail *j, struct err *e)
{
    TRY(add_agency(j, "field-office", "Field Office East", "federal immigration",
                   "+13035550101", e));
    TRY(add_agency(j, "field-office-2", "Field Office West", "federal immigration",
                   "+13035550102", e));
    TRY(add_agency(j, "marshals", "Marshals, District Office", "law enforcement",
                   "+13035550103", e));
    return add_agency(j, "neighbour-county", "Sheriff of the Neighbour County",
                      "law enforcement", "+13035550104", e);
}

/* Two policy owners sign; it starts at `starts`. */
static RC adopt(struct jail *j, const char *id, instant starts, struct err *e)
{
    static const char *const owners[] = {"p.adeyemi", "r.stroud"};
    struct arena *a = &j->scratch;
    struct json *r;
    TRY(casework_pack_add(j->c, (struct actor){owners[0]},
                          arena_printf(a, "%s/%s", j->setup->policies, id), a, &r, e));
    struct str version = str_dup(a, json_text(r, "version")), statement;
    for (unsigned char i = 0; i < 2; i++) {
        TRY(casework_pack_statement(j->c, str_c(id), version, starts, a, &statement, e));
        struct sign_key k = key_of((unsigned char)(21 + i));
        struct signature s = sign_bytes(&k, statement);
        TRY(casework_pack_sign(j->c, (struct actor){owners[i]}, str_c(id), version, starts, &s,
                               a, &r, e));
    }
    return RC_OK;
}

/* ---- what happens ------------------------------------------------------------------------ */

static RC feed(struct jail *j, struct err *e)
{
    struct import *in;
    struct json *report;
    enum rc rc = RC_OK;
    size_t kept = 0;
    TRY(casework_import_open(j->c, year_feed, STR("jail system"), &in, e));
    for (size_t i = 0; i < j->n_coming && (rc == RC_OK || rc == RC_NO); i++) {
        uint32_t id = j->coming[i];
        struct stay *s = &j->stays[id];
        if (s->booked_at > j->clock.now) { /* of this day, but not yet */
            j->coming[kept++] = id;
            continue;
        }
        struct booking_row row = people_row(j, s, &j->scratch);
        rc = casework_import_booking(in, &row, e);
        if (rc == RC_OK || rc == RC_NO) rc = people_charges(j, in, s, false, e);
        s->here = s->listed = true;
        struct here *h = &j->here[s->violent];
        arena_push(&j->keep, h->stays, h->n, h->cap);
        s->place = (uint32_t)h->n;
        h->stays[h->n++] = id;
    }
    for (size_t i = 0; i < j->n_filed && rc == RC_OK; i++)
        rc = people_charges(j, in, &j->stays[j->filed[i]], true, e);
    if (rc != RC_OK) {
        casework_import_abandon(in);
        return rc;
    }
    j->n_coming = kept;
    j->outbox_waits |= j->n_filed != 0;
    j->n_filed = 0;
    return casework_import_close(in, &j->scratch, &report, e);
}

static RC custody_reported(struct jail *j, const struct happens *h, struct err *e)
{
    struct stay *s = &j->stays[h->who];
    struct arena *a = &j->scratch;
    struct str number = str_c(people_number(a, s->year, s->serial));
    struct json *r;
    j->outbox_waits |= s->asked;
    if (h->what == TRIGGERED) {
        j->counts->triggers++;
        instant at =
            /* one that was taken back was earlier */
            s->triggered_at < j->clock.now ? s->triggered_at : j->clock.now;
        return casework_trigger(j->c, year_feed, number, str_c(s->trigger), at, a, &r, e);
    }
    if (h->what == UNDONE) {
        j->counts->undone++;
        return casework_trigger_undo(j->c, year_feed, number, STR("the court revoked the bond"),
                                     a, &r, e);
    }
    if (h->what == AWAY || h->what == BACK) {
        j->counts->hospital += h->what == AWAY;
        if (h->what == AWAY)
            jail_later(j,
                       j->clock.now + HOURS(6) < s->triggered_at ? j->clock.now + HOURS(6)
                                                                 : s->triggered_at,
                       BACK, h->who);
        return casework_release(j->c, year_feed, number,
                                h->what == AWAY ? STR("hospital") : STR("returned"), STR(""),
                                j->clock.now, a, &r, e);
    }
    bool transferred = strcmp(s->leave, "transferred") == 0;
    enum rc rc = casework_release(j->c, year_feed, number, str_c(s->leave),
                                  transferred ? STR("North County Sheriff") : STR(""),
                                  s->left_at, a, &r, e);
    if (transferred)
        j->counts->transfers++;
    else if (strcmp(s->leave, "died") == 0)
        j->counts->deaths++;
    else if (strcmp(s->leave, "escaped") == 0)
        j->counts->escapes++;
    else
        j->counts->releases++;
    people_gone(j, h->who);
    return rc;
}

/* Have requests expanded? Another connection asks, which has to see what was done today. */
static RC look_at_trend(struct jail *j, struct err *e)
{
    static const struct trend_page_question usual = {0};
    struct json *r;
    TRY(casework_group_end(j->c, e));
    TRY(casework_trend_check(j->watch, &usual, &j->scratch, &r, e));
    j->counts->reevaluations += json_len(json_get(r, "raised"));
    return casework_group_begin(j->c, e);
}

static RC new_month(struct jail *j, int64_t day, struct err *e)
{
    int64_t year;
    int month, of_month;
    asks_of_month(j, day);
    date_civil(day, &year, &month, &of_month);
    int64_t next = day - of_month + 1 + date_month_days(year, month);
    if (next < j->setup->from + j->setup->days)
        jail_later(j, jail_local(j, next, 0), NEW_MONTH, NOBODY);
    bool looks = day > j->setup->from &&
                 day >= j->setup->from + j->setup->days - 31 * (int64_t)j->setup->trend_months;
    return looks ? look_at_trend(j, e) : RC_OK;
}

static RC new_day(struct jail *j, int64_t day, struct err *e)
{
    if (j->setup->progress)
        j->setup->progress(j->setup->ctx, day - j->setup->from, j->setup->days);
    TRY(casework_group_end(j->c, e));
    TRY(casework_group_begin(j->c, e));
    people_of_day(j, day, false);
    for (int hour = 7; hour < 24; hour += 6)
        jail_later(j, jail_local(j, day, HOURS(hour) + MINUTES(20)), ALERTS, NOBODY);
    jail_later(j, jail_local(j, day, HOURS(8) + MINUTES(30)), SWEEP, NOBODY);
    if (day + 1 < j->setup->from + j->setup->days)
        jail_later(j, jail_local(j, day + 1, 0), NEW_DAY, NOBODY);
    return RC_OK;
}

static int64_t day_now(const struct jail *j)
{
    return (j->clock.now / 1000 + tz_offset_at(j->zone, j->clock.now / 1000)) / 86400;
}

static RC clocks(struct jail *j, struct err *e)
{
    instant next;
    j->outbox_waits = true;
    return casework_tick(j->c, &next, e);
}

static RC happen(struct jail *j, const struct happens *h, struct err *e)
{
    switch (h->what) {
    case NEW_DAY: return new_day(j, day_now(j), e);
    case NEW_MONTH: return new_month(j, day_now(j), e);
    case POLICY: return adopt(j, "us-co-denver-2025-stated", j->change, e);
    case MOVED:
        return add_agency(j, "field-office", "Field Office East", "federal immigration",
                          "+13035550107", e);
    case FEED:
        jail_later(j, j->clock.now + MINUTES(j->setup->feed_minutes), FEED, NOBODY);
        jail_later(j, j->clock.now + MINUTES(1), TICK, NOBODY);
        return feed(j, e);
    case CHARGED:
        arena_push(&j->keep, j->filed, j->n_filed, j->cap_filed);
        j->filed[j->n_filed++] = h->who;
        return RC_OK;
    case TRIGGERED:
    case UNDONE:
    case LEFT:
    case AWAY:
    case BACK: return custody_reported(j, h, e);
    case ASKED: return asks_new(j, e);
    case AGAIN:
    case AMENDED:
    case CANCELLED:
    case REISSUED: return asks_again(j, h->who, h->what, e);
    case MATCHED:
    case RESOLVED:
    case FIRST_OF_TWO:
    case SECOND_OF_TWO:
    case DISPUTED:
    case SETTLED:
    case SERVED:
    case LOOKED:
    case FORGET:
    case FORGOTTEN: return asks_person(j, h->who, h->what, e);
    case SWEEP: return asks_sweep(j, e);
    case ALERTS: return asks_alerts(j, e);
    case OUTBOX: j->outbox_waits = true; return RC_OK;
    case TICK: return clocks(j, e);
    }
    return RC_OK;
}

static RC live(struct jail *j, struct err *e)
{
    while (j->n_heap && j->heap[0].at < j->end) {
        struct happens h = jail_next(j);
        sim_clock_set(&j->clock, h.at);
        enum rc rc = happen(j, &h, e);
        if (rc == RC_OK || rc == RC_NO) rc = j->outbox_waits ? asks_outbox(j, e) : RC_OK;
        if (rc != RC_OK) return rc;
        j->outbox_waits = false;
        arena_reset(&j->scratch);
    }
    return RC_OK;
}

/* The people who are there already, the office, the first policy. */
static RC begin(struct jail *j, struct err *e)
{
    const struct year_setup *s = j->setup;
    TRY(casework_group_begin(j->c, e));
    TRY(add_people(j, e));
    TRY(add_agencies(j, e));
    bool later = j->start < j->change && j->change < j->end;
    TRY(adopt(j,
              j->change <= j->start ? "us-co-denver-2025-stated" : "us-co-denver-2017-enacted",
              j->start, e));
    arena_reset(&j->scratch);
    for (int64_t day = s->from - 240; day < s->from; day++) {
        people_of_day(j, day, true);
        arena_reset(&j->scratch);
    }
    jail_later(j, j->start, NEW_DAY, NOBODY);
    jail_later(j, j->start, NEW_MONTH, NOBODY);
    jail_later(j, j->start, FEED, NOBODY);
    if (later) jail_later(j, j->change - HOURS(24 * 5), POLICY, NOBODY);
    jail_later(j, j->start + (j->end - j->start) / 3 * 2, MOVED, NOBODY);
    return RC_OK;
}

static RC open_jail(struct jail *j, struct err *e)
{
    const struct year_setup *s = j->setup;
    struct arena *a = &j->keep;
    TRY(file_make_dirs(s->folder, 0700, e));
    struct casework_setup setup = {.database = arena_printf(a, "%s/sallyport.db", s->folder),
                                   .key_file = arena_printf(a, "%s/ledger.key", s->folder),
                                   .origin = "year.jail.example/sallyport",
                                   .facility = "Example County Jail",
                                   .time_zone = s->time_zone,
                                   .packs_dir = s->policies,
                                   .info_official = "the records supervisor",
                                   .clock = sim_clock(&j->clock)};
    TRY(casework_create(&setup, e));
    TRY(casework_open(&setup, &j->c, e));
    setup.administrations = year_calendar(a, s);
    return casework_open(&setup, &j->watch, e);
}

static RC check(const struct year_setup *s, struct err *e)
{
    bool good = s->days >= 1 && s->days <= 366 * 20 + 5 && s->bookings_a_day > 0 &&
                s->bookings_a_day <= 5000 && s->requests_a_month >= 0 &&
                s->requests_a_month <= 20000 && s->volume_factor >= 0 &&
                s->volume_factor <= 100 && s->violent_share >= 0 && s->violent_share <= 1 &&
                s->mix_drift <= s->violent_share && s->violent_share - s->mix_drift <= 1 &&
                s->feed_minutes >= 5 && s->feed_minutes <= 1440 && s->trend_months >= 0;
    return good ? RC_OK
                : FAIL(e, RC_USAGE, "DEMO-0002",
                       "a number is out of range: one day to twenty years, up to 5000 bookings "
                       "a day and 20000 "
                       "requests a month");
}

RC year_make(const struct year_setup *s, struct year_counts *ret, struct err *e)
{
    struct jail *j = calloc(1, sizeof *j);
    struct zones *zones = zones_new(NULL);
    if (!j) abort();
    *ret = (struct year_counts){0};
    *j = (struct jail){.setup = s,
                       .counts = ret,
                       .m = marginals_built_in(),
                       .zone = zones_find(zones, str_c(s->time_zone)),
                       .people = chance_of(s->seed, 1),
                       .luck = chance_of(s->seed, 2),
                       .agencies = chance_of(s->seed, 3)};
    arena_init(&j->keep, 0);
    arena_init(&j->scratch, 0);
    enum rc rc = j->zone
                     ? check(s, e)
                     : FAIL(e, RC_NOTFOUND, "DEMO-0001",
                            "no time zone %s on this machine; install tzdata", s->time_zone);
    if (rc == RC_OK) {
        if (s->shared) marginals_measure(&j->m, s->shared);
        ret->request_index = j->m.request_index;
        ret->measured = j->m.measured;
        j->start = jail_local(j, s->from, 0);
        j->end = jail_local(j, s->from + s->days, 0);
        j->change = jail_local(j, s->change, HOURS(10)); /* noon in the east */
        sim_clock_init(&j->clock, j->start);
        rc = open_jail(j, e);
        if (rc == RC_OK) rc = people_laws(j, e);
        if (rc == RC_OK) rc = begin(j, e);
        if (rc == RC_OK) rc = live(j, e);
        if (rc == RC_OK)
            rc = casework_group_end(j->c, e);
        else if (j->c)
            casework_group_drop(j->c);
        if (rc == RC_OK) rc = clocks(j, e);
        casework_close(j->watch);
        casework_close(j->c);
        sim_clock_done(&j->clock);
    }
    arena_done(&j->scratch);
    arena_done(&j->keep);
    zones_free(zones);
    free(j);
    return rc;
}
