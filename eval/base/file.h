/* Whole files, folders, atomic writes. */
#ifndef LEVER_BASE_FILE_H
#define LEVER_BASE_FILE_H

#include "eval/base/buffer.h"
#include "eval/base/error.h"

/* The whole file, at most `limit` bytes (0: 256 MiB), into `out`. */
bool file_read(const char *path, size_t limit, struct buffer *out, struct error *error) MUST_CHECK;
/* Writes through a temporary file beside it and renames: readers see the old or the new file. mode 0600 or 0644. */
bool file_write(const char *path, struct text content, unsigned mode, struct error *error) MUST_CHECK;
/* Adds at the end, on a new line; what stands there is neither read nor touched. */
bool file_append(const char *path, struct text content, unsigned mode, struct error *error) MUST_CHECK;
bool file_exists(const char *path);
/* dir + "/" + name, unless name is absolute or dir is "" or ".". In the arena. */
const char *path_join(struct arena *arena, const char *directory, const char *name);
const char *path_directory(struct arena *arena, const char *path); /* "." where there is none */
const char *path_base(const char *path);
const char *path_suffix(const char *path); /* "jsonl", lower-case letters kept as they are; "" where there is none */
/* Every regular file below `root` whose suffix is in `suffixes` (NULL-terminated; NULL: all), sorted by path (bytes); hidden files
 * and folders are left out, links to folders are not followed. Paths are relative to root. A root that is a file gives that one
 * file ("" relative). In the arena. */
bool folder_list(struct arena *arena, const char *root, const char *const *suffixes, const char ***paths, size_t *count,
	struct error *error) MUST_CHECK;

#endif
