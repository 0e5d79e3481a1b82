/* What everybody may know: figures of the last twelve whole months, in which nobody can be
 * found, and the policy in force. A number from 1 to 9 is not told, and where only one of a
 * list is held back the next smallest is held back with it. The figures are counted once a
 * month and stay as they are until the next: what was asked last month is answered and sent in
 * this one, and whoever reports a release and looks here before and after would see whether it
 * was asked about.
 *
 * What it must never do: say anything of a person, an officer or a single agency. */
#include "base/tz.h"
#include "casework/work.h"

enum { SUPPRESS_BELOW = 10, MONTHS = 12 };

static int64_t month_day(int month) { return date_days(month / 12, month % 12 + 1, 1); }

static instant month_start(struct casework *c, int month)
{
    const struct tz *zone = casework_zone(c);
    int64_t local = month_day(month) * 86400;
    return SECONDS(local - (zone ? tz_offset_local(zone, local) : 0));
}

static void suppress(struct store_figure *f, size_t n)
{
    size_t held = 0, least = n;
    for (size_t i = 0; i < n; i++) {
        f[i].held = f[i].count > 0 && f[i].count < SUPPRESS_BELOW;
        held += f[i].held;
        if (!f[i].held && f[i].count > 0 && (least == n || f[i].count < f[least].count))
            least = i;
    }
    if (held == 1 && least < n) f[least].held = true;
}

static RC add_figure(struct work *w, enum store_figures which, const char *id,
                     const char *title, const instant span[2], struct json *figures,
                     struct err *e)
{
    struct store_figure *f;
    struct json *o = json_object(w->a), *rows = json_array(w->a);
    size_t n;
    TRY(store_figures(w->s, w->a, which, span[0], span[1], &f, &n, e));
    suppress(f, n);
    for (size_t i = 0; i < n; i++) {
        struct json *r = json_object(w->a);
        json_set(w->a, r, "label", json_string(w->a, f[i].label));
        if (!f[i].held) json_set(w->a, r, "count", json_int(w->a, f[i].count));
        json_set(w->a, r, "suppressed", json_bool(w->a, f[i].held));
        json_add(w->a, rows, r);
    }
    json_set(w->a, o, "id", json_c(w->a, id));
    json_set(w->a, o, "title", json_c(w->a, title));
    json_set(w->a, o, "rows", rows);
    json_add(w->a, figures, o);
    return RC_OK;
}

static void set_day(struct arena *a, struct json *o, const char *name, int64_t day)
{
    char text[24];
    json_set(a, o, name, json_c(a, arena_strdup(a, date_print(day, text))));
}

/* The newest signed note of a day before today: a note of this hour would tell by its size
 * whether the release that somebody just reported made work. */
static RC add_note(struct work *w, struct json *o, struct err *e)
{
    struct store_checkpoint *list;
    size_t n;
    TRY(store_checkpoints_page(w->s, w->a, INT64_MAX, 400, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (work_day(w->c, list[i].at) < work_day(w->c, w->now)) {
            json_set(w->a, o, "checkpoint", json_string(w->a, list[i].note));
            break;
        }
    return RC_OK;
}

#define COUNTED "public_figures"

static RC count(struct work *w, int month, struct json **ret, struct err *e)
{
    struct json *o = *ret = json_object(w->a), *list = json_array(w->a);
    const instant span[2] = {month_start(w->c, month - MONTHS), month_start(w->c, month)};
    TRY(add_figure(w, FIGURES_REQUESTS, "requests", "Requests, by the kind of agency", span,
                   list, e));
    TRY(add_figure(w, FIGURES_ANSWERS, "answers",
                   "What was answered to those who asked to be told of a release", span, list,
                   e));
    TRY(add_figure(w, FIGURES_DECIDED, "decided", "How answers were decided", span, list, e));
    TRY(add_figure(w, FIGURES_NOTICES, "notices", "Notices of release", span, list, e));
    json_set(w->a, o, "month", json_int(w->a, month));
    set_day(w->a, o, "from", month_day(month - MONTHS));
    set_day(w->a, o, "to", month_day(month) - 1);
    json_set(w->a, o, "figures", list);
    return RC_OK;
}

/* Those of the last count; before the first one, of now. */
static RC counted(struct work *w, struct json **ret, struct err *e)
{
    struct str text;
    enum rc rc = store_meta_get(w->s, w->a, COUNTED, &text, e);
    if (rc == RC_NO) return count(w, work_month(w->c, w->now), ret, e);
    return rc == RC_OK ? json_parse(w->a, text, COUNTED, NULL, ret, e) : rc;
}

static RC figures(struct work *w, struct json **ret, struct err *e)
{
    static const char *const words[] = {
        "Counted are requests that agencies sent to this jail in the last twelve whole months.",
        "A number from 1 to 9 is not told, so that nobody can be found in it; where one number "
        "would follow from the others, a second one is held back.",
        "Nobody is held longer because of a request. A release takes its course; what is owed "
        "to an agency is a message.",
        "No immigration status, citizenship, nationality or place of birth is kept here."};
    struct json *o = *ret = json_object(w->a), *text = json_array(w->a), *last;
    TRY(counted(w, &last, e));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        json_add(w->a, text, json_c(w->a, words[i]));
    json_set(w->a, o, "facility", json_string(w->a, w->c->facility));
    set_day(w->a, o, "as_of", work_day(w->c, w->now));
    json_set(w->a, o, "from", json_get(last, "from"));
    json_set(w->a, o, "to", json_get(last, "to"));
    json_set(w->a, o, "suppressed_below", json_int(w->a, SUPPRESS_BELOW));
    json_set(w->a, o, "figures", json_get(last, "figures"));
    json_set(w->a, o, "words", text);
    json_set(w->a, o, "key", json_string(w->a, w->c->verifier_key));
    return add_note(w, o, e);
}

static RC begin(struct work *w, struct casework *c, struct arena *a, struct err *e)
{
    *w = (struct work){.c = c,
                       .s = c->store,
                       .a = a,
                       .by = STR("system"),
                       .now = clock_now(&c->clock),
                       .looking = true};
    return store_read_begin(c->store, e);
}

RC casework_public(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(begin(&w, c, a, e));
    return work_end(&w, figures(&w, ret, e), e);
}

/* Counted without a lock, for it may take long; only keeping it takes one. */
RC public_monthly(struct casework *c, struct arena *a, struct err *e)
{
    struct work w;
    struct str text;
    struct json *last = NULL;
    enum rc rc = store_meta_get(c->store, a, COUNTED, &text, e);
    if (rc == RC_OK) rc = json_parse(a, text, COUNTED, NULL, &last, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    int month = work_month(c, clock_now(&c->clock));
    if (last && json_whole(json_get(last, "month"), 0) >= month) return RC_OK;
    TRY(begin(&w, c, a, e));
    TRY(work_end(&w, count(&w, month, &last, e), e));
    TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
    return work_end(&w, store_meta_set(c->store, COUNTED, work_canonical(a, last), e), e);
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
