/* Lines for people and for machines. What must never happen: a personal field in a line, half a
 * line, a line that a hostile text splits in two. */
#include "os/log.h"
#include "base/date.h"
#include "os/clock.h"
#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static struct log_setup setup = {.least = LEVEL_INFO, .fd = STDERR_FILENO};

static const struct {
    const char *word;
    int priority; /* of syslog */
} levels[] = {[LEVEL_DEBUG] = {"debug", 7},
              [LEVEL_INFO] = {"info", 6},
              [LEVEL_WARNING] = {"warning", 4},
              [LEVEL_ERROR] = {"error", 3}};

void log_configure(struct log_setup s) { setup = s; }
bool log_journal_wanted(void) { return getenv("JOURNAL_STREAM") != NULL; }
bool log_enabled(enum log_level level) { return level >= setup.least; }

bool log_level_from_word(struct str s, enum log_level *ret)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (str_is(s, levels[i].word)) {
            *ret = (enum log_level)i;
            return true;
        }
    return false;
}

/* Fixed memory: logging must work when little else does. What does not fit is left out at a
 * field's border. */
struct line {
    char p[LINE_MAX_BYTES];
    size_t n;
    bool full;
};

static void line_add(struct line *l, const char *p, size_t n)
{
    if (l->full || n > sizeof l->p - 8 - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->p + l->n, p, n);
    l->n += n;
}

static void line_c(struct line *l, const char *c) { line_add(l, c, strlen(c)); }

static void line_quoted(struct line *l, struct str s)
{
    line_c(l, "\"");
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escaped[8];
        if (c == '"' || c == '\\')
            line_add(l, (char[]){'\\', (char)c}, 2);
        else if (c < 0x20 || c == 0x7F)
            line_add(l, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c));
        else
            line_add(l, s.p + i, 1);
    }
    line_c(l, "\"");
}

static bool plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '=' || s.p[i] == '\\' || s.p[i] == 0x7F)
            return false;
    return s.n > 0;
}

static void line_value(struct line *l, const struct log_field *f)
{
    char number[40];
    switch (f->type) {
    case LOG_TEXT:
        if (!setup.json && plain(f->text))
            line_add(l, f->text.p, f->text.n);
        else
            line_quoted(l, f->text);
        break;
    case LOG_INT:
        snprintf(number, sizeof number, "%lld", (long long)f->whole);
        line_c(l, number);
        break;
    case LOG_REAL:
        snprintf(number, sizeof number, "%.6g", f->real);
        line_c(l, isfinite(f->real) ? number : "null");
        break;
    case LOG_BOOL: line_c(l, f->whole ? "true" : "false"); break;
    }
}

static void line_field(struct line *l, const struct log_field *f)
{
    if (f->privacy == LOG_PERSONAL) return;
    size_t before = l->n;
    if (setup.json) {
        line_c(l, ",");
        line_quoted(l, str_c(f->name));
        line_c(l, ":");
    } else {
        line_c(l, " ");
        line_c(l, f->name);
        line_c(l, "=");
    }
    line_value(l, f);
    if (l->full) l->n = before;
}

static void line_head(struct line *l, enum log_level level, const char *name)
{
    char text[64], when[40];
    struct clock clock = clock_real();
    instant_utc(clock_now(&clock), when);
    if (setup.journal) {
        snprintf(text, sizeof text, "<%d>", levels[level].priority);
        line_c(l, text);
    }
    if (setup.json) {
        line_c(l, "{\"time\":\"");
        line_c(l, when);
        line_c(l, "\",\"level\":\"");
        line_c(l, levels[level].word);
        line_c(l, "\",\"event\":");
        line_quoted(l, str_c(name));
        return;
    }
    if (!setup.journal) { /* the journal has a clock of its own */
        line_c(l, when);
        line_c(l, " ");
    }
    line_c(l, levels[level].word);
    line_c(l, " ");
    line_c(l, name);
}

void log_write(enum log_level level, const char *name, const struct log_field *fields, size_t n)
{
    if (!log_enabled(level)) return;
    struct line l;
    l.n = 0;
    l.full = false;
    line_head(&l, level, name);
    for (size_t i = 0; i < n && !l.full; i++) line_field(&l, &fields[i]);
    /* line_add keeps eight bytes free for this end. */
    const char *end = setup.json ? "}\n" : "\n";
    memcpy(l.p + l.n, end, strlen(end));
    l.n += strlen(end);
    ssize_t put;
    do put = write(setup.fd, l.p, l.n);
    while (put < 0 && errno == EINTR);
}
