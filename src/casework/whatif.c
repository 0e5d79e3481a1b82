/* What another policy would have done: walks the ledger in one steady view and hands every
 * recorded decision to custody/whatif.c. Takes no lock that a writer waits for, records
 * nothing, changes nothing. */
#include "casework/work.h"
#include "custody/whatif.h"
#include "os/file.h"

struct ask_what {
    struct work w;
    const struct whatif_question *q;
    struct progress p;
    struct arena *a;
    struct arena folder; /* as long as the packs */
    const struct pack *packs[WHATIF_PACKS];
    struct pack *own[WHATIF_PACKS];
    struct whatif *tally;
    uint64_t size, expunged;
    struct json *lists[WHATIF_PACKS]; /* changes shown of each candidate */
    uint64_t left[WHATIF_PACKS];
    instant hour; /* of month */
    int month;
};

/* ---- candidates -------------------------------------------------------------------------- */

static RC from_folder(struct ask_what *x, const char *dir, struct pack **ret, struct err *e)
{
    struct file_entry *tree;
    size_t n;
    TRY(file_read_tree(&x->folder, dir, 2000, 64u << 20, &tree, &n, e));
    struct pack_file *files = arena_array(&x->folder, struct pack_file, n + 1);
    for (size_t i = 0; i < n; i++) files[i] = (struct pack_file){tree[i].name, tree[i].bytes};
    return pack_load(files, n, &x->w.c->host, ret, e);
}

/* Loaded for this question alone: a candidate from the database must not push a pack in force
 * out of the few that are kept. */
static RC from_database(struct ask_what *x, struct str id, struct str version,
                        struct pack **ret, struct err *e)
{
    struct pack_file *files;
    size_t n;
    TRY(store_pack_files(x->w.s, &x->folder, id, version, &files, &n, e));
    if (!n)
        return FAIL(e, RC_NOTFOUND, "PACK-1001", "there is no pack " STR_FMT " " STR_FMT,
                    STR_ARG(id), STR_ARG(version));
    return pack_load(files, n, &x->w.c->host, ret, e);
}

static RC candidates(struct ask_what *x, struct err *e)
{
    const struct whatif_question *q = x->q;
    if (!q->n_packs || q->n_packs > WHATIF_PACKS)
        return FAIL(e, RC_USAGE, "WHATIF-0001",
                    "one to %d policies can be compared at once, not %zu", WHATIF_PACKS,
                    q->n_packs);
    for (size_t i = 0; i < q->n_packs; i++) {
        const struct whatif_pack *p = &q->packs[i];
        if (p->dir)
            TRY(from_folder(x, p->dir, &x->own[i], e));
        else
            TRY(from_database(x, p->id, p->version, &x->own[i], e));
        x->packs[i] = x->own[i];
        x->lists[i] = json_array(x->a);
    }
    return RC_OK;
}

/* ---- the walk ---------------------------------------------------------------------------- */

static RC changed(void *ctx, const struct whatif_change *c, struct err *e)
{
    struct ask_what *x = ctx;
    struct arena *a = x->a;
    if (x->q->change) TRY(x->q->change(x->q->ctx, c, e));
    if (json_len(x->lists[c->pack]) >= x->q->limit) {
        x->left[c->pack]++;
        return RC_OK;
    }
    struct json *o = json_object(a);
    json_set(a, o, "case", json_string(a, work_case_name(a, c->case_id)));
    json_set(a, o, "event", json_int(a, (int64_t)c->index));
    json_set(a, o, "at", work_time_json(a, c->at));
    json_set(a, o, "ask", json_c(a, ask_word(c->ask)));
    json_set(a, o, "old", json_c(a, outcome_word(c->before)));
    json_set(a, o, "old_rule", json_string(a, str_dup(a, c->rule_before)));
    json_set(a, o, "old_why", json_string(a, str_dup(a, c->why_before)));
    json_set(a, o, "new", json_c(a, outcome_word(c->after)));
    json_set(a, o, "new_rule", json_string(a, str_dup(a, c->rule_after)));
    json_set(a, o, "new_why", json_string(a, str_dup(a, c->why_after)));
    json_add(a, x->lists[c->pack], o);
    return RC_OK;
}

/* Months of the jail's time; a zone's offset changes on a quarter of an hour at the finest (RFC
 * 8536, in practice). */
static int month_of(struct ask_what *x, instant at)
{
    instant quarter = at / MINUTES(15);
    if (quarter != x->hour || !x->month) {
        x->hour = quarter;
        x->month = work_month(x->w.c, at);
    }
    return x->month;
}

/* A person's answer is about the last decision before it. Rare, so the case's own events are
 * read again for it. */
static RC by_person(struct ask_what *x, const struct store_event *row, struct err *e)
{
    struct event ev;
    struct store_event *list;
    enum ask ask;
    enum outcome given;
    size_t n, last = SIZE_MAX;
    struct arena *a = x->w.a;
    TRY(event_read(a, row->text, &ev, e));
    if (!ask_from_word(json_text(ev.body, "ask"), &ask) ||
        !outcome_from_word(json_text(ev.body, "outcome"), &given))
        return RC_OK;
    TRY(store_events_of_case(x->w.s, a, row->case_id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (list[i].index < row->index && list[i].text.p &&
            str_is(list[i].kind, "decision.made"))
            last = i;
    if (last == SIZE_MAX) return RC_OK;
    const struct whatif_point p = {.index = list[last].index,
                                   .at = list[last].at,
                                   .month = month_of(x, list[last].at),
                                   .case_id = row->case_id,
                                   .text = list[last].text};
    return whatif_person(x->tally, &p, ask, given, e);
}

static RC one(void *ctx, const struct store_event *row, struct err *e)
{
    struct ask_what *x = ctx;
    bool decision = str_is(row->kind, "decision.made");
    if (x->p.step && row->index % 1024 == 0) x->p.step(x->p.ctx, row->index, x->size);
    if (!decision && !str_is(row->kind, "review.resolved") &&
        !str_is(row->kind, "decision.overridden"))
        return RC_OK;
    if ((x->q->from != INSTANT_NONE && row->at < x->q->from) ||
        (x->q->to != INSTANT_NONE && row->at >= x->q->to))
        return RC_OK;
    if (!row->text.p) {
        x->expunged += decision;
        return RC_OK;
    }
    if (decision) {
        const struct whatif_point p = {.index = row->index,
                                       .at = row->at,
                                       .month = month_of(x, row->at),
                                       .case_id = row->case_id,
                                       .text = row->text};
        return whatif_feed(x->tally, &p, e);
    }
    enum rc rc = by_person(x, row, e);
    arena_reset(x->w.a);
    return rc;
}

static RC walk(struct ask_what *x, struct err *e)
{
    TRY(candidates(x, e));
    const struct whatif_setup setup = {.packs = x->packs,
                                       .n_packs = x->q->n_packs,
                                       .plain = x->q->plain,
                                       .change = changed,
                                       .ctx = x};
    x->tally = whatif_new(&setup);
    x->size = store_ledger_size(x->w.s, e);
    TRY(store_events_each(x->w.s, 0, x->size, one, x, e));
    if (x->p.step) x->p.step(x->p.ctx, x->size, x->size);
    return RC_OK;
}

static void page(struct ask_what *x, struct json **ret)
{
    struct arena *a = x->a;
    struct json *o = whatif_json(x->tally, a);
    json_set(a, o, "facility", json_string(a, str_dup(a, x->w.c->facility)));
    json_set(a, o, "from", work_time_json(a, x->q->from));
    json_set(a, o, "to", work_time_json(a, x->q->to));
    json_set(a, o, "ledger_events", json_int(a, (int64_t)x->size));
    json_set(a, o, "expunged", json_int(a, (int64_t)x->expunged));
    for (size_t i = 0; i < x->q->n_packs; i++) {
        struct json *pack = json_at(json_get(o, "packs"), i);
        json_set(a, pack, "title", json_string(a, str_dup(a, pack_title(x->packs[i]))));
        json_set(a, pack, "status", json_string(a, str_dup(a, pack_status(x->packs[i]))));
        json_set(a, pack, "changes", x->lists[i]);
        json_set(a, pack, "changes_left", json_int(a, (int64_t)x->left[i]));
    }
    *ret = o;
}

RC casework_whatif(struct casework *c, const struct whatif_question *q, struct progress p,
                   struct arena *a, struct json **ret, struct err *e)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct ask_what x = {.w = {.c = c,
                               .s = c->store,
                               .a = &scratch,
                               .by = STR("system"),
                               .now = clock_now(&c->clock)},
                         .q = q,
                         .p = p,
                         .a = a};
    arena_init(&x.folder, 0);
    enum rc rc = store_read_begin(c->store, e);
    if (rc == RC_OK) {
        rc = walk(&x, e);
        store_read_end(c->store);
    }
    if (rc == RC_OK) page(&x, ret);
    whatif_free(x.tally);
    for (size_t i = 0; i < WHATIF_PACKS; i++) pack_free(x.own[i]);
    arena_done(&x.folder);
    arena_done(&scratch);
    return rc;
}
