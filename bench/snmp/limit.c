/*
 * The limit that readers are measured against: sends the same encoded requests to the same devices over one socket, many a
 * system call, and looks at no more of an answer than its id.
 * Usage: limit PORT FIRST DEVICES AT_ONCE BUFFER TIMEOUT TRIES ROUNDS < requests
 *   FIRST     the first device's IPv4 address; the others follow it
 *   AT_ONCE   devices asked at once, one request each
 *   BUFFER    octets of receive buffer to ask for
 *   TIMEOUT   milliseconds a try
 *   requests  a line each: where its id begins, and its octets in hex
 * Prints: CPU seconds, wall seconds, peak kilobytes, devices with all answers in the last round.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SIZE = 4096, MOST_REQUESTS = 16, FIRST_ID = 0x01000000 };

typedef struct { int length, id_at; uint8_t octets[SIZE]; } request;
typedef struct { int64_t sent; uint8_t next, tries, ended; } device;
typedef struct { uint32_t who; uint8_t next, tries; int64_t due; } deadline;

static request requests[MOST_REQUESTS];
static int request_count;
static device *devices;
static deadline *line;
static size_t line_head, line_tail, line_size;
static uint32_t *queue;
static size_t queue_head, queue_tail, queue_size;

static int64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void read_requests(void) {
  char hex[2 * SIZE + 2];
  int at;
  while (request_count < MOST_REQUESTS && scanf("%d %8191s", &at, hex) == 2) {
    request *one = &requests[request_count++];
    one->id_at = at;
    one->length = strlen(hex) / 2;
    for (int octet = 0; octet < one->length; octet++) sscanf(hex + 2 * octet, "%2hhx", &one->octets[octet]);
  }
}

/* The request id of a Response: past the outer length, the version and the community. */
static uint32_t id_of(const uint8_t *octets, int length) {
  int at = 2 + (octets[1] & 0x80 ? octets[1] & 0x7f : 0);
  at += 2 + octets[at + 1];
  at += 2 + octets[at + 1];
  at += 2 + (octets[at + 1] & 0x80 ? octets[at + 1] & 0x7f : 0);
  if (at + 6 > length || octets[at] != 2 || octets[at + 1] != 4) return 0;
  return (uint32_t)octets[at + 2] << 24 | octets[at + 3] << 16 | octets[at + 4] << 8 | octets[at + 5];
}

static void enqueue(uint32_t who) { queue[queue_tail++ % queue_size] = who; }

static void send_batch(int socket_, uint32_t first, int port, int64_t timeout) {
  static uint8_t octets[BATCH][SIZE];
  static struct sockaddr_in to[BATCH];
  static struct iovec vectors[BATCH];
  static struct mmsghdr heads[BATCH];
  int count = 0;
  int64_t now = microseconds();
  for (; count < BATCH && queue_head < queue_tail; count++) {
    uint32_t who = queue[queue_head++ % queue_size];
    device *one = &devices[who];
    request *asked = &requests[one->next];
    uint32_t id = htonl(FIRST_ID + who * MOST_REQUESTS + one->next);
    memcpy(octets[count], asked->octets, asked->length);
    memcpy(octets[count] + asked->id_at, &id, 4);
    to[count] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(first + who)}};
    vectors[count] = (struct iovec){octets[count], asked->length};
    heads[count].msg_hdr = (struct msghdr){&to[count], sizeof to[count], &vectors[count], 1, NULL, 0, 0};
    one->tries++;
    line[line_tail++ % line_size] = (deadline){who, one->next, one->tries, now + timeout};
  }
  for (int done = 0; done < count;) {
    int more = sendmmsg(socket_, heads + done, count - done, 0);
    done += more < 1 ? 1 : more;
  }
}

int main(int argc, char **argv) {
  if (argc < 9) return 2;
  int port = atoi(argv[1]), count = atoi(argv[3]), at_once = atoi(argv[4]), buffer = atoi(argv[5]);
  uint32_t first = ntohl(inet_addr(argv[2]));
  int64_t timeout = atoi(argv[6]) * 1000LL;
  int most_tries = atoi(argv[7]), rounds = atoi(argv[8]);
  read_requests();
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  devices = calloc(count, sizeof *devices);
  line_size = (size_t)count * most_tries * MOST_REQUESTS + BATCH;
  line = malloc(line_size * sizeof *line);
  queue_size = count + BATCH;
  queue = malloc(queue_size * sizeof *queue);
  static uint8_t in[BATCH][SIZE];
  static struct iovec vectors[BATCH];
  static struct mmsghdr heads[BATCH];
  for (int at = 0; at < BATCH; at++) {
    vectors[at] = (struct iovec){in[at], SIZE};
    heads[at].msg_hdr = (struct msghdr){NULL, 0, &vectors[at], 1, NULL, 0, 0};
  }
  int64_t began = microseconds();
  int complete = 0;
  for (int round = 0; round < rounds; round++) {
    memset(devices, 0, count * sizeof *devices);
    complete = 0;
    int started = 0, ended = 0;
    while (ended < count) {
      while (started < count && started - ended < at_once) enqueue(started++);
      if (queue_head < queue_tail) send_batch(socket_, first, port, timeout);
      int got = recvmmsg(socket_, heads, BATCH, MSG_DONTWAIT, NULL);
      for (int at = 0; at < got; at++) {
        uint32_t id = id_of(in[at], heads[at].msg_len) - FIRST_ID, who = id / MOST_REQUESTS;
        if (who >= (uint32_t)count || devices[who].ended || devices[who].next != id % MOST_REQUESTS) continue;
        devices[who].tries = 0;
        if (++devices[who].next < request_count) enqueue(who);
        else devices[who].ended = 1, ended++, complete++;
      }
      int64_t now = microseconds();
      while (line_head < line_tail && line[line_head % line_size].due <= now) {
        deadline late = line[line_head++ % line_size];
        device *one = &devices[late.who];
        if (one->ended || one->next != late.next || one->tries != late.tries) continue;
        if (one->tries < most_tries) enqueue(late.who);
        else one->ended = 1, ended++;
      }
      if (got <= 0 && queue_head == queue_tail && ended < count && started - ended >= (started < count ? at_once : 1)) {
        struct pollfd readable = {socket_, POLLIN, 0};
        int64_t rest = line_head < line_tail ? (line[line_head % line_size].due - now + 999) / 1000 : 1;
        poll(&readable, 1, rest < 1 ? 1 : rest);
      }
    }
    line_head = line_tail = queue_head = queue_tail = 0;
  }
  double wall = (microseconds() - began) / 1e6;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("%f %f %ld %d\n", cpu, wall, used.ru_maxrss, complete);
}
