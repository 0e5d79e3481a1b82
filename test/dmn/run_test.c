/* Two promises of dmn.h: a run that has been warmed up allocates nothing in dmn_decide (every
 * malloc of it is counted here), and one model serves many threads (to be run under
 * ThreadSanitizer as well). */
#include "dmn.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The linker puts these in the place of malloc and its kin for everything linked statically,
 * the engine among it; that works with every sanitizer. */
static unsigned long allocations;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    return __real_realloc(p, n);
}

static const char text[] =
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
    "namespace=\"urn:m\">"
    "<inputData id=\"a\" name=\"amount\"><variable name=\"amount\" "
    "typeRef=\"number\"/></inputData>"
    "<inputData id=\"k\" name=\"kind\"><variable name=\"kind\" typeRef=\"string\"/></inputData>"
    "<inputData id=\"w\" name=\"on\"><variable name=\"on\" typeRef=\"date\"/></inputData>"
    "<decision id=\"l\" name=\"level\"><variable name=\"level\" typeRef=\"string\"/>"
    "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
    "<informationRequirement><requiredInput href=\"#k\"/></informationRequirement>"
    "<decisionTable hitPolicy=\"FIRST\"><input><inputExpression><text>amount * 1.1 + "
    "0.3</text></inputExpression></input>"
    "<input><inputExpression><text>kind</text></inputExpression></input><output name=\"o\"/>"
    "<rule><inputEntry><text>&lt; 300</text></inputEntry><inputEntry><text>\"a\", "
    "\"b\"</text></inputEntry>"
    "<outputEntry><text>\"low\"</text></outputEntry></rule>"
    "<rule><inputEntry><text>[300..800)</text></inputEntry><inputEntry><text>string length(?) "
    "= 1</text></inputEntry>"
    "<outputEntry><text>\"mid\" + kind</text></outputEntry></rule>"
    "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>"
    "<outputEntry><text>\"high\"</text></outputEntry></rule></decisionTable></decision>"
    "<decision id=\"d\" name=\"all\"><informationRequirement><requiredDecision "
    "href=\"#l\"/></informationRequirement>"
    "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
    "<informationRequirement><requiredInput href=\"#k\"/></informationRequirement>"
    "<informationRequirement><requiredInput href=\"#w\"/></informationRequirement>"
    "<literalExpression><text>{level: level, due: on + duration(\"P2M\"), sum: sum(for i in "
    "1..5 return i * amount / 3), "
    "bad: amount + kind, big: (for x in 1..3 return x * 2)[-1], f: (function(x) upper case(x) "
    "+ string(amount))(level)}</text>"
    "</literalExpression></decision></definitions>";

static struct dmn_model *model;
static struct dmn_plan *plan;
static char expected[64][400];

static void inputs(struct dmn_run *r, int k, const struct dmn_value *in[3])
{
    char date[32], kind[] = {(char)('a' + k % 3), '\0'};
    int n = snprintf(date, sizeof date, "@\"2025-01-%02d\"", 1 + k % 28);
    in[0] = dmn_make_integer(r, k * 17);
    in[1] = dmn_make_string(r, (struct dmn_text){kind, 1});
    in[2] = dmn_make_literal(r, (struct dmn_text){date, (size_t)n});
}

static bool open_model(void)
{
    static const struct dmn_text names[] = {{"amount", 6}, {"kind", 4}, {"on", 2}};
    struct dmn_source s = {"model", {text, sizeof text - 1}};
    struct dmn_report *report;
    bool ok = dmn_load(&s, 1, NULL, &model, &report) == DMN_OK;
    dmn_report_free(report);
    return ok && dmn_plan_new(model, (struct dmn_text){"all", 3}, names, 3, &plan) == DMN_OK;
}

/* The 64 cases `times` over; compares with what was expected, or sets it. */
static bool decide_all(int times, bool set, bool trace)
{
    struct dmn_run *values = dmn_run_new(model, NULL), *r = dmn_run_new(model, NULL);
    const struct dmn_value *in[64][3], *v;
    bool ok = true;
    for (int k = 0; k < 64; k++) inputs(values, k, in[k]);
    for (int i = 0; i < times && ok; i++) {
        for (int k = 0; k < 64 && ok; k++) {
            ok = dmn_decide(r, plan, in[k], trace, &v) == DMN_OK;
            if (!ok || i % 16) continue;
            struct dmn_text t = dmn_to_json(values, v);
            ok = t.n < sizeof *expected;
            if (ok && set) memcpy(expected[k], t.p, t.n + 1);
            ok = ok && strcmp(expected[k], t.p) == 0;
        }
    }
    dmn_run_free(r);
    dmn_run_free(values);
    return ok;
}

static bool no_allocation(bool trace, unsigned long *ret)
{
    struct dmn_run *values = dmn_run_new(model, NULL), *r = dmn_run_new(model, NULL);
    const struct dmn_value *in[64][3], *v;
    bool ok = true;
    for (int k = 0; k < 64; k++) inputs(values, k, in[k]);
    for (int i = 0; i < 40; i++) {
        if (i == 20) allocations = 0; /* warm */
        for (int k = 0; k < 64; k++) ok &= dmn_decide(r, plan, in[k], trace, &v) == DMN_OK;
    }
    *ret = allocations;
    dmn_run_free(r);
    dmn_run_free(values);
    return ok;
}

static void *worker(void *arg) { return decide_all(60, false, arg != NULL) ? arg : &model; }

static bool threads(void)
{
    pthread_t t[8];
    static int odd;
    bool ok = true;
    for (int i = 0; i < 8; i++)
        if (pthread_create(&t[i], NULL, worker, i & 1 ? &odd : NULL) != 0) return false;
    for (int i = 0; i < 8; i++) {
        void *ret;
        pthread_join(t[i], &ret);
        ok &= ret != &model;
    }
    return ok;
}

int main(void)
{
    unsigned long plain = 0, traced = 0;
    printf("1..3\n");
    bool ok = open_model() && decide_all(1, true, false), ran;
    printf("%s 1 a plan of two decisions\n# %s\n", ok ? "ok" : "not ok", expected[9]);
    if (!ok) return 1;
    ran = no_allocation(false, &plain) && no_allocation(true, &traced);
    dmn_run_free(dmn_run_new(model, NULL));
    bool counted = allocations > 0; /* the rest of the test allocates: the count is not blind */
    ok = ran && counted && plain == 0 && traced == 0;
    printf("%s 2 no allocation after warm-up\n# %lu without trace, %lu with trace in 1280 "
           "decisions each\n",
           ok ? "ok" : "not ok", plain, traced);
    bool together = threads();
    printf("%s 3 eight threads on one model\n", together ? "ok" : "not ok");
    dmn_plan_free(plan);
    dmn_model_free(model);
    return !(ok && together);
}
