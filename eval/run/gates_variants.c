/* What of a variant the files have otherwise now than the run measured: a gate on yesterday's prompt would judge the past. */
#include "eval/model/recorded.h"
#include "eval/retrieve/retrieve.h"
#include "eval/run/gate.h"
#include "eval/run/plan_private.h"

#define SHOWN 40 /* bytes of a value that a message shows */
#define NAMED 4	 /* changes that it names */

struct changes {
	struct arena *arena;
	const char *words; /* NULL: none */
	size_t count;
};

static void change_add(struct changes *changes, const char *what)
{
	if (changes->count++ < NAMED)
		changes->words = changes->words ? arena_format(changes->arena, "%s; %s", changes->words, what) : what;
}

/* "params.temperature" by its keys as lever.yaml has them; hashes by what they stand for. */
static const char *place_name(const char *path, struct arena *arena)
{
	static const struct {
		const char *path, *name;
	} names[] = {{"model.outputs", "the recorded outputs or their map"}, {"examples.examples", "the examples"},
		{"retrieve.corpus_version", "the documents of the corpus"}, {"model.program", "the program"}, {"model.name", "the model"}};
	size_t length = strlen(path);
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t end = strlen(names[i].path);
		bool whole = length == end || (length > end && path[length - end - 1] == '.');
		if (whole && strcmp(path + length - end, names[i].path) == 0)
			return length == end ? names[i].name
					     : arena_format(arena, "%.*s: %s", (int)(length - end - 1), path, names[i].name);
	}
	return strncmp(path, "model.", 6) == 0 && strcmp(path, "model.model") != 0 ? path + 6 : path;
}

static const char *value_words(const json_t *value, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (!value)
		return "none";
	json_write_plain(value, &text);
	return text.length && text.length <= SHOWN && !json_is_object(value) ? arena_string(arena, buffer_string(&text)) : NULL;
}

static bool is_hash(const json_t *value)
{
	struct hash hash;
	return json_is_string(value) && hash_from_hex(json_text(value), &hash);
}

static void values_differ(struct changes *changes, const char *path, const json_t *then, const json_t *now)
{
	const char *name = place_name(path, changes->arena), *before = value_words(then, changes->arena),
		   *after = value_words(now, changes->arena);
	bool shown = before && after && !is_hash(then) && !is_hash(now);
	change_add(changes, shown ? arena_format(changes->arena, "%s: %s, now %s", name, before, after) : name);
}

static void definitions_differ(struct changes *changes, const char *path, const json_t *then, const json_t *now)
{
	const char *key;
	json_t *value;
	const char *dot = *path ? "." : "";
	if (json_equal(then, now))
		return;
	if (!json_is_object(then) || !json_is_object(now)) {
		values_differ(changes, path, then, now);
		return;
	}
	json_object_foreach((json_t *)then, key, value)
		definitions_differ(changes, arena_format(changes->arena, "%s%s%s", path, dot, key), value, json_object_get(now, key));
	json_object_foreach((json_t *)now, key, value) if (!json_object_get(then, key))
		definitions_differ(changes, arena_format(changes->arena, "%s%s%s", path, dot, key), NULL, value);
}

/* ---- the files ---------------------------------------------------------------------------------------------------------------- */

/* False: something cannot be read now, so nothing is known of it. */
static bool files_read(struct store *store, struct project *project, struct arena *arena)
{
	bool good = true;
	for (size_t i = 0; i < project->variant_count; i++) {
		CLEANUP(error_list_release) struct error_list ignored = ERROR_LIST_EMPTY;
		if (project->variants[i]->examples)
			good &= examples_load(project, project->variants[i]->examples->set, &ignored);
	}
	for (size_t i = 0; i < project->model_count; i++) {
		const struct model *model = project->models[i];
		long long row;
		if (model->api->kind == API_RECORDED)
			good &= recorded_hash_now(store, project, model, arena, &((struct recorded_config *)model->config)->hash, &row);
	}
	return good;
}

static long long version_then(const struct run_row *run, const char *name)
{
	for (size_t i = 0; i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, name) == 0)
			return run->variants[i].version;
	return 0;
}

/* An index that is older than its documents stands for none of them. */
static void corpus_look(struct store *store, const struct variant *variant, struct changes *changes)
{
	const struct corpus_source *corpus = variant->retrieve ? variant->retrieve->corpus : NULL;
	enum corpus_age age;
	struct error unread;
	if (corpus && corpus_outdated(store, corpus->name, corpus->folder, &corpus->passages, &age, &unread) && age == CORPUS_CHANGED)
		change_add(changes, arena_format(changes->arena, "the documents of corpus %s", corpus->name));
}

static bool variant_look(struct store *store, const struct run_row *run, const struct variant *variant, struct arena *arena,
	const char **ret, struct error *error)
{
	struct changes changes = {.arena = arena};
	long long version = version_then(run, variant->name);
	struct text then_text;
	struct error unread;
	if (!version)
		return true;
	if (!variant_definition(store, version, arena, &then_text, error))
		return false;
	JSON_OWNED *then = json_parse(then_text, &unread);
	JSON_OWNED *now = then ? version_definition(store, arena, variant, &unread) : NULL;
	if (!now)
		return true;
	definitions_differ(&changes, "", then, now);
	corpus_look(store, variant, &changes);
	if (changes.count > NAMED)
		changes.words = arena_format(arena, "%s; and %zu more", changes.words, changes.count - NAMED);
	if (changes.count)
		*ret = arena_format(arena, "%s was edited since run %lld measured it (%s)", variant->name, run->id, changes.words);
	return true;
}

bool gate_variants_changed(struct store *store, const struct project *project, const struct run_row *run, struct arena *arena,
	const char ***ret, struct error *error)
{
	*ret = arena_take(arena, (project->variant_count + 1) * sizeof **ret);
	if (!files_read(store, (struct project *)project, arena))
		return true;
	for (size_t i = 0; i < project->variant_count; i++)
		if (!variant_look(store, run, project->variants[i], arena, &(*ret)[i], error))
			return false;
	return true;
}
