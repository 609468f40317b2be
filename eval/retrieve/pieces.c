#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include <stdlib.h>

/* A run of the document that stays together when pieces are packed. */
struct atom {
	size_t start, end;
	double cost;
};
struct cutter {
	struct text document;
	double limit, overlap;
	struct arena *arena;
	struct atom *atoms; /* not in the arena: gone when the section is cut */
	size_t atom_count, atom_room;
	struct piece *pieces;
	size_t piece_count, piece_room;
};

/* ---- what a text costs ------------------------------------------------------------------------------------------------- */

#define WORD_COST (4.0 / 3.0)
#define WORD_CHARACTERS 16 /* a longer word costs again for each so many */

struct meter {
	double cost;
	size_t run; /* characters of the word so far */
};

/* Answers the bytes of the character at the front. */
static size_t meter_add(struct meter *meter, const char *data, size_t length)
{
	uint32_t code = 0;
	int bytes = utf8_decode(data, length, &code);
	if (bytes == 1 && byte_is_space(*data)) {
		meter->run = 0;
	} else if (bytes > 1 && code_is_unspaced(code)) {
		meter->cost += 1;
		meter->run = 0;
	} else {
		if (meter->run % WORD_CHARACTERS == 0)
			meter->cost += WORD_COST;
		meter->run++;
	}
	return bytes > 0 ? (size_t)bytes : 1;
}

double tokens_estimate(struct text text)
{
	struct meter meter = {0, 0};
	for (size_t at = 0; at < text.length;)
		at += meter_add(&meter, text.data + at, text.length - at);
	return meter.cost;
}

static double run_cost(const struct cutter *cutter, size_t start, size_t end)
{
	return tokens_estimate(text_make(cutter->document.data + start, end - start));
}

/* The end of the longest run from `start` within the limit, behind white space where there is some. Always moves on. */
static size_t run_fit(const struct cutter *cutter, size_t start, size_t end)
{
	struct meter meter = {0, 0};
	size_t at = start, space = start;
	while (at < end) {
		size_t bytes = meter_add(&meter, cutter->document.data + at, end - at);
		if (meter.cost > cutter->limit && at > start)
			return space > start ? space : at;
		at += bytes;
		if (byte_is_space(cutter->document.data[at - 1]))
			space = at;
	}
	return end;
}

/* ---- atoms: paragraphs, sentences, words --------------------------------------------------------------------------------- */

static void atom_add(struct cutter *cutter, size_t start, size_t end, double cost)
{
	if (cutter->atom_count == cutter->atom_room) {
		cutter->atom_room = cutter->atom_room ? 2 * cutter->atom_room : 16;
		cutter->atoms = memory_grow(cutter->atoms, cutter->atom_room, sizeof *cutter->atoms);
	}
	cutter->atoms[cutter->atom_count++] = (struct atom){start, end, cost};
}

static void words_add(struct cutter *cutter, size_t start, size_t end)
{
	while (start < end) {
		size_t cut = run_fit(cutter, start, end);
		double cost = run_cost(cutter, start, cut);
		if (cost > 0)
			atom_add(cutter, start, cut, cost);
		start = cut;
	}
}

static bool is_closing(char byte)
{
	return byte == '"' || byte == '\'' || byte == ')' || byte == ']' || byte == '*' || byte == '_';
}

static bool starts_list_item(struct text line)
{
	line = text_trim(line);
	size_t digits = 0;
	while (digits < line.length && line.data[digits] >= '0' && line.data[digits] <= '9')
		digits++;
	if (digits && digits + 1 < line.length)
		return (line.data[digits] == '.' || line.data[digits] == ')') && line.data[digits + 1] == ' ';
	return line.length && (line.data[0] == '|' || (strchr("-*+", line.data[0]) && line.length > 1 && line.data[1] == ' '));
}

/* A full stop of Chinese or Japanese: U+3002, U+FF01, U+FF1F. */
static bool is_wide_stop(const char *data, size_t length)
{
	return length >= 3 && (memcmp(data, "\xE3\x80\x82", 3) == 0 || memcmp(data, "\xEF\xBC\x81", 3) == 0 ||
				      memcmp(data, "\xEF\xBC\x9F", 3) == 0);
}

/* The offset behind the stop at `at` when a sentence ends there, 0 otherwise: white space follows, and then no small letter. */
static size_t stop_end(const char *data, size_t at, size_t end)
{
	if (is_wide_stop(data + at, end - at))
		return at + 3;
	if (data[at] != '.' && data[at] != '!' && data[at] != '?')
		return 0;
	size_t next = at + 1;
	while (next < end && is_closing(data[next]))
		next++;
	if (next < end && !byte_is_space(data[next]))
		return 0;
	size_t word = next;
	while (word < end && byte_is_space(data[word]))
		word++;
	return word < end && data[word] >= 'a' && data[word] <= 'z' ? 0 : next;
}

/* Where the sentence from `start` ends: behind a stop, at the next list item or row, or, in a fenced block (`lines`), at the end of
 * the line. */
static size_t sentence_end(const struct cutter *cutter, size_t start, size_t end, bool lines)
{
	const char *data = cutter->document.data;
	for (size_t at = start; at < end; at++) {
		size_t behind = lines ? 0 : stop_end(data, at, end);
		if (behind)
			return behind;
		if (data[at] != '\n')
			continue;
		const char *stop = memchr(data + at + 1, '\n', end - at - 1);
		size_t next = stop ? (size_t)(stop - data) : end;
		if (lines || starts_list_item(text_make(data + at + 1, next - at - 1)))
			return at + 1;
	}
	return end;
}

static void sentences_add(struct cutter *cutter, size_t start, size_t end, bool lines)
{
	while (start < end) {
		size_t stop = sentence_end(cutter, start, end, lines);
		double cost = run_cost(cutter, start, stop);
		if (cost > cutter->limit)
			words_add(cutter, start, stop);
		else if (cost > 0)
			atom_add(cutter, start, stop, cost);
		start = stop;
	}
}

static void paragraph_add(struct cutter *cutter, size_t start, size_t end, bool fenced)
{
	double cost = run_cost(cutter, start, end);
	if (cost > cutter->limit)
		sentences_add(cutter, start, end, fenced);
	else if (cost > 0)
		atom_add(cutter, start, end, cost);
}

/* Paragraphs end at blank lines; a fenced block is one with its blank lines. */
static void paragraphs_add(struct cutter *cutter, size_t start, size_t end)
{
	struct text rest = text_make(cutter->document.data + start, end - start), line;
	struct fence fence = {0, 0};
	size_t from = start;
	bool fenced = false;
	while (text_next_line(&rest, &line)) {
		size_t after = (size_t)(rest.data - cutter->document.data);
		bool inside = fence_line(&fence, line);
		fenced |= inside;
		if (inside || text_trim(line).length)
			continue;
		paragraph_add(cutter, from, after, fenced);
		from = after;
		fenced = false;
	}
	paragraph_add(cutter, from, end, fenced);
}

/* ---- packing ---------------------------------------------------------------------------------------------------------------- */

static void piece_add(struct cutter *cutter, size_t start, size_t end)
{
	struct text body = text_trim(text_make(cutter->document.data + start, end - start));
	if (!body.length)
		return;
	if (cutter->piece_count == cutter->piece_room) {
		size_t room = cutter->piece_room ? 2 * cutter->piece_room : 4;
		cutter->pieces = arena_grow(
			cutter->arena, cutter->pieces, cutter->piece_count * sizeof *cutter->pieces, room * sizeof *cutter->pieces);
		cutter->piece_room = room;
	}
	start = (size_t)(body.data - cutter->document.data);
	cutter->pieces[cutter->piece_count++] = (struct piece){start, start + body.length};
}

/* How far back before `end`, in whole words and not beyond `start`, the budget reaches. */
static size_t overlap_start(const struct cutter *cutter, size_t start, size_t end, double budget)
{
	const char *data = cutter->document.data;
	size_t reached = end;
	for (size_t at = end; at > start;) {
		size_t word_end = at;
		while (word_end > start && byte_is_space(data[word_end - 1]))
			word_end--;
		at = word_end;
		while (at > start && !byte_is_space(data[at - 1]))
			at--;
		budget -= run_cost(cutter, at, word_end);
		if (budget < 0)
			break;
		reached = at;
	}
	return reached;
}

static void atoms_pack(struct cutter *cutter)
{
	for (size_t i = 0; i < cutter->atom_count;) {
		struct atom atom = cutter->atoms[i++];
		size_t start = atom.start, end = atom.end;
		double cost = atom.cost;
		if (cutter->overlap > 0 && cutter->piece_count) {
			double budget = cutter->overlap < cutter->limit - cost ? cutter->overlap : cutter->limit - cost;
			struct piece before = cutter->pieces[cutter->piece_count - 1];
			size_t back = overlap_start(cutter, before.start, before.end, budget);
			cost += run_cost(cutter, back, before.end);
			start = back < before.end ? back : start;
		}
		for (; i < cutter->atom_count && cost + cutter->atoms[i].cost <= cutter->limit; i++) {
			cost += cutter->atoms[i].cost;
			end = cutter->atoms[i].end;
		}
		piece_add(cutter, start, end);
	}
}

void pieces_cut(struct text document, size_t start, size_t end, long long tokens, long long overlap, struct arena *arena,
	struct piece **pieces, size_t *count)
{
	struct cutter cutter = {.document = document, .limit = (double)tokens, .arena = arena};
	cutter.overlap = overlap < tokens / 2 ? (double)overlap : (double)(tokens / 2);
	if (tokens <= 0 || run_cost(&cutter, start, end) <= cutter.limit) {
		piece_add(&cutter, start, end);
	} else {
		paragraphs_add(&cutter, start, end);
		atoms_pack(&cutter);
		free(cutter.atoms);
	}
	*pieces = cutter.pieces;
	*count = cutter.piece_count;
}
