#include "eval/model/client.h"
#include "eval/model/command.h"

/* 'text' for a shell: nothing inside is looked at. */
static void quote_add(struct buffer *out, struct text text)
{
	buffer_add_byte(out, '\'');
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '\'')
			buffer_add_string(out, "'\\''");
		else
			buffer_add_byte(out, text.data[i]);
	}
	buffer_add_byte(out, '\'');
}

static void secret_header_add(struct buffer *out, const char *name, const char *prefix, const char *variable)
{
	buffer_format(out, " \\\n  -H \"%s: %s${%s}\"", name, prefix, variable);
}

static void secret_headers_add(const struct model *model, struct buffer *out)
{
	const char *name, *variable = model_key_env(model);
	json_t *value;
	if (variable)
		secret_header_add(out, model->api->key_header, model->api->key_prefix, variable);
	json_object_foreach((json_t *)model->headers, name, value)
	{
		const char *secret = json_string_value(json_object_get(value, "secret"));
		if (secret)
			secret_header_add(out, name, "", secret);
	}
}

static void http_write(const struct model *model, const struct request *request, struct buffer *out)
{
	buffer_format(out, "curl -sS -X %s ", request->method);
	quote_add(out, text_of(request->url));
	for (const char *const *line = request->headers; line && *line; line++) {
		buffer_add_string(out, " \\\n  -H ");
		quote_add(out, text_of(*line));
	}
	secret_headers_add(model, out);
	if (request->body.length) {
		buffer_add_string(out, " \\\n  --data-raw ");
		quote_add(out, request->body);
	}
	buffer_add_byte(out, '\n');
}

static void command_write(const struct model *model, const struct request *request, struct arena *arena, struct buffer *out)
{
	struct error error;
	const char *const *argv = command_argv(model, arena, &error);
	buffer_add_string(out, "printf '%s\\n' ");
	quote_add(out, request->body);
	buffer_add_string(out, " |");
	for (; argv && *argv; argv++) {
		buffer_add_byte(out, ' ');
		quote_add(out, text_of(*argv));
	}
	buffer_add_byte(out, '\n');
}

const char *request_curl(const struct model *model, const struct request *request, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	switch (model->api->kind) {
	case API_HTTP:
		http_write(model, request, &out);
		break;
	case API_COMMAND:
		command_write(model, request, arena, &out);
		break;
	case API_RECORDED:
		buffer_format(&out, "# no call: recorded in %s\n", request->path);
		break;
	}
	return text_copy(arena, buffer_text(&out)).data;
}
