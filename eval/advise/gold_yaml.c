/* The expected answer in a row of a YAML file, where it is a scalar written on one line: all other bytes stay, and so does what the file
 * says but for this one value. */
#include "eval/advise/gold_private.h"
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include "eval/base/yaml.h"

static const struct yaml *path_find(const struct yaml *map, const char *path, struct arena *arena)
{
	const struct yaml *found = yaml_get(map, path);
	for (const char *dot = strchr(path, '.'); dot && !found; dot = strchr(dot + 1, '.')) {
		const struct yaml *inner = yaml_get(map, arena_copy(arena, path, (size_t)(dot - path)));
		found = inner ? path_find(inner, dot + 1, arena) : NULL;
	}
	return found;
}

/* The innermost map that begins in the line and says that it is this case, or says nothing. */
static const struct yaml *row_find(
	const struct yaml *node, const struct gold_place *place, const char *id_path, struct arena *arena)
{
	const struct yaml *found = NULL;
	for (size_t i = 0; i < node->count && !found; i++)
		found = row_find(node->items[i], place, id_path, arena);
	if (found || node->kind != YAML_MAP || node->line != place->line || !path_find(node, place->key, arena))
		return found;
	const struct yaml *id = path_find(node, id_path, arena);
	return !id || text_equal(id->text, text_of(place->id)) ? node : NULL;
}

static struct yaml *tree_read(const char *file, struct text source, struct arena *arena, struct error *error)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct yaml *tree = yaml_parse(arena, source, file, &errors);
	if (!tree)
		*error = errors.items[0];
	error_list_release(&errors);
	return tree;
}

/* Bytes of so many characters. */
static size_t bytes_of(struct text line, long characters)
{
	size_t at = 0;
	for (; characters > 0 && at < line.length; characters--)
		for (at++; at < line.length && ((unsigned char)line.data[at] & 0xc0) == 0x80;)
			at++;
	return at;
}

bool gold_yaml_read(struct gold_place *place, struct text source, const char *id_path, struct arena *arena, struct error *error)
{
	const struct yaml *tree = tree_read(place->file, source, arena, error), *row, *value;
	if (!tree)
		return false;
	row = row_find(tree, place, id_path, arena);
	value = row ? path_find(row, place->key, arena) : NULL;
	if (!value)
		return error_set(error, ERROR_USAGE, "%s:%ld has no row of %s with a key `%s` (any more): `lever run` first, or mend it by hand",
			place->file, place->line, place->id, place->key);
	struct text_place at = scalar_place(source, value);
	struct text line = gold_from_line(source, at.line), rest = line;
	if (value->kind == YAML_LIST || value->kind == YAML_MAP || at.vague || !value->text.length || !text_next_line(&rest, &line) ||
		line.length < (size_t)at.column + value->text.length)
		return error_set(error, ERROR_USAGE, "%s:%ld: `%s` is not written on one line as it is: mend it by hand", place->file, value->line,
			place->key);
	JSON_OWNED *json = yaml_json(value);
	place->yaml = true;
	place->line = at.line;
	place->from = bytes_of(line, at.column);
	place->to = place->from + value->text.length;
	place->before = text_copy(arena, line);
	place->text = gold_text(arena, json);
	return true;
}

/* ---- another value ------------------------------------------------------------------------------------------------------------- */

/* Would it be read as the same text without quotes? */
static bool is_plain(const char *text)
{
	static const char *const words[] = {"true", "false", "null", "yes", "no", "on", "off", NULL};
	bool letter = false;
	for (const char *at = text; *at; at++) {
		letter |= (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", *at))
			return false;
	}
	for (const char *const *word = words; *word; word++)
		if (strcasecmp(text, *word) == 0)
			return false;
	return letter && text[0] != ' ' && text[strlen(text) - 1] != ' ';
}

static bool is_quoted(const struct gold_place *place)
{
	return place->from && place->to < place->before.length && strchr("\"'", place->before.data[place->from - 1]) &&
	       place->before.data[place->from - 1] == place->before.data[place->to];
}

/* The same but for what stands at the place; an alias that the value shares would differ elsewhere as well. */
static bool is_same(const struct yaml *a, const struct yaml *b, const struct gold_place *place, int *changed)
{
	bool same = a->kind == b->kind && a->count == b->count && text_equal(a->text, b->text);
	if (a->line == place->line && !a->count && (!same || b->count)) {
		++*changed;
		return true;
	}
	for (size_t i = 0; same && i < a->count; i++)
		same = is_same(a->items[i], b->items[i], place, changed) && (!a->keys || text_equal(a->keys[i]->text, b->keys[i]->text));
	return same;
}

static bool file_check(const struct gold_place *place, struct text after, struct arena *arena, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	int changed = 0;
	if (!file_read(place->file, 1 << 30, &source, error))
		return false;
	struct text whole = buffer_text(&source), rest = gold_from_line(whole, place->line);
	if (rest.length < place->before.length)
		return error_set(error, ERROR_USAGE, "%s:%ld has changed since: mend it there", place->file, place->line);
	size_t start = (size_t)(rest.data - whole.data);
	buffer_add(&out, whole.data, start);
	buffer_add_text(&out, after);
	buffer_add(&out, whole.data + start + place->before.length, whole.length - start - place->before.length);
	const struct yaml *old = tree_read(place->file, whole, arena, error);
	const struct yaml *new = old ? tree_read(place->file, buffer_text(&out), arena, error) : NULL;
	if (!new)
		return false;
	return (is_same(old, new, place, &changed) && changed <= 1) ||
	       error_set(error, ERROR_USAGE, "%s:%ld: another answer here would change more than this case: mend it by hand", place->file,
		       place->line);
}

bool gold_yaml_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error ignored;
	bool quoted = is_quoted(place);
	struct text before = place->before;
	JSON_OWNED *old = quoted || is_plain(place->text) ? json_string(place->text) : json_parse(text_of(place->text), &ignored);
	JSON_OWNED *value = gold_answer(answer, old, error);
	if (!value)
		return false;
	buffer_add(&out, before.data, place->from - quoted);
	if (json_is_string(value) && !quoted && is_plain(json_string_value(value)))
		buffer_add_text(&out, json_text(value));
	else
		json_compact(value, &out);
	buffer_add(&out, before.data + place->to + quoted, before.length - place->to - quoted);
	*after = text_copy(arena, buffer_text(&out));
	return file_check(place, *after, arena, error);
}
