/* A complete program that decides: cc dmn-example.c $(pkg-config --cflags --libs dmn) */
#include <dmn.h>
#include <stdio.h>
#include <string.h>

static const char model_text[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='fees' "
    "namespace='urn:example:fees'>"
    "  <inputData id='i' name='age'><variable name='age' typeRef='number'/></inputData>"
    "  <decision id='d' name='fee'>"
    "    <variable name='fee' typeRef='number'/>"
    "    <informationRequirement><requiredInput href='#i'/></informationRequirement>"
    "    <decisionTable hitPolicy='UNIQUE'>"
    "      <input><inputExpression typeRef='number'><text>age</text></inputExpression></input>"
    "      <output typeRef='number'/>"
    "      <rule><inputEntry><text>&lt; "
    "18</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>"
    "      <rule><inputEntry><text>> "
    "18</text></inputEntry><outputEntry><text>12.50</text></outputEntry></rule>"
    "    </decisionTable>"
    "  </decision>"
    "</definitions>";

static struct dmn_text text(const char *s)
{
    struct dmn_text t = {s, strlen(s)};
    return t;
}

static void decide(struct dmn_run *run, const char *input)
{
    const struct dmn_value *fee;
    struct dmn_text json;
    dmn_run_reset(run);
    if (dmn_input_json(run, text(input)) != DMN_OK ||
        dmn_eval(run, text("fee"), false, &fee) != DMN_OK)
        printf("%s: not decided\n", input);
    else {
        json = dmn_to_json(run, fee);
        printf("%s: %.*s\n", input, (int)json.n, json.p);
    }
    for (size_t i = 0; i < dmn_run_count(run); i++)
        printf("  because %s [%s]\n", dmn_run_get(run, i)->text, dmn_run_get(run, i)->id);
}

int main(void)
{
    struct dmn_source source = {"fees.dmn", {model_text, sizeof model_text - 1}};
    struct dmn_model *model;
    struct dmn_report *report;
    struct dmn_findings *findings;
    enum dmn_status status = dmn_load(&source, 1, NULL, &model, &report);
    for (size_t i = 0; i < dmn_report_count(report); i++)
        printf("%s\n", dmn_report_get(report, i)->text);
    dmn_report_free(report);
    if (status != DMN_OK) return 1;

    struct dmn_run *run = dmn_run_new(model, NULL);
    decide(run, "{\"age\": 40}");
    decide(run, "{\"age\": 18}");
    decide(run, "{\"age\": \"old\"}");
    dmn_run_free(run);

    /* The same gap, found without running into it. */
    if (dmn_check(model, 0, &findings) == DMN_OK)
        for (size_t i = 0; i < dmn_findings_count(findings); i++)
            printf("check: %s [%s]\n", dmn_findings_get(findings, i)->text,
                   dmn_findings_get(findings, i)->id);
    dmn_findings_free(findings);
    dmn_model_free(model);
    return 0;
}
