/* A pack: a jurisdiction's written policy. Files: pack.yaml (id, version, title, status,
 * effective dates, sources, which decision answers which ask), policy.dmn (and models it
 * imports), offences.csv (dated offence lists with sources), sources.md, tests/ (TCK format).
 * Read from bytes the caller hands over; no I/O. A loaded pack is immutable and may be shared
 * between threads; a pack_run belongs to one thread. */
#pragma once
#include "base/arena.h"
#include "base/date.h"
#include "base/rc.h"
#include "base/str.h"
#include "dmn.h"

struct pack_file {
    struct str name; /* relative path, '/' */
    struct str bytes;
};

struct pack;
struct pack_run;
struct offence;
struct json;

RC pack_load(const struct pack_file *files, size_t n, const struct dmn_host *host,
             struct pack **ret, struct err *e);
void pack_free(struct pack *p); /* NULL is fine */
struct str pack_id(const struct pack *p);
struct str pack_version(const struct pack *p);
struct str pack_title(const struct pack *p);
struct str pack_status(const struct pack *p); /* e.g. "illustrative, not adopted policy" */
/* hex, over the canonical content (docs/packs.md) */
struct str pack_sha256(const struct pack *p);
/* Days; INT64_MIN / INT64_MAX when open. */
int64_t pack_effective_from(const struct pack *p);
int64_t pack_effective_to(const struct pack *p);

/* Offence lists of a citation on a date. RC_OK with the lists (maybe none), RC_NO when it stays
 * unclassified (unknown citation, or a row that turns on a fact the citation does not show). */
RC pack_classify(const struct pack *p, struct arena *a, const struct offence *o, int64_t on_day,
                 struct str **ret_lists, size_t *ret_n);
/* days with the same number have the same lists for every citation */
size_t pack_era(const struct pack *p, int64_t day);

/* What the pack says of its own re-evaluation; the usual where it says nothing. */
struct trend_rule;
struct trend_rule pack_trend(const struct pack *p);

struct pack_run *pack_run_new(const struct pack *p);
void pack_run_free(struct pack_run *r);
const struct pack *pack_run_pack(const struct pack_run *r);
