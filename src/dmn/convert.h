/* Values to and from JSON. Dates, times and durations are strings in JSON; the declared type of
 * an input says which strings are meant to be more than text. */
#pragma once
#include "base/json.h"
#include "dmn/eval.h"

struct json *convert_to_json(struct arena *a, struct value v);
/* The value for the input `name` of type t. What does not fit becomes null with a diagnostic
 * DMN-0302 whose element is the JSON pointer; components that are absent become null entries.
 * False if there was such a thing. */
bool convert_from_json(struct eval *e, const struct json *j, const struct type *t,
                       struct str name, struct value *ret);
/* RFC 6901 pointer to the member `name` of the input. */
const char *convert_pointer(struct arena *a, struct str name);
/* The same completion for values that did not come as JSON. */
struct value convert_complete(struct eval *e, struct value v, const struct type *t);
