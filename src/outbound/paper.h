/* What the papers say. Every fixed sentence that leaves the house stands in a paper_*.c, one
 * for each letter, so that an attorney can read it in one sitting. */
#pragma once
#include "base/json.h"
#include "outbound/letter.h"

struct outbound_setup;
struct notice;

/* What the body functions need; ready before they run, because they run twice. */
struct paper {
    const struct outbound_setup *setup;
    const struct notice *notice;
    const struct json *answers; /* array */
    struct arena *arena;
};
const char *paper_title(const struct notice *n);
const char *paper_language(const struct notice *n); /* "es-US": its first language */
void paper_release(struct letter *l, void *paper);
void paper_answer(struct letter *l, void *paper);
void paper_withdrawal(struct letter *l, void *paper);
void paper_person_copy(struct letter *l, void *paper);
bool paper_knows(struct str ask, struct str outcome);
/* "November 22, 2026, 02:40:15 (UTC-07:00)", or in Spanish. */
struct str paper_time(struct arena *a, const struct outbound_setup *s, instant t, bool spanish);
