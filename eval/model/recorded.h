/* Configuration of api recorded: outputs that exist already, read from a file. */
#ifndef LEVER_MODEL_RECORDED_H
#define LEVER_MODEL_RECORDED_H

#include "eval/model/api.h"

struct recorded_config {
	const char *file;	 /* as given in the project */
	const char *at, *format; /* as of case files; NULL */
	long long row;		 /* of recorded_file in the store; set by the plan */
	const struct yaml *map;	 /* recorded_mapping_read takes it; NULL */
	const struct yaml *where, *verdicts; /* as given; NULL */
	const char *delimiter;	 /* these as of case files */
	struct field_strings columns;
	bool quotes;
	struct hash hash;	 /* of the file, read once */
	bool hashed;
};

#endif
