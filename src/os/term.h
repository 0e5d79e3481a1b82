/* A terminal's comforts, only where there is a terminal: colours (not with NO_COLOR or
 * TERM=dumb), and one progress line on standard error with rate and time to go. Output that
 * goes into a file or pipe stays plain. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool term_is_tty(int fd);
bool term_colour(int fd);
int term_width(int fd); /* 80 when unknown */

enum paint {
    PAINT_OFF,
    PAINT_BOLD,
    PAINT_DIM,
    PAINT_RED,
    PAINT_GREEN,
    PAINT_YELLOW,
    PAINT_BLUE
};
const char *term_paint(int fd, enum paint p); /* escape sequence or "" */

struct term_bar {
    const char *what, *unit;
    int64_t started, drawn; /* clock_ticks() */
    bool on, shown;
};
void term_bar_start(struct term_bar *b, const char *what, const char *unit);
void term_bar_step(void *bar, uint64_t done,
                   uint64_t of);       /* of 0: unknown; redraws ten times a second at most */
void term_bar_end(struct term_bar *b); /* clears the line */
/* The text of the line, without a terminal: for term_bar_step and its test. */
void term_bar_print(const struct term_bar *b, int64_t ticks, uint64_t done, uint64_t of,
                    int width, char *out, size_t n);
