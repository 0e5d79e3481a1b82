/* The body of a request: kept in memory, or in a file without a name when it is many lines;
 * then its hash for the idempotency key, and what the contract says of it. */
#include "server/passage.h"
#include <sys/mman.h>
#include <unistd.h>

bool passage_body(struct passage *p, struct str bytes)
{
    size_t have = p->x.bulk ? p->spool.n : p->body.n;
    if (p->too_big || have + bytes.n > p->body_max) {
        p->too_big = true;
        p->spool.at += bytes.n; /* a little is swallowed so that the answer is seen */
        return p->spool.at < BODY_MAX;
    }
    if (!p->x.bulk) {
        buf_str_add(&p->body, bytes);
        return true;
    }
    for (size_t at = 0; at < bytes.n;) {
        ssize_t put = write(p->spool.fd, bytes.p + at, bytes.n - at);
        if (put <= 0) return false; /* no room on the disk: hang up, nothing was done */
        at += (size_t)put;
        p->spool.n += (size_t)put;
    }
    return true;
}

static void hash_request(struct passage *p, struct str body)
{
    struct buf b = buf_in(p->x.arena);
    struct hash content = hash_of(body);
    buf_str_add(&b, p->x.method);
    buf_ch(&b, '\n');
    buf_str_add(&b, p->x.path);
    buf_ch(&b, '\n');
    buf_add(&b, content.b, sizeof content.b);
    p->request = hash_of(buf_str(&b));
}

RC body_read(struct passage *p, struct err *e)
{
    struct exchange *x = &p->x;
    if (p->too_big) return FAIL(e, RC_LIMIT, "SRV-0021", "the body is too large");
    if (x->bulk) {
        p->spool.at = 0;
        if (p->spool.n) {
            void *map = mmap(NULL, p->spool.n, PROT_READ, MAP_PRIVATE, p->spool.fd, 0);
            if (map == MAP_FAILED)
                return FAIL(e, RC_IO, "SRV-0026", "a bulk body cannot be read");
            p->spool.map = map;
        }
        if (x->key.n) hash_request(p, str_n(p->spool.map ? p->spool.map : "", p->spool.n));
        return RC_OK;
    }
    x->raw = buf_str(&p->body);
    if (x->key.n) hash_request(p, x->raw);
    if (!x->route->body) return RC_OK; /* what nobody asked for is not looked at */
    TRY(json_parse(x->arena, x->raw, "", NULL, &x->body, e));
    return schemas_check(x->arena, x->route->body, x->body, e);
}
