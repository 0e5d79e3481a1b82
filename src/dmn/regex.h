/* matches(), replace() and split(): XPath/XQuery F&O 3.1 §5.6 regular expressions, translated
 * to PCRE2 (regex.c is the only file that sees it) after checking what XPath forbids and PCRE2
 * allows. Every match has a step budget. */
#pragma once
#include "dmn/value.h"

struct regex;
/* NULL with *ret_why (static text) if the pattern or the flags (s m i x q) are not XPath's. */
const struct regex *regex_compile(struct arena *a, struct str pattern, struct str flags,
                                  const char **ret_why);
void regex_free(const struct regex *r);
/* 1 found, 0 not found, -1 budget used up. */
int regex_matches(const struct regex *r, struct str text);
/* *ret_why set on a bad replacement, a pattern that matches "", or the budget. */
bool regex_replace(struct arena *a, const struct regex *r, struct str text,
                   struct str replacement, struct str *ret, const char **ret_why);
/* Pieces between matches. */
bool regex_split(struct arena *a, const struct regex *r, struct str text, struct str **ret,
                 size_t *ret_n, const char **ret_why);
