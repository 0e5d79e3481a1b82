/* Models of any bytes: loading must end with a model or with a diagnostic, and every decision
 * of a model that loads must evaluate within the budgets, the same with and without the
 * trace. */
#include "dmn.h"
#include <stdlib.h>
#include <string.h>

static void evaluate(const struct dmn_model *m, const char *name)
{
    struct dmn_limits limits = {.fuel = 20000, .memory = 8 << 20, .depth = 60};
    struct dmn_run *one = dmn_run_new(m, &limits), *two = dmn_run_new(m, &limits);
    struct dmn_text n = {name, strlen(name)};
    const struct dmn_value *v, *w;
    enum dmn_status a = dmn_eval(one, n, false, &v), b = dmn_eval(two, n, true, &w);
    if (a == DMN_OK &&
        b == DMN_OK) { /* the trace asks more cells, so its budget may end earlier */
        struct dmn_text x = dmn_to_json(one, v), y = dmn_to_json(two, w);
        if (x.n != y.n || memcmp(x.p, y.p, x.n) != 0) abort();
        (void)dmn_trace_json(two);
        (void)dmn_trace_text(two);
    }
    dmn_run_free(one);
    dmn_run_free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dmn_source s = {"fuzz", {(const char *)data, size}};
    struct dmn_model *m;
    struct dmn_report *report;
    if (dmn_load(&s, 1, NULL, &m, &report) == DMN_OK) {
        for (size_t i = 0; i < dmn_model_count(m, DMN_DECISION) && i < 8; i++)
            evaluate(m, dmn_model_item(m, DMN_DECISION, i));
    } else if (dmn_report_count(report) == 0) {
        abort();
    }
    dmn_model_free(m);
    dmn_report_free(report);
    return 0;
}
