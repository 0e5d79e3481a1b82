/* The words in which tests of casework are written: bookings, charges, requests, what stands,
 * what waits. One world a test; the jurisdiction is that of test/prop/world.h. For one test
 * program each: the names are its own. */
#pragma once
#include "../prop/world.h"
#include "base/hash.h"
#include "base/sign.h"
#include "ledger/bundle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sqlite3.h>

static struct casework *c;
static struct arena a;
static struct json *r;
static struct err e;
static const struct actor officer = {"m.ortiz"}, supervisor = {"t.lindgren"},
                          second = {"k.abara"}, jail = {"jail-feed"};

#define OK(call)                                                                               \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK) {                                                                    \
            char t_[700];                                                                      \
            fail_msg("%s: %s", #call, err_print(&e, t_, sizeof t_));                           \
        }                                                                                      \
    } while (0)
#define REFUSED(call, id_)                                                                     \
    do {                                                                                       \
        assert_int_not_equal((call), RC_OK);                                                   \
        assert_string_equal(e.id, id_);                                                        \
    } while (0)

static inline int setup(void **state)
{
    (void)state;
    arena_init(&a, 0);
    c = world_open(&a);
    struct json *p = json_object(&a);
    json_set(&a, p, "name", json_c(&a, second.name));
    json_set(&a, p, "role", json_c(&a, "supervisor"));
    return casework_person_set(c, (struct actor){"admin"}, p, &a, &r, &e) != RC_OK;
}

static inline int teardown(void **state)
{
    (void)state;
    /* whatever happened, the ledger is green */
    OK(casework_ledger_verify(c, (struct progress){0}, &a, &r, &e));
    OK(casework_ledger_replay(c, (struct progress){0}, &a, &r, &e));
    world_close_and_search(c, "ZZ");
    arena_done(&a);
    return 0;
}

/* ---- words ------------------------------------------------------------------------- */

static inline struct json *read_json(const char *text)
{
    struct json *v;
    OK(json_parse(&a, str_c(text), "test", NULL, &v, &e));
    return v;
}

static inline enum rc booking_row_at(const char *number, const char *family, const char *born,
                                     instant booked, instant released)
{
    struct import *in;
    int64_t day = DAYS_UNKNOWN;
    assert_true(date_parse(str_c(born), &day));
    struct booking_row row = {.booking_number = str_c(number),
                              .family = str_c(family),
                              .given = STR("Adrian"),
                              .birth_date = day,
                              .booked_at = booked,
                              .released_at = released};
    OK(casework_import_open(c, jail, STR("feed"), &in, &e));
    struct err of_row = {0};
    enum rc rc = casework_import_booking(in, &row, &of_row);
    OK(casework_import_close(in, &a, &r, &e));
    e = of_row;
    return rc;
}

static inline enum rc booking_row(const char *number, const char *family, const char *born,
                                  instant released)
{
    return booking_row_at(number, family, born, INT64_C(1740900000000), released);
}

static inline enum rc charge(const char *number, int sequence, const char *citation,
                             enum stage stage)
{
    struct import *in;
    struct charge_row row = {.booking_number = str_c(number),
                             .sequence = sequence,
                             .offence = {.this_booking = true,
                                         .citation = str_c(citation),
                                         .text = STR("a charge"),
                                         .grade = GRADE_FELONY,
                                         .class = STR("F3"),
                                         .stage = stage,
                                         .on = DAYS_UNKNOWN,
                                         .convicted_on = DAYS_UNKNOWN}};
    OK(casework_import_open(c, jail, STR("feed"), &in, &e));
    enum rc rc = casework_import_charge(in, &row, &e);
    OK(casework_import_close(in, &a, &r, &e));
    return rc;
}

static const char violent[] = "C.R.S. 18-3-202(1)(a)", small[] = "C.R.S. 42-4-1301(1)(a)";

static inline void booked(const char *number, const char *citation)
{
    assert_int_equal(booking_row(number, "Okafor", "1980-01-02", INSTANT_NONE), RC_OK);
    assert_int_equal(charge(number, 1, citation, STAGE_CHARGED), RC_OK);
}

static inline struct json *request_of(const char *reference, const char *number,
                                      const char *asks, const char *more)
{
    char now[40];
    return read_json(
        arena_printf(&a,
                     "{\"agency\":\"fed-east\",\"reference\":\"%s\",\"form\":\"I-247A\","
                     "\"received_at\":\"%s\",\"asks\":%s,\"written\":true,"
                     "\"subject\":{\"booking_number\":\"%s\",\"family\":\"Okafor\",\"given\":"
                     "\"Adrian\",\"birth_date\":\"1980-01-02\"}%s}",
                     reference, instant_utc(world_now(), now), asks, number, more));
}

static inline struct str asked(const char *reference, const char *number)
{
    OK(casework_request(c, officer, request_of(reference, number, "[\"notify\",\"hold\"]", ""),
                        &a, &r, &e));
    return json_text(r, "case");
}

static inline struct json *look(struct str id)
{
    OK(casework_case(c, officer, id, &a, &r, &e));
    return r;
}

static inline const char *stands(struct str id, const char *ask)
{
    struct json *list = json_get(look(id), "answers");
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_text(json_at(list, i), "ask"), ask))
            return str_dupz(&a, json_text(json_at(list, i), "outcome"));
    return "none";
}

static inline void triggered(const char *number)
{
    OK(casework_trigger(c, jail, str_c(number), STR("bond posted"), world_now(), &a, &r, &e));
}

/* How many notices of a kind stand in a state. */
static inline int notices(struct str id, const char *kind, const char *state)
{
    int n = 0;
    struct json *list;
    OK(casework_notices(c, officer, id, &a, &r, &e));
    list = json_get(r, "notices");
    for (size_t i = 0; i < json_len(list); i++)
        n += str_is(json_text(json_at(list, i), "kind"), kind) &&
             (!*state || str_is(json_text(json_at(list, i), "state"), state));
    return n;
}

static inline int alerts(const char *kind)
{
    int n = 0;
    OK(casework_alerts(c, &a, &r, &e));
    for (size_t i = 0; i < json_len(json_get(r, "alerts")); i++)
        n += str_is(json_text(json_at(json_get(r, "alerts"), i), "kind"), kind);
    return n;
}

static inline int64_t events(void)
{
    OK(casework_stats(c, &a, &r, &e));
    return json_whole(json_get(r, "events"), -1);
}

/* The next release notice that the outbox hands out; everything else is confirmed on the
 * way. */
static inline bool next_release(struct notice *n)
{
    for (;;) {
        enum rc rc = casework_outbox_claim(c, "w", 60000, &a, n, &e);
        if (rc == RC_NO) return false;
        OK(rc);
        if (n->kind == NOTICE_RELEASE) return true;
        OK(casework_outbox_begin(c, n, &e));
        OK(casework_outbox_result(c, n, DELIVERY_CONFIRMED, STR(""), STR("{}"), STR(""), &e));
    }
}

static inline void send(const struct notice *n, enum delivery d)
{
    OK(casework_outbox_begin(c, n, &e));
    OK(casework_outbox_result(c, n, d, STR("job 7"), STR("{\"code\":\"250\"}"), STR(""), &e));
}
