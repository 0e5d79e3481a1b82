/* FEEL expressions of any bytes: compiling and evaluating must end, within the budgets, and
 * every null that comes out of an operation must be printable. */
#include "base/buf.h"
#include "base/xml.h"
#include "dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct dmn_model *m;
    struct dmn_report *report;
    arena_init(&a, 0);
    struct buf b = buf_in(&a);
    buf_c(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"t\" "
              "namespace=\"urn:t\">"
              "<inputData id=\"a\" name=\"total cost\"/><inputData id=\"b\" "
              "name=\"x\"/><decision id=\"d\" name=\"d\">"
              "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
              "<informationRequirement><requiredInput "
              "href=\"#b\"/></informationRequirement><literalExpression><text>");
    xml_escape(&b, str_n((const char *)data, size));
    buf_c(&b, "</text></literalExpression></decision></definitions>");
    struct dmn_source s = {"fuzz", {b.p, b.n}};
    if (dmn_load(&s, 1, NULL, &m, &report) == DMN_OK) {
        struct dmn_limits limits = {.fuel = 20000, .memory = 8 << 20, .depth = 60};
        struct dmn_run *r = dmn_run_new(m, &limits);
        const struct dmn_value *v;
        static const char input[] =
            "{\"x\": [1, {\"total cost\": 2.5}, \"t\"], \"total cost\": 7}";
        (void)!dmn_input_json(r, (struct dmn_text){input, sizeof input - 1});
        if (dmn_eval(r, (struct dmn_text){"d", 1}, size & 1, &v) == DMN_OK)
            (void)dmn_to_json(r, v);
        dmn_run_free(r);
    }
    dmn_model_free(m);
    dmn_report_free(report);
    arena_done(&a);
    return 0;
}
