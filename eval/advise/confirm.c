/* The experiment that would confirm a lever: a command to paste, and the variant that it needs where the project has none yet. */
#include "eval/advise/advice_private.h"
#include "eval/base/json.h"
#include "eval/model/api.h"
#include "eval/run/prompt.h"

struct confirming {
	const struct advice *advice;
	const struct project *project; /* NULL: nothing can be added to */
	struct arena *arena;
	const char *base;
};

/* The name, or the name with a number where the project has a variant of it. */
static const char *free_name(const struct confirming *confirming, const char *wanted)
{
	const char *name = wanted;
	const struct project *project = confirming->project;
	for (int i = 2; project && (project_variant(project, name) || project_model(project, name)); i++)
		name = arena_format(confirming->arena, "%s-%d", wanted, i);
	return name;
}

static bool is_recorded(const struct confirming *confirming)
{
	const struct variant *variant = confirming->project ? project_variant(confirming->project, confirming->base) : NULL;
	return variant && variant->model && variant->model->api->kind == API_RECORDED;
}

static size_t passing_count(const struct evidence *evidence)
{
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		count += evidence->arms[evidence->base].rate[i] >= 1;
	return count;
}

const char *probe_more(const struct evidence *evidence, const char *base, const char *probe, struct arena *arena)
{
	bool again = evidence_probe(evidence, "placebo"), repeats = evidence_probe(evidence, "repeats");
	return arena_format(arena, "lever probe --variant %s --only %s%s%s --sample %zu", base, again ? "placebo," : "",
		repeats ? "repeats," : "", probe, passing_count(evidence));
}

static bool all_asked(const struct evidence *evidence, const struct evidence_arm *arm)
{
	for (size_t i = 0; i < evidence->case_count; i++)
		if (evidence->arms[evidence->base].rate[i] >= 1 && arm->rate[i] != arm->rate[i])
			return false;
	return true;
}

/* ---- the variant to add --------------------------------------------------------------------------------------------------------
 */

static const char *examples_words(const struct confirming *confirming)
{
	const struct project *project = confirming->project;
	const char *set = project->probes.examples ? project->probes.examples
			  : project->example_count ? project->examples[0].name
						   : "worked";
	return arena_format(confirming->arena, "examples: {from: %s, select: nearest, k: 4}", set);
}

#define PROMPT_MOST 4000 /* bytes of a prompt that is written out */

static const char passages_text[] =
	"\n\nPassages:\n{% for passage in passages -%}\n[{{ passage.number }}] {{ passage.text }}\n{% endfor %}";
static const char steps_text[] =
	"\n\nThink it through step by step first. Then write the final answer alone on the last line, behind \"Answer:\".";

/* `prompt: "…"`: that of a variant with a text behind its last message; a file to be written where it is too long. */
static const char *prompt_words(const struct confirming *confirming, const char *of, const char *more, const char *file)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer quoted = BUFFER_EMPTY;
	const struct variant *variant = project_variant(confirming->project, of);
	const struct prompt_file *prompt = variant ? variant->prompt : NULL;
	for (size_t i = 0; prompt && i < prompt->count; i++) {
		if (prompt->count > 1 || strcmp(prompt->messages[i].role, "user") != 0)
			buffer_format(&text, "%s# %s\n", i ? "\n" : "", prompt->messages[i].role);
		buffer_add_text(&text, text_trim(prompt->messages[i].source));
	}
	if (!text.length || text.length > PROMPT_MOST)
		return arena_format(confirming->arena, "prompt: %s", file);
	buffer_add_string(&text, more);
	json_write_string(buffer_text(&text), &quoted);
	return arena_format(confirming->arena, "prompt: {text: %s}", buffer_string(&quoted));
}

static bool shows_passages(const struct confirming *confirming, const char *of)
{
	const struct variant *variant = project_variant(confirming->project, of);
	return variant && variant->prompt && variant->prompt->mentions_passages;
}

static const char *retrieve_words(const struct confirming *confirming, const char *parent, int k)
{
	const struct project *project = confirming->project;
	const char *corpus = project->corpus_count ? project->corpora[0].name : "docs";
	const char *prompt =
		shows_passages(confirming, parent) ? NULL : prompt_words(confirming, parent, passages_text, "prompts/rag.md");
	return arena_format(
		confirming->arena, "retrieve: {from: %s, k: %d}%s%s", corpus, k, prompt ? ", " : "", prompt ? prompt : "");
}

static const char *model_words(const struct confirming *confirming, const char *model)
{
	return arena_format(confirming->arena, "model: %s", model ? model : "other");
}

/* What the lever needs beside its parent; NULL: lever does not know how. Sections and files that are named and are not there yet
 * are told beside it (missing_words). */
static const char *settings_words(const struct confirming *confirming, const char *lever, const char *parent)
{
	const struct probe_settings *probes = &confirming->project->probes;
	if (lever_is(lever, "few-shot"))
		return examples_words(confirming);
	if (lever_is(lever, "rag") || lever_is(lever, "retrieval"))
		return retrieve_words(confirming, parent, lever_is(lever, "rag") ? 4 : 8);
	if (lever_is(lever, "model") || lever_is(lever, "reasoning"))
		return model_words(confirming, lever_is(lever, "model") ? probes->bigger : probes->reasoning);
	if (lever_is(lever, "vote"))
		return "samples: 5";
	if (lever_is(lever, "format"))
		return "schema: {type: object, properties: {answer: {type: string}}, required: [answer], additionalProperties: "
		       "false}, "
		       "extract: {json-pointer: /answer}";
	if (lever_is(lever, "cot"))
		return arena_format(confirming->arena, "%s, extract: {after: \"Answer:\"}",
			prompt_words(confirming, parent, steps_text, "prompts/cot.md"));
	return lever_is(lever, "prompt") ? "prompt: prompts/next.md" : NULL;
}

/* A section of the project that the variant draws on and that is not there yet. */
static const char *missing_words(const struct confirming *confirming, const char *lever)
{
	const struct project *project = confirming->project;
	if (lever_is(lever, "few-shot") && !project->example_count)
		return "examples: {worked: {file: examples.jsonl}}";
	if ((lever_is(lever, "rag") || lever_is(lever, "retrieval")) && !project->corpus_count)
		return "corpus: {docs: {path: docs/}}";
	if ((lever_is(lever, "model") && !project->probes.bigger) || (lever_is(lever, "reasoning") && !project->probes.reasoning))
		return "models: {other: {extends: the model of the base, model: its name}}";
	return NULL;
}

/* Another order of a prompt's parts is a prompt. */
static const char *lever_word(const char *lever)
{
	return lever_is(lever, "order") ? "prompt" : lever;
}

/* Outputs of the lever itself, made elsewhere as the base's were. */
static void add_recorded(const struct confirming *confirming, struct candidate *candidate, const char *parent, const char *lever)
{
	const char *name = free_name(confirming, lever);
	candidate->add_first = arena_format(confirming->arena, "models: {%s: {api: recorded, file: %s.jsonl}}", name, name);
	candidate->add =
		arena_format(confirming->arena, "%s: {lever: %s, parent: %s, model: %s}", name, lever_word(lever), parent, name);
	candidate->command = arena_format(confirming->arena, "lever run --variant %s", name);
}

/* The second lever pulled on top of the first: so its parts are known once it is measured. */
static void add_stacked(const struct confirming *confirming, struct candidate *candidate, const char *parent, const char *lever)
{
	const char *name = free_name(confirming, "stack");
	candidate->add_first = arena_format(confirming->arena, "models: {%s: {api: recorded, file: %s.jsonl}}", name, name);
	candidate->add = arena_format(confirming->arena, "%s: {lever: %s, parent: %s, model: %s}", name, lever, parent, name);
	candidate->command = arena_format(confirming->arena, "lever run --variant %s", name);
}

static void add_variant(const struct confirming *confirming, struct candidate *candidate, const char *parent, const char *lever)
{
	const char *settings = settings_words(confirming, lever_word(lever), parent), *name = free_name(confirming, lever);
	if (!settings)
		return;
	candidate->add_first = missing_words(confirming, lever);
	candidate->add =
		arena_format(confirming->arena, "%s: {lever: %s, parent: %s, %s}", name, lever_word(lever), parent, settings);
	candidate->command = arena_format(confirming->arena, "lever run --variant %s", name);
}

/* ---- the command --------------------------------------------------------------------------------------------------- */

static void compare_command(const struct confirming *confirming, struct candidate *candidate)
{
	const struct evidence *evidence = confirming->advice->evidence;
	const char *run = evidence->run_named ? arena_format(confirming->arena, "@%lld", evidence->run.id) : "";
	candidate->command =
		arena_format(confirming->arena, "lever compare %s%s %s%s", confirming->base, run, candidate->arm->arm.name, run);
}

/* A probe of all passing cases is the whole experiment; once it was that, the lever is made a variant. Where the base was asked again of
 * some cases it is of the others too: only then do all its answers count. */
static void probe_command(const struct confirming *confirming, struct candidate *candidate)
{
	const struct evidence *evidence = confirming->advice->evidence;
	const char *probe = candidate->has_gain ? candidate->evidence : candidate->rule->probes[0];
	if (candidate->has_gain && all_asked(evidence, candidate->arm))
		add_variant(confirming, candidate, confirming->base, candidate->lever);
	else if (candidate->has_gain)
		candidate->command = probe_more(evidence, confirming->base, probe, confirming->arena);
	else
		candidate->command = arena_format(confirming->arena, "lever probe --variant %s --only %s", confirming->base, probe);
}

/* The project has the lever on this base already: it was left out, or not run yet. */
static const char *variant_there(const struct confirming *confirming, const char *lever)
{
	const struct project *project = confirming->project;
	for (size_t i = 0; i < project->variant_count; i++) {
		const struct variant *variant = project->variants[i];
		if (!variant->probe && variant->parent_name && strcmp(variant->parent_name, confirming->base) == 0 &&
			lever_is(variant->lever->name, lever))
			return variant->name;
	}
	return NULL;
}

void candidate_confirm(struct candidate *candidate, const struct advice *advice, const struct project *project, struct arena *arena)
{
	struct confirming confirming = {advice, project, arena, advice->evidence->arms[advice->evidence->base].arm.name};
	if (candidate->measured)
		compare_command(&confirming, candidate);
	else if (candidate->rule->remedy)
		candidate->command = arena_format(arena, "lever triage --variant %s", confirming.base);
	else if (!project)
		return;
	else if (variant_there(&confirming, candidate->lever))
		candidate->command = arena_format(arena, "lever run --variant %s", variant_there(&confirming, candidate->lever));
	else if (is_recorded(&confirming))
		add_recorded(&confirming, candidate, confirming.base, candidate->lever);
	else if (candidate->rule->probes)
		probe_command(&confirming, candidate);
	else
		add_variant(&confirming, candidate, confirming.base, candidate->lever);
}

/* What a second lever sets, on top of the first; NULL where the two cannot simply be put together (a prompt of its own). */
static const char *variant_words(const struct confirming *confirming, const struct variant *variant)
{
	struct arena *arena = confirming->arena;
	const struct variant *under = project_variant(confirming->project, confirming->base);
	if (variant->retrieve)
		return arena_format(arena, "retrieve: {from: %s, k: %lld}%s%s", variant->retrieve->corpus->name,
			variant->retrieve->k, shows_passages(confirming, confirming->base) ? "" : ", ",
			shows_passages(confirming, confirming->base)
				? ""
				: prompt_words(confirming, confirming->base, passages_text, "prompts/stack.md"));
	if (variant->examples)
		return arena_format(arena, "examples: {from: %s, k: %lld}", variant->examples->set->name, variant->examples->k);
	if (variant->samples > 1)
		return arena_format(arena, "samples: %lld", variant->samples);
	return under && variant->model != under->model && variant->model ? arena_format(arena, "model: %s", variant->model->name)
									 : NULL;
}

void stack_confirm(struct candidate *candidate, const struct evidence_arm *first, const struct evidence_arm *second,
	const struct advice *advice, const struct project *project, struct arena *arena)
{
	struct confirming confirming = {advice, project, arena, first->arm.name};
	const struct variant *on_top = project ? project_variant(project, second->arm.name) : NULL;
	const char *words = on_top ? variant_words(&confirming, on_top) : NULL;
	if (is_recorded(&confirming))
		add_stacked(&confirming, candidate, first->arm.name, second->arm.lever);
	if (is_recorded(&confirming) || !words)
		return;
	const char *name = free_name(&confirming, arena_format(arena, "%s-%s", first->arm.name, second->arm.name));
	candidate->add = arena_format(arena, "%s: {lever: %s, parent: %s, %s}", name, second->arm.lever, first->arm.name, words);
	candidate->command = arena_format(arena, "lever run --variant %s", name);
}
