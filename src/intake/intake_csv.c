/* CSV into rows. The header chooses the sheet; a header that cannot be trusted refuses the
 * whole file before anything of it is taken. Nothing is allocated for a row. */
#include "intake/rows.h"

#define PROGRESS_EVERY 8192

static RC read_header(struct intake *in, struct arena *a, struct csv_reader *r, struct err *e)
{
    struct csv_row row;
    enum rc rc = csv_next(r, &row, e);
    if (rc == RC_NO)
        return FAIL(e, RC_INVALID, "INT-0001", "%s is empty: the first line must be the header",
                    in->name);
    if (rc == RC_OK) rc = profile_header(a, in->profile, row.fields, row.n, &in->header, e);
    if (rc != RC_OK) err_at(e, in->name, 1, 0);
    in->counts.dropped = in->header.n_dropped;
    return rc;
}

static bool is_blank(const struct csv_row *row)
{
    return row->n == 0 || (row->n == 1 && str_trim(row->fields[0]).n == 0);
}

static RC take_row(struct intake *in, struct cells *c, const struct csv_row *row, struct err *e)
{
    if (row->n != in->header.n)
        return FAIL(e, RC_INVALID, "INT-0003", "the row has %zu columns, the header %zu",
                    row->n, in->header.n);
    for (int f = 0; f < FIELD_COUNT; f++) {
        int column = in->header.column[f];
        c->v[f] = column < 0 ? STR("") : row->fields[column];
    }
    return rows_give(in, in->profile, in->header.sheet->gives, c, e);
}

RC intake_csv(struct intake *in, struct arena *a, csv_fill fill, void *fill_ctx, struct err *e)
{
    struct csv_reader *r = csv_open(a, fill, fill_ctx, in->profile->separator);
    struct cells *cells = arena_new(a, struct cells);
    struct csv_row row;
    cells->cleared = arena_array(a, struct cleared, CLEARED_SLOTS);
    TRY(read_header(in, a, r, e));
    for (;;) {
        enum rc split = csv_next(r, &row, e);
        if (split == RC_NO) break;
        if (split == RC_OK && is_blank(&row)) continue;
        if (split != RC_OK && split != RC_INVALID && split != RC_LIMIT) return split;
        in->counts.rows++;
        in->line = row.line;
        enum rc rc = split == RC_OK ? take_row(in, cells, &row, e) : split;
        if (rc != RC_OK && !rows_is_refusal(rc)) return rc;
        if (rc != RC_OK) {
            /* a shifted row could carry a dropped column */
            bool whole = split == RC_OK && row.n == in->header.n;
            struct err why = *e;
            TRY(rejects_add(in, row.line, whole ? row.fields : NULL, row.n, &why, e));
        }
        if (in->progress && in->counts.rows % PROGRESS_EVERY == 0)
            in->progress(in->progress_ctx, in->counts.rows);
    }
    return RC_OK;
}
