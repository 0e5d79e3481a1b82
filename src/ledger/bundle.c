/* Proof bundles and exports. Every check is made from the bytes in the file alone. */
#include "ledger/bundle.h"
#include <stdio.h>

static struct str hash_bytes(const struct hash *h)
{
    return str_n((const char *)h->b, HASH_SIZE);
}

static struct json *base64_json(struct arena *a, struct hash h)
{
    struct buf b = buf_in(a);
    base64_add(&b, hash_bytes(&h));
    return json_string(a, buf_str(&b));
}

static struct json *salt_json(struct arena *a, const unsigned char salt[LEDGER_SALT])
{
    struct buf b = buf_in(a);
    hex_add(&b, str_n((const char *)salt, LEDGER_SALT));
    return json_string(a, buf_str(&b));
}

static bool hash_from(struct arena *a, const struct json *v, struct hash *ret)
{
    struct str bytes;
    if (!base64_parse(a, json_str(v), &bytes) || bytes.n != HASH_SIZE) return false;
    memcpy(ret->b, bytes.p, HASH_SIZE);
    return true;
}

/* index, commitment, salt, event: the part that bundle and export share. */
static struct json *item_json(struct arena *a, const struct ledger_item *item)
{
    struct json *v = json_object(a);
    json_set(a, v, "index", json_int(a, (int64_t)item->index));
    json_set(a, v, "commitment", base64_json(a, item->commitment));
    json_set(a, v, "salt", item->expunged ? json_null(a) : salt_json(a, item->salt));
    json_set(a, v, "event", item->expunged ? json_null(a) : json_string(a, item->event));
    return v;
}

#define FAIL_ITEM(e, why) FAIL((e), RC_INVALID, "LEDGER-0008", "a leaf of the file " why)

static RC item_read(struct arena *a, const struct json *v, struct ledger_item *ret,
                    struct err *e)
{
    *ret = (struct ledger_item){0};
    int64_t index = json_whole(json_get(v, "index"), -1);
    const struct json *salt = json_get(v, "salt"), *event = json_get(v, "event");
    if (index < 0) return FAIL_ITEM(e, "has no index");
    if (!hash_from(a, json_get(v, "commitment"), &ret->commitment))
        return FAIL_ITEM(e, "has no commitment");
    if (!salt || !event) return FAIL_ITEM(e, "has neither salt and event nor null for both");
    ret->index = (uint64_t)index;
    ret->expunged = salt->type == JSON_NULL && event->type == JSON_NULL;
    if (ret->expunged) return RC_OK;
    if (event->type != JSON_STRING || !hex_parse(json_str(salt), ret->salt, LEDGER_SALT))
        return FAIL_ITEM(e, "has no event text with a salt of 32 hexadecimal digits");
    ret->event = json_str(event);
    return RC_OK;
}

enum rc bundle_prove(struct ledger_bundle *b, const struct ledger_reader *r, uint64_t size,
                     struct err *e)
{
    for (size_t i = 0; i < b->n; i++) {
        struct ledger_item *item = &b->items[i];
        if (!item->expunged) item->commitment = ledger_commitment(item->salt, item->event);
        TRY(ledger_inclusion(r, item->index, size, &item->path, e));
    }
    return RC_OK;
}

struct json *bundle_json(struct arena *a, const struct ledger_bundle *b)
{
    struct json *v = json_object(a), *events = json_array(a);
    for (size_t i = 0; i < b->n; i++) {
        struct json *item = item_json(a, &b->items[i]), *path = json_array(a);
        for (size_t k = 0; k < b->items[i].path.n; k++)
            json_add(a, path, base64_json(a, b->items[i].path.nodes[k]));
        json_set(a, item, "path", path);
        json_add(a, events, item);
    }
    json_set(a, v, "format", json_c(a, BUNDLE_FORMAT));
    json_set(a, v, "case", json_string(a, b->case_id));
    json_set(a, v, "key", json_string(a, b->key));
    json_set(a, v, "checkpoint", json_string(a, b->checkpoint));
    json_set(a, v, "events", events);
    return v;
}

static RC path_read(struct arena *a, const struct json *v, struct ledger_path *ret,
                    struct err *e)
{
    if (!v || v->type != JSON_ARRAY || json_len(v) > 64)
        return FAIL_ITEM(e, "has no path of at most 64 hashes");
    for (ret->n = 0; ret->n < json_len(v); ret->n++)
        if (!hash_from(a, json_at(v, ret->n), &ret->nodes[ret->n]))
            return FAIL_ITEM(e, "has a path with something that is no hash");
    return RC_OK;
}

enum rc bundle_read(struct arena *a, const struct json *v, struct ledger_bundle *ret,
                    struct err *e)
{
    const struct json *events = json_get(v, "events");
    if (!str_is(json_text(v, "format"), BUNDLE_FORMAT))
        return FAIL(e, RC_INVALID, "LEDGER-0009",
                    "not a proof bundle: format is not \"" BUNDLE_FORMAT "\"");
    if (!events || events->type != JSON_ARRAY || json_text(v, "checkpoint").n == 0 ||
        json_text(v, "key").n == 0)
        return FAIL(e, RC_INVALID, "LEDGER-0009",
                    "not a proof bundle: key, checkpoint or events is missing");
    *ret = (struct ledger_bundle){.case_id = json_text(v, "case"),
                                  .key = json_text(v, "key"),
                                  .checkpoint = json_text(v, "checkpoint"),
                                  .n = json_len(events)};
    ret->items = arena_array(a, struct ledger_item, ret->n ? ret->n : 1);
    for (size_t i = 0; i < ret->n; i++) {
        char pointer[40];
        snprintf(pointer, sizeof pointer, "/events/%zu", i);
        const struct json *item = json_at(events, i);
        enum rc rc = item_read(a, item, &ret->items[i], e);
        if (rc == RC_OK) rc = path_read(a, json_get(item, "path"), &ret->items[i].path, e);
        if (rc != RC_OK) {
            err_at(e, pointer, item ? item->line : 0, item ? item->column : 0);
            return rc;
        }
    }
    return RC_OK;
}

/* ---- the report
 * ---------------------------------------------------------------------------------------- */

struct report {
    struct arena *arena;
    struct json *steps;
    struct err *e; /* the first thing that is wrong */
    bool ok;
};

static struct json *step_add(struct report *r, const char *step, bool ok, const char *text)
{
    struct json *v = json_object(r->arena);
    json_set(r->arena, v, "step", json_c(r->arena, step));
    json_set(r->arena, v, "ok", json_bool(r->arena, ok));
    json_set(r->arena, v, "text", json_c(r->arena, text));
    json_add(r->arena, r->steps, v);
    if (!ok && r->ok)
        err_set(r->e, RC_NO, "LEDGER-0010", __FILE__, __LINE__, "%s: %s", step, text);
    r->ok = r->ok && ok;
    return v;
}

static void item_step(struct report *r, const char *step, const struct ledger_item *item,
                      bool ok, const char *text)
{
    json_set(r->arena, step_add(r, step, ok, text), "index",
             json_int(r->arena, (int64_t)item->index));
}

static bool event_step(struct report *r, const struct ledger_bundle *b,
                       const struct ledger_item *item)
{
    struct err why = {0};
    struct event ev;
    char at[40];
    if (event_read(r->arena, item->event, &ev, &why) != RC_OK) {
        item_step(r, "event", item, false, arena_strdup(r->arena, why.text));
        return false;
    }
    /* Events without a case (a trigger, a pack) may stand in a bundle to explain it; another
     * case's may not. */
    bool ours = ev.case_id.n == 0 || str_eq(ev.case_id, b->case_id);
    struct json *v = step_add(r, "event", ours, ours ? "canonical" : "it is of another case");
    json_set(r->arena, v, "index", json_int(r->arena, (int64_t)item->index));
    json_set(r->arena, v, "kind", json_c(r->arena, event_word(ev.kind)));
    json_set(r->arena, v, "at",
             json_string(r->arena, str_dup(r->arena, str_c(instant_utc(ev.at, at)))));
    return ours;
}

static void item_verify(struct report *r, const struct ledger_bundle *b,
                        const struct ledger_item *item, const struct checkpoint *c)
{
    if (item->expunged) {
        item_step(r, "commitment", item, true,
                  "expunged: text and salt are forgotten, the commitment stays");
    } else {
        (void)event_step(r, b, item);
        bool same = hash_eq(ledger_commitment(item->salt, item->event), item->commitment);
        item_step(r, "commitment", item, same,
                  same ? "is that of salt and event" : "is not that of salt and event");
    }
    if (!c) {
        item_step(r, "inclusion", item, false, "cannot be checked without a checkpoint");
        return;
    }
    bool in = ledger_check_inclusion(ledger_leaf(item->commitment), item->index, c->size,
                                     &item->path, c->root);
    item_step(r, "inclusion", item, in,
              in ? "is in the signed tree" : "is not in the signed tree");
}

static struct json *checkpoint_json(struct arena *a, const struct checkpoint *c)
{
    struct json *v = json_object(a);
    json_set(a, v, "origin", json_string(a, c->origin));
    json_set(a, v, "size", json_int(a, (int64_t)c->size));
    json_set(a, v, "root", base64_json(a, c->root));
    return v;
}

enum rc bundle_verify(struct arena *a, const struct ledger_bundle *b, struct str trusted_key,
                      struct json **ret_report, struct err *e)
{
    struct report r = {.arena = a, .steps = json_array(a), .e = e, .ok = true};
    struct err why = {0};
    struct checkpoint c;
    trusted_key = str_trim(trusted_key);
    struct str key = trusted_key.n ? trusted_key : b->key;
    bool opened = checkpoint_open(a, b->checkpoint, key, &c, &why) == RC_OK;
    step_add(&r, "checkpoint", opened,
             opened ? "the signature is good" : arena_strdup(a, why.text));
    if (b->n == 0) step_add(&r, "events", false, "the bundle holds no event");
    for (size_t i = 0; i < b->n; i++) item_verify(&r, b, &b->items[i], opened ? &c : NULL);
    struct json *report = json_object(a);
    json_set(a, report, "ok", json_bool(a, r.ok));
    json_set(a, report, "key_trusted", json_bool(a, trusted_key.n > 0));
    json_set(a, report, "checkpoint", opened ? checkpoint_json(a, &c) : json_null(a));
    json_set(a, report, "steps", r.steps);
    *ret_report = report;
    return r.ok ? RC_OK : RC_NO;
}

/* ---- export ------------------------------------------------------------------------------ */

static struct str line_of(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

struct str export_head(struct arena *a, struct str key)
{
    struct json *v = json_object(a);
    json_set(a, v, "format", json_c(a, EXPORT_FORMAT));
    json_set(a, v, "key", json_string(a, key));
    return line_of(a, v);
}

struct str export_leaf(struct arena *a, const struct ledger_item *item)
{
    return line_of(a, item_json(a, item));
}

struct str export_checkpoint(struct arena *a, struct str note)
{
    struct json *v = json_object(a);
    json_set(a, v, "checkpoint", json_string(a, note));
    return line_of(a, v);
}

#define FAIL_EXPORT(e, ...) FAIL((e), RC_INVALID, "LEDGER-0011", __VA_ARGS__)

static RC head_line(struct export_check *c, const struct json *v, struct err *e)
{
    struct str key = json_text(v, "key");
    if (!str_is(json_text(v, "format"), EXPORT_FORMAT) || key.n == 0 ||
        key.n >= sizeof c->key_text)
        return FAIL_EXPORT(e,
                           "not an export: the first line is not the head with format and key");
    if (c->key.n == 0) {
        memcpy(c->key_text, key.p, key.n);
        c->key = str_n(c->key_text, key.n);
    }
    c->begun = true;
    return RC_OK;
}

static RC leaf_line(struct export_check *c, struct arena *a, const struct json *v,
                    struct err *e)
{
    struct ledger_item item;
    TRY(item_read(a, v, &item, e));
    if (item.index != c->edge.size)
        return FAIL(e, RC_NO, "LEDGER-0012", "leaf %llu stands where leaf %llu belongs",
                    (unsigned long long)item.index, (unsigned long long)c->edge.size);
    if (!item.expunged && !hash_eq(ledger_commitment(item.salt, item.event), item.commitment))
        return FAIL(e, RC_NO, "LEDGER-0012",
                    "leaf %llu: the commitment is not that of salt and event",
                    (unsigned long long)item.index);
    ledger_append(&c->edge, ledger_leaf(item.commitment));
    c->events += !item.expunged;
    c->expunged += item.expunged;
    return RC_OK;
}

static RC checkpoint_line(struct export_check *c, struct arena *a, const struct json *v,
                          struct err *e)
{
    struct checkpoint point;
    TRY(checkpoint_open(a, json_text(v, "checkpoint"), c->key, &point, e));
    if (point.size != c->edge.size || !hash_eq(point.root, ledger_root(&c->edge)))
        return FAIL(e, RC_NO, "LEDGER-0012",
                    "the checkpoint of %llu leaves was signed over another tree",
                    (unsigned long long)point.size);
    c->checkpoints++;
    c->signed_size = point.size;
    return RC_OK;
}

enum rc export_check_line(struct export_check *c, struct arena *scratch, struct str line,
                          struct err *e)
{
    struct json *v;
    TRY(json_parse(scratch, line, "ledger export", NULL, &v, e));
    if (!c->begun) return head_line(c, v, e);
    if (json_get(v, "checkpoint")) return checkpoint_line(c, scratch, v, e);
    return leaf_line(c, scratch, v, e);
}
