/* sallyport person …, token …: accounts from the command line of the server's own machine. No
 * password is asked for here: who can write the database file needs none. Everything is done,
 * and recorded, under the name of --by and by its role. */
#include "cli/cli.h"
#include "access/access.h"

struct desk {
    struct casework *casework;
    struct access *access;
    struct caller by;
};

static void desk_close(struct desk *d)
{
    access_close(d->access);
    casework_close(d->casework);
}

static RC desk_open(struct call *c, struct desk *d, struct err *e)
{
    struct config conf;
    *d = (struct desk){0};
    TRY(call_open(c, &conf, &d->casework, e));
    struct access_setup s = {.casework = d->casework,
                             .banned_file = conf.access_banned_file,
                             .demo_links = conf.access_demo_links,
                             .clock = clock_real()};
    enum rc rc = access_open(&s, &d->access, e);
    if (rc != RC_OK) desk_close(d);
    return rc;
}

static RC desk_open_by(struct call *c, struct desk *d, struct err *e)
{
    TRY(desk_open(c, d, e));
    enum rc rc = access_caller(d->access, str_c(call_actor(c).name), c->arena, &d->by, e);
    if (rc != RC_OK) desk_close(d);
    return rc;
}

RC run_person_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"NAME", "name"},
                                            {"ROLE", "role"},
                                            {"DISABLED", "disabled"},
                                            {"LOCKED", "locked"},
                                            {"SEEN", "seen_at"}};
    struct desk d;
    struct json *rows = NULL;
    TRY(desk_open(c, &d, e));
    enum rc rc = access_accounts(d.access, c->arena, &rows, e);
    desk_close(&d);
    if (rc == RC_OK) show_table(c, rows, "people", columns, sizeof columns / sizeof *columns);
    return rc;
}

/* As long as nobody is an administrator, the link is the one that makes the first. */
static RC link_for(struct call *c, struct desk *d, struct str *ret, struct err *e)
{
    enum rc rc = access_first_link(d->access, c->arena, ret, e);
    if (rc != RC_NO) return rc;
    TRY(access_caller(d->access, str_c(call_actor(c).name), c->arena, &d->by, e));
    return access_link(d->access, &d->by, opt_operand(c, 0), c->arena, ret, e);
}

static RC demo_link_for(struct call *c, struct desk *d, struct str *ret, struct err *e)
{
    TRY(access_caller(d->access, str_c(call_actor(c).name), c->arena, &d->by, e));
    return access_demo_link(d->access, &d->by, opt_operand(c, 0), c->arena, ret, e);
}

RC run_person_link(struct call *c, struct err *e)
{
    struct desk d;
    struct str secret = {NULL, 0};
    bool demo = opt_flag(c, "demo");
    TRY(desk_open(c, &d, e));
    enum rc rc = demo ? demo_link_for(c, &d, &secret, e) : link_for(c, &d, &secret, e);
    desk_close(&d);
    if (rc != RC_OK) return rc;
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "name", json_string(c->arena, opt_operand(c, 0)));
    json_set(c->arena, r, "link",
             json_c(c->arena, arena_printf(c->arena, "/desk/%s#" STR_FMT, demo ? "in" : "link",
                                           STR_ARG(secret))));
    json_set(c->arena, r, "good_for",
             json_c(c->arena, demo ? "an hour, once" : "72 hours, once"));
    show(c, r);
    return RC_OK;
}

static RC account_change(struct call *c, const char *member, struct json *value, struct err *e)
{
    struct desk d;
    struct json *account = json_object(c->arena), *r = NULL;
    json_set(c->arena, account, "name", json_string(c->arena, opt_operand(c, 0)));
    json_set(c->arena, account, member, value);
    TRY(desk_open_by(c, &d, e));
    enum rc rc = access_account_set(d.access, &d.by, account, c->arena, &r, e);
    desk_close(&d);
    if (rc == RC_OK) show(c, r);
    return rc;
}

RC run_person_unlock(struct call *c, struct err *e)
{
    return account_change(c, "unlock", json_bool(c->arena, true), e);
}
RC run_person_disable(struct call *c, struct err *e)
{
    return account_change(c, "disabled", json_bool(c->arena, true), e);
}
RC run_person_enable(struct call *c, struct err *e)
{
    return account_change(c, "disabled", json_bool(c->arena, false), e);
}

RC run_person_identity(struct call *c, struct err *e)
{
    struct json *identity = c->n_rest == 3 ? json_object(c->arena) : json_null(c->arena);
    if (c->n_rest == 2)
        return FAIL(e, RC_USAGE, "CLI-0003", "name both ISSUER and SUBJECT, or neither");
    if (c->n_rest == 3) {
        json_set(c->arena, identity, "issuer", json_string(c->arena, opt_operand(c, 1)));
        json_set(c->arena, identity, "subject", json_string(c->arena, opt_operand(c, 2)));
    }
    return account_change(c, "sso", identity, e);
}

/* ---- tokens ------------------------------------------------------------------------------ */

RC run_token_make(struct call *c, struct err *e)
{
    struct desk d;
    struct json *token = json_object(c->arena), *scopes = json_array(c->arena), *r = NULL;
    struct str rest = str_c(opt_value(c, "scopes")), word;
    struct clock clock = clock_real();
    int64_t days = 365;
    char until[40];
    if (opt_value(c, "days") &&
        (!str_to_i64(str_c(opt_value(c, "days")), &days) || days < 1 || days > 366))
        return FAIL(e, RC_USAGE, "CLI-0004", "--days wants a whole number from 1 to 366");
    while (rest.n && str_cut(&rest, ',', &word))
        json_add(c->arena, scopes, json_string(c->arena, str_trim(word)));
    json_set(c->arena, token, "name", json_string(c->arena, opt_operand(c, 0)));
    json_set(c->arena, token, "scopes", scopes);
    json_set(c->arena, token, "expires_at",
             json_c(c->arena, instant_utc(clock_now(&clock) + days * HOURS(24), until)));
    TRY(desk_open_by(c, &d, e));
    enum rc rc = access_token_make(d.access, &d.by, token, c->arena, &r, e);
    desk_close(&d);
    if (rc == RC_OK) show(c, r);
    return rc;
}

RC run_token_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"NAME", "name"},
                                            {"ID", "id"},
                                            {"EXPIRES", "expires_at"},
                                            {"REVOKED", "revoked_at"},
                                            {"USED", "used_at"}};
    struct desk d;
    struct json *rows = NULL;
    TRY(desk_open(c, &d, e));
    enum rc rc = access_tokens(d.access, c->arena, &rows, e);
    desk_close(&d);
    if (rc == RC_OK) show_table(c, rows, "tokens", columns, sizeof columns / sizeof *columns);
    return rc;
}

RC run_token_revoke(struct call *c, struct err *e)
{
    struct desk d;
    TRY(desk_open_by(c, &d, e));
    enum rc rc = access_token_revoke(d.access, &d.by, opt_operand(c, 0), e);
    desk_close(&d);
    if (rc != RC_OK) return rc;
    struct json *r = json_object(c->arena);
    json_set(c->arena, r, "token", json_string(c->arena, opt_operand(c, 0)));
    json_set(c->arena, r, "revoked", json_bool(c->arena, true));
    show(c, r);
    return RC_OK;
}
