/* Templates: the Jinja subset people use. {{ path | filter(arg) }}, {% if %}{% elif %}{% else %}{% endif %}, {% for x in list %}
 * (with loop.index, loop.index0, loop.first, loop.last, loop.length) {% else %} {% endfor %}, {% set x = expr %}, {# comment #},
 * {% raw %}…{% endraw %}, white space control with {%- -%}, {{- -}}. Expressions: dotted and indexed paths, strings, numbers,
 * true/false/none, lists [a, b], and/or/not, == != < <= > >=, in / not in, + - * / % ~, parentheses, `a if c else b`, tests `is
 * defined`, `is not defined`, `is none`, `is string`, `is number`. Strict: an undefined variable is an error with file, line and
 * column (except in `is defined` and `| default(x)`). No code, bounded: depth 64, 64 MiB of output, 1e6 steps, 256 MiB read and
 * written by operators and filters. Also `for key, value in map`, `for x in list if condition`, range(), // and the methods items,
 * keys, values, upper, lower, title, capitalize, strip, split and replace, which are the filters of the same meaning. One newline
 * at the end of a template is kept (Jinja drops it). A value prints as json_write_plain does. Filters are a table
 * (template_filters). */
#ifndef LEVER_BASE_TEMPLATE_H
#define LEVER_BASE_TEMPLATE_H

#include "eval/base/error.h"
#include "eval/base/json.h"

struct template;
struct template_filter {
	const char *name, *summary;
	int min_arguments, max_arguments;
	/* New reference, or NULL with the message in `error`, or NULL without one (kind ERROR_NONE): no value, as for `| first` of
	 * an empty list. Arguments are borrowed; one that was not given, because a later one was given by its name, is NULL. */
	json_t *(*apply)(const json_t *value, json_t *const *arguments, int count, struct error *error);
	const char *parameters; /* "width first": the names of the arguments in order, for filter(first=true) */
};
extern const struct template_filter template_filters[]; /* ends with name NULL */

/* Compiled in the arena; `source` must live as long. `line` is where source starts in `file` (1 for a whole file). NULL fills error
 * (ERROR_CONFIG). */
struct template *template_parse(struct arena *arena, struct text source, const char *file, long line, struct error *error);
/* `vars` is an object. Appends to `out`. */
bool template_render(const struct template *template, const json_t *vars, struct buffer *out, struct error *error) MUST_CHECK;
/* A single {{ expression }} keeps its type (a list stays a list); anything else is a string. New reference. */
json_t *template_value(const struct template *template, const json_t *vars, struct error *error) MUST_CHECK;
/* True when the template reads the top-level variable `name`. */
bool template_mentions(const struct template *template, const char *name);
/* Top-level variables read, each once. */
void template_variables(const struct template *template, void (*each)(void *data, const char *name), void *data);

#endif
