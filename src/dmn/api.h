/* What is behind the handles of dmn.h, for the static checks. */
#pragma once
#include "dmn/eval.h"

const struct model *api_model(const struct dmn_model *m);
struct eval *api_eval(struct dmn_run *r);
