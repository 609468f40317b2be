#include "eval/base/file.h"
#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include <stdio.h>
#include <sys/stat.h>

#define DOCUMENT_LIMIT ((size_t)32 << 20) /* bytes of one file */
#define CUTTER_VERSION 1		  /* raised when the same file is cut otherwise */

static const char *const suffixes[] = {"md", "markdown", "mdx", "txt", "text", "rst", NULL};

struct indexing {
	struct store *store;
	const struct passage_settings *settings;
	const char *folder;
	long long corpus;
	const char **kept; /* paths that stay, sorted as they come */
	size_t kept_count;
	struct arena *arena;
	struct index_report *report;
};

static const char *settings_text(const struct passage_settings *settings, struct arena *arena)
{
	return arena_format(arena, "{\"cutter\":%d,\"by\":\"%s\",\"tokens\":%lld,\"overlap\":%lld,\"title\":%s}", CUTTER_VERSION,
		settings->by == PASSAGE_HEADING ? "heading" : "tokens", settings->tokens, settings->overlap,
		settings->title ? "true" : "false");
}

static void skip_note(struct index_report *report, const char *path, const char *why)
{
	if (report->skipped++ == 0)
		snprintf(report->skipped_note, sizeof report->skipped_note, "%s: %s", path, why);
}

/* ---- one document -------------------------------------------------------------------------------------------------------- */

static bool passages_store(struct indexing *indexing, const char *path, long long document, const struct passage *passages,
	size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (!passage_put(indexing->store, indexing->corpus, document, (int)i, passages[i].key, passages[i].title,
			    passages[i].body, indexing->settings->title, error))
			return error_prefix(error, "%s", path);
	return true;
}

static bool document_store(struct indexing *indexing, const char *path, struct text content, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct hash hash = hash_of(content), old;
	struct passage *passages;
	size_t count;
	long long document;
	const char *title;
	bool found;
	indexing->kept[indexing->kept_count++] = path;
	if (!document_hash(indexing->store, indexing->corpus, path, &old, &found, error))
		return false;
	if (found && hash_equal(&hash, &old)) {
		indexing->report->unchanged++;
		return true;
	}
	*(found ? &indexing->report->changed : &indexing->report->added) += 1;
	passages_cut(indexing->settings, path, content, arena, &passages, &count, &title);
	return document_put(indexing->store, indexing->corpus, path, &hash, title, &document, error) &&
	       passages_store(indexing, path, document, passages, count, error);
}

/* Why a file is left out; NULL when it can be read. Links are not followed: a corpus holds what is in its folder. */
static const char *file_refusal(const char *file, bool is_root)
{
	struct stat status;
	if ((is_root ? stat(file, &status) : lstat(file, &status)) != 0)
		return "cannot be read";
	if (S_ISLNK(status.st_mode))
		return "is a link; links are not followed";
	if (!S_ISREG(status.st_mode))
		return "is no file";
	return (unsigned long long)status.st_size > DOCUMENT_LIMIT ? "is larger than 32 MiB" : NULL;
}

/* Reads a file of the folder; why it is left out, or NULL. */
static const char *file_load(const char *path, const char *file, bool is_root, struct arena *arena, struct buffer *content)
{
	struct error unread;
	const char *refusal = file_refusal(file, is_root);
	if (!refusal && utf8_invalid_at(text_of(path)) >= 0)
		refusal = "has a name that is no valid UTF-8";
	if (!refusal && !file_read(file, DOCUMENT_LIMIT, content, &unread))
		refusal = arena_string(arena, unread.message);
	if (!refusal && (utf8_invalid_at(buffer_text(content)) >= 0 || memchr(buffer_string(content), '\0', content->length)))
		refusal = "is no text (invalid UTF-8 or NUL bytes)";
	return refusal;
}

/* `relative` as folder_list has it: "" for a corpus that is one file. */
static const char *file_of(const char *folder, const char *relative, struct arena *arena)
{
	return relative[0] ? arena_format(arena, "%s/%s", folder, relative) : folder;
}

static bool file_index(struct indexing *indexing, const char *relative, struct error *error)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	const char *path = relative[0] ? relative : path_base(indexing->folder);
	const char *file = file_of(indexing->folder, relative, indexing->arena);
	const char *refusal = file_load(path, file, !relative[0], indexing->arena, &content);
	if (refusal) {
		skip_note(indexing->report, path, refusal);
		return true;
	}
	return document_store(indexing, path, buffer_text(&content), error);
}

/* ---- the corpus ---------------------------------------------------------------------------------------------------------- */

static bool settings_stored(struct store *store, const char *name, const char *settings, bool *same, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct corpus_row row;
	bool found;
	if (!corpus_find(store, name, arena, &row, &found, error))
		return false;
	*same = found && strcmp(row.settings, settings) == 0;
	return true;
}

/* The version is computed over all passages: only when something may have changed. */
static bool indexing_end(struct indexing *indexing, bool settings_same, struct error *error)
{
	const struct index_report *report = indexing->report;
	bool same = settings_same && !report->added && !report->changed && !report->removed;
	return same ? corpus_stamp(indexing->store, indexing->corpus, error)
		    : corpus_close(indexing->store, indexing->corpus, error);
}

static bool files_index(struct indexing *indexing, const char *name, const char **paths, size_t count, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *settings = settings_text(indexing->settings, arena);
	struct corpus_row row;
	bool same, found;
	if (!settings_stored(indexing->store, name, settings, &same, error) ||
		!corpus_open(indexing->store, name, settings, &indexing->corpus, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!file_index(indexing, paths[i], error))
			return false;
	if (!document_drop_others(
		    indexing->store, indexing->corpus, indexing->kept, indexing->kept_count, &indexing->report->removed, error) ||
		!indexing_end(indexing, same, error) || !corpus_find(indexing->store, name, arena, &row, &found, error))
		return false;
	indexing->report->documents = row.documents;
	indexing->report->passages = row.passages;
	return true;
}

bool corpus_index(struct store *store, const char *name, const char *folder, const struct passage_settings *settings,
	struct index_report *ret, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct index_report report = {.documents = 0};
	struct indexing indexing = {.store = store, .settings = settings, .folder = folder, .arena = arena, .report = &report};
	const char **paths;
	size_t count;
	if (!folder_list(arena, folder, suffixes, &paths, &count, error))
		return error_prefix(error, "corpus %s", name);
	indexing.kept = arena_take(arena, (count + 1) * sizeof *indexing.kept);
	if (!store_begin(store, error))
		return false;
	if (!files_index(&indexing, name, paths, count, error)) {
		store_rollback(store);
		return error_prefix(error, "corpus %s", name);
	}
	if (!store_commit(store, error))
		return false;
	*ret = report;
	return true;
}

/* ---- is it still what it was? -------------------------------------------------------------------------------------------- */

static bool file_newer(const char *file, int64_t moment)
{
	struct stat status;
	if (lstat(file, &status) != 0)
		return true;
	return (int64_t)status.st_mtim.tv_sec * 1000000 + status.st_mtim.tv_nsec / 1000 > moment;
}

/* A file whose time alone is newer, as after a fresh checkout, is the same. */
static bool document_changed(struct store *store, const struct corpus_row *row, const char *folder, const char *relative,
	struct arena *arena, bool *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	const char *path = relative[0] ? relative : path_base(folder), *file = file_of(folder, relative, arena);
	struct hash stored, now;
	bool found;
	if (!document_hash(store, row->id, path, &stored, &found, error))
		return false;
	*ret = false;
	if (found && !file_newer(file, row->indexed_at))
		return true;
	bool refused = file_load(path, file, !relative[0], arena, &content) != NULL;
	now = hash_of(buffer_text(&content));
	*ret = refused ? found : !found || !hash_equal(&now, &stored);
	return true;
}

bool corpus_outdated(struct store *store, const char *name, const char *folder, const struct passage_settings *settings,
	enum corpus_age *ret, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct corpus_row row;
	const char **paths;
	size_t count;
	bool found;
	if (!corpus_find(store, name, arena, &row, &found, error))
		return false;
	*ret = found ? CORPUS_CURRENT : CORPUS_MISSING;
	if (!found)
		return true;
	if (!folder_list(arena, folder, suffixes, &paths, &count, error))
		return error_prefix(error, "corpus %s", name);
	bool changed = strcmp(row.settings, settings_text(settings, arena)) != 0 || (long long)count < row.documents;
	for (size_t i = 0; i < count && !changed; i++)
		if (!document_changed(store, &row, folder, paths[i], arena, &changed, error))
			return false;
	*ret = changed ? CORPUS_CHANGED : CORPUS_CURRENT;
	return true;
}
