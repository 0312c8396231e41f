/* What Linux has and Node does not: pseudo-terminals, input devices' state, datagrams to a Unix socket, hardening. */
#include "addon/glue.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include "addon/key_memory.h"
#include "arch/crc32c.h"
#include "pty/pty.h"

static napi_value open_pty(napi_env env, napi_callback_info info) {
  (void)info;
  struct sc_pty pty;
  int failed = sc_pty_open(&pty);
  if (failed != 0) return sc_throw_errno(env, "PTY_OPEN", "opening a pseudo-terminal", failed);
  napi_value result = sc_object(env);
  sc_set(env, result, "masterFd", sc_number(env, pty.master));
  sc_set(env, result, "slaveFd", sc_number(env, pty.slave));
  sc_set(env, result, "path", sc_text(env, pty.path));
  return result;
}

/* inputState(fd, type): the bits of EV_KEY (1) or EV_SW (5) that are set; nothing where `fd` is no input device. */
static napi_value input_state(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint64_t fd = 0, type = 0;
  if (!sc_args(env, info, "inputState", 2, args) || !sc_read_whole(env, args[0], "fd", 0, INT32_MAX, &fd) ||
      !sc_read_whole(env, args[1], "type", EV_KEY, EV_SW, &type)) {
    return NULL;
  }
  uint8_t bits[KEY_CNT / 8] = {0};
  const unsigned long request = type == EV_SW ? EVIOCGSW(sizeof bits) : EVIOCGKEY(sizeof bits);
  if (ioctl((int)fd, request, bits) < 0) return NULL;
  napi_value result = sc_object(env);
  uint8_t *copy = sc_set_buffer(env, result, "bits", sizeof bits);
  if (copy != NULL) memcpy(copy, bits, sizeof bits);
  return result;
}

/* dropPageCache(fd): the next read of the file comes from the disk, if all of it is written there. */
static napi_value drop_page_cache(napi_env env, napi_callback_info info) {
  napi_value args[1];
  uint64_t fd = 0;
  if (!sc_args(env, info, "dropPageCache", 1, args) || !sc_read_whole(env, args[0], "fd", 0, INT32_MAX, &fd)) {
    return NULL;
  }
  int failed = posix_fadvise((int)fd, 0, 0, POSIX_FADV_DONTNEED);
  if (failed != 0) return sc_throw_errno(env, "PAGE_CACHE", "dropping a file from the page cache", failed);
  return NULL;
}

/* tryLock(fd): whether this open file is the one that holds its lock now (flock(2)); closing it gives the lock back. */
static napi_value try_lock(napi_env env, napi_callback_info info) {
  napi_value args[1];
  uint64_t fd = 0;
  if (!sc_args(env, info, "tryLock", 1, args) || !sc_read_whole(env, args[0], "fd", 0, INT32_MAX, &fd)) return NULL;
  const bool held = flock((int)fd, LOCK_EX | LOCK_NB) == 0;
  if (!held && errno != EWOULDBLOCK) return sc_throw_errno(env, "FILE_LOCK", "locking a file", errno);
  return sc_bool(env, held);
}

/* sendDatagram(address, message): `address` is a path, or @name in the abstract namespace (sd_notify(3)). */
static napi_value send_datagram(napi_env env, napi_callback_info info) {
  napi_value args[2];
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  char message[4096];
  size_t address_length = 0, message_length = 0;
  if (!sc_args(env, info, "sendDatagram", 2, args) ||
      !sc_read_text(env, args[0], "address", to.sun_path, sizeof to.sun_path, &address_length) ||
      !sc_read_text(env, args[1], "message", message, sizeof message, &message_length)) {
    return NULL;
  }
  if (to.sun_path[0] == '@') to.sun_path[0] = 0;
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + address_length);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return sc_throw_errno(env, "SD_NOTIFY", "opening a datagram socket", errno);
  ssize_t sent =
      sendto(fd, message, message_length, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&to, length);
  int failed = sent < 0 ? errno : 0;
  close(fd);
  if (failed != 0) return sc_throw_errno(env, "SD_NOTIFY", "sending to the supervisor's NOTIFY_SOCKET", failed);
  return NULL;
}

/* kernelClock(): whether the kernel counts its wall clock as synchronised, and how far off it may be (adjtimex(2)). */
static napi_value kernel_clock(napi_env env, napi_callback_info info) {
  (void)info;
  struct timex clock = {.modes = 0};
  const int state = adjtimex(&clock);
  if (state < 0) return NULL;
  napi_value result = sc_object(env);
  sc_set(env, result, "synchronised", sc_bool(env, state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0));
  sc_set(env, result, "maxErrorUs", sc_number(env, clock.maxerror < 0 ? 0 : (double)clock.maxerror));
  return result;
}

static napi_value harden_process(napi_env env, napi_callback_info info) {
  (void)info;
  const struct rlimit none = {0, 0};
  napi_value result = sc_object(env);
  bool not_dumpable = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  sc_set(env, result, "notDumpable", sc_bool(env, not_dumpable));
  sc_set(env, result, "noCoreFile", sc_bool(env, setrlimit(RLIMIT_CORE, &none) == 0));
  return result;
}

static napi_value crc32c(napi_env env, napi_callback_info info) {
  napi_value args[2];
  struct sc_piece bytes;
  uint64_t seed = 0;
  if (!sc_args(env, info, "crc32c", 2, args) || !sc_read_bytes(env, args[0], "bytes", &bytes) ||
      !sc_read_whole(env, args[1], "seed", 0, UINT32_MAX, &seed)) {
    return NULL;
  }
  return sc_number(env, sc_crc32c((uint32_t)seed, bytes.data, bytes.length));
}

static napi_value capabilities(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result = sc_object(env);
  sc_set(env, result, "crc32c", sc_text(env, sc_crc32c_name()));
  sc_set(env, result, "segmentHash", sc_text(env, sc_hash_segments_name(&sc_process_crypto)));
  const struct sc_key_memory keys = sc_key_memory_state();
  napi_value memory = sc_object(env);
  sc_set(env, memory, "bytes", sc_number(env, (double)keys.bytes));
  sc_set(env, memory, "locked", sc_bool(env, keys.locked));
  sc_set(env, memory, "notDumped", sc_bool(env, keys.not_dumped));
  sc_set(env, memory, "notForked", sc_bool(env, keys.not_forked));
  sc_set(env, memory, "slots", sc_number(env, (double)keys.slots));
  sc_set(env, memory, "slotsTaken", sc_number(env, (double)keys.slots_taken));
  sc_set(env, result, "keyMemory", memory);
  sc_set(env, result, "openssl", sc_text(env, OpenSSL_version(OPENSSL_VERSION)));
  return result;
}

void sc_export_platform(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {
      {"openPty", open_pty},           {"inputState", input_state},   {"sendDatagram", send_datagram},
      {"hardenProcess", harden_process}, {"capabilities", capabilities}, {"crc32c", crc32c},
      {"dropPageCache", drop_page_cache},
      {"tryLock", try_lock},
      {"kernelClock", kernel_clock},
  };
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
