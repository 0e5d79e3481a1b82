/* Failure is a value with a category. One table gives every category its wire name, HTTP
 * status, exit status and whether trying again can help. Detail goes to the caller's struct
 * err, which is always the last argument, is never allocated and is untouched on success.
 *
 * A diagnostic has a stable id (`FACT-0003`, `FEEL-0107`) that `sallyport explain` and `dmn
 * explain` know. Thread safety: values only, no global state. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* id, wire name, HTTP status, exit status (docs/contracts.md), may be tried again */
/* clang-format off */
#define RC_LIST(_) \
    _(OK,       "ok",          200,  0, false) \
    _(NO,       "no",          200,  1, false) \
    _(USAGE,    "usage",       400,  2, false) \
    _(INVALID,  "invalid",     400, 65, false) \
    _(NOTFOUND, "not-found",   404,  1, false) \
    _(DENIED,   "denied",      403,  1, false) \
    _(CONFLICT, "conflict",    409,  1, false) \
    _(LIMIT,    "limit",       413, 65, false) \
    _(BUSY,     "unavailable", 503, 75, true) \
    _(IO,       "io",          503, 75, true) \
    _(BUG,      "bug",         500, 70, false)
/* clang-format on */

enum rc {
#define _(id, name, http, exit, again) RC_##id,
    RC_LIST(_)
#undef _
};

/* A fallible function returns RC: the result must be looked at. */
#define RC __attribute__((warn_unused_result)) enum rc

struct err {
    enum rc code;
    char id[16];        /* stable diagnostic id, e.g. "FACT-0003" */
    char where[160];    /* file, JSON pointer or model element; "" if none */
    int line, column;   /* of the input, 1-based; 0 if unknown */
    char text[320];     /* what is wrong and what to do, one line, no trailing stop */
    const char *source; /* place in our code, for bug reports only */
    int source_line;
};

/* FAIL yields the literal code so that compilers see which returns leave ret_ arguments
 * unset. */
#define FAIL(e, code, id, ...)                                                                 \
    (err_set((e), (code), (id), __FILE__, __LINE__, __VA_ARGS__), (code))

void err_set(struct err *e, enum rc code, const char *id, const char *file, int line,
             const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Set the place of an error already set: file or pointer, and position (0 = unknown). */
void err_at(struct err *e, const char *where, int line, int column);
/* Put context before the text: "loading pack 'x': …". */
void err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "where:line:column: text [id]" into buf; returns buf. */
const char *err_print(const struct err *e, char *buf, size_t n);

const char *rc_name(enum rc code);
int rc_http(enum rc code);
int rc_exit(enum rc code);
bool rc_again(enum rc code);

/* Return at once on failure; for functions that themselves return RC. */
#define TRY(call)                                                                              \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK) return rc_;                                                          \
    } while (0)
