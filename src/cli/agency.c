/* sallyport agency …, person …: who may ask, where they are told, who may act. */
#include "cli/cli.h"

RC run_agency_set(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *agency = NULL, *r = NULL;
    TRY(call_json_file(c, opt_operand(c, 0), &agency, e));
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_agency_set(w, call_actor(c), agency, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}

RC run_agency_list(struct call *c, struct err *e)
{
    static const struct column columns[] = {{"ID", "id"}, {"NAME", "name"}, {"KIND", "kind"}};
    struct casework *w = NULL;
    struct json *rows = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_agencies(w, c->arena, &rows, e);
    casework_close(w);
    if (rc == RC_OK) show_table(c, rows, "agencies", columns, sizeof columns / sizeof *columns);
    return rc;
}

RC run_person_set(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *person = json_object(c->arena), *r = NULL;
    char *role = str_dupz(c->arena, opt_operand(c, 1));
    for (char *p = role; *p; p++)
        if (*p == '-') *p = ' ';
    json_set(c->arena, person, "name", json_string(c->arena, opt_operand(c, 0)));
    json_set(c->arena, person, "role", json_c(c->arena, role));
    if (opt_value(c, "public-key"))
        json_set(c->arena, person, "public_key", json_c(c->arena, opt_value(c, "public-key")));
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_person_set(w, call_actor(c), person, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show(c, r);
    return rc;
}
