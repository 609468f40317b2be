/* Whom TLS connections trust. One file is what libcurl reads once for all connections (it keeps the store by its name, and neither
 * for a folder nor for bytes); so what several variables name is put together in a file in memory. */
#include "eval/base/file.h"
#include "eval/model/http_parts.h"
#include <curl/curl.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MOST 64 /* entries: a larger folder beside a file is the system's, whose certificates bundles hold as well */

#define BUNDLE_LEAST 65536 /* bytes */

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

static bool file_add(struct buffer *all, const char *path)
{
	struct error ignored;
	bool read = file_read(path, 0, all, &ignored);
	buffer_add_byte(all, '\n');
	return read;
}

/* Its files; nothing of a folder that is large or cannot be read. */
static void folder_add(struct buffer *all, const char *path)
{
	CLEANUP(buffer_release) struct buffer name = BUFFER_EMPTY, found = BUFFER_EMPTY;
	DIR *folder = opendir(path);
	int entries = 0;
	for (struct dirent *entry; folder && entries <= FOLDER_MOST && (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		buffer_clear(&name);
		buffer_format(&name, "%s/%s", path, entry->d_name);
		file_add(&found, buffer_string(&name));
		entries++;
	}
	if (folder)
		closedir(folder);
	if (entries <= FOLDER_MOST)
		buffer_add_text(all, buffer_text(&found));
}

static bool memory_file(const struct buffer *all, char *path, size_t room)
{
	int fd = memfd_create("authorities", MFD_CLOEXEC);
	if (fd < 0)
		return false;
	snprintf(path, room, "/proc/self/fd/%d", fd);
	if (write(fd, all->data, all->length) == (ssize_t)all->length)
		return true;
	close(fd);
	return false;
}

/* The one file that stands for all of them, made at the first call and kept; NULL where it cannot be made. */
static const char *together(const char *file, const char *bundle, const char *folder)
{
	static char path[64];
	static bool tried;
	CLEANUP(buffer_release) struct buffer all = BUFFER_EMPTY;
	if (tried)
		return *path ? path : NULL;
	tried = true;
	bool any = file && file_add(&all, file);
	any |= bundle && file_add(&all, bundle);
	if (folder)
		folder_add(&all, folder);
	if (!any || !memory_file(&all, path, sizeof path))
		*path = '\0';
	return *path ? path : NULL;
}

/* As many certificates as a system has: with a folder beside it libcurl would read all of them for every connection. */
static bool is_bundle(const char *path)
{
	struct stat status;
	return path && stat(path, &status) == 0 && status.st_size > BUNDLE_LEAST;
}

void authorities_set(void *easy)
{
	const char *file = variable("SSL_CERT_FILE"), *bundle = variable("CURL_CA_BUNDLE"), *folder = variable("SSL_CERT_DIR");
	bool several = (file && bundle && strcmp(file, bundle) != 0) || ((file || bundle) && folder);
	const char *one = several ? together(file, bundle, folder) : NULL, *named = one ? one : file ? file : bundle;
	if (named)
		curl_easy_setopt(easy, CURLOPT_CAINFO, named);
	if (folder && !named)
		curl_easy_setopt(easy, CURLOPT_CAPATH, folder);
	else if (is_bundle(named ? named : curl_version_info(CURLVERSION_NOW)->cainfo))
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}
