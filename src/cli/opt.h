/* The command line of one verb, read by its own rows: long and short options, values behind a
 * space or '=', '--' ends them. What a row says is what help, completion and the man page say.
 * Memory lives in the arena of the call. */
#pragma once
#include "base/json.h"
#include "base/rc.h"

#define OPTS_MAX 16

struct opt {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    const char *arg;  /* name of its value; NULL: a flag */
    const char *help; /* one line, no trailing stop */
};

enum { VERB_PLAIN = 0, VERB_CONFIG = 1, VERB_ACTOR = 2, VERB_STORE = VERB_CONFIG | VERB_ACTOR };

struct call;
struct zones;
struct verb {
    const char *name; /* one word or two: "request add" */
    const char *args; /* its operands, as in a synopsis */
    const char *line; /* one line for the list */
    const char *text; /* the longer story, one paragraph; may be NULL */
    RC (*run)(struct call *c, struct err *e);
    int (*raw)(int argc, char **argv); /* reads its own command line (decide) */
    int min, max;                      /* operands */
    unsigned uses;                     /* VERB_ bits: which common options it takes */
    struct opt opts[OPTS_MAX];         /* ended by a row without a name */
};

struct call {
    const struct verb *verb;
    struct arena *arena;
    const char *values[OPTS_MAX]; /* one for each row of the verb; flags hold "" */
    /* each option of the verb, in order, also those that came before */
    struct {
        const char *name, *value;
    } * given;
    size_t n_given;
    const char *config_file, *by;
    struct zones *zones; /* made when first asked for */
    bool json, help;
    bool shown; /* a JSON result is out: no second document follows it */
    char **rest;
    int n_rest;
};

extern const struct opt common_opts[]; /* ended by a row without a name */
bool opt_common_for(const struct verb *v, const struct opt *o);

/* argv[0] is the first word behind the verb. CLI-0001 … CLI-0004. */
RC opt_read(struct call *c, int argc, char **argv, struct err *e);
const char *opt_value(const struct call *c, const char *name); /* NULL if not given */
bool opt_flag(const struct call *c, const char *name);
/* of an option that may come again; how many there are */
size_t opt_values(const struct call *c, const char *name, const char **ret, size_t max);
struct str opt_text(const struct call *c, const char *name, const char *otherwise);
struct str opt_operand(const struct call *c, int i); /* {NULL,0} if not given */
RC opt_whole(const struct call *c, const char *name, int64_t low, int64_t high,
             int64_t otherwise, int64_t *ret, struct err *e);
