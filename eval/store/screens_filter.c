#include "eval/base/nearest.h"
#include "eval/store/screens.h"
#include "eval/store/store_private.h"

/* Parameters that every scan has; those of the filter's terms follow. */
enum { AT_TEST_SET = 1, AT_FIRST, AT_LAST, AT_RUN, AT_REPEATS, AT_GRADING, AT_FAILING, AT_TERMS };
enum { COLUMN_POSITION, COLUMN_FAILING, COLUMN_CASE, COLUMN_TAGS, COLUMN_CLUSTER, COLUMN_VARS, COLUMN_EXPECTED };

#define ATTEMPTS                                                                                                                   \
	"FROM run_variant v JOIN variant_version n ON n.id = v.variant_version_id "                                                \
	"CROSS JOIN attempt a ON a.variant_version_id = v.variant_version_id AND a.input_id = c.input_id AND a.repeat BETWEEN 1 "  \
	"AND ?5 "                                                                                                                  \
	"LEFT JOIN verdict d ON d.attempt_id = a.id AND d.grading_id = ?6 AND d.gold_id = c.gold_id WHERE v.run_id = ?4 "

/* A refusal that was not scored did not pass either; an answer that was not scored is neither. */
#define FAILED "(d.passed = 0 OR (d.passed IS NULL AND a.state IN ('refused', 'filtered')))"
#define NOT_PASSED "AND (a.state = 'open' OR " FAILED ")"

/* The label that stands, as label_standing_each has it: of the very same output on the same case, a person's first. Attempts of the
 * case are found by their versions, which the index begins with. */
#define SAME_OUTPUT(version, attempt, label)                                                                                       \
	"variant_version " version " CROSS JOIN attempt " attempt " ON " attempt ".variant_version_id = " version ".id AND "       \
	attempt ".input_id = a.input_id AND (" attempt ".id = a.id OR " attempt ".output_id = a.output_id) CROSS JOIN label " label  \
	" ON " label ".attempt_id = " attempt ".id AND " label ".output_id IS " attempt ".output_id "
#define LABEL_IN_FORCE                                                                                                             \
	"(SELECT l.mode FROM " SAME_OUTPUT("x", "o", "l") "WHERE l.act = 'put' AND NOT EXISTS (SELECT 1 FROM "                     \
	SAME_OUTPUT("y", "p", "w") "WHERE w.act = 'withdrawn' AND w.mode = l.mode AND w.source = l.source AND "                    \
	"w.author = l.author AND w.id > l.id) "                                                                                    \
	"ORDER BY CASE l.source WHEN 'person' THEN 0 WHEN 'import' THEN 1 WHEN 'probe' THEN 2 WHEN 'judge' THEN 3 ELSE 4 END, "      \
	"l.id DESC LIMIT 1)"

/* How a term on an attempt reads in SQL. %d is the number of its parameter, %s the operator; score.NAME binds the name behind the
 * value. */
static const struct {
	const char *key, *sql;
	double scale; /* of the number as it is stored; 0: the value is text */
} terms[] = {
	{"variant", "n.name LIKE ?%d ESCAPE '\\'", 0},
	{"class", "a.class LIKE ?%1$d ESCAPE '\\' OR (a.class = 'ok' AND a.state LIKE ?%1$d ESCAPE '\\')", 0},
	{"label",
		"d.passed IS NOT 1 AND " LABEL_IN_FORCE " LIKE ?%d ESCAPE '\\'",
		0},
	{"score", "d.value %s ?%d", 1},
	{"latency", "a.latency %s ?%d", 1e6},
	{"cost", "a.cost %s ?%d", 1e12},
};
#define SCORE_MEMBER                                                                                                               \
	"EXISTS (SELECT 1 FROM score s JOIN grading_scorer k ON k.scorer_id = s.scorer_id AND k.grading_id = ?6 WHERE "            \
	"s.attempt_id = a.id AND s.gold_id = c.gold_id "                                                                           \
	"AND s.value %s ?%d AND k.name LIKE ?%d ESCAPE '\\')"

static const struct {
	const char *name, *sql;
} verdicts[] = {
	{"pass", "a.state <> 'open' AND d.passed = 1"},
	{"fail", "a.state <> 'open' AND " FAILED},
	{"error", "a.state = 'open'"},
	{"unscored", "a.state = 'answered' AND d.passed IS NULL"},
};

static const char *operator_sql(enum filter_operator operator)
{
	static const char *const names[] = {[FILTER_MATCHES] = "=",
		[FILTER_LESS] = "<",
		[FILTER_AT_MOST] = "<=",
		[FILTER_MORE] = ">",
		[FILTER_AT_LEAST] = ">="};
	return names[operator];
}

static int term_kind(const struct filter_term *term)
{
	for (size_t i = 0; i < COUNT(terms); i++)
		if (!strcmp(terms[i].key, term->key->name))
			return (int)i;
	return -1;
}

static const char *verdict_sql(const char *value)
{
	for (size_t i = 0; i < COUNT(verdicts); i++)
		if (value && !strcmp(verdicts[i].name, value))
			return verdicts[i].sql;
	return NULL;
}

static bool term_is_verdict(const struct filter_term *term)
{
	return !strcmp(term->key->name, "verdict");
}

bool matrix_scan_check(const struct filter *filter, struct error *error)
{
	for (size_t i = 0; filter && i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];
		if (term->key->of_case)
			continue;
		if (term_is_verdict(term) && !verdict_sql(term->value))
			return error_set(error, ERROR_USAGE, "verdict:%s is none of pass, fail, error, unscored",
				term->value ? term->value : "");
		if (!term_is_verdict(term) && term_kind(term) < 0)
			return error_set(error, ERROR_USAGE, "\"%s\" cannot be filtered by here", term->key->name);
	}
	return true;
}

/* *hint: what it may have meant, or what there is. */
static bool scorer_known(struct store *store, long long grading, const char *pattern, struct arena *arena, const char **hint,
	bool *found, struct error *error)
{
	static const char sql[] = "SELECT name FROM grading_scorer WHERE grading_id = ?1 ORDER BY 1";
	const char **names = NULL;
	size_t count = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, grading);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		*LIST_MORE(arena, names, count, room) = column_string(statement, 0, arena);
	}
	for (size_t i = 0; i < count; i++)
		*found |= wildcard_match(pattern, names[i]);
	*hint = nearest_hint(arena, pattern, names, count);
	for (size_t i = 0; i < count && !strstr(*hint, "did you mean"); i++)
		*hint = arena_format(arena, "%s%s%s", *hint, i ? ", " : "; there is ", names[i]);
	return true;
}

bool matrix_scorers_check(struct store *store, long long grading, const struct filter *filter, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; filter && i < filter->count; i++) {
		const char *name = filter->terms[i].member, *hint = "";
		bool found = false;
		if (!name)
			continue;
		if (!scorer_known(store, grading, name, arena, &hint, &found, error))
			return false;
		if (!found)
			return error_set(error, ERROR_USAGE, "no scorer of this run is called \"%s\"%s", name, hint);
	}
	return true;
}

/* ---- composing: one EXISTS over the attempts of a case that holds all terms on attempts -----------------------------------------
 */

static void term_compose(struct buffer *sql, const struct filter_term *term, int *parameter)
{
	int kind = term_kind(term);
	const char *operator= operator_sql(term->operator);
	buffer_add_string(sql, term->negated ? "AND NOT coalesce(" : "AND (");
	if (term_is_verdict(term)) {
		buffer_add_string(sql, verdict_sql(term->value));
	} else if (term->member) {
		buffer_format(sql, SCORE_MEMBER, operator, * parameter, *parameter + 1);
		*parameter += 2;
	} else {
		if (terms[kind].scale > 0)
			buffer_format(sql, terms[kind].sql, operator, * parameter);
		else
			buffer_format(sql, terms[kind].sql, *parameter);
		*parameter += 1;
	}
	buffer_add_string(sql, term->negated ? ", 0) " : ") ");
}

static void scan_compose(struct buffer *sql, const struct matrix_scan *scan)
{
	int parameter = AT_TERMS;
	buffer_add_string(sql, "SELECT c.position, ");
	buffer_add_string(sql, scan->rank ? "(SELECT count(DISTINCT v.variant_version_id) " ATTEMPTS
					    "AND v.generated = 0 " NOT_PASSED "), "
					  : "0, ");
	buffer_add_string(sql,
		"i.case_id, c.tags, c.cluster, i.vars, g.expected FROM test_case c JOIN case_input i ON i.id = c.input_id "
		"JOIN case_gold g ON g.id = c.gold_id WHERE c.test_set_id = ?1 AND c.position BETWEEN ?2 AND ?3 ");
	if (scan->failing)
		buffer_add_string(sql, "AND EXISTS (SELECT 1 " ATTEMPTS "AND a.variant_version_id = ?7 " NOT_PASSED ") ");
	if (scan->filter && filter_needs_attempt(scan->filter)) {
		buffer_add_string(sql, "AND EXISTS (SELECT 1 " ATTEMPTS);
		for (size_t i = 0; i < scan->filter->count; i++)
			if (!scan->filter->terms[i].key->of_case)
				term_compose(sql, &scan->filter->terms[i], &parameter);
		buffer_add_string(sql, ") ");
	}
	buffer_add_string(sql, "ORDER BY c.position");
}

/* The filter's * and ? as LIKE has them; LIKE ignores the case of ASCII letters, as wildcard_match does. */
static const char *like_of(struct arena *arena, const char *pattern)
{
	CLEANUP(buffer_release) struct buffer like = BUFFER_EMPTY;
	for (const char *at = pattern ? pattern : ""; *at; at++) {
		if (*at == '%' || *at == '_' || *at == '\\')
			buffer_add_byte(&like, '\\');
		buffer_add_byte(&like, *at == '*' ? '%' : *at == '?' ? '_' : *at);
	}
	return arena_string(arena, buffer_string(&like));
}

static void term_bind(sqlite3_stmt *statement, const struct filter_term *term, struct arena *arena, int *parameter)
{
	if (term_is_verdict(term))
		return;
	double scale = terms[term_kind(term)].scale;
	if (scale > 0)
		sqlite3_bind_double(statement, (*parameter)++, term->number * scale);
	else
		bind_string(statement, (*parameter)++, like_of(arena, term->value));
	if (term->member)
		bind_string(statement, (*parameter)++, like_of(arena, term->member));
}

static void scan_bind(sqlite3_stmt *statement, const struct matrix_query *query, const struct matrix_scan *scan, long long first,
	long long last, struct arena *arena)
{
	int parameter = AT_TERMS;
	sqlite3_bind_int64(statement, AT_TEST_SET, query->test_set);
	sqlite3_bind_int64(statement, AT_FIRST, first);
	sqlite3_bind_int64(statement, AT_LAST, last);
	sqlite3_bind_int64(statement, AT_RUN, query->run);
	sqlite3_bind_int64(statement, AT_REPEATS, query->repeats);
	sqlite3_bind_int64(statement, AT_GRADING, query->grading);
	sqlite3_bind_int64(statement, AT_FAILING, scan->failing);
	for (size_t i = 0; scan->filter && i < scan->filter->count; i++)
		if (!scan->filter->terms[i].key->of_case)
			term_bind(statement, &scan->filter->terms[i], arena, &parameter);
}

/* ---- terms on the case: the same function as the runner's ---------------------------------------------------------- */

static const char *const *tags_of(struct arena *arena, struct text json, size_t *count)
{
	struct error ignored;
	JSON_OWNED *list = json.data ? json_parse(json, &ignored) : NULL;
	const char **tags = arena_take(arena, (json_array_size(list) + 1) * sizeof *tags);
	*count = 0;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)))
			tags[(*count)++] = arena_string(arena, json_string_value(json_array_get(list, i)));
	return tags;
}

/* What free words search: the id, every string of the vars and of the accepted answers, without the quotes of JSON. */
static void words_add(const json_t *value, struct buffer *out)
{
	const char *key;
	json_t *member;
	size_t at;
	if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, member) words_add(member, out);
	} else if (json_is_array(value)) {
		json_array_foreach(value, at, member) words_add(member, out);
	} else if (value) {
		json_write_plain(value, out);
		buffer_add_byte(out, '\n');
	}
}

static struct text words_of(struct arena *arena, const char *id, struct text vars, struct text expected)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	buffer_format(&words, "%s\n", id);
	struct text parts[] = {vars, expected};
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct error ignored;
		JSON_OWNED *value = parts[i].data ? json_parse(parts[i], &ignored) : NULL;
		words_add(value, &words);
	}
	return text_copy(arena, buffer_text(&words));
}

/* Terms without a key read the words; parsing vars for any other filter would be waste. */
static bool filter_reads_words(const struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		if (!strcmp(filter->terms[i].key->name, "word") || !strcmp(filter->terms[i].key->name, "regex"))
			return true;
	return false;
}

static bool case_matches(const struct filter *filter, sqlite3_stmt *statement, struct arena *arena)
{
	if (!filter || filter->count == 0)
		return true;
	struct filter_case subject = {
		.id = column_string(statement, COLUMN_CASE, arena), .cluster = column_string(statement, COLUMN_CLUSTER, arena)};
	subject.tags = tags_of(arena, column_borrow(statement, COLUMN_TAGS), &subject.tag_count);
	if (filter_reads_words(filter))
		subject.words = words_of(
			arena, subject.id, column_borrow(statement, COLUMN_VARS), column_borrow(statement, COLUMN_EXPECTED));
	return filter_matches_case(filter, &subject);
}

static bool scan_collect(struct store *store, sqlite3_stmt *statement, const struct filter *filter, struct arena *arena,
	struct matrix_match **matches, size_t *count, struct error *error)
{
	struct matrix_match *items = NULL;
	size_t used = 0, room = 0;
	bool row = false;
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	for (;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		if (case_matches(filter, statement, scratch))
			*LIST_MORE(arena, items, used, room) = (struct matrix_match){
				sqlite3_column_int64(statement, COLUMN_POSITION), sqlite3_column_int(statement, COLUMN_FAILING)};
		arena_reset(scratch);
	}
	*matches = items;
	*count = used;
	return true;
}

bool matrix_scan(struct store *store, const struct matrix_query *query, const struct matrix_scan *scan, long long first,
	long long last, struct arena *arena, struct matrix_match **matches, size_t *count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer sql = BUFFER_EMPTY;
	if (!matrix_scan_check(scan->filter, error))
		return false;
	scan_compose(&sql, scan);
	sqlite3_stmt *statement = statement_compose(store, buffer_string(&sql), error);
	if (!statement)
		return false;
	scan_bind(statement, query, scan, first, last, arena);
	bool good = scan_collect(store, statement, scan->filter, arena, matches, count, error);
	sqlite3_finalize(statement);
	return good;
}
