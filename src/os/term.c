/* Progress and colour for a person at a terminal, nothing for anyone else. */
#include "os/term.h"
#include "os/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_MS 100
#define FIRST_DRAW_MS 300 /* what is done sooner needs no line */

bool term_is_tty(int fd) { return isatty(fd) == 1; }

bool term_colour(int fd)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
    return term_is_tty(fd) && !(none && *none) && term && strcmp(term, "dumb") != 0;
}

int term_width(int fd)
{
    struct winsize w;
    return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

const char *term_paint(int fd, enum paint p)
{
    static const char *const codes[] = {
        [PAINT_OFF] = "\033[0m",  [PAINT_BOLD] = "\033[1m",   [PAINT_DIM] = "\033[2m",
        [PAINT_RED] = "\033[31m", [PAINT_GREEN] = "\033[32m", [PAINT_YELLOW] = "\033[33m",
        [PAINT_BLUE] = "\033[34m"};
    return term_colour(fd) ? codes[p] : "";
}

void term_bar_start(struct term_bar *b, const char *what, const char *unit)
{
    *b = (struct term_bar){
        .what = what, .unit = unit, .started = clock_ticks(), .on = term_is_tty(STDERR_FILENO)};
}

static void print_left(char *out, size_t n, double seconds)
{
    if (seconds < 90)
        snprintf(out, n, "%.0f s left", seconds);
    else if (seconds < 5400)
        snprintf(out, n, "%.0f min left", seconds / 60);
    else
        snprintf(out, n, "%.1f h left", seconds / 3600);
}

void term_bar_print(const struct term_bar *b, int64_t ticks, uint64_t done, uint64_t of,
                    int width, char *out, size_t n)
{
    double elapsed = (double)(ticks - b->started) / 1000;
    double rate = elapsed > 0 ? (double)done / elapsed : 0;
    char tail[96], left[32] = "";
    if (of == 0 || done > of) {
        snprintf(out, n, "%s  %llu %s  %.0f/s", b->what, (unsigned long long)done, b->unit,
                 rate);
        return;
    }
    if (rate > 0) print_left(left, sizeof left, (double)(of - done) / rate);
    snprintf(tail, sizeof tail, " %3d%%  %llu/%llu %s  %.0f/s  %s",
             (int)((double)done * 100 / (double)of), (unsigned long long)done,
             (unsigned long long)of, b->unit, rate, left);
    char bar[41] = "";
    int room = width - (int)strlen(b->what) - (int)strlen(tail) - 4;
    int cells = room > 40 ? 40 : room;
    for (int i = 0; i < cells; i++)
        bar[i] = (double)i < (double)cells * (double)done / (double)of ? '#' : '.';
    if (cells > 4)
        snprintf(out, n, "%s [%s]%s", b->what, bar, tail);
    else
        snprintf(out, n, "%s%s", b->what, tail);
}

void term_bar_step(void *bar, uint64_t done, uint64_t of)
{
    struct term_bar *b = bar;
    if (!b->on) return;
    int64_t now = clock_ticks();
    if (now - b->started < FIRST_DRAW_MS || (b->shown && now - b->drawn < REDRAW_MS)) return;
    char line[256];
    term_bar_print(b, now, done, of, term_width(STDERR_FILENO) - 1, line, sizeof line);
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
    b->drawn = now;
    b->shown = true;
}

void term_bar_end(struct term_bar *b)
{
    if (b->shown) fprintf(stderr, "\r\033[K");
    b->shown = false;
}
