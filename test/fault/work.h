/* The small day's work that the fault tests repeat: import, ask, trigger, deliver. Failures are
 * returned, never hidden. */
#pragma once
#include "../prop/world.h"

/* The other side of the wire and the notes of what was acknowledged: lines appended to files,
 * which survive kill -9. */
void work_note(const char *path, const char *line);
struct str work_read(struct arena *a, const char *path);
int work_times(struct str text, struct str line); /* how often the whole line stands in text */

/* bookings K<base> … */
RC work_import(struct casework *c, struct arena *a, long base, long n, struct err *e);
RC work_ask(struct casework *c, struct arena *a, long i, struct str *ret_case, struct err *e);
RC work_leave(struct casework *c, struct arena *a, long i, struct err *e);
/* Empties the outbox; what is sent is noted in `sends` under its key, once: an earlier attempt
 * is looked up first. */
RC work_send(struct casework *c, struct arena *a, const char *sends, struct err *e);
