/* A list: which of many rows is selected and which are seen. Rows are counted, never held; who owns the list keeps the id of the
 * selected row and puts the selection back to it after a reload. */
#ifndef LEVER_TUI_LIST_H
#define LEVER_TUI_LIST_H

#include "tui/screens/screen.h"

struct list {
	long long count, selected, top; /* rows; selected is valid while count > 0 */
	int height;			/* rows seen */
};

void list_set_count(struct list *list, long long count);
void list_set_height(struct list *list, int height);
void list_select(struct list *list, long long row);
/* Answers whether the selection or the view moved. */
bool list_move(struct list *list, enum motion motion, long long count);

#endif
