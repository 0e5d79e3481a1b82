/* See cli.h: what the verbs need before they can work. */
#include "cli/cli.h"
#include "intake/when.h"
#include "os/file.h"
#include "os/zones.h"
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

const char *call_config_path(const struct call *c)
{
    const char *env = getenv("SALLYPORT_CONFIG");
    return c->config_file ? c->config_file
           : env && *env  ? env
                          : "/etc/sallyport/sallyport.yaml";
}

RC call_config(struct call *c, struct config *ret, struct err *e)
{
    const char *path = call_config_path(c);
    struct str text;
    enum rc rc = file_read(c->arena, path, 1 << 20, &text, e);
    if (rc != RC_OK)
        return FAIL(e, RC_INVALID, "CONF-0004",
                    "cannot read the configuration %s; make one with 'sallyport init' or name "
                    "it with --config",
                    path);
    return config_read(c->arena, text, path, ret, e);
}

struct casework_setup call_setup(const struct config *c)
{
    return (struct casework_setup){.database = c->database,
                                   .key_file = c->key_file,
                                   .origin = c->origin,
                                   .facility = c->facility,
                                   .time_zone = c->time_zone,
                                   .packs_dir = c->packs,
                                   .info_official = c->information_official,
                                   .administrations = c->administrations,
                                   .clock = clock_real()};
}

RC call_open(struct call *c, struct config *ret_config, struct casework **ret, struct err *e)
{
    struct config conf;
    TRY(call_config(c, &conf, e));
    struct casework_setup setup = call_setup(&conf);
    TRY(casework_open(&setup, ret, e));
    if (ret_config) *ret_config = conf;
    return RC_OK;
}

struct actor call_actor(struct call *c)
{
    if (c->by) return (struct actor){.name = c->by};
    const struct passwd *p = getpwuid(getuid());
    const char *name = p ? p->pw_name : arena_printf(c->arena, "uid-%u", (unsigned)getuid());
    return (struct actor){.name = arena_strdup(c->arena, name)};
}

RC call_file(struct call *c, struct str path, struct str *ret, struct err *e)
{
    enum rc rc = file_read(c->arena, str_dupz(c->arena, path), 64u << 20, ret, e);
    /* an operand that is not there is bad input, not a no */
    return rc == RC_NOTFOUND ? RC_INVALID : rc;
}

RC call_json_file(struct call *c, struct str path, struct json **ret, struct err *e)
{
    struct str text;
    TRY(call_file(c, path, &text, e));
    return json_parse(c->arena, text, str_dupz(c->arena, path), NULL, ret, e);
}

RC call_zone(struct call *c, const struct config *conf, const struct tz **ret, struct err *e)
{
    if (!c->zones) c->zones = zones_new(NULL);
    *ret = zones_find(c->zones, str_c(conf->time_zone));
    return *ret ? RC_OK
                : FAIL(e, RC_INVALID, "CONF-0005",
                       "no time zone '%s' on this machine; is tzdata installed?",
                       conf->time_zone);
}

RC call_instant(struct call *c, const struct config *conf, struct str text, instant *ret,
                struct err *e)
{
    const struct tz *zone = NULL;
    if (text.n == 0 || str_is(text, "now")) {
        struct clock clock = clock_real();
        *ret = clock_now(&clock);
        return RC_OK;
    }
    TRY(call_zone(c, conf, &zone, e));
    if (!when_parse(text, WHEN_MONTH_FIRST, zone, ret))
        return FAIL(e, RC_USAGE, "CLI-0006",
                    "'" STR_FMT
                    "' is no time; write 2026-01-31T02:40 (local) or with Z or an offset",
                    STR_ARG(text));
    return RC_OK;
}

struct str call_ask(struct call *c, const char *question, const char *otherwise)
{
    char line[1024];
    fprintf(stderr, otherwise && *otherwise ? "%s [%s]: " : "%s%s: ", question,
            otherwise ? otherwise : "");
    fflush(stderr);
    if (!fgets(line, sizeof line, stdin)) return str_c(NULL);
    struct str s = str_trim(str_c(line));
    return str_dup(c->arena, s.n ? s : str_c(otherwise ? otherwise : ""));
}
