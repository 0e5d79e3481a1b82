/* sallyport decide: (pack, facts) → decision, without a database and without a clock. Exit
 * status 0 when every ask has an outcome, 65 when the pack or the facts are not as they must
 * be, 2 when the call is not. */
#include <stdio.h>
#include "cli/cli.h"
#include "custody/decide.h"
#include "os/file.h"
#include "os/zones.h"

enum { MAX_FACTS = 16 << 20, MAX_PACK_FILES = 2000, MAX_PACK = 64 << 20 };

struct options {
    const char *pack, *facts;
    bool json, trace, classify;
};

static RC usage(const char *what, const char *word, struct err *e)
{
    return FAIL(
        e, RC_USAGE, "CLI-0030",
        "%s%s; usage: sallyport decide --pack DIR [--json] [--trace] [--classify] FACTS.json",
        what, word);
}

/* argv[0] is the verb. */
static RC options_read(int argc, char **argv, struct options *ret, struct err *e)
{
    bool operands = false;
    *ret = (struct options){0};
    for (int i = 1; i < argc; i++) {
        struct str word = str_c(argv[i]);
        if (operands || word.n == 0 || word.p[0] != '-' || word.n == 1) {
            if (ret->facts) return usage("one file of facts at a time, not also ", argv[i], e);
            ret->facts = argv[i];
        } else if (str_is(word, "--"))
            operands = true;
        else if (str_is(word, "--json") || str_is(word, "-j"))
            ret->json = true;
        else if (str_is(word, "--trace") || str_is(word, "-t"))
            ret->trace = true;
        else if (str_is(word, "--classify") || str_is(word, "-c"))
            ret->classify = true;
        else if (str_starts(word, STR("--pack=")))
            ret->pack = argv[i] + sizeof "--pack=" - 1;
        else if (str_is(word, "--pack") || str_is(word, "-p")) {
            if (++i == argc) return usage("--pack", " takes a folder", e);
            ret->pack = argv[i];
        } else
            return usage("no option ", argv[i], e);
    }
    if (!ret->pack || !ret->pack[0]) return usage("--pack DIR is missing", "", e);
    if (!ret->facts) return usage("FACTS.json is missing", "; '-' is standard input", e);
    return RC_OK;
}

static bool zone_bytes(void *ctx, struct dmn_text name, struct dmn_text *ret)
{
    struct str bytes;
    if (!zones_bytes(ctx, str_n(name.p, name.n), &bytes)) return false;
    *ret = (struct dmn_text){bytes.p, bytes.n};
    return true;
}

static RC pack_read(struct arena *a, const char *dir, const struct dmn_host *host,
                    struct pack **ret, struct err *e)
{
    struct file_entry *entries;
    size_t n;
    TRY(file_read_tree(a, dir, MAX_PACK_FILES, MAX_PACK, &entries, &n, e));
    struct pack_file *files = arena_array(a, struct pack_file, n + 1);
    for (size_t i = 0; i < n; i++)
        files[i] = (struct pack_file){entries[i].name, entries[i].bytes};
    enum rc rc = pack_load(files, n, host, ret, e);
    if (rc != RC_OK) err_wrap(e, "pack %s", dir);
    return rc;
}

/* Lists that the facts give stand as they are; only what is absent is looked up. Each row of a
 * list is asked as of the day of the decision. */
static void classify(struct arena *a, const struct pack *p, struct facts *f)
{
    int64_t day = f->as_of / HOURS(24) - (f->as_of % HOURS(24) < 0);
    (void)date_parse(str_sub(f->as_of_text, 0, 10), &day); /* as the jail's calendar has it */
    for (size_t i = 0; i < f->n_offences; i++) {
        struct offence *o = &f->offences[i];
        if (!o->classified && pack_classify(p, a, o, day, &o->lists, &o->n_lists) == RC_OK)
            o->classified = true;
    }
    facts_write(a, f);
}

static void print_text(struct arena *a, const struct pack *p, const struct decision *d)
{
    struct str text = decision_text(a, d);
    printf(STR_FMT, STR_ARG(text));
    for (size_t i = 0; d->n_answers && i < d->answers[0].n_obligations; i++) {
        const struct obligation *o = &d->answers[0].obligations[i];
        printf("  to do: " STR_FMT, STR_ARG(o->duty));
        if (o->within_hours > 0) printf(", within %g hours", o->within_hours);
        if (o->citation.n) printf(" [" STR_FMT "]", STR_ARG(o->citation));
        putchar('\n');
    }
    printf("  by " STR_FMT " version " STR_FMT " (" STR_FMT "), sha256 " STR_FMT "\n",
           STR_ARG(pack_title(p)), STR_ARG(pack_version(p)), STR_ARG(pack_status(p)),
           STR_ARG(pack_sha256(p)));
}

static void print_json(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write_pretty(&b, v);
    printf(STR_FMT "%s", STR_ARG(buf_str(&b)), b.n && b.p[b.n - 1] == '\n' ? "" : "\n");
}

static void print_decision(struct arena *a, const struct options *o, const struct pack *p,
                           const struct decision *d)
{
    if (o->json) {
        print_json(a, decision_json(a, d));
        return;
    }
    print_text(a, p, d);
    if (d->trace) print_json(a, d->trace);
}

static RC decide_by(struct arena *a, const struct options *o, const struct dmn_host *host,
                    struct err *e)
{
    struct str text;
    struct json *value;
    struct facts facts;
    struct pack *pack = NULL;
    struct decision decision;
    const char *name = strcmp(o->facts, "-") == 0 ? "standard input" : o->facts;
    TRY(file_read(a, o->facts, MAX_FACTS, &text, e));
    TRY(json_parse(a, text, name, NULL, &value, e));
    enum rc rc = facts_read(a, value, &facts, e);
    if (rc != RC_OK) {
        char at[sizeof e->where];
        snprintf(at, sizeof at, "%.80s#%.70s", name, e->where);
        err_at(e, at, e->line, e->column);
        return rc;
    }
    TRY(pack_read(a, o->pack, host, &pack, e));
    if (o->classify) classify(a, pack, &facts);
    struct pack_run *run = pack_run_new(pack);
    decide(a, run, &facts, o->trace, &decision);
    print_decision(a, o, pack, &decision);
    pack_run_free(run);
    pack_free(pack);
    return RC_OK;
}

/* A file that is not there is bad input of this verb, not a fault of the machine that may
 * pass. */
static int exit_of(enum rc rc)
{
    return rc == RC_OK || rc == RC_USAGE || rc == RC_BUG ? rc_exit(rc) : rc_exit(RC_INVALID);
}

int verb_decide(int argc, char **argv)
{
    struct arena a;
    struct options o;
    struct err e = {0};
    char line[600];
    arena_init(&a, 0);
    struct zones *zones = zones_new(NULL);
    const struct dmn_host host = {.ctx = zones, .zone = zone_bytes};
    enum rc rc = options_read(argc, argv, &o, &e);
    if (rc == RC_OK) rc = decide_by(&a, &o, &host, &e);
    if (rc != RC_OK)
        fprintf(stderr, "sallyport: %s\n", err_print(&e, line, sizeof line));
    else if (fflush(stdout) != 0)
        rc = RC_IO;
    zones_free(zones);
    arena_done(&a);
    return exit_of(rc);
}
