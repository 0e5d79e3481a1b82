/* The table of java.lang methods; see external.h. Types are letters: b byte, s short, i int, l
 * long, f float, d double, c char, S String, V Object[] (what is left of the arguments). */
#include "dmn/external.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "dmn/num.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum what {
    COS,
    SIN,
    TAN,
    EXP,
    LOG,
    SQRT,
    POW,
    FLOOR,
    CEIL,
    ABS,
    MAX,
    MIN,
    SAME,
    PARSE,
    FORMAT
};

struct external {
    const char *class, *method, *types;
    enum what what;
    char result;
};

#define WHOLE(class, letter, parse)                                                            \
    {class, "valueOf", letter, SAME, letter[0]}, {class, "valueOf", "S", PARSE, letter[0]},    \
    {                                                                                          \
        class, parse, "S", PARSE, letter[0]                                                    \
    }
#define EACH(method, what)                                                                     \
    {"java.lang.Math", method, "dd", what, 'd'}, {"java.lang.Math", method, "ff", what, 'f'},  \
        {"java.lang.Math", method, "ii", what, 'i'},                                           \
    {                                                                                          \
        "java.lang.Math", method, "ll", what, 'l'                                              \
    }

static const struct external table[] = {
    {"java.lang.Math", "cos", "d", COS, 'd'},
    {"java.lang.Math", "sin", "d", SIN, 'd'},
    {"java.lang.Math", "tan", "d", TAN, 'd'},
    {"java.lang.Math", "exp", "d", EXP, 'd'},
    {"java.lang.Math", "log", "d", LOG, 'd'},
    {"java.lang.Math", "sqrt", "d", SQRT, 'd'},
    {"java.lang.Math", "pow", "dd", POW, 'd'},
    {"java.lang.Math", "floor", "d", FLOOR, 'd'},
    {"java.lang.Math", "ceil", "d", CEIL, 'd'},
    {"java.lang.Math", "abs", "d", ABS, 'd'},
    {"java.lang.Math", "abs", "f", ABS, 'f'},
    {"java.lang.Math", "abs", "i", ABS, 'i'},
    {"java.lang.Math", "abs", "l", ABS, 'l'},
    EACH("max", MAX),
    EACH("min", MIN),
    WHOLE("java.lang.Byte", "b", "parseByte"),
    WHOLE("java.lang.Short", "s", "parseShort"),
    WHOLE("java.lang.Integer", "i", "parseInt"),
    WHOLE("java.lang.Long", "l", "parseLong"),
    WHOLE("java.lang.Float", "f", "parseFloat"),
    WHOLE("java.lang.Double", "d", "parseDouble"),
    {"java.lang.String", "valueOf", "c", SAME, 'S'},
    {"java.lang.String", "valueOf", "i", SAME, 'S'},
    {"java.lang.String", "valueOf", "l", SAME, 'S'},
    {"java.lang.String", "format", "SV", FORMAT, 'S'},
};

static char type_letter(struct str t)
{
    static const char *const names[] = {"byte",
                                        "short",
                                        "int",
                                        "long",
                                        "float",
                                        "double",
                                        "char",
                                        "java.lang.String",
                                        "String",
                                        "[Ljava.lang.Object;",
                                        "java.lang.Object[]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(t, names[i])) return "bsilfdcSSVV"[i];
    return '?';
}

const struct external *external_find(struct str class, struct str signature)
{
    char types[8] = "";
    size_t n = 0;
    ptrdiff_t open = str_find(signature, STR("("));
    if (open < 0 || !str_ends(signature, STR(")"))) return NULL;
    struct str method = str_trim(str_sub(signature, 0, (size_t)open));
    struct str rest = str_sub(signature, (size_t)open + 1, signature.n - (size_t)open - 2), one;
    while (n < sizeof types - 1 && str_cut(&rest, ',', &one))
        if (str_trim(one).n) types[n++] = type_letter(str_trim(one));
    types[n] = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(class, table[i].class) && str_is(method, table[i].method) &&
            strcmp(types, table[i].types) == 0)
            return &table[i];
    return NULL;
}

static bool whole_in(char type, int64_t i)
{
    return type == 'b'   ? i == (int8_t)i
           : type == 's' ? i == (int16_t)i
           : type == 'i' ? i == (int32_t)i
                         : true;
}

/* The shortest text that reads back as the same float, as Float.toString has it. */
static struct value from_float(struct arena *a, float f)
{
    char text[40];
    struct value v = v_null(0);
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)f);
        if (strtof(text, NULL) == f) break;
    }
    (void)num_parse(a, str_c(text), &v);
    return v;
}

static struct value result(struct arena *a, char type, double d)
{
    if (!isfinite(d)) return v_null(0);
    return type == 'f' ? from_float(a, (float)d) : num_from_double(a, d);
}

static bool fits(char type, struct value v)
{
    int64_t i;
    if (type == 'S') return v.tag == TAG_STR;
    if (type == 'c') return v.tag == TAG_STR && utf8_count(v_text(v)) == 1;
    if (type == 'f' || type == 'd') return v_is_num(v);
    return v_is_num(v) && num_to_i64(v, &i) && whole_in(type, i);
}

/* %s, %d and %% only. */
static bool format(struct arena *a, struct str f, const struct value *args, size_t n,
                   struct value *ret)
{
    struct buf b = buf_in(a);
    size_t used = 0;
    for (size_t i = 0; i < f.n; i++) {
        if (f.p[i] != '%') {
            buf_ch(&b, f.p[i]);
            continue;
        }
        if (++i >= f.n) return false;
        if (f.p[i] == '%') {
            buf_ch(&b, '%');
        } else if ((f.p[i] == 's' ||
                    (f.p[i] == 'd' && used < n && num_is_integer(args[used]))) &&
                   used < n) {
            buf_str_add(&b, v_print(a, args[used++]));
        } else {
            return false;
        }
    }
    *ret = v_str(buf_str(&b));
    return true;
}

static struct value computed(struct arena *a, const struct external *x,
                             const struct value *args)
{
    struct value v = v_null(0);
    double d = v_is_num(args[0]) ? num_to_double(args[0]) : 0,
           e = x->types[1] ? num_to_double(args[1]) : 0;
    switch (x->what) {
    case COS: return result(a, 'd', cos(d));
    case SIN: return result(a, 'd', sin(d));
    case TAN: return result(a, 'd', tan(d));
    case EXP: return result(a, 'd', exp(d));
    case LOG: return result(a, 'd', log(d));
    case SQRT: return result(a, 'd', sqrt(d));
    case POW: return result(a, 'd', pow(d, e));
    case FLOOR: return result(a, 'd', floor(d));
    case CEIL: return result(a, 'd', ceil(d));
    case ABS:
        if (x->result == 'd' || x->result == 'f') return result(a, x->result, fabs(d));
        (void)num_abs(a, args[0], &v);
        return v;
    case MAX:
    case MIN: {
        bool first = (x->what == MAX) == (num_cmp(args[0], args[1]) >= 0);
        if (x->result == 'd' || x->result == 'f') return result(a, x->result, first ? d : e);
        return first ? args[0] : args[1];
    }
    case SAME:
        if (x->result == 'S') return v_str(v_print(a, args[0]));
        return x->result == 'd' || x->result == 'f' ? result(a, x->result, d) : args[0];
    case PARSE:
        if (!num_parse(a, v_text(args[0]), &v)) return v_null(0);
        if (x->result == 'd' || x->result == 'f') return result(a, x->result, num_to_double(v));
        return fits(x->result, v) ? v : v_null(0);
    case FORMAT: break;
    }
    return v;
}

bool external_call(struct arena *a, const struct external *x, const struct value *args,
                   size_t n, struct value *ret, const char **ret_why)
{
    size_t fixed = x->what == FORMAT ? 1 : strlen(x->types);
    *ret_why = "an argument does not convert to the type of the Java method";
    if (n < fixed || (x->what != FORMAT && n != fixed)) return false;
    for (size_t i = 0; i < fixed; i++)
        if (!fits(x->types[i], args[i])) return false;
    if (x->what == FORMAT) {
        *ret_why = "the format is not one of %s, %d and %%, or an argument is missing";
        return format(a, v_text(args[0]), args + 1, n - 1, ret);
    }
    *ret_why = "the Java method has no finite result";
    *ret = computed(a, x, args);
    return !v_is_null(*ret);
}
