/* Preloaded into lever by tests/cases/power-cut.sh: what a disk holds for certain. Each time a file is synced, a copy of it as it
 * is then goes to $POWER_CUT/NAME.durable, in one rename; power_restore makes of these copies what a machine may find after the
 * power came back. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void copy_bytes(int from, int to)
{
	static char block[1 << 16];
	off_t at = 0;
	ssize_t count;
	while ((count = pread(from, block, sizeof block, at)) > 0) {
		if (write(to, block, (size_t)count) != count)
			abort();
		at += count;
	}
}

static void durable(int fd)
{
	const char *folder = getenv("POWER_CUT");
	char link[64], path[PATH_MAX], part[PATH_MAX], whole[PATH_MAX];
	struct stat state;
	if (!folder || fstat(fd, &state) != 0 || !S_ISREG(state.st_mode))
		return;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof path - 1);
	if (length < 0)
		abort();
	path[length] = '\0';
	const char *name = strrchr(path, '/') + 1;
	if (snprintf(part, sizeof part, "%s/%s.part", folder, name) >= (int)sizeof part ||
		snprintf(whole, sizeof whole, "%s/%s.durable", folder, name) >= (int)sizeof whole)
		abort();
	int from = open(link, O_RDONLY | O_CLOEXEC), to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (from < 0 || to < 0)
		abort();
	copy_bytes(from, to);
	close(from);
	close(to);
	if (rename(part, whole) != 0)
		abort();
}

int fsync(int fd)
{
	durable(fd);
	return 0;
}

int fdatasync(int fd)
{
	durable(fd);
	return 0;
}
