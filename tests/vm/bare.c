/* The least there can be: one loop over the kernel's character device that switches an output with an input.
 * `bare CHIP INPUT OUTPUT`; says "ready" once edges are heard. */
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int taken(int chip, unsigned line, unsigned long long flags)
{
    struct gpio_v2_line_request request;
    memset(&request, 0, sizeof request);
    request.offsets[0] = line;
    request.num_lines = 1;
    request.config.flags = flags;
    strcpy(request.consumer, "bare");
    if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0) {
        perror("bare: the line cannot be taken");
        exit(69);
    }
    return request.fd;
}

int main(int count, char **words)
{
    struct gpio_v2_line_event edge;
    struct gpio_v2_line_values level = {.mask = 1};
    int chip, contact, lamp;
    if (count != 4 || (chip = open(words[1], O_RDWR)) < 0) {
        fprintf(stderr, "bare CHIP INPUT OUTPUT\n");
        return 64;
    }
    lamp = taken(chip, atoi(words[3]), GPIO_V2_LINE_FLAG_OUTPUT);
    contact = taken(chip, atoi(words[2]),
                    GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING);
    puts("ready");
    fflush(stdout);
    while (read(contact, &edge, sizeof edge) == sizeof edge) {
        level.bits = edge.id == GPIO_V2_LINE_EVENT_RISING_EDGE;
        if (ioctl(lamp, GPIO_V2_LINE_SET_VALUES_IOCTL, &level) < 0)
            break;
    }
    perror("bare: the lines are gone");
    return 69;
}
