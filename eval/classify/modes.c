#include "eval/classify/classify.h"

const struct failure_mode failure_modes[] = {
	{"F0", "infrastructure", "no proper answer: error, time-out, cut off, filtered, empty", "configuration, token limit, retry",
		"finish reason, failure class, an empty answer", false},
	{"F1", "label or specification", "the expected answer is wrong or ambiguous", "mend the data or the rubric",
		"no arm is right and most give the same other answer", true},
	{"F2", "format invalid", "right content in a form that cannot be read", "format, then few-shot, then fine-tune",
		"right when scored with patience", false},
	{"F3", "instruction violated", "a constraint that can be checked was broken", "prompt, few-shot, fine-tune",
		"the answer is right, another check is not", false},
	{"F4", "specificity, style or length", "too vague, too long, the wrong tone", "few-shot, fine-tune",
		"length and style checks, a person", true, "style or length"},
	{"F5", "label confusion", "an in-house convention is not known", "nearest few-shot, then fine-tune",
		"flips with examples; the same labels mixed up", false},
	{"F6", "knowledge missing", "a fact that the model cannot know", "rag",
		"flips with the gold passage where nothing was retrieved", false},
	{"F7", "knowledge stale", "an answer that was right once", "rag with a fresh index",
		"as F6, and the answer was right at an earlier date: a person", false},
	{"F8", "corpus gap", "the corpus does not hold the answer", "ingest; abstain until then",
		"the gold passage is not in the corpus", false},
	{"F9", "retrieval miss", "the passage is in the corpus, but ranked too low", "retrieval",
		"the gold passage is in the corpus and was not retrieved", false},
	{"F10", "context dropped or out of order", "the passage was found, but not put (well) into the prompt",
		"retrieval, prompt order", "retrieved but not in the prompt, or flips with another order", false, "context dropped"},
	{"F11", "not extracted", "the passage stood in the prompt, the answer was not taken from it",
		"retrieval with fewer passages, model", "right with the gold passage alone, wrong with it among others", false},
	{"F12", "misled by context", "a wrong passage was believed", "retrieval, prompt", "right without passages, wrong with them",
		false},
	{"F13", "unsupported answer", "answered where nothing supports an answer", "prompt to abstain, fine-tune with refusals",
		"an answer where a refusal was expected", true},
	{"F14", "over-refusal", "refused although the answer was at hand", "prompt, few-shot, fine-tune",
		"a refusal that stays with the gold passage in the prompt", false},
	{"F15", "incomplete", "only a part of what was asked", "retrieval, cot", "a person; claims that are missing", false},
	{"F16", "reasoning", "the facts were there, the conclusion is wrong", "cot, reasoning",
		"flips with reasoning, or with a reasoning model", false},
	{"F17", "calculation", "the operands are right, the result is wrong", "tools, reasoning",
		"the sum that gives the expected number stands in the answer with another result; a person", false},
	{"F18", "capability", "only a bigger model gets it right", "model, then distil", "flips with a bigger model only", false},
	{"F19", "instability", "the same question gets different answers", "vote, lower temperature",
		"right at some of several answers to the very same", false},
	{"F20", "tool or agent", "the wrong tool, wrong arguments, or no end", "tools", "checks of the tool calls", true},
	{0},
};

const struct failure_mode *failure_mode_find(const char *code)
{
	for (const struct failure_mode *mode = failure_modes; mode->code; mode++)
		if (strcmp(mode->code, code) == 0)
			return mode;
	return NULL;
}
