#include "tui/terminal_sequence.h"
#include "eval/base/clock.h"

#define REST_TIME 500000 /* microseconds after which the rest of a sequence is no longer waited for */
#define LATE_TIME 100000 /* a [ or O so soon after a lone ESC belongs to it: the line was slow */
#define ESCAPE 27

const struct sequence_key sequence_keys[] = {
	{"\033[A", PRESS_UP},
	{"\033OA", PRESS_UP},
	{"\033[B", PRESS_DOWN},
	{"\033OB", PRESS_DOWN},
	{"\033[C", PRESS_RIGHT},
	{"\033OC", PRESS_RIGHT},
	{"\033[D", PRESS_LEFT},
	{"\033OD", PRESS_LEFT},
	{"\033[H", PRESS_HOME},
	{"\033OH", PRESS_HOME},
	{"\033[1~", PRESS_HOME},
	{"\033[7~", PRESS_HOME},
	{"\033[F", PRESS_END},
	{"\033OF", PRESS_END},
	{"\033[4~", PRESS_END},
	{"\033[8~", PRESS_END},
	{"\033[3~", PRESS_DELETE},
	{"\033[5~", PRESS_PAGE_UP},
	{"\033[6~", PRESS_PAGE_DOWN},
	{"\033[Z", PRESS_BACKTAB},
	{"\033[1;5D", PRESS_WORD_LEFT},
	{"\033[1;3D", PRESS_WORD_LEFT},
	{"\033[5D", PRESS_WORD_LEFT},
	{"\033Od", PRESS_WORD_LEFT},
	{"\033[1;5C", PRESS_WORD_RIGHT},
	{"\033[1;3C", PRESS_WORD_RIGHT},
	{"\033[5C", PRESS_WORD_RIGHT},
	{"\033Oc", PRESS_WORD_RIGHT},
	{"\033[1;5H", PRESS_HOME},
	{"\033[1;5F", PRESS_END},
	{"\033[200~", PRESS_PASTE_START},
	{"\033[201~", PRESS_PASTE_END},
	{NULL},
};

static int press_of_sequence(const struct sequence *sequence)
{
	for (const struct sequence_key *key = sequence_keys; key->bytes; key++)
		if (strlen(key->bytes) == sequence->length && !memcmp(key->bytes, sequence->bytes, sequence->length))
			return key->press;
	return PRESS_OTHER;
}

static void byte_keep(struct sequence *sequence, uint32_t code)
{
	if (sequence->length < sizeof sequence->bytes)
		sequence->bytes[sequence->length++] = (char)code;
	sequence->at = clock_monotonic();
}

static void sequence_open(struct sequence *sequence, uint32_t code)
{
	sequence->state = SEQUENCE_OPEN;
	sequence->raw = 0;
	sequence->length = 0;
	byte_keep(sequence, ESCAPE);
	byte_keep(sequence, code);
}

/* A control sequence ends with a byte from @ to ~, a single shift with what is neither digit nor semicolon. The console writes
 * function keys with a second bracket. */
static bool is_last(const struct sequence *sequence, uint32_t code)
{
	if (sequence->bytes[1] == 'O')
		return !((code >= '0' && code <= '9') || code == ';');
	return code >= '@' && !(code == '[' && sequence->length == 2);
}

static int open_take(struct sequence *sequence, uint32_t code)
{
	if (sequence->raw) {
		sequence->at = clock_monotonic();
		sequence->state = --sequence->raw ? SEQUENCE_OPEN : SEQUENCE_NONE;
		return sequence->raw ? PRESS_NONE : PRESS_OTHER;
	}
	bool old_mouse = code == 'M' && sequence->length == 2 && sequence->bytes[1] == '[', last = is_last(sequence, code);
	byte_keep(sequence, code);
	if (old_mouse) {
		sequence->raw = 3;
		return PRESS_NONE;
	}
	if (!last)
		return PRESS_NONE;
	sequence->state = SEQUENCE_NONE;
	return press_of_sequence(sequence);
}

/* Alt with a letter; where words are moved over, Alt-b and Alt-f do that. */
static int escaped_take(struct sequence *sequence, uint32_t code)
{
	if (code == ESCAPE)
		return PRESS_ESCAPE;
	if (code == '[' || code == 'O') {
		sequence_open(sequence, code);
		return PRESS_NONE;
	}
	sequence->state = SEQUENCE_NONE;
	return code == 'b' ? PRESS_WORD_LEFT : code == 'f' ? PRESS_WORD_RIGHT : PRESS_OTHER;
}

static int character_press(uint32_t code)
{
	switch (code) {
	case '\r':
	case '\n':
		return PRESS_ENTER;
	case '\t':
		return PRESS_TAB;
	case 127:
	case 8:
		return PRESS_BACKSPACE;
	case 0:
		return PRESS_OTHER;
	default:
		return (int)code;
	}
}

int sequence_take(struct sequence *sequence, uint32_t code)
{
	int64_t now = clock_monotonic();
	if (sequence->state == SEQUENCE_OPEN && (code == ESCAPE || now - sequence->at > REST_TIME))
		sequence->state = SEQUENCE_NONE;
	if (sequence->state == SEQUENCE_OPEN)
		return open_take(sequence, code);
	if (sequence->state == SEQUENCE_ESCAPED)
		return escaped_take(sequence, code);
	bool late = sequence->lone_at && now - sequence->lone_at < LATE_TIME;
	sequence->lone_at = 0;
	if (code == ESCAPE)
		sequence->state = SEQUENCE_ESCAPED;
	else if (late && (code == '[' || code == 'O'))
		sequence_open(sequence, code);
	else
		return character_press(code);
	return PRESS_NONE;
}

int sequence_settle(struct sequence *sequence)
{
	if (sequence->state != SEQUENCE_ESCAPED)
		return PRESS_NONE;
	sequence->state = SEQUENCE_NONE;
	sequence->lone_at = clock_monotonic();
	return PRESS_ESCAPE;
}
