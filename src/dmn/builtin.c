/* The table of built-in functions, and what happens before any of them runs: choice of the
 * signature, implicit conversions, refusal of wrong types (DMN 1.5 §10.3.4, §10.3.2.9.4). The
 * table is the only place where names, parameter names and types of built-ins stand. */
#include "dmn/builtin.h"
#include "base/buf.h"
#include "dmn/b.h"
#include "dmn/type.h"

/* A type is its text and its bits. */
#define BIT(tag) (1u << (tag))
#define T_TEXT_ANY "any"
#define T_BITS_ANY 0xffffu
#define T_TEXT_NUMBER "number"
#define T_BITS_NUMBER (BIT(TAG_NUM) | BIT(TAG_NUM_BIG))
#define T_TEXT_STRING "string"
#define T_BITS_STRING BIT(TAG_STR)
#define T_TEXT_STRING_OPT "string?"
#define T_BITS_STRING_OPT (BIT(TAG_STR) | BIT(TAG_NULL))
#define T_TEXT_BOOLEAN_OPT "boolean?"
#define T_BITS_BOOLEAN_OPT (BIT(TAG_BOOL) | BIT(TAG_NULL))
#define T_TEXT_LIST "list"
#define T_BITS_LIST BIT(TAG_LIST)
#define T_TEXT_CONTEXT "context"
#define T_BITS_CONTEXT BIT(TAG_CONTEXT)
#define T_TEXT_RANGE "range"
#define T_BITS_RANGE BIT(TAG_RANGE)
#define T_TEXT_FUNCTION "function"
#define T_BITS_FUNCTION BIT(TAG_FUNCTION)
#define T_TEXT_POINT "point"
#define T_BITS_POINT                                                                           \
    (T_BITS_NUMBER | BIT(TAG_STR) | BIT(TAG_DATE) | BIT(TAG_TIME) | BIT(TAG_DATE_TIME) |       \
     BIT(TAG_DAYS) | BIT(TAG_MONTHS))
#define T_TEXT_DAY "date|date and time"
#define T_BITS_DAY (BIT(TAG_DATE) | BIT(TAG_DATE_TIME))
#define T_TEXT_DATE_FROM "string|date and time"
#define T_BITS_DATE_FROM (BIT(TAG_STR) | BIT(TAG_DATE_TIME))
#define T_TEXT_TIME_FROM "string|time|date and time"
#define T_BITS_TIME_FROM (BIT(TAG_STR) | BIT(TAG_TIME) | BIT(TAG_DATE_TIME))
#define T_TEXT_TIME "time"
#define T_BITS_TIME BIT(TAG_TIME)
#define T_TEXT_OFFSET "days and time duration?"
#define T_BITS_OFFSET (BIT(TAG_DAYS) | BIT(TAG_NULL))
#define T_TEXT_AMOUNT "number|days and time duration|years and months duration"
#define T_BITS_AMOUNT (T_BITS_NUMBER | BIT(TAG_DAYS) | BIT(TAG_MONTHS))

/* clang-format off */
#define SIG0(result) {"", "", 0, 0, result, {0}}
#define SIG1(params, a, result) {params, T_TEXT_##a, 1, 1, result, {T_BITS_##a}}
#define SIG2_MIN(params, a, b, min, result) \
    {params, T_TEXT_##a "," T_TEXT_##b, min, 2, result, {T_BITS_##a, T_BITS_##b}}
#define SIG2(params, a, b, result) SIG2_MIN(params, a, b, 2, result)
#define SIG3_MIN(params, a, b, d, min, result) \
    {params, T_TEXT_##a "," T_TEXT_##b "," T_TEXT_##d, min, 3, result, \
     {T_BITS_##a, T_BITS_##b, T_BITS_##d}}
#define SIG3(params, a, b, d, result) SIG3_MIN(params, a, b, d, 3, result)
#define SIG4_MIN(params, a, b, d, f, min, result) \
    {params, T_TEXT_##a "," T_TEXT_##b "," T_TEXT_##d "," T_TEXT_##f, min, 4, result, \
     {T_BITS_##a, T_BITS_##b, T_BITS_##d, T_BITS_##f}}
/* One argument alone is always the list. */
#define SIG_MANY(params, a, result) {params, T_TEXT_##a, 2, 255, result, {T_BITS_##a}}
#define SIG_LISTS(params, result) {params, T_TEXT_LIST, 1, 255, result, {T_BITS_LIST}}
#define SIG_MANY2(params, a, b, result) \
    {params, T_TEXT_##a "," T_TEXT_##b, 1, 255, result, {T_BITS_##a, T_BITS_##b}}

#define SIGNATURES static const struct builtin_signature
/* clang-format on */

SIGNATURES s_date[] = {SIG1("from", DATE_FROM, "date"),
                       SIG3("year,month,day", NUMBER, NUMBER, NUMBER, "date")};
SIGNATURES s_date_and_time[] = {SIG1("from", STRING, "date and time"),
                                SIG2("date,time", DAY, TIME, "date and time")};
SIGNATURES s_time[] = {
    SIG1("from", TIME_FROM, "time"),
    SIG4_MIN("hour,minute,second,offset", NUMBER, NUMBER, NUMBER, OFFSET, 3, "time")};
SIGNATURES s_number[] = {SIG3("from,grouping separator,decimal separator", STRING, STRING_OPT,
                              STRING_OPT, "number")};
SIGNATURES s_string[] = {SIG1("from", ANY, "string")};
SIGNATURES s_duration[] = {SIG1("from", STRING, "any")};
SIGNATURES s_months_between[] = {SIG2("from,to", DAY, DAY, "years and months duration")};
SIGNATURES s_not[] = {SIG1("negand", BOOLEAN_OPT, "boolean")};
SIGNATURES s_is[] = {SIG2_MIN("value1,value2", ANY, ANY, 1, "boolean"),
                     SIG2_MIN("value2,value1", ANY, ANY, 1, "boolean")};

SIGNATURES s_substring[] = {
    SIG2("string,start position", STRING, NUMBER, "string"),
    SIG3("string,start position,length", STRING, NUMBER, NUMBER, "string")};
SIGNATURES s_text_number[] = {SIG1("string", STRING, "number")};
SIGNATURES s_text_text[] = {SIG1("string", STRING, "string")};
SIGNATURES s_match_text[] = {SIG2("string,match", STRING, STRING, "string")};
SIGNATURES s_match_test[] = {SIG2("string,match", STRING, STRING, "boolean")};
SIGNATURES s_replace[] = {{"input,pattern,replacement,flags",
                           "string,string,string,string?",
                           3,
                           4,
                           "string",
                           {T_BITS_STRING, T_BITS_STRING, T_BITS_STRING, T_BITS_STRING_OPT}}};
SIGNATURES s_matches[] = {
    SIG3_MIN("input,pattern,flags", STRING, STRING, STRING_OPT, 2, "boolean")};
SIGNATURES s_split[] = {SIG2("string,delimiter", STRING, STRING, "list")};
SIGNATURES s_string_join[] = {SIG2_MIN("list,delimiter", LIST, STRING_OPT, 1, "string")};

SIGNATURES s_list_element[] = {SIG2("list,element", LIST, ANY, "boolean")};
SIGNATURES s_count[] = {SIG1("list", LIST, "number")};
SIGNATURES s_extreme[] = {SIG1("list", LIST, "any"), SIG_MANY("c...", POINT, "any")};
SIGNATURES s_numbers[] = {SIG1("list", LIST, "number"), SIG_MANY("n...", NUMBER, "number")};
SIGNATURES s_mode[] = {SIG1("list", LIST, "list"), SIG_MANY("n...", NUMBER, "list")};
SIGNATURES s_booleans[] = {SIG1("list", LIST, "boolean"),
                           SIG_MANY("b...", BOOLEAN_OPT, "boolean")};
SIGNATURES s_sublist[] = {SIG2("list,start position", LIST, NUMBER, "list"),
                          SIG3("list,start position,length", LIST, NUMBER, NUMBER, "list")};
SIGNATURES s_append[] = {SIG_MANY2("list,item...", LIST, ANY, "list")};
SIGNATURES s_lists[] = {SIG_LISTS("list...", "list")};
SIGNATURES s_insert_before[] = {SIG3("list,position,newItem", LIST, NUMBER, ANY, "list")};
SIGNATURES s_remove[] = {SIG2("list,position", LIST, NUMBER, "list")};
SIGNATURES s_list_replace[] = {SIG3("list,position,newItem", LIST, NUMBER, ANY, "list"),
                               SIG3("list,match,newItem", LIST, FUNCTION, ANY, "list")};
SIGNATURES s_list_list[] = {SIG1("list", LIST, "list")};
SIGNATURES s_index_of[] = {SIG2("list,match", LIST, ANY, "list")};
SIGNATURES s_sort[] = {SIG2("list,precedes", LIST, FUNCTION, "list")};

SIGNATURES s_scaled[] = {SIG2("n,scale", NUMBER, NUMBER, "number")};
SIGNATURES s_may_scale[] = {SIG1("n", NUMBER, "number"),
                            SIG2("n,scale", NUMBER, NUMBER, "number")};
SIGNATURES s_abs[] = {SIG1("n", AMOUNT, "any")};
SIGNATURES s_modulo[] = {SIG2("dividend,divisor", NUMBER, NUMBER, "number")};
SIGNATURES s_number_number[] = {SIG1("number", NUMBER, "number")};
SIGNATURES s_number_test[] = {SIG1("number", NUMBER, "boolean")};

SIGNATURES s_order[] = {SIG2("point1,point2", POINT, POINT, "boolean"),
                        SIG2("point,range", POINT, RANGE, "boolean"),
                        SIG2("range,point", RANGE, POINT, "boolean"),
                        SIG2("range1,range2", RANGE, RANGE, "boolean")};
SIGNATURES s_ranges[] = {SIG2("range1,range2", RANGE, RANGE, "boolean")};
SIGNATURES s_point_range[] = {SIG2("point,range", POINT, RANGE, "boolean"),
                              SIG2("range1,range2", RANGE, RANGE, "boolean")};
SIGNATURES s_range_point[] = {SIG2("range,point", RANGE, POINT, "boolean"),
                              SIG2("range1,range2", RANGE, RANGE, "boolean")};
SIGNATURES s_coincides[] = {SIG2("point1,point2", POINT, POINT, "boolean"),
                            SIG2("range1,range2", RANGE, RANGE, "boolean")};
SIGNATURES s_range[] = {SIG1("from", STRING, "range")};

SIGNATURES s_day_number[] = {SIG1("date", DAY, "number")};
SIGNATURES s_day_text[] = {SIG1("date", DAY, "string")};
SIGNATURES s_now[] = {SIG0("date and time")};
SIGNATURES s_today[] = {SIG0("date")};

SIGNATURES s_get_value[] = {SIG2("m,key", CONTEXT, STRING, "any")};
SIGNATURES s_get_entries[] = {SIG1("m", CONTEXT, "list")};
SIGNATURES s_context[] = {SIG1("entries", LIST, "context")};
SIGNATURES s_context_put[] = {SIG3("context,key,value", CONTEXT, STRING, ANY, "context"),
                              SIG3("context,keys,value", CONTEXT, LIST, ANY, "context")};
SIGNATURES s_context_merge[] = {SIG1("contexts", LIST, "context")};

#define ROW(name, signatures, fn)                                                              \
    {                                                                                          \
        name, signatures, sizeof(signatures) / sizeof *(signatures), fn                        \
    }

const struct builtin builtin_table[] = {
    /* conversion, §10.3.4.1 */
    ROW("date", s_date, b_date),
    ROW("date and time", s_date_and_time, b_date_and_time),
    ROW("time", s_time, b_time),
    ROW("number", s_number, b_number),
    ROW("string", s_string, b_string),
    ROW("duration", s_duration, b_duration),
    ROW("years and months duration", s_months_between, b_months_between),
    /* boolean, §10.3.4.2 */
    ROW("not", s_not, b_not),
    /* strings, §10.3.4.3 */
    ROW("substring", s_substring, b_substring),
    ROW("string length", s_text_number, b_string_length),
    ROW("upper case", s_text_text, b_upper_case),
    ROW("lower case", s_text_text, b_lower_case),
    ROW("substring before", s_match_text, b_substring_before),
    ROW("substring after", s_match_text, b_substring_after),
    ROW("replace", s_replace, b_replace),
    ROW("contains", s_match_test, b_contains),
    ROW("starts with", s_match_test, b_starts_with),
    ROW("ends with", s_match_test, b_ends_with),
    ROW("matches", s_matches, b_matches),
    ROW("split", s_split, b_split),
    ROW("string join", s_string_join, b_string_join),
    /* lists, §10.3.4.4 */
    ROW("list contains", s_list_element, b_list_contains),
    ROW("count", s_count, b_count),
    ROW("min", s_extreme, b_min),
    ROW("max", s_extreme, b_max),
    ROW("sum", s_numbers, b_sum),
    ROW("mean", s_numbers, b_mean),
    ROW("all", s_booleans, b_all),
    ROW("any", s_booleans, b_any),
    ROW("sublist", s_sublist, b_sublist),
    ROW("append", s_append, b_append),
    ROW("concatenate", s_lists, b_concatenate),
    ROW("insert before", s_insert_before, b_insert_before),
    ROW("remove", s_remove, b_remove),
    ROW("list replace", s_list_replace, b_list_replace),
    ROW("reverse", s_list_list, b_reverse),
    ROW("index of", s_index_of, b_index_of),
    ROW("union", s_lists, b_union),
    ROW("distinct values", s_list_list, b_distinct_values),
    ROW("flatten", s_list_list, b_flatten),
    ROW("product", s_numbers, b_product),
    ROW("median", s_numbers, b_median),
    ROW("stddev", s_numbers, b_stddev),
    ROW("mode", s_mode, b_mode),
    /* numbers, §10.3.4.5 */
    ROW("decimal", s_scaled, b_decimal),
    ROW("floor", s_may_scale, b_floor),
    ROW("ceiling", s_may_scale, b_ceiling),
    ROW("round up", s_scaled, b_round_up),
    ROW("round down", s_scaled, b_round_down),
    ROW("round half up", s_scaled, b_round_half_up),
    ROW("round half down", s_scaled, b_round_half_down),
    ROW("abs", s_abs, b_abs),
    ROW("modulo", s_modulo, b_modulo),
    ROW("sqrt", s_number_number, b_sqrt),
    ROW("log", s_number_number, b_log),
    ROW("exp", s_number_number, b_exp),
    ROW("odd", s_number_test, b_odd),
    ROW("even", s_number_test, b_even),
    /* dates and times, §10.3.4.6 */
    ROW("is", s_is, b_is),
    /* ranges, §10.3.4.7 */
    ROW("before", s_order, b_before),
    ROW("after", s_order, b_after),
    ROW("meets", s_ranges, b_meets),
    ROW("met by", s_ranges, b_met_by),
    ROW("overlaps", s_ranges, b_overlaps),
    ROW("overlaps before", s_ranges, b_overlaps_before),
    ROW("overlaps after", s_ranges, b_overlaps_after),
    ROW("finishes", s_point_range, b_finishes),
    ROW("finished by", s_range_point, b_finished_by),
    ROW("includes", s_range_point, b_includes),
    ROW("during", s_point_range, b_during),
    ROW("starts", s_point_range, b_starts),
    ROW("started by", s_range_point, b_started_by),
    ROW("coincides", s_coincides, b_coincides),
    ROW("range", s_range, b_range),
    /* parts of dates, §10.3.4.8; sort, §10.3.4.9; contexts, §10.3.4.10; the clock,
     * §10.3.4.11 */
    ROW("day of year", s_day_number, b_day_of_year),
    ROW("day of week", s_day_text, b_day_of_week),
    ROW("month of year", s_day_text, b_month_of_year),
    ROW("week of year", s_day_number, b_week_of_year),
    ROW("sort", s_sort, b_sort),
    ROW("get value", s_get_value, b_get_value),
    ROW("get entries", s_get_entries, b_get_entries),
    ROW("context", s_context, b_context),
    ROW("context put", s_context_put, b_context_put),
    ROW("context merge", s_context_merge, b_context_merge),
    ROW("now", s_now, b_now),
    ROW("today", s_today, b_today),
};
const size_t builtin_count = sizeof builtin_table / sizeof *builtin_table;

const struct builtin *builtin_find(struct str name)
{
    for (size_t i = 0; i < builtin_count; i++)
        if (str_is(name, builtin_table[i].name)) return &builtin_table[i];
    return NULL;
}

struct value over_limit(struct call *c)
{
    return call_null(c, "FEEL-0309",
                     "the result would need more steps or memory than the run may use");
}

static bool accepts(uint16_t bits, struct value v) { return bits & BIT(v.tag); }

/* The implicit conversions; false if none fits. */
static bool convert(struct call *c, uint16_t bits, struct value v, struct value *ret)
{
    if (accepts(bits, v)) {
        *ret = v;
        return true;
    }
    if (v_is_null(v)) return false;
    if (v.tag == TAG_DATE && bits & BIT(TAG_DATE_TIME)) {
        struct moment m = {.days = v.moment->days, .zone_kind = ZONE_OFFSET}; /* midnight UTC */
        *ret = temporal_make(c->arena, TAG_DATE_TIME, m);
        return true;
    }
    if (bits & BIT(TAG_LIST)) {
        *ret = v_list(c->arena, 1);
        ret->list->items[0] = v;
        return true;
    }
    return v.tag == TAG_LIST && v.list->n == 1 && v.list->items[0].tag != TAG_LIST &&
           convert(c, bits, v.list->items[0], ret);
}

static size_t param_count(const struct builtin_signature *s)
{
    size_t n = *s->params != 0;
    for (const char *p = s->params; *p; p++) n += *p == ',';
    return n;
}

static uint16_t bits_of(const struct builtin_signature *s, size_t params, size_t i)
{
    return s->accepts[i < params ? i : params - 1];
}

static bool takes(const struct builtin_signature *s, size_t n)
{
    return n >= s->min && (s->max == 255 || n <= s->max);
}

enum fit { FIT_NO, FIT_CONVERTED, FIT_EXACT };
static enum fit fits(struct call *c, const struct builtin_signature *s,
                     const struct value *args, size_t n)
{
    size_t params = param_count(s);
    enum fit fit = FIT_EXACT;
    struct value ignored;
    for (size_t i = 0; i < n; i++) {
        uint16_t bits = bits_of(s, params, i);
        if (accepts(bits, args[i])) continue;
        if (!convert(c, bits, args[i], &ignored)) return FIT_NO;
        fit = FIT_CONVERTED;
    }
    return fit;
}

/* The name of parameter i and its type, cut from the comma lists. */
static struct str field(const char *list, size_t i)
{
    struct str rest = str_c(list), one = rest;
    do {
        if (!str_cut(&rest, ',', &one)) break;
    } while (i-- > 0);
    return one;
}

/* "a|b?" as "a or b or null". */
static struct str type_words(struct arena *a, struct str type)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < type.n; i++) {
        if (type.p[i] == '|')
            buf_c(&b, " or ");
        else if (type.p[i] == '?')
            buf_c(&b, " or null");
        else
            buf_ch(&b, type.p[i]);
    }
    return buf_str(&b);
}

static struct value refuse(struct call *c, const struct builtin *b,
                           const struct builtin_signature *s, const struct value *args,
                           size_t n)
{
    size_t params = param_count(s);
    struct value ignored;
    for (size_t i = 0; i < n; i++) {
        if (convert(c, bits_of(s, params, i), args[i], &ignored)) continue;
        size_t at = i < params ? i : params - 1; /* the last stands for all of "..." */
        struct str name = field(s->params, at),
                   type = type_words(c->arena, field(s->types, at));
        return call_null(c, "FEEL-0206", "%s(): argument %zu (%.*s) must be %.*s, not %s",
                         b->name, i + 1, STR_ARG(name), STR_ARG(type), type_tag_name(args[i]));
    }
    return call_null(c, "FEEL-0206", "%s(): wrong types of arguments", b->name);
}

static const struct builtin_signature *choose(struct call *c, const struct builtin *b,
                                              const struct value *args, size_t n,
                                              const struct builtin_signature **ret_nearest)
{
    const struct builtin_signature *converted = NULL;
    *ret_nearest = NULL;
    for (size_t i = 0; i < b->n_signatures; i++) {
        const struct builtin_signature *s = &b->signatures[i];
        if (!takes(s, n)) continue;
        if (!*ret_nearest) *ret_nearest = s;
        enum fit fit = fits(c, s, args, n);
        if (fit == FIT_EXACT) return s;
        if (fit == FIT_CONVERTED && !converted) converted = s;
    }
    return converted;
}

struct value builtin_call(struct call *c, const struct builtin *b, size_t which,
                          const struct value *args, size_t n)
{
    const struct builtin_signature *s = NULL, *nearest = NULL;
    if (which == BUILTIN_POSITIONAL) {
        s = choose(c, b, args, n, &nearest);
    } else {
        nearest = &b->signatures[which];
        if (takes(nearest, n) && fits(c, nearest, args, n) != FIT_NO) s = nearest;
    }
    if (!nearest)
        return call_null(c, "FEEL-0205", "%s() does not take %zu arguments", b->name, n);
    if (!s) return refuse(c, b, nearest, args, n);
    struct value local[BUILTIN_ARGS] = {0}, *own = local;
    size_t params = param_count(s), total = n > params ? n : params;
    if (total > BUILTIN_ARGS) {
        if (!has_room(c, total, total)) return over_limit(c);
        own = arena_array(c->arena, struct value, total);
    }
    for (size_t i = 0; i < n; i++) (void)convert(c, bits_of(s, params, i), args[i], &own[i]);
    return b->fn(c, (size_t)(s - b->signatures), own, s->max == 255 ? n : params);
}
