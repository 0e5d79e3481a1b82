/* The question whether requests have expanded, asked of a ledger of two years with a change of
 * administration in it: the page, the alert and who may close it, what was reported from
 * before, and that nothing of it changes a decision. */
#include "words.h"
#include "custody/history.h"

static const char calendar[] =
    "2019-01-20T12:00:00-05:00 the first; 2027-01-20T12:00:00-05:00 the second";

static int open_here(void **state)
{
    if (setup(state)) return 1;
    struct casework_setup s = *world_setup();
    s.administrations = calendar;
    casework_close(c);
    return casework_open(&s, &c, &e) != RC_OK;
}

static int people;

static const char *letters(int n)
{
    return arena_printf(&a, "Q%c%c%c", 'a' + n / 676 % 26, 'a' + n / 26 % 26, 'a' + n % 26);
}

static void petty_charge(const char *number)
{
    struct import *in;
    struct charge_row row = {.booking_number = str_c(number),
                             .sequence = 1,
                             .offence = {.this_booking = true,
                                         .citation = STR("C.R.S. 42-4-1301(1)(a)"),
                                         .text = STR("a charge"),
                                         .grade = GRADE_MISDEMEANOR,
                                         .class = STR("M1"),
                                         .stage = STAGE_CHARGED,
                                         .on = DAYS_UNKNOWN,
                                         .convicted_on = DAYS_UNKNOWN}};
    OK(casework_import_open(c, jail, STR("feed"), &in, &e));
    OK(casework_import_charge(in, &row, &e));
    OK(casework_import_close(in, &a, &r, &e));
}

/* One more person is booked and asked about. */
static void one_more(const char *citation, const char *more)
{
    char now[40];
    int n = people++;
    const char *number = arena_printf(&a, "T-%05d", n);
    assert_int_equal(
        booking_row_at(number, letters(n), "1980-01-02", world_now(), INSTANT_NONE), RC_OK);
    if (citation)
        assert_int_equal(charge(number, 1, citation, STAGE_CHARGED), RC_OK);
    else
        petty_charge(number);
    struct json *v = read_json(
        arena_printf(&a,
                     "{\"agency\":\"fed-east\",\"reference\":\"R-%d\",\"form\":\"I-247A\","
                     "\"received_at\":\"%s\",\"asks\":[\"notify\"],\"written\":true,"
                     "\"subject\":{\"booking_number\":\"%s\",\"family\":\"%s\",\"given\":"
                     "\"Adrian\",\"birth_date\":\"1980-01-02\"}%s}",
                     n, instant_utc(world_now(), now), number, letters(n), more));
    OK(casework_request(c, officer, v, &a, &r, &e));
    world_pass(MINUTES(5));
}

/* Those about whom nobody asks: the exposure is the same in every month. */
static void many_booked(void)
{
    struct import *in;
    static int n;
    OK(casework_import_open(c, jail, STR("feed"), &in, &e));
    for (int i = 0; i < 100; i++) {
        struct booking_row row = {.booking_number = str_c(arena_printf(&a, "O-%06d", n++)),
                                  .family = STR("Osterhaus"),
                                  .birth_date = DAYS_UNKNOWN,
                                  .booked_at = world_now(),
                                  .released_at = INSTANT_NONE};
        OK(casework_import_booking(in, &row, &e));
    }
    OK(casework_import_close(in, &a, &r, &e));
}

static void to_date(const char *text)
{
    instant t;
    assert_true(instant_parse(str_c(text), &t, NULL) && t >= world_now());
    world_pass(t - world_now());
}

/* Four a month through 2026, twelve a month in the first whole months of the second
 * administration, and of another kind. */
static void two_years(void)
{
    people = 0;
    for (int m = 1; m <= 12; m++) {
        to_date(arena_printf(&a, "2026-%02d-10T12:00:00Z", m));
        many_booked();
        for (int i = 0; i < 4; i++) one_more(violent, "");
    }
    for (int m = 1; m <= 4; m++) {
        to_date(arena_printf(&a, "2027-%02d-10T12:00:00Z", m));
        many_booked();
        for (int i = 0; i < 12 && m > 1; i++) one_more(NULL, "");
    }
    to_date("2027-05-02T12:00:00Z");
}

static const struct json *window_of(const struct json *page, const char *name)
{
    for (size_t i = 0; i < json_len(json_get(page, "windows")); i++)
        if (str_is(json_text(json_at(json_get(page, "windows"), i), "window"), name))
            return json_at(json_get(page, "windows"), i);
    fail_msg("there is no window %s", name);
    return NULL;
}

static const struct json *chosen(const struct json *window)
{
    for (size_t i = 0; i < json_len(json_get(window, "compared")); i++)
        if (json_is_true(json_get(json_at(json_get(window, "compared"), i), "chosen")))
            return json_at(json_get(window, "compared"), i);
    fail_msg("nothing is chosen");
    return NULL;
}

/* Everything that stands for every case, and how many decisions were ever made. */
static struct str all_that_stands(void)
{
    struct buf b = buf_in(&a);
    struct history *h;
    for (int i = 1; i <= people; i++)
        json_write(&b, json_get(look(str_c(arena_printf(&a, "C%06d", i))), "answers"));
    OK(casework_history(c, 0, &h, &e));
    buf_printf(&b, " %llu", (unsigned long long)h->by_kind[EVENT_KIND_DECISION_MADE]);
    history_free(h);
    return buf_str(&b);
}

static void expansion(void **state)
{
    (void)state;
    instant next;
    struct json *page;
    two_years();
    struct str before = all_that_stands();
    OK(casework_tick(c, &next, &e));
    OK(casework_tick(c, &next, &e));
    world_pass(HOURS(24));
    OK(casework_tick(c, &next, &e)); /* the same windows again */
    assert_int_equal(
        alerts("trend"),
        1); /* the window of twelve months has three since the change: the same window */
    assert_int_equal(alerts("mix"), 1);
    struct str after = all_that_stands();
    assert_true(str_eq(before, after));

    OK(casework_trend(c, NULL, &a, &page, &e));
    const struct json *w = window_of(page, "3 months"), *x = chosen(w);
    assert_true(str_is(json_text(w, "from"), "2027-02") &&
                str_is(json_text(w, "to"), "2027-04"));
    assert_true(str_is(json_text(window_of(page, "12 months"), "from"), "2027-02"));
    assert_true(
        str_is(json_text(json_get(page, "previous_administration"), "name"), "the first"));
    assert_true(str_is(json_text(x, "baseline"), "same months") &&
                str_is(json_text(x, "per"), "booking"));
    assert_int_equal(json_whole(json_get(json_get(x, "now"), "bookings"), -1), 336);
    assert_int_equal(json_whole(json_get(json_get(x, "now"), "requests"), -1), 36);
    assert_int_equal(json_whole(json_get(json_get(x, "base"), "requests"), -1), 12);
    assert_true(json_is_true(json_get(x, "alert")));
    assert_int_equal(json_whole(json_get(json_get(w, "mix"), "persons_now"), -1), 36);
    assert_int_equal(json_whole(json_get(json_get(w, "mix"), "persons_base"), -1), 12);
    const struct json *premise = json_at(json_get(json_get(w, "mix"), "rows"), 0);
    assert_int_equal(json_whole(json_get(json_get(premise, "now"), "yes"), -1), 0);
    assert_int_equal(json_whole(json_get(json_get(premise, "base"), "yes"), -1), 12);
    const struct json *rolling = json_get(page, "rolling"),
                      *end = json_at(rolling, json_len(rolling) - 1);
    assert_true(str_is(json_text(end, "month"), "2027-04") &&
                json_is_true(json_get(json_get(end, "months_3"), "alert")));
    assert_true(
        str_is(json_text(json_at(rolling, json_len(rolling) - 5), "month"), "2026-12") &&
        json_get(json_at(rolling, json_len(rolling) - 5), "months_3")->type == JSON_NULL);
    assert_true(json_get(json_get(page, "change"), "certainty")->num.real > 0.99);
    assert_true(str_is(json_text(json_get(page, "change"), "month"), "2027-02"));
    /* From the first day to January 2026 nothing at all was recorded: those months are unknown,
     * and January 2027 is none. */
    for (size_t i = 0; i < json_len(json_get(page, "months")); i++) {
        const struct json *m = json_at(json_get(page, "months"), i),
                          *n = json_get(m, "requests");
        bool early =
            json_text(m, "month").p[3] == '5' || str_is(json_text(m, "month"), "2026-01");
        assert_int_equal(n->type, early ? JSON_NULL : JSON_NUMBER);
        if (str_is(json_text(m, "month"), "2027-01")) assert_int_equal(json_whole(n, -1), 0);
    }
}

/* Closed only by a policy owner, with a reason; both ends stand in the ledger with the page. */
static void who_may_close(void **state)
{
    (void)state;
    struct history *h;
    struct json *raised;
    two_years();
    OK(casework_trend_check(c, NULL, &a, &r, &e));
    assert_int_equal(json_len(json_get(r, "raised")), 2);
    OK(casework_trend_check(c, NULL, &a, &r, &e));
    assert_int_equal(json_len(json_get(r, "raised")), 0);
    OK(casework_alerts(c, &a, &raised, &e));
    struct str id = {NULL, 0};
    for (size_t i = 0; i < json_len(json_get(raised, "alerts")); i++)
        if (str_is(json_text(json_at(json_get(raised, "alerts"), i), "kind"), "trend"))
            id = json_text(json_at(json_get(raised, "alerts"), i), "alert");
    REFUSED(casework_alert_close(c, officer, id, STR("seen"), &a, &r, &e), "CASE-0003");
    REFUSED(casework_alert_close(c, (struct actor){"p.adeyemi"}, id, STR(" "), &a, &r, &e),
            "CASE-0010");
    OK(casework_alert_close(c, (struct actor){"p.adeyemi"}, id,
                            STR("the council was told; the policy stays"), &a, &r, &e));
    assert_int_equal(alerts("trend"), 0);
    to_date("2027-05-20T12:00:00Z");
    many_booked();
    for (int i = 0; i < 12; i++) one_more(NULL, "");
    to_date("2027-06-02T12:00:00Z");
    /* the next month: answered is asked anew, unanswered stands */
    OK(casework_trend_check(c, NULL, &a, &r, &e));
    assert_int_equal(json_len(json_get(r, "raised")), 1);
    assert_true(
        str_starts(json_str(json_at(json_get(r, "raised"), 0)), STR("trend/2027-03/2027-05/")));
    OK(casework_history(c, 0, &h, &e));
    bool found = false;
    for (size_t i = 0; i < h->n_alerts; i++) {
        const struct past_alert *al = &h->alerts[i];
        if (!str_is(history_name(h, al->kind), "trend") || found) continue;
        found = true;
        assert_true(str_is(history_name(h, al->name), "trend/2027-02/2027-04/same months") &&
                    str_is(history_name(h, al->closed_by), "p.adeyemi"));
    }
    assert_true(found);
    history_free(h);
}

/* The page of a checkpoint is the same whatever came after. */
static void drawn_again(void **state)
{
    (void)state;
    struct history *h;
    struct json *then, *later;
    two_years();
    OK(casework_history(c, 0, &h, &e));
    struct trend_page_question q = {.size = h->events};
    instant last = h->last_at;
    history_free(h);
    OK(casework_trend(c, &q, &a, &then, &e));
    to_date("2027-06-10T12:00:00Z");
    for (int i = 0; i < 5; i++) one_more(violent, "");
    OK(casework_trend(c, &q, &a, &later, &e));
    struct buf x = buf_in(&a), y = buf_in(&a);
    json_write(&x, then);
    json_write(&y, later);
    assert_true(str_eq(buf_str(&x), buf_str(&y)));
    char at[40];
    assert_true(str_is(json_text(then, "as_of"), instant_utc(last, at)));
    q.size = 1u << 30;
    REFUSED(casework_trend(c, &q, &a, &then, &e), "LEDGER-0013");
}

/* ---- what was reported ------------------------------------------------------------------- */

static const struct actor owner = {"p.adeyemi"};

static void reported(void **state)
{
    (void)state;
    struct json *page;
    static const struct {
        const char *csv, *id;
    } bad[] = {
        {"month,count\n2020-01,3\n", "TREND-0002"},
        {"month,count,source,colour\n", "TREND-0002"},
        {"month,count,source\n2020-13,3,x\n", "TREND-0002"},
        {"month,count,source\n2020-01,-3,x\n", "TREND-0002"},
        {"month,count,source\n2020-01,3,\n", "TREND-0002"},
        {"month,count,source\n", "TREND-0002"},
        {"month,months,count,source\n2020-01,3,9,x\n2020-03,1,2,x\n", "TREND-0002"},
        {"month,count,source\n2025-03,3,x\n", "TREND-0002"},
        {"month,count,source\n2020-01,3,people without papers from A123456789\n", "TREND-0002"},
        {"", "TREND-0002"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        REFUSED(casework_trend_load(c, owner, str_c(bad[i].csv), "h.csv", &a, &r, &e),
                bad[i].id);
    REFUSED(casework_trend_load(c, officer, STR("month,count,source\n2020-01,3,x\n"), "h.csv",
                                &a, &r, &e),
            "CASE-0003");
    OK(casework_trend_load(
        c, owner,
        STR("month,months,count,bookings,source\n2024-01,3,30,3000,council "
            "minutes\n2024-05,,,,nobody counted\n2024-06,1,0,900,council minutes\n"),
        "h.csv", &a, &r, &e));
    REFUSED(casework_trend_load(c, owner, STR("month,count,source\n2024-02,3,x\n"), "h.csv", &a,
                                &r, &e),
            "TREND-0002"); /* counted in the quarter */
    OK(casework_trend_load(
        c, owner,
        STR("month,months,count,bookings,source\n2024-01,3,33,3000,council minutes mended\n"),
        "h.csv", &a, &r, &e));
    struct trend_page_question q = {.to = 2024 * 12 + 6};
    OK(casework_trend(c, &q, &a, &page, &e));
    const struct json *months = json_get(page, "months");
    assert_int_equal(json_len(months), 3);
    assert_int_equal(json_whole(json_get(json_at(months, 0), "requests"), -1), 33);
    assert_true(str_is(json_text(json_at(months, 0), "from"), "reported") &&
                str_is(json_text(json_at(months, 0), "source"), "council minutes mended"));
    assert_int_equal(json_get(json_at(months, 1), "requests")->type, JSON_NULL);
    assert_int_equal(json_whole(json_get(json_at(months, 2), "requests"), -1),
                     0); /* none is not unknown */
    assert_int_equal(json_whole(json_get(json_get(page, "forecast"), "months_known"), -1), 4);
}

/* The ledger has watched the month: its own count stands, and the page says what was
 * reported. */
static void own_counts_win(void **state)
{
    (void)state;
    struct json *page;
    people = 0;
    to_date("2025-06-10T12:00:00Z");
    one_more(violent, "");
    one_more(violent, ",\"documents\":[{\"kind\":\"judicial warrant\"}]");
    to_date("2025-07-10T12:00:00Z");
    OK(casework_trend_load(
        c, owner,
        STR("month,months,count,source\n2025-02,1,7,papers of the office\n2025-06,1,9,papers "
            "of the office\n2025-04,2,5,papers of the office\n"),
        "h.csv", &a, &r, &e));
    OK(casework_trend(c, NULL, &a, &page, &e));
    const struct json *months = json_get(page, "months");
    /* February as reported, April to June; March was watched only in part */
    assert_int_equal(json_len(months), 4);
    assert_int_equal(json_whole(json_get(json_at(months, 0), "requests"), -1), 7);
    assert_int_equal(json_whole(json_get(json_at(months, 1), "requests"), -1), 0);
    const struct json *june = json_at(months, 3);
    assert_int_equal(json_whole(json_get(june, "requests"), -1), 2);
    assert_int_equal(json_whole(json_get(june, "persons"), -1), 2);
    assert_int_equal(json_whole(json_get(june, "reported"), -1), 9);
    assert_int_equal(json_len(json_get(page, "reported_not_used")), 2);
}

/* Amended papers are no new requests; two requests about one person are one person. */
static void papers_requests_persons(void **state)
{
    (void)state;
    struct json *page;
    people = 0;
    to_date("2025-06-10T12:00:00Z");
    one_more(violent, "");
    people = 0;
    char now[40];
    /* the same reference twice with another text, then another reference */
    for (int i = 0; i < 2; i++) {
        struct json *v = read_json(arena_printf(
            &a,
            "{\"agency\":\"fed-%s\",\"reference\":\"R-0\",\"form\":\"I-247A\",\"received_at\":"
            "\"%s\",\"asks\":[\"notify\",\"hold\"],\"written\":true,"
            "\"subject\":{\"booking_number\":\"T-00000\",\"family\":\"%s\",\"given\":"
            "\"Adrian\",\"birth_date\":\"1980-01-02\"}}",
            i ? "west" : "east", instant_utc(world_now(), now), letters(0)));
        OK(casework_request(c, officer, v, &a, &r, &e));
    }
    to_date("2025-07-10T12:00:00Z");
    OK(casework_trend(c, NULL, &a, &page, &e));
    const struct json *months = json_get(page, "months"),
                      *june = json_at(months, json_len(months) - 1);
    assert_int_equal(json_whole(json_get(june, "papers"), -1), 3);
    assert_int_equal(json_whole(json_get(june, "requests"), -1), 2);
    assert_int_equal(json_whole(json_get(june, "persons"), -1), 1);
}

static void questions(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "tomorrow First", "2025-01-20T12:00:00-05:00",
        "2025-01-20T12:00:00-05:00 B; 2021-01-20T12:00:00-05:00 A"};
    struct trend_page_question q = {.from = 30000, .to = 24000};
    REFUSED(casework_trend(c, &q, &a, &r, &e), "TREND-0003");
    q.to = 0;
    REFUSED(casework_trend(c, &q, &a, &r, &e), "TREND-0003");
    q = (struct trend_page_question){.baseline = "the weather"};
    REFUSED(casework_trend(c, &q, &a, &r, &e), "TREND-0003");
    q = (struct trend_page_question){.baseline = "window"};
    REFUSED(casework_trend(c, &q, &a, &r, &e), "TREND-0003");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct casework_setup s = *world_setup();
        struct casework *other;
        s.administrations = bad[i];
        REFUSED(casework_open(&s, &other, &e), "TREND-0001");
    }
    /* a ledger of a day: nothing is known, nothing is said */
    OK(casework_trend(c, NULL, &a, &r, &e));
    assert_int_equal(json_len(json_get(r, "months")), 0);
    assert_int_equal(json_len(json_get(window_of(r, "3 months"), "compared")),
                     0); /* there is no administration before the first */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_here, teardown)
    const struct CMUnitTest tests[] = {
        TEST(expansion),      TEST(who_may_close),           TEST(drawn_again), TEST(reported),
        TEST(own_counts_win), TEST(papers_requests_persons), TEST(questions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
