/* The desk's pages: what is served below / that is no API. */
#pragma once
#include "server/passage.h"

/* Answers a GET of a page or asset; unknown paths below /desk are the desk's own. False: there
 * is nothing of that name. */
bool assets_answer(struct passage *p);
