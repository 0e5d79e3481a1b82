/* XML to a small tree through libxml2's SAX2 callbacks (the only file that sees it): see xml.h. A document type
 * declaration is refused outright, so no entity but the five predefined ones can ever be asked for. */
#include "base/xml.h"
#include "base/buf.h"
#include <libxml/SAX2.h>
#include <libxml/parser.h>

struct reader {
    struct arena *arena;
    const char *name;
    struct xml_limits limits;
    xmlParserCtxtPtr ctx;
    struct xml *root, *at;
    struct buf text; /* character data not yet made a node */
    size_t depth, nodes;
    enum rc rc;
    struct err *err;
};

static void refuse(struct reader *r, enum rc rc, const char *id, const char *what)
{
    if (r->rc != RC_OK) return;
    r->rc = rc;
    err_set(r->err, rc, id, __FILE__, __LINE__, "%s", what);
    err_at(r->err, r->name, xmlSAX2GetLineNumber(r->ctx), xmlSAX2GetColumnNumber(r->ctx));
    xmlStopParser(r->ctx);
}

static struct str copy(struct arena *a, const xmlChar *s)
{
    return s ? str_dup(a, str_c((const char *)s)) : STR("");
}

static struct xml *add_node(struct reader *r)
{
    if (++r->nodes > r->limits.max_nodes) refuse(r, RC_LIMIT, "XML-0003", "the document has too many nodes");
    struct xml *x = arena_new(r->arena, struct xml);
    x->parent = r->at;
    x->line = xmlSAX2GetLineNumber(r->ctx);
    x->column = xmlSAX2GetColumnNumber(r->ctx);
    if (r->at) {
        if (r->at->last) r->at->last->next = x;
        else r->at->first = x;
        r->at->last = x;
    }
    return x;
}

static void flush_text(struct reader *r)
{
    if (r->text.n == 0 || !r->at) return;
    struct xml *x = add_node(r);
    x->text = str_dup(r->arena, buf_str(&r->text));
    if (r->at->text.n) { /* data split by a child element: join */
        struct buf b = buf_in(r->arena);
        buf_str_add(&b, r->at->text);
        buf_str_add(&b, x->text);
        r->at->text = buf_str(&b);
    } else {
        r->at->text = x->text;
    }
    r->text.n = 0;
}

static void start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                  const xmlChar **ns, int n_attr, int n_defaulted, const xmlChar **attr)
{
    struct reader *r = ((xmlParserCtxtPtr)ctx)->_private;
    (void)prefix;
    (void)n_defaulted;
    if (r->rc != RC_OK) return;
    flush_text(r);
    if (++r->depth > r->limits.max_depth) {
        refuse(r, RC_LIMIT, "XML-0003", "elements are nested too deeply");
        return;
    }
    struct xml *x = add_node(r);
    x->name = copy(r->arena, local);
    x->ns = copy(r->arena, uri);
    x->text = STR("");
    x->n_namespaces = (size_t)n_ns;
    x->namespaces = arena_array(r->arena, struct str, (size_t)n_ns * 2);
    for (int i = 0; i < n_ns * 2; i++) x->namespaces[i] = copy(r->arena, ns[i]);
    x->n_attributes = (size_t)n_attr;
    x->attributes = arena_array(r->arena, struct xml_attribute, (size_t)n_attr);
    for (int i = 0; i < n_attr; i++) { /* localname, prefix, URI, value begin, value end */
        const xmlChar **p = attr + i * 5;
        x->attributes[i] = (struct xml_attribute){
            copy(r->arena, p[0]), copy(r->arena, p[2]),
            str_dup(r->arena, str_n((const char *)p[3], (size_t)(p[4] - p[3])))};
    }
    if (!r->root) r->root = x;
    r->at = x;
}

static void end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = ((xmlParserCtxtPtr)ctx)->_private;
    (void)local;
    (void)prefix;
    (void)uri;
    if (r->rc != RC_OK || !r->at) return;
    flush_text(r);
    r->at = r->at->parent;
    r->depth--;
}

static void characters(void *ctx, const xmlChar *s, int n)
{
    struct reader *r = ((xmlParserCtxtPtr)ctx)->_private;
    if (r->rc == RC_OK && r->at) buf_add(&r->text, s, (size_t)n);
}

static void doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    struct reader *r = ((xmlParserCtxtPtr)ctx)->_private;
    (void)name;
    (void)external;
    (void)system;
    refuse(r, RC_INVALID, "XML-0002", "a document type declaration is not accepted; remove <!DOCTYPE …>");
}

static void malformed(void *ctx, xmlErrorPtr error)
{
    struct reader *r = ((xmlParserCtxtPtr)ctx)->_private;
    if (r->rc != RC_OK || error->level < XML_ERR_ERROR) return;
    char text[200];
    snprintf(text, sizeof text, "%s", error->message ? error->message : "not well-formed");
    for (size_t n = strlen(text); n && (text[n - 1] == '\n' || text[n - 1] == '.'); n--) text[n - 1] = 0;
    refuse(r, RC_INVALID, "XML-0001", text);
    r->err->line = error->line;
    r->err->column = error->int2;
}

RC xml_parse(struct arena *a, struct str bytes, const char *name, const struct xml_limits *limits,
             struct xml **ret, struct err *e)
{
    struct err ignored;
    struct reader r = {.arena = a, .name = name, .err = e ? e : &ignored, .text = buf_in(a)};
    if (limits) r.limits = *limits;
    if (!r.limits.max_bytes) r.limits.max_bytes = (size_t)64 << 20;
    if (!r.limits.max_depth) r.limits.max_depth = 200;
    if (!r.limits.max_nodes) r.limits.max_nodes = 4000000;
    if (bytes.n == 0 || bytes.n > r.limits.max_bytes) {
        err_set(r.err, RC_INVALID, "XML-0003", __FILE__, __LINE__,
                bytes.n ? "the document is larger than %zu bytes" : "the document is empty", r.limits.max_bytes);
        err_at(r.err, name, 0, 0);
        return bytes.n ? RC_LIMIT : RC_INVALID;
    }
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC, .startElementNs = start, .endElementNs = end,
                         .characters = characters, .cdataBlock = characters, .ignorableWhitespace = characters,
                         .internalSubset = doctype, .serror = malformed};
    xmlParserCtxtPtr ctx = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
    if (!ctx) return FAIL(e, RC_BUG, "XML-0009", "no XML parser");
    xmlCtxtUseOptions(ctx, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_COMPACT);
    ctx->_private = &r;
    r.ctx = ctx;
    for (size_t at = 0; at < bytes.n && r.rc == RC_OK;) {
        size_t n = bytes.n - at < 65536 ? bytes.n - at : 65536;
        xmlParseChunk(ctx, bytes.p + at, (int)n, 0);
        at += n;
    }
    if (r.rc == RC_OK) xmlParseChunk(ctx, NULL, 0, 1);
    if (r.rc == RC_OK && (!ctx->wellFormed || !r.root)) refuse(&r, RC_INVALID, "XML-0001", "not well-formed");
    if (ctx->myDoc) xmlFreeDoc(ctx->myDoc);
    xmlFreeParserCtxt(ctx);
    if (r.rc == RC_OK) *ret = r.root;
    return r.rc;
}

static struct xml *element(struct xml *x, const char *name)
{
    for (; x; x = x->next)
        if (x->name.n && (!name || str_is(x->name, name))) return x;
    return NULL;
}

struct xml *xml_child(const struct xml *x, const char *name) { return x ? element(x->first, name) : NULL; }
struct xml *xml_next(const struct xml *x, const char *name) { return x ? element(x->next, name) : NULL; }
struct xml *xml_first(const struct xml *x) { return x ? element(x->first, NULL) : NULL; }

struct str xml_attr(const struct xml *x, const char *name)
{
    for (size_t i = 0; x && i < x->n_attributes; i++)
        if (str_is(x->attributes[i].name, name) && x->attributes[i].ns.n == 0) return x->attributes[i].value;
    for (size_t i = 0; x && i < x->n_attributes; i++) /* xsi:nil and its like */
        if (str_is(x->attributes[i].name, name)) return x->attributes[i].value;
    return (struct str){NULL, 0};
}

struct str xml_prefix(const struct xml *x, struct str prefix)
{
    for (; x; x = x->parent)
        for (size_t i = 0; i < x->n_namespaces; i++)
            if (str_eq(x->namespaces[i * 2], prefix)) return x->namespaces[i * 2 + 1];
    return (struct str){NULL, 0};
}

void xml_escape(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': buf_c(b, "&amp;"); break;
        case '<': buf_c(b, "&lt;"); break;
        case '>': buf_c(b, "&gt;"); break;
        case '"': buf_c(b, "&quot;"); break;
        default: buf_ch(b, s.p[i]);
        }
    }
}
