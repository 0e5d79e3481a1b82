/* sallyport proof: the bundle of a case, as JSON and as a page to read. */
#include "cli/cli.h"
#include "ledger/bundle.h"
#include "os/file.h"
#include "os/term.h"
#include <unistd.h>

static RC pdf(struct call *c, const struct config *conf, const struct json *bundle,
              const char *path, struct err *e)
{
    struct outbound_setup setup;
    struct str bytes;
    TRY(call_outbound(c, conf, &setup, e));
    TRY(outbound_proof_pdf(c->arena, &setup, bundle, &bytes, e));
    return file_write_atomic(path, bytes, 0640, e);
}

static RC write_out(struct call *c, const struct json *bundle, struct err *e)
{
    struct buf b = buf_in(c->arena);
    const char *out = opt_value(c, "out");
    json_write_pretty(&b, bundle);
    if (b.n == 0 || b.p[b.n - 1] != '\n') buf_ch(&b, '\n');
    if (out) return file_write_atomic(out, buf_str(&b), 0640, e);
    fwrite(b.p, 1, b.n, stdout);
    return RC_OK;
}

RC run_proof(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct config conf;
    struct json *bundle = NULL;
    TRY(call_open(c, &conf, &w, e));
    enum rc rc = casework_proof(w, call_actor(c), opt_operand(c, 0), c->arena, &bundle, e);
    casework_close(w);
    if (rc == RC_OK && opt_value(c, "pdf")) rc = pdf(c, &conf, bundle, opt_value(c, "pdf"), e);
    return rc == RC_OK ? write_out(c, bundle, e) : rc;
}

/* The key as text, or the file that holds it. */
static RC trusted_key(struct call *c, struct str *ret, struct err *e)
{
    const char *key = opt_value(c, "key");
    struct str bytes;
    *ret = str_c(key ? key : "");
    if (!key || !file_exists(key)) return RC_OK;
    TRY(file_read(c->arena, key, 4096, &bytes, e));
    *ret = str_trim(bytes);
    return RC_OK;
}

static void say_steps(const struct json *report)
{
    const struct json *steps = json_get(report, "steps");
    for (size_t i = 0; i < json_len(steps); i++) {
        const struct json *s = json_at(steps, i);
        bool good = json_is_true(json_get(s, "ok"));
        printf("%s%s%s  " STR_FMT "\n",
               term_paint(STDOUT_FILENO, good ? PAINT_GREEN : PAINT_RED), good ? "ok" : "NO",
               term_paint(STDOUT_FILENO, PAINT_OFF), STR_ARG(json_text(s, "text")));
    }
    if (!json_is_true(json_get(report, "key_trusted")))
        puts("The key came with the bundle: get the jail's key from elsewhere and hand it over "
             "with --key.");
}

RC run_proof_verify(struct call *c, struct err *e)
{
    struct json *v = NULL, *report = NULL;
    struct ledger_bundle bundle;
    struct str key;
    TRY(call_json_file(c, opt_operand(c, 0), &v, e));
    TRY(trusted_key(c, &key, e));
    TRY(bundle_read(c->arena, v, &bundle, e));
    enum rc rc = bundle_verify(c->arena, &bundle, key, &report, e);
    if (report && c->json)
        show(c, report);
    else if (report)
        say_steps(report);
    return rc;
}
