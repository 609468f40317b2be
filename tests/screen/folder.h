/* What tests of the workbench share: a folder with a database of 130 cases and four variants, and the program that opens it. */
#ifndef LEVER_TESTS_SCREEN_FOLDER_H
#define LEVER_TESTS_SCREEN_FOLDER_H

#include "eval/base/file.h"
#include "tests/unit/unit.h"
#include "tests/unit/workbench_fixture.h"
#include <unistd.h>

static char folder[64], database[96], driver[512];

static int folder_make(void **state)
{
	const char *build = getenv("BUILD");
	char path[512];
	snprintf(path, sizeof path, "%s/tools/workbench_driver", build ? build : "build/gcc");
	if (!realpath(path, driver)) {
		fprintf(stderr, "%s is not there: make compile-all builds it\n", path);
		return 1;
	}
	snprintf(folder, sizeof folder, "/tmp/lever-workbench-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	snprintf(database, sizeof database, "%s/fixture.db", folder);
	bench_build(database, (struct bench_shape){130, 4, 1, false});
	return 0;
}

static int folder_remove(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char **paths;
	size_t count;
	struct error error = {0};
	if (folder_list(arena, folder, NULL, &paths, &count, &error))
		for (size_t i = 0; i < count; i++)
			unlink(path_join(arena, folder, paths[i]));
	return rmdir(folder);
}

#endif
