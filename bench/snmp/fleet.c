/*
 * A fleet for benchmarks: answers SNMP v1/v2c GETs on one UDP port for every address that reaches this machine, so cheaply that
 * the reader is what is measured. Every object exists; its type and value follow from its name and the address asked.
 * Usage: fleet PORT [LOSS [LEAST MOST [sparse]]]
 *   LOSS         answers in 10,000 that never come
 *   LEAST, MOST  milliseconds that an answer takes, evenly spread
 *   sparse       of 32 addresses two are printers and one is another agent; the others are silent
 * Asked by SIGUSR1 it prints the datagrams and octets that came and those that left since it was last asked.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SIZE = 8192, LOOKS = 200, PAUSE = 30000, RING = 4096 };

typedef struct { uint8_t *at, *end; } span;

/* Enters an element: its tag, its content in *inner, *outer moved past it; -1 if it is cut. */
static int enter(span *outer, span *inner) {
  if (outer->end - outer->at < 2) return -1;
  int tag = *outer->at++;
  size_t length = *outer->at++;
  if (length & 0x80) {
    int octets = length & 0x7f;
    if (octets == 0 || octets > 3 || outer->end - outer->at < octets) return -1;
    for (length = 0; octets-- > 0;) length = length << 8 | *outer->at++;
  }
  if ((size_t)(outer->end - outer->at) < length) return -1;
  inner->at = outer->at;
  inner->end = outer->at += length;
  return tag;
}

/* The answer grows from the end of its buffer to the front, so that lengths are known when they are written. */
static uint8_t *put(uint8_t *front, const void *octets, size_t count) {
  return memcpy(front - count, octets, count);
}

static uint8_t *wrap(uint8_t *front, const uint8_t *end, int tag) {
  size_t length = end - front;
  if (length < 0x80) *--front = length;
  else if (length < 0x100) { *--front = length; *--front = 0x81; }
  else { *--front = length; *--front = length >> 8; *--front = 0x82; }
  *--front = tag;
  return front;
}

static uint8_t *number(uint8_t *front, uint32_t value, int tag) {
  uint8_t *end = front;
  do { *--front = value; value >>= 8; } while (value);
  if (*front & 0x80) *--front = 0;
  return wrap(front, end, tag);
}

/* Four objects in ten are integers, three are counters or gauges, three are texts of 8 to 23 octets. */
static uint8_t *value(uint8_t *front, span oid, uint32_t address) {
  uint32_t hash = 2166136261u;
  for (uint8_t *at = oid.at; at < oid.end; at++) hash = (hash ^ *at) * 16777619u;
  uint32_t kind = (hash >> 16) % 10, seed = hash ^ address;
  if (kind < 4) return number(front, seed % 20000, 0x02);
  if (kind < 7) return number(front, seed, kind == 4 ? 0x42 : 0x41);
  char text[24];
  int length = 8 + hash % 16;
  for (int at = 0; at < length; at++) text[at] = 'A' + (seed >> (at % 24)) % 26;
  return wrap(put(front, text, length), front, 0x04);
}

/* Builds the answer at the end of `buffer`; its first octet, or NULL if the request is none. */
static uint8_t *answer(span request, uint32_t address, uint8_t *end) {
  span message, version, community, pdu, id, status, index, list, varbind, name;
  if (enter(&request, &message) != 0x30 || enter(&message, &version) != 0x02) return NULL;
  if (enter(&message, &community) != 0x04 || enter(&message, &pdu) != 0xa0) return NULL;
  if (enter(&pdu, &id) != 0x02 || enter(&pdu, &status) != 0x02 || enter(&pdu, &index) != 0x02) return NULL;
  if (enter(&pdu, &list) != 0x30) return NULL;
  span names[256];
  int count = 0;
  while (count < 256 && enter(&list, &varbind) == 0x30 && enter(&varbind, &name) == 0x06) names[count++] = name;
  uint8_t *front = end;
  while (count-- > 0) {
    uint8_t *stop = front;
    front = value(front, names[count], address);
    uint8_t *inner = front;
    front = wrap(put(front, names[count].at, names[count].end - names[count].at), inner, 0x06);
    front = wrap(front, stop, 0x30);
  }
  front = wrap(front, end, 0x30);
  front = put(front, "\x02\x01\x00\x02\x01\x00", 6);
  uint8_t *stop = front;
  front = wrap(put(front, id.at, id.end - id.at), stop, 0x02);
  front = wrap(front, end, 0xa2);
  stop = front;
  front = wrap(put(front, community.at, community.end - community.at), stop, 0x04);
  stop = front;
  front = wrap(put(front, version.at, version.end - version.at), stop, 0x02);
  return wrap(front, end, 0x30);
}

/* An answer that is not due yet. */
typedef struct late {
  struct late *next;
  struct sockaddr_in to;
  struct in_pktinfo from;
  size_t length;
  uint8_t octets[];
} late;

static late *ring[RING];
static int waiting;

static int64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void keep(int64_t due, struct sockaddr_in to, struct in_pktinfo from, uint8_t *octets, size_t length) {
  late *one = malloc(sizeof *one + length);
  *one = (late){ring[due % RING], to, from, length};
  memcpy(one->octets, octets, length);
  ring[due % RING] = one;
  waiting++;
}

static void send_one(int socket_, late *one) {
  char control[CMSG_SPACE(sizeof(struct in_pktinfo))] = {0};
  struct iovec vector = {one->octets, one->length};
  struct msghdr head = {&one->to, sizeof one->to, &vector, 1, control, sizeof control, 0};
  struct cmsghdr *extra = CMSG_FIRSTHDR(&head);
  *extra = (struct cmsghdr){CMSG_LEN(sizeof(struct in_pktinfo)), IPPROTO_IP, IP_PKTINFO};
  memcpy(CMSG_DATA(extra), &one->from, sizeof one->from);
  sendmsg(socket_, &head, 0);
}

static void send_due(int socket_, int64_t *done, int64_t now) {
  for (; *done < now; ++*done) {
    for (late *one = ring[(*done + 1) % RING], *next; one != NULL; one = next) {
      next = one->next;
      send_one(socket_, one);
      free(one);
      waiting--;
    }
    ring[(*done + 1) % RING] = NULL;
  }
}

static uint8_t in[BATCH][SIZE], out[BATCH][SIZE];
static unsigned long asked, asked_octets, answered, answered_octets;
static volatile sig_atomic_t is_called;

static void call(int number) { is_called = number; }

static void tell(void) {
  is_called = 0;
  printf("%lu %lu %lu %lu\n", asked, asked_octets, answered, answered_octets);
  fflush(stdout);
  asked = asked_octets = answered = answered_octets = 0;
}

int main(int argc, char **argv) {
  int loss = argc > 2 ? atoi(argv[2]) : 0, least = argc > 4 ? atoi(argv[3]) : 0, most = argc > 4 ? atoi(argv[4]) : 0;
  int sparse = argc > 5 && strcmp(argv[5], "sparse") == 0, on = 1, wanted = 32 << 20;
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 16100)};
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
  setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted);
  setsockopt(socket_, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  /* A signal may come between two looks at it. */
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0, 100000}, sizeof(struct timeval));
  if (bind(socket_, (struct sockaddr *)&own, sizeof own) != 0) return perror("bind"), 1;
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = call}, NULL);
  puts("ready");
  fflush(stdout);
  static struct mmsghdr heads[BATCH], replies[BATCH];
  static struct iovec vectors[BATCH], sent[BATCH];
  static struct sockaddr_in from[BATCH];
  static char control[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];
  int64_t done = milliseconds();
  for (uint32_t dice = 1;;) {
    for (int at = 0; at < BATCH; at++) {
      vectors[at] = (struct iovec){in[at], SIZE};
      heads[at].msg_hdr = (struct msghdr){&from[at], sizeof from[at], &vectors[at], 1, control[at], sizeof control[at], 0};
    }
    int count = -1, answers = 0;
    if (is_called) tell();
    if (most > 0) {
      struct pollfd readable = {socket_, POLLIN, 0};
      poll(&readable, 1, waiting > 0 ? 1 : 1000);
      send_due(socket_, &done, milliseconds());
      count = recvmmsg(socket_, heads, BATCH, MSG_DONTWAIT, NULL);
    } else {
      /* A real sender pays neither for waking the printer nor for its locks: look again now and then before sleeping. */
      for (int looks = 0; count < 0 && looks < LOOKS; looks++) {
        count = recvmmsg(socket_, heads, BATCH, MSG_DONTWAIT, NULL);
        for (volatile int pause = 0; count < 0 && pause < PAUSE; pause++) {}
      }
      if (count < 0) count = recvmmsg(socket_, heads, BATCH, MSG_WAITFORONE, NULL);
    }
    for (int at = 0; at < count; at++) {
      asked++;
      asked_octets += heads[at].msg_len;
      struct cmsghdr *extra = CMSG_FIRSTHDR(&heads[at].msg_hdr);
      if (extra == NULL) continue;
      struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(extra);
      uint32_t address = ntohl(info->ipi_addr.s_addr);
      if (sparse && address % 32 != 1 && address % 32 != 17 && address % 32 != 9) continue;
      uint8_t *end = out[at] + SIZE;
      uint8_t *front = answer((span){in[at], in[at] + heads[at].msg_len}, address, end);
      dice = dice * 1664525u + 1013904223u;
      if (front == NULL || (int)((dice >> 8) % 10000) < loss) continue;
      answered++;
      answered_octets += end - front;
      /* The answer leaves from the address that was asked. */
      info->ipi_spec_dst = info->ipi_addr;
      info->ipi_ifindex = 0;
      if (most > 0) {
        dice = dice * 1664525u + 1013904223u;
        keep(milliseconds() + least + (dice >> 8) % (most - least + 1), from[at], *info, front, end - front);
        continue;
      }
      sent[answers] = (struct iovec){front, end - front};
      replies[answers].msg_hdr = heads[at].msg_hdr;
      replies[answers].msg_hdr.msg_iov = &sent[answers];
      answers++;
    }
    for (int sending = 0; sending < answers;) {
      int more = sendmmsg(socket_, replies + sending, answers - sending, 0);
      if (more < 0) sending++;
      else sending += more;
    }
  }
}
