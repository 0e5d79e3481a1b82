/* JSON and NDJSON into rows (docs/import.md). A document holds lists: bookings (with their
 * charges), charges, releases, triggers, requests; a line of NDJSON is one of their items with
 * "type". Members that would carry a status are dropped and counted, an unknown member refuses
 * the item: the format is ours. */
#include "intake/rows.h"
#include "custody/status.h"

static const struct {
    const char *list, *type;
    unsigned gives;
} kinds[] = {{"bookings", "booking", GIVES_BOOKING},
             {"charges", "charge", GIVES_CHARGE},
             {"releases", "release", GIVES_RELEASE},
             {"triggers", "trigger", GIVES_TRIGGER},
             {"requests", "request", 0}};
#define KINDS (sizeof kinds / sizeof *kinds)

static bool field_of(struct str key, enum field *ret)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (str_is(key, field_word((enum field)f))) {
            *ret = (enum field)f;
            return true;
        }
    return false;
}

static RC cell_of(const struct json *v, struct str *ret, struct str name, struct err *e)
{
    switch (v->type) {
    case JSON_STRING: *ret = v->string; return RC_OK;
    case JSON_NUMBER: *ret = v->num.text; return RC_OK;
    case JSON_BOOL: *ret = v->boolean ? STR("true") : STR("false"); return RC_OK;
    case JSON_NULL: *ret = STR(""); return RC_OK;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    return FAIL(e, RC_INVALID, "INT-0010", "'" STR_FMT "' wants one value, not several",
                STR_ARG(name));
}

static RC read_cells(struct intake *in, const struct json *item, struct cells *c,
                     const struct json **ret_charges, struct err *e)
{
    *c = (struct cells){0};
    for (size_t i = 0; i < json_len(item); i++) {
        const struct json_member *m = &item->object.members[i];
        enum field f;
        if (status_column(m->key))
            in->counts.dropped++;
        else if (ret_charges && str_is(m->key, "charges") && m->value->type == JSON_ARRAY)
            *ret_charges = m->value;
        else if (field_of(m->key, &f))
            TRY(cell_of(m->value, &c->v[f], m->key, e));
        else if (!str_is(m->key, "type"))
            return FAIL(e, RC_INVALID, "INT-0010", "no such member: '" STR_FMT "'",
                        STR_ARG(m->key));
    }
    return RC_OK;
}

/* The charges of a booking repeat nothing of it. */
static RC give_charges(struct intake *in, const struct json *charges, struct str booking,
                       struct err *e)
{
    for (size_t i = 0; i < json_len(charges); i++) {
        struct cells c;
        TRY(read_cells(in, json_at(charges, i), &c, NULL, e));
        c.v[FIELD_BOOKING_NUMBER] = booking;
        TRY(rows_give(in, NULL, GIVES_CHARGE, &c, e));
    }
    return RC_OK;
}

static RC give_request(struct intake *in, struct json *item, struct err *e)
{
    enum rc rc = in->sink.request(in->sink.ctx, item, e);
    if (rc == RC_OK) in->counts.fresh[COUNT_REQUEST]++;
    if (rc == RC_NO) in->counts.same[COUNT_REQUEST]++;
    return rc == RC_NO ? RC_OK : rc;
}

static RC give_item(struct intake *in, size_t kind, struct json *item, struct err *e)
{
    const struct json *charges = NULL;
    struct cells c;
    if (!item || item->type != JSON_OBJECT)
        return FAIL(e, RC_INVALID, "INT-0010", "an item is an object");
    if (!kinds[kind].gives) return give_request(in, item, e);
    TRY(read_cells(in, item, &c, kinds[kind].gives == GIVES_BOOKING ? &charges : NULL, e));
    TRY(rows_give(in, NULL, kinds[kind].gives, &c, e));
    return charges ? give_charges(in, charges, c.v[FIELD_BOOKING_NUMBER], e) : RC_OK;
}

/* What of a refused item may be written: its members but for those that carry a status. */
static struct str without_status(struct arena *a, const struct json *item)
{
    struct buf b = buf_in(a);
    struct json *copy = json_object(a);
    for (size_t i = 0; item && item->type == JSON_OBJECT && i < json_len(item); i++) {
        const struct json_member *m = &item->object.members[i];
        if (!status_column(m->key) &&
            (m->value->type == JSON_STRING || m->value->type == JSON_NUMBER))
            json_set_str(a, copy, m->key, m->value);
    }
    json_write(&b, copy);
    return buf_str(&b);
}

static RC take_item(struct intake *in, struct arena *a, size_t kind, struct json *item,
                    long line, struct err *e)
{
    in->counts.rows++;
    in->line = line;
    enum rc rc = give_item(in, kind, item, e);
    if (rc == RC_OK || !rows_is_refusal(rc)) return rc;
    struct err why = *e;
    struct str row = without_status(a, item);
    return rejects_add(in, line, &row, 1, &why, e);
}

static size_t kind_of(struct str word, bool list)
{
    for (size_t k = 0; k < KINDS; k++)
        if (str_is(word, list ? kinds[k].list : kinds[k].type)) return k;
    return KINDS;
}

RC intake_json(struct intake *in, struct arena *a, struct str text, struct err *e)
{
    struct json *root = NULL;
    TRY(json_parse(a, text, in->name, &(struct json_limits){.max_bytes = 256u << 20}, &root,
                   e));
    if (root->type != JSON_OBJECT)
        return FAIL(e, RC_INVALID, "INT-0012",
                    "%s: wanted an object of bookings, charges, releases, triggers, requests",
                    in->name);
    for (size_t i = 0; i < json_len(root);
         i++) /* the whole document is looked at before anything of it is taken */
        if (kind_of(root->object.members[i].key, true) == KINDS ||
            root->object.members[i].value->type != JSON_ARRAY)
            return FAIL(
                e, RC_INVALID, "INT-0012",
                "%s: '" STR_FMT
                "' is none of the lists bookings, charges, releases, triggers, requests",
                in->name, STR_ARG(root->object.members[i].key));
    long count = 0;
    for (size_t k = 0; k < KINDS; k++) {
        const struct json *list = json_get(root, kinds[k].list);
        for (size_t i = 0; i < json_len(list); i++) {
            struct json *item = json_at(list, i);
            count++;
            TRY(take_item(in, a, k, item, item->line ? item->line : count, e));
        }
    }
    return RC_OK;
}

/* ---- NDJSON: a line at a time, memory of one line ---------------------------------------- */

#define LINE_MAX_BYTES (1u << 20)

struct lines {
    csv_fill fill;
    void *ctx;
    char *p;
    size_t start, end;
    bool finished;
};

/* RC_OK with a line, RC_NO at the end, RC_LIMIT for a line that is too long (it is skipped). */
static RC next_line(struct lines *l, struct str *ret, struct err *e)
{
    bool overlong = false;
    for (;;) {
        char *nl = memchr(l->p + l->start, '\n', l->end - l->start);
        if (nl || (l->finished && l->end > l->start)) {
            size_t stop = nl ? (size_t)(nl - l->p) : l->end;
            *ret = str_n(l->p + l->start, stop - l->start);
            l->start = nl ? stop + 1 : stop;
            return overlong ? FAIL(e, RC_LIMIT, "INT-0004", "the line is longer than 1 MiB")
                            : RC_OK;
        }
        if (l->finished)
            return overlong ? FAIL(e, RC_LIMIT, "INT-0004", "the line is longer than 1 MiB")
                            : RC_NO;
        memmove(l->p, l->p + l->start, l->end - l->start);
        l->end -= l->start;
        l->start = 0;
        if (l->end == LINE_MAX_BYTES) {
            overlong = true;
            l->end = 0;
        }
        ptrdiff_t got = l->fill(l->ctx, l->p + l->end, LINE_MAX_BYTES - l->end);
        if (got < 0) return FAIL(e, RC_IO, "INT-0013", "cannot read on");
        l->finished = got == 0;
        l->end += (size_t)got;
    }
}

static RC take_line(struct intake *in, struct arena *a, struct str line, long number,
                    struct err *e)
{
    struct json *item = NULL;
    struct err why = {0};
    enum rc rc = json_parse(a, line, in->name, NULL, &item, &why);
    size_t kind = rc == RC_OK ? kind_of(json_text(item, "type"), false) : KINDS;
    if (rc == RC_OK && kind == KINDS)
        err_set(&why, RC_INVALID, "INT-0012", __FILE__, __LINE__,
                "\"type\" is none of booking, charge, release, trigger, request");
    if (kind < KINDS) return take_item(in, a, kind, item, number, e);
    in->counts.rows++;
    return rejects_add(in, number, NULL, 0, &why, e);
}

RC intake_ndjson(struct intake *in, struct arena *a, csv_fill fill, void *fill_ctx,
                 struct err *e)
{
    struct lines l = {.fill = fill, .ctx = fill_ctx, .p = arena_alloc(a, LINE_MAX_BYTES)};
    struct str line;
    for (long number = 1;; number++) {
        struct err why = {0};
        enum rc rc = next_line(&l, &line, &why);
        if (rc == RC_NO) return RC_OK;
        if (rc != RC_OK && rc != RC_LIMIT) {
            *e = why;
            return rc;
        }
        struct arena_mark mark = arena_mark(a);
        if (rc == RC_LIMIT) {
            in->counts.rows++;
            TRY(rejects_add(in, number, NULL, 0, &why, e));
        } else if (str_trim(line).n) {
            TRY(take_line(in, a, line, number, e));
        }
        arena_release(a, mark);
    }
}
