#include "eval/base/file.h"
#include "tui/commands/command.h"
#include <errno.h>
#include <sys/stat.h>

/* The smallest project that shows the idea: three questions that any model knows, three that only the documents answer. */
static const struct {
	const char *path, *content;
} files[] = {
	{"lever.yaml",
		"# One test set, several ways to answer it. `lever run` runs what is missing; `lever` alone opens the workbench.\n"
		"name: first\n"
		"models:\n"
		"  base:\n"
		"    api: openai                           # any OpenAI-compatible server: llama.cpp, vLLM, Ollama, OpenRouter, "
		"OpenAI\n"
		"    base_url: http://127.0.0.1:8080/v1\n"
		"    model: my-model\n"
		"    # key: OPENAI_API_KEY                 # the environment variable that holds the key, never the key itself\n"
		"    params: {temperature: 0, max_tokens: 128}\n"
		"    # price: {input: 0.40, output: 1.60}  # USD per million tokens; unknown where absent\n"
		"cases: cases.jsonl\n"
		"corpus:\n"
		"  docs: {path: docs/, passages: {by: heading, tokens: 250}}\n"
		"variants:\n"
		"  prompt: {lever: prompt, model: base, prompt: prompts/answer.md}\n"
		"  rag:    {lever: rag, parent: prompt, prompt: prompts/rag.md, retrieve: {from: docs, k: 2, query: \"{{ question "
		"}}\"}}\n"
		"scorers:\n"
		"  - contains: {value: \"{{ expected }}\", ignore_case: true}\n"
		"# gates:                                  # what `lever gate` holds a pipeline to (.github/workflows/lever.yml)\n"
		"#   - {variant: rag, at_least: 0.8}\n"
		"#   - {variant: rag, not_worse_than: prompt, by: 0.02}\n"},
	{"cases.jsonl",
		"{\"id\":\"sky\",\"question\":\"What colour is a clear sky at noon?\",\"expected\":\"blue\",\"tags\":[\"known\"]}\n"
		"{\"id\":\"sum\",\"question\":\"What is 17 plus 25?\",\"expected\":\"42\",\"tags\":[\"known\"]}\n"
		"{\"id\":\"france\",\"question\":\"What is the capital of France?\",\"expected\":\"Paris\",\"tags\":[\"known\"]}\n"
		"{\"id\":\"leave\",\"question\":\"How many days of leave do we get?\",\"expected\":\"27\","
		"\"tags\":[\"ours\"],\"gold\":[\"handbook.md#leave\"]}\n"
		"{\"id\":\"door\",\"question\":\"What is the code of the side door?\",\"expected\":\"7315\","
		"\"tags\":[\"ours\"],\"gold\":[\"handbook.md#doors\"]}\n"
		"{\"id\":\"lunch\",\"question\":\"When does the canteen close?\",\"expected\":\"14:20\","
		"\"tags\":[\"ours\"],\"gold\":[\"handbook.md#canteen\"]}\n"},
	{"docs/handbook.md", "# Handbook\n\n## Leave\nEverybody gets 27 days of leave a year.\n\n## Doors\nThe code of the side "
			     "door is 7315.\n\n"
			     "## Canteen\nThe canteen serves lunch from 11:45 and closes at 14:20.\n"},
	{"prompts/answer.md", "# system\nAnswer in one short sentence.\n\n# user\n{{ question }}\n"},
	{"prompts/rag.md",
		"# system\nAnswer in one short sentence from the passages, and cite the one you used like [1].\n\n# user\n"
		"{% for passage in passages -%}\n[{{ passage.number }}] {{ passage.title }}: {{ passage.text }}\n{% endfor %}\n"
		"Question: {{ question }}\n"},
	{".github/workflows/lever.yml",
		"# Runs what is missing and judges the gates of lever.yaml on every push. lever is built from the repository whose address\n"
		"# stands in the variable LEVER_SOURCE of this repository; a key of your model's service goes into its secrets.\n"
		"name: lever\n"
		"on: [push, pull_request]\n"
		"jobs:\n"
		"  gates:\n"
		"    runs-on: ubuntu-latest\n"
		"    container: debian:12\n"
		"    env:\n"
		"      OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}\n"
		"    steps:\n"
		"      - uses: actions/checkout@v4\n"
		"      - run: apt-get update && apt-get install -y git make ca-certificates\n"
		"      - run: git clone --depth 1 \"${{ vars.LEVER_SOURCE }}\" /opt/lever && make -C /opt/lever\n"
		"      - run: /opt/lever/build/gcc/lever run\n"
		"      - run: /opt/lever/build/gcc/lever gate --summary \"$GITHUB_STEP_SUMMARY\" --junit gates.xml\n"},
};

static bool folder_make(const char *path, struct error *error)
{
	return mkdir(path, 0777) == 0 || errno == EEXIST ||
	       error_at(error, ERROR_USAGE, path, 0, 0, "cannot be made: %s", strerror(errno));
}

static bool project_free_of(const struct command_line *line, const char *folder, struct error *error)
{
	for (size_t i = 0; i < COUNT(files); i++)
		if (file_exists(path_join(line->arena, folder, files[i].path)))
			return error_at(error, ERROR_USAGE, path_join(line->arena, folder, files[i].path), 0, 0,
				"exists already; `lever init` never overwrites: name another folder");
	return true;
}

/* The folders that its files stand in. */
static bool folders_make(const struct command_line *line, const char *folder, struct error *error)
{
	static const char *const names[] = {"docs", "prompts", ".github", ".github/workflows"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (!folder_make(path_join(line->arena, folder, names[i]), error))
			return false;
	return true;
}

static bool project_make(const struct command_line *line, const char *folder, struct error *error)
{
	if (!folder_make(folder, error) || !project_free_of(line, folder, error) ||
		!folders_make(line, folder, error))
		return false;
	for (size_t i = 0; i < COUNT(files); i++)
		if (!file_write(path_join(line->arena, folder, files[i].path), text_of(files[i].content), 0644, error))
			return false;
	return true;
}

static int run(const struct command_line *line)
{
	const char *folder = line->argument_count ? line->arguments[0] : line->directory ? line->directory : ".";
	struct error error = {0};
	if (line->argument_count > 1)
		error_set(&error, ERROR_USAGE, "`init` takes one folder");
	if (error.kind || !project_make(line, folder, &error))
		return command_fail(line, &error);
	for (size_t i = 0; i < COUNT(files) && line->json; i++)
		say_json(json_pack("{s:s, s:s}", "type", "file", "file", path_join(line->arena, folder, files[i].path)));
	if (line->json)
		return 0;
	for (size_t i = 0; i < COUNT(files); i++)
		say(stdout, "wrote %s\n", path_join(line->arena, folder, files[i].path));
	say(stdout, "\nName your server and model in lever.yaml, then:\n\n  cd %s\n  lever run --dry-run\n  lever run\n  lever\n",
		folder);
	return 0;
}

const struct command command_init = {
	.name = "init",
	.usage = "[FOLDER]",
	.summary = "a small project to start from: configuration, cases, documents, prompts, a workflow",
	.help = "Writes lever.yaml, six cases, a document, two prompts and a workflow that judges the gates, and overwrites nothing.",
	.order = 5,
	.run = run,
};
