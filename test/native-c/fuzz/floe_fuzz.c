/*
 * libFuzzer target: everything in the C core that parses foreign bytes, which is the opening of FLOE messages.
 * The first byte chooses. Even: the rest is a message as it comes, under the published vectors' key. Odd: a message is
 * sealed and the rest edits it, so that the fuzzer gets past the header's tag; it opens only if nothing was changed.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/floe.h"

enum { MESSAGE_MAX = 2048 };

static struct sc_crypto crypto;
static const uint8_t key[SC_FLOE_KEY];

static bool fixed_random(uint8_t *out, size_t length) {
  for (size_t i = 0; i < length; i++) out[i] = (uint8_t)(17 * i + length);
  return true;
}

static void demand(bool holds) {
  if (!holds) abort();
}

/* Opens it into memory of exactly the size that the contract asks for; both ends are ASan's to watch. */
static bool opens(struct sc_floe_params params, const uint8_t *bytes, size_t length, const uint8_t *plain, size_t plain_length) {
  struct sc_floe floe;
  uint8_t *message = malloc(length + 1), *out = malloc(length + 1);
  size_t written = 12345;
  memcpy(message, bytes, length);
  memset(out, 0, length);
  enum sc_status status = sc_floe_open(&floe, &crypto, params, key, SC_LITERAL("This is AAD"),
                                       sc_piece_of(message, length), out, &written);
  demand(status == SC_OK || status == SC_BAD_HEADER || status == SC_BAD_SEGMENT);
  demand(written + SC_FLOE_HEADER + SC_FLOE_OVERHEAD <= length || written == 0);
  if (status != SC_OK) {
    demand(written == 0);
    for (size_t i = 0; i < length; i++) demand(out[i] == 0);
  } else if (plain != NULL) demand(written == plain_length && memcmp(out, plain, plain_length) == 0);
  free(message);
  free(out);
  return status == SC_OK;
}

static void edited(const uint8_t *data, size_t size) {
  struct sc_floe floe;
  uint8_t plain[512], message[MESSAGE_MAX], copy[MESSAGE_MAX];
  if (size < 4) return;
  const struct sc_floe_params params = {33 + data[0], data[1] % 3};
  const size_t length = (data[2] | data[3] << 8) % 300;
  const size_t total = SC_FLOE_HEADER + length + sc_floe_segments(params, length) * SC_FLOE_OVERHEAD;
  memset(plain, 0x42, sizeof plain);
  if (total > MESSAGE_MAX) return;
  demand(sc_floe_seal(&floe, &crypto, params, key, SC_LITERAL("This is AAD"), sc_piece_of(plain, length), message) == SC_OK);
  memcpy(copy, message, total);
  size_t now = total;
  /* Edits of four bytes: where, and what: set a byte, cut, or swap two runs. */
  for (data += 4, size -= 4; size >= 4; data += 4, size -= 4) {
    const size_t at = (size_t)(data[0] | data[1] << 8) % total;
    if (data[2] % 4 == 0) now = at;
    else if (data[2] % 4 == 1 && at + params.segment_length <= total) {
      const size_t to = (size_t)(data[3] * 7) % (total - params.segment_length + 1);
      memmove(copy + to, copy + at, params.segment_length);
    } else copy[at] = data[3];
  }
  const bool same = now == total && memcmp(copy, message, total) == 0;
  demand(opens(params, copy, now, same ? plain : NULL, length) == same);
}

int LLVMFuzzerInitialize(int *count, char ***args);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***args) {
  (void)count;
  (void)args;
  demand(sc_crypto_open(&crypto));
  crypto.random = fixed_random;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3) return 0;
  if (data[0] % 2 == 1) edited(data + 1, size - 1);
  else opens((struct sc_floe_params){33 + (uint32_t)data[1], data[2] % 33}, data + 3, size - 3, NULL, 0);
  return 0;
}
