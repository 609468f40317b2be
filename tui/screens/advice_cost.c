#include "eval/stats/cost.h"
#include "reports/curve.h"
#include "reports/format.h"
#include "tui/screens/advice.h"
#include <math.h>

void costs_add(struct document *document, const struct advice *advice)
{
	struct arena *arena = document->arena;
	struct front_point *points;
	size_t count;
	advice_front(advice, arena, &points, &count);
	if (!count)
		return;
	document_print(document, STYLE_HEAD, "quality against cost");
	for (size_t i = 0; i < count; i++) {
		const struct cost_point *mark = &points[i].mark;
		document_print(document, mark->on_front ? STYLE_STRONG : STYLE_DIM,
			" %-16s %7s  %12s a case  %12s a right answer", mark->name, percent_format(arena, mark->quality),
			money_format(arena, mark->cost),
			mark->quality > 0 ? money_format(arena, mark->cost / mark->quality) : "undefined");
		document_more(document, STYLE_DIM, "  ");
		document_hang(document, STYLE_DIM, front_words(&points[i]), 4);
	}
	document_blank(document);
}

/* ---- the curve ------------------------------------------------------------------------------------------------------------------ */

#define PLOT_ROWS 7
#define PLOT_COLUMNS 41

struct plot {
	char cells[PLOT_ROWS][PLOT_COLUMNS + 1];
	double low, high; /* logarithms of dollars a year, at the lowest and the highest row */
};

static double plot_volume(const struct cost_curve *curve, int column)
{
	double first = log10(curve->volumes[0]), last = log10(curve->volumes[CURVE_POINTS - 1]);
	return pow(10, first + (last - first) * column / (PLOT_COLUMNS - 1));
}

static void plot_mark(struct plot *plot, int column, double cost, char mark)
{
	double part = plot->high > plot->low ? (log10(cost) - plot->low) / (plot->high - plot->low) : 0;
	char *cell = &plot->cells[PLOT_ROWS - 1 - (int)lround(part * (PLOT_ROWS - 1))][column];
	*cell = *cell == ' ' ? mark : '#';
}

/* Both scales are logarithmic. False: a line has no logarithm. */
static bool plot_fill(struct plot *plot, const struct cost_curve *curve)
{
	double base = curve_base(curve, curve->volumes[0]), lever = curve_lever(curve, curve->volumes[0]);
	double last = curve->volumes[CURVE_POINTS - 1];
	if (!(base > 0) || !(lever > 0))
		return false;
	plot->low = log10(fmin(base, lever));
	plot->high = log10(fmax(curve_base(curve, last), curve_lever(curve, last)));
	for (int row = 0; row < PLOT_ROWS; row++)
		snprintf(plot->cells[row], sizeof plot->cells[row], "%*s", PLOT_COLUMNS, "");
	for (int column = 0; column < PLOT_COLUMNS; column++) {
		plot_mark(plot, column, curve_base(curve, plot_volume(curve, column)), 'o');
		plot_mark(plot, column, curve_lever(curve, plot_volume(curve, column)), '*');
	}
	return true;
}

static void plot_add(struct document *document, const struct cost_curve *curve, const char *base)
{
	struct arena *arena = document->arena;
	struct plot plot;
	if (document->width < PLOT_COLUMNS + 16 || !plot_fill(&plot, curve))
		return;
	for (int row = 0; row < PLOT_ROWS; row++) {
		bool told = row == 0 || row == PLOT_ROWS - 1;
		document_print(document, STYLE_DIM, " %13s |", told ? money_format(arena, pow(10, row ? plot.low : plot.high)) : "");
		document_more(document, STYLE_PLAIN, "%s", plot.cells[row]);
	}
	const char *first = count_format(arena, (long long)curve->volumes[0]),
		   *last = count_format(arena, (long long)curve->volumes[CURVE_POINTS - 1]);
	document_print(document, STYLE_DIM, " %13s  %s%*s", "calls a month", first, PLOT_COLUMNS - (int)strlen(first), last);
	document_print(document, STYLE_DIM, " %13s  o %s  * %s  # both", "", base, curve->lever);
}

void curve_add(
	struct document *document, const struct advice *advice, const struct candidate *candidate, const struct project *project)
{
	struct arena *arena = document->arena;
	struct cost_curve curve;
	if (!candidate || !candidate_curve(candidate, project, &curve))
		return;
	document_print(document, STYLE_HEAD, "cost of the first year by volume");
	if (curve.default_costs)
		document_text(document, STYLE_DIM, TEXT("`costs:` of lever.yaml is not filled in: these are defaults"), 1);
	plot_add(document, &curve, evidence_name(advice));
	document_print(document, STYLE_DIM, " %14s %14s %14s", "calls a month", evidence_name(advice), curve.lever);
	for (int i = 0; i < CURVE_POINTS; i++) {
		double base = curve_base(&curve, curve.volumes[i]), lever = curve_lever(&curve, curve.volumes[i]);
		document_print(document, STYLE_PLAIN, " %14s %14s ", count_format(arena, (long long)curve.volumes[i]),
			money_format(arena, base));
		document_more(document, lever < base ? STYLE_PASS : STYLE_PLAIN, "%14s", money_format(arena, lever));
	}
	document_text(document, STYLE_DIM, text_of(curve_words(&curve, arena)), 1);
	document_blank(document);
}
