/* libdmn: decisions by DMN 1.5 (OMG formal/2024-01-01) with full FEEL.
 *
 * A model is compiled once (dmn_load) and is immutable from then on: any number of threads may
 * use it. An evaluation context (struct dmn_run) belongs to one thread and owns the memory of
 * its results, which stay valid until its next dmn_run_reset or dmn_run_free. Nothing here
 * reads a clock, a file or the network: time, time zones and the texts of imported models come
 * in through struct dmn_host.
 *
 * FEEL's null is a value, not an error: dmn_eval succeeds and the reasons for nulls stand in
 * the diagnostics of the run, each with a stable id (`FEEL-0107`) and a place in the model.
 *
 * Text is UTF-8 as pointer and length. Names match after FEEL's white-space rule. */
#ifndef DMN_H
#define DMN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DMN_API __attribute__((visibility("default")))
#define DMN_CHECK __attribute__((warn_unused_result))
#else
#define DMN_API
#define DMN_CHECK
#endif

struct dmn_model;
struct dmn_run;

enum dmn_status {
    DMN_OK = 0,
    DMN_INVALID,  /* the model or the input is wrong; see the diagnostics */
    DMN_NOTFOUND, /* no decision, service or knowledge model of that name */
    DMN_LIMIT,    /* fuel, depth or memory budget used up */
    DMN_BUG
};

struct dmn_text {
    const char *p;
    size_t n;
};

struct dmn_diagnostic {
    char id[16];         /* stable, e.g. "FEEL-0107"; `dmn explain FEEL-0107` tells more */
    bool error;          /* false: a warning */
    const char *source;  /* name of the model text */
    int line, column;    /* in the model text, 1-based; 0 unknown */
    const char *element; /* id or name of the DMN element */
    const char *text;    /* one line */
};

/* What the host hands over; every member may be NULL, then the functions that need it give
 * null. */
struct dmn_host {
    void *ctx;
    /* TZif bytes of a zone; false if there is no such zone. Must stay valid while the model
     * lives. */
    bool (*zone)(void *ctx, struct dmn_text name, struct dmn_text *ret_tzif);
    /* now() and today(): UTC nanoseconds since 1970 as seconds and rest. */
    bool (*now)(void *ctx, int64_t *ret_seconds, int32_t *ret_nanoseconds);
};

struct dmn_limits {
    uint64_t fuel; /* evaluation steps a dmn_eval; 0 = 50 million */
    size_t memory; /* bytes a run may hold; 0 = 256 MiB */
    int depth;     /* nested calls; 0 = 400 */
};

struct dmn_source {
    const char *name; /* for diagnostics: a file name */
    struct dmn_text bytes;
};

/* DMN_OK can come with error diagnostics: an expression that does not compile gives null with
 * that reason, and a caller that wants only clean models looks for errors in the report.
 * Compile. sources[0] is the model asked for, the others are what it imports (matched by
 * namespace). *ret_model is NULL unless DMN_OK; diagnostics (also warnings) are in *ret_report,
 * which the caller frees in either case. host may be NULL; it must outlive the model. */
struct dmn_report;
DMN_API DMN_CHECK enum dmn_status dmn_load(const struct dmn_source *sources, size_t n_sources,
                                           const struct dmn_host *host,
                                           struct dmn_model **ret_model,
                                           struct dmn_report **ret_report);
DMN_API void dmn_model_free(struct dmn_model *m); /* NULL is fine */
DMN_API size_t dmn_report_count(const struct dmn_report *r);
DMN_API const struct dmn_diagnostic *dmn_report_get(const struct dmn_report *r, size_t i);
DMN_API void dmn_report_free(struct dmn_report *r);

DMN_API const char *dmn_model_name(const struct dmn_model *m);
DMN_API const char *dmn_model_namespace(const struct dmn_model *m);
/* Names of decisions, decision services and input data of the model asked for, in document
 * order. */
enum dmn_kind { DMN_DECISION, DMN_SERVICE, DMN_BKM, DMN_INPUT };
DMN_API size_t dmn_model_count(const struct dmn_model *m, enum dmn_kind kind);
DMN_API const char *dmn_model_item(const struct dmn_model *m, enum dmn_kind kind, size_t i);

DMN_API struct dmn_run *dmn_run_new(const struct dmn_model *m, const struct dmn_limits *limits);
DMN_API void dmn_run_free(struct dmn_run *r);
/* forgets inputs, results, trace and diagnostics */
DMN_API void dmn_run_reset(struct dmn_run *r);

/* Values. A handle is valid until the run it came from is reset; it is never NULL. */
enum dmn_type {
    DMN_NULL,
    DMN_BOOLEAN,
    DMN_NUMBER,
    DMN_STRING,
    DMN_DATE,
    DMN_TIME,
    DMN_DATE_TIME,
    DMN_DAYS_DURATION,
    DMN_MONTHS_DURATION,
    DMN_LIST,
    DMN_CONTEXT,
    DMN_RANGE,
    DMN_FUNCTION
};
struct dmn_value;
DMN_API enum dmn_type dmn_type_of(const struct dmn_value *v);
/* false unless a true boolean */
DMN_API bool dmn_boolean(const struct dmn_value *v);
DMN_API struct dmn_text dmn_string(const struct dmn_value *v); /* {"",0} unless a string */
/* string() of any value, as FEEL prints it; lives in the run. */
DMN_API struct dmn_text dmn_print(struct dmn_run *r, const struct dmn_value *v);
/* list items or context entries */
DMN_API size_t dmn_count(const struct dmn_value *v);
DMN_API const struct dmn_value *dmn_item(const struct dmn_value *list, size_t i);
/* null value if absent */
DMN_API const struct dmn_value *dmn_entry(const struct dmn_value *context,
                                          struct dmn_text name);
DMN_API struct dmn_text dmn_entry_name(const struct dmn_value *context, size_t i);

/* FEEL's `=`: true only if it is true. */
DMN_API bool dmn_equal(const struct dmn_value *a, const struct dmn_value *b);

/* Build input values in the run. */
DMN_API const struct dmn_value *dmn_make_null(struct dmn_run *r);
DMN_API const struct dmn_value *dmn_make_boolean(struct dmn_run *r, bool b);
DMN_API const struct dmn_value *dmn_make_integer(struct dmn_run *r, int64_t n);
/* copied */
DMN_API const struct dmn_value *dmn_make_string(struct dmn_run *r, struct dmn_text s);
/* A FEEL literal of any type: number, @"2025-01-01", … ; a null value if it is none. */
DMN_API const struct dmn_value *dmn_make_literal(struct dmn_run *r, struct dmn_text feel);
DMN_API struct dmn_value *dmn_make_list(struct dmn_run *r, size_t n);
DMN_API void dmn_list_set(struct dmn_value *list, size_t i, const struct dmn_value *v);
DMN_API struct dmn_value *dmn_make_context(struct dmn_run *r, size_t n);
/* name borrowed; at most n times */
DMN_API void dmn_context_add(struct dmn_value *context, struct dmn_text name,
                             const struct dmn_value *v);

/* Bind an input datum (or, to test a part of a model, the result of a decision) by name. */
DMN_API DMN_CHECK enum dmn_status dmn_input(struct dmn_run *r, struct dmn_text name,
                                            const struct dmn_value *v);
/* The same for an input datum or decision of an imported model; ns NULL: any. */
DMN_API DMN_CHECK enum dmn_status dmn_input_in(struct dmn_run *r, const char *ns,
                                               struct dmn_text name, const struct dmn_value *v);
/* All inputs from one JSON object; strings become dates and so on where the model's types say
 * so. Errors are added to the run's diagnostics with a JSON pointer in `element`. */
DMN_API DMN_CHECK enum dmn_status dmn_input_json(struct dmn_run *r, struct dmn_text json);

/* Evaluate a decision by name; trace turns on the record of tables and rules looked at. */
DMN_API DMN_CHECK enum dmn_status dmn_eval(struct dmn_run *r, struct dmn_text decision,
                                           bool trace, const struct dmn_value **ret);
/* The same for a decision of an imported model; ns NULL: any. */
DMN_API DMN_CHECK enum dmn_status dmn_eval_in(struct dmn_run *r, const char *ns,
                                              struct dmn_text decision, bool trace,
                                              const struct dmn_value **ret);
/* Call a decision service or a knowledge model with a context of named arguments. */
DMN_API DMN_CHECK enum dmn_status dmn_call(struct dmn_run *r, struct dmn_text name,
                                           const struct dmn_value *arguments, bool trace,
                                           const struct dmn_value **ret);
/* For those who decide often: names are resolved once. A plan is immutable like its model, and
 * any number of runs may use it. dmn_decide forgets what the run's dmn_decide before it made
 * (its result, its diagnostics, its trace), binds the values to the plan's inputs in that order
 * and evaluates. The values must live until the next dmn_decide: those of dmn_make_… of this
 * run or another do. DMN_INVALID: a value does not fit its type, nothing was evaluated. After
 * the first calls nothing is allocated any more. */
struct dmn_plan;
DMN_API DMN_CHECK enum dmn_status dmn_plan_new(const struct dmn_model *m,
                                               struct dmn_text decision,
                                               const struct dmn_text *inputs, size_t n,
                                               struct dmn_plan **ret);
DMN_API void dmn_plan_free(struct dmn_plan *p); /* NULL is fine */
DMN_API DMN_CHECK enum dmn_status dmn_decide(struct dmn_run *r, const struct dmn_plan *p,
                                             const struct dmn_value *const *inputs, bool trace,
                                             const struct dmn_value **ret);
DMN_API size_t dmn_run_count(const struct dmn_run *r); /* diagnostics of the run */
DMN_API const struct dmn_diagnostic *dmn_run_get(const struct dmn_run *r, size_t i);
/* Why a value of this run is null; NULL if it is not, or if null was written or supplied as
 * such. */
DMN_API const struct dmn_diagnostic *dmn_why(const struct dmn_run *r,
                                             const struct dmn_value *v);
/* Many rows at once, in columns, for a decision that is one table: every input expression is
 * the name of an input, all cells and outputs are constants, no input values are declared for
 * columns of numbers; dmn_batch_new gives DMN_INVALID for any other, which dmn_decide takes.
 * The answers are those of dmn_decide row by row. A batch belongs to one thread. */
enum dmn_column_kind {
    DMN_COLUMN_INT64,   /* int64_t */
    DMN_COLUMN_DOUBLE,  /* double, each the decimal of its shortest text; not finite: null */
    DMN_COLUMN_BOOLEAN, /* uint8_t, 0 or not */
    DMN_COLUMN_VALUES   /* uint32_t, numbers of values in the dictionary; beyond it: null */
};
struct dmn_column {
    enum dmn_column_kind kind;
    const void *data;
    const uint8_t *nulls; /* not 0: the row has null; NULL: none has */
    const struct dmn_value *const *dictionary;
    size_t n_dictionary;
};
struct dmn_batch;
DMN_API DMN_CHECK enum dmn_status dmn_batch_new(const struct dmn_model *m,
                                                struct dmn_text decision,
                                                const struct dmn_text *inputs, size_t n,
                                                struct dmn_batch **ret);
/* One column for each input, in the order of dmn_batch_new; ret gets the number of the outcome
 * of each row. DMN_INVALID: a column does not fit the type of its input. */
DMN_API DMN_CHECK enum dmn_status dmn_batch_run(struct dmn_batch *b,
                                                const struct dmn_column *columns, size_t n_rows,
                                                uint32_t *ret);
DMN_API size_t dmn_batch_count(const struct dmn_batch *b); /* outcomes met so far */
/* until dmn_batch_free */
DMN_API const struct dmn_value *dmn_batch_outcome(const struct dmn_batch *b, uint32_t outcome);
DMN_API void dmn_batch_free(struct dmn_batch *b); /* NULL is fine */
/* Canonical JSON of a value; text lives in the run. Dates and durations become strings. */
DMN_API struct dmn_text dmn_to_json(struct dmn_run *r, const struct dmn_value *v);
/* The trace of the last dmn_eval or dmn_call as JSON (docs/trace.md), or as text for a
 * reader. */
DMN_API struct dmn_text dmn_trace_json(struct dmn_run *r);
DMN_API struct dmn_text dmn_trace_text(struct dmn_run *r);
/* What a diagnostic id means; NULL if it is none. */
DMN_API const char *dmn_explain(const char *id, const char **ret_title);
/* The same in its parts; every text is static. */
struct dmn_page {
    const char *id, *title, *meaning, *why, *remedy, *example;
};
DMN_API size_t dmn_page_count(void);
/* in the order of the manual; NULL beyond the end */
DMN_API const struct dmn_page *dmn_page_get(size_t i);

/* Static checks: what can be said of a model without an input (docs/dmn-check.md). Gaps,
 * overlaps, conflicts and masked rules of its decision tables, cells that are never true,
 * expressions that are always null, requirements that are not used. Nothing is reported that is
 * not certain, except with severity DMN_NOTE, which says what could not be decided. Every
 * witness has been put through the evaluator. What dmn_load reports is not repeated. */
enum dmn_severity { DMN_ERROR, DMN_WARNING, DMN_NOTE };
struct dmn_finding {
    char id[16];
    enum dmn_severity severity;
    const char *source;
    int line, column;    /* 1-based; 0 unknown */
    const char *element; /* id or name of the DMN element */
    const char *text;    /* one line */
    const char *witness; /* the inputs of the table that show it, as text; NULL: none */
    /* JSON for dmn_input_json that shows it, if it was shown for the decision as a whole */
    const char *example;
    uint64_t states; /* work of the analysis */
};
struct dmn_findings;
/* budget: states that the analysis of each table may visit; 0 = 400000. */
DMN_API DMN_CHECK enum dmn_status dmn_check(const struct dmn_model *m, uint64_t budget,
                                            struct dmn_findings **ret);
DMN_API size_t dmn_findings_count(const struct dmn_findings *f);
DMN_API const struct dmn_finding *dmn_findings_get(const struct dmn_findings *f, size_t i);
DMN_API void dmn_findings_free(struct dmn_findings *f); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
