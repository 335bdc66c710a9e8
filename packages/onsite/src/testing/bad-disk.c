/* Put before the C library (LD_PRELOAD): this share of the writes and syncs of the database's files fails, as on a dying disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int file) {
  static unsigned seed = 0;
  const char *share = getenv("BAD_DISK");
  char link[64], path[4096];
  if (share == NULL) return 0;
  if (seed == 0) seed = (unsigned)getpid();
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, "/state.db") == NULL) return 0;
  if (rand_r(&seed) >= atof(share) * RAND_MAX) return 0;
  errno = EIO;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int file, const void *from, size_t size, off64_t at) {
  return fails(file) ? -1 : REAL(pwrite64)(file, from, size, at);
}
ssize_t pwrite(int file, const void *from, size_t size, off_t at) {
  return fails(file) ? -1 : REAL(pwrite)(file, from, size, at);
}
int fsync(int file) { return fails(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(file) ? -1 : REAL(fdatasync)(file); }
