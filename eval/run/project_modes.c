#include "eval/classify/classify.h"
#include "eval/run/project_private.h"

/* `modes:`: failure modes of the project's own beside F0 to F20: a map from codes to a meaning, or to {name, meaning, levers}. */

const struct field modes_fields[] = {
	{"name", FIELD_STRING, offsetof(struct own_mode, name), "short name; the code by default"},
	{"meaning", FIELD_STRING, offsetof(struct own_mode, meaning), "one line"},
	{"levers", FIELD_STRING, offsetof(struct own_mode, levers), "what mends it, in words"},
	{NULL},
};

void project_read_modes(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	if (!node || node->kind == YAML_NULL)
		return;
	if (node->kind != YAML_MAP) {
		project_error(reader, node,
			"`modes` is a map from codes to meanings, such as {stale: \"an old price\"}, this is %s",
			yaml_kind_name(node));
		return;
	}
	project->modes = arena_take(project->arena, (node->count + 1) * sizeof *project->modes);
	for (size_t i = 0; i < node->count; i++) {
		struct own_mode mode = {.code = text_copy(project->arena, node->keys[i]->text).data};
		const struct yaml *value = node->items[i];
		if (!project_name_check(reader, node->keys[i], "failure mode"))
			continue;
		if (failure_mode_find(mode.code)) {
			project_error(reader, node->keys[i],
				"%s is a mode of the taxonomy (`lever show modes`): choose another code", mode.code);
			continue;
		}
		reader->fields.what = arena_format(project->arena, "mode %s", mode.code);
		if (value->kind == YAML_MAP)
			fields_read(&reader->fields, modes_fields, value, NULL, &mode);
		else
			mode.meaning = node_string(reader, value);
		project->modes[project->mode_count++] = mode;
	}
}

struct mode_words mode_words_of(const struct project *project, const char *code)
{
	const struct failure_mode *mode = failure_mode_find(code);
	if (mode)
		return (struct mode_words){mode->name, mode->levers};
	for (size_t i = 0; project && i < project->mode_count; i++) {
		const struct own_mode *own = &project->modes[i];
		if (strcmp(own->code, code) == 0)
			return (struct mode_words){own->name ? own->name : own->meaning ? own->meaning : code, own->levers};
	}
	return (struct mode_words){*code ? code : "unexplained", NULL};
}
