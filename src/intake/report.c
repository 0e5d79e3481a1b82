/* What an import says about itself, the sink that keeps nothing, and the form of a file by its
 * name. */
#include "intake/intake.h"

static RC no_booking(void *ctx, const struct booking_row *row, struct err *e)
{
    (void)ctx, (void)row, (void)e;
    return RC_OK;
}
static RC no_charge(void *ctx, const struct charge_row *row, struct err *e)
{
    (void)ctx, (void)row, (void)e;
    return RC_OK;
}
static RC no_release(void *ctx, const struct release_row *row, struct err *e)
{
    (void)ctx, (void)row, (void)e;
    return RC_OK;
}
static RC no_trigger(void *ctx, const struct trigger_row *row, struct err *e)
{
    (void)ctx, (void)row, (void)e;
    return RC_OK;
}
static RC no_request(void *ctx, struct json *request, struct err *e)
{
    (void)ctx, (void)request, (void)e;
    return RC_OK;
}
const struct intake_sink intake_nowhere = {NULL,       no_booking, no_charge,
                                           no_release, no_trigger, no_request};

bool intake_form_of(struct str name, enum intake_form *ret)
{
    static const struct {
        const char *end;
        enum intake_form form;
    } ends[] = {{".csv", INTAKE_CSV},
                {".json", INTAKE_JSON},
                {".ndjson", INTAKE_NDJSON},
                {".jsonl", INTAKE_NDJSON}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct str end = str_c(ends[i].end);
        if (name.n > end.n && str_ieq(str_sub(name, name.n - end.n, end.n), end)) {
            *ret = ends[i].form;
            return true;
        }
    }
    return false;
}

static const char *const counted_word[COUNT_KINDS] = {"bookings", "charges", "releases",
                                                      "triggers", "requests"};

struct json *intake_report(const struct intake *in, struct arena *a)
{
    struct json *r = json_object(a);
    json_set(a, r, "source", json_c(a, in->name));
    if (in->header.sheet) json_set(a, r, "sheet", json_string(a, in->header.sheet->name));
    json_set(a, r, "rows", json_int(a, (int64_t)in->counts.rows));
    json_set(a, r, "refused", json_int(a, (int64_t)in->counts.refused));
    for (int k = 0; k < COUNT_KINDS; k++) {
        if (in->counts.fresh[k] + in->counts.same[k] == 0) continue;
        struct json *count = json_object(a);
        json_set(a, count, "new_or_changed", json_int(a, (int64_t)in->counts.fresh[k]));
        json_set(a, count, "same", json_int(a, (int64_t)in->counts.same[k]));
        json_set(a, r, counted_word[k], count);
    }
    json_set(a, r, "dropped", json_int(a, (int64_t)in->counts.dropped));
    struct json *unknown = json_array(a);
    for (size_t i = 0; i < in->header.n_unknown; i++)
        json_add(a, unknown, json_string(a, in->header.unknown[i]));
    if (json_len(unknown)) json_set(a, r, "columns_not_read", unknown);
    char text[600];
    if (in->first.id[0])
        json_set(a, r, "first_refusal",
                 json_string(a, str_dup(a, str_c(err_print(&in->first, text, sizeof text)))));
    return r;
}
