#include "eval/score/extractor.h"
#include "eval/score/json_find.h"

struct json_pointer {
	const char *path;
};

static const struct field fields[] = {
	{"json-pointer", FIELD_STRING, offsetof(struct json_pointer, path),
		"JSON pointer (/answer/0) or dotted path (answer.0) of the value; empty for the whole", .required = true},
	{0},
};

static struct text json_pointer_extract(const void *config, struct arena *arena, struct text output)
{
	const struct json_pointer *pointer = config;
	JSON_OWNED *found = json_find(output);
	const json_t *value = found ? json_at(found, pointer->path) : 0;
	if (!value)
		return (struct text){0};
	if (json_is_string(value))
		return text_copy(arena, json_text(value));
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	json_write_plain(value, &plain);
	return text_copy(arena, buffer_text(&plain));
}

const struct extractor_type extract_json_pointer = {
	.name = "json-pointer",
	.summary = "a value inside the JSON of the output",
	.help = "Looks for JSON in the output (the whole of it, else a fenced block, else the first object or list in the text) "
		"and takes the "
		"value a pointer names: strings as they are, everything else as JSON. Example: extract: {json-pointer: /answer}",
	.fields = fields,
	.config_size = sizeof(struct json_pointer),
	.extract = json_pointer_extract,
};
