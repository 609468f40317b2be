#include "eval/base/file.h"
#include "tests/unit/unit.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena *arena;
static char folder[64];

static int set_up(void **state)
{
	arena = arena_create();
	snprintf(folder, sizeof folder, "/tmp/lever-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static void folder_remove(const char *path)
{
	pid_t pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int tear_down(void **state)
{
	folder_remove(folder);
	arena_free(arena);
	return 0;
}

static const char *inside(const char *name)
{
	return path_join(arena, folder, name);
}

static void put(const char *name, const char *content)
{
	struct error error;
	if (!file_write(inside(name), text_of(content), 0644, &error))
		fail_msg("%s: %s", error.file, error.message);
}

static void holds(const char *name, const char *content)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error error;
	if (!file_read(inside(name), 0, &out, &error))
		fail_msg("%s: %s", error.file, error.message);
	assert_text(buffer_text(&out), content);
}

static size_t listed(const char *root, const char *const *suffixes, struct buffer *names)
{
	const char **paths;
	size_t count;
	struct error error;
	if (!folder_list(arena, root, suffixes, &paths, &count, &error))
		fail_msg("%s: %s", error.file, error.message);
	assert_null(paths[count]);
	for (size_t i = 0; i < count; i++)
		buffer_format(names, "%s|", paths[i]);
	return count;
}

static void test_read(void **state)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error error;
	put("a", "12345");
	assert_true(file_read(inside("a"), 5, &out, &error));
	assert_text(buffer_text(&out), "12345");
	assert_true(file_read(inside("a"), 0, &out, &error)); /* appends */
	assert_text(buffer_text(&out), "1234512345");
	static const struct {
		const char *path, *says;
		size_t limit;
	} refusals[] = {
		{"a", "too large", 4},
		{"none", "cannot be opened: No such file", 0},
		{".", "is a folder", 0},
		{"a/b", "Not a directory", 0},
		{"/dev/zero", "too large", 1000000},
	};
	for (size_t i = 0; i < COUNT(refusals); i++) {
		CLEANUP(buffer_release) struct buffer some = BUFFER_EMPTY;
		assert_false(file_read(inside(refusals[i].path), refusals[i].limit, &some, &error));
		assert_int_equal(error.kind, ERROR_DATA);
		assert_contains(error.message, refusals[i].says);
		assert_string_equal(error.file, inside(refusals[i].path));
	}
	struct buffer small = {.limit = 3};
	assert_false(file_read(inside("a"), 0, &small, &error));
	assert_contains(error.message, "too large");
	buffer_release(&small);
}

static void test_write(void **state)
{
	struct stat status;
	struct error error;
	put("a", "old");
	assert_true(file_write(inside("a"), text_make("n\0w", 3), 0600, &error));
	assert_int_equal(stat(inside("a"), &status), 0);
	assert_int_equal(status.st_size, 3);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(file_write(inside("a"), text_of(NULL), 0644, &error));
	holds("a", "");
	assert_false(file_write(inside("none/a"), TEXT("x"), 0644, &error));
	assert_int_equal(error.kind, ERROR_STORAGE);
	assert_contains(error.message, "No such file");
	assert_false(file_write(folder, TEXT("x"), 0644, &error));
	assert_contains(error.message, "Is a directory");
	CLEANUP(buffer_release) struct buffer names = BUFFER_EMPTY;
	assert_int_equal(listed(folder, NULL, &names), 1); /* nothing temporary is left */
}

/* A disk that is full, as far as this process can tell: the old file stays, whole, and nothing beside it. */
static void test_failed_write_keeps_the_old_file(void **state)
{
	CLEANUP(buffer_release) struct buffer big = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer names = BUFFER_EMPTY;
	struct rlimit before, small;
	struct error error;
	put("a", "old");
	for (int i = 0; i < 20000; i++)
		buffer_add_string(&big, "0123456789");
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){100000, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool done = file_write(inside("a"), buffer_text(&big), 0644, &error);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_DFL);
	assert_false(done);
	assert_int_equal(error.kind, ERROR_STORAGE);
	assert_contains(error.message, "File too large");
	holds("a", "old");
	listed(folder, NULL, &names);
	assert_text(buffer_text(&names), "a|");
}

static void test_append(void **state)
{
	struct error error;
	assert_true(file_append(inside("new"), TEXT("one\n"), 0644, &error));
	assert_true(file_append(inside("new"), TEXT("two"), 0644, &error));
	assert_true(file_append(inside("new"), TEXT("three\n"), 0644, &error));
	holds("new", "one\ntwo\nthree\n");
	assert_false(file_append(inside("none/such"), TEXT("one"), 0644, &error));
	/* a pipe is not read */
	int ends[2];
	char name[32], got[8] = "";
	assert_int_equal(pipe(ends), 0);
	snprintf(name, sizeof name, "/dev/fd/%d", ends[1]);
	assert_true(file_append(name, TEXT("four\n"), 0644, &error));
	assert_int_equal(read(ends[0], got, sizeof got - 1), 5);
	assert_string_equal(got, "four\n");
	close(ends[0]);
	close(ends[1]);
}

static void test_links_stay_links(void **state)
{
	struct stat status;
	put("real", "old");
	assert_int_equal(symlink("real", inside("link")), 0);
	put("link", "new");
	assert_int_equal(lstat(inside("link"), &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	holds("real", "new");
	assert_int_equal(symlink("nowhere", inside("dangling")), 0);
	put("dangling", "x");
	holds("dangling", "x");
}

/* A pipe stands for a device: it is written to, and is still there. */
static void test_devices_are_written_in_place(void **state)
{
	struct stat status;
	struct error error;
	char got[8] = "";
	assert_int_equal(mkfifo(inside("pipe"), 0600), 0);
	int reader = open(inside("pipe"), O_RDONLY | O_NONBLOCK);
	put("pipe", "through");
	assert_int_equal(read(reader, got, 7), 7);
	assert_string_equal(got, "through");
	close(reader);
	assert_int_equal(lstat(inside("pipe"), &status), 0);
	assert_true(S_ISFIFO(status.st_mode));
	if (stat("/dev/full", &status) != 0 || !S_ISCHR(status.st_mode))
		return;
	assert_false(file_write("/dev/full", TEXT("x"), 0644, &error));
	assert_contains(error.message, "No space left");
	assert_int_equal(stat("/dev/full", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
}

static void folder_fill(void)
{
	static const char *const folders[] = {"b", "b/deep", ".hidden", "a-b", "empty"};
	static const char *const files[] = {"b/x.md", "b/deep/y.MD", "b.md", "a-b/z.txt", "A.md", "noext", ".hidden/x.md",
		".dot.md", "b/.secret.md", "new\nline.md", "\xff.md", "md"};
	for (size_t i = 0; i < COUNT(folders); i++)
		assert_int_equal(mkdir(inside(folders[i]), 0700), 0);
	for (size_t i = 0; i < COUNT(files); i++)
		put(files[i], "x");
	assert_int_equal(symlink("../b.md", inside("b/link.md")), 0);
	assert_int_equal(symlink("b", inside("linked-folder")), 0);
	assert_int_equal(symlink("nowhere", inside("dangling.md")), 0);
	assert_int_equal(symlink("loop.md", inside("loop.md")), 0);
	assert_int_equal(symlink("..", inside("b/up")), 0);
	assert_int_equal(mkfifo(inside("fifo.md"), 0600), 0);
}

static void test_folder_list(void **state)
{
	static const char *const markdown[] = {"md", "markdown", NULL}, *const none[] = {NULL};
	CLEANUP(buffer_release) struct buffer names = BUFFER_EMPTY;
	folder_fill();
	listed(folder, NULL, &names);
	assert_text(buffer_text(&names), "A.md|a-b/z.txt|b.md|b/deep/y.MD|b/link.md|b/x.md|md|new\nline.md|noext|\xff.md|");
	buffer_clear(&names);
	listed(path_join(arena, folder, ""), markdown, &names); /* with a slash behind it */
	assert_text(buffer_text(&names), "A.md|b.md|b/deep/y.MD|b/link.md|b/x.md|new\nline.md|\xff.md|");
	buffer_clear(&names);
	assert_int_equal(listed(folder, none, &names), 0);
	assert_int_equal(listed(inside("empty"), NULL, &names), 0);
	assert_int_equal(listed(inside("b.md"), markdown, &names), 1);
	assert_text(buffer_text(&names), "|"); /* a root that is a file: that file */
	const char **paths;
	size_t count;
	struct error error;
	assert_false(folder_list(arena, inside("none"), NULL, &paths, &count, &error));
	assert_int_equal(error.kind, ERROR_DATA);
	assert_contains(error.message, "No such file");
}

static void test_folder_too_deep(void **state)
{
	CLEANUP(buffer_release) struct buffer path = BUFFER_EMPTY;
	const char **paths;
	size_t count;
	struct error error;
	buffer_add_string(&path, folder);
	for (int depth = 0; depth < 70; depth++) {
		buffer_add_string(&path, "/d");
		assert_int_equal(mkdir(buffer_string(&path), 0700), 0);
	}
	assert_false(folder_list(arena, folder, NULL, &paths, &count, &error));
	assert_contains(error.message, "nested too deep");
}

static void test_paths(void **state)
{
	static const struct {
		const char *directory, *name, *joined;
	} joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {".", "b", "b"}, {"a", "/b", "/b"}, {"/", "b", "/b"},
		{"%s", "%d", "%s/%d"}};
	for (size_t i = 0; i < COUNT(joins); i++)
		assert_string_equal(path_join(arena, joins[i].directory, joins[i].name), joins[i].joined);
	static const struct {
		const char *path, *directory, *base, *suffix;
	} parts[] = {
		{"a/b.c", "a", "b.c", "c"},
		{"/b", "/", "b", ""},
		{"b.tar.gz", ".", "b.tar.gz", "gz"},
		{".hidden", ".", ".hidden", ""},
		{"a.d/b", "a.d", "b", ""},
		{"a/", "a", "", ""},
		{"a.", ".", "a.", ""},
		{"", ".", "", ""},
	};
	for (size_t i = 0; i < COUNT(parts); i++) {
		assert_string_equal(path_directory(arena, parts[i].path), parts[i].directory);
		assert_string_equal(path_base(parts[i].path), parts[i].base);
		assert_string_equal(path_suffix(parts[i].path), parts[i].suffix);
	}
	assert_true(file_exists("/tmp"));
	assert_false(file_exists(inside("none")));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_read),
		CASE(test_write),
		CASE(test_failed_write_keeps_the_old_file),
		CASE(test_append), CASE(test_links_stay_links),
		CASE(test_devices_are_written_in_place),
		CASE(test_folder_list),
		CASE(test_folder_too_deep),
		CASE(test_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
