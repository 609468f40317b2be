#include "eval/score/reason.h"
#include "eval/score/squad.h"
#include "eval/score/value.h"

struct squad_em {
	const struct yaml *node;
	struct value *value;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct squad_em, node), "the right answer, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{0},
};

static bool squad_em_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct squad_em *squad_em = config;
	squad_em->value = value_read(reader, squad_em->node);
	return squad_em->value;
}

static void squad_em_done(void *config)
{
	struct squad_em *squad_em = config;
	value_done(squad_em->value);
}

static bool squad_em_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct squad_em *squad_em = config;
	struct texts golds;
	struct text best;
	if (!value_texts(squad_em->value, scored, arena, &golds, error))
		return false;
	ret->value = squad_best_exact(arena, golds.items, golds.count, scored->answer, &best);
	ret->passed = ret->value > 0;
	ret->extracted = squad_normal(arena, scored->answer);
	ret->reason = reason_make(arena, "%s %s %s", reason_quote(arena, ret->extracted), ret->passed ? "equals" : "is not",
		ret->passed ? reason_quote(arena, best) : reason_quote_any(arena, golds.items, golds.count));
	return true;
}

const struct scorer_type scorer_squad_em = {
	.name = "squad-em",
	.summary = "exact match as the SQuAD evaluation has it",
	.help = "Compares in lower case, without ASCII punctuation and the words a, an and the, with white space collapsed; any "
		"accepted answer "
		"will do. Numbers suffer from it (\"3.14\" equals \"314\"): use numeric for them. Example: - squad-em",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct squad_em),
	.prepare = squad_em_prepare,
	.score = squad_em_score,
	.done = squad_em_done,
};
