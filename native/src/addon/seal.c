/* Recordings as JavaScript holds them; their chunks are sealed off its thread. */
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "addon/key_memory.h"
#include "addon/output_pool.h"
#include "addon/shares.h"
#include "addon/task.h"
#include "core/chunk.h"

_Static_assert(sizeof(struct sc_recording) <= SC_KEY_SLOT, "a recording's keys fit a slot");

enum { CORE_MAX = 65536 };

static const napi_type_tag tag = {0x5ea1ca3d0c0d1e77, 0xb3e2498f17d05ac6};

struct handle {
  struct sc_recording *recording; /* NULL once erased */
  bool busy;                      /* a chunk is being sealed, off the thread */
  bool erase_wanted;              /* as soon as that ends */
};

static void drop(struct handle *handle) {
  handle->erase_wanted = handle->busy;
  if (handle->busy) return;
  if (handle->recording != NULL) sc_recording_erase(handle->recording);
  sc_key_slot_release(handle->recording);
  handle->recording = NULL;
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  drop(data);
  free(data);
}

/* The handle of `value`, if its recording may seal or skip `index` now; else NULL after it threw. */
static struct handle *ready(napi_env env, napi_value value, uint64_t index) {
  struct handle *handle = sc_unwrap(env, value, "recording", &tag);
  if (handle == NULL) return NULL;
  if (handle->busy) {
    sc_throw(env, "SEAL_BUSY", "a chunk of this recording is being sealed: wait for it");
    return NULL;
  }
  enum sc_status status = handle->recording == NULL ? SC_ERASED : sc_recording_ready(handle->recording, index);
  if (status == SC_OK) return handle;
  sc_throw_status(env, status, index);
  return NULL;
}

/* Starts the chain in `recording` and writes the commitments; the shares go in every case. */
static enum sc_status start(struct sc_recording *recording, struct sc_shares_handle *shares, struct sc_piece core,
                            uint8_t *commitments) {
  uint8_t digest[SC_DIGEST];
  ERR_set_mark();
  enum sc_status status = sc_sha256(&sc_process_crypto, &core, 1, digest);
  if (status == SC_OK) status = sc_recording_open(recording, &sc_process_crypto, shares->shares, digest, commitments);
  ERR_pop_to_mark();
  sc_shares_drop(shares);
  return status;
}

static napi_value open_recording(napi_env env, napi_callback_info info) {
  napi_value args[2], result = sc_object(env);
  struct sc_piece core;
  if (!sc_args(env, info, "openRecording", 2, args)) return NULL;
  struct sc_shares_handle *shares = sc_shares_of(env, args[0]);
  if (shares == NULL || !sc_read_bytes(env, args[1], "core", &core)) return NULL;
  if (core.length > CORE_MAX) {
    return sc_throw(env, "SEAL_SIZE", "\"core\": expected %d bytes at most, got %zu", CORE_MAX, core.length);
  }
  if (shares->shares == NULL || shares->busy || shares->shares->filled != shares->shares->count * SC_SHARE) {
    return sc_throw(env, "SHARES_ERASED", "these shares were used, erased or never read in full: prepare others");
  }
  uint8_t *commitments = sc_set_buffer(env, result, "commitments", shares->shares->count * SC_DIGEST);
  if (commitments == NULL) return NULL;
  struct handle *handle = calloc(1, sizeof *handle);
  if (handle == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory for a handle");
  handle->recording = sc_key_slot_take();
  napi_value wrapped = handle->recording == NULL ? sc_throw_no_slot(env) : sc_wrap(env, handle, finalize, &tag);
  if (wrapped == NULL) {
    finalize(env, handle, NULL);
    return NULL;
  }
  enum sc_status status = start(handle->recording, shares, core, commitments);
  if (status != SC_OK) {
    drop(handle);
    return sc_throw_status(env, status, 0);
  }
  sc_set(env, result, "handle", wrapped);
  return result;
}

struct seal_task {
  struct sc_task base;
  struct handle *handle;
  uint32_t index;
  uint8_t opening_digest[SC_DIGEST];
  struct sc_pieces media_pieces, telemetry_pieces;
  struct sc_part media, telemetry;
  enum sc_status status;
};

static void seal_run(struct sc_task *base) {
  struct seal_task *task = (struct seal_task *)base;
  task->status = sc_chunk_seal(task->handle->recording, &sc_process_crypto, task->index, task->opening_digest,
                               &task->media, &task->telemetry);
}

static bool seal_settle(napi_env env, struct sc_task *base, napi_value pins, napi_value *value) {
  struct seal_task *task = (struct seal_task *)base;
  task->handle->busy = false;
  if (task->handle->erase_wanted || task->status != SC_OK) drop(task->handle);
  if (task->status == SC_OK) {
    napi_get_element(env, pins, 0, value);
    return true;
  }
  *value = sc_status_error(env, task->status, task->index);
  return false;
}

static void seal_release(struct sc_task *base) {
  struct seal_task *task = (struct seal_task *)base;
  sc_pieces_free(&task->media_pieces);
  sc_pieces_free(&task->telemetry_pieces);
  free(task);
}

/* What a statement says about a part, in one buffer: its FLOE header, then its digests. */
static bool set_out(napi_env env, napi_value result, const char *name, struct sc_part *part) {
  part->header = sc_set_buffer(env, result, name, SC_FLOE_HEADER + sc_part_segments(part->length) * SC_DIGEST);
  if (part->header == NULL) return false;
  part->digests = part->header + SC_FLOE_HEADER;
  return true;
}

/* Reads the parts and allocates their output: everything that needs JavaScript's thread. */
static bool prepare(napi_env env, struct seal_task *task, napi_value media, napi_value telemetry, napi_value pins) {
  napi_value result = sc_object(env);
  sc_append(env, pins, result);
  if (!sc_read_pieces(env, media, "media", pins, &task->media_pieces) ||
      !sc_read_pieces(env, telemetry, "telemetry", pins, &task->telemetry_pieces)) {
    return false;
  }
  task->media = (struct sc_part){.pieces = task->media_pieces.piece, .length = task->media_pieces.length};
  task->telemetry = (struct sc_part){.pieces = task->telemetry_pieces.piece, .length = task->telemetry_pieces.length};
  if (task->media.length > SC_MEDIA_MAX || task->telemetry.length > SC_TELEMETRY_MAX) {
    sc_throw(env, "SEAL_SIZE", "media of %zu and telemetry of %zu bytes: expected %d and %d at most, so cut sooner",
             task->media.length, task->telemetry.length, SC_MEDIA_MAX, SC_TELEMETRY_MAX);
    return false;
  }
  const size_t media_records = sc_part_records(task->media.length);
  uint8_t *records = sc_set_output(env, result, "records", media_records + sc_part_records(task->telemetry.length));
  if (records == NULL || !set_out(env, result, "media", &task->media) ||
      !set_out(env, result, "telemetry", &task->telemetry)) {
    return false;
  }
  task->media.records = records;
  task->telemetry.records = records + media_records;
  return true;
}

/* seal(recording, index, openingDigest, media pieces, telemetry pieces, bytes up to which it is done at once) */
static napi_value seal(napi_env env, napi_callback_info info) {
  napi_value args[6], pins = sc_array(env);
  struct sc_piece opening_digest;
  uint64_t index = 0, at_once_max = 0;
  if (!sc_args(env, info, "seal", 6, args) || !sc_read_whole(env, args[1], "index", 0, SC_INDEX_MAX, &index) ||
      !sc_read_exactly(env, args[2], "openingDigest", SC_DIGEST, &opening_digest) ||
      !sc_read_whole(env, args[5], "atOnceMax", 0, UINT32_MAX, &at_once_max)) {
    return NULL;
  }
  struct seal_task *task = calloc(1, sizeof *task);
  if (task == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to seal a chunk");
  task->base = (struct sc_task){.run = seal_run, .settle = seal_settle, .release = seal_release};
  task->index = (uint32_t)index;
  memcpy(task->opening_digest, opening_digest.data, SC_DIGEST);
  /* Whether the recording may seal is checked last: reading the arguments can run JavaScript. */
  struct handle *handle = prepare(env, task, args[3], args[4], pins) ? ready(env, args[0], index) : NULL;
  if (handle == NULL) {
    seal_release(&task->base);
    return NULL;
  }
  sc_append(env, pins, args[0]);
  task->handle = handle;
  handle->busy = true;
  const bool at_once = task->media.length + task->telemetry.length <= at_once_max;
  napi_value promise = sc_task_start(env, &task->base, "seal", pins, at_once);
  if (promise == NULL) handle->busy = false;
  return promise;
}

static napi_value skip(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint64_t index = 0;
  if (!sc_args(env, info, "skip", 2, args) || !sc_read_whole(env, args[1], "index", 0, SC_INDEX_MAX, &index)) return NULL;
  struct handle *handle = ready(env, args[0], index);
  if (handle == NULL) return NULL;
  ERR_set_mark();
  enum sc_status status = sc_recording_skip(handle->recording, &sc_process_crypto, index);
  ERR_pop_to_mark();
  if (status == SC_OK) return NULL;
  drop(handle);
  return sc_throw_status(env, status, index);
}

static napi_value release_records(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (sc_args(env, info, "releaseRecords", 1, args)) sc_output_release(env, args[0]);
  return NULL;
}

static napi_value erase_recording(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!sc_args(env, info, "eraseRecording", 1, args)) return NULL;
  struct handle *handle = sc_unwrap(env, args[0], "recording", &tag);
  if (handle != NULL) drop(handle);
  return NULL;
}

void sc_export_seal(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {
      {"openRecording", open_recording}, {"seal", seal}, {"skip", skip}, {"eraseRecording", erase_recording},
      {"releaseRecords", release_records}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
