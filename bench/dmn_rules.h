/* The table that every engine of the bench decides by: 30 rules, 8 inputs, 90 cells that are
 * not empty, first hit. One list, read three ways: as a DMN model, as a list for the engines of
 * npm, and as an if-chain in C. Made up. */
#define BENCH_RULES(RULE)                                                                      \
    RULE(1, LT(days, 305) IN(hours, 55, 87) ANY(counts) IN(score, 143, 476) IS(kind, assault)  \
                IS(grade, F2) ANY(stage) ANY(signed))                                          \
    RULE(2, IN(days, 61, 183) ANY(hours) ANY(counts) LE(score, 210) ONE(kind, theft, assault)  \
                ANY(grade) ANY(stage) FLAG(signed, false))                                     \
    RULE(3, GT(days, 99) LE(hours, 62) ANY(counts) ANY(score) ONE(kind, theft, fraud)          \
                ANY(grade) ANY(stage) FLAG(signed, true))                                      \
    RULE(4, ANY(days) LT(hours, 56) ANY(counts) ANY(score) ONE(kind, assault, theft)           \
                ANY(grade) IS(stage, convicted) FLAG(signed, false))                           \
    RULE(5, ANY(days) ANY(hours) GT(counts, 16) LE(score, 390) ANY(kind) ANY(grade)            \
                ONE(stage, convicted, charged) FLAG(signed, false))                            \
    RULE(6, ANY(days) ANY(hours) IN(counts, 11, 18) LT(score, 158) ANY(kind)                   \
                ONE(grade, F3, M3) ANY(stage) FLAG(signed, false))                             \
    RULE(7, IN(days, 70, 192) ANY(hours) GT(counts, 12) GT(score, 795) ANY(kind) ANY(grade)    \
                ONE(stage, sealed, dismissed) ANY(signed))                                     \
    RULE(8, GE(days, 169) LT(hours, 17) ANY(counts) ANY(score) ANY(kind) ANY(grade)            \
                ONE(stage, pending, dismissed) ANY(signed))                                    \
    RULE(9, ANY(days) ANY(hours) ANY(counts) GT(score, 768) IS(kind, driving) IS(grade, F2)    \
                ANY(stage) ANY(signed))                                                        \
    RULE(10, LE(days, 178) GE(hours, 40) ANY(counts) ANY(score) ANY(kind) ANY(grade)           \
                 ANY(stage) FLAG(signed, false))                                               \
    RULE(11, GE(days, 260) GT(hours, 79) ANY(counts) ANY(score) ANY(kind) ANY(grade)           \
                 ANY(stage) FLAG(signed, true))                                                \
    RULE(12, ANY(days) ANY(hours) ANY(counts) ANY(score) IS(kind, driving) ANY(grade)          \
                 ONE(stage, dismissed, convicted) FLAG(signed, true))                          \
    RULE(13, ANY(days) LE(hours, 38) ANY(counts) ANY(score) ANY(kind) ANY(grade)               \
                 IS(stage, sealed) FLAG(signed, true))                                         \
    RULE(14, GE(days, 105) ANY(hours) GT(counts, 19) ANY(score) ONE(kind, fraud, burglary)     \
                 ANY(grade) ANY(stage) ANY(signed))                                            \
    RULE(15, GE(days, 317) ANY(hours) ANY(counts) GE(score, 491) ANY(kind) IS(grade, P)        \
                 ANY(stage) ANY(signed))                                                       \
    RULE(16, LE(days, 65) LE(hours, 65) ANY(counts) ANY(score) ANY(kind) ANY(grade)            \
                 IS(stage, sealed) ANY(signed))                                                \
    RULE(17, LE(days, 321) ANY(hours) ANY(counts) ANY(score) ANY(kind) ANY(grade)              \
                 ONE(stage, pending, charged) FLAG(signed, true))                              \
    RULE(18, ANY(days) ANY(hours) ANY(counts) GT(score, 236) ONE(kind, theft, fraud)           \
                 ANY(grade) ANY(stage) FLAG(signed, false))                                    \
    RULE(19, GE(days, 269) GT(hours, 70) ANY(counts) LE(score, 171) ANY(kind) ANY(grade)       \
                 ANY(stage) ANY(signed))                                                       \
    RULE(20, ANY(days) GE(hours, 42) IN(counts, 7, 14) ANY(score) ANY(kind) IS(grade, M2)      \
                 ANY(stage) ANY(signed))                                                       \
    RULE(21, ANY(days) ANY(hours) IN(counts, 2, 9) ANY(score) IS(kind, other)                  \
                 ONE(grade, M1, P) ANY(stage) ANY(signed))                                     \
    RULE(22, ANY(days) IN(hours, 37, 69) IN(counts, 19, 20) ANY(score) ANY(kind) IS(grade, F4) \
                 ANY(stage) ANY(signed))                                                       \
    RULE(23, ANY(days) LE(hours, 60) ANY(counts) IN(score, 288, 621) ANY(kind) ANY(grade)      \
                 IS(stage, charged) ANY(signed))                                               \
    RULE(24, GE(days, 174) ANY(hours) ANY(counts) ANY(score) ANY(kind) ANY(grade)              \
                 IS(stage, sealed) ANY(signed))                                                \
    RULE(25, ANY(days) ANY(hours) ANY(counts) GT(score, 911) ANY(kind) ONE(grade, M2, F1)      \
                 ANY(stage) ANY(signed))                                                       \
    RULE(26, GE(days, 147) ANY(hours) ANY(counts) GT(score, 285) ANY(kind) ANY(grade)          \
                 ANY(stage) ANY(signed))                                                       \
    RULE(27, ANY(days) ANY(hours) ANY(counts) IN(score, 723, 1000) ANY(kind) ANY(grade)        \
                 ANY(stage) FLAG(signed, true))                                                \
    RULE(28, ANY(days) ANY(hours) ANY(counts) ANY(score) ANY(kind) IS(grade, F2) ANY(stage)    \
                 FLAG(signed, true))                                                           \
    RULE(29, ANY(days) ANY(hours) ANY(counts) ANY(score) ANY(kind) ANY(grade)                  \
                 ONE(stage, convicted, dismissed) FLAG(signed, true))                          \
    RULE(30, ANY(days) ANY(hours) ANY(counts) ANY(score) ANY(kind) ANY(grade)                  \
                 ONE(stage, pending, charged) ANY(signed))
