/* sallyport trend: the page on whether requests have expanded, as text for people or as JSON,
 * and counts from before. */
#include "cli/cli.h"
#include "custody/trend.h"
#include <math.h>

enum { MONTHS_SHOWN = 24 };

static RC month_of(struct call *c, const char *option, int *ret, struct err *e)
{
    const char *text = opt_value(c, option);
    if (text && !trend_month_parse(str_c(text), ret))
        return FAIL(e, RC_USAGE, "CLI-0006", "--%s wants a month as 2026-09, not '%s'", option,
                    text);
    return RC_OK;
}

/* On the command line and on paper the last month of a window is named; behind it, the one
 * after. */
static RC question(struct call *c, struct trend_page_question *q, struct err *e)
{
    struct str baseline = opt_text(c, "baseline", "");
    int64_t size = 0;
    TRY(month_of(c, "from", &q->from, e));
    TRY(month_of(c, "to", &q->to, e));
    TRY(month_of(c, "base-from", &q->base_from, e));
    TRY(month_of(c, "base-to", &q->base_to, e));
    TRY(opt_whole(c, "ledger", 1, INT64_MAX, 0, &size, e));
    q->size = (uint64_t)size;
    if (q->to) q->to++;
    if (q->base_to) q->base_to++;
    if (!q->base_from != !q->base_to || (q->base_to && q->base_from >= q->base_to))
        return FAIL(e, RC_USAGE, "CLI-0006",
                    "a window as baseline has a first and a last month, in order: --base-from "
                    "and --base-to");
    if (baseline.n) {
        char *words = str_dupz(c->arena, baseline);
        for (char *p = words; *p; p++)
            if (*p == '-') *p = ' ';
        q->baseline = words;
    } else if (q->base_to) {
        q->baseline = trend_baseline_word(TREND_CHOSEN);
    }
    return RC_OK;
}

static double real(const struct json *v, const char *name)
{
    const struct json *m = json_get(v, name);
    return m && m->type == JSON_NUMBER ? m->num.real : NAN;
}

static const char *number(struct arena *a, const struct json *v, const char *name, int digits)
{
    double d = real(v, name);
    return isnan(d) ? "-" : arena_printf(a, "%.*f", digits, d);
}

static void side(struct arena *a, const struct json *s, const char **ret)
{
    int64_t known = json_whole(json_get(s, "known"), 0),
            asked = json_whole(json_get(s, "months"), 0),
            bookings = json_whole(json_get(s, "bookings"), -1);
    if (!known)
        *ret = arena_printf(a, "none of %lld months known", (long long)asked);
    else
        *ret = arena_printf(
            a, "%lld in %lld of %lld mo%s", (long long)json_whole(json_get(s, "requests"), 0),
            (long long)known, (long long)asked,
            bookings > 0 ? arena_printf(a, ", %lld booked", (long long)bookings) : "");
}

static void print_compared(struct arena *a, const struct json *list)
{
    printf("    %-12s  %-32s  %-32s  %6s  %-15s  %s\n", "against", "now", "baseline", "ratio",
           "interval", "");
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *r = json_at(list, i);
        const char *now, *base;
        side(a, json_get(r, "now"), &now);
        side(a, json_get(r, "base"), &base);
        const char *interval =
            isnan(real(r, "low"))
                ? "-"
                : arena_printf(a, "%s - %s", number(a, r, "low", 2),
                               isnan(real(r, "high")) ? "any" : number(a, r, "high", 2));
        printf("  %s " STR_FMT "%*s  %-32s  %-32s  %6s  %-15s  %s\n",
               json_is_true(json_get(r, "chosen")) ? "*" : " ",
               STR_ARG(json_text(r, "baseline")), 12 - (int)json_text(r, "baseline").n, "", now,
               base, number(a, r, "ratio", 2), interval,
               json_is_true(json_get(r, "alert")) ? "ALERT" : "");
    }
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *r = json_at(list, i);
        if (!json_is_true(json_get(r, "chosen"))) continue;
        if (json_text(r, "method").n)
            printf("    * the policy's baseline; " STR_FMT " per " STR_FMT ": " STR_FMT "\n",
                   STR_ARG(json_text(r, "method")), STR_ARG(json_text(r, "per")),
                   STR_ARG(json_text(r, "why")));
        else
            printf("    * the policy's baseline; " STR_FMT "\n", STR_ARG(json_text(r, "why")));
    }
}

static const char *share(struct arena *a, const struct json *s)
{
    if (isnan(real(s, "share"))) return "unknown";
    return arena_printf(a, "%.0f %% (%lld of %lld)", 100 * real(s, "share"),
                        (long long)json_whole(json_get(s, "yes"), 0),
                        (long long)json_whole(json_get(s, "known"), 0));
}

static void print_mix(struct arena *a, const struct json *mix)
{
    const struct json *rows = json_get(mix, "rows");
    if (!json_whole(json_get(mix, "requests_now"), 0)) return;
    printf("    counted here: %lld requests about %lld persons; baseline: %lld about %lld\n",
           (long long)json_whole(json_get(mix, "requests_now"), 0),
           (long long)json_whole(json_get(mix, "persons_now"), 0),
           (long long)json_whole(json_get(mix, "requests_base"), 0),
           (long long)json_whole(json_get(mix, "persons_base"), 0));
    printf("    %-34s  %-22s  %-22s  %s\n", "share of requests", "now", "baseline", "");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *r = json_at(rows, i), *now = json_get(r, "now");
        const char *what = arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(json_text(r, "about")),
                                        STR_ARG(json_text(r, "what")));
        int64_t unknown = json_whole(json_get(now, "unknown"), 0);
        printf("    %-34s  %-22s  %-22s  %s%s\n", what, share(a, now),
               share(a, json_get(r, "base")),
               json_is_true(json_get(r, "shifted")) ? "shifted " : "",
               unknown ? arena_printf(a, "%lld unknown", (long long)unknown) : "");
    }
    printf("    %s" STR_FMT "\n", json_is_true(json_get(mix, "alert")) ? "ALERT: " : "",
           STR_ARG(json_text(mix, "why")));
}

static void print_windows(struct arena *a, const struct json *page)
{
    const struct json *windows = json_get(page, "windows");
    for (size_t i = 0; i < json_len(windows); i++) {
        const struct json *w = json_at(windows, i);
        printf("\n" STR_FMT ": " STR_FMT " to " STR_FMT "\n", STR_ARG(json_text(w, "window")),
               STR_ARG(json_text(w, "from")), STR_ARG(json_text(w, "to")));
        if (json_len(json_get(w, "compared")))
            print_compared(a, json_get(w, "compared"));
        else
            puts("    no baseline: the configuration names no earlier administration, and no "
                 "window was chosen");
        print_mix(a, json_get(w, "mix"));
    }
}

static void print_change(struct arena *a, const struct json *page)
{
    const struct json *c = json_get(page, "change"), *f = json_get(page, "forecast");
    putchar('\n');
    if (json_text(c, "month").n)
        printf("Change: %s likely; if so in " STR_FMT " (" STR_FMT " to " STR_FMT
               "), from %s to %s a month\n",
               arena_printf(a, "%.1f %%", 100 * real(c, "certainty")),
               STR_ARG(json_text(c, "month")), STR_ARG(json_text(c, "earliest")),
               STR_ARG(json_text(c, "latest")), number(a, c, "before_a_month", 1),
               number(a, c, "after_a_month", 1));
    else
        puts("Change: fewer than four counts are known; nothing is said");
    if (json_text(f, "from").n)
        printf("Forecast: " STR_FMT " to " STR_FMT ": %s requests, 90 %% between %s and %s, if "
               "nothing changes; from %lld known months\n",
               STR_ARG(json_text(f, "from")), STR_ARG(json_text(f, "to")),
               number(a, f, "mean", 0), number(a, f, "low", 0), number(a, f, "high", 0),
               (long long)json_whole(json_get(f, "months_known"), 0));
    else
        puts("Forecast: no month of the last year is known; none is made");
}

static void count(const struct json *r, const char *name)
{
    int64_t n = json_whole(json_get(r, name), -1);
    if (n < 0)
        printf("  %8s", "unknown");
    else
        printf("  %8lld", (long long)n);
}

static const char *rolled(struct arena *a, const struct json *page, struct str month,
                          int months, const char *member)
{
    char last[24];
    const struct json *list = json_get(page, "rolling");
    int m;
    if (!trend_month_parse(month, &m)) return "-";
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *r = json_get(json_at(list, i), member);
        if (!str_is(json_text(json_at(list, i), "month"),
                    trend_month_print(m + months - 1, last)) ||
            !json_len(r))
            continue;
        return arena_printf(a, "%s%s", number(a, r, "ratio", 2),
                            json_is_true(json_get(r, "alert")) ? "!" : "");
    }
    return "-";
}

static void print_months(struct arena *a, const struct json *page)
{
    const struct json *list = json_get(page, "months");
    size_t n = json_len(list);
    struct str last = json_text(json_at(json_get(page, "windows"), 0), "to");
    while (n && str_cmp(json_text(json_at(list, n - 1), "month"), last) > 0)
        n--; /* what came after the windows is not looked at */
    if (!n) {
        puts("\nNo month is known: the ledger has not watched a whole one yet, and no history "
             "is loaded.");
        return;
    }
    puts("\nRATIO: of the three and the twelve months that end there to the policy's baseline; "
         "'!' would have alerted.");
    printf("%-14s  %8s  %8s  %8s  %8s  %8s  %8s  %8s\n", "MONTH", "REQUESTS", "PERSONS",
           "PAPERS", "BOOKED", "PER 1000", "RATIO 3", "RATIO 12");
    for (size_t i = n > MONTHS_SHOWN ? n - MONTHS_SHOWN : 0; i < n; i++) {
        const struct json *r = json_at(list, i);
        int64_t months = json_whole(json_get(r, "months"), 1);
        printf("%-14s",
               months > 1 ? arena_printf(a, STR_FMT " +%lld mo", STR_ARG(json_text(r, "month")),
                                         (long long)months - 1)
                          : str_dupz(a, json_text(r, "month")));
        count(r, "requests");
        count(r, "persons");
        count(r, "papers");
        count(r, "bookings");
        printf("  %8s  %8s  %8s", number(a, r, "per_1000_bookings", 2),
               rolled(a, page, json_text(r, "month"), (int)months, "months_3"),
               rolled(a, page, json_text(r, "month"), (int)months, "months_12"));
        if (str_is(json_text(r, "from"), "reported"))
            printf("  reported: " STR_FMT, STR_ARG(json_text(r, "source")));
        else if (json_is_true(json_get(r, "silent")))
            printf("  the ledger was silent for a time");
        else if (json_get(r, "reported"))
            printf("  own count; reported %lld: " STR_FMT,
                   (long long)json_whole(json_get(r, "reported"), 0),
                   STR_ARG(json_text(r, "source")));
        putchar('\n');
    }
    if (n > MONTHS_SHOWN) printf("(%zu earlier rows: --json has all)\n", n - MONTHS_SHOWN);
    if (json_len(json_get(page, "reported_not_used")))
        printf("%zu reported counts are over months that this ledger has watched; its own "
               "counts stand\n",
               json_len(json_get(page, "reported_not_used")));
}

static void print_page(struct call *c, const struct json *page)
{
    const struct json *rule = json_get(page, "rule"), *now = json_get(page, "administration"),
                      *before = json_get(page, "previous_administration");
    printf("Requests, " STR_FMT ", as of " STR_FMT "; ledger of %lld events\n",
           STR_ARG(json_text(page, "facility")), STR_ARG(json_text(page, "as_of")),
           (long long)json_whole(json_get(page, "ledger_events"), 0));
    if (json_text(before, "name").n)
        printf("Administration: " STR_FMT "; before it: " STR_FMT "\n",
               STR_ARG(json_text(now, "name")), STR_ARG(json_text(before, "name")));
    printf("Rule (policy " STR_FMT "): people are alerted at %s times the baseline '" STR_FMT
           "' or more, when at %s %% certainty it is more than once\n",
           STR_ARG(json_text(rule, "pack")), number(c->arena, rule, "threshold", 2),
           STR_ARG(json_text(rule, "baseline")),
           arena_printf(c->arena, "%g", 100 * real(rule, "level")));
    print_windows(c->arena, page);
    print_change(c->arena, page);
    print_months(c->arena, page);
}

RC run_trend(struct call *c, struct err *e)
{
    struct trend_page_question q = {0};
    struct casework *casework = NULL;
    struct json *v = NULL;
    TRY(question(c, &q, e));
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc = opt_flag(c, "alert") ? casework_trend_check(casework, &q, c->arena, &v, e)
                                      : casework_trend(casework, &q, c->arena, &v, e);
    casework_close(casework);
    if (rc != RC_OK) return rc;
    const struct json *raised = json_get(v, "raised");
    if (c->json) {
        show(c, v);
        return RC_OK;
    }
    print_page(c, raised ? json_get(v, "page") : v);
    for (size_t i = 0; i < json_len(raised); i++)
        printf("alert opened: " STR_FMT "\n", STR_ARG(json_str(json_at(raised, i))));
    return RC_OK;
}

RC run_trend_load(struct call *c, struct err *e)
{
    struct casework *casework = NULL;
    struct str csv;
    struct json *v = NULL;
    const char *path = str_dupz(c->arena, opt_operand(c, 0)), *slash = strrchr(path, '/');
    TRY(call_file(c, opt_operand(c, 0), &csv, e));
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc = casework_trend_load(casework, call_actor(c), csv, slash ? slash + 1 : path,
                                     c->arena, &v, e);
    casework_close(casework);
    if (rc == RC_OK) show(c, v);
    return rc;
}
