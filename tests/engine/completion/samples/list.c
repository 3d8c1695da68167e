#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(xs) (sizeof(xs) / sizeof((xs)[0]))
#define CHECK(p)                  \
    do {                          \
        if (!(p)) {               \
            perror("list");       \
            exit(EXIT_FAILURE);   \
        }                         \
    } while (0)

struct node {
    char *name;
    int count;
    struct node *next;
};

struct list {
    struct node *head;
    size_t length;
};

static struct node *find(struct list *list, const char *name)
{
    for (struct node *n = list->head; n != NULL; n = n->next) {
        if (strcmp(n->name, name) == 0)
            return n;
    }
    return NULL;
}

/* Adds one to the count of a name, which is copied. */
static void count(struct list *list, const char *name)
{
    struct node *n = find(list, name);
    if (n == NULL) {
        n = malloc(sizeof(*n));
        CHECK(n);
        n->name = strdup(name);
        n->count = 0;
        n->next = list->head;
        list->head = n;
        list->length++;
    }
    n->count++;
}

static void free_all(struct list *list)
{
    struct node *n = list->head;
    while (n) {
        struct node *next = n->next;
        free(n->name);
        free(n);
        n = next;
    }
    list->head = NULL;
}

int main(int argc, char **argv)
{
    static const char *const skipped[] = {"the", "a", "of"};
    struct list list = {.head = NULL, .length = 0};

    for (int i = 1; i < argc; i++) {
        int skip = 0;
        for (size_t k = 0; k < COUNT(skipped); k++)
            skip |= strcmp(argv[i], skipped[k]) == 0;
        if (!skip)
            count(&list, argv[i]);
    }
#ifdef VERBOSE
    fprintf(stderr, "%zu Wörter\n", list.length);
#endif
    for (struct node *n = list.head; n; n = n->next)
        printf("%-20s %d\n", n->name, n->count);
    free_all(&list);
    return 0;
}
