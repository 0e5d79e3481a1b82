/* See opt.h. getopt_long is not used: it keeps global state, and its rows would stand a second
 * time beside ours. */
#include "cli/opt.h"
#include "base/str.h"

const struct opt common_opts[] = {
    {"help", 'h', NULL, "Say what the verb does and stop"},
    {"json", 'j', NULL, "Write the result as JSON"},
    {"config", 'c', "FILE",
     "Configuration; otherwise $SALLYPORT_CONFIG or /etc/sallyport/sallyport.yaml"},
    {"by", 'b', "NAME",
     "Who does it, as recorded in the ledger; otherwise the name of the logged-in account"},
    {NULL, 0, NULL, NULL},
};

bool opt_common_for(const struct verb *v, const struct opt *o)
{
    if (str_is(str_c(o->name), "config")) return (v->uses & VERB_CONFIG) != 0;
    if (str_is(str_c(o->name), "by")) return (v->uses & VERB_ACTOR) != 0;
    return true;
}

static const struct opt *row_of(const struct opt *rows, struct str name, char letter)
{
    for (const struct opt *o = rows; o->name; o++)
        if (letter ? o->letter == letter : str_is(name, o->name)) return o;
    return NULL;
}

static const struct opt *find(const struct verb *v, struct str name, char letter)
{
    const struct opt *o = row_of(v->opts, name, letter);
    if (o) return o;
    o = row_of(common_opts, name, letter);
    return o && opt_common_for(v, o) ? o : NULL;
}

static void keep(struct call *c, const struct opt *o, const char *value)
{
    if (o >= c->verb->opts && o < c->verb->opts + OPTS_MAX) {
        c->values[o - c->verb->opts] = value;
        c->given[c->n_given].name = o->name;
        c->given[c->n_given++].value = value;
    } else if (o->letter == 'h')
        c->help = true;
    else if (o->letter == 'j')
        c->json = true;
    else if (o->letter == 'c')
        c->config_file = value;
    else
        c->by = value;
}

static RC read_one(struct call *c, int argc, char **argv, int *i, struct err *e)
{
    const char *word = argv[*i];
    bool is_long = word[1] == '-';
    struct str name = is_long ? str_c(word + 2) : STR(""), head = name;
    const char *value = NULL;
    if (is_long && str_find(name, STR("=")) >= 0) {
        (void)str_cut(&name, '=', &head);
        value = name.p;
    } else if (!is_long && word[2]) {
        value = word + 2;
    }
    const struct opt *o = find(c->verb, head, is_long ? 0 : word[1]);
    if (!o)
        return FAIL(e, RC_USAGE, "CLI-0001", "%s knows no option %s; see sallyport %s --help",
                    c->verb->name, word, c->verb->name);
    if (!o->arg && value)
        return FAIL(e, RC_USAGE, "CLI-0002", "option --%s takes no value", o->name);
    if (o->arg && !value) {
        if (*i + 1 >= argc)
            return FAIL(e, RC_USAGE, "CLI-0002", "option --%s needs a value: %s", o->name,
                        o->arg);
        value = argv[++*i];
    }
    keep(c, o, o->arg ? value : "");
    return RC_OK;
}

RC opt_read(struct call *c, int argc, char **argv, struct err *e)
{
    c->rest = arena_array(c->arena, char *, (size_t)argc + 1);
    c->given = arena_calloc(c->arena, (size_t)argc + 1, sizeof *c->given);
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!only_operands && str_is(str_c(argv[i]), "--"))
            only_operands = true;
        else if (!only_operands && argv[i][0] == '-' && argv[i][1])
            TRY(read_one(c, argc, argv, &i, e));
        else
            c->rest[c->n_rest++] = argv[i];
    }
    if (c->help) return RC_OK;
    if (c->n_rest < c->verb->min || c->n_rest > c->verb->max)
        return FAIL(e, RC_USAGE, "CLI-0003", "usage: sallyport %s%s%s", c->verb->name,
                    *c->verb->args ? " " : "", c->verb->args);
    return RC_OK;
}

const char *opt_value(const struct call *c, const char *name)
{
    for (size_t i = 0; c->verb->opts[i].name; i++)
        if (str_is(str_c(name), c->verb->opts[i].name)) return c->values[i];
    return NULL;
}

size_t opt_values(const struct call *c, const char *name, const char **ret, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_given; i++) {
        if (strcmp(c->given[i].name, name) != 0) continue;
        if (n < max) ret[n] = c->given[i].value;
        n++;
    }
    return n;
}

bool opt_flag(const struct call *c, const char *name) { return opt_value(c, name) != NULL; }

struct str opt_text(const struct call *c, const char *name, const char *otherwise)
{
    const char *v = opt_value(c, name);
    return str_c(v ? v : otherwise);
}

struct str opt_operand(const struct call *c, int i)
{
    return i < c->n_rest ? str_c(c->rest[i]) : str_c(NULL);
}

RC opt_whole(const struct call *c, const char *name, int64_t low, int64_t high,
             int64_t otherwise, int64_t *ret, struct err *e)
{
    const char *v = opt_value(c, name);
    *ret = otherwise;
    if (v && (!str_to_i64(str_c(v), ret) || *ret < low || *ret > high))
        return FAIL(e, RC_USAGE, "CLI-0004",
                    "option --%s wants a whole number from %lld to %lld, not '%s'", name,
                    (long long)low, (long long)high, v);
    return RC_OK;
}
