/* Counters, gauges and histograms in the Prometheus text format: HELP and TYPE once a name,
 * then its samples. */
#include "os/metrics.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>

const double metric_seconds[10] = {0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 30, 60};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *first, **last = &first;

void metric_register(struct metric *m)
{
    pthread_mutex_lock(&lock);
    if (!m->registered) {
        m->registered = true;
        *last = m;
        last = &m->next;
    }
    pthread_mutex_unlock(&lock);
}

void metric_add(struct metric *m, int64_t n)
{
    atomic_fetch_add_explicit(&m->value, n, memory_order_relaxed);
}

void metric_set(struct metric *m, int64_t n)
{
    atomic_store_explicit(&m->value, n, memory_order_relaxed);
}

void metric_observe(struct metric *m, double v)
{
    size_t i = 0;
    while (i < m->n_bounds && v > m->bounds[i]) i++;
    atomic_fetch_add_explicit(&m->buckets[i], 1, memory_order_relaxed);
    double sum = atomic_load_explicit(&m->sum, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(&m->sum, &sum, sum + v)) continue;
}

static void write_name(struct buf *b, const struct metric *m, const char *suffix,
                       const char *more)
{
    const char *labels = m->labels ? m->labels : "";
    buf_printf(b, "%s%s", m->name, suffix);
    if (*labels || *more) buf_printf(b, "{%s%s%s}", labels, *labels && *more ? "," : "", more);
    buf_ch(b, ' ');
}

static void write_histogram(struct buf *b, struct metric *m)
{
    uint64_t below = 0;
    char le[48];
    for (size_t i = 0; i <= m->n_bounds; i++) {
        below += atomic_load(&m->buckets[i]);
        if (i < m->n_bounds)
            snprintf(le, sizeof le, "le=\"%g\"", m->bounds[i]);
        else
            snprintf(le, sizeof le, "le=\"+Inf\"");
        write_name(b, m, "_bucket", le);
        buf_printf(b, "%llu\n", (unsigned long long)below);
    }
    write_name(b, m, "_sum", "");
    buf_printf(b, "%.17g\n", atomic_load(&m->sum));
    /* The sum of the buckets just read, so that a line never contradicts the one above. */
    write_name(b, m, "_count", "");
    buf_printf(b, "%llu\n", (unsigned long long)below);
}

static void write_sample(struct buf *b, struct metric *m)
{
    switch (m->type) {
    case METRIC_TYPE_COUNTER:
    case METRIC_TYPE_GAUGE:
        write_name(b, m, "", "");
        buf_printf(b, "%lld\n", (long long)atomic_load(&m->value));
        break;
    case METRIC_TYPE_HISTOGRAM: write_histogram(b, m); break;
    }
}

static bool seen_before(const struct metric *m)
{
    for (const struct metric *o = first; o != m; o = o->next)
        if (strcmp(o->name, m->name) == 0) return true;
    return false;
}

void metrics_write(struct buf *b)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    pthread_mutex_lock(&lock);
    for (struct metric *m = first; m; m = m->next) {
        if (seen_before(m)) continue;
        buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
                   types[m->type]);
        for (struct metric *o = m; o; o = o->next)
            if (strcmp(o->name, m->name) == 0) write_sample(b, o);
    }
    pthread_mutex_unlock(&lock);
}
