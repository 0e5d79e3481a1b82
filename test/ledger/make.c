/* Makes a small ledger with a fixed key and writes it: `make bundle` a proof bundle, `make
 * export` the whole. Leaves 3 and 5 are expunged. For test/ledger/verify_test.sh and as an
 * example of how the pieces fit. */
#include "ledger/bundle.h"
#include <stdio.h>
#include <stdlib.h>

#define N 300
#define ORIGIN "jail.example.gov/sallyport"

static struct arena arena;
static struct ledger_item items[N];

static void must(enum rc rc, const struct err *e)
{
    if (rc == RC_OK) return;
    fprintf(stderr, "%s [%s]\n", e->text, e->id);
    exit(1);
}

static RC read_node(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
    (void)ctx;
    size_t n = (size_t)1 << level;
    if (((index + 1) << level) > N)
        return FAIL(e, RC_BUG, "TEST-0001", "a subtree that is not full was asked for");
    struct hash *nodes = arena_array(&arena, struct hash, n);
    for (size_t i = 0; i < n; i++)
        nodes[i] = ledger_leaf(items[(index << level) + i].commitment);
    *ret = ledger_fold(nodes, n);
    return RC_OK;
}

static void make_item(size_t i)
{
    struct err e = {0};
    struct json *body = json_object(&arena);
    /* Text that tempts an escaper: quotes, a control character, letters beyond ASCII and beyond
     * 16 bits. */
    json_set(&arena, body, "reason",
             json_c(&arena, "\"a\\b\"\t\x01 \xC3\xA9 \xE2\x80\xA8 \xF0\x9F\x9A\xAA /"));
    json_set(&arena, body, "request", json_int(&arena, (int64_t)i));
    struct event ev = {.at = (instant)i * 1000,
                       .kind = EVENT_KIND_REQUEST_RECEIVED,
                       .case_id = STR("C-1"),
                       .actor = STR("m.ortiz"),
                       .body = body};
    items[i].index = i;
    for (size_t k = 0; k < LEDGER_SALT; k++) items[i].salt[k] = (unsigned char)(i * 7 + k);
    must(event_write(&arena, &ev, &items[i].event, &e), &e);
    items[i].commitment = ledger_commitment(items[i].salt, items[i].event);
    items[i].expunged = i == 3 || i == 5;
}

static struct str note_at(const struct ledger_edge *edge, const struct sign_key *k)
{
    struct checkpoint c = {STR(ORIGIN), edge->size, ledger_root(edge)};
    return checkpoint_sign(&arena, &c, k);
}

int main(int argc, char **argv)
{
    arena_init(&arena, 0);
    struct err e = {0};
    unsigned char seed[32] = {42};
    struct sign_key k = sign_key_from_seed(seed);
    struct str key = checkpoint_verifier_key(&arena, STR(ORIGIN), k.public_key);
    bool all = argc > 1 && strcmp(argv[1], "export") == 0;
    struct ledger_edge edge = {0};
    struct buf out = buf_in(&arena);
    buf_str_add(&out, export_head(&arena, key));
    for (size_t i = 0; i < N; i++) {
        make_item(i);
        ledger_append(&edge, ledger_leaf(items[i].commitment));
        buf_ch(&out, '\n');
        buf_str_add(&out, export_leaf(&arena, &items[i]));
        if (i % 100 != 99) continue;
        buf_ch(&out, '\n');
        buf_str_add(&out, export_checkpoint(&arena, note_at(&edge, &k)));
    }
    if (!all) {
        struct ledger_item chosen[] = {items[0],   items[3],   items[4],
                                       items[255], items[256], items[299]};
        struct ledger_bundle b = {.case_id = STR("C-1"),
                                  .key = key,
                                  .checkpoint = note_at(&edge, &k),
                                  .items = chosen,
                                  .n = sizeof chosen / sizeof *chosen};
        must(bundle_prove(&b, &(struct ledger_reader){NULL, read_node}, N, &e), &e);
        out = buf_in(&arena);
        json_write_pretty(&out, bundle_json(&arena, &b));
    }
    puts(buf_z(&out));
    arena_done(&arena);
    return 0;
}
