/* One model, several threads, each with a run of its own: the same results as alone. Worth most
 * when built with -Db_sanitize=thread. */
#include "dmn.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#define ROUNDS 300

static struct dmn_model *model;
static char *alone;

static char *once(struct dmn_run *r)
{
    static const char input[] =
        "{\"person\": {\"age\": 3, \"kin\": [{\"age\": 1, \"kin\": []}]}}";
    const struct dmn_value *v;
    dmn_run_reset(r);
    if (dmn_input_json(r, (struct dmn_text){input, sizeof input - 1}) != DMN_OK) return NULL;
    if (dmn_eval(r, (struct dmn_text){"all of it", 9}, true, &v) != DMN_OK) return NULL;
    struct dmn_text a = dmn_to_json(r, v), b = dmn_trace_json(r);
    char *s = malloc(a.n + b.n + 1);
    if (!s) abort();
    memcpy(s, a.p, a.n);
    memcpy(s + a.n, b.p, b.n);
    s[a.n + b.n] = 0;
    return s;
}

static void *rounds(void *ret_ok)
{
    struct dmn_run *r = dmn_run_new(model, NULL);
    bool ok = true;
    for (int i = 0; i < ROUNDS && ok; i++) {
        char *s = once(r);
        ok = s && strcmp(s, alone) == 0;
        free(s);
    }
    dmn_run_free(r);
    *(bool *)ret_ok = ok;
    return NULL;
}

int main(int argc, char **argv)
{
    static char text[65536];
    struct dmn_report *report;
    pthread_t threads[THREADS];
    bool oks[THREADS] = {false}, ok = true;
    FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!f) return 2;
    struct dmn_source source = {"model", {text, fread(text, 1, sizeof text, f)}};
    fclose(f);
    printf("1..1\n");
    if (dmn_load(&source, 1, NULL, &model, &report) != DMN_OK) return 2;
    dmn_report_free(report);
    struct dmn_run *r = dmn_run_new(model, NULL);
    alone = once(r);
    dmn_run_free(r);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, rounds, &oks[i]) != 0) return 2;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ok &= oks[i];
    }
    free(alone);
    dmn_model_free(model);
    printf("%s 1 one model in %d threads\n", ok ? "ok" : "not ok", THREADS);
    return !ok;
}
