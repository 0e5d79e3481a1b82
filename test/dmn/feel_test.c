/* FEEL as data: every feel/NAME.test is a list of blocks of three lines, an expression, a JSON
 * object of its variables
 * (`-` for none), and the expected result as FEEL prints it, then an empty line. A result `null
 * FEEL-0201` wants that reason too. `\n` in an expression stands for a line break. Lines that
 * start with # are comments. */
#include "base/json.h"
#include "base/xml.h"
#include "dmn.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static int number, failed;

static struct str model_of(struct arena *a, struct str expression, const struct json *inputs)
{
    struct buf b = buf_in(a);
    buf_c(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" "
              "namespace=\"urn:t\">");
    for (size_t i = 0; i < json_len(inputs); i++) {
        buf_printf(&b, "<inputData id=\"i%zu\" name=\"", i);
        xml_escape(&b, inputs->object.members[i].key);
        buf_c(&b, "\"/>");
    }
    buf_c(&b, "<decision id=\"d\" name=\"the result\">");
    for (size_t i = 0; i < json_len(inputs); i++)
        buf_printf(
            &b,
            "<informationRequirement><requiredInput href=\"#i%zu\"/></informationRequirement>",
            i);
    buf_c(&b, "<literalExpression><text>");
    for (size_t i = 0; i < expression.n; i++) {
        if (i + 1 < expression.n && expression.p[i] == '\\' && expression.p[i + 1] == 'n') {
            buf_ch(&b, '\n');
            i++;
        } else {
            xml_escape(&b, str_n(expression.p + i, 1));
        }
    }
    buf_c(&b, "</text></literalExpression></decision></definitions>");
    return buf_str(&b);
}

static bool has_reason(const struct dmn_run *r, struct str id)
{
    for (size_t i = 0; i < dmn_run_count(r); i++)
        if (str_is(id, dmn_run_get(r, i)->id)) return true;
    return false;
}

static bool block(struct arena *a, struct str expression, struct str vars, struct str want,
                  struct str *ret_got)
{
    struct json *inputs = NULL;
    struct err e = {0};
    struct dmn_model *m;
    struct dmn_report *report;
    const struct dmn_value *v;
    if (!str_is(vars, "-") && json_parse(a, vars, "variables", NULL, &inputs, &e) != RC_OK)
        return false;
    struct str model = model_of(a, expression, inputs);
    struct dmn_source source = {"test", {model.p, model.n}};
    if (dmn_load(&source, 1, NULL, &m, &report) != DMN_OK) return false;
    struct dmn_run *r = dmn_run_new(m, NULL);
    bool ok = !inputs || dmn_input_json(r, (struct dmn_text){vars.p, vars.n}) == DMN_OK;
    enum dmn_status st = dmn_eval(r, (struct dmn_text){"the result", 10}, false, &v);
    ok = ok && (st == DMN_OK || (st == DMN_LIMIT && str_starts(want, STR("null "))));
    struct dmn_text got = dmn_print(r, v);
    *ret_got = str_dup(a, str_n(got.p, got.n));
    if (dmn_type_of(v) == DMN_NULL && dmn_run_count(r))
        *ret_got = str_c(arena_printf(a, "null %s", dmn_run_get(r, dmn_run_count(r) - 1)->id));
    if (str_starts(want, STR("null ")))
        ok = ok && dmn_type_of(v) == DMN_NULL && has_reason(r, str_sub(want, 5, want.n));
    else
        ok = ok && str_eq(want, str_n(got.p, got.n));
    dmn_run_free(r);
    dmn_model_free(m);
    dmn_report_free(report);
    return ok;
}

static void check(const char *file, int line, struct str expression, struct str vars,
                  struct str want)
{
    struct arena a;
    struct str got = {"", 0};
    arena_init(&a, 0);
    bool ok = block(&a, expression, vars, want, &got);
    printf("%s %d %s:%d " STR_FMT "\n", ok ? "ok" : "not ok", ++number, file, line,
           STR_ARG(expression));
    if (!ok) {
        failed++;
        printf("# expected " STR_FMT "\n# found " STR_FMT "\n", STR_ARG(want), STR_ARG(got));
    }
    arena_done(&a);
}

static void file(const char *path, const char *name)
{
    static char text[1 << 18];
    FILE *f = fopen(path, "rb");
    if (!f) exit(2);
    struct str rest = str_n(text, fread(text, 1, sizeof text, f)), line, part[3];
    int n = 0, at = 0;
    fclose(f);
    while (str_cut(&rest, '\n', &line)) {
        at++;
        if (line.n && line.p[0] == '#') continue;
        if (!line.n) {
            n = 0;
            continue;
        }
        if (n < 3) part[n++] = line;
        if (n == 3) {
            check(name, at - 2, part[0], part[1], part[2]);
            n = 4;
        }
    }
}

int main(int argc, char **argv)
{
    struct dirent **names;
    char path[4096];
    int n = argc > 1 ? scandir(argv[1], &names, NULL, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        if (str_ends(str_c(names[i]->d_name), STR(".test"))) {
            snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
            file(path, names[i]->d_name);
        }
        free(names[i]);
    }
    if (n > 0) free(names);
    printf("1..%d\n", number);
    return failed || number == 0;
}
