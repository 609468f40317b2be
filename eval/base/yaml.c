#include "eval/base/utf8.h"
#include "eval/base/yaml_private.h"
#include <stdlib.h>

#define DEPTH_LIMIT 100
#define ANCHOR_LIMIT 1000
#define SHOWN 60 /* bytes of a key that a message quotes */

/* A list or map that is still open. */
struct frame {
	struct yaml *node;
	struct yaml *key;    /* waiting for its value */
	struct yaml **items; /* on the heap until the node closes; reused by the next one at this depth */
	struct yaml **keys;
	size_t count, capacity;
	size_t nodes_before, anchor; /* anchor: index + 1, 0 for none */
	int height;
	bool key_bad; /* the value of a key that was refused is read and dropped */
};

struct anchor {
	const char *name;
	struct yaml *node; /* NULL while the node is still open */
	size_t size;	   /* nodes after expansion */
	int height;
};

struct builder {
	struct arena *arena;
	const char *file;
	struct error_list *errors;
	struct frame frames[DEPTH_LIMIT];
	int depth;
	struct anchor *anchors;
	size_t anchor_count, nodes;
	struct yaml *root;
	bool stopped; /* an error after which reading on makes no sense */
};

static void fail_at(struct builder *builder, const struct yaml *node, const char *words)
{
	error_list_at(builder->errors, ERROR_CONFIG, builder->file, node->line, node->column, "%s", words);
}

static void stop_at(struct builder *builder, const struct yaml *node, const char *words)
{
	fail_at(builder, node, words);
	builder->stopped = true;
}

static int shown_length(struct text text)
{
	return text.length > SHOWN ? SHOWN : (int)text.length;
}

/* ---- putting nodes into their parents ---- */

static bool is_template_braces(const struct yaml *map, const struct yaml *key)
{
	return key->kind == YAML_MAP && key->line == map->line && key->column == map->column + 1;
}

static bool key_check(struct builder *builder, const struct frame *frame, const struct yaml *key, bool plain)
{
	if (is_template_braces(frame->node, key)) {
		fail_at(builder, frame->node, "put quotes around a value that starts with {{");
		return false;
	}
	if (key->kind == YAML_LIST || key->kind == YAML_MAP) {
		error_list_at(builder->errors, ERROR_CONFIG, builder->file, key->line, key->column, "a key must be text, not %s",
			yaml_kind_name(key));
		return false;
	}
	if (plain && key->text.length == 0) {
		fail_at(builder, key, "expected a key in front of the colon");
		return false;
	}
	if (plain && text_equal(key->text, TEXT("<<"))) {
		fail_at(builder, key, "merge keys (<<) are not supported; write the keys out");
		return false;
	}
	return true;
}

static void frame_push(struct frame *frame, struct yaml *key, struct yaml *item)
{
	if (frame->count == frame->capacity) {
		frame->capacity = frame->capacity ? frame->capacity * 2 : 16;
		frame->items = memory_grow(frame->items, frame->capacity, sizeof(*frame->items));
		frame->keys = memory_grow(frame->keys, frame->capacity, sizeof(*frame->keys));
	}
	frame->keys[frame->count] = key;
	frame->items[frame->count++] = item;
}

/* `plain`: the node is an unquoted scalar; decides what a key may be. */
static void node_add(struct builder *builder, struct yaml *node, bool plain)
{
	if (builder->depth == 0) {
		builder->root = node;
		return;
	}
	struct frame *frame = &builder->frames[builder->depth - 1];
	if (frame->node->kind == YAML_LIST)
		frame_push(frame, NULL, node);
	else if (!frame->key) {
		frame->key = node;
		frame->key_bad = !key_check(builder, frame, node, plain);
	} else {
		if (!frame->key_bad)
			frame_push(frame, frame->key, node);
		frame->key = NULL;
	}
}

static bool nodes_count(struct builder *builder, const struct yaml *at, size_t more)
{
	builder->nodes += more;
	if (builder->nodes > YAML_NODES) {
		stop_at(builder, at, "the document holds more than 1000000 values once its aliases are expanded");
		return false;
	}
	return true;
}

static struct yaml *node_make(struct builder *builder, enum yaml_kind kind, const yaml_mark_t *mark)
{
	struct yaml *node = arena_take(builder->arena, sizeof(*node));
	*node = (struct yaml){.kind = kind, .line = (long)mark->line + 1, .column = (long)mark->column + 1};
	return node;
}

/* ---- anchors and aliases ---- */

static const struct anchor *anchor_find(const struct builder *builder, const char *name)
{
	for (size_t i = builder->anchor_count; i > 0; i--)
		if (strcmp(builder->anchors[i - 1].name, name) == 0)
			return &builder->anchors[i - 1];
	return NULL;
}

/* Answers its index + 1, so that 0 can stand for "no anchor". */
static size_t anchor_add(struct builder *builder, const struct yaml *at, const yaml_char_t *name, struct yaml *node)
{
	if (!name)
		return 0;
	if (builder->anchor_count == ANCHOR_LIMIT) {
		stop_at(builder, at, "more than 1000 anchors (&name)");
		return 0;
	}
	if (!builder->anchors)
		builder->anchors = memory_grow(NULL, ANCHOR_LIMIT, sizeof(*builder->anchors));
	const char *copy = arena_string(builder->arena, (const char *)name);
	builder->anchors[builder->anchor_count++] = (struct anchor){.name = copy, .node = node, .size = 1};
	return builder->anchor_count;
}

static void alias_read(struct builder *builder, const yaml_event_t *event)
{
	struct yaml *at = node_make(builder, YAML_NULL, &event->start_mark);
	const char *name = (const char *)event->data.alias.anchor;
	const struct anchor *anchor = anchor_find(builder, name);
	if (!anchor || !anchor->node) {
		error_list_at(builder->errors, ERROR_CONFIG, builder->file, at->line, at->column,
			anchor ? "the alias *%.60s stands inside the value it names"
			       : "unknown alias *%.60s: no &%.60s stands before it",
			name, name);
		node_add(builder, at, false);
		return;
	}
	if (!nodes_count(builder, at, anchor->size))
		return;
	if (builder->depth + anchor->height >= DEPTH_LIMIT) {
		stop_at(builder, at, "more than 100 levels once aliases are expanded");
		return;
	}
	if (builder->depth > 0 && builder->frames[builder->depth - 1].height <= anchor->height)
		builder->frames[builder->depth - 1].height = anchor->height + 1;
	node_add(builder, anchor->node, false);
}

/* ---- scalars ---- */

static const struct {
	const char *tag;
	enum yaml_kind kind;
} core_tags[] = {
	{"tag:yaml.org,2002:null", YAML_NULL},
	{"tag:yaml.org,2002:bool", YAML_BOOL},
	{"tag:yaml.org,2002:int", YAML_NUMBER},
	{"tag:yaml.org,2002:float", YAML_NUMBER},
	{"tag:yaml.org,2002:str", YAML_STRING},
	{"tag:yaml.org,2002:seq", YAML_LIST},
	{"tag:yaml.org,2002:map", YAML_MAP},
};

/* Applies a tag to a node whose untagged kind is known. */
static void tag_apply(struct builder *builder, struct yaml *node, const yaml_char_t *tag)
{
	bool scalar = node->kind != YAML_LIST && node->kind != YAML_MAP;
	if (tag && scalar && strcmp((const char *)tag, "!") == 0)
		node->kind = YAML_STRING;
	if (!tag || strcmp((const char *)tag, "!") == 0)
		return;
	for (size_t i = 0; i < COUNT(core_tags); i++) {
		if (strcmp(core_tags[i].tag, (const char *)tag) != 0)
			continue;
		if (scalar && core_tags[i].kind != YAML_STRING)
			yaml_scalar_type(node);
		else if (scalar)
			node->kind = YAML_STRING;
		if (node->kind != core_tags[i].kind)
			error_list_at(builder->errors, ERROR_CONFIG, builder->file, node->line, node->column,
				"the tag !!%s does not fit: this is %s", core_tags[i].tag + strlen("tag:yaml.org,2002:"),
				yaml_kind_name(node));
		return;
	}
	error_list_at(builder->errors, ERROR_CONFIG, builder->file, node->line, node->column,
		"the tag %.60s is not supported; put quotes around a text that starts with `!`", (const char *)tag);
}

static void scalar_read(struct builder *builder, const yaml_event_t *event)
{
	struct yaml *node = node_make(builder, YAML_STRING, &event->start_mark);
	bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = text_copy(builder->arena, text_make((const char *)event->data.scalar.value, event->data.scalar.length));
	if (plain && event->data.scalar.plain_implicit)
		yaml_scalar_type(node);
	tag_apply(builder, node, event->data.scalar.tag);
	anchor_add(builder, node, event->data.scalar.anchor, node);
	if (nodes_count(builder, node, 1))
		node_add(builder, node, plain);
}

/* ---- lists and maps ---- */

static void frame_open(struct builder *builder, enum yaml_kind kind, const yaml_event_t *event)
{
	bool list = kind == YAML_LIST;
	struct yaml *node = node_make(builder, kind, &event->start_mark);
	if (builder->depth == DEPTH_LIMIT) {
		stop_at(builder, node, "more than 100 levels of lists and maps");
		return;
	}
	tag_apply(builder, node, list ? event->data.sequence_start.tag : event->data.mapping_start.tag);
	struct frame *frame = &builder->frames[builder->depth++];
	frame->node = node;
	frame->key = NULL;
	frame->key_bad = false;
	frame->count = 0;
	frame->height = 1;
	frame->nodes_before = builder->nodes;
	frame->anchor =
		anchor_add(builder, node, list ? event->data.sequence_start.anchor : event->data.mapping_start.anchor, NULL);
	nodes_count(builder, node, 1);
}

static int key_compare(const void *left, const void *right)
{
	const struct yaml *a = *(struct yaml *const *)left, *b = *(struct yaml *const *)right;
	size_t shorter = a->text.length < b->text.length ? a->text.length : b->text.length;
	int order = shorter ? memcmp(a->text.data, b->text.data, shorter) : 0;
	if (order)
		return order;
	if (a->text.length != b->text.length)
		return a->text.length < b->text.length ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

static void duplicates_report(struct builder *builder, struct yaml *const *keys, size_t count)
{
	if (count < 2)
		return;
	struct yaml **sorted = memory_grow(NULL, count, sizeof(*sorted));
	memcpy(sorted, keys, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), key_compare);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (!text_equal(sorted[first]->text, sorted[i]->text)) {
			first = i;
			continue;
		}
		error_list_at(builder->errors, ERROR_CONFIG, builder->file, sorted[i]->line, sorted[i]->column,
			"duplicate key `%.*s`, first given on line %ld", shown_length(sorted[i]->text), sorted[i]->text.data,
			sorted[first]->line);
	}
	free(sorted);
}

static struct yaml **array_keep(struct arena *arena, struct yaml **items, size_t count)
{
	struct yaml **kept = arena_take(arena, count * sizeof(*kept));
	if (count)
		memcpy(kept, items, count * sizeof(*kept));
	return kept;
}

static void frame_close(struct builder *builder)
{
	struct frame *frame = &builder->frames[--builder->depth];
	struct yaml *node = frame->node;
	node->count = frame->count;
	node->items = array_keep(builder->arena, frame->items, frame->count);
	if (node->kind == YAML_MAP) {
		node->keys = array_keep(builder->arena, frame->keys, frame->count);
		duplicates_report(builder, node->keys, node->count);
	}
	if (frame->anchor) {
		struct anchor *anchor = &builder->anchors[frame->anchor - 1];
		anchor->node = node;
		anchor->size = builder->nodes - frame->nodes_before;
		anchor->height = frame->height;
	}
	if (builder->depth > 0 && frame[-1].height <= frame->height)
		frame[-1].height = frame->height + 1;
	node_add(builder, node, false);
}

/* ---- the document ---- */

static void document_read(struct builder *builder, const yaml_event_t *event)
{
	if (!builder->root)
		return;
	struct yaml *at = node_make(builder, YAML_NULL, &event->start_mark);
	stop_at(builder, at, "a second document (`---`) in one file is not supported");
}

static void event_read(struct builder *builder, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		document_read(builder, event);
		break;
	case YAML_SCALAR_EVENT:
		scalar_read(builder, event);
		break;
	case YAML_ALIAS_EVENT:
		alias_read(builder, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		frame_open(builder, YAML_LIST, event);
		break;
	case YAML_MAPPING_START_EVENT:
		frame_open(builder, YAML_MAP, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		frame_close(builder);
		break;
	default:
		break;
	}
}

/* After a syntax error: what was read of the open maps may still hold mistakes of its own. */
static void frames_abandon(struct builder *builder)
{
	for (int i = 0; i < builder->depth; i++)
		if (builder->frames[i].node->kind == YAML_MAP)
			duplicates_report(builder, builder->frames[i].keys, builder->frames[i].count);
}

static void events_read(struct builder *builder, struct text source)
{
	size_t found_before = builder->errors->found;
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser))
		BUG("out of memory in libyaml");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)source.data, source.length);
	for (bool ended = false; !ended && !builder->stopped;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&parser, &event)) {
			frames_abandon(builder);
			yaml_explain(&parser, source, builder->file, found_before, builder->errors);
			break;
		}
		event_read(builder, &event);
		ended = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static bool bytes_check(struct text source, const char *file, struct error_list *errors)
{
	long at = utf8_invalid_at(source), line, column;
	if (at < 0)
		return true;
	utf8_place(source, (size_t)at, &line, &column);
	return error_list_at(errors, ERROR_CONFIG, file, line, column, "the byte 0x%02X is not valid UTF-8",
		(unsigned)(unsigned char)source.data[at]);
}

struct yaml *yaml_parse(struct arena *arena, struct text source, const char *file, struct error_list *errors)
{
	size_t found_before = errors->found;
	if (!source.data)
		source = TEXT("");
	if (!bytes_check(source, file, errors))
		return NULL;
	struct builder builder = {.arena = arena, .file = file, .errors = errors};
	events_read(&builder, source);
	for (size_t i = 0; i < DEPTH_LIMIT; i++) {
		free(builder.frames[i].items);
		free(builder.frames[i].keys);
	}
	free(builder.anchors);
	if (errors->found > found_before)
		return NULL;
	return builder.root ? builder.root : node_make(&builder, YAML_NULL, &(yaml_mark_t){0});
}
