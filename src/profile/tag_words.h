// Words that speak for a tag, found in what somebody said. No dictionary and no outside service: the library declares the words, Chinese
// ones are found wherever they stand, Latin ones as whole words. Inside profile/.
//
// A word does not speak when its clause denies it (没有孩子, 孩子还没有, no kids), asks (有孩子吗), supposes (如果有孩子) or tells of somebody
// else's (朋友家的孩子). Two denials make a yes (不是没有孩子). In doubt it keeps silent: what is missed is asked again, what is wrong sticks.
#ifndef PROFILE_TAG_WORDS_H
#define PROFILE_TAG_WORDS_H
#include "base/arena.h"

#define TAG_WORDS_FOUND_MAX 8

// `declared`: words with 、 or commas between. Those that speak, each once, as they stand in the library; how many.
size_t tag_words_in(str text, str declared, arena *a, str ret[TAG_WORDS_FOUND_MAX]);

#endif
