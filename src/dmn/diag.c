/* The list of diagnostics and the table of their meanings. Ids are stable: one may be retired, never reused. */
#include "dmn/diag.h"
#include <stdio.h>
#include <string.h>

const struct diag_kind diag_kinds[] = {
    {"FEEL-0101", "syntax", "The text is not a FEEL expression from this place on. Names with spaces must be "
                            "known here: a decision sees only what its information requirements name."},
    {"FEEL-0102", "unknown name", "No variable, knowledge model, service or built-in function of this name is "
                                  "visible here. Check the spelling and the requirements of the decision."},
    {"FEEL-0103", "unknown type", "The type is neither one of FEEL's own nor an item definition of this model or "
                                  "of one it imports."},
    {"FEEL-0104", "bad literal", "The text between quotes after @, or the number, has no FEEL value."},
    {"FEEL-0105", "too deep", "The expression is nested deeper than the engine allows."},
    {"FEEL-0201", "arithmetic", "The operator is not defined for operands of these types, or its result is out "
                                "of range (DMN 1.5 table 55). Null operands give null."},
    {"FEEL-0202", "comparison", "Values of different types, or without an order, were compared."},
    {"FEEL-0203", "no such entry", "A path names an entry or property that the value does not have."},
    {"FEEL-0204", "not a function", "The value before the parentheses is not a function."},
    {"FEEL-0205", "arguments", "The function has no signature with this number or these names of arguments."},
    {"FEEL-0206", "argument type", "An argument does not conform to the type of its parameter, so the function "
                                   "was not invoked (DMN 1.5 §10.3.2.13.4)."},
    {"FEEL-0207", "type", "The value does not conform to the declared type and was replaced by null "
                          "(DMN 1.5 §10.3.2.9.4)."},
    {"FEEL-0208", "condition", "A condition must be true or false."},
    {"FEEL-0209", "filter", "A filter must be a number or give true or false for each item."},
    {"FEEL-0210", "index", "The list has no item at this position; the first is 1, the last -1."},
    {"FEEL-0211", "iteration", "Only a list or a range of whole numbers or dates can be iterated over."},
    {"FEEL-0212", "external function", "Functions written in Java or PMML are not run by this engine, but for a "
                                       "small table of java.lang functions."},
    {"FEEL-0213", "call depth", "Functions call each other deeper than the limit of the run."},
    {"FEEL-0214", "fuel", "The evaluation needs more steps than the limit of the run."},
    {"FEEL-0215", "memory", "The evaluation needs more memory than the limit of the run."},
    {"FEEL-0216", "range", "The ends of the range cannot be ordered."},
    {"FEEL-0217", "duplicate key", "A context has two entries of the same name."},
    {"FEEL-0218", "value not allowed", "The value is not one of the allowed values of its type."},
    {"FEEL-0219", "null logic", "An operand of and, or, not or a test is neither true nor false."},
    {"FEEL-0301", "conversion", "The text is not in the form of the type asked for, or the parts make no such value: "
                                "there is no 30th of February and no 24:01:00."},
    {"FEEL-0302", "number", "The function is not defined for this number (square root below zero, modulo by zero), or "
                            "the result is beyond 34 digits and an exponent of 6111."},
    {"FEEL-0303", "regular expression", "Patterns, flags and replacements are those of XPath and XQuery, not of Perl; "
                                        "a match may take a fixed number of steps."},
    {"FEEL-0304", "list items", "An item of the list is not of the type the function works on, or there are too few."},
    {"FEEL-0305", "position", "The list or the string has no such position; the first is 1, the last -1."},
    {"FEEL-0306", "entries", "The context has no such entry, or the list is not one of keys and values."},
    {"FEEL-0307", "ends of ranges", "The ends cannot be compared with each other, or the text is not a range."},
    {"FEEL-0308", "no clock", "The host of the engine gave no clock, so that results do not depend on the time of day."},
    {"FEEL-0309", "too large", "The result would need more steps, memory or nesting than the limits of the run."},
    {"FEEL-0310", "function argument", "The function that was passed must take two arguments and give true or false."},
    {"FEEL-0220", "nesting", "A list or context is nested deeper than any value may be."},
    {"DMN-0101", "XML", "The file is not well-formed XML, or beyond its limits."},
    {"DMN-0102", "not DMN", "The root element is not the definitions element of DMN 1.1 to 1.6."},
    {"DMN-0103", "expression language", "Only FEEL is evaluated; B-FEEL is refused because it hides errors."},
    {"DMN-0104", "reference", "The href or name points to nothing in this model or its imports."},
    {"DMN-0105", "cycle", "Decisions require each other in a circle, or an item definition contains itself "
                          "without a component between."},
    {"DMN-0106", "import", "The imported model was not handed over, or it is of a kind that is not evaluated."},
    {"DMN-0107", "structure", "A required attribute or child element is missing or does not fit."},
    {"DMN-0108", "duplicate name", "Two elements of the same model bear the same name."},
    {"DMN-0201", "no rule", "No rule of the decision table matched and there is no default output."},
    {"DMN-0202", "several rules", "More than one rule of a table with hit policy UNIQUE matched."},
    {"DMN-0203", "rules disagree", "Rules of a table with hit policy ANY matched with different outputs."},
    {"DMN-0204", "output not allowed", "The output is not one of the output values of its column."},
    {"DMN-0205", "input not allowed", "The input is not one of the input values of its column."},
    {"DMN-0206", "aggregation", "The collected outputs cannot be aggregated."},
    {"DMN-0301", "missing input", "The input datum was not supplied; it is null."},
    {"DMN-0302", "input", "The supplied value does not fit the type of the input datum."},
    {"DMN-0303", "name", "No decision, service, knowledge model or input datum bears this name."},
};
const size_t diag_kind_count = sizeof diag_kinds / sizeof *diag_kinds;

const struct diag_kind *diag_find(const char *id)
{
    for (size_t i = 0; i < diag_kind_count; i++)
        if (strcmp(diag_kinds[i].id, id) == 0) return &diag_kinds[i];
    return NULL;
}

uint32_t diag_vadd(struct diag_list *l, bool error, const char *id, const struct place *place,
                   int line, int column, const char *fmt, va_list ap)
{
    if (l->n >= l->limit) {
        l->dropped++;
        return 0;
    }
    char text[400];
    vsnprintf(text, sizeof text, fmt, ap);
    arena_push(l->arena, l->items, l->n, l->cap);
    struct dmn_diagnostic *d = &l->items[l->n++];
    memset(d, 0, sizeof *d);
    snprintf(d->id, sizeof d->id, "%s", id);
    d->error = error;
    d->source = place && place->source ? place->source : "";
    d->element = place && place->element ? place->element : "";
    d->line = line ? line : place ? place->line : 0;
    d->column = line ? column : place ? place->column : 0;
    d->text = arena_strdup(l->arena, text);
    return (uint32_t)l->n;
}

uint32_t diag_add(struct diag_list *l, bool error, const char *id, const struct place *place,
                  int line, int column, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    uint32_t n = diag_vadd(l, error, id, place, line, column, fmt, ap);
    va_end(ap);
    return n;
}
