#include "reports/xml.h"
#include "eval/base/utf8.h"
#include "reports/excerpt.h"

/* The characters XML 1.0 allows (section 2.2). */
static bool character_allowed(uint32_t code)
{
	return code == 0x9 || code == 0xA || (code >= 0x20 && code <= 0xD7FF) || (code >= 0xE000 && code <= 0xFFFD) ||
	       code >= 0x10000;
}

static const char *xml_escape(uint32_t code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return character_allowed(code) ? NULL : "\xEF\xBF\xBD";
	}
}

/* Cleaned, shortened, escaped: for attributes and content alike. */
void sink_xml(struct report_sink *sink, struct arena *arena, struct text text, size_t limit)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text clean = excerpt_of(arena, text, limit);
	for (size_t i = 0; i < clean.length;) {
		uint32_t code = 0;
		int bytes = utf8_decode(clean.data + i, clean.length - i, &code);
		const char *escape = bytes ? xml_escape(code) : "\xEF\xBF\xBD";
		if (escape)
			buffer_add_string(&out, escape);
		else
			buffer_add(&out, clean.data + i, (size_t)bytes);
		i += bytes ? (size_t)bytes : 1;
	}
	sink_text(sink, buffer_text(&out));
}
