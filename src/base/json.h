/* JSON as a tree of values in an arena: strict reading through jansson (the only file that sees
 * it), and one writer whose compact form is canonical (members sorted by bytes, no white
 * space), so that equal values are equal bytes. Duplicate members and malformed UTF-8 are
 * refused. A number that double precision would round is refused (JSON-0004), never changed in
 * silence; its literal digits are kept in `num`. The YAML reader fills the same tree, then line
 * and column are set. */
#pragma once
#include "base/buf.h"
#include "base/map.h"
#include "base/rc.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    int line, column; /* 0 when unknown */
    union {
        bool boolean;
        struct str string;
        struct {
            double real;
            int64_t whole; /* valid when is_whole */
            bool is_whole;
            struct str text; /* shortest exact decimal text */
        } num;
        struct {
            struct json **items;
            size_t n, cap;
        } array;
        struct {
            struct json_member *members; /* in document order */
            size_t n, cap;
        } object;
    };
};

struct json_member {
    struct str key;
    struct json *value;
};

struct json_limits {
    size_t max_bytes, max_depth; /* 0 = 16 MiB, 64 */
};

/* name is used in errors (a file name or ""). ret lives in a and does not borrow text. */
RC json_parse(struct arena *a, struct str text, const char *name,
              const struct json_limits *limits, struct json **ret, struct err *e);

/* A number by the grammar of RFC 8259 §6: JSON-0001 if it is none, JSON-0004 if double
 * precision would round it, JSON-0005 for an integer beyond 64 bits. Place is left to the
 * caller. */
RC json_number(struct arena *a, struct str literal, struct json **ret, struct err *e);

/* libjansson exports functions of these names, and a program's symbol goes before a shared
 * library's: without names of our own its calls to itself would land here. */
#define JSON_SYMBOL(name) __asm__("sallyport_" name)

/* Building. Keys and strings are borrowed. */
struct json *json_object(struct arena *a) JSON_SYMBOL("json_object");
struct json *json_array(struct arena *a) JSON_SYMBOL("json_array");
struct json *json_string(struct arena *a, struct str s) JSON_SYMBOL("json_string");
struct json *json_c(struct arena *a, const char *s);
struct json *json_int(struct arena *a, int64_t n);
struct json *json_real(struct arena *a, double d)
    JSON_SYMBOL("json_real"); /* null if not finite */
struct json *json_bool(struct arena *a, bool b);
struct json *json_null(struct arena *a) JSON_SYMBOL("json_null");
/* NULL value: ignored */
void json_set(struct arena *a, struct json *object, const char *key, struct json *value);
void json_set_str(struct arena *a, struct json *object, struct str key, struct json *value);
void json_add(struct arena *a, struct json *array, struct json *value);

/* Looking. All accept NULL and a value of another type and then give the "nothing" result. */
struct json *json_get(const struct json *object, const char *key); /* NULL if absent */
struct json *json_get_str(const struct json *object, struct str key);
struct json *json_at(const struct json *array, size_t i);
size_t json_len(const struct json *v);                            /* items or members */
struct str json_str(const struct json *v);                        /* {NULL,0} if not a string */
struct str json_text(const struct json *object, const char *key); /* json_str(json_get()) */
int64_t json_whole(const struct json *v, int64_t otherwise);
bool json_is_true(const struct json *v);
struct json *json_pointer(const struct json *root, struct str pointer); /* RFC 6901 */

/* Writing. Canonical: members sorted, nothing between tokens. Pretty: document order, two
 * spaces. */
void json_write(struct buf *b, const struct json *v);
void json_write_pretty(struct buf *b, const struct json *v);
void json_write_string(struct buf *b, struct str s); /* with quotes, minimal escapes */
