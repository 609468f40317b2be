#include "eval/base/nearest.h"
#include "tui/commands/show_attempt.h"
#include "tui/commands/show_registry.h"

static const struct command_option options[] = {
	{"curl", 0, NULL, "the attempt's request as a curl command, the key as $NAME"},
	{"repeat", 'r', "N", "which repeat of the case (default 1)"},
	{NULL},
};

static const struct show_registry *registry_find(const char *name)
{
	for (const struct show_registry *registry = show_registries; registry->name; registry++)
		if (strcmp(registry->name, name) == 0)
			return registry;
	return NULL;
}

static int show_registry(const struct command_line *line, const struct show_registry *registry)
{
	struct error error = {0};
	const char *names[128];
	size_t count = 0;
	struct show_thing thing;
	if (line->argument_count == 1) {
		show_registry_list(line, registry);
		return 0;
	}
	if (show_registry_one(line, registry, line->arguments[1]))
		return 0;
	for (; count < COUNT(names) && registry->at(count, &thing); count++)
		names[count] = thing.name;
	error_set(&error, ERROR_USAGE, "there is no `%s` among %s%s", line->arguments[1], registry->name,
		nearest_hint(line->arena, line->arguments[1], names, count));
	return command_fail(line, &error);
}

static int show_attempt(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct error error = {0};
	long long repeat = 1;
	int status;
	if (line->argument_count > 2)
		error_set(&error, ERROR_USAGE,
			"`show` takes an attempt's number, or a case and a variant, or the name of a registry");
	if (error.kind || !option_integer(line, "repeat", 1, 1000, &repeat, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_READ, &opened, &status))
		return status;
	long long attempt = attempt_named(opened.store, line->arguments, line->argument_count, (int)repeat, line->arena, &error);
	bool good = attempt && (option_given(line, "curl") ? attempt_curl_say(line, &opened, attempt, &error)
							   : attempt_say(line, opened.store, attempt, &error));
	return good ? 0 : command_fail(line, &error);
}

/* A name alone, that no attempt has: what is called so in any registry. */
static bool show_named(const struct command_line *line)
{
	const char *name = line->arguments[0];
	bool shown = false;
	if (line->argument_count > 1)
		return false;
	for (const struct show_registry *registry = show_registries; registry->name; registry++) {
		struct show_thing thing;
		for (size_t i = 0; registry->at(i, &thing); i++)
			if (strcmp(thing.name, name) == 0) {
				if (shown && !line->json)
					say(stdout, "\n");
				shown |= show_registry_one(line, registry, name);
				break;
			}
	}
	return shown;
}

static int run(const struct command_line *line)
{
	if (line->argument_count == 0) {
		show_registries_say(line);
		return 0;
	}
	const struct show_registry *registry = registry_find(line->arguments[0]);
	if (registry)
		return show_registry(line, registry);
	return show_named(line) ? 0 : show_attempt(line);
}

const struct command command_show = {
	.name = "show",
	.usage = "[ATTEMPT | CASE VARIANT | REGISTRY [NAME]]",
	.summary = "one attempt whole, or any list of what the program knows, with its help",
	.help = "  lever show kb-001 rag              prompt as sent, passages, output, scores with reasons, calls\n"
		"  lever show kb-001 rag --curl       the request, to be sent by hand\n"
		"  lever show scorers                 all scorers; `lever show scorers regex` tells of one,\n"
		"                                     as does `lever show regex`\n"
		"  lever show keys variants           the keys of a section of lever.yaml",
	.options = options,
	.order = 40,
	.run = run,
};
