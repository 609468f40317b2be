#include "eval/store/cases.h"
#include "reports/md.h"

#define HASH_SHOWN 16

static const char *hash_format(struct arena *arena, const struct hash *hash)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	return arena_copy(arena, hex, HASH_SHOWN);
}

static bool facts_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	struct arena *arena = data->arena;
	struct hash set;
	if (!test_set_hash(data->store, data->run.test_set, &set, error))
		return false;
	MD_HEAD(sink, 2, "what", "value");
	MD_ROW(sink, "run", arena_format(arena, "%lld (%s)", data->run.id, data->run.state));
	MD_ROW(sink, "program", arena_format(arena, "lever %s", data->run.program));
	MD_ROW(sink, "manifest", hash_format(arena, &data->run.manifest));
	MD_ROW(sink, "test set", hash_format(arena, &set));
	MD_ROW(sink, "cases", count_format(arena, data->run.case_count));
	MD_ROW(sink, "rows left out", count_format(arena, data->run.skipped_count));
	MD_ROW(sink, "repeats", arena_format(arena, "%d", data->run.repeats));
	MD_ROW(sink, "seed", arena_format(arena, "%lld", data->run.seed));
	sink_string(sink, "\n");
	return true;
}

static bool versions_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	MD_HEAD(sink, 2, "variant", "version");
	for (size_t i = 0; i < data->arm_count; i++) {
		struct hash hash;
		if (!version_hash(data->store, data->arms[i].arm.version, &hash, error))
			return false;
		MD_ROW(sink, data->arms[i].arm.name, hash_format(data->arena, &hash));
	}
	sink_string(sink, "\n");
	return true;
}

bool md_reproduce(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	sink_string(sink, "## How to reproduce\n\nIn the folder of the project; what is stored already is not asked again:\n\n"
			  "```sh\nlever run\nlever report\n```\n\n");
	if (!facts_write(data, sink, error))
		return false;
	sink_string(sink, "A variant's version is the hash of all that decides its answers: prompt, examples, model, parameters, "
			  "retrieval, tools, "
			  "route.\n\n");
	return versions_write(data, sink, error);
}
