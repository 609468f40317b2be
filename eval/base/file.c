#include "eval/base/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_LIMIT ((size_t)256 << 20)
#define FOLDER_LIMIT 1000000

static bool read_all(int file, size_t limit, struct buffer *out)
{
	for (;;) {
		char *end = buffer_reserve(out, 65536);
		if (!end)
			return false;
		ssize_t got = read(file, end, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			return true;
		out->length += (size_t)got;
		out->data[out->length] = '\0';
		if (out->length > limit) {
			errno = EFBIG;
			return false;
		}
	}
}

bool file_read(const char *path, size_t limit, struct buffer *out, struct error *error)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (file < 0)
		return error_at(error, ERROR_DATA, path, 0, 0, "cannot be opened: %s", strerror(errno));
	if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
		close(file);
		return error_at(error, ERROR_DATA, path, 0, 0, "is a folder, a file was expected");
	}
	bool done = read_all(file, limit ? limit : FILE_LIMIT, out);
	int reason = out->overflow ? EFBIG : errno;
	close(file);
	return done || error_at(error, ERROR_DATA, path, 0, 0, "cannot be read: %s", strerror(reason));
}

static bool write_all(int file, struct text content)
{
	while (content.length) {
		ssize_t put = write(file, content.data, content.length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		content.data += put;
		content.length -= (size_t)put;
	}
	return true;
}

/* A device or a pipe is written to as it is: renaming would put a file in its place. */
static bool special_write(const char *path, struct text content, struct error *error)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	bool done = file >= 0 && write_all(file, content);
	int reason = errno;
	if (file >= 0)
		close(file);
	return done || error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(reason));
}

bool file_write(const char *path, struct text content, unsigned mode, struct error *error)
{
	struct stat status;
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return special_write(path, content, error);
	CLEANUP(memory_release) char *target = realpath(path, NULL); /* a link stays a link */
	CLEANUP(memory_release) char *temporary = string_format("%s.XXXXXX", target ? target : path);
	int file = mkostemp(temporary, O_CLOEXEC);
	if (file < 0)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(errno));
	bool done = write_all(file, content) && fchmod(file, mode) == 0 && fsync(file) == 0;
	int reason = errno;
	if (close(file) != 0 && done) {
		done = false;
		reason = errno;
	}
	if (done && rename(temporary, target ? target : path) == 0)
		return true;
	if (done)
		reason = errno;
	unlink(temporary);
	return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(reason));
}

static bool line_end(const char *path, off_t size)
{
	char last = '\n';
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool known = file >= 0 && pread(file, &last, 1, size - 1) == 1;
	if (file >= 0)
		close(file);
	return known && last == '\n';
}

bool file_append(const char *path, struct text content, unsigned mode, struct error *error)
{
	struct stat status;
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, (mode_t)mode);
	bool done = file >= 0 && fstat(file, &status) == 0;
	bool broken = done && S_ISREG(status.st_mode) && status.st_size > 0 && !line_end(path, status.st_size);
	done = done && (!broken || write_all(file, TEXT("\n"))) && write_all(file, content);
	int reason = errno;
	if (file >= 0 && close(file) != 0 && done) {
		done = false;
		reason = errno;
	}
	return done || error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(reason));
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

const char *path_join(struct arena *arena, const char *directory, const char *name)
{
	if (name[0] == '/' || directory[0] == '\0' || strcmp(directory, ".") == 0)
		return arena_string(arena, name);
	size_t length = strlen(directory);
	return arena_format(arena, directory[length - 1] == '/' ? "%s%s" : "%s/%s", directory, name);
}

const char *path_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : arena_copy(arena, path, (size_t)(slash - path));
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

const char *path_suffix(const char *path)
{
	const char *base = path_base(path), *dot = strrchr(base, '.');
	return dot && dot != base ? dot + 1 : "";
}

struct folder {
	struct arena *arena;
	const char *root;
	const char *const *suffixes;
	const char **paths;
	size_t count, room;
	struct error *error;
};

static bool suffix_wanted(const struct folder *folder, const char *path)
{
	if (!folder->suffixes)
		return true;
	const char *suffix = path_suffix(path);
	for (const char *const *one = folder->suffixes; *one; one++)
		if (strcasecmp(*one, suffix) == 0)
			return true;
	return false;
}

static bool folder_add(struct folder *folder, const char *relative)
{
	if (folder->count >= FOLDER_LIMIT)
		return error_at(folder->error, ERROR_DATA, folder->root, 0, 0, "more than %d files", FOLDER_LIMIT);
	if (folder->count == folder->room) {
		folder->room = folder->room ? 2 * folder->room : 64;
		folder->paths = memory_grow(folder->paths, folder->room, sizeof *folder->paths);
	}
	folder->paths[folder->count++] = arena_string(folder->arena, relative);
	return true;
}

static bool folder_walk(struct folder *folder, const char *relative, int depth);

static bool folder_entry(struct folder *folder, const char *relative, const char *name, int depth)
{
	const char *inner = relative[0] ? arena_format(folder->arena, "%s/%s", relative, name) : name;
	CLEANUP(memory_release) char *path = string_format("%s/%s", folder->root, inner);
	struct stat status, target;
	if (lstat(path, &status) != 0)
		return true;
	if (S_ISDIR(status.st_mode))
		return folder_walk(folder, inner, depth + 1);
	bool file = S_ISREG(status.st_mode) || (S_ISLNK(status.st_mode) && stat(path, &target) == 0 && S_ISREG(target.st_mode));
	return !file || !suffix_wanted(folder, name) || folder_add(folder, inner);
}

static bool folder_walk(struct folder *folder, const char *relative, int depth)
{
	CLEANUP(memory_release)
	char *path = relative[0] ? string_format("%s/%s", folder->root, relative) : string_copy(folder->root);
	if (depth > 64)
		return error_at(folder->error, ERROR_DATA, path, 0, 0, "folders are nested too deep");
	DIR *directory = opendir(path);
	if (!directory)
		return error_at(folder->error, ERROR_DATA, path, 0, 0, "cannot be opened: %s", strerror(errno));
	bool good = true;
	for (struct dirent *entry; good && (entry = readdir(directory));)
		if (entry->d_name[0] != '.')
			good = folder_entry(folder, relative, arena_string(folder->arena, entry->d_name), depth);
	closedir(directory);
	return good;
}

static int path_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool folder_list(
	struct arena *arena, const char *root, const char *const *suffixes, const char ***paths, size_t *count, struct error *error)
{
	struct folder folder = {.arena = arena, .root = root, .suffixes = suffixes, .error = error};
	struct stat status;
	if (stat(root, &status) != 0)
		return error_at(error, ERROR_DATA, root, 0, 0, "cannot be opened: %s", strerror(errno));
	bool good = S_ISDIR(status.st_mode) ? folder_walk(&folder, "", 0) : folder_add(&folder, "");
	if (good) {
		if (folder.count)
			qsort(folder.paths, folder.count, sizeof *folder.paths, path_order);
		*paths = arena_grow(
			arena, folder.paths, folder.count * sizeof *folder.paths, (folder.count + 1) * sizeof *folder.paths);
		*count = folder.count;
	}
	free(folder.paths);
	return good;
}
