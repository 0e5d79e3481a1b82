/* See tables.h. */
#include "casework/tables.h"
#include "base/csv.h"
#include "base/xml.h"
#include "custody/facts.h"

static struct str text_of(const struct xml *x) { return x ? str_trim(x->text) : STR(""); }
static struct str text_below(const struct xml *x)
{
    return x ? text_of(xml_child(x, "text")) : STR("");
}

static struct str unquoted(struct str s)
{
    return s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 2) : s;
}

static struct json *columns(struct arena *a, const struct xml *table, bool inputs)
{
    struct json *list = json_array(a);
    for (const struct xml *x = xml_child(table, inputs ? "input" : "output"); x;
         x = xml_next(x, inputs ? "input" : "output")) {
        struct json *o = json_object(a);
        struct str label = xml_attr(x, "label"),
                   other = inputs ? text_below(xml_child(x, "inputExpression"))
                                  : xml_attr(x, "name");
        json_set(a, o, "label", json_string(a, label.n ? label : other));
        json_set(a, o, inputs ? "expression" : "name", json_string(a, other));
        json_add(a, list, o);
    }
    return list;
}

static struct json *entries(struct arena *a, const struct xml *rule, const char *name)
{
    struct json *list = json_array(a);
    for (const struct xml *x = xml_child(rule, name); x; x = xml_next(x, name))
        json_add(a, list, json_string(a, text_below(x)));
    return list;
}

static struct json *annotation(struct arena *a, const struct xml *rule)
{
    struct buf b = buf_in(a);
    for (const struct xml *x = xml_child(rule, "annotationEntry"); x;
         x = xml_next(x, "annotationEntry")) {
        if (b.n) buf_ch(&b, '\n');
        buf_str_add(&b, text_below(x));
    }
    return b.n ? json_string(a, buf_str(&b)) : NULL;
}

static struct json *rule_json(struct arena *a, const struct xml *rule,
                              const struct json *outputs, int64_t number)
{
    struct json *o = json_object(a), *given = entries(a, rule, "outputEntry");
    json_set(a, o, "rule", json_int(a, number));
    json_set(a, o, "id",
             json_string(a, xml_attr(rule, "id").n
                                ? xml_attr(rule, "id")
                                : str_c(arena_printf(a, "%lld", (long long)number))));
    for (size_t i = 0; i < json_len(outputs); i++)
        if (str_is(json_text(json_at(outputs, i), "name"), "rule") && i < json_len(given))
            json_set(a, o, "name", json_string(a, unquoted(json_str(json_at(given, i)))));
    json_set(a, o, "cells", entries(a, rule, "inputEntry"));
    json_set(a, o, "outputs", given);
    json_set(a, o, "annotation", annotation(a, rule));
    const struct xml *about = xml_child(rule, "description");
    if (about) json_set(a, o, "description", json_string(a, text_of(about)));
    return o;
}

static struct json *table_json(struct arena *a, const struct xml *decision,
                               const struct xml *table, const struct pack *pack)
{
    struct json *o = json_object(a), *outputs = columns(a, table, false),
                *notes = json_array(a), *rules = json_array(a), *asks = json_array(a);
    struct str name = xml_attr(decision, "name"), hit = xml_attr(table, "hitPolicy"),
               sum = xml_attr(table, "aggregation");
    const struct xml *question = xml_child(decision, "question");
    int64_t n = 0;
    json_set(a, o, "decision", json_string(a, name));
    json_set(a, o, "name", json_string(a, name));
    json_set(a, o, "id",
             xml_attr(table, "id").n ? json_string(a, xml_attr(table, "id")) : NULL);
    if (question) json_set(a, o, "question", json_string(a, text_of(question)));
    json_set(
        a, o, "hit_policy",
        json_c(a, arena_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(hit.n ? hit : STR("UNIQUE")),
                               sum.n ? " " : "", STR_ARG(sum))));
    for (int k = 0; pack && k < ASK_COUNT; k++)
        if (name.n && str_eq(pack_decision(pack, (enum ask)k), name))
            json_add(a, asks, json_c(a, ask_word((enum ask)k)));
    json_set(a, o, "asks", asks);
    json_set(a, o, "inputs", columns(a, table, true));
    json_set(a, o, "outputs", outputs);
    for (const struct xml *x = xml_child(table, "annotation"); x; x = xml_next(x, "annotation"))
        json_add(a, notes, json_string(a, xml_attr(x, "name")));
    json_set(a, o, "annotations", notes);
    for (const struct xml *x = xml_child(table, "rule"); x; x = xml_next(x, "rule"))
        json_add(a, rules, rule_json(a, x, outputs, ++n));
    json_set(a, o, "rules", rules);
    return o;
}

/* All expressions below, a line each: contexts, lists and functions are read as their author
 * wrote their parts. */
static void expressions(const struct xml *x, struct buf *b)
{
    struct str name = xml_attr(xml_child(x, "variable"), "name");
    if (str_is(x->name, "literalExpression") || str_is(x->name, "inputExpression")) {
        if (b->n && b->p[b->n - 1] != ' ') buf_ch(b, '\n');
        buf_str_add(b, text_below(x));
        return;
    }
    if (str_is(x->name, "contextEntry") && name.n)
        buf_printf(b, "%s" STR_FMT " = ", b->n ? "\n" : "", STR_ARG(name));
    for (const struct xml *y = xml_first(x); y; y = xml_next(y, NULL)) expressions(y, b);
}

static struct json *text_json(struct arena *a, const struct xml *decision)
{
    struct json *o = json_object(a);
    struct buf b = buf_in(a);
    const struct xml *question = xml_child(decision, "question"),
                     *about = xml_child(decision, "description");
    expressions(decision, &b);
    json_set(a, o, "decision", json_string(a, xml_attr(decision, "name")));
    if (question || about)
        json_set(a, o, "question", json_string(a, text_of(question ? question : about)));
    json_set(a, o, "expression", json_string(a, buf_str(&b)));
    return o;
}

RC tables_read(struct arena *a, struct str dmn, const struct pack *pack, struct json **ret,
               struct err *e)
{
    struct xml *root;
    struct json *o = json_object(a), *tables = json_array(a), *texts = json_array(a);
    TRY(xml_parse(a, dmn, "policy.dmn", NULL, &root, e));
    const struct xml *about = xml_child(root, "description");
    if (about) json_set(a, o, "description", json_string(a, text_of(about)));
    for (const struct xml *x = xml_first(root); x; x = xml_next(x, NULL)) {
        bool decision = str_is(x->name, "decision"),
             knowledge = str_is(x->name, "businessKnowledgeModel");
        const struct xml *logic = knowledge ? xml_child(x, "encapsulatedLogic") : x,
                         *table = logic ? xml_child(logic, "decisionTable") : NULL;
        if (!decision && !knowledge) continue;
        if (table)
            json_add(a, tables, table_json(a, x, table, pack));
        else
            json_add(a, texts, text_json(a, x));
    }
    json_set(a, o, "tables", tables);
    json_set(a, o, "texts", texts);
    *ret = o;
    return RC_OK;
}

/* ---- a trace in the tables --------------------------------------------------------------- */

static struct json *by_id(const struct json *list, struct str id)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (str_eq(json_text(json_at(list, i), "id"), id)) return json_at(list, i);
    return NULL;
}

static struct json *by_number(const struct json *rules, int64_t number)
{
    return number > 0 && (size_t)number <= json_len(rules) ? json_at(rules, (size_t)number - 1)
                                                           : NULL;
}

/* A table may be read several times, for several asks: what applied once stays lit. */
static void light_rule(struct arena *a, struct json *rule, const struct json *seen)
{
    bool yes = str_is(json_text(seen, "matched"), "yes");
    struct json *answers = json_array(a), *cells = json_get(seen, "cells");
    if (json_is_true(json_get(rule, "lit"))) return;
    for (size_t i = 0; i < json_len(cells); i++)
        json_add(a, answers, json_get(json_at(cells, i), "answer"));
    json_set(a, rule, "lit", json_bool(a, yes));
    json_set(a, rule, "matched", json_get(seen, "matched"));
    json_set(a, rule, "answers", answers);
}

static void light_table(struct arena *a, struct json *table, const struct json *step)
{
    struct json *inputs = json_get(step, "inputs"), *rules = json_get(step, "rules"),
                *mine = json_get(table, "inputs");
    for (size_t i = 0; i < json_len(inputs) && i < json_len(mine); i++) {
        struct json *value = json_get(json_at(inputs, i), "value");
        json_set(a, json_at(mine, i), "value", value ? value : json_null(a));
    }
    for (size_t i = 0; i < json_len(rules); i++) {
        struct json *rule = by_number(json_get(table, "rules"),
                                      json_whole(json_get(json_at(rules, i), "rule"), 0));
        if (rule) light_rule(a, rule, json_at(rules, i));
    }
}

static void light_steps(struct arena *a, struct json *tables, const struct json *steps)
{
    for (size_t i = 0; i < json_len(steps); i++) {
        const struct json *step = json_at(steps, i);
        struct json *table =
            json_get(step, "table") ? by_id(tables, json_text(step, "id")) : NULL;
        if (table) light_table(a, table, step);
        light_steps(a, tables, json_get(step, "steps"));
    }
}

static bool has_decided(const struct json *decision, struct str name)
{
    const struct json *asks = json_get(decision, "asks");
    for (size_t i = 0; name.n && i < json_len(asks); i++)
        if (str_eq(json_text(json_at(asks, i), "rule"), name)) return true;
    return false;
}

void tables_light(struct arena *a, struct json *tables, const struct json *traces,
                  const struct json *decision)
{
    for (size_t i = 0; i < json_len(traces); i++)
        light_steps(a, tables, json_get(json_get(json_at(traces, i), "trace"), "steps"));
    for (size_t i = 0; i < json_len(tables); i++) {
        const struct json *rules = json_get(json_at(tables, i), "rules");
        for (size_t k = 0; k < json_len(rules); k++) {
            struct json *rule = json_at(rules, k);
            if (json_is_true(json_get(rule, "lit")) &&
                has_decided(decision, json_text(rule, "name")))
                json_set(a, rule, "decided", json_bool(a, true));
        }
    }
}

/* ---- rows -------------------------------------------------------------------------------- */

struct bytes {
    struct str rest;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct bytes *b = ctx;
    size_t take = b->rest.n < n ? b->rest.n : n;
    if (take) memcpy(into, b->rest.p, take);
    b->rest = str_sub(b->rest, take, b->rest.n);
    return (ptrdiff_t)take;
}

RC tables_csv(struct arena *a, struct str bytes, struct json **ret, struct err *e)
{
    struct bytes b = {bytes};
    struct csv_reader *r = csv_open(a, fill, &b, ',');
    struct csv_row row;
    struct json *o = json_object(a), *rows = json_array(a), *first = NULL;
    enum rc rc;
    while ((rc = csv_next(r, &row, e)) == RC_OK) {
        struct json *one = json_array(a);
        for (size_t i = 0; i < row.n; i++)
            json_add(a, one, json_string(a, str_dup(a, row.fields[i])));
        if (!first)
            first = one;
        else
            json_add(a, rows, one);
    }
    if (rc != RC_NO) return rc;
    json_set(a, o, "columns", first ? first : json_array(a));
    json_set(a, o, "rows", rows);
    *ret = o;
    return RC_OK;
}

/* ---- what differs ------------------------------------------------------------------------ */

struct side {
    struct json *cells;
    struct str key;
    int64_t number;
    bool used;
};

static bool same_cells(const struct json *x, const struct json *y)
{
    if (json_len(x) != json_len(y)) return false;
    for (size_t i = 0; i < json_len(x); i++)
        if (!str_eq(json_str(json_at(x, i)), json_str(json_at(y, i)))) return false;
    return true;
}

static struct json *changed_row(struct arena *a, const char *change, const struct side *before,
                                const struct side *after)
{
    struct json *o = json_object(a), *which = json_array(a);
    json_set(a, o, "change", json_c(a, change));
    json_set(a, o, "id", json_string(a, after ? after->key : before->key));
    if (before) json_set(a, o, "rule_before", json_int(a, before->number));
    if (after) json_set(a, o, "rule_after", json_int(a, after->number));
    if (before) json_set(a, o, "before", before->cells);
    if (after) json_set(a, o, "after", after->cells);
    if (!before || !after) return o;
    for (size_t i = 0; i < json_len(before->cells) || i < json_len(after->cells); i++)
        if (!str_eq(json_str(json_at(before->cells, i)), json_str(json_at(after->cells, i))))
            json_add(a, which, json_int(a, (int64_t)i));
    json_set(a, o, "columns", which);
    return o;
}

static struct side *partner(struct side *list, size_t n, const struct side *of, bool exact)
{
    for (size_t i = 0; i < n; i++)
        if (!list[i].used &&
            (exact ? same_cells(list[i].cells, of->cells) && str_eq(list[i].key, of->key)
                   : str_eq(list[i].key, of->key)))
            return &list[i];
    return NULL;
}

/* Equal rows pair first, then those of the same key; what is left over was removed or added.
 * Rows that only stand elsewhere have moved when their order matters. */
static struct json *rows_diff(struct arena *a, struct side *before, size_t n_before,
                              struct side *after, size_t n_after, bool ordered)
{
    struct json *list = json_array(a);
    struct side **of = arena_array(a, struct side *, n_after + 1);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n_after; i++)
            if (!of[i] && (of[i] = partner(before, n_before, &after[i], pass == 0)))
                of[i]->used = true;
    for (size_t i = 0; i < n_before; i++)
        if (!before[i].used) json_add(a, list, changed_row(a, "removed", &before[i], NULL));
    int64_t last = 0;
    for (size_t i = 0; i < n_after; i++) {
        if (!of[i])
            json_add(a, list, changed_row(a, "added", NULL, &after[i]));
        else if (!same_cells(of[i]->cells, after[i].cells))
            json_add(a, list, changed_row(a, "changed", of[i], &after[i]));
        else if (ordered && of[i]->number < last)
            json_add(a, list, changed_row(a, "moved", of[i], &after[i]));
        if (of[i] && of[i]->number > last) last = of[i]->number;
    }
    return list;
}

static void add_all(struct arena *a, struct json *to, const struct json *from)
{
    for (size_t i = 0; i < json_len(from); i++) json_add(a, to, json_at(from, i));
}

static struct side *rules_of(struct arena *a, const struct json *table, size_t *ret_n)
{
    const struct json *rules = json_get(table, "rules");
    struct side *list = arena_array(a, struct side, json_len(rules) + 1);
    *ret_n = json_len(rules);
    for (size_t i = 0; i < *ret_n; i++) {
        const struct json *r = json_at(rules, i);
        struct json *cells = json_array(a), *note = json_get(r, "annotation");
        add_all(a, cells, json_get(r, "cells"));
        add_all(a, cells, json_get(r, "outputs"));
        if (json_len(json_get(table, "annotations")))
            json_add(a, cells, note ? note : json_c(a, ""));
        list[i] = (struct side){.cells = cells,
                                .key = json_text(r, "name").n ? json_text(r, "name")
                                                              : json_text(r, "id"),
                                .number = (int64_t)i + 1};
    }
    return list;
}

static struct json *columns_of(struct arena *a, const struct json *table)
{
    struct json *list = json_array(a);
    const char *const parts[] = {"inputs", "outputs"};
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < json_len(json_get(table, parts[p])); i++)
            json_add(a, list, json_get(json_at(json_get(table, parts[p]), i), "label"));
    if (json_len(json_get(table, "annotations")))
        json_add(a, list, json_at(json_get(table, "annotations"), 0));
    return list;
}

static struct json *table_of(const struct json *tables, struct str decision)
{
    for (size_t i = 0; i < json_len(tables); i++)
        if (str_eq(json_text(json_at(tables, i), "decision"), decision))
            return json_at(tables, i);
    return NULL;
}

static void table_diff(struct arena *a, const struct json *before, const struct json *after,
                       struct json *list)
{
    size_t n_before = 0, n_after = 0;
    struct side *x = before ? rules_of(a, before, &n_before) : NULL,
                *y = after ? rules_of(a, after, &n_after) : NULL;
    struct json *o = json_object(a), *rows = rows_diff(a, x, n_before, y, n_after, true);
    bool headed = before && after && !same_cells(columns_of(a, before), columns_of(a, after));
    bool hit = before && after &&
               !str_eq(json_text(before, "hit_policy"), json_text(after, "hit_policy"));
    if (before && after && !json_len(rows) && !headed && !hit) return;
    json_set(a, o, "decision", json_get(after ? after : before, "decision"));
    json_set(a, o, "change", json_c(a, !before ? "added" : !after ? "removed" : "changed"));
    json_set(a, o, "columns", columns_of(a, after ? after : before));
    if (headed) json_set(a, o, "columns_before", columns_of(a, before));
    json_set(a, o, "rows", rows);
    json_add(a, list, o);
}

struct json *tables_diff(struct arena *a, const struct json *before, const struct json *after)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < json_len(after); i++)
        table_diff(a, table_of(before, json_text(json_at(after, i), "decision")),
                   json_at(after, i), list);
    for (size_t i = 0; i < json_len(before); i++)
        if (!table_of(after, json_text(json_at(before, i), "decision")))
            table_diff(a, json_at(before, i), NULL, list);
    return list;
}

/* A row of an offence list is known by its list, citation, grade, class and first day; columns
 * 0, 1, 3, 4 and 7. */
static struct side *rows_of(struct arena *a, const struct json *csv, size_t *ret_n)
{
    static const size_t keys[] = {0, 1, 3, 4, 7};
    const struct json *rows = json_get(csv, "rows");
    struct side *list = arena_array(a, struct side, json_len(rows) + 1);
    *ret_n = json_len(rows);
    for (size_t i = 0; i < *ret_n; i++) {
        struct buf b = buf_in(a);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            struct str part = json_str(json_at(json_at(rows, i), keys[k]));
            if (part.n) buf_printf(&b, "%s" STR_FMT, b.n ? ", " : "", STR_ARG(part));
        }
        list[i] = (struct side){
            .cells = json_at(rows, i), .key = buf_str(&b), .number = (int64_t)i + 1};
    }
    return list;
}

struct json *tables_rows_diff(struct arena *a, const struct json *before,
                              const struct json *after)
{
    size_t n_before, n_after;
    struct json *o = json_object(a), *none = json_array(a);
    struct side *x = rows_of(a, before, &n_before), *y = rows_of(a, after, &n_after);
    json_set(a, o, "columns", json_get(after, "columns") ? json_get(after, "columns") : none);
    json_set(a, o, "rows", rows_diff(a, x, n_before, y, n_after, false));
    return o;
}
