/* The contracts of api/ as they are built into the program. */
#pragma once
extern const char facts_schema_text[];
extern const char pack_schema_text[];
