/* Hashes, identifiers and time. What is pinned by the environment is read once a process: this program starts itself again for it.
 */
#include "eval/base/clock.h"
#include "eval/base/file.h"
#include "eval/base/hash.h"
#include "tests/unit/unit.h"
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *self;

static void hex_is(const struct hash *hash, const char *expected)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	assert_string_equal(hex, expected);
}

/* FIPS 180-4 and the vectors that NIST publishes beside it. */
static const struct {
	const char *text;
	int times;
	const char *hex;
} vectors[] = {
	{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void test_vectors(void **state)
{
	char path[] = "/tmp/lever-test-XXXXXX";
	close(mkstemp(path));
	for (size_t i = 0; i < COUNT(vectors); i++) {
		CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
		struct hasher hasher;
		struct hash hash;
		struct error error;
		hasher_start(&hasher);
		for (int n = 0; n < vectors[i].times; n++) {
			buffer_add_string(&text, vectors[i].text);
			hasher_add(&hasher, vectors[i].text, strlen(vectors[i].text));
		}
		hash = hasher_end(&hasher);
		hex_is(&hash, vectors[i].hex);
		hash = hash_of(buffer_text(&text));
		hex_is(&hash, vectors[i].hex);
		assert_true(file_write(path, buffer_text(&text), 0600, &error));
		memset(&hash, 0, sizeof hash);
		assert_true(hash_of_file(path, &hash));
		hex_is(&hash, vectors[i].hex);
	}
	unlink(path);
}

static void test_files_that_cannot_be_read(void **state)
{
	struct hash hash;
	assert_false(hash_of_file("/tmp/lever-test-nowhere/x", &hash));
	assert_int_equal(errno, ENOENT);
	assert_false(hash_of_file("/tmp", &hash));
	assert_int_equal(errno, EISDIR);
}

static struct hash parts(const char *first, const char *second, const char *third)
{
	struct hasher hasher;
	hasher_start(&hasher);
	hasher_add_string(&hasher, first);
	hasher_add_string(&hasher, second);
	if (third)
		hasher_add_string(&hasher, third);
	return hasher_end(&hasher);
}

/* The same bytes cut otherwise are something else. */
static void test_parts(void **state)
{
	struct hash all[] = {parts("ab", "c", NULL), parts("a", "bc", NULL), parts("abc", "", NULL), parts("", "abc", NULL),
		parts("abc", NULL, NULL), parts(NULL, "abc", NULL), parts("ab", "c", ""), parts("a", "b", "c"),
		hash_of(TEXT("abc"))};
	for (size_t i = 0; i < COUNT(all); i++)
		for (size_t j = 0; j < COUNT(all); j++)
			assert_int_equal(hash_equal(&all[i], &all[j]), i == j);
	struct hash again = parts("ab", "c", NULL);
	assert_true(hash_equal(&again, &all[0]));
}

static void test_hex(void **state)
{
	struct hash hash = hash_of(TEXT("x")), back;
	char hex[HASH_HEX];
	hash_hex(&hash, hex);
	assert_true(hash_from_hex(text_of(hex), &back));
	assert_true(hash_equal(&hash, &back));
	hex[63] = 'g';
	assert_false(hash_from_hex(text_of(hex), &back));
	hex[63] = '\0';
	assert_false(hash_from_hex(text_of(hex), &back));
	assert_false(hash_from_hex(text_make(hex, 64), &back));
	assert_false(hash_from_hex(text_of(NULL), &back));
}

static void test_identifiers_differ(void **state)
{
	enum { MANY = 2000 };
	static struct uid uids[MANY];
	for (int i = 0; i < MANY; i++)
		uids[i] = uid_make();
	for (int i = 0; i < MANY; i++)
		for (int j = i + 1; j < MANY; j++)
			assert_memory_not_equal(&uids[i], &uids[j], sizeof uids[i]);
}

static void test_iso(void **state)
{
	static const struct {
		int64_t wall;
		const char *iso;
	} samples[] = {
		{0, "1970-01-01T00:00:00Z"},
		{INT64_C(1795417262000000), "2026-11-23T07:01:02Z"},
		{INT64_C(1795417262999999), "2026-11-23T07:01:02Z"},
		{INT64_C(951782400000000), "2000-02-29T00:00:00Z"},
		{INT64_C(-86400000000), "1969-12-31T00:00:00Z"},
	};
	char out[CLOCK_ISO];
	for (size_t i = 0; i < COUNT(samples); i++) {
		clock_iso(samples[i].wall, out);
		assert_string_equal(out, samples[i].iso);
	}
	clock_iso(INT64_MAX, out);
	clock_iso(INT64_MIN, out);
	assert_true(strlen(out) < CLOCK_ISO);
}

static void test_clock_moves(void **state)
{
	int64_t before = clock_monotonic(), wall = clock_wall();
	usleep(2000);
	assert_true(clock_monotonic() >= before + 2000);
	assert_true(clock_wall() > wall);
}

/* What this program says of its clock and identifiers when these variables are set. */
static void ask_self(const char *now, const char *seed, char out[256])
{
	int ends[2], status;
	size_t length = 0;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		setenv("LEVER_NOW", now, 1);
		setenv("LEVER_SEED", seed, 1);
		dup2(ends[1], 1);
		execl(self, self, "--say", (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], out + length, 255 - length)) > 0; length += (size_t)got)
		continue;
	out[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static int say(void)
{
	char iso[CLOCK_ISO], hex[65];
	struct uid first = uid_make(), second = uid_make();
	int64_t wall = clock_wall();
	clock_iso(wall, iso);
	usleep(1500);
	sodium_bin2hex(hex, sizeof hex, first.bytes, sizeof first.bytes);
	printf("%s %s %s", iso, clock_wall() == wall ? "stands" : "moves", hex);
	sodium_bin2hex(hex, sizeof hex, second.bytes, sizeof second.bytes);
	printf(" %s\n", hex);
	return 0;
}

static void test_pinned(void **state)
{
	char first[256], again[256], other[256], free_one[256], free_two[256], broken[256];
	ask_self("2026-11-23T07:01:02Z", "7", first);
	ask_self("2026-11-23T07:01:02Z", "7", again);
	ask_self("2024-02-29T23:59:59Z", "8", other);
	ask_self("", "", free_one);
	ask_self("", "", free_two);
	ask_self("yesterday", "7", broken);
	assert_contains(first, "2026-11-23T07:01:02Z stands ");
	assert_string_equal(first, again);
	assert_contains(other, "2024-02-29T23:59:59Z stands ");
	assert_string_not_equal(strrchr(first, ' '), strrchr(other, ' '));
	assert_contains(free_one, " moves ");
	assert_string_not_equal(strrchr(free_one, ' '), strrchr(free_two, ' '));
	assert_contains(broken, " moves ");
	assert_string_equal(strrchr(broken, ' '), strrchr(first, ' '));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_identifiers_differ),
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_clock_moves),
		cmocka_unit_test(test_pinned),
	};
	self = argv[0];
	if (argc > 1 && strcmp(argv[1], "--say") == 0)
		return say();
	unsetenv("LEVER_NOW");
	unsetenv("LEVER_SEED");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
