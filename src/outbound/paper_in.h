/* Pieces that more than one letter has (paper.c). */
#pragma once
#include "outbound/paper.h"

enum { EN, ES };

/* n rows of three: what was asked, what is answered, citations. */
struct str *paper_answer_cells(const struct paper *p, int language, bool person, size_t *ret_n);
/* ask "": any. */
bool paper_answered(const struct paper *p, const char *ask, const char *outcome);
/* The request, as the agency will know it again. */
void paper_agency_rows(struct letter *l, const struct paper *p, struct str what, instant when);
void paper_contact(struct letter *l, const struct paper *p, const char *before);
void paper_signed(struct letter *l, struct paper *p);
