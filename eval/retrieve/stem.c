#include "eval/retrieve/retrieve_private.h"

/* The word under work: text[0, length), and the stem that the last matched suffix leaves: text[0, stem). */
struct stemmer {
	char *text;
	size_t length, stem;
};
struct suffix_rule {
	const char *suffix, *replacement;
};

static bool is_consonant(const struct stemmer *word, size_t at)
{
	switch (word->text[at]) {
	case 'a':
	case 'e':
	case 'i':
	case 'o':
	case 'u':
		return false;
	case 'y':
		return at == 0 || !is_consonant(word, at - 1);
	default:
		return true;
	}
}

/* Porter's m: how many times vowels are followed by consonants in the stem. */
static int stem_measure(const struct stemmer *word)
{
	int measure = 0;
	bool vowel = false;
	for (size_t i = 0; i < word->stem; i++) {
		bool consonant = is_consonant(word, i);
		measure += vowel && consonant;
		vowel = !consonant;
	}
	return measure;
}

static bool stem_has_vowel(const struct stemmer *word)
{
	for (size_t i = 0; i < word->stem; i++)
		if (!is_consonant(word, i))
			return true;
	return false;
}

static bool ends_double_consonant(const struct stemmer *word)
{
	size_t length = word->length;
	return length >= 2 && word->text[length - 1] == word->text[length - 2] && is_consonant(word, length - 1);
}

/* Consonant, vowel, consonant that is no w, x or y at the end of text[0, length). */
static bool ends_short(const struct stemmer *word, size_t length)
{
	return length >= 3 && is_consonant(word, length - 3) && !is_consonant(word, length - 2) && is_consonant(word, length - 1) &&
	       !strchr("wxy", word->text[length - 1]);
}

static bool ends_with(struct stemmer *word, const char *suffix)
{
	size_t length = strlen(suffix);
	if (length > word->length || memcmp(word->text + word->length - length, suffix, length) != 0)
		return false;
	word->stem = word->length - length;
	return true;
}

/* Replacements are never longer than what they replace. */
static void stem_append(struct stemmer *word, const char *replacement)
{
	size_t length = strlen(replacement);
	memcpy(word->text + word->stem, replacement, length);
	word->length = word->stem + length;
}

/* The first rule whose suffix matches decides, whether its condition holds or not. */
static void rules_apply(struct stemmer *word, const struct suffix_rule *rules, int more_than)
{
	for (; rules->suffix; rules++)
		if (ends_with(word, rules->suffix)) {
			if (stem_measure(word) > more_than)
				stem_append(word, rules->replacement);
			return;
		}
}

static void step_1a(struct stemmer *word)
{
	if (ends_with(word, "sses"))
		stem_append(word, "ss");
	else if (ends_with(word, "ies"))
		stem_append(word, "i");
	else if (!ends_with(word, "ss") && ends_with(word, "s"))
		stem_append(word, "");
}

static void step_1b(struct stemmer *word)
{
	if (ends_with(word, "eed")) {
		if (stem_measure(word) > 0)
			stem_append(word, "ee");
		return;
	}
	if (!(ends_with(word, "ed") && stem_has_vowel(word)) && !(ends_with(word, "ing") && stem_has_vowel(word)))
		return;
	stem_append(word, "");
	if (ends_with(word, "at") || ends_with(word, "bl") || ends_with(word, "iz")) {
		word->text[word->length++] = 'e'; /* there was "ed" or "ing" */
	} else if (ends_double_consonant(word) && !strchr("lsz", word->text[word->length - 1])) {
		word->length--;
	} else {
		word->stem = word->length;
		if (stem_measure(word) == 1 && ends_short(word, word->length))
			word->text[word->length++] = 'e';
	}
}

static void step_1c(struct stemmer *word)
{
	if (ends_with(word, "y") && stem_has_vowel(word))
		stem_append(word, "i");
}

static void steps_2_3(struct stemmer *word)
{
	static const struct suffix_rule second[] = {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"},
		{"izer", "ize"}, {"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"},
		{"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"},
		{"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"}, {"logi", "log"}, {NULL, NULL}};
	static const struct suffix_rule third[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"},
		{"ful", ""}, {"ness", ""}, {NULL, NULL}};
	rules_apply(word, second, 0);
	rules_apply(word, third, 0);
}

static void step_4(struct stemmer *word)
{
	static const struct suffix_rule fourth[] = {{"al", ""}, {"ance", ""}, {"ence", ""}, {"er", ""}, {"ic", ""}, {"able", ""},
		{"ible", ""}, {"ant", ""}, {"ement", ""}, {"ment", ""}, {"ent", ""}, {"ou", ""}, {"ism", ""}, {"ate", ""},
		{"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""}, {NULL, NULL}};
	if (!ends_with(word, "ion")) {
		rules_apply(word, fourth, 1);
		return;
	}
	if (word->stem && strchr("st", word->text[word->stem - 1]) && stem_measure(word) > 1)
		stem_append(word, "");
}

static void step_5(struct stemmer *word)
{
	if (ends_with(word, "e") && (stem_measure(word) > 1 || (stem_measure(word) == 1 && !ends_short(word, word->stem))))
		stem_append(word, "");
	word->stem = word->length;
	if (ends_with(word, "ll")) {
		word->stem = word->length - 1;
		if (stem_measure(word) > 1)
			word->length--;
	}
}

static bool word_is_plain(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (word[i] < 'a' || word[i] > 'z')
			return false;
	return length > 2;
}

size_t word_stem(char *text, size_t length)
{
	struct stemmer word = {text, length, length};
	if (!word_is_plain(text, length))
		return length;
	step_1a(&word);
	step_1b(&word);
	step_1c(&word);
	steps_2_3(&word);
	step_4(&word);
	step_5(&word);
	return word.length;
}
