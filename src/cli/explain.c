/* sallyport explain: what a diagnostic id means and what to do. */
#include "cli/cli.h"
#include "dmn.h"

static struct json *row(struct arena *a, const struct diagnostic *d)
{
    struct json *o = json_object(a);
    json_set(a, o, "id", json_c(a, d->id));
    json_set(a, o, "meaning", json_c(a, d->meaning));
    json_set(a, o, "remedy", json_c(a, d->remedy));
    return o;
}

/* Those of decision models belong to the engine. */
static const struct diagnostic *of_the_engine(struct arena *a, const char *id)
{
    const char *title = NULL, *help = dmn_explain(id, &title);
    struct diagnostic *d = arena_new(a, struct diagnostic);
    *d = (struct diagnostic){id, title ? title : "", help};
    return help ? d : NULL;
}

RC run_explain(struct call *c, struct err *e)
{
    struct json *all = json_array(c->arena);
    for (const struct diagnostic *d = diagnostics; d->id; d++)
        if (c->n_rest == 0)
            json_add(c->arena, all, row(c->arena, d));
        else if (str_ieq(opt_operand(c, 0), str_c(d->id))) {
            show(c, row(c->arena, d));
            return RC_OK;
        }
    if (c->n_rest) {
        const struct diagnostic *d = of_the_engine(c->arena, c->rest[0]);
        if (!d) return FAIL(e, RC_NOTFOUND, "CLI-0019", "no diagnostic '%s'", c->rest[0]);
        show(c, row(c->arena, d));
        return RC_OK;
    }
    static const struct column columns[] = {{"ID", "id"}, {"MEANING", "meaning"}};
    struct json *o = json_object(c->arena);
    json_set(c->arena, o, "diagnostics", all);
    show_table(c, o, "diagnostics", columns, sizeof columns / sizeof *columns);
    return RC_OK;
}
