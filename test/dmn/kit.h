/* What the unit tests of values share: an arena, zones from the machine's tz database, and a
 * reader of literals (numbers, "strings", @"…", true, false, null, [lists], {contexts}, [a..b]
 * and (< a) ranges) that owes nothing to the engine's parser. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "dmn/builtin.h"
#include "dmn/num.h"
#include <stdio.h>
#include <stdlib.h>

static struct arena kit_arena, kit_zone_arena;

static inline const struct tz *kit_find(void *ctx, struct str name)
{
    static struct {
        char name[65];
        const struct tz *tz;
    } seen[64];
    static char bytes[65536];
    char path[128];
    struct err e;
    (void)ctx;
    for (size_t i = 0; i < 64; i++) {
        if (seen[i].tz && str_is(name, seen[i].name)) return seen[i].tz;
        if (seen[i].tz) continue;
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", STR_ARG(name));
        FILE *f = fopen(path, "rb");
        if (!f) return NULL;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        if (tz_load(&kit_zone_arena, name, str_n(bytes, n), &seen[i].tz, &e) != RC_OK)
            return NULL;
        snprintf(seen[i].name, sizeof seen[i].name, "%.*s", STR_ARG(name));
        return seen[i].tz;
    }
    return NULL;
}

static const struct zones kit_zones = {.find = kit_find};

static inline void kit_bad(const char *p)
{
    print_error("bad literal in the test at: %s\n", p);
    fail();
}

static inline void kit_skip(const char **p)
{
    while (**p == ' ') ++*p;
}

static inline struct str kit_quoted(const char **p)
{
    struct buf b = buf_in(&kit_arena);
    ++*p;
    while (**p && **p != '"') {
        if (**p == '\\') ++*p;
        buf_ch(&b, *(*p)++);
    }
    if (**p != '"') kit_bad(*p);
    ++*p;
    return buf_str(&b);
}

static inline struct value kit_value(const char **p);

static inline struct value kit_range(struct range r)
{
    struct range *copy = arena_new(&kit_arena, struct range);
    *copy = r;
    return (struct value){.tag = TAG_RANGE, .range = copy};
}

/* Behind a bracket: a list, or a range. */
static inline struct value kit_bracket(const char **p, char bracket)
{
    struct value items[64];
    size_t n = 0;
    kit_skip(p);
    if (bracket == '(' && (**p == '<' || **p == '>')) {
        bool less = *(*p)++ == '<', closed = **p == '=';
        if (closed) ++*p;
        uint8_t bound = closed ? BOUND_CLOSED : BOUND_OPEN;
        struct value v = kit_value(p);
        if (*(*p)++ != ')') kit_bad(*p);
        return kit_range(less ? (struct range){.high = v, .high_bound = bound}
                              : (struct range){.low = v, .low_bound = bound});
    }
    for (; **p != ']'; kit_skip(p)) {
        items[n++] = kit_value(p);
        kit_skip(p);
        if ((*p)[0] == '.' && (*p)[1] == '.') {
            *p += 2;
            struct value high = kit_value(p);
            kit_skip(p);
            uint8_t low_bound = bracket == '[' ? BOUND_CLOSED : BOUND_OPEN;
            uint8_t high_bound = *(*p)++ == ']' ? BOUND_CLOSED : BOUND_OPEN;
            return kit_range(
                (struct range){items[0], high, low_bound, high_bound, false, false});
        }
        if (**p == ',') ++*p;
    }
    ++*p;
    struct value v = v_list(&kit_arena, n);
    for (size_t i = 0; i < n; i++) v.list->items[i] = items[i];
    return v;
}

static inline struct value kit_context(const char **p)
{
    struct str keys[16];
    struct value values[16];
    size_t n = 0;
    for (kit_skip(p); **p != '}'; kit_skip(p)) {
        if (**p == '"') {
            keys[n] = kit_quoted(p);
        } else {
            const char *from = *p;
            while (**p && **p != ':') ++*p;
            keys[n] = str_n(from, (size_t)(*p - from));
        }
        kit_skip(p);
        if (*(*p)++ != ':') kit_bad(*p);
        values[n++] = kit_value(p);
        kit_skip(p);
        if (**p == ',') ++*p;
    }
    ++*p;
    struct value v = v_context(&kit_arena, n);
    for (size_t i = 0; i < n; i++)
        v.context->keys[i] = keys[i], v.context->values[i] = values[i];
    return v;
}

static inline struct value kit_value(const char **p)
{
    struct value v;
    kit_skip(p);
    if (strncmp(*p, "null", 4) == 0) return *p += 4, v_null(0);
    if (strncmp(*p, "true", 4) == 0) return *p += 4, v_bool(true);
    if (strncmp(*p, "false", 5) == 0) return *p += 5, v_bool(false);
    if (**p == '"') return v_str(kit_quoted(p));
    if (**p == '[' || **p == '(') return ++*p, kit_bracket(p, (*p)[-1]);
    if (**p == '{') return ++*p, kit_context(p);
    if (**p == '@') {
        const char *from = ++*p;
        if (!temporal_literal(&kit_arena, &kit_zones, kit_quoted(p), &v)) kit_bad(from);
        return v;
    }
    const char *from = *p;
    while ((**p >= '0' && **p <= '9') || **p == '-' || **p == 'E' ||
           (**p == '.' && (*p)[1] != '.'))
        ++*p;
    if (!num_parse(&kit_arena, str_n(from, (size_t)(*p - from)), &v)) kit_bad(from);
    return v;
}

static inline struct value kit_read(const char *text)
{
    struct value v = kit_value(&text);
    if (*text) kit_bad(text);
    return v;
}

static inline const char *kit_print(struct value v)
{
    struct str s = v_print(&kit_arena, v);
    return arena_strndup(&kit_arena, s.p, s.n);
}

static inline int kit_setup(void **state)
{
    (void)state;
    arena_init(&kit_arena, 0);
    arena_init(&kit_zone_arena, 0);
    return 0;
}

static inline int kit_teardown(void **state)
{
    (void)state;
    arena_done(&kit_arena);
    arena_done(&kit_zone_arena);
    return 0;
}
