/* A disk that fails when it is told to: while the file DISK_FAULT exists, every write to a file whose path begins with
   DISK_FOLDER fails with the number that stands in it (ENOSPC, EROFS, EIO). Loaded before the program under test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int fault(int file)
{
    const char *told = getenv("DISK_FAULT"), *folder = getenv("DISK_FOLDER");
    char place[64], path[4096], number[16];
    if (!told || !folder)
        return 0;
    int mark = open(told, O_RDONLY | O_CLOEXEC);
    if (mark < 0)
        return 0;
    ssize_t many = read(mark, number, sizeof number - 1);
    close(mark);
    if (many <= 0)
        return 0;
    number[many] = 0;
    snprintf(place, sizeof place, "/proc/self/fd/%d", file);
    ssize_t length = readlink(place, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) ? 0 : atoi(number);
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define FAILS(file)                                                                                                    \
    int kept = errno, wrong = fault(file);                                                                             \
    errno = kept;                                                                                                      \
    if (wrong) {                                                                                                       \
        errno = wrong;                                                                                                 \
        return -1;                                                                                                     \
    }

ssize_t write(int file, const void *octets, size_t many)
{
    REAL(write);
    FAILS(file)
    return real(file, octets, many);
}

ssize_t pwrite(int file, const void *octets, size_t many, off_t at)
{
    REAL(pwrite);
    FAILS(file)
    return real(file, octets, many, at);
}

ssize_t pwrite64(int file, const void *octets, size_t many, off64_t at)
{
    REAL(pwrite64);
    FAILS(file)
    return real(file, octets, many, at);
}

ssize_t pwritev(int file, const struct iovec *parts, int many, off_t at)
{
    REAL(pwritev);
    FAILS(file)
    return real(file, parts, many, at);
}

ssize_t pwritev64(int file, const struct iovec *parts, int many, off64_t at)
{
    REAL(pwritev64);
    FAILS(file)
    return real(file, parts, many, at);
}

int posix_fallocate(int file, off_t at, off_t length)
{
    REAL(posix_fallocate);
    int wrong = fault(file);
    return wrong ? wrong : real(file, at, length);
}

int posix_fallocate64(int file, off64_t at, off64_t length)
{
    REAL(posix_fallocate64);
    int wrong = fault(file);
    return wrong ? wrong : real(file, at, length);
}
