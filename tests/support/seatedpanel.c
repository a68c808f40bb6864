/* What stands between sway and a touch panel that umockdev pretends: a seat that is active from the
 * start, devices that are read without waiting, and the device number that udev knows the panel by
 * instead of its pseudo-terminal's. Loaded before the C library. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PSEUDO_TERMINAL 136
#define PANEL makedev(13, 72)

struct libseat;
struct listener {
    void (*enable)(struct libseat *, void *);
};

struct libseat *libseat_open_seat(const struct listener *listener, void *data)
{
    struct libseat *(*real)(const void *, void *) = dlsym(RTLD_NEXT, "libseat_open_seat");
    struct libseat *seat = real(listener, data);
    if (seat)
        listener->enable(seat, data);
    return seat;
}

const char *libseat_seat_name(struct libseat *seat)
{
    (void)seat;
    return "seat0";
}

int libseat_open_device(struct libseat *seat, const char *path, int *file)
{
    int (*real)(struct libseat *, const char *, int *) = dlsym(RTLD_NEXT, "libseat_open_device");
    int device = real(seat, path, file);
    if (device >= 0)
        fcntl(*file, F_SETFL, fcntl(*file, F_GETFL) | O_NONBLOCK);
    return device;
}

#define AS_UDEV_KNOWS_IT(told)                                                                     \
    if (S_ISCHR(told->st_mode) && major(told->st_rdev) == PSEUDO_TERMINAL)                         \
        told->st_rdev = PANEL

int fstat(int file, struct stat *told)
{
    int result = fstatat(file, "", told, AT_EMPTY_PATH);
    AS_UDEV_KNOWS_IT(told);
    return result;
}

int fstat64(int file, struct stat64 *told)
{
    int result = fstatat64(file, "", told, AT_EMPTY_PATH);
    AS_UDEV_KNOWS_IT(told);
    return result;
}
