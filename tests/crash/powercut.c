/* What a power cut leaves: a folder that holds of each watched file only what was synced.

   Loaded by LD_PRELOAD. Files directly below POWERCUT_FOLDER are watched; POWERCUT_KEEP is the folder of what survives.
   A file is copied there when it is fsynced or fdatasynced. A new file comes under its name, and an unlinked one goes,
   only when the folder itself is synced. What merely stood in the page cache never gets there.

   With POWERCUT_AT=n the cut comes in the middle of the n-th sync of a watched file: some of its blocks arrive, and the
   whole process group is killed. Without it, whoever watches kills the process when they like.

   A watched file is read through the descriptor that is being synced and never opened a second time: closing another
   descriptor of an SQLite database would drop the locks that this process holds on it (fcntl(2)). */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096
#define ALL (-1)
#define NEW ".new-"
#define GONE ".gone-"

static const char *folder, *keep;
static long cut_at, syncs;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("POWERCUT_AT");
  folder = getenv("POWERCUT_FOLDER");
  keep = getenv("POWERCUT_KEEP");
  cut_at = at ? atol(at) : 0;
  srand((unsigned)cut_at);
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
}

static void must(int holds, const char *what) {
  if (holds) return;
  perror(what);
  abort(); /* a harness that cannot copy must not pass for a machine that lost nothing */
}

/* "" for the watched folder, the name of a file directly in it, NULL for anything else. */
static const char *watched(const char *path) {
  size_t length = folder && keep ? strlen(folder) : 0;
  if (!length || strncmp(path, folder, length)) return NULL;
  if (!path[length]) return path + length;
  return path[length] == '/' && !strchr(path + length + 1, '/') ? path + length + 1 : NULL;
}

static const char *kept(char *path, const char *mark, const char *name) {
  must(snprintf(path, PATH_MAX, "%s/%s%s", keep, mark, name) < PATH_MAX, "path");
  return path;
}

static int is_kept(const char *mark, const char *name) {
  char path[PATH_MAX];
  return !access(kept(path, mark, name), F_OK);
}

/* Threads and processes that share a database copy one after the other. */
static int wait_turn(void) {
  char path[PATH_MAX];
  pthread_mutex_lock(&turn);
  int lock = open(kept(path, ".turn", ""), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  must(lock >= 0 && !flock(lock, LOCK_EX), "lock");
  return lock;
}

static void end_turn(int lock) {
  close(lock);
  pthread_mutex_unlock(&turn);
}

/* Copies the blocks that differ, the first `most` of them or ALL; answers how many differed. `to` < 0 only counts. */
static long copy(int from, int to, long most) {
  static char here[BLOCK], there[BLOCK];
  struct stat found;
  long differing = 0;
  must(!fstat(from, &found), "fstat");
  for (off_t at = 0; at < found.st_size; at += BLOCK) {
    ssize_t have = pread(from, here, BLOCK, at), had = pread(to, there, BLOCK, at);
    must(have >= 0 && had >= 0, "pread");
    if (have == had && !memcmp(here, there, (size_t)have)) continue;
    if (most != ALL && differing == most) break;
    differing++;
    must(pwrite(to, here, (size_t)have, at) == have, "pwrite");
  }
  if (most == ALL) must(!ftruncate(to, found.st_size), "ftruncate");
  return differing;
}

static void keep_file(int fd, const char *name) {
  char path[PATH_MAX];
  struct stat found;
  int lock = wait_turn();
  must(!fstat(fd, &found), "fstat");
  if (found.st_nlink) { /* whatever an unlinked file holds, no name leads to it after the cut */
    int is_old = is_kept("", name) && !is_kept(NEW, name) && !is_kept(GONE, name);
    int to = open(kept(path, is_old ? "" : NEW, name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    must(to >= 0, path);
    if (cut_at && ++syncs == cut_at) {
      copy(fd, to, rand() % 8);
      kill(0, SIGKILL);
    }
    copy(fd, to, ALL);
    close(to);
  }
  end_turn(lock);
}

static void keep_names(void) {
  char from[PATH_MAX], to[PATH_MAX];
  int lock = wait_turn();
  for (int pass = 0; pass < 2; pass++) {
    const char *mark = pass ? NEW : GONE;
    DIR *listed = opendir(keep);
    must(listed != NULL, keep);
    for (struct dirent *one; (one = readdir(listed));) {
      if (strncmp(one->d_name, mark, strlen(mark))) continue;
      const char *name = one->d_name + strlen(mark);
      kept(from, mark, name);
      kept(to, "", name);
      if (pass) must(!rename(from, to), "rename");
      else {
        real_unlink(to);
        must(!real_unlink(from), "unlink");
      }
    }
    closedir(listed);
  }
  end_turn(lock);
}

/* True when the descriptor was of a watched file: then the copy takes the place of the disk. */
static int keep_synced(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  const char *name = watched(path);
  if (!name) return 0;
  if (*name) keep_file(fd, name);
  else keep_names();
  return 1;
}

int fsync(int fd) { return keep_synced(fd) ? 0 : real_fsync(fd); }

int fdatasync(int fd) { return keep_synced(fd) ? 0 : real_fdatasync(fd); }

int unlink(const char *path) {
  char marker[PATH_MAX];
  const char *name = watched(path);
  int answer = real_unlink(path);
  if (name && *name && !answer) {
    int lock = wait_turn();
    real_unlink(kept(marker, NEW, name));
    int made = open(kept(marker, GONE, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(made >= 0, marker);
    close(made);
    end_turn(lock);
  }
  return answer;
}
