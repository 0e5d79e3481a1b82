/* The one list of words by which a status would get in: citizenship, nationality, immigration
 * status, birthplace, A-number in their many spellings. Columns and members so named are
 * dropped before anything is stored; free text that carries them is refused. Must never be used
 * to keep or to tell what was found: callers count, or name the place. */
#pragma once
#include "base/str.h"

/* A column header or a member's name: "Immigration Hold", "alienNumber", "A#",
 * "PLACE_OF_BIRTH". */
bool status_column(struct str header);
/* Free text: "A 123 456 789", "citizen of …", "born in …". *ret_found (may be NULL) is the part
 * of the text. */
bool status_text(struct str text, struct str *ret_found);
/* Only the number, for texts where words are names of people: a family may be called what an
 * office calls others. */
bool status_number(struct str text, struct str *ret_found);
