/* sallyport whatif: the past decided again under other policies, as text for people or as JSON,
 * and all changes as CSV. */
#include "cli/cli.h"
#include "custody/whatif.h"
#include "os/term.h"
#include <errno.h>
#include <sys/stat.h>

enum { SHOWN = 20 };

/* ---- the question ------------------------------------------------------------------------ */

static RC candidate(struct call *c, const char *text, struct whatif_pack *ret, struct err *e)
{
    struct stat st;
    struct str whole = str_c(text);
    ptrdiff_t at = str_find(whole, STR("@"));
    *ret = (struct whatif_pack){0};
    if (stat(text, &st) == 0 && S_ISDIR(st.st_mode)) {
        ret->dir = arena_strdup(c->arena, text);
        return RC_OK;
    }
    if (at <= 0 || (size_t)at + 1 == whole.n)
        return FAIL(e, RC_USAGE, "WHATIF-0002", "'%s' is neither a folder nor PACK@VERSION",
                    text);
    ret->id = str_n(whole.p, (size_t)at);
    ret->version = str_n(whole.p + at + 1, whole.n - (size_t)at - 1);
    return RC_OK;
}

struct changes { /* of --changes */
    FILE *f;
    const char *path;
    struct arena scratch;
};

/* A cell that a spreadsheet would take for a formula gets an apostrophe, as OWASP advises. */
static void cell(struct changes *x, struct str s, char end)
{
    struct buf b = buf_in(&x->scratch);
    bool formula = s.n && strchr("=+-@", s.p[0]), quoted = formula;
    for (size_t i = 0; i < s.n; i++)
        quoted |= s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
    if (quoted) buf_ch(&b, '"');
    if (formula) buf_ch(&b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_ch(&b, '"');
        buf_ch(&b, s.p[i]);
    }
    if (quoted) buf_ch(&b, '"');
    buf_ch(&b, end);
    fwrite(b.p, 1, b.n, x->f);
}

static RC unwritten(const struct changes *x, struct err *e)
{
    return FAIL(e, RC_IO, "WHATIF-0003", "cannot write %s: %s", x->path, strerror(errno));
}

static RC change_out(void *ctx, const struct whatif_change *v, struct err *e)
{
    struct changes *x = ctx;
    char at[40];
    fprintf(x->f, STR_FMT "@" STR_FMT ",C%06lld,%llu,%s,%s,%s,", STR_ARG(v->policy),
            STR_ARG(v->version), (long long)v->case_id, (unsigned long long)v->index,
            instant_utc(v->at, at), ask_word(v->ask), outcome_word(v->before));
    cell(x, v->rule_before, ',');
    cell(x, v->why_before, ',');
    cell(x, str_c(outcome_word(v->after)), ',');
    cell(x, v->rule_after, ',');
    cell(x, v->why_after, '\n');
    arena_reset(&x->scratch);
    return ferror(x->f) ? unwritten(x, e) : RC_OK;
}

static RC changes_open(struct call *c, struct changes *x, struct err *e)
{
    x->path = opt_value(c, "changes");
    if (!x->path) return RC_OK;
    x->f = fopen(x->path, "w");
    if (!x->f) return unwritten(x, e);
    arena_init(&x->scratch, 0);
    fputs("policy,case,event,at,ask,old,old_rule,old_why,new,new_rule,new_why\n", x->f);
    return RC_OK;
}

static RC changes_close(struct changes *x, enum rc rc, struct err *e)
{
    if (!x->f) return rc;
    arena_done(&x->scratch);
    bool bad = fclose(x->f) != 0;
    return rc == RC_OK && bad ? unwritten(x, e) : rc;
}

/* ---- the page ---------------------------------------------------------------------------- */

static int64_t number(const struct json *v, const char *name)
{
    return json_whole(json_get(v, name), 0);
}

static const char *name_of(struct arena *a, const struct json *pack)
{
    return arena_printf(a, STR_FMT "@" STR_FMT, STR_ARG(json_text(pack, "pack")),
                        STR_ARG(json_text(pack, "version")));
}

static void print_table(const struct json *pack)
{
    const struct json *rows = json_get(pack, "table");
    printf("\n  %-12s %-9s -> %-9s %12s\n", "ASK", "WAS", "WOULD BE", "DECISIONS");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *r = json_at(rows, i);
        struct str old = json_text(r, "old"), now = json_text(r, "new");
        printf("  %-12.*s %-9.*s -> %-9.*s %12lld%s\n", (int)json_text(r, "ask").n,
               json_text(r, "ask").p, (int)old.n, old.p, (int)now.n, now.p,
               (long long)number(r, "points"), str_eq(old, now) ? "" : "  changes");
    }
}

static void print_kinds(const struct json *pack)
{
    const struct json *rows = json_get(pack, "kinds");
    if (json_len(rows)) puts("\n  What changes, by rule (reason of the first such decision):");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *r = json_at(rows, i);
        printf("  %lld x " STR_FMT ": " STR_FMT " [" STR_FMT "] -> " STR_FMT " [" STR_FMT
               "]\n      was: " STR_FMT "\n      new: " STR_FMT "\n",
               (long long)number(r, "points"), STR_ARG(json_text(r, "ask")),
               STR_ARG(json_text(r, "old")), STR_ARG(json_text(r, "old_rule")),
               STR_ARG(json_text(r, "new")), STR_ARG(json_text(r, "new_rule")),
               STR_ARG(json_text(r, "old_why")), STR_ARG(json_text(r, "new_why")));
    }
}

static void print_changes(const struct json *pack)
{
    const struct json *rows = json_get(pack, "changes");
    int64_t left = number(pack, "changes_left");
    if (!json_len(rows)) return;
    printf("\n  %-9s %-25s %-10s %-28s %s\n", "CASE", "AT", "ASK", "WAS", "WOULD BE");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *r = json_at(rows, i);
        struct str old = json_text(r, "old"), rule = json_text(r, "old_rule");
        int pad = 28 - (int)(old.n + rule.n + 3);
        printf("  %-9.*s %-25.*s %-10.*s " STR_FMT " [" STR_FMT "]%*s " STR_FMT " [" STR_FMT
               "]\n",
               (int)json_text(r, "case").n, json_text(r, "case").p, (int)json_text(r, "at").n,
               json_text(r, "at").p, (int)json_text(r, "ask").n, json_text(r, "ask").p,
               STR_ARG(old), STR_ARG(rule), pad > 0 ? pad : 0, "", STR_ARG(json_text(r, "new")),
               STR_ARG(json_text(r, "new_rule")));
    }
    if (left)
        printf("  … and %lld more: --limit shows more, --changes FILE writes all\n",
               (long long)left);
}

static void print_hands(const struct json *pack)
{
    const struct json *rows = json_get(pack, "by_hand");
    if (json_len(rows))
        puts("\n  Where a person decided (counted apart: an answer by hand stands for its "
             "case, not for a policy):");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *r = json_at(rows, i);
        printf("  %lld x " STR_FMT ": policy said " STR_FMT ", person " STR_FMT
               ", this one would say " STR_FMT "\n",
               (long long)number(r, "acts"), STR_ARG(json_text(r, "ask")),
               STR_ARG(json_text(r, "old")), STR_ARG(json_text(r, "person")),
               STR_ARG(json_text(r, "new")));
    }
}

static void load_row(const char *what, const struct json *load)
{
    double months = (double)json_len(json_get(load, "months"));
    if (months < 1) months = 1;
    printf("  %-34s %10lld %8.1f %10lld %8.1f %10lld %8.1f\n", what,
           (long long)number(load, "notices"), (double)number(load, "notices") / months,
           (long long)number(load, "reviews"), (double)number(load, "reviews") / months,
           (long long)number(load, "duties"), (double)number(load, "duties") / months);
}

static void print_load(struct arena *a, const struct json *page)
{
    const struct json *packs = json_get(page, "packs");
    printf("\nLoad over %zu months, by the policies alone     NOTICES  A MONTH    REVIEWS  A "
           "MONTH     DUTIES  A MONTH\n",
           json_len(json_get(json_get(page, "was"), "months")));
    load_row("as it was decided", json_get(page, "was"));
    for (size_t i = 0; i < json_len(packs); i++)
        load_row(name_of(a, json_at(packs, i)), json_get(json_at(packs, i), "load"));
}

static void print_page(struct call *c, const struct json *page)
{
    const struct json *packs = json_get(page, "packs");
    printf("What if, " STR_FMT ": %lld decisions in %lld cases, ledger of %lld events",
           STR_ARG(json_text(page, "facility")), (long long)number(page, "points"),
           (long long)number(page, "cases"), (long long)number(page, "ledger_events"));
    if (json_text(page, "from").n) printf(", from " STR_FMT, STR_ARG(json_text(page, "from")));
    if (json_text(page, "to").n) printf(", before " STR_FMT, STR_ARG(json_text(page, "to")));
    putchar('\n');
    if (number(page, "expunged"))
        printf("%lld decisions were expunged and are not counted\n",
               (long long)number(page, "expunged"));
    print_load(c->arena, page);
    for (size_t i = 0; i < json_len(packs); i++) {
        const struct json *p = json_at(packs, i);
        printf("\n%s: " STR_FMT " (" STR_FMT ")\n", name_of(c->arena, p),
               STR_ARG(json_text(p, "title")), STR_ARG(json_text(p, "status")));
        printf("  %lld decisions in %lld cases would be different",
               (long long)number(p, "changed_points"), (long long)number(p, "changed_cases"));
        if (number(p, "decided_by_it"))
            printf(
                "; %lld were made by this policy, %lld of them come out the same to the byte",
                (long long)number(p, "decided_by_it"), (long long)number(p, "reproduced"));
        putchar('\n');
        print_table(p);
        print_kinds(p);
        print_changes(p);
        print_hands(p);
    }
}

RC run_whatif(struct call *c, struct err *e)
{
    struct config conf;
    struct casework *casework = NULL;
    struct json *v = NULL;
    struct term_bar bar;
    struct changes out = {0};
    struct whatif_pack packs[WHATIF_PACKS];
    const char *names[WHATIF_PACKS];
    int64_t limit;
    struct whatif_question q = {.packs = packs,
                                .n_packs = opt_values(c, "pack", names, WHATIF_PACKS),
                                .from = INSTANT_NONE,
                                .to = INSTANT_NONE};
    if (!q.n_packs || q.n_packs > WHATIF_PACKS)
        return FAIL(e, RC_USAGE, "WHATIF-0001", "--pack CANDIDATE is needed, once to %d times",
                    WHATIF_PACKS);
    for (size_t i = 0; i < q.n_packs; i++) TRY(candidate(c, names[i], &packs[i], e));
    TRY(opt_whole(c, "limit", 0, 100000, SHOWN, &limit, e));
    q.limit = (size_t)limit;
    TRY(call_open(c, &conf, &casework, e));
    enum rc rc = opt_value(c, "from")
                     ? call_instant(c, &conf, opt_text(c, "from", ""), &q.from, e)
                     : RC_OK;
    if (rc == RC_OK && opt_value(c, "to"))
        rc = call_instant(c, &conf, opt_text(c, "to", ""), &q.to, e);
    if (rc == RC_OK) rc = changes_open(c, &out, e);
    if (rc == RC_OK) {
        q.change = out.f ? change_out : NULL;
        q.ctx = &out;
        term_bar_start(&bar, "deciding again", "events");
        rc = casework_whatif(casework, &q, (struct progress){term_bar_step, &bar}, c->arena, &v,
                             e);
        term_bar_end(&bar);
    }
    casework_close(casework);
    rc = changes_close(&out, rc, e);
    if (rc != RC_OK) return rc;
    if (c->json)
        show(c, v);
    else
        print_page(c, v);
    return RC_OK;
}
