/* The ledger for those who check it somewhere else: its head, its events to the byte, signed
 * notes, proofs. */
#include "casework/work.h"

enum { PAGE_MAX = 500 };

static int limit_of(struct list_page p)
{
    return p.limit < 1 ? 50 : p.limit > PAGE_MAX ? PAGE_MAX : p.limit;
}

static RC number_of(struct list_page p, int64_t *ret, struct err *e)
{
    *ret = 0;
    if (!p.cursor.n || (str_to_i64(p.cursor, ret) && *ret >= 0)) return RC_OK;
    return FAIL(e, RC_INVALID, "CASE-0014", "cursor wants what 'next' gave, unchanged");
}

static struct json *hash_json(struct arena *a, const struct hash *h)
{
    struct buf b = buf_in(a);
    base64_add(&b, str_n((const char *)h->b, HASH_SIZE));
    return json_string(a, buf_str(&b));
}

static struct json *note_json(struct arena *a, const struct store_checkpoint *k)
{
    struct json *o = json_object(a);
    json_set(a, o, "size", json_int(a, (int64_t)k->size));
    json_set(a, o, "at", work_time_json(a, k->at));
    json_set(a, o, "note", json_string(a, k->note));
    return o;
}

static RC head(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct ledger_edge edge;
    struct store_checkpoint last;
    struct json *o = *ret = json_object(a);
    TRY(store_ledger_edge(c->store, &edge, e));
    struct hash root = ledger_root(&edge);
    json_set(a, o, "origin", json_string(a, c->origin));
    json_set(a, o, "key", json_string(a, c->verifier_key));
    json_set(a, o, "size", json_int(a, (int64_t)edge.size));
    json_set(a, o, "root", hash_json(a, &root));
    enum rc rc = store_checkpoint_last(c->store, a, &last, e);
    if (rc == RC_OK) json_set(a, o, "checkpoint", note_json(a, &last));
    return rc == RC_NO ? RC_OK : rc;
}

RC casework_ledger_head(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    TRY(store_read_begin(c->store, e));
    enum rc rc = head(c, a, ret, e);
    store_read_end(c->store);
    return rc;
}

struct walk {
    struct arena *a;
    struct json *list;
    struct str kind;
    uint64_t next;
    int left;
};

static RC one_event(void *ctx, const struct store_event *ev, struct err *e)
{
    struct walk *k = ctx;
    struct buf hex = buf_in(k->a);
    struct json *o = json_object(k->a);
    (void)e;
    k->next = ev->index + 1;
    if (k->kind.n && !str_eq(k->kind, ev->kind)) return RC_OK;
    hex_add(&hex, str_n((const char *)ev->salt, LEDGER_SALT));
    json_set(k->a, o, "index", json_int(k->a, (int64_t)ev->index));
    json_set(k->a, o, "commitment", hash_json(k->a, &ev->commitment));
    json_set(k->a, o, "salt", ev->text.p ? json_string(k->a, buf_str(&hex)) : json_null(k->a));
    json_set(k->a, o, "event",
             ev->text.p ? json_string(k->a, str_dup(k->a, ev->text)) : json_null(k->a));
    json_add(k->a, k->list, o);
    return --k->left ? RC_OK : RC_NO;
}

enum { SCAN_MAX = 100000 }; /* events that a page of one kind looks through */

static RC events(struct work *w, uint64_t from, struct str kind, struct list_page page,
                 struct json **ret, struct str *ret_next, struct err *e)
{
    uint64_t size = store_ledger_size(w->s, e);
    struct walk k = {w->a, json_array(w->a), kind, from, limit_of(page)};
    struct json *body = json_object(w->a);
    uint64_t to = from + SCAN_MAX < size ? from + SCAN_MAX : size;
    enum rc rc = from < size ? store_events_each(w->s, from, to, one_event, &k, e) : RC_OK;
    if (rc != RC_OK && rc != RC_NO) return rc;
    *ret_next = k.next < size && from < size
                    ? str_c(arena_printf(w->a, "%llu", (unsigned long long)k.next))
                    : STR("");
    *ret = json_object(w->a);
    json_set(w->a, *ret, "size", json_int(w->a, (int64_t)size));
    json_set(w->a, *ret, "events", k.list);
    json_set(w->a, body, "what", json_c(w->a, "ledger"));
    json_set(w->a, body, "found", json_array(w->a));
    if (!w->looking) return work_event(w, EVENT_KIND_PERSONS_READ, 0, 0, body, NULL, e);
    json_add(w->a, json_get(body, "found"), json_int(w->a, (int64_t)from));
    json_add(w->a, json_get(body, "found"), json_int(w->a, (int64_t)k.next));
    arena_push(w->a, w->c->looks->items, w->c->looks->n, w->c->looks->cap);
    w->c->looks->items[w->c->looks->n++] = (struct look){.what = "ledger", .found = body};
    return RC_OK;
}

RC casework_ledger_events(struct casework *c, struct actor by, uint64_t from, struct str kind,
                          struct list_page page, struct arena *a, struct json **ret,
                          struct str *ret_next, struct err *e)
{
    struct work w;
    int64_t at;
    TRY(number_of(page, &at, e));
    TRY(work_look(&w, c, by, a, e));
    return work_end(
        &w, events(&w, page.cursor.n ? (uint64_t)at : from, kind, page, ret, ret_next, e), e);
}

RC casework_checkpoints(struct casework *c, struct list_page page, struct arena *a,
                        struct json **ret, struct str *ret_next, struct err *e)
{
    struct store_checkpoint *list;
    struct json *all = json_array(a);
    int64_t before;
    size_t n;
    int limit = limit_of(page);
    *ret_next = STR("");
    TRY(number_of(page, &before, e));
    TRY(store_checkpoints_page(c->store, a, before ? before : INT64_MAX, limit + 1, &list, &n,
                               e));
    for (size_t i = 0; i < n && (int)i < limit; i++) json_add(a, all, note_json(a, &list[i]));
    if ((int)n > limit)
        *ret_next = str_c(arena_printf(a, "%llu", (unsigned long long)list[limit - 1].size));
    *ret = json_object(a);
    json_set(a, *ret, "checkpoints", all);
    return RC_OK;
}

static RC proof(struct casework *c, uint64_t first, uint64_t index, uint64_t second,
                struct arena *a, struct json **ret, struct err *e)
{
    struct ledger_reader r = store_ledger_reader(c->store);
    struct ledger_path path;
    struct store_event ev;
    struct hash root;
    struct json *o = *ret = json_object(a), *list = json_array(a);
    uint64_t size = store_ledger_size(c->store, e);
    bool inclusion = index != UINT64_MAX;
    second = second ? second : size;
    if (!second || second > size || (inclusion ? index >= second : first < 1 || first > second))
        return FAIL(e, RC_NOTFOUND, "LEDGER-0013",
                    "the ledger has %llu events; it has no such part",
                    (unsigned long long)size);
    if (inclusion) {
        TRY(ledger_inclusion(&r, index, second, &path, e));
        TRY(store_event_get(c->store, a, index, &ev, e));
        struct hash leaf = ledger_leaf(ev.commitment);
        json_set(a, o, "index", json_int(a, (int64_t)index));
        json_set(a, o, "leaf", hash_json(a, &leaf));
    } else {
        TRY(ledger_consistency(&r, first, second, &path, e));
        TRY(ledger_root_at(&r, first, &root, e));
        json_set(a, o, "first", json_int(a, (int64_t)first));
        json_set(a, o, "first_root", hash_json(a, &root));
    }
    TRY(ledger_root_at(&r, second, &root, e));
    json_set(a, o, "second", json_int(a, (int64_t)second));
    json_set(a, o, "second_root", hash_json(a, &root));
    for (size_t i = 0; i < path.n; i++) json_add(a, list, hash_json(a, &path.nodes[i]));
    json_set(a, o, "path", list);
    return RC_OK;
}

RC casework_ledger_proof(struct casework *c, uint64_t first, uint64_t index, uint64_t second,
                         struct arena *a, struct json **ret, struct err *e)
{
    TRY(store_read_begin(c->store, e));
    enum rc rc = proof(c, first, index, second, a, ret, e);
    store_read_end(c->store);
    return rc;
}
