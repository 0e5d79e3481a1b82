/* The `dmn` command: what the verbs share. Here, and only here, libdmn meets files, the clock
 * and the zone data of the machine. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "dmn.h"
#include <stdio.h>

enum { EXIT_OK = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_INPUT = 65, EXIT_BUG = 70 };

/* Whole file; false with a message on stderr. */
bool file_read(struct arena *a, const char *path, struct str *ret);
/* Names in a directory, sorted, that end in suffix ("" for all); full paths. */
size_t dir_list(struct arena *a, const char *path, const char *suffix, char ***ret);
/* Zones from /usr/share/zoneinfo (or $TZDIR) and the system's clock. The memory is kept until
 * the end. */
struct dmn_host host_new(struct arena *a);
/* A model with the other .dmn files of its folder to import from. */
struct dmn_model *model_open(struct arena *a, const struct dmn_host *host, const char *path,
                             struct dmn_report **ret_report);
void diagnostic_print(FILE *out, const struct dmn_diagnostic *d);
bool report_print(FILE *out,
                  const struct dmn_report *r); /* true if there is an error among them */
struct dmn_text text_of(const char *s);

int verb_eval(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_tck(int argc, char **argv);
int verb_bench(int argc, char **argv);
int verb_explain(int argc, char **argv);
int verb_feel(int argc, char **argv);
