/* sallyport ledger …, expunge: verifying, replaying, signing and exporting the log, and
 * forgetting by order. */
#include "cli/cli.h"
#include "ledger/ledger.h"
#include "os/file.h"
#include "os/term.h"

typedef enum rc (*long_verb)(struct casework *, struct progress, struct arena *, struct json **,
                             struct err *);

static RC with_bar(struct call *c, const char *what, long_verb verb, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct term_bar bar;
    TRY(call_open(c, NULL, &w, e));
    term_bar_start(&bar, what, "events");
    enum rc rc = verb(w, (struct progress){term_bar_step, &bar}, c->arena, &r, e);
    term_bar_end(&bar);
    casework_close(w);
    if ((rc == RC_OK || rc == RC_NO) && r) show(c, r);
    return rc;
}

RC run_ledger_verify(struct call *c, struct err *e)
{
    return with_bar(c, "verify", casework_ledger_verify, e);
}

RC run_ledger_replay(struct call *c, struct err *e)
{
    return with_bar(c, "replay", casework_ledger_replay, e);
}

RC run_ledger_checkpoint(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct str note;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_checkpoint(w, c->arena, &note, e);
    casework_close(w);
    if (rc != RC_OK) return rc;
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "checkpoint", json_string(c->arena, note));
    if (c->json)
        show(c, r);
    else
        fwrite(note.p, 1, note.n, stdout);
    return RC_OK;
}

static RC line_out(void *ctx, struct str line, struct err *e)
{
    FILE *f = ctx;
    bool ended = line.n && line.p[line.n - 1] == '\n';
    bool good = fwrite(line.p, 1, line.n, f) == line.n && (ended || fputc('\n', f) != EOF);
    return good ? RC_OK : FAIL(e, RC_IO, "CLI-0018", "cannot write the export");
}

RC run_ledger_export(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_ledger_export(w, line_out, stdout, e);
    casework_close(w);
    return rc;
}

RC run_expunge(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    struct str authority = opt_text(c, "authority", "");
    if (!authority.n)
        return FAIL(e, RC_USAGE, "CLI-0011",
                    "name the order or law with --authority; it is recorded");
    TRY(call_open(c, NULL, &w, e));
    enum rc rc =
        casework_expunge(w, call_actor(c), opt_operand(c, 0), authority, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}

/* The seed as casework_create writes it. */
RC run_ledger_key(struct call *c, struct err *e)
{
    struct config conf;
    struct str bytes;
    unsigned char seed[32];
    TRY(call_config(c, &conf, e));
    TRY(file_read(c->arena, conf.key_file, 4096, &bytes, e));
    if (!hex_parse(str_trim(bytes), seed, sizeof seed))
        return FAIL(e, RC_INVALID, "CLI-0017", "%s is no ledger key", conf.key_file);
    struct sign_key key = sign_key_from_seed(seed);
    struct str text = checkpoint_verifier_key(c->arena, str_c(conf.origin), key.public_key);
    sign_wipe(seed, sizeof seed);
    sign_wipe(&key, sizeof key);
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "verifier_key", json_string(c->arena, text));
    if (c->json)
        show(c, r);
    else
        printf(STR_FMT "\n", STR_ARG(text));
    return RC_OK;
}
