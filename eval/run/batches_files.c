#include "eval/run/batches_private.h"

/* The file of a batch on the server. An upload whose answer was lost leaves one there that nobody asks for: its name says whose it is, so
 * that it is used, or deleted, and files of others are left alone. */

struct files {
	const char *name, *kept; /* kept: id of the one that is used; NULL: none yet */
	size_t length;
	const char *last; /* id to go on behind; NULL: the end */
};

/* One of the same name but another length is no whole one. */
static bool is_whole(const json_t *listed, const struct files *files)
{
	return (size_t)json_integer_or(listed, "bytes", (long long)files->length) == files->length;
}

static void page_sweep(struct exchange *exchange, const json_t *page, struct files *files)
{
	const char *upload = exchange->model->api->batch->upload;
	const json_t *list = json_object_get(page, "data"), *listed;
	size_t i;
	files->last = NULL;
	json_array_foreach((json_t *)list, i, listed)
	{
		const char *id = arena_string(exchange->arena, json_string_or(listed, "id", NULL));
		files->last = id;
		if (!batch_id_safe(id) || strcmp(json_string_or(listed, "filename", ""), files->name) != 0)
			continue;
		if (!files->kept && is_whole(listed, files))
			files->kept = id;
		else if (!files->kept || strcmp(id, files->kept) != 0)
			batch_file_delete(exchange, arena_format(exchange->arena, "%s/%s", upload, id));
	}
	if (!json_is_true(json_object_get(page, "has_more")) || !batch_id_safe(files->last))
		files->last = NULL;
}

/* A server that lists no files keeps what it has. */
static void files_sweep(struct exchange *exchange, struct files *files)
{
	const char *upload = exchange->model->api->batch->upload;
	for (int page = 0; page < BATCH_PAGES && (page == 0 || files->last); page++) {
		const char *after = page ? arena_format(exchange->arena, "&after=%s", files->last) : "";
		const char *suffix = arena_format(exchange->arena, "%s?purpose=batch&limit=100%s", upload, after);
		JSON_OWNED *answer =
			batch_ask(exchange, "GET", suffix, TEXT(""), NULL) ? batch_answer(exchange->arena, &exchange->reply) : NULL;
		if (!answer)
			return;
		page_sweep(exchange, answer, files);
	}
}

static bool upload(struct exchange *exchange, const char *uid, struct text lines)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	const char *type = batch_upload(uid, lines, exchange->arena, &body);
	JSON_OWNED *answer = batch_ask(exchange, "POST", exchange->model->api->batch->upload, buffer_text(&body), type)
				     ? batch_answer(exchange->arena, &exchange->reply)
				     : NULL;
	const char *file = json_string_or(answer, "id", NULL);
	if (answer && !batch_id_safe(file))
		exchange->reply = (struct reply){.class = CALL_MALFORMED, .message = "the server's answer names no file"};
	exchange->row->file = batch_id_safe(file) ? arena_string(exchange->arena, file) : NULL;
	return exchange->row->file;
}

bool batch_file_upload(struct exchange *exchange, const char *uid, struct text lines, bool again)
{
	struct files files = {.name = batch_file_name(uid, exchange->arena), .length = lines.length};
	if (again) {
		files_sweep(exchange, &files);
		exchange->row->file = files.kept;
	}
	if (exchange->row->file)
		return true;
	if (!upload(exchange, uid, lines))
		return false;
	files.kept = exchange->row->file;
	if (exchange->tries > 1) /* an earlier try may have got through without its answer */
		files_sweep(exchange, &files);
	return true;
}
