/* The list of diagnostics; their meanings are in diag_table.c. */
#include "dmn/diag.h"
#include <stdio.h>
#include <string.h>

const struct dmn_page *diag_find(const char *id)
{
    for (size_t i = 0; i < diag_page_count; i++)
        if (strcmp(diag_pages[i].id, id) == 0) return &diag_pages[i];
    return NULL;
}

size_t dmn_page_count(void) { return diag_page_count; }

const struct dmn_page *dmn_page_get(size_t i)
{
    return i < diag_page_count ? &diag_pages[i] : NULL;
}

uint32_t diag_vadd(struct diag_list *l, bool error, const char *id, const struct place *place,
                   int line, int column, const char *fmt, va_list ap)
{
    if (l->n >= l->limit) {
        l->dropped++;
        return 0;
    }
    char text[400];
    vsnprintf(text, sizeof text, fmt, ap);
    arena_push(l->arena, l->items, l->n, l->cap);
    struct dmn_diagnostic *d = &l->items[l->n++];
    memset(d, 0, sizeof *d);
    snprintf(d->id, sizeof d->id, "%s", id);
    d->error = error;
    d->source = place && place->source ? place->source : "";
    d->element = place && place->element ? place->element : "";
    d->line = line ? line : place ? place->line : 0;
    d->column = line ? column : place ? place->column : 0;
    d->text = arena_strdup(l->arena, text);
    return (uint32_t)l->n;
}

uint32_t diag_add(struct diag_list *l, bool error, const char *id, const struct place *place,
                  int line, int column, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    uint32_t n = diag_vadd(l, error, id, place, line, column, fmt, ap);
    va_end(ap);
    return n;
}
