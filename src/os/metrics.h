/* Numbers about the running program, written in the Prometheus text format (version 0.0.4). A
 * metric is a static struct that registers itself once; changing it is atomic and takes no
 * lock. Labels are fixed text, never about a person.
 *
 *   static struct metric sent = METRIC_COUNTER("sallyport_notices_total", "Notices by end.",
 *                                             "end=\"confirmed\""); */
#pragma once
#include "base/buf.h"
#include <stdatomic.h>

#define METRIC_BUCKETS 16
enum metric_type { METRIC_TYPE_COUNTER, METRIC_TYPE_GAUGE, METRIC_TYPE_HISTOGRAM };

struct metric {
    const char *name, *help;
    const char *labels; /* as printed between braces; NULL: none */
    enum metric_type type;
    const double *bounds; /* histogram: rising upper bounds, at most METRIC_BUCKETS */
    size_t n_bounds;
    _Atomic int64_t value;
    _Atomic uint64_t buckets[METRIC_BUCKETS + 1];
    _Atomic double sum;
    struct metric *next;
    bool registered;
};
#define METRIC_COUNTER(name_, help_, labels_)                                                  \
    {                                                                                          \
        .name = (name_), .help = (help_), .labels = (labels_), .type = METRIC_TYPE_COUNTER     \
    }
#define METRIC_GAUGE(name_, help_, labels_)                                                    \
    {                                                                                          \
        .name = (name_), .help = (help_), .labels = (labels_), .type = METRIC_TYPE_GAUGE       \
    }
#define METRIC_HISTOGRAM(name_, help_, labels_, bounds_)                                       \
    {                                                                                          \
        .name = (name_), .help = (help_), .labels = (labels_), .type = METRIC_TYPE_HISTOGRAM,  \
        .bounds = (bounds_), .n_bounds = sizeof(bounds_) / sizeof(bounds_)[0]                  \
    }

void metric_register(struct metric *m);          /* twice is harmless */
void metric_add(struct metric *m, int64_t n);    /* counter: n >= 0 */
void metric_set(struct metric *m, int64_t n);    /* gauge */
void metric_observe(struct metric *m, double v); /* histogram */
void metrics_write(struct buf *b);
extern const double metric_seconds[10]; /* 1 ms … 60 s, for METRIC_HISTOGRAM */
