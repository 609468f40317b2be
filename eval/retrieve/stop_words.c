#include "eval/retrieve/retrieve_private.h"
#include <stdlib.h>

/* Function words of English: articles, pronouns, prepositions, conjunctions, auxiliaries, question words, and what a split at the
 * apostrophe leaves of contractions. Sorted by bytes. */
static const char *const stop_words[] = {"a", "about", "above", "after", "again", "against", "ain", "all", "also", "although", "am",
	"among", "an", "and", "any", "are", "aren", "as", "at", "be", "because", "been", "before", "being", "below", "between",
	"both", "but", "by", "can", "cannot", "could", "couldn", "d", "did", "didn", "do", "does", "doesn", "doing", "don", "down",
	"during", "each", "either", "else", "ever", "few", "for", "from", "further", "had", "hadn", "has", "hasn", "have", "haven",
	"having", "he", "her", "here", "hers", "herself", "him", "himself", "his", "how", "however", "i", "if", "in", "into", "is",
	"isn", "it", "its", "itself", "just", "ll", "m", "may", "me", "might", "mightn", "more", "most", "must", "mustn", "my",
	"myself", "needn", "neither", "no", "nor", "not", "of", "off", "on", "once", "only", "or", "other", "ought", "our", "ours",
	"ourselves", "out", "over", "own", "per", "please", "re", "s", "same", "shall", "shan", "she", "should", "shouldn", "since",
	"so", "some", "such", "t", "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there", "therefore",
	"these", "they", "this", "those", "though", "through", "thus", "to", "too", "under", "unless", "until", "up", "upon", "us",
	"ve", "very", "was", "wasn", "we", "were", "weren", "what", "when", "where", "whether", "which", "while", "who", "whom",
	"whose", "why", "will", "with", "within", "without", "would", "wouldn", "you", "your", "yours", "yourself", "yourselves"};

static int word_order(const void *word, const void *item)
{
	return strcmp(word, *(const char *const *)item);
}

bool word_is_stop(const char *word)
{
	return bsearch(word, stop_words, COUNT(stop_words), sizeof *stop_words, word_order) != NULL;
}
