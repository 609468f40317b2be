/* The migrations, embedded by the Makefile from eval/store/schema/NNNN_name.sql. */
#ifndef LEVER_STORE_SCHEMA_H
#define LEVER_STORE_SCHEMA_H

/* Step N takes schema version N (PRAGMA user_version) to N+1; ends with a null pointer. */
extern const char *const schema_steps[];

#endif
