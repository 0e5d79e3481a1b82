/* A report (custody/report.h) on paper: tables and plots through the blocks of letter.h.
 * Everything on it stands in the JSON, so the same report is the same bytes. */
#pragma once
#include "base/json.h"

RC report_pdf(struct arena *a, const struct json *report, struct str *ret, struct err *e);
