#include "tui/widgets/list.h"

static long long between(long long value, long long low, long long high)
{
	return value > high ? high : value < low ? low : value;
}

/* The selection is always seen, and no row is left empty while there are rows above. */
static void settle(struct list *list)
{
	int height = list->height > 0 ? list->height : 1;
	list->selected = list->count ? between(list->selected, 0, list->count - 1) : 0;
	list->top = between(list->top, list->selected - height + 1, list->selected);
	list->top = between(list->top, 0, list->count > height ? list->count - height : 0);
}

void list_set_count(struct list *list, long long count)
{
	list->count = count > 0 ? count : 0;
	settle(list);
}

void list_set_height(struct list *list, int height)
{
	list->height = height;
	settle(list);
}

void list_select(struct list *list, long long row)
{
	list->selected = row;
	settle(list);
}

bool list_move(struct list *list, enum motion motion, long long count)
{
	long long selected = list->selected, top = list->top, page = list->height > 1 ? list->height - 1 : 1;
	switch (motion) {
	case MOVE_LINES:
		list->selected += count;
		break;
	case MOVE_PAGES:
		list->selected += count * page;
		list->top += count * page;
		break;
	case MOVE_FIRST:
		list->selected = 0;
		break;
	case MOVE_LAST:
		list->selected = list->count - 1;
		break;
	}
	settle(list);
	return list->selected != selected || list->top != top;
}
