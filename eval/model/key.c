#include "eval/model/api.h"
#include "eval/model/span.h"
#include <stdio.h>

#define KEY_VERSION "lever-call-1"
#define MEMBERS 64

/* Of Chat Completions and its like, where these only name who asks. In a body of the user's own making they may be the question. */
static const char *const transport_default[] = {
	"metadata", "prompt_cache_key", "safety_identifier", "store", "stream", "stream_options", "user", NULL};

/* Where who asks is made from the case, it may be what the server answers by. */
static const char *const transport_asked[] = {"store", "stream", "stream_options", NULL};

static bool listed(const char *const *names, struct text name)
{
	for (; *names; names++)
		if (text_equal(text_of(*names), name))
			return true;
	return false;
}

static bool text_before(struct text a, struct text b)
{
	int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
	return order ? order < 0 : a.length < b.length;
}

static void member_insert(struct span_member *members, size_t count, struct span_member member)
{
	for (; count && text_before(member.key, members[count - 1].key); count--)
		members[count] = members[count - 1];
	members[count] = member;
}

/* The members of the body sorted by name, those of transport left out. Values stay as sent: the order of a schema's properties
 * decides what a model writes first. A body that is no plain object counts as a whole. */
static void body_add(struct hasher *hasher, const char *const *transport, struct text body)
{
	struct span_member members[MEMBERS], member;
	struct span_walk walk;
	size_t count = 0;
	bool object = span_open(&walk, body) && walk.close == '}';
	while (object && span_next(&walk, &member)) {
		object = count < MEMBERS;
		if (object && !listed(transport, member.key))
			member_insert(members, count++, member);
	}
	if (!object || walk.broken) {
		hasher_add_part(hasher, body);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		hasher_add_part(hasher, members[i].key);
		hasher_add_part(hasher, members[i].value);
	}
}

/* What the key of the cache has beside that of the cassette. */
static struct hash key_end(struct hasher hasher, const char *origin, const char *identity)
{
	hasher_add_string(&hasher, origin);
	hasher_add_string(&hasher, identity);
	return hasher_end(&hasher);
}

static const char *const *transport_of(const struct model *model)
{
	if (model->api->transport_members)
		return model->api->transport_members;
	return model_labels_filled(model) ? transport_asked : transport_default;
}

struct call_keys call_keys(const struct model *model, const struct request *request, int repeat, const char *origin)
{
	struct hasher hasher;
	char number[16];
	snprintf(number, sizeof number, "%d", repeat);
	hasher_start(&hasher);
	hasher_add_string(&hasher, KEY_VERSION);
	hasher_add_string(&hasher, model->name);
	hasher_add_string(&hasher, model->api->name);
	hasher_add_string(&hasher, request->path);
	body_add(&hasher, transport_of(model), request->body);
	hasher_add_string(&hasher, number);
	return (struct call_keys){key_end(hasher, NULL, NULL), key_end(hasher, origin ? origin : "", model->identity)};
}
