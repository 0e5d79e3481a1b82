/* External functions (DMN 1.5 §10.3.2.13.3): a small table of pure methods of java.lang that
 * can be given honestly without Java. Every other class or method is reported and gives
 * null. */
#pragma once
#include "dmn/value.h"

struct external;
/* By class and "method(type, type)"; NULL if it is not in the table. */
const struct external *external_find(struct str class, struct str signature);
/* False with a reason (static text): the arguments do not convert as Java would convert
 * them. */
bool external_call(struct arena *a, const struct external *x, const struct value *args,
                   size_t n, struct value *ret, const char **ret_why);
