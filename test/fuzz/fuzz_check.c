/* Static checks of models of any bytes: they end within their budget, every finding has a page,
 * and what is shown with an example for the decision as a whole comes up when that is
 * evaluated. */
#include "dmn.h"
#include <stdlib.h>
#include <string.h>

static void finding(const struct dmn_model *m, const struct dmn_finding *f)
{
    if (!dmn_explain(f->id, NULL) || !f->text || !*f->text) abort();
    if (!f->example) return;
    struct dmn_run *r = dmn_run_new(m, NULL);
    struct dmn_text json = {f->example, strlen(f->example)};
    if (dmn_input_json(r, json) != DMN_OK) abort();
    dmn_run_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dmn_source s = {"fuzz", {(const char *)data, size}};
    struct dmn_model *m;
    struct dmn_report *report;
    struct dmn_findings *f;
    if (dmn_load(&s, 1, NULL, &m, &report) == DMN_OK) {
        if (dmn_check(m, 2000, &f) != DMN_OK) abort();
        for (size_t i = 0; i < dmn_findings_count(f); i++) finding(m, dmn_findings_get(f, i));
        dmn_findings_free(f);
    }
    dmn_model_free(m);
    dmn_report_free(report);
    return 0;
}
