/* sallyport init: a configuration, a database and a ledger key, none of them ever
 * overwritten. */
#include "cli/cli.h"
#include "os/file.h"
#include <unistd.h>

#define GIVEN_MAX 8

/* A sample in the new file, to be mended there: terms begin at noon on 20 January, Eastern time
 * (U.S. Const. amend. XX, § 1). */
static const char sample_calendar[] =
    "2009-01-20T12:00:00-05:00 44th president; 2017-01-20T12:00:00-05:00 45th president; "
    "2021-01-20T12:00:00-05:00 46th president; 2025-01-20T12:00:00-05:00 47th president";

static size_t given(const struct call *c, struct conf_given *ret)
{
    static const struct conf_given rows[] = {
        {"origin", "origin"}, {"facility", "facility"}, {"time_zone", "time-zone"}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (opt_value(c, rows[i].value))
            ret[n++] = (struct conf_given){rows[i].key, opt_value(c, rows[i].value)};
    return n;
}

/* A path on the command line starts here, one in the file at the file's folder. */
static const char *absolute(struct call *c, const char *path)
{
    char here[4096];
    return path[0] == '/' || !getcwd(here, sizeof here)
               ? path
               : arena_printf(c->arena, "%s/%s", here, path);
}

RC run_init(struct call *c, struct err *e)
{
    struct conf_given rows[GIVEN_MAX];
    size_t n = given(c, rows);
    const char *dir = c->n_rest ? c->rest[0] : NULL;
    const char *path = c->config_file ? c->config_file
                       : dir          ? arena_printf(c->arena, "%s/sallyport.yaml", dir)
                                      : call_config_path(c);
    if (opt_value(c, "state")) {
        const char *state = absolute(c, opt_value(c, "state"));
        rows[n++] =
            (struct conf_given){"database", arena_printf(c->arena, "%s/sallyport.db", state)};
        rows[n++] =
            (struct conf_given){"key_file", arena_printf(c->arena, "%s/ledger.key", state)};
        TRY(file_make_dirs(state, 0750, e));
    }
    if (opt_value(c, "packs"))
        rows[n++] = (struct conf_given){"packs", absolute(c, opt_value(c, "packs"))};
    rows[n++] = (struct conf_given){"administrations", sample_calendar};
    if (file_exists(path))
        return FAIL(e, RC_CONFLICT, "CONF-0006", "%s exists; it is never overwritten", path);
    struct str text = config_template(c->arena, rows, n);
    struct config conf;
    TRY(config_read(c->arena, text, path, &conf, e));
    const struct tz *zone = NULL;
    TRY(call_zone(c, &conf, &zone, e));
    if (dir) TRY(file_make_dirs(dir, 0750, e));
    struct casework_setup setup = call_setup(&conf);
    TRY(casework_create(&setup, e));
    TRY(file_write_new(path, text, 0640, e));
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "configuration", json_c(c->arena, path));
    json_set(c->arena, r, "database", json_c(c->arena, conf.database));
    json_set(c->arena, r, "ledger_key", json_c(c->arena, conf.key_file));
    show(c, r);
    return RC_OK;
}
