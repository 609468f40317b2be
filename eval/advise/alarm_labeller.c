#include "eval/advise/alarm.h"
#include "eval/stats/agreement.h"
#include "eval/store/labels.h"
#include <math.h>

/* The automatic label of each failure that a person labelled too: agreement beyond chance. */
struct pairs {
	struct arena *arena;
	const char **codes;
	size_t code_count, count, same;
	long long table[64 * 64];
};

static size_t code_at(struct pairs *pairs, const char *code)
{
	for (size_t i = 0; i < pairs->code_count; i++)
		if (strcmp(pairs->codes[i], code) == 0)
			return i;
	if (pairs->code_count == 63)
		return 63;
	pairs->codes[pairs->code_count] = code;
	return pairs->code_count++;
}

#define PAIRS_LEAST 20
#define KAPPA_LEAST .2

static struct pairs *pairs_create(struct arena *arena)
{
	struct pairs *pairs = arena_take(arena, sizeof *pairs);
	pairs->codes = arena_take(arena, 64 * sizeof *pairs->codes);
	return pairs;
}

static void pair_add(struct pairs *pairs, const char *person, const char *other)
{
	pairs->table[code_at(pairs, person) * 64 + code_at(pairs, other)]++;
	pairs->count++;
}

static void pairs_judge(const struct pairs *pairs, const char *who, struct buffer *words)
{
	struct kappa kappa = cohen_kappa(pairs->table, 64);
	if (pairs->count < PAIRS_LEAST || isnan(kappa.kappa) || kappa.kappa >= KAPPA_LEAST)
		return;
	buffer_format(words, "%s%s with people on %.0f%% of %zu failures, kappa %.2f", words->length ? "; " : "", who,
		100 * kappa.observed, pairs->count, kappa.kappa);
}

/* What rules and probes find now. */
static void finding_judge(const struct alarm_input *input, struct buffer *words)
{
	const struct evidence *evidence = input->advice->evidence;
	struct pairs *pairs = pairs_create(input->arena);
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		if (case_fails(evidence, i) && row->mode && row->finding.mode && strcmp(row->source, "person") == 0)
			pair_add(pairs, row->mode, row->finding.mode->code);
	}
	pairs_judge(pairs, "rules and probes agree", words);
}

/* What a judge said, or came with recorded outputs, in order of the attempts. */
struct opinion {
	long long position;
	const char *mode, *author;
};
struct opinions {
	struct arena *arena;
	struct opinion *items;
	size_t count, room;
};

static bool opinion_take(void *data, const struct label_standing *label)
{
	struct opinions *all = data;
	if (!all->count || all->items[all->count - 1].position != label->position)
		*LIST_MORE(all->arena, all->items, all->count, all->room) = (struct opinion){
			label->position, arena_string(all->arena, label->mode), arena_string(all->arena, label->author)};
	return true;
}

static bool opinions_read(
	const struct alarm_input *input, const char *source, const char *author, struct opinions *ret, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	*ret = (struct opinions){.arena = input->arena};
	return label_wanted_each(input->store, evidence->run.id, evidence->arms[evidence->base].arm.version,
		&(struct label_wanted){.source = source, .author = author}, opinion_take, ret, error);
}

static void opinions_judge(const struct alarm_input *input, const struct opinions *people, const struct opinions *others,
	const char *who, struct buffer *words)
{
	struct pairs *pairs = pairs_create(input->arena);
	for (size_t i = 0, k = 0; i < people->count && k < others->count;) {
		const struct opinion *person = &people->items[i], *other = &others->items[k];
		if (person->position == other->position)
			pair_add(pairs, person->mode, other->mode);
		i += person->position <= other->position;
		k += other->position <= person->position;
	}
	pairs_judge(pairs, who, words);
}

static bool is_new(const struct opinions *all, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(all->items[i].author, all->items[at].author) == 0)
			return false;
	return true;
}

/* Every author of the source by himself. */
static bool source_judge(const struct alarm_input *input, const struct opinions *people, const char *source, struct buffer *words,
	struct error *error)
{
	struct opinions all;
	if (!opinions_read(input, source, NULL, &all, error))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct opinions own;
		if (!is_new(&all, i))
			continue;
		if (!opinions_read(input, source, all.items[i].author, &own, error))
			return false;
		bool judge = strcmp(source, "judge") == 0;
		const char *who = arena_format(input->arena, "%s %s %s", judge ? "the judge" : "labels that came with",
			all.items[i].author, judge ? "agrees" : "agree");
		opinions_judge(input, people, &own, who, words);
	}
	return true;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	struct opinions people;
	finding_judge(input, &words);
	if (!opinions_read(input, "person", NULL, &people, error))
		return false;
	if (people.count >= PAIRS_LEAST &&
		(!source_judge(input, &people, "judge", &words, error) || !source_judge(input, &people, "import", &words, error)))
		return false;
	*raised = words.length > 0;
	if (*raised)
		ret->message = arena_format(input->arena, "%s: near chance, so label by hand", buffer_string(&words));
	return true;
}

const struct alarm_type alarm_labeller = {
	.name = "labeller-near-chance",
	.summary = "automatic labels agree with people no better than chance",
	.help = "On twenty failures or more that people labelled too, Cohen's kappa is below .2: of rules and probes, of a judge "
		"whose labels "
		"were imported, or of labels that came with recorded outputs; each for itself.",
	.look = look,
};
