/* See cli.h: how results look. Text for people is one fact a line; a case leads with what to
 * do. */
#include "cli/cli.h"
#include "base/utf8.h"
#include "os/term.h"
#include <unistd.h>

static void print_scalar(const struct json *v)
{
    switch (v->type) {
    case JSON_STRING: printf(STR_FMT, STR_ARG(v->string)); return;
    case JSON_NUMBER: printf(STR_FMT, STR_ARG(v->num.text)); return;
    case JSON_BOOL: fputs(v->boolean ? "yes" : "no", stdout); return;
    case JSON_NULL: fputs("-", stdout); return;
    case JSON_ARRAY:
    case JSON_OBJECT: return;
    }
}

static bool is_scalar(const struct json *v)
{
    return v->type != JSON_ARRAY && v->type != JSON_OBJECT;
}

static void print_tree(const struct json *v, int indent);

static void print_list(const struct json *v, int indent)
{
    for (size_t i = 0; i < json_len(v); i++) {
        const struct json *item = json_at(v, i);
        printf("%*s- ", indent, "");
        if (is_scalar(item)) {
            print_scalar(item);
            putchar('\n');
        } else {
            putchar('\n');
            print_tree(item, indent + 2);
        }
    }
}

/* Members as words: "new_or_changed" is shown as "new or changed". */
static void print_name(struct str key)
{
    for (size_t i = 0; i < key.n; i++) putchar(key.p[i] == '_' ? ' ' : key.p[i]);
}

static void print_tree(const struct json *v, int indent)
{
    if (v->type == JSON_ARRAY) {
        print_list(v, indent);
        return;
    }
    if (is_scalar(v)) {
        printf("%*s", indent, "");
        print_scalar(v);
        putchar('\n');
        return;
    }
    for (size_t i = 0; i < json_len(v); i++) {
        const struct json_member *m = &v->object.members[i];
        if (!is_scalar(m->value) && json_len(m->value) == 0) continue;
        printf("%*s", indent, "");
        print_name(m->key);
        putchar(':');
        if (is_scalar(m->value))
            putchar(' ');
        else
            putchar('\n');
        if (is_scalar(m->value)) {
            print_scalar(m->value);
            putchar('\n');
        } else {
            print_tree(m->value, indent + 2);
        }
    }
}

static void print_json(struct call *c, const struct json *v)
{
    struct buf b = buf_in(c->arena);
    json_write_pretty(&b, v);
    c->shown = true;
    fwrite(b.p, 1, b.n, stdout);
    if (b.n == 0 || b.p[b.n - 1] != '\n') putchar('\n');
}

void show(struct call *c, const struct json *v)
{
    if (c->json)
        print_json(c, v);
    else if (v->type == JSON_OBJECT || json_len(v))
        print_tree(v, 0);
    else
        puts("nothing");
}

static size_t width_of(const struct json *v)
{
    if (!v) return 0;
    return v->type == JSON_STRING   ? utf8_count(v->string)
           : v->type == JSON_NUMBER ? v->num.text.n
                                    : 3;
}

static void print_cell(const struct json *v, size_t width, bool last)
{
    if (v && v->type == JSON_ARRAY) { /* short lists of words */
        size_t used = 0;
        for (size_t i = 0; i < json_len(v); i++) {
            struct str s = json_str(json_at(v, i));
            used += s.n + (i ? 2 : 0);
            printf("%s" STR_FMT, i ? ", " : "", STR_ARG(s));
        }
        if (!last) printf("%*s", used < width ? (int)(width - used) + 2 : 2, "");
        return;
    }
    if (v) print_scalar(v);
    size_t used = width_of(v);
    if (!last) printf("%*s", (int)(width > used ? width - used : 0) + 2, "");
}

void show_table(struct call *c, const struct json *v, const char *list,
                const struct column *columns, size_t n)
{
    const struct json *rows = json_get(v, list);
    if (c->json) {
        print_json(c, v);
        return;
    }
    if (json_len(rows) == 0) {
        puts("none");
        return;
    }
    size_t *widths = arena_array(c->arena, size_t, n);
    for (size_t k = 0; k < n; k++) {
        widths[k] = strlen(columns[k].title);
        for (size_t i = 0; i < json_len(rows); i++) {
            size_t w = width_of(json_get(json_at(rows, i), columns[k].member));
            if (w > widths[k]) widths[k] = w;
        }
    }
    for (size_t k = 0; k < n; k++)
        printf("%s%-*s%s%s", term_paint(STDOUT_FILENO, PAINT_BOLD),
               k + 1 < n ? (int)widths[k] : 0, columns[k].title,
               term_paint(STDOUT_FILENO, PAINT_OFF), k + 1 < n ? "  " : "\n");
    for (size_t i = 0; i < json_len(rows); i++) {
        for (size_t k = 0; k < n; k++)
            print_cell(json_get(json_at(rows, i), columns[k].member), widths[k], k + 1 == n);
        putchar('\n');
    }
}

static enum paint outcome_paint(struct str outcome)
{
    if (str_is(outcome, "review")) return PAINT_YELLOW;
    if (str_is(outcome, "decline")) return PAINT_RED;
    return PAINT_GREEN;
}

static void print_answer(const struct json *a)
{
    struct str ask = json_text(a, "ask"), outcome = json_text(a, "outcome"),
               why = json_text(a, "why");
    const struct json *citations = json_get(a, "citations");
    printf("%s" STR_FMT "%s to " STR_FMT, term_paint(STDOUT_FILENO, outcome_paint(outcome)),
           STR_ARG(outcome), term_paint(STDOUT_FILENO, PAINT_OFF), STR_ARG(ask));
    if (why.n) printf(" — " STR_FMT, STR_ARG(why));
    for (size_t i = 0; i < json_len(citations); i++) {
        struct str s = json_str(json_at(citations, i));
        printf("%s" STR_FMT, i ? ", " : " [", STR_ARG(s));
    }
    puts(json_len(citations) ? "]" : "");
}

/* What to do first, then the rest; docs/casework.md has the members. */
void show_case(struct call *c, const struct json *v)
{
    static const char *const said[] = {"case",     "state",       "what", "answers",
                                       "decision", "decision_id", NULL};
    if (c->json) {
        print_json(c, v);
        return;
    }
    const struct json *answers = json_get(v, "answers");
    printf("%s" STR_FMT "  " STR_FMT "%s  " STR_FMT "\n", term_paint(STDOUT_FILENO, PAINT_BOLD),
           STR_ARG(json_text(v, "case")), STR_ARG(json_text(v, "state")),
           term_paint(STDOUT_FILENO, PAINT_OFF), STR_ARG(json_text(v, "what")));
    for (size_t i = 0; i < json_len(answers); i++) print_answer(json_at(answers, i));
    struct json *rest = json_object(c->arena);
    for (size_t i = 0; i < json_len(v); i++) {
        bool shown = false;
        for (const char *const *s = said; *s; s++)
            shown = shown || str_is(v->object.members[i].key, *s);
        if (!shown)
            json_set_str(c->arena, rest, v->object.members[i].key, v->object.members[i].value);
    }
    print_tree(rest, 0);
}

void show_error(const struct call *c, const struct err *e)
{
    char text[600];
    fprintf(stderr, "sallyport: %s\n", err_print(e, text, sizeof text));
    if (e->code == RC_BUG && e->source)
        fprintf(stderr, "sallyport: please report this bug, found at %s:%d\n", e->source,
                e->source_line);
    if (!c->json || c->shown) return;
    struct json *o = json_object(c->arena), *error = json_object(c->arena);
    struct buf b = buf_in(c->arena);
    json_set(c->arena, error, "code", json_c(c->arena, rc_name(e->code)));
    json_set(c->arena, error, "id", json_c(c->arena, e->id));
    if (e->where[0]) json_set(c->arena, error, "where", json_c(c->arena, e->where));
    if (e->line) json_set(c->arena, error, "line", json_int(c->arena, e->line));
    json_set(c->arena, error, "text", json_c(c->arena, e->text));
    json_set(c->arena, o, "error", error);
    json_write(&b, o);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}
