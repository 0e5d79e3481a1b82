/* `dmn feel`: one expression as a model of one decision, whose input data are the members of a
 * JSON object. The unit tests of FEEL use it too. */
#include "base/json.h"
#include "base/xml.h"
#include "dmn/command/command.h"

/* The model is made of text, so that the expression takes the same way as any other. */
static struct str model_of(struct arena *a, const char *expression, const struct json *inputs)
{
    struct buf b = buf_in(a);
    buf_c(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" "
              "name=\"feel\" namespace=\"urn:feel\">");
    for (size_t i = 0; i < json_len(inputs); i++) {
        buf_printf(&b, "<inputData id=\"i%zu\" name=\"", i);
        xml_escape(&b, inputs->object.members[i].key);
        buf_c(&b, "\"/>");
    }
    buf_c(&b, "<decision id=\"d\" name=\"result of the expression\">");
    for (size_t i = 0; i < json_len(inputs); i++)
        buf_printf(
            &b,
            "<informationRequirement><requiredInput href=\"#i%zu\"/></informationRequirement>",
            i);
    buf_c(&b, "<literalExpression><text>");
    xml_escape(&b, str_c(expression));
    buf_c(&b, "</text></literalExpression></decision></definitions>");
    return buf_str(&b);
}

static int feel_with(struct arena *a, const char *expression, struct str text,
                     const struct json *inputs)
{
    struct dmn_host host = host_new(a);
    struct dmn_model *m;
    struct dmn_report *report;
    struct str model = model_of(a, expression, inputs);
    struct dmn_source source = {"expression", {model.p, model.n}};
    enum dmn_status st = dmn_load(&source, 1, &host, &m, &report);
    bool bad = report_print(stderr, report);
    int rc = st == DMN_OK && !bad ? EXIT_OK : EXIT_INPUT;
    if (st == DMN_OK) {
        struct dmn_run *r = dmn_run_new(m, NULL);
        const struct dmn_value *v;
        if (text.n && dmn_input_json(r, (struct dmn_text){text.p, text.n}) != DMN_OK)
            rc = EXIT_INPUT;
        if (dmn_eval(r, text_of("result of the expression"), false, &v) != DMN_OK)
            rc = EXIT_INPUT;
        struct dmn_text out = dmn_print(r, v);
        printf("%.*s\n", (int)out.n, out.p);
        for (size_t i = 0; !bad && i < dmn_run_count(r); i++)
            diagnostic_print(stderr, dmn_run_get(r, i));
        dmn_run_free(r);
    }
    dmn_model_free(m);
    dmn_report_free(report);
    return rc;
}

int verb_feel(int argc, char **argv)
{
    struct arena a;
    struct str text = {"", 0};
    struct json *inputs = NULL;
    struct err e = {0};
    char line[600];
    int rc = EXIT_INPUT;
    if (argc < 1 || argc > 2) {
        fputs("usage: dmn feel EXPRESSION [INPUT.json]\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&a, 0);
    if (argc < 2)
        rc = feel_with(&a, argv[0], text, NULL);
    else if (!file_read(&a, argv[1], &text))
        rc = EXIT_INPUT;
    else if (json_parse(&a, text, argv[1], NULL, &inputs, &e) != RC_OK)
        fprintf(stderr, "%s\n", err_print(&e, line, sizeof line));
    else
        rc = feel_with(&a, argv[0], text, inputs);
    arena_done(&a);
    return rc;
}
