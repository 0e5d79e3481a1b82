/* XML 1.0 with namespaces as a tree, through libxml2's SAX2 interface. A document type
 * declaration is refused before anything in it is read, so there are no entities but the five
 * and nothing is fetched. This file must never print, and never set libxml2's global state. */
#include "base/xml.h"
#include "base/buf.h"
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>

struct builder {
    struct arena *a;
    const char *name;
    struct str bytes;
    size_t max_depth, max_nodes, depth, nodes;
    struct xml *root, *open;
    struct buf run; /* character data since the last tag */
    /* How far lines have been counted in bytes. */
    size_t seen;
    int line;
    size_t line_start;
    bool failed;
    struct err *e;
    xmlParserCtxtPtr parser;
};

static struct str view(const xmlChar *s) { return str_c(s ? (const char *)s : ""); }

static struct str copy(struct builder *b, const xmlChar *s)
{
    return s ? str_dup(b->a, view(s)) : STR("");
}

static int clamp(size_t n) { return n > INT_MAX ? INT_MAX : (int)n; }

static void stop(struct builder *b, const char *id, enum rc code, const char *what)
{
    if (b->failed) return;
    b->failed = true;
    err_set(b->e, code, id, __FILE__, __LINE__, "%s", what);
    const xmlParserInput *in = b->parser->input;
    err_at(b->e, b->name, in ? in->line : 0, in ? in->col : 0);
    xmlStopParser(b->parser);
}

/* The handler runs at the end of a start tag; the tag's own place is that of the last '<'
 * before it (a '<' cannot stand inside a tag). Text in another encoding than UTF-8 has
 * libxml2's place. */
static void place(struct builder *b, struct xml *x)
{
    const xmlParserInput *in = b->parser->input;
    x->line = in->line;
    x->column = in->col;
    if (!in->buf || in->buf->encoder) return;
    size_t end = (size_t)in->consumed + (size_t)(in->cur - in->base);
    const char *lt = end <= b->bytes.n ? memrchr(b->bytes.p, '<', end) : NULL;
    if (!lt || (size_t)(lt - b->bytes.p) < b->seen) return;
    size_t at = (size_t)(lt - b->bytes.p);
    const char *nl;
    while ((nl = memchr(b->bytes.p + b->seen, '\n', at - b->seen))) {
        b->seen = (size_t)(nl - b->bytes.p) + 1;
        b->line_start = b->seen;
        b->line++;
    }
    b->seen = at;
    x->line = b->line;
    x->column = clamp(at - b->line_start + 1);
}

static struct xml *node_add(struct builder *b)
{
    if (++b->nodes > b->max_nodes) {
        stop(b, "XML-0004", RC_LIMIT, "the document has more nodes than the limit");
        return NULL;
    }
    struct xml *x = arena_new(b->a, struct xml), *up = b->open;
    x->parent = up;
    if (up && up->last)
        up->last->next = x;
    else if (up)
        up->first = x;
    if (up) up->last = x;
    return x;
}

/* Character data comes in pieces; one text node is made of those between two tags. */
static void text_flush(struct builder *b)
{
    if (b->run.n == 0 || !b->open) return;
    struct xml *x = node_add(b);
    if (!x) return;
    x->text = str_dup(b->a, buf_str(&b->run));
    x->line = b->parser->input->line;
    b->run.n = 0;
}

static void names_copy(struct builder *b, struct xml *x, int n, const xmlChar **names)
{
    x->n_namespaces = (size_t)n;
    x->namespaces = arena_array(b->a, struct str, (size_t)n * 2);
    for (int i = 0; i < n * 2; i++) x->namespaces[i] = copy(b, names[i]);
}

/* Five pointers an attribute: local name, prefix, namespace, first and end of the value. */
static void attributes_copy(struct builder *b, struct xml *x, int n, const xmlChar **parts)
{
    x->n_attributes = (size_t)n;
    x->attributes = arena_array(b->a, struct xml_attribute, (size_t)n);
    for (int i = 0; i < n; i++, parts += 5) {
        struct str value = str_n((const char *)parts[3], (size_t)(parts[4] - parts[3]));
        x->attributes[i] = (struct xml_attribute){
            .name = copy(b, parts[0]), .ns = copy(b, parts[2]), .value = str_dup(b->a, value)};
    }
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int n_names, const xmlChar **names, int n_attributes, int n_defaulted,
                     const xmlChar **attributes)
{
    struct builder *b = ctx;
    (void)prefix, (void)n_defaulted;
    if (b->failed) return;
    text_flush(b);
    if (++b->depth > b->max_depth) {
        stop(b, "XML-0003", RC_LIMIT, "elements are nested deeper than the limit");
        return;
    }
    struct xml *x = node_add(b);
    if (!x) return;
    x->name = copy(b, local);
    x->ns = copy(b, uri);
    place(b, x);
    if (n_names) names_copy(b, x, n_names, names);
    if (n_attributes) attributes_copy(b, x, n_attributes, attributes);
    if (!b->root) b->root = x;
    b->open = x;
}

static struct str text_join(struct builder *b, const struct xml *x)
{
    const struct xml *only = NULL;
    size_t pieces = 0, n = 0;
    for (const struct xml *c = x->first; c; c = c->next)
        if (c->name.n == 0) only = c, pieces++, n += c->text.n;
    if (pieces == 0) return STR("");
    if (pieces == 1) return only->text;
    char *p = arena_alloc(b->a, n), *at = p;
    for (const struct xml *c = x->first; c; c = c->next)
        if (c->name.n == 0) at = mempcpy(at, c->text.p, c->text.n);
    return str_n(p, n);
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct builder *b = ctx;
    (void)local, (void)prefix, (void)uri;
    if (b->failed || !b->open) return;
    text_flush(b);
    if (b->failed) return;
    b->open->text = text_join(b, b->open);
    b->open = b->open->parent;
    b->depth--;
}

static void on_text(void *ctx, const xmlChar *s, int n)
{
    struct builder *b = ctx;
    if (!b->failed) buf_add(&b->run, s, (size_t)n);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    (void)name, (void)public_id, (void)system_id;
    stop(ctx, "XML-0005", RC_INVALID,
         "a document type declaration is not accepted; remove <!DOCTYPE>");
}

/* Warnings are dropped; the first error is the one that explains. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    struct builder *b = ctx;
    if (b->failed || error->level < XML_ERR_ERROR) return;
    b->failed = true;
    struct str text = str_trim(str_c(error->message ? error->message : "not well-formed"));
    err_set(b->e, RC_INVALID, "XML-0001", __FILE__, __LINE__, "not well-formed XML: " STR_FMT,
            STR_ARG(str_sub(text, 0, 250)));
    err_at(b->e, b->name, error->line, error->int2);
}

static void start_library(void) { xmlInitParser(); }

static const xmlSAXHandler handlers = {
    .internalSubset = on_doctype,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .serror = on_error,
    .initialized = XML_SAX2_MAGIC,
};

static void run(struct builder *b)
{
    /* NOENT with no declared entities only makes libxml2 hand over &amp; as the character. */
    int options = XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_COMPACT;
    *b->parser->sax = handlers;
    b->parser->userData = b;
    xmlDocPtr doc =
        xmlCtxtReadMemory(b->parser, b->bytes.p, (int)b->bytes.n, NULL, NULL, options);
    if (doc) xmlFreeDoc(doc);
    if (!b->failed && (!b->parser->wellFormed || !b->root || b->open))
        stop(b, "XML-0001", RC_INVALID, "not well-formed XML");
}

RC xml_parse(struct arena *a, struct str bytes, const char *name,
             const struct xml_limits *limits, struct xml **ret, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    static const struct xml_limits none;
    const struct xml_limits *l = limits ? limits : &none;
    size_t max_bytes = l->max_bytes ? l->max_bytes : (size_t)64 << 20;
    struct err sink;
    if (!e) e = &sink;
    if (bytes.n > max_bytes || bytes.n > INT_MAX) {
        (void)FAIL(e, RC_LIMIT, "XML-0002", "the document has %zu bytes; the limit is %zu",
                   bytes.n, max_bytes);
        err_at(e, name, 0, 0);
        return RC_LIMIT;
    }
    pthread_once(&once, start_library);
    struct arena scratch;
    arena_init(&scratch, 0);
    struct builder b = {.a = a,
                        .name = name,
                        .bytes = bytes,
                        .line = 1,
                        .e = e,
                        .max_depth = l->max_depth ? l->max_depth : 200,
                        .max_nodes = l->max_nodes ? l->max_nodes : 4000000,
                        .run = buf_in(&scratch),
                        .parser = xmlNewParserCtxt()};
    if (!b.parser) {
        arena_done(&scratch);
        return FAIL(e, RC_LIMIT, "XML-0006", "out of memory for the XML parser");
    }
    run(&b);
    xmlFreeParserCtxt(b.parser);
    arena_done(&scratch);
    if (b.failed) return e->code;
    *ret = b.root;
    return RC_OK;
}

static struct xml *element_from(struct xml *x, const char *name)
{
    for (; x; x = x->next)
        if (x->name.n && (!name || str_is(x->name, name))) break;
    return x;
}

struct xml *xml_child(const struct xml *x, const char *name)
{
    return x ? element_from(x->first, name) : NULL;
}

struct xml *xml_next(const struct xml *x, const char *name)
{
    return x ? element_from(x->next, name) : NULL;
}

struct xml *xml_first(const struct xml *x) { return xml_child(x, NULL); }

struct str xml_attr(const struct xml *x, const char *name)
{
    for (size_t i = 0; x && i < x->n_attributes; i++)
        if (str_is(x->attributes[i].name, name)) return x->attributes[i].value;
    return (struct str){NULL, 0};
}

struct str xml_prefix(const struct xml *x, struct str prefix)
{
    if (str_is(prefix, "xml")) return STR("http://www.w3.org/XML/1998/namespace");
    for (; x; x = x->parent)
        for (size_t i = 0; i < x->n_namespaces; i++)
            if (str_eq(x->namespaces[2 * i], prefix)) return x->namespaces[2 * i + 1];
    return (struct str){NULL, 0};
}

void xml_escape(struct buf *b, struct str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *entity = s.p[i] == '&'   ? "&amp;"
                             : s.p[i] == '<' ? "&lt;"
                             : s.p[i] == '>' ? "&gt;"
                             : s.p[i] == '"' ? "&quot;"
                                             : NULL;
        if (!entity) continue;
        buf_add(b, s.p + from, i - from);
        buf_c(b, entity);
        from = i + 1;
    }
    buf_add(b, s.p + from, s.n - from);
}
