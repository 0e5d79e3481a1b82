/* The look at the trend's page once a day of the jail (docs/trend.md), which opens an alert for
 * policy owners where a window gives cause.
 *
 * What it must never do: change an outcome, keep anybody from writing while it reads. */
#include "casework/work.h"

static struct str alert_name(struct arena *a, const char *kind, const struct json *window,
                             const struct json *rule)
{
    return str_c(arena_printf(
        a, "%s/" STR_FMT "/" STR_FMT "/" STR_FMT, kind, STR_ARG(json_text(window, "from")),
        STR_ARG(json_text(window, "to")), STR_ARG(json_text(rule, "baseline"))));
}

static struct str trend_text(struct arena *a, const struct json *window, const struct json *r)
{
    const struct json *now = json_get(r, "now");
    return str_c(arena_printf(
        a,
        "requests have expanded: %lld from " STR_FMT " to " STR_FMT
        ", %.2f times the baseline (" STR_FMT
        "), at least %.2f times; look whether the policy is to be re-evaluated",
        (long long)json_whole(json_get(now, "requests"), 0), STR_ARG(json_text(window, "from")),
        STR_ARG(json_text(window, "to")), json_get(r, "ratio")->num.real,
        STR_ARG(json_text(r, "baseline")), json_get(r, "low")->num.real));
}

/* While a person has not answered one, the months that follow do not ask again. */
static RC raise_one(struct work *w, const char *kind, struct str name, struct str text,
                    struct json *page, struct json *raised, struct err *e)
{
    struct store_alert *open;
    size_t n;
    bool new;
    TRY(store_alerts(w->s, w->a, 0, &open, &n, e));
    for (size_t i = 0; i < n; i++)
        if (str_is(open[i].kind, kind)) return RC_OK;
    TRY(work_alert_page(w, kind, name, text, page, &new, e));
    if (new) json_add(w->a, raised, json_string(w->a, name));
    return RC_OK;
}

static RC raise_window(struct work *w, struct json *page, const struct json *window,
                       struct json *raised, struct err *e)
{
    const struct json *rule = json_get(page, "rule"), *compared = json_get(window, "compared"),
                      *mix = json_get(window, "mix");
    for (size_t i = 0; i < json_len(compared); i++) {
        const struct json *r = json_at(compared, i);
        if (!json_is_true(json_get(r, "chosen")) || !json_is_true(json_get(r, "alert")))
            continue;
        TRY(raise_one(w, "trend", alert_name(w->a, "trend", window, rule),
                      trend_text(w->a, window, r), page, raised, e));
    }
    if (!json_is_true(json_get(mix, "alert"))) return RC_OK;
    struct str text =
        str_c(arena_printf(w->a,
                           "from " STR_FMT " to " STR_FMT ": " STR_FMT
                           "; look whether the policy is to be re-evaluated",
                           STR_ARG(json_text(window, "from")), STR_ARG(json_text(window, "to")),
                           STR_ARG(json_text(mix, "why"))));
    return raise_one(w, "mix", alert_name(w->a, "mix", window, rule), text, page, raised, e);
}

static bool gives_cause(const struct json *window)
{
    const struct json *compared = json_get(window, "compared");
    for (size_t i = 0; i < json_len(compared); i++)
        if (json_is_true(json_get(json_at(compared, i), "chosen")) &&
            json_is_true(json_get(json_at(compared, i), "alert")))
            return true;
    return json_is_true(json_get(json_get(window, "mix"), "alert"));
}

/* The long reading is done before the write lock is taken: nobody waits for it. */
RC casework_trend_check(struct casework *c, const struct trend_page_question *q,
                        struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct json *page, *raised = json_array(a);
    const struct json *windows;
    bool cause = false;
    TRY(casework_trend(c, q, a, &page, e));
    windows = json_get(page, "windows");
    for (size_t i = 0; i < json_len(windows); i++) cause |= gives_cause(json_at(windows, i));
    if (cause) {
        TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
        enum rc rc = RC_OK;
        for (size_t i = 0; i < json_len(windows) && rc == RC_OK; i++)
            rc = raise_window(&w, page, json_at(windows, i), raised, e);
        TRY(work_end(&w, rc, e));
    }
    *ret = json_object(a);
    json_set(a, *ret, "raised", raised);
    json_set(a, *ret, "page", page);
    return RC_OK;
}

/* Nothing to compare with, nothing to look at: a jail without a calendar and without a chosen
 * window is left alone. */
static RC worth_a_look(struct work *w, bool *ret, struct err *e)
{
    struct trend_rule rule;
    *ret = w->c->n_administrations > 1;
    if (*ret) return RC_OK;
    TRY(trend_rule_in_force(w, &rule, e));
    *ret = rule.baseline == TREND_CHOSEN;
    return RC_OK;
}

RC trend_daily(struct casework *c, struct arena *a, struct err *e)
{
    struct work w = {.now = clock_now(&c->clock)};
    struct str last, day = str_c(arena_printf(a, "%lld", (long long)work_day(c, w.now)));
    struct json *ignored;
    bool worth = false;
    enum rc rc = store_meta_get(c->store, a, "trend_day", &last, e);
    if (rc != RC_NO && (rc != RC_OK || str_eq(last, day))) return rc;
    TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
    rc = store_meta_set(c->store, "trend_day", day,
                        e); /* first: what fails is not tried again every minute */
    if (rc == RC_OK) rc = worth_a_look(&w, &worth, e);
    TRY(work_end(&w, rc, e));
    return worth ? casework_trend_check(c, NULL, a, &ignored, e) : RC_OK;
}
