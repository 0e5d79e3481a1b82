/* What a model can see of its inputs: for those who keep answers and want to know when two
 * inputs must have the same. A name that is not read may have any value of the same type, and
 * no decision of the model comes out differently. */
#pragma once
#include "base/map.h"
#include "dmn.h"

struct reads {
    bool all; /* something looks at contexts as a whole */
    struct map names;
};

void reads_of(const struct dmn_model *m, struct arena *a, struct reads *ret);
/* May an input, or a member of a context that comes in, of that name have a part in any
 * answer? */
bool reads_name(const struct reads *r, struct str name);
