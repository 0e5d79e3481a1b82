/* The subset of JSON Schema 2020-12 that our contracts use: type, enum, const, required,
 * properties, additionalProperties (false or schema), items, minItems, maxItems, uniqueItems,
 * minLength, maxLength, minimum, maximum, pattern (a few anchored classes, see schema.c),
 * format (date, date-time), default, $ref to #/$defs/…, anyOf. An unknown keyword that
 * constrains is refused at load, never skipped. A violation names a JSON pointer and what was
 * expected. */
#pragma once
#include "base/json.h"

struct schema;
RC schema_load(struct arena *a, const struct json *document, const struct schema **ret,
               struct err *e);
/* The same for a schema inside a document: its $refs are pointers from the document's root
 * (components of OpenAPI 3.1). */
RC schema_load_within(struct arena *a, const struct json *schema, const struct json *document,
                      const struct schema **ret, struct err *e);
/* Checks value; fills in defaults of absent members (value is changed). id is the diagnostic id
 * prefix, e.g. "FACT": FACT-0001 type, 0002 enum, 0003 required, 0004 unknown member, 0005
 * format, 0006 items, 0007 range. e->where is the pointer. */
RC schema_check(struct arena *a, const struct schema *s, struct json *value, const char *id,
                struct err *e);
