#include "eval/store/looks.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"

static bool integers_of(struct store *store, sqlite3_stmt *statement, long long *a, long long *b, struct error *error)
{
	bool row;
	if (!statement_step(store, statement, &row, error))
		return false;
	*a = row ? sqlite3_column_int64(statement, 0) : 0;
	*b = row ? sqlite3_column_int64(statement, 1) : 0;
	sqlite3_reset(statement);
	return true;
}

static bool fewer_read(
	struct store *store, long long version, long long test_set, long long measured, long long *ret, struct error *error)
{
	static const char sql[] =
		"SELECT max(n), 0 FROM (SELECT cases AS n FROM look WHERE variant_version_id = ?1 UNION ALL "
		"SELECT (SELECT count(*) FROM test_case c JOIN attempt a ON a.variant_version_id = ?1 AND a.input_id = c.input_id "
		"AND "
		"a.repeat = 1 WHERE c.test_set_id = s.id) FROM (SELECT DISTINCT r.test_set_id AS id FROM run_variant v "
		"JOIN run r ON r.id = v.run_id WHERE v.variant_version_id = ?1 AND r.test_set_id <> ?2) s "
		"WHERE (SELECT count(*) FROM (SELECT 1 FROM test_case c JOIN test_case o ON o.test_set_id = ?2 AND o.input_id = "
		"c.input_id "
		"JOIN attempt a ON a.variant_version_id = ?1 AND a.input_id = c.input_id AND a.repeat = 1 "
		"WHERE c.test_set_id = s.id LIMIT ?4)) = ?4) WHERE n >= ?4 AND n < ?3";
	long long nothing;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, version);
	sqlite3_bind_int64(statement, 2, test_set);
	sqlite3_bind_int64(statement, 3, measured);
	sqlite3_bind_int64(statement, 4, LOOK_CASES);
	return integers_of(store, statement, ret, &nothing, error);
}

static bool versions_read(struct store *store, long long version, long long test_set, struct look_history *ret, struct error *error)
{
	static const char sql[] =
		"SELECT count(*), sum(v.id <= ?1) FROM variant_version v "
		"WHERE v.name = (SELECT name FROM variant_version WHERE id = ?1) "
		"AND EXISTS (SELECT 1 FROM run_variant u WHERE u.variant_version_id = v.id AND NOT u.generated) "
		"AND (SELECT count(*) FROM (SELECT 1 FROM test_case c JOIN attempt a ON a.variant_version_id = v.id AND "
		"a.input_id = c.input_id AND a.repeat = 1 AND a.state <> 'open' WHERE c.test_set_id = ?2 LIMIT ?3)) = ?3";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, version);
	sqlite3_bind_int64(statement, 2, test_set);
	sqlite3_bind_int64(statement, 3, LOOK_CASES);
	if (!integers_of(store, statement, &ret->tried, &ret->number, error))
		return false;
	ret->tried = ret->tried ? ret->tried : 1;
	ret->number = ret->number ? ret->number : 1;
	return true;
}

bool look_history(struct store *store, long long version, long long test_set, long long measured, struct look_history *ret,
	struct error *error)
{
	*ret = (struct look_history){0};
	return fewer_read(store, version, test_set, measured, &ret->fewer, error) &&
	       versions_read(store, version, test_set, ret, error);
}

bool look_put(struct store *store, long long version, long long cases, struct error *error)
{
	static const char sql[] = "INSERT OR IGNORE INTO look (variant_version_id, cases, looked_at) VALUES (?1, ?2, ?3)";
	if (cases < LOOK_CASES)
		return true;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, version);
	sqlite3_bind_int64(statement, 2, cases);
	sqlite3_bind_int64(statement, 3, clock_wall());
	return statement_run(store, statement, error);
}
