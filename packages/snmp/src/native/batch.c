/*
 * Many datagrams a system call. Node's own UDP socket makes one call and several objects for each, which is half of what reading a
 * device costs; this sends and receives up to BATCH at once on a socket that Node has opened, IPv4 only. It looks into no datagram.
 *
 * Both functions take (fd, octets: Uint8Array, heads: Uint32Array, from, to): the datagrams `from` up to, not including, `to`, and
 * answer how many were sent or received, or minus the system's error number. A head is three words: for sending where the datagram
 * ends in `octets` (it begins where the one before ends), for receiving its length; then IPv4 address and port, as numbers.
 * Received datagrams lie SLOT octets apart, which is more than a datagram can have.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <arpa/inet.h>
#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { BATCH = 64, SLOT = 65536, WORDS = 3, ARGUMENTS = 5 };

typedef struct {
  int32_t fd, from, to;
  uint8_t *octets;
  size_t octets_length;
  uint32_t *heads;
  struct sockaddr_in addresses[BATCH];
  struct iovec vectors[BATCH];
  struct mmsghdr messages[BATCH];
} batch;

static bool array_of(napi_env env, napi_value value, napi_typedarray_type wanted, size_t *length, void **data) {
  napi_typedarray_type type;
  if (napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) != napi_ok) return false;
  return type == wanted;
}

/* Reads the arguments; false, with an exception under way, if they are not what they must be. */
static bool arguments_of(napi_env env, napi_callback_info info, batch *given) {
  napi_value values[ARGUMENTS];
  size_t count = ARGUMENTS, words = 0;
  void *octets, *heads;
  bool is_good = napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok && count == ARGUMENTS &&
                 napi_get_value_int32(env, values[0], &given->fd) == napi_ok &&
                 array_of(env, values[1], napi_uint8_array, &given->octets_length, &octets) &&
                 array_of(env, values[2], napi_uint32_array, &words, &heads) &&
                 napi_get_value_int32(env, values[3], &given->from) == napi_ok &&
                 napi_get_value_int32(env, values[4], &given->to) == napi_ok && given->fd >= 0 && given->from >= 0 &&
                 given->from <= given->to && given->to <= BATCH && words >= (size_t)given->to * WORDS;
  if (!is_good) {
    napi_throw_range_error(env, NULL, "batch: (fd, octets, heads, from, to) with room for `to` heads");
    return false;
  }
  given->octets = octets;
  given->heads = heads;
  return true;
}

static void message_at(batch *all, int32_t at, uint8_t *octets, size_t length) {
  all->vectors[at] = (struct iovec){octets, length};
  all->messages[at].msg_hdr = (struct msghdr){
      .msg_name = &all->addresses[at], .msg_namelen = sizeof all->addresses[at], .msg_iov = &all->vectors[at], .msg_iovlen = 1};
}

static napi_value number(napi_env env, int value) {
  napi_value result;
  return napi_create_int32(env, value, &result) == napi_ok ? result : NULL;
}

static napi_value send_batch(napi_env env, napi_callback_info info) {
  batch all;
  if (!arguments_of(env, info, &all)) return NULL;
  for (int32_t at = all.from; at < all.to; at++) {
    const uint32_t *head = all.heads + (size_t)at * WORDS;
    const uint32_t begin = at == 0 ? 0 : head[-WORDS];
    if (begin > head[0] || head[0] > all.octets_length) {
      napi_throw_range_error(env, NULL, "batch: a datagram ends beyond the octets");
      return NULL;
    }
    all.addresses[at] =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(head[1])}, .sin_port = htons((uint16_t)head[2])};
    message_at(&all, at, all.octets + begin, head[0] - begin);
  }
  const int sent = sendmmsg(all.fd, all.messages + all.from, all.to - all.from, MSG_DONTWAIT);
  return number(env, sent < 0 ? -errno : sent);
}

static napi_value receive_batch(napi_env env, napi_callback_info info) {
  batch all;
  if (!arguments_of(env, info, &all)) return NULL;
  if (all.octets_length < (size_t)all.to * SLOT) {
    napi_throw_range_error(env, NULL, "batch: a slot has 65536 octets");
    return NULL;
  }
  for (int32_t at = all.from; at < all.to; at++) message_at(&all, at, all.octets + (size_t)at * SLOT, SLOT);
  const int received = recvmmsg(all.fd, all.messages + all.from, all.to - all.from, MSG_DONTWAIT, NULL);
  if (received < 0) return number(env, -errno);
  for (int32_t at = all.from; at < all.from + received; at++) {
    uint32_t *head = all.heads + (size_t)at * WORDS;
    head[0] = all.messages[at].msg_len;
    head[1] = ntohl(all.addresses[at].sin_addr.s_addr);
    head[2] = ntohs(all.addresses[at].sin_port);
  }
  return number(env, received);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"send", NULL, send_batch, NULL, NULL, NULL, napi_enumerable, NULL},
      {"receive", NULL, receive_batch, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  if (napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions) != napi_ok) return NULL;
  return exports;
}
