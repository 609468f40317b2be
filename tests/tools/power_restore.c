/* What a machine may find after a power cut: for each file that was ever synced (power_cut.c), the last synced copy, with any of
 * the sectors written since as they were at the cut or not, drawn from SEED; files never synced are gone.
 *
 *   power_restore COPIES FOLDER SEED FILE…       FILE: names in FOLDER
 */
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include "eval/base/random.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

static bool read_whole(const char *folder, const char *name, const char *suffix, struct buffer *bytes)
{
	CLEANUP(buffer_release) struct buffer path = {0};
	struct error error = {0};
	buffer_format(&path, "%s/%s%s", folder, name, suffix);
	return file_read(buffer_string(&path), 0, bytes, &error);
}

static void restore(const char *copies, const char *folder, const char *name, struct random *random)
{
	CLEANUP(buffer_release) struct buffer kept = {0}, cut = {0}, path = {0};
	buffer_format(&path, "%s/%s", folder, name);
	if (!read_whole(copies, name, ".durable", &kept)) {
		unlink(buffer_string(&path));
		return;
	}
	if (!read_whole(folder, name, "", &cut))
		buffer_clear(&cut);
	size_t length = random_below(random, 2) && cut.length > kept.length ? cut.length : kept.length;
	char *bytes = calloc(length + 1, 1);
	if (!bytes)
		abort();
	memcpy(bytes, kept.data, kept.length < length ? kept.length : length);
	for (size_t at = 0; at + SECTOR <= length && at + SECTOR <= cut.length; at += SECTOR)
		if (random_below(random, 2))
			memcpy(bytes + at, cut.data + at, SECTOR);
	FILE *file = fopen(buffer_string(&path), "wb");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
		abort();
	free(bytes);
}

int main(int count, char **words)
{
	if (count < 5) {
		fprintf(stderr, "usage: power_restore COPIES FOLDER SEED FILE…\n");
		return 2;
	}
	struct random random;
	random_seed(&random, (uint64_t)strtoull(words[3], NULL, 10));
	for (int i = 4; i < count; i++)
		restore(words[1], words[2], words[i], &random);
	return 0;
}
