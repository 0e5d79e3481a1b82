/* XML 1.0 with namespaces as a small tree in an arena, through libxml2's SAX2 interface (the
 * only file that sees it). No DTD, no entities but the five, no network; depth, size and node
 * limits. Every element knows its line and column. */
#pragma once
#include "base/rc.h"
#include "base/str.h"

struct xml_attribute {
    struct str name, ns, value; /* local name; ns "" if none */
};

struct xml {
    struct str name, ns; /* local name and namespace name of an element; name.n == 0 for text */
    /* of a text node; for an element all character data directly below it, joined */
    struct str text;
    struct xml_attribute *attributes;
    size_t n_attributes;
    struct xml *parent, *first, *last, *next; /* children include text nodes in order */
    struct str *namespaces;                   /* prefix, name pairs declared here */
    size_t n_namespaces;
    int line, column;
};

struct xml_limits {
    size_t max_bytes, max_depth, max_nodes; /* 0 = 64 MiB, 200, 4 million */
};

RC xml_parse(struct arena *a, struct str bytes, const char *name,
             const struct xml_limits *limits, struct xml **ret, struct err *e);
/* first element child of that local name */
struct xml *xml_child(const struct xml *x, const char *name);
/* next element sibling; NULL name: any */
struct xml *xml_next(const struct xml *x, const char *name);
struct xml *xml_first(const struct xml *x);                 /* first element child */
struct str xml_attr(const struct xml *x, const char *name); /* {NULL,0} if absent */
/* namespace bound to prefix here */
struct str xml_prefix(const struct xml *x, struct str prefix);
/* Text writer helper: escapes & < > " */
struct buf;
void xml_escape(struct buf *b, struct str s);
