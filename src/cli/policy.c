/* sallyport policy …: packs, the statement two policy owners sign, and keys to sign it with. A
 * secret key is a file of 64 hex digits, mode 0600, that never leaves the machine of its
 * owner. */
#include "cli/cli.h"
#include "base/hash.h"
#include "base/sign.h"
#include "custody/pack_test.h"
#include "os/file.h"
#include "os/random.h"
#include "os/zones.h"

RC run_policy_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"PACK", "pack"},
                                            {"VERSION", "version"},
                                            {"IN FORCE", "in_force"},
                                            {"FROM", "in_force_from"},
                                            {"TITLE", "title"}};
    struct casework *w = NULL;
    struct json *rows = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_packs(w, c->arena, &rows, e);
    casework_close(w);
    if (rc == RC_OK) show_table(c, rows, "packs", columns, sizeof columns / sizeof *columns);
    return rc;
}

RC run_policy_add(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_pack_add(w, call_actor(c), c->rest[0], c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}

static bool zone_bytes(void *ctx, struct dmn_text name, struct dmn_text *ret)
{
    struct str bytes;
    if (!zones_bytes(ctx, str_n(name.p, name.n), &bytes)) return false;
    *ret = (struct dmn_text){bytes.p, bytes.n};
    return true;
}

static struct json *pack_facts(struct arena *a, const struct pack *p)
{
    struct json *r = json_object(a);
    json_set(a, r, "pack", json_string(a, str_dup(a, pack_id(p))));
    json_set(a, r, "version", json_string(a, str_dup(a, pack_version(p))));
    json_set(a, r, "title", json_string(a, str_dup(a, pack_title(p))));
    json_set(a, r, "status", json_string(a, str_dup(a, pack_status(p))));
    json_set(a, r, "sha256", json_string(a, str_dup(a, pack_sha256(p))));
    return r;
}

struct loaded {
    struct pack *pack;
    struct file_entry *entries;
    size_t n;
};

static RC load(struct call *c, struct loaded *ret, struct err *e)
{
    struct loaded l = {0};
    enum rc rc = file_read_tree(c->arena, c->rest[0], 2000, 64u << 20, &l.entries, &l.n, e);
    /* an operand that is not there is bad input */
    if (rc != RC_OK) return rc == RC_NOTFOUND ? RC_INVALID : rc;
    struct pack_file *files = arena_array(c->arena, struct pack_file, l.n + 1);
    for (size_t i = 0; i < l.n; i++)
        files[i] = (struct pack_file){l.entries[i].name, l.entries[i].bytes};
    c->zones = zones_new(NULL);
    struct dmn_host host = {.ctx = c->zones, .zone = zone_bytes};
    TRY(pack_load(files, l.n, &host, &l.pack, e));
    *ret = l;
    return RC_OK;
}

RC run_policy_check(struct call *c, struct err *e)
{
    struct loaded l;
    TRY(load(c, &l, e));
    show(c, pack_facts(c->arena, l.pack));
    pack_free(l.pack);
    return RC_OK;
}

static void add_result(struct arena *a, const struct pack_test *t, struct json *list,
                       size_t *failed)
{
    struct json *o = json_object(a);
    json_set(a, o, "file", json_string(a, t->file));
    json_set(a, o, "test", json_string(a, t->id));
    json_set(a, o, "passed", json_bool(a, t->passed));
    if (!t->passed) {
        ++*failed;
        json_set(a, o, "expected", json_string(a, t->expected));
        json_set(a, o, "actual", json_string(a, t->actual));
    }
    json_add(a, list, o);
}

RC run_policy_test(struct call *c, struct err *e)
{
    struct loaded l;
    struct json *r = json_object(c->arena), *list = json_array(c->arena),
                *wrong = json_array(c->arena);
    size_t failed = 0;
    TRY(load(c, &l, e));
    enum rc rc = RC_OK;
    for (size_t i = 0; i < l.n && rc == RC_OK; i++) {
        struct pack_test *tests = NULL;
        size_t n = 0;
        if (!str_starts(l.entries[i].name, STR("tests/")) ||
            !str_ends(l.entries[i].name, STR(".xml")))
            continue;
        rc = pack_test_run(l.pack, c->arena, l.entries[i].name, l.entries[i].bytes, &tests, &n,
                           e);
        for (size_t k = 0; k < n && rc == RC_OK; k++)
            add_result(c->arena, &tests[k], list, &failed);
    }
    pack_free(l.pack);
    if (rc != RC_OK) return rc;
    for (size_t i = 0; i < json_len(list); i++)
        if (!json_is_true(json_get(json_at(list, i), "passed")))
            json_add(c->arena, wrong, json_at(list, i));
    json_set(c->arena, r, "passed", json_int(c->arena, (int64_t)(json_len(list) - failed)));
    json_set(c->arena, r, "failed", json_int(c->arena, (int64_t)failed));
    json_set(c->arena, r, "wrong", wrong);
    show(c, r);
    return failed || !json_len(list) ? RC_NO : RC_OK;
}

static RC statement(struct call *c, struct casework *w, const struct config *conf,
                    instant *ret_starts, struct str *ret, struct err *e)
{
    TRY(call_instant(c, conf, opt_operand(c, 2), ret_starts, e));
    return casework_pack_statement(w, opt_operand(c, 0), opt_operand(c, 1), *ret_starts,
                                   c->arena, ret, e);
}

RC run_policy_statement(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct config conf;
    struct str text;
    instant starts;
    TRY(call_open(c, &conf, &w, e));
    enum rc rc = statement(c, w, &conf, &starts, &text, e);
    casework_close(w);
    if (rc != RC_OK) return rc;
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "statement", json_string(c->arena, text));
    if (c->json)
        show(c, r);
    else
        fwrite(text.p, 1, text.n, stdout);
    return RC_OK;
}

RC run_policy_keygen(struct call *c, struct err *e)
{
    unsigned char seed[32];
    struct buf hex = buf_in(c->arena), public_hex = buf_in(c->arena);
    random_bytes(seed, sizeof seed);
    struct sign_key key = sign_key_from_seed(seed);
    hex_add(&hex, str_n((const char *)seed, sizeof seed));
    buf_ch(&hex, '\n');
    hex_add(&public_hex, str_n((const char *)key.public_key, sizeof key.public_key));
    enum rc rc = file_write_new(c->rest[0], buf_str(&hex), 0600, e);
    sign_wipe(seed, sizeof seed);
    sign_wipe(&key, sizeof key);
    sign_wipe(hex.p, hex.n);
    if (rc != RC_OK) return rc;
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "secret_key", json_c(c->arena, c->rest[0]));
    json_set(c->arena, r, "public_key", json_string(c->arena, buf_str(&public_hex)));
    show(c, r);
    return RC_OK;
}

static RC signature_of(struct call *c, struct str text, struct signature *ret, struct err *e)
{
    const char *file = opt_value(c, "key"), *given = opt_value(c, "signature");
    struct str bytes;
    unsigned char seed[32];
    if (!file == !given)
        return FAIL(e, RC_USAGE, "CLI-0016",
                    "sign with --key FILE, or hand over --signature BASE64");
    if (given) {
        if (!base64_parse(c->arena, str_c(given), &bytes) || bytes.n != sizeof ret->b)
            return FAIL(e, RC_INVALID, "CLI-0017", "a signature is 64 bytes in base64");
        memcpy(ret->b, bytes.p, sizeof ret->b);
        return RC_OK;
    }
    TRY(file_read(c->arena, file, 4096, &bytes, e));
    if (!hex_parse(str_trim(bytes), seed, sizeof seed))
        return FAIL(e, RC_INVALID, "CLI-0017", "%s is no secret key; 'policy keygen' makes one",
                    file);
    struct sign_key key = sign_key_from_seed(seed);
    *ret = sign_bytes(&key, text);
    sign_wipe(seed, sizeof seed);
    sign_wipe(&key, sizeof key);
    return RC_OK;
}

RC run_policy_sign(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct config conf;
    struct signature signature;
    struct json *r = NULL;
    struct str text;
    instant starts;
    TRY(call_open(c, &conf, &w, e));
    enum rc rc = statement(c, w, &conf, &starts, &text, e);
    if (rc == RC_OK) rc = signature_of(c, text, &signature, e);
    if (rc == RC_OK)
        rc = casework_pack_sign(w, call_actor(c), opt_operand(c, 0), opt_operand(c, 1), starts,
                                &signature, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}
