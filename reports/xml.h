/* Text in XML. */
#ifndef LEVER_REPORTS_XML_H
#define LEVER_REPORTS_XML_H

#include "reports/report.h"

/* Cleaned, shortened to `limit` bytes, escaped: for attributes and content alike. */
void sink_xml(struct report_sink *sink, struct arena *arena, struct text text, size_t limit);

#endif
