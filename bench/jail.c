/* See jail.h. */
#include "jail.h"
#include "base/hash.h"
#include "base/sign.h"
#include "os/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool jail_charges;

void jail_must(enum rc rc, const struct err *e, const char *what)
{
    char text[700];
    if (rc == RC_OK || rc == RC_NO) return;
    fprintf(stderr, "%s: %s\n", what, err_print(e, text, sizeof text));
    exit(1);
}

double jail_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double jail_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long number_in(const char *path, const char *name)
{
    char line[200];
    long n = 0;
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0) n = atol(line + strlen(name));
    if (f) fclose(f);
    return n;
}
long jail_rss_kib(void) { return number_in("/proc/self/status", "VmHWM:"); }
long jail_written(void) { return number_in("/proc/self/io", "wchar:"); }

static void add_agency(struct jail *j, struct arena *a)
{
    struct json *r, *g, *list = json_array(a), *d = json_object(a);
    struct err e;
    g = json_object(a);
    json_set(a, g, "id", json_c(a, "fed-east"));
    json_set(a, g, "name", json_c(a, "Field Office East"));
    json_set(a, g, "kind", json_c(a, "federal immigration"));
    json_set(a, d, "channel", json_c(a, "fax"));
    json_set(a, d, "address", json_c(a, "+13035550101"));
    json_set(a, d, "verified_by", json_c(a, "t.lindgren"));
    json_set(a, d, "verified_on", json_c(a, "2025-01-15"));
    json_add(a, list, d);
    json_set(a, g, "addresses", list);
    jail_must(casework_agency_set(j->c, (struct actor){"bench"}, g, a, &r, &e), &e, "agency");
}

static void add_person(struct jail *j, struct arena *a, const char *name, const char *role,
                       const unsigned char *key)
{
    struct json *p = json_object(a), *r;
    struct buf hex = buf_in(a);
    struct err e;
    json_set(a, p, "name", json_c(a, name));
    json_set(a, p, "role", json_c(a, role));
    if (key) hex_add(&hex, str_n((const char *)key, 32));
    if (key) json_set(a, p, "public_key", json_string(a, buf_str(&hex)));
    jail_must(casework_person_set(j->c, (struct actor){"bench"}, p, a, &r, &e), &e, "person");
}

static void add_pack(struct jail *j, struct arena *a)
{
    static const char *const owners[] = {"p.adeyemi", "r.stroud"};
    const char *root = getenv("SALLYPORT_SOURCE");
    struct json *r;
    struct err e;
    struct clock clock = clock_real();
    instant now = clock_now(&clock);
    jail_must(casework_pack_add(
                  j->c, (struct actor){"bench"},
                  arena_printf(a, "%s/policies/us-co-denver-2025-stated", root ? root : "."), a,
                  &r, &e),
              &e, "pack");
    struct str id = json_text(r, "pack"), version = json_text(r, "version"), statement;
    for (int i = 0; i < 2; i++) {
        unsigned char seed[32];
        memset(seed, i + 1, sizeof seed);
        struct sign_key k = sign_key_from_seed(seed);
        add_person(j, a, owners[i], "policy owner", k.public_key);
        jail_must(casework_pack_statement(j->c, id, version, now, a, &statement, &e), &e,
                  "statement");
        struct signature s = sign_bytes(&k, statement);
        jail_must(casework_pack_sign(j->c, (struct actor){owners[i]}, id, version, now, &s, a,
                                     &r, &e),
                  &e, "sign");
    }
}

void jail_open(struct jail *j, const char *under)
{
    struct arena a;
    struct err e;
    snprintf(j->folder, sizeof j->folder, "%s/jail-XXXXXX", under);
    if (!mkdtemp(j->folder)) exit(1);
    snprintf(j->database, sizeof j->database, "%s/s.db", j->folder);
    snprintf(j->key_file, sizeof j->key_file, "%s/key", j->folder);
    struct casework_setup s = {.database = j->database,
                               .key_file = j->key_file,
                               .origin = "bench.example/sallyport",
                               .time_zone = "America/Denver",
                               .packs_dir = "",
                               .info_official = "",
                               .clock = clock_real()};
    arena_init(&a, 0);
    jail_must(casework_create(&s, &e), &e, "create");
    jail_must(casework_open(&s, &j->c, &e), &e, "open");
    add_person(j, &a, "bench", "administrator", NULL);
    add_agency(j, &a);
    add_pack(j, &a);
    arena_done(&a);
}

void jail_close(struct jail *j)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char path[320];
    casework_close(j->c);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", j->database, parts[i]);
        unlink(path);
    }
    unlink(j->key_file);
    rmdir(j->folder);
}

struct booking_row jail_row(struct arena *a, long i, bool left)
{
    static const char *const families[] = {"Okafor", "Lindqvist", "Montoya", "Hargrove",
                                           "Zamora", "Brannigan", "Quispe",  "Ivanovic"};
    static const char *const givens[] = {"Adrian", "Beatriz", "Calvin", "Dolores",
                                         "Emmett", "Felicia", "Gordon"};
    instant at = INT64_C(1262304000000) + i * 40000;
    return (struct booking_row){
        .booking_number = str_c(arena_printf(a, "B%09ld", i)),
        .state_id = str_c(arena_printf(a, "CO%08ld", i * 7919 % 99999989)),
        .family = str_c(arena_printf(a, "%s-%ld", families[i % 8], i % 9973)),
        .given = str_c(givens[i % 7]),
        .sex = STR("M"),
        .birth_date = 3000 + i % 15000,
        .booked_at = at,
        .released_at = left ? at + HOURS(30) : INSTANT_NONE,
        .release_reason = left ? STR("released") : STR("")};
}

void jail_import(struct jail *j, long from, long n, int leave_per_cent)
{
    struct arena a;
    struct import *in;
    struct json *r;
    struct err e;
    arena_init(&a, 0);
    jail_must(casework_import_open(j->c, (struct actor){"bench"}, STR("bench"), &in, &e), &e,
              "import");
    for (long i = from; i < from + n; i++) {
        struct booking_row row = jail_row(&a, i, i % 100 < leave_per_cent);
        jail_must(casework_import_booking(in, &row, &e), &e, "booking");
        if (jail_charges) {
            struct charge_row c = {.booking_number = row.booking_number,
                                   .sequence = 1,
                                   .offence = {.this_booking = true,
                                               .citation = STR("C.R.S. 18-3-202(1)(a)"),
                                               .text = STR("ASSAULT IN THE FIRST DEGREE"),
                                               .grade = GRADE_FELONY,
                                               .class = STR("F3"),
                                               .stage = STAGE_CHARGED,
                                               .on = DAYS_UNKNOWN,
                                               .convicted_on = DAYS_UNKNOWN}};
            jail_must(casework_import_charge(in, &c, &e), &e, "charge");
        }
        arena_reset(&a);
    }
    jail_must(casework_import_close(in, &a, &r, &e), &e, "close");
    arena_done(&a);
}
