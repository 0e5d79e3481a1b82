/* Compiled expressions: nodes in the arena of the model, immutable once compiled. Names are
 * resolved to slots of the frame of the function they stand in, to captured values of that
 * function, or to elements of the decision graph; nothing is looked up by name at run time
 * except entries of contexts. */
#pragma once
#include "dmn/diag.h"
#include "dmn/value.h"

struct type;
struct table;
struct element;
struct builtin;
struct external;

enum op {
    N_CONST,
    N_SLOT,
    N_CAPTURED,
    N_GLOBAL, /* a decision, input datum, knowledge model or service */
    N_BUILTIN,
    N_ITEM,  /* in a filter over items of unknown type: an entry of the item, else something
                outside */
    N_ERROR, /* did not compile: null, with the reason */
    N_LIST,
    N_CONTEXT,
    N_RANGE,
    N_RANGE_OP, /* (< 10) as a value */
    N_ADD,
    N_SUB,
    N_MUL,
    N_DIV,
    N_POW,
    N_NEG,
    N_EQ,
    N_NE,
    N_LT,
    N_LE,
    N_GT,
    N_GE,
    N_AND,
    N_OR,
    N_BETWEEN,
    N_IN,       /* let slot = value; any of tests */
    N_TEST,     /* unary test by value against a slot */
    N_ANY_TEST, /* comma list of tests; flag: negated */
    N_IF,
    N_FOR,
    N_SOME,
    N_EVERY,
    N_PATH,
    N_FILTER,
    N_CALL,
    N_FUNCTION,
    N_INSTANCE,
    N_COERCE,
    N_TABLE,
};

/* Flags of N_TEST. */
#define TEST_QUESTION 1 /* refers to `?`: a condition by itself */
/* computed, in a cell of a table: a boolean may be the condition itself */
#define TEST_CELL 2

struct entry {
    struct str name; /* {"",0}: the result entry of a boxed context */
    struct node *value;
    uint32_t slot;
};

struct iteration {
    uint32_t slot;
    struct node *in, *to; /* to: `in a..b`, else NULL */
};

struct argument {
    struct str name; /* n == 0: positional */
    struct node *value;
};

struct param {
    struct str name;
    const struct type *type; /* NULL: any */
};

/* Where a captured value comes from in the enclosing function. */
struct capture {
    bool captured; /* a captured value of the enclosing function, not a slot */
    uint32_t index;
};

struct lambda {
    struct str name; /* "" for an anonymous one */
    struct param *params;
    size_t n_params;
    struct capture *captures;
    size_t n_captures, cap_captures;
    uint32_t n_slots;                /* parameters come first */
    const struct type *result;       /* NULL: any */
    struct node *body;               /* NULL: external */
    const struct external *external; /* of an external function that is known */
    const struct type *type;         /* the function type, NULL if unknown */
};

struct node {
    uint8_t op; /* enum op */
    uint8_t flag;
    uint16_t column;
    uint32_t line;
    const struct place *place;
    const struct type *type; /* static type; NULL: not known */
    union {
        struct value value;            /* CONST */
        uint32_t slot;                 /* SLOT, CAPTURED */
        const struct element *element; /* GLOBAL */
        const struct builtin *builtin; /* BUILTIN */
        struct {
            uint32_t slot;
            bool captured;
            struct str name;
            struct node *otherwise;
        } item; /* ITEM */
        struct {
            const char *id, *text;
        } error; /* ERROR */
        struct {
            struct node **items;
            size_t n;
        } list; /* LIST, ANY_TEST */
        struct {
            struct entry *entries;
            size_t n;
        } context; /* CONTEXT */
        struct {
            struct node *low, *high;
            uint8_t low_bound, high_bound;
        } range;
        struct {
            struct node *value;
            uint8_t op;
        } range_op; /* op: enum op N_EQ … N_GE */
        struct {
            struct node *a, *b, *c;
        } kid; /* operators, IF, BETWEEN */
        struct {
            struct node *value, *test;
            uint32_t slot;
        } in;
        struct {
            struct node *value;
            uint32_t slot;
        } test; /* TEST; flag: TEST_… */
        struct {
            struct iteration *its;
            size_t n;
            struct node *body;
            uint32_t partial;
            bool strict;
        } loop; /* flag: keeps partial; strict: boxed */
        struct {
            struct node *of;
            struct str name;
        } path;
        struct {
            struct node *of, *by;
            uint32_t slot;
            bool strict;
        } filter; /* flag: by is an index; strict: boxed */
        struct {
            struct node *fn;
            struct argument *args;
            uint32_t n, which;
        } call;                /* flag: named; which: see builtin_call */
        struct lambda *lambda; /* FUNCTION */
        struct {
            struct node *value;
            const struct type *type;
        } cast; /* INSTANCE, COERCE */
        const struct table *table;
    };
};
