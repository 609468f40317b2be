#include "eval/base/clock.h"
#include "eval/store/store_private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The lease: a lock that dies with its process, in a file beside the database. And whether the database is still where it was: one
 * that was removed takes writes without a word, and all of them are lost. */

#define PLACE_AGE 100000 /* microseconds for which a look at the path counts */

static char *lease_path(const struct store *store)
{
	CLEANUP(memory_release) char *real = realpath(store->path, NULL); /* two names of one file share the lock */
	return string_format("%s-lock", real ? real : store->path);
}

static bool lease_taken(struct store *store, int file, struct error *error)
{
	char holder[64] = "";
	ssize_t length = read(file, holder, sizeof holder - 1);
	holder[length > 0 ? (size_t)length : 0] = '\0';
	holder[strcspn(holder, "\n")] = '\0';
	return error_at(error, ERROR_STORAGE, store->path, 0, 0,
		"another run is using this database (process %s); wait for it or stop it", holder[0] ? holder : "unknown");
}

bool lease_free(struct store *store, struct error *error)
{
	CLEANUP(memory_release) char *path = lease_path(store);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return true;
	bool taken = fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	if (taken)
		lease_taken(store, file, error);
	close(file);
	return !taken;
}

bool store_lease(struct store *store, struct error *error)
{
	CLEANUP(memory_release) char *path = lease_path(store);
	char holder[64];
	int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be opened: %s", strerror(errno));
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (fcntl(file, F_OFD_SETLK, &lock) != 0) {
		lease_taken(store, file, error);
		close(file);
		return false;
	}
	int length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
	if (ftruncate(file, 0) != 0 || pwrite(file, holder, (size_t)length, 0) != length) {
		close(file);
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s%s", strerror(errno),
			errno == ENOSPC ? "; make room on the disk and run the same command again" : "");
	}
	store->lease = file;
	return true;
}

/* ---- the place of the file ------------------------------------------------------------------------------------------------- */

bool place_note(struct store *store, struct error *error)
{
	struct stat status;
	if (stat(store->path, &status) != 0)
		return error_at(error, ERROR_STORAGE, store->path, 0, 0, "is gone: %s", strerror(errno));
	store->device = status.st_dev;
	store->inode = status.st_ino;
	store->looked_at = clock_monotonic();
	return true;
}

bool store_in_place(struct store *store, bool now, struct error *error)
{
	struct stat status;
	int64_t time = clock_monotonic();
	if (!now && time - store->looked_at < PLACE_AGE)
		return true;
	store->looked_at = time;
	if (stat(store->path, &status) == 0 && status.st_dev == store->device && status.st_ino == store->inode)
		return true;
	return error_at(error, ERROR_STORAGE, store->path, 0, 0,
		"the database was removed or replaced while it was in use: nothing more is called, and what was answered since is not in "
		"the file; put it back where it was, with its -wal, or run again to begin anew");
}
