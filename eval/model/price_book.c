#include "eval/model/price_book.h"
#include <ctype.h>
#include <math.h>

#define ROW(id, in, cache, write, out, from, date)                                                                                 \
	{                                                                                                                          \
		id, in, cache, write, out, date, from                                                                              \
	}

const struct price_row price_book[] = {
	ROW("gpt-6-sol", 2, .20, 2.50, 10, "release notes", "2026-09-22"),
	ROW("gpt-6-luna", .10, .01, .125, .50, "release notes", "2026-09-22"),
	ROW("gpt-6.1-terra", 1, .05, 1.25, 5, "release notes", "2026-10-26"),
	ROW("gpt-6-astra", 10, 1, NAN, 50, "release notes", "2026-09-03"),
	ROW("gpt-5.6-sol", 5, .50, NAN, 30, "simonw/llm-prices", "2026-08-05"),
	ROW("gpt-5.6-terra", 2, .20, NAN, 12, "simonw/llm-prices", "2026-08-05"),
	ROW("gpt-5.6-luna", .20, .02, NAN, 1.20, "simonw/llm-prices", "2026-08-05"),
	ROW("gpt-5.4", 2.50, .25, NAN, 15, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-5.4-mini", .75, .075, NAN, 4.50, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-5.4-nano", .20, .02, NAN, 1.25, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-5", 1.25, .125, NAN, 10, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-5-mini", .25, .025, NAN, 2, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-5-nano", .05, .005, NAN, .40, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-4.1", 2, .50, NAN, 8, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-4.1-mini", .40, .10, NAN, 1.60, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-4o", 2.50, 1.25, NAN, 10, "pydantic/genai-prices", "2026-08-21"),
	ROW("gpt-4o-mini", .15, .075, NAN, .60, "pydantic/genai-prices", "2026-08-21"),
	ROW("claude-fable-5.1", 10, .25, 12.50, 50, "Anthropic's pricing page", "2026-11-23"),
	ROW("claude-opus-5-5", 4, .20, 5, 20, "release notes", "2026-09-22"),
	ROW("claude-opus-5", 5, .50, 6.25, 25, "Anthropic's pricing page", "2026-11-23"),
	ROW("claude-sonnet-5-5", 2, .10, NAN, 10, "release notes", "2026-10-07"),
	ROW("claude-sonnet-4-6", 3, .30, 3.75, 15, "Anthropic's pricing page", "2026-11-23"),
	ROW("claude-haiku-5-5", .10, .01, NAN, .50, "release notes", "2026-10-07"),
	ROW("claude-haiku-4-5", 1, .10, 1.25, 5, "Anthropic's pricing page", "2026-11-23"),
	ROW("gemini-3.1-pro-preview", 2, .20, NAN, 12, "pydantic/genai-prices", "2026-08-21"),
	ROW("gemini-3.6-flash", 1.50, .15, NAN, 7.50, "pydantic/genai-prices", "2026-08-21"),
	ROW("gemini-3.5-flash-lite", .30, .03, NAN, 2.50, "pydantic/genai-prices", "2026-08-21"),
	ROW("gemini-2.5-pro", 1.25, .125, NAN, 10, "pydantic/genai-prices", "2026-08-21"),
	ROW("gemini-2.5-flash", .30, .03, NAN, 2.50, "pydantic/genai-prices", "2026-08-21"),
	ROW("gemini-2.5-flash-lite", .10, .01, NAN, .40, "pydantic/genai-prices", "2026-08-21"),
	{0},
};

/* "-2025-04-14" or "-20251001" and nothing else. */
static bool is_date(const char *rest)
{
	int digits = 0;
	if (*rest != '-')
		return false;
	for (; *rest; rest++) {
		if (!isdigit((unsigned char)*rest) && *rest != '-')
			return false;
		digits += isdigit((unsigned char)*rest) != 0;
	}
	return digits == 8;
}

const struct price_row *price_book_find(const char *model)
{
	const char *slash = model ? strrchr(model, '/') : NULL, *id = slash ? slash + 1 : model;
	for (const struct price_row *row = price_book; id && row->model; row++) {
		size_t length = strlen(row->model);
		if (strncmp(id, row->model, length) == 0 && (!id[length] || is_date(id + length)))
			return row;
	}
	return NULL;
}

void price_book_apply(struct model *model)
{
	const struct price_row *row = model_at_maker(model) && !model->price.known ? price_book_find(model->model) : NULL;
	if (row)
		model->price = (struct price){.known = true,
			.input = row->input,
			.cached = row->cached,
			.output = row->output,
			.as_of = row->as_of,
			.written = row->written};
}
