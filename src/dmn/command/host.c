/* Files, zones and the clock for the `dmn` command. */
#include "base/map.h"
#include "dmn/command/command.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct dmn_text text_of(const char *s) { return (struct dmn_text){s, strlen(s)}; }

bool file_read(struct arena *a, const char *path, struct str *ret)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0 || S_ISDIR(st.st_mode)) {
        fprintf(stderr, "dmn: %s: %s\n", path, f ? "not a file" : strerror(errno));
        if (f && f != stdin) fclose(f);
        return false;
    }
    size_t n = 0, cap = st.st_size > 0 ? (size_t)st.st_size + 1 : 65536;
    char *p = arena_alloc(a, cap);
    for (size_t got; (got = fread(p + n, 1, cap - n, f)) > 0;) {
        n += got;
        if (n == cap) {
            p = arena_grow(a, p, cap, cap * 2, 1);
            cap *= 2;
        }
    }
    bool bad = ferror(f) != 0;
    if (bad) fprintf(stderr, "dmn: %s: %s\n", path, strerror(errno));
    if (f != stdin) fclose(f);
    *ret = str_n(p, n);
    return !bad;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t dir_list(struct arena *a, const char *path, const char *suffix, char ***ret)
{
    DIR *d = opendir(path);
    size_t n = 0, cap = 0;
    *ret = NULL;
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.' || !str_ends(str_c(e->d_name), str_c(suffix))) continue;
        arena_push(a, *ret, n, cap);
        (*ret)[n++] = arena_printf(a, "%s/%s", path, e->d_name);
    }
    if (d) closedir(d);
    if (n) qsort(*ret, n, sizeof **ret, by_name);
    return n;
}

struct host {
    struct arena *arena;
    struct map zones; /* name → struct str of TZif bytes */
};

static bool host_zone(void *ctx, struct dmn_text name, struct dmn_text *ret)
{
    struct host *h = ctx;
    const char *dir = getenv("TZDIR");
    struct str s = str_n(name.p, name.n), bytes;
    struct str *known = map_get(&h->zones, s);
    if (!known) {
        if (!s.n || s.n > 64 || s.p[0] == '/' || str_find(s, STR("..")) >= 0 ||
            memchr(s.p, 0, s.n))
            return false;
        char *path = arena_printf(h->arena, "%s/" STR_FMT, dir ? dir : "/usr/share/zoneinfo",
                                  STR_ARG(s));
        struct stat st;
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > 1 << 20) return false;
        if (!file_read(h->arena, path, &bytes)) return false;
        known = arena_new(h->arena, struct str);
        *known = bytes;
        map_put(&h->zones, str_dup(h->arena, s), known);
    }
    *ret = (struct dmn_text){known->p, known->n};
    return true;
}

static bool host_now(void *ctx, int64_t *s, int32_t *ns)
{
    struct timespec t;
    (void)ctx;
    if (clock_gettime(CLOCK_REALTIME, &t) != 0) return false;
    *s = t.tv_sec;
    *ns = (int32_t)t.tv_nsec;
    return true;
}

struct dmn_host host_new(struct arena *a)
{
    struct host *h = arena_new(a, struct host);
    h->arena = a;
    h->zones = map_in(a);
    return (struct dmn_host){.ctx = h, .zone = host_zone, .now = host_now};
}

struct dmn_model *model_open(struct arena *a, const struct dmn_host *host, const char *path,
                             struct dmn_report **ret_report)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash ? arena_strndup(a, path, (size_t)(slash - path)) : arena_strdup(a, ".");
    struct str bytes;
    char **others;
    struct dmn_model *m = NULL;
    *ret_report = NULL;
    if (!file_read(a, path, &bytes)) return NULL;
    size_t n = str_find(bytes, STR("import ")) >= 0 ? dir_list(a, dir, ".dmn", &others) : 0,
           used = 1;
    struct dmn_source *sources = arena_array(a, struct dmn_source, n + 1);
    sources[0] = (struct dmn_source){path, {bytes.p, bytes.n}};
    for (size_t i = 0; i < n; i++) {
        struct stat x, y;
        if (stat(others[i], &x) == 0 && stat(path, &y) == 0 && x.st_ino == y.st_ino &&
            x.st_dev == y.st_dev)
            continue;
        if (!file_read(a, others[i], &bytes)) continue;
        sources[used++] = (struct dmn_source){others[i], {bytes.p, bytes.n}};
    }
    return dmn_load(sources, used, host, &m, ret_report) == DMN_OK ? m : NULL;
}

void diagnostic_print(FILE *out, const struct dmn_diagnostic *d)
{
    fprintf(out, "%s", d->source);
    if (d->line) fprintf(out, ":%d", d->line);
    if (d->line && d->column) fprintf(out, ":%d", d->column);
    fprintf(out, "%s%s: %s [%s%s]\n", *d->element ? ": " : "", d->element, d->text,
            d->error ? "" : "warning ", d->id);
}

bool report_print(FILE *out, const struct dmn_report *r)
{
    bool bad = false;
    for (size_t i = 0; i < dmn_report_count(r); i++) {
        diagnostic_print(out, dmn_report_get(r, i));
        bad |= dmn_report_get(r, i)->error;
    }
    return bad;
}
