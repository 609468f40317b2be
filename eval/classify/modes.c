#include "eval/classify/classify.h"

const struct failure_mode failure_modes[] = {
	{"F0", "infrastructure", "no proper answer: error, time-out, cut off, filtered, empty", "configuration, token limit, retry",
		"finish reason, failure class, an empty answer", CONFIRM_NOBODY},
	{"F1", "label or specification", "the expected answer is wrong or ambiguous", "mend the data or the rubric",
		"no arm is right and most give the same other answer", CONFIRM_EACH},
	{"F2", "format invalid", "right content in a form that cannot be read", "format, then few-shot, then fine-tune",
		"right when scored with patience", CONFIRM_NOBODY},
	{"F3", "instruction violated", "a constraint that can be checked was broken", "prompt, few-shot, fine-tune",
		"the answer is right, another check is not", CONFIRM_SAMPLE},
	{"F4", "specificity, style or length", "too vague, too long, the wrong tone", "few-shot, fine-tune",
		"length and style checks, a person", CONFIRM_JUDGE, "style or length"},
	{"F5", "label confusion", "an in-house convention is not known", "nearest few-shot, then fine-tune",
		"flips with examples", CONFIRM_SAMPLE},
	{"F6", "knowledge missing", "a fact that the model cannot know", "rag",
		"flips with the gold passage where nothing was retrieved", CONFIRM_NOBODY},
	{"F7", "knowledge stale", "an answer that was right once", "rag with a fresh index",
		"the answer is one that the case's metadata call `formerly`; without it a person", CONFIRM_NOBODY},
	{"F8", "corpus gap", "the corpus does not hold the answer", "ingest; abstain until then",
		"the gold passage is not in the corpus", CONFIRM_SAMPLE},
	{"F9", "retrieval miss", "the passage is in the corpus, but ranked too low", "retrieval",
		"the gold passage is in the corpus and was not retrieved", CONFIRM_NOBODY},
	{"F10", "context dropped or out of order", "the passage was found, but not put (well) into the prompt",
		"retrieval, prompt order", "retrieved but not in the prompt, or flips with another order", CONFIRM_NOBODY, "context dropped"},
	{"F11", "not extracted", "the passage stood in the prompt, the answer was not taken from it",
		"retrieval with fewer passages, model", "right with the gold passage alone, wrong with it among others", CONFIRM_NOBODY},
	{"F12", "misled by context", "a wrong passage was believed", "retrieval, prompt", "right without passages, wrong with them",
		CONFIRM_SAMPLE},
	{"F13", "unsupported answer", "answered where nothing supports an answer", "prompt to abstain, fine-tune with refusals",
		"an answer where a refusal was expected", CONFIRM_JUDGE},
	{"F14", "over-refusal", "refused although the answer was at hand", "prompt, few-shot, fine-tune",
		"a refusal that stays with the gold passage in the prompt, or goes with examples alone", CONFIRM_NOBODY},
	{"F15", "incomplete", "only a part of what was asked", "retrieval, cot",
		"some of the texts of `contains: {all: …}` are there, others are not; without it a person", CONFIRM_SAMPLE},
	{"F16", "reasoning", "the facts were there, the conclusion is wrong", "cot, reasoning",
		"flips with reasoning, or with a reasoning model", CONFIRM_NOBODY},
	{"F17", "calculation", "the operands are right, the result is wrong", "tools, reasoning",
		"the sum that gives the expected number stands in the answer with another result; a person", CONFIRM_NOBODY},
	{"F18", "capability", "only a bigger model gets it right", "model, then distil", "flips with a bigger model only", CONFIRM_NOBODY},
	{"F19", "instability", "the same question gets different answers", "vote, lower temperature",
		"right at some of several answers to the very same", CONFIRM_NOBODY},
	{"F20", "tool or agent", "the wrong tool, wrong arguments, or no end", "tools", "checks of the tool calls", CONFIRM_JUDGE},
	{0},
};

const struct failure_mode *failure_mode_find(const char *code)
{
	for (const struct failure_mode *mode = failure_modes; mode->code; mode++)
		if (strcmp(mode->code, code) == 0)
			return mode;
	return NULL;
}
