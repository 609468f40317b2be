/* Parts of the markdown report (GitHub flavour). Whatever comes from cases, models or the project file passes md_text. */
#ifndef LEVER_REPORTS_MD_H
#define LEVER_REPORTS_MD_H

#include "reports/excerpt.h"
#include "reports/format.h"

/* Cleaned, on one line, without power: no markup, no HTML, no links, no table borders. */
void md_text(struct report_sink *sink, struct text text);
void md_string(struct report_sink *sink, const char *string); /* NULL writes nothing */
/* A table: the head, whose first `left` columns are words and the rest numbers, then rows; cells pass md_text. */
void md_head(struct report_sink *sink, const char *const *cells, size_t count, size_t left);
void md_row(struct report_sink *sink, const char *const *cells, size_t count);
#define MD_HEAD(sink, left, ...)                                                                                                   \
	md_head((sink), (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})), (left))
#define MD_ROW(sink, ...) md_row((sink), (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))
/* "1 case", "12 cases", in the arena. */
const char *md_plural(struct arena *arena, long long count, const char *one, const char *many);

bool md_summary(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_variants(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_levers(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_tags(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_confusion(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_failures(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_advice(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;
bool md_reproduce(const struct report_data *data, struct report_sink *sink, struct error *error) MUST_CHECK;

#endif
