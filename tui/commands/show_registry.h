/* `lever show NAME`: every registry of the program with its help. Private to command_show. */
#ifndef LEVER_TUI_SHOW_REGISTRY_H
#define LEVER_TUI_SHOW_REGISTRY_H

#include "tui/commands/command.h"

/* A registry as a list of things with a name, a line, and a help text. */
struct show_thing { const char *name, *summary, *help; const struct field *fields; };
struct show_registry {
	const char *name, *summary;
	bool (*at)(size_t index, struct show_thing *ret); /* false past the end */
};
extern const struct show_registry show_registries[]; /* ends with name NULL */
/* Lists a registry, or tells one thing of it. False when there is none of that name. */
void show_registry_list(const struct command_line *line, const struct show_registry *registry);
bool show_registry_one(const struct command_line *line, const struct show_registry *registry, const char *name);
void show_registries_say(const struct command_line *line);

#endif
