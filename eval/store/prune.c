#include "eval/store/lookups.h"
#include <sys/stat.h>

/* What no kept run shows goes, in the order in which rows refer to each other. A call that waits in a batch stays, with the version
 * and the input it is of: it is paid for, and its answer is still to come. */
static const char *const prune_steps[] = {
	"DELETE FROM run WHERE id NOT IN (SELECT id FROM run ORDER BY id DESC LIMIT ?1)",
	"DELETE FROM attempt WHERE NOT EXISTS (SELECT 1 FROM run r JOIN run_variant v ON v.run_id = r.id JOIN test_case t "
	"ON t.test_set_id = r.test_set_id WHERE v.variant_version_id = attempt.variant_version_id AND t.input_id = "
	"attempt.input_id)",
	"DELETE FROM call WHERE NOT EXISTS (SELECT 1 FROM attempt a WHERE a.variant_version_id = call.variant_version_id AND "
	"a.input_id = call.input_id AND a.repeat = call.repeat) AND NOT (state = 'started' AND batch_id IN (SELECT id FROM batch WHERE "
	"state <> 'ended'))",
	"DELETE FROM test_set WHERE id NOT IN (SELECT test_set_id FROM run)",
	"DELETE FROM case_input WHERE id NOT IN (SELECT input_id FROM test_case) AND id NOT IN (SELECT input_id FROM attempt) AND id "
	"NOT IN (SELECT input_id FROM call)",
	"DELETE FROM score WHERE gold_id NOT IN (SELECT gold_id FROM test_case)",
	"DELETE FROM verdict WHERE gold_id NOT IN (SELECT gold_id FROM test_case) OR grading_id NOT IN (SELECT grading_id FROM "
	"run)",
	"DELETE FROM case_gold WHERE id NOT IN (SELECT gold_id FROM test_case)",
	"DELETE FROM variant_version WHERE id NOT IN (SELECT variant_version_id FROM run_variant) AND id NOT IN (SELECT "
	"variant_version_id FROM attempt) AND id NOT IN (SELECT variant_version_id FROM call)",
	"DELETE FROM text WHERE id NOT IN (SELECT prompt_id FROM attempt WHERE prompt_id IS NOT NULL UNION SELECT output_id FROM "
	"attempt WHERE "
	"output_id IS NOT NULL UNION SELECT reasoning_id FROM attempt WHERE reasoning_id IS NOT NULL UNION SELECT extracted_id "
	"FROM attempt WHERE "
	"extracted_id IS NOT NULL UNION SELECT request_id FROM call WHERE request_id IS NOT NULL UNION SELECT response_id FROM "
	"call WHERE response_id "
	"IS NOT NULL UNION SELECT body_id FROM retrieved UNION SELECT output_id FROM label WHERE output_id IS NOT NULL)",
};

static long long file_bytes(const struct store *store)
{
	struct stat status;
	return stat(store->path, &status) == 0 ? (long long)status.st_size : 0;
}

static bool prune_steps_run(struct store *store, int keep, struct store_pruned *ret, struct error *error)
{
	for (size_t i = 0; i < COUNT(prune_steps); i++) {
		sqlite3_stmt *statement = statement_of(store, prune_steps[i], error);
		if (!statement)
			return false;
		if (i == 0)
			sqlite3_bind_int(statement, 1, keep);
		if (!statement_run(store, statement, error))
			return false;
		long long changes = sqlite3_changes64(store->database);
		ret->runs += i == 0 ? changes : 0;
		ret->attempts += i == 1 ? changes : 0;
		ret->texts += i == COUNT(prune_steps) - 1 ? changes : 0;
	}
	return lookups_rebuild(store, error);
}

bool store_prune(struct store *store, int keep, bool dry, struct store_pruned *ret, struct error *error)
{
	*ret = (struct store_pruned){0};
	if (!store_begin(store, error))
		return false;
	if (!prune_steps_run(store, keep, ret, error)) {
		store_rollback(store);
		return false;
	}
	if (dry) {
		store_rollback(store);
		return true;
	}
	if (!store_commit(store, error))
		return false;
	long long before = file_bytes(store);
	if (!store_execute(store, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", error))
		return false;
	ret->bytes = before - file_bytes(store);
	return true;
}
