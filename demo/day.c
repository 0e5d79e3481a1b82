/* A day in a jail, told by the program itself: an invented Monday under a simulated clock, run
 * through the same verbs, worker and drivers as the real thing, against real mail and fax
 * servers that demo/run starts. Ends with the table that a mayor could read. What it must never
 * do: reach a number or an address outside this machine. */
#include "base/buf.h"
#include "base/hash.h"
#include "base/sign.h"
#include "casework/casework.h"
#include "demo.h"
#include "generate.h"
#include "intake/intake.h"
#include "os/file.h"
#include "os/log.h"
#include <stdio.h>
#include <stdlib.h>

static const struct actor officer = {"m.ortiz"}, supervisor = {"t.lindgren"},
                          jail = {"jail-feed"}, admin = {"admin"};
enum { ZONE_MINUTES = -7 * 60 }; /* Denver in the first days of March */

static void must(enum rc rc, const struct err *e, const char *what)
{
    char text[700];
    if (rc == RC_OK || rc == RC_NO) return;
    fprintf(stderr, "demo: %s: %s\n", what, err_print(e, text, sizeof text));
    exit(rc_exit(rc));
}

static instant at(const char *local) /* "2025-03-03T02:40" in the jail's zone */
{
    char text[40];
    instant t = 0;
    snprintf(text, sizeof text, "%s:00-07:00", local);
    if (!instant_parse(str_c(text), &t, NULL)) abort();
    return t;
}

static const char *clock_text(instant t, char out[8])
{
    char text[40];
    if (t == INSTANT_NONE) return "-";
    snprintf(out, 8, "%.5s", instant_at(t, ZONE_MINUTES, text) + 11);
    return out;
}

/* ---- the people the day is about --------------------------------------------------------- */

static const struct demo_charge dui = {"42-4-1301(1)(a)", "DRIVING UNDER THE INFLUENCE", "M",
                                       0},
                                assault = {"18-3-202(1)(a)", "ASSAULT IN THE FIRST DEGREE",
                                           "F3", 0},
                                theft = {"18-4-401(1)", "THEFT", "M2", 0},
                                hold = {"", "HOLD FOR OTHER JURISDICTION 9999", "", 0},
                                robbery = {"18-4-302", "AGGRAVATED ROBBERY", "F3", 0};

struct person {
    const char *given, *family, *number, *state_id, *born, *booked;
    const struct demo_charge *charge;
    const char *request_at, *agency, *reference, *form;
    unsigned asks; /* bits of enum ask */
    const char *document, *document_form, *issuer;
    bool judicial;
    const char *born_in_request; /* when the request has another date */
    const char *trigger_at, *trigger_kind, *released_at;
};

#define ASKS(a) (1u << ASK_##a)
static const struct person people[] = {
    {"Calvin",       "Thistlewood",
     "25-004031",    "CO2214408",
     "1987-06-14",   "2025-03-01T23:50",
     &dui,           "2025-03-02T09:15",
     "field-office", "E-25-0441",
     "I-247A",       ASKS(NOTIFY),
     NULL,           NULL,
     NULL,           false,
     NULL,           "2025-03-03T02:40",
     "bond posted",  "2025-03-03T04:05"},
    {"Dolores",
     "Marchetti",
     "25-004007",
     "CO1187265",
     "1990-11-02",
     "2025-02-28T22:10",
     &assault,
     "2025-03-02T16:03",
     "field-office",
     "E-25-0442",
     "I-247A",
     ASKS(NOTIFY) | ASKS(HOLD),
     "administrative warrant",
     "I-200",
     "immigration officer",
     false,
     NULL,
     "2025-03-03T10:39",
     "release order",
     "2025-03-03T14:12"},
    {"Marcus",
     "Hargrove",
     "25-004044",
     "CO3350917",
     "1979-01-23",
     "2025-03-02T14:35",
     &theft,
     "2025-03-03T08:20",
     "field-office",
     "E-25-0447",
     "I-247A",
     ASKS(NOTIFY) | ASKS(HOLD) | ASKS(INTERVIEW),
     "administrative warrant",
     "I-205",
     "immigration officer",
     false,
     NULL,
     "2025-03-03T09:40",
     "bond posted",
     "2025-03-03T11:30"},
    {"Ulises",
     "Kowalczyk",
     "25-003877",
     "CO2046613",
     "1983-08-30",
     "2025-02-20T11:05",
     &theft,
     "2025-03-03T07:30",
     "marshals",
     "W-118-25",
     "court document",
     ASKS(NOTIFY) | ASKS(TRANSFER),
     "judicial warrant",
     "AO 442",
     "federal judge or magistrate",
     true,
     NULL,
     "2025-03-03T13:05",
     "sentence served",
     "2025-03-03T15:20"},
    {"Ximena",
     "Okonkwo",
     "25-004052",
     "CO1900432",
     "1995-04-17",
     "2025-03-02T17:48",
     &hold,
     "2025-03-02T20:00",
     "field-office-2",
     "R-25-0093",
     "I-247A",
     ASKS(NOTIFY),
     NULL,
     NULL,
     NULL,
     false,
     NULL,
     "2025-03-03T17:20",
     "bond posted",
     "2025-03-03T19:31"},
    {"Samuel",       "Jaramillo",
     "25-004060",    "CO3071188",
     "1992-12-09",   "2025-03-02T21:15",
     &assault,       "2025-03-03T09:05",
     "field-office", "E-25-0450",
     "I-247A",       ASKS(NOTIFY),
     NULL,           NULL,
     NULL,           false,
     "1974-02-28",   "2025-03-03T18:15",
     "bond posted",  "2025-03-03T20:00"},
};
enum { PEOPLE = sizeof people / sizeof *people };

struct demo {
    struct arena arena;
    struct casework *casework;
    struct sim_clock clock;
    struct demo_outbound *outbound;
    const struct profile *profile;
    const struct tz *zone;
    const char *folder;
    struct demo_day day;
    char case_id[PEOPLE][64];
};

/* ---- setting up -------------------------------------------------------------------------- */

static struct json *address(struct arena *a, const char *channel, const char *to)
{
    struct json *o = json_object(a);
    json_set(a, o, "channel", json_c(a, channel));
    json_set(a, o, "address", json_c(a, to));
    json_set(a, o, "verified_by", json_c(a, "t.lindgren"));
    json_set(a, o, "verified_on", json_c(a, "2025-01-15"));
    return o;
}

static void add_agency(struct demo *d, const char *id, const char *name, const char *kind,
                       const char *fax, const char *email)
{
    struct arena *a = &d->arena;
    struct json *o = json_object(a), *list = json_array(a), *r;
    struct err e;
    json_set(a, o, "id", json_c(a, id));
    json_set(a, o, "name", json_c(a, name));
    json_set(a, o, "kind", json_c(a, kind));
    if (fax) json_add(a, list, address(a, "fax", fax));
    if (email) json_add(a, list, address(a, "email", email));
    json_set(a, o, "addresses", list);
    must(casework_agency_set(d->casework, admin, o, a, &r, &e), &e, "agency");
}

static struct sign_key demo_key(unsigned char seed)
{
    unsigned char bytes[32];
    memset(bytes, seed, sizeof bytes);
    return sign_key_from_seed(bytes);
}

static void add_person(struct demo *d, const char *name, const char *role, unsigned char seed)
{
    struct arena *a = &d->arena;
    struct json *o = json_object(a), *r;
    struct sign_key k = demo_key(seed);
    struct buf hex = buf_in(a);
    struct err e;
    hex_add(&hex, str_n((const char *)k.public_key, 32));
    json_set(a, o, "name", json_c(a, name));
    json_set(a, o, "role", json_c(a, role));
    json_set(a, o, "public_key", json_string(a, buf_str(&hex)));
    must(casework_person_set(d->casework, admin, o, a, &r, &e), &e, "person");
}

/* Two policy owners sign the pack; it starts at `starts`. */
static void adopt(struct demo *d, const char *packs, const char *id, instant starts)
{
    static const char *const owners[] = {"p.adeyemi", "r.stroud"};
    struct arena *a = &d->arena;
    struct json *r;
    struct str statement;
    struct err e;
    must(casework_pack_add(d->casework, admin, arena_printf(a, "%s/%s", packs, id), a, &r, &e),
         &e, "pack");
    struct str version = str_dup(a, json_text(r, "version"));
    for (unsigned char i = 0; i < 2; i++) {
        add_person(d, owners[i], "policy owner", (unsigned char)(21 + i));
        must(
            casework_pack_statement(d->casework, str_c(id), version, starts, a, &statement, &e),
            &e, "statement");
        struct sign_key k = demo_key((unsigned char)(21 + i));
        struct signature s = sign_bytes(&k, statement);
        must(casework_pack_sign(d->casework, (struct actor){owners[i]}, str_c(id), version,
                                starts, &s, a, &r, &e),
             &e, "signature");
    }
}

/* ---- what happens ------------------------------------------------------------------------ */

/* What the worker and the clocks do at an instant. */
static void work_now(struct demo *d)
{
    struct err e;
    size_t due = 0;
    instant next;
    must(casework_tick(d->casework, &next, &e), &e, "clocks");
    must(casework_outbox_due(d->casework, &due, &e), &e, "outbox");
    if (due) must(demo_outbound_pump(d->outbound, &e), &e, "worker");
}

/* Time passes in steps of a minute. */
static void pass_until(struct demo *d, instant until)
{
    while (d->clock.now < until) {
        instant now = d->clock.now + MINUTES(1);
        sim_clock_set(&d->clock, now < until ? now : until);
        work_now(d);
    }
}

/* The jail system drops its export every few minutes; what has not changed changes nothing. */
static void feed(struct demo *d, instant now)
{
    struct arena a;
    struct json *report;
    uint64_t refused;
    struct err e;
    arena_init(&a, 0);
    const char *path = arena_printf(&a, "%s/export.csv", d->folder);
    must(file_write_atomic(path, demo_export(&a, &d->day, now, ZONE_MINUTES), 0600, &e), &e,
         "export");
    struct intake_job job = {.casework = d->casework,
                             .by = jail,
                             .profile = d->profile,
                             .zone = d->zone,
                             .file = path};
    must(intake_file(&job, &a, &report, &refused, &e), &e, "import");
    if (refused) {
        fprintf(stderr, "demo: %llu rows of the export were refused\n",
                (unsigned long long)refused);
        exit(65);
    }
    arena_done(&a);
}

static struct json *document(struct arena *a, const struct person *p)
{
    struct json *d = json_object(a);
    json_set(a, d, "kind", json_c(a, p->document));
    json_set(a, d, "form", json_c(a, p->document_form));
    json_set(a, d, "issuer", json_c(a, p->issuer));
    json_set(a, d, "state", json_c(a, "active"));
    json_set(a, d, "criminal", json_bool(a, p->judicial));
    if (p->judicial) {
        json_set(a, d, "verified", json_bool(a, true));
        json_set(a, d, "for_this_person", json_bool(a, true));
    }
    return d;
}

static void request(struct demo *d, int i)
{
    const struct person *p = &people[i];
    struct arena *a = &d->arena;
    struct json *r = json_object(a), *asks = json_array(a), *s = json_object(a), *view;
    char now[40];
    struct err e;
    json_set(a, r, "agency", json_c(a, p->agency));
    json_set(a, r, "reference", json_c(a, p->reference));
    json_set(a, r, "form", json_c(a, p->form));
    json_set(a, r, "received_at", json_c(a, instant_at(d->clock.now, ZONE_MINUTES, now)));
    for (int k = 0; k < ASK_COUNT; k++)
        if (p->asks & 1u << k) json_add(a, asks, json_c(a, ask_word((enum ask)k)));
    json_set(a, r, "asks", asks);
    json_set(a, r, "written", json_bool(a, true));
    json_set(a, r, "signed", json_bool(a, true));
    json_set(a, r, "complete", json_bool(a, true));
    json_set(a, s, "booking_number", json_c(a, p->number));
    json_set(a, s, "family", json_c(a, p->family));
    json_set(a, s, "given", json_c(a, p->given));
    json_set(a, s, "birth_date", json_c(a, p->born_in_request ? p->born_in_request : p->born));
    json_set(a, r, "subject", s);
    if (p->document) {
        struct json *list = json_array(a);
        json_add(a, list, document(a, p));
        json_set(a, r, "documents", list);
    }
    must(casework_request(d->casework, officer, r, a, &view, &e), &e, "request");
    struct str id = json_text(view, "case");
    snprintf(d->case_id[i], sizeof d->case_id[i], STR_FMT, STR_ARG(id));
}

static void trigger(struct demo *d, int i)
{
    struct json *r;
    struct err e;
    must(casework_trigger(d->casework, jail, str_c(people[i].number),
                          str_c(people[i].trigger_kind), d->clock.now, &d->arena, &r, &e),
         &e, "trigger");
}

static void release(struct demo *d, int i)
{
    struct json *r;
    struct err e;
    must(casework_release(d->casework, jail, str_c(people[i].number), STR("released"), STR(""),
                          d->clock.now, &d->arena, &r, &e),
         &e, "release");
}

/* The district attorney files. For one person what was an unclassified hold becomes a listed
 * charge: the case is decided again. */
static void charge_filed(struct demo *d, int i)
{
    const struct demo_charge *filed = people[i].charge == &hold ? &robbery : people[i].charge;
    for (size_t k = 0; k < d->day.n; k++)
        if (strcmp(d->day.bookings[k].number, people[i].number) == 0)
            d->day.bookings[k].charge = filed;
    feed(d, d->clock.now);
    struct import *in;
    struct json *r;
    struct err e;
    struct charge_row c = {
        .booking_number = str_c(people[i].number),
        .sequence = 1,
        .offence = {.this_booking = true,
                    .citation = str_c(arena_printf(&d->arena, "C.R.S. %s", filed->citation)),
                    .text = str_c(filed->text),
                    .class = str_c(filed->grade_class),
                    .grade = GRADE_FELONY,
                    .stage = STAGE_CHARGED,
                    .on = DAYS_UNKNOWN,
                    .convicted_on = DAYS_UNKNOWN}};
    must(casework_import_open(d->casework, jail, STR("court filing"), &in, &e), &e, "filing");
    must(casework_import_charge(in, &c, &e), &e, "filing");
    must(casework_import_close(in, &d->arena, &r, &e), &e, "filing");
}

static void supervisor_declines(struct demo *d, int i)
{
    struct json *r;
    struct err e;
    must(casework_resolve(d->casework, supervisor, str_c(d->case_id[i]), ASK_NOTIFY,
                          OUTCOME_DECLINE, STR("petty theft only; outside the stated focus"),
                          &d->arena, &r, &e),
         &e, "review");
}

/* The desk serves the person's copy at the cell and notes it. */
static void serves_copy(struct demo *d, int i)
{
    struct json *view, *r;
    struct err e;
    must(casework_case(d->casework, officer, str_c(d->case_id[i]), &d->arena, &view, &e), &e,
         "case");
    const struct json *duties = json_get(view, "duties");
    for (size_t k = 0; k < json_len(duties); k++)
        if (str_is(json_text(json_at(duties, k), "state"), "open"))
            must(casework_duty_done(d->casework, officer, str_c(d->case_id[i]),
                                    json_text(json_at(duties, k), "duty"),
                                    STR("at the cell, in English and Spanish"), &d->arena, &r,
                                    &e),
                 &e, "duty");
}

/* What the alerts asked for has been done when the shift ends. */
static void shift_ends(struct demo *d, int i)
{
    struct json *alerts, *r;
    struct err e;
    (void)i;
    must(casework_alerts(d->casework, &d->arena, &alerts, &e), &e, "alerts");
    const struct json *list = json_get(alerts, "alerts");
    for (size_t k = 0; k < json_len(list); k++)
        must(casework_alert_close(d->casework, officer, json_text(json_at(list, k), "alert"),
                                  STR("looked after; the agency was told by telephone"),
                                  &d->arena, &r, &e),
             &e, "alert");
}

/* ---- the day ----------------------------------------------------------------------------- */

struct moment {
    instant at;
    void (*what)(struct demo *d, int i);
    int i;
};

static void ordinary_leaves(struct demo *d, int i)
{
    struct json *r;
    struct err e;
    struct str number = str_c(d->day.bookings[i].number);
    must(casework_trigger(d->casework, jail, number, STR("bond posted"),
                          d->clock.now - HOURS(1), &d->arena, &r, &e),
         &e, "trigger");
    must(casework_release(d->casework, jail, number, STR("released"), STR(""), d->clock.now,
                          &d->arena, &r, &e),
         &e, "release");
}

static void export_arrives(struct demo *d, int i)
{
    (void)i;
    feed(d, d->clock.now);
}

static int by_time(const void *x, const void *y)
{
    const struct moment *a = x, *b = y;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Those who were booked on the days before stand in the export like everybody else. */
static void add_people(struct demo *d)
{
    struct demo_booking *all = arena_array(&d->arena, struct demo_booking, d->day.n + PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        const struct person *p = &people[i];
        struct demo_booking *b = &all[i];
        *b = (struct demo_booking){.family = p->family,
                                   .given = p->given,
                                   .sex = i % 2 ? 'F' : 'M',
                                   .booked_at = at(p->booked),
                                   .charge = p->charge,
                                   .leaves_at = INSTANT_NONE,
                                   .bond = 1500};
        snprintf(b->number, sizeof b->number, "%s", p->number);
        snprintf(b->state_id, sizeof b->state_id, "%s", p->state_id);
        if (!date_parse(str_c(p->born), &b->birth_date)) abort();
    }
    for (size_t i = 0; i < d->day.n; i++) all[PEOPLE + i] = d->day.bookings[i];
    d->day.bookings = all;
    d->day.n += PEOPLE;
}

static void run_day(struct demo *d, instant midnight)
{
    struct moment *h = arena_array(&d->arena, struct moment, 4 * PEOPLE + d->day.n + 120);
    size_t n = 0;
    for (int q = -16 * 4; q < 96; q += 2)
        h[n++] = (struct moment){midnight + MINUTES(15 * q), export_arrives, 0};
    for (int i = 0; i < PEOPLE; i++) {
        h[n++] = (struct moment){at(people[i].request_at), request, i};
        h[n++] = (struct moment){at(people[i].trigger_at), trigger, i};
        h[n++] = (struct moment){at(people[i].released_at), release, i};
        h[n++] = (struct moment){at(people[i].trigger_at) - MINUTES(20), serves_copy, i};
    }
    for (size_t i = PEOPLE; i < d->day.n; i++)
        if (d->day.bookings[i].leaves_at != INSTANT_NONE &&
            d->day.bookings[i].leaves_at < midnight + HOURS(24))
            h[n++] = (struct moment){d->day.bookings[i].leaves_at, ordinary_leaves, (int)i};
    h[n++] = (struct moment){at("2025-03-03T08:55"), supervisor_declines, 2};
    h[n++] = (struct moment){at("2025-03-02T10:00"), charge_filed, 1};
    h[n++] = (struct moment){at("2025-03-03T12:10"), charge_filed, 4};
    h[n++] = (struct moment){at("2025-03-03T23:55"), shift_ends, 0};
    qsort(h, n, sizeof *h, by_time);
    for (size_t i = 0; i < n; i++) {
        pass_until(d, h[i].at);
        h[i].what(d, h[i].i);
        /* a worker wakes at once; rendering and sending take their time */
        sim_clock_advance(&d->clock, SECONDS(4));
        work_now(d);
    }
    pass_until(d, midnight + HOURS(24));
}

/* ---- the table --------------------------------------------------------------------------- */

static void wrap(const char *text, int indent, int width)
{
    int col = 0;
    for (const char *p = text; *p;) {
        size_t word = strcspn(p, " ");
        if (col && col + (int)word + 1 > width) {
            printf("\n%*s", indent, "");
            col = 0;
        }
        col += printf("%s%.*s", col ? " " : "", (int)word, p);
        p += word + (p[word] == ' ');
    }
    printf("\n");
}

static void notice_line(const struct demo *d, const struct json *notice, const struct person *p)
{
    char clock[8];
    instant confirmed = INSTANT_NONE, queued = INSTANT_NONE;
    (void)d;
    if (!str_is(json_text(notice, "kind"), "release")) return;
    (void)instant_parse(json_text(notice, "confirmed_at"), &confirmed, NULL);
    (void)instant_parse(json_text(notice, "queued_at"), &queued, NULL);
    printf("%12snotice by " STR_FMT ": ", "", STR_ARG(json_text(notice, "channel")));
    if (confirmed != INSTANT_NONE)
        printf("sent %s, %lld minutes before release\n", clock_text(confirmed, clock),
               (long long)((at(p->released_at) - confirmed) / 60000));
    else
        printf("queued %s, " STR_FMT "; a person was alerted ten minutes later\n",
               clock_text(queued, clock), STR_ARG(json_text(notice, "state")));
}

static void table_row(struct demo *d, int i)
{
    const struct person *p = &people[i];
    struct arena *a = &d->arena;
    struct json *view, *notices;
    char clock[8], clock2[8];
    struct err e;
    must(casework_case(d->casework, supervisor, str_c(d->case_id[i]), a, &view, &e), &e,
         "case");
    must(casework_notices(d->casework, supervisor, str_c(d->case_id[i]), a, &notices, &e), &e,
         "notices");
    printf("\n%c. %c.  %s  release started %s (%s), released %s\n", p->given[0], p->family[0],
           p->number, clock_text(at(p->trigger_at), clock), p->trigger_kind,
           clock_text(at(p->released_at), clock2));
    const struct json *asks = json_get(view, "answers");
    for (size_t k = 0; k < json_len(asks); k++) {
        const struct json *ask = json_at(asks, k);
        printf("  %-10s%-8s ", str_dupz(a, json_text(ask, "ask")),
               str_dupz(a, json_text(ask, "outcome")));
        struct str by = json_text(ask, "by");
        const char *person = str_is(by, "policy")
                                 ? ""
                                 : arena_printf(a, " Decided by " STR_FMT ".", STR_ARG(by));
        wrap(arena_printf(a, STR_FMT "%s [" STR_FMT "]", STR_ARG(json_text(ask, "why")), person,
                          STR_ARG(json_text(ask, "rule"))),
             21, 96);
    }
    const struct json *list = json_get(notices, "notices");
    for (size_t k = 0; k < json_len(list); k++) notice_line(d, json_at(list, k), p);
    const char *proof = demo_proof(d->casework, d->case_id[i], d->folder, a, &e);
    printf("%12sproof: %s\n", "", proof ? proof : e.text);
}

static void print_table(struct demo *d)
{
    struct json *report;
    struct err e;
    printf("\nMonday 3 March 2025: %zu people booked, %d asked about\n", d->day.n - PEOPLE,
           PEOPLE);
    printf("Policy: us-co-denver-2025-stated (illustrative, not adopted policy)\n");
    for (int i = 0; i < PEOPLE; i++) table_row(d, i);
    must(casework_ledger_verify(d->casework, (struct progress){0}, &d->arena, &report, &e), &e,
         "ledger verify");
    printf("\nledger: %lld events, %lld signed checkpoints, root " STR_FMT "\n",
           (long long)json_whole(json_get(report, "events"), 0),
           (long long)json_whole(json_get(report, "checkpoints"), 0),
           STR_ARG(json_text(report, "root")));
    must(casework_ledger_replay(d->casework, (struct progress){0}, &d->arena, &report, &e), &e,
         "ledger replay");
    printf("replay: %lld decisions made again, %zu different\n",
           (long long)json_whole(json_get(report, "decisions"), 0),
           json_len(json_get(report, "different")));
}

static const int *hours(struct arena *a)
{
    static int real[24];
    const char *shared = getenv("SALLYPORT_SHARED");
    struct str csv;
    struct err e;
    if (!shared) return demo_hours;
    const char *path =
        arena_printf(a, "%s/data/c_jail_load/nyc_doc_admissions_by_hour_2025.csv", shared);
    if (file_read(a, path, 1 << 16, &csv, &e) != RC_OK || !demo_read_hours(csv, real))
        return demo_hours;
    return real;
}

int main(int argc, char **argv)
{
    struct demo d = {.folder = argc > 1 ? argv[1] : "."};
    const char *packs = argc > 2 ? argv[2] : "policies";
    struct err e;
    log_configure((struct log_setup){.least = LEVEL_WARNING, .fd = 2});
    arena_init(&d.arena, 0);
    sim_clock_init(&d.clock, at("2025-03-01T08:00"));
    struct casework_setup s = {.database = arena_printf(&d.arena, "%s/sallyport.db", d.folder),
                               .key_file = arena_printf(&d.arena, "%s/ledger.key", d.folder),
                               .origin = "demo.jail.example/sallyport",
                               .time_zone = "America/Denver",
                               .packs_dir = packs,
                               .info_official = "the records supervisor",
                               .clock = sim_clock(&d.clock)};
    must(casework_create(&s, &e), &e, "create");
    must(casework_open(&s, &d.casework, &e), &e, "open");
    must(demo_zone(&d.arena, s.time_zone, &d.zone, &e), &e, "zone");
    must(profile_find(&d.arena, "adams-county-co", &d.profile, &e), &e, "profile");
    must(demo_outbound_open(&d.arena, d.casework, sim_clock(&d.clock), d.folder, &d.outbound,
                            &e),
         &e, "outbound");
    add_person(&d, admin.name, "administrator", 3); /* nobody else can be added before */
    add_agency(&d, "field-office", "Federal Field Office (example)", "federal immigration",
               "+13035550100", "release-desk@field.example");
    add_agency(&d, "field-office-2", "Federal Sub-Office (example)", "federal immigration",
               NULL, "notices@sub.example");
    add_agency(&d, "marshals", "Marshals Warrant Desk (example)", "law enforcement", NULL,
               "warrants@marshals.example");
    add_person(&d, "m.ortiz", "records officer", 1);
    add_person(&d, "t.lindgren", "supervisor", 2);
    adopt(&d, packs, "us-co-denver-2025-stated", at("2025-03-01T08:30"));
    instant midnight = at("2025-03-03T00:00");
    d.day = demo_generate(&d.arena, 20250303, midnight, 70, hours(&d.arena));
    add_people(&d);
    run_day(&d, midnight);
    print_table(&d);
    demo_outbound_close(d.outbound);
    casework_close(d.casework);
    arena_done(&d.arena);
    return 0;
}
