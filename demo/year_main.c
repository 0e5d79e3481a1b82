/* sallyport-year: makes the database of an invented jail (year.h). */
#include "year.h"
#include "os/file.h"
#include "os/term.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: sallyport-year [OPTION...] FOLDER\n"
    "Makes sallyport.db, ledger.key and sallyport.yaml of an invented jail in FOLDER: one to "
    "twenty years, lived "
    "through the\n"
    "program's own verbs. The same seed makes the same events.\n"
    "  --years N              how long (1)\n"
    "  --days N               the same in days\n"
    "  --from DATE            first day (the change comes in the middle)\n"
    "  --change DATE          when the administration changes (2025-01-20)\n"
    "  --bookings-a-day N     size of the jail (70)\n"
    "  --requests-a-month N   before the change (22)\n"
    "  --volume-factor F      requests after the change over before (2)\n"
    "  --violent-share F      share of requests about violent people before the change (0.8)\n"
    "  --mix-drift F          what that share loses with the change (0.25)\n"
    "  --feed-minutes N       how often the jail system's rows come (60)\n"
    "  --trend-months N       in so many months at the end the trend is looked at each month "
    "(18)\n"
    "  --seed N               (1)\n"
    "  --policies DIR         packs (policies)\n"
    "  --shared DIR           public counts to draw from; otherwise built-in figures\n";

enum option_id {
    YEARS = 1,
    DAYS,
    FROM,
    CHANGE,
    BOOKINGS,
    REQUESTS,
    FACTOR,
    VIOLENT,
    DRIFT,
    FEED,
    TREND,
    SEED,
    POLICIES,
    SHARED,
    HELP
};
static const struct option options[] = {{"years", required_argument, NULL, YEARS},
                                        {"days", required_argument, NULL, DAYS},
                                        {"from", required_argument, NULL, FROM},
                                        {"change", required_argument, NULL, CHANGE},
                                        {"bookings-a-day", required_argument, NULL, BOOKINGS},
                                        {"requests-a-month", required_argument, NULL, REQUESTS},
                                        {"volume-factor", required_argument, NULL, FACTOR},
                                        {"violent-share", required_argument, NULL, VIOLENT},
                                        {"mix-drift", required_argument, NULL, DRIFT},
                                        {"feed-minutes", required_argument, NULL, FEED},
                                        {"trend-months", required_argument, NULL, TREND},
                                        {"seed", required_argument, NULL, SEED},
                                        {"policies", required_argument, NULL, POLICIES},
                                        {"shared", required_argument, NULL, SHARED},
                                        {"help", no_argument, NULL, HELP},
                                        {0}};

static void wrong(const char *what)
{
    fprintf(stderr, "sallyport-year: %s is not understood\n%s", what, usage);
    exit(2);
}

static double number(const char *text)
{
    char *end;
    double d = strtod(text, &end);
    if (end == text || *end) wrong(text);
    return d;
}

static int64_t whole(const char *text)
{
    int64_t n;
    if (!str_to_i64(str_c(text), &n)) wrong(text);
    return n;
}

static int64_t date(const char *text)
{
    int64_t day;
    if (!date_parse(str_c(text), &day)) wrong(text);
    return day;
}

static void read_options(int argc, char **argv, struct year_setup *s)
{
    int id;
    bool from = false;
    while ((id = getopt_long(argc, argv, "", options, NULL)) != -1) switch (id) {
        case YEARS: s->days = (int64_t)(number(optarg) * 365.25); break;
        case DAYS: s->days = whole(optarg); break;
        case FROM:
            s->from = date(optarg);
            from = true;
            break;
        case CHANGE: s->change = date(optarg); break;
        case BOOKINGS: s->bookings_a_day = number(optarg); break;
        case REQUESTS: s->requests_a_month = number(optarg); break;
        case FACTOR: s->volume_factor = number(optarg); break;
        case VIOLENT: s->violent_share = number(optarg); break;
        case DRIFT: s->mix_drift = number(optarg); break;
        case FEED: s->feed_minutes = (int)whole(optarg); break;
        case TREND: s->trend_months = (int)whole(optarg); break;
        case SEED: s->seed = (uint64_t)whole(optarg); break;
        case POLICIES: s->policies = optarg; break;
        case SHARED: s->shared = optarg; break;
        case HELP: fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    if (!from) s->from = s->change - s->days / 2;
    if (optind + 1 != argc) wrong(optind < argc ? argv[argc - 1] : "no folder");
    s->folder = argv[optind];
}

static void show_day(void *ctx, int64_t day, int64_t days)
{
    (void)ctx;
    if (day % 7 == 0) fprintf(stderr, "\rday %lld of %lld ", (long long)day, (long long)days);
}

static void show_counts(const struct year_counts *n)
{
    const struct {
        const char *what;
        uint64_t n;
    } rows[] = {{"bookings", n->bookings},
                {"here before", n->here_before},
                {"charges", n->charges},
                {"triggers", n->triggers},
                {"triggers taken back", n->undone},
                {"releases", n->releases},
                {"transfers", n->transfers},
                {"deaths", n->deaths},
                {"escapes", n->escapes},
                {"to hospital", n->hospital},
                {"requests", n->requests},
                {"the same paper again", n->duplicates},
                {"amended", n->amended},
                {"cancelled", n->cancelled},
                {"issued anew", n->reissued},
                {"of nobody here", n->unmatched},
                {"with another birth date", n->conflicting},
                {"by telephone", n->telephone},
                {"matched by a person", n->confirmed_by_person},
                {"reviews answered", n->reviews},
                {"overrides", n->overrides},
                {"disputes", n->disputes},
                {"duties done", n->duties_done},
                {"reads", n->reads},
                {"alerts closed", n->alerts_closed},
                {"re-evaluations opened", n->reevaluations},
                {"records forgotten", n->forgotten},
                {"attempts", n->attempts},
                {"failed", n->failures},
                {"refused", n->refusals},
                {"confirmed", n->confirmations}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        printf("%-24s %8llu\n", rows[i].what, (unsigned long long)rows[i].n);
    printf("%-24s %8.2f (%s)\n", "scatter of months", n->request_index,
           n->measured ? "measured from the public counts" : "built-in figures");
}

static RC write_config(const struct year_setup *s, struct err *e)
{
    struct arena a;
    arena_init(&a, 0);
    const char *text = arena_printf(
        &a,
        "origin: year.jail.example/sallyport\nfacility: Example County Jail\ndatabase: "
        "sallyport.db\nkey_file: ledger.key\ntime_zone: %s\npacks: %s\n"
        "administrations: \"%s\"\n",
        s->time_zone, s->policies, year_calendar(&a, s));
    enum rc rc = file_write_atomic(arena_printf(&a, "%s/sallyport.yaml", s->folder),
                                   str_c(text), 0600, e);
    arena_done(&a);
    return rc;
}

int main(int argc, char **argv)
{
    struct year_setup s = year_usual();
    struct year_counts n;
    struct err e;
    char text[700];
    s.policies = "policies";
    read_options(argc, argv, &s);
    char *policies = realpath(s.policies, NULL); /* the configuration lies in another folder */
    if (policies) s.policies = policies;
    if (isatty(STDERR_FILENO)) s.progress = show_day;
    enum rc rc = year_make(&s, &n, &e);
    if (rc == RC_OK) rc = write_config(&s, &e);
    if (s.progress) fputc('\n', stderr);
    if (rc != RC_OK)
        fprintf(stderr, "sallyport-year: %s\n", err_print(&e, text, sizeof text));
    else
        show_counts(&n);
    free(policies);
    return rc_exit(rc);
}
