/* Policy packs: their tables, files, tests, differences and signatures. */
#include "server/api.h"
#include "base/hash.h"
#include "custody/pack.h"

static struct str pack_of(const struct exchange *x) { return exchange_param(x, "pack"); }
static struct str version_of(const struct exchange *x) { return exchange_param(x, "version"); }

RC packs_list(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_packs(x->casework, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

/* A name of a file in a pack, which is also a path on somebody's disk later. */
static bool good_name(struct str s)
{
    struct str rest = s, part;
    if (!s.n || s.n > 200 || s.p[0] == '/' || s.p[s.n - 1] == '/') return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == '\\' || s.p[i] == 0x7f) return false;
    while (str_cut(&rest, '/', &part))
        if (!part.n || part.p[0] == '.') return false;
    return true;
}

RC pack_add(struct exchange *x, struct err *e)
{
    const struct json *given = json_get(x->body, "files");
    struct pack_file *files = arena_array(x->arena, struct pack_file, json_len(given) + 1);
    struct json *v;
    for (size_t i = 0; i < json_len(given); i++) {
        files[i] = (struct pack_file){given->object.members[i].key,
                                      json_str(given->object.members[i].value)};
        if (!good_name(files[i].name))
            return FAIL(
                e, RC_INVALID, "PACK-1005",
                "a file of a pack has a plain name such as policy.dmn or tests/answers.xml");
    }
    TRY(casework_pack_take(x->casework, exchange_actor(x), files, json_len(given), x->arena, &v,
                           e));
    x->location =
        str_c(arena_printf(x->arena, "/api/v1/packs/" STR_FMT "/" STR_FMT,
                           STR_ARG(json_text(v, "pack")), STR_ARG(json_text(v, "version"))));
    return exchange_answer(x, 201, v);
}

RC pack_get(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_pack(x->casework, pack_of(x), version_of(x), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC pack_file(struct exchange *x, struct err *e)
{
    struct str bytes, name = exchange_param(x, "name");
    TRY(casework_pack_file(x->casework, pack_of(x), version_of(x), name, x->arena, &bytes, e));
    bool xml = str_ends(name, STR(".dmn")) || str_ends(name, STR(".xml")),
         csv = str_ends(name, STR(".csv"));
    x->etag = exchange_etag(x->arena, bytes);
    return exchange_bytes(x, 200,
                          xml   ? "application/xml"
                          : csv ? "text/csv; charset=utf-8"
                                : "text/plain; charset=utf-8",
                          bytes);
}

RC pack_diff(struct exchange *x, struct err *e)
{
    struct str other = exchange_query(x, "pack");
    struct pack_pair q = {.pack_before = other.n ? other : pack_of(x),
                          .before = exchange_query(x, "with"),
                          .pack = pack_of(x),
                          .after = version_of(x)};
    struct json *v;
    if (!q.before.n) return FAIL(e, RC_INVALID, "SRV-0022", "?with= wants the other version");
    TRY(casework_pack_diff(x->casework, &q, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC pack_check(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_pack_tests(x->casework, pack_of(x), version_of(x), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC pack_statement(struct exchange *x, struct err *e)
{
    struct json *o = json_object(x->arena);
    struct str text;
    instant starts;
    char at[40];
    TRY(exchange_query_instant(x, "starts", &starts, e));
    if (starts == INSTANT_NONE)
        return FAIL(e, RC_INVALID, "SRV-0022",
                    "?starts= wants a date or a time with offset (RFC 3339)");
    TRY(casework_pack_statement(x->casework, pack_of(x), version_of(x), starts, x->arena, &text,
                                e));
    json_set(x->arena, o, "statement", json_string(x->arena, text));
    json_set(x->arena, o, "starts",
             json_c(x->arena, arena_strdup(x->arena, instant_utc(starts, at))));
    return exchange_answer(x, 200, o);
}

RC pack_sign(struct exchange *x, struct err *e)
{
    struct signature sig;
    struct str bytes;
    struct json *v;
    instant starts;
    if (!instant_parse(json_text(x->body, "starts"), &starts, NULL))
        return FAIL(e, RC_INVALID, "API-0005", "starts is a time with offset");
    if (!base64_parse(x->arena, json_text(x->body, "signature"), &bytes) ||
        bytes.n != sizeof sig.b)
        return FAIL(e, RC_INVALID, "PACK-1006", "a signature is 64 bytes in base64");
    memcpy(sig.b, bytes.p, sizeof sig.b);
    TRY(casework_pack_sign(x->casework, exchange_actor(x), pack_of(x), version_of(x), starts,
                           &sig, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}
