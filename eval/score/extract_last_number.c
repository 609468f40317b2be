#include "eval/score/extractor.h"
#include "eval/score/number.h"

static const struct field fields[] = {{0}};

static struct text last_number_extract(const void *config, struct arena *arena, struct text output)
{
	struct number number;
	return number_last(arena, output, &number) ? text_of(number.digits) : (struct text){0};
}

const struct extractor_type extract_last_number = {
	.name = "last-number",
	.summary = "the last number, without currency and thousands separators",
	.help = "Takes the last number of the output, as arithmetic benchmarks such as GSM8K do: \"it costs $1,577.\" gives 1577. "
		"Example: extract: last-number",
	.fields = fields,
	.extract = last_number_extract,
};
