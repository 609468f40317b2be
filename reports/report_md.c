#include "reports/md.h"

static bool md_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	sink_string(sink, "# ");
	md_string(sink, data->project);
	sink_format(sink, ": run %lld\n\n", data->run.id);
	if (data->description) {
		md_string(sink, data->description);
		sink_string(sink, "\n\n");
	}
	return md_summary(data, sink, error) && md_variants(data, sink, error) && md_levers(data, sink, error) &&
	       md_tags(data, sink, error) && md_confusion(data, sink, error) && md_failures(data, sink, error) &&
	       md_advice(data, sink, error) && md_reproduce(data, sink, error);
}

const struct report_format report_md = {
	.name = "md",
	.summary = "markdown for readers: what each lever bought, what it costs, what is not settled",
	.help = "A summary that is read in a minute, then the variants, every lever against its parent (paired, with interval and "
		"Holm-adjusted p), "
		"pass rates by tag, confusion of labels, failures side by side, and how to reproduce the run.",
	.suffix = "md",
	.write = md_write,
};
