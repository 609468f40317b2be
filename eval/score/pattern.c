#include "eval/score/pattern.h"
#include "eval/base/utf8.h"
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MATCH_LIMIT 5000000
#define DEPTH_LIMIT 100000
#define HEAP_KIB 20480
#define JIT_STACK_MIN ((size_t)32 * 1024)
#define JIT_STACK_MAX ((size_t)8 * 1024 * 1024) /* reserved, not used */

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	int groups;
};

struct work {
	long long steps;
	size_t at;
};

/* Called before each item of the pattern is tried. */
static int step_count(pcre2_callout_block *block, void *data)
{
	struct work *work = data;
	size_t at = block->current_position;
	work->steps += 1 + (long long)(at > work->at ? at - work->at : work->at - at);
	work->at = at;
	return work->steps > PATTERN_STEPS ? PCRE2_ERROR_CALLOUT : 0;
}

static bool flags_read(const char *flags, uint32_t *options, struct error *error)
{
	for (; flags && *flags; flags++) {
		uint32_t option = *flags == 'i'	  ? PCRE2_CASELESS
				  : *flags == 'm' ? PCRE2_MULTILINE
				  : *flags == 's' ? PCRE2_DOTALL
				  : *flags == 'x' ? PCRE2_EXTENDED
						  : 0;
		if (!option)
			return error_set(error, ERROR_CONFIG, "unknown flag `%c`: flags are i, m, s and x", *flags);
		*options |= option;
	}
	return true;
}

static pcre2_code *source_compile(struct text source, uint32_t options, struct error *error)
{
	int code = 0;
	PCRE2_SIZE offset = 0;
	pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)source.data, source.length, options, &code, &offset, 0);
	if (compiled)
		return compiled;
	PCRE2_UCHAR words[200] = "";
	pcre2_get_error_message(code, words, COUNT(words));
	error_set(error, ERROR_CONFIG, "the pattern is wrong at character %zu: %s", offset + 1, (const char *)words);
	error->column = (long)offset + 1;
	return 0;
}

static void limits_set(struct pattern *pattern)
{
	pattern->context = pcre2_match_context_create(0);
	pattern->data = pcre2_match_data_create_from_pattern(pattern->code, 0);
	if (!pattern->context || !pattern->data)
		BUG("no memory for a pattern");
	pcre2_set_match_limit(pattern->context, MATCH_LIMIT);
	pcre2_set_depth_limit(pattern->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(pattern->context, HEAP_KIB);
	if (pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0)
		pattern->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, 0);
	if (pattern->stack)
		pcre2_jit_stack_assign(pattern->context, 0, pattern->stack);
}

struct pattern *pattern_compile(struct text source, const char *flags, struct error *error)
{
	uint32_t options = PCRE2_UTF | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C;
	if (source.length > PATTERN_LENGTH) {
		error_set(error, ERROR_CONFIG, "the pattern is longer than %d bytes", PATTERN_LENGTH);
		return 0;
	}
	if (!flags_read(flags, &options, error))
		return 0;
	pcre2_code *code = source_compile(source, options, error);
	if (!code)
		return 0;
	struct pattern *pattern = memory_take(sizeof(*pattern));
	uint32_t groups = 0;
	pattern->code = code;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	pattern->groups = (int)groups;
	limits_set(pattern);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->data);
	pcre2_match_context_free(pattern->context);
	pcre2_jit_stack_free(pattern->stack);
	pcre2_code_free(pattern->code);
	free(pattern);
}

int pattern_groups(const struct pattern *pattern)
{
	return pattern->groups;
}

static bool is_utf_error(int result)
{
	return result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
}

static bool search_fail(int result, struct error *error)
{
	if (result == PCRE2_ERROR_CALLOUT || result == PCRE2_ERROR_MATCHLIMIT)
		return error_set(error, ERROR_DATA, "the pattern takes too many steps on this text: make it more specific");
	if (result == PCRE2_ERROR_DEPTHLIMIT || result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT)
		return error_set(error, ERROR_DATA, "the pattern needs too much memory on this text: make it more specific");
	PCRE2_UCHAR words[200] = "";
	pcre2_get_error_message(result, words, COUNT(words));
	return error_set(error, ERROR_DATA, "the pattern could not be matched: %s", (const char *)words);
}

static void group_take(const struct pattern *pattern, struct text subject, int group, struct text *ret)
{
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(pattern->data);
	PCRE2_SIZE start = offsets[2 * group], end = offsets[2 * group + 1];
	if (start != PCRE2_UNSET && start <= end)
		*ret = text_make(subject.data + start, end - start);
}

/* Where the next search begins: behind the match, and behind one more character when that was empty. */
static size_t match_end(const struct pattern *pattern, struct text subject, size_t from)
{
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(pattern->data);
	size_t end = offsets[1] > from ? offsets[1] : from;
	if (offsets[0] != offsets[1] && offsets[1] > from)
		return end;
	for (end++; end < subject.length && ((unsigned char)subject.data[end] & 0xC0) == 0x80;)
		end++;
	return end;
}

/* Answers PCRE2's result of the search that ended it: PCRE2_ERROR_NOMATCH, a match (> 0), or an error. */
static int subject_search(struct pattern *pattern, struct text subject, int group, bool last, struct text *ret)
{
	struct work work = {0};
	uint32_t options = 0;
	int result = PCRE2_ERROR_NOMATCH;
	pcre2_set_callout(pattern->context, step_count, &work);
	for (size_t from = 0; from <= subject.length;) {
		result = pcre2_match(
			pattern->code, (PCRE2_SPTR)subject.data, subject.length, from, options, pattern->data, pattern->context);
		if (result < 0)
			break;
		group_take(pattern, subject, group, ret);
		if (!last)
			break;
		from = match_end(pattern, subject, from);
		options = PCRE2_NO_UTF_CHECK; /* checked by the first search */
	}
	return result;
}

bool pattern_search(struct pattern *pattern, struct arena *arena, struct text subject, int group, bool last, struct text *ret,
	struct error *error)
{
	*ret = (struct text){0};
	if (!subject.data)
		subject = TEXT("");
	int result = subject_search(pattern, subject, group, last, ret);
	if (is_utf_error(result)) {
		CLEANUP(buffer_release) struct buffer valid = BUFFER_EMPTY;
		utf8_repair(subject, &valid);
		subject = text_copy(arena, buffer_text(&valid));
		result = subject_search(pattern, subject, group, last, ret);
	}
	if (result >= 0 || result == PCRE2_ERROR_NOMATCH)
		return true;
	*ret = (struct text){0};
	return search_fail(result, error);
}
