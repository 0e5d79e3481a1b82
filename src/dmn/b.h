/* What the files of built-ins (b_*.c) share: the C functions behind the rows of builtin.c, and
 * small helpers. A function may rely on the types and the non-null arguments that its signature
 * promises. */
#pragma once
#include "dmn/builtin.h"
#include "dmn/num.h"

#define BUILTIN(name)                                                                          \
    struct value name(struct call *c, size_t which, const struct value *args, size_t n)

/* b_convert.c */
BUILTIN(b_date);
BUILTIN(b_time);
BUILTIN(b_date_and_time);
BUILTIN(b_duration);
BUILTIN(b_months_between);
BUILTIN(b_number);
BUILTIN(b_string);
BUILTIN(b_not);
BUILTIN(b_is);
/* b_string.c */
BUILTIN(b_substring);
BUILTIN(b_string_length);
BUILTIN(b_upper_case);
BUILTIN(b_lower_case);
BUILTIN(b_substring_before);
BUILTIN(b_substring_after);
BUILTIN(b_replace);
BUILTIN(b_contains);
BUILTIN(b_starts_with);
BUILTIN(b_ends_with);
BUILTIN(b_matches);
BUILTIN(b_split);
BUILTIN(b_string_join);
/* b_list.c */
BUILTIN(b_list_contains);
BUILTIN(b_count);
BUILTIN(b_min);
BUILTIN(b_max);
BUILTIN(b_sum);
BUILTIN(b_mean);
BUILTIN(b_all);
BUILTIN(b_any);
BUILTIN(b_sublist);
BUILTIN(b_append);
BUILTIN(b_concatenate);
BUILTIN(b_insert_before);
BUILTIN(b_remove);
BUILTIN(b_list_replace);
BUILTIN(b_reverse);
BUILTIN(b_index_of);
BUILTIN(b_union);
BUILTIN(b_distinct_values);
BUILTIN(b_flatten);
BUILTIN(b_product);
BUILTIN(b_median);
BUILTIN(b_stddev);
BUILTIN(b_mode);
BUILTIN(b_sort);
/* b_number.c */
BUILTIN(b_decimal);
BUILTIN(b_floor);
BUILTIN(b_ceiling);
BUILTIN(b_round_up);
BUILTIN(b_round_down);
BUILTIN(b_round_half_up);
BUILTIN(b_round_half_down);
BUILTIN(b_abs);
BUILTIN(b_modulo);
BUILTIN(b_sqrt);
BUILTIN(b_log);
BUILTIN(b_exp);
BUILTIN(b_odd);
BUILTIN(b_even);
/* b_range.c */
BUILTIN(b_before);
BUILTIN(b_after);
BUILTIN(b_meets);
BUILTIN(b_met_by);
BUILTIN(b_overlaps);
BUILTIN(b_overlaps_before);
BUILTIN(b_overlaps_after);
BUILTIN(b_finishes);
BUILTIN(b_finished_by);
BUILTIN(b_includes);
BUILTIN(b_during);
BUILTIN(b_starts);
BUILTIN(b_started_by);
BUILTIN(b_coincides);
BUILTIN(b_range);
/* b_temporal.c */
BUILTIN(b_day_of_year);
BUILTIN(b_day_of_week);
BUILTIN(b_month_of_year);
BUILTIN(b_week_of_year);
BUILTIN(b_now);
BUILTIN(b_today);
/* b_context.c */
BUILTIN(b_get_value);
BUILTIN(b_get_entries);
BUILTIN(b_context);
BUILTIN(b_context_put);
BUILTIN(b_context_merge);

/* Room for n list items and as many steps; the caller gives over_limit() if not. */
static inline bool has_room(struct call *c, size_t items, uint64_t steps)
{
    return items < SIZE_MAX / 64 && c->fits(c, items * sizeof(struct value), steps);
}
struct value over_limit(struct call *c);
/* Text as a result; checks the budget before it is made when given how long it may get. */
static inline bool has_text_room(struct call *c, size_t bytes)
{
    return c->fits(c, bytes, bytes / 64 + 1);
}
