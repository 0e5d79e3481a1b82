/* sallyport import: files into the store, with a bar on a terminal. */
#include "cli/cli.h"
#include "intake/intake.h"
#include "os/term.h"

static void step(void *ctx, uint64_t rows) { term_bar_step(ctx, rows, 0); }

static RC form_of(const struct call *c, struct intake_job *job, struct err *e)
{
    static const char *const words[] = {"csv", "json", "ndjson"};
    static const enum intake_form forms[] = {INTAKE_CSV, INTAKE_JSON, INTAKE_NDJSON};
    struct str word = opt_text(c, "format", "");
    for (size_t i = 0; i < 3; i++)
        if (str_is(word, words[i])) {
            job->form = forms[i];
            job->form_known = true;
        }
    return word.n && !job->form_known
               ? FAIL(e, RC_USAGE, "CLI-0009", "--format wants csv, json or ndjson")
               : RC_OK;
}

static RC one(struct call *c, struct intake_job *job, const char *file, struct json **ret,
              uint64_t *refused, struct err *e)
{
    struct term_bar bar;
    uint64_t n = 0;
    job->file = file;
    job->progress = step;
    job->progress_ctx = &bar;
    term_bar_start(&bar, file, "rows");
    enum rc rc = intake_file(job, c->arena, ret, &n, e);
    term_bar_end(&bar);
    *refused += n;
    return rc;
}

RC run_import(struct call *c, struct err *e)
{
    struct config conf;
    struct intake_job job = {.by = call_actor(c), .rejects_path = opt_value(c, "rejects")};
    uint64_t refused = 0;
    TRY(form_of(c, &job, e));
    if (job.rejects_path && c->n_rest > 1)
        return FAIL(e, RC_USAGE, "CLI-0009", "--rejects goes with one file");
    TRY(call_config(c, &conf, e));
    TRY(profile_find(c->arena, opt_text(c, "profile", conf.import_profile).p, &job.profile, e));
    TRY(call_zone(c, &conf, &job.zone, e));
    struct casework_setup setup = call_setup(&conf);
    if (!opt_flag(c, "check")) TRY(casework_open(&setup, &job.casework, e));
    struct json *all = json_array(c->arena), *report = NULL;
    enum rc rc = RC_OK;
    for (int i = 0; i < c->n_rest && rc == RC_OK; i++) {
        rc = one(c, &job, c->rest[i], &report, &refused, e);
        if (rc == RC_OK) json_add(c->arena, all, report);
    }
    casework_close(job.casework);
    if (json_len(all)) show(c, json_len(all) == 1 ? json_at(all, 0) : all);
    if (rc == RC_OK && refused)
        return FAIL(e, RC_INVALID, "INT-0002",
                    "%llu of the rows were refused; the good rows are in",
                    (unsigned long long)refused);
    return rc;
}
