/* YAML 1.1 as the JSON tree, with line and column on every value, through libyaml (the only
 * file that sees it). One document; anchors, aliases, tags and duplicate keys are refused;
 * plain scalars follow the JSON types (true, false, null, numbers), all else is text. */
#pragma once
#include "base/json.h"

RC yaml_parse(struct arena *a, struct str text, const char *name, struct json **ret,
              struct err *e);
