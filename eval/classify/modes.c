#include "eval/classify/classify.h"

const struct failure_mode failure_modes[] = {
	{"F0", "infrastructure", "no proper answer: error, time-out, cut off, filtered, empty", "configuration, token limit, retry",
		false},
	{"F1", "label or specification", "the expected answer is wrong or ambiguous", "mend the data or the rubric", true},
	{"F2", "format invalid", "right content in a form that cannot be read", "format, then few-shot, then fine-tune", false},
	{"F3", "instruction violated", "a constraint that can be checked was broken", "prompt, few-shot, fine-tune", false},
	{"F4", "specificity, style or length", "too vague, too long, the wrong tone", "few-shot, fine-tune", true},
	{"F5", "label confusion", "an in-house convention is not known", "nearest few-shot, then fine-tune", false},
	{"F6", "knowledge missing", "a fact that the model cannot know", "rag", false},
	{"F7", "knowledge stale", "an answer that was right once", "rag with a fresh index", false},
	{"F8", "corpus gap", "the corpus does not hold the answer", "ingest; abstain until then", false},
	{"F9", "retrieval miss", "the passage is in the corpus, but ranked too low", "retrieval", false},
	{"F10", "context dropped or out of order", "the passage was found, but not put (well) into the prompt",
		"retrieval, prompt order", false},
	{"F11", "not extracted", "the passage stood in the prompt, the answer was not taken from it",
		"retrieval with fewer passages, model", false},
	{"F12", "misled by context", "a wrong passage was believed", "retrieval, prompt", false},
	{"F13", "unsupported answer", "answered where nothing supports an answer", "prompt to abstain, fine-tune with refusals",
		true},
	{"F14", "over-refusal", "refused although the answer was at hand", "prompt, few-shot, fine-tune", false},
	{"F15", "incomplete", "only a part of what was asked", "retrieval, cot", false},
	{"F16", "reasoning", "the facts were there, the conclusion is wrong", "cot, reasoning", false},
	{"F17", "calculation", "the operands are right, the result is wrong", "tools, reasoning", false},
	{"F18", "capability", "only a bigger model gets it right", "model, then distil", false},
	{"F19", "instability", "the same question gets different answers", "vote, lower temperature", false},
	{"F20", "tool or agent", "the wrong tool, wrong arguments, or no end", "tools", true},
	{0},
};

const struct failure_mode *failure_mode_find(const char *code)
{
	for (const struct failure_mode *mode = failure_modes; mode->code; mode++)
		if (strcmp(mode->code, code) == 0)
			return mode;
	return NULL;
}
