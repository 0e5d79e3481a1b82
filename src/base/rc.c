/* The table of failure categories and the writing of struct err. Every print is bounded by the
 * member it fills; text from outside is folded to one line and never cut inside a UTF-8
 * sequence. */
#include "base/rc.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int http, exit;
    bool again;
} table[] = {
#define _(id, name, http, exit, again) [RC_##id] = {name, http, exit, again},
    RC_LIST(_)
#undef _
};

static const size_t table_n = sizeof table / sizeof table[0];

/* An unknown code can only come from damaged memory; it is answered like a bug. */
static size_t row_of(enum rc code)
{
    return (size_t)code < table_n ? (size_t)code : (size_t)RC_BUG;
}

const char *rc_name(enum rc code) { return table[row_of(code)].name; }

int rc_http(enum rc code) { return table[row_of(code)].http; }

int rc_exit(enum rc code) { return table[row_of(code)].exit; }

bool rc_again(enum rc code) { return table[row_of(code)].again; }

/* After a bounded print: no control characters, no half character at the cut. */
static void tidy(char *s, size_t room)
{
    size_t n = strnlen(s, room - 1);
    s[n] = '\0';
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) s[i] = ' ';
    if (n + 1 < room || n == 0) return;
    size_t lead = n - 1;
    while (lead > 0 && n - lead < 4 && ((unsigned char)s[lead] & 0xc0) == 0x80) lead--;
    unsigned char c = (unsigned char)s[lead];
    size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    if (lead + want > n) s[lead] = '\0';
}

static void put(char *to, size_t room, const char *from)
{
    snprintf(to, room, "%s", from ? from : "");
    tidy(to, room);
}

void err_set(struct err *e, enum rc code, const char *id, const char *file, int line,
             const char *fmt, ...)
{
    if (!e) return;
    /* The arguments may point into *e (an error made from an error), so print first. */
    char text[sizeof e->text];
    char name[sizeof e->id];
    va_list args;
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) < 0) text[0] = '\0';
    va_end(args);
    tidy(text, sizeof text);
    put(name, sizeof name, id);
    memset(e, 0, sizeof *e);
    e->code = code;
    memcpy(e->id, name, sizeof name);
    memcpy(e->text, text, sizeof text);
    e->source = file;
    e->source_line = line;
}

void err_at(struct err *e, const char *where, int line, int column)
{
    if (!e) return;
    char copy[sizeof e->where];
    put(copy, sizeof copy, where);
    memcpy(e->where, copy, sizeof copy);
    e->line = line;
    e->column = column;
}

void err_wrap(struct err *e, const char *fmt, ...)
{
    if (!e) return;
    char head[sizeof e->text], text[sizeof e->text + sizeof head + 2];
    va_list args;
    va_start(args, fmt);
    if (vsnprintf(head, sizeof head, fmt, args) < 0) head[0] = '\0';
    va_end(args);
    tidy(head, sizeof head);
    snprintf(text, sizeof text, "%s: %s", head, e->text);
    put(e->text, sizeof e->text, text);
}

const char *err_print(const struct err *e, char *buf, size_t n)
{
    if (n == 0) return "";
    char place[sizeof e->where + 32] = "";
    if (e->line > 0 && e->column > 0)
        snprintf(place, sizeof place, "%s:%d:%d: ", e->where, e->line, e->column);
    else if (e->line > 0)
        snprintf(place, sizeof place, "%s:%d: ", e->where, e->line);
    else if (e->where[0])
        snprintf(place, sizeof place, "%s: ", e->where);
    snprintf(buf, n, "%s%s%s%s%s", place, e->text, e->id[0] ? " [" : "", e->id,
             e->id[0] ? "]" : "");
    tidy(buf, n);
    return buf;
}
