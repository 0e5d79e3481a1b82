/* An event's text as what-if reads it: the quick way, with kept answers, must take and refuse
 * the same texts as the careful reader, which reads each as a whole and keeps nothing, and must
 * tell the same changes; now and then the whole pages are compared. One candidate looks at no
 * time, the other does. */
#include <stdlib.h>
#include "base/hash.h"
#include "custody/whatif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define YAML(id)                                                                               \
    "id: " id "\nversion: \"1\"\ntitle: T\nstatus: S\nanswers:\n  notify: A\n"                 \
    "offence_lists: [violent]\nsources:\n  - id: a\n    title: b\n"
#define LIST "list,citation,offence,grade,class,attempt,listed,from,to,source\n"
#define ROW "violent,C.R.S. 18-3-202,Assault,,,,yes,2023-01-01,,x\n"
#define COMPONENT(name, type)                                                                  \
    "<itemComponent name='" name "'><typeRef>" type "</typeRef></itemComponent>"
#define MODEL(test)                                                                            \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='p' name='p' "       \
    "namespace='urn:p'><itemDefinition name='tO'>" COMPONENT("on", "date") COMPONENT(          \
        "stage", "string") "<itemComponent name='lists' isCollection='true'>"                  \
                           "<typeRef>string</typeRef></itemComponent></itemDefinition>"        \
                           "<itemDefinition name='tOs' "                                       \
                           "isCollection='true'><typeRef>tO</typeRef></itemDefinition>"        \
                           "<inputData id='i' name='offences'><variable name='offences' "      \
                           "typeRef='tOs'/></inputData>"                                       \
                           "<inputData id='t' name='as_of'><variable name='as_of' "            \
                           "typeRef='date and time'/>"                                         \
                           "</inputData><decision id='d' name='A'><variable name='A'/>"        \
                           "<informationRequirement><requiredInput "                           \
                           "href='#i'/></informationRequirement>"                              \
                           "<informationRequirement><requiredInput "                           \
                           "href='#t'/></informationRequirement>"                              \
                           "<literalExpression><text>if count(offences[" test                  \
                           "]) &gt; 0 then {outcome: \"notify\", rule: \"R1\", why: \"yes\"} " \
                           "else {outcome: \"decline\", rule: \"R2\", why: "                   \
                           "\"no\"}</text></literalExpression>"                                \
                           "</decision></definitions>"

static const struct pack_file files[2][3] = {
    {{STR("pack.yaml"), STR(YAML("still"))},
     {STR("policy.dmn"), STR(MODEL("list contains(lists, \"violent\")"))},
     {STR("offences.csv"), STR(LIST ROW)}},
    {{STR("pack.yaml"), STR(YAML("looks"))},
     {STR("policy.dmn"), STR(MODEL("on &gt; date(as_of) - duration(\"P5Y\")"))},
     {STR("offences.csv"), STR(LIST)}}};

struct way {
    struct whatif *w;
    struct whatif_setup s;
    size_t told; /* changes of this text */
    struct hash sum;
};

static RC note(void *ctx, const struct whatif_change *c, struct err *e)
{
    struct way *x = ctx;
    const struct str words[] = {c->policy, c->rule_before, c->why_before, c->rule_after,
                                c->why_after};
    const int codes[] = {(int)c->pack, (int)c->ask, (int)c->before, (int)c->after};
    struct arena a = {0};
    struct buf b = buf_in(&a);
    (void)e;
    buf_add(&b, (const char *)x->sum.b, sizeof x->sum.b);
    buf_add(&b, (const char *)codes, sizeof codes);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        buf_printf(&b, "%zu ", words[i].n);
        buf_str_add(&b, words[i]);
    }
    x->sum = hash_of(buf_str(&b));
    x->told++;
    arena_done(&a);
    return RC_OK;
}

static void begin(struct way *x, bool plain)
{
    static struct pack *packs[2];
    struct err e = {0};
    for (size_t i = 0; i < 2; i++)
        if (!packs[i] && pack_load(files[i], 3, NULL, &packs[i], &e) != RC_OK) abort();
    x->s = (struct whatif_setup){.packs = (const struct pack *const *)packs,
                                 .n_packs = 2,
                                 .plain = plain,
                                 .change = note,
                                 .ctx = x};
    x->w = whatif_new(&x->s);
}

static enum rc feed(struct way *x, struct str text)
{
    const struct whatif_point p = {.at = 0, .month = 2024 * 12, .case_id = 1, .text = text};
    struct err e = {0};
    x->told = 0;
    x->sum = (struct hash){0};
    enum rc rc = whatif_feed(x->w, &p, &e);
    if (rc != RC_OK && !e.id[0]) abort();
    return rc;
}

static struct str page(const struct whatif *w, struct arena *a)
{
    struct json *o = whatif_json(w, a);
    struct buf b = buf_in(a);
    json_set(a, o, "decided", json_null(a)); /* the one thing that may differ */
    json_write(&b, o);
    return buf_str(&b);
}

/* The ways go on over many texts, as over a ledger, and begin anew before they grow. */
static void compare_pages(struct way *x, struct way *y)
{
    struct arena a = {0};
    if (!str_eq(page(x->w, &a), page(y->w, &a))) abort();
    arena_done(&a);
    whatif_free(x->w);
    whatif_free(y->w);
    x->w = y->w = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct way quick, careful;
    static unsigned long count;
    struct str text = str_n((const char *)data, n);
    if (!quick.w) begin(&quick, false);
    if (!careful.w) begin(&careful, true);
    for (int i = 0; i < 2; i++) { /* the second time it may be a kept answer */
        enum rc x = feed(&quick, text), y = feed(&careful, text);
        if (x != y || quick.told != careful.told || !hash_eq(quick.sum, careful.sum)) abort();
    }
    if (++count % 1024 == 0) compare_pages(&quick, &careful);
    return 0;
}
