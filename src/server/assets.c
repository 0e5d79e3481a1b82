/* See assets.h. */
#include "server/assets.h"
#include "server/embedded.h"

#define HINT                                                                                   \
    "The desk is not part of this build; configure with -Ddesk=ui/dist after building it. "    \
    "The API is at /api/v1.\n"

static struct str joined(struct passage *p)
{
    struct buf b = buf_in(p->x.arena);
    for (size_t i = 0; i < p->n_segments; i++) {
        if (i) buf_ch(&b, '/');
        buf_str_add(&b, p->segments[i]);
    }
    return buf_str(&b);
}

/* Where the desk draws by itself, and the public page. */
static bool is_page(const struct passage *p)
{
    return p->n_segments == 0 || str_is(p->segments[0], "desk") ||
           (p->n_segments == 1 && str_is(p->segments[0], "public"));
}

static void header(struct passage *p, const char *name, const char *value)
{
    p->headers[p->n_headers++] = (struct answer_header){name, value};
}

static void send(struct passage *p, const struct embedded *f)
{
    const struct str *body = &f->plain;
    if (f->gzip.p && p->encodings & 1u << ENCODING_GZIP) body = &f->gzip;
    if (f->br.p && p->encodings & 1u << ENCODING_BR) body = &f->br;
    if (body == &f->gzip) header(p, "Content-Encoding", "gzip");
    if (body == &f->br) header(p, "Content-Encoding", "br");
    if (f->gzip.p || f->br.p) header(p, "Vary", "Accept-Encoding");
    p->x.cache = f->hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache");
    p->x.etag = str_c(arena_printf(p->x.arena, "%.*s%s\"", (int)strlen(f->etag) - 1, f->etag,
                                   body == &f->br     ? "-br"
                                   : body == &f->gzip ? "-gz"
                                                      : ""));
    /* of a 304, too: its headers renew those of the page that the browser keeps, the content
     * policy among them */
    p->x.type = str_c(f->type);
    if (p->x.if_none_match.n && guard_tags(p->x.if_none_match, p->x.etag)) {
        p->x.status = 304;
        return;
    }
    (void)exchange_bytes(&p->x, 200, f->type, *body);
}

bool assets_answer(struct passage *p)
{
    const struct embedded *f = p->n_segments ? embedded_find(joined(p)) : NULL;
    p->is_asset = true;
    if (!f && is_page(p)) {
        if (!embedded_desk()) {
            (void)exchange_bytes(&p->x, 200, "text/plain; charset=utf-8", STR(HINT));
            return true;
        }
        if (p->n_segments == 1 && str_is(p->segments[0], "public"))
            f = embedded_find(STR("public.html"));
        if (!f) f = embedded_find(STR("index.html"));
    }
    if (!f || str_is(str_c(f->path), "openapi.json")) return false;
    send(p, f);
    return true;
}
