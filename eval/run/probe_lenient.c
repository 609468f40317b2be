#include "eval/run/probe.h"

const struct probe_type probe_lenient = {
	.name = "lenient",
	.summary = "the stored outputs scored with more patience: no call",
	.isolates = "format: the right content in a form that could not be read",
	.help = "Looks for the expected answer inside fences, quotes, emphasis, JSON members and sentences such as \"The answer is "
		"…\". Where it is\n"
		"found the content was right and the form wrong: the bound of what the lever `format` can give. A recorded variant that is "
		"this probe brings the same outputs as somebody else scored them with patience: that counts instead.",
	.order = 0,
	.calls = false,
};
