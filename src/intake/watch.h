/* The watched folder: FOLDER/in is looked at, a file is moved to work, read, and moved to done
 * or error; each move is one rename. Names ending in .part and beginning with '.' are not
 * taken; others when size and time have stood still long enough. A file found in work at the
 * start was interrupted and is read again, which changes nothing twice. */
#pragma once
#include "intake/intake.h"

struct watch {
    const char *folder;
    int64_t stable_ms;
    struct casework *casework;
    struct actor by;
    const struct profile *profile;
    const struct tz *zone;
    struct clock clock;
    /* After each file, for the log: its report, or NULL and the error. May be NULL. */
    void (*done)(void *ctx, const char *name, const struct json *report, const struct err *e);
    void *done_ctx;
    bool (*stop)(void *ctx); /* asked between files; may be NULL */
    void *stop_ctx;
};
RC watch_prepare(const struct watch *w, struct err *e); /* makes the folders */
RC watch_look(const struct watch *w, size_t *ret_taken, struct err *e);
