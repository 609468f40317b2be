/* Prompt files: text, markdown with role headings (a line "# system", "# user", "# assistant"), YAML or JSON lists of {role,
 * content}; and messages rendered from them. */
#ifndef LEVER_RUN_PROMPT_H
#define LEVER_RUN_PROMPT_H

#include "eval/base/hash.h"
#include "eval/base/template.h"
#include "eval/base/yaml.h"

struct prompt_message {
	const char *role;
	struct text source;
	struct template *template;
	struct text_place place;
};
struct prompt_file {
	const char *path; /* as given; "lever.yaml" when inline */
	struct prompt_message *messages;
	size_t count;
	struct hash hash; /* of the text */
	bool mentions_examples, mentions_passages;
};
/* From a file. Mistakes are added to errors; NULL then. */
struct prompt_file *prompt_read_file(struct arena *arena, const char *path, const char *file, struct error_list *errors);
/* From a scalar in the project file, whose whole text is `source`. */
struct prompt_file *prompt_read_text(
	struct arena *arena, const struct yaml *node, struct text source, const char *file, struct error_list *errors);
/* The messages for these vars: a new list of {"role","content"}. `turns` (may be NULL) are earlier turns put before the last
 * message; `shots` (may be NULL), a list of {"vars","answer"}, become user/assistant turns there when the template does not mention
 * `examples`. NULL fills error. */
json_t *prompt_render(const struct prompt_file *prompt, const json_t *vars, const json_t *turns, const json_t *shots,
	struct error *error) MUST_CHECK;

#endif
