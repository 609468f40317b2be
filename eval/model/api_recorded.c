#include "eval/base/file.h"
#include "eval/model/answer.h"
#include "eval/model/recorded.h"
#include <errno.h>

static bool recorded_build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	static const char *const none[] = {NULL};
	struct recorded_config *config = model->config;
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	char hex[HASH_HEX];
	if (!config->hashed &&
		!hash_of_file(path_join(arena, model->directory ? model->directory : "", config->file), &config->hash))
		return error_at(error, ERROR_DATA, config->file, 0, 0, "recorded outputs cannot be read: %s", strerror(errno));
	config->hashed = true;
	hash_hex(&config->hash, hex);
	buffer_add_string(&body, "{\"case\":");
	json_write_string(text_of(prompt->case_id ? prompt->case_id : ""), &body);
	buffer_format(&body, ",\"repeat\":%d}", prompt->repeat);
	*ret = (struct request){.method = "recorded",
		.path = arena_format(arena, "%s sha256:%s", config->file, hex),
		.body = text_copy(arena, buffer_text(&body)),
		.headers = none};
	return true;
}

static void recorded_parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	struct error error;
	if (!reply->raw.data) {
		reply->class = CALL_NOT_RECORDED;
		reply->message = "the file has no output for this case and repeat";
		return;
	}
	json_t *row = json_parse_reply(reply->raw, &error);
	if (!json_is_object(row)) {
		json_decref(row);
		reply->class = CALL_MALFORMED;
		reply->message = arena_format(arena, "not a recorded output: %s", body_excerpt(reply->raw, arena));
		return;
	}
	answer_read(row, CALL_REQUEST, arena, reply);
	if (reply->class == CALL_MALFORMED && json_object_get(row, "verdict"))
		reply->class = CALL_OK; /* a verdict without its output is of use too */
	bool refused = strcmp(json_string_or(row, "verdict", ""), "refused") == 0;
	if (refused && reply->class == CALL_EMPTY) {
		reply->class = CALL_OK; /* it said nothing, and was judged to decline by that */
		reply->message = NULL;
	}
	if (refused && reply->class == CALL_OK)
		reply->refusal = reply->output.data ? reply->output : TEXT("");
	reply->recorded = reply->owner = row;
}

static const struct field recorded_fields[] = {{.name = "file",
						       .kind = FIELD_STRING,
						       .offset = offsetof(struct recorded_config, file),
						       .required = true,
						       .help = "file of the outputs: jsonl, json, csv, tsv or yaml"},
	{.name = "map",
		.kind = FIELD_JSON,
		.offset = offsetof(struct recorded_config, map),
		.help = "which member of a row is what: id, repeat, output, verdict, input_tokens, output_tokens, cost, "
			"latency_ms, passages, …"},
	{.name = "at",
		.kind = FIELD_STRING,
		.offset = offsetof(struct recorded_config, at),
		.help = "dotted path to the rows inside a JSON or YAML file"},
	{.name = "format",
		.kind = FIELD_STRING,
		.offset = offsetof(struct recorded_config, format),
		.help = "where the suffix does not tell: see `lever show formats`"},
	{.name = "where",
		.kind = FIELD_JSON,
		.offset = offsetof(struct recorded_config, where),
		.help = "which rows are this system's, where a file holds several: {system: rag}; several values as a list"},
	{.name = "verdicts",
		.kind = FIELD_JSON,
		.offset = offsetof(struct recorded_config, verdicts),
		.help = "what the words or grades of the verdicts mean: {C: pass, I: fail, P: 0.5, N: refused}; every one that occurs"},
	{.name = "delimiter",
		.kind = FIELD_STRING,
		.offset = offsetof(struct recorded_config, delimiter),
		.help = "of CSV cells; a comma by default"},
	{.name = "columns",
		.kind = FIELD_STRINGS,
		.offset = offsetof(struct recorded_config, columns),
		.help = "names of the columns of a CSV file without a header row"},
	{.name = "quotes",
		.kind = FIELD_BOOL,
		.offset = offsetof(struct recorded_config, quotes),
		.help = "false: quotes in CSV cells are plain characters",
		.fallback = "true"},
	{0}};

const struct api_type api_recorded = {
	.name = "recorded",
	.summary = "outputs that exist already, read from a file: no call is made",
	.help = "Brings the answers of any system, a RAG or a tuned model say, into the comparison. Each row names its case by id, "
		"and a repeat\n"
		"if there are several; `map` says where output, verdict, tokens, cost, latency and passages stand. Mapped verdicts judge\n"
		"where the project names no scorer; beside others the scorer `verdict` takes them.",
	.kind = API_RECORDED,
	.fields = recorded_fields,
	.config_size = sizeof(struct recorded_config),
	.build = recorded_build,
	.parse = recorded_parse,
};
