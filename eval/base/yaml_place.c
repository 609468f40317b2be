#include "eval/base/yaml.h"

/* Where the text of a YAML scalar stands in its file, so that a mistake inside the text is told with the file's own line and
 * column. The reader of YAML knows only where the scalar begins; how its text was written is looked up in the source. */

/* The line (from 1) without its end; empty past the last. */
static struct text line_at(struct text source, long number)
{
	struct text line = {0};
	while (number-- > 0)
		if (!text_next_line(&source, &line))
			return text_make(NULL, 0);
	return line;
}

/* The rest of a line from a column on, counted in characters. */
static struct text line_from(struct text line, long column)
{
	size_t at = 0;
	for (long passed = 1; at < line.length && passed < column; passed++)
		for (at++; at < line.length && ((unsigned char)line.data[at] & 0xc0) == 0x80;)
			at++;
	return text_make(line.data + at, line.length - at);
}

static struct text_place vague_place(const struct yaml *node)
{
	return (struct text_place){.line = node->line, .column = node->column, .vague = true};
}

/* `|`: the text begins on a later line, every line behind the same indentation. */
static struct text_place literal_place(struct text source, const struct yaml *node)
{
	struct text text = node->text, first;
	long line = node->line + 1;
	size_t blank = 0;
	while (blank < text.length && text.data[blank] == '\n')
		blank++;
	text = text_make(text.data + blank, text.length - blank);
	if (!text_next_line(&text, &first))
		return vague_place(node);
	struct text written = line_at(source, line + (long)blank);
	long indent = (long)written.length - (long)first.length;
	if (indent < 0 || !text_equal(text_make(written.data + indent, first.length), first))
		return vague_place(node);
	return (struct text_place){.line = line, .column = indent};
}

struct text_place scalar_place(struct text source, const struct yaml *node)
{
	struct text rest = line_from(line_at(source, node->line), node->column);
	char sign = rest.length ? rest.data[0] : '\0';
	if (sign == '|')
		return literal_place(source, node);
	long quote = sign == '"' || sign == '\'';
	if (memchr(node->text.data, '\n', node->text.length) || (size_t)quote + node->text.length > rest.length ||
		!text_equal(text_make(rest.data + quote, node->text.length), node->text))
		return vague_place(node);
	return (struct text_place){.line = node->line, .column = node->column - 1 + quote};
}

void text_place_apply(const struct text_place *place, struct error *error)
{
	if (place->vague) {
		error->line = place->line;
		error->column = place->column;
	} else if (error->column) {
		error->column += place->column;
	}
}
