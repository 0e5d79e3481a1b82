/* Rows in, rows out: profiles, faults one by one (a bad row never takes a good one with it),
 * what must not be kept. */
#include "intake/intake.h"
#include "os/zones.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define SEEN_MAX 64

struct seen {
    struct arena a;
    char lines[SEEN_MAX][400];
    size_t n;
    enum rc answer; /* what the sink says */
};

static void note(struct seen *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct seen *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    assert_true(s->n < SEEN_MAX);
    vsnprintf(s->lines[s->n++], sizeof s->lines[0], fmt, args);
    va_end(args);
}

static const char *when(instant t, char buf[40])
{
    return t == INSTANT_NONE ? "-" : instant_utc(t, buf);
}

static const char *day(int64_t d, char buf[24])
{
    return d == DAYS_UNKNOWN ? "-" : date_print(d, buf);
}

static RC see_booking(void *ctx, const struct booking_row *r, struct err *e)
{
    char t[40], d[24];
    (void)e;
    note(
        ctx,
        "booking " STR_FMT "|" STR_FMT "|" STR_FMT "," STR_FMT "," STR_FMT "|" STR_FMT "|%s|%s",
        STR_ARG(r->booking_number), STR_ARG(r->state_id), STR_ARG(r->family), STR_ARG(r->given),
        STR_ARG(r->middle), STR_ARG(r->sex), day(r->birth_date, d), when(r->booked_at, t));
    return ((struct seen *)ctx)->answer;
}

static RC see_charge(void *ctx, const struct charge_row *r, struct err *e)
{
    (void)e;
    note(ctx, "charge " STR_FMT "|%d|" STR_FMT "|" STR_FMT "|" STR_FMT "|%s",
         STR_ARG(r->booking_number), r->sequence, STR_ARG(r->offence.citation),
         STR_ARG(r->offence.text), STR_ARG(r->offence.class), stage_word(r->offence.stage));
    return ((struct seen *)ctx)->answer;
}

static RC see_release(void *ctx, const struct release_row *r, struct err *e)
{
    char t[40];
    (void)e;
    note(ctx, "release " STR_FMT "|" STR_FMT "|%s|" STR_FMT, STR_ARG(r->booking_number),
         STR_ARG(r->kind), when(r->at, t), STR_ARG(r->to));
    return ((struct seen *)ctx)->answer;
}

static RC see_trigger(void *ctx, const struct trigger_row *r, struct err *e)
{
    char t[40];
    (void)e;
    note(ctx, "trigger " STR_FMT "|" STR_FMT "|%s", STR_ARG(r->booking_number),
         STR_ARG(r->kind), when(r->at, t));
    return ((struct seen *)ctx)->answer;
}

static RC see_request(void *ctx, struct json *request, struct err *e)
{
    (void)e;
    note(ctx, "request " STR_FMT, STR_ARG(json_text(request, "reference")));
    return ((struct seen *)ctx)->answer;
}

struct text_source {
    struct str rest;
    size_t step;
};

/* Hands out a few bytes at a time, so that rows break over reads. */
static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct text_source *s = ctx;
    size_t take = s->step && s->step < n ? s->step : n;
    if (take > s->rest.n) take = s->rest.n;
    memcpy(into, s->rest.p, take);
    s->rest = str_sub(s->rest, take, s->rest.n);
    return (ptrdiff_t)take;
}

struct fixture {
    struct zones *zones;
    struct seen *seen;
    struct intake in;
    struct err e;
    char rejects[64];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->seen = calloc(1, sizeof *f->seen);
    f->zones = zones_new(NULL);
    arena_init(&f->seen->a, 0);
    f->in = (struct intake){.name = "test.csv",
                            .zone = zones_find(f->zones, STR("America/Denver"))};
    f->in.sink = (struct intake_sink){f->seen,     see_booking, see_charge,
                                      see_release, see_trigger, see_request};
    snprintf(f->rejects, sizeof f->rejects, "/tmp/sallyport-rejects-%ld", (long)getpid());
    f->in.rejects = rejects_new(&f->seen->a, f->rejects);
    *state = f;
    return f->in.zone ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->rejects);
    zones_free(f->zones);
    arena_done(&f->seen->a);
    free(f->seen);
    free(f);
    return 0;
}

static enum rc run_csv(struct fixture *f, const char *profile, const char *text)
{
    struct text_source source = {str_c(text), 7};
    assert_int_equal(profile_find(&f->seen->a, profile, &f->in.profile, &f->e), RC_OK);
    enum rc rc = intake_csv(&f->in, &f->seen->a, fill, &source, &f->e);
    struct err e;
    assert_int_equal(rejects_close(f->in.rejects, &e), RC_OK);
    return rc;
}

static const char *rejected(struct fixture *f)
{
    static char text[8192];
    FILE *file = fopen(f->rejects, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file) fclose(file);
    text[n] = 0;
    return text;
}

#define ADAMS                                                                                  \
    "Last Name,First Name,Middle Name,DOB,Sex,Date of Booking,Booking #,Holding for "          \
    "Agency,Immigration Hold,Statute #,Charge Seq,Charge Description,Bond "                    \
    "Amount,Bondtype,Next Court Date,Sentence Release Date\r\n"

static void adams_sheet_gives_booking_and_charge(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        run_csv(f, "adams-county-co",
                ADAMS
                "Vanterpool,Odile,R,4/9/1991,F,2/18/2025 "
                "22:10,25-000417,DPD,Y,18-3-202(1)(a),1,ASSAULT 1,50000,CASH,3/4/2025,\r\n"),
        RC_OK);
    assert_int_equal(f->seen->n, 2);
    assert_string_equal(
        f->seen->lines[0],
        "booking 25-000417||Vanterpool,Odile,R|F|1991-04-09|2025-02-19T05:10:00Z");
    assert_string_equal(f->seen->lines[1],
                        "charge 25-000417|1|C.R.S. 18-3-202(1)(a)|ASSAULT 1||arrested");
    assert_int_equal(f->in.counts.dropped, 2); /* the two hold columns */
    assert_int_equal(f->in.counts.refused, 0);
}

static void header_in_any_order_and_case(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(run_csv(f, "adams-county-co",
                             "\xEF\xBB\xBFstatute #,CHARGE SEQ,booking #,last "
                             "name,Citizenship,Country of Birth,Extra\n"
                             "42-4-1301(1)(a),2,25-1,Umberhall,ZZ,YY,x\n"),
                     RC_OK);
    assert_string_equal(f->seen->lines[0], "booking 25-1||Umberhall,,||-|-");
    assert_string_equal(f->seen->lines[1], "charge 25-1|2|C.R.S. 42-4-1301(1)(a)|||arrested");
    assert_int_equal(f->in.counts.dropped, 2);
    assert_int_equal(f->in.header.n_unknown, 1);
}

static void housing_and_release_sheets(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        run_csv(f, "adams-county-co",
                "StateId,Booking,Last Name,First Name,Middle "
                "Name,Sex,DOB,Race,Facility,Block,Cell,Bed,Commit Date,Release Date\n"
                "S77,25-1,Umberhall,Ines,,F,1/2/1980,W;B,A,1,2,3,2/18/2025 22:10,2/20/2025\n"),
        RC_OK);
    assert_int_equal(f->seen->n, 1); /* the date beside a bed ends no stay */
    assert_string_equal(f->seen->lines[0],
                        "booking 25-1|S77|Umberhall,Ines,|F|1980-01-02|2025-02-19T05:10:00Z");
    assert_int_equal(
        run_csv(f, "adams-county-co",
                "BookingNo,LastName,BookDate,PlannedReleaseDate,ActualReleaseDate\n"
                "25-1,Umberhall,2/18/2025 22:10,3/1/2025,2/28/2025 "
                "10:39\n25-2,Okonjo,2/18/2025,3/1/2025,\n"),
        RC_OK);
    assert_int_equal(f->seen->n, 2); /* a planned release is none */
    assert_string_equal(f->seen->lines[1], "release 25-1|released|2025-02-28T17:39:00Z|");
}

static void bad_rows_are_refused_one_by_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        run_csv(
            f, "adams-county-co",
            ADAMS
            "Good,A,,1/1/1990,M,1/2/2025,25-1,,,18-1-1,1,THEFT,,,,\r\n"
            "NoId,A,,1/1/1990,M,1/2/2025,,,,18-1-1,1,THEFT,,,,\r\n"
            "Date,A,,13/41/1990,M,1/2/2025,25-2,,,18-1-1,1,THEFT,,,,\r\n"
            "Code,A,,1/1/1990,M/F,1/2/2025,25-3,,,18-1-1,1,THEFT,,,,\r\n"
            "Short,A,,1/1/1990\r\n"
            "Seq,A,,1/1/1990,M,1/2/2025,25-4,,Y,18-1-1,one,THEFT,,,,\r\n"
            "Bad\xFF,A,,1/1/1990,M,1/2/2025,25-5,,,18-1-1,1,THEFT,,,,\r\n"
            "Last,A,,1/1/1990,M,1/2/2025,25-6,,,18-1-1,1,\"THEFT, of a \"\"bell\"\"\",,,,\r\n"
            "Cut,A,,1/1/1990,M,1/2/2025,25-7,,,18-1-1,1,\"THEFT"),
        RC_OK);
    assert_int_equal(f->in.counts.rows, 9);
    assert_int_equal(f->in.counts.refused, 7);
    /* two whole rows, and the booking of the one with a bad charge */
    assert_int_equal(f->seen->n, 5);
    assert_string_equal(f->seen->lines[4],
                        "charge 25-6|1|C.R.S. 18-1-1|THEFT, of a \"bell\"||arrested");
    const char *text = rejected(f);
    assert_non_null(strstr(text, "line,id,reason,Last Name"));
    assert_non_null(strstr(text, "\r\n3,INT-0007,"));
    assert_non_null(strstr(text, "\r\n4,INT-0008,"));
    assert_non_null(strstr(text, "\r\n5,INT-0009,"));
    assert_non_null(strstr(text, "\r\n6,INT-0003,"));
    assert_non_null(strstr(text, "\r\n7,INT-0009,"));
    assert_non_null(strstr(text, "\r\n8,CSV-"));
    assert_null(strstr(text, "Immigration"));
    assert_int_equal(f->in.first.line, 3);
}

static void faults_of_the_file_take_nothing(void **state)
{
    static const struct {
        const char *text, *id;
    } files[] = {
        {"", "INT-0001"},
        {"Last Name|Booking #|Statute #|Charge Seq\nGood|1|2|3\n", "PROF-0005"},
        {"Last Name,Booking #,Booking #,Statute #,Charge Seq\nGood,1,1,2,3\n", "PROF-0006"},
        {"Last Name,First Name\nGood,A\n", "PROF-0007"},
        {"\xFF\xFEL\0a\0", "CSV-"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        memset(&f->e, 0, sizeof f->e);
        assert_int_equal(run_csv(f, "adams-county-co", files[i].text), RC_INVALID);
        assert_memory_equal(f->e.id, files[i].id, strlen(files[i].id));
        assert_int_equal(f->seen->n, 0);
    }
}

static void a_status_is_never_kept(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        run_csv(f, "adams-county-co",
                "Last Name,Booking #,Statute #,Charge Seq,Charge Description,Nationality\n"
                "Umberhall,25-1,18-1-1,1,born in Ruritania,RUR\n"
                ",,18-1-1,1,A123456789,RUR\n"),
        RC_OK);
    assert_int_equal(f->in.counts.refused, 2);
    /* the stay itself is a fact, the charge's text is refused */
    assert_int_equal(f->seen->n, 1);
    const char *text = rejected(f);
    assert_non_null(strstr(text, "INT-0006"));
    assert_null(strstr(text, "Ruritania"));
    assert_null(strstr(text, "RUR"));
    assert_null(strstr(text, "123456789"));
}

static void no_profile_can_map_a_status_back_in(void **state)
{
    struct fixture *f = *state;
    const char *yaml = "profile: x\nsheets:\n  - name: s\n    gives: [booking]\n    columns:\n "
                       "     booking_number: No\n      family: Name\n      middle: Country of "
                       "Birth\n    required: [booking_number]\n";
    assert_int_equal(profile_read(&f->seen->a, str_c(yaml), "x.yaml", &f->in.profile, &f->e),
                     RC_OK);
    struct text_source source = {STR("No,Name,Country of Birth\n1,Good,Ruritania\n"), 0};
    assert_int_equal(intake_csv(&f->in, &f->seen->a, fill, &source, &f->e), RC_OK);
    assert_string_equal(f->seen->lines[0], "booking 1||Good,,||-|-");
}

static void profile_faults_have_a_line(void **state)
{
    static const char *const bad[] = {
        "profile: x\n",
        "profile: x\nshets: []\n",
        "profile: x\nseparator: ab\nsheets:\n  - name: s\n    gives: [booking]\n    columns: "
        "{booking_number: No}\n",
        "profile: x\nsheets:\n  - name: s\n    gives: [hold]\n    columns: {booking_number: "
        "No}\n",
        "profile: x\nsheets:\n  - name: s\n    gives: [booking]\n    columns: {nationality: "
        "No}\n",
        "profile: x\nsheets:\n  - name: s\n    gives: [booking]\n    columns: {booking_number: "
        "No}\n    required: [family]\n",
        "profile: x\nvalues: [1]\nsheets:\n  - name: s\n    gives: [booking]\n    columns: "
        "{booking_number: No}\n",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memset(&f->e, 0, sizeof f->e);
        assert_int_equal(
            profile_read(&f->seen->a, str_c(bad[i]), "x.yaml", &f->in.profile, &f->e),
            RC_INVALID);
        assert_string_equal(f->e.where, "x.yaml");
    }
}

static void a_jails_own_profile(void **state)
{
    struct fixture *f = *state;
    const char *yaml =
        "profile: x\nseparator: ';'\ndates: day-first\ndefaults: {stage: charged}\nvalues:\n  "
        "sex: {W: F}\n  stage: {SENT: sentenced}\n"
        "sheets:\n  - name: s\n    gives: [booking, charge]\n    columns:\n      "
        "booking_number: [No, Nr]\n      family: Name\n      sex: S\n      birth_date: Born\n  "
        "    sequence: Seq\n      citation: Cite\n      stage: Stage\n";
    assert_int_equal(profile_read(&f->seen->a, str_c(yaml), "x.yaml", &f->in.profile, &f->e),
                     RC_OK);
    struct text_source source = {STR("Nr;Name;S;Born;Seq;Cite;Stage\n7;Good;W;31/12/"
                                     "1980;1;18-1;\n7;Good;W;31/12/1980;2;18-2;SENT\n"),
                                 0};
    assert_int_equal(intake_csv(&f->in, &f->seen->a, fill, &source, &f->e), RC_OK);
    assert_string_equal(f->seen->lines[0], "booking 7||Good,,|F|1980-12-31|-");
    assert_string_equal(f->seen->lines[1], "charge 7|1|18-1|||charged");
    assert_string_equal(f->seen->lines[3], "charge 7|2|18-2|||sentenced");
}

static void own_sheets(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(run_csv(f, "sallyport",
                             "booking_number,trigger_kind,triggered_at\n25-1,bond "
                             "posted,2025-02-28 10:39\n25-2,because,2025-02-28\n"),
                     RC_OK);
    assert_int_equal(f->seen->n, 1);
    assert_string_equal(f->seen->lines[0], "trigger 25-1|bond posted|2025-02-28T17:39:00Z");
    assert_int_equal(f->in.counts.refused, 1);
    assert_int_equal(
        run_csv(f, "sallyport",
                "booking_number,release_kind,released_at,released_to\n"
                "25-1,died,2025-02-28T10:39:00-07:00,\n"
                "25-2,transferred,2025-02-28T10:39:00-07:00,North County Sheriff\n"),
        RC_OK);
    assert_string_equal(f->seen->lines[1], "release 25-1|died|2025-02-28T17:39:00Z|");
    assert_string_equal(f->seen->lines[2],
                        "release 25-2|transferred|2025-02-28T17:39:00Z|North County Sheriff");
}

static void same_rows_are_counted_as_same(void **state)
{
    struct fixture *f = *state;
    f->seen->answer = RC_NO;
    assert_int_equal(run_csv(f, "adams-county-co",
                             ADAMS "Good,A,,1/1/1990,M,1/2/2025,25-1,,,18-1-1,1,THEFT,,,,\r\n"),
                     RC_OK);
    assert_int_equal(f->in.counts.same[COUNT_BOOKING], 1);
    assert_int_equal(f->in.counts.same[COUNT_CHARGE], 1);
    assert_int_equal(f->in.counts.fresh[COUNT_BOOKING], 0);
}

static void a_failing_store_ends_the_import(void **state)
{
    struct fixture *f = *state;
    f->seen->answer = RC_IO;
    assert_int_equal(
        run_csv(f, "adams-county-co",
                ADAMS "Good,A,,1/1/1990,M,1/2/2025,25-1,,,18-1-1,1,THEFT,,,,\r\nGood,A,,1/1/"
                      "1990,M,1/2/2025,25-2,,,18-1-1,1,THEFT,,,,\r\n"),
        RC_IO);
    assert_int_equal(f->seen->n, 1);
    assert_int_equal(f->in.counts.refused, 0);
}

static void json_lists(void **state)
{
    struct fixture *f = *state;
    const char *text =
        "{\"bookings\":[{\"booking_number\":\"25-1\",\"family\":\"Good\",\"booked_at\":\"2025-"
        "01-02T03:04:00-07:00\",\"citizenship\":\"ZZ\","
        "\"charges\":[{\"sequence\":1,\"citation\":\"C.R.S. "
        "18-1-1\",\"stage\":\"charged\"}]},{\"booking_number\":7,\"hair\":\"red\"}],"
        "\"requests\":[{\"reference\":\"R-1\"}],\"releases\":[{\"booking_number\":\"25-1\","
        "\"released_at\":\"2025-02-01\"}]}";
    assert_int_equal(intake_json(&f->in, &f->seen->a, str_c(text), &f->e), RC_OK);
    assert_int_equal(f->seen->n, 4);
    assert_string_equal(f->seen->lines[0], "booking 25-1||Good,,||-|2025-01-02T10:04:00Z");
    assert_string_equal(f->seen->lines[1], "charge 25-1|1|C.R.S. 18-1-1|||charged");
    assert_string_equal(f->seen->lines[2], "release 25-1|released|2025-02-01T07:00:00Z|");
    assert_string_equal(f->seen->lines[3], "request R-1");
    assert_int_equal(f->in.counts.dropped, 1);
    assert_int_equal(f->in.counts.refused, 1);
    assert_int_equal(
        intake_json(&f->in, &f->seen->a,
                    STR("{\"bookings\":[{\"booking_number\":\"9\"}],\"holds\":[]}"), &f->e),
        RC_INVALID);
    assert_int_equal(f->seen->n, 4); /* nothing of a document that is not understood */
}

static void ndjson_lines(void **state)
{
    struct fixture *f = *state;
    struct text_source source = {
        STR("{\"type\":\"booking\",\"booking_number\":\"25-1\",\"family\":\"Good\"}\n"
            "\n{\"type\":\"booking\"\nnot json\n{\"type\":\"hold\"}\n"
            "{\"type\":\"trigger\",\"booking_number\":\"25-1\",\"trigger_kind\":\"bond "
            "posted\",\"triggered_at\":\"2025-02-28T10:39:00-07:00\"}"),
        5};
    assert_int_equal(intake_ndjson(&f->in, &f->seen->a, fill, &source, &f->e), RC_OK);
    assert_int_equal(f->seen->n, 2);
    assert_string_equal(f->seen->lines[1], "trigger 25-1|bond posted|2025-02-28T17:39:00Z");
    assert_int_equal(f->in.counts.refused, 3);
    assert_int_equal(f->in.first.line, 3);
}

static void times(void **state)
{
    static const struct {
        const char *text, *utc;
    } good[] = {{"2025-02-28", "2025-02-28T07:00:00Z"},
                {"2025-02-28 02:40", "2025-02-28T09:40:00Z"},
                {"2025-02-28T02:40:05", "2025-02-28T09:40:05Z"},
                {"2025-02-28T02:40:05Z", "2025-02-28T02:40:05Z"},
                {"2025-02-28T02:40+01:00", "2025-02-28T01:40:00Z"},
                {"2/8/2025 12:05 AM", "2025-02-08T07:05:00Z"},
                {"2/8/2025 12:05pm", "2025-02-08T19:05:00Z"},
                {" 2025-07-01 00:00:00.000 ", "2025-07-01T06:00:00Z"},
                {"2025-11-02 01:30", "2025-11-02T07:30:00Z"}, /* twice that night: the first */
                {"1969-12-31 16:59:59", "1969-12-31T23:59:59Z"}};
    static const char *const bad[] = {"",
                                      "2025",
                                      "2025-02-30",
                                      "2/8/25",
                                      "13/1/2025",
                                      "2025-02-28 24:00",
                                      "2025-02-28 10:60",
                                      "2025-02-28T10:39:00+1",
                                      "2025-02-28 13:00 PM",
                                      "2025-02-28 10:39 MST",
                                      "28.2.2025",
                                      "2025-02-28T",
                                      "9999-12-31 23:59", /* 10000 in UTC */
                                      "today"};
    struct fixture *f = *state;
    instant t;
    char buf[40];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(when_parse(str_c(good[i].text), WHEN_MONTH_FIRST, f->in.zone, &t));
        assert_string_equal(instant_utc(t, buf), good[i].utc);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(when_parse(str_c(bad[i]), WHEN_MONTH_FIRST, f->in.zone, &t));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {T(adams_sheet_gives_booking_and_charge),
                                       T(header_in_any_order_and_case),
                                       T(housing_and_release_sheets),
                                       T(bad_rows_are_refused_one_by_one),
                                       T(faults_of_the_file_take_nothing),
                                       T(a_status_is_never_kept),
                                       T(no_profile_can_map_a_status_back_in),
                                       T(profile_faults_have_a_line),
                                       T(a_jails_own_profile),
                                       T(own_sheets),
                                       T(same_rows_are_counted_as_same),
                                       T(a_failing_store_ends_the_import),
                                       T(json_lists),
                                       T(ndjson_lines),
                                       T(times)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
