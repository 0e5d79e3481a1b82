/* One event a line on standard error: a name and typed fields, as text or as a JSON object. Who
 * is logged about is said by type: a PERSONAL field is never written, in no format and at no
 * level, so that a call may hold what a reader of the code needs without a person's name ever
 * reaching a log. Secrets are not fields at all.
 *
 *   log_event(LEVEL_INFO, "notice.confirmed", log_c("channel", "fax"), log_int("attempt", 2));
 *
 * A line is one write(2), so lines of threads do not mix. */
#pragma once
#include "base/str.h"

enum log_level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };
enum log_privacy { LOG_PUBLIC, LOG_PERSONAL };
enum log_type { LOG_TEXT, LOG_INT, LOG_REAL, LOG_BOOL };

struct log_field {
    const char *name;
    enum log_type type;
    enum log_privacy privacy;
    struct str text;
    int64_t whole;
    double real;
};

struct log_setup {
    enum log_level least;
    bool json;
    bool journal; /* "<6>" before a line, as systemd reads it */
    int fd;       /* 2 */
};
void log_configure(
    struct log_setup s); /* once, before threads; until then: info, text, standard error */
bool log_journal_wanted(void); /* standard error is a journal stream (JOURNAL_STREAM) */
bool log_level_from_word(struct str s, enum log_level *ret); /* debug info warning error */
bool log_enabled(enum log_level level);

void log_write(enum log_level level, const char *name, const struct log_field *fields,
               size_t n);
#define log_event(level, name, ...)                                                            \
    log_write(                                                                                 \
        (level), (name), (const struct log_field[]){{0}, ##__VA_ARGS__} + 1,                   \
        sizeof((const struct log_field[]){{0}, ##__VA_ARGS__}) / sizeof(struct log_field) - 1)

static inline struct log_field log_str(const char *name, struct str s)
{
    return (struct log_field){.name = name, .type = LOG_TEXT, .text = s};
}
static inline struct log_field log_c(const char *name, const char *s)
{
    return log_str(name, str_c(s));
}
static inline struct log_field log_int(const char *name, int64_t n)
{
    return (struct log_field){.name = name, .type = LOG_INT, .whole = n};
}
static inline struct log_field log_real(const char *name, double d)
{
    return (struct log_field){.name = name, .type = LOG_REAL, .real = d};
}
static inline struct log_field log_bool(const char *name, bool b)
{
    return (struct log_field){.name = name, .type = LOG_BOOL, .whole = b};
}
/* Anything about a person in custody, a victim, a lawyer: dropped by the writer. */
static inline struct log_field log_personal(const char *name, struct str s)
{
    return (struct log_field){
        .name = name, .type = LOG_TEXT, .privacy = LOG_PERSONAL, .text = s};
}
