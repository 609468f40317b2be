#include "eval/score/scorer.h"

/* What a scorer judges: its type says it, and its configuration, where a value of its own stands for the expected answer. */

static const struct scorer_type *type_named(const char *name)
{
	for (const struct scorer_type *const *type = scorer_types; *type; type++)
		if (strcmp((*type)->name, name) == 0)
			return *type;
	return NULL;
}

/* Does a text anywhere inside speak of the expected answer? */
static bool mentions_expected(const json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(value))
		return text_find(json_text(value), TEXT("expected"), 0) >= 0;
	json_object_foreach((json_t *)value, key, member) if (mentions_expected(member)) return true;
	json_array_foreach((json_t *)value, i, member) if (mentions_expected(member)) return true;
	return false;
}

static bool has_own_value(const json_t *config)
{
	static const char *const names[] = {"value", "any", "all"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (json_object_get(config, names[i]))
			return true;
	return false;
}

enum scorer_judges scorer_judges_of(const char *name, const json_t *definition)
{
	const struct scorer_type *type = type_named(name);
	const json_t *config = json_object_get(definition, "config");
	if (!type)
		return JUDGES_OTHER;
	if (type->judges == JUDGES_CONSTRAINT)
		return mentions_expected(config) ? JUDGES_ANSWER : JUDGES_CONSTRAINT;
	bool own = type->judges == JUDGES_ANSWER && has_own_value(config) && !mentions_expected(config);
	return own ? JUDGES_CONSTRAINT : type->judges;
}
