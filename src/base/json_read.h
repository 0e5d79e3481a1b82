/* Between json.c and the JSON library: their headers use the same names, so neither file may see the other's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_read_kind {
    JSON_READ_NULL, JSON_READ_FALSE, JSON_READ_TRUE, JSON_READ_WHOLE, JSON_READ_REAL, JSON_READ_TEXT,
    JSON_READ_ARRAY, JSON_READ_OBJECT
};

struct json_read { /* one value, with its key if it stands in an object */
    enum json_read_kind kind;
    const char *key, *text;
    size_t key_n, n;
    int64_t whole;
    double real;
};

struct json_read_error {
    int line, column;
    bool duplicate, too_deep;
    char text[200];
};

/* Calls on_value for each value, parents first; what it returns is the parent of what stands inside. */
bool json_read(const char *p, size_t n, size_t max_depth, void *(*on_value)(void *ctx, void *parent, const struct json_read *),
               void *ctx, struct json_read_error *ret_error);
