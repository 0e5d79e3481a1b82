/* decide: (pack, facts) → decision with its trace. Pure. The program's own rules (INV-1 …
 * INV-6, packs.md) stand here in C and are read before any pack is asked; a pack can never
 * widen what they refuse. A pack that cannot be evaluated gives `review`, never a silent no. */
#pragma once
#include "custody/facts.h"
#include "custody/pack.h"

enum outcome { OUTCOME_NOTIFY, OUTCOME_HONOR, OUTCOME_DECLINE, OUTCOME_REVIEW, OUTCOME_REFER };
const char *outcome_word(enum outcome o);
bool outcome_from_word(struct str s, enum outcome *ret);

struct obligation {
    struct str duty;     /* "serve a copy on the person", … */
    double within_hours; /* 0: no deadline */
    struct str citation;
};

struct answer { /* to one ask */
    enum ask ask;
    enum outcome outcome;
    struct str rule;     /* stable id: INV-n or the pack's rule */
    struct str why;      /* one sentence for a records officer */
    struct str *because; /* JSON pointers into the facts */
    size_t n_because;
    struct str *citations;
    size_t n_citations;
    struct obligation *obligations;
    size_t n_obligations;
};

struct decision {
    struct str pack_id, pack_version, pack_sha256;
    struct str as_of;
    struct answer answers[ASK_COUNT]; /* one for each ask, in the order of the request */
    size_t n_answers;
    struct json *trace; /* NULL unless asked for */
};

/* Never fails: what goes wrong inside becomes `review` with the reason in why. Memory in a. */
void decide(struct arena *a, struct pack_run *pack, const struct facts *f, bool trace,
            struct decision *ret);
/* Does any ask of these facts reach a pack at all? If not, every pack gives the same answers,
 * with obligations of its own. a: for what is thrown away. */
bool decide_asks_pack(struct arena *a, const struct facts *f);
/* contract/decision.schema.json */
struct json *decision_json(struct arena *a, const struct decision *d);
/* A sentence for an officer: "notify — …". */
struct str decision_text(struct arena *a, const struct decision *d);
