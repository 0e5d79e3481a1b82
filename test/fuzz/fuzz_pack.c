/* A policy pack as somebody hands it in: pack.yaml, policy.dmn and offences.csv, parted by a
 * NUL. What is loaded must be usable: it decides, within its budget, and days of one era
 * classify alike, on which kept answers of what-if rest. */
#include <stdlib.h>
#include "custody/decide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str texts(struct arena *a, const struct pack *p, const struct offence *o,
                        int64_t day)
{
    struct str *lists = NULL;
    size_t n = 0;
    struct buf b = buf_in(a);
    enum rc rc = pack_classify(p, a, o, day, &lists, &n);
    if (rc != RC_OK && rc != RC_NO) abort();
    buf_printf(&b, "%d", (int)rc);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        buf_ch(&b, ' ');
        buf_str_add(&b, lists[i]);
    }
    return buf_str(&b);
}

static void eras(struct arena *a, const struct pack *p)
{
    static const int64_t days[] = {0, 18000, 19000, 19358, 19723, 20088, 20453, 30000};
    static const char *const citations[] = {"C.R.S. 18-3-202", "720 ILCS 5/9-1", ""};
    enum { DAYS = sizeof days / sizeof *days };
    for (size_t k = 0; k < 3; k++) {
        const struct offence o = {.citation = str_c(citations[k]), .grade = GRADE_FELONY};
        for (size_t i = 1; i < DAYS; i++) {
            bool one_era = pack_era(p, days[i - 1]) == pack_era(p, days[i]);
            if (one_era && !str_eq(texts(a, p, &o, days[i - 1]), texts(a, p, &o, days[i])))
                abort();
        }
    }
}

static void asks(struct arena *a, const struct pack *p)
{
    struct offence offence = {.this_booking = true,
                              .citation = STR("C.R.S. 18-3-202"),
                              .text = STR("ASSAULT"),
                              .grade = GRADE_FELONY,
                              .stage = STAGE_CONVICTED,
                              .on = 19000,
                              .convicted_on = 19100};
    struct facts f = {.as_of = INT64_C(1740900000000),
                      .match = MATCH_CONFIRMED,
                      .custody = CUSTODY_TRIGGERED,
                      .booked_at = INT64_C(1740800000000),
                      .triggered_at = INT64_C(1740900000000),
                      .request = {.received_at = INT64_C(1740800000000),
                                  .form = STR("I-247A"),
                                  .asks = {ASK_NOTIFY, ASK_INTERVIEW},
                                  .n_asks = 2,
                                  .written = YES,
                                  .complete = YES},
                      .offences = &offence,
                      .n_offences = 1};
    struct decision d;
    struct pack_run *run = pack_run_new(p);
    offence.classified =
        pack_classify(p, a, &offence, 20000, &offence.lists, &offence.n_lists) == RC_OK;
    facts_write(a, &f);
    decide(a, run, &f, true, &d);
    if (d.n_answers != 2) abort();
    for (size_t i = 0; i < d.n_answers; i++) {
        if (!d.answers[i].rule.n || !d.answers[i].why.n) abort();
        if (d.answers[i].outcome == OUTCOME_HONOR) abort(); /* no pack may say so (INV-6) */
    }
    struct buf b = buf_in(a);
    json_write(&b, decision_json(a, &d));
    pack_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str rest = str_n((const char *)data, n), yaml = STR(""), dmn = STR("");
    struct arena a = {0};
    struct err e = {0};
    struct pack *p = NULL;
    if (!str_cut(&rest, '\0', &yaml) || !str_cut(&rest, '\0', &dmn)) return 0;
    const struct pack_file files[] = {
        {STR("pack.yaml"), yaml}, {STR("policy.dmn"), dmn}, {STR("offences.csv"), rest}};
    if (pack_load(files, 3, NULL, &p, &e) == RC_OK) {
        eras(&a, p);
        asks(&a, p);
        pack_free(p);
    } else if (!e.id[0]) {
        abort();
    }
    arena_done(&a);
    return 0;
}
