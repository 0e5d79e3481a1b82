/* A pack's decision tables as JSON for display, from the bytes of its model: cells as the
 * author wrote them. What two versions differ in, row by row; which rules a trace lit. Pure. */
#pragma once
#include "base/json.h"
#include "custody/pack_run.h"

/* {description?, tables:[…], texts:[…]} as components/schemas/Pack of api/openapi.yaml has
 * them. pack: for what it answers. */
RC tables_read(struct arena *a, struct str dmn, const struct pack *pack, struct json **ret,
               struct err *e);
/* Marks lit rules, answers of cells and values found in `tables` (the array), from traces as
 * decide() gives them; a rule whose name is that of an answer in `decision` has decided. */
void tables_light(struct arena *a, struct json *tables, const struct json *traces,
                  const struct json *decision);
/* {columns, rows} of a CSV. */
RC tables_csv(struct arena *a, struct str bytes, struct json **ret, struct err *e);
/* arrays of tables */
struct json *tables_diff(struct arena *a, const struct json *before, const struct json *after);
/* of tables_csv */
struct json *tables_rows_diff(struct arena *a, const struct json *before,
                              const struct json *after);
