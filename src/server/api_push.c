/* What the jail's system pushes: a booking with its charges, or lines of bookings, charges,
 * triggers and releases. Each line is read as the import reads it; one that is refused is named
 * and the rest goes on. Triggers and releases become durable some dozens at a time.
 *
 * What it must never do: say of a line more than what is wrong with it, let one line be two. */
#include "server/api.h"
#include "intake/intake.h"
#include "server/desk.h"

enum { REFUSED_MAX = 1000, GROUP = 64 };

struct push {
    struct exchange *x;
    struct actor by;
    struct arena scratch; /* one line */
    struct import *import;
    struct intake in;
    struct json *refused;
    int64_t lines, fresh, same, refused_n;
    int in_group;
    bool grouped;
};

/* ---- the sink ---------------------------------------------------------------------------- */

static RC sink_booking(void *ctx, const struct booking_row *row, struct err *e)
{
    return casework_import_booking(((struct push *)ctx)->import, row, e);
}
static RC sink_charge(void *ctx, const struct charge_row *row, struct err *e)
{
    return casework_import_charge(((struct push *)ctx)->import, row, e);
}

static enum rc counted(struct push *p, enum rc rc, const struct json *v)
{
    if (rc == RC_OK) ++*(json_is_true(json_get(v, "new")) ? &p->fresh : &p->same);
    return rc;
}

/* A group takes the write lock, which single reports wait for: it begins with a line that says
 * something. */
static RC group_enter(struct push *p, struct err *e)
{
    if (!p->in_group) TRY(casework_group_begin(p->x->casework, e));
    p->in_group++;
    return RC_OK;
}

static RC sink_release(void *ctx, const struct release_row *row, struct err *e)
{
    struct push *p = ctx;
    struct json *v = NULL;
    TRY(group_enter(p, e));
    enum rc rc = casework_release(p->x->casework, p->by, row->booking_number, row->kind,
                                  row->to, row->at, &p->scratch, &v, e);
    return counted(p, rc, v);
}

static RC sink_trigger(void *ctx, const struct trigger_row *row, struct err *e)
{
    struct push *p = ctx;
    struct json *v = NULL;
    TRY(group_enter(p, e));
    enum rc rc = casework_trigger(p->x->casework, p->by, row->booking_number, row->kind,
                                  row->at, &p->scratch, &v, e);
    return counted(p, rc, v);
}

static RC sink_request(void *ctx, struct json *request, struct err *e)
{
    (void)ctx, (void)request;
    return FAIL(e, RC_DENIED, "INT-0012", "requests have a route of their own");
}

/* ---- a line ------------------------------------------------------------------------------ */

static void refuse(struct push *p, int64_t line, const struct err *why)
{
    struct arena *a = p->x->arena;
    struct json *o = json_object(a);
    if (p->refused_n++ >= REFUSED_MAX) return;
    json_set(a, o, "line", json_int(a, line));
    json_set(a, o, "id", json_c(a, arena_strdup(a, why->id)));
    json_set(a, o, "detail", json_c(a, arena_strdup(a, why->text)));
    json_add(a, p->refused, o);
}

/* The import reads documents of lists: the line becomes the one item of one. */
static RC give(struct push *p, const char *list, struct json *item, int64_t line, struct err *e)
{
    struct json *document = json_object(&p->scratch), *items = json_array(&p->scratch);
    struct buf b = buf_in(&p->scratch);
    json_add(&p->scratch, items, item);
    json_set(&p->scratch, document, list, items);
    json_write(&b, document);
    p->in.first = (struct err){0};
    TRY(intake_json(&p->in, &p->scratch, buf_str(&b), e));
    if (p->in.first.id[0]) refuse(p, line, &p->in.first);
    return RC_OK;
}

/* A report without a time is about the moment at which its body was first begun: sent again it
 * is the same report. */
static void at_now(struct push *p, struct json *item, const char *member)
{
    char text[40];
    const struct json *v = json_get(item, member);
    if (v && v->type != JSON_NULL) return;
    const char *const gone[] = {member, NULL};
    struct json *copy = api_without(&p->scratch, item, gone);
    json_set(&p->scratch, copy, member,
             json_c(&p->scratch, arena_strdup(&p->scratch, instant_utc(p->x->begun, text))));
    *item = *copy;
}

static RC push_line(struct push *p, const char *list, struct str text, int64_t line,
                    struct err *e)
{
    static const char *const type[] = {"type", NULL};
    struct json *item = NULL;
    struct err why = {0};
    p->lines++;
    if (json_parse(&p->scratch, text, "", NULL, &item, &why) != RC_OK) {
        refuse(p, line, &why);
        return RC_OK;
    }
    if (item->type == JSON_OBJECT) item = api_without(&p->scratch, item, type);
    if (item->type == JSON_OBJECT && p->grouped)
        at_now(p, item, str_is(str_c(list), "triggers") ? "triggered_at" : "released_at");
    return give(p, list, item, line, e);
}

/* ---- begin and end ----------------------------------------------------------------------- */

static RC begin(struct push *p, struct exchange *x, bool rows, struct err *e)
{
    *p = (struct push){
        .x = x, .by = exchange_actor(x), .refused = json_array(x->arena), .grouped = !rows};
    arena_init(&p->scratch, 0);
    p->in = (struct intake){
        .name = "push",
        .zone = casework_zone(x->casework),
        .sink = {p, sink_booking, sink_charge, sink_release, sink_trigger, sink_request}};
    if (p->grouped) TRY(exchange_begin(x, e));
    if (rows) TRY(casework_import_open(x->casework, p->by, STR("push"), &p->import, e));
    return RC_OK;
}

static RC group_end(struct push *p, struct err *e)
{
    if (!p->in_group) return RC_OK;
    p->in_group = 0;
    return casework_group_end(p->x->casework, e);
}

static RC lines(struct push *p, const char *list, struct err *e)
{
    struct str text;
    int line = 0;
    enum rc rc;
    while ((rc = exchange_line(p->x, &p->scratch, &text, &line, e)) == RC_OK) {
        if (!str_trim(text).n) continue;
        TRY(push_line(p, list, text, line, e));
        arena_reset(&p->scratch);
        if (p->in_group == GROUP) TRY(group_end(p, e));
    }
    return rc == RC_NO ? group_end(p, e) : rc;
}

static void set(struct arena *a, struct json *o, const char *name, int64_t n)
{
    json_set(a, o, name, json_int(a, n));
}

static RC finish(struct push *p, enum rc rc, struct json **ret_report, struct err *e)
{
    if (rc != RC_OK && p->in_group) casework_group_drop(p->x->casework);
    if (rc == RC_OK && p->import) {
        struct import *closing = p->import;
        p->import = NULL;
        rc = casework_import_close(closing, p->x->arena, ret_report, e);
    }
    casework_import_abandon(p->import);
    arena_done(&p->scratch);
    return rc;
}

static RC bulk(struct exchange *x, const char *list, bool rows, struct err *e)
{
    struct push p;
    struct json *report = NULL, *o = json_object(x->arena);
    TRY(begin(&p, x, rows, e));
    enum rc rc = lines(&p, list, e);
    TRY(finish(&p, rc, &report, e));
    set(x->arena, o, "rows", p.lines);
    set(x->arena, o, "new", rows ? json_whole(json_get(report, "new"), 0) : p.fresh);
    set(x->arena, o, "changed", json_whole(json_get(report, "changed"), 0));
    set(x->arena, o, "same", rows ? json_whole(json_get(report, "same"), 0) : p.same);
    set(x->arena, o, "dropped", (int64_t)p.in.counts.dropped);
    json_set(x->arena, o, "refused", p.refused);
    if (p.refused_n > REFUSED_MAX) set(x->arena, o, "refused_more", p.refused_n - REFUSED_MAX);
    return exchange_answer(x, 200, o);
}

RC bookings_push(struct exchange *x, struct err *e) { return bulk(x, "bookings", true, e); }
RC charges_push(struct exchange *x, struct err *e) { return bulk(x, "charges", true, e); }
RC triggers_push(struct exchange *x, struct err *e) { return bulk(x, "triggers", false, e); }
RC releases_push(struct exchange *x, struct err *e) { return bulk(x, "releases", false, e); }

/* ---- one booking ------------------------------------------------------------------------- */

RC booking_put(struct exchange *x, struct err *e)
{
    struct push p;
    struct json *report = NULL, *o = json_object(x->arena);
    struct str number = exchange_param(x, "number");
    int64_t charges = (int64_t)json_len(json_get(x->body, "charges"));
    TRY(begin(&p, x, true, e));
    json_set(x->arena, x->body, "booking_number", json_string(x->arena, number));
    enum rc rc = give(&p, "bookings", x->body, 1, e);
    if (rc == RC_OK && p.in.first.id[0]) { /* all of it or nothing */
        *e = p.in.first;
        err_at(e, "", 0, 0);
        rc = e->code;
    }
    TRY(finish(&p, rc, &report, e));
    int64_t fresh = json_whole(json_get(report, "new"), 0),
            changed = json_whole(json_get(report, "changed"), 0),
            same = json_whole(json_get(report, "same"), 0);
    json_set(x->arena, o, "booking", json_string(x->arena, number));
    json_set(x->arena, o, "new", json_bool(x->arena, fresh > 0));
    json_set(x->arena, o, "changed", json_bool(x->arena, changed > 0));
    set(x->arena, o, "charges", charges > same ? charges - same : 0);
    set(x->arena, o, "dropped", (int64_t)p.in.counts.dropped);
    return exchange_answer(x, 200, o);
}
