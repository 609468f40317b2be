#include "eval/score/reason.h"
#include "eval/score/squad.h"
#include "eval/score/value.h"

#define PASS 0.5 /* where no threshold is set */

struct squad_f1 {
	const struct yaml *node;
	struct value *value;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct squad_f1, node), "the right answer, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{0},
};

static bool squad_f1_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct squad_f1 *squad_f1 = config;
	squad_f1->value = value_read(reader, squad_f1->node);
	return squad_f1->value;
}

static void squad_f1_done(void *config)
{
	struct squad_f1 *squad_f1 = config;
	value_done(squad_f1->value);
}

static bool squad_f1_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct squad_f1 *squad_f1 = config;
	struct texts golds;
	struct text best;
	if (!value_texts(squad_f1->value, scored, arena, &golds, error))
		return false;
	ret->value = squad_best_f1(arena, golds.items, golds.count, scored->answer, &best);
	ret->passed = ret->value >= PASS;
	ret->extracted = squad_normal(arena, scored->answer);
	ret->reason = reason_make(
		arena, "F1 %.3f of %s against %s", ret->value, reason_quote(arena, ret->extracted), reason_quote(arena, best));
	return true;
}

const struct scorer_type scorer_squad_f1 = {
	.name = "squad-f1",
	.summary = "overlap of words as the SQuAD evaluation has it",
	.help = "F1 of the words that answer and expected answer share, in lower case, without ASCII punctuation and the words a, "
		"an and the; the "
		"best over the accepted answers. Passes from 0.5 on where no threshold is set. Example: - squad-f1: {threshold: "
		"0.8}",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct squad_f1),
	.prepare = squad_f1_prepare,
	.score = squad_f1_score,
	.done = squad_f1_done,
};
