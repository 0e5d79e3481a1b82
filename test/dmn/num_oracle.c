/* Reads `op x [y]` a line, answers the number as num_print writes it, or null: the other half
 * of num_oracle.py. */
#include "base/arena.h"
#include "dmn/num.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool apply(struct arena *a, const char *op, struct value x, struct value y,
                  struct value *ret)
{
    static const struct {
        const char *name;
        bool (*fn)(struct arena *, struct value, struct value, struct value *);
    } binary[] = {{"div", num_div}, {"pow", num_pow}, {"mod", num_mod}};
    static const struct {
        const char *name;
        bool (*fn)(struct arena *, struct value, struct value *);
    } unary[] = {{"neg", num_neg},
                 {"abs", num_abs},
                 {"sqrt", num_sqrt},
                 {"exp", num_exp},
                 {"log", num_log}};
    static const char *const rounding[] = {"half_even", "up",    "down",   "half_up",
                                           "half_down", "floor", "ceiling"};
    if (strcmp(op, "add") == 0) return num_add(a, x, y, ret);
    if (strcmp(op, "sub") == 0) return num_sub(a, x, y, ret);
    if (strcmp(op, "mul") == 0) return num_mul(a, x, y, ret);
    if (strcmp(op, "id") == 0) return *ret = x, true;
    if (strcmp(op, "cmp") == 0) return *ret = v_int(num_cmp(x, y)), true;
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++)
        if (strcmp(op, binary[i].name) == 0) return binary[i].fn(a, x, y, ret);
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++)
        if (strcmp(op, unary[i].name) == 0) return unary[i].fn(a, x, ret);
    for (int i = 0; i < 7; i++) {
        int64_t scale;
        if (strcmp(op, rounding[i]) == 0)
            return num_to_i64(y, &scale) && num_round(a, x, scale, (enum rounding)i, ret);
    }
    abort();
}

int main(void)
{
    static char line[40000], op[20], first[20000], second[20000];
    struct arena a;
    arena_init(&a, 0);
    while (fgets(line, sizeof line, stdin)) {
        struct value x, y = v_int(0), v;
        int n = sscanf(line, "%19s %19999s %19999s", op, first, second);
        if (n < 2 || !num_parse(&a, str_c(first), &x) ||
            (n == 3 && !num_parse(&a, str_c(second), &y)) || !apply(&a, op, x, y, &v)) {
            puts("null");
        } else {
            struct str s = num_print(&a, v);
            printf(STR_FMT "\n", STR_ARG(s));
        }
        arena_reset(&a);
    }
    arena_done(&a);
    return 0;
}
