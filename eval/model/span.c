#include "eval/model/span.h"

static const char *space_skip(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* `at` stands behind the opening quote; answers the place behind the closing one. */
static const char *string_skip(const char *at, const char *end)
{
	const char *start = at;
	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		if (!quote)
			return NULL;
		const char *slash = quote;
		while (slash > start && slash[-1] == '\\')
			slash--;
		at = quote + 1;
		if ((quote - slash) % 2 == 0)
			return at;
	}
	return NULL;
}

static const char *container_skip(const char *at, const char *end)
{
	size_t depth = 0;
	while (at < end) {
		char byte = *at++;
		if (byte == '"') {
			at = string_skip(at, end);
			if (!at)
				return NULL;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if ((byte == '}' || byte == ']') && --depth == 0) {
			return at;
		}
	}
	return NULL;
}

static const char *scalar_skip(const char *at, const char *end)
{
	const char *start = at;
	while (at < end && *at != ',' && *at != '}' && *at != ']' && *at != ' ' && *at != '\n' && *at != '\t' && *at != '\r')
		at++;
	return at > start ? at : NULL;
}

static const char *value_skip(const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (*at == '"')
		return string_skip(at + 1, end);
	return *at == '{' || *at == '[' ? container_skip(at, end) : scalar_skip(at, end);
}

bool span_open(struct span_walk *walk, struct text value)
{
	const char *end = value.data + value.length;
	const char *at = value.data ? space_skip(value.data, end) : NULL;
	if (!at || at == end || (*at != '{' && *at != '['))
		return false;
	*walk = (struct span_walk){.at = space_skip(at + 1, end), .end = end, .close = *at == '{' ? '}' : ']'};
	return true;
}

static bool walk_break(struct span_walk *walk)
{
	walk->broken = true;
	return false;
}

static bool key_read(struct span_walk *walk, struct text *key)
{
	const char *behind = walk->at < walk->end && *walk->at == '"' ? string_skip(walk->at + 1, walk->end) : NULL;
	if (!behind)
		return false;
	*key = text_make(walk->at + 1, (size_t)(behind - walk->at) - 2);
	walk->at = space_skip(behind, walk->end);
	if (walk->at == walk->end || *walk->at != ':')
		return false;
	walk->at = space_skip(walk->at + 1, walk->end);
	return true;
}

bool span_next(struct span_walk *walk, struct span_member *ret)
{
	if (walk->broken || walk->at == walk->end)
		return walk_break(walk);
	if (*walk->at == walk->close)
		return false;
	ret->key = text_make(NULL, 0);
	if (walk->close == '}' && !key_read(walk, &ret->key))
		return walk_break(walk);
	const char *behind = value_skip(walk->at, walk->end);
	if (!behind)
		return walk_break(walk);
	ret->value = text_make(walk->at, (size_t)(behind - walk->at));
	walk->at = space_skip(behind, walk->end);
	if (walk->at == walk->end)
		return walk_break(walk);
	if (*walk->at == ',') {
		walk->at = space_skip(walk->at + 1, walk->end);
		return true;
	}
	return *walk->at == walk->close ? true : walk_break(walk);
}

struct text span_get(struct text object, const char *key)
{
	struct span_walk walk;
	struct span_member member;
	struct text wanted = text_of(key);
	if (span_open(&walk, object) && walk.close == '}')
		while (span_next(&walk, &member))
			if (text_equal(member.key, wanted))
				return member.value;
	return text_make(NULL, 0);
}

struct text span_plain_string(struct text value)
{
	if (value.length < 2 || value.data[0] != '"' || memchr(value.data, '\\', value.length))
		return text_make(NULL, 0);
	return text_make(value.data + 1, value.length - 2);
}

bool span_is_object(struct text text)
{
	const char *end = text.data + text.length;
	const char *at = text.data ? space_skip(text.data, end) : NULL;
	if (!at || at == end || *at != '{')
		return false;
	const char *behind = container_skip(at, end);
	return behind && space_skip(behind, end) == end;
}
