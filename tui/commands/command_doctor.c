#include "eval/run/doctor.h"
#include "tui/commands/project_open.h"

static const struct command_option options[] = {{NULL}};

static const char *state_word(enum doctor_state state)
{
	return state == DOCTOR_GOOD ? "ok" : state == DOCTOR_WARNING ? "careful" : "BAD";
}

static int run(const struct command_line *line)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct doctor_finding *findings;
	size_t count, bad = 0;
	struct project *project = project_read(line->directory, &errors);
	if (!project) {
		int status = command_fail_all(line, &errors);
		error_list_release(&errors);
		return status;
	}
	doctor_examine(project, line->arena, &findings, &count);
	for (size_t i = 0; i < count; i++) {
		const struct doctor_finding *finding = &findings[i];
		bad += finding->state == DOCTOR_BAD;
		if (line->json)
			say_json(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "type", "finding", "what", finding->what, "check",
				finding->check, "state", state_word(finding->state), "words",
				json_from_text(text_of(finding->words)), "mend",
				finding->mend ? json_from_text(text_of(finding->mend)) : json_null()));
		else
			say(stdout, "%-8s %-16s %-10s %s%s%s\n", state_word(finding->state), finding->what, finding->check,
				finding->words, finding->mend ? "\n                                     mend: " : "",
				finding->mend ? finding->mend : "");
	}
	project_free(project);
	return bad ? 3 : 0;
}

const struct command command_doctor = {
	.name = "doctor",
	.usage = "",
	.summary = "check this machine and each endpoint, and say how to mend what is wrong",
	.help = "Asks every server that the project names for its models, once and without paying: is it reachable and trusted, is "
		"the key taken, is the\n"
		"model known, are the adapters there and off by default, do the clocks agree. Also the database's folder, room on "
		"the disk, the locale.\n\n"
		"Exit status: 0 nothing is bad, 3 something is.",
	.options = options,
	.order = 60,
	.run = run,
};
