/* What everybody may know: figures of the last four published quarters, in which nobody can be
 * found, and the policy in force. The figures are the cells of quarters.c that the reports for
 * the public are made of, and change only when a quarter is published: whoever reports a
 * release and looks here before and after does not see whether it was asked about.
 *
 * What it must never do: count anything itself, or say anything of a person, an officer or a
 * single agency. */
#include "casework/work.h"
#include "custody/report.h"

enum { QUARTERS = 4, MONTHS_OF = 3 };

static void set_day(struct casework *c, struct arena *a, struct json *o, const char *name,
                    instant at)
{
    char text[24];
    json_set(a, o, name, json_c(a, arena_strdup(a, date_print(work_day(c, at), text))));
}

/* ---- figures ----------------------------------------------------------------------------- */

/* A table of the report open-data with what is held back as null. */
static struct json *figure(struct arena *a, const struct json *table)
{
    static const char *const members[] = {"id", "title", "words"};
    struct json *o = json_object(a), *columns = json_array(a), *rows = json_array(a);
    const struct json *from = json_get(table, "rows"), *names = json_get(table, "columns");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_set(a, o, members[i], json_get(table, members[i]));
    for (size_t i = 1; i < json_len(names); i++)
        json_add(a, columns, json_get(json_at(names, i), "name"));
    for (size_t i = 0; i < json_len(from); i++) {
        struct json *r = json_object(a), *counts = json_array(a);
        const struct json *cells = json_at(from, i);
        for (size_t k = 1; k < json_len(cells); k++) {
            struct json *v = json_at(cells, k);
            json_add(a, counts, v->type == JSON_NUMBER ? v : json_null(a));
        }
        json_set(a, r, "label", json_at(cells, 0));
        json_set(a, r, "counts", counts);
        json_add(a, rows, r);
    }
    json_set(a, o, "columns", columns);
    json_set(a, o, "rows", rows);
    return o;
}

/* The four quarters up to the last that is published, of the ledger that they were counted
 * of. */
static RC add_figures(struct casework *c, struct arena *a, int last, struct json *o,
                      struct json *list, struct err *e)
{
    struct report_source s = {.from = work_month_start(c, last + MONTHS_OF - 12),
                              .to = work_month_start(c, last + MONTHS_OF),
                              .offset = work_zone_offset,
                              .ctx = c,
                              .facility = c->facility};
    struct store_checkpoint k = {0};
    struct json *quarters;
    TRY(quarters_get(c, a, last + MONTHS_OF - QUARTERS * MONTHS_OF, last + MONTHS_OF, 0,
                     &quarters, &s.events, e));
    TRY(quarters_checkpoint(c, a, s.events, &k, e));
    const struct json *tables =
        json_get(report_open(a, report_find(STR("open-data")), &s, quarters), "tables");
    for (size_t i = 0; i < json_len(tables); i++)
        json_add(a, list, figure(a, json_at(tables, i)));
    set_day(c, a, o, "as_of", s.to + REPORT_SETTLES);
    set_day(c, a, o, "from", s.from);
    set_day(c, a, o, "to", s.to - 1);
    if (k.note.n) json_set(a, o, "checkpoint", json_string(a, k.note));
    return RC_OK;
}

RC casework_public(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    static const char *const words[] = {
        "Counted are requests that agencies sent to this jail, quarter by quarter, two weeks "
        "after each ended; what was answered later does not change the figures.",
        "A number from 1 to 4 is not told, so that nobody can be found in it; where one number "
        "would follow from the others, more are held back, here and in every report for the "
        "public alike.",
        "Nobody is held longer because of a request. A release takes its course; what is owed "
        "to an agency is a message.",
        "No immigration status, citizenship, nationality or place of birth is kept here."};
    struct json *o = *ret = json_object(a), *text = json_array(a), *list = json_array(a);
    int last;
    enum rc rc = quarters_published(c, a, &last, e);
    if (rc == RC_OK) rc = add_figures(c, a, last, o, list, e);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        json_add(a, text, json_c(a, words[i]));
    json_set(a, o, "facility", json_string(a, c->facility));
    json_set(a, o, "suppressed_below", json_int(a, REPORT_BELOW));
    json_set(a, o, "figures", list);
    json_set(a, o, "words", text);
    json_set(a, o, "key", json_string(a, c->verifier_key));
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- the policy -------------------------------------------------------------------------- */

static void add_always(struct arena *a, struct json *o)
{
    static const struct {
        const char *id, *text;
    } rules[] = {
        {"INV-1", "Nothing is said of somebody who was never here or has left, and nothing "
                  "once the agency took its request back or replaced it."},
        {"INV-2", "Nothing is sent until it is sure who is meant: two identifiers must agree. "
                  "While the person says that it is somebody else, nothing is sent either."},
        {"INV-3", "A warrant, writ or order of a judge in a criminal case is honored once it "
                  "is verified; an administrative paper is not one."},
        {"INV-4",
         "Nobody is held or handed over at the wish of an agency without such a paper."},
        {"INV-5", "Questions about a person go to the official who answers them under the law; "
                  "no messages to the person are carried."},
        {"INV-6", "Where the policy is silent or cannot be read, a person decides. Silence is "
                  "never a yes."}};
    struct json *list = json_array(a);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct json *r = json_object(a);
        json_set(a, r, "id", json_c(a, rules[i].id));
        json_set(a, r, "text", json_c(a, rules[i].text));
        json_add(a, list, r);
    }
    json_set(a, o, "always", list);
}

static void add_dispute(struct arena *a, struct json *o)
{
    struct json *d = json_object(a);
    json_set(
        a, d, "en",
        json_c(a, "If a request names you and it is about somebody else, say so to any "
                  "officer, write to the records office, or let your lawyer do it. While the "
                  "question is open nothing is sent to the agency. A supervisor compares name, "
                  "date of birth, photograph and fingerprints and settles it in writing. It "
                  "never delays your release."));
    json_set(
        a, d, "es",
        json_c(a,
               "Si una solicitud lleva su nombre y se refiere a otra persona, dígaselo a "
               "cualquier oficial, escriba a la oficina de registros o pida a su abogado que "
               "lo haga. Mientras la cuestión esté abierta no se envía nada a la agencia. Un "
               "supervisor compara nombre, fecha de nacimiento, fotografía y huellas y lo "
               "resuelve por escrito. Esto nunca retrasa su liberación."));
    json_set(a, o, "dispute", d);
}

static struct str plain(struct str s)
{
    return s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 2) : s;
}

/* "Asked to notify, DEN25-1: notify. Notice of release on request …" */
static void add_rule_words(struct arena *a, struct json *list, const struct json *table,
                           const struct json *rule)
{
    const struct json *outputs = json_get(table, "outputs"), *given = json_get(rule, "outputs"),
                      *asks = json_get(table, "asks");
    struct str outcome = STR(""), note = json_text(rule, "annotation").n
                                             ? json_text(rule, "annotation")
                                             : json_text(rule, "description");
    for (size_t i = 0; i < json_len(outputs) && i < json_len(given); i++)
        if (str_is(json_text(json_at(outputs, i), "name"), "outcome"))
            outcome = plain(json_str(json_at(given, i)));
    if (!outcome.n) return;
    struct buf b = buf_in(a);
    buf_c(&b, "Asked to ");
    for (size_t i = 0; i < json_len(asks); i++)
        buf_printf(&b, "%s" STR_FMT, i ? " or " : "", STR_ARG(json_str(json_at(asks, i))));
    buf_printf(
        &b, ", rule " STR_FMT ": " STR_FMT ".",
        STR_ARG(json_text(rule, "name").n ? json_text(rule, "name") : json_text(rule, "id")),
        STR_ARG(outcome));
    if (note.n) buf_printf(&b, " " STR_FMT, STR_ARG(note));
    json_add(a, list, json_string(a, buf_str(&b)));
}

static RC policy(struct casework *c, struct arena *a, struct str pack, struct str version,
                 struct json *o, struct err *e)
{
    static const char *const members[] = {"pack",   "version",       "title", "status",
                                          "sha256", "in_force_from", "tables"};
    struct json *p, *words = json_array(a);
    struct str sources;
    TRY(casework_pack(c, pack, version, a, &p, e));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_set(a, o, members[i], json_get(p, members[i]));
    if (json_get(p, "description")) json_add(a, words, json_get(p, "description"));
    const struct json *tables = json_get(p, "tables");
    for (size_t i = 0; i < json_len(tables); i++) {
        const struct json *t = json_at(tables, i), *rules = json_get(t, "rules");
        for (size_t k = 0; json_len(json_get(t, "asks")) && k < json_len(rules); k++)
            add_rule_words(a, words, t, json_at(rules, k));
    }
    json_set(a, o, "words", words);
    enum rc rc = casework_pack_file(c, pack, version, STR("sources.md"), a, &sources, e);
    if (rc == RC_OK) json_set(a, o, "sources", json_string(a, sources));
    return rc == RC_NOTFOUND ? RC_OK : rc;
}

RC casework_public_policy(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct str pack, version;
    struct json *o = *ret = json_object(a);
    enum rc rc = casework_pack_in_force(c, a, &pack, &version, e);
    json_set(a, o, "facility", json_string(a, c->facility));
    json_set(a, o, "in_force", json_bool(a, rc == RC_OK));
    add_always(a, o);
    add_dispute(a, o);
    if (rc == RC_OK) return policy(c, a, pack, version, o, e);
    json_set(a, o, "words", json_array(a));
    return rc == RC_NO ? RC_OK : rc;
}
