/* Files that were built in: the desk's pages and api/openapi.json. The table is written by
 * embed.py. */
#pragma once
#include "base/str.h"

struct embedded {
    /* "index.html", "assets/app-3f9c.js", "openapi.json" */
    const char *path;
    const char *type, *etag;    /* etag with quotes */
    struct str plain, gzip, br; /* of those with p NULL there is none */
    /* the name changes with the content: it may be kept for ever */
    bool hashed;
};
const struct embedded *embedded_find(struct str path); /* NULL: none */
bool embedded_desk(void);                              /* the desk was built in */
