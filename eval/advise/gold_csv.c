/* The expected answer in a cell of a CSV file: all bytes but those of the cell stay. */
#include "eval/advise/gold_private.h"
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include <strings.h>

struct cell {
	size_t from, to; /* in the record, quotes included */
	struct text value;
};

/* The cell that begins at `from`, and whether another follows it in its record. */
static bool cell_read(struct text record, size_t from, const struct csv_place *csv, struct arena *arena, struct cell *ret)
{
	CLEANUP(buffer_release) struct buffer value = BUFFER_EMPTY;
	size_t at = from;
	bool quoted = !csv->plain_quotes && at < record.length && record.data[at] == '"';
	for (at += quoted; quoted && at < record.length; at++) {
		if (record.data[at] == '"' && (at + 1 == record.length || record.data[at + 1] != '"'))
			break;
		at += record.data[at] == '"';
		buffer_add_byte(&value, record.data[at]);
	}
	at += quoted && at < record.length;
	for (; at < record.length && record.data[at] != csv->delimiter && record.data[at] != '\n'; at++)
		buffer_add_byte(&value, record.data[at]);
	bool more = at < record.length && record.data[at] == csv->delimiter;
	size_t end = at;
	if (!more && end > from && record.data[end - 1] == '\r') {
		end--;
		value.length--;
	}
	*ret = (struct cell){from, end, text_copy(arena, buffer_text(&value))};
	return more;
}

/* All cells of the record at the beginning of the text; answers how many. */
static size_t cells_read(struct text text, const struct csv_place *csv, struct arena *arena, struct cell **ret)
{
	size_t count = 0, room = 0, from = 0;
	*ret = NULL;
	for (bool more = true; more;) {
		struct cell *cell = LIST_MORE(arena, *ret, count, room);
		more = cell_read(text, from, csv, arena, cell);
		from = cell->to + 1;
	}
	return count;
}

/* The header: the names that the project gives, or the first record that is no empty line. */
static size_t names_read(struct text source, const struct dataset_options *options, const struct csv_place *csv, struct arena *arena,
	struct cell **names)
{
	size_t count = 0, room = 0;
	if (!options->columns) {
		if (text_starts(source, TEXT("\xEF\xBB\xBF")))
			source = text_make(source.data + 3, source.length - 3);
		while (source.length && (source.data[0] == '\n' || source.data[0] == '\r'))
			source = text_make(source.data + 1, source.length - 1);
		return cells_read(source, csv, arena, names);
	}
	*names = NULL;
	for (const char *const *name = options->columns; *name; name++)
		*LIST_MORE(arena, *names, count, room) = (struct cell){.value = text_of(*name)};
	return count;
}

static const struct cell *cell_named(
	const struct cell *names, size_t name_count, const struct cell *cells, size_t count, const char *name)
{
	for (size_t i = 0; i < name_count && i < count; i++)
		if (text_equal(text_trim(names[i].value), text_of(name)))
			return &cells[i];
	return NULL;
}

static bool is_on_one_line(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] < ' ')
			return false;
	return true;
}

bool gold_csv_read(struct gold_place *place, struct text source, const struct dataset_options *options, const char *id_path,
	struct arena *arena, struct error *error)
{
	bool tabs = !strcasecmp(path_suffix(place->file), "tsv") || !strcasecmp(path_suffix(place->file), "tab");
	place->csv = (struct csv_place){.delimiter = options->delimiter ? options->delimiter : tabs ? '\t' : ',',
		.plain_quotes = options->plain_quotes};
	struct text record = gold_from_line(source, place->line);
	struct cell *names, *cells;
	size_t name_count = names_read(source, options, &place->csv, arena, &names);
	size_t count = record.length ? cells_read(record, &place->csv, arena, &cells) : 0;
	if (count != name_count || !count)
		return error_set(error, ERROR_USAGE, "%s:%ld is no row of this file any more: `lever run` first", place->file,
			place->line);
	const struct cell *id = cell_named(names, name_count, cells, count, id_path),
			  *cell = cell_named(names, name_count, cells, count, place->key);
	if (id && !text_equal(id->value, text_of(place->id)))
		return error_set(error, ERROR_USAGE, "%s:%ld is no longer %s but %.*s: `lever run` first", place->file, place->line,
			place->id, (int)id->value.length, id->value.data);
	if (!cell || !is_on_one_line(cell->value))
		return error_set(error, ERROR_USAGE, "%s:%ld has no column `%s` with one line of text: mend it by hand", place->file,
			place->line, place->key);
	place->csv.used = true;
	place->from = cell->from;
	place->to = cell->to;
	place->before = text_copy(arena, text_make(record.data, cells[count - 1].to));
	place->text = arena_copy(arena, cell->value.data, cell->value.length);
	return true;
}

bool gold_csv_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const struct csv_place *csv = &place->csv;
	struct text value = text_trim(text_of(answer));
	JSON_OWNED *list = text_starts(value, TEXT("[")) ? json_parse(value, error) : NULL;
	if (text_starts(value, TEXT("[")) && !list)
		return error_prefix(error, "what begins with [ is read as JSON");
	if (!value.length || (list && !json_array_size(list)))
		return error_set(error, ERROR_USAGE, "an expected answer is not empty; a case without one is made by hand, in the file");
	bool special = memchr(value.data, '"', value.length) || memchr(value.data, csv->delimiter, value.length) ||
		       (place->before.data[place->from] == '"' && place->to > place->from);
	if (csv->plain_quotes && memchr(value.data, csv->delimiter, value.length))
		return error_set(error, ERROR_USAGE, "the answer holds what separates the columns, and this file has no quotes");
	buffer_add(&out, place->before.data, place->from);
	if (special && !csv->plain_quotes)
		buffer_add_byte(&out, '"');
	for (size_t i = 0; i < value.length; i++) {
		if (value.data[i] == '"' && !csv->plain_quotes)
			buffer_add_byte(&out, '"');
		buffer_add_byte(&out, value.data[i]);
	}
	if (special && !csv->plain_quotes)
		buffer_add_byte(&out, '"');
	buffer_add(&out, place->before.data + place->to, place->before.length - place->to);
	*after = text_copy(arena, buffer_text(&out));
	return true;
}
